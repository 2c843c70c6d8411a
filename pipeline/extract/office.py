"""DOCX to blocks: mammoth's HTML through the same block extractor as pages."""

from __future__ import annotations

import io
import zipfile

from pipeline.extract.attachments import Reading
from pipeline.extract.blocks import blocks_of
from pipeline.families.base import parse_html

_MAX_UNPACKED = 80_000_000
_MAX_PART_RATIO = 200


def read_docx(data: bytes) -> Reading:
    """The blocks of a Word file. Broken, locked or absurdly inflated files are `unread`."""
    refused = _refused(data)
    if refused:
        return Reading(unread=refused)
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


def _refused(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        return f"the Word file cannot be unpacked ({type(error).__name__})"
    if sum(part.file_size for part in parts) > _MAX_UNPACKED:
        return "the Word file unpacks to more than 80 MB"
    for part in parts:
        if part.file_size > 5_000_000 and part.file_size > _MAX_PART_RATIO * part.compress_size:
            return "the Word file looks like a zip bomb"
    if any(part.flag_bits & 1 for part in parts):
        return "the Word file is encrypted"
    return None
