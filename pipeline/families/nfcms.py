"""NFCMS of Guangdong: index.html, index_2.html ...; articles content/post_<id>.html."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from pipeline.families.base import FetchRequest, Page
from pipeline.families.reading import Skin
from pipeline.families.static import StaticFamily, next_page
from pipeline.model import Source

_TOTAL = re.compile(r"(?:共|/)\s{0,3}(\d{1,5})\s{0,3}页|totalPage\D{1,5}(\d{1,5})")
_FILE = re.compile(r"index(?:_(\d{1,5}))?\.(s?html?)$")


class Nfcms(StaticFamily):
    """NFCMS sites."""

    id: ClassVar[str] = "nfcms"
    marks: ClassVar[tuple[tuple[str, float], ...]] = (
        ("nfw-cms-attachment", 0.9), ("NFCMS-POST-VISIT", 0.9), ("NFCMS-SITE-VISIT", 0.85),
    )  # fmt: skip
    address: ClassVar[re.Pattern[str] | None] = re.compile(r"/content/post_\d{4,12}\.html")
    skin: ClassVar[Skin] = Skin(
        containers=(
            "zoomcon", "info_cont", "content_article", "article-content", "panel_article",
            "logpanel", "detailcon",
        ),
    )  # fmt: skip

    def following(
        self, page: Page, request: FetchRequest, source: Source
    ) -> tuple[FetchRequest, ...]:
        linked = super().following(page, request, source)
        if linked:
            return linked
        total = _TOTAL.search(page.text)
        if not total or request.page >= int(total[1] or total[2]):
            return ()
        file = _FILE.search(urlsplit(request.url).path)
        ending = file[2] if file else "html"
        return (next_page(request, urljoin(request.url, f"index_{request.page + 1}.{ending}")),)
