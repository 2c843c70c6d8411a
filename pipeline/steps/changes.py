"""Pages of issued entries that changed or vanished since: 改訂・削除 of the next issue.

What decides is the archive alone: the page as last seen before the issue, and as last seen
before the next. Both are read by the same reader, so that a better reader is no change.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from pipeline.dates import Window
from pipeline.issues import Code, Issue
from pipeline.model import Change, ChangedLine, Notice, RawDocument
from pipeline.project import Project
from pipeline.review import IssueFolder
from pipeline.steps.reading import read_document

REVISIT_DAYS = 7
"""A page of an issued entry is asked for again after so many days ..."""
REVISIT_ISSUES = 12
"""... as long as its issue is among the last so many."""
_STAGE = "changes"
_GONE_STATUS = (404, 410)
_HOME = re.compile(r"/?(?:(?:index|default|home)\.\w{1,5})?")
_SENTENCE = re.compile(r"[^。！？；]*[。！？；]?")
_SHORT_PAGE = 20_000
"""Bytes above which a page is not suspected of saying that it is gone."""

State = Literal["content", "gone"]


@dataclass(frozen=True)
class Printed:
    """An entry of an issued bulletin. `baseline` is the moment up to which earlier bulletins
    told what became of its page."""

    number: str
    notice_id: str
    url: str
    folder: IssueFolder
    baseline: datetime


@dataclass(frozen=True)
class _Seen:
    document: RawDocument
    state: State


def changes(project: Project, window: Window) -> tuple[Change, ...]:
    """What became, since the issue before, of the pages that earlier issues printed.

    A change noticed after an issue was published is of the next one; an issued month keeps its
    own. Only monthly issues list changes. In order of entry number.
    """
    if not window.is_month:
        return ()
    folder = project.folder(window)
    printed = _printed(project, folder)
    if not printed:
        return ()
    # Without an end what this very run just saw counts too, though it began before.
    end = folder.issued_at() or datetime.max.replace(tzinfo=UTC)
    touched = _touched(project, min(entry.baseline for entry in printed))
    found = (_change(project, entry, end) for entry in printed if entry.url in touched)
    return tuple(change for change in found if change is not None)


def record_changes(project: Project, window: Window) -> tuple[Change, ...]:
    """The changes, each also recorded as an issue: `revised` or `vanished`."""
    found = changes(project, window)
    project.store.put_issues(f"{_STAGE}:{project.label(window)}", map(_issue, found))
    return found


def revisits(project: Project) -> dict[str, dict[str, dict[str, str]]]:
    """The pages of issued entries that are due to be seen again: source id -> URL -> hints."""
    due = project.now - timedelta(days=REVISIT_DAYS)
    issued = [folder for folder in project.monthly_folders() if folder.issued]
    entries = {key for folder in issued[-REVISIT_ISSUES:] for key in _published(folder)}
    found: dict[str, dict[str, dict[str, str]]] = {}
    for source_id, url in sorted(_pages(project, entries).values()):
        seen = project.archive.records_of(url) if source_id in project.sources_by_id else ()
        if seen and max(document.fetched_at for document in seen) <= due:
            found.setdefault(source_id, {})[url] = project.archive.hints(url)
    return found


def _issue(change: Change) -> Issue:
    code = Code.VANISHED if change.kind == "vanished" else Code.REVISED
    what = "is gone" if change.kind == "vanished" else change.kind
    return Issue(
        code=code,
        stage=_STAGE,
        message=f"{change.number}: its page {what}, noticed {change.noticed_at:%Y-%m-%d}",
        notice=change.notice_id,
        url=change.url,
    )


# --- what was printed -------------------------------------------------------------------------


def _printed(project: Project, folder: IssueFolder) -> list[Printed]:
    """The entries of the issues before `folder`; each page once, under its first number."""
    earlier = [
        (other, issued)
        for other in project.monthly_folders()
        if other.label < folder.label and (issued := other.issued_at()) is not None
    ]
    entries = [
        (key, number, other, max(issued for _, issued in earlier[position:]))
        for position, (other, _) in enumerate(earlier)
        for key, number in _published(other).items()
    ]
    pages = _pages(project, [key for key, *_ in entries])
    found: dict[str, Printed] = {}
    for key, number, other, baseline in entries:
        if key in pages:
            _, url = pages[key]
            found.setdefault(url, Printed(number, key, url, other, baseline))
    return sorted(found.values(), key=lambda entry: entry.number)


def _published(folder: IssueFolder) -> dict[str, str]:
    """notice id -> number, of the entries an issue was published with."""
    printed: set[str] = set()
    for path in folder.published.glob("r*/manifest.json"):
        printed |= set(json.loads(path.read_bytes()).get("entries", ()))
    # The file of numbers alone, where it is whole: reading every entry of every issue is slow.
    path = folder.machine / "numbers.json"
    numbers: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
    if not printed <= set(numbers.values()):
        numbers = folder.numbers()
    return {key: number for key, number in numbers.items() if number in printed}


def _pages(project: Project, notices: Iterable[str]) -> dict[str, tuple[str, str]]:
    """notice id -> its source and web address, where it has one."""
    return {
        key: (source_id, url)
        for key, (source_id, url) in project.store.addresses(notices).items()
        if url and url.startswith(("http://", "https://"))
    }


# --- what became of it ------------------------------------------------------------------------


def _touched(project: Project, since: datetime) -> set[str]:
    """The addresses of which something new was seen, or that were gone before."""
    new = project.archive.documents(kind="detail", since=since, problems=True)
    gone = project.store.issues(f"{_STAGE}:")
    return {document.url for document in new} | {issue.url for issue in gone if issue.url}


def _change(project: Project, entry: Printed, end: datetime) -> Change | None:
    seen = list(_seen(project, entry.url))
    before = _last(seen, entry.baseline)
    after = _last(seen, end)
    if before is None or after is None or after is before:
        return None
    lines: tuple[ChangedLine, ...] = ()
    kind: Literal["revised", "vanished", "restored"]
    if after.state == "gone":
        if before.state == "gone":
            return None
        kind = "vanished"
        first = next(
            item
            for item in seen
            if item.state == "gone" and item.document.fetched_at > before.document.fetched_at
        )
    else:
        kind = "revised" if before.state == "content" else "restored"
        old = before if kind == "revised" else _last_content(seen, entry.baseline)
        if old is not None and old.document.sha256 != after.document.sha256:
            lines = _difference(project, old.document, after.document)
        if kind == "revised" and not lines:
            return None
        first = next(
            item
            for item in seen
            if item.document.sha256 == after.document.sha256
            and item.document.fetched_at > before.document.fetched_at
        )
    front = entry.folder.entry(entry.number).front
    return Change(
        number=entry.number,
        notice_id=entry.notice_id,
        kind=kind,
        heading=front.heading,
        title_zh=front.title_zh,
        url=entry.url,
        seen_before_at=before.document.fetched_at,
        noticed_at=first.document.fetched_at,
        sha256_before=before.document.sha256,
        sha256_after=after.document.sha256,
        lines=lines,
    )


def _last(seen: Iterable[_Seen], moment: datetime) -> _Seen | None:
    return max(
        (item for item in seen if item.document.fetched_at <= moment),
        key=lambda item: item.document.fetched_at,
        default=None,
    )


def _last_content(seen: Iterable[_Seen], moment: datetime) -> _Seen | None:
    return _last((item for item in seen if item.state == "content"), moment)


def _seen(project: Project, url: str) -> Iterator[_Seen]:
    """The captures that tell whether the page is there; a block or a fault of the server tells
    nothing."""
    for document in project.archive.records_of(url):
        if document.status in _GONE_STATUS:
            yield _Seen(document, "gone")
            continue
        stored = project.archive.stored(document)
        if stored.problem == "soft_404":
            yield _Seen(document, "gone")
        elif stored.problem == "redirect":
            target = next((v for k, v in stored.headers if k.lower() == "location"), "-")
            if _HOME.fullmatch(urlsplit(target).path):
                yield _Seen(document, "gone")
        elif stored.problem is None and (document.status < 300 or document.status == 304):
            gone = _says_gone(project, document)
            yield _Seen(document, "gone" if gone else "content")


def _says_gone(project: Project, document: RawDocument) -> bool:
    """Whether a page that came with status 200 reads as a page that is not there."""
    if len(project.archive.get(document.sha256)) > _SHORT_PAGE:
        return False
    return any(
        extraction.notice is None and any(i.code == Code.SOFT_404 for i in extraction.issues)
        for extraction in read_document(project, document)
    )


def _difference(project: Project, old: RawDocument, new: RawDocument) -> tuple[ChangedLine, ...]:
    """The sentences that differ, with one unchanged sentence around; empty when none does."""
    before, after = (_lines(_notice(project, document)) for document in (old, new))
    if before == after:
        return ()
    rows = list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]
    found = []
    for position, row in enumerate(rows):
        if row.startswith("@@"):
            if position:
                found.append(ChangedLine(sign=" ", text="…"))
        else:
            found.append(ChangedLine.model_validate({"sign": row[0], "text": row[1:]}))
    return tuple(found)


def _notice(project: Project, document: RawDocument) -> Notice | None:
    return next((found.notice for found in read_document(project, document) if found.notice), None)


def _lines(notice: Notice | None) -> list[str]:
    """Title and body, a sentence or a table's row a line, without white space."""
    if notice is None:
        return []
    lines = ["".join(notice.title.split())]
    for block in notice.blocks:
        if block.rows:
            lines += [" | ".join(" ".join(cell.split()) for cell in row) for row in block.rows]
        else:
            text = "".join(block.text.split())
            lines += [found for found in _SENTENCE.findall(text) if found]
    return lines
