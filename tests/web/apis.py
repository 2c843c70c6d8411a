"""What comes from an interface: the lists of Hanweb, gkmlpt, UCAP and eportal, site searches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from .content import Doc
from .markup import clock, render
from .response import NOT_FOUND, Query, Response, Web, data, html
from .sites import Column, Site

_JSON = "application/json;charset=UTF-8"
_ZONE = ZoneInfo("Asia/Shanghai")


def add_api(
    web: Web, site: Site, column: Column, docs: list[Doc], urls: list[str], visit: int
) -> None:
    """The shell page of a column and the interface that fills it."""
    pairs = list(zip(docs, urls, strict=True))
    match site.family:
        case "hanweb_jcms":
            _hanweb(web, site, column, pairs)
        case "hanweb_jpaas":
            _jpaas(web, site, column, pairs, visit)
        case "gkmlpt":
            _gkmlpt(web, site, column, pairs)
        case "ucap":
            _ucap(web, site, column, pairs)
        case "eportal":
            _eportal(web, site, column, pairs)
        case _:
            raise ValueError(f"{site.id}: no interface for {site.family}")


Pairs = Sequence[tuple[Doc, str]]


def _shell(site: Site, column: Column, layout: str, **more: Any) -> Response:
    values = {
        "items": (), "count": 1, "current": 0, "commented": False, "channel": "", "unit": "",
        "datastore": "", **more,
    }  # fmt: skip
    return html(render("list.html", site=site, column=column, layout=layout, **values))


def _json(reply: object) -> Response:
    return data(json.dumps(reply, ensure_ascii=False).encode(), _JSON)


def _record(site: Site, doc: Doc, url: str) -> str:
    """One record. The script inside closes the CDATA section early: no XML parser reads it."""
    target, title = url.removeprefix(site.base), escape(doc.title)
    return (
        '<record><![CDATA[<li class="cf"><script>//<![CDATA[\nvar n=1;\n//]]></script>'
        f'<a href="{target}" target="_blank" title="{title}">{title}</a>'
        f"<span>{doc.published}</span></li>]]></record>"
    )


def _datastore(site: Site, pairs: Pairs, first: int, last: int) -> str:
    """Records `first` to `last`, counted from 1, both included."""
    chosen = pairs[first - 1 : last]
    records = "\n".join(_record(site, doc, url) for doc, url in chosen)
    pages = -(-len(pairs) // site.per_page)
    return (
        f"<datastore><nextgroup></nextgroup><totalrecord>{len(pairs)}</totalrecord>"
        f"<totalpage>{pages}</totalpage><recordset>{records}</recordset></datastore>"
    )


def _hanweb(web: Web, site: Site, column: Column, pairs: Pairs) -> None:
    whole = _datastore(site, pairs, 1, site.per_page * 3) if site.inline else ""
    shell = _shell(site, column, "hanweb", unit=column.unit, datastore=Markup(whole))
    web.add(column.url, lambda: shell)
    web.add(column.url.split("?")[0], lambda: shell)
    web.lists.append(column.url)
    url = f"{site.base}/module/web/jpage/dataproxy.jsp"
    others = web.endpoints.get((site.host, "/module/web/jpage/dataproxy.jsp"))

    def answer(query: Query) -> Response:
        if query.get("columnid") != column.path:
            return others(query) if others else html(NOT_FOUND, 404)
        first, last = int(query.get("startrecord", "1")), int(query.get("endrecord", "15"))
        text = '<?xml version="1.0" encoding="UTF-8"?>' + _datastore(site, pairs, first, last)
        return data(text.encode(), "text/html;charset=UTF-8")

    web.api(url, answer)


def _jpaas(web: Web, site: Site, column: Column, pairs: Pairs, visit: int) -> None:
    """A unit that answers GET alone, under ids that rotate from visit to visit, and only to who
    carries the cookie of the shell. Its links lack quotes, or their scheme."""
    path = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    session = hashlib.sha256(f"{site.id}/{visit}".encode()).hexdigest()[:32]
    ids = {
        name: hashlib.sha256(f"{site.id}/{column.id}/{name}/{visit}".encode()).hexdigest()[:32]
        for name in ("webId", "pageId", "tplSetId")
    }
    query = {**ids, "parseType": "buildstatic", "pageType": "column", "tagId": "右侧内容"}
    shell = _shell(site, column, "jpaas", unit={"url": path, "query": str(query)})
    cookie = ("Set-Cookie", f"JPAASSESSION={session}; Path=/; HttpOnly")
    shell = replace(shell, headers=(*shell.headers, cookie))
    web.add(column.url, lambda: shell)
    web.lists.append(column.url)
    others = web.endpoints.get((site.host, path))

    def answer(asked: Query) -> Response:
        if f"JPAASSESSION={session}" not in asked.cookie:
            return html("<html><body><h1>403 Forbidden</h1></body></html>", 403)
        if asked.method != "GET":
            return html("<html><body><h1>501 Not Implemented</h1></body></html>", 501)
        if asked.get("pageId") != ids["pageId"]:
            return others(asked) if others else html(NOT_FOUND, 404)
        lines = "".join(
            f'<li><a href={url.removeprefix("https:")} target="_blank" title="{escape(doc.title)}">'
            f"{escape(doc.title)}</a><span class=fr>{doc.published}</span></li>"
            for doc, url in pairs
        )
        return _json({"success": True, "data": {"html": f"<ul>{lines}</ul>"}})

    web.api(f"{site.base}{path}", answer)


SEARCH_SIZE = 2


def add_search(web: Web, site: Site, docs: Sequence[Doc]) -> None:
    """A site search over titles and texts, two results a page, times in UTC."""
    path = "/igs/front/search.jhtml"

    def answer(asked: Query) -> Response:
        word, number = asked.get("searchWord", ""), int(asked.get("pageNumber", "1"))
        found = sorted((doc for doc in docs if word in doc.title + doc.text), key=lambda d: d.id)
        content = [
            {
                "title": doc.title.replace(word, f"<em>{word}</em>"),
                "url": web.articles[doc.id],
                "trs_time": _utc(doc),
                "trs_type": "政务公开",
            }
            for doc in found[(number - 1) * SEARCH_SIZE : number * SEARCH_SIZE]
        ]
        pages = -(-len(found) // SEARCH_SIZE)
        return _json({"page": {"totalPages": pages, "number": number, "content": content}})

    web.api(f"{site.base}{path}", answer)


def _utc(doc: Doc) -> str:
    moment = datetime.fromtimestamp(_epoch(doc.published, clock(doc)), UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000+0000"


def _epoch(day: str | None, time: str = "00:00:00") -> int:
    moment = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=_ZONE)
    return int(moment.timestamp())


def _gkmlpt(web: Web, site: Site, column: Column, pairs: Pairs) -> None:
    key = (site.host, "/gkmlpt/index")
    if key not in web.pages:
        shell = _shell(site, column, "gkmlpt")
        web.add(f"{site.base}/gkmlpt/index", lambda: shell)
        web.lists.append(f"{site.base}/gkmlpt/index")
    articles = [
        {
            "id": int(doc.digest(7, digits=True)),
            "title": doc.title,
            "url": url,
            "publisher": doc.issuer,
            "identifier": f"{site.code[:8]}X/2026-{doc.digest(5, digits=True)}",
            "date": _epoch(doc.written or doc.published),
            "created_at": f"{doc.published} {clock(doc)}",
            "first_publish_time": _epoch(doc.published, clock(doc)),
            "classify_main_name": column.name,
        }
        for doc, url in pairs
    ]

    def answer(query: Query) -> Response:
        if query.get("page", "1") != "1":
            return html(NOT_FOUND, 404)
        classify = {"id": int(column.path), "name": column.name, "post_count": len(pairs)}
        return _json({"classify": classify, "articles": articles})

    web.api(f"{site.base}/gkmlpt/api/all/{column.path}", answer)


def _ucap(web: Web, site: Site, column: Column, pairs: Pairs) -> None:
    channel = pairs[0][0].digest(32)[::-1]
    shell = _shell(site, column, "ucap", channel=channel)
    web.add(column.url, lambda: shell)
    web.lists.append(column.url)

    def answer(query: Query) -> Response:
        size, page = int(query.get("_pageSize", "20")), int(query.get("page", "1"))
        chosen = pairs[(page - 1) * size : page * size]
        results = [
            {
                "title": doc.title,
                "url": url.removeprefix(site.base),
                "publishedTimeStr": f"{doc.published} {clock(doc)}",
                "channelName": column.name,
            }
            for doc, url in chosen
        ]
        found = {"page": page, "rows": size, "total": len(pairs), "results": results}
        return _json({"code": 200, "data": found})

    web.api(f"{site.base}/common/search/{channel}", answer)


def _eportal(web: Web, site: Site, column: Column, pairs: Pairs) -> None:
    others = web.endpoints.get((site.host, "/eportal/ui"))
    web.lists.append(column.url)

    def answer(query: Query) -> Response:
        if query.get("fldm") != column.path:
            return others(query) if others else html(NOT_FOUND, 404)
        size, page = int(query.get("pageSize", "20")), int(query.get("pageNo", "1"))
        result = [
            {
                "title": doc.title,
                "url": url.removeprefix(site.base),
                "publishDate": doc.published,
                "wh": doc.number or "",
            }
            for doc, url in pairs[(page - 1) * size : page * size]
        ]
        return _json({"pageNo": page, "totalCount": len(pairs), "result": result})

    web.api(f"{site.base}/eportal/ui", answer)
