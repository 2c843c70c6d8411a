"""Drafts: the whole Japanese of a notice by the product's own rules."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest

from pipeline.checks.numbers import invented_figures
from pipeline.drafts import MAX_TARGETS, draft_version, make_draft
from pipeline.model import Attachment, Block, Classification, DocumentType, Label, Notice, Target
from pipeline.settings import Settings
from pipeline.translate.cascade import Translator, build_translator
from pipeline.translate.memory import Memory, MemoryRow
from pipeline.vocab import Vocabulary, load_vocabulary

ROOT = Path(__file__).parent.parent
GLOSSARY = ROOT / "glossary"


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    return load_vocabulary(GLOSSARY)


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    data = tmp_path_factory.mktemp("data")
    settings = Settings(home=ROOT, data_dir=data, bulletins_dir=data)
    return build_translator(vocabulary(), GLOSSARY, settings)


BLOCKS = (
    Block(kind="paragraph", text="为持续改善空气质量，保障公众健康，制定本方案。"),
    Block(kind="heading", level=1, text="一、主要目标"),
    Block(
        kind="paragraph",
        text="到2028年，PM2.5浓度控制在29微克/立方米以内；重污染天数不超过3天。",
    ),
    Block(kind="heading", level=1, text="二、重点任务"),
    Block(kind="list_item", text="（一）淘汰35蒸吨/小时及以下燃煤锅炉120台。"),
    Block(kind="paragraph", text="任何单位和个人不得露天焚烧秸秆。"),
    Block(kind="table", text="指标 2028年", rows=(("指标", "2028年"), ("PM2.5浓度", "29"))),
    Block(kind="signature", text="天津市生态环境局"),
)


def notice(**fields: object) -> Notice:
    given: dict[str, object] = {
        "id": "n-1", "source_id": "s", "url": "https://example.org/1", "raw_sha256": "0",
        "title": "天津市生态环境局关于印发《天津市空气质量改善行动方案》的通知",
        "blocks": BLOCKS, "issuing_bodies": ("天津市生态环境局",),
        "date_publication": "2026-10-12", "date_document": "2026-10-10",
        "fetched_at": datetime(2026, 11, 1, tzinfo=UTC), "extractor": "1",
    }  # fmt: skip
    return Notice(**{**given, **fields})  # type: ignore[arg-type]


def classified(document_type: DocumentType = "plan", **fields: object) -> Classification:
    return Classification(
        notice_id="n-1", relevance=Label(id="air", score=1.0, rule="t"), level="city",
        document_type=document_type, document_type_rule="t", version="1", **fields,
    )  # type: ignore[arg-type]  # fmt: skip


TARGET = Target(
    indicator="PM2.5浓度", family="pm25", value=Decimal(29), unit="μg/m3",
    comparators=("within",), target_year="2028",
    clause="到2028年，PM2.5浓度控制在29微克/立方米以内",
)  # fmt: skip


def test_a_plan_is_drafted_whole(translator: Translator) -> None:
    draft = make_draft(
        notice(), classified(key_plan=True), (TARGET,), translator, vocabulary(), full_plan=True
    )
    assert draft.heading.ja.startswith("天津市生態環境局が「")
    assert draft.heading.ja.endswith("。")
    assert "行動" in draft.title.ja
    assert 3 <= len(draft.summary) <= 5
    assert [segment.ja for segment in draft.targets] == [
        "2028年までに、PM2.5濃度を29μg/m³以内とする。"
    ]
    assert [block.kind for block in draft.plan] == [block.kind for block in BLOCKS]
    assert [block.level for block in draft.plan] == [block.level for block in BLOCKS]
    table = draft.plan[6]
    assert [[cell.zh for cell in row] for row in table.rows] == [["指标", "2028年"],
                                                                ["PM2.5浓度", "29"]]  # fmt: skip
    assert table.rows[1][1].ja == "29"
    assert [segment.zh for segment in draft.plan[2].segments] == [
        "到2028年，PM2.5浓度控制在29微克/立方米以内；", "重污染天数不超过3天。",
    ]  # fmt: skip


def test_a_draft_is_the_same_twice_and_names_its_makers(translator: Translator) -> None:
    made = [
        make_draft(notice(), classified(), (TARGET,), translator, vocabulary(), full_plan=False)
        for _ in range(2)
    ]
    assert made[0].hash == made[1].hash
    assert made[0].version == draft_version(translator)
    assert made[0].plan == ()


def test_no_accepted_line_invents_a_figure(translator: Translator) -> None:
    draft = make_draft(
        notice(), classified(key_plan=True), (TARGET,), translator, vocabulary(), full_plan=True
    )
    segments = [*draft.summary, *(s for block in draft.plan for s in block.segments)]
    for segment in segments:
        if segment.accepted:
            assert invented_figures(segment.zh, segment.ja) == []


def test_an_invented_figure_in_a_summary_is_shown(tmp_path: Path) -> None:
    zh = "任何单位和个人不得露天焚烧秸秆。"
    lie = MemoryRow(zh, "99の組織は、わらを野焼きしてはならない。", "legal", "t", "2026-10-01")
    settings = Settings(home=ROOT, data_dir=tmp_path, bulletins_dir=tmp_path)
    lying = build_translator(vocabulary(), GLOSSARY, settings, Memory([lie]))
    draft = make_draft(
        notice(blocks=(Block(kind="paragraph", text=zh),)), classified("notice"), (), lying,
        vocabulary(), full_plan=False,
    )  # fmt: skip
    assert draft.summary[0].ja == lie.ja
    assert not draft.summary[0].accepted
    assert any("99" in warning for warning in draft.warnings)


def test_the_closing_date_is_taken_for_consultations_alone(translator: Translator) -> None:
    text = "现公开征求意见，请于2026年11月20日前将书面意见反馈至我局。"
    blocks = (Block(kind="paragraph", text=text),)
    consultation = notice(title="关于公开征求意见的通知", blocks=blocks)
    draft = make_draft(
        consultation, classified("draft_for_comment"), (), translator, vocabulary(),
        full_plan=False,
    )  # fmt: skip
    assert draft.deadline == "2026-11-20"
    other = make_draft(
        notice(blocks=blocks), classified("notice"), (), translator, vocabulary(), full_plan=False
    )
    assert other.deadline is None


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        ({"date_publication": "2026-09-01"}, "公表日（2026-09-01）が成文日（2026-10-10）より前"),
        ({"date_publication": "2027-01-20"}, "102日後"),
        ({"date_publication": None}, "公表日を確認できない"),
        ({"blocks": ()}, "本文を取得できていない"),
        (
            {"attachments": (Attachment(url="u", name="付表.pdf", unread="画像のみ"),)},
            "添付「付表.pdf」を読み取れていない（画像のみ）",
        ),
    ],
)
def test_doubts_are_told_in_japanese(
    translator: Translator, fields: dict[str, object], warning: str
) -> None:
    draft = make_draft(
        notice(**fields), classified(), (), translator, vocabulary(), full_plan=False
    )
    assert any(warning in line for line in draft.warnings)


def test_many_targets_are_limited_and_told(translator: Translator) -> None:
    targets = (TARGET,) * (MAX_TARGETS + 3)
    draft = make_draft(notice(), classified(), targets, translator, vocabulary(), full_plan=False)
    assert len(draft.targets) == MAX_TARGETS
    assert any(f"目標値が{MAX_TARGETS + 3}件" in warning for warning in draft.warnings)


HOSTILE = ["<script>alert(1)</script>", "#read(\"x\") $x$", "=cmd|calc", "推进" * 3000, "😀\x00",
           "《" * 500, "", "1234567890" * 50]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_drafted_or_marked(translator: Translator, text: str) -> None:
    draft = make_draft(
        notice(title=text, blocks=(Block(kind="paragraph", text=text),), issuing_bodies=()),
        classified(key_plan=True), (), translator, vocabulary(), full_plan=True,
    )  # fmt: skip
    assert draft.title.zh == " ".join(text.split())


def test_attachments_belong_to_the_plan(translator: Translator) -> None:
    extra = Attachment(url="u", name="a", blocks=(Block(kind="paragraph", text="附加内容。"),))
    draft = make_draft(
        notice(attachments=(extra,)), classified(key_plan=True), (), translator, vocabulary(),
        full_plan=True,
    )  # fmt: skip
    assert draft.plan[-1].segments[0].zh == "附加内容。"


@pytest.mark.parametrize(
    ("body", "ja"),
    [
        ("京津冀及周边地区大气环境协作办公室", "北京・天津・河北及び周辺地域大気環境協力弁公室"),
        ("成渝地区大气污染防治协作小组办公室", "成渝地域大気汚染防止協力グループ弁公室"),
        ("长三角大气污染防治协作小组办公室", "長江デルタ大気汚染防止協力グループ弁公室"),
        ("秋冬季空气质量会商工作专班", "「秋冬季空气质量会商工作专班」"),
    ],
)
def test_an_issuer_is_named_surely_or_in_its_own_words(
    translator: Translator, body: str, ja: str
) -> None:
    given = notice(issuing_bodies=(body,), title="关于做好秋冬季大气污染防治工作的通知")
    draft = make_draft(given, classified("notice"), (), translator, vocabulary(), full_plan=False)
    assert draft.heading.ja.startswith(f"{ja}が「")


def test_a_goal_is_told_once_and_never_lost(translator: Translator) -> None:
    aim = Target(
        indicator="PM2.5浓度", family="pm25", value=Decimal(29), unit="微克/立方米",
        target_year="2028", clause="PM2.5浓度控制在29微克/立方米以内",
    )  # fmt: skip
    draft = make_draft(
        notice(), classified("plan"), (aim,), translator, vocabulary(), full_plan=False
    )
    assert sum("29μg/m³" in line.ja for line in draft.summary) == 1
