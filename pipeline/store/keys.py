"""Keys of idempotence: what was read, derived and decoded already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from sqlalchemy import (
    ColumnElement,
    delete,
    insert,
    select,
)

from pipeline.store.database import Database, guarded
from pipeline.store.tables import (
    decodings,
    derived,
    extractions,
)

_BATCH = 500
"""Keys a query names at once; databases limit it."""


class KeyTables(Database):
    """What need not be done again."""

    @guarded
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

    @guarded
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

    @guarded
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

    @guarded
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

    @guarded
    def derived(self, kind: str, notice_ids: Iterable[str]) -> dict[str, str]:
        """notice id -> JSON of the derived record of this kind, where there is one."""
        columns = (derived.c.notice_id, derived.c.document)
        return dict(self._pairs(columns, derived.c.notice_id, notice_ids, derived.c.kind == kind))

    @guarded
    def decoded(self, key: str) -> tuple[str, ...] | None:
        """What a slow engine made of a text, by a key it chose; None where it was not asked."""
        with self._engine.connect() as connection:
            text = connection.execute(
                select(decodings.c.document).where(decodings.c.key == key)
            ).scalar()
        return tuple(json.loads(text)) if text else None

    @guarded
    def put_decoded(self, key: str, texts: tuple[str, ...]) -> None:
        """Keep what was decoded; a known key is left as it is."""
        document = json.dumps(texts, ensure_ascii=False)
        if self.decoded(key) is None:
            with self._transaction() as connection:
                connection.execute(insert(decodings), [{"key": key, "document": document}])
