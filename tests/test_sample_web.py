"""The sample web keeps its promises: what it holds, how it is linked, and that families read it."""

from __future__ import annotations

import csv
import http.client
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from urllib.parse import urldefrag, urljoin, urlsplit

import pypdfium2
import pytest
import yaml
from lxml import html as lxml_html
from web.build import build_web
from web.content import Doc, load_docs
from web.files import word
from web.response import Response, Visitor, Web
from web.server import serve
from web.sites import load_sites

from pipeline import families
from pipeline.dates import month_window
from pipeline.extract.attachments import read_attachment
from pipeline.families.base import FetchRequest, Page
from pipeline.model import DOCUMENT_TYPES
from pipeline.sources import load_sources, sweep_of

ROOT = Path(__file__).parents[1]
SITES = load_sites()
OCTOBER = month_window("2026-10", date(2026, 11, 2))
UNREACHABLE = {site.id for site in SITES.values() if site.dead or site.challenge}


@pytest.fixture(scope="module")
def docs() -> dict[str, Doc]:
    return load_docs()


@pytest.fixture(scope="module")
def web() -> Web:
    return build_web()


def fetch(web: Web, url: str, method: str = "GET", body: bytes = b"") -> Response:
    parts = urlsplit(urldefrag(url).url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return web.get(method, parts.netloc, target, body)


def squeezed(text: str) -> str:
    return re.sub(r"[\s|]", "", text)


# --- what it holds ------------------------------------------------------------------------


def test_counts(docs: dict[str, Doc]) -> None:
    own = [doc for doc in docs.values() if doc.repost_of is None]
    relevance = Counter(doc.gold["relevance"] for doc in own)
    assert relevance["air"] >= 52
    assert relevance["not_air"] >= 30
    assert len({doc.site for doc in own}) >= 16
    assert len({SITES[doc.site].family for doc in own}) >= 8
    assert {SITES[doc.site].level for doc in own} == {"central", "region", "province", "city"}


def test_lengths(docs: dict[str, Doc]) -> None:
    own = {doc.id: len(squeezed(doc.text)) for doc in docs.values() if doc.repost_of is None}
    assert median(own.values()) > 600
    plans = [key for key, length in own.items() if length >= 5000]
    assert {docs[key].gold["level"] for key in plans} == {"central", "province", "city"}
    for key in plans:
        assert docs[key].gold["key_plan"]
        assert "\n|" in docs[key].body
        assert re.search(r"^(?:一、|第一章)", docs[key].body, re.MULTILINE)


def test_every_measure_type_occurs(docs: dict[str, Doc]) -> None:
    known = {m["id"] for m in yaml.safe_load((ROOT / "glossary/measures.yml").read_text("utf-8"))}
    used = Counter(measure for doc in docs.values() for measure in doc.gold["measures"])
    assert set(used) == known
    assert min(used.values()) >= 3


def test_gold_labels_are_valid(docs: dict[str, Doc]) -> None:
    names: set[str] = set()
    with (ROOT / "glossary/places.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            names |= {row["zh"], *row["aliases"].split("|")}
    for doc in docs.values():
        gold = doc.gold
        assert gold["relevance"] in ("air", "not_air"), doc.id
        assert gold["level"] in ("central", "region", "province", "city"), doc.id
        assert gold["doc_type"] in DOCUMENT_TYPES, doc.id
        assert set(gold["places"]) <= names, doc.id
        assert bool(gold["measures"]) == (gold["relevance"] == "air"), doc.id
        assert isinstance(gold["key_plan"], bool), doc.id
        for target in gold["targets"]:
            assert set(target) == {"indicator", "value", "unit", "base_year", "target_year"}
            assert target["value"].lstrip("-") in doc.text.replace(",", ""), (doc.id, target)


def test_no_body_twice(docs: dict[str, Doc]) -> None:
    own = [squeezed(doc.text) for doc in docs.values() if doc.repost_of is None]
    assert len(set(own)) == len(own)
    copies = [doc for doc in docs.values() if doc.repost_of]
    assert {SITES[doc.site].level for doc in copies} == {"province", "city"}
    assert len({doc.repost_of for doc in copies}) == 1
    for doc in copies:
        assert doc.body == docs[str(doc.repost_of)].body
        assert doc.number == docs[str(doc.repost_of)].number


def test_special_cases(docs: dict[str, Doc]) -> None:
    own = docs.values()
    assert sum(doc.encoding == "gb18030" for doc in own) == 2
    assert [doc.id for doc in own if doc.published is None] == ["sh-08"]
    assert [doc.id for doc in own if doc.served_as == "pdf"] == ["sh-07"]
    assert any("<script>" in doc.title and "=cmd|calc" in doc.title for doc in own)
    assert any(count > 1 for count in Counter(doc.title for doc in own).values())
    months = Counter((doc.published or "none")[:7] for doc in own)
    assert months["2026-09"]
    assert months["2026-11"]
    assert months["2026-10"] > 100


# --- how it is linked ---------------------------------------------------------------------


def listed(web: Web, url: str) -> Iterator[str]:
    page = lxml_html.fromstring(fetch(web, url).body.decode())
    for box in page.find_class("listbox"):
        for anchor in box.iter("a"):
            yield urljoin(url, str(anchor.get("href")))


def test_list_links_resolve(web: Web) -> None:
    links = {link for url in web.lists if "/eportal/" not in url for link in listed(web, url)}
    assert len(links) > 80
    broken = {link for link in links if fetch(web, link).status != 200}
    assert broken == set(web.missing)
    assert {fetch(web, link).status for link in broken} == {404, 421}


def test_every_page_answers(web: Web) -> None:
    for host, target in web.pages:
        if host != SITES["hb"].host or target == "/robots.txt":
            assert web.get("GET", host, target).status == 200, (host, target)


@pytest.mark.parametrize("source_id", [key for key in SITES if key not in UNREACHABLE])
def test_the_family_finds_every_notice(source_id: str, web: Web, docs: dict[str, Doc]) -> None:
    (source,) = (s for s in load_sources(ROOT / "pipeline/sample/sources") if s.id == source_id)
    family = families.get(source.family)
    todo: list[FetchRequest] = list(family.start(source, OCTOBER))
    found: dict[str, str | None] = {}
    visitor = Visitor(web)
    for _ in range(40):
        if not todo:
            break
        request = todo.pop(0)
        reply = visitor.get(request.method, request.url, request.body or b"")
        page = Page(request.url, reply.body, reply.status, reply.content_type)
        listing = family.read_list(page, request, source, OCTOBER)
        assert listing.parsed, listing.reason
        found |= {item.url: item.date for item in listing.items}
        todo.extend(listing.next)
    assert not todo
    own = [doc for doc in docs.values() if doc.site == source_id and not doc.unlisted]
    expected = {web.articles[doc.id]: doc for doc in own}
    assert set(found) - set(web.missing) == set(expected)
    for url, doc in expected.items():
        assert found[url] == (doc.list_date or doc.published), doc.id


def test_articles_hold_their_text(web: Web, docs: dict[str, Doc]) -> None:
    for key, url in web.articles.items():
        doc = docs[key]
        if doc.served_as == "pdf":
            continue
        page = lxml_html.fromstring(fetch(web, url).body.decode(doc.encoding))
        text = squeezed(str(page.text_content()))
        assert squeezed(doc.title) in text, key
        for line in doc.text.splitlines():
            assert squeezed(line) in text or line.startswith("附件") or line[:1].isdigit(), line
        assert "打印" in text
        assert "版权所有" in text


def test_attachments_resolve_and_are_read(web: Web, docs: dict[str, Doc]) -> None:
    seen = 0
    for key, url in web.articles.items():
        source = SITES[docs[key].site]
        page = Page(url, fetch(web, url).body)
        if not docs[key].files:
            continue
        article = families.get(source.family).read_article(page)
        assert len(article.attachments) == len(docs[key].files), key
        for (href, name), file in zip(article.attachments, docs[key].files, strict=True):
            reply = fetch(web, href)
            assert reply.status == 200, href
            reading = read_attachment(reply.body, name, reply.content_type)
            text = squeezed("".join(block.text for block in reading.blocks))
            assert squeezed(file.text.splitlines()[0]).lstrip("0123456789.")[:12] in text, key
            seen += 1
    assert seen >= 20


# --- its quirks ---------------------------------------------------------------------------


def test_gb18030_pages_decode(web: Web, docs: dict[str, Doc]) -> None:
    for doc in (doc for doc in docs.values() if doc.encoding == "gb18030"):
        body = fetch(web, web.articles[doc.id]).body
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")
        assert doc.title in body.decode("gb18030")
        assert doc.title in Page("", body, content_type="text/html; charset=utf-8").text


def test_the_second_visit_shows_the_revision(web: Web, docs: dict[str, Doc]) -> None:
    revised = [doc for doc in docs.values() if doc.revised_at]
    later = build_web(visit=2)
    assert len(revised) == 1
    assert later.articles == web.articles
    for key, url in web.articles.items():
        before, after = fetch(web, url), fetch(later, url)
        assert (before.body != after.body) == (key == revised[0].id), key


def test_challenge_dead_host_and_empty_column(web: Web) -> None:
    refused = fetch(web, next(iter(SITES["hb"].columns.values())).url)
    assert refused.status == 412
    assert b"document.cookie" in refused.body
    assert fetch(web, next(iter(SITES["ty"].columns.values())).url).status == 421
    assert SITES["ty"].host not in web.hosts
    assert list(listed(web, next(iter(SITES["hn"].columns.values())).url)) == []


def test_robots(web: Web) -> None:
    texts = {host: web.get("GET", host, "/robots.txt").body.decode() for host in web.hosts}
    assert all(text.startswith("User-agent: *") for text in texts.values())
    closed = {host for host, text in texts.items() if "Disallow: /" in text}
    assert closed == {SITES["wh"].host}
    assert "/fbjd_19/zfcg/" in web.articles["wh-04"]


def test_hanweb_ranges_count_from_one(web: Web) -> None:
    url = f"{SITES['js'].base}/module/web/jpage/dataproxy.jsp"
    first = fetch(web, url, "POST", b"columnid=89481&unitid=402547&startrecord=1&endrecord=1")
    text = first.body.decode()
    assert text.count("<record>") == 1
    assert "<totalrecord>2<" in text
    assert text.count("]]>") > text.count("</record>")


def test_units_ask_for_their_cookie_and_change_their_ids(web: Web) -> None:
    column = SITES["miit"].columns["zcwj"].url
    (source,) = (s for s in load_sources(ROOT / "pipeline/sample/sources") if s.id == "miit")
    asked = {}
    later = Visitor(build_web(visit=2))
    for visit, visitor in ((1, Visitor(web)), (2, later)):
        shell = visitor.get("GET", column)
        (unit,) = families.get("hanweb_jpaas").read_list(
            Page(column, shell.body), FetchRequest(column), source, OCTOBER
        ).next  # fmt: skip
        assert fetch(visitor.web, unit.url).status == 403, "without the cookie"
        assert visitor.get("POST", unit.url).status == 501
        assert visitor.get("GET", unit.url).status == 200
        asked[visit] = unit.url
    assert asked[1] != asked[2]
    assert later.get("GET", asked[1]).status == 404, "the ids of the first visit are gone"


def test_a_column_dies_and_the_search_finds_what_it_held_and_more(
    web: Web, docs: dict[str, Doc]
) -> None:
    (source,) = (s for s in load_sources(ROOT / "pipeline/sample/sources") if s.id == "nj")
    search = sweep_of(source)
    assert search is not None
    later = build_web(visit=2)
    assert fetch(web, source.columns[0].url).status == 200
    assert fetch(later, source.columns[0].url).status == 404
    todo = list(families.get(search.family).start(search, OCTOBER))
    found: dict[str, str | None] = {}
    while todo:
        request = todo.pop(0)
        page = Page(request.url, fetch(later, request.url).body)
        listing = families.get(search.family).read_list(page, request, search, OCTOBER)
        assert listing.parsed, listing.reason
        found |= {item.url: item.date for item in listing.items}
        todo.extend(listing.next)
    assert found == {later.articles[key]: docs[key].published for key in ("nj-01", "nj-02")}


def test_gkmlpt_has_one_page(web: Web) -> None:
    base = f"{SITES['zhu'].base}/gkmlpt/api/all/1625"
    assert fetch(web, f"{base}?page=1&sid=1").status == 200
    assert fetch(web, f"{base}?page=2&sid=1").status == 404


def test_decoy_items_stay_in_comments(web: Web) -> None:
    shell = fetch(web, SITES["xt"].columns["tzgg"].url).body.decode()
    assert "模板示例标题" in shell
    assert list(listed(web, SITES["xt"].columns["tzgg"].url)) == []


def test_files_are_repeatable(web: Web) -> None:
    assert word.__wrapped__("a", "x\n|1|2|") == word.__wrapped__("a", "x\n|1|2|")
    item = fetch(web, web.articles["sh-07"])
    document = pypdfium2.PdfDocument(item.body)
    assert "运行维护技术指南" in document[0].get_textpage().get_text_range()
    document.close()


def test_the_hostile_title_is_text(web: Web, docs: dict[str, Doc]) -> None:
    text = fetch(web, web.articles["gd-06"]).body.decode()
    assert "<script>alert(1)</script>" not in text
    assert lxml_html.fromstring(text).findtext(".//h1") == docs["gd-06"].title


# --- over the wire ------------------------------------------------------------------------


def ask(port: int, host: str, target: str, body: bytes | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST" if body else "GET", target, body, {"Host": host})
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def test_the_server_answers_by_host(web: Web, docs: dict[str, Doc]) -> None:
    host, proxy = SITES["js"].host, "/module/web/jpage/dataproxy.jsp"
    form = b"columnid=89481&startrecord=1&endrecord=3"
    with serve(web) as port:
        status, page = ask(port, SITES["mee"].host, urlsplit(web.articles["mee-01"]).path)
        assert status == 200
        assert docs["mee-01"].title in page.decode()
        assert ask(port, host, proxy, form)[1].count(b"<record>") == 2
        assert ask(port, SITES["ty"].host, "/")[0] == 421
        assert ask(port, SITES["hb"].host, "/")[0] == 412
        assert ask(port, SITES["cq"].host, "/nowhere")[0] == 404


def test_sources_match_the_sites() -> None:
    sources = {source.id: source for source in load_sources(ROOT / "pipeline/sample/sources")}
    assert set(sources) == set(SITES)
    for key, site in SITES.items():
        source = sources[key]
        assert (source.family, source.level, source.place) == (site.family, site.level, site.place)
        assert {urlsplit(column.url).netloc for column in source.columns} == {site.host}
        assert len(source.columns) == len(site.columns)
