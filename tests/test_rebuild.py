"""geppo rebuild: everything derived again from the archive, and every difference explained."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Geppo

from pipeline.archive import Archive, Capture
from pipeline.model import Copy, Notice, notice_id
from pipeline.store import Store

NOW = datetime(2026, 10, 12, 3, tzinfo=UTC)
JIA = "https://sthj.jia.example/tz/t1.html"
YI = "https://sthj.yi.example/tz/t2.html"
REPOST = "https://sthj.bing.example/zz/t9.html"


def page(title: str, text: str) -> bytes:
    return (
        f'<html><head><meta name="ArticleTitle" content="{title}">'
        '<meta name="PubDate" content="2026-10-12"></head><body>'
        f'<div class="TRS_Editor"><p>{text * 20}</p></div></body></html>'
    ).encode()


def put(archive: Archive, url: str, source: str, body: bytes, days: int = 0) -> None:
    when = NOW + timedelta(days=days)
    archive.put(
        Capture(url=url, source_id=source, kind="detail", status=200, fetched_at=when), body
    )


@pytest.fixture
def archive(tmp_path: Path, geppo: Geppo) -> Path:
    """Two documents and a copy of the first, read into the store."""
    folder = tmp_path / "data" / "archive"
    with Archive(folder) as archive:
        put(archive, JIA, "jia", page("关于加强扬尘污染防治工作的通知", "各工地要加强扬尘管理。"))
        put(archive, YI, "yi", page("关于秸秆禁烧工作的通告", "全域禁止露天焚烧秸秆。"))
        put(
            archive,
            REPOST,
            "bing",
            page("关于加强扬尘污染防治工作的通知", "各工地要加强扬尘管理。"),
        )
    assert geppo("extract").code == 0
    return folder


Change = Callable[[Callable[[Store], None]], None]


@pytest.fixture
def change(tmp_path: Path, archive: Path) -> Change:
    """Do something to the store."""

    def change(what: Callable[[Store], None]) -> None:
        store = Store(f"sqlite:///{tmp_path / 'data' / 'geppo.sqlite3'}")
        what(store)
        store.close()

    return change


def notices(tmp_path: Path) -> dict[str, Notice]:
    store = Store(f"sqlite:///{tmp_path / 'data' / 'geppo.sqlite3'}")
    found = {notice.id: notice for notice in store.notices(merged=True)}
    store.close()
    return found


def rebuilt(geppo: Geppo, *options: str) -> dict[str, Any]:
    ran = geppo("rebuild", "--json", *options)
    assert ran.code == 0, ran.err
    return dict(json.loads(ran.out))


def only(found: dict[str, Any]) -> dict[str, Any]:
    (difference,) = found["differences"]
    return dict(difference)


def test_a_sound_store_comes_out_the_same(geppo: Geppo, archive: Path, tmp_path: Path) -> None:
    before = notices(tmp_path)
    merged = [n for n in before.values() if n.also_at]
    assert len(merged) == 1
    assert rebuilt(geppo) == {"pages": 3, "same": 3, "applied": False, "differences": []}
    assert rebuilt(geppo, "--apply")["same"] == 3
    assert notices(tmp_path) == before
    assert "0 pages read" in geppo("extract").out, "marks of extraction came along"


def test_another_extractor_is_told_from_a_change_at_the_source(
    geppo: Geppo, archive: Path, change: Change, tmp_path: Path
) -> None:
    def older(store: Store) -> None:
        notice = store.notice(notice_id(YI))
        assert notice
        store.put_notice(notice.model_copy(update={"title": "旧", "extractor": "0"}))

    change(older)
    found = only(rebuilt(geppo))
    assert (found["kind"], found["reason"], found["fields"]) == ("changed", "extractor", ["title"])
    assert found["detail"].startswith("0 → ")
    with Archive(archive) as opened:
        put(opened, YI, "yi", page("关于秸秆禁烧工作的通告（修订）", "全域禁止露天焚烧。"), 3)
    found = only(rebuilt(geppo))
    assert found["reason"] == "source"
    assert "2026-10-15" in found["detail"]
    assert {"title", "blocks"} <= set(found["fields"])
    assert notices(tmp_path)[notice_id(YI)].title == "旧", "nothing replaced unasked"
    assert rebuilt(geppo, "--apply")["applied"]
    assert notices(tmp_path)[notice_id(YI)].title.endswith("（修订）")
    assert rebuilt(geppo)["differences"] == []


def test_an_edited_reading_is_named(geppo: Geppo, change: Change) -> None:
    def edited(store: Store) -> None:
        notice = store.notice(notice_id(YI))
        assert notice
        store.put_notice(notice.model_copy(update={"document_number": "乙〔2026〕9号"}))

    change(edited)
    found = only(rebuilt(geppo))
    assert (found["reason"], found["fields"]) == ("reading", ["document_number"])
    shown = geppo("rebuild").out
    assert "the source file or the reader changed" in shown
    assert "--apply" in shown


def test_missing_evidence_and_unread_pages_are_named(
    geppo: Geppo, archive: Path, change: Change, tmp_path: Path
) -> None:
    ghost = "https://sthj.jia.example/lost.html"

    def haunt(store: Store) -> None:
        notice = store.notice(notice_id(YI))
        assert notice
        update = {"id": notice_id(ghost), "url": ghost, "raw_sha256": "0" * 64, "title": "失"}
        store.put_notice(notice.model_copy(update=update))

    change(haunt)
    new = "https://sthj.yi.example/tz/t7.html"
    with Archive(archive) as opened:
        put(opened, new, "yi", page("关于移动源治理的通知", "加强柴油货车监管。"))
    found = {item["notice_id"]: item for item in rebuilt(geppo)["differences"]}
    assert found.keys() == {notice_id(ghost), notice_id(new)}
    lost = found[notice_id(ghost)]
    assert (lost["kind"], lost["reason"]) == ("missing", "evidence")
    assert "not in the archive" in lost["detail"]
    assert (found[notice_id(new)]["kind"], found[notice_id(new)]["reason"]) == ("new", "unread")
    rebuilt(geppo, "--apply")
    assert notice_id(ghost) not in notices(tmp_path)
    assert notice_id(new) in notices(tmp_path)


def test_merging_otherwise_is_no_change_of_text(geppo: Geppo, change: Change) -> None:
    def merge(store: Store) -> None:
        kept = store.notice(notice_id(JIA))
        assert kept
        copy = Copy(source_id="yi", url=YI)
        store.merge(notice_id(YI), kept.model_copy(update={"also_at": (*kept.also_at, copy)}))

    change(merge)
    found = rebuilt(geppo)["differences"]
    assert {item["notice_id"] for item in found} == {notice_id(JIA), notice_id(YI)}
    assert {item["reason"] for item in found} == {"merging"}


def test_an_unknown_source_is_named(geppo: Geppo) -> None:
    wrong = geppo("rebuild", "--source", "nobody")
    assert wrong.code == 2
    assert "no source 'nobody'" in wrong.err


def test_a_source_is_rebuilt_without_touching_others_or_its_copies(
    geppo: Geppo, archive: Path, change: Change, tmp_path: Path
) -> None:
    from pipeline.opening import opened
    from pipeline.steps.rebuild import rebuild

    before = notices(tmp_path)

    def edited(store: Store) -> None:
        for url in (JIA, YI):
            notice = store.notice(notice_id(url))
            assert notice
            store.put_notice(notice.model_copy(update={"title": "改"}))

    change(edited)
    with opened() as (project, _):
        done = rebuild(project, source="jia", apply=True)
    (difference,) = done.differences
    assert difference.notice_id == notice_id(JIA)
    after = notices(tmp_path)
    assert after[notice_id(JIA)] == before[notice_id(JIA)]
    assert after[notice_id(YI)].title == "改"
    assert after[notice_id(REPOST)] == before[notice_id(REPOST)]
