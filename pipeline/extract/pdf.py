"""PDF to blocks with pdfplumber: lines joined to paragraphs, tables as rows."""

from __future__ import annotations

import io
import re
from typing import Any

from pipeline.extract.attachments import Reading
from pipeline.extract.layout import Line, joined, without_running_heads
from pipeline.extract.pieces import Piece
from pipeline.extract.structure import classify
from pipeline.families.dom import squeeze, tidy

_MAX_PAGES = 300
_MAX_CHARACTERS = 600_000
_MAX_OBJECTS = 60_000
_CID = re.compile(r"\(cid:\d{1,6}\)")


def read_pdf(data: bytes) -> Reading:
    """The blocks of a PDF. Encrypted, scanned and broken files are `unread`, with the reason."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            pieces, pages = _read_pages(document)
    except PDFPasswordIncorrect:
        return Reading(unread="the PDF is encrypted")
    except Exception as error:
        # pdfminer raises nearly any exception on broken files; one bad file must not stop a run.
        cause = error.args[0] if error.args else error
        if isinstance(cause, PDFPasswordIncorrect):
            return Reading(unread="the PDF is encrypted")
        return Reading(unread=f"the PDF cannot be read ({type(error).__name__})")
    text = "".join(piece.text for piece in pieces)
    if len(squeeze(_CID.sub("", text))) < 10 * max(min(pages, 3), 1):
        return Reading(unread="the PDF has no text layer (probably scanned)")
    if len(_CID.findall(text)) * 8 > len(text) / 2:
        return Reading(unread="the PDF's fonts do not tell which characters they draw")
    return Reading(classify(pieces))


def _read_pages(document: Any) -> tuple[list[Piece], int]:
    lines: list[Line] = []
    size = 0
    count = 0
    for page in document.pages[:_MAX_PAGES]:
        count += 1
        found = _read_page(page)
        page.close()
        lines.extend(found)
        size += sum(len(piece.text) for piece, _, _ in found)
        if size > _MAX_CHARACTERS:
            break
    return joined(without_running_heads(lines, count)), count


def _read_page(page: Any) -> list[Line]:
    """The lines and tables of a page in reading order."""
    heavy = len(page.lines) + len(page.rects) + len(page.curves) > _MAX_OBJECTS
    tables = [] if heavy or not (page.lines or page.rects) else page.find_tables()
    tables = [table for table in tables if len(table.rows) > 1 and len(table.rows[0].cells) > 1]
    boxes = [table.bbox for table in tables]
    words = [
        word
        for word in page.extract_words(keep_blank_chars=True, x_tolerance=2, y_tolerance=3)
        if not any(
            box[0] <= (word["x0"] + word["x1"]) / 2 <= box[2]
            and box[1] <= (word["top"] + word["bottom"]) / 2 <= box[3]
            for box in boxes
        )
    ]
    found: list[tuple[float, Piece, float]] = []
    edge = max((word["x1"] for word in words), default=0.0)
    rows: dict[int, list[Any]] = {}
    for word in words:
        rows.setdefault(round(word["bottom"] / 4), []).append(word)
    for row in rows.values():
        row.sort(key=lambda word: word["x0"])
        text = tidy(" ".join(word["text"] for word in row))
        if text:
            found.append((row[0]["top"], Piece(text), row[-1]["x1"]))
    for table in tables:
        piece = _table(table.extract())
        if piece:
            found.append((table.bbox[1], piece, 0.0))
    found.sort(key=lambda entry: entry[0])
    return [(piece, right, edge) for _, piece, right in found]


def _table(rows: list[list[str | None]]) -> Piece | None:
    cells = tuple(tuple(squeeze(cell or "") for cell in row) for row in rows)
    cells = tuple(row for row in cells if any(row))
    if not cells:
        return None
    return Piece("\n".join("\t".join(row).strip() for row in cells), kind="table", rows=cells)
