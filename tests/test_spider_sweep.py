"""When a column dies, the same run searches the site, and both facts are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fault_runs import Seen, run
from fault_sites import Case, add_articles, article, listing, titles
from faults import Answer, Asked, FaultWeb, html

from pipeline.archive import Archive
from pipeline.issues import Code

FOUND = titles(3)
OLD = ("./202609/t20260902_9.html", "关于上月大气工作的通知", "2026-09-02")
GONE = html("<h1>404</h1>", 404)
WALL = html("<script>var a=1</script>", 412)


def search_url(host: str) -> str:
    return f"http://{host}/igs/front/search.jhtml?siteId=59&searchWord={{word}}&pageNumber={{page}}"


def declared(name: str, host: str | None = None, **more: Any) -> Case:
    """A source with a search, of its own host where no other is given."""
    sweep = {"url": search_url(host or f"{name}.example"), "params": {"words": "大气 扬尘"}}
    return Case(name, "", source={"sweep": sweep | more.pop("sweep", {}), **more})


def add_search(web: FaultWeb, host: str, site: str | None = None) -> None:
    """A search that finds three notices of the month and an older one, on two pages a word."""
    items = [*FOUND, OLD]

    def answer(asked: Asked) -> Answer:
        if asked.fields["searchWord"] not in ("大气", "扬尘"):
            return html("what?", 500)
        number = int(asked.fields["pageNumber"])
        content = [
            {"title": title, "url": f"http://{site or host}/tz/{href[2:]}", "trs_time": day}
            for href, title, day in items[2 * number - 2 : 2 * number]
        ]
        return html(json.dumps({"page": {"totalPages": 2, "content": content}}))

    web.add(host, "/igs/front/search.jhtml", answer)
    add_articles(web, site or host, items)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    web = FaultWeb()
    for name, page in (
        ("missing", GONE),
        ("empty", listing(())),
        ("redesigned", "<div id=app></div>" + "<p>栏目导航与说明文字。</p>" * 90),
        ("home", html("", 302).with_header("Location", "/")),
        ("walled", WALL),
        ("walled-elsewhere", WALL),
        ("well", listing(FOUND[:1])),
        ("well-always", listing(FOUND[:1])),
        ("both-dead", GONE),
        ("half-dead", listing(FOUND[:1])),
    ):
        web.add(f"{name}.example", "/tz/", page)
        if name not in ("walled-elsewhere", "both-dead"):
            add_search(web, f"{name}.example")
    add_search(web, "search.example", "walled-elsewhere.example")
    web.add("both-dead.example", "/igs/front/search.jhtml", html("<h1>500</h1>", 500))
    cases = [
        *map(declared, ("missing", "empty", "redesigned", "home", "walled", "well", "both-dead")),
        declared("walled-elsewhere", "search.example"),
        declared("well-always", sweep={"always": True}),
        declared("half-dead", paths=("/tz/", "/gone/")),
        declared("nowhere"),
    ]
    return run(web, cases, tmp_path_factory.mktemp("sweep"))


def kept(seen: Seen, name: str) -> list[str]:
    with Archive(seen.archive) as archive:
        found = archive.documents(source_id=name, kind="detail")
        return sorted(document.url.rpartition("_")[2] for document in found)


def searches(seen: Seen, host: str) -> int:
    return sum(n for url, n in seen.web.asked.items() if url.startswith(f"{host}/igs/"))


@pytest.mark.parametrize(
    ("name", "health", "code"),
    [
        ("missing", "http_error", Code.HTTP_ERROR),
        ("empty", "empty", Code.EMPTY_LIST),
        ("redesigned", "layout_changed", Code.LAYOUT_CHANGED),
        ("home", "redirected", Code.REDIRECTED_AWAY),
        ("walled-elsewhere", "blocked", Code.BLOCKED),
    ],
)
def test_a_dead_column_is_searched_for_and_still_called_dead(
    seen: Seen, name: str, health: str, code: Code
) -> None:
    report = seen.reports[name]
    assert report.health == health, report.message
    assert (report.swept, report.items_listed, report.items_in_window) == (3, 4, 3)
    assert report.newest_date == "2026-10-08"
    assert report.list_parsed == (health == "empty"), "a search is no list that was read"
    assert "searched instead: 4 found, 3 of them in the window" in (report.message or "")
    assert code in {issue.code for issue in seen.issues[name]}
    assert kept(seen, name) == ["1.html", "2.html", "3.html"]


def test_each_word_is_asked_page_by_page_until_it_brings_nothing_new(seen: Seen) -> None:
    # Of the second word nothing on its first page is new.
    assert searches(seen, "missing.example") == 3


def test_a_host_that_refuses_us_or_is_gone_is_not_searched(seen: Seen) -> None:
    for name, health in (("walled", "blocked"), ("nowhere", "dns_failure")):
        report = seen.reports[name]
        assert (report.health, report.swept) == (health, None)
        assert searches(seen, f"{name}.example") == 0
        assert kept(seen, name) == []


def test_a_source_that_is_well_is_not_searched_unless_it_says_always(seen: Seen) -> None:
    assert (seen.reports["well"].health, seen.reports["well"].swept) == ("ok", None)
    assert searches(seen, "well.example") == 0
    always = seen.reports["well-always"]
    assert (always.health, always.swept, always.items_in_window) == ("ok", 2, 3)
    assert kept(seen, "well-always") == ["1.html", "2.html", "3.html"]


def test_what_both_column_and_search_list_is_fetched_once(seen: Seen) -> None:
    report = seen.reports["half-dead"]
    assert (report.health, report.list_parsed, report.swept) == ("http_error", True, 2)
    assert report.fetched == 3
    assert seen.web.asked["half-dead.example/tz/202610/t20261008_1.html"] == 1


def test_a_search_that_fails_too_is_named_beside_the_column(seen: Seen) -> None:
    report = seen.reports["both-dead"]
    assert (report.health, report.swept) == ("http_error", None)
    assert "searched instead, without an answer: status 500" in (report.message or "")
    messages = [issue.message for issue in seen.issues["both-dead"]]
    assert any("status 404" in message for message in messages)
    assert any("status 500" in message and "/igs/" in message for message in messages)


def test_an_interrupted_run_searches_again_and_holds_nothing_twice(tmp_path: Path) -> None:
    web = FaultWeb()
    web.add("again.example", "/tz/", GONE)
    add_search(web, "again.example")
    first = run(web, [declared("again")], tmp_path)
    second = run(FaultWeb(web.routes), [declared("again")], tmp_path)
    assert (first.reports["again"].fetched, second.reports["again"].fetched) == (3, 0)
    assert second.reports["again"].swept == 3
    assert kept(second, "again") == ["1.html", "2.html", "3.html"]


def test_files_of_what_a_search_found_are_fetched(tmp_path: Path) -> None:
    web = FaultWeb()
    web.add("files.example", "/tz/", GONE)
    add_search(web, "files.example")
    page = article(FOUND[0][1], '<p><a href="P1.pdf">附件1.pdf</a></p>')
    web.add("files.example", "/tz/202610/t20261008_1.html", page)
    web.add("files.example", "/tz/202610/P1.pdf", Answer(b"%PDF-1.4 x"))
    seen = run(web, [declared("files")], tmp_path)
    with Archive(seen.archive) as archive:
        files = [d.url for d in archive.documents(source_id="files", kind="attachment")]
    assert files == ["http://files.example/tz/202610/P1.pdf"]
