"""geppo terms and geppo memory: what changes is shown first, and nothing changes by itself."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest
from conftest import ROOT, Geppo

from pipeline.translate.memory import MemoryRow
from pipeline.translate.memory_file import append_memory, load_rows

LINE = {
    "id": "x-1", "title": "天津市生态环境局关于印发扬尘污染防治方案的通知",
    "body": "为加强扬尘污染防治，改善环境空气质量，制定本方案。到2027年，全市PM2.5年均浓度"
    "控制在35微克/立方米以内。施工工地不得露天堆放渣土。",
    "url": "https://sthj.tj.example/1.html", "date": "2026-10-05",
}  # fmt: skip
ROW = MemoryRow(
    "减少扬尘，落实责任。", "ほこりを減らし、責任を果たす。", "measure", "田中",
    "2026-10-05", "2026-10-001",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, geppo: Geppo) -> Path:
    """A project root of its own, whose glossary may be changed."""
    home = tmp_path / "home"
    shutil.copytree(ROOT / "glossary", home / "glossary")
    (home / "spiders" / "sources").mkdir(parents=True)
    (home / "pyproject.toml").write_text("")
    monkeypatch.setenv("GEPPO_HOME", str(home))
    return home


@pytest.fixture
def drafted(geppo: Geppo, home: Path, tmp_path: Path) -> Path:
    """A month with one entry; returns the entry's file."""
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(LINE, ensure_ascii=False), encoding="utf-8")
    assert geppo("add", path).code == 0
    assert geppo("draft", "--month", "2026-10").code == 0
    return tmp_path / "bulletins" / "2026-10" / "entries" / "2026-10-001.md"


def snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- terms check ------------------------------------------------------------------------------


def test_check_says_what_an_entry_lacks(geppo: Geppo, drafted: Path) -> None:
    text = drafted.read_text(encoding="utf-8")
    head, _, body = text.partition("## 概要")
    drafted.write_text(head + "## 概要\n\n- ほこりを減らす。\n", encoding="utf-8")
    ran = geppo("terms", "check", "2026-10-001")
    assert ran.code == 1
    assert "用語「扬尘" in ran.out
    assert "terms missing" in ran.out
    assert geppo("terms", "check", drafted).out == ran.out
    assert body


def test_the_sample_is_kept_apart(geppo: Geppo, drafted: Path) -> None:
    issue = drafted.parents[1]
    shutil.move(issue, issue.with_name("sample-2026-10"))
    ran = geppo("terms", "check", "2026-10-001")
    assert (ran.code, "no entry 2026-10-001" in ran.err) == (2, True)


def test_check_reads_pairs_and_plain_japanese(geppo: Geppo, home: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("zh,ja\n加强扬尘管控,ほこりの管理を強化\n", encoding="utf-8")
    ran = geppo("terms", "check", pairs)
    assert (ran.code, "2行: 用語「扬尘" in ran.out) == (1, True)
    lines = tmp_path / "pairs.jsonl"
    lines.write_text('{"zh": "甲", "ja": "甲"}\n\n', encoding="utf-8")
    assert geppo("terms", "check", lines).code == 0
    plain = tmp_path / "text.txt"
    plain.write_text("粉じんを管理する。\n", encoding="utf-8")
    assert geppo("terms", "check", plain).code == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("2026-10-099", None, "no entry 2026-10-099"),
        ("none.txt", None, "neither a file nor an entry number"),
        ("a.csv", "a,b\n1,2\n", "no columns zh and ja"),
        ("a.jsonl", "{\n", "line 1"),
        ("a.txt", b"\xff\xfe\xfa", "save it as UTF-8"),
    ],
)
def test_check_says_what_it_cannot_read(
    geppo: Geppo, home: Path, tmp_path: Path, name: str, content: str | bytes | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    ran = geppo("terms", "check", path if content is not None else name)
    assert ran.code == 2
    assert said in ran.err


# --- terms affected -----------------------------------------------------------------------------


def test_affected_lists_drafts_entries_and_memory_and_changes_nothing(
    geppo: Geppo, drafted: Path, tmp_path: Path
) -> None:
    text = drafted.read_text(encoding="utf-8").replace("［要確認］", "").replace("［未訳］", "")
    drafted.write_text(text, encoding="utf-8")
    assert geppo("approve", "2026-10-001", "--who", "田中").code == 0
    append_memory(tmp_path / "bulletins" / "memory.jsonl", [ROW])
    before = snapshot(tmp_path / "bulletins") | snapshot(tmp_path / "home")
    ran = geppo("terms", "affected", "扬尘污染防治")
    assert ran.code == 0
    for kind in ("machine draft 2026-10-001", "approved entry 2026-10-001", "memory row 2026-10"):
        assert kind in ran.out
    assert "ほこり" not in ran.out, "only sentences with the term itself"
    assert snapshot(tmp_path / "bulletins") | snapshot(tmp_path / "home") == before
    word = geppo("terms", "affected", "落实责任")
    assert "is no term" in word.out
    assert "memory row 1" in word.out


def test_affected_since_a_revision_or_an_older_file(
    geppo: Geppo, home: Path, tmp_path: Path
) -> None:
    append_memory(tmp_path / "bulletins" / "memory.jsonl", [ROW])
    old = tmp_path / "old.csv"
    terms = home / "glossary" / "terms.csv"
    text = terms.read_text(encoding="utf-8")
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "one")):
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *command],
            cwd=home, check=True,
        )  # fmt: skip
    old.write_text("zh,ja\n" + "\n".join(
        f"{row['zh']},{row['ja']}" for row in csv.DictReader(io.StringIO(text))
    ), encoding="utf-8")  # fmt: skip
    [line] = [line for line in text.splitlines() if line.startswith("扬尘,")]
    changed = line.replace(line.split(",")[1], "浮遊ほこり", 1)
    terms.write_text(text.replace(line, changed), encoding="utf-8")
    ran = geppo("terms", "affected", "--since", "HEAD")
    assert "~ 扬尘: ja" in ran.out
    assert "→ 浮遊ほこり" in ran.out
    assert "memory row 1" in ran.out
    assert "→ 浮遊ほこり" in geppo("terms", "affected", "--since", old).out
    for wrong in ("no-such-revision", "--output=x"):
        refused = geppo("terms", "affected", f"--since={wrong}")
        assert refused.code == 2
        assert "older terms.csv" in refused.err
    assert geppo("terms", "affected").code == 2
    assert geppo("terms", "affected", "扬尘", "--since", "HEAD").code == 2


# --- terms export, import -----------------------------------------------------------------------


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8-sig")


def test_what_is_exported_comes_back_unchanged(geppo: Geppo, home: Path, tmp_path: Path) -> None:
    file, terms = tmp_path / "out.csv", home / "glossary" / "terms.csv"
    before = terms.read_bytes()
    assert geppo("terms", "export", file).code == 0
    assert file.read_bytes()[:3] == b"\xef\xbb\xbf"
    ran = geppo("terms", "import", file, "--apply")
    assert "nothing written: 0 added, 0 changed, 0 removed" in ran.out
    assert terms.read_bytes() == before
    refused = geppo("terms", "export", file)
    assert (refused.code, "--force" in refused.err) == (2, True)
    assert geppo("terms", "export", file, "--force").code == 0


def test_a_changed_note_touches_no_text(geppo: Geppo, home: Path, tmp_path: Path) -> None:
    append_memory(tmp_path / "bulletins" / "memory.jsonl", [ROW])
    file = tmp_path / "out.csv"
    geppo("terms", "export", file)
    [line] = [x for x in file.read_text(encoding="utf-8-sig").splitlines() if x.startswith("扬尘,")]
    edited(file, line, line.replace(",to_confirm,", ",confirmed,"))
    ran = geppo("terms", "import", file)
    assert "~ 扬尘: status to_confirm → confirmed" in ran.out
    assert "memory row 0" in ran.out


def test_an_import_is_shown_before_it_is_made(geppo: Geppo, home: Path, tmp_path: Path) -> None:
    file, terms = tmp_path / "out.csv", home / "glossary" / "terms.csv"
    append_memory(tmp_path / "bulletins" / "memory.jsonl", [ROW])
    geppo("terms", "export", file)
    before = terms.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(before)))
    gone, dust = rows[-1]["zh"], next(row for row in rows if row["zh"] == "扬尘")
    table = [row for row in reversed(rows) if row["zh"] != gone]
    next(row for row in table if row["zh"] == "扬尘")["admitted"] = "砂ぼこり"
    new = dict.fromkeys(rows[0], "") | {
        "zh": "试验用语甲", "ja": "試験用語甲", "category": "test", "status": "to_confirm",
        "evidence": "test",
    }  # fmt: skip
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(reversed(rows[0])))  # columns and rows in disorder
        writer.writeheader()
        writer.writerows([*table, new])
    shown = geppo("terms", "import", file)
    assert terms.read_text(encoding="utf-8") == before
    for line in (
        "+ 试验用语甲: 試験用語甲", f"- {gone}:", "~ 扬尘: admitted", "nothing written: 1 added, "
        "1 changed, 1 removed; --apply", "memory row 1",
    ):  # fmt: skip
        assert line in shown.out
    assert geppo("terms", "import", file, "--apply").code == 0
    after = list(csv.DictReader(io.StringIO(terms.read_text(encoding="utf-8"))))
    assert list(after[0]) == list(rows[0])
    assert [row["zh"] for row in after] == [row["zh"] for row in rows[:-1]] + ["试验用语甲"]
    assert after[[row["zh"] for row in after].index("扬尘")] == dust | {"admitted": "砂ぼこり"}
    assert [row.ja for row in load_rows(tmp_path / "bulletins" / "memory.jsonl")] == [ROW.ja]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",confirmed,", ",maybe,", "line 2, field status"),
        ("zh,ja,", "zh,jp,", "line 1"),
        ("\n国务院,", "\n生态环境部,", "already stands in line 2"),
        ("生態環境部", "", "field ja: is empty"),
        ("生態環境部", "生态環境部", "not Japanese"),
    ],
)
def test_a_faulty_import_is_refused_whole(
    geppo: Geppo, home: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    file, terms = tmp_path / "out.csv", home / "glossary" / "terms.csv"
    before = terms.read_bytes()
    geppo("terms", "export", file)
    edited(file, old, new)
    for arguments in ((file,), (file, "--apply")):
        ran = geppo("terms", "import", *arguments)
        assert ran.code == 2
        assert said in ran.err + ran.out
        assert "Traceback" not in ran.err
    assert terms.read_bytes() == before


def test_a_table_in_a_japanese_code_page_is_explained(
    geppo: Geppo, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "excel.csv"
    file.write_bytes("zh,ja\n甲,生態環境部\n".encode("cp932"))
    ran = geppo("terms", "import", file)
    assert (ran.code, "CSV UTF-8" in ran.err) == (2, True)


# --- memory -------------------------------------------------------------------------------------


def test_memory_goes_out_and_comes_back(geppo: Geppo, home: Path, tmp_path: Path) -> None:
    path, file = tmp_path / "bulletins" / "memory.jsonl", tmp_path / "out.tmx"
    append_memory(path, [ROW])
    assert "1 sentences" in geppo("memory", "export", file).out
    assert geppo("memory", "export", file).code == 2
    assert "0 new, 1 known" in geppo("memory", "import", file, "--who", "佐藤").out
    path.unlink()
    assert "1 new" in geppo("memory", "import", file, "--who", "佐藤").out
    [row] = load_rows(path)
    kept = asdict(ROW) | {"provenance": "imported", "note": row.note}
    assert asdict(row) == kept
    assert "imported by 佐藤" in (row.note or "")


def test_an_import_never_overrules_an_analyst_silently(
    geppo: Geppo, home: Path, tmp_path: Path
) -> None:
    path, file = tmp_path / "bulletins" / "memory.jsonl", tmp_path / "in.tmx"
    append_memory(path, [ROW])
    file.write_text(
        '<tmx version="1.4"><header/><body><tu><tuv xml:lang="zh-CN"><seg>减少扬尘，落实责任。'
        '</seg></tuv><tuv xml:lang="ja"><seg>99件の粉じんを減らす。</seg></tuv></tu></body></tmx>',
        encoding="utf-8",
    )
    ran = geppo("memory", "import", file, "--who", "佐藤")
    assert "kept: 减少扬尘" in ran.out
    assert [row.ja for row in load_rows(path)] == [ROW.ja]
    ran = geppo("memory", "import", file, "--who", "佐藤", "--replace")
    assert "replaced: 减少扬尘" in ran.out
    assert "要確認" in ran.out
    assert [row.reviewer for row in load_rows(path)] == ["田中", "佐藤"]


def test_memory_list_finds_both_languages(geppo: Geppo, home: Path, tmp_path: Path) -> None:
    append_memory(tmp_path / "bulletins" / "memory.jsonl", [ROW])
    for query in ("落实责任", "ほこり"):
        ran = geppo("memory", "list", query)
        assert "[approved measure 田中 2026-10-05 2026-10-001]" in ran.out
    assert "0 of" in geppo("memory", "list", "該当しない語").out


def test_a_broken_memory_file_is_named(geppo: Geppo, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "bulletins" / "memory.jsonl"
    append_memory(path, [ROW])
    path.write_text(path.read_text(encoding="utf-8") + '{"zh": "甲"}\n', encoding="utf-8")
    for command in (("memory", "list", "甲"), ("terms", "affected", "扬尘")):
        ran = geppo(*command)
        assert ran.code == 2
        assert "memory.jsonl, line 2" in ran.err
        assert "correct or delete the line" in ran.err


def test_an_entry_says_where_a_term_is_rendered_in_two_ways(
    geppo: Geppo, home: Path, tmp_path: Path
) -> None:
    one, two = "全市应对重污染天气。", "各区应当及时应对重污染天气，保护公众健康。"
    path = tmp_path / "in.jsonl"
    line = LINE | {"title": "天津市大气污染防治条例", "body": f"第一条　{one}\n第二条　{two}"}
    path.write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    rows = [
        MemoryRow(text, ja, "sentence", "田中", "2026-10-05")
        for number, sentence, ja in (
            ("第一条", one, "全市は、重度汚染天気に対応する。"),
            ("第二条", two, "各区は、重汚染天気に速やかに対応しなければならない。"),
        )
        for text in (sentence, f"{number} {sentence}")
    ]
    append_memory(tmp_path / "bulletins" / "memory.jsonl", rows)
    assert geppo("add", path).code == 0
    assert geppo("draft", "--month", "2026-10").code == 0
    facts = tmp_path / "bulletins" / "2026-10" / "machine" / "2026-10-001.json"
    warnings = json.loads(facts.read_text(encoding="utf-8"))["warnings"]
    said = "用語「重污染天气」の訳語が文書の中で統一されていない"
    assert any(said in warning for warning in warnings), warnings
    assert "1 rendered variously" in geppo("terms", "check", "2026-10-001").out
