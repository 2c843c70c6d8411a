"""The observations of a notice that releases air quality figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.classify.text import View, plain, view
from pipeline.model import Block, Classification, DocumentType, Notice, Observation
from pipeline.observations.cues import ObservationCues
from pipeline.observations.figures import Draft
from pipeline.observations.periods import PERIOD, Calendar
from pipeline.observations.prose import ProseReader
from pipeline.observations.ranking import ranked
from pipeline.observations.tables import TableReader
from pipeline.vocab import Gazetteer

VERSION = "4"
"""Raised when the same notice and words would give other observations."""
MAX_READ = 300_000
"""Characters of a body that are read."""
_NATION = "100000"
_MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
_RELEASES: frozenset[DocumentType] = frozenset(
    {"data_release", "news", "announcement", "notice", "other"}
)
_TITLE = re.compile(
    r"(?:空气|大气|环境|生态|PM2\.5|PM10|臭氧)[^。]{0,14}(?:状况|质量|排名|情况|结果|数据)"
    r"|月报|季报|年报|公报|排名|简报|播报|周报|快报|优良天|优良率|蓝天[^。]{0,3}\d+天"
    r"|(?:大气|攻坚|治污|减霾|治霾|蓝天)[^。]{0,14}(?:通报|成果|成效|收官|战报|盘点)"
)
_EXPLAINED = re.compile(r"解读|问答|一图")
_CLAUSE = 200
"""Characters of the text shown with a figure at most."""
_CAPTION = 2_000
"""Characters of a paragraph above a table in which its period is looked for."""
_HEAD = 30
"""Characters of a line that only names what follows."""
_FIGURES = re.compile(r"\d(?:%|微克|μg|天)|[。；]$")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def is_release(title: str, document_type: DocumentType) -> bool:
    """Whether a notice may release figures: by its type, or by what its title calls it."""
    if document_type == "data_release":
        return True
    told = document_type in _RELEASES or (
        document_type == "interpretation" and _EXPLAINED.search(title) is None
    )
    return told and _TITLE.search(plain(title)) is not None


class ObservationExtractor:
    """Finds the observations of notices, by the words of observations.yml."""

    def __init__(self, cues: ObservationCues, gazetteer: Gazetteer) -> None:
        self.version = f"{VERSION}-{cues.hash}"
        self._gazetteer = gazetteer
        self._prose = ProseReader(cues)
        self._tables = TableReader(cues)
        self._cues = cues
        self._period = re.compile(PERIOD)

    def extract(self, notice: Notice, labels: Classification) -> tuple[Observation, ...]:
        """The observations in the order of the text, each once; none where the notice releases
        no figures. Linear in the length of the text."""
        if not labels.is_air or not is_release(notice.title, labels.document_type):
            return ()
        reading = _Reading(self, notice, labels)
        return _unique(one for one in reading.observations() if reading.is_past(one))


class _Reading:
    """One notice being read."""

    def __init__(self, tools: ObservationExtractor, notice: Notice, labels: Classification) -> None:
        self._tools = tools
        self._notice = notice
        self._gazetteer: Gazetteer = tools._gazetteer
        own = [place.id for place in labels.places if place.role != "mentioned"]
        self._home = own[0] if own else None
        self._context = set(own)
        for place in own:
            self._context.update(self._gazetteer.ancestors(place))
        self._title = plain("".join(notice.title.split()))
        years = [int(year) for year in _YEAR.findall(self._title)]
        date = notice.date_publication or notice.date_placed
        self.calendar = Calendar(
            year=max(years) if years else (int(date[:4]) if date else None),
            month=int(date[5:7]) if date and len(date) > 4 else None,
            explicit=bool(years),
        )
        spans = [
            self.calendar.resolve(match, None) for match in tools._period.finditer(self._title)
        ]
        self._title_year = self.calendar.year
        self._period = spans[0] if len(set(spans)) == 1 else None
        months = [span for span in spans if span and len(span) == 7]
        self.calendar.own = months[0] if months else None
        self._latest = date[:7] if date and len(date) > 4 else "9999"

    def is_past(self, one: Observation) -> bool:
        """Whether the period had begun to end when it was published: goals are no releases."""
        return one.period.split("..")[-1] <= self._latest

    def observations(self) -> Iterator[Observation]:
        period, place, caption, offset = self._period, self._home, self._title, 0
        above: str | None = None
        for block in self._notice.blocks:
            if offset > MAX_READ:
                return
            if self.calendar.explicit:
                self.calendar.year = self._title_year or self.calendar.year
            if block.rows:
                yield from self._table(block, caption, period or above)
            elif block.kind != "signature":
                seen = view("", block.text[:MAX_READ])
                text = seen.body
                if len(text) <= _HEAD and not _FIGURES.search(text):
                    period, place = self._head(text, period)
                    caption, above = text, None
                else:
                    yield from self._paragraph(seen, offset, period, place)
                    caption = text[-120:]
                    spoken = self._spans(text)
                    above = spoken.pop() if len(spoken) == 1 else None
            offset += len(block.text) + 1

    def _spans(self, text: str) -> set[str | None]:
        found = self._tools._period.finditer(text[:_CAPTION])
        return {self.calendar.resolve(match, None) for match in found}

    def _head(self, text: str, period: str | None) -> tuple[str | None, str | None]:
        """What a heading settles for the lines below it."""
        spans = self._spans(text)
        if spans:
            period = spans.pop() if len(spans) == 1 else None
        named = {match.id for match in self._gazetteer.find(text, self._context)}
        if not named:
            return period, self._home
        return period, named.pop() if len(named) == 1 else None

    def _paragraph(
        self, seen: View, offset: int, period: str | None, place: str | None
    ) -> Iterator[Observation]:
        text = seen.body
        places = [
            (match.start, match.end, match.id)
            for match in self._gazetteer.find(text, self._context)
            if match.id != _NATION
        ]
        drafts, _ = self._tools._prose.read(text, places, self.calendar, period, place, self._scope)
        for draft in drafts:
            low = max(0, draft.start - _CLAUSE)
            start = max(low, *(text.rfind(mark, low, draft.start) + 1 for mark in "，；。：\n"))
            span = seen.span(start + seen.body_start, draft.end + seen.body_start)
            span = span.model_copy(update={"start": span.start + offset, "end": span.end + offset})
            yield _observation(draft, text[start : draft.end].strip()[-_CLAUSE:], span=span)
        for rank in ranked(
            text, places, self._tools._period, self.calendar, period, self._tools._cues
        ):
            span = seen.span(rank.start + seen.body_start, rank.end + seen.body_start)
            yield Observation(
                indicator=rank.indicator,
                family="rank",
                value=Decimal(rank.rank),
                unit="位",
                period=rank.period,
                place=rank.place,
                rank=rank.rank,
                clause=text[rank.clause_start : rank.end][:_CLAUSE],
                span=span.model_copy(
                    update={"start": span.start + offset, "end": span.end + offset}
                ),
            )

    def _table(self, block: Block, caption: str, period: str | None) -> Iterator[Observation]:
        rows = [[plain(cell) for cell in row] for row in block.rows]
        for draft, line in self._tools._tables.read(
            rows, caption, self.calendar, period, self._home, self._resolve
        ):
            yield _observation(draft, line)

    def _resolve(self, cell: str) -> str | None:
        """The place a cell names and nothing else."""
        name = re.sub(r"[\d*＊#（）()]", "", cell)
        # 运城市 is a city, 地级城市 a heading's word.
        return self._named(name) or self._named(name.removesuffix("城市"))

    def _named(self, name: str) -> str | None:
        if not 2 <= len(name) <= 20:
            return None
        found = self._gazetteer.find(name, self._context)
        if len(found) == 1 and len(name) - (found[0].end - found[0].start) <= 2:
            return found[0].id
        if found and found[-1].end == len(name):
            return self._gazetteer.resolve(name)
        return None

    def _scope(self, word: str) -> str | None:
        """The place 全市, 全省 ... mean here; None where it cannot be the notice's own."""
        if word in ("全国", "我国"):
            return _NATION
        if self._home is None:
            return None
        chain = (self._home, *self._gazetteer.ancestors(self._home))
        kinds = {
            "市": ("prefecture",), "省": ("province",), "县": ("county",),
            "区": ("county", "province"),
        }[word[-1]]  # fmt: skip
        for place in chain:
            kind = self._gazetteer.by_id[place].kind
            if word[-1] == "市" and place in _MUNICIPALITIES:
                return place
            if kind in kinds and not (word[-1] == "省" and place in _MUNICIPALITIES):
                return place
        return None


def _observation(draft: Draft, clause: str, **fields: object) -> Observation:
    return Observation.model_validate(
        {
            "indicator": draft.indicator,
            "family": draft.family.id,
            "value": draft.value,
            "unit": draft.unit,
            "period": draft.period,
            "place": draft.place,
            "change": draft.change,
            "change_unit": draft.change_unit,
            "rank": draft.rank,
            "clause": clause,
            **fields,
        }
    )


def _unique(found: Iterator[Observation]) -> tuple[Observation, ...]:
    """Each figure once; of two values for one thing the first, whose change stays its own."""
    kept: dict[tuple[str, ...], Observation] = {}
    for one in found:
        ranked_by = one.indicator if one.family == "rank" else ""
        key = (one.family, one.unit, one.period, one.place, ranked_by)
        known = kept.get(key)
        if known is None:
            kept[key] = one
        elif known.value == one.value and known.change is None and one.change is not None:
            kept[key] = known.model_copy(
                update={"change": one.change, "change_unit": one.change_unit}
            )
    return tuple(kept.values())
