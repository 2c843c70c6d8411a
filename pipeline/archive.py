"""The evidence: every response as received, in WARC files, with a rebuildable index.

Layout: `<folder>/YYYY-MM/NNNN.warc.gz`, one new file a writer and month, and
`<folder>/index.sqlite3`, which holds nothing that the WARC files do not. Bytes already archived
are not written again: a `revisit` record says that they were seen once more.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from warcio.warcwriter import WARCWriter

from pipeline import warc
from pipeline.held import LINKS, FileLinks, HeldPages, Known
from pipeline.model import RawDocument
from pipeline.warc import ArchiveError, Capture, Headers, Kind, plain_headers, stamp

__all__ = ["Archive", "ArchiveError", "Capture", "Known", "Stored"]

INDEX_NAME = "index.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS captures (
  id INTEGER PRIMARY KEY, url TEXT NOT NULL, request TEXT NOT NULL, source_id TEXT NOT NULL,
  kind TEXT NOT NULL, status INTEGER NOT NULL, content_type TEXT, fetched_at TEXT NOT NULL,
  sha256 TEXT NOT NULL, warc TEXT NOT NULL, offset INTEGER NOT NULL, parent_url TEXT,
  headers TEXT NOT NULL, hints TEXT NOT NULL, problem TEXT, unchanged INTEGER NOT NULL,
  UNIQUE (warc, offset));
CREATE INDEX IF NOT EXISTS captures_url ON captures (url, fetched_at);
CREATE INDEX IF NOT EXISTS captures_source ON captures (source_id, kind);
CREATE INDEX IF NOT EXISTS captures_parent ON captures (parent_url) WHERE kind = 'attachment';
CREATE TABLE IF NOT EXISTS payloads (
  sha256 TEXT PRIMARY KEY, warc TEXT NOT NULL, offset INTEGER NOT NULL,
  url TEXT NOT NULL, fetched_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (warc TEXT PRIMARY KEY, indexed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS identity (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL);
"""
_DOCUMENT = "c.*, p.warc AS payload_warc, p.offset AS payload_offset"
_JOIN = "FROM captures c JOIN payloads p ON p.sha256 = c.sha256"


@dataclass(frozen=True)
class Stored:
    """One archived response with its bytes."""

    document: RawDocument
    headers: Headers
    body: bytes
    hints: Mapping[str, str]
    problem: str | None


class Archive:
    """A folder of WARC files and its index. One object may be shared between threads; several
    processes may write at once, each into files of its own."""

    def __init__(self, folder: Path) -> None:
        """Opens the archive, making the folder; a missing index is rebuilt from the WARC files.
        Raises ArchiveError."""
        self.folder = folder
        self._lock = threading.RLock()
        self._open: tuple[str, str, BinaryIO, WARCWriter] | None = None
        index = folder / INDEX_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            new = not index.exists()
            self._db = sqlite3.connect(index, timeout=30, check_same_thread=False)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_SCHEMA + LINKS)
            with self._db:
                self._identify()
        except (OSError, sqlite3.Error) as error:
            raise self._index_error(error) from error
        self.links = FileLinks(self._fetch, self._write)
        if new:
            self._catch_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the open WARC file and the index connection."""
        with self._lock:
            if self._open:
                self._open[2].close()
                self._open = None
            self._db.close()

    # --- writing --------------------------------------------------------------------------

    def put(self, capture: Capture, body: bytes) -> RawDocument:
        """Archives one response. A 304 is recorded as the earlier bytes seen again."""
        with self._lock:
            try:
                return self._put(replace(capture, headers=plain_headers(capture.headers)), body)
            except OSError as error:
                raise ArchiveError(
                    f"cannot write evidence under {self.folder}: {error}; "
                    "free some space or mend the permissions, then run the same command again"
                ) from error
            except sqlite3.Error as error:
                raise self._index_error(error) from error

    def _put(self, capture: Capture, body: bytes) -> RawDocument:
        name, stream, writer = self._writer(capture.fetched_at)
        if capture.status == 304 and (before := self.latest(capture.url)):
            sha256 = before.sha256
        else:
            sha256 = hashlib.sha256(body).hexdigest()
        held = self._payload(sha256)
        offset = stream.tell()
        warc.write(
            writer, capture, body, sha256, (held["url"], held["fetched_at"]) if held else None
        )
        stream.flush()
        with self._db:
            self._insert(capture, sha256, name, offset, payload=held is None)
            self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (name, stream.tell()))
        query = f"SELECT {_DOCUMENT} {_JOIN} WHERE c.warc = ? AND c.offset = ?"
        return _document(self._fetch(query, (name, offset))[0])

    def _writer(self, when: datetime) -> tuple[str, BinaryIO, WARCWriter]:
        month = f"{when.astimezone(UTC):%Y-%m}"
        if self._open and self._open[0] == month:
            return self._open[1:]
        if self._open:
            self._open[2].close()
        else:
            self._catch_up()
        (self.folder / month).mkdir(exist_ok=True)
        number = 1
        while True:
            # "x" makes the name ours alone: a file of a killed or parallel writer stays untouched
            name = f"{month}/{number:04d}.warc.gz"
            try:
                stream = (self.folder / name).open("xb")
                break
            except FileExistsError:
                number += 1
        self._open = (month, name, stream, WARCWriter(stream, gzip=True, warc_version="1.1"))
        return self._open[1:]

    def _insert(
        self, capture: Capture, sha256: str, name: str, offset: int, *, payload: bool
    ) -> None:
        before = self._db.execute(
            "SELECT sha256 FROM captures WHERE url = ? AND request = ? AND fetched_at <= ? "
            "AND problem IS NULL ORDER BY fetched_at DESC, id DESC LIMIT 1",
            (capture.url, capture.request, stamp(capture.fetched_at)),
        ).fetchone()
        if payload:
            self._db.execute(
                "INSERT OR IGNORE INTO payloads VALUES (?, ?, ?, ?, ?)",
                (sha256, name, offset, capture.url, stamp(capture.fetched_at)),
            )
        self._db.execute(
            "INSERT OR IGNORE INTO captures (url, request, source_id, kind, status, content_type,"
            " fetched_at, sha256, warc, offset, parent_url, headers, hints, problem, unchanged)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                capture.url,
                capture.request,
                capture.source_id,
                capture.kind,
                capture.status,
                capture.content_type,
                stamp(capture.fetched_at),
                sha256,
                name,
                offset,
                capture.parent_url,
                json.dumps(capture.headers),
                json.dumps(dict(capture.hints)),
                capture.problem,
                int(before is not None and before["sha256"] == sha256),
            ),
        )

    # --- reading --------------------------------------------------------------------------

    def get(self, sha256: str) -> bytes:
        """The archived bytes. Raises KeyError for an unknown hash and ArchiveError where the
        WARC file is missing or damaged."""
        row = self._payload(sha256)
        if row is None:
            raise KeyError(sha256)
        return warc.read_body(self.folder / row["warc"], row["offset"])

    def stored(self, document: RawDocument) -> Stored:
        """The bytes, headers and list hints of a document of this archive."""
        row = self._fetch(
            f"SELECT {_DOCUMENT} {_JOIN} WHERE c.url = ? AND c.fetched_at = ? AND c.sha256 = ? "
            "ORDER BY c.id DESC LIMIT 1",
            (document.url, stamp(document.fetched_at), document.sha256),
        )
        if not row:
            raise KeyError(document.url)
        return Stored(
            document,
            tuple((name, value) for name, value in json.loads(row[0]["headers"])),
            self.get(document.sha256),
            json.loads(row[0]["hints"]),
            row[0]["problem"],
        )

    def hints(self, url: str) -> dict[str, str]:
        """What the lists last said of the page at `url`: title, date, column; empty if nothing."""
        rows = self._fetch(
            "SELECT hints FROM captures WHERE url = ? AND hints != '{}' "
            "ORDER BY fetched_at DESC, id DESC LIMIT 1",
            (url,),
        )
        return dict(json.loads(rows[0]["hints"])) if rows else {}

    def documents(
        self,
        source_id: str | None = None,
        kind: Kind | None = None,
        since: datetime | None = None,
        *,
        after: str | None = None,
        urls: Iterable[str] | None = None,
        repeats: bool = False,
        problems: bool = False,
    ) -> Iterator[RawDocument]:
        """Archived documents in the order of fetching; those of `urls`, and those archived
        `after` a `position`, if given.

        Left out unless asked for: `repeats` (a page seen again with the same bytes) and
        `problems` (error, challenge and not-found pages)."""
        clauses, values = ["1"], list[Any]()
        for clause, value in (("c.source_id = ?", source_id), ("c.kind = ?", kind)):
            if value is not None:
                clauses.append(clause)
                values.append(value)
        if since is not None:
            clauses.append("c.fetched_at >= ?")
            values.append(stamp(since))
        if after is not None and (row := self._row_of(after)):
            clauses.append("c.id > ?")
            values.append(row)
        if urls is not None:
            clauses.append("c.url IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(list(urls)))
        if not repeats:
            clauses.append("NOT c.unchanged")
        if not problems:
            clauses.append("c.problem IS NULL AND (c.status < 300 OR c.status = 304)")
        query = (
            f"SELECT {_DOCUMENT} {_JOIN} WHERE {' AND '.join(clauses)} ORDER BY c.fetched_at, c.id"
        )
        yield from map(_document, self._fetch(query, tuple(values)))

    def position(self) -> str:
        """How far this archive has been written, for `documents`. Positions of an index that
        has been rebuilt since say nothing, and are taken as its beginning."""
        rows = self._fetch(
            "SELECT value, (SELECT coalesce(max(id), 0) FROM captures) AS last FROM identity", ()
        )
        return f"{rows[0]['value']}:{rows[0]['last']}"

    def _row_of(self, position: str) -> int:
        value, _, row = position.rpartition(":")
        return int(row) if self.position().startswith(f"{value}:") and row.isdecimal() else 0

    def files_of(self, page: str) -> tuple[RawDocument, ...]:
        """The newest content of each file that a page was seen to link to, in order of URL."""
        found = map(self.latest, self.links.urls(page))
        return tuple(document for document in found if document is not None)

    def records_of(self, url: str) -> tuple[RawDocument, ...]:
        """Every capture of a URL, oldest first, repeats and problems included."""
        query = f"SELECT {_DOCUMENT} {_JOIN} WHERE c.url = ? ORDER BY c.fetched_at, c.id"
        return tuple(map(_document, self._fetch(query, (url,))))

    def latest(self, url: str) -> RawDocument | None:
        """The newest capture of a URL that is content, or None."""
        rows = self._fetch(
            f"SELECT {_DOCUMENT} {_JOIN} WHERE c.url = ? AND c.problem IS NULL "
            "AND (c.status < 300 OR c.status = 304) ORDER BY c.fetched_at DESC, c.id DESC LIMIT 1",
            (url,),
        )
        return _document(rows[0]) if rows else None

    def known(self, source_id: str) -> HeldPages:
        """The details and attachments of a source held now, by URL."""
        return HeldPages(self._fetch, source_id)

    def reindex(self) -> int:
        """Rebuilds the index from the WARC files alone; returns the number of captures."""
        with self._lock:
            try:
                with self._db:
                    for table in ("captures", "payloads", "files", "links", "identity"):
                        self._db.execute(f"DELETE FROM {table}")
                    self._identify()
                self._catch_up()
            except sqlite3.Error as error:
                raise self._index_error(error) from error
            return int(self._fetch("SELECT count(*) AS n FROM captures", ())[0]["n"])

    def _identify(self) -> None:
        """Names this index, so that positions in another are not taken for its own."""
        self._db.execute("INSERT OR IGNORE INTO identity VALUES (1, ?)", (uuid.uuid4().hex,))

    def _catch_up(self) -> None:
        """Indexes what a killed writer left behind: whole records beyond the indexed bytes."""
        done = {row["warc"]: row["indexed"] for row in self._fetch("SELECT * FROM files", ())}
        for path in sorted(self.folder.glob("*/*.warc.gz")):
            name, size = path.relative_to(self.folder).as_posix(), path.stat().st_size
            if done.get(name, 0) >= size:
                continue
            with self._db:
                for found in warc.read(path, done.get(name, 0)):
                    self._insert(
                        found.capture,
                        found.sha256,
                        name,
                        found.offset,
                        payload=found.body is not None,
                    )
                self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (name, size))

    def _payload(self, sha256: str) -> sqlite3.Row | None:
        rows = self._fetch("SELECT * FROM payloads WHERE sha256 = ?", (sha256,))
        return rows[0] if rows else None

    def _fetch(self, query: str, values: tuple[Any, ...]) -> list[sqlite3.Row]:
        with self._lock:
            try:
                return self._db.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise self._index_error(error) from error

    def _write(self, *statements: tuple[str, Sequence[tuple[Any, ...]]]) -> None:
        with self._lock:
            try:
                with self._db:
                    for statement, rows in statements:
                        self._db.executemany(statement, rows)
            except sqlite3.Error as error:
                raise self._index_error(error) from error

    def _index_error(self, error: Exception) -> ArchiveError:
        return ArchiveError(
            f"the archive index {self.folder / INDEX_NAME} cannot be used: {error}; if no other "
            "run holds it, delete the file: the next run rebuilds it from the WARC files"
        )


def _document(row: sqlite3.Row) -> RawDocument:
    return RawDocument(
        sha256=row["sha256"],
        url=row["url"],
        source_id=row["source_id"],
        kind=row["kind"],
        status=row["status"],
        content_type=row["content_type"],
        fetched_at=datetime.fromisoformat(row["fetched_at"]),
        warc=row["payload_warc"],
        offset=row["payload_offset"],
        parent_url=row["parent_url"],
    )
