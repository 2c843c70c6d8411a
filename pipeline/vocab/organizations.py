"""The bodies that issue documents: names, short names, document-number prefixes, Japanese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, cast, get_args

from pipeline.vocab.matching import Matcher, Span, without_overlaps
from pipeline.vocab.places import Gazetteer, Place, PlaceKind
from pipeline.vocab.tables import check_unique, file_hash, read_table

OrganizationLevel = Literal["central", "region", "province", "city"]
_BODY = "body"
ORGANIZATION_COLUMNS = ("zh", "ja", "short_zh", "prefix", "place", "level", "not_inside")
_LEVEL_OF: Mapping[PlaceKind, OrganizationLevel] = {
    "country": "central", "region": "region", "province": "province",
    "prefecture": "city", "county": "city",
}  # fmt: skip
_MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
_PLACE_ENDS = frozenset("省市区县州盟旗各级")
_BRACKETS = "〔［【[(（﹝"


@dataclass(frozen=True)
class Organization:
    """One body. `prefix` are the characters that open its document numbers (津环)."""

    zh: str
    ja: str
    short_zh: tuple[str, ...]
    prefix: tuple[str, ...]
    place: str
    level: OrganizationLevel


class OrganizationMatch(NamedTuple):
    """Characters [start, end) of a text that name an organization."""

    start: int
    end: int
    organization: Organization


@dataclass(frozen=True)
class Body:
    """A kind of body that many places have (生态环境局), from the rows of level `body`."""

    zh: str
    ja: str


class Organizations:
    """All organizations: those of the file, and place + kind of body by rule."""

    def __init__(
        self,
        organizations: Iterable[Organization],
        bodies: Iterable[Body],
        guards: Mapping[str, Iterable[str]],
        gazetteer: Gazetteer,
        hash: str,
    ) -> None:
        self.organizations = tuple(organizations)
        self.bodies = tuple(bodies)
        self.hash = hash
        self._guards = guards
        self._gazetteer = gazetteer

    @cached_property
    def by_name(self) -> Mapping[str, Organization]:
        """By full name and by short name; full names win."""
        names: dict[str, Organization] = {}
        for organization in self.organizations:
            for short in organization.short_zh:
                names.setdefault(short, organization)
        names.update((organization.zh, organization) for organization in self.organizations)
        return names

    @cached_property
    def _body_ja(self) -> Mapping[str, str]:
        return {body.zh: body.ja for body in self.bodies}

    @cached_property
    def _by_prefix(self) -> Mapping[str, tuple[Organization, ...]]:
        prefixes: dict[str, list[Organization]] = {}
        for organization in self.organizations:
            for prefix in organization.prefix:
                prefixes.setdefault(prefix, []).append(organization)
        return {prefix: tuple(found) for prefix, found in prefixes.items()}

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher([*self.by_name, *self._body_ja], self._guards)

    def find(self, text: str) -> list[OrganizationMatch]:
        """The organizations `text` names, longest first, not overlapping, in order. A kind of
        body counts only directly after the place it belongs to (石家庄市生态环境局)."""
        occurrences = self._matcher.occurrences(text)
        places = self._places_before(text, occurrences)
        spans: dict[Span, Organization] = {}
        for span in occurrences:
            if span.word in self.by_name and not self._of_some_place(text, span):
                spans[span] = self.by_name[span.word]
            if span.word in self._body_ja and span.start in places:
                start, place = places[span.start]
                whole = Span(start, span.end, text[start : span.end])
                spans.setdefault(whole, self._compose(whole.word, place, span.word))
        kept = without_overlaps(spans, len(text))
        return [OrganizationMatch(span.start, span.end, spans[span]) for span in kept]

    def by_prefix(self, document_number: str, place: str | None = None) -> Organization | None:
        """The issuer a document number names by its opening characters (津环规〔2024〕3号).

        A prefix that two bodies share (宁政发) needs `place`, the id of a place the issuer is
        in; without it the answer is None.
        """
        number = "".join(document_number.split())
        cut = min((number.find(mark) for mark in _BRACKETS if mark in number), default=0)
        head = number[:cut]
        for length in range(len(head), 0, -1):
            candidates = self._by_prefix.get(head[:length], ())
            if place is not None and len(candidates) > 1:
                candidates = tuple(
                    c for c in candidates if self._gazetteer.contains(c.place, place)
                )
            if candidates:
                return candidates[0] if len(candidates) == 1 else None
        return None

    def resolve(self, name: str) -> Organization | None:
        """The organization of this full or short name, or composed of place and body."""
        name = name.strip()
        if name in self.by_name:
            return self.by_name[name]
        for match in self.find(name):
            if match.start == 0 and match.end == len(name):
                return match.organization
        return None

    def ja(self, name: str) -> str | None:
        """The Japanese name of an organization, or None when it is not known."""
        organization = self.resolve(name)
        return organization.ja if organization else None

    def _of_some_place(self, text: str, span: Span) -> bool:
        """Whether a short name, also a kind of body, follows 省, 市 ...: 市发展改革委 is not the
        national commission."""
        ambiguous = span.word in self._body_ja and span.start > 0
        return ambiguous and text[span.start - 1] in _PLACE_ENDS

    def _places_before(self, text: str, occurrences: Iterable[Span]) -> dict[int, tuple[int, str]]:
        """By the end of a place's name: where the name starts, with the names of the places it
        lies in directly before it, and the place."""
        if not any(span.word in self._body_ja for span in occurrences):
            return {}
        found: dict[int, tuple[int, str]] = {}
        for start, end, place in self._gazetteer.find(text):
            above = found.get(start)
            if above is not None and self._gazetteer.contains(above[1], place):
                start = above[0]
            found[end] = (start, place)
        return found

    def _compose(self, zh: str, place_id: str, body: str) -> Organization:
        place = self._gazetteer.by_id[place_id]
        chain = (place_id, *self._gazetteer.ancestors(place_id))
        # The Japanese names exactly the places the Chinese names.
        named = [p for p in (self._gazetteer.by_id[i] for i in reversed(chain)) if _names(zh, p)]
        prefix = "".join(p.ja for p in named) or place.ja
        level = "city" if place_id in _MUNICIPALITIES else _LEVEL_OF.get(place.kind, "city")
        return Organization(zh, prefix + self._body_ja[body], (), (), place_id, level)


def _names(zh: str, place: Place) -> bool:
    return any(name in zh for name in (place.zh, *place.aliases))


def organization_ja(name: str, organizations: Organizations) -> str | None:
    """The Japanese name of a body, from the file or by rule (place + kind of body)."""
    return organizations.ja(name)


def load_organizations(path: Path, gazetteer: Gazetteer) -> Organizations:
    """The organizations of organizations.csv. Raises VocabularyError."""
    rows = read_table(path, ORGANIZATION_COLUMNS)
    check_unique(rows, "zh")
    organizations: list[Organization] = []
    bodies: list[Body] = []
    guards: dict[str, list[str]] = {}
    for row in rows:
        names = (row.text("zh"), *row.many("short_zh"))
        for name in names:
            longer_words = [longer for longer in row.many("not_inside") if name in longer]
            guards.setdefault(name, []).extend(longer_words)
        level = row.choice("level", (*get_args(OrganizationLevel), _BODY))
        if level == _BODY:
            bodies.extend(Body(name, row.text("ja")) for name in names)
            continue
        place = row.text("place")
        if place not in gazetteer.by_id:
            raise row.error("place", f"{place} is no place", "use an id of places.csv")
        organizations.append(
            Organization(
                zh=row.text("zh"),
                ja=row.text("ja"),
                short_zh=row.many("short_zh"),
                prefix=row.many("prefix"),
                place=place,
                level=cast(OrganizationLevel, level),
            )
        )
    return Organizations(organizations, bodies, guards, gazetteer, file_hash(path))
