"""The words of targets: targets.yml, an analysts' file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

import yaml

from pipeline.vocab import VocabularyError


@dataclass(frozen=True)
class Unit:
    """A unit as printed, and what a written value is multiplied by to be in it."""

    name: str
    factor: Decimal


@dataclass(frozen=True)
class TargetCues:
    """The content of targets.yml. `families` maps each name of an indicator to its families and
    the units its values may have."""

    families: Mapping[str, tuple[str, frozenset[str]]]
    units: Mapping[str, Unit]
    indicator: re.Pattern[str]
    number: re.Pattern[str]
    down: re.Pattern[str]
    level: re.Pattern[str]
    growth: re.Pattern[str]
    goals: re.Pattern[str]
    strong_goals: re.Pattern[str]
    results: re.Pattern[str]
    told: re.Pattern[str]
    removed: re.Pattern[str]
    verbs: re.Pattern[str]
    """Those of `level`, `down` and `removed` together."""
    spared: re.Pattern[str]
    excluded: re.Pattern[str]


_BEFORE = "不高于|不低于|不超过|不少于|不大于|低于|高于|超过|至少|约|近|≤|≥|<|>|超|达到|达|力争"
_AFTER = "及以上|及以下|以上|以下|以内|之内|左右|内"


VALUE = r"(?:\d{1,3}(?:[,，]\d{3}){1,3}(?!\d)|\d{1,9})(?:\.\d{1,4})?"
"""A written number, its thousands parted by commas or not."""
VALUE_START = r"(?<![\d.])(?<!\d[,，])"
"""No number begins inside another."""


def decimal_of(written: str) -> Decimal:
    """The value of a match of VALUE."""
    return Decimal(written.replace(",", "").replace("，", ""))


def load_target_cues(path: Path) -> TargetCues:
    """Read targets.yml. Raises VocabularyError."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise VocabularyError.at(
            path, None, None, f"cannot be read ({error})", "restore or correct the file"
        ) from error
    if not isinstance(data, dict):
        raise VocabularyError.at(path, None, None, "holds no fields", "restore the file")
    fields = cast(Mapping[str, object], data)
    units = _units(path, fields.get("units"))
    families: dict[str, tuple[str, frozenset[str]]] = {}
    for item in _list(path, fields, "indicators"):
        if not isinstance(item, dict) or not isinstance(item.get("family"), str):
            raise VocabularyError.at(
                path, None, "indicators", "has an entry without family", "name its family"
            )
        for name in _words(path, item, "names"):
            families[name] = (item["family"], frozenset(_words(path, item, "units")))
    suffixes = _longest_first(_words(path, fields, "suffixes"))
    return TargetCues(
        families=families,
        units=units,
        indicator=re.compile(
            rf"(?<!水)(?<!断面)(?<!水质)(?<!水体)(?<!水域)(?P<name>{_longest_first(families)})(?!率)(?P<suffix>(?:{suffixes}){{0,2}})"
        ),
        number=re.compile(
            rf"(?P<before>{_BEFORE})?{VALUE_START}(?P<value>{VALUE})(?:[-～—至](?P<upper>{VALUE}))?"
            rf"(?P<unit>{_longest_first(units)})(?![年月次])(?P<after>{_AFTER})?"
        ),
        verbs=re.compile(
            _longest_first(
                word for name in ("level", "down", "removed") for word in _words(path, fields, name)
            )
        ),
        **{
            name: re.compile(_longest_first(_words(path, fields, name)))
            for name in (
                "down", "removed", "level", "growth", "goals", "strong_goals", "results", "told",
                "spared", "excluded",
            )
        },
    )  # fmt: skip


def _list(path: Path, fields: Mapping[str, object], name: str) -> list[object]:
    value = fields.get(name)
    if not isinstance(value, list) or not value:
        raise VocabularyError.at(path, None, name, "is missing or no list", "write a list")
    return value


def _words(path: Path, fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    return tuple(str(word) for word in _list(path, fields, name))


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


def _units(path: Path, value: object) -> dict[str, Unit]:
    if not isinstance(value, dict):
        raise VocabularyError.at(path, None, "units", "is no mapping", "write unit: [form, 1]")
    units = {}
    for written, pair in value.items():
        if not isinstance(pair, list) or len(pair) != 2:
            raise VocabularyError.at(
                path, None, f"units {written}", "is no pair", "write [printed form, factor]"
            )
        units[str(written)] = Unit(str(pair[0]), Decimal(str(pair[1])))
    return units
