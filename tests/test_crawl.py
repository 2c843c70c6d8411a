"""Whole runs: the child process, a small web on this machine, and its recording."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline import crawl as crawl_module
from pipeline.archive import Archive
from pipeline.crawl import CrawlError, Progress, crawl
from pipeline.dates import Window
from pipeline.model import Column, Expected, ManualCheck, Source, SourceReport
from pipeline.settings import Settings
from pipeline.warc import read

OCTOBER = Window(date(2026, 10, 1), date(2026, 11, 1), "2026-10")
NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
TEXT = (
    "各区人民政府，各有关单位：为持续改善环境空气质量，加强扬尘污染防治，现将有关事项通知如下。"
    * 12
)


def article(title: str, extra: str = "") -> str:
    return (
        f'<html><head><title>{title}</title><meta name="ArticleTitle" content="{title}">'
        '<meta name="PubDate" content="2026-10-08 09:00"></head><body>'
        f'<h1>{title}</h1><div class="TRS_Editor"><p>{TEXT}</p>{extra}</div></body></html>'
    )


def listing(*items: tuple[str, str, str]) -> str:
    lines = "".join(
        f'<li><span class="date">{day}</span><a href="{href}" title="{title}">{title}</a></li>'
        for href, title, day in items
    )
    return f'<html><body><ul id="div">{lines}</ul>' + "<p>甲市生态环境局通知公告。</p>" * 40


Page = tuple[int, dict[str, str], bytes]


def page(text: str | bytes, status: int = 200, **headers: str) -> Page:
    kind = {"Content-Type": "text/html; charset=utf-8"}
    body = text.encode() if isinstance(text, str) else text
    return status, kind | {name.replace("_", "-"): value for name, value in headers.items()}, body


class Web:
    """Hosts and their pages, and what was asked of them."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, Page]] = {
            "jia.example": {
                "/tz/": page(
                    listing(
                        ("./202610/t20261008_1.html", "关于扬尘污染防治的通知", "2026-10-08"),
                        ("./202610/t20261012_2.html", "关于移动源治理的通知", "2026-10-12"),
                        ("http://news.other-site.example/x.html", "转载的消息一则", "2026-10-12"),
                        ("./202609/t20260930_3.html", "关于上月工作的通知", "2026-09-30"),
                    )
                ),
                "/tz/202610/t20261008_1.html": page(
                    article("关于扬尘污染防治的通知", '<p><a href="./P1.pdf">附件1.pdf</a></p>'),
                    ETag='"a1"',
                ),
                "/tz/202610/P1.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4 x"),
                "/tz/202610/t20261012_2.html": page(article("关于移动源治理的通知")),
                "/robots.txt": page("User-agent: *\nDisallow: /secret/\n"),
                "/secret/": page(listing()),
            },
            "wall.example": {"/tz/": page("<script>var a=1</script>", 412)},
            "trick.example": {
                "/tz/": page("<script>document.cookie='k=1';location.reload()</script>")
            },
            "bare.example": {"/tz/": page(listing() + "<p>暂无内容</p>")},
            "gone.example": {"/": page("<h1>首页</h1>")},
            "moved.example": {"/tz/": page("", 302, Location="/"), "/": page("<h1>首页</h1>")},
            "away.example": {"/tz/": page("", 302, Location="http://jia.example/tz/")},
            "odd.example": {"/tz/": page("<html><body><div id=app></div>" + "<p>甲</p>" * 500)},
        }
        self.asked: Counter[str] = Counter()
        self.conditional: list[str] = []
        self.agents: set[str] = set()
        self.hold = threading.Event()
        self.hold.set()
        self.waiting = threading.Event()

    def answer(self, host: str, path: str, headers: dict[str, str]) -> Page:
        self.asked[f"{host}{path}"] += 1
        self.agents.add(headers.get("User-Agent", ""))
        if host not in self.pages:
            return page("", 421)
        if host == "slow.example":
            self.waiting.set()
            self.hold.wait(20)
        found = self.pages[host].get(path) or page("<h1>404</h1>", 404)
        tag = found[1].get("ETag")
        if tag and headers.get("If-None-Match") == tag:
            self.conditional.append(path)
            return page(b"", 304, ETag=tag)
        return found


@pytest.fixture
def web() -> Iterator[tuple[Web, int]]:
    content = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = content.answer(
                self.headers["Host"], self.path, dict(self.headers)
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield content, server.server_port
    content.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


def source(host: str, path: str = "/tz/", **facts: object) -> Source:
    given: dict[str, object] = {
        "id": host.partition(".")[0],
        "name": "甲市生态环境局",
        "name_ja": "甲市生態環境局",
        "family": "trs_wcm",
        "level": "city",
        "place": "100000",
        "issuer": "甲市生态环境局",
        "columns": (Column(url=f"http://{host}{path}", name="通知公告"),),
        "evidence": "written for this test",
    }
    return Source(**(given | facts))  # type: ignore[arg-type]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, data_dir=tmp_path / "data", bulletins_dir=tmp_path / "bulletins")


def test_every_way_a_source_lives_or_dies_has_its_name(
    web: tuple[Web, int], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, port = web
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    sources = (
        source("jia.example", expected=Expected(min=1)),
        source("jia.example", id="greedy", expected=Expected(min=9)),
        source("jia.example", "/secret/", id="secret"),
        source("jia.example", "/missing/", id="missing"),
        *(
            source(f"{name}.example")
            for name in ["wall", "trick", "bare", "moved", "away", "dead", "odd"]
        ),
        source("gone.example", id="shut", status="retired"),
        source(
            "gone.example",
            id="byhand",
            status="manual",
            manual_check=ManualCheck(interval=31, message="毎月確認する。"),
        ),
        source("gone.example", id="fenced", status="blocked"),
        source("gone.example", id="old", valid_until="2026-09"),
        source("bare.example", id="last-month", valid_until="2026-10"),
    )
    steps: list[Progress] = []
    reports = crawl(
        sources,
        OCTOBER,
        settings=settings,
        archive_dir=tmp_path / "archive",
        now=NOW,
        loopback_port=port,
        progress=steps.append,
    )
    assert [report.source_id for report in reports] == [s.id for s in sources]
    assert {report.source_id: report.health for report in reports} == {
        "jia": "ok",
        "greedy": "below_minimum",
        "secret": "blocked",
        "missing": "http_error",
        "wall": "blocked",
        "trick": "blocked",
        "bare": "empty",
        "moved": "redirected",
        "away": "redirected",
        "dead": "dns_failure",
        "odd": "layout_changed",
        "shut": "disabled",
        "byhand": "disabled",
        "fenced": "blocked",
        "old": "disabled",
        "last-month": "empty",
    }
    found = {report.source_id: report for report in reports}
    assert {name for name, report in found.items() if report.list_parsed} == {
        "jia", "greedy", "bare", "last-month",
    }  # fmt: skip
    jia = found["jia"]
    assert (jia.items_listed, jia.items_in_window, jia.fetched) == (4, 3, 3)
    assert jia.newest_date == "2026-10-12"
    assert "items leading to another site: 1" in (jia.message or "")
    assert "robots.txt" in (found["secret"].message or "")
    assert "毎月確認する。" in (found["byhand"].message or "")
    assert content.agents == {settings.user_agent}
    assert not list((tmp_path / "home").iterdir())
    assert content.asked["jia.example/tz/202609/t20260930_3.html"] == 0
    finished = [step.source_id for step in steps if step.state == "finished"]
    assert sorted(finished) == sorted(s.id for s in sources)
    assert any(step.state == "reading" and step.listed for step in steps)

    with Archive(tmp_path / "archive") as archive:
        details = {d.url: d for d in archive.documents(source_id="jia", kind="detail")}
        first = "http://jia.example/tz/202610/t20261008_1.html"
        assert sorted(details) == [first, "http://jia.example/tz/202610/t20261012_2.html"]
        assert details[first].fetched_at == NOW
        assert details[first].parent_url == "http://jia.example/tz/"
        assert archive.hints(first) == {
            "title": "关于扬尘污染防治的通知",
            "date": "2026-10-08",
            "column": "通知公告",
        }
        (pdf,) = archive.documents(source_id="jia", kind="attachment")
        assert (archive.get(pdf.sha256), pdf.parent_url) == (b"%PDF-1.4 x", first)
        assert archive.hints(pdf.url)["title"] == "附件1.pdf"
        # what blocked us is evidence too, but no document
        assert [d.status for d in archive.records_of("http://wall.example/tz/")] == [412]
        assert not list(archive.documents(source_id="wall"))


def test_a_second_run_asks_little_and_notices_changes(
    web: tuple[Web, int], settings: Settings, tmp_path: Path
) -> None:
    content, port = web
    jia = (source("jia.example"),)

    def run(now: datetime) -> SourceReport:
        return crawl(
            jia,
            OCTOBER,
            settings=settings,
            archive_dir=tmp_path / "archive",
            now=now,
            loopback_port=port,
        )[0]

    assert (run(NOW).fetched, run(NOW).unchanged) == (3, 2)
    assert content.asked["jia.example/tz/202610/t20261008_1.html"] == 1
    changed = article("关于移动源治理的通知（修订）")
    content.pages["jia.example"]["/tz/202610/t20261012_2.html"] = page(changed)
    later = run(NOW + timedelta(days=1))
    assert content.conditional == ["/tz/202610/t20261008_1.html"]
    assert (later.fetched, later.unchanged) == (1, 1)
    assert content.asked["jia.example/tz/202610/P1.pdf"] == 1
    with Archive(tmp_path / "archive") as archive:
        url = "http://jia.example/tz/202610/t20261012_2.html"
        assert len({d.sha256 for d in archive.records_of(url)}) == 2


def test_a_recording_replays_without_the_server(
    web: tuple[Web, int], settings: Settings, tmp_path: Path
) -> None:
    content, port = web
    sources = tuple(source(f"{name}.example") for name in ("jia", "wall", "moved", "dead", "bare"))
    chosen = {"settings": settings, "now": NOW}
    live = crawl(
        sources,
        OCTOBER,
        archive_dir=tmp_path / "a",
        loopback_port=port,
        **chosen,  # type: ignore[arg-type]
    )
    asked = content.asked.total()
    recording = tmp_path / "a/2026-10/0001.warc.gz"
    again = crawl(
        sources,
        OCTOBER,
        archive_dir=tmp_path / "b",
        replay=recording,
        **chosen,  # type: ignore[arg-type]
    )
    assert again == live
    assert content.asked.total() == asked

    def pages(path: Path) -> set[tuple[str, str]]:
        return {(found.capture.url, found.sha256) for found in read(path)}

    replayed = pages(tmp_path / "b/2026-10/0001.warc.gz")
    assert pages(recording) <= replayed
    # only absent robots files are answered by the recording itself
    assert {url.rpartition("/")[2] for url, _ in replayed - pages(recording)} <= {"robots.txt"}
    with pytest.raises(CrawlError, match="visit 2"):
        crawl(
            sources,
            OCTOBER,
            archive_dir=tmp_path / "c",
            replay=recording,
            visit=2,
            **chosen,  # type: ignore[arg-type]
        )


def test_a_dead_child_leaves_every_source_a_named_failure(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(spec: Path, output: object) -> subprocess.Popen[bytes]:
        line = '{"event": "failed", "source": "jia", "message": "KeyError: x"}'
        return subprocess.Popen(
            ["sh", "-c", f"echo '{line}'; echo 'not json'; kill -9 $$"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    monkeypatch.setattr(crawl_module, "_start", crash)
    sources = (source("jia.example"), source("wall.example"))
    reports = crawl(sources, OCTOBER, settings=settings, archive_dir=tmp_path / "archive", now=NOW)
    assert [report.health for report in reports] == ["spider_error", "spider_error"]
    assert "KeyError: x" in (reports[0].message or "")
    assert f"code -{signal.SIGKILL.value}" in (reports[1].message or "")


def test_an_interrupted_run_stops_the_child_and_continues_later(
    web: tuple[Web, int], settings: Settings, tmp_path: Path
) -> None:
    content, port = web
    content.pages["slow.example"] = content.pages["jia.example"]
    content.hold.clear()
    children: list[subprocess.Popen[bytes]] = []
    start = crawl_module._start

    def spy(spec: Path, output: object) -> subprocess.Popen[bytes]:
        children.append(start(spec, output))  # type: ignore[arg-type]
        return children[-1]

    def interrupt(step: Progress) -> None:
        if step.source_id == "slow" and step.state == "started":
            assert content.waiting.wait(20)
            content.hold.set()
            raise KeyboardInterrupt

    sources = (source("slow.example"),)
    chosen = {"settings": settings, "archive_dir": tmp_path / "archive", "loopback_port": port}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crawl_module, "_start", spy)
        with pytest.raises(KeyboardInterrupt):
            crawl(sources, OCTOBER, now=NOW, progress=interrupt, **chosen)  # type: ignore[arg-type]
    assert children[0].poll() == 0
    assert not list((settings.data_dir / "runs").glob("tmp*"))
    (report,) = crawl(sources, OCTOBER, now=NOW, **chosen)  # type: ignore[arg-type]
    assert (report.health, report.fetched + report.unchanged >= 3) == ("ok", True)


def test_a_damaged_archive_is_named_for_every_source(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/index.sqlite3").write_bytes(b"SQLite format 3" + b"junk" * 500)
    (report,) = crawl(
        (source("jia.example"),),
        OCTOBER,
        settings=settings,
        archive_dir=tmp_path / "archive",
        now=NOW,
        loopback_port=9,
    )
    assert report.health == "spider_error"
    assert "index.sqlite3 cannot be used" in (report.message or "")


def test_a_place_for_the_log_is_needed(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(CrawlError, match="must be writable"):
        crawl(
            (source("jia.example"),),
            OCTOBER,
            settings=settings,
            archive_dir=tmp_path / "archive",
            now=NOW,
            loopback_port=9,
        )
