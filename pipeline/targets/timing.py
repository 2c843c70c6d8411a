"""What a value is for and what it is measured from: years of the sentence, else of the paragraph,
the title, the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.targets.reading import Reading
from pipeline.targets.scan import Number
from pipeline.targets.subjects import Context, Sentence
from pipeline.targets.years import YearMark, is_year_on_year, part_of_title, part_of_year

_YEAR_AFTER = re.compile(r"（((?:19|20)\d\d)年[底末]?）")
_BASE_AFTER = re.compile(r"（(?:以|比|较|相比)((?:19|20)\d\d)年(?:为基准年?|为基数)?）")
_UNTIL = re.compile(r"[到至]((?:19|20)\d\d)年")
_PLAN_BASE = re.compile(r"以((?:19|20)\d\d)年(?:作为|为)(?:规划)?(?:基准年|基准|基数)")
_KINDS = (
    frozenset({"pm25", "pm10", "o3", "so2", "no2"}),
    frozenset({"so2", "nox", "voc"}),
)
"""Families that share the year they are measured from: concentrations, emissions."""
_EMITTED = frozenset({"so2", "nox", "voc", "other"})


@dataclass(frozen=True)
class Timing:
    """What a value is for, and what it is measured from."""

    target: int | None
    base: int | None
    period: str | None
    until: bool
    stated: bool
    """Named by the text, not only by the title or date of the notice."""
    measured: bool
    """The base year is named, not that of 同比."""


def plan_base(reading: Reading) -> int | None:
    """The year a plan says that it measures from."""
    match = _PLAN_BASE.search(reading.text)
    return int(match[1]) if match else None


def horizon_of(reading: Reading) -> int | None:
    """The year a plan first says it runs to (到2030年), if that is yet to come."""
    match = _UNTIL.search(reading.text)
    year = int(match[1]) if match else None
    if year is None or (reading.year is not None and year < reading.year):
        return None
    return year


def _is_over(text: str, mark: YearMark, opening: int) -> bool:
    """Whether a deadline (2023年底前全部淘汰，…) is that of an earlier clause alone."""
    return mark.end < opening and text[mark.end - 1] == "前" and text[mark.end] not in "，,：:"


def timing_of(
    reading: Reading,
    sentence: Sentence,
    context: Context,
    opening: int,
    run: tuple[Number, ...],
    changes: bool,
) -> Timing:
    """The years of a run of numbers whose clause begins at `opening`. `changes`: the numbers
    tell a change, so that it has a base."""
    text, position = reading.text, run[0].start
    target: int | None
    added = _YEAR_AFTER.match(text, run[-1].end, sentence.end)
    before = sentence.goals(position)
    follows = context.year is not None and len(before) > 0
    if follows and (before[-1].vague or _is_over(text, before[-1], opening)):
        before = before[:-1]
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
    if changes:
        bases = [m for m in sentence.marks if m.base and m.end <= position]
        # 与2020年相比，… holds for the whole sentence, 比2020年 for its own clause.
        first = sentence.groups[0].start if sentence.groups else position
        behind = _BASE_AFTER.match(text, run[-1].end, sentence.end)
        held = [m for m in bases if m.start >= opening or m.end <= first]
        if behind:
            base, measured = int(behind[1]), True
        elif held:
            base, measured = held[-1].year, True
        elif target is not None and is_year_on_year(text[opening:position]):
            base = target - 1
    return Timing(target, base, period, until, stated, measured)


def shared_base(
    timing: Timing, sentence: Sentence, context: Context, families: Iterable[str]
) -> Timing:
    """`timing` with the base year that an earlier clause names for what is of one kind
    (…均比2015年下降20%，VOCs排放总量下降10%); a base of its own is noted for later clauses.
    Emissions share it up to the semicolon, behind which those of one sector may follow."""
    own = set(families)
    if timing.measured:
        context.base, context.based, context.based_in = timing.base, own, sentence.start
    elif timing.base is not None:
        context.yearly.update(dict.fromkeys(own, timing.base))
    elif own <= context.yearly.keys():
        # …同比下降4%，其中甲、乙分别下降5%和3%.
        return replace(timing, base=context.yearly[min(own)])
    elif context.base is not None:
        alike = own | context.based
        near = context.based_in == sentence.start
        if own == context.based or alike <= _KINDS[0] or (near and alike <= _KINDS[1]):
            return replace(timing, base=context.base)
    if timing.base is None and any(own <= kind for kind in (*_KINDS, _EMITTED)):
        return replace(timing, base=context.start_year)
    return timing
