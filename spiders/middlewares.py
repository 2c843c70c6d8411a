"""Downloader middlewares: a source's options, evidence first, then blocks, redirects, cookies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from functools import cache
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import urldefrag, urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from pipeline.archive import Archive, Capture
from pipeline.warc import Headers, request_key
from spiders import detect
from spiders.errors import BlockedError, RedirectedAwayError, SoftMissingError
from spiders.spider import NoticeSpider

logger = logging.getLogger(__name__)
_MAX_WAIT = 600.0


@cache
def shared_archive(folder: str) -> Archive:
    """The one archive of this process, whichever spiders write to it."""
    return Archive(Path(folder))


def _kind(request: Request) -> str:
    fetch = request.meta.get("fetch")
    return fetch.kind if fetch else "robots"


class SourceOptionsMiddleware:
    """Sends every request of a source, that for its robots.txt too, by the source's proxy and
    with its headers: the option `headers` holds one `Name: value` a line."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        options = cast(NoticeSpider, self.crawler.spider).source.options
        if proxy := options.get("proxy"):
            request.meta.setdefault("proxy", str(proxy))
        for line in str(options.get("headers") or "").splitlines():
            name, separator, value = line.partition(":")
            if separator:
                request.headers.setdefault(name.strip(), value.strip())


class ArchiveMiddleware:
    """Archives every response before anything else sees it."""

    def __init__(self, archive: Archive, crawler: Crawler) -> None:
        self.archive = archive
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        folder = crawler.settings.get("ARCHIVE_DIR")
        if not folder:
            raise ValueError(
                "nothing is fetched without an archive: set ARCHIVE_DIR, "
                "for example scrapy crawl ID -s ARCHIVE_DIR=data/archive"
            )
        return cls(shared_archive(str(folder)), crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        spider = cast(NoticeSpider, self.crawler.spider)
        kind = _kind(request)
        headers = _headers(response)
        content_type = next((v for k, v in headers if k.lower() == "content-type"), None)
        problem = detect.problem(response.status, response.body, content_type, kind)
        if kind == "robots" and problem == "soft_404":
            problem = None
        request.meta["problem"] = problem
        fetch = request.meta.get("fetch")
        self.archive.put(
            Capture(
                url=urldefrag(request.url).url,
                source_id=spider.source.id,
                kind=cast(Any, kind),
                status=response.status,
                fetched_at=spider.clock(),
                headers=headers,
                parent_url=fetch.parent_url if fetch else None,
                request=request_key(request.method, request.body),
                hints=request.meta.get("hints", {}),
                problem=problem,
            ),
            response.body,
        )
        return response


class RedirectGuardMiddleware:
    """Does not follow a redirect that leads away from what was asked for."""

    def process_response(self, request: Request, response: Response) -> Response:
        location = response.headers.get("Location")
        if not 300 <= response.status < 400 or not location or _kind(request) == "robots":
            return response
        target = urljoin(request.url, location.decode("utf-8", "replace"))
        reason = detect.redirect_problem(request.url, target, _kind(request))
        before = [*request.meta.get("redirect_urls", []), request.url].count(target)
        # Once round is how some sites hand out the cookie they ask for.
        if before > (1 if "Set-Cookie" in response.headers else 0):
            reason = f"redirected in a circle at {target}"
        if reason:
            raise RedirectedAwayError(reason)
        return response


class BlockMiddleware:
    """Waits and asks again when a site blocks, then gives up by name; stops disguised 404s.

    Challenges are never solved. The number of retries is the source's, not the request's: a
    site that blocks one page blocks them all.
    """

    def __init__(self, retries: int, backoff: float) -> None:
        self.retries = retries
        self.backoff = backoff
        self.tried = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(
            crawler.settings.getint("BLOCK_RETRIES"), crawler.settings.getfloat("BLOCK_BACKOFF")
        )

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        problem = request.meta.get("problem")
        if _kind(request) == "robots":
            return response
        if problem == "soft_404":
            raise SoftMissingError(f"{request.url} answers 200 but says there is no such page")
        if problem != "challenge":
            return response
        if self.tried >= self.retries:
            raise BlockedError(f"blocked with status {response.status} at {request.url}")
        wait = self.backoff * 2**self.tried
        self.tried += 1
        if wait:
            wait = min(max(wait, _retry_after(response)), _MAX_WAIT)
            logger.info("blocked at %s; asking again in %.0f s", request.url, wait)
            await asyncio.sleep(wait)
        again = request.copy()
        again.dont_filter = True
        return again


class HostCookiesMiddleware(CookiesMiddleware):
    """Cookies for the very host that set them. Scrapy's own check of public suffixes asks the
    network for their list and caches it in the user's home; a host-only jar needs neither."""

    def _process_cookies(
        self, cookies: Iterable[Cookie], *, jar: CookieJar, request: Request
    ) -> None:
        host = request.url.split("/")[2].partition(":")[0].lower()
        for cookie in cookies:
            cookie.domain = host
            cookie.domain_specified = cookie.domain_initial_dot = False
            jar.set_cookie_if_ok(cookie, request)


def _headers(response: Response) -> Headers:
    return tuple(
        (name.decode("latin-1"), value.decode("utf-8", "replace"))
        for name, values in response.headers.items()
        for value in values
    )


def _retry_after(response: Response) -> float:
    value = (response.headers.get("Retry-After") or b"").decode("ascii", "replace").strip()
    return float(value) if value.isdecimal() else 0.0
