"""Quantified targets: the sentence patterns of plans, and what is no target."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.classify import Analyzer
from pipeline.extract.plaintext import blocks_of_text
from pipeline.model import Block, Notice, Target, notice_id
from pipeline.vocab import load_vocabulary

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary"


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer(load_vocabulary(GLOSSARY), GLOSSARY / "cues")


def targets(
    analyzer: Analyzer,
    body: str | tuple[Block, ...],
    title: str = "沈阳市空气质量持续改善行动方案",
    date: str | None = "2024-03-01",
) -> tuple[Target, ...]:
    notice = Notice(
        id=notice_id(title),
        source_id="test",
        url=None,
        title=title,
        blocks=blocks_of_text(body) if isinstance(body, str) else body,
        date_publication=date,
        date_placed=date,
        raw_sha256="",
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        extractor="test",
    )
    return analyzer.extract_targets(analyzer.analyse(notice))


Row = tuple[str, str, str, str | None, str | None]


def rows(found: tuple[Target, ...]) -> list[Row]:
    return [(t.family, str(t.value), t.unit, t.base_year, t.target_year) for t in found]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("到2030年，煤炭消费总量控制在2,350万吨以内。", "2350"),
        ("到2030年，煤炭消费总量控制在3，500万吨以内。", "3500"),
        ("到2030年，煤炭消费总量控制在１２，３５０.5万吨以内。", "12350.5"),
        ("到2030年，煤炭消费总量由2,650万吨降至2,350万吨以内。", "2350"),
        ("到2030年，煤炭消费总量控制在2,350-2,400万吨。", "2350"),
    ],
)
def test_thousands_parted_by_commas_are_one_number(
    analyzer: Analyzer, body: str, value: str
) -> None:
    found = targets(analyzer, body)
    assert value in [str(t.value) for t in found]
    assert not [t for t in found if abs(t.value) < 1000]


@pytest.mark.parametrize(
    "body",
    ["到2030年，煤炭消费总量控制在12,35,350万吨以内。", "到2030年，煤炭消费总量控制在1,23,4万吨。"],
)
def test_no_value_begins_inside_a_number(analyzer: Analyzer, body: str) -> None:
    assert targets(analyzer, body) == ()


def test_a_table_may_part_thousands(analyzer: Analyzer) -> None:
    table = Block(
        kind="table",
        text="",
        rows=(("地区", "2030年煤炭消费总量目标（万吨）"), ("全市", "2,350")),
    )
    assert [str(t.value) for t in targets(analyzer, (table,))] == ["2350"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "到2025年底前，全市PM2.5年均浓度比2020年下降12%以上。",
            [("pm25", "-12", "%", "2020", "2025")],
        ),
        (
            "到2025年，细颗粒物浓度控制在33微克/立方米以内。",
            [("pm25", "33", "μg/m3", None, "2025")],
        ),
        (
            "到2025年，优良天数比率不低于82.5%，重度及以上污染天数控制在3天以内。",
            [
                ("aqi_days", "82.5", "%", None, "2025"),
                ("heavy_days", "3", "日", None, "2025"),
            ],
        ),
        (
            "到2030年，氮氧化物和VOCs排放总量比2025年分别下降10%和12%以上。",
            [("nox", "-10", "%", "2025", "2030"), ("voc", "-12", "%", "2025", "2030")],
        ),
        (
            "到2025年，氮氧化物、挥发性有机物排放总量较2020年均下降9%。",
            [("nox", "-9", "%", "2020", "2025"), ("voc", "-9", "%", "2020", "2025")],
        ),
        (
            "2024年目标：PM2.5、PM10平均浓度分别控制在38微克/立方米、66微克/立方米以下。",
            [("pm25", "38", "μg/m3", None, "2024"), ("pm10", "66", "μg/m3", None, "2024")],
        ),
        (
            "到2025年，PM10浓度比2020年下降15%，下降至60微克/立方米。",
            [("pm10", "-15", "%", "2020", "2025"), ("pm10", "60", "μg/m3", None, "2025")],
        ),
        (
            "2024年10月至2025年3月，全市PM2.5平均浓度同比下降4%左右。",
            [("pm25", "-4", "%", "2024", "2025")],
        ),
        (
            "“十五五”末，臭氧浓度力争降至150微克/立方米。",
            [("o3", "150", "μg/m3", None, "2030")],
        ),
        (
            "到2025年，煤炭消费总量比2020年下降5%，压减焦化产能120万吨。",
            [("coal", "-5", "%", "2020", "2025"), ("capacity", "-120", "万t", None, "2025")],
        ),
        (
            "今年完成清洁取暖改造2.6万户，淘汰老旧车3万辆。",
            [("households", "2.6", "万戸", None, "2024"), ("vehicles", "3", "万台", None, "2024")],
        ),
        (
            "到2025年，城市降尘量不高于5吨/月·平方公里。",
            [("dust", "5", "t/(月·km2)", None, "2025")],
        ),
        (
            "到2025年，PM2.5浓度比2020年下降10%；到2030年，下降20%以上。",
            [("pm25", "-10", "%", "2020", "2025"), ("pm25", "-20", "%", "2020", "2030")],
        ),
        (
            "2027年、2030年，PM2.5年均浓度分别降至30微克/立方米、27微克/立方米以下。",
            [("pm25", "30", "μg/m3", None, "2027"), ("pm25", "27", "μg/m3", None, "2030")],
        ),
        (
            "以2020年为基准年，到2025年VOCs排放量削减10%。",
            [("voc", "-10", "%", "2020", "2025")],
        ),
        (
            "到2025年，PM2.5、PM10和臭氧浓度分别控制在35、60、150微克/立方米以内。",
            [
                ("pm25", "35", "μg/m3", None, "2025"),
                ("pm10", "60", "μg/m3", None, "2025"),
                ("o3", "150", "μg/m3", None, "2025"),
            ],
        ),
        (
            "空气质量综合指数力争降至4.6以下，重污染天气不超过3天。",
            [("other", "4.6", "", None, "2024"), ("heavy_days", "3", "日", None, "2024")],
        ),
        (
            "市政府2024年1月印发方案。到2026年，臭氧超标天数比2023年减少5天。",
            [("o3", "-5", "日", "2023", "2026")],
        ),
    ],
)
def test_patterns_of_plans(analyzer: Analyzer, body: str, expected: list[Row]) -> None:
    assert rows(targets(analyzer, body)) == expected


@pytest.mark.parametrize(
    "body",
    [
        "2023年，全市PM2.5平均浓度同比下降8.2%，优良天数比例达到80.1%。",
        "截至2月底，全市优良天数达到51天，同比增加6天。",
        "回顾“十三五”，PM2.5浓度累计下降35%，成效明显。",
        "当AQI大于200持续48小时，或者PM2.5浓度持续高于150微克/立方米时启动预警。",
        "违反本规定的，处2万元以上20万元以下罚款。",
        "安排大气污染防治资金3.5亿元，每户补贴3000元。",
        "锅炉烟气二氧化硫排放浓度不高于35毫克/立方米。",
        "Ⅲ级响应时，二氧化硫减排比例应达到10%以上。",
        "数据显示，PM2.5平均浓度为35微克/立方米。",
        "PM2.5由51降至42微克/立方米，下降17.6%，圆满完成国家下达的目标任务。",
        "前10个月，PM2.5浓度下降12.5%，优良天数增加21天。",
        "项目VOCs收集效率不低于90%，颗粒物去除率不低于99%。",
        "重点行业VOCs治理年内完成60%，查处柴油货车2000辆次。",
        "研究表明，若PM2.5浓度降到25微克/立方米，可避免过早死亡。",
        "各城市完成5万至10万户散煤替代的经验正在推广。",
    ],
)
def test_results_thresholds_penalties_and_sums_are_no_targets(
    analyzer: Analyzer, body: str
) -> None:
    assert targets(analyzer, body) == ()


def test_comparators_period_clause_and_evidence(analyzer: Analyzer) -> None:
    body = "一、目标\n2024年10月至2025年3月，全市PM2.5平均浓度力争控制在55微克/立方米以内。"
    (target,) = targets(analyzer, body)
    assert target.comparators == ("within", "strive")
    assert target.period == "2024年10月至2025年3月"
    assert "PM2.5平均浓度力争控制在55微克/立方米以内" in target.clause
    assert target.span is not None
    assert target.span.text == target.clause


def test_ocr_spaces_and_width(analyzer: Analyzer) -> None:
    found = targets(analyzer, "到２０２５年，ＰＭ 2. 5 浓度比2020年下降１０％。")
    assert rows(found) == [("pm25", "-10", "%", "2020", "2025")]


def test_values_of_several_places(analyzer: Analyzer) -> None:
    body = "到2025年，大连市、鞍山市PM2.5浓度分别下降9%和11%。"
    found = targets(analyzer, body, title="辽宁省空气质量持续改善行动方案")
    assert [(t.scope, t.value) for t in found] == [
        ("210200", Decimal(-9)),
        ("210300", Decimal(-11)),
    ]


def test_a_list_of_other_cities_does_not_inherit_an_indicator(analyzer: Analyzer) -> None:
    body = "到2025年，全省PM2.5浓度比2020年下降10%，丹东、本溪等市下降15%。"
    found = targets(analyzer, body, title="辽宁省空气质量持续改善行动方案")
    assert rows(found) == [("pm25", "-10", "%", "2020", "2025")]


def test_tables_of_plans(analyzer: Analyzer) -> None:
    table = Block(
        kind="table",
        text="",
        rows=(
            ("城市", "PM2.5浓度目标（微克/立方米）", "2020年优良天数比例（%）现状"),
            ("沈阳市", "35", "78.1"),
            ("丹东市", "24", "91.0"),
            ("全省", "33.5", "83"),
        ),
    )
    intro = Block(kind="paragraph", text="沈阳市、丹东市等2025年大气目标见附表。")
    found = targets(analyzer, (intro, table), title="辽宁省2025年空气质量目标方案")
    assert [(t.family, str(t.value), t.scope, t.target_year) for t in found] == [
        ("pm25", "35", "210100", "2025"),
        ("pm25", "33.5", None, "2025"),
    ]


def test_standards_and_released_data_have_none(analyzer: Analyzer) -> None:
    body = "优良天数比例达到95%，同比上升，PM2.5平均浓度为20微克/立方米。"
    assert targets(analyzer, body, title="9月份全市环境空气质量状况") == ()


def test_the_year_of_a_plan_without_one_in_the_sentence(analyzer: Analyzer) -> None:
    body = "PM2.5浓度比2015年下降20%以上。"
    (three,) = targets(analyzer, body, "打赢蓝天保卫战三年行动计划", "2018-07-29")
    (five,) = targets(analyzer, body, "“十三五”环境保护规划", "2017-03-01")
    (span,) = targets(analyzer, body, "大气治理方案（2018—20年）", "2018-05-01")
    assert [t.target_year for t in (three, five, span)] == ["2020", "2020", "2020"]
    later = "到2027年，PM2.5浓度控制在30微克/立方米以内。\n二、任务\n煤炭消费量较2020年下降5%。"
    assert {t.target_year for t in targets(analyzer, later)} == {"2027"}


def test_the_body_says_what_a_title_leaves_out(analyzer: Analyzer) -> None:
    body = "2017年10月至2018年3月，PM2.5平均浓度同比下降25%以上。"
    found = targets(analyzer, body, "今冬PM2.5浓度要降25%", "2017-11-08")
    assert rows(found) == [("pm25", "-25", "%", "2017", "2018")]


@pytest.mark.parametrize(
    ("body", "year", "period"),
    [
        ("确保四季度产量不增加，力争四季度PM2.5浓度控制在44微克/立方米以内。", "2026", "四季度"),
        ("2026年10—12月，PM2.5浓度控制在44微克/立方米以内。", "2026", "2026年10—12月"),
        ("2026年四季度完成改造，全年PM2.5浓度控制在35微克/立方米以内。", "2026", None),
        ("2026年四季度完成改造，到2027年PM2.5浓度控制在35微克/立方米以内。", "2027", None),
        (
            "2026年11月1日至2027年3月31日，PM2.5浓度控制在48微克/立方米以内。",
            "2027",
            "2026年11月1日至2027年3月31日",
        ),
    ],
)
def test_a_goal_keeps_its_part_of_the_year(
    analyzer: Analyzer, body: str, year: str, period: str | None
) -> None:
    found = targets(analyzer, body, title="空气质量改善方案", date="2026-10-08")
    assert [(t.target_year, t.period) for t in found] == [(year, period)]


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("沈阳市2026年四季度空气质量改善方案", "2026年四季度"),
        ("沈阳市2026—2027年秋冬季攻坚方案", "2026—2027年秋冬季"),
        ("沈阳市2026年空气质量改善方案", None),
    ],
)
def test_a_title_names_the_part_of_the_year(
    analyzer: Analyzer, title: str, period: str | None
) -> None:
    found = targets(analyzer, "PM2.5浓度控制在44微克/立方米以内。", title, "2026-10-08")
    assert [t.period for t in found] == [period]


@pytest.mark.parametrize(
    "body",
    [
        "采用模型开展情景模拟，基准情景下，2030年PM2.5年均浓度为34微克/立方米，不能稳定达标。",
        "到2030年，PM2.5年均浓度为34微克/立方米。",
        "规划情景下，各项任务全部落实，2030年可以削减二氧化硫1.1万吨、VOCs1.3万吨。",
        "2030年PM2.5年均浓度可以降至29.4微克/立方米，低于标准限值。",
        "若气象条件有利，2030年PM2.5年均浓度控制在29微克/立方米以内。",
        "如各项工程按期完成，2030年PM2.5年均浓度降至29微克/立方米。",
        "经测算，2030年优良天数比率达到88%。",
        "近两年PM2.5年均浓度均不高于22微克/立方米的县可以申报。",
    ],
)
def test_what_may_come_about_is_no_goal(analyzer: Analyzer, body: str) -> None:
    assert targets(analyzer, body, date="2026-10-08") == ()


@pytest.mark.parametrize(
    "body",
    [
        "规划情景下浓度可达标，因此确定目标为到2030年PM2.5年均浓度降至30微克/立方米以下。",
        "2030年目标：PM2.5年均浓度为30微克/立方米。",
        "经反复测算，最终确定到2030年PM2.5年均浓度降至30微克/立方米以下。",
        "如期完成各项任务，到2030年PM2.5年均浓度降至30微克/立方米以下。",
        "治理若干重点行业，到2030年PM2.5年均浓度降至30微克/立方米以下。",
        "守法企业可以减少检查频次，到2030年PM2.5年均浓度降至30微克/立方米以下。",
    ],
)
def test_a_goal_beside_a_supposition_stays_one(analyzer: Analyzer, body: str) -> None:
    found = targets(analyzer, body, date="2026-10-08")
    assert rows(found) == [("pm25", "30", "μg/m3", None, "2030")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "以2020年为基准年，到2025年，氮氧化物、VOCs重点工程减排量分别达到1.6万吨、0.7万吨。",
            [("nox", "-1.6", "万t", "2020", "2025"), ("voc", "-0.7", "万t", "2020", "2025")],
        ),
        (
            "到2025年，二氧化硫、氮氧化物排放总量均比2020年下降9%，VOCs排放总量下降7%。",
            [
                ("so2", "-9", "%", "2020", "2025"),
                ("nox", "-9", "%", "2020", "2025"),
                ("voc", "-7", "%", "2020", "2025"),
            ],
        ),
        (
            "规划以2022年为基准年，2025年为近期目标年，2030年为远期目标年。\n"
            "近期，PM2.5年均浓度不高于31微克/立方米；远期，氮氧化物排放总量下降18%。",
            [("pm25", "31", "μg/m3", None, "2025"), ("nox", "-18", "%", "2022", "2030")],
        ),
        (
            "到2025年，未达标区PM2.5浓度下降11%以上（以2020年为基准）。",
            [("pm25", "-11", "%", "2020", "2025")],
        ),
        (
            "2024年，PM2.5年均浓度不超过36微克/立方米，比上年下降3%。",
            [("pm25", "36", "μg/m3", None, "2024"), ("pm25", "-3", "%", "2023", "2024")],
        ),
        (
            "到2027年，铁路货运量比2022年增长15%。",
            [("other", "15", "%", "2022", "2027")],
        ),
        (
            "12月至次年3月，PM2.5浓度同比下降4%以上。",
            [("pm25", "-4", "%", "2024", "2025")],
        ),
        (
            "到2025年，氮氧化物排放总量控制在1.6万吨、VOCs控制在0.9万吨以内，"
            "分别比2020年下降12%和15%。",
            [
                ("nox", "1.6", "万t", None, "2025"),
                ("voc", "0.9", "万t", None, "2025"),
                ("nox", "-12", "%", "2020", "2025"),
                ("voc", "-15", "%", "2020", "2025"),
            ],
        ),
        (
            "到2025年，重度及以上污染天数比率控制在1%以内，70%以上的区消除重污染；"
            "协同治理取得成效，优良天数比率达87.5%。",
            [("heavy_days", "1", "%", None, "2025"), ("aqi_days", "87.5", "%", None, "2025")],
        ),
        (
            "到2025年，煤炭消费量下降9%。国三柴油货车2024年底前全部淘汰，清洁运输比例达到80%。",
            [("coal", "-9", "%", None, "2025"), ("other", "80", "%", None, "2025")],
        ),
        (
            "2024年，沈阳PM2.5浓度控制在35以内，优良天数不少于290天。",
            [("pm25", "35", "μg/m3", None, "2024"), ("aqi_days", "290", "日", None, "2024")],
        ),
        (
            "2026年PM2.5浓度降至30微克/立方米、臭氧浓度降至150微克/立方米；2028年分别降至28和145微克/立方米。",
            [
                ("pm25", "30", "μg/m3", None, "2026"),
                ("o3", "150", "μg/m3", None, "2026"),
                ("pm25", "28", "μg/m3", None, "2028"),
                ("o3", "145", "μg/m3", None, "2028"),
            ],
        ),
        (
            "到2025年，农村清洁取暖率达到45%，VOCs削减比例不低于10%。",
            [("other", "45", "%", None, "2025"), ("voc", "-10", "%", None, "2025")],
        ),
        (
            "年底前，退出高度4.3米以下焦炉产能180万吨。",
            [("capacity", "-180", "万t", None, "2024")],
        ),
    ],
)
def test_years_named_once_and_words_of_change(
    analyzer: Analyzer, body: str, expected: list[Row]
) -> None:
    assert rows(targets(analyzer, body)) == expected


@pytest.mark.parametrize(
    "body",
    [
        "去年，城区PM2.5年均浓度28微克/立方米，优良天数297天。",
        "优良天数每下降1天扣2分。",
        "对VOCs年排放量10吨以上的企业开展一企一策。",
        "PM2.5日均浓度超过150微克/立方米的天数应逐年减少。",
        "地表水优良比例达到72%。",
        "低VOCs涂料替代比例达到60%。",
        "采暖季钢铁产能限产50%。",
        "全市PM2.5浓度42微克/立方米，低于省下达的目标（不高于47微克/立方米）。",
        "截至9月，淘汰国三柴油货车1.6万辆，完成目标任务（2万辆）的80%。",
        "1至7月，臭氧浓度162微克/立方米；PM2.5平均浓度27微克/立方米，同比改善6.9%。",
        "重污染天数比率已降到1%以下。",
        "优良天数15天，月目标17天。",
        "散煤复燃率控制在1%以下。",
        "改造完成后年替代散煤3.6万吨。",
        "2023年优良天数278天，优于考核目标。全年压减燃煤22万吨。",
        "目前一季度PM2.5平均浓度48微克/立方米，同比下降21%。",
        "上一秋冬季PM2.5平均浓度50微克/立方米。",
    ],
)
def test_results_thresholds_and_yardsticks_are_no_goals(analyzer: Analyzer, body: str) -> None:
    assert targets(analyzer, body) == ()


def test_a_goal_after_a_result_is_a_goal_again(analyzer: Analyzer) -> None:
    body = (
        "秋冬季以来PM2.5平均浓度61微克/立方米，距年度目标差距明显，请各区倒排工期，"
        "确保12月PM2.5控制在70微克/立方米以下。"
    )
    assert rows(targets(analyzer, body)) == [("pm25", "70", "μg/m3", None, "2024")]


def test_a_list_of_cities_gives_each_its_value(analyzer: Analyzer) -> None:
    body = (
        "2024年，全省PM2.5降到38微克/立方米，优良天数比率84%；"
        "大连、鞍山分别降到28、36微克/立方米以内。"
    )
    found = targets(analyzer, body, title="辽宁省蓝天保卫战2024年工作方案")
    assert [(str(t.value), t.scope) for t in found if t.family == "pm25"] == [
        ("38", None),
        ("28", "210200"),
        ("36", "210300"),
    ]


def test_a_table_may_leave_the_usual_units_and_the_year_to_its_caption(
    analyzer: Analyzer,
) -> None:
    blocks = (
        Block(kind="paragraph", text="沈阳市2024年各区目标（单位：微克/立方米、天）"),
        Block(kind="table", text="", rows=(("区", "PM2.5", "优良天数"), ("全市", "35", "290"))),
    )
    assert rows(targets(analyzer, blocks, title="沈阳市空气质量考核目标表")) == [
        ("pm25", "35", "μg/m3", None, "2024"),
        ("aqi_days", "290", "日", None, "2024"),
    ]


def test_figures_of_a_wider_area_are_doubtful(analyzer: Analyzer) -> None:
    body = "全国要求到2025年优良天数比率达到87%。到2025年，全市优良天数比率达到85%以上。"
    assert [(str(t.value), t.doubtful) for t in targets(analyzer, body)] == [
        ("87", True),
        ("85", False),
    ]


def test_a_bound_alone_is_doubtful(analyzer: Analyzer) -> None:
    found = targets(analyzer, "PM2.5浓度不高于33微克/立方米。", title="沈阳治气见闻")
    assert [(t.ground, t.doubtful) for t in found] == [("bound", True)]


def test_a_table_of_years_gives_each_indicator_its_goals(analyzer: Analyzer) -> None:
    table = Block(
        kind="table",
        text="",
        rows=(
            ("指标", "单位", "2023年现状", "2025年", "2027年目标", "属性"),
            ("PM2.5年均浓度", "微克/立方米", "37", "34", "≤32", "约束性"),
            ("氮氧化物排放总量下降", "%", "－", "10", "14%", "约束性"),
        ),
    )
    assert rows(targets(analyzer, (table,))) == [
        ("pm25", "34", "μg/m3", None, "2025"),
        ("pm25", "32", "μg/m3", None, "2027"),
        ("nox", "-10", "%", None, "2025"),
        ("nox", "-14", "%", None, "2027"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "年度任务是PM2.5达标。10月，该市综合指数5.02，同比改善9.4%。",
        "目标明确。一季度，全市优良天数43天。",
        "去年确定目标。三季度优良天数70天，超过目标3天。",
    ],
)
def test_a_month_that_is_over_tells_results(analyzer: Analyzer, body: str) -> None:
    assert targets(analyzer, body, title="沈阳市通报空气质量", date="2021-11-02") == ()


def test_a_month_to_come_has_its_goal(analyzer: Analyzer) -> None:
    body = "11月综合指数控制在6.5以下，PM2.5月均浓度不超过68微克/立方米。"
    found = targets(analyzer, body, date="2021-11-02")
    assert [str(target.value) for target in found] == ["6.5", "68"]


def test_a_section_of_goals_may_measure_from_last_year(analyzer: Analyzer) -> None:
    body = "一、工作目标\n城区可吸入颗粒物月均浓度较去年同期下降8%。"
    assert rows(targets(analyzer, body)) == [("pm10", "-8", "%", "2023", "2024")]


def test_parts_of_a_change_are_measured_from_the_same_year(analyzer: Analyzer) -> None:
    body = (
        "2024年，全省PM2.5浓度同比下降2%，重污染天数同比减少5%。"
        "其中沈阳、大连PM2.5分别下降4%和3.5%。"
    )
    found = rows(targets(analyzer, body, title="辽宁省2024年工作方案"))
    assert [row for row in found if row[0] == "pm25"] == [
        ("pm25", value, "%", "2023", "2024") for value in ("-2", "-4", "-3.5")
    ]


def test_parts_without_a_name_share_the_indicator(analyzer: Analyzer) -> None:
    body = "到2026年，城区清洁取暖率达到90%，县城达到80%，农村达到45%。"
    assert [str(t.value) for t in targets(analyzer, body)] == ["90", "80", "45"]


def test_an_effect_reckoned_for_a_year_to_come_is_a_goal(analyzer: Analyzer) -> None:
    body = "测算到2030年三个水域船舶硫氧化物、颗粒物比2025年下降约65%和30%。"
    assert rows(targets(analyzer, body, title="设立船舶排放控制区", date="2026-01-05")) == [
        ("so2", "-65", "%", "2025", "2030"),
        ("other", "-30", "%", "2025", "2030"),
    ]


def test_what_stands_below_a_headline_is_for_the_analyst(analyzer: Analyzer) -> None:
    body = (
        "到2030年，全国PM2.5浓度比2025年下降10%。京津冀及周边地区、汾渭平原PM2.5浓度分别下降20%、15%。"
        "柴油货车排放检测合格率超过90%。开展七大专项行动，VOCs减排1.4万吨。"
        "氮氧化物重点工程减排量达到3.5万吨。"
    )
    found = targets(analyzer, body, title="国务院关于空气质量持续改善行动计划")
    assert [(str(t.value), t.ground) for t in found if t.doubtful] == [
        ("-20", "part"), ("-15", "part"), ("90", "task"), ("-1.4", "task"),
    ]  # fmt: skip
    assert [str(t.value) for t in found if not t.doubtful] == ["-10", "-3.5"]


def test_without_outcomes_a_task_is_the_headline(analyzer: Analyzer) -> None:
    body = "到2030年，柴油货车路检合格率达到92%，VOCs减排900吨。"
    assert not any(target.doubtful for target in targets(analyzer, body))


def test_cities_of_a_list_answer_for_their_values(analyzer: Analyzer) -> None:
    body = "2024年，全省PM2.5浓度控制在30微克/立方米，沈阳、大连PM2.5分别不高于32、24微克/立方米。"
    found = targets(analyzer, body, title="辽宁省2024年工作方案")
    assert [(str(t.value), t.doubtful) for t in found] == [
        ("30", False), ("32", False), ("24", False),
    ]  # fmt: skip
