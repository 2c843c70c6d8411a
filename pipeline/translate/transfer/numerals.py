"""Numbers, quantities, dates and document numbers: found as whole tokens, rendered literally.

Nothing is calculated: 万 stays 万, 亿 becomes 億; Chinese numerals become Arabic digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from pipeline.translate.transfer.normalize import to_arabic

_HAN = "零〇一二三四五六七八九十百千两"
_N = rf"(?:[0-9]{{1,12}}(?:,[0-9]{{3}}){{0,4}}(?:\.[0-9]{{1,6}})?|[{_HAN}]{{1,9}})"
_BIG = "[千百]?[万亿]{0,2}"
_RANGE = r"(?:～|—{1,2}|-|至|到)"
_YEAR = r"(?:(?:19|20)[0-9]{2}|二[〇零][〇零一二三四五六七八九]{2})"

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("docno", re.compile(
        r"[\u4e00-\u9fff]{1,10}[〔（](?:19|20)[0-9]{2}[〕）](?:第)?[0-9]{1,5}号")),
    ("standard", re.compile(
        r"(?<![A-Za-z/])(?:T/[A-Z]{2,10}|GBZ?|HJ|DB|NY|JB|CJ|JGJ|SH|YB|AQ|QB)[0-9]{0,6}"
        r"(?:/T|/Z|/)?[ ]?[0-9]{1,6}(?:\.[0-9]{1,2})?"
        r"(?:(?:—{1,2}|-|－|～)(?:19|20)?[0-9]{2})?(?![0-9])")),
    ("annex", re.compile(r"附件[0-9]{1,2}(?![0-9])")),
    ("quarter", re.compile(rf"(?:{_YEAR}年)?(?<![前每上个])第?[一二三四1-4]季度")),
    ("date", re.compile(
        rf"(?:{_YEAR}|{_N})年(?:{_N})月(?:{_N})日")),
    ("date", re.compile(rf"(?:{_YEAR}|{_N})月(?:{_N})日(?:{_N}时)?")),
    ("months", re.compile(rf"(?:{_YEAR}年)?{_N}月{_N}日{_RANGE}{_N}日")),
    ("months", re.compile(rf"{_YEAR}年{_N}{_RANGE}{_N}月")),
    ("months", re.compile(rf"{_N}月?{_RANGE}{_N}月(?:份)?")),
    ("date", re.compile(rf"{_YEAR}年{_N}月(?:份)?")),
    ("years", re.compile(rf"{_YEAR}年?{_RANGE}{_YEAR}年")),
    ("date", re.compile(rf"{_YEAR}年")),
    ("date", re.compile(rf"(?:[0-9]{{1,2}}|[{_HAN}]{{1,3}})月(?:份)?(?![度])")),
    ("clock", re.compile(r"(?<![0-9:])[0-2]?[0-9]:[0-5][0-9](?![0-9:])")),
    ("clock", re.compile(r"[0-9]{1,2}时(?:[0-9]{1,2}分)?(?!段|间|期)")),
    ("period", re.compile(r"[“\"]?(十[一二三四五六七])五[”\"]?(?:规划)?(?:期间|时期)")),
    ("plan", re.compile(r"[“\"]?(十[一二三四五六七])五[”\"]?(?:规划)?(?![年条日月])")),
    ("article", re.compile(
        rf"第(?:{_N})(?:编|章|节|条|款|项|号|届|次|批|季度|类|阶段|期)"
        rf"(?:第(?:{_N})(?:款|项))?")),
    ("percent", re.compile(rf"{_N}(?:%)?{_RANGE}{_N}%|{_N}%|百分之{_N}")),
    ("fraction", re.compile(
        rf"{_N}分之{_N}|(?<![0-9/])[1-9]/[1-9][0-9]?(?=以上|以下|以内|左右|的)")),
)  # fmt: skip

_LEAD = re.compile("根据|按照|依据|依照|参照|执行|印发|关于|转发|结合|[按经以和与及见]")
"""Words that may stand before a document number without being part of it."""
_NUMBER = re.compile(rf"{_N}{_BIG}(?:{_RANGE}{_N}{_BIG})?[余多]?")
_PARTS = re.compile(rf"({_N})({_BIG})(?:({_RANGE})({_N})({_BIG}))?([余多]?)")
_ARTICLE = re.compile(rf"第({_N})(编|章|节|条|款|项|号|届|次|批|季度|类|阶段|期)")
_ARTICLE_JA = {
    "编": "編", "章": "章", "节": "節", "条": "条", "款": "項", "项": "号", "号": "号",
    "届": "期", "次": "回", "批": "次", "季度": "四半期", "类": "類", "阶段": "段階", "期": "期",
}  # fmt: skip


class Found(NamedTuple):
    """A numeral token: [start, end), its category (Q, T, N), its Japanese and its sort."""

    start: int
    end: int
    category: str
    ja: str
    sort: str


def render_number(text: str) -> str:
    """A number with its multiplier: 二万 -> 2万, 1.5亿 -> 1.5億, 3.5～9 -> 3.5～9."""
    match = _PARTS.fullmatch(text)
    if match is None:
        return text
    first, big, mark, second, big2, over = match.groups()
    ja = _plain(first) + big.replace("亿", "億")
    if mark:
        ja += "～" + _plain(second) + big2.replace("亿", "億")
    return ja + ("余り" if over else "")


def _plain(text: str) -> str:
    return text if text[0].isdigit() else to_arabic(text)


def _dates(text: str) -> str:
    text = text.replace("月份", "月").replace("—", "～").replace("至", "～").replace("到", "～")
    text = re.sub(rf"[{_HAN}]{{1,9}}", lambda m: to_arabic(m.group()), text)
    return text.replace("时", "時").replace("～～", "～").replace("-", "～")


def _render(sort: str, text: str) -> str:
    if sort in ("date", "months", "years", "clock"):
        return _dates(text)
    if sort == "annex":
        return "添付文書" + text[2:]
    if sort == "quarter":
        year, _, rest = text.rpartition("年")
        lead = _dates(year + "年") if year else ""
        return f"{lead}第{to_arabic(rest.strip('第季度'))}四半期"
    if sort == "article":
        return _ARTICLE.sub(lambda m: f"第{to_arabic(m[1])}{_ARTICLE_JA[m[2]]}", text)
    if sort in ("plan", "period"):
        match = re.search(r"十[一二三四五六七]", text)
        span = "期間" if sort == "period" else ""
        return f"第{to_arabic(match.group())}次五カ年計画{span}" if match else text
    if sort == "fraction":
        whole, _, part = text.partition("分之")
        if not part:
            part, _, whole = text.partition("/")
        return f"{_plain(whole)}分の{_plain(part)}"
    if sort == "percent":
        if text.startswith("百分之"):
            return _plain(text[3:]) + "%"
        return re.sub(_RANGE, "～", "".join(text))
    return text


_INDEFINITE = frozenset(["个", "项", "种", "批", "份"])
"""一个, 一种 and the like are words of the lexicon."""
_CATEGORY = {
    "date": "T", "months": "T", "years": "T", "clock": "T", "period": "T", "quarter": "T",
    "percent": "Q", "fraction": "Q",
}  # fmt: skip


def find(text: str, units: Mapping[str, str], convert: Mapping[str, str]) -> list[Found]:
    """All numeral tokens that could start at each place, longest kinds first.

    `units` maps measure words to Japanese ("" when the noun takes the bare number);
    `convert` maps characters of document-number prefixes to their Japanese form.
    """
    found: list[Found] = []
    for sort, pattern in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            surface = match.group()
            if sort == "docno":
                lead = max((m.end() for m in _LEAD.finditer(surface)), default=0)
                start, surface = start + lead, surface[lead:]
                bracket = max(surface.find("〔"), surface.find("（"))
                prefix = surface[:bracket]
                ja = "".join(convert.get(c, c) for c in prefix)
                ja += "〔" + surface[bracket + 1 : bracket + 5] + "〕" + surface[bracket + 6 :]
                found.append(Found(start, end, "N", ja, sort))
                continue
            if start and text[start - 1].isdigit() and surface[0].isdigit():
                continue
            if sort == "date" and surface[0] in _HAN and text[start - 1 : start] in ("第", "每"):
                continue
            if sort == "plan" and "五年" in text[start : end + 1]:
                continue
            found.append(Found(start, end, _CATEGORY.get(sort, "N"), _render(sort, surface), sort))
    longest = max((len(unit) for unit in units), default=0)
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if start and (
            text[start - 1] in "第"
            or (text[start - 1 : start].isalpha() and text[start - 1].isascii())
        ):
            continue
        ja = render_number(match.group())
        for size in range(min(longest, len(text) - end), 0, -1):
            unit = text[end : end + size]
            if text[start : end + size] == "十分":
                continue
            if unit == "季度" and text[start - 1 : start] not in ("前", "个"):
                continue
            if unit in units and not (match.group() == "一" and unit in _INDEFINITE):
                found.append(Found(start, end + size, "Q", ja + units[unit], "quantity"))
                break
        else:
            if match.group()[0].isdigit() or match.group()[0] in _HAN:
                found.append(Found(start, end, "Q", ja, "number"))
    return found
