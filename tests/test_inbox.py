"""What analysts bring: the inbox folder, and addresses of single pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Geppo
from web.response import Web, html
from web.server import serve

from pipeline.model import Notice
from pipeline.store import Store

LINE = {
    "id": "x-1", "title": "关于印发扬尘污染防治方案的通知", "date": "2026-10-05",
    "body": "为加强扬尘污染防治，改善环境空气质量，制定本方案。施工工地不得露天堆放渣土。" * 3,
}  # fmt: skip
PAGE = (
    '<html><head><meta name="ArticleTitle" content="关于秸秆禁烧工作的通告">'
    '<meta name="PubDate" content="2026-10-07"></head><body><div class="TRS_Editor"><p>'
    + "全域全时段禁止露天焚烧秸秆，切实改善环境空气质量。" * 12
    + "</p></div></body></html>"
)


def notices(tmp_path: Path) -> list[Notice]:
    store = Store(f"sqlite:///{tmp_path / 'data' / 'geppo.sqlite3'}")
    found = store.notices(merged=True)
    store.close()
    return found


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "inbox"
    folder.mkdir(parents=True)
    return folder


def lay(inbox: Path, name: str, line: dict[str, str] = LINE) -> Path:
    path = inbox / name
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def test_the_inbox_is_taken_and_moved(geppo: Geppo, inbox: Path, tmp_path: Path) -> None:
    lay(inbox, "a.jsonl")
    (inbox / "b.html").write_text(PAGE, encoding="utf-8")
    for name in (".hidden.html", "loading.pdf.part", "~$open.docx"):
        (inbox / name).write_text("not yet")
    ran = geppo("add", "--inbox")
    assert ran.code == 0, ran.err
    assert "a.jsonl: 1 notices" in ran.out
    assert sorted(path.name for path in (inbox / "done").iterdir()) == ["a.jsonl", "b.html"]
    assert {path.name for path in inbox.iterdir()} == {
        "done", ".hidden.html", "loading.pdf.part", "~$open.docx",
    }  # fmt: skip
    found = notices(tmp_path)
    assert {notice.origin for notice in found} == {"add"}
    assert len(found) == 2
    assert geppo("add", "--inbox").out == "", "nothing left to take"


def test_a_bad_file_stays_and_keeps_no_other(geppo: Geppo, inbox: Path, tmp_path: Path) -> None:
    (inbox / "a-broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (inbox / "folder").mkdir()
    lay(inbox, "z.jsonl")
    ran = geppo("add", "--inbox")
    assert ran.code == 1
    assert "not taken: a-broken.pdf" in ran.err
    assert "not taken: folder: is a folder" in ran.err
    assert (inbox / "a-broken.pdf").exists()
    assert (inbox / "done" / "z.jsonl").exists()
    assert len(notices(tmp_path)) == 1


def test_nothing_in_done_is_overwritten_and_repeats_change_nothing(
    geppo: Geppo, inbox: Path, tmp_path: Path
) -> None:
    for number in range(3):
        lay(inbox, "a.jsonl", LINE if number < 2 else LINE | {"id": "x-2", "title": "另一通知"})
        assert geppo("add", "--inbox").code == 0
    assert sorted(path.name for path in (inbox / "done").iterdir()) == [
        "a-2.jsonl", "a-3.jsonl", "a.jsonl",
    ]  # fmt: skip
    assert len(notices(tmp_path)) == 2


def test_the_inbox_may_lie_elsewhere(
    geppo: Geppo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "共有フォルダ"
    elsewhere.mkdir()
    monkeypatch.setenv("GEPPO_INBOX_DIR", str(elsewhere))
    lay(elsewhere, "a.jsonl")
    assert geppo("add", "--inbox").code == 0
    assert (elsewhere / "done" / "a.jsonl").exists()


def test_an_address_is_fetched_by_the_rules(geppo: Geppo, tmp_path: Path) -> None:
    web = Web()
    page, secret = "http://sthj.jia.example/t/1.html", "http://sthj.jia.example/secret/2.html"
    gone = "http://sthj.jia.example/t/3.html"
    web.add(page, lambda: html(PAGE))
    web.add(secret, lambda: html(PAGE))
    web.add(
        "http://sthj.jia.example/robots.txt",
        lambda: html("User-agent: *\nDisallow: /secret/\n", declared="text/plain"),
    )
    with serve(web) as port:
        ran = geppo("add", page, secret, gone, "--loopback-port", port)
    assert ran.code == 1
    assert f"{page}: 1 notices" in ran.out
    assert f"not taken: {secret}: " in ran.err
    assert "robots.txt forbids" in ran.err
    assert "404" in next(line for line in ran.err.splitlines() if gone in line)
    (notice,) = notices(tmp_path)
    assert (notice.url, notice.origin, notice.source_id) == (page, "add", "manual")
    assert notice.title == "关于秸秆禁烧工作的通告"
    found = json.loads(geppo("evidence", notice.id, "--json").out)
    assert [record["used"] for record in found["records"]] == [True]
    assert json.loads(geppo("rebuild", "--json").out)["differences"] == []


def test_nothing_given_is_said(geppo: Geppo) -> None:
    ran = geppo("add")
    assert ran.code == 2
    assert "--inbox" in ran.err
