"""A body to blocks: paragraphs, headings, lists, tables, signature; page furniture left out."""

from __future__ import annotations

from pipeline.extract.furniture import cut_tail, is_furniture_box, is_furniture_line, strip_inline
from pipeline.extract.pieces import Piece
from pipeline.extract.structure import classify
from pipeline.extract.tables import plain_table, read_table
from pipeline.families.base import Element
from pipeline.families.dom import BLOCK_TAGS, SKIPPED_TAGS, hidden, squeeze, text_of, tidy
from pipeline.families.links import is_attachment
from pipeline.model import Block

_PARAGRAPH_TAGS = BLOCK_TAGS - {"br"}
_HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MAX_DEPTH = 4000


class _Walk:
    """Gathers pieces from a body. Iterative, so that deep nesting cannot exhaust the stack."""

    def __init__(self, body: Element) -> None:
        self.body = body
        self.size = max(len(squeeze("".join(map(str, body.itertext())))), 1)
        self.pieces: list[Piece] = []
        self.text: list[str] = []
        self.linked = 0
        self.piece = Piece("")

    def flush(self) -> None:
        text = tidy("".join(self.text))
        if text:
            self.piece.text = text
            self.piece.linked = self.linked
            self.pieces.append(self.piece)
        self.text = []
        self.linked = 0
        self.piece = Piece("")

    def add(self, text: str, linked: bool) -> None:
        self.text.append(text)
        if linked:
            self.linked += len(squeeze(text))

    def run(self) -> list[Piece]:
        stack: list[tuple[Element | str | None, bool]] = [(self.body, False)]
        while stack:
            item, linked = stack.pop()
            if item is None:
                self.flush()
                continue
            if isinstance(item, str):
                self.add(item, linked)
                continue
            if item is not self.body and item.tail:
                stack.append((item.tail, linked))
            if self._skips(item):
                continue
            if item.tag == "table" and item is not self.body and self._table(item):
                continue
            self._open(item, linked, stack)
        self.flush()
        return self.pieces

    def _skips(self, item: Element) -> bool:
        if not isinstance(item.tag, str) or item.tag in SKIPPED_TAGS:
            return True
        if item is self.body:
            return False
        if hidden(item) and len(squeeze(text_of(item))) < 0.5 * self.size:
            return True
        if is_furniture_box(item, self.size):
            self.flush()
            return True
        return False

    def _table(self, table: Element) -> bool:
        rows = read_table(table)
        if rows is None:
            return False
        self.flush()
        self.pieces.append(Piece(plain_table(table), kind="table", rows=rows))
        return True

    def _open(
        self, item: Element, linked: bool, stack: list[tuple[Element | str | None, bool]]
    ) -> None:
        if item.tag == "br":
            self.flush()
            return
        if item.tag == "a":
            href = item.get("href") or ""
            linked = linked or (bool(href) and not is_attachment(item, href))
        if item.tag in _PARAGRAPH_TAGS:
            self.flush()
            stack.append((None, False))
        if item.tag == "li":
            self.piece.listed = True
        if item.tag in _HEADING_TAGS:
            self.piece.heading = True
        style = (item.get("style") or "").replace(" ", "").lower()
        align = (item.get("align") or "").lower()
        if align in ("center", "right") and item.tag in _PARAGRAPH_TAGS:
            self.piece.align = align
        elif "text-align:center" in style or item.tag == "center":
            self.piece.align = "center"
        elif "text-align:right" in style:
            self.piece.align = "right"
        if item.tag in ("sub", "sup") and item.text:
            # PM<sub>2.5</sub> is one word: the walk joins inline text without spaces.
            item.text = item.text.strip()
        stack.extend((child, linked) for child in reversed(item))
        if item.text:
            stack.append((item.text, linked))


def blocks_of(body: Element, title: str | None = None) -> tuple[Block, ...]:
    """The blocks of a body element. `title` is the notice's, told apart when it is repeated
    inside the body."""
    kept: list[Piece] = []
    for piece in _Walk(body).run():
        if piece.kind == "table":
            kept.append(piece)
            continue
        piece.text = strip_inline(piece.text)
        if piece.text and not is_furniture_line(piece.text):
            kept.append(piece)
    return classify(cut_tail(kept), title)
