"""Released figures in tables: places, indicators and months in rows or in columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.observations.cues import Family, ObservationCues
from pipeline.observations.figures import Draft, change_unit, days_of
from pipeline.observations.periods import PERIOD, Calendar
from pipeline.observations.tokens import VALUE, decimal_of

_CELL = re.compile(
    rf"(?P<word>[\u4e00-\u9fff↑↓]{{0,4}})(?P<sign>[+-])?(?P<value>{VALUE})(?P<unit>[^\d]{{0,8}})"
)
_HOLD = re.compile(r"持平|不变|无变化|0(?:\.0{1,2})?%?")
_CHANGE = re.compile(
    r"同比|变化|变幅|增减|升降|降幅|改善|较上年|比上年|较去年|比去年|与去年|与上年|增幅"
)
_FALLS = re.compile(r"降幅|下降|降低|减少")
_OTHER_BASE = re.compile(r"环比|上月")
_RANK = re.compile(r"排名|名次|位次|序号|排序")
_BASE = re.compile(r"去年|上年|同期(?!相?比|变)|基准|目标|标准|限值|任务|考核")
_EARLIER = re.compile(r"去年|上年|同期")
_RATIO = re.compile(r"率|比例|占比|%")
_WHOLE = re.compile(r"全国|全省|全市|全区|全县|平均|合计|总体|33[79]个城市")
_MAX_HEAD = 3
_MAX_ROWS = 400
_MAX_COLUMNS = 60

Resolve = Callable[[str], str | None]
"""The place a cell names, or None."""


@dataclass(frozen=True)
class Facet:
    """What a head cell says of its row or column."""

    family: Family | None = None
    name: str = ""
    unit: str | None = None
    period: str | None = None
    dated: bool = False
    place: str | None = None
    change: bool = False
    falls: bool = False
    better: bool = False
    rank: bool = False
    earlier: bool = False
    closed: bool = False
    """Nothing of this row or column is read: 环比, 目标, a time that cannot be resolved."""


class TableReader:
    """Reads tables; built once for the words of observations.yml."""

    def __init__(self, cues: ObservationCues) -> None:
        self._cues = cues
        self._indicator = re.compile(cues.indicator)
        self._unit = re.compile(cues.unit)
        self._period = re.compile(PERIOD)

    def read(
        self,
        rows: Sequence[Sequence[str]],
        caption: str,
        calendar: Calendar,
        period: str | None,
        home: str | None,
        resolve: Resolve,
    ) -> Iterator[tuple[Draft, str]]:
        """The figures of one table and the line each stands in. `caption` is what stands above
        it; `rows` are in plain form."""
        grid = [[_bare(cell) for cell in row[:_MAX_COLUMNS]] for row in rows[:_MAX_ROWS]]
        width = max((len(row) for row in grid), default=0)
        body = next((n for n, row in enumerate(grid) if _numeric(row)), len(grid))
        if not 1 <= body <= _MAX_HEAD or width < 2:
            return
        around = self._facet(caption, calendar, resolve, place=False)
        if period is None and around.period:
            period = around.period
        usual = Counter(len(row) for row in grid[body:]).most_common(1)
        for above in grid[1:body]:
            if usual and len([cell for cell in above if cell]) == usual[0][0] - 1 and above[0]:
                # Below a head over two rows the first cell is left out in flattened tables.
                above.insert(0, "")
        for above in grid[: body - 1]:
            # A head over several columns is written once in flattened tables.
            for column in range(1, len(above)):
                above[column] = above[column] or above[column - 1]
        columns = []
        for column in range(width):
            parts = list(dict.fromkeys(r[column] for r in grid[:body] if column < len(r)))
            columns.append(self._facet(" ".join(parts), calendar, resolve))
        for row in grid[body:]:
            yield from self._row(row, columns, around, calendar, period, home, resolve)

    def _row(
        self,
        row: Sequence[str],
        columns: Sequence[Facet],
        around: Facet,
        calendar: Calendar,
        period: str | None,
        home: str | None,
        resolve: Resolve,
    ) -> Iterator[tuple[Draft, str]]:
        head = next((cell for cell in row if cell and not _CELL.fullmatch(cell)), None)
        if head is None:
            return
        position = list(row).index(head)
        side = self._facet(head, calendar, resolve, whole=home)
        if side.closed:
            return
        line = " ".join(dict.fromkeys(cell for cell in row if cell))[:200]
        last: Draft | None = None
        found: list[Draft] = []
        rank: int | None = None
        for column, cell in enumerate(row):
            if column == position or column >= len(columns) or not cell:
                continue
            facet = columns[column]
            if facet.rank:
                digits = re.fullmatch(r"第?(\d{1,3})[名位]?", cell)
                if digits and found:
                    found[-1].rank = int(digits[1])
                elif digits:
                    rank = int(digits[1])
                continue
            if facet.closed:
                # A column of the year before parts no figure from its change.
                last = last if facet.change or facet.earlier else None
                continue
            if facet.change or side.change:
                about = facet.family or side.family
                if last is not None and (about is None or about is last.family):
                    self._change(_later(last, found), cell, facet if facet.change else side)
                continue
            last = self._value(cell, facet, side, around, period, home)
            if last is not None:
                found.append(last)
        if rank is not None and found and found[0].family.id == "index":
            found[0].rank = rank
        for draft in found:
            yield draft, line

    def _value(
        self,
        cell: str,
        facet: Facet,
        side: Facet,
        around: Facet,
        period: str | None,
        home: str | None,
    ) -> Draft | None:
        match = _CELL.fullmatch(cell)
        source = next((f for f in (facet, side, around) if f.family is not None), None)
        when = next((f.period for f in (facet, side) if f.dated), period)
        places = [f.place for f in (side, facet) if f.place]
        place = places[0] if places else home
        if match is None or source is None or source.family is None or when is None:
            return None
        named_elsewhere = not side.place and side.family is None and not side.dated
        if place is None or named_elsewhere or match["word"] or match["sign"]:
            return None
        family = source.family
        written = self._cues.units.get(match["unit"].strip())
        if match["unit"].strip() and written is None:
            return None
        unit = written or facet.unit or side.unit or around.unit
        if unit is None or unit not in family.units:
            ratio = "%" in family.units and _RATIO.search(source.name)
            unit = written or ("%" if ratio else family.unit)
        value = decimal_of(match["value"])
        if unit not in family.units or (unit == "%" and value > 100):
            return None
        if unit == "日" and value > days_of(when):
            return None
        return Draft(source.name, family, value, unit, when, place, 0, 0)

    def _change(self, draft: Draft, cell: str, facet: Facet) -> None:
        """The change a cell tells of the figure before it."""
        if draft.change is not None:
            return
        family = draft.family
        usual = {"日": "日", "%": "ポイント", "": ""}.get(draft.unit, "%")
        given = facet.unit
        if _HOLD.fullmatch(cell):
            draft.change = Decimal(0)
            draft.change_unit = self._measure(draft, given, usual)
            return
        match = _CELL.fullmatch(cell)
        if match is None:
            return
        value, word, unit = decimal_of(match["value"]), match["word"], match["unit"].strip()
        if unit and unit not in self._cues.units:
            return
        if match["sign"] == "-":
            value = -value
        sign = 1
        if word in ("↑", "↓"):
            sign = 1 if word == "↑" else -1
        elif word:
            if word not in self._cues.directions:
                return
            sign = self._cues.sign(word, family)
        elif facet.better:
            sign = 1 if family.better == "high" else -1
        elif facet.falls:
            sign = -1
        written = self._cues.units[unit] if unit else given
        if unit and change_unit(family, draft.unit, written, value) is None:
            return
        draft.change = value * sign + 0
        draft.change_unit = self._measure(draft, written, usual)

    @staticmethod
    def _measure(draft: Draft, given: str | None, usual: str) -> str:
        if given is None:
            return usual
        if draft.unit == "%":
            return "ポイント"
        return change_unit(draft.family, draft.unit, given, Decimal(1)) or usual

    def _facet(
        self,
        text: str,
        calendar: Calendar,
        resolve: Resolve,
        *,
        whole: str | None = None,
        place: bool = True,
    ) -> Facet:
        facet = Facet(
            change=_CHANGE.search(text) is not None,
            falls=_FALLS.search(text) is not None,
            better="改善" in text,
            earlier=_EARLIER.search(text) is not None,
            rank=_RANK.search(text) is not None and not re.search(r"\d月排名.*浓度", text),
        )
        indicator = self._indicator.search(text)
        if indicator is not None:
            family = self._cues.family(indicator["name"])
            facet = replace(facet, family=family, name=indicator[0])
        units = list(self._unit.finditer(text))
        if units:
            facet = replace(facet, unit=self._cues.units[units[-1][0]])
        closed = _OTHER_BASE.search(text) is not None
        if not facet.change and _BASE.search(text):
            closed = True
        spans = [calendar.resolve(m, None) for m in self._period.finditer(text)]
        if spans and not facet.change:
            several = len(set(spans)) > 1
            facet = replace(facet, period=None if several else spans[0], dated=place)
            closed = closed or (place and (several or spans[0] is None))
        if place:
            facet = replace(facet, place=whole if whole and _WHOLE.search(text) else resolve(text))
        return replace(facet, closed=closed)


def _later(last: Draft, found: Sequence[Draft]) -> Draft:
    """After columns of two years a change belongs to the figure of the later one."""
    for draft in found:
        same = (draft.family, draft.unit, draft.place) == (last.family, last.unit, last.place)
        if same and draft.period > last.period and draft.period[4:7] == last.period[4:7]:
            return draft
    return last


def _bare(cell: str) -> str:
    return "".join(cell.split())


def _numeric(row: Sequence[str]) -> bool:
    """Whether a row holds figures, not heads: a cell that is a plain number or a change."""
    return any(
        _CELL.fullmatch(cell) is not None
        and re.search(r"[年月]|季度|个百分", cell) is None
        and not re.fullmatch(r"(?:PM|O|SO|NO)\d.*", cell)
        for cell in row[1:]
    )
