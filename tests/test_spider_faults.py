"""Every way in which sites fail gives its named issue, and never an empty success."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fault_runs import NOW, Seen, run
from fault_sites import CASES, Case, article, listing, titles
from faults import Answer, FaultWeb, html

from pipeline.archive import Archive
from pipeline.extract import extract
from pipeline.families.base import Page
from pipeline.issues import Code, Severity

PDF = "an-item-that-is-a-pdf"


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    web = FaultWeb()
    for case in CASES:
        case.build(web, case.host)
    return run(web, CASES, tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_has_its_name(case: Case, seen: Seen) -> None:
    report, issues = seen.reports[case.name], seen.issues[case.name]
    assert report.health == case.health, report.message
    codes = {issue.code.value for issue in issues}
    assert case.codes <= codes, report.message
    if not case.codes:
        assert codes == set(), report.message
    assert report.list_parsed == (case.health in ("ok", "empty"))
    with Archive(seen.archive) as archive:
        details = {d.url for d in archive.documents(source_id=case.name, kind="detail")}
        files = {d.url for d in archive.documents(source_id=case.name, kind="attachment")}
    assert (len(details), len(files)) == (case.kept, case.files)
    # A success is never empty; what is empty or lost never a success without a word.
    assert report.health != "ok" or case.kept
    loud = [issue for issue in issues if issue.severity != Severity.INFO]
    ignored = sum("leading to another site" in issue.message for issue in issues)
    assert report.items_in_window - case.kept <= len(loud) + ignored


def pages(seen: Seen, name: str) -> list[tuple[Page, str, dict[str, str]]]:
    with Archive(seen.archive) as archive:
        found = []
        for document in archive.documents(source_id=name, kind="detail"):
            stored = archive.stored(document)
            page = Page(document.url, stored.body, content_type=document.content_type)
            found.append((page, document.sha256, dict(stored.hints)))
        return found


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("gbk-bytes-called-utf-8", Code.ENCODING_GUESSED),
        ("dates-that-disagree", Code.DATE_DISAGREEMENT),
        ("a-charset-that-is-none", None),
    ],
)
def test_faults_of_a_page_are_named_when_it_is_read(
    seen: Seen, name: str, code: Code | None
) -> None:
    ((page, sha256, hints),) = pages(seen, name)
    result = extract(page, fetched_at=NOW, raw_sha256=sha256, source_id=name, hints=hints)
    assert result.notice is not None
    assert result.notice.title == "关于第1号扬尘污染防治工作的通知"
    assert result.notice.date_publication == "2026-10-08"
    assert code is None or code in {issue.code for issue in result.issues}


def test_a_file_that_is_listed_is_a_notice(seen: Seen) -> None:
    found = {page.url[-4:]: (page, sha, hints) for page, sha, hints in pages(seen, PDF)}
    page, sha256, hints = found[".pdf"]
    result = extract(page, fetched_at=NOW, raw_sha256=sha256, source_id=PDF, hints=hints)
    notice = result.notice
    assert notice is not None
    assert (notice.title, notice.date_publication) == ("甲市扬尘污染防治标准", "2026-10-09")
    assert [file.sha256 for file in notice.attachments] == [sha256]
    assert [issue.code for issue in result.issues] == [Code.FILE_UNREADABLE]


def test_whole_titles_come_from_cut_anchors(seen: Seen) -> None:
    ((_, _, hints),) = pages(seen, "truncated-anchors")
    assert hints["title"] == "关于印发甲市重污染天气应急预案的通知"


def test_a_file_of_two_articles_is_fetched_once_and_known_to_both(seen: Seen) -> None:
    host = "files-beside-their-articles.example"
    assert seen.web.asked[f"{host}/tz/202610/P1.pdf"] == 1
    with Archive(seen.archive) as archive:
        first = archive.files_of(f"http://{host}/tz/202610/t20261008_1.html")
        second = archive.files_of(f"http://{host}/gg/202610/t20261008_2.html")
    assert [file.url for file in first] == [f"http://{host}/tz/202610/P1.pdf"]
    assert [file.url.rpartition("/")[2] for file in second] == ["P2.pdf", "P1.pdf"]


# --- the next visit -----------------------------------------------------------------------------


def small(name: str) -> Case:
    return Case(name, "ok")


def test_a_page_replaced_after_publication_is_two_versions(tmp_path: Path) -> None:
    case = small("replaced")
    web = FaultWeb()
    web.add(case.host, "/tz/", listing(titles(1)))
    target = "/tz/202610/t20261008_1.html"
    web.add(case.host, target, article("关于第1号扬尘污染防治工作的通知"))
    run(web, [case], tmp_path)
    changed = article("关于第1号扬尘污染防治工作的通知", "<p>自2027年1月1日起施行。</p>")
    again = FaultWeb(dict(web.routes))
    again.add(case.host, target, changed)
    report = run(again, [case], tmp_path, NOW + timedelta(days=1)).reports["replaced"]
    assert (report.health, report.fetched) == ("ok", 1)
    with Archive(tmp_path / "archive") as archive:
        versions = list(archive.documents(source_id="replaced", kind="detail"))
    assert [v.url for v in versions] == [f"http://{case.host}{target}"] * 2


def test_a_redirected_page_is_known_by_the_url_that_was_listed(tmp_path: Path) -> None:
    case = small("moved")
    web = FaultWeb()
    web.add(case.host, "/tz/", listing(titles(1)))
    there = "/new/202610/t20261008_1.html"
    moved = html("", 301).with_header("Location", there)
    web.add(case.host, "/tz/202610/t20261008_1.html", moved)
    web.add(case.host, there, article("关于第1号扬尘污染防治工作的通知"))
    first = run(web, [case], tmp_path).reports["moved"]
    again = FaultWeb(web.routes)
    second = run(again, [case], tmp_path, NOW + timedelta(hours=1)).reports["moved"]
    assert (first.fetched, second.fetched, second.unchanged) == (1, 0, 1)
    assert again.asked.keys() == {f"{case.host}/robots.txt", f"{case.host}/tz/"}


def test_files_missed_are_fetched_though_their_page_is_held(tmp_path: Path) -> None:
    case = small("later")
    web = FaultWeb()
    web.add(case.host, "/tz/", listing(titles(1)))
    page = article("关于第1号扬尘污染防治工作的通知", '<p><a href="P1.pdf">附件1.pdf</a></p>')
    web.add(case.host, "/tz/202610/t20261008_1.html", page)
    first = run(web, [case], tmp_path)
    assert {issue.code for issue in first.issues["later"]} == {Code.HTTP_ERROR}
    with Archive(tmp_path / "archive") as archive:
        archive.reindex()  # what was noted of the page is forgotten with the index
    web.add(case.host, "/tz/202610/P1.pdf", Answer(b"%PDF-1.4 late"))
    second = run(FaultWeb(web.routes), [case], tmp_path, NOW + timedelta(hours=1))
    assert second.reports["later"].fetched == 1
    assert second.issues["later"] == ()
    third = run(FaultWeb(web.routes), [case], tmp_path, NOW + timedelta(hours=2))
    assert third.web.asked.total() == 2
