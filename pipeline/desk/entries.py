"""One entry sentence by sentence: the Chinese, the Japanese that stands, what the machine knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pipeline.desk.issues import Row
from pipeline.entries import marked
from pipeline.model import Draft, PlanBlock, Segment
from pipeline.review import IssueFolder, ReviewError
from pipeline.review.entry_file import summary_lines
from pipeline.review.marks import DOUBTFUL, UNTRANSLATED
from pipeline.review.plan_file import PlanFile


@dataclass(frozen=True)
class Line:
    """A sentence. `ja` is what stands in the analysts' file, `machine` what the machine said with
    its layer, checks and confidence; None where that is not known."""

    what: str
    zh: str
    ja: str
    machine: Segment | None
    edited: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether the Japanese still bears a mark of the machine's doubt."""
        return self.ja.startswith((DOUBTFUL, UNTRANSLATED))


@dataclass(frozen=True)
class Sides:
    """The lines of an entry. `apart`: a person made other sentences of the summary, so that the
    lines show the machine's, and the file's own text stands beside them."""

    lines: tuple[Line, ...]
    apart: bool


def sides(folder: IssueFolder, row: Row, facts: dict[str, Any]) -> Sides:
    """The entry beside its source. Raises ReviewError where machine/<number>.json is damaged."""
    number = row.front.number
    if "draft" not in facts:
        return Sides((), apart=True)
    try:
        draft = Draft.model_validate(facts["draft"])
    except ValidationError as error:
        path = folder.machine / f"{number}.json"
        raise ReviewError(
            path, "draft", error.errors()[0]["msg"], "delete the file and draft again"
        ) from error
    written = summary_lines(row.file.body)
    apart = len(written) != len(draft.summary)
    told: Sequence[str] = [marked(one) for one in draft.summary] if apart else written
    lines = [
        Line("題名", draft.title.zh, marked(draft.title), draft.title),
        _line("見出し", draft.heading, row.front.heading, draft.heading.ja),
        *(_line("概要", one, ja, marked(one)) for one, ja in zip(draft.summary, told, strict=True)),
        *(Line("目標値", one.zh, marked(one), one) for one in draft.targets),
    ]
    return Sides(tuple(lines), apart)


def _line(what: str, machine: Segment, ja: str, said: str) -> Line:
    return Line(what, machine.zh, ja, machine, edited=ja != said)


@dataclass(frozen=True)
class Part:
    """A block of a full translation; a table's cells stand in `rows`."""

    kind: str
    level: int
    lines: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


def plan_parts(plan: PlanFile, machine: Sequence[PlanBlock]) -> Iterator[Part]:
    """The full translation as its file has it. What `machine` (the latest draft) knows of a
    sentence is told where that draft still holds the same sentence."""
    known = {segment.zh: segment for block in machine for segment in _segments(block)}

    def line(pair: tuple[str, str, bool]) -> Line:
        zh, ja, doubtful = pair
        segment = known.get(zh)
        edited = segment is not None and segment.ja != ja
        return Line("", zh, DOUBTFUL + ja if doubtful else ja, segment, edited)

    for row in plan.rows:
        yield Part(
            row.kind,
            row.level,
            tuple(map(line, row.pairs)),
            tuple(tuple(map(line, cells)) for cells in row.rows),
        )


def _segments(block: PlanBlock) -> Iterator[Segment]:
    yield from block.segments
    for row in block.rows:
        yield from row
