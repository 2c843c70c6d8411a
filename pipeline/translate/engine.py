"""What every translation engine is: segments in, proposals out, same count and order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.model import Origin, SegmentKind
from pipeline.vocab.terms import TermMatch


@dataclass(frozen=True)
class Availability:
    """Whether an engine can work here; `reason` (English, for the log) says why not."""

    ok: bool
    reason: str | None = None


@dataclass(frozen=True)
class Request:
    """One sentence to translate, its kind, and the glossary terms found in it."""

    zh: str
    kind: SegmentKind = "sentence"
    terms: tuple[TermMatch, ...] = ()


@dataclass(frozen=True)
class Effort:
    """How hard an engine found it to read a sentence: the summed `cost` of its parse, over how many
    `words`, and `steady`, the share (0..1) of the rendering that stays when the costs are shifted
    at random (headings and titles of up to 64 words; 1 elsewhere)."""

    cost: float = 0.0
    words: int = 0
    steady: float = 1.0

    def __add__(self, other: Effort) -> Effort:
        return Effort(
            self.cost + other.cost, self.words + other.words, min(self.steady, other.steady)
        )


@dataclass(frozen=True)
class Proposal:
    """One engine's Japanese for one request.

    `origins` map Chinese to Japanese characters as far as the engine knows. `hypotheses` are
    further renderings, best first. `unknown_share` (0..1) is the share of the source's characters
    the engine had no word for; `flags` are short codes of what the engine itself doubts;
    `effort` tells how hard it was to read, where the engine knows.
    """

    ja: str
    origins: tuple[Origin, ...] = ()
    hypotheses: tuple[str, ...] = ()
    unknown_share: float = 0.0
    flags: tuple[str, ...] = ()
    effort: Effort = Effort()


class Engine(Protocol):
    """A translation engine. `translate` never raises for odd text: it answers None."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def available(self) -> Availability: ...

    def translate(self, requests: Sequence[Request]) -> list[Proposal | None]: ...
