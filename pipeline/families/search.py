"""Site searches as a sweep by keywords, for columns that died or were never found.

One request a word and result page. Results come in the order of relevance, so a sweep goes on to
its last page or its limit; what lies outside the window is left out by the item's date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from pipeline.dates import Window
from pipeline.families.base import Article, FetchRequest, ListItem, ListPage, Page
from pipeline.families.datetext import epoch_date, meta_date
from pipeline.families.dom import tidy
from pipeline.families.listing import list_page, read_items, unique
from pipeline.families.reading import read_article
from pipeline.families.static import StaticFamily, as_json, next_page
from pipeline.families.trs_wcm import TrsWcm
from pipeline.model import Column, Source

WORDS = ("大气", "扬尘", "臭氧", "PM2.5", "挥发性有机物", "重污染天气", "机动车排放")
"""What is searched for where a column's parameter `words` does not say."""

_MAX_PAGES = 10
_TAGS = re.compile(r"<[^<>]{1,200}>")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|\+00:?00)")
_NOTHING = re.compile(r"(?:找到|共|约)\D{0,8}0\s{0,3}(?:条|项|个|篇)|没有(?:找到|检索到|搜索到)")


def _turned(url: str, changes: Mapping[str, str]) -> str:
    """A URL with some of its query fields set."""
    parts = urlsplit(url)
    fields = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **changes}
    return parts._replace(query=urlencode(fields)).geturl()


def _first(entry: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The first filled field, whatever the case of its name."""
    folded = {str(key).lower(): value for key, value in entry.items()}
    return next((str(folded[name]) for name in names if folded.get(name)), "")


class SiteSearch(StaticFamily):
    """A search. A column's URL is the search without its word; its parameter `words` are the
    words, parted by spaces."""

    word_field: ClassVar[str]
    page_field: ClassVar[str]
    sorted_by_date: ClassVar[bool] = False

    def recognises(self, page: Page) -> float:
        """Searches lead to pages of other families, and are never articles."""
        return 0.0

    def start(self, source: Source, window: Window) -> tuple[FetchRequest, ...]:
        return tuple(
            FetchRequest(
                _turned(column.url, {self.word_field: word, self.page_field: "1"}), column=number
            )
            for number, column in enumerate(source.columns)
            for word in _words(column)
        )

    def read_article(self, page: Page, source: Source | None = None) -> Article:
        return read_article(page, TrsWcm.skin, source)

    def _listing(
        self,
        request: FetchRequest,
        window: Window,
        items: tuple[ListItem, ...],
        reason: str | None,
        pages: int | None = None,
    ) -> ListPage:
        more = request.page < (_MAX_PAGES if pages is None else min(pages, _MAX_PAGES))
        url = _turned(request.url, {self.page_field: str(request.page + 1)})
        following = (next_page(request, url),) if more else ()
        return list_page(items, reason, following, window, sorted_by_date=False)


def _words(column: Column) -> tuple[str, ...]:
    return tuple(column.params.get("words", "").split()) or WORDS


class TrsWas(SiteSearch):
    """TRS WAS5: /was5/web/search?channelid=…; an HTML page of results, or JSON `docs` whose
    strings hold raw line breaks."""

    id: ClassVar[str] = "trs_was"
    word_field: ClassVar[str] = "searchword"
    page_field: ClassVar[str] = "page"

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        reply = as_json(page.text) if page.text.lstrip("\ufeff \r\n\t(")[:1] in ("{", "[") else None
        if isinstance(reply, dict) and isinstance(reply.get("docs"), list):
            items = unique(_item(page, entry) for entry in reply["docs"] if _leads(entry))
            return self._listing(request, window, items, None)
        if reply is not None:
            return ListPage(parsed=False, reason="the reply holds no docs")
        items, reason = read_items(page, source)
        if reason and _NOTHING.search(page.text):
            items, reason = (), None
        return self._listing(request, window, items, reason)


class TrsIgs(SiteSearch):
    """TRS IGS: /igs/front/search.jhtml?code=…&siteId=…; JSON `page.content`."""

    id: ClassVar[str] = "trs_igs"
    word_field: ClassVar[str] = "searchWord"
    page_field: ClassVar[str] = "pageNumber"

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        reply = as_json(page.text)
        found = reply.get("page") if isinstance(reply, dict) else None
        entries = found.get("content") if isinstance(found, dict) else None
        if not isinstance(found, dict) or not isinstance(entries, list):
            return ListPage(parsed=False, reason="the reply holds no page.content")
        pages = found.get("totalPages")
        items = unique(_item(page, entry) for entry in entries if _leads(entry))
        return self._listing(
            request, window, items, None, pages if isinstance(pages, int) else None
        )


_URLS = ("url", "docpuburl", "doc_pub_url", "link")
_TITLES = ("title", "doctitle", "doc_title", "name")
_DATES = ("trs_time", "docreltime", "docpubtime", "pubdate", "pubtime", "time", "date")


def _leads(entry: object) -> bool:
    return isinstance(entry, dict) and bool(_first(entry, _URLS) and _first(entry, _TITLES))


def _item(page: Page, entry: Mapping[str, Any]) -> ListItem:
    title = tidy(_TAGS.sub("", _first(entry, _TITLES)))
    return ListItem(page.resolve(_first(entry, _URLS)), title, _day(_first(entry, _DATES)))


def _day(text: str) -> str | None:
    """The day in China of a result's time, which some searches tell in UTC."""
    day = meta_date(text)
    if day and _UTC.fullmatch(text):
        return epoch_date(int(datetime.fromisoformat(f"{day}{text[10:19]}+00:00").timestamp()))
    return day
