"""Download handlers beside Scrapy's own: for a recorded web, a local server, and old TLS."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from pipeline.warc import ReplayWeb, UnknownHostError

MISDIRECTED = 421
"""What the local server answers for a host it does not have: for us, a host unknown to DNS."""

_OP_LEGACY_SERVER_CONNECT = 0x4


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


@implementer(IOpenSSLClientConnectionCreator)
class _OldConnections:
    """Connections to one host as OpenSSL made them before TLS 1.2."""

    def __init__(self, context: SSL.Context, host: bytes) -> None:
        self._context = context
        self._host = host

    def clientConnectionForTLS(  # noqa: N802 - as Twisted calls it
        self, protocol: TLSMemoryBIOProtocol
    ) -> SSL.Connection:
        connection = SSL.Connection(self._context, None)
        connection.set_app_data(protocol)
        connection.set_tlsext_host_name(self._host)
        return connection


@implementer(IPolicyForHTTPS)
class _OldPolicy:
    """TLS from 1.0 on, weak ciphers and unsafe renegotiation. Certificates are not verified, as
    in Scrapy's own policy: what was received is evidence of what a host served, not of who it is.
    """

    def __init__(self) -> None:
        self._context = SSL.Context(SSL.TLS_METHOD)
        self._context.set_min_proto_version(SSL.TLS1_VERSION)
        # Scrapy's ciphers come from a list of their names, where a level cannot be said.
        self._context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
        self._context.set_options(_OP_LEGACY_SERVER_CONNECT)

    def creatorForNetloc(  # noqa: N802 - as Twisted calls it
        self, hostname: bytes, port: int
    ) -> _OldConnections:
        return _OldConnections(self._context, hostname)


class OldTlsHandler(HTTP11DownloadHandler):
    """Speaks to servers that know nothing newer than TLS 1.0, for sources that say so."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._contextFactory = cast(Any, _OldPolicy())  # zope's interfaces are opaque to types
