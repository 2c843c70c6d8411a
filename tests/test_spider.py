"""The spider's decisions: which items it follows, what it makes of odd answers, what it reports."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler

from pipeline import families
from pipeline.archive import ArchiveError, Known
from pipeline.dates import Window
from pipeline.families.base import Article, FetchRequest, ListItem, ListPage, Page, parse_html
from pipeline.model import Column, Expected, Source
from spiders.errors import BlockedError, RedirectedAwayError, SoftMissingError, classify
from spiders.loader import SourceLoader, spider_for
from spiders.middlewares import BlockMiddleware, RedirectGuardMiddleware, SourceOptionsMiddleware
from spiders.run import chains
from spiders.spider import NoticeSpider
from spiders.tally import Tally

OCTOBER = Window(date(2026, 10, 1), date(2026, 11, 1), "2026-10")
NOW = datetime(2026, 10, 20, tzinfo=UTC)
SETTINGS = {
    "RECHECK_HOURS": 20,
    "RECHECK_UNDATED_HOURS": 168,
    "MAX_LIST_PAGES": 3,
    "MAX_UNDATED_PAGES": 1,
}
HOST = "http://sthj.jia.gov.cn"


class Tiny:
    """A family whose list is lines of `url title date`, `>` asking for the next page."""

    id = "tiny"

    def recognises(self, page: Page) -> float:
        return 0.0

    def start(self, source: Source, window: Window) -> tuple[FetchRequest, ...]:
        return tuple(FetchRequest(c.url, column=n) for n, c in enumerate(source.columns))

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        if page.text == "crash":
            raise RuntimeError("unforeseen markup")
        if page.text == "odd":
            return ListPage(parsed=False, reason="no list")
        rows = [line.split() for line in page.text.splitlines() if line != ">"]
        more = (FetchRequest(f"{request.url}?{request.page}", page=request.page + 1),)
        items = tuple(ListItem(page.resolve(url), title, *rest) for url, title, *rest in rows)
        return ListPage(items, more if ">" in page.text else ())

    def read_article(self, page: Page, source: Source | None = None) -> Article:
        day, _, files = page.text.partition("|")
        found = tuple((page.resolve(name), name) for name in files.split())
        return Article("t", dates=(("displayed", day),), body=parse_html("x"), attachments=found)


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(families.families, "tiny", Tiny())


def source(**facts: Any) -> Source:
    given: dict[str, Any] = {
        "id": "jia",
        "name": "甲",
        "name_ja": "甲",
        "family": "tiny",
        "level": "city",
        "place": "100000",
        "issuer": "甲",
        "evidence": "test",
        "columns": (Column(url=f"{HOST}/tz/", name="通知"),),
    }
    return Source(**(given | facts))


def spider(window: Window = OCTOBER, known: dict[str, Known] | None = None, **facts: Any) -> Any:
    crawler = get_crawler(spider_for(source(**facts)), SETTINGS)
    return crawler.spidercls.from_crawler(crawler, window=window, known=known, clock=lambda: NOW)


def answer(request: Request, text: str, **facts: Any) -> Response:
    return HtmlResponse(request.url, body=text.encode(), encoding="utf-8", request=request, **facts)


def listed(one: NoticeSpider, text: str, page: int = 1) -> list[Request]:
    fetch = FetchRequest(f"{HOST}/tz/", page=page)
    return list(one.parse_list(answer(one._request(fetch), text)))


def test_items_in_the_window_or_undated_are_followed_and_no_others() -> None:
    one = spider()
    requests = listed(
        one,
        "/1.html 甲 2026-10-01\n/2.html 乙 2026-10-31\n/3.html 丙 2026-11-01\n"
        "/4.html 丁 2026-09-30\n/5.html 戊\n/6.html 己 2026-10\n/7.html 庚 2026\n"
        "/8.html 辛 2025\n/1.html#x 甲 2026-10-01",
    )
    assert [request.url.rsplit("/")[-1] for request in requests] == [
        "1.html", "2.html", "5.html", "6.html", "7.html",
    ]  # fmt: skip
    assert (one.tally.listed, one.tally.in_window) == (8, 5)
    assert one.tally.newest == "2026-11-01"
    fetch, hints = requests[0].meta["fetch"], requests[0].meta["hints"]
    assert (fetch.kind, fetch.parent_url) == ("detail", f"{HOST}/tz/")
    assert hints == {"title": "甲", "date": "2026-10-01", "column": "通知"}


def test_only_the_site_and_other_governments_are_followed() -> None:
    one = spider()
    requests = listed(
        one,
        "https://www.jia.gov.cn/a 甲\nhttps://www.mee.gov.cn/b 乙\nhttps://mp.weixin.qq.com/c 丙\n"
        "mailto:x@jia.gov.cn 丁\nhttps://evil.example/?.gov.cn 戊\nhttps://xgov.cn/e 己",
    )
    assert [request.url for request in requests] == [
        "https://www.jia.gov.cn/a",
        "https://www.mee.gov.cn/b",
    ]
    assert one.tally.skipped["items leading to another site"] == 4


def test_keywords_narrow_a_broad_column() -> None:
    one = spider(keywords=("大气", "排放"))
    assert len(listed(one, "/1 大气方案 2026-10-02\n/2 教育通知 2026-10-02")) == 1
    assert one.tally.skipped["items without the source's keywords"] == 1


def test_paging_ends_at_the_limit_and_where_pages_repeat() -> None:
    one = spider()
    assert [r.url for r in listed(one, "/1 甲 2026-10-02\n>")][-1] == f"{HOST}/tz/?1"
    assert listed(one, "/1 甲 2026-10-02\n>", page=2) == []
    assert len(listed(one, "/2 乙 2026-10-02\n>", page=3)) == 1
    assert "stopped after 3 list pages" in one.tally.notes[0]
    undated = spider()
    assert len(listed(undated, "/1 甲\n>")) == 1
    assert "stopped after 1 list pages" in undated.tally.notes[0]


def test_a_known_page_is_asked_for_again_only_after_a_while_and_conditionally() -> None:
    fresh = Known("0" * 64, NOW - timedelta(hours=1), '"e"', None)
    stale = Known("0" * 64, NOW - timedelta(days=1), '"e"', "Thu, 01 Oct 2026 00:00:00 GMT")
    one = spider(known={f"{HOST}/1": fresh, f"{HOST}/2": stale, f"{HOST}/3": stale})
    (request,) = listed(one, "/1 甲 2026-10-02\n/2 乙 2026-10-02\n/3 丙")
    assert request.url.endswith("/2")
    assert request.headers["If-None-Match"] == b'"e"'
    assert b"2026" in request.headers["If-Modified-Since"]
    assert one.tally.unchanged == 2
    assert list(one.parse_detail(answer(request, "", status=304))) == []
    assert one.tally.unchanged == 3


def detail(one: NoticeSpider, text: str, hints: dict[str, str]) -> list[str]:
    request = one._request(FetchRequest(f"{HOST}/d/1.html", kind="detail"), hints)
    return [found.url for found in one.parse_detail(answer(request, text))]


def test_files_of_an_article_are_fetched_unless_its_own_date_puts_it_elsewhere() -> None:
    assert detail(spider(), "2026-10-05|a.pdf b.docx a.pdf#p2", {}) == [
        f"{HOST}/d/a.pdf",
        f"{HOST}/d/b.docx",
    ]
    assert detail(spider(), "2026-08-05|a.pdf", {}) == []
    assert len(detail(spider(), "2026-08-05|a.pdf", {"date": "2026-10-05"})) == 1
    assert detail(spider(), "2026-10-05|https://evil.example/a.pdf", {}) == []


def test_an_item_that_is_a_file_is_no_article() -> None:
    one = spider()
    request = one._request(FetchRequest(f"{HOST}/d/1.PDF", kind="detail"), {})
    assert list(one.parse_detail(Response(request.url, body=b"%PDF-", request=request))) == []
    assert (one.tally.fetched, one.tally.articles) == (1, 0)


def test_markup_that_breaks_a_family_costs_only_its_page() -> None:
    one = spider(columns=(Column(url=f"{HOST}/tz/"), Column(url=f"{HOST}/gg/")))
    assert listed(one, "crash") == []
    listed(one, "/1 甲 2026-10-02")
    report = one.tally.report(one.source, one.window, NOW)
    assert (report.health, report.list_parsed) == ("layout_changed", True)
    assert "RuntimeError" in (report.message or "")
    bad = spider()
    listed(bad, "odd")
    assert bad.tally.report(bad.source, bad.window, NOW).health == "layout_changed"


def test_transport_options_of_a_source_are_used() -> None:
    options = {"proxy": "http://127.0.0.1:3128", "headers": "Referer: http://a/\nX-A: b"}
    one = spider(options=options | {"tls_legacy": True})
    assert one.settings["DOWNLOAD_HANDLERS"]["https"] == "spiders.handlers.OldTlsHandler"
    one.crawler.spider = one
    request = Request(f"{HOST}/robots.txt", headers={"X-A": "own"})
    SourceOptionsMiddleware(one.crawler).process_request(request)
    assert request.meta["proxy"] == options["proxy"]
    assert (request.headers["Referer"], request.headers["X-A"]) == (b"http://a/", b"own")


@pytest.mark.parametrize(
    ("error", "health"),
    [
        (BlockedError("412"), "blocked"),
        (IgnoreRequest("Forbidden by robots.txt"), "blocked"),
        (RedirectedAwayError("home"), "redirected"),
        (SoftMissingError("404"), "http_error"),
        (CannotResolveHostError("x"), "dns_failure"),
        (DownloadTimeoutError(), "timeout"),
        (DownloadCancelledError("30 MB"), "http_error"),
        (ConnectionRefusedError("refused"), "http_error"),
    ],
)
def test_a_failed_list_gives_the_source_its_health(error: Exception, health: str) -> None:
    one = spider()
    request = one._request(FetchRequest(f"{HOST}/tz/"))
    one.failed(SimpleNamespace(request=request, value=error))
    report = one.tally.report(one.source, one.window, NOW)
    assert (report.health, report.list_parsed) == (health, False)
    assert f"{HOST}/tz/" in (report.message or "")
    assert classify(error)[0] == health


def test_evidence_that_cannot_be_kept_is_never_the_source_s_fault() -> None:
    one = spider()
    listed(one, "/1 甲 2026-10-02")
    request = one._request(FetchRequest(f"{HOST}/1", kind="detail"))
    one.failed(SimpleNamespace(request=request, value=ArchiveError("cannot write: disk full")))
    report = one.tally.report(one.source, one.window, NOW)
    assert report.health == "spider_error"
    assert "disk full" in (report.message or "")


@pytest.mark.parametrize(
    ("error", "health"),
    [
        (SoftMissingError("no such page"), "ok"),
        (HttpError(Response(f"{HOST}/tz/index_9.html", status=404), "404"), "ok"),
        (HttpError(Response(f"{HOST}/tz/index_9.html", status=500), "500"), "http_error"),
        (DownloadTimeoutError(), "timeout"),
    ],
)
def test_one_page_too_many_does_not_spoil_a_column_but_a_lost_page_does(
    error: Exception, health: str
) -> None:
    one = spider()
    listed(one, "/1 甲 2026-10-02")
    request = one._request(FetchRequest(f"{HOST}/tz/index_9.html", page=10))
    one.failed(SimpleNamespace(request=request, value=error))
    assert one.tally.report(one.source, one.window, NOW).health == health


def test_a_run_stopped_early_says_so() -> None:
    report = spider().tally.report(source(), OCTOBER, NOW, "shutdown")
    assert report.health == "spider_error"
    assert "stopped before the end (shutdown)" in (report.message or "")


def test_promises_are_for_each_month_of_the_window() -> None:
    tally = Tally(listed=9, in_window=5, columns_read={0}, columns_with_items={0}, fetched=5)
    promising = source(expected=Expected(min=3))
    assert tally.report(promising, OCTOBER, NOW).health == "ok"
    both = Window(date(2026, 9, 1), date(2026, 11, 1), "2026-09..2026-10")
    short = tally.report(promising, both, NOW)
    assert (short.health, "5 in the window, 6 promised" in (short.message or "")) == (
        "below_minimum",
        True,
    )


def test_pages_that_all_fail_or_show_no_body_make_the_source_unwell() -> None:
    tally = Tally(listed=2, in_window=2, columns_read={0}, columns_with_items={0})
    tally.fail_page("http_error", "status 500 at http://a/1")
    assert tally.report(source(), OCTOBER, NOW).health == "http_error"
    tally = Tally(
        listed=2, in_window=2, columns_read={0}, columns_with_items={0}, fetched=2,
        articles=2, articles_without_body=2,
    )  # fmt: skip
    report = tally.report(source(), OCTOBER, NOW)
    assert report.health == "layout_changed"
    assert "pages without a body: 2 of 2" in (report.message or "")


@pytest.mark.parametrize(
    ("target", "kind", "away"),
    [
        ("https://sthj.jia.gov.cn/tz/", "list", False),
        ("https://www.jia.gov.cn/tz/index.html", "list", False),
        ("http://sthj.jia.gov.cn/", "list", True),
        ("http://sthj.jia.gov.cn/index.html", "detail", True),
        ("http://www.mee.gov.cn/x/t1.html", "list", True),
        ("http://www.mee.gov.cn/x/t1.html", "detail", False),
        ("http://casino.example/x", "detail", True),
        ("http://sthj.jia.gov.cn/404.html", "detail", True),
        ("javascript:alert(1)", "detail", True),
    ],
)
def test_redirects_are_followed_only_where_they_make_sense(
    target: str, kind: str, away: bool
) -> None:
    fetch = FetchRequest(f"{HOST}/tz/", kind=kind)  # type: ignore[arg-type]
    request = Request(fetch.url, meta={"fetch": fetch})
    response = Response(fetch.url, status=302, headers={"Location": target})
    guard = RedirectGuardMiddleware()
    if away:
        with pytest.raises(RedirectedAwayError):
            guard.process_response(request, response)
    else:
        assert guard.process_response(request, response) is response


def test_a_block_is_waited_out_with_growing_pauses_then_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("spiders.middlewares.asyncio.sleep", sleep)
    middleware = BlockMiddleware(retries=3, backoff=60)
    fetch = FetchRequest(f"{HOST}/tz/")
    request = Request(fetch.url, meta={"fetch": fetch, "problem": "challenge"})
    patient = Response(fetch.url, status=429, headers={"Retry-After": "300"})
    plain = Response(fetch.url, status=412)
    for response in (plain, patient, plain):
        again = asyncio.run(middleware.process_response(request, response))
        assert isinstance(again, Request)
        assert again.dont_filter
    assert waits == [60, 300, 240]
    with pytest.raises(BlockedError, match="412"):
        asyncio.run(middleware.process_response(request, plain))


def test_sources_of_one_host_are_read_one_after_another() -> None:
    sources = tuple(
        source(id=name, columns=(Column(url=url),))
        for name, url in (("a", "http://x/1"), ("b", "http://y/1"), ("c", "http://x/2"))
    )
    assert [[one.id for one in chain] for chain in chains(sources)] == [["a", "c"], ["b"]]
    both = source(id="d", columns=(Column(url="http://y/2"), Column(url="http://x/3")))
    assert [[one.id for one in chain] for chain in chains((*sources, both))] == [
        ["a", "c", "b", "d"]
    ]


def test_scrapy_knows_every_source_that_a_spider_may_read() -> None:
    settings = Settings()
    settings.setmodule("spiders.settings")
    loader = SourceLoader.from_settings(settings)
    assert "mee-zcwj" in loader.list()
    assert "hubei-sthjt" not in loader.list()
    assert loader.load("mee-zcwj").name == "mee-zcwj"
    assert "mee-zcwj" in loader.find_by_request(Request("https://www.mee.gov.cn/x"))
    with pytest.raises(KeyError):
        loader.load("hubei-sthjt")


def test_the_crawl_is_polite_by_default() -> None:
    settings = Settings()
    settings.setmodule("spiders.settings")
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getfloat("DOWNLOAD_DELAY") >= 2
    assert settings.getfloat("BLOCK_BACKOFF") >= 60
    assert "Geppo" in settings["USER_AGENT"]
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")
