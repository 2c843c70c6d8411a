"""Every declared source as a spider, so that `scrapy list` and `scrapy crawl ID` know them."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from pipeline.model import Source
from pipeline.sources import load_sources
from spiders.spider import NoticeSpider

CRAWLED = ("active", "unverified")


def spider_for(source: Source) -> type[NoticeSpider]:
    """The spider class of one source."""
    custom: dict[str, object] = {}
    if source.options.get("tls_legacy"):
        custom["DOWNLOAD_HANDLERS"] = {"https": "spiders.handlers.OldTlsHandler"}
    return type(
        "NoticeSpider_" + source.id.replace("-", "_"),
        (NoticeSpider,),
        {"name": source.id, "source": source, "custom_settings": custom},
    )


class SourceLoader:
    """Scrapy's spider loader over the source files: SPIDER_LOADER_CLASS."""

    def __init__(self, sources: tuple[Source, ...]) -> None:
        self._sources = {source.id: source for source in sources if source.status in CRAWLED}

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Reads the folder of the setting SOURCES_DIR, else the package's own. SourceError."""
        folder = settings.get("SOURCES_DIR")
        return cls(load_sources(Path(folder) if folder else Path(__file__).parent / "sources"))

    def load(self, spider_name: str) -> type[Spider]:
        if spider_name not in self._sources:
            raise KeyError(f"no active source {spider_name!r}")
        return spider_for(self._sources[spider_name])

    def list(self) -> list[str]:
        return sorted(self._sources)

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]
        """The sources one of whose columns lies on the request's host."""
        host = request.url.split("/")[2]
        return [
            source.id
            for source in self._sources.values()
            if any(column.url.split("/")[2] == host for column in source.columns)
        ]
