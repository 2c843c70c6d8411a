"""Decompression that takes no cut-off body for a whole one."""

from __future__ import annotations

import zlib
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from spiders.errors import CutOffError, TooLargeError

_STEP = 1_000_000


class WholeBodyMiddleware(HttpCompressionMiddleware):
    """Scrapy's, which hands on what it could unpack of a damaged body; here the page is asked
    for again, and named in the end."""

    _crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        made = super().from_crawler(crawler)
        made._crawler = crawler
        return made

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        encoding = (response.headers.get("Content-Encoding") or b"").strip().lower()
        zipped = encoding in (b"gzip", b"x-gzip") and response.body
        if zipped and request.method != "HEAD" and not is_whole(response.body, self._max_size):
            reason = "the compressed body is cut off or damaged"
            assert self._crawler.spider
            again = get_retry_request(request, spider=self._crawler.spider, reason=reason)
            if again is None:
                raise CutOffError(f"{reason} at {request.url}")
            return again
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise TooLargeError(f"{request.url} unpacks to too much") from error


def is_whole(body: bytes, limit: int) -> bool:
    """Whether gzip bytes unpack to their end, as far as `limit` unpacked bytes (0: no limit)."""
    unpacker = zlib.decompressobj(31)
    produced = 0
    while body:
        try:
            produced += len(unpacker.decompress(body, _STEP))
        except zlib.error:
            return False
        if unpacker.eof:
            return True
        if limit and produced > limit:
            return True  # too large is another matter
        body = unpacker.unconsumed_tail
    return False
