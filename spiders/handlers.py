"""Download handlers for webs that are not the network: a recorded one, and a local server."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from pipeline.warc import ReplayWeb, UnknownHostError

MISDIRECTED = 421
"""What the local server answers for a host it does not have: for us, a host unknown to DNS."""


@cache
def _web(path: str, visit: int) -> ReplayWeb:
    return ReplayWeb(Path(path), visit)


class ReplayHandler(BaseDownloadHandler):
    """Answers from the WARC of the setting REPLAY_WARC as it was at visit REPLAY_VISIT."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._web = _web(settings["REPLAY_WARC"], settings.getint("REPLAY_VISIT"))

    async def download_request(self, request: Request) -> Response:
        try:
            answer = self._web.answer(request.method, request.url, request.body)
        except UnknownHostError as error:
            raise CannotResolveHostError(f"no such host: {error}") from error
        headers = Headers()
        for name, value in answer.headers:
            headers.appendlist(name, value.encode("utf-8"))
        kind = responsetypes.from_args(headers=headers, url=request.url, body=answer.body)
        return kind(url=request.url, status=answer.status, headers=headers, body=answer.body)


class LoopbackHandler(HTTP11DownloadHandler):
    """Sends every request to 127.0.0.1 at the setting LOOPBACK_PORT, keeping its Host."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._port = crawler.settings.getint("LOOPBACK_PORT")

    async def download_request(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        local = request.replace(
            url=urlunsplit(("http", f"127.0.0.1:{self._port}", parts.path, parts.query, "")),
            headers={**request.headers, "Host": parts.netloc},
        )
        response = await super().download_request(local)
        if response.status == MISDIRECTED:
            raise CannotResolveHostError(f"no such host: {parts.netloc}")
        return response.replace(url=request.url)
