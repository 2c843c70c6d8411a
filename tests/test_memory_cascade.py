"""The memory in the cascade: what it answers, what it only offers, what it must not say."""

from __future__ import annotations

from collections.abc import Sequence

from small_vocabulary import small_vocabulary

from pipeline.translate.cascade import Translator
from pipeline.translate.engine import Availability, Proposal, Request
from pipeline.translate.memory import Memory, MemoryRow
from pipeline.translate.memory_file import seed_row
from pipeline.translate.memory_slots import name_finder


class Engine:
    name = "transfer"
    version = "1"

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known

    def available(self) -> Availability:
        return Availability(True)

    def translate(self, requests: Sequence[Request]) -> list[Proposal | None]:
        return [Proposal(self.known[r.zh]) if r.zh in self.known else None for r in requests]


def translator(memory: Memory, **known: str) -> Translator:
    return Translator([Engine(known)], memory, None, small_vocabulary(), gate=0.75)


OLD = MemoryRow(
    "加强施工扬尘管理。", "建設工事の粉じんの管理を強化する。", "measure", "田中", "2026-10-05",
    "2026-10-016",
)  # fmt: skip
NEW = "加强道路扬尘管理。"


def test_a_similar_sentence_is_offered_but_never_answers() -> None:
    segment = translator(Memory([OLD]), **{NEW: "道路の粉じんの管理を強化する。"}).translate(NEW)
    assert (segment.layer, segment.ja) == ("transfer", "道路の粉じんの管理を強化する。")
    [(label, ja)] = segment.alternatives
    assert ja == OLD.ja
    assert label.startswith("類似訳 78%（田中 2026-10-05 2026-10-016）")
    assert f"旧原文：{OLD.zh}" in label
    assert "［-施工-］［+道路+］" in label


def test_it_is_offered_too_where_nothing_else_answers() -> None:
    segment = translator(Memory([OLD])).translate(NEW)
    assert segment.state == "untranslated"
    assert [ja for _, ja in segment.alternatives] == [OLD.ja]


def test_a_set_phrase_says_that_nobody_approved_it() -> None:
    segment = translator(Memory(seeds=[seed_row(OLD.zh, OLD.ja, "measure")])).translate(NEW)
    assert "（定型文）" in segment.alternatives[0][0]
    exact = translator(Memory(seeds=[seed_row(OLD.zh, OLD.ja, "measure")])).translate(OLD.zh)
    assert (exact.engine, exact.confidence < 1, exact.accepted) == ("memory-seed", True, True)


def test_a_set_phrase_that_a_check_stops_gives_way() -> None:
    bad = seed_row("不得排放。", "排出する。", "legal")
    segment = translator(Memory(seeds=[bad]), **{"不得排放。": "排出してはならない。"}).translate(
        "不得排放。", "legal"
    )
    assert (segment.layer, segment.ja) == ("transfer", "排出してはならない。")


def test_an_approved_row_stands_even_against_a_check_and_says_so() -> None:
    row = MemoryRow("不得排放。", "排出する。", "legal", "田中", "2026-10-05")
    segment = translator(Memory([row])).translate("不得排放。", "legal")
    assert (segment.ja, segment.engine) == ("排出する。", "memory")
    assert not segment.accepted


def test_a_title_fills_its_slot_only_where_it_is_sure() -> None:
    row = MemoryRow("现公布《甲》。", "ここに「甲」を公布する。", "formula", "田中", "2026-10-05")
    memory = Memory([row], name_finder(small_vocabulary()))
    sure = translator(memory, 大气污染治理方案="大気汚染対策「新」方案")
    segment = sure.translate("现公布《大气污染治理方案》。", "formula")
    assert segment.ja == "ここに「大気汚染対策『新』方案」を公布する。"
    unsure = translator(memory).translate("现公布《大气污染治理方案》。", "formula")
    assert unsure.layer == "kanji"
