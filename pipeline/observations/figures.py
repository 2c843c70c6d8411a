"""A released figure while it is being read, and what its values and changes can be."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.observations.cues import Family

_OWN_CHANGES = frozenset((("日", "日"), ("ポイント", "%")))


@dataclass
class Draft:
    """An observation being read; `start` and `end` are characters of its paragraph."""

    indicator: str
    family: Family
    value: Decimal
    unit: str
    period: str
    place: str
    start: int
    end: int
    change: Decimal | None = None
    change_unit: str | None = None
    rank: int | None = None


def change_unit(family: Family, unit: str, given: str | None, value: Decimal) -> str | None:
    """The unit a change of a figure is in, or None where it cannot be one of that figure."""
    if given is None:
        if value == 0:
            return {"日": "日", "%": "ポイント", "": ""}.get(unit, "%")
        return "" if unit == "" else None
    if given in ("日", "ポイント"):
        return given if (given, unit) in _OWN_CHANGES else None
    if given == "%":
        return given if unit != "%" else None
    return given if given == unit else None


def is_absurd(value: Decimal, unit: str, period: str) -> bool:
    """Whether a value cannot be: more days than the period has, more than all."""
    if unit == "%":
        return value > 100
    if unit == "日":
        return value > days_of(period)
    return value > (50 if unit in ("", "mg/m3") else 1000)


def days_of(period: str) -> int:
    """The most days a period can have."""
    first, _, last = period.partition("..")
    last = last or first
    if len(first) == 4:
        return 366
    months = (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:]) + 1
    return min(months * 31, 366 * (months // 12 + 1))
