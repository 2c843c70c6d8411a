"""The archive keeps what it was given, whatever happens to the process or to the files."""

from __future__ import annotations

import gzip
import io
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive import Archive, ArchiveError, Capture
from pipeline.warc import ReplayWeb, UnknownHostError, read, request_key

DAY = datetime(2026, 10, 16, 3, 0, tzinfo=UTC)
URL = "http://sthj.jia.example/tz/t20261010_1.html"
HTML = (("Content-Type", "text/html; charset=gb2312"), ("ETag", '"v1"'), ("X-Über", "ü 值"))


def capture(url: str = URL, when: datetime = DAY, **facts: object) -> Capture:
    given = {"source_id": "jia-sthj", "kind": "detail", "status": 200, "headers": HTML} | facts
    return Capture(url=url, fetched_at=when, **given)  # type: ignore[arg-type]


def test_bytes_headers_and_hints_come_back_as_they_were(tmp_path: Path) -> None:
    body = "关于印发方案的通知".encode("gb18030") + b"\x00\xff\r\n\r\nWARC/1.0"
    hints = {"title": "关于印发方案的通知", "date": "2026-10-10", "column": "通知"}
    with Archive(tmp_path) as archive:
        document = archive.put(capture(parent_url="http://sthj.jia.example/", hints=hints), body)
        assert document.content_type == "text/html; charset=gb2312"
        assert (document.url, document.status, document.kind) == (URL, 200, "detail")
        assert document.warc == "2026-10/0001.warc.gz"
        stored = archive.stored(document)
        assert stored.body == archive.get(document.sha256) == body
        assert dict(stored.headers)["ETag"] == '"v1"'
        assert stored.hints == archive.hints(URL) == hints
        assert stored.document.parent_url == "http://sthj.jia.example/"
        assert archive.latest(URL) == document


def test_the_files_are_plain_warc(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.put(capture(), b"<p>a</p>")
        archive.put(capture(when=DAY + timedelta(days=1)), b"<p>a</p>")
    with (tmp_path / "2026-10/0001.warc.gz").open("rb") as stream:
        kinds = [
            (record.rec_type, record.http_headers.get_statuscode(), record.content_stream().read())
            for record in ArchiveIterator(stream)
        ]
    assert kinds == [("response", "200", b"<p>a</p>"), ("revisit", "200", b"")]


def test_unchanged_bytes_are_kept_once_and_a_change_is_noticed(tmp_path: Path) -> None:
    page = os.urandom(40_000)
    with Archive(tmp_path) as archive:
        for day in range(4):
            archive.put(capture(when=DAY + timedelta(days=day)), page)
        assert (tmp_path / "2026-10/0001.warc.gz").stat().st_size < 45_000
        changed = archive.put(capture(when=DAY + timedelta(days=5)), page + b"!")
        assert [d.sha256 for d in archive.documents()] == [
            archive.records_of(URL)[0].sha256,
            changed.sha256,
        ]
        assert len(list(archive.documents(repeats=True))) == len(archive.records_of(URL)) == 5
        # the same bytes at another address are another document
        archive.put(capture("http://sthj.jia.example/copy.html"), page)
        assert len(list(archive.documents())) == 3


def test_not_modified_means_the_bytes_held(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        first = archive.put(capture(), b"page")
        again = archive.put(capture(when=DAY + timedelta(days=1), status=304, headers=()), b"")
        assert again.sha256 == first.sha256
        assert archive.get(again.sha256) == b"page"
        known = archive.known("jia-sthj")[URL]
        assert (known.fetched_at, known.etag) == (DAY + timedelta(days=1), '"v1"')
        archive.put(capture(when=DAY + timedelta(days=2), status=503, problem="http_error"), b"x")
        assert archive.known("jia-sthj")[URL] == known


def test_documents_can_be_chosen_and_leave_problems_out(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.put(capture("http://a.example/1"), b"1")
        archive.put(capture("http://a.example/l", kind="list"), b"2")
        archive.put(capture("http://a.example/2", DAY + timedelta(hours=1)), b"3")
        archive.put(capture("http://b.example/3", source_id="yi", problem="soft_404"), b"4")
        archive.put(capture("http://b.example/4", source_id="yi", status=404), b"5")
        archive.put(capture("http://b.example/5", source_id="yi", status=301), b"6")

        def urls(**choice: object) -> list[str]:
            return [d.url for d in archive.documents(**choice)]  # type: ignore[arg-type]

        assert urls(kind="detail") == ["http://a.example/1", "http://a.example/2"]
        assert urls(kind="detail", since=DAY + timedelta(minutes=1)) == ["http://a.example/2"]
        assert urls(source_id="yi") == []
        assert len(urls(source_id="yi", problems=True)) == 3
        assert archive.latest("http://b.example/3") is None


def test_a_killed_writer_costs_only_its_last_record(tmp_path: Path) -> None:
    script = (
        "import sys, itertools; from pathlib import Path; from datetime import *\n"
        "from pipeline.archive import Archive, Capture\n"
        "archive = Archive(Path(sys.argv[1]))\n"
        "for n in itertools.count():\n"
        "    when = datetime(2026, 10, 16, tzinfo=UTC)\n"
        "    capture = Capture(f'http://a.example/{n}', 'a', 'detail', 200, when)\n"
        "    archive.put(capture, b'%d ' % n * 5000)\n"
        "    if n == 20: sys.stdout.write('ready\\n'); sys.stdout.flush()\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    assert writer.stdout
    assert writer.stdout.readline() == b"ready\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    torn = tmp_path / "2026-10/0001.warc.gz"
    with torn.open("r+b") as stream:
        stream.truncate(torn.stat().st_size - 7)
    with Archive(tmp_path) as archive:
        new = archive.put(capture(), b"next run")
        assert new.warc == "2026-10/0002.warc.gz"
        for document in list(archive.documents())[:20]:
            assert archive.get(document.sha256)
        held = archive.reindex()
        assert held >= 21
        assert len(list(archive.documents())) == held
        assert archive.get(new.sha256) == b"next run"


def test_records_written_but_not_indexed_are_found_by_the_next_writer(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.put(capture(), b"one")
        lost = archive.put(capture("http://a.example/lost"), b"two")
    with sqlite3.connect(tmp_path / "index.sqlite3") as index:
        index.execute("DELETE FROM captures WHERE url LIKE '%lost'")
        index.execute("DELETE FROM payloads WHERE sha256 = ?", (lost.sha256,))
        index.execute("UPDATE files SET indexed = ?", (lost.offset,))
    index.close()
    with Archive(tmp_path) as archive:
        archive.put(capture("http://a.example/new"), b"three")
        assert archive.latest("http://a.example/lost") == lost
        assert len(list(archive.documents())) == 3


def test_the_index_is_rebuilt_from_the_files_alone(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.put(capture(hints={"title": "甲"}), b"one")
        archive.put(capture(when=DAY + timedelta(days=1)), b"one")
        archive.put(
            capture("http://a.example/l", kind="list", request=request_key("POST", b"p=1")), b"l"
        )
        pdf = (("Content-Type", "application/pdf"),)
        added = capture("file:inbox/a.pdf", when=DAY + timedelta(days=40), headers=pdf)
        archive.put(added, b"%PDF-1.7")
        before = list(archive.documents(repeats=True))
        known, hints = dict(archive.known("jia-sthj")), archive.hints(URL)
    for name in ("index.sqlite3", "index.sqlite3-wal", "index.sqlite3-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    with Archive(tmp_path) as archive:
        assert list(archive.documents(repeats=True)) == before
        assert (dict(archive.known("jia-sthj")), archive.hints(URL)) == (known, hints)
        assert archive.get(before[-1].sha256) == b"%PDF-1.7"
        assert before[-1].warc == "2026-11/0001.warc.gz"


def test_damage_is_said_with_file_and_remedy(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        document = archive.put(capture(), b"evidence " * 500)
    path = tmp_path / document.warc
    path.write_bytes(gzip.compress(b"not a warc"))
    with Archive(tmp_path) as archive:
        with pytest.raises(ArchiveError, match=r"0001\.warc\.gz: the record at byte 0"):
            archive.get(document.sha256)
        path.unlink()
        with pytest.raises(ArchiveError, match="restore the file"):
            archive.get(document.sha256)
        with pytest.raises(KeyError):
            archive.get("0" * 64)
    (tmp_path / "index.sqlite3").write_bytes(b"SQLite format 3\x00" + b"junk" * 500)
    with pytest.raises(ArchiveError, match="delete the file"):
        Archive(tmp_path)


def test_an_interrupt_while_a_record_is_read_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(io.FileIO):
        def tell(self) -> int:
            signal.raise_signal(signal.SIGINT)
            return super().tell()

    with Archive(tmp_path) as archive:
        document = archive.put(capture(), b"<p>a</p>")
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            with monkeypatch.context() as patch:
                patch.setattr(Path, "open", lambda path, mode: Interrupted(path, mode))
                with pytest.raises(KeyboardInterrupt):
                    archive.get(document.sha256)
        finally:
            signal.signal(signal.SIGINT, before)
        assert archive.get(document.sha256) == b"<p>a</p>"


def test_an_unwritable_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where a folder should be")
    with pytest.raises(ArchiveError, match="archive"):
        Archive(tmp_path / "archive")


def recording(tmp_path: Path) -> Path:
    """Two visits: a page changed, one came, one went; a POST list; a challenge; a robots file."""
    later = DAY + timedelta(days=5)
    with Archive(tmp_path) as archive:
        for when, text in ((DAY, b"old"), (later, b"new")):
            archive.put(capture(when=when), text)
            archive.put(capture("http://a.example/same", when=when), b"same")
        archive.put(capture("http://a.example/came", when=later), b"came")
        archive.put(capture("http://a.example/gone"), b"here")
        archive.put(capture("http://a.example/gone", when=later, status=404), b"gone")
        for body in (b"startrecord=1", b"startrecord=16"):
            key = request_key("POST", body)
            archive.put(capture("http://a.example/api", kind="list", request=key), body)
        archive.put(capture("http://wall.example/", status=412, problem="challenge"), b"<script>")
    return tmp_path / "2026-10/0001.warc.gz"


def test_replay_answers_as_the_web_was_at_each_visit(tmp_path: Path) -> None:
    path = recording(tmp_path)
    first, then = ReplayWeb(path, 1), ReplayWeb(path, 2)
    assert (first.recorded_at, then.recorded_at) == (DAY, DAY + timedelta(days=5))
    bodies = {
        url: (first.answer("GET", url).body, then.answer("GET", url + "#top").body)
        for url in (URL, "http://a.example/same", "http://a.example/came", "http://a.example/gone")
    }
    assert list(bodies.values()) == [
        (b"old", b"new"),
        (b"same", b"same"),
        (b"", b"came"),
        (b"here", b"gone"),
    ]
    assert first.answer("GET", "http://a.example/came").status == 404
    assert then.answer("GET", "http://a.example/gone").status == 404
    assert first.answer("POST", "http://a.example/api", b"startrecord=16").body.endswith(b"16")
    assert first.answer("GET", "http://a.example/api").status == 404
    assert first.answer("GET", "http://wall.example/").status == 412
    assert first.answer("GET", "http://a.example/nowhere").status == 404
    with pytest.raises(UnknownHostError):
        first.answer("GET", "http://dead.example/")
    with pytest.raises(ValueError, match="visits 1 to 2"):
        ReplayWeb(path, 3)


def test_replay_of_nothing_is_an_error(tmp_path: Path) -> None:
    empty = tmp_path / "empty.warc.gz"
    empty.write_bytes(b"")
    with pytest.raises(ArchiveError, match="holds no recorded page"):
        ReplayWeb(empty)
    with pytest.raises(ArchiveError, match="cannot read"):
        ReplayWeb(tmp_path / "missing.warc.gz")


def test_equal_captures_give_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with Archive(tmp_path / name) as archive:
            archive.put(capture(hints={"title": "甲", "date": "2026-10-10"}), b"page")
            archive.put(capture(when=DAY + timedelta(days=1)), b"page")
    one, other = (tmp_path / name / "2026-10/0001.warc.gz" for name in ("a", "b"))
    assert one.read_bytes() == other.read_bytes()
    assert [found.capture.hints.get("title") for found in read(one)] == ["甲", None]


def test_what_was_archived_after_a_position_is_found_until_the_index_is_rebuilt(
    tmp_path: Path,
) -> None:
    with Archive(tmp_path) as archive:
        archive.put(capture("http://a.example/1"), b"1")
        position = archive.position()
        archive.put(capture("http://a.example/2"), b"2")
        assert [d.url for d in archive.documents(after=position)] == ["http://a.example/2"]
        assert list(archive.documents(after=archive.position())) == []
        assert [d.url for d in archive.documents(urls=["http://a.example/1"])] == [
            "http://a.example/1"
        ]
        archive.reindex()
        assert len(list(archive.documents(after=position))) == 2


def test_a_file_belongs_to_every_page_that_links_to_it(tmp_path: Path) -> None:
    one, two, file = "http://a.example/1", "http://a.example/2", "http://a.example/f.pdf"
    with Archive(tmp_path) as archive:
        first, second = archive.put(capture(one), b"1"), archive.put(capture(two), b"2")
        held = archive.put(capture(file, kind="attachment", parent_url=one), b"%PDF-")
        archive.links.note(two, second.sha256, [(file, "附件.pdf"), (one + ".doc", "附件2")])
        assert archive.files_of(one) == archive.files_of(two) == (held,)
        assert archive.links.pages(file) == (one, two)
        assert archive.links.noted(one, first.sha256) is None
        assert archive.links.noted(two, second.sha256) == (
            (file, "附件.pdf"), (one + ".doc", "附件2"),
        )  # fmt: skip
        assert archive.links.noted(two, first.sha256) is None
        archive.links.note(two, first.sha256, [])
        assert archive.links.noted(two, first.sha256) == ()


def test_a_redirected_url_is_known_by_the_page_it_led_to(tmp_path: Path) -> None:
    old, new = "http://a.example/old", "http://a.example/new"
    moved = (("Location", "/new"),)
    with Archive(tmp_path) as archive:
        archive.put(capture(old, status=301, headers=moved, problem="redirect"), b"")
        assert old not in archive.known("jia-sthj")
        page = archive.put(capture(new), b"page")
        known = archive.known("jia-sthj")[old]
        assert (known.sha256, known.url, known.etag) == (page.sha256, new, '"v1"')
        assert list(archive.known("jia-sthj")) == [new]
        back = capture(new, status=302, headers=(("Location", "/old"),), problem="redirect")
        archive.put(back, b"")
        assert archive.known("jia-sthj")[old].sha256 == page.sha256  # a circle ends
