"""What the sample web answers: responses by method, host and target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qs, urldefrag, urlsplit

HTML = "text/html; charset=utf-8"
MISDIRECTED = 421
"""The answer for a host this web does not have."""


@dataclass(frozen=True)
class Response:
    """Status, headers and bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def content_type(self) -> str:
        return next((v for k, v in self.headers if k.lower() == "content-type"), "")


class Query(dict[str, str]):
    """The fields of query and form together, and how they were sent."""

    method: str = "GET"
    cookie: str = ""


Endpoint = Callable[[Query], Response]


def html(text: str, status: int = 200, *, encoding: str = "utf-8", declared: str = "") -> Response:
    """An HTML page; `declared` is the content type sent when it is not the true one."""
    kind = declared or f"text/html; charset={encoding}"
    return Response(status, (("Content-Type", kind),), text.encode(encoding))


def data(body: bytes, content_type: str) -> Response:
    return Response(200, (("Content-Type", content_type),), body)


@dataclass
class Web:
    """Pages by (host, target) and endpoints by (host, path).

    `targets` are paths with their query; pages are made when first asked for. `missing` maps the
    links that are broken on purpose to the reason.
    """

    pages: dict[tuple[str, str], Callable[[], Response]] = field(default_factory=dict)
    endpoints: dict[tuple[str, str], Endpoint] = field(default_factory=dict)
    blocked: dict[str, Response] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    articles: dict[str, str] = field(default_factory=dict)
    """Notice id -> URL."""
    lists: list[str] = field(default_factory=list)
    """The URLs of all static list pages."""

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(host for host, _ in [*self.pages, *self.endpoints]) | set(self.blocked)

    def add(self, url: str, make: Callable[[], Response]) -> None:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        key = (parts.netloc, target)
        if key in self.pages:
            raise ValueError(f"two pages at {url}")
        self.pages[key] = cache(make)

    def api(self, url: str, answer: Endpoint) -> None:
        parts = urlsplit(url)
        self.endpoints[parts.netloc, parts.path] = answer

    def get(
        self, method: str, host: str, target: str, body: bytes = b"", cookie: str = ""
    ) -> Response:
        """The answer to one request. `target` is a path with its query."""
        if host not in self.hosts:
            return html("<html><body>Misdirected</body></html>", MISDIRECTED)
        page = self.pages.get((host, target))
        parts = urlsplit(target)
        if host in self.blocked and parts.path != "/robots.txt":
            return self.blocked[host]
        if page and method in ("GET", "HEAD"):
            return page()
        endpoint = self.endpoints.get((host, parts.path))
        if endpoint:
            fields = {**parse_qs(parts.query, keep_blank_values=True)}
            if body:
                fields.update(parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True))
            query = Query({name: values[0] for name, values in fields.items()})
            query.method, query.cookie = method, cookie
            return endpoint(query)
        return html(NOT_FOUND, 404)


class Visitor:
    """Asks a web as a browser does: the cookie that a host sets goes back to it."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.cookies: dict[str, str] = {}

    def get(self, method: str, url: str, body: bytes = b"") -> Response:
        parts = urlsplit(urldefrag(url).url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        host = parts.netloc
        reply = self.web.get(method, host, target, body, self.cookies.get(host, ""))
        for name, value in reply.headers:
            if name == "Set-Cookie":
                self.cookies[host] = value.partition(";")[0]
        return reply


NOT_FOUND = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>404</title></head>
<body><div class="error"><h2>抱歉，您访问的页面不存在或已被删除</h2>
<p><a href="/">返回首页</a></p></div></body></html>
"""
