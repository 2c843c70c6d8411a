"""The command line: help, and bad input answered with file, field, remedy and an exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from conftest import ROOT, Geppo

COMMANDS = [
    ("run",), ("collect",), ("extract",), ("classify",), ("translate",), ("draft",),
    ("bulletin",), ("render",), ("add",), ("status",), ("approve",), ("include",), ("exclude",),
    ("publish",), ("terms", "lint"), ("terms", "check"), ("terms", "affected"),
    ("terms", "import"), ("terms", "export"), ("memory", "list"), ("memory", "import"),
    ("memory", "export"), ("models", "list"), ("models", "check"), ("models", "install"),
    ("models", "download"), ("evaluate", "pages"), ("evaluate", "notices"),
    ("sources", "list"), ("sources", "check"), ("sources", "try"), ("sources", "new"),
    ("sources", "done"), ("evidence",), ("rebuild",), ("explain",),
    ("evaluate", "translation"), ("evaluate", "invariants"), ("evaluate", "terms"), ("learn",),
    ("desk",),
]  # fmt: skip

LINE = {
    "id": "x-1", "title": "天津市生态环境局关于印发扬尘污染防治方案的通知",
    "body": "为加强扬尘污染防治，改善环境空气质量，制定本方案。到2027年，全市PM2.5年均浓度"
    "控制在35微克/立方米以内。施工工地不得露天堆放渣土。",
    "url": "https://sthj.tj.example/1.html", "date": "2026-10-05",
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(geppo: Geppo, command: tuple[str, ...]) -> None:
    ran = geppo(*command, "--help")
    assert ran.code == 0
    assert f"Example: geppo {' '.join(command)}" in ran.out


def test_the_list_of_commands_is_complete() -> None:
    import pipeline.cli.commands  # noqa: F401
    from pipeline.cli.app import app

    group = typer.main.get_command(app)
    found = set()
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        subs = getattr(command, "commands", None)
        found |= {(name, sub) for sub in subs} if subs else {(name,)}
    assert found == set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("draft", "--month", "2026-13"), "YYYY-MM"),
        (("draft", "--month", "soon"), "YYYY-MM"),
        (("draft", "--month", "2999-01"), "future"),
        (("draft", "--window", "2026-10"), "YYYY-MM..YYYY-MM"),
        (("draft", "--window", "2026-10..2026-01"), "ends before"),
        (("draft", "--month", "2026-10", "--window", "2026-01..2026-02"), "not both"),
        (("draft", "--sample", "--month", "2026-09"), "2026-10"),
        (("approve", "S-001"), "--window"),
        (("include", "n-000000000000", "--month", "2026-10"), "no notice n-000000000000"),
        (("render", "--month", "2026-10", "--partner", "atlantis"), "kitakyushu"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_arguments_say_what_is_right(
    geppo: Geppo, arguments: tuple[str, ...], said: str
) -> None:
    ran = geppo(*arguments)
    assert ran.code in (1, 2)
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.html", None, "absent.html"),
        ("empty.pdf", b"", "empty.pdf"),
        ("broken.pdf", b"%PDF-1.7 and then nothing", "broken.pdf"),
        ("broken.docx", b"PK\x03\x04 no zip", "broken.docx"),
        ("bad.jsonl", b'{"title": "a", "body": "b"}\n{"title": \n', "line 2"),
        ("field.jsonl", b'{"id": "1", "body": "b"}\n', "title"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "picture.png"),
        ("noise.html", bytes(range(256)) * 9, "no notice"),
    ],
)
def test_an_unreadable_file_is_named_and_nothing_is_kept(
    geppo: Geppo, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps(LINE, ensure_ascii=False), encoding="utf-8")
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    ran = geppo("add", good, path)
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert name in ran.err
    assert "Traceback" not in ran.err
    status = geppo("status", "--window", "2026-01..2026-12")
    assert "notices" in status.out
    assert "│ 0" in next(line for line in status.out.splitlines() if "notices" in line)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, geppo: Geppo) -> Path:
    """A project root of its own, to break things in."""
    home = tmp_path / "home"
    shutil.copytree(ROOT / "glossary", home / "glossary")
    shutil.copytree(ROOT / "spiders" / "sources", home / "spiders" / "sources")
    (home / "pyproject.toml").write_text("")
    monkeypatch.setenv("GEPPO_HOME", str(home))
    return home


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("spiders/sources/city/bad.yml", "id: [unclosed\n", "bad.yml"),
        ("spiders/sources/city/bad.yml", "id: bad\n", "bad.yml"),
        ("glossary/terms.csv", "zh,ja\n甲,甲\n", "terms.csv"),
        ("glossary/partners.yml", "- id: [\n", "partners.yml"),
    ],
)
def test_a_broken_data_file_is_named(
    geppo: Geppo, home: Path, file: str, text: str, said: str
) -> None:
    (home / file).write_text(text, encoding="utf-8")
    ran = geppo("status", "--month", "2026-10")
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_setting_out_of_range_is_named(geppo: Geppo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEPPO_ACCEPT_CONFIDENCE", "7")
    ran = geppo("status")
    assert ran.code == 2
    assert "GEPPO_ACCEPT_CONFIDENCE" in ran.err


def test_outside_a_project_the_remedy_is_named(
    geppo: Geppo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GEPPO_HOME")
    monkeypatch.chdir(tmp_path)
    ran = geppo("status")
    assert ran.code == 2
    assert "GEPPO_HOME" in ran.err


def test_a_damaged_store_is_named_with_its_remedy(geppo: Geppo, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "geppo.sqlite3").write_bytes(b"no database at all, sorry" * 99)
    ran = geppo("status", "--month", "2026-10")
    assert ran.code == 1
    assert "geppo.sqlite3 is damaged" in ran.err
    assert "move it away" in ran.err
