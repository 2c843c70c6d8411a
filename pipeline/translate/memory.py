"""Translation memory: what analysts approved, found again exactly, with other figures and names,
or nearly. Set phrases written beforehand (seeds) answer only where no analyst's row does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline.model import SegmentKind
from pipeline.translate.memory_slots import (
    Frame,
    Names,
    Render,
    Shape,
    frame_of,
    memory_key,
    shape_of,
)

Provenance = Literal["approved", "imported", "seed"]

FUZZY_FLOOR = 0.75
"""Similarity (0..1) below which a remembered sentence is no help."""
FUZZY_LENGTH = (6, 1_000)
"""Shortest and longest sentence, in characters, for which a similar one is looked for."""


@dataclass(frozen=True)
class MemoryRow:
    """One remembered segment and where it comes from.

    `reviewer` and `date` (YYYY-MM-DD) say who vouches for it and since when, `entry` for which
    entry it was approved. `provenance`: approved in a bulletin, imported from a file (named in
    `note`), or seed, a set phrase of glossary/memory for which nobody vouches.
    """

    zh: str
    ja: str
    kind: SegmentKind
    reviewer: str | None
    date: str | None
    entry: str | None = None
    provenance: Provenance = "approved"
    note: str | None = None

    @property
    def is_seed(self) -> bool:
        return self.provenance == "seed"


@dataclass(frozen=True)
class MemoryHit:
    """Japanese from the memory. `exact` is False where figures or names were put into slots."""

    ja: str
    row: MemoryRow
    exact: bool


@dataclass(frozen=True)
class FuzzyHit:
    """A remembered sentence like the one asked for: similarity 0..1, and what differs, written
    ［-old-］ and ［+new+］ in the text of both."""

    row: MemoryRow
    score: float
    diff: str


class _Shelf:
    """The rows of one rank: the analysts', or the seeds."""

    def __init__(self) -> None:
        self.exact: dict[str, MemoryRow] = {}
        self._slots: dict[str, tuple[Frame, MemoryRow]] = {}

    def add(self, row: MemoryRow, names: Names | None) -> None:
        key = memory_key(row.zh)
        self.exact[key] = row
        shape = shape_of(key, names)
        frame = frame_of(shape, row.ja)
        if frame is not None:
            self._slots[shape.pattern] = (frame, row)

    def find_exact(self, key: str, kind: SegmentKind) -> MemoryHit | None:
        row = self.exact.get(key)
        return MemoryHit(row.ja, row, True) if row and _same_use(row.kind, kind) else None

    def find_slots(
        self, shape: Shape, kind: SegmentKind, render: Render | None
    ) -> MemoryHit | None:
        if not shape.fillers:
            return None
        frame, row = self._slots.get(shape.pattern, (None, None))
        if frame is None or row is None or not _same_use(row.kind, kind):
            return None
        ja = frame.fill(shape.fillers, render)
        return MemoryHit(ja, row, False) if ja else None


class Memory:
    """Remembered segments, looked up by sentence; the latest row of a sentence holds.

    `names` finds places and bodies for the slots; `seeds` are set phrases of lower rank.
    """

    def __init__(
        self,
        rows: Iterable[MemoryRow] = (),
        names: Names | None = None,
        seeds: Iterable[MemoryRow] = (),
    ) -> None:
        self._names = names
        self._approved, self._seeds = _Shelf(), _Shelf()
        for row in rows:
            self.add(row)
        for seed in seeds:
            self._seeds.add(seed, names)

    @cached_property
    def version(self) -> str:
        """Names this content."""
        lines = [
            f"{key} {row.kind} {row.provenance} {row.ja}"
            for shelf in (self._approved, self._seeds)
            for key, row in shelf.exact.items()
        ]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:12]

    def __len__(self) -> int:
        """How many sentences analysts vouch for."""
        return len(self._approved.exact)

    @property
    def rows(self) -> tuple[MemoryRow, ...]:
        """The rows that hold, the analysts' before the seeds, each in order."""
        return (*self._approved.exact.values(), *self._seeds.exact.values())

    def add(self, row: MemoryRow) -> None:
        """Take in an analyst's row; it replaces an earlier one of the same sentence."""
        self._approved.add(row, self._names)
        for name in ("version", "_choices"):
            self.__dict__.pop(name, None)

    def exact(self, zh: str, kind: SegmentKind) -> MemoryHit | None:
        """The approved Japanese of this very sentence. A title stays a title."""
        return self._approved.find_exact(memory_key(zh), kind)

    def slots(self, zh: str, kind: SegmentKind, render: Render | None = None) -> MemoryHit | None:
        """The approved Japanese of a sentence that differs in its slots alone, with the new
        fillers in their stead; None where it is not certain what goes where."""
        return self._approved.find_slots(shape_of(memory_key(zh), self._names), kind, render)

    def lookup(
        self, zh: str, kind: SegmentKind, render: Render | None = None
    ) -> Iterator[MemoryHit]:
        """All answers, best first: the analysts' row, their row with other fillers, then the
        seeds likewise. `render` gives the Japanese of a document's title."""
        key = memory_key(zh)
        shape: Shape | None = None
        for shelf in (self._approved, self._seeds):
            if not shelf.exact:
                continue
            if hit := shelf.find_exact(key, kind):
                yield hit
            shape = shape or shape_of(key, self._names)
            if hit := shelf.find_slots(shape, kind, render):
                yield hit

    @cached_property
    def _choices(self) -> tuple[list[str], list[MemoryRow]]:
        pairs = [
            (key, row)
            for shelf in (self._approved, self._seeds)
            for key, row in shelf.exact.items()
            if len(key) >= FUZZY_LENGTH[0]
        ]
        return [key for key, _ in pairs], [row for _, row in pairs]

    def fuzzy(self, zh: str, limit: int = 2) -> list[FuzzyHit]:
        """Remembered sentences like this one, most alike first, the analysts' before seeds."""
        key = memory_key(zh)
        if not FUZZY_LENGTH[0] <= len(key) <= FUZZY_LENGTH[1]:
            return []
        keys, rows = self._choices
        found = process.extract(
            key, keys, scorer=Levenshtein.normalized_similarity, processor=None,
            score_cutoff=FUZZY_FLOOR, limit=limit + 1,
        )  # fmt: skip
        ranked = sorted(found, key=lambda item: (-round(item[1], 3), item[2]))
        return [
            FuzzyHit(rows[index], round(score, 3), show_diff(old, key))
            for old, score, index in ranked
            if old != key
        ][:limit]


def show_diff(old: str, new: str) -> str:
    """Both texts in one: ［-what only the old has-］, ［+what only the new has+］."""
    parts: list[str] = []
    for step in Levenshtein.opcodes(old, new):
        before, after = old[step.src_start : step.src_end], new[step.dest_start : step.dest_end]
        if step.tag == "equal":
            parts.append(before)
            continue
        parts += [f"［-{before}-］"] if before else []
        parts += [f"［+{after}+］"] if after else []
    return "".join(parts)


def concordance(rows: Sequence[MemoryRow], query: str) -> list[MemoryRow]:
    """The rows whose Chinese or Japanese holds the query, width and white space aside."""
    wanted = memory_key(query)
    return [row for row in rows if wanted in memory_key(row.zh) or wanted in memory_key(row.ja)]


def _same_use(stored: SegmentKind, wanted: SegmentKind) -> bool:
    names = ("title", "heading")
    return (stored in names) == (wanted in names)
