"""Quantified targets of a text. Precision first: what may be a result is left out.

The patterns are those of the plans themselves: 到Y年，<indicator>比B年下降N%; 控制在N以内; two
values for one indicator; A和B分别下降N%和M%; seasons and five-year plans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pipeline.model import Comparator, Target
from pipeline.targets.cues import TargetCues
from pipeline.targets.goals import (
    ACTIVITIES,
    Statement,
    ground_of,
    in_passing,
    states_intent,
    tells_results,
)
from pipeline.targets.headlines import below_headlines
from pipeline.targets.reading import Reading
from pipeline.targets.scan import DIGIT, Group, Indicator, Number, groups_in, runs_in
from pipeline.targets.subjects import Context, Sentence, Subject, named, subject_of
from pipeline.targets.tables import table_targets
from pipeline.targets.timing import horizon_of, plan_base, shared_base, timing_of
from pipeline.targets.years import YearMark, stages_of, year_marks

_PARAGRAPH = re.compile(r"[^\n]+")
_SENTENCE = re.compile(r"[^。！？；;\n]{1,1000}")
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
_LISTING = re.compile(r"[、和，](?:[到至])?")
_TIMED = re.compile(r"[年五期]")
"""In whatever names a year."""
_STOPS = "。！？"
"""What ends a sentence; parts before a semicolon still hold for those behind it."""
_AMONG = "其中"
"""A sentence that goes on with parts of the one before."""
_PROVINCE = re.compile(r"[全我]省")
_REBUILT = re.compile(r"[^，。；]{0,30}改造")
_STRIVE = re.compile(r"力争|争取|努力")
_STATES = ("%", "μg/m3", "mg/m3", "日", "")
"""Units a result has as well as a target; a bare figure in them needs to be called a target."""
_POLLUTANTS = frozenset({"pm25", "pm10", "o3", "so2", "no2", "nox", "voc", "co"})
_AMOUNTED = frozenset({"coal", "capacity", "so2", "nox", "voc", "pm25"})
_TAKEN_AWAY = frozenset({"coal", "capacity"})
_REACHED = ("达到", "达")
_CHANGED = ("%", "万t", "亿t", "t")
"""Units of changes that share the year an earlier clause is measured from."""
_AMOUNTS = ("万t", "亿t", "t", "万重量箱")


class TargetExtractor:
    """Finds the targets of notices, by the words of targets.yml."""

    def __init__(self, cues: TargetCues) -> None:
        self._cues = cues

    def extract(self, reading: Reading) -> tuple[Target, ...]:
        """The targets in the order of the text, each once. Linear in the length of the text."""
        found: list[Target] = []
        text, stages = reading.text, stages_of(reading.text)
        horizon, start_year = horizon_of(reading), plan_base(reading)
        for paragraph in _PARAGRAPH.finditer(text):
            if not DIGIT.search(paragraph[0]):
                # Nothing is set here, and what a paragraph says does not outlast it.
                continue
            context = Context(horizon=horizon, start_year=start_year)
            for match in _SENTENCE.finditer(text, *paragraph.span()):
                start, end = match.span()
                if start and text[start - 1] in _STOPS:
                    context.base, context.told, context.intended = None, False, False
                    if not text.startswith(_AMONG, start):
                        context.yearly.clear()
                if not reading.muted[start]:
                    found.extend(self._sentence(reading, start, end, context, stages))
        found.extend(table_targets(reading, self._cues))
        return tuple(below_headlines(_unique(found)))

    def _sentence(
        self,
        reading: Reading,
        start: int,
        end: int,
        context: Context,
        stages: Mapping[str, int],
    ) -> Iterator[Target]:
        text = reading.text
        runs = runs_in(text, start, end, self._cues)
        timed = runs or _TIMED.search(text, start, end)
        sentence = Sentence(
            start,
            end,
            groups_in(text, start, end, self._cues) if runs else [],
            year_marks(text, start, end, reading.year, stages) if timed else [],
        )
        for run in runs:
            subject = subject_of(reading, sentence, run, context, self._cues)
            if subject is not None:
                sentence.used[subject.group.start] = run[-1].end
                context.subjects = (subject.group.members, *context.subjects[:3])
                yield from self._targets(reading, sentence, run, subject, context)
        whole = text[start:end]
        if tells_results(self._cues, whole):
            context.goal, context.told = False, True
        elif self._cues.strong_goals.search(whole):
            context.goal, context.told = True, False
        context.intended = context.intended or states_intent(whole)
        for mark in sentence.marks:
            if not mark.base and not (mark.vague and context.year is not None):
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
        families = {member.family for member in group.members}
        falls, level = self._direction(gap, first, families)
        grows = not falls and not level and self._cues.growth.search(gap) is not None
        low = min(group.start, first.start)
        opening = max(text.rfind(mark, sentence.start, low) + 1 for mark in "，,：:")
        opening = max(opening, sentence.start)
        changes = falls or grows or any(member.reduction for member in group.members)
        timing = timing_of(reading, sentence, context, opening, run, changes)
        if changes and first.unit.name in _CHANGED:
            timing = shared_base(timing, sentence, context, families)
        lead = text[max(opening, low - 24) : low] + (gap if group.start > low else "")
        taken = self._cues.down.search(lead) or self._cues.removed.search(lead)
        activity = families <= ACTIVITIES
        ahead = [m for m in sentence.goals(first.start) if _yet_to_come(m, reading)]
        stated = Statement(
            sentence=(sentence.start, sentence.end),
            window=text[max(sentence.start, low - 30) : last.end + 2],
            before=text[sentence.start : last.end],
            year=timing.target if timing.stated else None,
            until=timing.until,
            ahead=max((m.end - sentence.start for m in ahead), default=-1),
            bare=not (
                (activity and first.unit.name not in _STATES)
                or changes or level or taken or first.before or last.after
                or group.start > first.start
            ),
            held=context.goal,
            told=context.told,
            intended=context.intended,
            activity=activity,
            run=run,
        )  # fmt: skip
        if grows and (timing.base is None or families != {"other"}):
            # 优良天数增加15天 names neither a level nor a fall.
            return
        ground = ground_of(reading, self._cues, stated)
        if ground is None:
            return
        quoted = _quotes_wider(reading, opening, low)
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
            if number.unit.name == "%" and indicator.family == "capacity":
                # 产能限产50% is no share to reach; 产能完成改造 is.
                rest = text[indicator.end : sentence.end]
                if not (falls or _REBUILT.match(rest) or indicator.name.endswith("改造")):
                    continue
            if in_passing(reading, indicator.family, sentence.start) and timing.base is None:
                continue
            sign = self._sign(indicator, number, falls, taken is not None)
            yield Target(
                indicator=indicator.name,
                family=indicator.family,
                value=number.value * sign,
                value_max=number.upper * sign if number.upper is not None else None,
                unit=number.unit.name,
                comparators=_comparators(number, stated.window),
                base_year=_text(timing.base),
                target_year=_text(own or timing.target),
                period=timing.period,
                scope=scope,
                ground=ground,
                doubtful=ground == "bound" or quoted,
                clause=text[opening:end].strip(),
                span=reading.span(opening, end),
            )

    def _direction(self, gap: str, number: Number, families: set[str]) -> tuple[bool, bool]:
        """(a fall is measured, a level is named): by the last verb before the number."""
        level_end = _last(self._cues.level, gap)
        down_end = _last(self._cues.down, gap)
        if families <= _TAKEN_AWAY:
            down_end = max(down_end, _last(self._cues.removed, gap))
        if number.before in _REACHED:
            return (False, True)
        if number.before:
            # 下降不低于10% is a fall, 不高于30 alone a level.
            return (down_end >= 0 and down_end >= level_end, True)
        return (down_end > level_end, level_end >= 0 and level_end >= down_end)

    def _sign(self, indicator: Indicator, number: Number, falls: bool, taken: bool) -> int:
        if indicator.family in ("vehicles", "households"):
            return 1
        if falls or indicator.reduction:
            return -1
        if indicator.family in _AMOUNTED and number.unit.name in _AMOUNTS:
            return -1 if taken else 1
        return 1


def _quotes_wider(reading: Reading, start: int, end: int) -> bool:
    """Whether a clause speaks of the nation or province that the issuer is a part of."""
    if any(place.id in reading.above for place in named(reading, start, end)):
        return True
    # Every city lies below a province, a province below the nation alone.
    return len(reading.above) > 1 and _PROVINCE.search(reading.text, start, end) is not None


def _yet_to_come(mark: YearMark, reading: Reading) -> bool:
    return reading.year is not None and mark.year > reading.year


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match ends, -1 for none."""
    return max((match.end() for match in pattern.finditer(text)), default=-1)


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
        if not places:
            # The places of the clause before (A、B的PM2.5分别…，重污染天数分别…).
            places = named(reading, sentence.start, low)
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
    told = {t.family for t in targets if _in_body(t)}
    seen: set[tuple[str, Decimal, str, str | None, str | None, str | None]] = set()
    kept = []
    for target in targets:
        if target.target_year is None and (target.family, target.value, target.unit) in dated:
            continue
        if not _in_body(target) and target.family in told:
            # The body says in full what a title says in short.
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
