"""Targets in tables: indicators in the head, places or years in the rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Target
from pipeline.targets.cues import VALUE, TargetCues, Unit, decimal_of
from pipeline.targets.reading import Reading

_NUMERIC = re.compile(rf"-?{VALUE}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_GOAL = re.compile(r"目标|指标|任务|考核|控制")
_FALL = re.compile(r"下降|降低|削减|减少|降幅")
_RESULT = re.compile(r"现状|实际|完成情况|基准|实绩")
_WHOLE = re.compile(r"全省|全市|全区|合计|总计|平均")


def table_targets(reading: Reading, cues: TargetCues) -> Iterator[Target]:
    """The targets of the notice's tables: for the whole, or for a place that is wanted."""
    names = {reading.text[match.start : match.end]: match.id for match in reading.places}
    title = reading.text[: reading.body_start]
    for rows in reading.tables:
        if len(rows) < 2:
            continue
        head = rows[0]
        for column, cell in enumerate(head):
            indicator = cues.indicator.search(cell)
            if indicator is None or column == 0 or _RESULT.search(cell):
                continue
            year = _year(cell, title, reading)
            if not (
                _GOAL.search(cell)
                or _GOAL.search(title)
                or (year and reading.year and year > reading.year)
            ):
                continue
            family, units = cues.families[indicator["name"]]
            unit = _unit(cell, cues, units)
            if unit is None:
                continue
            sign = -1 if _FALL.search(cell) else 1
            for row in rows[1:]:
                value = row[column].strip().rstrip("%") if column < len(row) else ""
                scope = names.get(row[0].strip())
                whole = _WHOLE.search(row[0]) is not None
                if not _NUMERIC.fullmatch(value) or not (whole or scope in reading.wanted):
                    continue
                yield Target(
                    indicator=indicator[0],
                    family=family,
                    value=abs(decimal_of(value)) * sign * unit.factor,
                    unit=unit.name,
                    target_year=str(year) if year else None,
                    scope=None if whole else scope,
                    clause=f"{row[0].strip()} {cell} {row[column].strip()}",
                )


def _year(cell: str, title: str, reading: Reading) -> int | None:
    for text in (cell, title):
        years = [int(year) for year in _YEAR.findall(text)]
        if years:
            return max(years)
    return reading.title_year


def _unit(cell: str, cues: TargetCues, units: frozenset[str]) -> Unit | None:
    for written in sorted(cues.units, key=lambda name: -len(name)):
        if written in cell and cues.units[written].name in units:
            return cues.units[written]
    return None
