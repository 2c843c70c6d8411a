"""Quantified targets of a text. Precision first: what may be a result is left out.

The patterns are those of the plans themselves: 到Y年，<indicator>比B年下降N%; 控制在N以内; two
values for one indicator; A和B分别下降N%和M%; seasons and five-year plans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import Comparator, Target
from pipeline.targets.cues import TargetCues
from pipeline.targets.reading import Reading
from pipeline.targets.scan import Group, Indicator, Number, groups_in, runs_in
from pipeline.targets.tables import table_targets
from pipeline.targets.years import YearMark, is_year_on_year, year_marks

_SENTENCE = re.compile(r"[^。！？；;\n]{1,4000}")
_LONG = 1500
"""Characters from which a text is long: only its section of targets gives activity figures."""
_ACTIVITIES = frozenset({"other", "capacity", "vehicles", "households"})
_GAP = 60
"""Characters between an indicator and its value at most."""
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
_BOUNDS = frozenset(
    {"不高于", "不低于", "不超过", "不少于", "以内", "以下", "以上", "≤", "≥", "及以上", "及以下"}
)
_GOAL_TITLES = re.compile(r"目标|方案|计划|规划|指标|任务|要点|责任状|会战|措施|意见|推广|攻坚")
_NO_SUBJECT = re.compile(
    r"(?:比|较|与)(?:19|20)\d\d年?(?:同期|相比)?|并|且|累计|力争|分别|平均|均|总体|同比"
    r"|到?(?:19|20)\d\d年?底?前?|至少"
)
"""Words before a verb that are no subject of their own."""
_GOAL_HEADINGS = re.compile(r"目标|指标")
_STRIVE = re.compile(r"力争|争取|努力")
_BACKWARDS = ("%", "戸", "万戸", "台", "万台", "万t", "亿t")


@dataclass
class _Context:
    """What earlier sentences of a paragraph settle for later ones."""

    year: int | None = None
    period: str | None = None
    until: bool = False


class TargetExtractor:
    """Finds the targets of notices, by the words of targets.yml."""

    def __init__(self, cues: TargetCues) -> None:
        self._cues = cues

    def extract(self, reading: Reading) -> tuple[Target, ...]:
        """The targets in the order of the text, each once. Linear in the length of the text."""
        found: list[Target] = []
        context = _Context()
        paragraph = -1
        for match in _SENTENCE.finditer(reading.text):
            start, end = match.span()
            if start < reading.body_start and end > reading.body_start:
                continue
            if reading.text[start - 1 : start] in ("\n", "") or paragraph < 0:
                context = _Context()
                paragraph = start
            if start < len(reading.muted) and reading.muted[start]:
                continue
            found.extend(self._sentence(reading, start, end, context))
        found.extend(table_targets(reading, self._cues))
        return _unique(found)

    def _sentence(
        self, reading: Reading, start: int, end: int, context: _Context
    ) -> Iterator[Target]:
        text = reading.text
        runs = runs_in(text, start, end, self._cues)
        marks = (
            year_marks(text, start, end, reading.year) if runs or "年" in text[start:end] else []
        )
        groups = groups_in(text, start, end, self._cues) if runs else []
        used: dict[int, int] = {}
        for run in runs:
            pair = self._group_of(text, start, run, groups, used)
            if pair is None:
                continue
            group, origin = pair
            used[group.start] = run[-1].end
            yield from self._targets(reading, (start, end), run, group, origin, marks, context)
        for mark in marks:
            if not mark.base:
                context.year, context.period = mark.year, mark.season
                context.until = mark.until

    def _group_of(
        self,
        text: str,
        start: int,
        run: tuple[Number, ...],
        groups: list[Group],
        used: dict[int, int],
    ) -> tuple[Group, int] | None:
        """The indicators a run of numbers belongs to, and where its verb may begin."""
        first = run[0]
        left = next((g for g in reversed(groups) if g.end <= first.start), None)
        right = next((g for g in groups if g.start >= run[-1].end), None)
        if left is not None:
            origin = used.get(left.start, left.end)
            gap = text[origin : first.start]
            again = left.start in used
            fits = len(gap) <= (14 if again else _GAP) and not re.search(r"[：:]", gap)
            if again:
                fits = fits and bool(
                    self._cues.level.search(gap + first.before) or self._cues.down.search(gap)
                )
            if fits and not self._other_subject(gap):
                return left, origin
        if right is not None and first.unit.name in _BACKWARDS:
            gap = text[run[-1].end : right.start]
            if len(gap) <= 8 and not re.search(r"[，。、：,]", gap):
                return right, max(start, first.start - 14)
        return None

    def _other_subject(self, gap: str) -> bool:
        """Whether the clause of the number opens with a subject of its own."""
        clause = re.split(r"[，,]", gap)[-1] if re.search(r"[，,]", gap) else ""
        if not clause:
            return False
        verb = self._cues.down.search(clause) or self._cues.level.search(clause)
        ahead = clause[: verb.start()] if verb else clause
        ahead = _NO_SUBJECT.sub("", ahead)
        return len(ahead) >= 2

    def _targets(
        self,
        reading: Reading,
        sentence: tuple[int, int],
        run: tuple[Number, ...],
        group: Group,
        origin: int,
        marks: list[YearMark],
        context: _Context,
    ) -> Iterator[Target]:
        text = reading.text
        first, last = run[0], run[-1]
        backwards = group.start > first.start
        gap = text[origin : first.start]
        falls, level = self._direction(gap, first)
        lead = text[max(sentence[0], group.start - 8) : group.start]
        clause_start = max(
            sentence[0], *(text.rfind(mark, sentence[0], group.start) + 1 for mark in "，,：:")
        )
        if not level and not falls and self._cues.growth.search(gap):
            return
        year, period, until = self._year(reading, marks, first.start, context)
        base = self._base(
            text, marks, min(group.start, origin), first.start, clause_start, falls, year
        )
        window = text[max(sentence[0], min(group.start, first.start) - 30) : last.end + 2]
        before = text[sentence[0] : last.end]
        if not self._is_goal(reading, sentence, window, before, year, until, run):
            return
        pairs = self._pairs(group, run)
        if len(pairs) == 1 and len(run) > 1:
            yield from self._by_place(reading, run, group, falls, year, base, clause_start)
            return
        low = min(group.start, first.start)
        clause = text[clause_start if clause_start <= low else low : max(last.end, group.end)]
        for indicator, number in pairs:
            if number.unit.name not in indicator.units:
                continue
            if indicator.family in _ACTIVITIES and self._in_passing(reading, sentence):
                continue
            sign = self._sign(indicator, number, falls, lead + (gap if backwards else ""))
            yield Target(
                indicator=indicator.name,
                family=indicator.family,
                value=number.value * sign,
                value_max=number.upper * sign if number.upper is not None else None,
                unit=number.unit.name,
                comparators=_comparators(number, window),
                base_year=str(base) if base is not None else None,
                target_year=str(year) if year is not None else None,
                period=period,
                scope=_scope(reading, clause_start, low),
                clause=clause.strip(),
                span=reading.span(clause_start, max(last.end, group.end)),
            )

    def _in_passing(self, reading: Reading, sentence: tuple[int, int]) -> bool:
        """Whether an activity figure is one of the many of a long plan, not a headline target."""
        if len(reading.text) - reading.body_start < _LONG:
            return False
        return not self._in_goal_section(reading, sentence[0])

    def _by_place(
        self,
        reading: Reading,
        run: tuple[Number, ...],
        group: Group,
        falls: bool,
        year: int | None,
        base: int | None,
        clause_start: int,
    ) -> Iterator[Target]:
        """甲、乙PM2.5浓度分别下降N%和M%: as many places before as values after."""
        indicator = group.members[0]
        named = [m for m in reading.places if clause_start <= m.start and m.end <= group.start]
        if len(named) != len(run):
            return
        clause = reading.text[clause_start : run[-1].end].strip()
        for place, number in zip(named, run, strict=True):
            if number.unit.name not in indicator.units:
                continue
            sign = self._sign(indicator, number, falls, "")
            yield Target(
                indicator=indicator.name,
                family=indicator.family,
                value=number.value * sign,
                unit=number.unit.name,
                comparators=_comparators(number, clause),
                base_year=str(base) if base is not None else None,
                target_year=str(year) if year is not None else None,
                scope=place.id,
                clause=clause,
                span=reading.span(clause_start, run[-1].end),
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
        amount = number.unit.name in ("万t", "亿t", "t", "万重量箱")
        if indicator.family in ("coal", "capacity") and amount and self._cues.down.search(lead):
            return -1
        return 1

    def _pairs(self, group: Group, run: tuple[Number, ...]) -> list[tuple[Indicator, Number]]:
        if len(group.members) == len(run):
            return list(zip(group.members, run, strict=True))
        if len(run) == 1:
            return [(indicator, run[0]) for indicator in group.members]
        if len(group.members) == 1:
            return [(group.members[0], run[0])]
        return []

    def _year(
        self, reading: Reading, marks: list[YearMark], position: int, context: _Context
    ) -> tuple[int | None, str | None, bool]:
        before = [mark for mark in marks if not mark.base and mark.end <= position]
        if before:
            return before[-1].year, before[-1].season, before[-1].until
        if context.year is not None:
            return context.year, context.period, context.until
        return reading.title_year, None, False

    def _base(
        self,
        text: str,
        marks: list[YearMark],
        group_start: int,
        position: int,
        clause_start: int,
        falls: bool,
        year: int | None,
    ) -> int | None:
        if not falls:
            return None
        near = [m for m in marks if m.base and clause_start <= m.start and m.end <= position]
        wider = [m for m in marks if m.base and m.end <= position]
        if near or wider:
            return (near or wider)[-1].year
        if year is not None and is_year_on_year(text[clause_start:position]):
            return year - 1
        return None

    def _is_goal(
        self,
        reading: Reading,
        sentence: tuple[int, int],
        window: str,
        before: str,
        year: int | None,
        until: bool,
        run: tuple[Number, ...],
    ) -> bool:
        """Whether a value is something to reach, not a result, a threshold or a sum.

        `window` is the text around the value, `before` the sentence as far as the value.
        """
        cues = self._cues
        if cues.excluded.search(window):
            return False
        told = max((match.end() for match in cues.results.finditer(before)), default=-1)
        meant = max((match.end() for match in cues.strong_goals.finditer(before)), default=-1)
        if told > meant:
            return False
        if year is not None and reading.year is not None and year != reading.year:
            return year > reading.year
        if until or meant >= 0 or self._in_goal_section(reading, sentence[0]):
            return True
        if _GOAL_TITLES.search(reading.text[: reading.body_start]):
            return True
        if is_year_on_year(before):
            return False
        return any(number.before in _BOUNDS or number.after in _BOUNDS for number in run) or bool(
            cues.goals.search(window)
        )

    def _in_goal_section(self, reading: Reading, position: int) -> bool:
        for start, end, heading in reversed(reading.headings):
            if start <= position:
                return position < end and bool(_GOAL_HEADINGS.search(heading))
        return False


def _comparators(number: Number, window: str) -> tuple[Comparator, ...]:
    found: list[Comparator] = []
    for word, table in ((number.before, _BEFORE), (number.after, _AFTER)):
        if word in table and table[word] not in found:
            found.append(table[word])
    if number.before == "力争" or _STRIVE.search(window):
        found.append("strive")
    return tuple(found)


def _scope(reading: Reading, start: int, end: int) -> str | None:
    """The last place named before the indicator in its clause."""
    named = [match.id for match in reading.places if start <= match.start and match.end <= end]
    return named[-1] if named and named[-1] not in reading.own else None


def _unique(targets: list[Target]) -> tuple[Target, ...]:
    seen: set[tuple[object, ...]] = set()
    dated = {(t.family, t.value, t.unit) for t in targets if t.target_year is not None}
    kept = []
    for target in targets:
        if target.target_year is None and (target.family, target.value, target.unit) in dated:
            continue
        key = (
            target.family, target.value, target.unit, target.base_year, target.target_year,
            target.scope if target.scope else None,
        )  # fmt: skip
        if key not in seen:
            seen.add(key)
            kept.append(target)
    return tuple(kept)
