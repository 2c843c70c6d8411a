"""Transport options of a source, over the wire: a proxy, headers, and the TLS of old servers."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fault_sites import Case, add_articles, listing, titles
from faults import Answer, Asked, FaultWeb, html, serve

from pipeline.crawl import crawl
from pipeline.dates import Window
from pipeline.model import Column, SourceReport
from pipeline.settings import Settings

OCTOBER = Window(date(2026, 10, 1), date(2026, 11, 1), "2026-10")
NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
DIRECT = {
    "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_TIMES": 0, "DOWNLOAD_TIMEOUT": 5,
}  # fmt: skip


def visit(folder: Path, url: str, **options: Any) -> SourceReport:
    """One real run, through Scrapy's own handlers."""
    case = Case("old", "", source={"columns": (Column(url=url),), "options": options})
    (report,) = crawl(
        [case.declared()], OCTOBER, archive_dir=folder / "archive", now=NOW, transport=DIRECT,
        settings=Settings(home=folder, data_dir=folder / "data", bulletins_dir=folder),
    )  # fmt: skip
    return report


def site(web: FaultWeb, host: str) -> None:
    web.add(host, "/tz/", listing(titles(2)))
    web.add(host, "/robots.txt", Answer(b"User-agent: *\nDisallow: /tz/202610/t20261008_2.html\n"))
    add_articles(web, host, titles(2))


def test_everything_goes_through_the_proxy_and_robots_hold_behind_it(tmp_path: Path) -> None:
    web = FaultWeb()
    site(web, "only-inside.example")  # no name server knows it
    with serve(web) as port:
        proxy = f"http://127.0.0.1:{port}"
        report = visit(tmp_path, "http://only-inside.example/tz/", proxy=proxy)
    assert (report.health, report.fetched) == ("ok", 1), report.message
    assert "robots.txt forbids" in (report.message or "")
    assert set(web.asked) == {
        "only-inside.example/robots.txt", "only-inside.example/tz/",
        "only-inside.example/tz/202610/t20261008_1.html",
    }  # fmt: skip


def test_headers_of_a_source_go_with_every_request(tmp_path: Path) -> None:
    web = FaultWeb()
    missing: list[str] = []

    def guarded(answer: Answer) -> Any:
        def route(asked: Asked) -> Answer:
            if asked.headers.get("X-Site") != "jia":
                missing.append(asked.target)
                return html("no", 403)
            return answer

        return route

    with serve(web) as port:
        host = f"127.0.0.1:{port}"
        site(web, host)
        for key, route in list(web.routes.items()):
            web.routes[key] = guarded(route(None))  # type: ignore[arg-type]
        url = f"http://{host}/tz/"
        bare = visit(tmp_path / "bare", url)
        dressed = visit(tmp_path / "dressed", url, headers="X-Site: jia\nReferer: http://x/")
    assert bare.health == "http_error"
    assert (dressed.health, dressed.fetched) == ("ok", 1)
    assert set(missing) == {"/robots.txt", "/tz/"}, "those of the run without the header"


@contextmanager
def old_server(web: FaultWeb, folder: Path) -> Iterator[int]:
    """`web` behind TLS 1.0 with a certificate of its own."""
    from http.server import ThreadingHTTPServer
    from threading import Thread

    from faults import _Handler

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "old.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(NOW - timedelta(days=999)).not_valid_after(NOW + timedelta(days=9999))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / "old.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ) + made.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    context.load_cert_chain(pem)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"web": web}))
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated:DeprecationWarning")
def test_old_tls_is_spoken_only_where_a_source_asks_for_it(tmp_path: Path) -> None:
    web = FaultWeb()
    with old_server(web, tmp_path) as port:
        site(web, f"127.0.0.1:{port}")
        url = f"https://127.0.0.1:{port}/tz/"
        modern = visit(tmp_path / "modern", url)
        legacy = visit(tmp_path / "legacy", url, tls_legacy=True)
    assert modern.health == "http_error", modern.message
    assert not modern.list_parsed
    assert (legacy.health, legacy.fetched) == ("ok", 1), legacy.message
