from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.model import PlanRow, TargetRow
from pipeline.review import BulletinFile, Event, Events, IssueFolder, ReviewError, decisions
from pipeline.review.approve import approve_entry, approve_plan, check_approval
from pipeline.review.entry_file import EntryFile, EntryFront, read_entry
from pipeline.review.plan_file import PlanFile, PlanFront, read_plan

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def entry(summary: str = "- 天津市は、方案を公布した。", **front: object) -> EntryFile:
    values: dict[str, object] = {
        "number": "2026-10-001", "notice": "n-1", "heading": "天津市が「方案」を公布した",
        "title_zh": "关于印发《方案》的通知", "document_type": "notice", "level": "city",
        "places": ("120000 天津市",), "date_publication": "2026-10-05",
    }  # fmt: skip
    return EntryFile(front=EntryFront(**(values | front)), body=f"## 概要\n\n{summary}\n")


@pytest.fixture
def folder(tmp_path: Path) -> IssueFolder:
    return IssueFolder(tmp_path, "2026-10")


def put(folder: IssueFolder, file: EntryFile) -> str:
    return folder.put_entry(file.front.number, file.to_text()).outcome


# --- the file ---------------------------------------------------------------------------------


def test_an_entry_file_reads_back_as_written(tmp_path: Path) -> None:
    file = entry(heading='コロン: と「"引用"」#記号', document_number="津环发〔2026〕3号")
    path = tmp_path / "e.md"
    path.write_text(file.to_text(), encoding="utf-8")
    assert read_entry(path) == file


def test_dates_written_without_quotes_are_dates(tmp_path: Path) -> None:
    path = tmp_path / "e.md"
    text = (
        entry().to_text().replace("date_publication: '2026-10-05'", "date_publication: 2026-10-05")
    )
    assert "date_publication: 2026-10-05" in text
    path.write_text(text, encoding="utf-8")
    assert read_entry(path).front.date_publication == "2026-10-05"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("state: draft", "state: aproved"), "state"),
        (("level: city", "level: town"), "level"),
        (("heading:", "headline:"), "heading"),
        (("heading: 天", 'heading: "天'), "line"),
        (("---\nnumber", "number"), "front matter"),
    ],
)
def test_a_broken_file_names_itself_the_field_and_the_remedy(
    tmp_path: Path, change: tuple[str, str], named: str
) -> None:
    path = tmp_path / "2026-10-001.md"
    text = entry().to_text()
    assert change[0] in text
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ReviewError, match=rf"2026-10-001\.md: .*{named}.*;"):
        read_entry(path)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "2026-10-001.md"
    path.write_bytes(entry().to_text().encode("cp932", errors="replace"))
    with pytest.raises(ReviewError, match="save the file as UTF-8"):
        read_entry(path)


def test_an_impossible_date_without_quotes_is_named(tmp_path: Path) -> None:
    path = tmp_path / "2026-10-001.md"
    text = (
        entry().to_text().replace("date_publication: '2026-10-05'", "date_publication: 2026-13-40")
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReviewError, match=r"2026-10-001\.md"):
        read_entry(path)


# --- two layers -------------------------------------------------------------------------------


def test_an_untouched_entry_is_refreshed(folder: IssueFolder) -> None:
    assert put(folder, entry()) == "created"
    assert put(folder, entry()) == "unchanged"
    assert put(folder, entry("- 新しい訳。")) == "refreshed"
    assert "新しい訳" in (folder.entries / "2026-10-001.md").read_text(encoding="utf-8")


def test_an_edited_entry_is_never_written_and_the_new_text_lies_beside_it(
    folder: IssueFolder,
) -> None:
    put(folder, entry())
    path = folder.entries / "2026-10-001.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n人の一文。\n", encoding="utf-8")
    before = path.read_bytes()
    assert folder.touched("2026-10-001")
    assert put(folder, entry("- 新しい訳。")) == "kept"
    assert path.read_bytes() == before
    assert "新しい訳" in (folder.machine / "2026-10-001.md").read_text(encoding="utf-8")
    assert folder.newer_machine_text("2026-10-001")


def test_an_edit_back_to_an_older_machine_text_is_no_edit(folder: IssueFolder) -> None:
    put(folder, entry())
    old = (folder.entries / "2026-10-001.md").read_bytes()
    put(folder, entry("- 新しい訳。"))
    (folder.entries / "2026-10-001.md").write_bytes(old)
    assert not folder.touched("2026-10-001")


def test_an_editor_that_only_changes_line_ends_edits_nothing(folder: IssueFolder) -> None:
    put(folder, entry())
    path = folder.entries / "2026-10-001.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert not folder.touched("2026-10-001")
    assert read_entry(path) == entry()


def test_a_run_killed_before_its_entry_was_written_goes_on(folder: IssueFolder) -> None:
    put(folder, entry())
    (folder.entries / "2026-10-001.md").unlink()
    assert put(folder, entry("- 新しい訳。")) == "created"
    assert put(folder, entry("- さらに新しい訳。")) == "refreshed"


def test_numbers_stay_with_their_notices(folder: IssueFolder) -> None:
    assert folder.assign([("n-1",), ("n-2",)]) == {"n-1": "2026-10-001", "n-2": "2026-10-002"}
    assert folder.assign([("n-3",), ("n-1",)])["n-3"] == "2026-10-003"


def test_a_number_survives_loss_of_the_machine_folder(folder: IssueFolder) -> None:
    folder.assign([("n-9",), ("n-1",)])
    put(folder, entry(number="2026-10-002"))
    for path in folder.machine.iterdir():
        path.unlink()
    assert folder.assign([("n-1",), ("n-5",)]) == {"n-1": "2026-10-002", "n-5": "2026-10-003"}


def test_a_better_copy_takes_over_the_number(folder: IssueFolder) -> None:
    folder.assign([("n-copy",)])
    assert folder.assign([("n-original", "n-copy")])["n-original"] == "2026-10-001"


def test_numbers_of_a_special_issue_and_of_the_sample(tmp_path: Path) -> None:
    special = IssueFolder(tmp_path, "2015-01..2026-12").assign([("n-1",)])
    assert special == {"n-1": "S-001"}
    assert IssueFolder(tmp_path, "sample-2026-10").assign([("n-1",)]) == {"n-1": "2026-10-001"}


# --- bulletin.yml -----------------------------------------------------------------------------


def test_bulletin_yml_is_written_once_and_then_theirs(folder: IssueFolder) -> None:
    folder.bulletin_file(BulletinFile(publisher="研究所"))
    path = folder.path / "bulletin.yml"
    text = path.read_text(encoding="utf-8").replace("number: null", "number: 139")
    path.write_text(text, encoding="utf-8")
    assert folder.bulletin_file().number == 139
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("number: 第1号\n", "number"),
        ("date_issue: 2026-13-40\n", "file"),
        ("title: [\n", "line"),
        ("- a\n", "file"),
        ("nummer: 1\n", "nummer"),
    ],
)
def test_a_broken_bulletin_yml_is_named(folder: IssueFolder, text: str, named: str) -> None:
    folder.path.mkdir(parents=True)
    (folder.path / "bulletin.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ReviewError, match=rf"bulletin\.yml: {named}"):
        folder.bulletin_file()


# --- decisions --------------------------------------------------------------------------------


def event(action: str, minute: int) -> Event:
    return Event(
        at=NOW.replace(minute=minute), who="田中", action=action, notice="n-1", label="2026-10"
    )


def test_the_last_decision_holds(tmp_path: Path) -> None:
    events = Events(tmp_path / "review.jsonl")
    for minute, action in enumerate(("exclude", "include", "approve")):
        events.append(event(action, minute))
    assert decisions(events.read())["n-1"].include


def test_decisions_of_the_same_moment_keep_their_order() -> None:
    assert not decisions([event("include", 0), event("exclude", 0)])["n-1"].include


def test_a_line_cut_short_by_a_killed_writer_is_passed_over(tmp_path: Path) -> None:
    events = Events(tmp_path / "review.jsonl")
    events.append(event("include", 0))
    with events.path.open("ab") as handle:
        handle.write(b'{"at": "2026-11')
    assert len(events.read()) == 1


def test_a_broken_line_amid_others_is_named(tmp_path: Path) -> None:
    events = Events(tmp_path / "review.jsonl")
    events.append(event("include", 0))
    with events.path.open("ab") as handle:
        handle.write(b"{broken\n")
    events.append(event("exclude", 1))
    with pytest.raises(ReviewError, match="line 2"):
        events.read()


# --- approval ---------------------------------------------------------------------------------


def test_approval_is_written_into_the_file_and_remembered(folder: IssueFolder) -> None:
    put(folder, entry("- 天津市は、方案を公布した。\n- 2027年までに10%低下させる。"))
    folder.put_facts(
        "2026-10-001",
        {"draft": {"summary": [{"zh": "天津市印发方案。"}, {"zh": "到2027年下降10%。"}]}},
    )
    path = folder.entries / "2026-10-001.md"
    path.write_text(path.read_text(encoding="utf-8").replace("低下", "低減"), encoding="utf-8")
    approved = approve_entry(folder, "2026-10-001", "田中", NOW)
    file = read_entry(path)
    assert (file.front.state, file.front.reviewer) == ("approved", "田中")
    assert [(row.zh, row.ja) for row in approved.rows] == [
        ("天津市印发方案。", "天津市は、方案を公布した。"),
        ("到2027年下降10%。", "2027年までに10%低減させる。"),
    ]
    assert put(folder, entry("- 新しい訳。")) == "kept"


def test_a_rewritten_summary_is_approved_but_not_remembered(folder: IssueFolder) -> None:
    put(folder, entry("- 一文だけ。"))
    folder.put_facts("2026-10-001", {"draft": {"summary": [{"zh": "一。"}, {"zh": "二。"}]}})
    assert approve_entry(folder, "2026-10-001", "田中", NOW).rows == ()


@pytest.mark.parametrize("mark", ["［要確認］", "［未訳］"])
def test_a_marked_sentence_cannot_be_approved(folder: IssueFolder, mark: str) -> None:
    put(folder, entry(f"- {mark}天津市は公布した。"))
    with pytest.raises(ReviewError, match="still marked"):
        approve_entry(folder, "2026-10-001", "田中", NOW)
    assert read_entry(folder.entries / "2026-10-001.md").front.state == "draft"


def test_a_marked_target_cannot_be_approved(folder: IssueFolder) -> None:
    row = TargetRow(
        indicator="優良日数の割合", value="［要確認］87%以上", source="优良天数比率达到87%"
    )
    marked = entry("- 訳。", targets=(row,))
    put(folder, marked)
    with pytest.raises(ReviewError, match=r"targets.*still marked"):
        approve_entry(folder, "2026-10-001", "田中", NOW)


def test_an_unknown_entry_is_named(folder: IssueFolder) -> None:
    with pytest.raises(ReviewError, match=r"2026-10-777\.md.*no such file"):
        approve_entry(folder, "2026-10-777", "田中", NOW)


def test_approval_by_hand_needs_a_name_and_no_marks(folder: IssueFolder) -> None:
    path = folder.entries / "2026-10-001.md"
    put(folder, entry("- ［要確認］訳。"))
    check_approval(folder, "2026-10-001")
    path.write_text(entry("- 訳。", state="approved").to_text(), encoding="utf-8")
    with pytest.raises(ReviewError, match="reviewer"):
        check_approval(folder, "2026-10-001")
    marked = entry("- ［要確認］訳。", state="approved", reviewer="田中")
    path.write_text(marked.to_text(), encoding="utf-8")
    with pytest.raises(ReviewError, match="still marked"):
        check_approval(folder, "2026-10-001")


def test_an_approved_entry_is_not_approved_over_another_name(folder: IssueFolder) -> None:
    put(folder, entry())
    approve_entry(folder, "2026-10-001", "田中", NOW)
    with pytest.raises(ReviewError, match="approved by 田中"):
        approve_entry(folder, "2026-10-001", "佐藤", NOW)


# --- full translations ------------------------------------------------------------------------

PLAN = PlanFile(
    front=PlanFront(number="2026-10-001", notice="n-1", title_zh="方案", title_ja="方案"),
    rows=(
        PlanRow(kind="heading", level=1, pairs=(("一、总体要求", "1. 全体的な要求", False),)),
        PlanRow(
            kind="paragraph",
            pairs=(("不得露天焚烧。", "野焼きをしてはならない。", False), ("乙。", "乙。", True)),
        ),
        PlanRow(
            kind="table",
            rows=(
                (("指标", "指標", False), ("", "", False)),
                (("甲\n乙", "甲乙", False), ("5%", "5%", False)),
            ),
        ),
    ),
)


def test_a_plan_file_reads_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "p.md"
    path.write_text(PLAN.to_text(), encoding="utf-8")
    assert read_plan(path) == PLAN


def test_a_plan_with_a_lost_cell_names_the_block(tmp_path: Path) -> None:
    path = tmp_path / "p.md"
    text = PLAN.to_text()
    path.write_text(text.replace("> 5%\n\n5%\n", ""), encoding="utf-8")
    with pytest.raises(ReviewError, match="block 3"):
        read_plan(path)


def test_a_doubtful_plan_cannot_be_approved_until_the_mark_is_gone(folder: IssueFolder) -> None:
    folder.put_plan("2026-10-001", PLAN.to_text())
    with pytest.raises(ReviewError, match="block 2"):
        approve_plan(folder, "2026-10-001", "田中", NOW)
    path = folder.plans / "2026-10-001.md"
    path.write_text(path.read_text(encoding="utf-8").replace("［要確認］", ""), encoding="utf-8")
    approved = approve_plan(folder, "2026-10-001", "田中", NOW)
    assert ("不得露天焚烧。", "野焼きをしてはならない。") in [(r.zh, r.ja) for r in approved.rows]
    assert folder.plan("2026-10-001").front.state == "approved"
