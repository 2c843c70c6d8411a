"""Attachment files: PDF by typst, DOCX by python-docx; the same bytes for the same text."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO

import docx
import typst

from .content import File
from .response import Response, data

_WHEN = datetime(2026, 10, 1, tzinfo=UTC)
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_TEMPLATE = b"""
#let doc = json(bytes(sys.inputs.doc))
#set document(title: doc.title)
#set page(paper: "a4", margin: 2.5cm)
#set text(font: "Noto Sans CJK JP", size: 11pt, lang: "zh", region: "CN")
#for block in doc.blocks {
  if type(block) == str { par(block) } else {
    table(columns: block.first().len(), ..block.flatten().map(cell => [#cell]))
  }
}
"""


def blocks(text: str) -> list[str | list[list[str]]]:
    """Lines of body notation as paragraphs (text) and tables (rows of equal length)."""
    found: list[str | list[list[str]]] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if not line.startswith("|"):
            found.append(line.lstrip("^> "))
            continue
        cells = [cell.strip() for cell in line[1:].removesuffix("|").split("|")]
        if found and isinstance(found[-1], list):
            width = len(found[-1][0])
            found[-1].append((cells + [""] * width)[:width])
        else:
            found.append([cells])
    return found


@cache
def _fonts() -> typst.Fonts:
    with as_file(files("noto_cjk_sans_jp_regular") / "NotoSansCJKjp-Regular.otf") as font:
        return typst.Fonts(include_system_fonts=False, font_paths=[str(font.parent)])


@cache
def pdf(title: str, text: str) -> bytes:
    """`text` set as a PDF with a text layer."""
    payload = json.dumps({"title": title, "blocks": blocks(text)}, ensure_ascii=False)
    made = typst.compile(
        _TEMPLATE,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"doc": payload},
        timestamp=int(_WHEN.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


@cache
def word(title: str, text: str) -> bytes:
    """`text` as a DOCX."""
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author = title, ""
    properties.created = properties.modified = _WHEN.replace(tzinfo=None)
    for block in blocks(text):
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(rows=len(block), cols=len(block[0]))
        for row, cells in zip(table.rows, block, strict=True):
            for cell, value in zip(row.cells, cells, strict=True):
                cell.text = value
    made = BytesIO()
    document.save(made)
    return _dated(made.getvalue())


def _dated(package: bytes) -> bytes:
    """The same ZIP with one fixed date, so that equal texts give equal bytes."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _WHEN.timetuple()[:6])
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def response(file: File) -> Response:
    """The file as a web server sends it."""
    make = pdf if file.format == "pdf" else word
    return data(make(file.name.rsplit(".", 1)[0], file.text), _TYPES[file.format])
