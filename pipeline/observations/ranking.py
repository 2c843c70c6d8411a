"""Places ranked in a sentence without figures: 由低到高依次为甲、乙、丙."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.observations.cues import ObservationCues
from pipeline.observations.periods import Calendar

_SENTENCE = re.compile(r"[^。；\n]{1,2000}")
_LEAD = re.compile(
    r"(?:依次|分别)(?:排名)?(?:为|是)?[：:]?|排名(?:依次)?(?:为|是)[：:]?"
    r"|[位名](?:城市|的[^，。]{0,8})?(?:为|是)[：:]?"
)
_PLACES = r"\d{0,2}[一二三四五六七八九十]?[位名]"
_BEST_FIRST = re.compile(rf"由好到差|从好到差|由优到劣|从优到劣|较好|最好|前{_PLACES}")
_WORST_FIRST = re.compile(rf"由差到好|从差到好|较差|最差|后{_PLACES}|倒数")
_LOW_FIRST = re.compile(r"[由从]低到高")
_HIGH_FIRST = re.compile(r"[由从]高到低")
_BETWEEN = frozenset({"、", "和", "，", "及", "与", "县、", "市、", "区、"})


@dataclass(frozen=True)
class Rank:
    """A place's rank; `start`, `end` and `clause_start` are characters of the paragraph."""

    place: str
    rank: int
    period: str
    indicator: str
    start: int
    end: int
    clause_start: int


def ranked(
    text: str,
    places: Sequence[tuple[int, int, str]],
    period_pattern: re.Pattern[str],
    calendar: Calendar,
    period: str | None,
    cues: ObservationCues,
) -> Iterator[Rank]:
    """The ranks of lists that begin with the best. Lists from the worst are not counted: how
    many places there are is seldom said."""
    indicators = re.compile(cues.indicator)
    starts = [place[0] for place in places]
    for sentence in _SENTENCE.finditer(text):
        first_in = bisect_left(starts, sentence.start())
        inside = places[first_in : bisect_left(starts, sentence.end())]
        if len(inside) < 2:
            continue
        current = period
        for match in period_pattern.finditer(text, *sentence.span()):
            current = calendar.resolve(match, current)
        for run in _runs(text, inside):
            first = run[0][0]
            begin = max(sentence.start(), text.rfind("，", sentence.start(), first) + 1)
            lead = text[max(begin, first - 60) : first]
            marks = list(_LEAD.finditer(lead))
            if not marks or marks[-1].end() != len(lead) or current is None:
                continue
            indicator = next(iter(indicators.finditer(lead)), None)
            family = cues.family(indicator["name"]) if indicator else cues.families.get("index")
            if family is None or not _best_first(lead, family.better == "low"):
                continue
            name = indicator[0] if indicator else "空气质量"
            for number, (start, end, place) in enumerate(run, 1):
                yield Rank(place, number, current, name, start, end, begin)


def _best_first(lead: str, low_is_better: bool) -> bool:
    if _WORST_FIRST.search(lead) and not _BEST_FIRST.search(lead):
        return False
    if _LOW_FIRST.search(lead):
        return low_is_better
    if _HIGH_FIRST.search(lead):
        return not low_is_better
    return _BEST_FIRST.search(lead) is not None


def _runs(
    text: str, places: Sequence[tuple[int, int, str]]
) -> Iterator[list[tuple[int, int, str]]]:
    """Places listed one after the other."""
    run: list[tuple[int, int, str]] = []
    for place in places:
        if run and text[run[-1][1] : place[0]] not in _BETWEEN:
            if len(run) > 1:
                yield run
            run = []
        run.append(place)
    if len(run) > 1:
        yield run
