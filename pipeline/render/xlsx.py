"""Excel: one sheet a table, for filtering and sorting. Text is written as text: `=cmd` too."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter import Workbook

from pipeline.render.text import clip, safe_url
from pipeline.render.tree import Column, Document, Sheet, SheetValue

_CELL_LIMIT = 32_767
_LINK_LIMIT = 60_000
_EXCEL_EPOCH = date(1900, 3, 1)
_FONT = {"font_name": "游ゴシック", "font_size": 10, "valign": "top"}
_HEADER_ROW = 1
_LINE_HEIGHT = 15
_MAX_HEIGHT = 405


def write_xlsx(document: Document, font_dir: Path | None) -> bytes:
    """The workbook of a document. Row 1 bears the title (and the sample mark), row 2 the names
    of the columns; both stay in view and are repeated on every printed page."""
    buffer = BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    mark = document.sample_mark
    book.set_properties(
        {
            "title": f"{document.title}　{document.issue_line}",
            "author": document.publisher,
            "comments": mark or "",
            "created": document.created.replace(tzinfo=None),
        }
    )
    formats = _formats(book)
    for sheet in document.sheets:
        _write_sheet(book, formats, document, sheet)
    book.close()
    return buffer.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#C3CCD2"}
    text = _FONT | line | {"text_wrap": True}
    return {
        "title": book.add_format(_FONT | {"bold": True, "font_size": 12, "valign": "vcenter"}),
        "sample": book.add_format(
            _FONT | {"bold": True, "font_size": 12, "valign": "vcenter", "font_color": "#A3261C"}
        ),
        "header": book.add_format(
            _FONT | line | {"bold": True, "bg_color": "#E4EBF0", "text_wrap": True}
        ),
        "text": book.add_format(text),
        "date": book.add_format(
            _FONT | line | {"num_format": 'yyyy"年"m"月"d"日"', "align": "left"}
        ),
        "link": book.add_format(_FONT | line | {"font_color": "#1F4E6B", "underline": 1}),
        "number": book.add_format(_FONT | line | {"num_format": "#,##0.####;-#,##0.####;0"}),
    }


def _write_sheet(book: Any, formats: dict[str, Any], document: Document, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    name = f"{document.title}　{document.issue_line}　{sheet.name}"
    if document.edition_line:
        name += f"　{document.edition_line}"
    name = f"{document.sample_mark}　{name}" if document.sample_mark else name
    page.set_row(0, 22)
    title = formats["sample" if document.sample_mark else "title"]
    page.write_string(0, 0, clip(name, _CELL_LIMIT), title)
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
        page.write_string(_HEADER_ROW, index, column.title, formats["header"])
    for row, values in enumerate(sheet.rows, _HEADER_ROW + 1):
        page.set_row(row, _height(sheet, values))
        for index, (column, value) in enumerate(zip(sheet.columns, values, strict=True)):
            _write_cell(page, formats, (row, index), column, value)
    last = _HEADER_ROW + len(sheet.rows)
    page.autofilter(_HEADER_ROW, 0, last, len(sheet.columns) - 1)
    page.freeze_panes(_HEADER_ROW + 1, 1)
    page.set_row(_HEADER_ROW, 18)
    _print_setup(page, document, sheet)


def _height(sheet: Sheet, values: tuple[SheetValue, ...]) -> float:
    """The height in points that the longest cell of a row needs when its text is wrapped."""
    lines = 1
    for column, value in zip(sheet.columns, values, strict=True):
        if isinstance(value, str) and column.kind != "link":
            width = sum(2 if east_asian_width(char) in "WFA" else 1 for char in value)
            # A line of wide characters seldom fills its column to the last half.
            lines = max(lines, -(-width // max(column.width - 1, 1)))
    return float(min(_LINE_HEIGHT * lines + 3, _MAX_HEIGHT))


def _write_cell(
    page: Any,
    formats: dict[str, Any],
    place: tuple[int, int],
    column: Column,
    value: SheetValue,
) -> None:
    row, index = place
    if value is None or value == "":
        page.write_blank(row, index, None, formats["text"])
    elif isinstance(value, str):
        address = safe_url(value) if column.kind == "link" and row < _LINK_LIMIT else None
        words = clip(value, _CELL_LIMIT)
        if address:
            page.write_url(row, index, address, formats["link"], words)
        else:
            page.write_string(row, index, words, formats["text"])
    elif isinstance(value, date):
        if value >= _EXCEL_EPOCH:
            moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001
            page.write_datetime(row, index, moment, formats["date"])
        else:
            page.write_string(row, index, value.isoformat(), formats["text"])
    else:
        page.write_number(row, index, value, formats["number"])


def _print_setup(page: Any, document: Document, sheet: Sheet) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.print_area(0, 0, _HEADER_ROW + len(sheet.rows), sheet.printed - 1)
    page.repeat_rows(0, _HEADER_ROW)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    # '&' opens a code in headers and footers; two of them print one.
    title = clip(document.title, 60).replace("&", "&&")
    mark = f"&C&B{document.sample_mark}&B" if document.sample_mark else ""
    page.set_header(f"&L{title}{mark}&R{sheet.name}")
    page.set_footer(f"&L{document.issue_line.replace('&', '&&')[:60]}&C&P / &N")
