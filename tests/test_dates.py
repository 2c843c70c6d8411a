from __future__ import annotations

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from pipeline.dates import (
    PartialDate,
    month_window,
    months,
    partial,
    previous_month,
    span_window,
)

TODAY = date(2026, 11, 23)


def test_month_is_half_open() -> None:
    window = month_window("2026-10", TODAY)
    assert "2026-10-01" in window
    assert "2026-10-31" in window
    assert "2026-11-01" not in window
    assert None not in window


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-10", "october", "", "0000-01"])
def test_malformed_month_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM"):
        month_window(text, TODAY)


def test_future_month_is_refused_and_current_is_not() -> None:
    with pytest.raises(ValueError, match="future"):
        month_window("2026-12", TODAY)
    assert month_window("2026-11", TODAY).label == "2026-11"


def test_window_may_end_in_the_future_and_is_read_up_to_today() -> None:
    window = span_window("2015-01..2026-12")
    assert window.end == date(2027, 1, 1)
    assert window.until(TODAY).end == date(2026, 11, 24)
    assert not window.is_month


def test_window_must_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends before"):
        span_window("2026-10..2026-09")
    with pytest.raises(ValueError, match=r"YYYY-MM\.\.YYYY-MM"):
        span_window("2026-10")


def test_months_of_a_window_cross_years() -> None:
    assert list(months(span_window("2025-11..2026-02"))) == [
        "2025-11", "2025-12", "2026-01", "2026-02",
    ]  # fmt: skip


def test_previous_month_of_january_is_december() -> None:
    assert previous_month(date(2026, 1, 31)) == "2025-12"


@pytest.mark.parametrize("value", ["2024", "2024-02", "2024-02-29"])
def test_partial_dates_are_kept_as_given(value: str) -> None:
    assert TypeAdapter(PartialDate).validate_python(value) == value


@pytest.mark.parametrize("value", ["2023-02-29", "2024-00", "24", "2024-2-1", "2024年"])
def test_impossible_dates_are_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PartialDate).validate_python(value)


def test_partial_from_parts() -> None:
    assert partial(2026, 10, 5) == "2026-10-05"
    assert partial(2026, 10) == "2026-10"
    assert partial(2026, 2, 30) is None
