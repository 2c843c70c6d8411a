"""Direction of change and comparison with a figure."""

from __future__ import annotations

import re

from pipeline.checks.numerals import Number, find_numbers
from pipeline.checks.text import normal
from pipeline.issues import Code
from pipeline.model import CheckResult

_UP_ZH = re.compile(
    r"上升|提高|提升|增长|增加|上涨|回升|升高|升至|增至|上调|增幅|涨幅|增产|新增|扩大"
)
_DOWN_ZH = re.compile(
    r"下降|降低|减少|降至|降到|压减|削减|回落|下调|下滑|减至|降幅|减排|减量|压缩|缩小|缩短|少于去"
)
_UP_JA = re.compile(
    r"上昇|増|向上|高め|高ま|引き上げ|引上げ|上げ(?!る?花火)|上が|伸び|新た|新規|拡大|新設|強化|悪化|反発"
)
_DOWN_JA = re.compile(
    r"低下|減|下げ|下が|下落|引き下げ|引下げ|削|縮小|短縮|圧縮|抑制|抑え|下降|落ち|低く|低め|低ま|改善"
)
_STRICT_UP_JA = re.compile(r"上昇|増加|増や|向上|高め|高ま|引き上げ|引上げ|伸び|増え|増大")
_STRICT_DOWN_JA = re.compile(r"低下|減少|減ら|削減|低減|引き下げ|引下げ|下落|下が|減り|減る|下げ")

_RISES_ZH = re.compile(r"[高升增涨扩加强上弹转]")
_FALLS_ZH = re.compile(r"[低降减缩削少落控压下]")
_LITRE = re.compile(r"(?<=[/\d毫])升")
_NUMBERED = r"[^。；;，,]{0,14}?\d"

_ZH_BOUNDS: tuple[tuple[str, str, str], ...] = (
    # class, before the figure, after the figure
    (
        "ge",
        r"(?:不(?:得)?(?:低于|少于|小于)|至少|最低)",
        r"及?(?:其)?以上(?!简称)",
    ),
    (
        "le",
        r"(?:不(?:得)?(?:超过|高于|大于|多于|超)|至多|最高)",
        r"(?:及?(?:其)?以下(?!简称|同)|以内|之内|(?<=[时日天月年里周米])内(?![部容外涵]))",
    ),
    ("lt", r"(?<!不)(?<!不得)(?:低于|小于|少于|不足|未满|不满)", r"^$"),
    ("gt", r"(?<!不)(?<!不得)(?<!未)(?:高于|大于|多于|超过|超出)", r"^$"),
)
_GAP = r"[^\d。；;，,]{0,10}?$"
_BEFORE = {name: re.compile(f"{before}{_GAP}") for name, before, _ in _ZH_BOUNDS}
_UNIT_GAP = (
    r"(?:[A-Za-zμ%‰℃/·.() ]|"
    r"[个万亿千百瓦时蒸吨小克毫微升米平立方公里斤顷亩度元辆台家户人次天日月年周岁倍名项处座级每工作分钟])"
    r"{0,12}?"
)
_AFTER = {name: re.compile(f"{_UNIT_GAP}{after}") for name, _, after in _ZH_BOUNDS}

_JA_AFTER: tuple[tuple[str, str], ...] = (
    (
        "le",
        r"(?:以下|以内|内(?=[にのでは、])|を上限|上回って?は|"
        r"(?:を|は)?(?:超え|上回ら|越え)(?:な|ず|て(?:は)?(?:なら|いけ)な))",
    ),
    ("ge", r"(?:以上|(?:を|は)?(?:下回ら|割ら|割り込ま)(?:な|ず)|を下限|を下回って?は)"),
    ("lt", r"(?:未満|(?:を|より)?下回(?!ら|って?は)|より(?:低|少|小)|に満たない)"),
    (
        "gt",
        r"(?:(?:を)?超(?!え(?:な|ず|て(?:は)?(?:なら|いけ)))|(?:を)?上回(?!ら|って?は)|"
        r"より(?:高|多|大)|越え(?!な|ず))",
    ),
)
_JA_BOUNDS = [(name, re.compile(pattern)) for name, pattern in _JA_AFTER]
_JA_BEFORE = {"ge": re.compile(r"(?:少なくとも|最低)"), "le": re.compile(r"(?:最大|最高|多くとも)")}
_CONFLICTS = {"ge": {"le", "lt"}, "le": {"ge", "gt"}, "lt": {"ge", "gt"}, "gt": {"le", "lt"}}


def check_direction(zh: str, ja: str) -> list[CheckResult]:
    """Blocking findings where a rise has become a fall, or a bound has turned round."""
    source, target = _LITRE.sub("L", normal(zh)), normal(ja)
    return _directions(source, target) + _bounds(source, target) + _unnumbered(source, target)


def _finding(message: str, zh: str | None = None, ja: str | None = None) -> CheckResult:
    return CheckResult(
        code=Code.DIRECTION_CHANGED, severity="blocking", message=message, zh=zh, ja=ja
    )


def _directions(source: str, target: str) -> list[CheckResult]:
    ups = [match[0] for match in _UP_ZH.finditer(source)]
    downs = [match[0] for match in _DOWN_ZH.finditer(source)]
    up_ja, down_ja = _UP_JA.search(target), _DOWN_JA.search(target)
    found: list[CheckResult] = []
    for words, same, opposite, name in (
        (ups, _STRICT_UP_JA, _STRICT_DOWN_JA, "増加"),
        (downs, _STRICT_DOWN_JA, _STRICT_UP_JA, "減少"),
    ):
        other_way = downs if words is ups else ups
        turned = opposite.search(target) and not same.search(target)
        if words and turned and not other_way and not _MAY_TURN[name].search(source):
            found.append(_finding(f"原文の{name}（{words[0]}）が訳文で逆になっている", zh=words[0]))
    if found:
        return found
    found = _numbered_directions(source, target)
    if found:
        return found
    for words, given, side in ((ups, up_ja, _UP_ZH), (downs, down_ja, _DOWN_ZH)):
        numbered = re.search(f"(?:{side.pattern}){_NUMBERED}", source)
        if words and not given and numbered:
            found.append(_finding(f"増減の表現（{words[0]}）が訳文にない", zh=words[0]))
    if not ups and not _RISES_ZH.search(source) and re.search(r"上昇|増加", target):
        found.append(_finding("原文にない増加が訳文に現れている"))
    if not downs and not _FALLS_ZH.search(source) and re.search(r"低下|減少|削減", target):
        found.append(_finding("原文にない減少が訳文に現れている"))
    return found


_MAY_TURN = {
    "増加": re.compile(r"[低降减缩削少落控压]"),
    "減少": re.compile(r"[高升增涨扩提]"),
}


def _numbered_directions(source: str, target: str) -> list[CheckResult]:
    """The figure after 下降 must not be followed by 上昇, nor the other way round."""
    found: list[CheckResult] = []
    given = find_numbers(target, "ja")
    numbers = find_numbers(source, "zh")
    for index, number in enumerate(numbers):
        left = numbers[index - 1].end if index else 0
        before = re.split(r"[。；;，,、]", source[max(left, number.start - 10) : number.start])[-1]
        down, up = _DOWN_ZH.search(before), _UP_ZH.search(before)
        if bool(down) == bool(up):
            continue
        same, opposite = (
            (_STRICT_DOWN_JA, _STRICT_UP_JA) if down else (_STRICT_UP_JA, _STRICT_DOWN_JA)
        )
        afters = [
            target[n.end : given[i + 1].start if i + 1 < len(given) else n.end + 12][:12]
            for i, n in enumerate(given)
            if set(n.values) & set(number.values) and n.tag == number.tag
        ]
        if any(opposite.search(a) and not same.search(a) for a in afters) and not any(
            same.search(a) for a in afters
        ):
            shown = f"{before[-6:]}{number.shown()}"
            found.append(_finding(f"増減の向きが原文（{shown}）と逆である", zh=shown))
    return found


def _bounds(source: str, target: str) -> list[CheckResult]:
    found: list[CheckResult] = []
    numbers = find_numbers(source, "zh")
    given = find_numbers(target, "ja")
    for index, number in enumerate(numbers):
        left = numbers[index - 1].end if index else 0
        right = numbers[index + 1].start if index + 1 < len(numbers) else len(source)
        wanted = _zh_bound(source[max(left, number.start - 16) : number.start],
                           source[number.end : min(right, number.end + 18)])  # fmt: skip
        if wanted is None:
            continue
        places = [n for n in given if set(n.values) & set(number.values) and n.tag == number.tag]
        seen = [_ja_bounds(target, given, place.start) for place in places]
        if not seen:
            continue
        if not any(wanted in bounds for bounds in seen):
            conflict = any(bounds & _CONFLICTS[wanted] for bounds in seen)
            if not conflict and wanted in _SHARED and _SHARED[wanted].search(target):
                continue
            message = "が逆になっている" if conflict else "が訳文にない"
            shown = f"{number.shown()}（{_BOUND_NAMES[wanted]}）"
            found.append(_finding(f"数値の範囲{shown}{message}", zh=shown))
    return found


_SHARED = {
    "gt": re.compile(r"超|上回|より(?:高|多|大)|越え"),
    "lt": re.compile(r"未満|下回|より(?:低|少|小)|満たない"),
}
"""Verbs that may stand once, at the end of a list, for several figures."""
_BOUND_NAMES = {"ge": "以上", "le": "以下", "lt": "未満", "gt": "超"}


def _zh_bound(before: str, after: str) -> str | None:
    for name in ("ge", "le", "lt", "gt"):
        if _BEFORE[name].search(before):
            return name
    for name in ("ge", "le"):
        if _AFTER[name].match(after):
            return name
    return None


def _ja_bounds(text: str, numbers: list[Number], start: int) -> set[str]:
    """The bounds that may belong to the figure at `start`: up to the next figure's own bound."""
    index = next(i for i, n in enumerate(numbers) if n.start == start)
    number = numbers[index]
    right = numbers[index + 1].start if index + 1 < len(numbers) else len(text)
    after = re.split(r"。", text[number.end : right + (24 if right - number.end < 8 else 0)])[0]
    before = text[max(numbers[index - 1].end if index else 0, number.start - 12) : number.start]
    bounds = {name for name, pattern in _JA_BOUNDS if pattern.search(after)}
    bounds |= {name for name, pattern in _JA_BEFORE.items() if pattern.search(before)}
    return bounds


_ABOUT_ZH = re.compile(r"\d[^。；，,、\d]{0,8}左右|约\d")
_ABOUT_JA = re.compile(r"程度|前後|約|およそ|おおむね|ほど|ほぼ|くらい|内外")


def _unnumbered(source: str, target: str) -> list[CheckResult]:
    found: list[CheckResult] = []
    for word, other in (("以上", "以下"), ("以下", "以上")):
        lost = len(re.findall(f"{word}(?!简称|同)", source)) > target.count(word)
        if lost and target.count(other) > len(re.findall(f"{other}(?!同)", source)):
            found.append(_finding(f"「{word}」が「{other}」になっている", zh=word))
    levels = len(re.findall(r"级及?以上", source))
    if levels > len(re.findall(r"級?(?:及びそれ)?以上", target)):
        found.append(_finding("「級以上」の「以上」が訳文にない", zh="以上"))
    if _ABOUT_ZH.search(source) and not _ABOUT_JA.search(target):
        found.append(_finding("「左右・约」に当たる表現（程度・約）が訳文にない", zh="左右"))
    higher = re.search(r"(?<!不)(?:高于|大于|优于|超过|超出)(?!\d)", source)
    if higher and re.search(r"下回|より低", target) and not re.search("上回|高|超|過", target):
        found.append(_finding("比較の向きが逆になっている", zh=higher[0]))
    lower = re.search(r"(?<!不)(?:低于|小于)(?!\d)", source)
    if lower and re.search(r"上回|より高", target) and not re.search("下回|低|未満", target):
        found.append(_finding("比較の向きが逆になっている", zh=lower[0]))
    return found
