"""The taxonomy of measure types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.vocab.errors import VocabularyError
from pipeline.vocab.tables import read_mappings


@dataclass(frozen=True)
class MeasureType:
    """One measure type: id, Japanese name (措置区分) and what it covers, in Japanese."""

    id: str
    name_ja: str
    description: str


class Measures:
    """All measure types, in the order the bulletin lists them."""

    def __init__(self, types: Iterable[MeasureType]) -> None:
        self.types = tuple(types)

    @cached_property
    def by_id(self) -> Mapping[str, MeasureType]:
        return {measure.id: measure for measure in self.types}


def load_measures(path: Path) -> Measures:
    """The measure types of measures.yml. Raises VocabularyError."""
    types: list[MeasureType] = []
    for number, entry in enumerate(read_mappings(path), start=1):
        values: list[str] = []
        for field in ("id", "name_ja", "description"):
            value = entry.get(field)
            if not isinstance(value, str) or not value.strip():
                raise VocabularyError.at(
                    path, None, field, f"is missing in entry {number}", "fill it in"
                )
            values.append(value.strip())
        types.append(MeasureType(*values))
    if len({measure.id for measure in types}) != len(types):
        raise VocabularyError.at(path, None, "id", "stands twice", "give each type its own id")
    return Measures(types)
