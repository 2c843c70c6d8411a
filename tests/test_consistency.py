"""One source term, one rendering over a document."""

from __future__ import annotations

from small_vocabulary import small_vocabulary, term

from pipeline.checks.consistency import inconsistent_terms, sentences
from pipeline.model import Draft, PlanBlock, Segment
from pipeline.vocab import Glossary

GLOSSARY = small_vocabulary().glossary


def test_a_term_rendered_in_two_ways_is_named_with_both() -> None:
    pairs = [
        ("加强治理。", "対策を強化する。"),
        ("推进治理。", "処理を推進する。"),
        ("完成治理。", "対策を完了する。"),
    ]
    [use] = inconsistent_terms(pairs, GLOSSARY)
    assert (use.zh, use.renderings) == ("治理", (("対策", 2), ("処理", 1)))
    assert use.message == (
        "用語「治理」の訳語が文書の中で統一されていない（「対策」2文、「処理」1文）。"
    )


def test_one_rendering_is_consistent_and_a_missing_one_says_nothing() -> None:
    pairs = [("加强治理。", "対策を強化する。"), ("推进治理。", "取組を推進する。")]
    assert inconsistent_terms(pairs, GLOSSARY) == []


def test_the_gloss_of_the_first_mention_is_no_other_rendering() -> None:
    voc = term("挥发性有机物", "揮発性有機化合物", ("VOC",))
    glossed = Glossary(
        [voc.__class__(**{**voc.__dict__, "first_mention": "揮発性有機化合物（VOC）"})], "g"
    )
    pairs = [("挥发性有机物治理", "揮発性有機化合物（VOC）対策")] * 2
    assert inconsistent_terms(pairs, glossed) == []
    assert len(inconsistent_terms([*pairs, ("挥发性有机物", "VOC")], glossed)) == 1


def test_what_another_term_accounts_for_is_no_rendering() -> None:
    """対策 belongs to 治理 here; 防治 has none of its own in the second sentence."""
    glossary = Glossary([term("治理", "対策"), term("防治", "防止", ("対策",))], "g")
    pairs = [("防治", "防止"), ("防治和治理", "予防及び対策")]
    assert inconsistent_terms(pairs, glossary) == []
    assert len(inconsistent_terms([*pairs, ("防治", "対策")], glossary)) == 1


def segment(zh: str, ja: str) -> Segment:
    return Segment(zh=zh, ja=ja, layer="transfer", engine="t", state="machine", confidence=1)


def test_title_summary_plan_and_tables_are_one_document() -> None:
    draft = Draft(
        notice_id="n", heading=segment("甲", "甲"), title=segment("治理方案", "対策方案"),
        summary=(segment("加强治理", "対策を強化する"),), version="1",
        plan=(
            PlanBlock(kind="paragraph", segments=(segment("治理", "対策"),)),
            PlanBlock(kind="table", rows=((segment("治理", "処理"), segment("乙", "乙")),)),
        ),
    )  # fmt: skip
    [use] = inconsistent_terms(sentences(draft), GLOSSARY)
    assert use.renderings == (("対策", 3), ("処理", 1))
