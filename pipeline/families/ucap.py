"""UCAP: a shell page and /common/search/<channelId> JSON (Hunan, Gansu, Heilongjiang ...)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlencode, urljoin

from pipeline.dates import Window
from pipeline.families.base import FetchRequest, ListItem, ListPage, Page
from pipeline.families.datetext import meta_date
from pipeline.families.dom import tidy
from pipeline.families.listing import list_page, unique
from pipeline.families.reading import Skin
from pipeline.families.static import StaticFamily, as_json, column_params, next_page
from pipeline.model import Source

_CHANNEL = re.compile(r"channelId\s{0,3}[=:]\s{0,3}[\"'](\w{1,40})[\"']")
_TAGS = re.compile(r"<[^<>]{1,200}>")
_SIZE = 20


class Ucap(StaticFamily):
    """UCAP sites. Column parameters: `channel` and `api` (where the interface lies), where the
    shell does not tell them."""

    id: ClassVar[str] = "ucap"
    marks: ClassVar[tuple[tuple[str, float], ...]] = (
        ("/common/search/", 0.9), ('name="channelId"', 0.9), ("xxgk_top_frame", 0.9),
        ("<ucaptitle", 0.8), ("<publishtime", 0.8), ("<ucapcontent", 0.8),
    )  # fmt: skip
    skin: ClassVar[Skin] = Skin(containers=("zoom", "zoomcon", "main_content"),
                                title=("ucaptitle",), date=("publishtime",))  # fmt: skip

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        if "/common/search/" in request.url:
            return self._results(page, request, window)
        params = column_params(request, source)
        inline = _CHANNEL.search(page.text)
        channel = params.get("channel") or page.meta.get("channelid") or (inline and inline[1])
        if not channel:
            return super().read_list(page, request, source, window)
        query = urlencode({
            "_isAgg": "true", "_isJson": "true", "_pageSize": _SIZE, "_template": "index",
            "_rangeTimeGte": "", "_channelName": "", "page": 1,
        })  # fmt: skip
        # An interface of its own may lie below a folder (/search/common/search/...).
        host = urljoin(page.url, "/")
        base = params.get("api", host).rstrip("/")
        url = f"{base}/common/search/{channel}?{query}"
        return ListPage(next=(replace(request, url=url, parent_url=request.url),))

    def _results(self, page: Page, request: FetchRequest, window: Window) -> ListPage:
        reply = as_json(page.text)
        data = reply.get("data") if isinstance(reply, dict) else None
        if not isinstance(data, dict) or not isinstance(data.get("results"), list):
            return ListPage(parsed=False, reason="the reply holds no data.results")
        items = unique(
            ListItem(
                page.resolve(str(entry["url"])),
                tidy(_TAGS.sub("", str(entry.get("title") or ""))),
                meta_date(str(entry.get("publishedTimeStr") or entry.get("publishedTime") or "")),
            )
            for entry in data["results"]
            if isinstance(entry, dict) and entry.get("url")
        )
        total = data.get("total")
        count = total if isinstance(total, int) else None
        more = count is None or request.page * _SIZE < count
        url = re.sub(r"([?&]page=)\d+", rf"\g<1>{request.page + 1}", request.url)
        following = (next_page(request, url),) if more and items else ()
        return list_page(items, None, following, window, total=count)
