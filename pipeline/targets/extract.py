"""Quantified targets of a text. Precision first: what may be a result is left out.

The patterns are those of the plans themselves: 到Y年，<indicator>比B年下降N%; 控制在N以内; two
values for one indicator; A和B分别下降N%和M%; seasons and five-year plans.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.model import Comparator, Target
from pipeline.targets.cues import TargetCues
from pipeline.targets.goals import Statement, in_passing, is_goal
from pipeline.targets.reading import Reading
from pipeline.targets.scan import Group, Indicator, Number, groups_in, runs_in
from pipeline.targets.tables import table_targets
from pipeline.targets.years import YearMark, is_year_on_year, year_marks
from pipeline.vocab import PlaceMatch

_SENTENCE = re.compile(r"[^。！？；;\n]{1,4000}")
_GAP = 60
"""Characters between an indicator and its value at most."""
_AGAIN = 14
"""Characters between two values of one indicator (下降25%，下降至70微克/立方米)."""
_MAX_PLACES = 64
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
_NO_SUBJECT = re.compile(
    r"(?:比|较|与)(?:19|20)\d\d年?(?:同期|相比)?|并|且|累计|力争|分别|平均|均|总体|同比"
    r"|到?(?:19|20)\d\d年?底?前?|至少"
)
"""Words before a verb that are no subject of their own."""
_STRIVE = re.compile(r"力争|争取|努力")
_BACKWARDS = ("%", "戸", "万戸", "台", "万台", "万t", "亿t")
"""Units whose number may stand before its indicator (2.6万户清洁取暖改造)."""
_STATES = ("%", "μg/m3", "mg/m3", "日")
"""Units a result has as well as a target; a bare figure in them needs to be called a target."""
_AMOUNTS = ("万t", "亿t", "t", "万重量箱")


@dataclass
class _Context:
    """What earlier sentences of a paragraph settle for later ones."""

    year: int | None = None
    period: str | None = None
    until: bool = False
    goal: bool = False


@dataclass
class _Sentence:
    """A sentence [start, end) with what it names. `used`: by group, where its last value ends."""

    start: int
    end: int
    groups: list[Group]
    marks: list[YearMark]
    used: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Year:
    """What a value is for, and what it is measured from."""

    target: int | None
    base: int | None
    period: str | None
    until: bool


class TargetExtractor:
    """Finds the targets of notices, by the words of targets.yml."""

    def __init__(self, cues: TargetCues) -> None:
        self._cues = cues

    def extract(self, reading: Reading) -> tuple[Target, ...]:
        """The targets in the order of the text, each once. Linear in the length of the text."""
        found: list[Target] = []
        context = _Context()
        for match in _SENTENCE.finditer(reading.text):
            start, end = match.span()
            if start == 0 or reading.text[start - 1] == "\n":
                context = _Context()
            if not reading.muted[start]:
                found.extend(self._sentence(reading, start, end, context))
        found.extend(table_targets(reading, self._cues))
        return _unique(found)

    def _sentence(
        self, reading: Reading, start: int, end: int, context: _Context
    ) -> Iterator[Target]:
        text = reading.text
        runs = runs_in(text, start, end, self._cues)
        named = runs or any(mark in text[start:end] for mark in ("年", "五"))
        sentence = _Sentence(
            start,
            end,
            groups_in(text, start, end, self._cues) if runs else [],
            year_marks(text, start, end, reading.year) if named else [],
        )
        for run in runs:
            pair = self._group_of(text, sentence, run)
            if pair is not None:
                sentence.used[pair[0].start] = run[-1].end
                yield from self._targets(reading, sentence, run, *pair, context)
        whole = text[start:end]
        if self._cues.results.search(whole):
            context.goal = False
        elif self._cues.strong_goals.search(whole):
            context.goal = True
        for mark in sentence.marks:
            if not mark.base:
                context.year, context.period = mark.year, mark.season
                context.until = mark.until

    def _group_of(
        self, text: str, sentence: _Sentence, run: tuple[Number, ...]
    ) -> tuple[Group, int] | None:
        """The indicators a run of numbers belongs to, and where its verb may begin."""
        first = run[0]
        left = next((g for g in reversed(sentence.groups) if g.end <= first.start), None)
        right = next((g for g in sentence.groups if g.start >= run[-1].end), None)
        if left is not None:
            origin = sentence.used.get(left.start, left.end)
            gap = text[origin : first.start]
            again = left.start in sentence.used
            fits = len(gap) <= (_AGAIN if again else _GAP) and not re.search(r"[：:]", gap)
            if again:
                verb = self._cues.level.search(gap + first.before) or self._cues.down.search(gap)
                fits = fits and verb is not None
            if fits and not self._other_subject(gap):
                return left, origin
        if right is not None and first.unit.name in _BACKWARDS:
            gap = text[run[-1].end : right.start]
            if len(gap) <= 8 and not re.search(r"[，。、：,]", gap):
                return right, max(sentence.start, first.start - 14)
        return None

    def _other_subject(self, gap: str) -> bool:
        """Whether the clause of the number opens with a subject of its own."""
        clauses = re.split(r"[，,]", gap)
        if len(clauses) == 1 or not clauses[-1]:
            return False
        verb = self._cues.down.search(clauses[-1]) or self._cues.level.search(clauses[-1])
        ahead = clauses[-1][: verb.start()] if verb else clauses[-1]
        return len(_NO_SUBJECT.sub("", ahead)) >= 2

    def _targets(
        self,
        reading: Reading,
        sentence: _Sentence,
        run: tuple[Number, ...],
        group: Group,
        origin: int,
        context: _Context,
    ) -> Iterator[Target]:
        text, first, last = reading.text, run[0], run[-1]
        gap = text[origin : first.start]
        falls, level = self._direction(gap, first)
        grows = not falls and not level and self._cues.growth.search(gap)
        low = min(group.start, first.start)
        opening = max(text.rfind(mark, sentence.start, low) + 1 for mark in "，,：:")
        opening = max(opening, sentence.start)
        year = self._year(text, reading, sentence, context, opening, first.start, falls)
        stated = Statement(
            sentence=(sentence.start, sentence.end),
            window=text[max(sentence.start, low - 30) : last.end + 2],
            before=text[sentence.start : last.end],
            year=year.target,
            until=year.until,
            bare=first.unit.name in _STATES
            and not (falls or level or first.before or last.after or group.start > first.start),
            held=context.goal,
            run=run,
        )
        if grows or not is_goal(reading, self._cues, stated):
            return
        lead = text[max(sentence.start, low - 8) : low] + (gap if group.start > low else "")
        end = max(last.end, group.end)
        for indicator, number, scope in _pairs(reading, group, run, opening):
            if number.unit.name not in indicator.units:
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
                target_year=_text(year.target),
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
        sentence: _Sentence,
        context: _Context,
        opening: int,
        position: int,
        falls: bool,
    ) -> _Year:
        target: int | None
        before = [m for m in sentence.marks if not m.base and m.end <= position]
        if before:
            target, period, until = before[-1].year, before[-1].season, before[-1].until
        elif context.year is not None:
            target, period, until = context.year, context.period, context.until
        else:
            target, period, until = reading.title_year or reading.year, None, False
        base = None
        if falls:
            bases = [m for m in sentence.marks if m.base and m.end <= position]
            # 与2020年相比，… holds for the whole sentence, 比2020年 for its own clause.
            first = sentence.groups[0].start
            held = [m for m in bases if m.start >= opening or m.end <= first]
            if held:
                base = held[-1].year
            elif target is not None and is_year_on_year(text[opening:position]):
                base = target - 1
        return _Year(target, base, period, until)


def _pairs(
    reading: Reading, group: Group, run: tuple[Number, ...], opening: int
) -> list[tuple[Indicator, Number, str | None]]:
    """(indicator, value, scope): in order where there are as many of each; a single value is
    said of all. 甲、乙PM2.5浓度分别下降N%和M% gives each place its value. What does not
    match is left out."""
    named = _named(reading, opening, min(group.start, run[0].start))
    scope = named[-1].id if named and named[-1].id not in reading.own else None
    if len(group.members) == len(run):
        return [(i, number, scope) for i, number in zip(group.members, run, strict=True)]
    if len(run) == 1:
        return [(indicator, run[0], scope) for indicator in group.members]
    if len(group.members) == 1 and len(named) == len(run):
        indicator = group.members[0]
        return [(indicator, n, place.id) for place, n in zip(named, run, strict=True)]
    return []


def _named(reading: Reading, start: int, end: int) -> list[PlaceMatch]:
    """The places named within [start, end)."""
    index = bisect_left(reading.places, start, key=lambda match: match.start)
    nearby = reading.places[index : index + _MAX_PLACES]
    return [match for match in nearby if match.end <= end]


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
    seen: set[tuple[str, Decimal, str, str | None, str | None, str | None]] = set()
    kept = []
    for target in targets:
        if target.target_year is None and (target.family, target.value, target.unit) in dated:
            continue
        key = (
            target.family, target.value, target.unit, target.base_year, target.target_year,
            target.scope,
        )  # fmt: skip
        if key not in seen:
            seen.add(key)
            kept.append(target)
    return tuple(kept)
