"""A full translation as an analyst edits it: each sentence of the source, quoted, above its
Japanese. The block comments keep the structure; a sentence the machine doubts starts with
［要確認］ until a person deletes that mark.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.model import BlockKind, EntryState, PlanBlock, PlanRow, Segment
from pipeline.review.errors import ReviewError
from pipeline.review.files import read_utf8
from pipeline.review.frontmatter import join, split, validate
from pipeline.review.marks import DOUBTFUL

_BLOCK = re.compile(r"<!-- (\d+) (\w+) level=(\d) columns=(\d+) -->")


class PlanFront(BaseModel):
    """Front matter of plans/<number>.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    notice: str
    state: EntryState = "draft"
    reviewer: str | None = None
    title_zh: str
    title_ja: str


class PlanFile(BaseModel):
    """One full translation: front matter and blocks."""

    model_config = ConfigDict(frozen=True)

    front: PlanFront
    rows: tuple[PlanRow, ...]

    def to_text(self) -> str:
        parts = []
        for index, row in enumerate(self.rows, 1):
            columns = len(row.rows[0]) if row.rows else 0
            parts.append(f"<!-- {index} {row.kind} level={row.level} columns={columns} -->\n")
            pairs = row.pairs or tuple(cell for line in row.rows for cell in line)
            for zh, ja, doubtful in pairs:
                quoted = "\n".join(f"> {line}" for line in (zh.split("\n") or [""]))
                parts.append(f"{quoted}\n\n{DOUBTFUL if doubtful else ''}{ja}\n")
        front = self.front.model_dump(mode="json")
        return join(front, "\n".join(parts))


def rows_of(blocks: tuple[PlanBlock, ...]) -> tuple[PlanRow, ...]:
    """The printable rows of a machine translation."""
    return tuple(
        PlanRow(
            kind=block.kind,
            level=block.level,
            pairs=tuple(_pair(segment) for segment in block.segments),
            rows=tuple(tuple(_pair(cell) for cell in line) for line in block.rows),
        )
        for block in blocks
    )


def read_plan(path: Path) -> PlanFile:
    """Read plans/<number>.md. Raises ReviewError."""
    front, body = split(path, read_utf8(path))
    checked = validate(path, PlanFront, front)
    rows = []
    marks = list(_BLOCK.finditer(body))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        text = body[mark.end() : following.start() if following else len(body)]
        pairs = _pairs(text)
        kind, level, columns = mark[2], int(mark[3]), int(mark[4])
        try:
            rows.append(_row(kind, level, columns, pairs))
        except ValueError as error:
            raise ReviewError(
                path,
                f"block {mark[1]}",
                str(error),
                "keep the quoted source lines (>) and the comment lines as they were",
            ) from error
    return PlanFile(front=checked, rows=tuple(rows))


def _row(kind: str, level: int, columns: int, pairs: list[tuple[str, str, bool]]) -> PlanRow:
    if columns:
        if len(pairs) % columns:
            raise ValueError(f"{len(pairs)} cells do not fill rows of {columns}")
        lines = tuple(
            tuple(pairs[first : first + columns]) for first in range(0, len(pairs), columns)
        )
        return PlanRow(kind=_kind(kind), level=level, rows=lines)
    return PlanRow(kind=_kind(kind), level=level, pairs=tuple(pairs))


def _kind(kind: str) -> BlockKind:
    return PlanRow.model_validate({"kind": kind}).kind


def _pair(segment: Segment) -> tuple[str, str, bool]:
    return segment.zh, segment.ja, segment.state in ("doubtful", "untranslated")


def _pairs(text: str) -> list[tuple[str, str, bool]]:
    found: list[tuple[str, str, bool]] = []
    zh: list[str] = []
    ja: list[str] = []

    def close() -> None:
        if zh:
            japanese = "\n".join(ja).strip()
            doubtful = japanese.startswith(DOUBTFUL)
            found.append(("\n".join(zh), japanese.removeprefix(DOUBTFUL).strip(), doubtful))
        zh.clear()
        ja.clear()

    in_quote = False
    for line in text.split("\n"):
        if line.startswith(">"):
            if not in_quote:
                close()
            zh.append(line.removeprefix(">").removeprefix(" "))
            in_quote = True
        else:
            in_quote = False
            ja.append(line)
    close()
    return found
