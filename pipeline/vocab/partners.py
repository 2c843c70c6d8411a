"""The Japanese partners: municipalities and bodies that co-operate with places in China."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, cast, get_args

from pipeline.vocab.errors import VocabularyError
from pipeline.vocab.places import Gazetteer
from pipeline.vocab.tables import read_mappings

PartnerKind = Literal["city", "prefecture", "body"]


@dataclass(frozen=True)
class Partner:
    """A Japanese partner and the ids of the Chinese places it works with."""

    id: str
    name_ja: str
    kind: PartnerKind
    places: tuple[str, ...]
    note: str | None


class Partners:
    """All partners, in the order of the file."""

    def __init__(self, partners: Iterable[Partner], gazetteer: Gazetteer) -> None:
        self.partners = tuple(partners)
        self._gazetteer = gazetteer

    @cached_property
    def by_id(self) -> Mapping[str, Partner]:
        return {partner.id: partner for partner in self.partners}

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The partner places, each once, in the order of the file."""
        return tuple(dict.fromkeys(place for p in self.partners for place in p.places))

    def of(self, place_id: str) -> tuple[Partner, ...]:
        """The partners of a place: of itself, or of a place it lies in."""
        return tuple(
            partner
            for partner in self.partners
            if any(self._gazetteer.contains(place, place_id) for place in partner.places)
        )


def load_partners(path: Path, gazetteer: Gazetteer) -> Partners:
    """The partners of partners.yml. Raises VocabularyError."""
    partners: list[Partner] = []
    for number, entry in enumerate(read_mappings(path), start=1):
        partners.append(_partner(path, number, entry, gazetteer))
    if len({partner.id for partner in partners}) != len(partners):
        raise VocabularyError.at(path, None, "id", "stands twice", "give each partner its own id")
    return Partners(partners, gazetteer)


def _partner(path: Path, number: int, entry: Mapping[str, object], gazetteer: Gazetteer) -> Partner:
    def text(field: str) -> str:
        value = entry.get(field)
        if not isinstance(value, str) or not value.strip():
            raise VocabularyError.at(
                path, None, field, f"is missing or no text in entry {number}", "write it in quotes"
            )
        return value.strip()

    kind = text("kind")
    if kind not in get_args(PartnerKind):
        allowed = ", ".join(get_args(PartnerKind))
        raise VocabularyError.at(path, None, "kind", f"{kind!r} is unknown", f"use {allowed}")
    places = entry.get("places")
    if not isinstance(places, list) or not places:
        raise VocabularyError.at(
            path, None, "places", f"of entry {number} is no list", "list place ids of places.csv"
        )
    for place in places:
        if str(place) not in gazetteer.by_id:
            raise VocabularyError.at(
                path, None, "places", f"{place} is no place", "use an id of places.csv"
            )
    note = text("note") if entry.get("note") else None
    ids = tuple(str(place) for place in places)
    return Partner(text("id"), text("name_ja"), cast(PartnerKind, kind), ids, note)
