"""The evaluator's own reading of figures, negation and direction in Japanese.

Fixed tables, kept apart from the product's checks: the product must not judge itself.
"""

from __future__ import annotations

import re
import unicodedata

_ROMAN = {ord(char): str(index) for index, char in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", 1)}
_MARK = re.compile(r"[【（(\[]?未訳(?:[（(]原文の漢字変換[）)])?[】）)\]]?|\[?要確認\]?")
_DIGIT = {char: index for index, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_STEP = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "億": 10**8, "亿": 10**8}
_NUMERAL = re.compile(r"[0-9〇零一二两三四五六七八九十百千万億亿.]{1,24}")
_PLAN = re.compile(
    r"第?([0-9一二三四五六十]{1,3})次[5五][カかヵヶケ箇]?年|([一二三四五六十]{3})(?!年)"
)


def plain(text: str) -> str:
    """Text as it is compared: NFKC, no spaces, one form of brackets, state markers gone."""
    text = unicodedata.normalize("NFKC", text.translate(_ROMAN))
    text = text.replace("『", "「").replace("』", "」")
    return _MARK.sub("", "".join(text.split()))


def numeral_value(text: str) -> float | None:
    """The value of a numeral in digits, kanji or both (1万5000, 二十, 2.35億), else None."""
    total = section = 0.0
    number: float | None = None
    position = 0
    while position < len(text):
        match = re.match(r"\d+(?:\.\d+)?", text[position:])
        char = text[position]
        if match:
            if number is not None:
                return None
            number = float(match[0])
            position += match.end()
            continue
        if char in _DIGIT:
            number = (number or 0) * 10 + _DIGIT[char] if number is not None else _DIGIT[char]
        elif char in _STEP:
            section += (1 if number is None else number) * _STEP[char]
            number = None
        elif char in _BIG:
            total += (section + (number or 0) or 1) * _BIG[char]
            section, number = 0.0, None
        else:
            return None
        position += 1
    return total + section + (number or 0)


def values_in(text: str) -> set[float]:
    """Every value a numeral of the text spells."""
    joined = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    found: set[float] = set()
    for match in _NUMERAL.finditer(joined):
        piece = match[0].strip(".")
        value = numeral_value(piece) if piece else None
        if value is not None:
            found.add(value)
        found.update(float(part) for part in re.findall(r"\d+(?:\.\d+)?", piece))
    for match in _PLAN.finditer(joined):
        for group in match.groups():
            value = numeral_value(group) if group else None
            if value is not None:
                found.add(value)
    return found


def number_kept(wanted: str, text: str) -> bool:
    """Whether a reference number (plain value, percentage or date) stands in plain text."""
    wanted = plain(wanted)
    joined = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    if any(unit in wanted for unit in "年月日"):
        written = re.search(rf"(?<![\d.]){re.escape(wanted)}", joined)
        return bool(written) or _spelled(wanted, joined)
    if wanted.endswith("%"):
        value = wanted[:-1]
        percent = rf"(?<![\d.]){re.escape(value)}(?:\.0+)?(?:%|パーセント)"
        if re.search(percent, joined):
            return True
        ranged = rf"(?<![\d.]){re.escape(value)}(?:[~～\-–—―]|から|及び|と|、)[\d.]+%"
        return bool(re.search(ranged, joined))
    value_wanted = numeral_value(wanted)
    return value_wanted is not None and value_wanted in values_in(joined)


def _spelled(wanted: str, text: str) -> bool:
    """A year within a range (2021-2025年 holds 2021年)."""
    match = re.fullmatch(r"(\d{4})年", wanted)
    return bool(match and re.search(rf"(?<!\d){match[1]}(?:[~～\-–—―]|から)\d{{2,4}}年", text))


_FALSE_NEGATION = re.compile(
    r"な(?:けれ|くて)ば?は?(?:なら|いけ)な(?:い|かった)|ねばならない|のみならず|だけでなく|必ず|わずか|"
    r"少なくとも|まもなく|はず|いずれ|無断|未来"
)
_NEGATED = re.compile(
    r"な(?:い|く|かっ|し)|ず[、。にもと]?|ぬ|未|不|無|非|禁|除|免|得ない|ならん|違反|欠|下回|超過|反し"
)
NEGATED_STRICT = re.compile(r"な(?:い|く|かっ)|ず|ぬ|未|不|無|非|禁|違反|以外|除")


def negation_kept(expected: bool, text: str) -> bool:
    """Whether plain text agrees with the reference on holding a negation. A text whose
    reference has none may still hold a negative word (未達成 as a noun), so only the loss of
    a negation and an outright denial count."""
    cleaned = _FALSE_NEGATION.sub("〓", text)
    if expected:
        return bool(_NEGATED.search(cleaned))
    denial = re.search(r"てはならない|禁止(?:する|し|される)|厳禁|しない。|行わない。", cleaned)
    return denial is None


_UP = re.compile(r"上昇|増|向上|高め|高ま|引き上げ|引上げ|伸び|拡大|上が|上げる|上げ、")
_DOWN = re.compile(r"低下|減|下げ|下が|下落|削|縮|抑|降|低く|低め")


def direction_kept(direction: str, text: str) -> bool:
    """Whether plain text holds the wanted direction (up or down)."""
    return bool((_UP if direction == "up" else _DOWN).search(text))


_QUOTED = re.compile(r"[（(]原文:[^）)]*[）)]")


def residual_chinese(text: str) -> bool:
    """Whether characters of GB 2312 that JIS X 0208 lacks stand outside quoted originals."""
    for char in _QUOTED.sub("", text):
        if "\u4e00" <= char <= "\u9fff" and char not in _NAMES:
            try:
                char.encode("iso2022_jp")
            except UnicodeEncodeError:
                try:
                    char.encode("gb2312")
                except UnicodeEncodeError:
                    continue
                return True
    return False


_NAMES = frozenset("圳亳韶泸濮邳睢郯沭嵊瓯衢兖鄄郓莒菏漯杞涿淇鄢郏")
"""Characters of Chinese place names that Japanese texts use as they are."""
