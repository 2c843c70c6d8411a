"""The memory on disk: the analysts' rows (JSON Lines, appended and never rewritten; the latest
line for a sentence holds) and the seeds (CSV files of glossary/memory).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, cast, get_args

from pipeline.errors import InputError
from pipeline.model import SegmentKind
from pipeline.translate.memory import Memory, MemoryRow, Provenance
from pipeline.translate.memory_slots import Names, memory_key
from pipeline.vocab.tables import Row, read_table

SEEDS = "memory"
"""Folder of the seeds in the glossary."""
SEED_COLUMNS = ("zh", "ja", "kind", "note")
_FIELDS = tuple(field.name for field in fields(MemoryRow))
_NEEDED = ("zh", "ja", "kind", "reviewer", "date")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class MemoryFileError(InputError):
    """The memory file cannot be read. The message names file, line and remedy."""


def load_rows(path: Path) -> list[MemoryRow]:
    """Every row of a memory file, in order; none where there is no file.

    Raises MemoryFileError.
    """
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise MemoryFileError(f"{path} cannot be read ({error}); restore it") from error
    rows: list[MemoryRow] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, RecursionError) as error:
            raise MemoryFileError(
                f"{path}, line {number}: {error}; correct or delete the line"
            ) from error
    return rows


def _row(values: Any) -> MemoryRow:
    """One line's row. Raises ValueError saying what is wrong."""
    if not isinstance(values, dict):
        raise ValueError("is no JSON object")
    for name, value in values.items():
        if name not in _FIELDS:
            raise ValueError(f"unknown field {name!r}")
        if not isinstance(value, str) and not (value is None and name not in _NEEDED):
            raise ValueError(f"field {name!r} must be text")
    missing = [name for name in _NEEDED if not values.get(name)]
    if missing:
        raise ValueError(f"field {missing[0]!r} is missing or empty")
    if values["kind"] not in get_args(SegmentKind):
        raise ValueError(f"kind {values['kind']!r} is none of {', '.join(get_args(SegmentKind))}")
    if values.get("provenance", "approved") not in ("approved", "imported"):
        raise ValueError(f"provenance {values['provenance']!r} is neither approved nor imported")
    if not _DATE.fullmatch(values["date"]):
        raise ValueError(f"date {values['date']!r} is not YYYY-MM-DD")
    return MemoryRow(**values)


def load_memory(path: Path, names: Names | None = None, seeds: Iterable[MemoryRow] = ()) -> Memory:
    """The memory of a JSON Lines file; an absent file holds no row. Raises MemoryFileError."""
    return Memory(load_rows(path), names, seeds)


def append_memory(path: Path, rows: Iterable[MemoryRow]) -> int:
    """Append rows that change what the file holds; returns how many were written."""
    known = {memory_key(row.zh): row for row in load_rows(path)}
    fresh: list[MemoryRow] = []
    for row in rows:
        held = known.get(memory_key(row.zh))
        if held is None or (held.ja, held.kind) != (row.ja, row.kind):
            fresh.append(row)
            known[memory_key(row.zh)] = row
    if fresh:
        path.parent.mkdir(parents=True, exist_ok=True)
        torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
        with path.open("a", encoding="utf-8") as file:
            # A line without its end must not swallow the next one.
            file.write("\n" if torn else "")
            for row in fresh:
                file.write(json.dumps(_plain(row), ensure_ascii=False, sort_keys=True) + "\n")
    return len(fresh)


def _plain(row: MemoryRow) -> dict[str, str]:
    return {name: value for name, value in asdict(row).items() if value is not None}


def load_seeds(glossary_dir: Path) -> tuple[MemoryRow, ...]:
    """The set phrases of glossary/memory/*.csv. Raises VocabularyError."""
    seeds: list[MemoryRow] = []
    seen: dict[str, Row] = {}
    for path in sorted((glossary_dir / SEEDS).glob("*.csv")):
        for row in read_table(path, SEED_COLUMNS):
            zh, ja = row.text("zh"), row.text("ja")
            first = seen.setdefault(memory_key(zh), row)
            if first is not row:
                raise row.error(
                    "zh", f"{zh!r} already stands in {first.path.name} line {first.line}",
                    "delete one of the two",
                )  # fmt: skip
            kind = cast(SegmentKind, row.choice("kind", get_args(SegmentKind)))
            seeds.append(seed_row(zh, ja, kind, row.optional("note")))
    return tuple(seeds)


def seed_row(zh: str, ja: str, kind: SegmentKind, note: str | None = None) -> MemoryRow:
    """A set phrase: nobody's approval, lowest rank."""
    provenance: Provenance = "seed"
    return MemoryRow(zh, ja, kind, None, None, None, provenance, note)


def held(rows: Sequence[MemoryRow]) -> list[MemoryRow]:
    """Of all rows of a file, those that hold: the latest of each sentence, in order."""
    return list({memory_key(row.zh): row for row in rows}.values())
