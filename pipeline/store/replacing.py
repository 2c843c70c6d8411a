"""Put the notices of one database in place of another's, within one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from pipeline.model import Notice
from pipeline.store.tables import extractions, issues, notices, versions

_BATCH = 500
_SCOPE = "extract:"


def replace_notices(target: Connection, origin: Connection, source_id: str | None) -> None:
    """Take over notices, versions, extractions and their issues, of one source or all."""
    fresh = _ids(origin, source_id)
    if source_id is None:
        for table in (notices, versions, extractions):
            target.execute(delete(table))
        target.execute(delete(issues).where(issues.c.scope.startswith(_SCOPE)))
        for table in (notices, versions, extractions):
            _copy(origin, target, table)
    else:
        kept = {
            row.id: row
            for row in target.execute(select(notices).where(notices.c.source_id == source_id))
        }
        gone = sorted(fresh | kept.keys())
        for first in range(0, len(gone), _BATCH):
            some = gone[first : first + _BATCH]
            target.execute(delete(notices).where(notices.c.id.in_(some)))
            target.execute(delete(versions).where(versions.c.notice_id.in_(some)))
            scopes = [_SCOPE + key for key in some]
            target.execute(delete(issues).where(issues.c.scope.in_(scopes)))
        rows = origin.execute(select(notices).where(notices.c.source_id == source_id))
        for row in rows:
            values = dict(row._mapping)
            if row.id in kept:
                values |= _merged_as(kept[row.id], row.document)
            target.execute(insert(notices).values(**values))
        for row in origin.execute(select(versions)):
            if row.notice_id in fresh:
                target.execute(insert(versions).values(**row._mapping))
        for row in origin.execute(select(extractions)):
            target.execute(delete(extractions).where(extractions.c.raw_key == row.raw_key))
            target.execute(insert(extractions).values(**row._mapping))
    for row in origin.execute(select(issues).where(issues.c.scope.startswith(_SCOPE))):
        same = (issues.c.scope == row.scope) & (issues.c.id == row.id)
        target.execute(delete(issues).where(same))
        target.execute(insert(issues).values(**row._mapping))


def _merged_as(before: Any, document: str) -> dict[str, str | None]:
    """How a notice was merged before, with its new text."""
    also_at = Notice.model_validate_json(before.document).also_at
    notice = Notice.model_validate_json(document).model_copy(update={"also_at": also_at})
    return {"merged_into": before.merged_into, "document": notice.model_dump_json()}


def _ids(origin: Connection, source_id: str | None) -> set[str]:
    query = select(notices.c.id)
    if source_id is not None:
        query = query.where(notices.c.source_id == source_id)
    return set(origin.execute(query).scalars())


def _copy(origin: Connection, target: Connection, table: Table) -> None:
    batch: list[dict[str, Any]] = []
    for row in origin.execute(select(table)):
        batch.append(dict(row._mapping))
        if len(batch) == _BATCH:
            _insert(target, table, batch)
            batch = []
    _insert(target, table, batch)


def _insert(target: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        target.execute(insert(table), rows)
