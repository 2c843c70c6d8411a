"""Attached files to blocks, or the reason why they stay unread. Never raises, never stalls."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.families.links import extension
from pipeline.model import Block


@dataclass(frozen=True)
class Reading:
    """The text of a file, or why there is none (an English clause for log and analyst)."""

    blocks: tuple[Block, ...] = ()
    unread: str | None = None


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REASONS = {
    "doc": "old Word format (.doc); save it as .docx or PDF and add it by hand",
    "wps": "WPS format; save it as .docx or PDF and add it by hand",
    "xls": "old Excel format (.xls); tables in spreadsheets are not read",
    "xlsx": "Excel format; tables in spreadsheets are not read",
    "et": "WPS spreadsheet; tables in spreadsheets are not read",
    "ofd": "OFD format; save it as PDF and add it by hand",
    "ceb": "CEB format; save it as PDF and add it by hand",
    "zip": "an archive; unpack it and add its files by hand",
    "rar": "an archive; unpack it and add its files by hand",
    "7z": "an archive; unpack it and add its files by hand",
    "ppt": "a presentation; not read",
    "pptx": "a presentation; not read",
}


def sniff(data: bytes, name: str, content_type: str | None) -> str:
    """The kind of a file by its first bytes, then its name, then its content type."""
    named = extension(name) or ""
    if data[:1024].lstrip()[:5] == b"%PDF-" or b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data, named)
    if data.startswith(_OLE):
        return named if named in ("xls", "ppt", "wps", "et") else "doc"
    if data.startswith(b"Rar!"):
        return "rar"
    if data.startswith(b"7z\xbc\xaf"):
        return "7z"
    head = data[:512].lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")) or b"<html" in head:
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
    # Part names stand uncompressed in the directory at the end of the file.
    for mark, kind in ((b"word/document", "docx"), (b"xl/workbook", "xlsx"),
                       (b"ppt/presentation", "pptx"), (b"OFD.xml", "ofd")):  # fmt: skip
        if mark in data:
            return kind
    return named if named in ("zip", "ofd") else "zip"


def read_attachment(data: bytes, name: str, content_type: str | None = None) -> Reading:
    """Read one attached file. PDF and DOCX become blocks; every other kind, and what is broken,
    locked or scanned, gives `unread`."""
    kind = sniff(data, name, content_type)
    if not data:
        return Reading(unread="the file is empty")
    if kind == "pdf":
        from pipeline.extract.pdf import read_pdf

        return read_pdf(data)
    if kind == "docx":
        from pipeline.extract.office import read_docx

        return read_docx(data)
    if kind == "html":
        return Reading(unread="a web page was served in place of the file")
    if kind in ("txt", "csv"):
        from pipeline.extract.plaintext import blocks_of_text
        from pipeline.families.decode import decode

        return Reading(blocks_of_text(decode(data)[0]))
    return Reading(unread=_REASONS.get(kind, f"unknown kind of file ({kind or 'no extension'})"))
