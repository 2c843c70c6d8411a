"""Quantified targets of a text. Precision first: what may be a result is left out.

The patterns are those of the plans themselves: 到Y年，<indicator>比B年下降N%; 控制在N以内; two
values for one indicator; A和B分别下降N%和M%; seasons and five-year plans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.model import Comparator, Target
from pipeline.targets.cues import TargetCues
from pipeline.targets.goals import ACTIVITIES, Statement, in_passing, is_goal
from pipeline.targets.reading import Reading
from pipeline.targets.scan import Group, Indicator, Number, groups_in, runs_in
from pipeline.targets.subjects import Context, Sentence, Subject, named, subject_of
from pipeline.targets.tables import table_targets
from pipeline.targets.years import (
    YearMark,
    is_year_on_year,
    part_of_title,
    part_of_year,
    year_marks,
)

_SENTENCE = re.compile(r"[^。！？；;\n]{1,4000}")
_BEFORE: dict[str, Comparator] = {
    "不高于": "at_most", "不超过": "at_most", "不大于": "at_most", "≤": "at_most",
    "不低于": "at_least", "不少于": "at_least", "至少": "at_least", "≥": "at_least",
    "低于": "less_than", "<": "less_than", "高于": "more_than", "超过": "more_than",
    "超": "more_than", ">": "more_than", "约": "about", "近": "about",
}  # fmt: skip
_AFTER: dict[str, Comparator] = {
    "以上": "at_least", "及以上": "at_least", "以下": "at_most", "及以下": "at_most",
    "以内": "within", "之内": "within", "内": "within", "左右": "about",
}  # fmt: skip
_YEAR_AFTER = re.compile(r"（((?:19|20)\d\d)年[底末]?）")
_UNTIL = re.compile(r"[到至]((?:19|20)\d\d)年")
_LISTING = re.compile(r"[、和，](?:[到至])?")
_STRIVE = re.compile(r"力争|争取|努力")
_STATES = ("%", "μg/m3", "mg/m3", "日", "")
"""Units a result has as well as a target; a bare figure in them needs to be called a target."""
_POLLUTANTS = frozenset({"pm25", "pm10", "o3", "so2", "no2", "nox", "voc", "co"})
_CONCENTRATIONS = frozenset({"pm25", "pm10", "o3", "so2", "no2"})
_AMOUNTS = ("万t", "亿t", "t", "万重量箱")


@dataclass(frozen=True)
class _Year:
    """What a value is for, and what it is measured from."""

    target: int | None
    base: int | None
    period: str | None
    until: bool
    stated: bool
    """Named by the text, not only by the title or date of the notice."""
    measured: bool
    """The base year is named, not that of 同比."""


class TargetExtractor:
    """Finds the targets of notices, by the words of targets.yml."""

    def __init__(self, cues: TargetCues) -> None:
        self._cues = cues

    def extract(self, reading: Reading) -> tuple[Target, ...]:
        """The targets in the order of the text, each once. Linear in the length of the text."""
        found: list[Target] = []
        horizon = _horizon(reading)
        context = Context(horizon=horizon)
        for match in _SENTENCE.finditer(reading.text):
            start, end = match.span()
            if start == 0 or reading.text[start - 1] == "\n":
                context = Context(horizon=horizon)
            elif reading.text[start - 1] == "。":
                context.base = None
            if not reading.muted[start]:
                found.extend(self._sentence(reading, start, end, context))
        found.extend(table_targets(reading, self._cues))
        return _unique(found)

    def _sentence(
        self, reading: Reading, start: int, end: int, context: Context
    ) -> Iterator[Target]:
        text = reading.text
        runs = runs_in(text, start, end, self._cues)
        timed = runs or any(mark in text[start:end] for mark in ("年", "五"))
        sentence = Sentence(
            start,
            end,
            groups_in(text, start, end, self._cues) if runs else [],
            year_marks(text, start, end, reading.year) if timed else [],
        )
        for run in runs:
            subject = subject_of(reading, sentence, run, context, self._cues)
            if subject is not None:
                sentence.used[subject.group.start] = run[-1].end
                context.subject = subject.group.members
                yield from self._targets(reading, sentence, run, subject, context)
        whole = text[start:end]
        if self._cues.results.search(whole):
            context.goal = False
        elif self._cues.strong_goals.search(whole):
            context.goal = True
        for mark in sentence.marks:
            if not mark.base:
                context.year, context.period = mark.year, mark.season
                context.until = mark.until

    def _targets(
        self,
        reading: Reading,
        sentence: Sentence,
        run: tuple[Number, ...],
        subject: Subject,
        context: Context,
    ) -> Iterator[Target]:
        text, first, last = reading.text, run[0], run[-1]
        group = subject.group
        gap = text[subject.origin : first.start]
        falls, level = self._direction(gap, first)
        grows = not falls and not level and self._cues.growth.search(gap)
        low = min(group.start, first.start)
        opening = max(text.rfind(mark, sentence.start, low) + 1 for mark in "，,：:")
        opening = max(opening, sentence.start)
        year = self._year(text, reading, sentence, context, opening, run, falls)
        families = {member.family for member in group.members}
        if year.measured:
            context.base, context.based = year.base, families
        elif (
            falls
            and year.base is None
            and first.unit.name == "%"
            and (families == context.based or (families | context.based) <= _CONCENTRATIONS)
        ):
            # 比2012年 holds until the full stop for what is of one kind.
            year = replace(year, base=context.base)
        stated = Statement(
            sentence=(sentence.start, sentence.end),
            window=text[max(sentence.start, low - 30) : last.end + 2],
            before=text[sentence.start : last.end],
            year=year.target if year.stated else None,
            until=year.until,
            bare=first.unit.name in _STATES
            and not (falls or level or first.before or last.after or group.start > first.start),
            held=context.goal,
            activity=all(member.family in ACTIVITIES for member in group.members),
            run=run,
        )
        if grows or not is_goal(reading, self._cues, stated):
            return
        lead = text[max(sentence.start, low - 8) : low] + (gap if group.start > low else "")
        end = max(last.end, group.end)
        for indicator, number, scope, own in _pairs(reading, sentence, group, run, opening):
            if number.unit.name not in indicator.units:
                continue
            if (
                number.unit.name == "%"
                and indicator.family in _POLLUTANTS
                and not (falls or indicator.reduction)
            ):
                # VOCs整治完成60% is no share of the pollutant.
                continue
            if in_passing(reading, indicator.family, sentence.start):
                continue
            sign = self._sign(indicator, number, falls, lead)
            yield Target(
                indicator=indicator.name,
                family=indicator.family,
                value=number.value * sign,
                value_max=number.upper * sign if number.upper is not None else None,
                unit=number.unit.name,
                comparators=_comparators(number, stated.window),
                base_year=_text(year.base),
                target_year=_text(own or year.target),
                period=year.period,
                scope=scope,
                clause=text[opening:end].strip(),
                span=reading.span(opening, end),
            )

    def _direction(self, gap: str, number: Number) -> tuple[bool, bool]:
        """(a fall is measured, a level is named): by the last verb before the number."""
        level_end = max((m.end() for m in self._cues.level.finditer(gap)), default=-1)
        down_end = max((m.end() for m in self._cues.down.finditer(gap)), default=-1)
        if number.before:
            # 下降不低于10% is a fall, 不高于30 alone a level.
            return (down_end >= 0 and down_end >= level_end, True)
        return (down_end > level_end, level_end >= 0 and level_end >= down_end)

    def _sign(self, indicator: Indicator, number: Number, falls: bool, lead: str) -> int:
        if indicator.family in ("vehicles", "households"):
            return 1
        if falls or indicator.reduction:
            return -1
        if indicator.family in ("coal", "capacity") and number.unit.name in _AMOUNTS:
            return -1 if self._cues.down.search(lead) else 1
        return 1

    def _year(
        self,
        text: str,
        reading: Reading,
        sentence: Sentence,
        context: Context,
        opening: int,
        run: tuple[Number, ...],
        falls: bool,
    ) -> _Year:
        target: int | None
        position = run[0].start
        added = _YEAR_AFTER.match(text, run[-1].end, sentence.end)
        before = [m for m in sentence.marks if not m.base and m.end <= position]
        horizon = reading.year if context.horizon is None else context.horizon
        stated = bool(added or before or context.year is not None)
        if added:
            target, period, until = int(added[1]), None, False
        elif before:
            target, period, until = before[-1].year, before[-1].season, before[-1].until
        elif context.year is not None:
            target, period, until = context.year, context.period, context.until
        else:
            target, period, until = reading.title_year or horizon, None, False
        part = part_of_year(text, sentence.start, position, target)
        if part is not None and (period is None or not added):
            period = part
        elif not stated and target == reading.title_year:
            period = part_of_title(text[: reading.body_start], target)
        base, measured = None, False
        if falls:
            bases = [m for m in sentence.marks if m.base and m.end <= position]
            # 与2020年相比，… holds for the whole sentence, 比2020年 for its own clause.
            first = sentence.groups[0].start if sentence.groups else position
            held = [m for m in bases if m.start >= opening or m.end <= first]
            if held:
                base, measured = held[-1].year, True
            elif target is not None and is_year_on_year(text[opening:position]):
                base = target - 1
        return _Year(target, base, period, until, stated, measured)


def _pairs(
    reading: Reading,
    sentence: Sentence,
    group: Group,
    run: tuple[Number, ...],
    opening: int,
) -> Iterator[tuple[Indicator, Number, str | None, int | None]]:
    """(indicator, value, scope, year of its own): in order where there are as many of each; a
    single value is said of all. 甲、乙PM2.5浓度分别下降N%和M% gives each place its value,
    2027年、2030年…分别 each year. What does not match is left out."""
    low = min(group.start, run[0].start)
    places = named(reading, opening, low)
    scope = places[-1].id if places and places[-1].id not in reading.own else None
    if len(group.members) == len(run):
        yield from ((i, n, scope, None) for i, n in zip(group.members, run, strict=True))
    elif len(run) == 1:
        yield from ((indicator, run[0], scope, None) for indicator in group.members)
    elif len(group.members) == 1:
        indicator = group.members[0]
        years = _listed_years(reading.text, sentence, low)
        if len(places) == len(run):
            for place, number in zip(places, run, strict=True):
                yield indicator, number, place.id, None
        elif len(years) == len(run):
            for year, number in zip(years, run, strict=True):
                yield indicator, number, scope, year


def _listed_years(text: str, sentence: Sentence, end: int) -> list[int]:
    """The years named one after the other before `end` (2027年、2030年)."""
    listed: list[YearMark] = []
    for mark in sentence.marks:
        if mark.base or mark.end > end:
            continue
        if listed and not _LISTING.fullmatch(text, listed[-1].end, mark.start):
            listed = []
        listed.append(mark)
    return [mark.year for mark in listed]


def _comparators(number: Number, window: str) -> tuple[Comparator, ...]:
    found: list[Comparator] = []
    for word, table in ((number.before, _BEFORE), (number.after, _AFTER)):
        if word in table and table[word] not in found:
            found.append(table[word])
    if number.before == "力争" or _STRIVE.search(window):
        found.append("strive")
    return tuple(found)


def _text(year: int | None) -> str | None:
    return str(year) if year is not None else None


def _unique(targets: list[Target]) -> tuple[Target, ...]:
    """Each target once; one without a year gives way to the same one with a year."""
    dated = {(t.family, t.value, t.unit) for t in targets if t.target_year is not None}
    told = {(t.family, t.value, t.unit) for t in targets if _in_body(t)}
    seen: set[tuple[str, Decimal, str, str | None, str | None, str | None]] = set()
    kept = []
    for target in targets:
        if target.target_year is None and (target.family, target.value, target.unit) in dated:
            continue
        if not _in_body(target) and (target.family, target.value, target.unit) in told:
            # The body says the years that a title leaves out.
            continue
        key = (
            target.family, target.value, target.unit, target.base_year, target.target_year,
            target.scope,
        )  # fmt: skip
        if key not in seen:
            seen.add(key)
            kept.append(target)
    return tuple(kept)


def _in_body(target: Target) -> bool:
    return target.span is None or target.span.where == "body"


def _horizon(reading: Reading) -> int | None:
    """The year a plan first says it runs to (到2030年), if that is yet to come."""
    match = _UNTIL.search(reading.text)
    year = int(match[1]) if match else None
    if year is None or (reading.year is not None and year < reading.year):
        return None
    return year
