"""Targets in tables: indicators in the head and places in the rows, or indicators in the rows and
years in the head."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.model import Target
from pipeline.targets.cues import VALUE, TargetCues, Unit, decimal_of
from pipeline.targets.reading import Reading

_NUMERIC = re.compile(
    rf"(?:不高于|不超过|不低于|不少于|低于|≤|≥|<|>)?-?(?P<value>{VALUE})%?(?:以[上下内]|左右)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_GOAL = re.compile(r"目标|指标|任务|考核|控制")
_FALL = re.compile(r"下降|降低|削减|减少|降幅|改善")
_RESULT = re.compile(r"现状|实际|完成|基准|基数|实绩|同比|上年")
_CAPTION = re.compile(r"((?:19|20)\d\d)年[^。；\n]{0,14}(?:目标|任务|指标)")
_AMOUNT = re.compile(r"[率比]|排放|[减降削]|总量")
_WHOLE = re.compile(r"全省|全市|全区|全县|合计|总计|平均")
_REMARKS = re.compile(r"属性|备注|单位|序号|类别|说明|性质")
Rows = Sequence[Sequence[str]]


def table_targets(reading: Reading, cues: TargetCues) -> Iterator[Target]:
    """The targets of the notice's tables: for the whole, or for a place that is wanted."""
    for rows in reading.tables:
        if len(rows) < 2:
            continue
        yield from _by_place(reading, rows, cues)
        yield from _by_year(reading, rows, cues)


def _by_place(reading: Reading, rows: Rows, cues: TargetCues) -> Iterator[Target]:
    """Indicators in the head, a place in each row."""
    names = {reading.text[match.start : match.end]: match.id for match in reading.places}
    title = reading.text[: reading.body_start]
    for column, cell in enumerate(rows[0]):
        if cues.indicator.search(cell) is None or column == 0 or _RESULT.search(cell):
            continue
        year = _year(cell, title, reading)
        yet_to_come = year and reading.year and year > reading.year
        if not (_GOAL.search(cell) or _GOAL.search(title) or yet_to_come):
            continue
        for row in rows[1:]:
            scope = names.get(row[0].strip())
            whole = _WHOLE.search(row[0]) is not None
            if column < len(row) and (whole or scope in reading.wanted):
                clause = f"{row[0].strip()} {cell} {row[column].strip()}"
                yield from _target(
                    cell, cell, row[column], year, None if whole else scope, clause, cues
                )


def _by_year(reading: Reading, rows: Rows, cues: TargetCues) -> Iterator[Target]:
    """An indicator in each row, years or one column of goals in the head."""
    title = reading.text[: reading.body_start]
    head = rows[0]
    if any(cues.indicator.search(cell) for cell in head):
        return
    for row in rows[1:]:
        named = next((i for i, cell in enumerate(row) if cues.indicator.search(cell)), None)
        if named is None:
            continue
        label = " ".join(cell for cell in row[: named + 1])
        for column in range(named + 1, min(len(row), len(head))):
            cell = head[column]
            if _RESULT.search(cell) or _REMARKS.search(cell):
                continue
            years = _YEAR.findall(cell)
            year = int(years[-1]) if years else _year("", title, reading)
            yet_to_come = year is not None and reading.year is not None and year > reading.year
            if not (_GOAL.search(cell) or (years and yet_to_come)):
                continue
            # The unit may have a column of its own.
            units = " ".join([label, *(c for c, h in zip(row, head, strict=False) if "单位" in h)])
            clause = f"{label} {cell} {row[column].strip()}"
            yield from _target(row[named], units, row[column], year, None, clause, cues)


def _target(
    name: str,
    units: str,
    written: str,
    year: int | None,
    scope: str | None,
    clause: str,
    cues: TargetCues,
) -> Iterator[Target]:
    """The target of one cell, whose indicator is `name` and whose unit stands in `units` (or
    behind the number)."""
    indicator = cues.indicator.search(name)
    if indicator is None:
        return
    value = _NUMERIC.fullmatch(written.strip())
    family, allowed = cues.families[indicator["name"]]
    unit = _unit(units + (" %" if "%" in written else ""), cues, allowed)
    if value is None or unit is None:
        return
    sign = -1 if _FALL.search(name) else 1
    yield Target(
        indicator=indicator[0],
        family=family,
        value=decimal_of(value["value"]) * sign * unit.factor,
        unit=unit.name,
        target_year=str(year) if year else None,
        scope=scope,
        clause=clause,
    )


def _year(cell: str, title: str, reading: Reading) -> int | None:
    for text in (cell, title):
        years = [int(year) for year in _YEAR.findall(text)]
        if years:
            return max(years)
    caption = _CAPTION.search(reading.text)
    return reading.title_year or (int(caption[1]) if caption else None)


def _unit(cell: str, cues: TargetCues, units: frozenset[str]) -> Unit | None:
    for written in sorted(cues.units, key=lambda name: -len(name)):
        if written in cell and cues.units[written].name in units:
            return cues.units[written]
    if _AMOUNT.search(cell):
        return None
    # A head rarely says the unit of concentrations and days.
    usual = "日" if "天数" in cell else "μg/m3"
    return Unit(usual, Decimal(1)) if usual in units else None
