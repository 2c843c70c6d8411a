"""What families of static pages share: columns as HTML lists, articles as HTML pages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, ClassVar

from pipeline.dates import Window
from pipeline.families.base import Article, FetchRequest, ListPage, Page
from pipeline.families.listing import list_page, next_link, read_items
from pipeline.families.reading import Skin, read_article
from pipeline.model import Source

MAX_PAGES = 200
"""No column is paged further, whatever it claims."""


class StaticFamily:
    """A family whose lists and articles are plain pages. A subclass names its marks (words of
    the markup -> how sure), the form of its articles' addresses, its skin, and how it pages."""

    id: ClassVar[str]
    marks: ClassVar[tuple[tuple[str, float], ...]] = ()
    address: ClassVar[re.Pattern[str] | None] = None
    skin: ClassVar[Skin] = Skin()
    sorted_by_date: ClassVar[bool] = True

    def recognises(self, page: Page) -> float:
        text = page.text
        known = self.address is not None and self.address.search(page.address)
        sure = max((sure for mark, sure in self.marks if mark in text), default=0.0)
        return min(max(sure, 0.6) + 0.02, 1.0) if known else sure

    def start(self, source: Source, window: Window) -> tuple[FetchRequest, ...]:
        return tuple(
            FetchRequest(column.url, column=number) for number, column in enumerate(source.columns)
        )

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        items, reason = read_items(page, source)
        following = self.following(page, request, source) if request.page < MAX_PAGES else ()
        if reason is not None and request.page > 1 and page.status == 404:
            # Totals are often one too many; a missing page after the first ends the column.
            return ListPage()
        return list_page(items, reason, following, window, sorted_by_date=self.sorted_by_date)

    def following(
        self, page: Page, request: FetchRequest, source: Source
    ) -> tuple[FetchRequest, ...]:
        """The next list page, by the page's own 下一页 link."""
        url = next_link(page, source)
        return (next_page(request, url),) if url else ()

    def read_article(self, page: Page, source: Source | None = None) -> Article:
        return read_article(page, self.skin, source)


def next_page(request: FetchRequest, url: str) -> FetchRequest:
    """The request for the list page after this one."""
    return replace(request, url=url, page=request.page + 1, parent_url=request.url)


def column_params(request: FetchRequest, source: Source) -> dict[str, str]:
    """The params of the request's column."""
    if request.column < len(source.columns):
        return dict(source.columns[request.column].params)
    return {}


def as_json(text: str) -> Any | None:
    """The JSON of a response, tolerating raw control characters, a byte-order mark, JSONP and
    trailing script; None where there is none."""
    text = text.strip().lstrip("\ufeff")
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start < 0 or start > 200:
        return None
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None
