"""Tables: which are data, their cells with spans filled in, and their plain text."""

from __future__ import annotations

from pipeline.families.base import Element
from pipeline.families.dom import squeeze, text_of

_MAX_COLUMNS = 60
_MAX_CELLS = 60_000
_LONG_CELL = 1500


def _own_rows(table: Element) -> list[Element]:
    rows: list[Element] = []
    for child in table:
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows.extend(row for row in child if row.tag == "tr")
    return rows


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _span(cell: Element, name: str, limit: int) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), limit)) if value.isdigit() and len(value) < 6 else 1


def read_table(table: Element) -> tuple[tuple[str, ...], ...] | None:
    """The rows of a data table, spanned cells repeated; None for a table that only lays out."""
    rows = _own_rows(table)
    cells = [_cells(row) for row in rows]
    width = max((len(line) for line in cells), default=0)
    if width < 2 or len(rows) < 2 or any(True for _ in table.iterdescendants("table")):
        return None
    lengths = [len(squeeze(text_of(cell))) for line in cells for cell in line]
    if not any(lengths) or max(lengths) > max(_LONG_CELL, 0.8 * sum(lengths)):
        return None
    if sum(1 for line in cells if len(line) > 1) < 2 and len(rows) > 2:
        return None
    grid: list[list[str]] = []
    carried: dict[int, tuple[int, str]] = {}
    total = 0
    for number, line in enumerate(cells):
        out: list[str] = []
        queue = list(line)
        while (queue or any(column >= len(out) for column in carried)) and len(out) < _MAX_COLUMNS:
            column = len(out)
            if column in carried:
                left, text = carried[column]
                out.append(text)
                carried.pop(column)
                if left > 1:
                    carried[column] = (left - 1, text)
                continue
            if not queue:
                out.append("")
                continue
            cell = queue.pop(0)
            text = text_of(cell)
            down = _span(cell, "rowspan", len(cells) - number)
            for offset in range(_span(cell, "colspan", _MAX_COLUMNS)):
                if down > 1:
                    carried[column + offset] = (down - 1, text)
                if len(out) < _MAX_COLUMNS:
                    out.append(text)
        total += len(out)
        if total > _MAX_CELLS:
            break
        if any(out):
            grid.append(out)
    columns = max((len(line) for line in grid), default=0)
    return tuple(tuple(line + [""] * (columns - len(line))) for line in grid) or None


def plain_table(table: Element) -> str:
    """A table's text: a row a line, cells apart by a tab, each cell once."""
    lines = ("\t".join(text_of(cell) for cell in _cells(row)).strip() for row in _own_rows(table))
    return "\n".join(line for line in lines if line)
