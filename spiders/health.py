"""Reports what each source gave when its spider closes."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from spiders.spider import NoticeSpider

logger = logging.getLogger(__name__)

report_ready = object()
"""Signal sent once a spider has closed, with its `report`, a SourceReport, and its `issues`."""


class HealthExtension:
    """Sends and logs a source's report when its spider closes."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_closed(self, spider: NoticeSpider, reason: str) -> None:
        report = spider.tally.report(spider.source, spider.window, spider.started_at, reason)
        logger.info("report %s", report.model_dump_json(exclude_none=True))
        self.crawler.signals.send_catch_log(
            signal=report_ready, report=report, issues=spider.tally.issues(spider.source)
        )
