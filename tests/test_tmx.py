"""TMX out and in: nothing is lost on the way, and no file can harm the reader."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pipeline.translate.memory import MemoryRow
from pipeline.translate.tmx import TmxError, read_tmx, write_tmx

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ROWS = [
    MemoryRow(
        "浓度下降<10%>。", "濃度を「10%」＆低下させる。", "target", "田中", "2026-10-05",
        "2026-10-016",
    ),
    MemoryRow(
        "大气污染防治", "大気汚染防止", "heading", "佐藤", "2026-10-06", None, "imported", "a.tmx"
    ),
]  # fmt: skip


def tmx(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "in.tmx"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_survive_the_round_trip(tmp_path: Path) -> None:
    read = read_tmx(tmx(tmp_path, write_tmx(ROWS, NOW, "0.1")), "鈴木", TODAY)
    keep = ("zh", "ja", "kind", "reviewer", "date", "entry")
    assert [[getattr(row, name) for name in keep] for row in read.rows] == [
        [getattr(row, name) for name in keep] for row in ROWS
    ]
    assert {row.provenance for row in read.rows} == {"imported"}
    assert read.rows[1].note == "in.tmx, imported by 鈴木 on 2026-11-20; a.tmx"
    assert read.skipped == 0


def test_the_header_and_the_variants_say_what_tools_need() -> None:
    root = ElementTree.fromstring(write_tmx(ROWS, NOW, "0.1"))
    header = root.find("header")
    assert root.get("version") == "1.4"
    assert header is not None
    assert header.attrib == {
        "creationtool": "Geppo", "creationtoolversion": "0.1", "segtype": "sentence",
        "o-tmf": "Geppo", "adminlang": "en", "srclang": "zh-CN", "datatype": "plaintext",
        "creationdate": "20261102T093000Z",
    }  # fmt: skip
    zh, ja = root.findall("body/tu[1]/tuv")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert (zh.get(lang), ja.get(lang)) == ("zh-CN", "ja")
    assert (ja.get("creationid"), ja.get("creationdate")) == ("田中", "20261005T000000Z")


def test_what_xml_cannot_carry_is_left_out(tmp_path: Path) -> None:
    odd = MemoryRow("甲\x00\x0b乙\ufffe", "甲乙", "sentence", "t", "2026-10-05")
    [row] = read_tmx(tmx(tmp_path, write_tmx([odd], NOW, "0.1")), "t", TODAY).rows
    assert row.zh == "甲乙"


FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="zh-Hans"/><body>
<tu creationid="x" creationdate="20240102T030405Z">
<tuv xml:lang="ZH_cn"><seg>加强 <bpt i="1">&lt;b&gt;</bpt><hi>管理</hi>。</seg>
</tuv>
<tuv xml:lang="ja-JP" creationdate="broken"><seg>管理を
 強化する。</seg></tuv></tu>
<tu><tuv xml:lang="zh"><seg>无译文</seg></tuv><tuv xml:lang="en"><seg>none</seg></tuv></tu>
<tu><tuv xml:lang="zh"><seg> </seg></tuv><tuv xml:lang="ja"><seg>空</seg></tuv></tu>
</body></tmx>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_files_of_other_tools_are_read(tmp_path: Path, encoding: str) -> None:
    text = FOREIGN if encoding == "utf-8" else FOREIGN.replace("UTF-8", "UTF-16")
    read = read_tmx(tmx(tmp_path, text.encode(encoding)), "鈴木", TODAY)
    [row] = read.rows
    assert (row.zh, row.ja) == ("加强 管理。", "管理を 強化する。")
    assert (row.reviewer, row.date, row.kind) == ("x", "2024-01-02", "sentence")
    assert read.skipped == 2


def test_without_a_name_or_date_the_importer_stands(tmp_path: Path) -> None:
    text = (
        "<tmx><body><tu><tuv xml:lang='zh'><seg>甲</seg></tuv>"
        "<tuv xml:lang='ja' creationdate='20261399'><seg>甲</seg></tuv></tu></body></tmx>"
    )
    [row] = read_tmx(tmx(tmp_path, text), "鈴木", TODAY).rows
    assert (row.reviewer, row.date) == ("鈴木", "2026-11-20")


BOMB = """<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><tmx><body><tu><tuv xml:lang="zh"><seg>&b;</seg>
</tuv></tu></body></tmx>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<tmx><body><tu><tuv xml:lang="zh"><seg>&x;</seg></tuv></tu></body></tmx>"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "declares the entity 'a'"),
        (OUTSIDE, "declares the entity 'x'"),
        ("<tmx><body>", "line 1: no well-formed XML"),
        ("", "no well-formed XML"),
        ("<html/>", "no TMX file"),
        ("<tmx>" * 60, "50 deep"),
        (f"<tmx><tu><tuv xml:lang='zh'><seg>{'甲' * 30_000}</seg></tuv></tu></tmx>", "20000"),
    ],
)
def test_harmful_or_broken_files_are_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TmxError, match=r"in\.tmx") as caught:
        read_tmx(tmx(tmp_path, text), "t", TODAY)
    assert said in str(caught.value)
    assert "/etc" not in str(caught.value)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TmxError, match="check the path"):
        read_tmx(tmp_path / "none.tmx", "t", TODAY)
