"""Collect into the archive, and read the archive into notices."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag

from pipeline import crawl as crawling
from pipeline.crawl import crawl
from pipeline.dates import Window
from pipeline.dedupe import dedupe
from pipeline.extract import (
    EXTRACTOR,
    RECOGNISED,
    Extraction,
    UnreadableFile,
    read_attachment,
    read_file,
)
from pipeline.issues import Code, Issue, Severity
from pipeline.model import Attachment, Block, Notice, RawDocument, Source, SourceReport
from pipeline.project import Project
from pipeline.sources import source_by_id
from pipeline.steps.changes import record_changes, revisits
from pipeline.steps.progress import Progress, silent
from pipeline.steps.reading import MANUAL, read_document
from pipeline.warc import Capture

_POSITION = "extracted-up-to"
"""Kind of the derived record that says how far the archive has been read."""


@dataclass(frozen=True)
class Collected:
    """How the sources fared; `skipped`: a replay already collected in full."""

    reports: tuple[SourceReport, ...]
    skipped: bool = False


# --- collect --------------------------------------------------------------------------------


def collect(
    project: Project,
    window: Window,
    *,
    source: str | None = None,
    progress: Progress = silent,
) -> Collected:
    """Read the lists of the sources and archive what lies in the window."""
    sources = project.sources
    if source is not None:
        sources = (source_by_id(project.sources, source),)
    label = project.label(window)
    if project.sample is not None:
        key = _replay_key(project)
        if source is None and project.store.derived_keys("replay").get(label) == key:
            return Collected(tuple(project.store.reports(label).values()), skipped=True)
    finished: set[str] = set()
    noticed: dict[str, tuple[Issue, ...]] = {}

    def tell(event: crawling.Progress) -> None:
        if event.state == "finished":
            finished.add(event.source_id)
            noticed[event.source_id] = event.issues
        progress("collect", len(finished), len(sources))

    reports: tuple[SourceReport, ...] = ()
    for visit in project.sample.visits if project.sample else (1,):
        reports = crawl(
            sources,
            window.until(project.today),
            settings=project.settings,
            archive_dir=project.settings.archive_dir,
            now=project.now,
            replay=project.sample.warc if project.sample else None,
            visit=visit,
            revisit=None if project.sample else revisits(project),
            progress=tell,
        )
    project.store.put_reports(label, reports)
    for report in reports:
        known = source_by_id(sources, report.source_id)
        found = [*health_issues(known, report), *noticed.get(report.source_id, ())]
        project.store.put_issues(f"collect:{label}:{report.source_id}", found)
    record_changes(project, window)
    if project.sample is not None and source is None:
        project.store.put_derived("replay", [(label, _replay_key(project), "{}")])
    return Collected(reports)


def _replay_key(project: Project) -> str:
    """Evidence and sources of a replay: the same again can give nothing new."""
    assert project.sample is not None
    digest = hashlib.sha256(project.sample.warc.read_bytes())
    for source in project.sources:
        digest.update(source.model_dump_json().encode())
    return digest.hexdigest()


def health_issues(source: Source, report: SourceReport) -> list[Issue]:
    """The issue that a source's health is, if it is not well."""
    codes = {
        "empty": Code.EMPTY_LIST,
        "below_minimum": Code.BELOW_MINIMUM,
        "blocked": Code.BLOCKED,
        "dns_failure": Code.DNS_FAILURE,
        "timeout": Code.TIMEOUT,
        "http_error": Code.HTTP_ERROR,
        "redirected": Code.REDIRECTED_AWAY,
        "layout_changed": Code.LAYOUT_CHANGED,
        "spider_error": Code.SPIDER_ERROR,
    }
    if report.health not in codes:
        return []
    return [
        Issue(
            code=codes[report.health],
            stage="collect",
            severity=Severity.WARNING if report.list_parsed else Severity.ERROR,
            message=report.message or report.health.replace("_", " "),
            source=source.id,
            url=source.columns[0].url if source.columns else None,
        )
    ]


# --- extract --------------------------------------------------------------------------------


def extract(
    project: Project,
    *,
    source: str | None = None,
    notice: str | None = None,
    progress: Progress = silent,
) -> int:
    """Read archived pages that were not read by this extractor, and merge copies.

    Returns how many pages were read. `notice` reads one notice's pages again.
    """
    position = project.archive.position()
    todo = _to_read(project, source, notice)
    read: list[Notice] = []
    keys: list[str] = []
    try:
        for count, (document, key) in enumerate(todo, 1):
            for extraction in read_document(project, document):
                kept = _keep(project, extraction)
                if kept is not None:
                    read.append(kept)
            keys.append(key)
            progress("extract", count, len(todo))
    finally:
        project.store.mark_extracted(keys, EXTRACTOR)
    merge_copies(project, read)
    if source is None and notice is None:
        project.store.put_derived(_POSITION, [("archive", EXTRACTOR, json.dumps(position))])
    return len(todo)


def _to_read(
    project: Project, source: str | None, notice: str | None
) -> list[tuple[RawDocument, str]]:
    """The pages to read and the keys under which they are remembered: what was archived since
    the last extraction, and pages whose files were."""
    archive = project.archive
    if notice is not None:
        wanted = project.store.notice(notice)
        found = archive.documents(kind="detail", urls=[wanted.url or ""] if wanted else [])
        return [(document, _raw_key(project, document)) for document in found]
    after = _read_up_to(project) if source is None else None
    new = archive.documents(source_id=source, kind="detail", after=after)
    documents = {(document.url, document.sha256): document for document in new}
    if after is not None:
        files = archive.documents(kind="attachment", after=after)
        pages = {page for file in files for page in archive.links.pages(file.url)}
        for document in archive.documents(kind="detail", urls=sorted(pages)):
            documents.setdefault((document.url, document.sha256), document)
    keyed = [(document, _raw_key(project, document)) for document in documents.values()]
    done = project.store.extracted(key for _, key in keyed)
    return [(document, key) for document, key in keyed if done.get(key) != EXTRACTOR]


def _read_up_to(project: Project) -> str | None:
    """The position of the archive that this extractor has read all up to, or None."""
    if project.store.derived_keys(_POSITION).get("archive") != EXTRACTOR:
        return None
    found: str = json.loads(project.store.derived(_POSITION, ["archive"])["archive"])
    return found


def _raw_key(project: Project, document: RawDocument) -> str:
    files = project.archive.files_of(document.url)
    parts = [document.url, document.sha256, *sorted(file.sha256 for file in files)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _keep(project: Project, extraction: Extraction) -> Notice | None:
    if extraction.notice is None:
        for issue in extraction.issues:
            project.store.put_issues(f"extract:{issue.url or issue.id}", extraction.issues)
        return None
    notice, found = _with_attachments(project, extraction.notice)
    project.store.put_issues(f"extract:{notice.id}", [*extraction.issues, *found])
    return project.store.put_notice(notice)


def _with_attachments(project: Project, notice: Notice) -> tuple[Notice, list[Issue]]:
    """The notice with its attachments read; a document among them joins the body."""
    issues: list[Issue] = []
    attachments: list[Attachment] = []
    joined: list[Block] = []
    for attachment in notice.attachments:
        if attachment.url == notice.url:
            # The notice is the file, and read as far as it can be.
            attachments.append(attachment)
            continue
        document = project.archive.latest(urldefrag(attachment.url).url)
        if document is None:
            attachments.append(
                attachment.model_copy(update={"unread": attachment.unread or "not collected"})
            )
            continue
        reading = read_attachment(
            project.archive.get(document.sha256), attachment.name, document.content_type
        )
        attachments.append(
            attachment.model_copy(
                update={
                    "sha256": document.sha256,
                    "blocks": reading.blocks,
                    "unread": reading.unread,
                    "recognised": reading.recognised,
                }
            )
        )
        told = {Code.ATTACHMENT_UNREADABLE: reading.unread}
        if reading.recognised:
            told[Code.ATTACHMENT_OCR] = RECOGNISED
        issues.extend(
            Issue(
                code=code,
                stage="extract",
                message=f"{attachment.name}: {message}",
                source=notice.source_id,
                notice=notice.id,
                url=attachment.url,
            )
            for code, message in told.items()
            if message
        )
        if sum(block.kind == "heading" for block in reading.blocks) > 1:
            joined.append(Block(kind="heading", text=f"附件：{attachment.name}"))
            joined.extend(reading.blocks)
    update: dict[str, object] = {"attachments": tuple(attachments)}
    if joined:
        update["blocks"] = (*notice.blocks, *joined)
    return notice.model_copy(update=update), issues


def merge_copies(project: Project, notices: Sequence[Notice]) -> None:
    """Merge copies among the notices just read and those they resemble in the store."""
    unmerged = [n for n in notices if project.store.merged_into(n.id) is None]
    latest = {notice.id: notice for notice in unmerged}
    others = {key: project.store.same_documents(notice) for key, notice in latest.items()}
    for merge in dedupe(latest.values(), others, project.sources_by_id):
        for copy in merge.copies:
            project.store.merge(copy, merge.kept)


# --- add ------------------------------------------------------------------------------------


def add(project: Project, files: Sequence[Path], *, progress: Progress = silent) -> dict[Path, int]:
    """Take files into archive and store as if collected. path -> notices in it.

    Every file is read before anything is kept. Raises UnreadableFile naming the file, and the
    line and field where it has such.
    """
    read: dict[Path, list[Extraction]] = {}
    for path in files:
        read[path] = list(read_file(path, fetched_at=project.now))
        if not any(extraction.notice for extraction in read[path]):
            raise UnreadableFile(f"{path}: no notice found in it (neither title nor text)")
    counts: dict[Path, int] = {}
    kept: list[Notice] = []
    for done, (path, extractions) in enumerate(read.items(), 1):
        document = project.archive.put(
            Capture(
                url=f"file:///{path.name}",
                source_id=MANUAL,
                kind="detail",
                status=200,
                fetched_at=project.now,
            ),
            path.read_bytes(),
        )
        notices = [_keep(project, extraction) for extraction in extractions]
        kept += [notice for notice in notices if notice is not None]
        counts[path] = sum(notice is not None for notice in notices)
        project.store.mark_extracted([_raw_key(project, document)], EXTRACTOR)
        progress("extract", done, len(read))
    merge_copies(project, kept)
    return counts
