"""Every air notice appears in exactly one monthly issue, whenever it turns up."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Geppo

from pipeline.model import Bulletin

BODY = (
    "为改善环境空气质量，加强扬尘污染防治，制定本方案。到2027年，全市PM2.5年均浓度控制在"
    "35微克/立方米以内。一、强化施工工地扬尘管控，渣土车辆未密闭的不得上路行驶。"
    "二、开展重点行业挥发性有机物治理，2026年底前完成12家企业改造。"
)


def line(number: int, day: str, place: str = "天津市") -> dict[str, str]:
    return {
        "id": f"x-{number}",
        "title": f"{place}生态环境局关于印发扬尘污染防治第{number}号工作方案的通知",
        "body": f"{place}第{number}号。" + BODY.replace("12", str(10 + number)),
        "url": f"https://sthj.example/{number}.html",
        "date": day,
    }


def write(path: Path, *lines: dict[str, str]) -> Path:
    text = "\n".join(json.dumps(item, ensure_ascii=False) for item in lines)
    path.write_text(text, encoding="utf-8")
    return path


def issue(tmp_path: Path, label: str) -> Bulletin:
    path = tmp_path / "bulletins" / label / "out" / "bulletin.json"
    return Bulletin.model_validate_json(path.read_bytes())


def run(geppo: Geppo, *arguments: object) -> None:
    ran = geppo(*arguments)
    assert ran.code == 0, ran.err


def lay_out(geppo: Geppo, month: str) -> None:
    run(geppo, "draft", "--month", month)
    run(geppo, "bulletin", "--month", month)


def titles(bulletin: Bulletin) -> list[str]:
    return [entry.title_zh for entry in bulletin.entries]


def test_latecomers_join_the_open_draft_and_later_the_next_issue(
    geppo: Geppo, tmp_path: Path
) -> None:
    first, second, late = line(1, "2026-08-05"), line(2, "2026-08-09"), line(3, "2026-08-20")
    run(geppo, "add", write(tmp_path / "a.jsonl", first))
    lay_out(geppo, "2026-08")
    run(geppo, "add", write(tmp_path / "b.jsonl", second))
    lay_out(geppo, "2026-08")
    assert titles(issue(tmp_path, "2026-08")) == [first["title"], second["title"]]
    run(geppo, "publish", "--month", "2026-08", "--allow-draft", "--who", "田中")

    run(geppo, "add", write(tmp_path / "c.jsonl", late, line(4, "2026-09-03")))
    lay_out(geppo, "2026-08")
    assert titles(issue(tmp_path, "2026-08")) == [first["title"], second["title"]]
    lay_out(geppo, "2026-09")
    september = issue(tmp_path, "2026-09")
    [supplement] = [section for section in september.sections if section.id == "late"]
    [entry] = [e for e in september.entries if e.number in supplement.numbers]
    assert (entry.title_zh, entry.late) == (late["title"], True)

    lay_out(geppo, "2026-10")
    printed = [
        t for label in ("2026-08", "2026-09", "2026-10") for t in titles(issue(tmp_path, label))
    ]
    assert len(printed) == len(set(printed)) == 4


def test_a_window_holds_undated_notices_and_a_month_lists_them(
    geppo: Geppo, tmp_path: Path
) -> None:
    undated = line(1, "")
    undated["title"] = "天津市扬尘污染防治工作方案"
    undated["body"] = undated["body"].replace("2027年", "“十四五”末").replace("2026年底", "年底")
    run(geppo, "add", write(tmp_path / "a.jsonl", undated))
    for option, label in (("--window", "2015-01..2026-12"), ("--month", "2026-10")):
        run(geppo, "draft", option, label)
        run(geppo, "bulletin", option, label)
    window = issue(tmp_path, "2015-01..2026-12")
    assert [s.numbers for s in window.sections if s.id == "undated"] == [("S-001",)]
    month = issue(tmp_path, "2026-10")
    assert month.entries == ()
    [unplaced] = month.unplaced
    assert unplaced.title == undated["title"]
    run(geppo, *unplaced.command.split()[1:], "--who", "田中")
    lay_out(geppo, "2026-10")
    assert titles(issue(tmp_path, "2026-10")) == [undated["title"]]


def test_the_same_file_added_twice_makes_no_second_notice(geppo: Geppo, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", line(1, "2026-10-05"))
    for _ in range(2):
        run(geppo, "add", path)
    lay_out(geppo, "2026-10")
    assert len(issue(tmp_path, "2026-10").entries) == 1


# --- interrupted, and out of room -----------------------------------------------------------------


def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "GEPPO_HOME": str(ROOT),
        "GEPPO_DATA_DIR": str(tmp_path / "data"),
        "GEPPO_BULLETINS_DIR": str(tmp_path / "bulletins"),
    }


COMMAND = [sys.executable, "-u", "-c", "from pipeline.cli import main; main()", "run", "--sample"]


def heed_interrupts() -> None:
    """A shell that starts the tests in the background has SIGINT ignored; a terminal has not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("step", ["collect", "extract", "translate", "draft"])
def test_a_run_interrupted_at_any_step_goes_on_without_loss_or_duplicates(
    tmp_path: Path, geppo: Geppo, step: str
) -> None:
    with subprocess.Popen(
        COMMAND, env=environment(tmp_path), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
        text=True, cwd=tmp_path, start_new_session=True, preexec_fn=heed_interrupts,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        said = ""
        for text in process.stderr:
            said += text
            if text.startswith(step):
                process.send_signal(signal.SIGINT)
                break
        said += process.stderr.read()
    assert process.returncode == 130, said
    assert "run the same command again" in said
    assert "Traceback" not in said
    run(geppo, "run", "--sample")
    entries = [
        path.read_text(encoding="utf-8").split("notice: ")[1].split()[0]
        for path in sorted((tmp_path / "bulletins" / "sample-2026-10" / "entries").iterdir())
    ]
    assert len(entries) == len(set(entries)) == len(issue(tmp_path, "sample-2026-10").entries)
    assert len(entries) > 60


def test_a_disk_that_takes_no_more_is_said_and_nothing_is_lost(
    tmp_path: Path, geppo: Geppo
) -> None:
    path = write(tmp_path / "a.jsonl", *(line(n, "2026-10-05") for n in range(1, 6)))
    run(geppo, "add", path)

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    arguments = [*COMMAND[:-2], "draft", "--month", "2026-10"]
    ran = subprocess.run(
        arguments, env=environment(tmp_path), capture_output=True, text=True, check=False,
        cwd=tmp_path, preexec_fn=small,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stderr
    assert "Traceback" not in ran.stderr
    assert "geppo:" in ran.stderr
    lay_out(geppo, "2026-10")
    assert len(issue(tmp_path, "2026-10").entries) == 5
