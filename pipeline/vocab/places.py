"""The gazetteer: places by GB/T 2260 adcode or region id, and where a text names them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Literal, NamedTuple, cast, get_args
from urllib.parse import urlsplit

from pipeline.vocab.errors import VocabularyError
from pipeline.vocab.placefinder import PlaceFinder
from pipeline.vocab.tables import Row, check_unique, file_hash, read_table

PlaceKind = Literal["country", "province", "prefecture", "county", "region", "foreign"]
Strictness = Literal["", "alias", "name"]
PLACE_COLUMNS = (
    "id", "zh", "ja", "gloss", "reading", "kind", "parent", "aliases", "abbreviations",
    "members", "strict", "not_inside", "note", "hosts",
)  # fmt: skip
_ONLY_REGION = re.compile(r"(?:[两三四]?[地省]市?)?(?:交界|毗邻)?(?:地区|区域)?")
_GOVERNMENT = re.compile(r"(?:^|\.)([a-z0-9-]+)\.gov\.cn$")


@dataclass(frozen=True)
class Place:
    """One place.

    `id` is a six-digit adcode, a region id (r-…) or a country code. `ja` is the name in Japanese
    characters, `gloss` the form with a reading aid for its first mention (厦門市（アモイ市）).
    `parent` is the id one level up; None for a country, a region or a foreign place. `members`
    are the places a region consists of. `aliases` are short and former names. `abbreviations` are
    the one-character ones (津), found only in runs such as 苏皖鲁豫. `strict` is `alias` when a
    short name is also an ordinary word (日照) and needs support from the text, `name` when the
    full name itself does (城区). `hosts` are the names of its government under gov.cn (tangshan).
    """

    id: str
    zh: str
    ja: str
    gloss: str | None
    reading: str | None
    kind: PlaceKind
    parent: str | None
    aliases: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    strict: Strictness = ""
    not_inside: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


class PlaceMatch(NamedTuple):
    """Characters [start, end) of a text that name the place `id`."""

    start: int
    end: int
    id: str


class Gazetteer:
    """All places of one version of places.csv; `hash` names that version."""

    def __init__(self, places: Iterable[Place], hash: str) -> None:
        self.places = tuple(places)
        self.hash = hash

    @cached_property
    def by_id(self) -> Mapping[str, Place]:
        return {place.id: place for place in self.places}

    @cached_property
    def _ancestors(self) -> Mapping[str, tuple[str, ...]]:
        chains: dict[str, tuple[str, ...]] = {}
        for place in self.places:
            chain: list[str] = []
            parent = place.parent
            while parent is not None and parent not in chain:
                chain.append(parent)
                parent = self.by_id[parent].parent
            chains[place.id] = tuple(chain)
        return chains

    @cached_property
    def _finder(self) -> PlaceFinder:
        return PlaceFinder(self.places, self._ancestors)

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, ...]]:
        names: dict[str, list[str]] = {}
        for place in self.places:
            for name in {place.zh, *place.aliases, *place.abbreviations}:
                names.setdefault(name, []).append(place.id)
        return {name: tuple(ids) for name, ids in names.items()}

    def find(self, text: str, context: Collection[str] = ()) -> list[PlaceMatch]:
        """The places `text` names, in order, longest names first, not overlapping.

        `context` are ids known to matter (the issuer's): among places of the same name, one in
        a place of the context or of the text is meant. A name that stays ambiguous is left out.
        """
        known = frozenset(context)
        return [PlaceMatch(*found) for found in self._finder.find(text, known)]

    def resolve(self, name: str) -> str | None:
        """The id of the place called `name` (an id, a full, short or one-character name, or a
        name after those of its parents); None when it is unknown or ambiguous."""
        name = name.strip()
        if name in self.by_id:
            return name
        ids = self._names.get(name, ())
        exact = [place for place in ids if self.by_id[place].zh == name]
        if len(exact) == 1 or len(ids) == 1:
            return (exact or list(ids))[0]
        found = self.find(name)
        if not found or found[-1].end != len(name):
            return None
        last = found[-1].id
        inside = all(self.contains(match.id, last) for match in found)
        joined = all(a.end == b.start for a, b in pairwise(found))
        return last if inside and joined and found[0].start == 0 else None

    @cached_property
    def _hosts(self) -> Mapping[str, str]:
        return {host: place.id for place in self.places for host in place.hosts}

    def of_url(self, url: str) -> str | None:
        """The place whose government publishes at `url` (https://sthjj.tangshan.gov.cn/…); None
        for other sites."""
        name = _GOVERNMENT.search(urlsplit(url).hostname or "")
        return self._hosts.get(name[1]) if name else None

    def ancestors(self, place_id: str) -> tuple[str, ...]:
        """The places that contain a place by administration, nearest first."""
        return self._ancestors[place_id]

    def up(self, place_id: str) -> str:
        """The place itself, or for a county the prefecture (or province) it belongs to."""
        place = self.by_id[place_id]
        return place.parent if place.kind == "county" and place.parent else place_id

    def contains(self, outer_id: str, place_id: str) -> bool:
        """Whether a place lies in another, or is it. A region contains what its members do."""
        outer = self.by_id.get(outer_id)
        if outer is None or place_id not in self.by_id:
            return False
        if outer_id == place_id or outer_id in self._ancestors[place_id]:
            return True
        return any(self.contains(member, place_id) for member in outer.members)

    def spelt_out(self, name: str) -> tuple[str, ...]:
        """The provinces whose one-character names make up that of a region (川渝: 四川, 重庆);
        empty for a name of another kind."""
        short = {c: p.id for p in self.places for c in p.abbreviations}
        run = tuple(short[c] for c in takewhile(short.__contains__, name))
        return run if len(run) > 1 and _ONLY_REGION.fullmatch(name, len(run)) else ()

    def regions_of(self, place_id: str) -> tuple[str, ...]:
        """The regions that contain a place, in the order of the file."""
        return tuple(
            place.id
            for place in self.places
            if place.kind == "region" and place.id != place_id and self.contains(place.id, place_id)
        )


def load_places(path: Path) -> Gazetteer:
    """The gazetteer of places.csv. Raises VocabularyError."""
    rows = read_table(path, PLACE_COLUMNS)
    check_unique(rows, "id")
    owners: dict[str, str] = {}
    for row in rows:
        for host in row.many("hosts"):
            if owners.setdefault(host, row.text("id")) != row.text("id"):
                raise row.error("hosts", f"{host} stands twice", "keep it at one place")
    places = [_place(row) for row in rows]
    known = {place.id for place in places}
    for row, place in zip(rows, places, strict=True):
        if place.parent is not None and place.parent not in known:
            raise row.error("parent", f"{place.parent} is no place", "use an id of this file")
        for member in place.members:
            if member not in known:
                raise row.error("members", f"{member} is no place", "use ids of this file")
    return Gazetteer(places, file_hash(path))


def _place(row: Row) -> Place:
    strict = row.optional("strict") or ""
    if strict not in get_args(Strictness):
        raise row.error("strict", f"{strict!r} is unknown", "leave it empty or use alias or name")
    place = Place(
        id=row.text("id"),
        zh=row.text("zh"),
        ja=row.text("ja"),
        gloss=row.optional("gloss"),
        reading=row.optional("reading"),
        kind=cast(PlaceKind, row.choice("kind", get_args(PlaceKind))),
        parent=row.optional("parent"),
        aliases=row.many("aliases"),
        abbreviations=row.many("abbreviations"),
        members=row.many("members"),
        strict=cast(Strictness, strict),
        not_inside=row.many("not_inside"),
        hosts=row.many("hosts"),
    )
    if place.parent == place.id or place.id in place.members:
        raise VocabularyError.at(
            row.path, row.line, "parent", f"{place.id} contains itself", "name the place above it"
        )
    return place
