"""Hanweb JPaaS: the column shell names a unit API; its JSON reply carries the list as HTML.

The ids differ by column and rotate, so they are read from the shell each time. GET only.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from pipeline.dates import Window, first_day
from pipeline.families.base import FetchRequest, ListPage, Page
from pipeline.families.listing import list_page, read_items
from pipeline.families.reading import Skin
from pipeline.families.static import StaticFamily, as_json, next_page
from pipeline.model import Source

_UNIT = re.compile(r"<script[^>]{0,300}?\burl=[\"']([^\"']{0,200}/build/unit)[\"'][^>]{0,1500}>")
_DATA = re.compile(r"queryData=\"([^\"]{2,1500})\"|queryData='([^']{2,1500})'")
_SIZE = 15
# The paging parameter is not verified: a server that ignores it repeats its first page.
_MAX_PAGES = 20


def _query(tag: str) -> dict[str, str]:
    match = _DATA.search(tag)
    if not match:
        return {}
    data = html.unescape(match[1] or match[2])
    pairs = re.findall(r"[\"'](\w{1,40})[\"']\s{0,3}:\s{0,3}[\"']([^\"']{0,200})[\"']", data)
    return {name: value for name, value in pairs if value != "null"}


class HanwebJpaas(StaticFamily):
    """JPaaS sites (MIIT and others)."""

    id: ClassVar[str] = "hanweb_jpaas"
    marks: ClassVar[tuple[tuple[str, float], ...]] = (
        ("jpaas-publish-server", 0.95), ("jpaas-web-server", 0.95), ("/build/unit", 0.95),
        ('id="con_con"', 0.8),
    )  # fmt: skip
    address: ClassVar[re.Pattern[str] | None] = re.compile(
        r"/art/\d{4}/art_[0-9a-f]{32}\.html|/col\w{1,40}/content_\d{19}\.html"
    )
    skin: ClassVar[Skin] = Skin(
        containers=("con_con", "zoom"), title=("#con_title",), date=("#con_time",)
    )

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        if "/build/unit" in request.url:
            return self._unit(page, request, source, window)
        units = [
            (match[1], query)
            for match in _UNIT.finditer(page.text)
            if (query := _query(match[0])).get("parseType") != "static" and query
        ]
        if not units:
            return super().read_list(page, request, source, window)
        # A shell may hold several units; the list is the one on the right or the only one.
        chosen = next(
            (unit for unit in units if re.search("右侧|列表|list", unit[1].get("tagId", ""))),
            units[0],
        )
        url = urljoin(page.url, html.unescape(chosen[0])) + "?" + urlencode(chosen[1])
        return ListPage(next=(replace(request, url=url, parent_url=request.url),))

    def _unit(self, page: Page, request: FetchRequest, source: Source, window: Window) -> ListPage:
        reply = as_json(page.text)
        data: Any = reply.get("data") if isinstance(reply, dict) else None
        markup = data.get("html") if isinstance(data, dict) else None
        if not isinstance(markup, str):
            return ListPage(parsed=False, reason="the unit's reply holds no data.html")
        base = request.parent_url or page.url
        inner = Page(base, markup.encode(), content_type="text/html; charset=utf-8")
        items, reason = read_items(inner, source)
        if reason and not markup.strip(" \n<>/ul"):
            reason = None
        following: tuple[FetchRequest, ...] = ()
        reached = any(item.date and first_day(item.date) < window.start for item in items)
        if len(items) >= 5 and not reached and request.page < _MAX_PAGES:
            turned = next_page(request, _turned(request.url, request.page + 1))
            following = (replace(turned, parent_url=request.parent_url),)
        if request.page > 1 and reason:
            return ListPage()
        return list_page(items, reason, following, window)


def _turned(url: str, number: int) -> str:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    query["paramJson"] = json.dumps({"pageNo": number, "pageSize": _SIZE}, separators=(",", ":"))
    return parts._replace(query=urlencode(query)).geturl()
