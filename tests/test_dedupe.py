from __future__ import annotations

from notices import notice

from pipeline.dedupe import dedupe, normal_title, same_document
from pipeline.model import Source

BODY = (
    "为加快改善环境空气质量，推动重点行业深度治理，制定本方案。到2027年，全市细颗粒物年均浓度"
    "控制在35微克/立方米以内，优良天数比率达到75%以上。\n"
    "一、推进钢铁企业超低排放改造，2026年底前完成12家。\n二、加强扬尘管控，严禁露天焚烧。"
)


def source(source_id: str, level: str, issuer: str) -> Source:
    return Source(
        id=source_id, name=issuer, name_ja=issuer, family="auto", level=level,
        place="100000", issuer=issuer, evidence="test",
    )  # fmt: skip


SOURCES = {
    "mee": source("mee", "central", "生态环境部"),
    "he": source("he", "province", "河北省生态环境厅"),
    "ts": source("ts", "city", "唐山市生态环境局"),
}


def test_one_document_on_three_sites_keeps_the_issuers_own_copy() -> None:
    title = "关于印发《空气质量改善方案》的通知"
    number = {"document_number": "冀环发〔2026〕7号", "issuing_bodies": ("河北省生态环境厅",)}
    own = notice("https://he.example/1", title, BODY, source_id="he", **number)
    above = notice(
        "https://mee.example/1", "河北省印发《空气质量改善方案》", BODY, source_id="mee",
        document_number="冀环发【2026】 7号",
    )  # fmt: skip
    below = notice("https://ts.example/1", "转载：" + title, BODY, source_id="ts", **number)
    merges = dedupe([above, below, own], {}, SOURCES)
    assert len(merges) == 1
    assert merges[0].kept.id == own.id
    assert [copy.source_id for copy in merges[0].kept.also_at] == ["mee", "ts"]
    assert set(merges[0].copies) == {above.id, below.id}


def test_input_order_does_not_matter() -> None:
    items = [
        notice(f"https://{key}.example/1", "空气质量改善方案", BODY, source_id=key)
        for key in SOURCES
    ]
    assert dedupe(items, {}, SOURCES) == dedupe(items[::-1], {}, SOURCES)


def test_same_title_without_number_needs_the_same_text_and_figures() -> None:
    one = notice("https://mee.example/1", "空气质量改善方案", BODY, source_id="mee")
    other = notice(
        "https://he.example/1", "空气质量改善方案", BODY.replace("35", "38").replace("12", "20"),
        source_id="he",
    )  # fmt: skip
    assert not same_document(one, other)
    assert same_document(one, other.model_copy(update={"blocks": one.blocks}))


def test_repeated_alerts_of_one_source_stay_apart() -> None:
    title = "关于启动重污染天气橙色预警的通知"
    text = "经会商研判，我市将出现重污染天气过程，决定启动橙色预警，各单位要落实减排措施。"
    first = notice("https://ts.example/1", title, text + "自10月5日零时起。", source_id="ts",
                   date_publication="2026-10-04")  # fmt: skip
    second = notice("https://ts.example/2", title, text + "自10月19日零时起。", source_id="ts",
                    date_publication="2026-10-18")  # fmt: skip
    assert dedupe([first, second], {}, SOURCES) == ()


def test_an_interpretation_is_not_merged_with_its_document() -> None:
    plan = notice("https://he.example/1", "关于印发《空气质量改善方案》的通知", BODY,
                  source_id="he", document_number="冀环发〔2026〕7号")  # fmt: skip
    reading = notice("https://he.example/2", "《空气质量改善方案》解读", BODY, source_id="he")
    assert dedupe([plan, reading], {}, SOURCES) == ()


def test_different_numbers_are_different_documents() -> None:
    one = notice("https://he.example/1", "关于做好大气污染防治工作的通知", BODY,
                 source_id="he", document_number="冀环办〔2026〕7号")  # fmt: skip
    other = notice("https://mee.example/1", "关于做好大气污染防治工作的通知", BODY,
                   source_id="mee", document_number="环办大气〔2026〕7号")  # fmt: skip
    assert dedupe([one, other], {}, SOURCES) == ()


def test_a_stored_copy_is_found_and_its_copies_are_inherited() -> None:
    stored = notice("https://ts.example/1", "空气质量改善方案", BODY, source_id="ts")
    new = notice("https://he.example/1", "空气质量改善方案", BODY, source_id="he")
    merges = dedupe([new], {new.id: [stored]}, SOURCES)
    assert merges[0].kept.id == new.id
    again = dedupe([merges[0].kept], {}, SOURCES)
    assert again == ()


def test_normal_title_drops_what_sites_add() -> None:
    assert normal_title("转载：关于印发《甲 方案》的通知") == normal_title("甲方案")
