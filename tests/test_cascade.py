"""The cascade: layers in order, what each segment records, and a gate that lets no error pass."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from small_vocabulary import small_vocabulary

from pipeline.issues import Code
from pipeline.model import SegmentKind
from pipeline.translate.cascade import Translator
from pipeline.translate.engine import Availability, Proposal, Request
from pipeline.translate.kanji import MARK, to_kanji
from pipeline.translate.memory import Memory, MemoryRow
from pipeline.translate.segment import split_clauses, split_sentences
from pipeline.vocab import Vocabulary

ZH = "到2027年，PM2.5浓度下降10%。"
JA = "2027年までに、PM2.5濃度を10%低下させる。"


class Fixed:
    """An engine that knows a few sentences."""

    def __init__(self, name: str, known: dict[str, Proposal], ok: bool = True) -> None:
        self.name = name
        self.version = "1"
        self.known = known
        self.ok = ok
        self.asked = 0

    def available(self) -> Availability:
        return Availability(self.ok, None if self.ok else "absent")

    def translate(self, requests: Sequence[Request]) -> list[Proposal | None]:
        self.asked += len(requests)
        return [self.known.get(request.zh) for request in requests]


class FixedTemplates:
    version = "t1"

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known

    def render(self, request: Request) -> Proposal | None:
        ja = self.known.get(request.zh)
        return Proposal(ja) if ja else None


def translator(
    *engines: Fixed,
    memory: Memory | None = None,
    templates: dict[str, str] | None = None,
    vocabulary: Vocabulary | None = None,
) -> Translator:
    return Translator(
        engines, memory or Memory(), FixedTemplates(templates or {}),
        vocabulary or small_vocabulary(), gate=0.75,
    )  # fmt: skip


def approved(zh: str, ja: str, kind: SegmentKind = "sentence") -> Memory:
    return Memory([MemoryRow(zh, ja, kind, "tanaka", "2026-10-01")])


def test_memory_comes_first_and_asks_no_engine() -> None:
    engine = Fixed("transfer", {ZH: Proposal("別の訳。")})
    segment = translator(engine, memory=approved(ZH, JA)).translate(ZH)
    assert (segment.layer, segment.ja, segment.confidence) == ("memory", JA, 1.0)
    assert segment.accepted
    assert engine.asked == 0


def test_memory_with_other_figures_comes_second() -> None:
    segment = translator(memory=approved(ZH, JA)).translate("到2030年，PM2.5浓度下降12%。")
    assert segment.ja == "2030年までに、PM2.5濃度を12%低下させる。"
    assert segment.engine == "memory-slots"


def test_templates_come_before_engines() -> None:
    engine = Fixed("transfer", {"附则": Proposal("附則")})
    segment = translator(engine, templates={"附则": "付則"}).translate("附则", "heading")
    assert (segment.layer, segment.ja) == ("template", "付則")


def test_a_template_that_is_wrong_gives_way_to_a_sound_engine() -> None:
    engine = Fixed("transfer", {ZH: Proposal(JA)})
    segment = translator(engine, templates={ZH: JA.replace("10%", "12%")}).translate(ZH)
    assert segment.layer == "transfer"
    assert segment.alternatives == (("template", JA.replace("10%", "12%")),)


def test_argos_comes_before_transfer_only_when_nothing_blocks() -> None:
    transfer = Fixed("transfer", {ZH: Proposal(JA)})
    good = JA.replace("低下させる", "引き下げる")
    segment = translator(Fixed("argos", {ZH: Proposal(good)}), transfer).translate(ZH)
    assert (segment.layer, segment.ja) == ("argos", good)
    assert segment.alternatives == (("transfer", JA),)
    bad = Fixed("argos", {ZH: Proposal(JA.replace("低下", "上昇"))})
    assert translator(bad, transfer).translate(ZH).layer == "transfer"


def test_an_absent_engine_is_never_asked() -> None:
    argos = Fixed("argos", {ZH: Proposal(JA)}, ok=False)
    built = translator(argos, Fixed("transfer", {ZH: Proposal(JA)}))
    assert built.engines == ("transfer",)
    assert built.translate(ZH).layer == "transfer"
    assert argos.asked == 0


def test_disagreement_of_two_engines_is_flagged() -> None:
    zh = "加强大气污染治理。"
    argos = Fixed("argos", {zh: Proposal("大気汚染対策を強化する。")})
    transfer = Fixed("transfer", {zh: Proposal("空気対策を強化する。")})
    segment = translator(argos, transfer).translate(zh)
    assert any("用語が異なる" in check.message for check in segment.checks)
    assert segment.state == "doubtful"


@pytest.mark.parametrize(
    ("zh", "ja"),
    [
        (ZH, JA.replace("10", "20")),
        (ZH, JA.replace("低下させる", "上昇させる")),
        ("不得露天焚烧秸秆。", "わらを野焼きしなければならない。"),
        ("除应急抢险外，停止作业。", "緊急復旧の作業を停止する。"),
        ("加强治理。", "治理を強化する。"),
        ("加强大气污染治理。", "空気の汚れへの取組を強化する。"),
    ],
)
def test_nothing_with_an_error_is_accepted(zh: str, ja: str) -> None:
    segment = translator(Fixed("transfer", {zh: Proposal(ja)})).translate(zh)
    assert segment.state == "doubtful"
    assert not segment.accepted
    assert segment.checks


def test_unknown_words_and_flags_lower_confidence() -> None:
    def trust(share: float, flags: tuple[str, ...] = ()) -> float:
        engine = Fixed("transfer", {ZH: Proposal(JA, unknown_share=share, flags=flags)})
        return translator(engine).translate(ZH).confidence

    assert trust(0) > trust(0.1) > trust(0.3)
    assert trust(0) > trust(0, ("fragments",))
    assert (
        translator(Fixed("transfer", {ZH: Proposal(JA, unknown_share=0.3)})).translate(ZH).state
        == "doubtful"
    )


def test_what_nobody_can_render_is_marked_as_untranslated() -> None:
    segment = translator().translate("沈阳市加强污染治理。")
    assert segment.state == "untranslated"
    assert segment.layer == "kanji"
    assert segment.ja == MARK + "瀋陽市加強汚染治理。"
    assert not segment.accepted


def test_mostly_unknown_output_counts_as_none() -> None:
    engine = Fixed("transfer", {"甲乙丙丁": Proposal("甲乙丙丁", unknown_share=0.9)})
    assert translator(engine).translate("甲乙丙丁").state == "untranslated"


@pytest.mark.parametrize("zh", ["", "   ", "32.5", "—", "GB 3095", "<script>", "😀", "\x00"])
def test_text_without_chinese_stays_literal(zh: str) -> None:
    segment = translator().translate(zh)
    assert segment.ja == zh
    assert segment.accepted


def test_a_very_long_segment_is_marked_not_translated() -> None:
    engine = Fixed("transfer", {})
    segment = translator(engine).translate("推进" * 4000)
    assert segment.state == "untranslated"
    assert engine.asked == 0


def test_many_keep_count_and_order_and_repeat_nothing() -> None:
    engine = Fixed("transfer", {ZH: Proposal(JA)})
    segments = translator(engine).translate_many([(ZH, "target"), ("", "sentence"), (ZH, "target")])
    assert [segment.zh for segment in segments] == [ZH, "", ZH]
    assert engine.asked == 1


def test_one_engine_alone_can_be_judged() -> None:
    built = translator(Fixed("transfer", {ZH: Proposal(JA)}), memory=approved(ZH, "記憶。"))
    assert built.only("transfer").translate(ZH).ja == JA
    with pytest.raises(ValueError, match="available: transfer"):
        built.only("argos")


def test_a_blocked_memory_row_keeps_the_analysts_words() -> None:
    """Exact memory is a human decision: it is offered, and its doubt is shown beside it."""
    segment = translator(memory=approved(ZH, "PM2.5濃度を下げる。")).translate(ZH)
    assert segment.ja == "PM2.5濃度を下げる。"
    assert not segment.accepted
    assert any(check.code == Code.NUMBER_MISMATCH for check in segment.checks)


def test_kanji_forms_are_japanese() -> None:
    assert to_kanji("计划、办理、“发展”，《条例》") == "計画、弁理、「発展」、「条例」"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲。乙！丙", ["甲。", "乙！", "丙"]),
        ("依据《甲。乙》办理。完", ["依据《甲。乙》办理。", "完"]),
        ("（一）甲；（二）乙。", ["（一）甲；", "（二）乙。"]),
        ("他说：“好。”然后走。", ["他说：“好。”", "然后走。"]),
        ("实施“甲；乙”行动。", ["实施“甲；乙”行动。"]),
        ("一行\n二行", ["一行", "二行"]),
        ("《没有结束。下一句。", ["《没有结束。", "下一句。"]),
        ("甲（见附件。）乙。", ["甲（见附件。）乙。"]),
        ("", []),
        ("。。。", ["。。。"]),
    ],
)
def test_sentences_end_at_full_stops_outside_quotes(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@pytest.mark.parametrize("text", ["《" * 2000, "（甲" * 1000 + "）" * 1000, "“" * 999 + "。" * 99])
def test_unbalanced_brackets_lose_no_character(text: str) -> None:
    assert "".join(split_sentences(text)) == text
    assert "".join(split_clauses(text)) == text


def test_clauses_break_at_commas_outside_brackets_and_numbers() -> None:
    assert split_clauses("甲（乙，丙），1,000吨，丁") == ["甲（乙，丙），", "1,000吨，", "丁"]
