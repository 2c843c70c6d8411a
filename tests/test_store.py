from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from notices import SEEN, notice

from pipeline.issues import Code, Issue
from pipeline.model import SourceReport
from pipeline.store import Store, StoreError

URL = "https://sthj.tj.example/a/1.html"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'data' / 'geppo.sqlite3'}")


def test_a_notice_comes_back_as_it_was_put(store: Store) -> None:
    item = notice(URL, "关于印发方案的通知", date_publication="2026-10-05")
    store.put_notice(item)
    assert store.notice(item.id) == item
    assert store.notice("n-unknown") is None


def test_a_changed_page_keeps_its_earlier_version(store: Store) -> None:
    first = notice(URL, "关于印发方案的通知", "下降10%。", date_publication="2026-10-05")
    second = notice(URL, "关于印发方案的通知", "下降12%。", date_publication="2026-10-05")
    store.put_notice(first)
    kept = store.put_notice(second)
    assert kept.revises == first.raw_sha256
    assert [version.body for version in store.earlier_versions(kept)] == ["下降10%。"]


def test_a_better_extractor_is_no_revision(store: Store) -> None:
    first = notice(URL, "通知", "打印 正文。", raw_sha256="same")
    second = notice(URL, "通知", "正文。", raw_sha256="same")
    store.put_notice(first)
    assert store.put_notice(second).revises is None


def test_window_query_returns_days_inside_partial_dates_and_undated(store: Store) -> None:
    inside = notice(URL + "?1", "甲", date_publication="2026-10-31")
    outside = notice(URL + "?2", "乙", date_publication="2026-11-01")
    year = notice(URL + "?3", "丙", date_publication="2026")
    undated = notice(URL + "?4", "丁")
    for item in (inside, outside, year, undated):
        store.put_notice(item)
    found = {item.id for item in store.notices(start="2026-10-01", end="2026-11-01")}
    assert found == {inside.id, year.id, undated.id}


def test_merged_copies_leave_the_window(store: Store) -> None:
    kept = notice(URL + "?1", "方案", date_publication="2026-10-02")
    copy = notice(URL + "?2", "方案", date_publication="2026-10-03")
    store.put_notice(kept)
    store.put_notice(copy)
    store.merge(copy.id, kept)
    assert [n.id for n in store.notices(start="2026-10-01", end="2026-11-01")] == [kept.id]
    assert store.merged_into(copy.id) == kept.id
    assert len(store.notices(merged=True)) == 2


def test_seen_since_uses_first_sight_not_the_latest_fetch(store: Store) -> None:
    old = notice(URL, "甲", fetched_at=SEEN - timedelta(days=60))
    store.put_notice(old)
    store.put_notice(old.model_copy(update={"fetched_at": SEEN}))
    late = notice(URL + "?late", "乙", fetched_at=SEEN)
    store.put_notice(late)
    assert [n.id for n in store.seen_since(SEEN - timedelta(days=1))] == [late.id]


def test_issues_of_a_scope_are_replaced_by_a_rerun(store: Store) -> None:
    issue = Issue(code=Code.DATE_MISSING, stage="extract", message="no date")
    store.put_issues("extract:n-1", [issue, issue])
    assert store.issues() == [issue]
    store.put_issues("extract:n-1", [])
    assert store.issues() == []


def test_scope_prefix_is_literal(store: Store) -> None:
    issue = Issue(code=Code.DATE_MISSING, stage="extract", message="no date")
    store.put_issues("extract:n-1", [issue])
    assert store.issues("extract:n_") == []


def test_reports_keep_the_newest(store: Store) -> None:
    report = SourceReport(source_id="tianjin", health="empty", started_at=datetime.now(UTC))
    store.put_reports("2026-10", [report])
    store.put_reports("2026-10", [report.model_copy(update={"health": "ok"})])
    assert store.reports("2026-10")["tianjin"].health == "ok"
    assert store.reports("2026-09") == {}


def test_what_was_decoded_is_kept_as_it_was(store: Store) -> None:
    store.put_decoded("k", ("一。", "二"))
    store.put_decoded("k", ("三",))
    store.put_decoded("none", ())
    assert store.decoded("k") == ("一。", "二")
    assert store.decoded("none") == ()
    assert store.decoded("absent") is None


def test_a_damaged_store_says_so_and_how_to_mend_it(tmp_path: Path) -> None:
    path = tmp_path / "geppo.sqlite3"
    path.write_bytes(b"this is no database, but long enough to be looked at" * 40)
    with pytest.raises(StoreError, match=r"geppo\.sqlite3 is damaged.*move it away"):
        Store(f"sqlite:///{path}")


def test_a_locked_store_says_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "geppo.sqlite3"
    Store(f"sqlite:///{path}").close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    store = Store(f"sqlite:///{path}", wait=0)
    with pytest.raises(StoreError, match="another geppo is running"):
        store.put_issues("x", [Issue(code=Code.BLOCKED, stage="collect", message="m")])
    store.close()
    holder.close()


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((StoreError, OSError), match="file"):
        Store(f"sqlite:///{tmp_path / 'file' / 'geppo.sqlite3'}")
