"""Politeness: one request at a time and host, no nearer together than was asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from fault_sites import Case, add_articles, listing, titles
from faults import Answer, FaultWeb, serve
from scrapy.settings import Settings as ScrapySettings

from pipeline.crawl import crawl
from pipeline.dates import Window
from pipeline.model import SourceReport
from pipeline.settings import Settings

OCTOBER = Window(date(2026, 10, 1), date(2026, 11, 1), "2026-10")
NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
POLITE = {
    "DOWNLOAD_DELAY": 0.12,
    "AUTOTHROTTLE_ENABLED": True,
    "AUTOTHROTTLE_START_DELAY": 0.12,
    "CRAWL_DELAY_MAX": 0.3,
}


def visit(robots: str, folder: Path, names: tuple[str, ...] = ("polite",)) -> FaultWeb:
    web = FaultWeb()
    for name in names:
        host = Case(name, "ok").host
        web.add(host, "/tz/", listing(titles(4)))
        web.add(host, "/robots.txt", Answer(robots.encode()))
        add_articles(web, host, titles(4))
    reports: tuple[SourceReport, ...]
    with serve(web) as port:
        reports = crawl(
            [Case(name, "ok").declared() for name in names], OCTOBER,
            settings=Settings(home=folder, data_dir=folder / "data", bulletins_dir=folder),
            archive_dir=folder / "archive", now=NOW, loopback_port=port, transport=POLITE,
        )  # fmt: skip
    assert [report.health for report in reports] == ["ok"] * len(names)
    return web


def gaps(web: FaultWeb, host: str) -> list[float]:
    return [later - earlier for earlier, later in pairwise(web.times[host])]


@pytest.mark.parametrize(
    ("robots", "least"),
    [
        ("User-agent: *\nDisallow:\n", 0.12),
        ("User-agent: *\nCrawl-delay: 0.2\n", 0.2),
        ("User-agent: Geppo\nCrawl-delay: 3600\n\nUser-agent: *\nDisallow: /\n", 0.3),
    ],
)
def test_requests_to_one_host_are_the_delay_apart(
    robots: str, least: float, tmp_path: Path
) -> None:
    web = visit(robots, tmp_path)
    found = gaps(web, "polite.example")
    assert len(found) == 5  # robots.txt, the list, four articles
    # The clock of the server starts when the request arrives, not when it was sent.
    assert min(found) >= least - 0.03


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    web = visit("User-agent: *\nCrawl-delay: 0.3\n", tmp_path, ("one", "two", "three"))
    begun = [times[0] for times in web.times.values()]
    ended = [times[-1] for times in web.times.values()]
    assert max(begun) < min(ended)


def test_the_shipped_settings_are_polite() -> None:
    settings = ScrapySettings()
    settings.setmodule("spiders.settings")
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getfloat("DOWNLOAD_DELAY") >= 2
    assert settings.getfloat("DOWNLOAD_DELAY_JITTER") == 0
    assert settings.getfloat("BLOCK_BACKOFF") >= 60
    assert settings.getbool("AUTOTHROTTLE_ENABLED")
