"""Which place a name in a text means, and whether it is a place at all.

Names are found by dictionary. A short name that is also an ordinary word, and a name that several
places share, stand only where the text supports them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import TYPE_CHECKING

from pipeline.vocab.matching import Matcher, Span, without_overlaps

if TYPE_CHECKING:
    from pipeline.vocab.places import Place

# What follows the name of an authority's seat: 大同生态环境局, 日照市委.
_OFFICES = (
    "市", "省", "县", "区", "州", "盟", "地区", "人民政府", "政府", "生态环境", "环保局",
    "环境保护局", "公安", "海关", "海事", "气象",
)  # fmt: skip
# A short name before one of these is part of another name: 南京路, 武汉大学.
_OTHER_NAMES = (
    "大学", "学院", "中学", "银行", "日报", "晚报", "路", "大街", "大道", "街道", "时间", "奥运",
    "会议精神", "证券", "交易所",
)  # fmt: skip
# A name whose last character belongs to the next word is none: 三河市场, 和县级, 城区域.
_NEXT_WORDS = {"市": "场", "县": "级", "区": "域块间位", "旗": "帜舰", "港": "口务区"}
# An alias that says what kind of place it is needs no support: 大理州, 余姚市.
_WHOLE = ("州", "市", "县", "区", "旗", "盟")
_LIST_MARKS = frozenset("、，,和及与")
_BORDER_WORDS = ("两地", "两省", "两市", "三省", "三地", "四省", "交界", "毗邻", "省际", "边界")

Found = tuple[int, int, str]


class _Accepted:
    """The names accepted so far in a text, and their neighbourhood."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.starting: dict[int, tuple[Span, str]] = {}
        self._ending: dict[int, str] = {}

    def add(self, span: Span, place: str) -> None:
        self.starting[span.start] = (span, place)
        self._ending[span.end] = place

    def directly_before(self, span: Span) -> str | None:
        return self._ending.get(span.start)

    def listed_with(self, span: Span) -> list[str]:
        """The places beside a name in a list."""
        beside: list[str] = []
        if span.start and self._text[span.start - 1] in _LIST_MARKS:
            before = self._ending.get(span.start - 1)
            beside.extend([before] if before else [])
        if span.end < len(self._text) and self._text[span.end] in _LIST_MARKS:
            after = self.starting.get(span.end + 1)
            beside.extend([after[1]] if after else [])
        return beside


class PlaceFinder:
    """Finds places in texts; built once for a gazetteer."""

    def __init__(self, places: Iterable[Place], ancestors: Mapping[str, tuple[str, ...]]) -> None:
        self._ancestors = ancestors
        self._kinds: dict[str, str] = {}
        self._candidates: dict[str, list[str]] = {}
        self._short: set[str] = set()
        self._needs_support: set[tuple[str, str]] = set()
        self._abbreviations: dict[str, str] = {}
        guards: dict[str, set[str]] = {}
        for place in places:
            self._kinds[place.id] = place.kind
            for name in (place.zh, *place.aliases):
                self._candidates.setdefault(name, []).append(place.id)
                guards.setdefault(name, set()).update(
                    longer for longer in place.not_inside if name in longer
                )
            if place.strict == "name":
                self._needs_support.add((place.zh, place.id))
            if place.strict:
                self._needs_support.update(
                    (alias, place.id) for alias in place.aliases if not alias.endswith(_WHOLE)
                )
            if place.kind in ("province", "prefecture", "county"):
                self._short.update(place.aliases)
            for character in place.abbreviations:
                self._abbreviations.setdefault(character, place.id)
        self._matcher = Matcher(self._candidates, guards)
        letters = "".join(sorted(self._abbreviations)) or "-"
        self._abbreviated = re.compile(f"[{letters}]{{2,}}")

    def find(self, text: str, context: Set[str]) -> list[Found]:
        """(start, end, id) of each place, in order of the text."""
        occurrences = self._matcher.occurrences(text)
        names = (span for span in occurrences if not self._other_word(text, span))
        spans = without_overlaps(names, len(text))
        around = self._plain_places(spans) | context
        accepted = _Accepted(text)
        # Two passes: support may come from a neighbour to the right, itself supported.
        for ordered in (spans, list(reversed(spans))):
            for span in ordered:
                if span.start not in accepted.starting:
                    place = self._decide(text, span, accepted, around)
                    if place is not None:
                        accepted.add(span, place)
        matches = [(span.start, span.end, place) for span, place in accepted.starting.values()]
        matches.sort()
        return sorted([*matches, *self._abbreviation_runs(text, matches)])

    def _other_word(self, text: str, span: Span) -> bool:
        following = _NEXT_WORDS.get(span.word[-1])
        if following and span.end < len(text) and text[span.end] in following:
            return True
        return span.word in self._short and text.startswith(_OTHER_NAMES, span.end)

    def _plain_places(self, spans: Iterable[Span]) -> set[str]:
        """The places named without doubt."""
        plain: set[str] = set()
        for span in spans:
            ids = self._candidates[span.word]
            if len(ids) == 1 and (span.word, ids[0]) not in self._needs_support:
                plain.add(ids[0])
        return plain

    def _decide(self, text: str, span: Span, accepted: _Accepted, around: Set[str]) -> str | None:
        ids = self._candidates[span.word]
        above = accepted.directly_before(span)
        inside = [place for place in ids if above in self._ancestors[place]]
        if len(inside) == 1:
            return inside[0]
        if len(ids) > 1:
            ids = self._meant(inside or ids, around)
        if len(ids) != 1:
            return None
        place = ids[0]
        if (span.word, place) in self._needs_support and place not in around:
            kind = self._kinds[place]
            listed = any(self._kinds[other] == kind for other in accepted.listed_with(span))
            office = kind != "county" and text.startswith(_OFFICES, span.end)
            # A title opens with the city or county it is about.
            city = kind == "prefecture" and span.word in self._short
            opening = not span.start and (city or span.word.endswith("县"))
            if not (listed or office or opening):
                return None
        return place

    def _meant(self, ids: list[str], around: Set[str]) -> list[str]:
        """Of places with one name, those the text can mean."""
        nearest = [place for place in ids if place in around]
        if len(nearest) == 1:
            return nearest
        within = [place for place in ids if not around.isdisjoint(self._upward(place))]
        if len(within) > 1:
            # A province in the text supports less than the very prefecture.
            closer = [place for place in within if self._ancestors[place][0] in around]
            within = closer or within
        return within

    def _upward(self, place: str) -> list[str]:
        return [up for up in self._ancestors[place] if self._kinds[up] != "country"]

    def _abbreviation_runs(self, text: str, matches: list[Found]) -> list[Found]:
        """Runs of one-character names: three and more; or two that open a title (沪苏签署…), or
        stand before a word such as 交界. `matches` are the other names, in order."""
        runs: list[Found] = []
        for first, end in self._abbreviated_spans(text, matches):
            if text[end : end + 1] in tuple(_NEXT_WORDS.get(text[end - 1], "")):
                end -= 1
            pair = end - first == 2 and (not first or text.startswith(_BORDER_WORDS, end))
            if end - first > 2 or pair:
                runs.extend((i, i + 1, self._abbreviations[text[i]]) for i in range(first, end))
        return runs

    def _abbreviated_spans(self, text: str, matches: list[Found]) -> Iterator[tuple[int, int]]:
        """Where one-character names stand together outside of longer ones (京津冀晋鲁: 晋鲁)."""
        starts = [start for start, _, _ in matches]
        for match in self._abbreviated.finditer(text):
            position, end = match.span()
            index = bisect_left(starts, position)
            position = max(position, matches[index - 1][1] if index else 0)
            while index < len(starts) and starts[index] < end:
                if starts[index] > position:
                    yield position, starts[index]
                position = matches[index][1]
                index += 1
            if position < end:
                yield position, end
