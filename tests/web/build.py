"""The sample web: every site's lists, articles, files, APIs and robots.txt."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from markupsafe import Markup

from .apis import add_api, add_search
from .content import CONTENT, Doc, load_docs
from .files import pdf, response
from .markup import body_html, clock, render
from .response import Response, Web, data, html
from .sites import Column, Site, article_url, file_href, list_href, load_sites

SKINS = {"hanweb_jcms": "hanweb", "hanweb_jpaas": "jpaas"}
STATIC = ("trs_wcm", "nfcms", "zycms", "govcn", "auto")


@dataclass(frozen=True)
class Line:
    """One line of a list."""

    url: str
    title: str
    date: str | None
    doc: Doc | None = None
    index: str = ""


def build_web(content_dir: Path = CONTENT, visit: int = 1) -> Web:
    """Every site over the notices of a folder, as it stands at a visit (1, or 2 with the
    revision)."""
    web = Web()
    docs = load_docs(content_dir, visit)
    for site in load_sites().values():
        if site.dead:
            continue
        _add_common(web, site)
        if site.challenge:
            web.blocked[site.host] = html(render("challenge.html"), 412)
            continue
        own = [doc for doc in docs.values() if doc.site == site.id]
        for column in site.columns.values():
            chosen = [doc for doc in own if doc.column == column.id]
            _add_column(web, site, column, sorted(chosen, key=_order, reverse=True), visit)
        if site.search:
            add_search(web, site, own)
    return web


def _order(doc: Doc) -> tuple[str, str]:
    return (doc.list_date or doc.published or "2026-10-17", doc.id)


def _add_common(web: Web, site: Site) -> None:
    lines = "".join(f"Disallow: {path}\n" for path in site.disallow) or "Disallow:\n"
    robots = f"User-agent: *\n{lines}".encode()
    web.add(f"{site.base}/robots.txt", lambda: data(robots, "text/plain"))
    links = "".join(
        f'<li><a href="{column.url}">{column.name}</a></li>' for column in site.columns.values()
    )
    web.add(
        f"{site.base}/",
        lambda: html(
            f"<html><head><title>{site.name}</title></head><body><ul>{links}</ul></body></html>"
        ),
    )


def _add_column(web: Web, site: Site, column: Column, docs: Sequence[Doc], visit: int) -> None:
    urls = [article_url(site, doc) for doc in docs]
    for place, (doc, url) in enumerate(zip(docs, urls, strict=True)):
        web.articles[doc.id] = url
        near = [
            (label, {"url": urls[at], "doc": docs[at]} if 0 <= at < len(docs) else None)
            for label, at in (("上一篇", place - 1), ("下一篇", place + 1))
        ]
        _add_article(web, site, column, doc, url, near)
    lines = [
        Line(url, doc.title, doc.list_date or doc.published, doc, index_number(site, doc))
        for doc, url in zip(docs, urls, strict=True)
        if not doc.unlisted
    ]
    for extra in site.extra:
        if extra.column == column.id:
            target = urljoin(column.url, extra.href)
            web.missing[target] = extra.reason
            lines.append(Line(target, extra.title, extra.date))
    if site.extra:
        lines.sort(key=lambda line: line.date or "2026-10-17", reverse=True)
    if site.family == "zycms":  # its lists are not in the order of dates
        lines.sort(key=lambda line: line.index)
    if site.gone_at is not None and visit >= site.gone_at:
        return
    if site.family in STATIC:
        _add_static_list(web, site, column, lines)
    else:
        add_api(web, site, column, list(docs), urls, visit)


def index_number(site: Site, doc: Doc) -> str:
    """The 索引号 of a notice."""
    return f"{site.code[:8]}X/2026-{doc.digest(5, digits=True)}"


def _add_article(
    web: Web,
    site: Site,
    column: Column,
    doc: Doc,
    url: str,
    near: Sequence[tuple[str, object]],
) -> None:
    if doc.served_as == "pdf":
        web.add(url, lambda: data(pdf(doc.title, doc.body), "application/pdf"))
        return
    links = [
        (file.name, file_href(site, doc, file, place)) for place, file in enumerate(doc.files, 1)
    ]
    for file, (_, href) in zip(doc.files, links, strict=True):
        web.add(urljoin(url, href), partial(response, file))
    skin = site.article if site.family == "trs_wcm" else SKINS.get(site.family, site.family)
    body = body_html(doc, skin, links)

    def page() -> Response:
        text = render(
            "article.html", site=site, column=column, doc=doc, url=url, skin=skin, body=body,
            neighbours=near, declared=doc.declared, index=index_number(site, doc),
            file_links=links, detail=Markup(_detail(site, doc, url, body)),
        )  # fmt: skip
        header = "text/html" if doc.declared == "gb2312" else f"text/html; charset={doc.declared}"
        return html(text, encoding=doc.encoding, declared=header)

    web.add(url, page)


def _detail(site: Site, doc: Doc, url: str, body: str) -> str:
    """The record that gkmlpt embeds; publish_time is the last re-publication."""
    first = f"{doc.published} {clock(doc)}"
    record = {
        "id": int(doc.digest(7, digits=True)),
        "title": doc.title,
        "content": str(body),
        "source": doc.source or doc.issuer,
        "first_publish_time": first,
        "publish_time": f"{doc.republished or doc.published} 16:45:02",
        "date": f"{doc.written or doc.published} 00:00:00",
        "attachment": [],
        "gkml_url": url,
        "related_posts": [],
        "gkml_data": {
            "identifier": index_number(site, doc),
            "document_number": doc.number or "",
            "publisher": doc.issuer,
            "date": f"{doc.written or doc.published} 00:00:00",
            "validity": "",
            "keywords": "",
            "is_abolished": False,
        },
    }
    return json.dumps(record).replace("<", "\\u003C").replace(">", "\\u003E")


def _add_static_list(web: Web, site: Site, column: Column, lines: Sequence[Line]) -> None:
    size = site.per_page
    chunks = [lines[at : at + size] for at in range(0, len(lines), size)] or [[]]
    first = urldefrag(column.url).url
    for place, chunk in enumerate(chunks):
        url = first if place == 0 else urljoin(first, page_name(site, place, len(chunks)))
        items = [{**line.__dict__, "href": list_href(site, url, line.url)} for line in chunk]
        make: Callable[[], Response] = partial(
            _list_page, site, column, items=items, count=len(chunks), current=place
        )
        web.add(url, make)
        web.lists.append(url)
        if place == 0 and url.endswith(f"/index.{site.ext}"):
            web.add(url.removesuffix(f"index.{site.ext}"), make)


def _list_page(
    site: Site, column: Column, *, items: Sequence[object], count: int, current: int
) -> Response:
    layout = site.layout if site.family == "trs_wcm" else site.family
    return html(
        render(
            "list.html", site=site, column=column, items=items, count=count, current=current,
            layout=layout, commented=site.commented, channel="",
        )
    )  # fmt: skip


def page_name(site: Site, place: int, count: int) -> str:
    """The file of list page `place` (0 is the first): numbered from it, or counted down."""
    if site.family != "trs_wcm":
        return f"index_{place + 1}.{site.ext}"
    return f"index_{count - place - 1 if site.paging == 'reverse' else place}.{site.ext}"
