"""Reading the vocabulary's CSV and YAML files."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.vocab.errors import VocabularyError

SEPARATOR = "|"
"""Between the values of a cell that holds several."""


@dataclass(frozen=True)
class Row:
    """One line of a table: its cells by column name, and where it stands."""

    path: Path
    line: int
    cells: dict[str, str]

    def text(self, field: str) -> str:
        """A cell that must be filled. Raises VocabularyError."""
        value = self.cells[field]
        if not value:
            raise self.error(field, "is empty", "fill it in or delete the line")
        return value

    def optional(self, field: str) -> str | None:
        return self.cells[field] or None

    def many(self, field: str) -> tuple[str, ...]:
        """The values of a cell, separated by `|`."""
        parts = (part.strip() for part in self.cells[field].split(SEPARATOR))
        return tuple(part for part in parts if part)

    def choice(self, field: str, allowed: Sequence[str]) -> str:
        value = self.text(field)
        if value not in allowed:
            raise self.error(field, f"{value!r} is unknown", f"use one of {', '.join(allowed)}")
        return value

    def error(self, field: str, problem: str, remedy: str) -> VocabularyError:
        return VocabularyError.at(self.path, self.line, field, problem, remedy)


def read_bytes(path: Path) -> bytes:
    """The bytes of a vocabulary file. Raises VocabularyError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise VocabularyError.at(
            path, None, None, f"cannot be read ({error.strerror})", f"restore {path}"
        ) from error


def _decode(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise VocabularyError.at(
            path, None, None, f"is not UTF-8 at byte {error.start}", "save it as UTF-8"
        ) from error


def read_table(path: Path, columns: Sequence[str]) -> list[Row]:
    """The rows of a CSV file whose header must be exactly `columns`; blank lines are skipped."""
    reader = csv.reader(io.StringIO(_decode(path), newline=""), strict=True)
    expected = list(columns)
    rows: list[Row] = []
    try:
        header = next(reader, [])
        if header != expected:
            wrong = sorted(set(header) ^ set(expected)) or ["their order"]
            raise VocabularyError.at(
                path, 1, None, f"header differs: {', '.join(wrong)}",
                f"the header must be {','.join(expected)}",
            )  # fmt: skip
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            if len(values) != len(expected):
                raise VocabularyError.at(
                    path, reader.line_num, None,
                    f"has {len(values)} cells instead of {len(expected)}",
                    "add or remove commas, or quote a cell that holds one",
                )  # fmt: skip
            cells = dict(zip(expected, (value.strip() for value in values), strict=True))
            rows.append(Row(path, reader.line_num, cells))
    except csv.Error as error:
        raise VocabularyError.at(
            path, reader.line_num, None, f"is no valid CSV ({error})", "check the quotation marks"
        ) from error
    return rows


def read_mappings(path: Path) -> list[dict[str, object]]:
    """The list of mappings a YAML file holds. Raises VocabularyError."""
    try:
        loaded = yaml.load(_decode(path), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError) as error:  # ValueError: 2026-13-40 is no date
        mark = getattr(error, "problem_mark", None)
        raise VocabularyError.at(
            path, mark.line + 1 if mark else None, None, "is no valid YAML",
            "check indentation, colons and quotation marks",
        ) from error  # fmt: skip
    if not isinstance(loaded, list) or not all(isinstance(item, dict) for item in loaded):
        raise VocabularyError.at(
            path, None, None, "is no list of entries", "start each entry with '- id:'"
        )
    return loaded


def check_unique(rows: Iterable[Row], field: str) -> None:
    """Raises VocabularyError when two rows share the value of `field`."""
    seen: dict[str, int] = {}
    for row in rows:
        value = row.cells[field]
        if value in seen:
            raise row.error(
                field, f"{value!r} already stands in line {seen[value]}", "delete one of the two"
            )
        seen[value] = row.line


def file_hash(*paths: Path) -> str:
    """A short hash of the content of files, in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        data = read_bytes(path)
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:16]
