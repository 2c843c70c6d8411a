"""Plain text to blocks: notices from JSON Lines, PDFs, and mirrors that flattened the layout."""

from __future__ import annotations

import re

from pipeline.extract.furniture import is_furniture_line
from pipeline.extract.pieces import Piece
from pipeline.extract.structure import classify
from pipeline.families.decode import visible
from pipeline.families.dom import squeeze, tidy
from pipeline.model import Block

_HAN = "一二三四五六七八九十百零〇"
_RULE = re.compile(r"\|?[\s:|-]{3,400}\|?")
_BREAK = re.compile(
    rf"(?<=[。；！？：”）)])\s{{0,4}}(?=[{_HAN}]{{1,4}}、|[（(][{_HAN}]{{1,4}}[）)]"
    rf"|第[{_HAN}]{{1,5}}[章条][\s\u3000])"
)
_INDENT = re.compile(r"[\u3000]{2,8}|\s{4,20}")
# Longer lines than a paragraph can well be: the mirror joined the lines.
_FLATTENED = 400


def _table_cells(line: str) -> list[str] | None:
    stripped = line.strip()
    if stripped.count("|") >= 2 or (stripped.startswith("|") and stripped.endswith("|")):
        return [tidy(cell) for cell in stripped.strip("|").split("|")]
    if "\t" in stripped and len(stripped) < 2000:
        return [tidy(cell) for cell in stripped.split("\t")]
    return None


def _paragraphs(line: str) -> list[str]:
    if len(line) <= _FLATTENED:
        return [line]
    return [part for piece in _INDENT.split(line) for part in _BREAK.split(piece) if part.strip()]


def pieces_of_text(text: str) -> list[Piece]:
    """Lines and tables of a text, furniture lines left out."""
    pieces: list[Piece] = []
    rows: list[list[str]] = []
    raw: list[str] = []

    def end_table() -> None:
        if len(rows) >= 2:
            width = max(len(row) for row in rows)
            filled = tuple(tuple(row + [""] * (width - len(row))) for row in rows)
            plain = "\n".join("\t".join(row).strip() for row in rows)
            pieces.append(Piece(plain, kind="table", rows=filled))
        else:
            pieces.extend(Piece(tidy(line)) for line in raw)
        rows.clear()
        raw.clear()

    for line in visible(text).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        cells = _table_cells(line)
        if cells is not None and len(cells) >= 2:
            raw.append(line)
            if not _RULE.fullmatch(line.strip()[:402]):
                rows.append(cells)
            continue
        if raw:
            end_table()
        for part in _paragraphs(line):
            part = tidy(part)
            if part and not is_furniture_line(part):
                pieces.append(Piece(part))
    if raw:
        end_table()
    return pieces


def blocks_of_text(text: str, title: str | None = None) -> tuple[Block, ...]:
    """The blocks of a plain text. Markdown and tab-separated tables become tables; headings that
    a mirror ran together are parted again. No sentence is lost."""
    return classify([piece for piece in pieces_of_text(text) if squeeze(piece.text)], title)
