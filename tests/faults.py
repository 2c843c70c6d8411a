"""A web server on this machine that fails in every way real sites do, told apart by Host."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qs, urlsplit

Manner = Literal["plain", "reset", "hang", "drip", "cut", "huge"]


@dataclass(frozen=True)
class Answer:
    """What is sent, and how: `reset` breaks the connection before a byte, `hang` never answers,
    `drip` sends a byte now and then, `cut` ends before the promised length, `huge` sends `size`
    bytes without a length."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    manner: Manner = "plain"
    size: int = 0

    def with_header(self, name: str, value: str) -> Answer:
        kept = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=(*kept, (name, value)))


def html(text: str, status: int = 200) -> Answer:
    return Answer(text.encode(), status)


def zipped(text: str, *, keep: float = 1.0) -> Answer:
    """A gzip body of which only a share arrives, with a length that agrees."""
    body = gzip.compress(text.encode(), mtime=0)
    return Answer(body[: int(len(body) * keep)]).with_header("Content-Encoding", "gzip")


@dataclass(frozen=True)
class Asked:
    """One request. `fields` are those of query and form together."""

    method: str
    host: str
    target: str
    headers: dict[str, str]
    fields: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


Route = Callable[[Asked], Answer]


@dataclass
class FaultWeb:
    """Routes by (host, target), else by (host, path); and what was asked, when."""

    routes: dict[tuple[str, str], Route] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    closing: threading.Event = field(default_factory=threading.Event)

    def add(self, host: str, target: str, answer: Answer | str | Route) -> None:
        fixed = html(answer) if isinstance(answer, str) else answer
        self.routes[host, target] = (lambda _: fixed) if isinstance(fixed, Answer) else fixed

    def answer(self, asked: Asked) -> Answer:
        self.asked[f"{asked.host}{asked.target}"] += 1
        self.times[asked.host].append(time.monotonic())
        route = self.routes.get((asked.host, asked.target))
        route = route or self.routes.get((asked.host, asked.path))
        if route:
            return route(asked)
        known = any(host == asked.host for host, _ in self.routes)
        return html("<title>404</title><h1>404 Not Found</h1>", 404 if known else 421)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    web: FaultWeb

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fields = parse_qs(parts.query, keep_blank_values=True)
        fields |= parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        asked = Asked(
            self.command, self.headers.get("Host", ""), target, dict(self.headers.items()),
            {name: values[0] for name, values in fields.items()}, body,
        )  # fmt: skip
        try:
            self._send(self.web.answer(asked))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def _send(self, answer: Answer) -> None:
        if answer.manner == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            self.close_connection = True
            return
        if answer.manner == "hang":
            self.web.closing.wait(30)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.manner == "huge":
            self.send_header("Connection", "close")
            self.end_headers()
            for _ in range(answer.size // 65536):
                self.wfile.write(b"x" * 65536)
            self.close_connection = True
            return
        promised = len(answer.body) + (1000 if answer.manner == "cut" else 0)
        self.send_header("Content-Length", str(promised))
        self.end_headers()
        if answer.manner == "drip":
            for byte in answer.body:
                if self.web.closing.wait(0.05):
                    break
                self.wfile.write(bytes([byte]))
            self.close_connection = True
            return
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        if answer.manner == "cut":
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Requests are counted, not logged."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what some tests are about."""


@contextmanager
def serve(web: FaultWeb) -> Iterator[int]:
    """Serve while the context lasts; gives the port."""
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"web": web}))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        web.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
