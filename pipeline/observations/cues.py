"""The words of released figures: observations.yml, an analysts' file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.classify.cues import CueError, files_hash, mapping_of, read_yaml, words_of

Better = Literal["low", "high"]


@dataclass(frozen=True)
class Family:
    """One indicator family: its default unit, the units a value may have, what counts as better."""

    id: str
    unit: str
    units: frozenset[str]
    better: Better


@dataclass(frozen=True)
class ObservationCues:
    """The content of observations.yml. `indicator` has the group `name`; `directions` maps a word
    to +1, -1, or "better"/"worse", which depend on the indicator. `hash` names the version."""

    families: Mapping[str, Family]
    names: Mapping[str, str]
    units: Mapping[str, str]
    directions: Mapping[str, int | Literal["better", "worse"]]
    indicator: str
    unit: str
    direction: str
    unsure: str
    aside: str
    hash: str

    def family(self, name: str) -> Family:
        """The family an indicator's name belongs to."""
        return self.families[self.names[name]]

    def sign(self, word: str, family: Family) -> int:
        """+1 or -1: which way a word moves the value of a family."""
        direction = self.directions[word]
        if isinstance(direction, int):
            return direction
        rises = (direction == "better") == (family.better == "high")
        return 1 if rises else -1


def load_observation_cues(path: Path) -> ObservationCues:
    """Read observations.yml. Raises CueError, naming file, field and remedy."""
    data = mapping_of(path, read_yaml(path), "the file")
    families: dict[str, Family] = {}
    names: dict[str, str] = {}
    entries = data.get("families")
    if not isinstance(entries, list) or not entries:
        raise CueError(f"{path}: families is no list; write one entry an indicator family")
    for number, item in enumerate(entries, start=1):
        entry = mapping_of(path, item, f"families entry {number}")
        family, unit, better = entry.get("family"), entry.get("unit"), entry.get("better")
        if (
            not isinstance(family, str)
            or not isinstance(unit, str)
            or better not in ("low", "high")
        ):
            raise CueError(
                f"{path}: families entry {number} needs family, unit and better (low or high)"
            )
        units = frozenset(words_of(path, entry, "units"))
        families[family] = Family(family, unit, units, better)
        names.update((name, family) for name in words_of(path, entry, "names"))
    if not names:
        raise CueError(f"{path}: families name no indicator; write names: [PM2.5, ...]")
    units_of = {
        str(written): str(unit)
        for written, unit in mapping_of(path, data.get("units"), "units").items()
    }
    directions: dict[str, int | Literal["better", "worse"]] = {}
    directions.update((word, 1) for word in words_of(path, data, "rising"))
    directions.update((word, -1) for word in words_of(path, data, "falling"))
    directions.update((word, "better") for word in words_of(path, data, "better"))
    directions.update((word, "worse") for word in words_of(path, data, "worse"))
    suffixes = _either(words_of(path, data, "suffixes"))
    return ObservationCues(
        families=families,
        names=names,
        units=units_of,
        directions=directions,
        indicator=(
            rf"(?:(?<![A-Za-z0-9])|(?=[^A-Za-z0-9]))(?P<name>{_either(names)})(?!(?<=[0-9A-Za-z])[0-9])(?:（[^（）\n]{{1,16}}）)?"
            rf"(?:{suffixes}){{0,5}}(?:（[^（）\n\d]{{1,12}}）)?"
        ),
        unit=_either(units_of),
        direction=_either(directions),
        unsure=_either(words_of(path, data, "unsure")),
        aside=_either(words_of(path, data, "aside")),
        hash=files_hash([path]),
    )


def _either(words: Iterable[str]) -> str:
    """A pattern of any of the words, longer ones first; of none, one that never matches."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) for word in ordered) or r"(?!)"
