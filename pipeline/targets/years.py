"""The years of a sentence: which a target is for, and which it is measured from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_YEAR = r"(?:19|20)\d\d"
_SEASON = re.compile(
    rf"(?P<from>{_YEAR})年?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?[至到—\-～－]{{1,2}}"
    rf"(?:(?P<to>{_YEAR})年?|(?P<next>次年|翌年))(?:\d{{1,2}}月(?:\d{{1,2}}日)?)?(?:秋冬季|采暖季)?"
)
_CROSSING = re.compile(
    r"(?<![年\d])\d{1,2}月(?:\d{1,2}日)?[至到—\-～－]{1,2}(?:次年|翌年|明年)\d{1,2}月(?:\d{1,2}日)?"
)
"""Months of this winter, its year unnamed."""
_BASE = re.compile(
    rf"(?:比|较|相比|与|相对|相较|在|以)(?:于)?(?P<year>{_YEAR})[年—\-]"
    rf"(?!(?:\d{{1,2}}月?(?:\d{{1,2}}日)?)?[至到])(?:为?基准|同期|基础上|相比|秋冬季)?"
)
_MEASURED_FROM = ("基准", "基础上", "相比", "同期")
_PLAIN = re.compile(rf"(?<!\d)(?P<year>{_YEAR})(?=年|[底末])年?(?P<end>底前|末前|底|末|前)?")
_PART = re.compile(
    rf"(?:(?P<year>{_YEAR})年)?(?<!前)(?<!每)"
    r"(?:第?[一二三四1-4]季度|[上下]半年|\d{1,2}月?[-—–～至到]{1,2}\d{1,2}月)(?![以前底末])"
)
_TITLE_SEASON = re.compile(rf"{_YEAR}年?[-—–－～至]{{1,2}}{_YEAR}年?(?:秋冬季|采暖季)")
_PERIOD = re.compile(
    r"[“\"]?(?P<plan>十一五|十二五|十三五|十四五|十五五|十六五)[”\"]?(?:末|期末|期间|时期)?"
)
_TITLE_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_TITLE_SPAN = re.compile(rf"(?<!\d){_YEAR}年?[-—–－～至]{{1,2}}(?P<to>\d\d)(?=年|）)")
_ISSUED = re.compile(
    r"年?\d{1,2}月(?:\d{1,2}日)?[^，。；]{0,14}?"
    r"(?:印发|发布|发文|下发|出台|公布|召开|举行|通知|会议|审议|通过|施行|批复|批准|签订|签署|部署|消息|披露|透露)"
)
"""A date of the document itself, not of what it wants."""
_STAGE = r"近期|中期|中远期|远期"
_STAGES = re.compile(rf"(?P<year>{_YEAR})年(?:作?为|是)(?:规划)?(?P<name>{_STAGE})")
_STAGE_NAMED = re.compile(rf"(?P<name>{_STAGE})(?:目标)?(?=[，,：:])")
_THIS = re.compile(r"今年|本年度|当年")
_WHOLE = re.compile(r"全年")
_LAST = re.compile(r"(?<![比较与])(?:去年|上年|上一年度?|上一?个?秋冬季)(?!同期|度?目标|相比|底)")
_NEXT = re.compile(r"明年")
_SPOKEN = re.compile(r"[今本当全去上明次翌]年|上一|秋冬季")
"""In whatever names a year by that of the notice."""
_FIVE_YEAR_ENDS = {
    "十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035,
}  # fmt: skip
_NUMBERED = re.compile(rf"〔{_YEAR}〕")
_YEAR_ON_YEAR = re.compile(r"同比|比上年|较上年|与上年相比|比上一年|较去年|比去年")


@dataclass(frozen=True)
class YearMark:
    """A year named at [start, end): `base` years are measured from, others are for targets.
    `season` is the period as written, where one is named."""

    start: int
    end: int
    year: int
    base: bool
    season: str | None = None
    until: bool = False
    """到Y年: what follows is to be reached by then."""
    vague: bool = False
    """全年: the year just spoken of, this one where none is."""


def plan_end(title: str, this_year: int | None) -> int | None:
    """The year a title's plan runs to: the last one it names, that of its five-year plan, or
    the third year of a three-year plan begun in `this_year`."""
    named = [int(year) for year in _TITLE_YEAR.findall(title)]
    spans = [int(match["to"]) for match in _TITLE_SPAN.finditer(title)]
    if named:
        # 2021-22 names its end in short.
        return max(*named, *(named[0] // 100 * 100 + end for end in spans), named[0])
    plan = _PERIOD.search(title)
    if plan is not None:
        return _FIVE_YEAR_ENDS[plan["plan"]]
    if this_year is not None and "三年" in title:
        return this_year + 2
    return None


def stages_of(text: str) -> dict[str, int]:
    """The years a plan gives its stages (2025年为近期目标年): stage -> year."""
    return {match["name"]: int(match["year"]) for match in _STAGES.finditer(text)}


def year_marks(
    text: str, start: int, end: int, this_year: int | None, stages: Mapping[str, int] = {}
) -> list[YearMark]:
    """The years named in text[start:end], in order; `stages` those that stand for one. Years
    inside document numbers do not count."""
    taken: list[tuple[int, int]] = [m.span() for m in _NUMBERED.finditer(text, start, end)]
    marks: list[YearMark] = []

    def free(a: int, b: int) -> bool:
        return all(b <= x or a >= y for x, y in taken)

    for match in _SEASON.finditer(text, start, end):
        first = int(match["from"])
        last = int(match["to"]) if match["to"] else first + 1
        if last >= first and free(*match.span()):
            base = text[max(start, match.start() - 1) : match.start()] in ("比", "较")
            marks.append(YearMark(*match.span(), last, base, match[0]))
            taken.append(match.span())
    for match in _BASE.finditer(text, start, end):
        measured = not match[0].startswith(("在", "以", "与")) or match[0].endswith(_MEASURED_FROM)
        if measured and free(*match.span()):
            marks.append(YearMark(*match.span(), int(match["year"]), True))
            taken.append(match.span())
    for match in _PLAIN.finditer(text, start, end):
        if free(*match.span()) and not _ISSUED.match(text, match.end("year"), end):
            until = text[max(start, match.start() - 1) : match.start()] in ("到", "至")
            marks.append(
                YearMark(
                    *match.span(), int(match["year"]), False, None, until or bool(match["end"])
                )
            )
            taken.append(match.span())
    for match in _PERIOD.finditer(text, start, end):
        if free(*match.span()):
            marks.append(YearMark(*match.span(), _FIVE_YEAR_ENDS[match["plan"]], False, match[0]))
    for match in _STAGE_NAMED.finditer(text, start, end) if stages else ():
        if match["name"] in stages:
            marks.append(YearMark(*match.span(), stages[match["name"]], False, None, True))
    if this_year is not None and _SPOKEN.search(text, start, end):
        marks.extend(
            YearMark(*m.span(), this_year + 1, False, m[0])
            for m in _CROSSING.finditer(text, start, end)
        )
        marks.extend(
            YearMark(*m.span(), this_year, False) for m in _THIS.finditer(text, start, end)
        )
        marks.extend(
            YearMark(*m.span(), this_year, False, vague=True)
            for m in _WHOLE.finditer(text, start, end)
        )
        marks.extend(
            YearMark(*m.span(), this_year - 1, False) for m in _LAST.finditer(text, start, end)
        )
        marks.extend(
            YearMark(*m.span(), this_year + 1, False)
            for m in _NEXT.finditer(text, start, end)
            if free(*m.span()) and not any(x.start <= m.start() < x.end for x in marks)
        )
    return sorted(marks, key=lambda mark: mark.start)


def part_of_year(text: str, start: int, end: int, year: int | None) -> str | None:
    """The quarter, half year or months last named in text[start:end], where no year named after
    it and no other `year` with it says something else: 四季度, 2026年四季度, 10—12月."""
    match = max(_PART.finditer(text, start, end), key=re.Match.start, default=None)
    if match is None or (match["year"] and int(match["year"]) != year):
        return None
    if _PLAIN.search(text, match.end(), end) or (
        _THIS.search(text, match.end(), end) or _WHOLE.search(text, match.end(), end)
    ):
        return None
    return match[0]


def part_of_title(title: str, year: int | None) -> str | None:
    """The season or quarter a title is about."""
    season = _TITLE_SEASON.search(title)
    return season[0] if season else part_of_year(title, 0, len(title), year)


def is_year_on_year(text: str) -> bool:
    """Whether a change is measured from the year before."""
    return _YEAR_ON_YEAR.search(text) is not None
