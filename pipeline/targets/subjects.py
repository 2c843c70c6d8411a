"""Which indicators the numbers of a sentence belong to: those named before them, after them, or
in the clause before."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.targets.cues import TargetCues
from pipeline.targets.reading import Reading
from pipeline.targets.scan import Group, Indicator, Number
from pipeline.targets.years import YearMark
from pipeline.vocab import PlaceMatch

_GAP = 60
"""Characters between an indicator and its value at most."""
_AGAIN = 14
"""Characters between two values of one indicator (下降25%，下降至70微克/立方米)."""
_MAX_PLACES = 64
_NO_SUBJECT = re.compile(
    r"(?:比|较|与)(?:(?:19|20)\d\d年?|上年|去年|上一年|前一年)(?:同期|相比)?|并|且|累计|力争|分别|平均|均|总体|同比"
    r"|到?(?:19|20)\d\d年?底?前?|\d{1,2}月?[至到—-]\d{1,2}月|今年|明年|全年|要求|目标|至少"
)
"""Words before a verb that are no subject of their own."""
_CARRIED = re.compile(
    r"(?:19|20)\d\d年?|以下|以上|左右|以内|稳定|全[市省区国]|期间|力争|分别|其中|争取|进一步"
    r"|[均各到至比较与的，,、；其中底末前再]"
)
"""What a clause may hold beside its verb and value to be about the indicator before it."""
_AREA = re.compile(r"城区|县城|城镇|农村|乡村|郊区|平原|山区|其他地区|其他城市")
"""Parts of a jurisdiction that have no name of their own."""
_COMMA = re.compile(r"(?<!\d)[，,]|[，,](?!\d{3}(?!\d))")
"""A comma between clauses, not between the thousands of a number."""
_LIST = re.compile(r"、|" + _COMMA.pattern)
_TOGETHER = re.compile(r"[，,]分别(?:比|较|同比|下降|降低|减少|削减)[^，,、]{0,16}$")
_RATE = re.compile(
    r"(?!削减|减排|下降|降低)[^，。；、,\d]{0,8}?(?:率|比例|占比)(?!.*(?:率|比例|占比))"
)
"""散煤复燃率: the name is but part of another indicator's."""
_COUNTED = frozenset({"aqi_days", "heavy_days", "other"})
_BACKWARDS = ("%", "戸", "万戸", "台", "万台", "万t", "亿t")
"""Units whose number may stand before its indicator (2.6万户清洁取暖改造)."""


@dataclass
class Context:
    """What earlier sentences of a paragraph settle for later ones."""

    year: int | None = None
    period: str | None = None
    until: bool = False
    goal: bool = False
    told: bool = False
    """An earlier part of the sentence tells results."""
    intended: bool = False
    """An earlier part of the sentence says what is to be done."""
    horizon: int | None = None
    start_year: int | None = None
    """The year the whole plan measures from (以2020年为基准年)."""
    subjects: tuple[tuple[Indicator, ...], ...] = ()
    """What earlier clauses are about, the latest first."""
    base: int | None = None
    based: set[str] = field(default_factory=set)
    based_in: int = -1
    yearly: dict[str, int] = field(default_factory=dict)
    """By family, the year before that its change was measured from (同比)."""


@dataclass
class Sentence:
    """A sentence [start, end) with what it names. `used`: by group, where its last value ends."""

    start: int
    end: int
    groups: list[Group]
    marks: list[YearMark]
    used: dict[int, int] = field(default_factory=dict)

    def goals(self, end: int) -> list[YearMark]:
        """The years named before `end` that a value may be for."""
        return [mark for mark in self.marks if not mark.base and mark.end <= end]

    def own_year(self, start: int, end: int) -> int | None:
        """The year named for a target within [start, end)."""
        years = [m.year for m in self.marks if not m.base and start <= m.start and m.end <= end]
        return years[-1] if years else None


@dataclass(frozen=True)
class Subject:
    """The indicators of some numbers, and where the verb between them may begin. `carried`: they
    are those of the clause before."""

    group: Group
    origin: int
    carried: bool = False


def named(reading: Reading, start: int, end: int) -> list[PlaceMatch]:
    """The places named within [start, end)."""
    index = bisect_left(reading.places, start, key=lambda match: match.start)
    nearby = reading.places[index : index + _MAX_PLACES]
    return [match for match in nearby if match.end <= end]


def subject_of(
    reading: Reading,
    sentence: Sentence,
    run: Sequence[Number],
    context: Context,
    cues: TargetCues,
) -> Subject | None:
    """What a run of numbers is about, or None."""
    several = _several(reading.text, sentence, run)
    if several is not None:
        return several
    text, first = reading.text, run[0]
    left = next((g for g in reversed(sentence.groups) if g.end <= first.start), None)
    if left is not None:
        origin = sentence.used.get(left.start, left.end)
        gap = text[origin : first.start]
        again = left.start in sentence.used
        fits = len(gap) <= (_AGAIN if again else _GAP) and not re.search(r"[：:]", gap)
        if again:
            fits = fits and cues.verbs.search(gap + first.before) is not None
        fits = fits and any(first.unit.name in member.units for member in left.members)
        fits = fits and not (_RATE.match(gap) and left.members[-1].family not in _COUNTED)
        if fits and not _other_subject(gap, cues, _LIST if again else _COMMA):
            return Subject(left, origin)
    right = next((g for g in sentence.groups if g.start >= run[-1].end), None)
    if right is not None and first.unit.name in _BACKWARDS:
        gap = text[run[-1].end : right.start]
        if len(gap) <= 8 and not re.search(r"[，。、：,]", gap):
            return Subject(right, max(sentence.start, first.start - 14))
    return _carried(reading, sentence, run, context, cues)


def _several(text: str, sentence: Sentence, run: Sequence[Number]) -> Subject | None:
    """The indicators of several clauses, where their changes are told together afterwards
    (A控制在…，B控制在…，分别比2020年下降N%和M%)."""
    if len(run) < 2 or not _TOGETHER.search(text, sentence.start, run[0].start):
        return None
    members: list[Indicator] = []
    for group in reversed([g for g in sentence.groups if g.end <= run[0].start]):
        if group.start not in sentence.used:
            return None
        members[:0] = group.members
        if len(members) >= len(run):
            break
    if len(members) != len(run) or any(run[0].unit.name not in m.units for m in members):
        return None
    origin = max(sentence.used.values())
    return Subject(Group(members[0].start, members[-1].end, tuple(members)), origin)


def _other_subject(gap: str, cues: TargetCues, parted: re.Pattern[str] = _COMMA) -> bool:
    """Whether the clause of the number opens with a subject of its own."""
    clauses = parted.split(gap)
    if len(clauses) == 1 or not clauses[-1]:
        return False
    verb = cues.verbs.search(clauses[-1])
    ahead = clauses[-1][: verb.start()] if verb else clauses[-1]
    return len(_NO_SUBJECT.sub("", ahead)) >= 2


def _carried(
    reading: Reading,
    sentence: Sentence,
    run: Sequence[Number],
    context: Context,
    cues: TargetCues,
) -> Subject | None:
    """The indicators of the clause before, where this one has none of its own
    (到2025年PM2.5浓度下降10%；到2030年，下降20%)."""
    first = run[0]
    begins = max(sentence.used.values(), default=sentence.start)
    begins = max([begins, *(g.end for g in sentence.groups if g.end <= first.start)])
    gap = reading.text[begins : first.start] + first.before
    if len(gap) > _GAP or not cues.verbs.search(gap):
        return None
    places = named(reading, begins, first.start)
    by_place = len(run) > 1 and len(places) == len(run)
    joint = _joint(gap, context, run) if not places else None
    able = [joint] if joint else [s for s in context.subjects if _can_be(s, run, by_place)]
    subjects = list(dict.fromkeys(able))
    told = {tuple(indicator.family for indicator in s) for s in subjects}
    if not subjects or (by_place and len(told) > 1):
        return None
    # Of many cities named one by one only those that matter to the bulletin are kept.
    if not by_place and any(place.id not in reading.wanted for place in places):
        return None
    area = _AREA.search(gap) is not None
    if sentence.own_year(begins, first.start) is None and not places and not area:
        return None
    for place in places:
        gap = gap.replace(reading.text[place.start : place.end], "")
    for words in (cues.verbs, _CARRIED, _AREA):
        gap = words.sub("", gap)
    if gap:
        return None
    return Subject(Group(first.start, first.start, subjects[0]), begins, True)


def _joint(gap: str, context: Context, run: Sequence[Number]) -> tuple[Indicator, ...] | None:
    """The indicators of as many clauses, of which numbers are told together
    (PM2.5…降至15、臭氧…降至130；2030年分别降至13和120)."""
    if "分别" not in gap or len(run) < 2:
        return None
    singles = [s[0] for s in context.subjects if len(s) == 1][: len(run)]
    if len(singles) != len(run) or len({i.family for i in singles}) != len(run):
        return None
    fits = all(run[0].unit.name in indicator.units for indicator in singles)
    return tuple(reversed(singles)) if fits else None


def _can_be(subject: tuple[Indicator, ...], run: Sequence[Number], by_place: bool) -> bool:
    """Whether numbers may be of a subject: as many as it has, or one for each place."""
    fits = len(subject) == len(run) or (by_place and len(subject) == 1)
    return fits and all(run[0].unit.name in indicator.units for indicator in subject)
