"""Derive all notices again from the archive, and say what comes out otherwise, and why."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.model import Notice
from pipeline.project import Project
from pipeline.steps.collect import extract, merge_copies
from pipeline.steps.evidence import evidence
from pipeline.steps.progress import Progress, silent
from pipeline.store import Store

Kind = Literal["changed", "missing", "new"]
Reason = Literal["extractor", "source", "evidence", "reading", "merging", "unread"]
REASONS: dict[Reason, str] = {
    "extractor": "another version of the extractor",
    "source": "the page changed at the source",
    "evidence": "its evidence is missing from the archive",
    "reading": "the source file or the reader changed",
    "merging": "copies are merged otherwise",
    "unread": "archived, but not read into the store yet",
}
_NOT_COMPARED = {"extractor", "fetched_at", "raw_sha256", "revises"}
_OF_MERGING = {"also_at"}


@dataclass(frozen=True)
class Difference:
    """One notice that comes out otherwise than it stands in the store."""

    notice_id: str
    title: str
    url: str | None
    kind: Kind
    reason: Reason
    fields: tuple[str, ...] = ()
    detail: str | None = None


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild gave: pages read, notices that are the same, those that are not."""

    pages: int
    same: int
    differences: tuple[Difference, ...]
    applied: bool


def rebuild(
    project: Project,
    *,
    source: str | None = None,
    apply: bool = False,
    progress: Progress = silent,
) -> Rebuilt:
    """Read the whole archive, or one source of it, into a fresh store and compare.

    Without the network; the present store is replaced only with `apply`, in one transaction.
    With `source`, copies on other sites stay merged as they are.
    """
    runs = project.settings.data_dir / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=runs) as folder:
        fresh = Store(f"sqlite:///{Path(folder) / 'rebuilt.sqlite3'}")
        try:
            other = copy.copy(project)
            other.store = fresh
            pages = extract(other, source=source, progress=progress)
            before = _of(project.store, source)
            after = _of(fresh, source)
            found = tuple(_compare(project, fresh, before, after, source))
            if apply:
                project.store.replace_notices(fresh, source)
        finally:
            fresh.close()
    if apply and source is not None:
        new = [project.store.notice(key) for key in after if key not in before]
        merge_copies(project, [notice for notice in new if notice is not None])
    changed = {difference.notice_id for difference in found}
    return Rebuilt(pages, len(after.keys() - changed), found, apply)


def _of(store: Store, source: str | None) -> dict[str, str | None]:
    """notice id -> what it is merged into, of all notices or those of one source."""
    return {
        key: merged
        for key, (source_id, merged) in store.origins().items()
        if source is None or source_id == source
    }


def _compare(
    project: Project,
    fresh: Store,
    before: dict[str, str | None],
    after: dict[str, str | None],
    source: str | None,
) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys()):
        old = project.store.notice(key) if key in before else None
        new = fresh.notice(key) if key in after else None
        if old is None and new is not None:
            yield Difference(key, new.title, new.url, "new", "unread")
        elif old is not None and new is None:
            yield _missing(project, old)
        elif old is not None and new is not None:
            fields = _fields(old, new, merging=source is None)
            if source is None and before[key] != after[key]:
                fields = (*fields, "merged_into")
            if fields:
                yield _changed(old, new, fields)


def _missing(project: Project, old: Notice) -> Difference:
    faults = evidence(project, old).faults
    reason: Reason = "evidence" if faults else "reading"
    detail = faults[0] if faults else "no notice is read from its page any more"
    return Difference(old.id, old.title, old.url, "missing", reason, (), detail)


def _fields(old: Notice, new: Notice, *, merging: bool) -> tuple[str, ...]:
    left_out = _NOT_COMPARED | (set() if merging else _OF_MERGING)
    return tuple(
        name
        for name in Notice.model_fields
        if name not in left_out and getattr(old, name) != getattr(new, name)
    )


def _changed(old: Notice, new: Notice, fields: tuple[str, ...]) -> Difference:
    reason: Reason
    detail = None
    if set(fields) <= {"also_at", "merged_into"}:
        reason = "merging"
    elif old.raw_sha256 != new.raw_sha256:
        reason, detail = "source", f"captures of {old.fetched_at:%Y-%m-%d %H:%M} and "
        detail += f"{new.fetched_at:%Y-%m-%d %H:%M}"
    elif old.extractor != new.extractor:
        reason, detail = "extractor", f"{old.extractor} → {new.extractor}"
    else:
        reason = "reading"
    return Difference(old.id, old.title, old.url, "changed", reason, fields, detail)
