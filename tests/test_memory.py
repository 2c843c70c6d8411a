"""Translation memory: only approved segments, found exactly or with other figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_vocabulary import small_vocabulary

from pipeline.translate.memory import Memory, MemoryRow, concordance
from pipeline.translate.memory_file import (
    MemoryFileError,
    append_memory,
    load_memory,
    seed_row,
)
from pipeline.translate.memory_slots import place_finder


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


def test_a_date_is_one_slot_even_where_month_and_day_are_alike() -> None:
    memory = Memory([row("自2026年10月10日起施行。", "2026年10月10日から施行する。")])
    hit = memory.slots("自2027年1月1日起施行。", "formula")
    assert hit is not None
    assert hit.ja == "2027年1月1日から施行する。"
    assert memory.slots("自2027年1月起施行。", "formula") is None


def test_the_title_of_a_document_is_rendered_into_its_slot() -> None:
    memory = Memory([row("现将《甲2号办法》予以公布。", "ここに「甲第2号弁法」を公布する。")])
    new = "现将《乙7号条例》予以公布。"
    hit = memory.slots(new, "formula", {"乙7号条例": "乙第7号条例"}.get)
    assert hit is not None
    assert hit.ja == "ここに「乙第7号条例」を公布する。"
    assert memory.slots(new, "formula", lambda zh: None) is None
    assert memory.slots(new, "formula") is None


def test_two_titles_are_no_slots() -> None:
    memory = Memory([row("根据《甲》和《乙》制定。", "「甲」及び「乙」に基づき定める。")])
    assert memory.slots("根据《丙》和《丁》制定。", "formula", lambda zh: zh) is None


def test_marks_in_the_text_itself_are_no_slots() -> None:
    memory = Memory([TARGET])
    assert memory.slots("到\ue006，浓度下降\ue007%。", "target") is None
    assert list(memory.lookup("\ue007\ue000", "sentence")) == []


SEED = seed_row("到2027年，浓度下降10%。", "2027年までに10%低下させる（定型）。", "sentence")


def test_a_seed_never_beats_an_analysts_row() -> None:
    near = row("到2028年，浓度下降15%。", "2028年までに、濃度を15%低下させる。")
    both = Memory([near], seeds=[SEED])
    answers = list(both.lookup(SEED.zh, "sentence"))
    assert [answer.row.provenance for answer in answers] == ["approved", "seed", "seed"]
    assert answers[0].ja == "2027年までに、濃度を10%低下させる。"
    assert both.exact(SEED.zh, "sentence") is None
    assert len(both) == 1
    alone = Memory([], seeds=[SEED])
    assert next(alone.lookup(SEED.zh, "sentence")).ja == SEED.ja


def test_a_similar_sentence_is_offered_with_what_differs() -> None:
    memory = Memory([row("加强施工扬尘管理，落实责任。", "建設工事の粉じん管理を強化する。")])
    [hit] = memory.fuzzy("加强道路扬尘管理，落实责任。")
    assert hit.score > 0.8
    assert hit.diff == "加强［-施工-］［+道路+］扬尘管理,落实责任。"
    assert memory.fuzzy("加强施工扬尘管理，落实责任。") == []
    assert memory.fuzzy("公布空气质量排名情况。") == []
    assert memory.fuzzy("加强") == []
    assert memory.fuzzy("加" * 5_000) == []


def test_of_equal_likeness_the_analysts_comes_first() -> None:
    seed = seed_row("加强道路扬尘管理。", "定型", "sentence")
    memory = Memory([row("加强工地扬尘管理。", "校閲済み")], seeds=[seed])
    assert [hit.row.ja for hit in memory.fuzzy("加强码头扬尘管理。")] == ["校閲済み", "定型"]


def test_concordance_finds_either_language() -> None:
    rows = [TARGET, row("加强管理。", "管理を強化する。")]
    assert concordance(rows, "下降10％") == [TARGET]
    assert concordance(rows, "強化") == [rows[1]]
    assert concordance(rows, "無") == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('["甲"]', "no JSON object"),
        ('{"zh": "甲", "ja": "", "kind": "title", "reviewer": "t", "date": "2026-10-05"}', "'ja'"),
        ('{"zh": "甲", "ja": 1, "kind": "title", "reviewer": "t", "date": "2026-10-05"}', "text"),
        ('{"zh": "甲", "ja": "甲", "kind": "x", "reviewer": "t", "date": "2026-10-05"}', "kind"),
        ('{"zh": "甲", "ja": "甲", "kind": "title", "reviewer": "t", "date": "5.10."}', "date"),
        ('{"zh": "甲", "who": "t"}', "unknown field 'who'"),
        (
            '{"zh": "甲", "ja": "甲", "kind": "title", "reviewer": "t", "date": "2026-10-05",'
            ' "provenance": "seed"}',
            "provenance",
        ),
    ],
)
def test_a_line_that_is_no_row_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "tm.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(MemoryFileError, match=f"line 2.*{said}.*correct or delete"):
        load_memory(path)


def test_a_torn_last_line_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "tm.jsonl"
    append_memory(path, [TARGET])
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    append_memory(path, [row("甲。", "甲である。")])
    assert len(load_memory(path)) == 2
