"""Searches the site of a source one of whose columns died, once its columns are read."""

from __future__ import annotations

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from spiders.spider import NoticeSpider


class SweepExtension:
    """Lets a spider that has nothing left to do make its search, where it has cause to."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_idle, signal=signals.spider_idle)
        return extension

    def spider_idle(self, spider: NoticeSpider) -> None:
        requests = spider.sweep()
        assert self.crawler.engine
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider
