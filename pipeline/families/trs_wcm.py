"""TRS WCM: static columns index.html, index_1.html ... and articles tYYYYMMDD_id.html.

Ministries (MEE, NDRC) and most provinces. The number of list pages stands in an inline script,
sometimes commented out; some sites number them backwards (column parameter `paging: reverse`).
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from pipeline.families.base import FetchRequest, Page
from pipeline.families.reading import Skin
from pipeline.families.static import StaticFamily, column_params, next_page
from pipeline.model import Source

_CREATE = re.compile(
    r"createPageHTML\w{0,10}\(\s{0,5}(\d{1,5})\s{0,5},\s{0,5}(\d{1,5})\s{0,5},\s{0,5}"
    r"[\"']([\w-]{1,40})[\"']\s{0,5},\s{0,5}[\"'](\w{2,6})[\"']"
)
_COUNT = re.compile(r"var\s{1,5}countPage\s{0,5}=\s{0,5}(\d{1,5})")
_FILE = re.compile(r"([\w-]{1,40}?)(?:_(\d{1,5}))?\.(s?html?)$")


class TrsWcm(StaticFamily):
    """TRS WCM static sites."""

    id: ClassVar[str] = "trs_wcm"
    marks: ClassVar[tuple[tuple[str, float], ...]] = (
        ("TRS_Editor", 0.9), ("trs_editor", 0.9), ("TRS_UEDITOR", 0.9),
        ("createPageHTML", 0.8), ("Custom_UnionStyle", 0.8), ("TRS_PreAppend", 0.8),
    )  # fmt: skip
    address: ClassVar[re.Pattern[str] | None] = re.compile(r"/t(?:19|20)\d{6}_\d{3,10}\.s?html?$")
    skin: ClassVar[Skin] = Skin(
        containers=("trs_editor_view", "trs_editor", "trs_ueditor", "trs_preappend"),
    )

    def following(
        self, page: Page, request: FetchRequest, source: Source
    ) -> tuple[FetchRequest, ...]:
        created = _CREATE.search(page.text)
        counted = _COUNT.search(page.text)
        if not created and not counted:
            return super().following(page, request, source)
        total = int(created[1]) if created else int(counted[1]) if counted else 1
        if request.page >= total:
            return ()
        name = urlsplit(request.url).path.rsplit("/", 1)[-1]
        file = _FILE.fullmatch(name)
        if created:
            stem, ending = created[3], created[4]
        elif file:
            stem, ending = file[1], file[3]
        else:
            stem, ending = "index", "html"
        # Page 1 is index.html; page k is index_{k-1}, or counted down from the last.
        reverse = column_params(request, source).get("paging") == "reverse"
        number = total - (request.page + 1) if reverse else request.page
        return (next_page(request, urljoin(request.url, f"{stem}_{number}.{ending}")),)
