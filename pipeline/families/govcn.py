"""gov.cn: the policy library's JSON, lists filled from JSON, and three generations of details.

2014-2022: tables bd1 and td#UCAP-CONTENT; 2023 on: .pages_content #UCAP-CONTENT; the app:
article#articleins. 发布日期 can be decades after 成文日期.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from pipeline.dates import Window
from pipeline.families.base import FetchRequest, ListItem, ListPage, Page
from pipeline.families.datetext import meta_date
from pipeline.families.dom import tidy
from pipeline.families.labels import clean_value
from pipeline.families.listing import list_page, unique
from pipeline.families.reading import Skin
from pipeline.families.static import StaticFamily, as_json, next_page
from pipeline.model import Source

_TAGS = re.compile(r"</?(?:em|font|b|span)\b[^<>]{0,100}>")
_PAGE = re.compile(r"([?&]p=)(\d+)")
_HINTS = {"pcode": "文号", "puborg": "发布机构", "index": "索引号", "ptime": "成文日期"}


class Govcn(StaticFamily):
    """gov.cn and its library."""

    id: ClassVar[str] = "govcn"
    marks: ClassVar[tuple[tuple[str, float], ...]] = (
        ('id="UCAP-CONTENT"', 0.95), ('id="articleins"', 0.9), ("mxxgkabstract", 0.85),
        ('"searchVO"', 0.95), ("GWYGBXL", 0.85), ("pages_content", 0.7),
    )  # fmt: skip
    address: ClassVar[re.Pattern[str] | None] = re.compile(
        r"^https?://(?:[a-z]+\.)?(?:www\.)?gov\.cn/"
    )
    skin: ClassVar[Skin] = Skin(
        containers=("ucap-content", "articleins", "b12c", "pages_content"),
        title=("h1.articletit",), date=("p.artlabel",),
    )  # fmt: skip

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        if page.text.lstrip("\ufeff \r\n\t")[:1] not in ("{", "["):
            return super().read_list(page, request, source, window)
        reply = as_json(page.text)
        entries = list(_entries(reply))
        if reply is None or (not entries and not _is_library(reply) and reply != []):
            return ListPage(
                parsed=False, reason="the reply holds no searchVO and no list of titles"
            )
        items = unique(
            ListItem(
                page.resolve(str(entry.get("url") or entry.get("URL"))),
                tidy(_TAGS.sub("", str(entry.get("title") or entry.get("TITLE") or ""))),
                meta_date(str(entry.get("pubtimeStr") or entry.get("DOCRELPUBTIME") or "")),
                {
                    label: value
                    for name, label in _HINTS.items()
                    if (value := clean_value(str(entry.get(name) or "")))
                },
            )
            for entry in entries
        )
        following: tuple[FetchRequest, ...] = ()
        paged = _PAGE.search(request.url)
        if paged and items:
            url = _PAGE.sub(rf"\g<1>{int(paged[2]) + 1}", request.url)
            following = (next_page(request, url),)
        return list_page(items, None, following, window)


def _is_library(reply: Any) -> bool:
    return isinstance(reply, dict) and isinstance(reply.get("searchVO"), dict)


def _entries(reply: Any) -> Iterator[dict[str, Any]]:
    """The entries of a library reply, flat or grouped, or of a plain JSON list."""
    lists: list[Any] = []
    if _is_library(reply):
        found = reply["searchVO"]
        lists.append(found.get("listVO"))
        groups = found.get("catMap")
        if isinstance(groups, dict):
            lists.extend(
                group.get("listVO") for group in groups.values() if isinstance(group, dict)
            )
    elif isinstance(reply, list):
        lists.append(reply)
    for entries in lists:
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and (entry.get("url") or entry.get("URL")):
                yield entry
