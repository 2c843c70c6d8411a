"""Lines that an engine found in an image to the lines and tables of a page, in reading order."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.extract.layout import Line
from pipeline.extract.pieces import Piece
from pipeline.families.dom import squeeze, tidy

Point = tuple[float, float]

_CJK = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_WIDE = {"(": "（", ")": "）", ";": "；", ":": "：", ",": "，", "?": "？", "!": "！"}
_MARK = re.compile(rf"(?<=[{_CJK}%0-9A-Za-z])[;,:?!](?=[{_CJK}]|$)|[()]")
_SPACE = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")
_WIDEST_GUTTER = 0.3
"""Share of a page's width in its middle where the gutter of two columns is looked for."""


@dataclass(frozen=True)
class Found:
    """A line of text in an image: its four corners in pixels, clockwise from its beginning, and
    how sure the engine is (0..1)."""

    text: str
    corners: tuple[Point, ...]
    score: float

    @property
    def on_end(self) -> bool:
        """Whether a line of several characters stands upright: the page lies on its side."""
        xs, ys = zip(*self.corners, strict=True)
        return len(self.text) > 2 and max(ys) - min(ys) > 1.5 * (max(xs) - min(xs))


@dataclass(frozen=True)
class _Box:
    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def readable(found: Sequence[Found]) -> bool:
    """Whether a page was read the right way up: lines lie flat and are read surely."""
    long = [one for one in found if len(one.text) > 2]
    if not long:
        return False
    upright = sum(one.on_end for one in long) < 0.5 * len(long)
    return upright and statistics.mean(one.score for one in long) >= 0.8


def lines_of(found: Sequence[Found], points: float) -> list[Line]:
    """The lines and tables of a page in reading order. `points`: how many 1/72 inch a pixel is."""
    boxes = _straightened(found, points)
    lines: list[Line] = []
    for column in _columns(boxes):
        edge = max(box.right for box in column)
        lines.extend(_read_column(column, edge))
    return lines


def _straightened(found: Sequence[Found], points: float) -> list[_Box]:
    """The boxes of a skewed page as if it lay straight."""
    long = [one for one in found if len(one.text) >= 6 and not one.on_end]
    slopes = [
        math.atan2(one.corners[1][1] - one.corners[0][1], one.corners[1][0] - one.corners[0][0])
        for one in long
    ]
    angle = -statistics.median(slopes) if slopes else 0.0
    cosine, sine = math.cos(angle) * points, math.sin(angle) * points
    boxes = []
    for one in found:
        turned = [(x * cosine - y * sine, x * sine + y * cosine) for x, y in one.corners]
        xs, ys = zip(*turned, strict=True)
        text = clean(one.text)
        if text:
            boxes.append(_Box(text, min(xs), min(ys), max(xs), max(ys)))
    return sorted(boxes, key=lambda box: (box.middle, box.left))


def clean(text: str) -> str:
    """A recognised line with the marks Chinese text has: engines mix both widths."""
    text = _SPACE.sub("", tidy(text))
    if not re.search(r"[\u4e00-\u9fff]", text):
        return text
    return _MARK.sub(lambda match: _WIDE[match[0]], text)


def _columns(boxes: list[_Box]) -> list[list[_Box]]:
    """The boxes in groups read one after the other: a page of one column is one group; lines
    across both columns (a heading, a footer) part what is above them from what is below."""
    split = _gutter(boxes)
    if split is None:
        return [boxes] if boxes else []
    groups: list[list[_Box]] = [[], []]
    columns: list[list[_Box]] = []
    for box in boxes:
        if box.left < split < box.right:
            columns.extend(group for group in groups if group)
            columns.append([box])
            groups = [[], []]
        else:
            groups[box.left >= split].append(box)
    columns.extend(group for group in groups if group)
    return columns


def _gutter(boxes: list[_Box]) -> float | None:
    """Where the white space between two columns of running text lies; None without columns.

    The cells of a table are narrow or of unequal width; lines of a column fill it."""
    if len(boxes) < 8:
        return None
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    width = right - left
    best: tuple[int, float] | None = None
    for step in range(21):
        at = left + width * (0.5 - _WIDEST_GUTTER / 2 + _WIDEST_GUTTER * step / 20)
        crossing = sum(box.left < at < box.right for box in boxes)
        if best is None or (crossing, abs(at - left - width / 2)) < (
            best[0], abs(best[1] - left - width / 2)
        ):  # fmt: skip
            best = (crossing, at)
    assert best is not None
    crossing, at = best
    sides = ([b for b in boxes if b.right <= at], [b for b in boxes if b.left >= at])
    if crossing > 0.3 * len(boxes) or not all(_is_column(side, width) for side in sides):
        return None
    return at


def _is_column(boxes: list[_Box], page: float) -> bool:
    if len(boxes) < 4:
        return False
    width = max(box.right for box in boxes) - min(box.left for box in boxes)
    usual = statistics.median(box.right - box.left for box in boxes)
    height = statistics.median(box.height for box in boxes)
    return width > 0.3 * page and usual > 0.6 * width and usual > 8 * height


def _rows(boxes: list[_Box]) -> list[list[_Box]]:
    """Boxes side by side, each row from left to right."""
    rows: list[list[_Box]] = []
    for box in boxes:
        last = rows[-1][-1] if rows else None
        if last is not None and abs(box.middle - last.middle) < 0.5 * min(box.height, last.height):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda box: box.left) for row in rows]


def _read_column(boxes: list[_Box], edge: float) -> list[Line]:
    lines: list[Line] = []
    run: list[list[_Box]] = []
    for row in [*_rows(boxes), []]:
        cells = _cells(row)
        if len(cells) > 1 or (run and row and _continues(run, row[0])):
            run.append(cells)
            continue
        lines.extend(_table_or_lines(run, edge))
        run = []
        if row:
            lines.append(_line(row, edge))
    return lines


def _line(cells: list[_Box], edge: float) -> Line:
    return Piece(" ".join(cell.text for cell in cells)), cells[-1].right, edge


def _cells(row: list[_Box]) -> list[_Box]:
    """The boxes of a row, those that nearly touch as one."""
    cells: list[_Box] = []
    for box in row:
        if cells and box.left - cells[-1].right < 0.35 * box.height:
            last = cells[-1]
            cells[-1] = _Box(
                last.text + box.text, last.left, min(last.top, box.top),
                max(last.right, box.right), max(last.bottom, box.bottom),
            )  # fmt: skip
        else:
            cells.append(box)
    return cells


def _continues(run: list[list[_Box]], box: _Box) -> bool:
    """Whether a lone box is the next line of a cell above: in its column, and close to it."""
    widest = max(run, key=len)
    near = box.top - max(cell.bottom for cell in run[-1]) < 0.9 * box.height
    return near and len(_under(box, [(cell.left, cell.right) for cell in widest])) == 1


def _under(box: _Box, columns: list[tuple[float, float]]) -> list[int]:
    return [
        number
        for number, (left, right) in enumerate(columns)
        if min(box.right, right) > max(box.left, left)
    ]


def _table_or_lines(run: list[list[_Box]], edge: float) -> list[Line]:
    """Rows of cells as a table where most have the same cells above each other; rows before and
    after that do not fit (a heading in two parts, two signatures) are lines."""
    columns = _table_columns(run)
    fitting = [n for n, row in enumerate(run) if _fits(row, columns)]
    if sum(len(run[n]) > 1 for n in fitting) < 2:
        return [_line(row, edge) for row in run]
    first, last = fitting[0], fitting[-1]
    rows: list[list[str]] = []
    for number in range(first, last + 1):
        cells = [""] * len(columns)
        for cell in run[number]:
            under = _under(cell, columns)
            cells[under[0] if under else 0] += cell.text
        if rows and len(run[number]) == 1 and number in fitting:
            rows[-1] = [above + below for above, below in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    filled = tuple(tuple(squeeze(cell) for cell in row) for row in rows)
    plain = "\n".join("\t".join(row).strip() for row in filled)
    return [
        *(_line(row, edge) for row in run[:first]),
        (Piece(plain, kind="table", rows=filled), 0.0, edge),
        *(_line(row, edge) for row in run[last + 1 :]),
    ]


def _table_columns(run: list[list[_Box]]) -> list[tuple[float, float]]:
    """The columns of the rows that have as many cells as most; none where they overlap."""
    counts = [len(row) for row in run if len(row) > 1]
    if not counts:
        return []
    usual = statistics.mode(sorted(counts, reverse=True))
    alike = [row for row in run if len(row) == usual]
    columns = [
        (min(row[n].left for row in alike), max(row[n].right for row in alike))
        for n in range(usual)
    ]
    apart = all(right <= left for (_, right), (left, _) in pairwise(columns))
    return columns if apart else []


def _fits(row: list[_Box], columns: list[tuple[float, float]]) -> bool:
    """Whether each cell of a row lies under one column, and no two under the same."""
    under = [_under(cell, columns) for cell in row]
    return all(len(one) == 1 for one in under) and len({one[0] for one in under}) == len(row)
