"""Manners beyond Scrapy's own: the pause that a site's robots.txt asks for."""

from __future__ import annotations

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.robotstxt import RobotParser


class PoliteThrottle(AutoThrottle):
    """Slower when a site is slow, and never faster than the Crawl-delay of its robots.txt.

    A Crawl-delay above the setting CRAWL_DELAY_MAX counts as that much: a site that asks for an
    hour between two pages could not be read at all.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.most = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        self.asked: dict[str, float] = {}
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        delay = min(robotparser.crawl_delay(self.agent) or 0.0, self.most)
        assert self.crawler.engine
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        self.asked[key] = delay
        slot = downloader.slots.get(key)
        if slot is not None:
            slot.delay = max(slot.delay, delay)

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        slots = self.crawler.engine.downloader.slots if self.crawler.engine else {}
        key = next((name for name, one in slots.items() if one is slot), "")
        slot.delay = max(slot.delay, self.asked.get(key, 0.0))
