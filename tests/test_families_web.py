"""The families read the sample web, which was rendered from the same facts without them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from web.build import build_web
from web.content import Doc, load_docs
from web.response import Visitor, Web

from pipeline.dates import month_window
from pipeline.extract import extract, read_attachment
from pipeline.families import FetchRequest, Page, detect, get
from pipeline.families.base import ListItem
from pipeline.issues import Code
from pipeline.model import Source
from pipeline.sources import load_sources

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WINDOW = month_window("2026-10", date(2026, 11, 1))
SOURCES = load_sources(Path(__file__).parent.parent / "pipeline" / "sample" / "sources")


def plain(text: str | None) -> str:
    return "".join((text or "").split()).replace("|", "")


@pytest.fixture(scope="module")
def web() -> Web:
    return build_web()


@pytest.fixture(scope="module")
def docs(web: Web) -> dict[str, Doc]:
    known = load_docs()
    return {url: known[name] for name, url in web.articles.items()}


def fetch(web: Web | Visitor, request: FetchRequest) -> Page:
    visitor = Visitor(web) if isinstance(web, Web) else web
    reply = visitor.get(request.method, request.url, request.body or b"")
    return Page(request.url, reply.body, reply.status, reply.content_type)


def listed(web: Web, source: Source) -> tuple[dict[str, ListItem], list[str]]:
    family = get(source.family)
    queue = list(family.start(source, WINDOW))
    items: dict[str, ListItem] = {}
    unread: list[str] = []
    asked: set[tuple[str, bytes | None]] = set()
    visitor = Visitor(web)
    while queue:
        request = queue.pop(0)
        assert (request.url, request.body) not in asked, "a family asks for nothing twice"
        asked.add((request.url, request.body))
        listing = family.read_list(fetch(visitor, request), request, source, WINDOW)
        if not listing.parsed:
            unread.append(listing.reason or "")
        new = [item for item in listing.items if item.url not in items]
        items.update((item.url, item) for item in new)
        if new or not listing.items:
            queue.extend(listing.next)
    return items, unread


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_every_notice_of_the_month_is_listed(
    web: Web, docs: dict[str, Doc], source: Source
) -> None:
    items, unread = listed(web, source)
    host = urlsplit(source.columns[0].url).hostname
    if host in web.blocked or host not in web.hosts:
        assert unread
        assert not items
        return
    assert unread == []
    expected = {
        url: doc
        for url, doc in docs.items()
        if urlsplit(url).hostname == host
        and not doc.unlisted
        and ((doc.list_date or doc.published) is None or (doc.list_date or doc.published) in WINDOW)
    }
    assert expected.keys() <= items.keys()
    for url, doc in expected.items():
        assert plain(items[url].title) == plain(doc.title)
        assert items[url].date == (doc.list_date or doc.published)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_every_article_is_read_in_full(web: Web, docs: dict[str, Doc], source: Source) -> None:
    host = urlsplit(source.columns[0].url).hostname
    for url, doc in docs.items():
        if urlsplit(url).hostname != host or host in web.blocked or doc.served_as == "pdf":
            continue
        page = fetch(web, FetchRequest(url, kind="detail"))
        assert detect(page).id == source.family, url
        result = extract(
            page, source=source, family=get(source.family), fetched_at=NOW,
            raw_sha256="0" * 64, source_id=source.id,
        )  # fmt: skip
        notice = result.notice
        assert notice is not None
        assert plain(notice.title) == plain(doc.title)
        assert notice.date_publication == doc.published
        assert plain(notice.document_number) == plain(doc.number)
        if doc.written:
            assert notice.date_document == doc.written
        body = plain(notice.body)
        lost = [line for line in doc.text.splitlines() if plain(line) not in body]
        assert [line for line in lost if not line.startswith("附件")] == [], url
        for word in ("上一篇", "下一篇", "关闭窗口", "版权所有", "责任编辑", "ICP备"):
            assert word not in body, url
        assert [file.name for file in notice.attachments] == [file.name for file in doc.files]
        for attached, file in zip(notice.attachments, doc.files, strict=True):
            found = fetch(web, FetchRequest(attached.url, kind="attachment"))
            reading = read_attachment(found.body, attached.name, found.content_type)
            if file.format not in ("pdf", "docx"):
                assert reading.unread
                continue
            text = plain("".join(block.text for block in reading.blocks))
            assert [
                line for line in file.text.splitlines() if plain(line.lstrip("^> ")) not in text
            ] == []


def test_pages_not_there_give_no_notice(web: Web) -> None:
    host = urlsplit(SOURCES[0].columns[0].url).hostname
    page = fetch(web, FetchRequest(f"https://{host}/gone.html", kind="detail"))
    result = extract(page, fetched_at=NOW, raw_sha256="0" * 64, source_id="test")
    assert result.notice is None
    assert Code.SOFT_404 in {issue.code for issue in result.issues}
