"""Every family that a source is declared with has a frozen list and a frozen article."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from listing_helpers import OCTOBER, source

from pipeline.extract import extract
from pipeline.families import FetchRequest, Page, families, get
from pipeline.families.base import ListPage
from pipeline.families.search import WORDS, SiteSearch
from pipeline.model import Column
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
    declared = source(line["url"], line["family"], params=line["params"])
    page = Page(line["url"], body, status)
    return get(line["family"]).read_list(page, FetchRequest(line["url"]), declared, OCTOBER)


@pytest.mark.parametrize("line", LISTS, ids=lambda line: line["file"])
def test_frozen_list(line: dict[str, Any]) -> None:
    found = listing(line)
    assert (found.parsed, found.reason) == (True, None)
    items = [{"url": item.url, "title": item.title, "date": item.date} for item in found.items]
    assert items == line["items"]
    assert len(found.next) == line["next"]
    assert all(ask.page == 2 and ask.url != line["url"] for ask in found.next)


@pytest.mark.parametrize("family", [*DECLARED, *SEARCHES])
def test_every_declared_family_has_a_frozen_pair(family: str) -> None:
    assert any(line["family"] == family for line in LISTS), f"no list of {family} in tests/pages"
    if family not in SEARCHES:  # searches lead to articles of other families
        assert any(line["family"] == family for line in ARTICLES), f"no article of {family}"


@pytest.mark.parametrize("line", LISTS, ids=lambda line: line["file"])
def test_a_list_that_answers_something_else_is_no_empty_list(line: dict[str, Any]) -> None:
    declared = source(line["url"], line["family"], params=line["params"])
    for text in ('{"code":500,"msg":"系统繁忙"}', "<html><body><h1>系统维护中</h1></body></html>"):
        page = Page(line["url"], text.encode())
        found = get(line["family"]).read_list(page, FetchRequest(line["url"]), declared, OCTOBER)
        assert not found.parsed
        assert found.reason


# --- searches -----------------------------------------------------------------------------------


@pytest.mark.parametrize("family", SEARCHES)
def test_a_sweep_asks_for_each_word(family: str) -> None:
    url = "https://a.example/search?channelid=1&siteId=2"
    own = source(url, family, params={"words": "大气 臭氧"})
    asked = get(family).start(own, OCTOBER)
    fields = [parse_qs(urlsplit(ask.url).query) for ask in asked]
    word, page = ("searchword", "page") if family == "trs_was" else ("searchWord", "pageNumber")
    assert [(one[word], one[page], one["siteId"]) for one in fields] == [
        (["大气"], ["1"], ["2"]), (["臭氧"], ["1"], ["2"]),
    ]  # fmt: skip
    both = source(url, family, columns=(Column(url=url), Column(url=url + "&x=1")))
    assert [ask.column for ask in get(family).start(both, OCTOBER)] == [
        column for column in (0, 1) for _ in WORDS
    ]


def test_a_sweep_ends_with_its_pages_and_at_its_limit() -> None:
    line = next(line for line in LISTS if line["family"] == "trs_igs")
    body = (PAGES / "lists" / line["file"]).read_bytes()
    declared = source(line["url"], "trs_igs")
    last = FetchRequest(line["url"], page=2)
    assert not get("trs_igs").read_list(Page(line["url"], body), last, declared, OCTOBER).next
    was = next(line for line in LISTS if line["file"] == "trs_was.json")
    body = (PAGES / "lists" / was["file"]).read_bytes()
    for number, more in ((9, 1), (10, 0)):
        request = FetchRequest(was["url"], page=number)
        found = get("trs_was").read_list(Page(was["url"], body), request, declared, OCTOBER)
        assert len(found.next) == more


@pytest.mark.parametrize(
    ("family", "reply"),
    [
        ("trs_was", '{"count":"0","docs":[]}'),
        ("trs_was", "<html><body><p>共找到 0 条结果</p></body></html>"),
        ("trs_igs", '{"page":{"totalPages":0,"content":[]}}'),
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
    article = get("trs_was").read_article(page)
    notice = extract(page, fetched_at=NOW, raw_sha256="0" * 64, source_id="test").notice
    assert notice is not None
    assert (article.title, article.body is not None) == (notice.title, True)
    assert date.fromisoformat(notice.date_publication or "") in OCTOBER
