"""Files an analyst hands in: saved pages, PDF, Word, and JSON Lines of notices."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.extract import headers
from pipeline.extract.attachments import RECOGNISED, read_attachment, sniff
from pipeline.extract.notice import EXTRACTOR, Extraction, extract, place_date
from pipeline.extract.plaintext import blocks_of_text
from pipeline.families.base import Page
from pipeline.families.datetext import meta_date
from pipeline.families.decode import decode
from pipeline.families.dom import squeeze, tidy
from pipeline.issues import Code, Issue
from pipeline.model import Block, Notice, notice_id

SOURCE_ID = "manual"
"""The source of everything added by hand."""

_HTML = frozenset({"html", "htm", "shtml", "xhtml"})
_SAVED_FROM = re.compile(r"saved from url=\(\d{1,5}\)(https?://[^\s\"'<>]{3,600})")
_TEXTS = ("id", "title", "body", "url", "date", "doc_number")
_TITLE_END = re.compile(
    r"(?:方案|计划|规划|办法|规定|条例|细则|意见|预案|标准|指南|通知|通告|公告|函|决定|令|报告|公示)"
    r"(?:[（(].{1,30}[）)])?$"
)


class UnreadableFile(InputError):  # noqa: N818
    """A file cannot be taken in. The message names file, line, field and remedy."""


def read_file(path: Path, *, fetched_at: datetime) -> Iterator[Extraction]:
    """The notices of a file, as if collected (origin `add`).

    Reads saved HTML, PDF, DOCX, scans and JSON Lines (one notice a line: title, body, and
    optionally id, url, date, doc_number; other fields are ignored). Raises UnreadableFile before
    the first notice where anything in the file is wrong.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableFile(f"{path}: {reason}; give the path of a readable file") from error
    if not data.strip():
        raise UnreadableFile(f"{path}: the file is empty")
    ending = path.suffix.lower().lstrip(".")
    kind = sniff(data, path.name, None)
    if ending in ("jsonl", "ndjson", "json"):
        yield from _json_lines(path, data, fetched_at)
    elif ending in _HTML or kind == "html":
        yield _saved_page(data, fetched_at)
    elif kind in ("pdf", "docx", "picture"):
        yield _document(path, data, fetched_at)
    else:
        raise UnreadableFile(
            f"{path}: cannot read this kind of file ({kind or ending or 'no extension'}); "
            "save it as PDF, DOCX or HTML, or write its text as JSON Lines"
        )


def _saved_page(data: bytes, fetched_at: datetime) -> Extraction:
    page = Page(saved_url(data), data)
    return extract(
        page,
        fetched_at=fetched_at,
        raw_sha256=hashlib.sha256(data).hexdigest(),
        source_id=SOURCE_ID,
        origin="add",
    )


def saved_url(data: bytes) -> str:
    """Where a saved page says it came from: the browser's note, <link rel=canonical>, og:url or
    meta Url; "" where it does not say."""
    page = Page("", data)
    noted = _SAVED_FROM.search(page.text[:4000])
    if noted:
        return noted[1]
    told = [
        link.get("href") or ""
        for link in page.tree.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    told += [page.meta.get("url", ""), page.meta.get("og:url", "")]
    return next((url for url in told if url.startswith(("http://", "https://"))), "")


def _document(path: Path, data: bytes, fetched_at: datetime) -> Extraction:
    reading = read_attachment(data, path.name)
    if reading.unread:
        raise UnreadableFile(f"{path}: {reading.unread}")
    sha256 = hashlib.sha256(data).hexdigest()
    title = title_of(reading.blocks) or path.stem
    made = _from_blocks(
        key=sha256, url=None, title=title, blocks=reading.blocks, date=None, number=None,
        sha256=sha256, fetched_at=fetched_at,
    )  # fmt: skip
    return _as_recognised(made, path.name) if reading.recognised else made


def _as_recognised(made: Extraction, name: str) -> Extraction:
    """The notice of a scan, marked as one that may be misread."""
    assert made.notice
    issue = Issue(
        code=Code.ATTACHMENT_OCR, stage="extract", message=f"{name}: {RECOGNISED}",
        source=SOURCE_ID, notice=made.notice.id,
    )  # fmt: skip
    return Extraction(made.notice.model_copy(update={"recognised": True}), (*made.issues, issue))


def title_of(blocks: Sequence[Block]) -> str | None:
    """The title a document's first lines state: one that ends as titles do, else the first."""
    lines = [block.text for block in blocks[:8] if block.kind != "table"]
    for first in range(min(len(lines), 5)):
        joined = ""
        for line in lines[first : first + 3]:
            joined += line
            if len(squeeze(joined)) >= 8 and _TITLE_END.search(joined) and "。" not in joined:
                return tidy(joined)
    return next((tidy(line) for line in lines if 4 <= len(line) <= 120), None)


def _json_lines(path: Path, data: bytes, fetched_at: datetime) -> Iterator[Extraction]:
    records: list[tuple[dict[str, Any], str]] = []
    for number, line in enumerate(decode(data)[0].splitlines(), start=1):
        if line.strip():
            records.append((_record(path, number, line), line))
    texts: dict[str, set[str]] = {}
    for record, _ in records:
        if record["url"]:
            texts.setdefault(record["url"], set()).add(record["title"] + record["body"])
    for record, line in records:
        url = record["url"]
        if url and len(texts[url]) == 1:
            key = url
        else:
            # One address can carry several notices (a page of monthly reports): all are kept.
            key = "\x1f".join((url or "", record["id"] or "", record["title"]))
            if not record["id"]:
                key += "\x1f" + hashlib.sha256(record["body"].encode()).hexdigest()
        yield _from_blocks(
            key=key, url=url, title=record["title"],
            blocks=blocks_of_text(record["body"], record["title"]),
            date=record["date"], number=record["doc_number"],
            sha256=hashlib.sha256(line.encode()).hexdigest(), fetched_at=fetched_at,
        )  # fmt: skip


def _record(path: Path, number: int, line: str) -> dict[str, Any]:
    where = f"{path}: line {number}"
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(
            f"{where}: not JSON ({error}); write one JSON object a line"
        ) from error
    if not isinstance(raw, dict):
        raise UnreadableFile(f'{where}: not a JSON object; write {{"title": …, "body": …}}')
    record: dict[str, Any] = {}
    for name in _TEXTS:
        value = raw.get(name)
        if value is not None and not isinstance(value, str):
            raise UnreadableFile(
                f"{where}: field {name!r} is {type(value).__name__}; write it as text in quotes"
            )
        record[name] = value.strip() if value and value.strip() else None
    for name in ("title", "body"):
        if record[name] is None:
            raise UnreadableFile(f"{where}: field {name!r} is missing or empty; fill it")
    record["title"] = tidy(record["title"])
    if record["date"]:
        date = record["date"]
        read = date if re.fullmatch(r"(?:19|20)\d{2}", date) else meta_date(date)
        if re.fullmatch(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])", date):
            read = date
        if read is None:
            raise UnreadableFile(
                f"{where}: field 'date' is {date!r}; write YYYY-MM-DD, YYYY-MM or YYYY, or leave "
                "it empty"
            )
        record["date"] = read
    return record


def _from_blocks(
    *,
    key: str,
    url: str | None,
    title: str,
    blocks: tuple[Block, ...],
    date: str | None,
    number: str | None,
    sha256: str,
    fetched_at: datetime,
) -> Extraction:
    fields = {"文号": number} if number else {}
    stated = headers.document_number(fields, blocks, "", title)
    written = headers.document_date({}, blocks)
    placed, basis = place_date(date, written, stated, title)
    issues: tuple[Issue, ...] = ()
    if date is None:
        message = f"no date of publication; placed by {basis or 'nothing'}"
        issues = (
            Issue(
                code=Code.DATE_MISSING, stage="extract", message=message,
                source=SOURCE_ID, notice=notice_id(key), url=url,
            ),
        )  # fmt: skip
    notice = Notice(
        id=notice_id(key),
        source_id=SOURCE_ID,
        url=url,
        title=title,
        blocks=blocks,
        document_number=stated,
        issuing_bodies=headers.issuing_bodies({}, title, blocks, stated, None),
        addressees=headers.addressees(blocks),
        date_publication=date,
        date_document=written,
        date_placed=placed,
        date_basis=basis,
        raw_sha256=sha256,
        fetched_at=fetched_at,
        extractor=EXTRACTOR,
        origin="add",
    )
    return Extraction(notice, issues)
