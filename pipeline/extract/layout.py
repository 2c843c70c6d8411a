"""Lines of a laid-out page to pieces: running heads dropped, broken paragraphs joined."""

from __future__ import annotations

import re
from collections import Counter

from pipeline.extract.furniture import is_furniture_line
from pipeline.extract.pieces import Piece
from pipeline.extract.structure import heading_level, is_date_line

Line = tuple[Piece, float, float]
"""A piece, its right edge, and the right edge of all text of its page."""

_PAGE_NUMBER = re.compile(r"[\s\-—–－·第]{0,6}\d{1,4}[\s\-—–－·页]{0,6}(?:[/共]\s?\d{1,4}\s?页?)?")
_ENDS = re.compile(r"[。！？；：:;]$")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零\d]{1,6}[条章节]|附\s?件|[—•]")


def without_running_heads(lines: list[Line], pages: int) -> list[Line]:
    """Without page numbers and lines repeated on most pages."""
    counted = Counter(piece.text for piece, _, _ in lines if len(piece.text) <= 60)
    return [
        (piece, right, edge)
        for piece, right, edge in lines
        if piece.kind == "table"
        or not (
            _PAGE_NUMBER.fullmatch(piece.text)
            or is_furniture_line(piece.text)
            or (pages > 3 and counted[piece.text] > 0.6 * pages)
        )
    ]


def joined(lines: list[Line]) -> list[Piece]:
    """Lines that run to the right edge go on in the next one."""
    pieces: list[Piece] = []
    open_line = False
    for piece, right, edge in lines:
        if piece.kind == "table":
            pieces.append(piece)
            open_line = False
            continue
        begins = heading_level(piece.text) or _ARTICLE.match(piece.text) or is_date_line(piece.text)
        if open_line and not begins:
            previous = pieces[-1]
            glue = " " if previous.text[-1:].isascii() and piece.text[:1].isascii() else ""
            pieces[-1] = Piece(previous.text + glue + piece.text)
        else:
            pieces.append(Piece(piece.text))
        open_line = right >= edge - 25 and not _ENDS.search(piece.text)
    return pieces
