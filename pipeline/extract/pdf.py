"""PDF to blocks with pdfplumber: lines joined to paragraphs, tables as rows."""

from __future__ import annotations

import io
import re
from typing import Any

from pipeline.extract import ocr
from pipeline.extract.attachments import Reading
from pipeline.extract.layout import Line, joined, without_running_heads
from pipeline.extract.pieces import Piece
from pipeline.extract.structure import classify
from pipeline.families.dom import squeeze, tidy

_MAX_PAGES = 300
_MAX_CHARACTERS = 600_000
_MAX_OBJECTS = 60_000
_FEW = 10
"""Characters below which a page that is covered by images is a scan."""
_COVERED = 0.4
_CID = re.compile(r"\(cid:\d{1,6}\)")


def read_pdf(data: bytes, find_engine: ocr.FindEngine = ocr.installed) -> Reading:
    """The blocks of a PDF. Encrypted and broken files are `unread`, with the reason; so are
    scanned pages, unless there is an engine that recognises them."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            pages, scanned, cut = _read_pages(document)
    except PDFPasswordIncorrect:
        return Reading(unread="the PDF is encrypted")
    except Exception as error:
        # pdfminer raises nearly any exception on broken files; one bad file must not stop a run.
        cause = error.args[0] if error.args else error
        if isinstance(cause, PDFPasswordIncorrect):
            return Reading(unread="the PDF is encrypted")
        return Reading(unread=f"the PDF cannot be read ({type(error).__name__})")
    wanted, why = _scanned(pages, scanned)
    if not wanted:
        return _reading(pages, cut)
    if len(wanted) == len(pages):
        pages = [[] for _ in pages]
    engine = find_engine()
    if engine is None:
        return _reading(pages, f"{why}; {ocr.REMEDY}", cut)
    try:
        result = ocr.recognise_pdf(data, wanted, engine)
    except Exception as error:
        # As above: neither pdfium nor an engine may stop a run.
        return _reading(pages, f"{why}; recognition failed ({type(error).__name__})", cut)
    if result.size < 10:
        return _reading(pages, f"{why}; no text was recognised", cut)
    for number, lines in zip(wanted, result.pages, strict=False):
        pages[number] = list(lines)
    return _reading(pages, result.left_out, cut, recognised=True)


def _reading(pages: list[list[Line]], *told: str | None, recognised: bool = False) -> Reading:
    lines = without_running_heads([line for page in pages for line in page], len(pages))
    notes = "; ".join(note for note in told if note)
    return Reading(classify(joined(lines)), notes or None, recognised)


def _scanned(pages: list[list[Line]], pictures: list[int]) -> tuple[list[int], str]:
    """The numbers of the pages whose text no one can copy, and how to say so."""
    text = "".join(piece.text for page in pages for piece, _, _ in page)
    if len(squeeze(_CID.sub("", text))) < 10 * max(min(len(pages), 3), 1):
        return list(range(len(pages))), "the PDF has no text layer (probably scanned)"
    if len(_CID.findall(text)) * 8 > len(text) / 2:
        why = "the PDF's fonts do not tell which characters they draw"
        return list(range(len(pages))), why
    numbers = ", ".join(str(number + 1) for number in pictures[:20])
    return pictures, f"pages of the PDF are scanned ({numbers}{' …' * (len(pictures) > 20)})"


def _read_pages(document: Any) -> tuple[list[list[Line]], list[int], str | None]:
    """The lines of each page, the numbers of pages that are pictures, and what was cut off."""
    pages: list[list[Line]] = []
    pictures: list[int] = []
    size, total = 0, len(document.pages)
    for page in document.pages[:_MAX_PAGES]:
        found = _read_page(page)
        here = sum(len(piece.text) for piece, _, _ in found)
        if here < _FEW and _is_picture(page):
            pictures.append(len(pages))
        page.close()
        pages.append(found)
        size += here
        if size > _MAX_CHARACTERS:
            break
    cut = f"only the first {len(pages)} of its {total} pages were read"
    return pages, pictures, cut if len(pages) < total else None


def _is_picture(page: Any) -> bool:
    """Whether images cover much of a page."""
    covered = sum(
        max(image["x1"] - image["x0"], 0) * max(image["bottom"] - image["top"], 0)
        for image in page.images[:1000]
    )
    return bool(covered > _COVERED * page.width * page.height)


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
        text = tidy(_spaced(row))
        if text:
            found.append((row[0]["top"], Piece(text), row[-1]["x1"]))
    for table in tables:
        piece = _table(table.extract())
        if piece:
            found.append((table.bbox[1], piece, 0.0))
    found.sort(key=lambda entry: entry[0])
    return [(piece, right, edge) for _, piece, right in found]


def _spaced(words: list[Any]) -> str:
    """The words of a line. The narrow space that typesetters put between Chinese and digits is
    none of the text's."""
    text = ""
    end = 0.0
    for word in words:
        near = word["x0"] - end < 0.5 * (word["bottom"] - word["top"])
        beside = text[-1:] + word["text"][:1]
        text += ("" if near and not beside.isascii() else " ") + word["text"]
        end = word["x1"]
    return text


def _table(rows: list[list[str | None]]) -> Piece | None:
    cells = tuple(tuple(squeeze(cell or "") for cell in row) for row in rows)
    cells = tuple(row for row in cells if any(row))
    if not cells:
        return None
    return Piece("\n".join("\t".join(row).strip() for row in cells), kind="table", rows=cells)
