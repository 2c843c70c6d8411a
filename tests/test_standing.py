"""Where the partner cities stand: the table of an issue, and 現況 beside the targets."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.model import Entry, Observation, TargetRow
from pipeline.standing import Released, air_rows, figure_ja, period_ja, with_standing
from pipeline.vocab import Gazetteer, load_vocabulary

ROOT = Path(__file__).resolve().parents[1]
TIANJIN, TANGSHAN, HEBEI = "120000", "130200", "130000"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_vocabulary(ROOT / "glossary").gazetteer


def released(
    value: str, family: str = "pm25", *, number: str = "2026-10-009", level: str = "city",
    unit: str = "μg/m3", place: str = TIANJIN, period: str = "2026-09", **fields: Any,
) -> Released:  # fmt: skip
    one = Observation(
        indicator="x", family=family, value=Decimal(value), unit=unit, period=period, place=place,
        clause="x", **fields,
    )  # fmt: skip
    return Released(one, number, level)  # type: ignore[arg-type]


def entry(*rows: TargetRow) -> Entry:
    return Entry(
        number="2026-10-001", notice_id="n-1", state="draft", heading="x", title_zh="x",
        document_type="plan", level="city", targets=rows,
    )  # fmt: skip


def row(indicator: str, value: str, scope: str | None = None) -> TargetRow:
    return TargetRow(indicator=indicator, value=value, scope=scope, source="x")


def test_a_place_has_its_latest_month_and_its_longest_period(gazetteer: Gazetteer) -> None:
    found = air_rows(
        [
            released("30", period="2026-08"),
            released("26", period="2026-09", change=Decimal("-7.1"), change_unit="%"),
            released("33", period="2026-01..2026-09", number="2026-10-010"),
            released("36", period="2026-07..2026-09"),
            released("80.0", "aqi_days", unit="%"),
        ],
        (TANGSHAN, TIANJIN),
        gazetteer,
    )
    assert [(r.place, r.period, r.pm25, r.days, r.entries) for r in found] == [
        ("天津市", "2026年9月", "26μg/m³（7.1%減）", "80.0%", ("2026-10-009",)),
        ("天津市", "2026年1～9月", "33μg/m³", None, ("2026-10-010",)),
    ]


def test_the_city_s_own_figure_is_printed_before_the_nation_s(gazetteer: Gazetteer) -> None:
    found = air_rows(
        [released("27", level="central", number="2026-10-001"), released("26")],
        (TIANJIN,),
        gazetteer,
    )
    assert (found[0].pm25, found[0].entries) == ("26μg/m³", ("2026-10-009",))


def test_ranks_alone_make_no_row(gazetteer: Gazetteer) -> None:
    assert air_rows([released("3", "rank", unit="位")], (TIANJIN,), gazetteer) == ()


def now(gazetteer: Gazetteer, target: TargetRow, *given: Released) -> str | None:
    return with_standing(entry(target), [TIANJIN], given, gazetteer).targets[0].now


def test_a_target_is_shown_against_where_its_place_stands(gazetteer: Gazetteer) -> None:
    target = row("PM2.5平均濃度", "30μg/m³以下")
    assert now(gazetteer, target, released("33", period="2026-01..2026-09")) == (
        "33μg/m³［2026年1～9月、2026-10-009］"
    )


def test_the_longest_period_tells_most_of_a_yearly_target(gazetteer: Gazetteer) -> None:
    target = row("PM2.5平均濃度", "30μg/m³以下")
    found = now(gazetteer, target, released("33", period="2026-01..2026-09"), released("20"))
    assert found is not None
    assert found.startswith("33")


@pytest.mark.parametrize(
    ("target", "given"),
    [
        (row("PM2.5平均濃度", "30μg/m³以下"), released("33", place=TANGSHAN)),
        (row("PM2.5平均濃度", "30μg/m³以下", "唐山市"), released("33")),
        (row("PM2.5平均濃度", "30μg/m³以下"), released("33", number="2026-10-001")),
        (row("オゾン濃度", "6日以下"), released("160", "o3")),
        (row("優良日数の割合", "80%以上"), released("250", "aqi_days", unit="日")),
        (row("二酸化硫黄排出量", "10%低下"), released("8", "so2")),
        (row("石炭消費量", "10%低下"), released("33")),
    ],
)
def test_a_figure_of_something_else_is_not_shown(
    gazetteer: Gazetteer, target: TargetRow, given: Released
) -> None:
    assert now(gazetteer, target, given) is None


def test_a_scope_of_its_own_asks_for_that_place(gazetteer: Gazetteer) -> None:
    target = row("PM2.5平均濃度", "44μg/m³以下", "唐山市")
    found = now(gazetteer, target, released("26"), released("34", place=TANGSHAN))
    assert found == "34μg/m³［2026年9月、2026-10-009］"


def test_figures_and_periods_in_japanese() -> None:
    def figure(value: str, unit: str, change: str, change_unit: str) -> str:
        return figure_ja(
            released(
                value, unit=unit, change=Decimal(change), change_unit=change_unit
            ).observation
        )  # fmt: skip

    assert figure("83.3", "%", "3.2", "ポイント") == "83.3%（3.2ポイント増）"
    assert figure("25", "日", "-2", "日") == "25日（2日減）"
    assert figure("29", "μg/m3", "0", "%") == "29μg/m³（増減なし）"
    assert figure("4.72", "", "-0.31", "") == "4.72（0.31減）"
    assert period_ja("2026") == "2026年"
    assert period_ja("2025-10..2026-03") == "2025年10月～2026年3月"
