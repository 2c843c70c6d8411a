"""eportal portlets (Liaoning, old Hebei government): list JSON by portlet URL, detail headInfo."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pipeline.dates import Window
from pipeline.families.base import FetchRequest, ListItem, ListPage, Page
from pipeline.families.datetext import meta_date
from pipeline.families.dom import tidy
from pipeline.families.listing import list_page, unique
from pipeline.families.reading import Skin
from pipeline.families.static import StaticFamily, as_json, next_page
from pipeline.model import Source

_PAGE = re.compile(r"([?&](?:pageNo|currentPage)=)\d+")
_TITLES = ("title", "name", "bt", "infoTitle", "mc")
_DATES = ("publishDate", "pubDate", "publishTime", "fbrq", "date", "createDate", "fwrq")
_LISTS = ("result", "rows", "data", "list")


def _first(entry: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((str(entry[name]) for name in names if entry.get(name)), "")


class Eportal(StaticFamily):
    """eportal sites. A column's URL is the portlet's JSON, or an HTML list."""

    id: ClassVar[str] = "eportal"
    marks: ClassVar[tuple[tuple[str, float], ...]] = (
        ("/eportal/ui?", 0.9), ("/eportal/uiFramework", 0.9), ("headInfo", 0.85),
        ("zy_content", 0.85), ("xxgkzclbtab", 0.85),
    )  # fmt: skip
    address: ClassVar[re.Pattern[str] | None] = re.compile(r"/eportal/")
    skin: ClassVar[Skin] = Skin(
        containers=("zoom", "zy_content"), title=(".zy_content h2",),
    )  # fmt: skip

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        reply = as_json(page.text) if page.text.lstrip("\ufeff \r\n\t(")[:1] in ("{", "[") else None
        if reply is None:
            return super().read_list(page, request, source, window)
        entries: Any = reply
        if isinstance(reply, dict):
            entries = next(
                (reply[name] for name in _LISTS if isinstance(reply.get(name), list)), None
            )
        if not isinstance(entries, list):
            return ListPage(parsed=False, reason="the reply holds no result list")
        items = unique(
            ListItem(
                page.resolve(str(entry["url"])),
                tidy(_first(entry, _TITLES)),
                meta_date(_first(entry, _DATES)),
            )
            for entry in entries
            if isinstance(entry, dict) and entry.get("url")
        )
        following: tuple[FetchRequest, ...] = ()
        if _PAGE.search(request.url) and items:
            url = _PAGE.sub(rf"\g<1>{request.page + 1}", request.url)
            following = (next_page(request, url),)
        return list_page(items, None, following, window)
