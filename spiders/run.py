"""One collection run: `python -m spiders.run SPEC.json`, started by pipeline.crawl.

Reads the run's description, crawls, and writes one JSON object a line to standard output:
{"event": "started", "source"}, {"event": "list", "source", "listed"},
{"event": "page", "source", "fetched", "unchanged"}, {"event": "report", "report", "issues"}.
The run ends early, with reports, on SIGINT, on SIGTERM, or when standard input closes; a second
of them ends it at once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.signals import response_received
from scrapy.utils.log import configure_logging
from scrapy.utils.reactor import install_reactor

from pipeline.dates import Window
from pipeline.issues import Issue
from pipeline.model import Source, SourceReport
from pipeline.sources import sweep_of

logger = logging.getLogger(__name__)
_PAGE_EVENTS = 0.05
"""Seconds between two lines about the pages of one source."""


class Spec(BaseModel):
    """What to crawl and how. `clock` is fixed where the web is a recording or a local server."""

    model_config = ConfigDict(extra="forbid")

    sources: tuple[Source, ...]
    start: str
    end: str
    label: str
    now: datetime
    fixed_clock: bool
    hosts_at_once: int
    settings: dict[str, Any]

    @property
    def window(self) -> Window:
        start, end = (datetime.fromisoformat(day).date() for day in (self.start, self.end))
        return Window(start, end, self.label)


def emit(event: str, **facts: object) -> None:
    """Writes one line to the parent."""
    sys.stdout.write(json.dumps({"event": event, **facts}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def chains(sources: tuple[Source, ...]) -> list[list[Source]]:
    """The sources grouped by the hosts they ask: those that share one are read one after
    another, so that a host never serves two of them at once."""
    groups: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        hosts = _hosts(source) or {source.id}
        joined = [group for group in groups if group[0] & hosts]
        first = joined[0] if joined else (set[str](), list[Source]())
        if not joined:
            groups.append(first)
        for other in joined[1:]:
            groups.remove(other)
            hosts |= other[0]
            first[1].extend(other[1])
        first[0].update(hosts)
        first[1].append(source)
    return [members for _, members in groups]


def _hosts(source: Source) -> set[str]:
    """The hosts of a source's columns, of its search, and of the interfaces they name."""
    searched = sweep_of(source)
    columns = [*source.columns, *(searched.columns if searched else ())]
    named = [url for column in columns for url in (column.url, *column.params.values())]
    return {urlsplit(url).netloc for url in named if url.startswith(("http://", "https://"))}


class Run:
    """A run in progress: at most `hosts_at_once` chains at the same time."""

    def __init__(self, spec: Spec, settings: Settings) -> None:
        self.spec = spec
        self.settings = settings
        self.runner = AsyncCrawlerRunner(settings)
        self.stopping = False

    async def all(self) -> None:
        gate = asyncio.Semaphore(self.spec.hosts_at_once)

        async def chain(sources: list[Source]) -> None:
            async with gate:
                for position, source in enumerate(sources):
                    if position and not self.stopping:
                        await asyncio.sleep(self.settings.getfloat("DOWNLOAD_DELAY"))
                    if not self.stopping:
                        await self._one(source)

        await asyncio.gather(*(chain(sources) for sources in chains(self.spec.sources)))

    async def _one(self, source: Source) -> None:
        # Scrapy's modules may be imported only once the reactor stands.
        from spiders.health import report_ready
        from spiders.loader import spider_for
        from spiders.middlewares import shared_archive

        emit("started", source=source.id)
        crawler = Crawler(spider_for(source), self.settings)

        def reported(report: SourceReport, issues: tuple[Issue, ...]) -> None:
            emit(
                "report",
                report=report.model_dump(mode="json"),
                issues=[issue.model_dump(mode="json") for issue in issues],
            )

        told_at, told_listed = 0.0, -1

        def received() -> None:
            nonlocal told_at, told_listed
            tally = crawler.spider.tally  # type: ignore[union-attr]
            # A list that was read is told at once, its pages now and then.
            if tally.listed == told_listed and time.monotonic() - told_at < _PAGE_EVENTS:
                return
            told_at, told_listed = time.monotonic(), tally.listed
            emit(
                "page",
                source=source.id,
                listed=tally.listed,
                fetched=tally.fetched,
                unchanged=tally.unchanged,
            )

        # Scrapy keeps receivers weakly: these names keep them alive while the crawl runs.
        crawler.signals.connect(reported, signal=report_ready)
        crawler.signals.connect(received, signal=response_received)
        now = self.spec.now
        extra: dict[str, Callable[[], datetime]] = {}
        if self.spec.fixed_clock:
            extra["clock"] = lambda: now
        try:
            archive = shared_archive(self.settings["ARCHIVE_DIR"])
            known = archive.known(source.id)
            await self.runner.crawl(
                crawler, window=self.spec.window, known=known, archive=archive, **extra
            )
        except Exception as error:
            # Without a report of its own the parent names this source as failed, and why.
            logger.exception("source %s failed", source.id)
            emit("failed", source=source.id, message=f"{type(error).__name__}: {error}")

    async def stop(self) -> None:
        """Lets the requests under way end, then closes every spider."""
        self.stopping = True
        while self.runner.crawlers:
            # A crawler asked before its engine runs forgets that it was asked.
            running = [crawler for crawler in self.runner.crawlers if _is_running(crawler)]
            await asyncio.gather(*(crawler.stop_async() for crawler in running))
            await asyncio.sleep(0.05)


def _is_running(crawler: Crawler) -> bool:
    try:
        return crawler.engine.running
    except RuntimeError:  # not yet started
        return False


def main(path: Path) -> int:
    """Runs the description at `path`; returns the exit code."""
    spec = Spec.model_validate_json(path.read_text(encoding="utf-8"))
    settings = Settings()
    settings.setmodule("spiders.settings", priority="project")
    settings.setdict(spec.settings, priority="cmdline")
    configure_logging(settings)
    for chatter in ("scrapy.middleware", "scrapy.crawler", "scrapy.addons"):
        logging.getLogger(chatter).setLevel(logging.WARNING)
    # A host that cannot be reached is named in its report; its robots.txt needs no traceback.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor as installed

    reactor = cast(Any, installed)  # zope's interfaces are opaque to type checkers
    run = Run(spec, settings)
    loop = asyncio.get_event_loop()
    failures: list[BaseException] = []
    tasks: set[asyncio.Task[None]] = set()

    async def everything() -> None:
        try:
            await run.all()
        except Exception as error:
            logger.exception("the run failed")
            failures.append(error)
        finally:
            if reactor.running:
                reactor.stop()

    def stop() -> None:
        if run.stopping:
            reactor.stop()
        else:
            tasks.add(loop.create_task(run.stop()))

    def watch_parent() -> None:
        # A buffered read would hold a lock that the interpreter needs when it exits.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        loop.call_soon_threadsafe(stop)

    reactor.callWhenRunning(lambda: tasks.add(loop.create_task(everything())))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    threading.Thread(target=watch_parent, daemon=True).start()
    reactor.run(installSignalHandlers=False)
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
