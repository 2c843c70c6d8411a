"""One archived page, read: what collecting, rebuilding and comparing share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.extract import Extraction, read_file
from pipeline.extract import extract as read_page
from pipeline.families.base import Page
from pipeline.model import RawDocument
from pipeline.project import Project

MANUAL = "manual"
"""Source id of what an analyst added by hand."""


def read_document(project: Project, document: RawDocument) -> Iterator[Extraction]:
    """What is read in one archived page, its attachments aside."""
    stored = project.archive.stored(document)
    if document.url.startswith("file:"):
        # An added file is read as a file again, under its own name.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / document.url.rpartition("/")[2]
            path.write_bytes(stored.body)
            yield from read_file(path, fetched_at=document.fetched_at)
        return
    page = Page(
        url=document.url,
        body=stored.body,
        status=document.status,
        content_type=document.content_type,
        headers=dict(stored.headers),
    )
    yield read_page(
        page,
        source=project.sources_by_id.get(document.source_id),
        fetched_at=document.fetched_at,
        raw_sha256=document.sha256,
        source_id=document.source_id,
        hints=stored.hints,
        origin="add" if document.source_id == MANUAL else "crawl",
    )
