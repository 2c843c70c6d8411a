"""A list item that is a file instead of a page about one: the file is the notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import unquote, urlsplit

from pipeline.extract import headers
from pipeline.extract.attachments import RECOGNISED, read_attachment
from pipeline.extract.files import title_of
from pipeline.extract.notice import EXTRACTOR, Extraction, place_date
from pipeline.families.base import Page
from pipeline.families.datetext import meta_date, url_date
from pipeline.issues import Code, Issue
from pipeline.model import Attachment, Notice, Source, notice_id


def extract_file(
    page: Page,
    *,
    source: Source | None,
    fetched_at: datetime,
    raw_sha256: str,
    source_id: str,
    origin: Literal["crawl", "add"],
    hints: Mapping[str, str],
) -> Extraction:
    """The notice of a file, its title and date as the list told them (`hints`). A file that
    cannot be read is kept as the notice's unread attachment."""
    name = unquote(urlsplit(page.url).path.rsplit("/", 1)[-1]) or "file"
    key = page.url or raw_sha256
    reading = read_attachment(page.body, name, page.content_type)
    title = hints.get("title") or title_of(reading.blocks) or name
    listed = meta_date(hints.get("date"))
    published = listed or url_date(page.url)
    fields = {label: value for label, value in hints.items() if value}
    number = headers.document_number(fields, reading.blocks, "", title)
    written = headers.document_date(fields, reading.blocks)
    placed, basis = place_date(published, written, number, title)
    issues: list[Issue] = []

    def report(code: Code, message: str) -> None:
        issues.append(
            Issue(
                code=code, stage="extract", message=message,
                source=source_id, notice=notice_id(key), url=page.url or None,
            )
        )  # fmt: skip

    attachments: tuple[Attachment, ...] = ()
    if reading.unread:
        report(Code.FILE_UNREADABLE, f"{name}: {reading.unread}")
        attachments = (
            Attachment(url=page.url, name=name, sha256=raw_sha256, unread=reading.unread),
        )
    if reading.recognised:
        report(Code.ATTACHMENT_OCR, f"{name}: {RECOGNISED}")
    if published is None:
        report(Code.DATE_MISSING, f"no date of publication; placed by {basis or 'nothing'}")
    issuer = source.issuer if source else None
    notice = Notice(
        id=notice_id(key),
        source_id=source_id,
        url=page.url or None,
        title=title,
        blocks=reading.blocks,
        document_number=number,
        index_number=fields.get("索引号"),
        issuing_bodies=headers.issuing_bodies(fields, title, reading.blocks, number, issuer),
        addressees=headers.addressees(reading.blocks),
        date_publication=published,
        date_document=written,
        date_placed=placed,
        date_basis=basis,
        attachments=attachments,
        recognised=reading.recognised,
        raw_sha256=raw_sha256,
        fetched_at=fetched_at,
        extractor=EXTRACTOR,
        origin=origin,
    )
    return Extraction(notice, tuple(issues))
