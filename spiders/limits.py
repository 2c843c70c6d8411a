"""What a run reads beside or short of a source's lists: pages to see again, and limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Self, cast

from scrapy import Request
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from pipeline.families.base import FetchRequest
from spiders.errors import classify
from spiders.spider import NoticeSpider


class LimitsMiddleware:
    """Adds the pages of the setting REVISIT, and keeps to MAX_DETAILS articles.

    With MAX_DETAILS, a column is read only as far as its first items, and attachments are not
    fetched. A page seen again that is gone is evidence,
    archived like any answer; it does not count against the source, whose lists are its health.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.left: int | None = crawler.settings.get("MAX_DETAILS")
        self.revisit: dict[str, dict[str, dict[str, str]]] = crawler.settings.get("REVISIT") or {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _spider(self) -> NoticeSpider:
        return cast(NoticeSpider, self.crawler.spider)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for request in start:
            yield request
        for url, hints in self.revisit.get(self._spider.source.id, {}).items():
            request = self._spider._request(FetchRequest(url, kind="detail"), hints)
            yield request.replace(errback=self._gone)

    async def process_spider_output(
        self, response: object, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        async for request in result:
            if self._allowed(request):
                yield request

    def _allowed(self, request: Any) -> bool:
        if self.left is None or not isinstance(request, Request):
            return True
        fetch: FetchRequest = request.meta["fetch"]
        if fetch.kind == "detail":
            self.left -= 1
            return self.left >= 0
        # A shell that holds no items sends on to the list itself.
        tally = self._spider.lists(request.meta["searching"])
        return fetch.kind == "list" and fetch.column not in tally.columns_with_items

    def _gone(self, failure: Failure) -> None:
        assert failure.value
        health, message = classify(failure.value)
        request: Request = failure.request  # type: ignore[attr-defined]
        self._spider.tally.notes.append(f"seen again, {health}: {message} ({request.url})")
