"""Word and Excel files to blocks: mammoth's HTML through the block extractor of pages, and
spreadsheets as tables."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pipeline.extract.attachments import Reading
from pipeline.extract.blocks import blocks_of
from pipeline.extract.zips import Zip, ZipError
from pipeline.families.base import parse_html
from pipeline.families.dom import tidy
from pipeline.model import Block

_MAX_SHEETS = 30
_MAX_ROWS = 5000
_MAX_COLUMNS = 60
_MAX_CHARACTERS = 600_000


def read_docx(data: bytes) -> Reading:
    """The blocks of a Word file. Broken, locked or absurdly inflated files are `unread`."""
    try:
        Zip(data, "the Word file")
    except ZipError as error:
        return Reading(unread=str(error))
    import mammoth

    try:
        # Pictures would be inlined as base64; their bytes are never wanted.
        skipped = mammoth.images.img_element(lambda image: {"src": ""})
        markup = mammoth.convert_to_html(io.BytesIO(data), convert_image=skipped).value
    except Exception as error:
        # Word files break in as many ways as there are writers; one must not stop a run.
        return Reading(unread=f"the Word file cannot be read ({type(error).__name__})")
    blocks = blocks_of(parse_html(f"<div>{markup}</div>"))
    if not blocks:
        return Reading(unread="the Word file holds no text")
    return Reading(blocks)


def read_xlsx(data: bytes) -> Reading:
    """The sheets of an Excel file as tables, each under its name where there are several; values
    as last calculated. What lies beyond the limits is said, not silently cut."""
    try:
        Zip(data, "the Excel file")
    except ZipError as error:
        return Reading(unread=str(error))
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheets, cut = _sheets(book)
        finally:
            book.close()
    except Exception as error:
        # As with Word: a broken workbook can raise nearly anything.
        return Reading(unread=f"the Excel file cannot be read ({type(error).__name__})")
    blocks: list[Block] = []
    for name, rows in sheets:
        if len(sheets) > 1:
            blocks.append(Block(kind="heading", text=name, level=1))
        blocks.append(table_of(rows))
    if not blocks:
        return Reading(unread="the Excel file holds no text")
    return Reading(tuple(blocks), "only the first part of the Excel file was read" if cut else None)


def _sheets(book: Any) -> tuple[list[tuple[str, tuple[tuple[str, ...], ...]]], bool]:
    """(name, rows) of each sheet that holds text, and whether anything was left out."""
    found = []
    size, cut = 0, len(book.worksheets) > _MAX_SHEETS
    for sheet in book.worksheets[:_MAX_SHEETS]:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # what a file says of its own extent is often wrong
        rows: list[tuple[str, ...]] = []
        for number, cells in enumerate(
            sheet.iter_rows(max_col=_MAX_COLUMNS, max_row=_MAX_ROWS + 1)
        ):
            if number == _MAX_ROWS or size > _MAX_CHARACTERS:
                cut = True
                break
            row = tuple(_cell(cell.value, str(cell.number_format)) for cell in cells)
            size += sum(map(len, row))
            if any(row):
                rows.append(row)
        if rows:
            found.append((tidy(str(sheet.title)), _squared(rows)))
    return found, cut


def table_of(rows: Sequence[tuple[str, ...]]) -> Block:
    """Rows of cells as a block; short rows are filled up."""
    squared = _squared(rows)
    plain = "\n".join("\t".join(row).strip() for row in squared)
    return Block(kind="table", text=plain, rows=squared)


def _squared(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Rows of equal length, without the columns that are empty in all."""
    width = max(len(row) for row in rows)
    filled = [row + ("",) * (width - len(row)) for row in rows]
    used = [column for column in range(width) if any(row[column] for row in filled)]
    return tuple(tuple(row[column] for column in used) for row in filled)


def _cell(value: object, shown_as: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and "%" in shown_as:
        return f"{value * 100:.10g}%"
    if isinstance(value, float):
        # 0.1 + 0.2 in a sheet is shown as 0.3; so it is here.
        return f"{value:.10g}"
    return tidy(str(value))
