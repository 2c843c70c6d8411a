"""Evidence marked in the text it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.model import Notice, Span
from pipeline.steps.explain import Evidence, Explanation, in_context


@dataclass(frozen=True)
class Mark:
    """Characters [start, end) of a text are evidence of what `name` says; `kind` colours it."""

    start: int
    end: int
    kind: str
    name: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, with the marks that lie over all of it."""

    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def names(self) -> str:
        """What the stretch is evidence of."""
        return "、".join(dict.fromkeys(mark.name for mark in self.marks))


def pieces(text: str, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """`text` cut wherever a mark begins or ends; marks may overlap. Together the pieces are the
    text again."""
    opening: dict[int, list[Mark]] = {}
    closing: dict[int, list[Mark]] = {}
    for mark in dict.fromkeys(marks):
        if 0 <= mark.start < mark.end <= len(text):
            opening.setdefault(mark.start, []).append(mark)
            closing.setdefault(mark.end, []).append(mark)
    cuts = sorted({0, len(text), *opening, *closing})
    found = []
    over: list[Mark] = []
    for start, end in pairwise(cuts):
        over = [mark for mark in over if mark not in closing.get(start, ())]
        over += opening.get(start, ())
        found.append(Piece(text[start:end], tuple(over)))
    return tuple(found)


def marks_of(found: Explanation, where: str, names: Sequence[str]) -> tuple[Mark, ...]:
    """All evidence of an explanation that stands in the `title` or the `body`. `names` are the
    readable names of its decisions, one each."""
    return tuple(
        Mark(evidence.start, evidence.start + len(evidence.text), kind, name)
        for kind, name, evidence in _all(found, names)
        if evidence.where == where and evidence.start is not None
    )


def _all(found: Explanation, names: Sequence[str]) -> Iterator[tuple[str, str, Evidence]]:
    for decision, name in zip(found.decisions, names, strict=True):
        for evidence in decision.evidence:
            yield decision.kind.replace(" ", "-"), name, evidence
    insight = found.insight
    for kind, name, spans in (
        ("target", "目標値", [one.span for one in found.targets]),
        ("observation", "観測値", [one.span for one in insight.observations]),
        ("link", "関連文書", [one.span for one in insight.links]),
    ):
        for evidence in _in_context(found.notice, spans):
            yield kind, name, evidence


def _in_context(notice: Notice, spans: Iterable[Span | None]) -> Iterator[Evidence]:
    for span in spans:
        if span is not None and span.text:
            yield in_context(notice, span)
