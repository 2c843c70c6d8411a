"""Site searches as a sweep by keywords, for columns that died or were never found.

A column's URL is the search's address with `{word}` and `{page}` where they belong; one request a
word and result page. Searches differ in their addresses, hardly in their replies: JSON that holds
a list of results somewhere, or a page of them. Results seldom come in the order of dates, so a
sweep goes on to the last page or its limit; what lies outside the window is left out by its date.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urljoin, urlsplit

from pipeline.dates import Window
from pipeline.families.base import Article, FetchRequest, ListItem, ListPage, Page
from pipeline.families.datetext import epoch_date, meta_date
from pipeline.families.dom import tidy
from pipeline.families.listing import list_page, read_items, unique
from pipeline.families.reading import read_article
from pipeline.families.static import StaticFamily, as_json, column_params, next_page
from pipeline.families.trs_wcm import TrsWcm
from pipeline.model import Column, Source

WORDS = ("大气", "扬尘", "臭氧", "PM2.5", "挥发性有机物", "重污染天气", "机动车排放")
"""What is searched for where a column's parameter `words` does not say."""
WORD, PAGE = "{word}", "{page}"

_MAX_PAGES = 10
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TAGS = re.compile(r"<[^<>]{1,200}>")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|\+00:?00)")
_NOTHING = re.compile(r"(?:找到|共|约)\D{0,8}0\s{0,3}(?:条|项|个|篇)|没有(?:找到|检索到|搜索到)")
_RESULTS = frozenset({"docs", "content", "data", "list", "result", "results", "searchs"})
_URLS = ("url", "docpuburl", "doc_pub_url", "viewurl", "link")
_TITLES = ("title", "doctitle", "doc_title", "name")
_DATES = (
    "trs_time", "docreltime", "docpubtime", "pubdate", "pubtime", "pub_time", "docdate", "time",
    "date",
)  # fmt: skip


class SiteSearch(StaticFamily):
    """A search of one request: TRS WAS and IGS, jsearch, zycms, and others alike.

    Parameters of its column: `words`, parted by spaces; `form`, the fields of a POST, with
    `{word}` and `{page}` like the URL; `first`, the number of the first page (1); `sorted: date`
    where the newest results come first.
    """

    id: ClassVar[str] = "site_search"

    def recognises(self, page: Page) -> float:
        """Searches lead to pages of other families, and are never articles."""
        return 0.0

    def start(self, source: Source, window: Window) -> tuple[FetchRequest, ...]:
        return tuple(
            _ask(column, word, number)
            for number, column in enumerate(source.columns)
            for word in column.params.get("words", "").split() or WORDS
        )

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        reply = as_json(page.text) if page.text.lstrip("\ufeff \r\n\t(")[:1] in ("{", "[") else None
        if reply is None:
            items, reason = read_items(page, source)
        else:
            items, reason = _read_reply(page, reply, source)
        if reason and reply is None and _NOTHING.search(page.text):
            items, reason = (), None
        items = unique(replace(item, url=_target(item.url)) for item in items)
        params = column_params(request, source)
        more = request.page < min(_pages(reply), _MAX_PAGES)
        return list_page(
            items,
            reason,
            _following(request, source) if more else (),
            window,
            sorted_by_date=params.get("sorted") == "date",
        )

    def read_article(self, page: Page, source: Source | None = None) -> Article:
        return read_article(page, TrsWcm.skin, source)


class SoGov(SiteSearch):
    """so-gov: the search page holds a token for the word, and a POST with it brings the results.

    The column's URL is that of the search page, with its siteCode; its parameter `api` is where
    the POST goes (/so/ss/s of the same host where it is missing).
    """

    id: ClassVar[str] = "so_gov"
    _CALL: ClassVar[re.Pattern[str]] = re.compile(r"initPubProperty\(([^;]{1,2000})")
    _TOKEN: ClassVar[re.Pattern[str]] = re.compile(r"[\"']([0-9A-Za-z_=+/-]{16,})[\"']")

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        call = self._CALL.search(page.text)
        if call is None:
            return super().read_list(page, request, source, window)
        tokens = self._TOKEN.findall(call[1])
        if not tokens:
            return ListPage(parsed=False, reason="the search page names no token")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        form = {
            "siteCode": asked.get("siteCode", ""), "tab": asked.get("tab", "all"),
            "timestamp": _milliseconds(page.headers), "wordToken": tokens[-1],
            "page": str(request.page), "pageSize": "20", "qt": asked.get("qt", ""),
            "timeOption": "0", "sort": "relevance", "keyPlace": "0", "fileType": "",
        }  # fmt: skip
        url = urljoin(page.url, column_params(request, source).get("api", "/so/ss/s"))
        search = replace(
            request, url=url, method="POST", body=urlencode(form).encode(), headers=_FORM,
            parent_url=request.url,
        )  # fmt: skip
        return ListPage(next=(search,))


# --- requests -----------------------------------------------------------------------------------


def _ask(column: Column, word: str, number: int) -> FetchRequest:
    """The first page of results for a word."""

    def filled(template: str) -> str:
        first = column.params.get("first", "1")
        return template.replace(WORD, quote(word, safe="")).replace(PAGE, first)

    form = column.params.get("form")
    if form is None:
        return FetchRequest(filled(column.url), column=number)
    return FetchRequest(
        filled(column.url), "POST", filled(form).encode(), headers=_FORM, column=number
    )


def _following(request: FetchRequest, source: Source) -> tuple[FetchRequest, ...]:
    """The next page of results, where the search's address or form has a field for it."""
    if request.column >= len(source.columns):
        return ()
    column = source.columns[request.column]
    number = str(int(column.params.get("first", "1")) + request.page)
    body = (request.body or b"").decode()
    turned = _turned(body, column.params.get("form", f"page={PAGE}"), number) if body else None
    if turned is not None:
        return (replace(next_page(request, request.url), body=turned.encode()),)
    parts = urlsplit(request.url)
    query = _turned(parts.query, urlsplit(column.url).query, number)
    return (next_page(request, parts._replace(query=query).geturl()),) if query else ()


def _turned(fields: str, template: str, number: str) -> str | None:
    """The fields with the one that the template fills by {page} set; None where none is."""
    pairs = parse_qsl(template, keep_blank_values=True)
    name = next((name for name, value in pairs if value == PAGE), None)
    if name is None:
        return None
    own = parse_qsl(fields, keep_blank_values=True)
    return urlencode([(key, number if key == name else value) for key, value in own])


def _milliseconds(headers: Mapping[str, str]) -> str:
    """The time of an answer by its own Date, in milliseconds; "0" where it has none."""
    told = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        return str(int(parsedate_to_datetime(told).timestamp()) * 1000)
    except ValueError:
        return "0"


# --- replies ------------------------------------------------------------------------------------


def _read_reply(
    page: Page, reply: object, source: Source
) -> tuple[tuple[ListItem, ...], str | None]:
    """(items, reason) of a JSON reply, like listing.read_items."""
    found = _results(reply)
    if found is None:
        return (), "the reply holds no list of results"
    entries = [entry for entry in found if _leads(entry)]
    texts = [entry for entry in entries if isinstance(entry, str)]
    if not texts:
        return tuple(_item(page, entry) for entry in entries), None
    lines = "".join(f"<li>{text}</li>" for text in texts)
    markup = f"<html><body><ul>{lines}</ul></body></html>"
    inner = Page(page.url, markup.encode(), content_type="text/html; charset=utf-8")
    return read_items(inner, source)


def _results(reply: object) -> list[Any] | None:
    """The longest list of a reply whose entries lead somewhere, else an empty one that stands
    where results do; None where there is neither."""
    waiting: deque[tuple[str, object]] = deque([("", reply)])
    best: list[Any] | None = None
    while waiting:
        name, node = waiting.popleft()
        if isinstance(node, dict):
            waiting.extend((str(key).lower(), value) for key, value in node.items())
        elif isinstance(node, list):
            leading = sum(map(_leads, node))
            if leading > (len(best) if best else 0) or (
                best is None and not node and name in _RESULTS
            ):
                best = node
            waiting.extend(("", entry) for entry in node if isinstance(entry, dict | list))
    return best


def _pages(reply: object) -> int:
    """How many pages a reply says there are; many where it does not say."""
    waiting = deque([reply])
    while waiting:
        node = waiting.popleft()
        if isinstance(node, dict):
            told = node.get("totalPages")
            if isinstance(told, int):
                return told
            waiting.extend(value for value in node.values() if isinstance(value, dict))
    return _MAX_PAGES


def _first(entry: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The first filled field, whatever the case of its name."""
    folded = {str(key).lower(): value for key, value in entry.items()}
    return next((str(folded[name]) for name in names if folded.get(name)), "")


def _leads(entry: object) -> bool:
    if isinstance(entry, str):
        return "<a " in entry
    return isinstance(entry, dict) and bool(_first(entry, _URLS) and _first(entry, _TITLES))


def _item(page: Page, entry: Mapping[str, Any]) -> ListItem:
    title = tidy(_TAGS.sub("", _first(entry, _TITLES)))
    return ListItem(page.resolve(_first(entry, _URLS)), title, _day(_first(entry, _DATES)))


def _target(url: str) -> str:
    """Where a result leads: some searches count a click on the way, at link.do?url=…"""
    try:
        onward = parse_qs(urlsplit(url).query).get("url", [""])[0]
    except ValueError:
        return url
    return onward if onward.startswith(("http://", "https://")) else url


def _day(text: str) -> str | None:
    """The day in China of a result's time, which some searches tell in UTC."""
    day = meta_date(text)
    if day and _UTC.fullmatch(text):
        return epoch_date(int(datetime.fromisoformat(f"{day}{text[10:19]}+00:00").timestamp()))
    return day
