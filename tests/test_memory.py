"""Translation memory: only approved segments, found exactly or with other figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_vocabulary import small_vocabulary

from pipeline.translate.memory import (
    Memory,
    MemoryFileError,
    MemoryRow,
    append_memory,
    load_memory,
    place_finder,
)


def row(zh: str, ja: str, kind: str = "sentence") -> MemoryRow:
    return MemoryRow(zh, ja, kind, "tanaka", "2026-10-05", "2026-10-016")  # type: ignore[arg-type]


TARGET = row("到2027年，浓度下降10%。", "2027年までに、濃度を10%低下させる。")


def test_an_approved_sentence_is_found_whatever_its_width_and_quotes() -> None:
    memory = Memory([row("完善“一厂一策”，加强管理。", "「一工場一策」を整備し、管理を強化する。")])
    hit = memory.exact("完善「一厂一策」, 加强管理。", "measure")
    assert hit is not None
    assert hit.exact
    assert hit.row.reviewer == "tanaka"
    assert memory.exact("完善「一厂一策」，加强管控。", "measure") is None


def test_other_figures_go_into_the_slots() -> None:
    hit = Memory([TARGET]).slots("到2030年，浓度下降12.5%。", "target")
    assert hit is not None
    assert hit.ja == "2030年までに、濃度を12.5%低下させる。"
    assert not hit.exact


@pytest.mark.parametrize(
    ("zh", "ja"),
    [
        ("下降10%，其中下降10%。", "10%低下し、うち10%低下する。"),
        ("处1万元罚款。", "10000元の過料に処する。"),
        ("第3条、第4条。", "第3条及び第4条(2026年)。"),
    ],
)
def test_figures_that_do_not_align_are_not_slotted(zh: str, ja: str) -> None:
    other = zh.replace("1", "2").replace("3", "7")
    assert Memory([row(zh, ja)]).slots(other, "sentence") is None


def test_identifiers_are_no_slots() -> None:
    memory = Memory([row("PM2.5浓度为30。", "PM2.5濃度は30である。")])
    assert memory.slots("PM10浓度为30。", "sentence") is None
    hit = memory.slots("PM2.5浓度为41。", "sentence")
    assert hit is not None
    assert hit.ja == "PM2.5濃度は41である。"


def test_swapped_figures_follow_their_source() -> None:
    memory = Memory([row("由38降至33。", "33へ（38から）低下した。")])
    hit = memory.slots("由33降至30。", "sentence")
    assert hit is not None
    assert hit.ja == "30へ（33から）低下した。"


def test_place_names_go_into_slots_too() -> None:
    places = place_finder(small_vocabulary().gazetteer)
    memory = Memory([row("天津市发布2号通告。", "天津市が通告第2号を公布した。")], places)
    hit = memory.slots("深圳市发布15号通告。", "sentence")
    assert hit is not None
    assert hit.ja == "深圳市が通告第15号を公布した。"
    assert memory.slots("某某市发布15号通告。", "sentence") is None


def test_a_place_that_stands_twice_is_no_slot() -> None:
    places = place_finder(small_vocabulary().gazetteer)
    memory = Memory([row("天津市公告。", "天津市は天津市公告を出した。")], places)
    assert memory.slots("深圳市公告。", "sentence") is None


def test_the_version_follows_the_content() -> None:
    assert Memory().version == Memory().version
    assert Memory([TARGET]).version != Memory().version


def test_a_sentence_is_no_title() -> None:
    memory = Memory([row("大气污染防治", "大気汚染防止", "heading")])
    assert memory.exact("大气污染防治", "title") is not None
    assert memory.exact("大气污染防治", "sentence") is None


def test_rows_survive_the_file_and_the_latest_wins(tmp_path: Path) -> None:
    path = tmp_path / "memory" / "tm.jsonl"
    assert len(load_memory(path)) == 0
    assert append_memory(path, [TARGET]) == 1
    assert append_memory(path, [TARGET]) == 0
    later = MemoryRow(TARGET.zh, "2027年までに10%低下させる。", "sentence", "sato", "2026-11-05")
    assert append_memory(path, [later]) == 1
    hit = load_memory(path).exact(TARGET.zh, "sentence")
    assert hit is not None
    assert hit.ja == later.ja
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tm.jsonl"
    path.write_text('{"zh": "甲", "ja": "甲"}\n', encoding="utf-8")
    with pytest.raises(MemoryFileError, match="line 1"):
        load_memory(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(MemoryFileError, match="correct or delete"):
        load_memory(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(MemoryFileError, match="cannot be read"):
        load_memory(path)
