"""The archived records behind a notice: what was seen, when, where it lies, that it is whole."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal
from urllib.parse import urlsplit

from pipeline.archive import Archive
from pipeline.errors import InputError
from pipeline.families.decode import decode
from pipeline.model import Notice, RawDocument
from pipeline.project import Project
from pipeline.review import IssueFolder
from pipeline.review.files import write_atomic
from pipeline.steps.reading import MANUAL
from pipeline.warc import ArchiveError

Role = Literal["page", "list", "attachment", "copy"]
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")


@dataclass(frozen=True)
class Record:
    """One capture. `used`: the notice was read from these bytes. `problem` says why they are no
    content (challenge, soft_404, http_error, redirect). `fault` is what is wrong with the
    evidence itself, None when the bytes have the sha256 they were archived under."""

    role: Role
    document: RawDocument
    used: bool
    problem: str | None
    fault: str | None


@dataclass(frozen=True)
class Evidence:
    """Every capture behind a notice, and what is missing."""

    notice: Notice
    records: tuple[Record, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        found = [f"{r.document.url}: {r.fault}" for r in self.records if r.fault]
        held = {record.document.sha256 for record in self.records}
        if not any(record.used and record.role == "page" for record in self.records):
            found.append(
                f"{self.notice.id}: the page it was read from (sha256 {self.notice.raw_sha256}) "
                "is not in the archive; restore data/archive from a backup"
            )
        for attachment in self.notice.attachments:
            if attachment.sha256 and attachment.sha256 not in held:
                found.append(f"{attachment.url}: the attachment is not in the archive")
        return tuple(dict.fromkeys(found))


def notice_of(project: Project, folder: IssueFolder, ref: str) -> Notice:
    """The notice of an id (n-…) or of an entry number of this issue. Raises InputError."""
    key = ref
    if not ref.startswith("n-"):
        by_number = {number: notice for notice, number in folder.numbers().items()}
        if ref not in by_number:
            raise InputError(
                f"no entry {ref} in {folder.label}; give an entry number such as 2026-10-016, or "
                "a notice id (n- and 12 characters)"
            )
        key = by_number[ref]
    notice = project.store.notice(key)
    if notice is None:
        raise InputError(f"no notice {key} in the store; run geppo extract, or check the id")
    return notice


@dataclass(frozen=True)
class Capture:
    """One archived response behind a notice, as the index has it: `used` as in Record."""

    role: Role
    document: RawDocument
    used: bool


def captures(project: Project, notice: Notice) -> tuple[Capture, ...]:
    """The captures behind a notice, by the index alone: no bytes are read back."""
    return tuple(
        Capture(role, document, _is_used(notice, role, document))
        for role, document in _documents(project.archive, notice)
    )


def evidence(project: Project, notice: Notice) -> Evidence:
    """The records behind a notice, each read back and held against its sha256."""
    checked: dict[str, str | None] = {}
    records = []
    for capture in captures(project, notice):
        document = capture.document
        if document.sha256 not in checked:
            checked[document.sha256] = _fault(project.archive, document.sha256)
        fault = checked[document.sha256]
        records.append(
            Record(
                role=capture.role,
                document=document,
                used=capture.used,
                problem=None if fault else project.archive.stored(document).problem,
                fault=fault,
            )
        )
    return Evidence(notice, tuple(records))


def _documents(archive: Archive, notice: Notice) -> Iterator[tuple[Role, RawDocument]]:
    pages = archive.records_of(notice.url) if notice.url else ()
    read = any(document.sha256 == notice.raw_sha256 for document in pages)
    if notice.origin == "add" and not read:
        for document in archive.documents(source_id=MANUAL, kind="detail", repeats=True):
            if document.sha256 == notice.raw_sha256 or _has_line(archive, document, notice):
                yield "page", document
        return
    for document in pages:
        yield "page", document
    parents = dict.fromkeys(document.parent_url for document in pages if document.parent_url)
    for parent in parents:
        last = max(document.fetched_at for document in pages if document.parent_url == parent)
        seen = [found for found in archive.records_of(parent) if found.fetched_at <= last]
        if seen:
            yield "list", seen[-1]
    for attachment in notice.attachments:
        for document in archive.records_of(attachment.url):
            yield "attachment", document
    for copy in notice.also_at:
        for document in archive.records_of(copy.url):
            yield "copy", document


def _has_line(archive: Archive, document: RawDocument, notice: Notice) -> bool:
    """Whether a file of JSON Lines holds the line of a notice."""
    if not document.url.lower().endswith((".jsonl", ".ndjson", ".json")):
        return False
    try:
        lines = decode(archive.get(document.sha256))[0].splitlines()
    except ArchiveError:
        return False
    return any(hashlib.sha256(line.encode()).hexdigest() == notice.raw_sha256 for line in lines)


def _is_used(notice: Notice, role: Role, document: RawDocument) -> bool:
    if role == "page":
        return document.url.startswith("file:") or document.sha256 == notice.raw_sha256
    return role == "attachment" and document.sha256 in {a.sha256 for a in notice.attachments}


def _fault(archive: Archive, sha256: str) -> str | None:
    try:
        body = archive.get(sha256)
    except ArchiveError as error:
        return str(error)
    found = hashlib.sha256(body).hexdigest()
    return None if found == sha256 else f"the bytes have sha256 {found}, archived as {sha256}"


def facts(record: Record) -> dict[str, Any]:
    """A record as plain data, for JSON."""
    document = record.document
    return {
        "role": record.role,
        "used": record.used,
        "url": document.url,
        "status": document.status,
        "problem": record.problem,
        "fetched_at": document.fetched_at.isoformat(),
        "sha256": document.sha256,
        "verified": record.fault is None,
        "fault": record.fault,
        "warc": document.warc,
        "offset": document.offset,
        "content_type": document.content_type,
        "source": document.source_id,
        "parent_url": document.parent_url,
    }


def export(project: Project, found: Evidence, folder: Path) -> tuple[Path, ...]:
    """Write the bytes of every record as received, each with a JSON beside it that names its
    captures, into folder/<notice id>; return the files. Damaged records are left out."""
    target = folder / found.notice.id
    groups: dict[str, list[Record]] = {}
    for record in found.records:
        if record.fault is None:
            groups.setdefault(record.document.sha256, []).append(record)
    written: list[Path] = []
    for number, (sha256, records) in enumerate(groups.items(), 1):
        first = records[0]
        stem = f"{number:03d}-{first.role}-{sha256[:12]}"
        raw = target / (stem + _ending(first.document))
        write_atomic(raw, project.archive.get(sha256))
        written.append(raw)
        facts_file = target / f"{raw.name}.evidence.json"
        written.append(_json(facts_file, _beside(found.notice, raw.name, records)))
    return tuple(written)


def _beside(notice: Notice, file: str, records: Sequence[Record]) -> dict[str, Any]:
    return {
        "notice": notice.id,
        "title": notice.title,
        "file": file,
        "captures": [facts(record) for record in records],
    }


def _json(path: Path, value: dict[str, Any]) -> Path:
    write_atomic(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())
    return path


def _ending(document: RawDocument) -> str:
    suffix = PurePosixPath(urlsplit(document.url).path).suffix
    if _SUFFIX.fullmatch(suffix) and suffix.lower() not in (".jsp", ".json"):
        return suffix.lower()
    kind = (document.content_type or "").partition(";")[0].strip()
    return mimetypes.guess_extension(kind) or ".bin"
