"""Reading numbers in Chinese and Japanese text: digits, kanji numerals, scales, percentages.

A number is *firm* where its wording leaves no doubt that a figure is meant (any Arabic digit,
第十二条, 二万元) and *loose* where it may be part of a word (一氧化碳, 统一). A translation must
keep the firm ones and may spell out the loose ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

Language = Literal["zh", "ja"]
Tag = Literal["", "%", "‰", "pt", "plan"]

_DIGITS = {
    "〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5,
    "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_SCALES = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000, "億": 100_000_000}
KANJI = "〇零一二两三四五六七八九十百千万亿億"

_ARABIC = re.compile(
    r"(?<![A-Za-z0-9.])(\d{1,15}(?:\.\d{1,8})?)"
    r"([万亿億千百]{0,2}(?<!千(?=瓦|克|米|伏|卡|焦|帕|赫|安))(?<!百(?=分)))"
)
_STANDARD = re.compile(r"(?<![A-Za-z])(GB|HJ|DB|QB|SN|JB)(/T|T)?[-/]?(?=\d)")
_KANJI_RUN = re.compile(rf"[{KANJI}]{{1,16}}")
_PLAN_ZH = re.compile(r"(?<![一二三四五六七八九])十([一二三四五六])五(?![十百千万亿年月日元倍个])")
_PLAN_JA = re.compile(r"第?(\d{1,2}|[一二三四五六十]{1,3})次(?:5|五)(?:[カか箇ヵヶケ]|ヵ|ヶ)?年")
_FRACTION_ZH = re.compile(
    rf"百分之([{KANJI}]{{1,10}}(?:点[{KANJI}]{{1,4}})?|\d{{1,6}}(?:\.\d{{1,4}})?)"
)
_RANGE = re.compile(r"\s{0,2}(?:[-~～—–―至到]|から|ないし|乃至){1,2}\s{0,2}")

_AFTER_FIRM = re.compile(
    r"元|万元|亿元|个?月|年|日|天|小时|时|分钟|分之|倍|名|人|次|项|个|家|户|吨|辆|台|座|处|所|条|"
    r"米|公里|级|类|大|批|轮|平方|立方|公顷|亩|蒸吨|千瓦|微克|毫克|至|以上|以下|克"
)
_AFTER_LONE = re.compile(r"元|倍|个?月|个工作日|小时|分钟|分之|千瓦")
_ORDINAL_FIRM = re.compile(r"[章节条款项次届批期号类轮部编]")
_JA_FIRM_AFTER = re.compile(r"元|[%％]|万元|億元")
_JA_ORDINAL = re.compile(r"[章節条項号次期回届批類]")


@dataclass(frozen=True)
class Number:
    """One number of a text: its value, `tag` (%, ‰, pt for 百分点, plan for a five-year plan),
    other values a reader may give it (`others`: 1至2万 has 1 or 10000), and its place."""

    value: Decimal
    tag: Tag
    start: int
    end: int
    firm: bool
    others: tuple[Decimal, ...] = ()

    @property
    def values(self) -> tuple[Decimal, ...]:
        return (self.value, *self.others)

    def shown(self) -> str:
        """The number as an analyst reads it."""
        if self.tag == "plan":
            return f"第{self.value}次五カ年計画"
        text = format(self.value.normalize(), "f")
        return text + {"pt": "ポイント"}.get(self.tag, self.tag)


def parse_kanji(text: str) -> Decimal | None:
    """The value of a kanji numeral (二十五, 一百二十万, 二〇二五), or None where it is none."""
    if not text or any(char not in KANJI for char in text):
        return None
    if all(char in _DIGITS for char in text):
        if len(text) == 1:
            return Decimal(_DIGITS[text])
        return Decimal("".join(str(_DIGITS[char]) for char in text))
    total = section = 0
    digit: int | None = None
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _SCALES:
            section += (1 if digit is None else digit) * _SCALES[char]
            digit = None
        else:
            section += digit or 0
            total = (total + (section or 1)) * _MYRIADS[char] if section or not total else total
            section, digit = 0, None
    return Decimal(total + section + (digit or 0))


def _scaled(base: str, scale: str) -> Decimal:
    value = Decimal(base)
    for char in scale:
        value *= _SCALES.get(char) or _MYRIADS[char]
    return value


def _tag_at(text: str, position: int) -> tuple[Tag, int]:
    rest = text[position : position + 8]
    if rest.startswith(("个百分点", "個百分点")):
        return "pt", 4
    for word in ("%ポイント", "パーセントポイント", "ポイント", "百分点"):
        if rest.startswith(word) or text.startswith(word, position):
            return "pt", len(word)
    if rest.startswith("%"):
        return "%", 1
    if text.startswith("パーセント", position):
        return "%", 5
    if rest.startswith("‰"):
        return "‰", 1
    return "", 0


def _arabic(text: str) -> list[Number]:
    found: list[Number] = []
    scale_before = Decimal(0)
    for match in _ARABIC.finditer(text):
        value = _scaled(match[1], match[2])
        scale = _scaled("1", match[2]) if match[2] else Decimal(1)
        start = match.start()
        last = found[-1] if found else None
        if last and last.end == start and not last.tag and scale < scale_before:
            found.pop()
            value, start = last.value + value, last.start
        scale_before = scale if match[2] else Decimal(0)
        tag, width = _tag_at(text, match.end())
        found.append(Number(value, tag, start, match.end() + width, firm=True))
    return found


def _plans(text: str, language: Language) -> list[Number]:
    found = [
        Number(Decimal(10 + _DIGITS[match[1]]), "plan", match.start(), match.end(), firm=True)
        for match in _PLAN_ZH.finditer(text)
    ]
    if language == "ja":
        for match in _PLAN_JA.finditer(text):
            value = Decimal(match[1]) if match[1].isdigit() else parse_kanji(match[1])
            if value is not None:
                found.append(Number(value, "plan", match.start(), match.end(), firm=True))
    return found


def _kanji(text: str, language: Language, taken: list[tuple[int, int]]) -> list[Number]:
    found: list[Number] = []
    for match in _FRACTION_ZH.finditer(text):
        whole, _, decimals = match[1].partition("点")
        value = Decimal(whole) if whole[0].isdigit() else parse_kanji(whole)
        if value is not None:
            if decimals:
                value = Decimal(f"{value}." + "".join(str(_DIGITS.get(c, 0)) for c in decimals))
            found.append(Number(value, "%", match.start(), match.end(), firm=True))
            taken.append((match.start(), match.end()))
    for match in _KANJI_RUN.finditer(text):
        start, end = match.span()
        if any(a < end and start < b for a, b in taken):
            continue
        value = parse_kanji(match[0])
        if value is None:
            continue
        firm = (_firm_zh if language == "zh" else _firm_ja)(text, start, end, value)
        tag, width = _tag_at(text, end) if firm else ("", 0)
        found.append(Number(value, tag, start, end + width, firm))
    return found


def _firm_zh(text: str, start: int, end: int, value: Decimal) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 4]
    run = text[start:end]
    if run[0] in "万亿百千" and len(run) == 1:
        return False
    if text[max(0, start - 2) : start] == "分之":
        return True
    if before == "第":
        return bool(_ORDINAL_FIRM.match(after))
    if before == "(" and after.startswith(")"):
        return True
    if (start == 0 or before in "\n。；;") and after.startswith("、"):
        return True
    if before == "国" and len(run) == 1 and value <= 7 and not after.startswith(("国", "个")):
        return True
    if before and before in "统同进唯单之有数几":
        return False
    if after.startswith(("年度", "方面", "方", "地", "者", "侧", "体", "般", "些", "定", "律")):
        return False
    if len(run) == 1 and run == "一":
        return bool(re.match(r"元|倍|个月|个工作日", after))
    if len(run) == 1:
        return bool(_AFTER_LONE.match(after) or re.match(r"年|次|项|个|级|名|家|类", after))
    return bool(_AFTER_FIRM.match(after))


def _firm_ja(text: str, start: int, end: int, value: Decimal) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 3]
    if before == "第":
        return bool(_JA_ORDINAL.match(after))
    return bool(_JA_FIRM_AFTER.match(after))


def find_numbers(text: str, language: Language) -> list[Number]:
    """Every number of a text (already `normal`), in order.

    A percentage or a scale at the end of a range counts for its beginning too.
    """
    text = _STANDARD.sub(lambda m: "・" * len(m[0]), text)
    numbers = _plans(text, language)
    taken = [(number.start, number.end) for number in numbers]
    arabic = [
        number
        for number in _arabic(text)
        if not any(a < number.end and number.start < b for a, b in taken)
    ]
    taken += [(number.start, number.end) for number in arabic]
    numbers += arabic + _kanji(text, language, taken)
    numbers.sort(key=lambda number: number.start)
    return _ranges(text, numbers)


def _ranges(text: str, numbers: list[Number]) -> list[Number]:
    out = list(numbers)
    for index in range(len(out) - 1):
        first, second = out[index], out[index + 1]
        between = text[first.end : second.start]
        if len(between) > 6 or not _RANGE.fullmatch(between):
            continue
        tag: Tag = second.tag if not first.tag and second.tag in ("%", "‰", "pt") else first.tag
        others: tuple[Decimal, ...] = ()
        for scale in (Decimal(10_000), Decimal(100_000_000)):
            if second.value >= scale and first.value < scale and first.value * scale < second.value:
                others = (*others, first.value * scale)
        out[index] = Number(first.value, tag, first.start, first.end, first.firm, others)
    return out


def find_ranges(text: str, language: Language) -> list[tuple[Number, Number]]:
    """The pairs of numbers that stand as `a至b`."""
    numbers = find_numbers(text, language)
    return [
        (first, second)
        for first, second in pairwise(numbers)
        if second.start - first.end <= 6 and _RANGE.fullmatch(text[first.end : second.start])
    ]
