"""Target lines are built from the extracted fields, so their figures cannot be wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest
from notices import notice
from small_vocabulary import small_vocabulary

from pipeline.checks import has_blocking
from pipeline.entries import target_rows
from pipeline.model import Target
from pipeline.translate.targets import target_row, target_segment, target_sentence


def target(**fields: object) -> Target:
    given: dict[str, object] = {
        "indicator": "PM2.5浓度", "family": "pm25", "value": Decimal(30), "unit": "μg/m3",
        "clause": "PM2.5浓度控制在30微克/立方米以内",
    }  # fmt: skip
    return Target(**{**given, **fields})  # type: ignore[arg-type]


def reduction(**fields: object) -> Target:
    return target(
        value=Decimal(-10), unit="%", base_year="2020", target_year="2025",
        clause="到2025年，PM2.5浓度比2020年下降10%", **fields,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("period", "year", "expected"),
    [
        ("2026年10月至2027年3月", "2027", "2026年10月～2027年3月"),
        ("2026年10月至次年3月", "2027", "2026年10月～2027年3月"),
        ("2026年11月1日—2027年3月31日", "2027", "2026年11月1日～2027年3月31日"),
        ("2026—2027年秋冬季", "2027", "2026～2027年秋冬季"),
        ("四季度", "2026", "2026年第4四半期"),
        ("2026年第2季度", "2026", "2026年第2四半期"),
        ("下半年", "2026", "2026年下半期"),
        ("10—12月", "2026", "2026年10月～12月"),
        ("2026年10—12月", "2026", "2026年10月～12月"),
        ("2021—2025年", "2025", "2025年"),
        (None, "2025", "2025年"),
        ("“十五五”期间", "2030", "2030年"),
    ],
)
def test_a_part_of_a_year_is_printed_as_such(period: str | None, year: str, expected: str) -> None:
    row = target_row(target(period=period, target_year=year), small_vocabulary())
    assert row.period == expected


def test_a_season_is_measured_from_the_same_season() -> None:
    season = target(
        value=Decimal(-4), unit="%", base_year="2026", target_year="2027",
        period="2026年10月至2027年3月", clause="PM2.5浓度同比下降4%",
    )  # fmt: skip
    row = target_row(season, small_vocabulary())
    assert (row.base, row.period) == ("前年同期比", "2026年10月～2027年3月")
    assert target_sentence(season, small_vocabulary()) == (
        "2026年10月～2027年3月に、PM2.5濃度を前年同期比で4%低下させる。"
    )


@pytest.mark.parametrize(
    ("indicator", "family", "unit", "expected"),
    [
        ("臭氧超标天数", "o3", "日", "オゾン超過日数"),
        ("臭氧污染天数", "o3", "日", "オゾン汚染日数"),
        ("臭氧超标率", "o3", "%", "オゾン超過日数の割合"),
        ("臭氧浓度", "o3", "%", "オゾン濃度"),
        ("臭氧", "o3", "日", "オゾン超過日数"),
        ("臭氧", "o3", "μg/m3", "オゾン濃度"),
        ("氮氧化物", "nox", "%", "窒素酸化物排出量"),
    ],
)
def test_family_and_unit_say_what_is_measured(
    indicator: str, family: str, unit: str, expected: str
) -> None:
    days = target(indicator=indicator, family=family, unit=unit, value=Decimal(6))
    assert target_row(days, small_vocabulary()).indicator == expected


SENTENCES = [
    (target(comparators=("within",)), "PM2.5濃度を30μg/m³以内とする。"),
    (reduction(), "2025年までに、PM2.5濃度を2020年比で10%低下させる。"),
    (
        reduction(comparators=("at_least", "strive")),
        "2025年までに、PM2.5濃度を2020年比で10%以上低下させるよう努める。",
    ),
    (
        target(indicator="优良天数比率", family="aqi_days", value=Decimal("82.50"), unit="%",
               comparators=("at_least",), period="“十四五”期间", scope="120000"),
        "第14次五カ年計画期間中に、天津市の優良日数の割合を82.5%以上とする。",
    ),
    (
        target(indicator="氮氧化物排放总量", family="nox", value=Decimal("-1.5"), unit="万t"),
        "窒素酸化物排出総量を1.5万t削減する。",
    ),
    (
        target(indicator="散煤用户", family="households", value=Decimal(12000), unit="户"),
        "対象世帯数を12,000戸とする。",
    ),
    (
        target(value=Decimal(20), value_max=Decimal(30), comparators=("about",)),
        "PM2.5濃度を20～30μg/m³程度とする。",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sentence"), SENTENCES)
def test_a_target_becomes_a_sentence(given: Target, sentence: str) -> None:
    assert target_sentence(given, small_vocabulary()) == sentence


def test_the_table_row_holds_the_same_figure() -> None:
    row = target_row(reduction(comparators=("strive",)), small_vocabulary())
    assert (row.indicator, row.value, row.base, row.period) == (
        "PM2.5濃度", "10%低下（努力目標）", "2020年比", "2025年",
    )  # fmt: skip
    assert row.source.startswith("到2025年")


def test_an_unknown_indicator_is_rendered_by_the_translator_or_named_by_its_family() -> None:
    given = target(indicator="施工工地覆盖率", family="other", unit="%")
    assert "工地率" in target_sentence(given, small_vocabulary(), lambda zh: "工地率")
    bare = target(indicator="细粒子", family="pm25")
    assert target_sentence(bare, small_vocabulary()).startswith("PM2.5濃度を")


def test_a_figure_that_its_clause_lacks_is_doubtful() -> None:
    segment = target_segment(target(value=Decimal(99)), small_vocabulary())
    assert segment.state == "doubtful"
    assert has_blocking(segment.checks)
    assert target_segment(target(), small_vocabulary()).accepted


def test_scaled_figures_are_found_in_their_clause() -> None:
    given = target(value=Decimal("2.8"), unit="万t", clause="压减煤炭2.8万吨")
    assert target_segment(given, small_vocabulary()).accepted


def test_a_doubtful_value_is_marked_in_the_table() -> None:
    rows = target_rows(
        [target(), target(doubtful=True)], notice("https://x.example/1", "通知"), small_vocabulary()
    )
    assert [row.value.startswith("［要確認］") for row in rows] == [False, True]


def test_a_doubtful_target_is_no_sound_sentence() -> None:
    segment = target_segment(target(doubtful=True), small_vocabulary())
    assert segment.state == "doubtful"
    assert [check.code for check in segment.checks] == ["target_doubtful"]
    assert not has_blocking(segment.checks)
