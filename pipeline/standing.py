"""Where the partner cities stand: released figures beside each other, and beside the targets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model import AirRow, Entry, Level, Observation, TargetRow
from pipeline.vocab import Gazetteer

_LEVELS: tuple[Level, ...] = ("city", "province", "region", "central")
"""Whose figures of a place are printed where several released them: the nearest first."""
_UNITS = {"μg/m3": "μg/m³", "mg/m3": "mg/m³"}
_INDICATORS = (
    ("pm25", re.compile(r"PM\s?2\.5|微小粒子状物質")),
    ("pm10", re.compile(r"PM\s?10|粒子状物質濃度")),
    ("o3", re.compile(r"オゾン")),
    ("no2", re.compile(r"二酸化窒素")),
    ("so2", re.compile(r"二酸化硫黄")),
    ("co", re.compile(r"一酸化炭素")),
    ("heavy_days", re.compile(r"重度|重汚染")),
    ("aqi_days", re.compile(r"優良")),
)
_MEASURED = re.compile(r"[μm]g|%")
_NO_LEVEL = re.compile(r"排出|超過|(?:オゾン|PM\S{2,3})汚染")
"""Indicators that no released figure stands beside."""
_DAYS = frozenset({"aqi_days", "heavy_days"})


@dataclass(frozen=True)
class Released:
    """A figure with the entry that released it."""

    observation: Observation
    number: str
    level: Level


def air_rows(
    released: Sequence[Released], places: Sequence[str], gazetteer: Gazetteer
) -> tuple[AirRow, ...]:
    """One or two rows a place, in the order of `places`: its latest month, and the longest
    period besides. A place of which nothing was released has none."""
    rows: list[AirRow] = []
    for place in places:
        own = [one for one in released if one.observation.place == place]
        for period in _periods(own):
            row = _row(gazetteer.by_id[place].ja, period, own)
            if row is not None:
                rows.append(row)
    return tuple(rows)


def _periods(released: Sequence[Released]) -> list[str]:
    periods = {one.observation.period for one in released if one.observation.family != "rank"}
    months = sorted(period for period in periods if len(period) == 7)
    longer = sorted((p for p in periods if len(p) != 7), key=lambda p: (_end(p), _months(p)))
    return [*months[-1:], *longer[-1:]]


def _end(period: str) -> str:
    last = period.split("..")[-1]
    return last if len(last) == 7 else f"{last}-12"


def _months(period: str) -> int:
    first, _, last = period.partition("..")
    if not last:
        return 12 if len(first) == 4 else 1
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:]) + 1


def _row(place: str, period: str, released: Sequence[Released]) -> AirRow | None:
    numbers: list[str] = []

    def cell(family: str, *units: str) -> str | None:
        found = None
        for unit in units:
            found = found or _best(released, family, unit, period)
        if found is None:
            return None
        if found.number not in numbers:
            numbers.append(found.number)
        return figure_ja(found.observation)

    pm25, o3 = cell("pm25", "μg/m3"), cell("o3", "μg/m3")
    days = cell("aqi_days", "%", "日")
    if not (pm25 or o3 or days):
        return None
    return AirRow(
        place=place, period=period_ja(period), pm25=pm25, o3=o3, days=days,
        entries=tuple(sorted(numbers)),
    )  # fmt: skip


def _best(released: Sequence[Released], family: str, unit: str, period: str) -> Released | None:
    found = [
        one
        for one in released
        if (one.observation.family, one.observation.unit) == (family, unit)
        and one.observation.period == period
    ]
    return min(found, key=lambda one: (_LEVELS.index(one.level), one.number), default=None)


def with_standing(
    entry: Entry, places: Sequence[str], released: Sequence[Released], gazetteer: Gazetteer
) -> Entry:
    """The entry with 現況 in the rows of its targets. `places` are its places, the issuer's
    first; a row with a scope of its own asks for that place."""
    if not entry.targets or not released:
        return entry
    names = {gazetteer.by_id[one.observation.place].ja: one.observation.place for one in released}
    rows = []
    for row in entry.targets:
        place = names.get(row.scope) if row.scope else (places[0] if places else None)
        now = _now(row, place, entry, released)
        rows.append(row.model_copy(update={"now": now}) if now else row)
    return entry.model_copy(update={"targets": tuple(rows)})


def _now(
    row: TargetRow, place: str | None, entry: Entry, released: Sequence[Released]
) -> str | None:
    family = next((name for name, word in _INDICATORS if word.search(row.indicator)), None)
    if family is None or place is None or _NO_LEVEL.search(row.indicator):
        return None
    if family not in _DAYS and not _MEASURED.search(row.value):
        return None
    found = [
        one
        for one in released
        if one.observation.family == family
        and one.observation.place == place
        and one.number != entry.number
        and (family not in _DAYS or (one.observation.unit == "%") == ("%" in row.value))
    ]
    if not found:
        return None
    best = max(
        found,
        key=lambda one: (
            _months(one.observation.period), _end(one.observation.period),
            -_LEVELS.index(one.level), one.number,
        ),
    )  # fmt: skip
    return f"{figure_ja(best.observation)}［{period_ja(best.observation.period)}、{best.number}］"


def figure_ja(one: Observation) -> str:
    """A figure with its change on the year before: 29μg/m³（6.5%減）, 83.3%（増減なし）."""
    change = "" if one.change is None else f"（{_change(one.change, one.change_unit or '')}）"
    return f"{_plain(one.value)}{_UNITS.get(one.unit, one.unit)}{change}"


def _change(value: Decimal, unit: str) -> str:
    if value == 0:
        return "増減なし"
    return f"{_plain(abs(value))}{_UNITS.get(unit, unit)}{'増' if value > 0 else '減'}"


def _plain(value: Decimal) -> str:
    return format(value, "f")


def period_ja(period: str) -> str:
    """2026年9月, 2026年1～9月, 2025年10月～2026年3月, 2026年."""
    first, _, last = period.partition("..")
    if not last:
        return f"{first[:4]}年" + (f"{int(first[5:])}月" if len(first) > 4 else "")
    if first[:4] == last[:4]:
        return f"{first[:4]}年{int(first[5:])}～{int(last[5:])}月"
    return f"{first[:4]}年{int(first[5:])}月～{last[:4]}年{int(last[5:])}月"
