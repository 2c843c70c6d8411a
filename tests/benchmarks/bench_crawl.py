"""Collecting beside a bare Scrapy spider on the same pages, and whether memory stays flat.

The yardstick follows the same lists and fetches the same pages with Scrapy's defaults, keeps
nothing and reads nothing but links. Both are child processes against the same local server.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import soak
from faults import FaultWeb, serve

from pipeline import crawl as crawling
from pipeline.crawl import crawl
from pipeline.dates import Window
from pipeline.settings import Settings

MONTH = Window(date(2026, 10, 1), date(2026, 11, 1), "2026-10")
NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
PAGES = int(os.environ.get("BENCH_CRAWL_PAGES", "2000"))
HOSTS = 20

BARE = """
import json, sys
from pathlib import Path
import scrapy
from scrapy.crawler import CrawlerProcess
port, hosts, settings = json.loads(sys.argv[1])
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for host in hosts:
            yield self.ask(f"http://{host}/tz/")
    def ask(self, url):
        return scrapy.Request(url, callback=self.parse)
    def parse(self, response):
        if "text" not in response.headers["Content-Type"].decode():
            return
        for href in response.css("ul.list a::attr(href), .TRS_Editor a::attr(href)").getall():
            yield self.ask(response.urljoin(href))
        if "/tz/index_" in response.url or response.url.endswith("/tz/"):
            total = int(response.text.partition("createPageHTML(")[2].partition(",")[0])
            number = response.url.rpartition("_")[2].removesuffix(".html")
            number = int(number) + 1 if number.isdigit() else 1
            if number < total:
                yield self.ask(response.urljoin(f"/tz/index_{number}.html"))
process = CrawlerProcess(settings)
process.crawl(Bare)
process.start()
"""


def sites(pages: int, hosts: int, monkeypatch: pytest.MonkeyPatch) -> tuple[FaultWeb, list[object]]:
    monkeypatch.setattr(soak, "SHARE", 0.0)
    web, dice = FaultWeb(), random.Random(3)
    return web, [soak.build(web, number, pages // hosts, dice) for number in range(hosts)]


def bare(web: FaultWeb, names: list[str], folder: Path) -> float:
    settings = {
        "LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False,
        "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_HANDLERS": {"http": "spiders.handlers.LoopbackHandler"},
    }  # fmt: skip
    # Scrapy wants to see the source of a callback: not by -c.
    script = folder / "bare.py"
    script.write_text(BARE, encoding="utf-8")
    with serve(web) as port:
        spec = json.dumps([port, names, settings | {"LOOPBACK_PORT": port}])
        started = time.monotonic()
        subprocess.run([sys.executable, str(script), spec], check=True, env=environment())
        return time.monotonic() - started


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def ours(web: FaultWeb, found: list[object], folder: Path) -> float:
    settings = Settings(home=folder, data_dir=folder / "data", bulletins_dir=folder)
    with serve(web) as port:
        started = time.monotonic()
        reports = crawl(
            [site.case.declared() for site in found],  # type: ignore[attr-defined]
            MONTH, settings=settings, archive_dir=folder / "archive", now=NOW,
            loopback_port=port, transport={"LOG_LEVEL": "ERROR"},
        )  # fmt: skip
        seconds = time.monotonic() - started
    assert {report.health for report in reports} == {"ok"}
    return seconds


def bench_collecting_beside_a_bare_spider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web, found = sites(PAGES, HOSTS, monkeypatch)
    names = [site.case.host for site in found]  # type: ignore[attr-defined]
    times: dict[str, list[float]] = {"bare": [], "geppo": []}
    for turn in range(3):
        times["bare"].append(bare(web, names, tmp_path))
        asked = web.asked.total()
        times["geppo"].append(ours(web, found, tmp_path / str(turn)))
        assert web.asked.total() - asked == asked / (2 * turn + 1)
    figures = {name: statistics.median(values) for name, values in times.items()}
    ratio = figures["geppo"] / figures["bare"]
    told = ", ".join(f"{name} {value:.1f} s" for name, value in figures.items())
    sys.stdout.write(f"\ncollecting {asked // 5} pages: {told}; ratio {ratio:.2f} (target 1.5)\n")


def bench_memory_stays_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web, found = sites(20_000, HOSTS, monkeypatch)
    sizes: list[int] = []
    over = threading.Event()
    start = crawling._start

    def spy(*given: object) -> object:
        child = start(*given)  # type: ignore[arg-type]
        status = Path(f"/proc/{child.pid}/statm")

        def watch() -> None:
            while not over.wait(0.5):
                try:
                    sizes.append(int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
                except (OSError, ValueError, IndexError):
                    return

        threading.Thread(target=watch, daemon=True).start()
        return child

    monkeypatch.setattr(crawling, "_start", spy)
    seconds = ours(web, found, tmp_path)
    over.set()
    middle = len(sizes) // 2
    early = statistics.median(sizes[len(sizes) // 10 : middle // 2])
    late = statistics.median(sizes[-len(sizes) // 5 :])
    sys.stdout.write(
        f"\n{web.asked.total()} pages in {seconds:.0f} s: {early / 1e6:.0f} MB early, "
        f"{late / 1e6:.0f} MB late, {max(sizes) / 1e6:.0f} MB at most\n"
    )
