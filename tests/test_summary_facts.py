"""Lines of a summary composed from facts: what they say, and what they refuse to say."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from small_vocabulary import small_vocabulary
from test_summarize import PLAN, classified, notice_of

from pipeline.drafts import make_draft
from pipeline.model import DocumentType, Observation, Segment, SegmentKind, Target
from pipeline.summary_facts import fact_lines, headings
from pipeline.translate.cascade import Translator
from pipeline.translate.engine import Availability, Proposal, Request
from pipeline.translate.memory import Memory

ALERT = """根据会商意见，市指挥部决定自2026年12月5日18时起启动重污染天气橙色预警和Ⅱ级应急响应。
各单位要落实减排措施。"""
LIFTED = "经研判，决定于12月8日12时解除重污染天气黄色预警，终止三级应急响应。"
PENALTY = "去年全市共立案查处大气环境违法案件47起，罚款金额合计512万元。"


def rendered(words: dict[str, str]) -> Callable[[str, SegmentKind], Segment]:
    """A translator that knows a few words and doubts all others."""

    def render(zh: str, kind: SegmentKind) -> Segment:
        known = zh in words
        return Segment(
            zh=zh, ja=words.get(zh, zh), kind=kind, layer="transfer", engine="t",
            state="machine" if known else "doubtful", confidence=0.9 if known else 0.2,
        )  # fmt: skip

    return render


def facts(
    text: str,
    title: str,
    document_type: DocumentType = "notice",
    targets: tuple[Target, ...] = (),
    observations: tuple[Observation, ...] = (),
    words: dict[str, str] | None = None,
) -> dict[str, str]:
    found = fact_lines(
        notice_of(text, title), classified(document_type), targets, observations,
        small_vocabulary(), rendered(words or {}),
    )  # fmt: skip
    return {kind: line.ja for kind, line in found.items()}


def test_an_alert_names_level_colour_and_start() -> None:
    found = facts(ALERT, "关于启动重污染天气橙色预警的通知")
    assert found["alert"].endswith(
        "2026年12月5日18時から重度汚染天気オレンジ色警報を発令し、Ⅱ級緊急対応を開始した。"
    )


def test_a_lifted_alert_is_no_started_one() -> None:
    found = facts(LIFTED, "关于解除重污染天气黄色预警的通知")
    assert found["alert"].endswith(
        "12月8日12時に重度汚染天気黄色警報を解除し、Ⅲ級緊急対応を終了した。"
    )


@pytest.mark.parametrize("title", ["安州市重污染天气预警信息", "重污染天气黄色预警信息发布"])
def test_the_sentence_says_that_an_alert_is_lifted(title: str) -> None:
    text = "空气质量好转，已达到预警解除条件。" + LIFTED
    found = facts(text, title)
    if "发布" in title:
        assert "alert" not in found
    else:
        assert found["alert"].endswith(
            "12月8日12時に重度汚染天気黄色警報を解除し、Ⅲ級緊急対応を終了した。"
        )


@pytest.mark.parametrize(
    "text",
    [
        "自12月5日18时起发布的重污染天气黄色预警，于12月8日12时解除。",
        "定于12月8日12时起将重污染天气黄色预警调整为橙色预警，启动Ⅱ级应急响应。",
        "12月8日12时起降级为重污染天气黄色预警。",
        "12月8日12时起，重污染天气黄色预警信息见附件。",
    ],
)
def test_an_alert_whose_verb_is_unclear_is_not_told(text: str) -> None:
    assert "alert" not in facts(text, "重污染天气预警信息")


def test_the_time_of_a_lifted_alert_is_that_of_its_lifting() -> None:
    text = "自12月5日18时起启动的重污染天气黄色预警，于12月8日12时解除。"
    found = facts(text, "关于解除重污染天气黄色预警的通知")
    assert found["alert"].endswith("12月8日12時に重度汚染天気黄色警報を解除した。")


def test_what_ends_an_alert_later_does_not_lift_it() -> None:
    text = "自12月5日18时起启动重污染天气黄色预警，解除时间另行通知，如扩散条件好转将提前解除。"
    found = facts(text, "重污染天气预警信息")
    assert found["alert"].endswith("12月5日18時から重度汚染天気黄色警報を発令した。")


@pytest.mark.parametrize(
    "title", ["重污染天气应急预案", "关于升级重污染天气橙色预警的通知", "空气质量改善方案"]
)
def test_other_titles_announce_no_alert(title: str) -> None:
    assert "alert" not in facts(ALERT, title)


def test_a_plan_announces_neither_alert_nor_penalty() -> None:
    found = facts(f"{ALERT}\n{PENALTY}", "关于启动重污染天气橙色预警的通知", "plan")
    assert not {"alert", "penalty"} & set(found)


def test_penalties_are_told_as_results() -> None:
    found = facts(PENALTY, "大气环境执法情况")
    expected = "大気環境に関する違法事案47件を立件し、過料は計512万元であった。"
    assert found["penalty"] == expected
    assert "penalty" not in facts("全市立案查处食品违法案件47起，罚款5万元。", "执法情况")
    assert "penalty" not in facts("处五万元罚款。", "大气污染防治条例")


def test_commencement_is_told_with_its_term() -> None:
    found = facts("本通告自2026年3月1日起施行，有效期3年。", "通告", "announcement")
    assert found["date"] == "2026年3月1日から施行する（有効期間は3年間）。"
    assert "date" not in facts("本通告自公布之日起施行。", "通告")


CHAPTERS = {
    "优化产业结构": "産業構造の最適化", "优化交通结构": "交通構造の最適化",
    "优化能源结构": "エネルギー構造の最適化",
}  # fmt: skip


def test_the_headings_of_a_plan_are_its_main_measures() -> None:
    text = PLAN.replace("四、保障措施", "四、优化能源结构\n推进改造。\n五、保障措施")
    assert headings(notice_of(text)) == ["优化产业结构", "优化交通结构", "优化能源结构"]
    expected = (
        "主な措置は、「産業構造の最適化」、「交通構造の最適化」及び"
        "「エネルギー構造の最適化」である。"
    )
    assert facts(text, "方案", "plan", words=CHAPTERS)["chapters"] == expected


def test_headings_that_cannot_be_rendered_are_left_out_and_said_so() -> None:
    text = PLAN.replace(
        "四、保障措施", "四、优化能源结构\n推进。\n五、其他\n六、优化用地结构\n推进。"
    )
    found = facts(text, "方案", "plan", words=CHAPTERS)
    assert found["chapters"].endswith("等である。")
    assert "用地" not in found["chapters"]
    assert "chapters" not in facts(text, "方案", "plan", words={})


def target(clause: str, value: int, **fields: object) -> Target:
    return Target(
        indicator="PM2.5浓度", family="pm25", value=Decimal(value), unit="%", clause=clause,
        **fields,
    )  # type: ignore[arg-type]  # fmt: skip


def test_goals_are_told_by_period_and_one_indicator_once() -> None:
    text = "到2028年，PM2.5浓度比2025年下降10%，PM2.5浓度下降12%。"
    targets = (
        target("PM2.5浓度比2025年下降10%", -10, base_year="2025", target_year="2028"),
        target("PM2.5浓度下降12%", -12, target_year="2028"),
    )
    found = facts(text, "方案", "plan", targets)
    expected = "2028年までの目標は、PM2.5濃度（2025年比10%低下、12%低下）である。"
    assert found["target"] == expected


def test_a_year_the_sentence_does_not_give_is_not_told() -> None:
    found = facts(
        "PM2.5浓度下降12%。", "方案", "plan", (target("PM2.5浓度下降12%", -12, target_year="2028"),)
    )
    assert found["target"] == "目標は、PM2.5濃度（12%低下）である。"


def test_a_goal_whose_unit_stands_in_another_cell_is_left_to_the_table() -> None:
    text = "到2030年，PM2.5浓度比2025年下降12%。"
    targets = (
        target("PM2.5浓度比2025年下降12%", -12, base_year="2025", target_year="2030"),
        target("PM2.5浓度下降比例（%） 2030年目标值 9", -9, target_year="2030"),
    )
    told = facts(text, "方案", "plan", targets)["target"]
    assert "12%低下" in told
    assert "9" not in told
    assert told.endswith("等である。")


def test_a_goal_whose_figure_is_not_in_its_clause_is_not_told() -> None:
    assert "target" not in facts("PM2.5浓度下降12%。", "方案", "plan", (target("下降12%", -15),))


def observed(**fields: object) -> Observation:
    base = {
        "indicator": "PM2.5", "family": "pm25", "value": Decimal("29"), "unit": "μg/m3",
        "period": "2025-01..2025-09", "place": "100000", "change": Decimal("-3.3"),
        "change_unit": "%", "clause": "PM2.5为29微克/立方米",
    }  # fmt: skip
    return Observation.model_validate(base | fields)


def test_released_figures_read_as_results() -> None:
    text = "1至9月，全国PM2.5为29微克/立方米，同比下降3.3%，优良天数比例86%，同比持平。"
    days = observed(
        indicator="优良天数比例", family="aqi_days", value="86", unit="%", change="0",
        change_unit="ポイント", clause="优良天数比例86%",
    )  # fmt: skip
    found = facts(text, "空气质量状况", "data_release", observations=(observed(), days))
    assert found["result"] == (
        "1～9月の全国では、PM2.5平均濃度が29μg/m³（前年同期比3.3%低下）、"
        "優良日数の割合が86%（前年同期比横ばい）であった。"
    )


class Poor:
    """An engine whose work nobody would trust."""

    name, version = "transfer", "1"

    def available(self) -> Availability:
        return Availability(True)

    def translate(self, requests: list[Request]) -> list[Proposal | None]:
        return [
            Proposal(f"{r.zh[:4]}、。", unknown_share=0.5, flags=("fragments",)) for r in requests
        ]


def test_a_draft_prefers_facts_to_what_it_cannot_render() -> None:
    vocabulary = small_vocabulary()
    translator = Translator([Poor()], Memory(), None, vocabulary, 0.75)  # type: ignore[list-item]
    draft = make_draft(
        notice_of(ALERT, "关于启动重污染天气橙色预警的通知"), classified("notice"), (), translator,
        vocabulary, full_plan=False,
    )  # fmt: skip
    assert draft.summary[0].engine == "summary-facts"
    assert draft.summary[0].accepted
    assert "オレンジ色警報を発令" in draft.summary[0].ja


AIM = "2026年10月至2027年3月，全市PM2.5平均浓度同比下降3.5%，优良天数不少于118天。"


class Past:
    """An engine that tells an aim as if it had been reached."""

    name, version = "transfer", "1"

    def available(self) -> Availability:
        return Availability(True)

    def translate(self, requests: list[Request]) -> list[Proposal | None]:
        ja = (
            "2026年10月から2027年3月まで、全市のPM2.5平均濃度は、前年同期比3.5%低下し、"
            "優良日数は118日以上とした。"
        )
        return [Proposal(ja) if request.zh == AIM else None for request in requests]


def test_an_aim_of_a_season_to_come_is_never_told_in_the_past() -> None:
    vocabulary = small_vocabulary()
    translator = Translator([Past()], Memory(), None, vocabulary, 0.0)  # type: ignore[list-item]
    aim = Target(
        indicator="PM2.5平均浓度", family="pm25", value=Decimal("-3.5"), unit="%",
        base_year="2026", target_year="2027", period="2026年10月至2027年3月",
        clause="全市PM2.5平均浓度同比下降3.5%",
    )  # fmt: skip
    draft = make_draft(
        notice_of(AIM, "秋冬季空气质量改善方案"), classified("plan"), (aim,), translator,
        vocabulary, full_plan=False,
    )  # fmt: skip
    told = "".join(line.ja for line in draft.summary)
    assert "2026年10月～2027年3月の目標は、" in told
    assert "前年同期比3.5%低下）" in told
    assert "とした。" not in told


@pytest.mark.parametrize("text", ["。" * 9000, "自" * 9000, "第一章" * 3000, "罚款" * 5000, ""])
def test_odd_bodies_give_no_facts(text: str) -> None:
    assert facts(text, "重污染天气预警") == {}


def test_the_purpose_of_a_plan_is_told_without_its_formula() -> None:
    text = (
        "各区：\n为改善空气质量，保障公众健康，根据有关规定，现将方案印发给你们。\n一、加强监测。"
    )
    words = {
        "为改善空气质量，保障公众健康，制定本方案。":
        "大気質を改善し、公衆の健康を保障するため、本方案を策定する。"
    }  # fmt: skip
    found = facts(text, "关于印发空气质量改善方案的通知", "plan", words=words)
    assert found["purpose"] == "大気質を改善し、公衆の健康を保障するための計画である。"
    assert "purpose" not in facts(text, "方案", "plan")
    assert "purpose" not in facts(text, "方案", "news", words=words)


def test_headings_that_name_places_or_every_plan_are_no_measures() -> None:
    text = "\n".join(
        [
            "一、总体目标",
            "二、天津市",
            "三、加强监测",
            "四、其他事项",
            "五、治理扬尘",
            "六、淘汰锅炉",
        ]
    )
    words = {
        "加强监测": "監視の強化",
        "治理扬尘": "粉じん対策",
        "淘汰锅炉": "ボイラーの廃止",
        "天津市": "天津市",
    }
    told = facts(text, "某方案", "plan", words=words)["chapters"]
    assert told == "主な措置は、「監視の強化」、「粉じん対策」及び「ボイラーの廃止」である。"
