"""Layout that paged formats share: cutting wide tables, offering breaks in long tokens."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.render.tree import Table

MAX_COLUMNS = 8
KEPT_TOGETHER = 1200
"""A label table of more characters may break across pages."""
_LONG = re.compile(r"[!-~]{25,}")
_LONG_IN_CELL = re.compile(r"[!-~]{12,}")
_PIECE = re.compile(r"[^/?&=._:;,-]{1,14}[/?&=._:;,-]?|[/?&=._:;,-]")


def split_columns(table: Table, limit: int = MAX_COLUMNS) -> tuple[Table, ...]:
    """`table` as tables of at most `limit` columns, each beginning with the first column.

    A page has no room for thirty columns; each part says which it is (1／5).
    """
    width = len(table.header)
    if width <= limit:
        return (table,)
    step = limit - 1
    starts = range(1, width, step)
    parts = []
    for index, start in enumerate(starts, 1):
        columns = (0, *range(start, min(start + step, width)))
        parts.append(
            replace(
                table,
                caption=f"{table.caption}（{index}／{len(starts)}）",
                header=tuple(table.header[i] for i in columns),
                rows=tuple(tuple(row[i] for i in columns) for row in table.rows),
                widths=tuple(table.widths[i] for i in columns),
                caption_shown=True,
            )
        )
    return tuple(parts)


def pieces(text: str, in_cell: bool = False) -> list[str]:
    """`text` cut where a line may break inside an unbroken run of ASCII (an address): one of
    25 characters or more, of 12 in a cell of a table."""
    found: list[str] = []
    end = 0
    for match in (_LONG_IN_CELL if in_cell else _LONG).finditer(text):
        if match.start() > end:
            found.append(text[end : match.start()])
        found.extend(_PIECE.findall(match.group()))
        end = match.end()
    if end < len(text):
        found.append(text[end:])
    return found
