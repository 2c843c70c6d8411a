"""What became of a page after its entry was issued."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from conftest import ROOT
from render_fixture import bulletin as rendered_bulletin
from web.response import Web, html
from web.server import serve

from pipeline.archive import Capture
from pipeline.crawl import crawl
from pipeline.dates import Window, month_window, span_window
from pipeline.issues import Code
from pipeline.model import Change, ChangedLine, notice_id
from pipeline.project import Project
from pipeline.render import build_tree, render
from pipeline.render.tree import Heading
from pipeline.review.entry_file import EntryFile, EntryFront
from pipeline.settings import Settings
from pipeline.steps import bulletin
from pipeline.steps.changes import changes, record_changes, revisits
from pipeline.steps.collect import collect, extract

HOST = "sthj.jia.example"
URL = f"http://{HOST}/tz/202610/t20261012_1.html"
SEEN = datetime(2026, 10, 12, 3, tzinfo=UTC)
ISSUED = datetime(2026, 11, 5, 3, tzinfo=UTC)
LATER = datetime(2026, 12, 10, 3, tzinfo=UTC)
OCTOBER, NOVEMBER, DECEMBER = (
    month_window(month, date(2026, 12, 31)) for month in ("2026-10", "2026-11", "2026-12")
)
TITLE = "甲市生态环境局关于加强扬尘污染防治的通知"


def page(limit: int = 35, extra: str = "") -> bytes:
    text = f"现将有关事项通知如下。到2027年，PM2.5年均浓度控制在{limit}微克/立方米以内。"
    text += "各工地要落实六个百分之百。" * 10 + "本通知自印发之日起施行。"
    return (
        f'<html><head><meta name="ArticleTitle" content="{TITLE}">'
        f'<meta name="PubDate" content="2026-10-12">{extra}</head><body>'
        f'<div class="TRS_Editor"><p>{text}</p></div></body></html>'
    ).encode()


GONE = (
    "<html><head><title>404</title></head><body>您访问的页面不存在或已被删除</body></html>".encode()
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    home = tmp_path / "home"
    city = home / "spiders" / "sources" / "city"
    city.mkdir(parents=True)
    (home / "glossary").symlink_to(ROOT / "glossary")
    (city / "jia.yml").write_text(
        "id: jia\nname: 甲市生态环境局\nname_ja: 甲市生態環境局\nfamily: trs_wcm\nlevel: city\n"
        f'place: "130200"\nissuer: 甲市生态环境局\ncolumns: [{{url: "http://{HOST}/tz/"}}]\n'
        "evidence: test\n",
        encoding="utf-8",
    )
    settings = Settings(home=home, data_dir=tmp_path / "data", bulletins_dir=tmp_path / "bulletins")
    with Project(settings, now=LATER, sources_dir=home / "spiders" / "sources") as project:
        yield project


def seen(
    project: Project, body: bytes, when: datetime, status: int = 200, problem: str | None = None,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),),
) -> None:  # fmt: skip
    project.archive.put(
        Capture(
            url=URL, source_id="jia", kind="detail", status=status, fetched_at=when,
            problem=problem, headers=headers, hints={"date": "2026-10-12"},
        ),
        body,
    )  # fmt: skip


def issued(project: Project, window: Window = OCTOBER, when: datetime = ISSUED) -> None:
    """The issue of a month, published with one entry in October and none otherwise."""
    extract(project)
    folder = project.folder(window)
    numbers = []
    if window is OCTOBER:
        (number,) = folder.assign([(notice_id(URL),)]).values()
        front = EntryFront(
            number=number, notice=notice_id(URL), heading="甲市が通知を公表した", title_zh=TITLE,
            document_type="notice", level="city", url=URL,
        )  # fmt: skip
        folder.put_entry(number, EntryFile(front=front, body="## 概要\n").to_text())
        numbers.append(number)
    manifest = folder.published / "r1" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"at": when.isoformat(), "entries": numbers}))


def test_a_revision_is_listed_with_old_and_new_lines(project: Project) -> None:
    seen(project, page(35), SEEN)
    issued(project)
    seen(project, page(33), ISSUED + timedelta(days=3))
    seen(project, page(33), ISSUED + timedelta(days=4))
    (change,) = changes(project, NOVEMBER)
    assert (change.number, change.kind, change.url) == ("2026-10-001", "revised", URL)
    assert change.seen_before_at == SEEN
    assert change.noticed_at == ISSUED + timedelta(days=3), "when it was first seen so"
    assert [(line.sign, line.text) for line in change.lines if line.sign != " "] == [
        ("-", "到2027年，PM2.5年均浓度控制在35微克/立方米以内。"),
        ("+", "到2027年，PM2.5年均浓度控制在33微克/立方米以内。"),
    ]
    assert len(change.lines) == 4, "one sentence before and one after"
    assert record_changes(project, NOVEMBER) == (change,)
    assert record_changes(project, NOVEMBER) == (change,)
    (issue,) = project.store.issues("changes:")
    assert (issue.code, issue.notice, issue.url) == (Code.REVISED, notice_id(URL), URL)


def test_the_next_bulletin_carries_it(project: Project) -> None:
    seen(project, page(35), SEEN)
    issued(project)
    seen(project, page(33), ISSUED + timedelta(days=3))
    extract(project)
    composed = bulletin(project, NOVEMBER)
    assert [change.number for change in composed.changes] == ["2026-10-001"]
    assert composed.entries == ()


def test_what_a_long_run_saw_after_it_began_counts(project: Project) -> None:
    seen(project, page(35), SEEN)
    issued(project)
    seen(project, page(33), LATER + timedelta(hours=2))
    assert len(changes(project, NOVEMBER)) == 1


def test_a_lost_file_of_numbers_loses_no_change(project: Project) -> None:
    seen(project, page(35), SEEN)
    issued(project)
    (project.folder(OCTOBER).machine / "numbers.json").unlink()
    seen(project, page(33), ISSUED + timedelta(days=3))
    assert len(changes(project, NOVEMBER)) == 1


def test_markup_readers_and_repeats_are_no_change(project: Project) -> None:
    seen(project, page(35), SEEN)
    issued(project)
    seen(project, page(35, "<script>var visits = 7</script>"), ISSUED + timedelta(days=3))
    assert changes(project, NOVEMBER) == ()
    assert changes(project, OCTOBER) == (), "an issue does not list its own entries"
    assert changes(project, span_window("2026-01..2026-12")) == ()


@pytest.mark.parametrize(
    ("body", "status", "problem", "location"),
    [
        (b"<h1>404</h1>", 404, "http_error", None),
        (b"", 410, "http_error", None),
        (GONE, 200, "soft_404", None),
        (GONE, 200, None, None),
        (b"", 302, "redirect", "/"),
        (b"", 302, "redirect", f"http://{HOST}/index.html"),
    ],
)
def test_a_page_that_is_gone_is_listed(
    project: Project, body: bytes, status: int, problem: str | None, location: str | None
) -> None:
    seen(project, page(), SEEN)
    issued(project)
    kind = ("Content-Type", "text/html; charset=utf-8")
    headers = (kind, ("Location", location)) if location else (kind,)
    seen(project, body, ISSUED + timedelta(days=2), status, problem, headers)
    (change,) = record_changes(project, NOVEMBER)
    assert (change.kind, change.lines) == ("vanished", ())
    assert [issue.code for issue in project.store.issues("changes:")] == [Code.VANISHED]


@pytest.mark.parametrize(
    ("status", "problem", "location"),
    [
        (500, "http_error", None),
        (412, "challenge", None),
        (200, "challenge", None),
        (302, "redirect", f"https://{HOST}/tz/202610/t20261012_1.html"),
    ],
)
def test_a_block_or_a_fault_says_nothing_of_the_page(
    project: Project, status: int, problem: str, location: str | None
) -> None:
    seen(project, page(), SEEN)
    issued(project)
    headers = (("Location", location),) if location else ()
    seen(project, b"<h1>x</h1>", ISSUED + timedelta(days=2), status, problem, headers)
    assert changes(project, NOVEMBER) == ()


def test_each_change_is_listed_once_in_the_next_issue(project: Project) -> None:
    seen(project, page(35), SEEN)
    issued(project)
    seen(project, page(34), ISSUED + timedelta(days=3))
    before = changes(project, NOVEMBER)
    issued(project, NOVEMBER, ISSUED + timedelta(days=30))
    assert changes(project, NOVEMBER) == before, "an issued month keeps its own"
    assert changes(project, DECEMBER) == ()
    seen(project, page(33), ISSUED + timedelta(days=33))
    assert changes(project, NOVEMBER) == before
    (change,) = changes(project, DECEMBER)
    assert [line.text for line in change.lines if line.sign == "-"] == [
        "到2027年，PM2.5年均浓度控制在34微克/立方米以内。"
    ]


def test_a_page_that_comes_back_is_listed_as_restored(project: Project) -> None:
    seen(project, page(35), SEEN)
    issued(project)
    seen(project, b"", ISSUED + timedelta(days=2), 404, "http_error")
    assert [change.kind for change in record_changes(project, NOVEMBER)] == ["vanished"]
    issued(project, NOVEMBER, ISSUED + timedelta(days=30))
    assert record_changes(project, DECEMBER) == ()
    seen(project, page(35), ISSUED + timedelta(days=32))
    (change,) = changes(project, DECEMBER)
    assert (change.kind, change.lines) == ("restored", ())


def test_a_page_back_before_the_next_issue_is_no_change(project: Project) -> None:
    seen(project, page(35), SEEN)
    issued(project)
    seen(project, b"", ISSUED + timedelta(days=2), 404, "http_error")
    seen(project, page(35), ISSUED + timedelta(days=3))
    assert changes(project, NOVEMBER) == ()


def test_collecting_asks_again_for_issued_pages_no_list_names(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = "<html><body><ul>" + "".join(
        f"<li><a href='./202612/t2026120{n}_{n}.html'>关于第{n}项工作的通知</a>2026-12-0{n}</li>"
        for n in range(1, 5)
    )
    web = Web()
    web.add(f"http://{HOST}/tz/", lambda: html(listed + "</ul></body></html>"))
    seen(project, page(), SEEN)
    assert revisits(project) == {}, "not issued yet"
    issued(project)
    assert revisits(project) == {"jia": {URL: {"date": "2026-10-12"}}}
    with serve(web) as port:
        module = importlib.import_module("pipeline.steps.collect")
        monkeypatch.setattr(module, "crawl", partial(crawl, loopback_port=port))
        (report,) = collect(project, DECEMBER).reports
    assert report.list_parsed
    assert "seen again, http_error" in (report.message or "")
    assert revisits(project) == {}, "not again within the week"
    (change,) = changes(project, NOVEMBER)
    assert change.kind == "vanished"
    assert Code.VANISHED in {issue.code for issue in project.store.issues("changes:")}


CHANGE = Change(
    number="2026-09-004", notice_id="n-1", kind="revised", heading="甲市が通知を改めた",
    title_zh=TITLE, url=URL, seen_before_at=SEEN, noticed_at=ISSUED, sha256_before="a",
    sha256_after="b",
    lines=(
        ChangedLine(sign="-", text="到2027年控制在35微克。"),
        ChangedLine(sign="+", text="到2027年控制在33微克<b>。"),
        *(ChangedLine(sign="+", text=f"第{n}条。") for n in range(80)),
    ),
)  # fmt: skip


def test_changes_are_printed_after_the_sections(tmp_path: Path) -> None:
    gone = CHANGE.model_copy(update={"number": "2026-09-005", "kind": "vanished", "lines": ()})
    issue = rendered_bulletin(changes=(CHANGE, gone))
    tree = build_tree(issue)
    sections = ["".join(run.text for run in h.runs) for h in tree.headings if h.role == "section"]
    assert "改訂・削除" in sections
    assert sections.index("改訂・削除") < sections.index("意見募集中の案件")
    assert not any(
        isinstance(block, Heading) and block.anchor == "s_changes"
        for block in build_tree(rendered_bulletin()).blocks
    )
    files = {path.suffix: path for path in render(issue, tmp_path)}
    text = files[".html"].read_text("utf-8")
    assert "2026年10月12日まで確認、2026年11月5日に改訂を確認" in text
    assert "33微克&lt;b&gt;" in text
    assert "削除：甲市が通知を改めた" in text
    assert "ほか22行" in text
    book = openpyxl.load_workbook(files[".xlsx"])
    rows = list(book["改訂・削除"].iter_rows(values_only=True))
    assert [row[:2] for row in rows[-2:]] == [("2026-09-004", "改訂"), ("2026-09-005", "削除")]
