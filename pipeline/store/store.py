"""The tables: what was derived, keyed so that nothing is done twice.

Everything in them can be made again from the archive and the issue folders; no human word lives
here. SQLite by default, PostgreSQL by URL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from pipeline.errors import GeppoError
from pipeline.issues import Issue
from pipeline.model import Notice, SourceReport
from pipeline.store.replacing import replace_notices
from pipeline.store.tables import (
    decodings,
    derived,
    extractions,
    issues,
    metadata,
    notices,
    reports,
    runs,
    versions,
)

_BATCH = 500
"""Keys a query names at once; databases limit it."""


class StoreError(GeppoError):
    """The store cannot be used. The message names the file and the remedy."""


P = ParamSpec("P")
T = TypeVar("T")


def _guarded(
    method: Callable[Concatenate[Store, P], T],
) -> Callable[Concatenate[Store, P], T]:
    """Turn the database's own errors into a message a person can act on."""

    @wraps(method)
    def call(self: Store, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except OperationalError as error:
            raise StoreError(self._remedy(error)) from error
        except DatabaseError as error:
            raise StoreError(self._remedy(error)) from error

    return call


class Store:
    """The tables at a SQLAlchemy URL; opened once a command, closed at its end."""

    def __init__(self, url: str, *, wait: float = 15) -> None:
        """Opens or makes the tables. `wait`: seconds to wait while another geppo writes.
        Raises StoreError."""
        self.url = url
        self.place = make_url(url).render_as_string(hide_password=True)
        database = make_url(url).database
        arguments: dict[str, object] = {}
        if url.startswith("sqlite"):
            if database and database != ":memory:":
                Path(database).parent.mkdir(parents=True, exist_ok=True)
                self.place = database
            arguments = {"timeout": wait}
        self._engine = create_engine(url, connect_args=arguments)
        if url.startswith("sqlite"):
            event.listen(self._engine, "connect", _tune_sqlite)
        self._create()

    @_guarded
    def _create(self) -> None:
        metadata.create_all(self._engine)
        for table in metadata.tables.values():
            for index in table.indexes:  # of a store made before they were added
                index.create(self._engine, checkfirst=True)

    def _remedy(self, error: DatabaseError) -> str:
        text = str(error.orig)
        if "locked" in text or "busy" in text:
            return (
                f"the store {self.place} is locked: another geppo is running; "
                "wait for it to end, then run the command again"
            )
        if "malformed" in text or "not a database" in text:
            return (
                f"the store {self.place} is damaged ({text}); move it away and run the command "
                "again: all of it is rebuilt from the archive and the issue folders"
            )
        if "full" in text:
            return f"no room to write the store {self.place}: free disk space, then run again"
        if "readonly" in text or "unable to open" in text:
            return f"cannot write the store {self.place} ({text}): check the folder's permissions"
        return f"the store {self.place} failed: {text}"

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    # --- notices ---------------------------------------------------------------------------

    @_guarded
    def put_notice(self, notice: Notice) -> Notice:
        """Keep a notice; return it as kept.

        A changed text at a known URL replaces the notice and keeps the earlier version, with
        `revises` naming the raw bytes of that. Labels of merging (`also_at`) survive.
        """
        with self._transaction() as connection:
            row = connection.execute(
                select(notices.c.document, notices.c.content_hash).where(notices.c.id == notice.id)
            ).first()
            if row is None:
                first_seen = notice.fetched_at.astimezone(UTC).isoformat()
                connection.execute(
                    insert(notices).values(**_notice_row(notice), first_seen_at=first_seen)
                )
                self._remember_version(connection, notice)
                return notice
            known = Notice.model_validate_json(row.document)
            revises = known.revises
            # Other bytes and another text: changed at the source, not by a better extractor.
            if row.content_hash != notice.content_hash and known.raw_sha256 != notice.raw_sha256:
                revises = known.raw_sha256
            kept = notice.model_copy(update={"revises": revises, "also_at": known.also_at})
            connection.execute(
                update(notices).where(notices.c.id == kept.id).values(**_notice_row(kept))
            )
            self._remember_version(connection, kept)
            return kept

    @staticmethod
    def _remember_version(connection: Connection, notice: Notice) -> None:
        key = (versions.c.notice_id == notice.id) & (versions.c.content_hash == notice.content_hash)
        if connection.execute(select(versions.c.notice_id).where(key)).first() is None:
            connection.execute(
                insert(versions).values(
                    notice_id=notice.id,
                    content_hash=notice.content_hash,
                    raw_sha256=notice.raw_sha256,
                    seen_at=notice.fetched_at,
                    document=notice.model_dump_json(),
                )
            )

    @_guarded
    def merge(self, copy_id: str, kept: Notice) -> None:
        """Record that notice `copy_id` is the same document as `kept` (with its `also_at`)."""
        with self._transaction() as connection:
            connection.execute(
                update(notices).where(notices.c.id == copy_id).values(merged_into=kept.id)
            )
            connection.execute(
                update(notices)
                .where(notices.c.id == kept.id)
                .values(**_notice_row(kept), merged_into=None)
            )

    @_guarded
    def is_empty(self) -> bool:
        """Whether the store holds no notice at all: new, or lost."""
        with self._engine.connect() as connection:
            return connection.execute(select(notices.c.id).limit(1)).first() is None

    @_guarded
    def notice(self, notice_id: str) -> Notice | None:
        """The notice of an id, or None."""
        with self._engine.connect() as connection:
            text = connection.execute(
                select(notices.c.document).where(notices.c.id == notice_id)
            ).scalar()
        return Notice.model_validate_json(text) if text else None

    @_guarded
    def notices(
        self, *, start: str | None = None, end: str | None = None, merged: bool = False
    ) -> list[Notice]:
        """Notices whose date may lie in `start <= date < end` (ISO days), and all undated ones.

        Partial dates are compared by their text, so a year-only date is returned for every
        window that touches the year; the caller decides what to do with it. Copies merged into
        another notice are left out unless `merged`. In order of date, then id.
        """
        query = select(notices.c.document).order_by(notices.c.date_placed, notices.c.id)
        if not merged:
            query = query.where(notices.c.merged_into.is_(None))
        if start is not None and end is not None:
            placed = notices.c.date_placed
            inside = (placed >= start) & (placed < end)
            # "2026" and "2026-10" sort before "2026-10-01" but may mean a later day.
            touching = (func.length(placed) < 10) & (placed >= start[:4]) & (placed < end)
            query = query.where(inside | touching | placed.is_(None))
        with self._engine.connect() as connection:
            return [
                Notice.model_validate_json(text) for text in connection.execute(query).scalars()
            ]

    @_guarded
    def origins(self) -> dict[str, tuple[str, str | None]]:
        """notice id -> its source and the notice it was merged into, of all notices."""
        query = select(notices.c.id, notices.c.source_id, notices.c.merged_into)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(notices.c.id))
            return {row.id: (row.source_id, row.merged_into) for row in rows}

    @_guarded
    def addresses(self, notice_ids: Iterable[str]) -> dict[str, tuple[str, str | None]]:
        """notice id -> its source and URL, of known notices; without reading their text."""
        wanted = list(dict.fromkeys(notice_ids))
        found: dict[str, tuple[str, str | None]] = {}
        with self._engine.connect() as connection:
            for first in range(0, len(wanted), 500):
                query = select(notices.c.id, notices.c.source_id, notices.c.url).where(
                    notices.c.id.in_(wanted[first : first + 500])
                )
                for row in connection.execute(query):
                    found[row.id] = (row.source_id, row.url)
        return found

    @_guarded
    def replace_notices(self, other: Store, source_id: str | None = None) -> None:
        """Take over the notices of another store, their versions, marks of extraction and
        issues, in place of this store's own: all, or in one step those of one source.

        With `source_id`, known notices stay merged as they were. On an error nothing changes.
        """
        with self._transaction() as connection, other._engine.connect() as origin:
            replace_notices(connection, origin, source_id)

    @_guarded
    def seen_since(self, moment: datetime) -> list[Notice]:
        """Unmerged notices first seen at or after a moment, in order of date, then id."""
        query = select(notices.c.document).where(
            (notices.c.first_seen_at >= moment.astimezone(UTC).isoformat())
            & notices.c.merged_into.is_(None)
        )
        # Sorted here: asked for in order of date, SQLite would walk the whole history by date.
        with self._engine.connect() as connection:
            found = map(Notice.model_validate_json, connection.execute(query).scalars())
            return sorted(found, key=lambda notice: (notice.date_placed or "", notice.id))

    @_guarded
    def same_documents(self, notice: Notice) -> list[Notice]:
        """Unmerged notices sharing the 文号 or the whole text of `notice`, itself excluded."""
        same = notices.c.content_hash == notice.content_hash
        if notice.document_number:
            same |= notices.c.document_number == notice.document_number
        query = select(notices.c.document).where(
            same & (notices.c.id != notice.id) & notices.c.merged_into.is_(None)
        )
        with self._engine.connect() as connection:
            return [
                Notice.model_validate_json(text) for text in connection.execute(query).scalars()
            ]

    @_guarded
    def merged_into(self, notice_id: str) -> str | None:
        """The notice this one was merged into, or None."""
        with self._engine.connect() as connection:
            value = connection.execute(
                select(notices.c.merged_into).where(notices.c.id == notice_id)
            ).scalar()
        return str(value) if value else None

    @_guarded
    def earlier_versions(self, notice: Notice) -> list[Notice]:
        """Earlier texts of this notice, newest first."""
        query = (
            select(versions.c.document)
            .where(
                (versions.c.notice_id == notice.id)
                & (versions.c.content_hash != notice.content_hash)
            )
            .order_by(versions.c.seen_at.desc())
        )
        with self._engine.connect() as connection:
            return [
                Notice.model_validate_json(text) for text in connection.execute(query).scalars()
            ]

    # --- keys of idempotence ---------------------------------------------------------------

    @_guarded
    def extracted(self, raw_keys: Iterable[str]) -> dict[str, str]:
        """raw key -> version of the extractor that read it, for those of `raw_keys` it read."""
        columns = (extractions.c.raw_key, extractions.c.extractor)
        return dict(self._pairs(columns, extractions.c.raw_key, raw_keys))

    def _pairs(
        self,
        columns: tuple[ColumnElement[str], ColumnElement[str]],
        key: ColumnElement[str],
        wanted: Iterable[str],
        where: ColumnElement[bool] | None = None,
    ) -> Iterator[tuple[str, str]]:
        """Two columns of the rows whose `key` is wanted; asks by batches, never for all."""
        keys = list(dict.fromkeys(wanted))
        with self._engine.connect() as connection:
            for first in range(0, len(keys), _BATCH):
                query = select(*columns).where(key.in_(keys[first : first + _BATCH]))
                rows = connection.execute(query if where is None else query.where(where))
                yield from ((str(row[0]), str(row[1])) for row in rows)

    @_guarded
    def mark_extracted(self, raw_keys: Iterable[str], extractor: str) -> None:
        """Remember that these archived documents were read by this extractor."""
        rows = [{"raw_key": key, "extractor": extractor} for key in dict.fromkeys(raw_keys)]
        if not rows:
            return
        with self._transaction() as connection:
            for row in rows:
                connection.execute(
                    delete(extractions).where(extractions.c.raw_key == row["raw_key"])
                )
            connection.execute(insert(extractions), rows)

    @_guarded
    def derived_keys(self, kind: str, notice_ids: Iterable[str] | None = None) -> dict[str, str]:
        """notice id -> key under which the derived record of this kind was made; of
        `notice_ids`, or of all there are."""
        columns = (derived.c.notice_id, derived.c.key)
        of_kind = derived.c.kind == kind
        if notice_ids is not None:
            return dict(self._pairs(columns, derived.c.notice_id, notice_ids, of_kind))
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).where(of_kind))
            return {row.notice_id: row.key for row in rows}

    @_guarded
    def put_derived(self, kind: str, rows: Iterable[tuple[str, str, str]]) -> None:
        """Keep derived records of one kind: (notice id, key, JSON)."""
        with self._transaction() as connection:
            for notice_id, key, document in rows:
                where = (derived.c.kind == kind) & (derived.c.notice_id == notice_id)
                connection.execute(delete(derived).where(where))
                connection.execute(
                    insert(derived).values(
                        kind=kind, notice_id=notice_id, key=key, document=document
                    )
                )

    @_guarded
    def derived(self, kind: str, notice_ids: Iterable[str]) -> dict[str, str]:
        """notice id -> JSON of the derived record of this kind, where there is one."""
        columns = (derived.c.notice_id, derived.c.document)
        return dict(self._pairs(columns, derived.c.notice_id, notice_ids, derived.c.kind == kind))

    # --- what engines decoded ----------------------------------------------------------------

    @_guarded
    def decoded(self, key: str) -> tuple[str, ...] | None:
        """What a slow engine made of a text, by a key it chose; None where it was not asked."""
        with self._engine.connect() as connection:
            text = connection.execute(
                select(decodings.c.document).where(decodings.c.key == key)
            ).scalar()
        return tuple(json.loads(text)) if text else None

    @_guarded
    def put_decoded(self, key: str, texts: tuple[str, ...]) -> None:
        """Keep what was decoded; a known key is left as it is."""
        document = json.dumps(texts, ensure_ascii=False)
        if self.decoded(key) is None:
            with self._transaction() as connection:
                connection.execute(insert(decodings), [{"key": key, "document": document}])

    # --- runs ------------------------------------------------------------------------------

    @_guarded
    def put_issues(self, scope: str, found: Iterable[Issue]) -> None:
        """Replace the issues of one scope (a stage and what it looked at)."""
        rows = {issue.id: issue for issue in found}
        with self._transaction() as connection:
            connection.execute(delete(issues).where(issues.c.scope == scope))
            if rows:
                connection.execute(
                    insert(issues),
                    [
                        {"scope": scope, "id": key, "document": issue.model_dump_json()}
                        for key, issue in rows.items()
                    ],
                )

    @_guarded
    def issues(self, prefix: str = "") -> list[Issue]:
        """The issues of all scopes that start with `prefix`."""
        query = select(issues.c.document).order_by(issues.c.scope, issues.c.id)
        if prefix:
            query = query.where(issues.c.scope.startswith(prefix, autoescape=True))
        with self._engine.connect() as connection:
            return [Issue.model_validate_json(text) for text in connection.execute(query).scalars()]

    @_guarded
    def put_reports(self, label: str, found: Sequence[SourceReport]) -> None:
        """Keep how the sources fared for a window, the newest report of each."""
        with self._transaction() as connection:
            for report in found:
                where = (reports.c.label == label) & (reports.c.source_id == report.source_id)
                connection.execute(delete(reports).where(where))
                connection.execute(
                    insert(reports).values(
                        label=label,
                        source_id=report.source_id,
                        at=report.started_at.astimezone(UTC),
                        document=report.model_dump_json(),
                    )
                )
        self.put_runs(found)

    @_guarded
    def put_runs(self, found: Iterable[SourceReport]) -> None:
        """Append how the sources fared to their history, of whatever window."""
        with self._transaction() as connection:
            for report in found:
                at = report.started_at.astimezone(UTC)
                where = (runs.c.source_id == report.source_id) & (runs.c.at == at)
                connection.execute(delete(runs).where(where))
                connection.execute(
                    insert(runs).values(
                        source_id=report.source_id, at=at, document=report.model_dump_json()
                    )
                )

    @_guarded
    def runs(self, last: int = 10) -> dict[str, list[SourceReport]]:
        """source id -> its `last` reports of whatever window, newest first."""
        ranked = select(
            runs.c.source_id,
            runs.c.document,
            func.row_number()
            .over(partition_by=runs.c.source_id, order_by=runs.c.at.desc())
            .label("rank"),
        ).subquery()
        query = select(ranked).where(ranked.c.rank <= last).order_by(ranked.c.rank)
        history: dict[str, list[SourceReport]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                report = SourceReport.model_validate_json(row.document)
                history.setdefault(row.source_id, []).append(report)
        return history

    @_guarded
    def reports(self, label: str) -> dict[str, SourceReport]:
        """source id -> its newest report for a window."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(reports.c.source_id, reports.c.document).where(reports.c.label == label)
            )
            return {row.source_id: SourceReport.model_validate_json(row.document) for row in rows}


def _notice_row(notice: Notice) -> dict[str, str | None]:
    return {
        "id": notice.id,
        "source_id": notice.source_id,
        "url": notice.url,
        "document_number": notice.document_number,
        "date_placed": notice.date_placed,
        "raw_sha256": notice.raw_sha256,
        "content_hash": notice.content_hash,
        "document": notice.model_dump_json(),
    }


def _tune_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
