"""Translation memory: what analysts approved, found again exactly or with other figures.

A JSON Lines file, one approved segment a line, appended and never rewritten; the latest line for
a sentence and kind wins.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.model import SegmentKind

_QUOTES = str.maketrans("“”‘’「」『』﹝﹞[]【】", "\"\"''\"\"\"\"〔〕〔〕〔〕")
_SLOT = re.compile(r"(?<![A-Za-z.0-9])[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9])")
_MARK = "\ue000"


class MemoryFileError(Exception):
    """The memory file cannot be read. The message names file, line and remedy."""


@dataclass(frozen=True)
class MemoryRow:
    """One approved segment: who approved it, when (YYYY-MM-DD) and for which entry."""

    zh: str
    ja: str
    kind: SegmentKind
    reviewer: str
    date: str
    entry: str | None = None


@dataclass(frozen=True)
class MemoryHit:
    """Japanese from the memory. `exact` is False where figures were put into slots."""

    ja: str
    row: MemoryRow
    exact: bool


def memory_key(zh: str) -> str:
    """The sentence as the memory compares it: NFKC, one form of quotes, no white space."""
    return "".join(unicodedata.normalize("NFKC", zh).translate(_QUOTES).split())


def _pattern(key: str) -> tuple[str, tuple[str, ...]]:
    return _SLOT.sub(_MARK, key), tuple(_SLOT.findall(key))


class Memory:
    """Approved segments, looked up by sentence. Built from rows; `load_memory` reads a file."""

    def __init__(self, rows: Iterable[MemoryRow] = ()) -> None:
        self._exact: dict[str, MemoryRow] = {}
        self._slots: dict[str, MemoryRow] = {}
        for row in rows:
            self._add(row)

    def __len__(self) -> int:
        return len(self._exact)

    def _add(self, row: MemoryRow) -> None:
        key = memory_key(row.zh)
        self._exact[key] = row
        pattern, values = _pattern(key)
        if values and _alignable(values, row.ja):
            self._slots[pattern] = row

    def exact(self, zh: str, kind: SegmentKind) -> MemoryHit | None:
        """The approved Japanese of this very sentence. A title stays a title."""
        row = self._exact.get(memory_key(zh))
        if row is None or not _same_use(row.kind, kind):
            return None
        return MemoryHit(row.ja, row, exact=True)

    def slots(self, zh: str, kind: SegmentKind) -> MemoryHit | None:
        """The approved Japanese of a sentence that differs in its figures alone, with the new
        figures in their places; None where the places are not certain."""
        pattern, values = _pattern(memory_key(zh))
        row = self._slots.get(pattern)
        if not values or row is None or not _same_use(row.kind, kind):
            return None
        _, old = _pattern(memory_key(row.zh))
        return MemoryHit(_fill(row.ja, dict(zip(old, values, strict=True))), row, exact=False)


def _same_use(stored: SegmentKind, wanted: SegmentKind) -> bool:
    names = ("title", "heading")
    return (stored in names) == (wanted in names)


def _alignable(values: tuple[str, ...], ja: str) -> bool:
    """Whether every figure of the source stands exactly once in the Japanese, and no other."""
    found = sorted(_SLOT.findall(ja))
    return found == sorted(values) and len(set(values)) == len(values)


def _fill(ja: str, new: dict[str, str]) -> str:
    return _SLOT.sub(lambda m: new.get(m[0], m[0]), ja)


def load_memory(path: Path) -> Memory:
    """The memory of a JSON Lines file; an absent file is an empty memory.

    Raises MemoryFileError.
    """
    if not path.exists():
        return Memory()
    rows: list[MemoryRow] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MemoryFileError(f"{path} cannot be read ({error}); restore it") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(MemoryRow(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise MemoryFileError(
                f"{path}, line {number}: {error}; correct or delete the line"
            ) from error
    return Memory(rows)


def append_memory(path: Path, rows: Iterable[MemoryRow]) -> int:
    """Append approved rows not yet in the file; returns how many were written."""
    known = load_memory(path)
    fresh: list[MemoryRow] = []
    for row in rows:
        hit = known.exact(row.zh, row.kind)
        if hit is None or hit.ja != row.ja:
            fresh.append(row)
            known._add(row)
    if fresh:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            for row in fresh:
                file.write(json.dumps(asdict(row), ensure_ascii=False, sort_keys=True) + "\n")
    return len(fresh)
