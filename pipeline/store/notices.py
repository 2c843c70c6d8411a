"""Notices, their versions and copies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import (
    Connection,
    func,
    insert,
    select,
    update,
)

from pipeline.model import Notice
from pipeline.store.database import Database, guarded
from pipeline.store.replacing import replace_notices
from pipeline.store.tables import (
    notices,
    versions,
)

_BATCH = 500
"""Keys a query names at once; databases limit it."""


class NoticeTables(Database):
    """Notices as kept."""

    @guarded
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

    @guarded
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

    @guarded
    def is_empty(self) -> bool:
        """Whether the store holds no notice at all: new, or lost."""
        with self._engine.connect() as connection:
            return connection.execute(select(notices.c.id).limit(1)).first() is None

    @guarded
    def notice(self, notice_id: str) -> Notice | None:
        """The notice of an id, or None."""
        with self._engine.connect() as connection:
            text = connection.execute(
                select(notices.c.document).where(notices.c.id == notice_id)
            ).scalar()
        return Notice.model_validate_json(text) if text else None

    @guarded
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

    @guarded
    def origins(self) -> dict[str, tuple[str, str | None]]:
        """notice id -> its source and the notice it was merged into, of all notices."""
        query = select(notices.c.id, notices.c.source_id, notices.c.merged_into)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(notices.c.id))
            return {row.id: (row.source_id, row.merged_into) for row in rows}

    @guarded
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

    @guarded
    def replace_notices(self, other: Database, source_id: str | None = None) -> None:
        """Take over the notices of another store, their versions, marks of extraction and
        issues, in place of this store's own: all, or in one step those of one source.

        With `source_id`, known notices stay merged as they were. On an error nothing changes.
        """
        with self._transaction() as connection, other._engine.connect() as origin:
            replace_notices(connection, origin, source_id)

    @guarded
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

    @guarded
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

    @guarded
    def merged_into(self, notice_id: str) -> str | None:
        """The notice this one was merged into, or None."""
        with self._engine.connect() as connection:
            value = connection.execute(
                select(notices.c.merged_into).where(notices.c.id == notice_id)
            ).scalar()
        return str(value) if value else None

    @guarded
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
