"""What the archive holds of a source's pages, looked up page by page.

Nothing here grows with the archive's history: a visit asks about the pages that its lists name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag, urljoin

from pipeline.warc import header

Fetch = Callable[[str, tuple[Any, ...]], list[Any]]
"""A query of the archive's index and its values, to rows."""

Write = Callable[..., None]
"""Statements, each with its rows, in one transaction."""

LINKS = """
CREATE TABLE IF NOT EXISTS links (
  page TEXT NOT NULL, sha256 TEXT NOT NULL, url TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (page, url));
CREATE INDEX IF NOT EXISTS links_url ON links (url);
"""
_CONTENT = "problem IS NULL AND (status < 300 OR status = 304)"
_OF_SOURCE = f"source_id = ? AND id <= ? AND kind IN ('detail', 'attachment') AND {_CONTENT}"
_MAX_HOPS = 5


@dataclass(frozen=True)
class Known:
    """What the archive last saw under a URL: enough to ask again politely."""

    sha256: str
    fetched_at: datetime
    etag: str | None
    last_modified: str | None
    url: str | None = None
    """Where the bytes lie, where the site redirects to another URL."""


class HeldPages(Mapping[str, Known]):
    """The details and attachments of a source held when this was made, by URL.

    A URL that was answered by a redirect is known by the page it led to.
    """

    def __init__(self, fetch: Fetch, source_id: str) -> None:
        self._fetch = fetch
        last = fetch("SELECT coalesce(max(id), 0) AS last FROM captures", ())[0]["last"]
        self._values = (source_id, last)

    def __getitem__(self, url: str) -> Known:
        found = self._find(url, _MAX_HOPS)
        if found is None:
            raise KeyError(url)
        return found

    def __iter__(self) -> Iterator[str]:
        query = f"SELECT DISTINCT url FROM captures WHERE {_OF_SOURCE} ORDER BY url"
        return iter([row["url"] for row in self._fetch(query, self._values)])

    def __len__(self) -> int:
        query = f"SELECT count(DISTINCT url) AS n FROM captures WHERE {_OF_SOURCE}"
        return int(self._fetch(query, self._values)[0]["n"])

    def _find(self, url: str, hops: int) -> Known | None:
        rows = self._fetch(
            "SELECT status, sha256, fetched_at, headers, problem FROM captures "
            "WHERE url = ? AND source_id = ? AND id <= ? AND kind IN ('detail', 'attachment') "
            f"AND ({_CONTENT} OR problem = 'redirect') ORDER BY fetched_at DESC, id DESC",
            (url, *self._values),
        )
        for position, row in enumerate(rows):
            if row["problem"] is None:
                return _known(rows[position:])
            target = header(json.loads(row["headers"]), "Location")
            if target and hops:
                target = urldefrag(urljoin(url, target)).url
                found = self._find(target, hops - 1) if target != url else None
                if found:
                    return Known(
                        found.sha256, found.fetched_at, found.etag, found.last_modified,
                        found.url or target,
                    )  # fmt: skip
        return None


class FileLinks:
    """Which files the archived pages link to: noted by their reader, so that a page need not be
    read again to know what is still to fetch. Forgotten when the index is rebuilt."""

    def __init__(self, fetch: Fetch, write: Write) -> None:
        self._fetch = fetch
        self._write = write

    def note(self, page: str, sha256: str, files: Iterable[tuple[str, str]]) -> None:
        """Remembers the files (URL, name) of these bytes of a page, instead of earlier ones."""
        rows = [(page, sha256, "", ""), *((page, sha256, url, name) for url, name in files)]
        self._write(
            ("DELETE FROM links WHERE page = ?", [(page,)]),
            ("INSERT OR IGNORE INTO links VALUES (?, ?, ?, ?)", rows),
        )

    def noted(self, page: str, sha256: str) -> tuple[tuple[str, str], ...] | None:
        """The files (URL, name) of these bytes of a page; None where nothing was noted."""
        query = "SELECT url, name FROM links WHERE page = ? AND sha256 = ? ORDER BY rowid"
        rows = self._fetch(query, (page, sha256))
        return tuple((row["url"], row["name"]) for row in rows if row["url"]) if rows else None

    def urls(self, page: str) -> tuple[str, ...]:
        """The files of a page, noted or fetched as its own, in order."""
        rows = self._fetch(
            "SELECT url FROM captures WHERE kind = 'attachment' AND parent_url = ? "
            "UNION SELECT url FROM links WHERE page = ? AND url != '' ORDER BY url",
            (page, page),
        )
        return tuple(row["url"] for row in rows)

    def pages(self, file: str) -> tuple[str, ...]:
        """The pages that were seen to link to a file, in order."""
        rows = self._fetch(
            "SELECT page FROM links WHERE url = ? UNION SELECT parent_url AS page FROM captures "
            "WHERE url = ? AND kind = 'attachment' AND parent_url IS NOT NULL ORDER BY page",
            (file, file),
        )
        return tuple(row["page"] for row in rows)


def _known(rows: list[Any]) -> Known:
    """The newest content row, with the validators last told for its bytes: a 304 need not
    repeat those it confirms."""
    newest = rows[0]
    tags: dict[str, str] = {}
    for row in rows:
        if row["problem"] is not None:
            continue
        if row["sha256"] != newest["sha256"]:
            break
        headers = json.loads(row["headers"])
        for name in ("ETag", "Last-Modified"):
            value = header(headers, name)
            if value:
                tags.setdefault(name, value)
        if len(tags) == 2 or row["status"] != 304:
            break
    return Known(
        newest["sha256"],
        datetime.fromisoformat(newest["fetched_at"]),
        tags.get("ETag"),
        tags.get("Last-Modified"),
    )
