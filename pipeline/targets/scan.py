"""Indicators and numbers of a sentence, grouped as the sentence groups them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.targets.cues import VALUE, VALUE_START, TargetCues, Unit, decimal_of

_JOINED = re.compile(r"(?:[、和与及]|以及){1,2}")
_RANGE = re.compile(r"[\d万亿%][至～—-]$")
"""Before the upper end of a range whose lower end has its own unit (5万至10万户)."""
_AHEAD_LENGTH = 80
_AHEAD = re.compile(rf"{VALUE_START}(?:{VALUE}(?:、|和|以及)){{1,12}}$")
_PLAIN_NUMBER = re.compile(VALUE)
DIGIT = re.compile(r"\d")
_COMPARED = 3
"""Characters of the longest word of comparison before a number (不高于)."""
_INDEX = re.compile(
    r"综合指数[^，。；\d]{0,14}?(?P<before>不高于|不超过|低于)?(?P<value>\d{1,2}\.\d{1,3})"
    r"(?![\d.%])(?P<after>以内|以下|左右)?"
)
"""The composite index has no unit."""
_UNSAID = re.compile(
    r"(?:控制在|[降压]到|降至|不超过?|不高于|低于)(?P<value>\d{1,3}(?:\.\d)?)(?P<after>以[内下]|左右)"
)
"""A concentration whose unit goes without saying."""
_LISTED = re.compile(r"(?:[、,，]?(?:和|及|与|分别)?|[、，])")


@dataclass(frozen=True)
class Indicator:
    """An indicator named at [start, end): its name as written, family and possible units."""

    start: int
    end: int
    name: str
    family: str
    units: frozenset[str]
    reduction: bool


@dataclass(frozen=True)
class Group:
    """Indicators joined by 和 or 、, that share what is said of them."""

    start: int
    end: int
    members: tuple[Indicator, ...]


@dataclass(frozen=True)
class Number:
    """A number with its unit at [start, end), and the words of comparison around it."""

    start: int
    end: int
    value: Decimal
    upper: Decimal | None
    unit: Unit
    before: str
    after: str


def groups_in(text: str, start: int, end: int, cues: TargetCues) -> list[Group]:
    """The indicators of text[start:end], joined ones together."""
    found = []
    for match in cues.indicator.finditer(text, start, end):
        name, suffix = match["name"], match["suffix"]
        family, units = cues.families[name]
        reduction = (
            "减" in suffix
            or name.startswith(("削减", "压减"))
            or name.endswith(("削减量", "压减量"))
        )
        found.append(Indicator(*match.span(), name + suffix, family, units, reduction))
    groups: list[Group] = []
    for indicator in found:
        last = groups[-1] if groups else None
        if last is not None and _JOINED.fullmatch(text, last.end, indicator.start):
            members = (*last.members, indicator)
            groups[-1] = Group(last.start, indicator.end, members)
        else:
            groups.append(Group(indicator.start, indicator.end, (indicator,)))
    return [_shared(group) for group in groups]


def _shared(group: Group) -> Group:
    """In A和B排放总量 what follows the last name is said of all."""
    last = group.members[-1]
    if len(group.members) == 1 or not last.reduction:
        return group
    members = tuple(
        Indicator(m.start, m.end, m.name, m.family, m.units, True) for m in group.members
    )
    return Group(group.start, group.end, members)


def runs_in(text: str, start: int, end: int, cues: TargetCues) -> list[tuple[Number, ...]]:
    """The numbers of text[start:end]; those listed one after the other (N%和M%) together."""
    digit = DIGIT.search(text, start, end)
    if digit is None:
        return []
    runs: list[list[Number]] = []
    first = max(start, digit.start() - _COMPARED)
    for match in cues.number.finditer(text, first, end):
        if _RANGE.search(text, max(start, match.start("value") - 2), match.start("value")):
            continue
        unit = cues.units[match["unit"]]
        number = Number(
            start=match.start(),
            end=match.end(),
            value=decimal_of(match["value"]) * unit.factor,
            upper=decimal_of(match["upper"]) * unit.factor if match["upper"] else None,
            unit=unit,
            before=match["before"] or "",
            after=match["after"] or "",
        )
        shared = _AHEAD.search(text, max(start, number.start - _AHEAD_LENGTH), match.start("value"))
        if shared is not None and match["upper"] is None:
            runs.append(_ahead(shared, number))
            continue
        last = runs[-1][-1] if runs else None
        listed = last is not None and _LISTED.fullmatch(text, last.end, number.start)
        if last is not None and last.after and text[last.end] in "，,":
            # 1%以内，70%以上的城市: another clause.
            listed = None
        if listed and last is not None and last.unit.name == unit.name:
            runs[-1].append(number)
        else:
            runs.append([number])
    for match in _INDEX.finditer(text, start, end):
        runs.append([_of_unit(match, "", match["before"])])
    for match in _UNSAID.finditer(text, first, end):
        runs.append([_of_unit(match, "μg/m3", None)])
    return sorted((tuple(run) for run in runs), key=lambda run: run[0].start)


def _ahead(shared: re.Match[str], last: Number) -> list[Number]:
    """The numbers before `last` that share its unit (38、37、38微克/立方米), and `last`."""
    found = [
        Number(
            start=shared.start() + match.start(),
            end=shared.start() + match.end(),
            value=decimal_of(match[0]) * last.unit.factor,
            upper=None,
            unit=last.unit,
            before="",
            after=last.after,
        )
        for match in _PLAIN_NUMBER.finditer(shared[0])
    ]
    return [*found, last]


def _of_unit(match: re.Match[str], unit: str, before: str | None) -> Number:
    """A number that has no unit of its own."""
    return Number(
        start=match.start("value"),
        end=match.end(),
        value=Decimal(match["value"]),
        upper=None,
        unit=Unit(unit, Decimal(1)),
        before=before or "",
        after=match["after"] or "",
    )
