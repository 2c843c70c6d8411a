"""Attached files to blocks, or the reason why they stay unread. Never raises, never stalls."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.extract import ocr
from pipeline.extract.zips import Zip, ZipError, names
from pipeline.families.links import extension
from pipeline.model import Block

RECOGNISED = "read by optical recognition; check names and figures against the file"
"""What an issue says of such text."""


@dataclass(frozen=True)
class Reading:
    """The text of a file, and why there is none or not all (an English clause for log and
    analyst). `recognised`: some of it was read by optical recognition and may be misread."""

    blocks: tuple[Block, ...] = ()
    unread: str | None = None
    recognised: bool = False


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD = {"doc": "docx", "wps": "docx", "rtf": "docx", "odt": "docx",
        "xls": "xlsx", "et": "xlsx", "ods": "xlsx"}  # fmt: skip
"""Formats that LibreOffice reads for us -> the format it makes of them."""
_NAMED = {"doc": "old Word format", "wps": "WPS format", "rtf": "RTF format",
          "xls": "old Excel format", "et": "WPS spreadsheet",
          "odt": "OpenDocument text", "ods": "OpenDocument spreadsheet"}  # fmt: skip
_REASONS = {
    "ceb": "CEB format; save it as PDF and add it by hand",
    "rar": "an archive; unpack it and add its files by hand",
    "7z": "an archive; unpack it and add its files by hand",
    "ppt": "a presentation; not read",
    "pptx": "a presentation; not read",
}
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\x00", b"MM\x00*")
"""How JPEG, PNG and TIFF begin."""
_OFFICE_MARKUP = re.compile(rb"schemas-microsoft-com:office|^[\s\xef\xbb\xbf]{0,99}<table", re.I)
_MAX_ROWS = 5000
_MAX_DEPTH = 2
_MAX_FILES = 60


def sniff(data: bytes, name: str, content_type: str | None) -> str:
    """The kind of a file by its first bytes, then its name, then its content type."""
    named = extension(name) or ""
    if data[:1024].lstrip()[:5] == b"%PDF-" or b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data, named)
    if data.startswith(_OLE):
        return named if named in ("xls", "ppt", "wps", "et") else "doc"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(b"Rar!"):
        return "rar"
    if data.startswith(b"7z\xbc\xaf"):
        return "7z"
    if data.startswith(_PICTURES):
        return "picture"
    head = data[:512].lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<table")) or b"<html" in head:
        return "html"
    if named:
        return named
    return (
        "pdf"
        if "pdf" in (content_type or "").lower()
        else "txt"
        if "text" in (content_type or "")
        else ""
    )


def _zip_kind(data: bytes, named: str) -> str:
    parts = names(data)
    for part, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"),
                       ("ppt/presentation.xml", "pptx"), ("OFD.xml", "ofd")):  # fmt: skip
        if part in parts:
            return kind
    if "content.xml" in parts and named in ("odt", "ods"):
        return named
    # A damaged directory tells nothing: then its name is the best guess.
    return named if not parts and named in ("docx", "xlsx", "pptx", "ofd") else "zip"


def read_attachment(
    data: bytes,
    name: str,
    content_type: str | None = None,
    *,
    find_engine: ocr.FindEngine = ocr.installed,
) -> Reading:
    """Read one attached file. PDF, DOCX, XLSX, OFD and text become blocks, older office formats
    where LibreOffice is installed, scans where `find_engine` gives an engine, and ZIPs member by
    member; every other kind, and what is broken or locked, gives `unread`. Blocks beside `unread`
    are the part that could be read."""
    return _read(data, name, content_type, find_engine, 0)


def _read(
    data: bytes, name: str, content_type: str | None, find_engine: ocr.FindEngine, depth: int
) -> Reading:
    kind = sniff(data, name, content_type)
    if not data:
        return Reading(unread="the file is empty")
    if kind == "html" and extension(name) in _OLD and _OFFICE_MARKUP.search(data[:4096]):
        return _markup(data)
    if kind == "html":
        return Reading(unread="a web page was served in place of the file")
    if kind in _OLD:
        return _old(data, kind)
    if kind == "zip":
        return _archive(data, find_engine, depth)
    if kind == "picture":
        return _picture(data, find_engine)
    if kind == "pdf":
        from pipeline.extract.pdf import read_pdf

        return read_pdf(data, find_engine)
    if kind == "csv":
        return _csv(data)
    if kind == "txt":
        from pipeline.extract.plaintext import blocks_of_text
        from pipeline.families.decode import decode

        return Reading(blocks_of_text(decode(data)[0]))
    reader = _reader(kind)
    if reader is None:
        unknown = f"unknown kind of file ({kind or 'no extension'})"
        return Reading(unread=_REASONS.get(kind, unknown))
    return reader(data)


def _markup(data: bytes) -> Reading:
    """A Word or Excel file saved as a web page under its own name."""
    from pipeline.extract.blocks import blocks_of
    from pipeline.families.base import Page

    blocks = blocks_of(Page("", data).tree)
    return Reading(blocks) if blocks else Reading(unread="the file holds no text")


def _csv(data: bytes) -> Reading:
    import csv

    from pipeline.extract.office import table_of
    from pipeline.families.decode import decode

    try:
        lines = list(csv.reader(decode(data)[0].lstrip("\ufeff").splitlines()))
    except csv.Error as error:
        return Reading(unread=f"the table cannot be read ({error})")
    rows = [tuple(" ".join(cell.split()) for cell in line) for line in lines if any(line)]
    if not rows:
        return Reading(unread="the file holds no text")
    cut = f"only the first {_MAX_ROWS} of {len(rows)} rows were read"
    return Reading((table_of(rows[:_MAX_ROWS]),), cut if len(rows) > _MAX_ROWS else None)


def _reader(kind: str) -> Callable[[bytes], Reading] | None:
    # Imported when first needed: each brings a library that most runs do without.
    if kind in ("docx", "xlsx"):
        from pipeline.extract.office import read_docx, read_xlsx

        return read_docx if kind == "docx" else read_xlsx
    if kind == "ofd":
        from pipeline.extract.ofd import read_ofd

        return read_ofd
    return None


def _old(data: bytes, kind: str) -> Reading:
    from pipeline.extract.libreoffice import ConversionError, convert

    target = _OLD[kind]
    try:
        made = convert(data, kind, target)
    except ConversionError as error:
        advice = f"save it as .{target} and add it by hand"
        return Reading(unread=f"{_NAMED[kind]} (.{kind}); {error}; {advice}")
    reader = _reader(target)
    assert reader
    return reader(made)


def _picture(data: bytes, find_engine: ocr.FindEngine) -> Reading:
    from pipeline.extract.layout import joined, without_running_heads
    from pipeline.extract.structure import classify

    engine = find_engine()
    if engine is None:
        return Reading(unread=f"a picture (probably a scan); {ocr.REMEDY}")
    try:
        result = ocr.recognise_image(data, engine)
    except ValueError as error:
        return Reading(unread=str(error))
    except Exception as error:
        # What an engine raises is its own; one picture must not stop a run.
        return Reading(unread=f"a picture; recognition failed ({type(error).__name__})")
    if result.size < 10:
        return Reading(unread="a picture; no text was recognised")
    lines = without_running_heads([line for page in result.pages for line in page], 1)
    return Reading(classify(joined(lines)), result.left_out, recognised=True)


def _archive(data: bytes, find_engine: ocr.FindEngine, depth: int) -> Reading:
    """The readable members of a ZIP, each under its name."""
    if depth == _MAX_DEPTH:
        return Reading(unread="an archive within an archive within an archive")
    try:
        container = Zip(data, "the archive")
    except ZipError as error:
        return Reading(unread=str(error))
    blocks: list[Block] = []
    unread: list[str] = []
    recognised = False
    wanted = [name for name in sorted(container.members) if not _is_clutter(name)]
    for name in wanted[:_MAX_FILES]:
        try:
            reading = _read(container.read(name), name, None, find_engine, depth + 1)
        except ZipError as error:
            reading = Reading(unread=str(error))
        recognised = recognised or reading.recognised
        if reading.unread:
            unread.append(f"{name} ({reading.unread})")
        if reading.blocks:
            blocks.append(Block(kind="heading", text=name.rpartition("/")[2], level=1))
            blocks.extend(reading.blocks)
    unread.extend(wanted[_MAX_FILES:])
    if not wanted:
        return Reading(unread="the archive holds no files")
    told = f"unread in the archive: {'; '.join(unread)}"[:500] if unread else None
    return Reading(tuple(blocks), told, recognised)


def _is_clutter(name: str) -> bool:
    """Whether a member is what an operating system left in the archive."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].lower() in (
        ".ds_store", "thumbs.db", "desktop.ini",
    )  # fmt: skip
