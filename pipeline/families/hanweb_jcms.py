"""Hanweb jcms: a column shell, items by POST to dataproxy.jsp, articles art/Y/M/D/art_c_id.html.

The reply is XML whose CDATA is not well-formed (inner ]]> unescaped), sometimes labelled as
HTML; so the outer part is read by pattern and each record by an HTML parser. Record numbers
count from 1. The first records are usually inlined in the shell.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from pipeline.dates import Window
from pipeline.families.base import FetchRequest, ListPage, Page
from pipeline.families.embedded import read_records
from pipeline.families.listing import list_page
from pipeline.families.reading import Skin
from pipeline.families.static import StaticFamily, column_params, next_page
from pipeline.model import Source

_COLUMN = re.compile(r"/col/col(\d{1,12})")
_PARAMS = {
    "unitid": re.compile(r"[\"']?unitid[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\d{1,12})", re.IGNORECASE),
    "columnid": re.compile(
        r"[\"']?columnid[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\d{1,12})", re.IGNORECASE
    ),
    "webid": re.compile(r"[\"']?webid[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\d{1,12})", re.IGNORECASE),
    "webname": re.compile(
        r"[\"']?webname[\"']?\s{0,3}[:=]\s{0,3}[\"']([^\"']{0,80})", re.IGNORECASE
    ),
    "perpage": re.compile(r"[\"']?perpage[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\d{1,3})", re.IGNORECASE),
}
_BATCH = 3


class HanwebJcms(StaticFamily):
    """Hanweb jcms sites. Column parameters `columnid`, `unitid`, `webid`, `webname`, `perpage`
    replace what the shell does not tell."""

    id: ClassVar[str] = "hanweb_jcms"
    marks: ClassVar[tuple[tuple[str, float], ...]] = (
        ("dataproxy.jsp", 0.95), ("<datastore>", 0.95), ("ZJEG_RSS.content", 0.95),
        ("大汉版通", 0.85), ("<!--<$[", 0.85), ('name="ContentStart"', 0.85), ("/jcms/", 0.7),
    )  # fmt: skip
    address: ClassVar[re.Pattern[str] | None] = re.compile(
        r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d{1,12}_\d{1,12}\.html|/col/col\d{1,12}/"
    )
    skin: ClassVar[Skin] = Skin(containers=("zoom", "details-content", "article_content"))

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        items, total, count = read_records(page)
        present = count is not None
        answered = "dataproxy.jsp" in request.url
        params = self._params(page, request, source)
        if not present and (answered or "unitid" not in params or "columnid" not in params):
            if answered:
                return ListPage(parsed=False, reason="the reply holds no <record>")
            return super().read_list(page, request, source, window)
        if not present:
            return ListPage(next=(self._ask(request, params, 1),))
        last = int(params.get("endrecord", "0")) if answered else (count or 0)
        more = total is None or last < total
        following: tuple[FetchRequest, ...] = ()
        if more and items and ("unitid" in params and "columnid" in params):
            following = (self._ask(request, params, last + 1),)
        return list_page(items, None, following, window, total=total)

    def _params(self, page: Page, request: FetchRequest, source: Source) -> dict[str, str]:
        if request.body:
            sent = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
            sent["path_url"] = request.url
            return sent
        if "dataproxy.jsp" in request.url:
            # Asked by GET, where the site refuses POST.
            sent = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
            return {**sent, "path_url": request.url, "method": "GET"}
        found = {"path_url": page.url, **column_params(request, source)}
        query = parse_qs(urlsplit(request.url).query)
        if "uid" in query:
            found.setdefault("unitid", query["uid"][0])
        for name, pattern in _PARAMS.items():
            match = pattern.search(page.text)
            if match:
                found.setdefault(name, match[1])
        column = _COLUMN.search(request.url)
        if column:
            found.setdefault("columnid", column[1])
        return found

    def _ask(self, request: FetchRequest, params: dict[str, str], first: int) -> FetchRequest:
        size = max(int(params.get("perpage") or "15"), 1)
        form = {
            "col": "1", "appid": "1", "webid": params.get("webid", "1"), "path": "/",
            "columnid": params["columnid"], "sourceContentType": "1", "unitid": params["unitid"],
            "webname": params.get("webname", ""), "permissiontype": "0",
            "startrecord": str(first), "endrecord": str(first + size * _BATCH - 1),
            "perpage": str(size),
        }  # fmt: skip
        url = urljoin(params["path_url"], "/module/web/jpage/dataproxy.jsp")
        asked = next_page(request, url)
        asked = replace(asked, parent_url=request.parent_url or request.url)
        if params.get("method") == "GET":
            return replace(asked, url=f"{url}?{urlencode(form)}")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return replace(asked, method="POST", body=urlencode(form).encode(), headers=headers)
