"""Translation memory: what analysts approved, found again exactly or with other figures and
place names.

A JSON Lines file, one approved segment a line, appended and never rewritten; the latest line for
a sentence and kind wins.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.model import SegmentKind
from pipeline.vocab.places import Gazetteer

_QUOTES = str.maketrans("“”‘’「」『』﹝﹞[]【】", '""\'\'""""〔〕〔〕〔〕')
_SLOT = re.compile(r"(?<![A-Za-z.0-9])[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9])")
_MARKS = "\ue000\ue001"

Places = Callable[[str], Sequence[tuple[int, int, str]]]
"""Finds place names in Chinese text: (start, end, Japanese name), in order, not overlapping."""


class MemoryFileError(InputError):
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


def place_finder(gazetteer: Gazetteer) -> Places:
    """Place names by the gazetteer, where the text gives the full name."""

    def find(text: str) -> list[tuple[int, int, str]]:
        found = []
        for match in gazetteer.find(text):
            place = gazetteer.by_id[match.id]
            if text[match.start : match.end] == place.zh:
                found.append((match.start, match.end, place.ja))
        return found

    return find


@dataclass(frozen=True)
class _Shape:
    """A sentence with slots: its pattern, and what fills the slots in Japanese, in order."""

    pattern: str
    figures: tuple[str, ...]
    places: tuple[str, ...]

    def fits(self, ja: str) -> bool:
        """Whether every filler stands exactly once in the Japanese, and no other figure."""
        fillers = self.figures + self.places
        figures = sorted(_SLOT.findall(ja)) == sorted(self.figures)
        once = all(ja.count(name) == 1 for name in self.places)
        return bool(fillers) and figures and once and len(set(fillers)) == len(fillers)


def _shape(key: str, places: Places | None) -> _Shape:
    names = list(places(key)) if places else []
    parts: list[str] = []
    figures: list[str] = []
    position = 0
    for start, end, _ in [*names, (len(key), len(key), "")]:
        gap = key[position:start]
        figures += _SLOT.findall(gap)
        parts += [_SLOT.sub(_MARKS[0], gap), _MARKS[1] if start < end else ""]
        position = end
    return _Shape("".join(parts), tuple(figures), tuple(ja for _, _, ja in names))


class Memory:
    """Approved segments, looked up by sentence. Built from rows; `load_memory` reads a file."""

    def __init__(self, rows: Iterable[MemoryRow] = (), places: Places | None = None) -> None:
        self._places = places
        self._exact: dict[str, MemoryRow] = {}
        self._slots: dict[str, tuple[_Shape, MemoryRow]] = {}
        for row in rows:
            self._add(row)

    @property
    def version(self) -> str:
        """Names this content."""
        lines = sorted(f"{key} {row.kind} {row.ja}" for key, row in self._exact.items())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    def __len__(self) -> int:
        return len(self._exact)

    def _add(self, row: MemoryRow) -> None:
        key = memory_key(row.zh)
        self._exact[key] = row
        shape = _shape(key, self._places)
        if shape.fits(row.ja):
            self._slots[shape.pattern] = (shape, row)

    def exact(self, zh: str, kind: SegmentKind) -> MemoryHit | None:
        """The approved Japanese of this very sentence. A title stays a title."""
        row = self._exact.get(memory_key(zh))
        if row is None or not _same_use(row.kind, kind):
            return None
        return MemoryHit(row.ja, row, exact=True)

    def slots(self, zh: str, kind: SegmentKind) -> MemoryHit | None:
        """The approved Japanese of a sentence that differs in its figures and places alone, with
        the new ones in their stead; None where it is not certain what goes where."""
        shape = _shape(memory_key(zh), self._places)
        old, row = self._slots.get(shape.pattern, (None, None))
        if old is None or row is None or not _same_use(row.kind, kind):
            return None
        new = dict(zip(old.figures + old.places, shape.figures + shape.places, strict=True))
        return MemoryHit(_fill(row.ja, old.places, new), row, exact=False)


def _same_use(stored: SegmentKind, wanted: SegmentKind) -> bool:
    names = ("title", "heading")
    return (stored in names) == (wanted in names)


def _fill(ja: str, places: Sequence[str], new: dict[str, str]) -> str:
    names = sorted(map(re.escape, places), key=len, reverse=True)
    return re.sub("|".join([*names, _SLOT.pattern]), lambda m: new.get(m[0], m[0]), ja)


def load_memory(path: Path, places: Places | None = None) -> Memory:
    """The memory of a JSON Lines file; an absent file is an empty memory.

    Raises MemoryFileError.
    """
    if not path.exists():
        return Memory(places=places)
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
    return Memory(rows, places)


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
