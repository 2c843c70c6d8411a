"""Every family that a source is declared with has a frozen list and a frozen article."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from listing_helpers import OCTOBER, source

from pipeline.dates import span_window
from pipeline.extract import extract
from pipeline.families import FetchRequest, Page, families, get
from pipeline.families.base import ListPage
from pipeline.families.search import WORDS, SiteSearch
from pipeline.model import Column, Source
from pipeline.sources import load_sources

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "tests" / "pages"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def manifest(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


LISTS = manifest(PAGES / "lists" / "manifest.jsonl")
ARTICLES = [line for line in manifest(PAGES / "manifest.jsonl") if line["kind"] != "gov_list"]
DECLARED = sorted({one.family for one in load_sources(ROOT / "spiders" / "sources")})
SEARCHES = sorted(name for name, one in families.items() if isinstance(one, SiteSearch))


def listing(line: dict[str, Any], status: int = 200) -> ListPage:
    body = (PAGES / "lists" / line["file"]).read_bytes()
    page = Page(line["url"], body, status)
    return get(line["family"]).read_list(page, asked(line), declared_as(line), OCTOBER)


def declared_as(line: dict[str, Any]) -> Source:
    """The source whose list it is; a search is declared by the template of its address."""
    return source(line.get("column", line["url"]), line["family"], params=line["params"])


def asked(line: dict[str, Any], page: int = 1) -> FetchRequest:
    body = line["body"].encode() if "body" in line else None
    return FetchRequest(line["url"], line.get("method", "GET"), body, page=page)


@pytest.mark.parametrize("line", LISTS, ids=lambda line: line["file"])
def test_frozen_list(line: dict[str, Any]) -> None:
    found = listing(line)
    assert (found.parsed, found.reason) == (True, None)
    items = [{"url": item.url, "title": item.title, "date": item.date} for item in found.items]
    assert items == line["items"]
    assert len(found.next) == line["next"]
    first = (line["url"], line.get("body", "").encode() or None)
    assert all(ask.page == 2 and (ask.url, ask.body) != first for ask in found.next)


@pytest.mark.parametrize("family", [*DECLARED, *SEARCHES])
def test_every_declared_family_has_a_frozen_pair(family: str) -> None:
    assert any(line["family"] == family for line in LISTS), f"no list of {family} in tests/pages"
    if family not in SEARCHES:  # searches lead to articles of other families
        assert any(line["family"] == family for line in ARTICLES), f"no article of {family}"


@pytest.mark.parametrize("line", LISTS, ids=lambda line: line["file"])
def test_a_list_that_answers_something_else_is_no_empty_list(line: dict[str, Any]) -> None:
    for text in ('{"code":500,"msg":"系统繁忙"}', "<html><body><h1>系统维护中</h1></body></html>"):
        page = Page(line["url"], text.encode())
        found = get(line["family"]).read_list(page, asked(line), declared_as(line), OCTOBER)
        assert not found.parsed
        assert found.reason


# --- searches -----------------------------------------------------------------------------------


def test_a_sweep_asks_for_each_word() -> None:
    url = "https://a.example/search?siteId=2&key=title*({word})&no={page}"
    own = source(url, "site_search", params={"words": "大气 PM2.5", "first": "0"})
    fields = [parse_qs(urlsplit(ask.url).query) for ask in get("site_search").start(own, OCTOBER)]
    assert [(one["key"], one["no"], one["siteId"]) for one in fields] == [
        (["title*(大气)"], ["0"], ["2"]), (["title*(PM2.5)"], ["0"], ["2"]),
    ]  # fmt: skip
    both = source(url, "site_search", columns=(Column(url=url), Column(url=url + "&x=1")))
    assert [ask.column for ask in get("site_search").start(both, OCTOBER)] == [
        column for column in (0, 1) for _ in WORDS
    ]


def test_a_search_by_post_fills_its_form() -> None:
    form = "websiteid=1&q={word}&p={page}&pg=12"
    own = source("https://a.example/s.do", "site_search", params={"form": form, "words": "臭氧"})
    (first,) = get("site_search").start(own, OCTOBER)
    assert first.method == "POST"
    assert parse_qs((first.body or b"").decode()) == {
        "websiteid": ["1"], "q": ["臭氧"], "p": ["1"], "pg": ["12"],
    }  # fmt: skip
    reply = (PAGES / "lists" / "jsearch.json").read_bytes()
    (second,) = get("site_search").read_list(Page(first.url, reply), first, own, OCTOBER).next
    assert (second.method, second.url, second.page) == ("POST", first.url, 2)
    assert parse_qs((second.body or b"").decode())["p"] == ["2"]
    assert parse_qs((second.body or b"").decode())["q"] == ["臭氧"]


def line_of(file: str) -> dict[str, Any]:
    return next(line for line in LISTS if line["file"] == file)


def test_a_sweep_ends_with_its_pages_and_at_its_limit() -> None:
    def following(file: str, page: int, **params: str) -> tuple[FetchRequest, ...]:
        line = line_of(file)
        own = source(line["column"], "site_search", params=params)
        body = (PAGES / "lists" / file).read_bytes()
        answer = Page(line["url"], body)
        return get("site_search").read_list(answer, asked(line, page), own, OCTOBER).next

    assert len(following("trs_igs.json", 1)) == 1
    assert following("trs_igs.json", 2) == (), "the reply says that there are two pages"
    assert len(following("trs_was.json", 9)) == 1
    assert following("trs_was.json", 10) == ()


def test_a_search_in_the_order_of_dates_ends_where_the_window_begins() -> None:
    line = line_of("trs_was.json")
    page = Page(line["url"], (PAGES / "lists" / line["file"]).read_bytes())
    november = span_window("2026-11..2026-11")
    for order, more in (({"sorted": "date"}, 0), ({}, 1)):
        own = source(line["column"], "site_search", params=order)
        found = get("site_search").read_list(page, asked(line), own, november)
        assert (len(found.items), len(found.next)) == (3, more)


SHELL = """<html><body><script>
 initPubProperty('9900000001', 'all', '大气', '', '20', 'c2Vjb25kZWxlbWVudDE2MDE', 'x', attrs);
</script></body></html>"""


def test_so_gov_asks_with_the_token_of_the_word() -> None:
    url = "https://www.jia.example/so/s?siteCode=9900000001&tab=all&qt={word}"
    for api, target in (({}, "https://www.jia.example/so/ss/s"), ({"api": "https://b.example/s"},
                        "https://b.example/s")):  # fmt: skip
        own = source(url, "so_gov", params={"words": "大气", **api})
        (first,) = get("so_gov").start(own, OCTOBER)
        date = {"date": "Thu, 01 Oct 2026 00:00:00 GMT"}
        page = Page(first.url, SHELL.encode(), headers=date)
        (search,) = get("so_gov").read_list(page, first, own, OCTOBER).next
        assert (search.url, search.method, search.page) == (target, "POST", 1)
        form = parse_qs((search.body or b"").decode())
        assert form["wordToken"] == ["c2Vjb25kZWxlbWVudDE2MDE"]
        assert (form["siteCode"], form["qt"], form["page"]) == (["9900000001"], ["大气"], ["1"])
        assert form["timestamp"] == ["1790812800000"]
        reply = (PAGES / "lists" / "so_gov.json").read_bytes()
        found = get("so_gov").read_list(Page(search.url, reply), search, own, OCTOBER)
        assert len(found.items) == 3
        (second,) = found.next
        again = parse_qs((second.body or b"").decode())
        assert (again["page"], again["wordToken"]) == (["2"], form["wordToken"])


def test_so_gov_without_a_token_was_not_read() -> None:
    url = "https://www.jia.example/so/s?siteCode=9900000001&qt={word}"
    own = source(url, "so_gov")
    page = Page(url, b"<script>initPubProperty('9900000001', 'all', attrs);</script>")
    found = get("so_gov").read_list(page, FetchRequest(url), own, OCTOBER)
    assert (found.parsed, found.next) == (False, ())
    assert "token" in (found.reason or "")


@pytest.mark.parametrize(
    ("family", "reply"),
    [
        ("site_search", '{"count":"0","docs":[]}'),
        ("site_search", "<html><body><p>共找到 0 条结果</p></body></html>"),
        ("site_search", '{"page":{"totalPages":0,"content":[]}}'),
    ],
)
def test_a_word_without_results_is_an_empty_list_that_was_read(family: str, reply: str) -> None:
    url = "https://a.example/search"
    found = get(family).read_list(
        Page(url, reply.encode()), FetchRequest(url), source(url, family), OCTOBER
    )
    assert (found.parsed, found.items, found.next) == (True, (), ())


def test_pages_found_by_a_search_are_read_as_their_own_family() -> None:
    line = next(line for line in ARTICLES if line["file"] == "trs_xxgk.html")
    page = Page(line["url"], (PAGES / line["file"]).read_bytes())
    article = get("site_search").read_article(page)
    notice = extract(page, fetched_at=NOW, raw_sha256="0" * 64, source_id="test").notice
    assert notice is not None
    assert (article.title, article.body is not None) == (notice.title, True)
    assert date.fromisoformat(notice.date_publication or "") in OCTOBER
