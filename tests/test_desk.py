"""geppo desk: what its pages show, what they refuse, how it starts and ends. A real server."""

from __future__ import annotations

import asyncio
import html
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import ROOT, Geppo

from pipeline import steps
from pipeline.desk import bind
from pipeline.desk.marks import Mark, pieces
from pipeline.desk.serve import LOOPBACK, server
from pipeline.desk.shelf import Shelf
from pipeline.loopback import is_loopback
from pipeline.model import SourceReport, notice_id
from pipeline.opening import opened
from pipeline.render.names import HEALTH_JA
from pipeline.store import Store

PLAN = {
    "id": "d-1",
    "title": "天津市人民政府办公厅关于印发《天津市扬尘与臭氧协同治理三年行动方案》的通知",
    "body": "各区人民政府：\n为改善环境空气质量，制定本方案。\n一、主要目标\n到2028年，全市"
    "PM2.5年均浓度控制在33微克/立方米以内。\n二、重点任务\n施工工地渣土车辆未密闭的，不得上路行驶。",
    "url": "https://tj.example/1.html", "date": "2026-10-06",
}  # fmt: skip
CALL = {
    "id": "d-2",
    "title": "关于公开征求《唐山市锅炉大气污染物排放限值（征求意见稿）》意见的函",
    "body": "为减少大气污染物排放，现公开征求意见。请于2026年11月20日前反馈。"
    "电子邮箱：kongqi@ts.example",
    "url": "https://ts.example/2.html", "date": "2026-10-09",
}  # fmt: skip
HOSTILE = {
    "id": "d-3",
    "title": "天津市<script>alert(1)</script>空气质量\u202e月报\"><img src=x onerror=alert(2)>",
    "body": "9月，全市PM2.5平均浓度为36微克/立方米<i>同比</i>下降4.0%。</div>"
    "<script>alert(3)</script>{{ 7*7 }}",
    "url": "https://tj.example/%22%3E%3Cscript%3E/3.html", "date": "2026-10-12",
}  # fmt: skip
OTHER = {
    "id": "d-4",
    "title": "天津市水务局关于开展供水管网漏损治理的通知",
    "body": "为加强供水管网管理，开展漏损治理。",
    "url": "https://tj.example/4.html", "date": "2026-10-13",
}  # fmt: skip
UNDATED = {
    "id": "d-5", "title": "天津市餐饮油烟与扬尘污染防治告知书",
    "body": "为改善空气质量，加强餐饮油烟和扬尘污染防治。",
    "url": "https://tj.example/5.html", "date": "",
}  # fmt: skip
ISSUE = "/issues/2026-10"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def plain(self) -> str:
        """The text a reader sees."""
        body = re.sub(r"<[^>]*>", "", self.text.partition("<main")[2])
        return html.unescape(body)


@dataclass(frozen=True)
class Desk:
    port: int

    def get(self, path: str, *, method: str = "GET", host: str | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers={"Host": host or f"127.0.0.1:{self.port}"})
            reply = connection.getresponse()
            headers = {key.lower(): value for key, value in reply.getheaders()}
            return Answer(reply.status, headers, reply.read().decode())
        finally:
            connection.close()


@contextmanager
def served() -> Iterator[Desk]:
    """The desk of the project the environment names."""
    shelf = Shelf(ROOT)
    listening = bind("127.0.0.1", 0)
    running = server(shelf, LOOPBACK)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve(sockets=[listening])))
    thread.start()
    try:
        yield Desk(listening.getsockname()[1])
    finally:
        running.should_exit = True
        thread.join()
        shelf.close()
        listening.close()


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month with a plan, a consultation, a hostile page, a notice left out, one undated."""
    folder = tmp_path_factory.mktemp("month")
    path = folder / "notices.jsonl"
    lines = (json.dumps(one, ensure_ascii=False) for one in (PLAN, CALL, HOSTILE, OTHER, UNDATED))
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEPPO_DATA_DIR", str(folder / "data"))
        patch.setenv("GEPPO_BULLETINS_DIR", str(folder / "bulletins"))
        with opened("2026-10", folder=ROOT) as (project, window):
            steps.add(project, [path])
            steps.draft(project, window)
            steps.bulletin(project, window)
    return folder


@pytest.fixture
def month(geppo: Geppo, tmp_path: Path, laid_out: Path) -> Geppo:
    """A copy of that month, to change."""
    shutil.copytree(laid_out, tmp_path, dirs_exist_ok=True)
    return geppo


def entry_of(tmp_path: Path, notice: dict[str, str]) -> Path:
    key = notice_id(notice["url"])
    for path in sorted((tmp_path / "bulletins" / "2026-10" / "entries").glob("*.md")):
        if f"notice: {key}" in path.read_text(encoding="utf-8"):
            return path
    raise AssertionError(f"{notice['title']} has no entry")


def test_an_issue_is_shown_in_its_order_and_filtered(month: Geppo, tmp_path: Path) -> None:
    plan, call = entry_of(tmp_path, PLAN).stem, entry_of(tmp_path, CALL).stem
    with served() as desk:
        assert desk.get("/").headers["location"] == ISSUE
        page = desk.get(ISSUE)
        assert page.status == 200
        assert page.text.index(f"entries/{plan}") < page.text.index(f"entries/{call}")
        assert "機械翻訳（未校閲）" in page.plain
        assert "粉じん" in page.plain
        assert "geppo publish --month 2026-10" in page.plain
        one = desk.get(f"{ISSUE}?place=130200")
        assert f"entries/{call}" in one.text
        assert f"entries/{plan}" not in one.text
        assert desk.get(f"{ISSUE}?place=999999").status == 404

        entry = entry_of(tmp_path, PLAN)
        text = entry.read_text(encoding="utf-8")
        entry.write_text(text.replace("［要確認］", "").replace("［未訳］", ""), encoding="utf-8")
        assert month("approve", plan, "--who", "田中").code == 0
        after = desk.get(ISSUE)
        assert "承認済（田中）" in after.plain
        assert f"組版の後に変更された記事がある（{plan}）" in after.plain
        checked = desk.get(f"{ISSUE}?check=1")
        assert f'entries/{plan}"' not in checked.text
        assert f'entries/{plan}"' not in desk.get(f"{ISSUE}?draft=1").text


def test_what_is_left_out_says_why_and_how_to_bring_it_back(month: Geppo, tmp_path: Path) -> None:
    with served() as desk:
        page = desk.get(f"{ISSUE}/left-out")
        left = notice_id(OTHER["url"])
        assert f"geppo include {left} --month 2026-10" in page.plain
        assert UNDATED["title"] in page.plain
        assert "使用できる日付がない" in page.plain
        notice = desk.get(f"/notices/{left}")
        assert notice.status == 200
        assert "非該当" in notice.plain
        assert OTHER["body"] in notice.plain.replace("\n", "")
        coverage = desk.get(f"{ISSUE}/coverage")
        assert "未検証" in coverage.plain
        assert "手動追加" in coverage.plain


def test_an_entry_shows_what_explain_says(month: Geppo, tmp_path: Path) -> None:
    path = entry_of(tmp_path, PLAN)
    said = json.loads(month("explain", path.stem, "--json").out)
    machine = json.loads((path.parents[1] / "machine" / f"{path.stem}.json").read_bytes())
    with served() as desk:
        page = desk.get(f"{ISSUE}/entries/{path.stem}")
    assert page.status == 200
    evidence = [one for decision in said["decisions"] for one in decision["evidence"]]
    assert len(evidence) > 5
    shown = html.unescape(page.text)
    for one in evidence:
        assert f"{one['before']}<mark>{one['text']}</mark>{one['after']}" in shown, one
    assert said["importance"]["reason"] in page.plain
    assert len(said["targets"]) == 1
    for segment in machine["draft"]["summary"]:
        assert segment["zh"] in page.plain
        assert segment["ja"] in page.plain
        assert f"確度{segment['confidence']:.2f}" in page.plain
    assert str(path) in page.plain
    assert f"geppo approve {path.stem}" in page.plain
    # Every evidence is marked in the source itself, and the source is whole.
    source = shown.partition('<div class="body">')[2].partition("</div>")[0]
    assert re.sub(r"<[^>]*>", "", source).strip() == PLAN["body"]
    for one in evidence:
        if one["where"] == "body":
            assert any(
                piece in one["text"] for piece in re.findall(r"<mark[^>]*>([^<]*)</mark>", source)
            )


def test_a_full_translation_is_shown_sentence_by_sentence(month: Geppo, tmp_path: Path) -> None:
    path = entry_of(tmp_path, PLAN)
    with served() as desk:
        page = desk.get(f"{ISSUE}/entries/{path.stem}/plan")
        none = desk.get(f"{ISSUE}/entries/{entry_of(tmp_path, CALL).stem}/plan")
    assert page.status == 200
    assert "施工工地渣土车辆未密闭的，不得上路行驶。" in page.plain
    assert f"geppo approve {path.stem} --plan" in page.plain
    assert "変換エンジン" in page.plain
    assert none.status == 404


def test_an_edited_summary_is_the_one_shown(month: Geppo, tmp_path: Path) -> None:
    path = entry_of(tmp_path, PLAN)
    head = path.read_text(encoding="utf-8").partition("## 概要")[0]
    path.write_text(head + "## 概要\n\n- 担当者が書いた一文である。\n", encoding="utf-8")
    with served() as desk:
        page = desk.get(f"{ISSUE}/entries/{path.stem}")
    assert "担当者が書いた一文である。" in page.plain
    assert "編集済み" in page.plain


def test_a_doubtful_heading_is_to_be_checked_until_it_is_changed(
    month: Geppo, tmp_path: Path
) -> None:
    path = entry_of(tmp_path, CALL)
    facts = path.parents[1] / "machine" / f"{path.stem}.json"
    known = json.loads(facts.read_bytes())
    known["draft"]["heading"]["state"] = "doubtful"
    facts.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
    said = "見出しの訳文は要確認"
    with served() as desk:
        assert said in desk.get(f"{ISSUE}/entries/{path.stem}").plain
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"^heading: .*$", "heading: 担当者の見出し", text, flags=re.M)
        path.write_text(text, encoding="utf-8")
        page = desk.get(f"{ISSUE}/entries/{path.stem}").plain
    assert said not in page
    assert "担当者の見出し" in page


def test_scraped_text_is_literal_text(month: Geppo, tmp_path: Path) -> None:
    path = entry_of(tmp_path, HOSTILE)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(r"^url: .*$", "url: javascript:alert(4)", text, flags=re.M), encoding="utf-8"
    )
    with served() as desk:
        pages = [
            desk.get(address)
            for address in (
                ISSUE,
                f"{ISSUE}/entries/{path.stem}",
                f"/notices/{notice_id(HOSTILE['url'])}",
                f"/issues/{quote('<script>alert(5)</script>')}",
                "/consultations",
                "/sources",
            )
        ]
    assert "<script>alert(1)</script>" in pages[0].plain
    assert "{{ 7*7 }}" in pages[1].plain
    for page in pages:
        assert not re.search(r"<(script|img|i)[ >]", page.text)
        assert not re.search(r"(href|src)=[\"']?\s*javascript:", page.text)
        assert "\u202e" not in page.text
        assert "script" not in page.headers["content-security-policy"]
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert "http" not in "".join(re.findall(r"<link[^>]*>", page.text))
    assert "javascript:alert(4)" in pages[1].plain


def test_sources_stand_as_the_command_says(month: Geppo, tmp_path: Path) -> None:
    states = {one["id"]: one for one in json.loads(month("sources", "list", "--json").out)}
    failing, fine = sorted(key for key, one in states.items() if one["status"] == "unverified")[:2]
    store = Store(f"sqlite:///{tmp_path / 'data' / 'geppo.sqlite3'}")
    for day in (1, 2, 3):
        moment = f"2026-11-0{day}T20:00:00+00:00"
        store.put_runs(
            SourceReport.model_validate({"source_id": key, "health": health, "started_at": moment})
            for key, health in ((failing, "timeout"), (fine, "ok"))
        )
    store.close()
    states = {one["id"]: one for one in json.loads(month("sources", "list", "--json").out)}
    assert states[failing]["alarm"]
    with served() as desk:
        page = desk.get("/sources")
    assert page.status == 200
    rows = dict(re.findall(r'<tr id="([^"]+)">(.*?)</tr>', page.text, re.DOTALL))
    assert rows.keys() == states.keys()
    for key, state in states.items():
        assert HEALTH_JA[state["health"] or "not_run"] in rows[key], key
        assert (state["newest_date"] or "") in rows[key]
        assert ("警報" in rows[key]) == state["alarm"]
        assert ("期日到来" in rows[key]) == state["overdue"]
    assert rows[failing].count("応答なし") == 3
    alarm = page.text.partition('class="alarm"')[2].partition("</section>")[0]
    assert failing in alarm
    assert fine not in alarm
    assert f"geppo sources check {failing}" in page.plain


def test_consultations_stand_by_deadline(month: Geppo, tmp_path: Path) -> None:
    path = entry_of(tmp_path, CALL)
    today = datetime.now(UTC).date().isoformat()
    late = CALL | {"id": "d-6", "url": "https://ts.example/6.html", "date": today}
    late |= {"title": "关于公开征求《唐山市扬尘污染防治办法（草案）》意见的公告"}
    late |= {"body": "为防治扬尘污染，改善空气质量，现公开征求意见。请于2099年3月1日前反馈。"}
    (tmp_path / "late.jsonl").write_text(json.dumps(late, ensure_ascii=False), encoding="utf-8")
    assert month("add", tmp_path / "late.jsonl").code == 0
    assert month("classify", "--month", today[:7]).code == 0
    with served() as desk:
        page = desk.get("/consultations")
    assert page.status == 200
    assert "2026年11月20日" in page.plain
    assert "電子メール：kongqi@ts.example" in page.plain
    assert f"/entries/{path.stem}" in page.text
    # One collected since, which no issue holds yet, is not passed over.
    still_open = page.text.partition("募集中")[2].partition("<h2>")[0]
    assert f"/notices/{notice_id(late['url'])}" in still_open
    assert "2099年3月1日" in still_open


def test_an_empty_project_says_how_to_begin(geppo: Geppo) -> None:
    with served() as desk:
        first = desk.get("/")
        assert first.status == 200
        assert "geppo run --sample" in first.plain
        for address in ("/sources", "/consultations"):
            assert desk.get(address).status == 200
        missing = desk.get("/issues/2026-10")
    assert missing.status == 404
    assert "「2026-10」の号はない" in missing.plain


def test_a_month_drafted_but_not_laid_out_is_shown(month: Geppo, tmp_path: Path) -> None:
    (tmp_path / "bulletins" / "2026-10" / "out" / "bulletin.json").unlink()
    with served() as desk:
        for tab in ("", "/left-out", "/coverage"):
            page = desk.get(ISSUE + tab)
            assert page.status == 200
            assert "geppo bulletin --month 2026-10" in page.plain


def test_a_damaged_file_is_named_and_the_rest_lives(month: Geppo, tmp_path: Path) -> None:
    path, other = entry_of(tmp_path, PLAN), entry_of(tmp_path, CALL)
    path.write_text("---\nnumber: [\n---\n", encoding="utf-8")
    bulletin = tmp_path / "bulletins" / "2026-10" / "out" / "bulletin.json"
    with served() as desk:
        broken = desk.get(f"{ISSUE}/entries/{path.stem}")
        assert broken.status == 500
        assert str(path) in broken.plain
        assert "correct the YAML" in broken.plain
        assert str(path) in desk.get(ISSUE).plain
        assert desk.get(f"{ISSUE}/entries/{other.stem}").status == 200
        whole = bulletin.read_bytes()
        bulletin.write_text('{"label": 1}', encoding="utf-8")
        page = desk.get(ISSUE)
        assert page.status == 500
        assert str(bulletin) in page.plain
        assert "label" in page.plain
        assert "geppo bulletin --month 2026-10" in page.plain
        bulletin.write_bytes(whole)
        assert desk.get(ISSUE).status == 200
        for address in (f"{ISSUE}/entries/2026-10-999", "/notices/n-000000000000", "/nothing"):
            missing = desk.get(address)
            assert missing.status == 404
            assert "ページがない" in missing.plain


def test_only_reading_and_only_by_its_own_name(geppo: Geppo) -> None:
    with served() as desk:
        for method in ("POST", "PUT", "DELETE"):
            refused = desk.get("/sources", method=method)
            assert refused.status == 405
            assert "閲覧専用" in refused.plain
        assert desk.get("/sources", method="HEAD").status == 200
        strange = desk.get("/sources", host="evil.example")
        assert strange.status == 400
        assert "情報源" not in strange.text
        assert desk.get("/sources", host=f"localhost:{desk.port}").status == 200


def test_a_changed_vocabulary_is_seen_without_a_new_start(
    month: Geppo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / "glossary").mkdir(parents=True)
    for path in (ROOT / "glossary").iterdir():
        if path.name != "partners.yml":
            (home / "glossary" / path.name).symlink_to(path)
    (home / "spiders").symlink_to(ROOT / "spiders")
    partners = home / "glossary" / "partners.yml"
    text = (ROOT / "glossary" / "partners.yml").read_text(encoding="utf-8")
    partners.write_text(text, encoding="utf-8")
    monkeypatch.setenv("GEPPO_HOME", str(home))
    with served() as desk:
        assert "試験市" not in desk.get(ISSUE).plain
        added = '\n- {id: trial, name_ja: 試験市, kind: city, places: ["130200"]}\n'
        partners.write_text(text.rstrip() + added, encoding="utf-8")
        assert "試験市" in desk.get(ISSUE).plain
        partners.write_text("- {id: [}", encoding="utf-8")
        assert desk.get(ISSUE).status == 500
        assert "partners.yml" in desk.get(ISSUE).plain


# --- the command ------------------------------------------------------------------------------


def test_a_port_in_use_is_said(geppo: Geppo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = geppo("desk", "--port", port)
    assert ran.code == 1
    assert f"port {port} of 127.0.0.1 is in use" in ran.err
    assert "--port" in ran.err


def test_a_host_that_is_none_is_said(geppo: Geppo) -> None:
    ran = geppo("desk", "--host", "no-such-host.invalid", "--port", 0)
    assert ran.code == 1
    assert "no-such-host.invalid" in ran.err


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("x", False)],
)
def test_loopback_is_known(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_help_has_an_example(geppo: Geppo) -> None:
    ran = geppo("desk", "--help")
    assert "Example: geppo desk" in ran.out
    assert "127.0.0.1" in ran.out


def test_an_interrupt_ends_it_cleanly(tmp_path: Path) -> None:
    environment = os.environ | {
        "GEPPO_HOME": str(ROOT),
        "GEPPO_DATA_DIR": str(tmp_path / "data"),
        "GEPPO_BULLETINS_DIR": str(tmp_path / "bulletins"),
    }
    code = "from pipeline.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", code, "desk", "--port", "0", "--host", "0.0.0.0"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        found = re.search(r":(\d+)/", line)
        assert found, process.stderr.read()
        assert Desk(int(found[1])).get("/").status == 200
        process.send_signal(signal.SIGINT)
        rest, said = process.communicate()
    assert process.returncode == 0, said
    assert "ended" in rest
    assert "Traceback" not in said
    assert "warning: 0.0.0.0 is not the loopback address" in said


# --- marks ------------------------------------------------------------------------------------


def test_overlapping_marks_cut_a_text_into_pieces() -> None:
    a, b, outside = Mark(1, 4, "x", "甲"), Mark(3, 6, "y", "乙"), Mark(5, 99, "z", "外")
    found = pieces("0123456789", [a, b, outside, a])
    assert [(piece.text, piece.names) for piece in found] == [
        ("0", ""), ("12", "甲"), ("3", "甲、乙"), ("45", "乙"), ("6789", ""),
    ]  # fmt: skip
    assert pieces("", []) == ()
    assert "".join(piece.text for piece in pieces("甲乙", [])) == "甲乙"
