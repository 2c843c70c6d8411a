"""Archived bytes to notices: pages, PDF, Word, plain text, JSON Lines."""

from __future__ import annotations

from pipeline.extract.attachments import RECOGNISED, Reading, read_attachment
from pipeline.extract.files import UnreadableFile, read_file
from pipeline.extract.notice import EXTRACTOR, Extraction, extract, place_date
from pipeline.extract.plaintext import blocks_of_text

__all__ = [
    "EXTRACTOR",
    "RECOGNISED",
    "Extraction",
    "Reading",
    "UnreadableFile",
    "blocks_of_text",
    "extract",
    "place_date",
    "read_attachment",
    "read_file",
]
