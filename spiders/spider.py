"""One spider for every source: it drives a family from list to article to attachment."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, ClassVar
from urllib.parse import urldefrag, urlsplit

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from pipeline import families
from pipeline.archive import Archive, Known
from pipeline.dates import Window, is_full, month_window, next_month, span_window
from pipeline.families.base import Family, FetchRequest, ListItem, Page
from pipeline.model import Source
from pipeline.sources import sweep_of
from spiders import detect
from spiders.errors import classify, is_missing, issue_code, refuses_method
from spiders.tally import Tally, newer

_FILES = {".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".ofd", ".zip", ".rar", ".ppt", ".pptx"}
_PRIORITY = {"list": 20, "detail": 10, "attachment": 0}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class NoticeSpider(scrapy.Spider):
    """Reads one source within a date window.

    Subclasses carry their `source` (see spiders.loader). Undated items are read too: only their
    page can say when they are from.
    """

    source: ClassVar[Source]

    def __init__(
        self,
        *args: Any,
        window: Window | str | None = None,
        known: Mapping[str, Known] | None = None,
        archive: Archive | None = None,
        clock: Callable[[], datetime] = _utc_now,
        **kwargs: Any,
    ) -> None:
        """`window` is a Window or, on Scrapy's command line, YYYY-MM or YYYY-MM..YYYY-MM.
        `known` are the pages already held, by URL, and `archive` holds them. Raises
        ValueError."""
        super().__init__(*args, **kwargs)
        self.clock = clock
        self.started_at = clock()
        self.window = _window(window, self.started_at)
        self.known: Mapping[str, Known] = {} if known is None else known
        self.archive = archive
        self.family: Family = families.get(self.source.family)
        self.search = sweep_of(self.source)
        self.tally = Tally()
        self._seen: set[str] = set()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for fetch in self.family.start(self.source, self.window):
            self.tally.columns.add(fetch.column)
            yield self._request(fetch)

    def sweep(self) -> list[scrapy.Request]:
        """The requests of the source's search, once, where a column died; else none."""
        if self.search is None or self.source.sweep is None or self.tally.search is not None:
            return []
        dead = self.tally.has_dead_column(self.source, self.search)
        if not (dead or self.source.sweep.always):
            return []
        self.tally.search = Tally(columns={0})
        asked = families.get(self.search.family).start(self.search, self.window)
        return [self._request(fetch, searching=True) for fetch in asked]

    def lists(self, searching: bool) -> Tally:
        """Where lists are counted: those of the columns, or those of the search."""
        return self.tally.search if searching and self.tally.search else self.tally

    # --- lists ----------------------------------------------------------------------------

    def parse_list(self, response: Response) -> Iterator[scrapy.Request]:
        fetch: FetchRequest = response.meta["fetch"]
        searching: bool = response.meta["searching"]
        tally = self.lists(searching)
        source = self.search if searching and self.search else self.source
        try:
            family = families.get(source.family)
            listing = family.read_list(_page(response), fetch, source, self.window)
        except Exception as error:
            # Hostile or new markup must cost this page only, and be named in the report.
            self.logger.exception("reading the list %s failed", response.url)
            message = f"{type(error).__name__} at {response.url}"
            tally.fail_list("layout_changed", message, column=fetch.column)
            return
        if not listing.parsed and not listing.next:
            reason = listing.reason or "no list where one was expected"
            message = f"{reason} at {response.url}"
            tally.fail_list("layout_changed", message, column=fetch.column)
        elif listing.parsed and (listing.items or not listing.next):
            tally.columns_read.add(fetch.column)
        fresh = [item for item in listing.items if self._is_new(item)]
        if listing.items:
            tally.columns_with_items.add(fetch.column)
        for item in fresh:
            yield from self._follow(item, fetch, response.url, tally, source)
        if listing.items and not fresh:
            return
        limit = self._max_pages(listing.items)
        for following in listing.next:
            if following.page > limit:
                _cut_short(
                    tally,
                    fetch.column,
                    f"stopped after {limit} list pages of column {fetch.column + 1}",
                    self.window,
                )
                break
            yield self._request(following, searching=searching)

    def _max_pages(self, items: Sequence[ListItem]) -> int:
        limit = self.source.options.get("max_pages") or self.settings.getint("MAX_LIST_PAGES")
        if items and not any(item.date for item in items):
            return min(int(limit), self.settings.getint("MAX_UNDATED_PAGES"))
        return int(limit)

    def _is_new(self, item: ListItem) -> bool:
        url = urldefrag(item.url).url
        new = url not in self._seen
        self._seen.add(url)
        return new

    def _follow(
        self, item: ListItem, fetch: FetchRequest, list_url: str, tally: Tally, source: Source
    ) -> Iterator[scrapy.Request]:
        tally.listed += 1
        tally.newest = newer(tally.newest, item.date)
        if item.date:
            oldest = tally.oldest.get(fetch.column, item.date)
            tally.oldest[fetch.column] = min(oldest, item.date)
        if not self._may_be_in_window(item.date):
            return
        if self.source.keywords and not any(word in item.title for word in self.source.keywords):
            tally.skipped["items without the source's keywords"] += 1
            return
        tally.in_window += 1
        if not self._is_ours(item.url):
            tally.skipped["items leading to another site"] += 1
            return
        column = source.columns[fetch.column] if source.columns else None
        hints = {
            **item.hints,
            "title": item.title,
            "date": item.date or "",
            "column": (column.name if column else None) or str(fetch.column + 1),
        }
        hints = {key: value for key, value in hints.items() if value}
        if self._is_due(item):
            detail = FetchRequest(item.url, kind="detail", column=fetch.column, parent_url=list_url)
            yield self._request(detail, hints)
        else:
            self.tally.unchanged += 1
            yield from self._outstanding(urldefrag(item.url).url, hints)

    def _may_be_in_window(self, date: str | None) -> bool:
        """Whether an item can belong to the window; an incomplete date may mean any day of it."""
        if date is None:
            return True
        if is_full(date):
            return date in self.window
        first = datetime.fromisoformat((date + "-01-01")[:10]).date()
        end = next_month(first) if len(date) == 7 else first.replace(year=first.year + 1)
        return first < self.window.end and end > self.window.start

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host:
            return False
        sites = {detect.site(urlsplit(column.url).hostname or "") for column in self.source.columns}
        return detect.site(host) in sites or detect.is_government(host)

    def _is_due(self, item: ListItem) -> bool:
        known = self.known.get(urldefrag(item.url).url)
        name = "RECHECK_HOURS" if item.date else "RECHECK_UNDATED_HOURS"
        hours = self.settings.getfloat(name)
        return known is None or self.started_at - known.fetched_at >= timedelta(hours=hours)

    # --- articles and files ---------------------------------------------------------------

    def parse_detail(self, response: Response) -> Iterator[scrapy.Request]:
        hints: dict[str, str] = response.meta["hints"]
        if not self._count(response):
            yield from self._outstanding(response.url, hints)
            return
        if _is_file(response):
            return
        self.tally.articles += 1
        files = self._files(_page(response), hints)
        if files is None:
            return
        unchanged = self._is_unchanged(response)
        for url, name in files:
            # The files of a changed page may have changed under their old names.
            if not (unchanged and url in self.known):
                yield from self._file(url, name, response.url)

    def _outstanding(self, url: str, hints: Mapping[str, str]) -> Iterator[scrapy.Request]:
        """The files of a page already held that are not: a run may have ended between them."""
        known = self.known.get(url)
        if known is None or self.archive is None:
            return
        held_at = known.url or url
        files = self.archive.links.noted(held_at, known.sha256)
        if files is None:
            document = self.archive.latest(held_at)
            if document is None or document.sha256 != known.sha256:
                return
            body = self.archive.get(document.sha256)
            page = Page(held_at, body, content_type=document.content_type)
            files = () if _is_pdf(body) else self._files(page, hints)
        for file, name in files or ():
            if file not in self.known:
                yield from self._file(file, name, held_at)

    def _files(self, page: Page, hints: Mapping[str, str]) -> tuple[tuple[str, str], ...] | None:
        """The files of an article that are ours to fetch; None where it cannot be read, or its
        own dates say that it is not of the window."""
        try:
            article = self.family.read_article(page, self.source)
        except Exception as error:
            # The bytes are archived; extraction meets them again and names what is wrong.
            self.logger.exception("reading the article %s failed", page.url)
            self.tally.articles_without_body += 1
            self.tally.skipped[f"pages whose reading ended in {type(error).__name__}"] += 1
            return None
        if article.body is None:
            self.tally.articles_without_body += 1
        dates = [date for _, date in article.dates]
        if dates and "date" not in hints and not any(map(self._may_be_in_window, dates)):
            return None
        found = dict[str, str]()
        for url, name in article.attachments:
            target = urldefrag(url).url
            if self._is_ours(target):
                found.setdefault(target, name)
            else:
                self.tally.skipped["files on another site"] += 1
        files = tuple(found.items())
        if self.archive is not None:
            self.archive.links.note(page.url, hashlib.sha256(page.body).hexdigest(), files)
        return files

    def _file(self, url: str, name: str, parent: str) -> Iterator[scrapy.Request]:
        if url not in self._seen:
            self._seen.add(url)
            fetch = FetchRequest(url, kind="attachment", parent_url=parent)
            yield self._request(fetch, {"title": name} if name else {})

    def parse_attachment(self, response: Response) -> None:
        self._count(response)

    def _count(self, response: Response) -> bool:
        """Counts a page or file as new or unchanged; whether there are bytes to read."""
        if response.status == 304 or self._is_unchanged(response):
            self.tally.unchanged += 1
        else:
            self.tally.fetched += 1
        return response.status != 304

    def _is_unchanged(self, response: Response) -> bool:
        known = self.known.get(response.url)
        return known is not None and hashlib.sha256(response.body).hexdigest() == known.sha256

    def failed(self, failure: Failure) -> list[scrapy.Request]:
        """Names a request that brought nothing; asks by GET where only POST is refused."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        assert failure.value
        fetch: FetchRequest = request.meta["fetch"]
        if fetch.method == "POST" and refuses_method(failure.value):
            url = f"{fetch.url}?{(fetch.body or b'').decode('ascii', 'replace')}"
            again = replace(fetch, url=url, method="GET", body=None, headers={})
            return [self._request(again, searching=request.meta["searching"])]
        health, message = classify(failure.value)
        code = issue_code(failure.value)
        if request.url not in message:
            message = f"{message} ({request.url})"
        if fetch.kind == "list" and fetch.page > 1 and is_missing(failure.value):
            # Page totals are often one too many, and page 1 of the column was read.
            note = f"list page {fetch.page}: {message}"
            _cut_short(self.lists(request.meta["searching"]), fetch.column, note, self.window)
        elif fetch.kind == "list":
            tally = self.lists(request.meta["searching"])
            tally.fail_list(health, message, code, fetch.column)
        else:
            self.tally.fail_page(health, message, code)
        return []

    def _request(
        self,
        fetch: FetchRequest,
        hints: Mapping[str, str] | None = None,
        *,
        searching: bool = False,
    ) -> scrapy.Request:
        headers = dict(fetch.headers)
        known = self.known.get(urldefrag(fetch.url).url) if fetch.kind != "list" else None
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        meta: dict[str, Any] = {
            "fetch": fetch,
            "hints": dict(hints or {}),
            "searching": searching,
            "handle_httpstatus_list": [304],
        }
        return scrapy.Request(
            fetch.url,
            method=fetch.method,
            body=fetch.body or b"",
            headers=headers,
            callback=getattr(self, f"parse_{fetch.kind}"),
            errback=self.failed,
            meta=meta,
            # What was listed twice is known here; a filter would drop redirects in silence.
            dont_filter=True,
            priority=_PRIORITY[fetch.kind],
        )


def _window(value: Window | str | None, now: datetime) -> Window:
    if isinstance(value, Window):
        return value
    if not value:
        return month_window(f"{now:%Y-%m}", now.date())
    return span_window(value) if ".." in value else month_window(value, now.date())


def _cut_short(tally: Tally, column: int, note: str, window: Window) -> None:
    """Notes a column not read further; it may hold more where it was not yet too old."""
    tally.notes.append(note)
    oldest = tally.oldest.get(column)
    if oldest is None or oldest >= window.start.isoformat():
        tally.cut.add(note)


def _page(response: Response) -> Page:
    headers = {
        name.decode("latin-1"): values[0].decode("utf-8", "replace")
        for name, values in response.headers.items()
        if values
    }
    return Page(response.url, response.body, response.status, headers.get("Content-Type"), headers)


def _is_file(response: Response) -> bool:
    """Whether a list item is itself a file instead of a page about one."""
    if PurePosixPath(urlsplit(response.url).path).suffix.lower() in _FILES:
        return True
    return _is_pdf(response.body)


def _is_pdf(body: bytes) -> bool:
    return body[:5] == b"%PDF-"
