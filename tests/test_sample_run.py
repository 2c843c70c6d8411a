"""The main job on the shipped sample month, as a user runs it, and what analysts then do."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pdfplumber
import pytest
import yaml
from conftest import Geppo, Ran

from pipeline.model import Bulletin
from pipeline.review.entry_file import read_entry

MARK = "見本（架空の内容）"
LABEL = "sample-2026-10"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project in which `geppo run --sample` has run once, and what it printed."""
    import os
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("sample")
    environment = os.environ | {
        "GEPPO_HOME": str(Path(__file__).resolve().parents[1]),
        "GEPPO_DATA_DIR": str(folder / "data"),
        "GEPPO_BULLETINS_DIR": str(folder / "bulletins"),
    }
    ran = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli import main; main()", "run", "--sample"],
        env=environment, capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return folder, ran.stdout


@pytest.fixture
def sample(finished: tuple[Path, str], tmp_path: Path, geppo: Geppo) -> Callable[..., Ran]:
    """`geppo` on a copy of that project, to change things in."""
    for name in ("data", "bulletins"):
        shutil.copytree(finished[0] / name, tmp_path / name)
    return geppo


@pytest.fixture
def issue(tmp_path: Path) -> Path:
    return tmp_path / "bulletins" / LABEL


def bulletin(issue: Path) -> Bulletin:
    return Bulletin.model_validate_json((issue / "out" / "bulletin.json").read_bytes())


def section_of(composed: Bulletin, number: str) -> str:
    for section in composed.sections:
        for part in (section, *section.subsections):
            if number in part.numbers:
                return part.id
    raise AssertionError(number)


def squeeze(text: str) -> str:
    return "".join(text.split())


# --- what comes out -----------------------------------------------------------------------------


def test_the_run_ends_with_figures_and_paths(finished: tuple[Path, str]) -> None:
    folder, printed = finished
    for word in ("sources", "notices", "entries", "left out", "unplaced", "issues raised"):
        assert word in printed
    for suffix in ("md", "html", "pdf", "docx", "xlsx"):
        path = folder / "bulletins" / LABEL / "out" / f"geppo_{LABEL}.{suffix}"
        assert str(path) in printed
        assert path.stat().st_size > 10_000


def test_every_page_and_sheet_says_that_it_is_a_sample(finished: tuple[Path, str]) -> None:
    out = finished[0] / "bulletins" / LABEL / "out"
    with pdfplumber.open(out / f"geppo_{LABEL}.pdf") as pdf:
        assert len(pdf.pages) > 20
        for page in pdf.pages:
            assert MARK in (page.extract_text() or ""), page.page_number
    assert MARK in (out / f"geppo_{LABEL}.md").read_text(encoding="utf-8")
    assert MARK in (out / f"geppo_{LABEL}.html").read_text(encoding="utf-8")
    workbook = openpyxl.load_workbook(out / f"geppo_{LABEL}.xlsx")
    for sheet in workbook:
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
        assert any(MARK in text for text in texts), sheet.title
    with zipfile.ZipFile(out / f"geppo_{LABEL}.docx") as word:
        headers = [word.read(n).decode() for n in word.namelist() if "/header" in n]
        assert headers
        assert all(MARK in header for header in headers)


def test_sources_are_told_apart(finished: tuple[Path, str]) -> None:
    composed = bulletin(finished[0] / "bulletins" / LABEL)
    states = {row.source_id: row.health for row in composed.coverage}
    assert sorted(states.values()).count("ok") >= 20
    assert {"blocked", "dns_failure", "empty"} <= set(states.values())
    searched = {row.source_id: row.health for row in composed.coverage if row.searched}
    assert searched == {"nj": "http_error"}
    found = {squeeze(entry.title_zh) for entry in composed.entries}
    assert any("错峰生产清单" in title for title in found), "only the search leads to it"


def test_every_air_notice_is_in_and_every_distractor_is_listed(
    finished: tuple[Path, str],
) -> None:
    from web.content import load_docs

    composed = bulletin(finished[0] / "bulletins" / LABEL)
    printed = {squeeze(entry.title_zh) for entry in composed.entries}
    listed = {squeeze(item.title) for item in (*composed.left_out, *composed.unplaced)}
    docs = [
        doc for doc in load_docs(visit=2).values() if str(doc.published or "").startswith("2026-10")
    ]
    assert len(docs) > 100
    silent = [
        doc.title
        for doc in docs
        if squeeze(doc.title) not in printed | listed and doc.site not in ("hn", "hb", "ty")
    ]
    # robots.txt keeps one page away, copies of one document are printed once
    assert len(silent) <= 6, silent
    air = {squeeze(d.title): d.gold["relevance"] == "air" for d in docs}
    wrong_out = [title for title in listed if air.get(title) is True]
    wrong_in = [title for title in printed if air.get(title) is False]
    assert len(wrong_out) <= 3, wrong_out
    assert len(wrong_in) <= 3, wrong_in


def test_one_document_on_three_sites_is_one_entry(finished: tuple[Path, str]) -> None:
    composed = bulletin(finished[0] / "bulletins" / LABEL)
    assert [len(e.also_at) for e in composed.entries if len(e.also_at) == 2]


def test_left_out_pages_carry_the_command_that_brings_them_back(
    finished: tuple[Path, str],
) -> None:
    composed = bulletin(finished[0] / "bulletins" / LABEL)
    for item in composed.left_out:
        assert item.command == f"geppo include {item.notice_id} --sample --month 2026-10"
        assert item.rule


def test_the_undated_notice_is_listed_as_unplaced(finished: tuple[Path, str]) -> None:
    composed = bulletin(finished[0] / "bulletins" / LABEL)
    assert [item.rule for item in composed.unplaced] == ["no usable date"]


def test_hostile_titles_stand_literally(finished: tuple[Path, str]) -> None:
    folder = finished[0] / "bulletins" / LABEL
    [entry] = [e for e in bulletin(folder).entries if "<script>" in e.title_zh]
    page = (folder / "out" / f"geppo_{LABEL}.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert '#read("x")' in entry.title_zh


def test_numbers_run_in_the_order_of_print(finished: tuple[Path, str]) -> None:
    composed = bulletin(finished[0] / "bulletins" / LABEL)
    numbers = [
        number
        for section in composed.sections
        for part in (section, *section.subsections)
        for number in part.numbers
    ]
    assert sorted(numbers) == [f"2026-10-{n:03d}" for n in range(1, len(numbers) + 1)]


# --- again --------------------------------------------------------------------------------------


def test_again_with_nothing_new_nothing_changes(sample: Geppo, issue: Path) -> None:
    before = {p: p.read_bytes() for p in sorted(issue.rglob("*")) if p.is_file()}
    ran = sample("run", "--sample")
    assert ran.code == 0
    after = {p: p.read_bytes() for p in sorted(issue.rglob("*")) if p.is_file()}
    assert after.keys() == before.keys()
    assert [p.name for p in after if after[p] != before[p]] == []
    assert "unchanged" in ran.out
    assert "refreshed" not in ran.out


def test_a_lost_store_is_rebuilt_from_the_archive(
    sample: Geppo, issue: Path, tmp_path: Path
) -> None:
    entries = {p.name: p.read_bytes() for p in (issue / "entries").iterdir()}
    for path in (tmp_path / "data" / "sample").glob("geppo.sqlite3*"):
        path.unlink()
    assert sample("run", "--sample").code == 0
    assert {p.name: p.read_bytes() for p in (issue / "entries").iterdir()} == entries


def test_a_draft_fills_a_lost_store_before_it_concludes(
    sample: Geppo, issue: Path, tmp_path: Path
) -> None:
    for path in (tmp_path / "data" / "sample").glob("geppo.sqlite3*"):
        path.unlink()
    before = (issue / "out" / "bulletin.json").read_bytes()
    assert sample("draft", "--sample").code == 0
    assert sample("bulletin", "--sample").code == 0
    entries = Bulletin.model_validate_json(before).entries
    assert [e.number for e in bulletin(issue).entries] == [e.number for e in entries]


def test_entries_without_their_notices_are_not_silently_left_out(
    sample: Geppo, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "data")
    ran = sample("bulletin", "--sample")
    assert ran.code == 1
    assert "have no notice in the store" in ran.err


# --- the human layer ----------------------------------------------------------------------------


def test_an_edit_survives_every_rerun(sample: Geppo, issue: Path) -> None:
    path = issue / "entries" / "2026-10-001.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("## 概要\n", "## 概要\n\n- 人が書いた一文。\n"),
        encoding="utf-8",
    )
    edited = path.read_bytes()
    assert sample("run", "--sample").code == 0
    assert path.read_bytes() == edited
    [entry] = [e for e in bulletin(issue).entries if e.number == "2026-10-001"]
    assert "人が書いた一文。" in entry.text


def test_approval_takes_the_mark_away_and_is_recorded(sample: Geppo, issue: Path) -> None:
    path = issue / "entries" / "2026-10-001.md"
    text = path.read_text(encoding="utf-8").replace("［要確認］", "").replace("［未訳］", "")
    path.write_text(text, encoding="utf-8")
    assert sample("approve", "2026-10-001", "--sample", "--who", "田中").code == 0
    assert sample("render", "--sample", "--format", "md").code == 0
    entries = {e.number: e for e in bulletin(issue).entries}
    assert not entries["2026-10-001"].unreviewed
    assert entries["2026-10-002"].unreviewed
    assert read_entry(path).front.reviewer == "田中"
    event = json.loads((issue / "review.jsonl").read_text(encoding="utf-8"))
    assert (event["action"], event["who"]) == ("approve", "田中")
    memory = (issue / "memory.jsonl").read_text(encoding="utf-8")
    assert "2026-10-001" in memory


def test_exclusion_and_inclusion_hold(sample: Geppo, issue: Path) -> None:
    out = bulletin(issue).left_out[0].notice_id
    ran = sample("exclude", "2026-10-005", "--sample", "--reason", "対象外", "--who", "田中")
    assert ran.code == 0, ran.err
    assert sample("include", out, "--sample", "--who", "田中").code == 0
    for _ in range(2):
        assert sample("run", "--sample").code == 0
        composed = bulletin(issue)
        assert "2026-10-005" not in {e.number for e in composed.entries}
        assert out in {e.notice_id for e in composed.entries}
        assert "excluded by 田中: 対象外" in {item.rule for item in composed.left_out}
    assert (issue / "entries" / "2026-10-005.md").exists()


def test_labels_of_an_analyst_hold(sample: Geppo, issue: Path) -> None:
    path = issue / "entries" / "2026-10-001.md"
    entry = read_entry(path)
    front = entry.front.model_copy(update={"level": "city", "places": ("上海市",)})
    path.write_text(entry.model_copy(update={"front": front}).to_text(), encoding="utf-8")
    assert sample("bulletin", "--sample").code == 0
    assert section_of(bulletin(issue), "2026-10-001") == "place-310000"


def test_what_only_the_institute_can_say_comes_from_bulletin_yml(
    sample: Geppo, issue: Path
) -> None:
    path = issue / "bulletin.yml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    values |= {"number": 139, "highlights": ["重点となる一件"]}
    path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    assert sample("render", "--sample", "--format", "md").code == 0
    text = (issue / "out" / f"geppo_{LABEL}.md").read_text(encoding="utf-8")
    assert "第139号" in text
    assert "今月のポイント" in text
    assert "重点となる一件" in text


def test_an_edition_puts_the_partners_cities_first(sample: Geppo, issue: Path) -> None:
    ran = sample("render", "--sample", "--partner", "kitakyushu", "--format", "md")
    assert ran.code == 0
    text = (issue / "out" / f"geppo_{LABEL}_kitakyushu.md").read_text(encoding="utf-8")
    assert text.index("北九州市の連携都市") < text.index("# 中央政府")
    assert sample("exclude", "2026-10-005", "--sample", "--reason", "対象外").code == 0
    assert sample("render", "--sample", "--format", "md").code == 0
    assert not (issue / "out" / f"geppo_{LABEL}_kitakyushu.md").exists(), "an outdated edition"


def test_publication_refuses_unapproved_entries_unless_told(sample: Geppo, issue: Path) -> None:
    refused = sample("publish", "--sample")
    assert refused.code == 1
    assert "not approved" in refused.err
    assert not (issue / "published").exists()
    ran = sample("publish", "--sample", "--allow-draft", "--who", "田中")
    assert ran.code == 0
    manifest = json.loads((issue / "published" / "r1" / "manifest.json").read_text("utf-8"))
    assert manifest["by"] == "田中"
    assert len(manifest["files"]) == 5
    assert sample("publish", "--sample", "--allow-draft").code == 0
    assert not (issue / "published" / "r2").exists(), "nothing changed: r1 stands"
    assert sample("exclude", "2026-10-005", "--sample", "--reason", "訂正").code == 0
    assert sample("publish", "--sample", "--allow-draft").code == 0
    assert (issue / "published" / "r2").is_dir()
