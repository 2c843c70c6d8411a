"""geppo evidence: from an entry back to the bytes it was read from."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Geppo

from pipeline.archive import Archive, Capture
from pipeline.model import RawDocument

URL = "https://sthj.jia.example/tz/t1.html"
PDF = "https://sthj.jia.example/tz/P1.pdf"
LIST = "https://sthj.jia.example/tz/"
NOW = datetime(2026, 10, 12, 3, tzinfo=UTC)


def page(limit: int) -> bytes:
    text = (
        f"到2027年，全市PM2.5年均浓度控制在{limit}微克/立方米以内。" + "各区要加强扬尘管理。" * 30
    )
    return (
        '<html><head><meta name="ArticleTitle" content="关于加强扬尘污染防治的通知">'
        '<meta name="PubDate" content="2026-10-12"></head><body>'
        f'<div class="TRS_Editor"><p>{text}</p><p><a href="./P1.pdf">附件1.pdf</a></p></div>'
        "</body></html>"
    ).encode()


def put(archive: Archive, body: bytes, days: int = 0, **facts: object) -> RawDocument:
    given: dict[str, object] = {
        "url": URL, "source_id": "jia", "kind": "detail", "status": 200, "parent_url": LIST,
        "fetched_at": NOW + timedelta(days=days), "headers": (("Content-Type", "text/html"),),
    }  # fmt: skip
    return archive.put(Capture(**(given | facts)), body)  # type: ignore[arg-type]


@pytest.fixture
def archived(tmp_path: Path, geppo: Geppo) -> Path:
    """A page seen three times, once gone; its list and its attachment; read into the store."""
    folder = tmp_path / "data" / "archive"
    with Archive(folder) as archive:
        put(archive, b"<ul><li>a</li></ul>", url=LIST, kind="list", parent_url=None)
        put(archive, page(35))
        put(archive, page(35), 1)
        put(archive, page(33), 2)
        put(archive, b"<h1>404</h1>", 3, status=404, problem="http_error")
        put(
            archive, b"%PDF-1.4 x", url=PDF, kind="attachment", parent_url=URL,
            headers=(("Content-Type", "application/pdf"),),
        )  # fmt: skip
    assert geppo("extract").code == 0
    return folder


def notice_id() -> str:
    return "n-" + hashlib.sha256(URL.encode()).hexdigest()[:12]


def test_every_capture_is_shown_and_verified(geppo: Geppo, archived: Path) -> None:
    ran = geppo("evidence", notice_id(), "--json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    pages = [record for record in found["records"] if record["role"] == "page"]
    assert [record["status"] for record in pages] == [200, 200, 200, 404]
    assert [record["used"] for record in pages] == [False, False, True, False]
    assert pages[3]["problem"] == "http_error"
    assert pages[0]["warc"] == pages[1]["warc"]
    assert pages[0]["offset"] == pages[1]["offset"], "the same bytes lie there once"
    assert {record["role"] for record in found["records"]} == {"page", "list", "attachment"}
    assert all(record["verified"] for record in found["records"])
    shown = geppo("evidence", notice_id()).out
    for text in (URL, PDF, pages[2]["sha256"] + " verified", "2026-10/0001.warc.gz at byte"):
        assert text in shown


def test_export_gives_the_bytes_as_received(geppo: Geppo, archived: Path, tmp_path: Path) -> None:
    target = tmp_path / "export"
    assert geppo("evidence", notice_id(), "--export", target).code == 0
    folder = target / notice_id()
    raw = [path for path in folder.iterdir() if not path.name.endswith(".evidence.json")]
    assert {path.suffix for path in raw} == {".html", ".pdf"}
    for path in raw:
        facts = json.loads((folder / f"{path.name}.evidence.json").read_text("utf-8"))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert facts["file"] == path.name
        assert {capture["sha256"] for capture in facts["captures"]} == {digest}
    assert page(33) in [path.read_bytes() for path in raw]
    first = sorted(folder.glob("001-page*.json"))[0]
    assert len(json.loads(first.read_text("utf-8"))["captures"]) == 2


def test_a_damaged_record_is_named(geppo: Geppo, archived: Path) -> None:
    warc = next(archived.glob("*/*.warc.gz"))
    data = bytearray(warc.read_bytes())
    with Archive(archived) as archive:
        offset = archive.records_of(URL)[0].offset
    data[offset + 400 : offset + 440] = bytes(40)
    warc.write_bytes(data)
    ran = geppo("evidence", notice_id())
    assert ran.code == 1
    assert "DAMAGED" in ran.out
    assert "restore the file from a backup" in " ".join(ran.err.split())


def test_lost_evidence_is_named(geppo: Geppo, archived: Path) -> None:
    for path in archived.rglob("*"):
        if path.is_file():
            path.unlink()
    ran = geppo("evidence", notice_id())
    assert ran.code == 1
    assert "is not in the archive" in ran.err


def test_an_entry_number_leads_to_its_notice(geppo: Geppo, archived: Path, tmp_path: Path) -> None:
    numbers = tmp_path / "bulletins" / "2026-10" / "machine" / "numbers.json"
    numbers.parent.mkdir(parents=True)
    numbers.write_text(json.dumps({notice_id(): "2026-10-001"}))
    ran = geppo("evidence", "2026-10-001", "--json")
    assert json.loads(ran.out)["notice"] == notice_id()
    for entry, said in (
        ("2026-10-099", "no entry 2026-10-099"),
        ("n-000000000000", "no notice n-000000000000"),
        ("S-001", "--window"),
        ("nonsense", "such as 2026-10-016"),
    ):
        ran = geppo("evidence", entry)
        assert ran.code == 2, entry
        assert said in ran.err


def test_what_was_added_by_hand_has_evidence_too(geppo: Geppo, tmp_path: Path) -> None:
    line = {
        "id": "x-1", "title": "关于印发扬尘污染防治方案的通知", "date": "2026-10-05",
        "body": "为加强扬尘污染防治，改善环境空气质量，制定本方案。施工工地不得露天堆放渣土。" * 3,
    }  # fmt: skip
    file = tmp_path / "given.jsonl"
    file.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    saved = tmp_path / "saved.html"
    saved.write_bytes(page(30))
    assert geppo("add", file, saved).code == 0
    from pipeline.store import Store

    store = Store(f"sqlite:///{tmp_path / 'data' / 'geppo.sqlite3'}")
    notices = store.notices()
    store.close()
    assert len(notices) == 2
    for notice in notices:
        found = json.loads(geppo("evidence", notice.id, "--json").out)
        (record,) = found["records"]
        assert record["used"]
        assert record["source"] == "manual"
        assert found["faults"] == []
