"""Whose document a notice is: the issuer its header names, and the level that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.model import Level, Notice, PlaceLabel
from pipeline.vocab import Gazetteer, Organizations, Place

NATION = "100000"
JAPAN = "jp"
MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})


def central_issuer(notice: Notice, organizations: Organizations) -> str | None:
    """The rule by which the header of a notice names a body of the State, or None: its first
    issuing body, else the opening characters of its document number (环大气〔2026〕41号)."""
    if notice.issuing_bodies:
        name = notice.issuing_bodies[0].strip()
        body = organizations.resolve(name)
        # A bare 发展改革委 is one of many: it names the State's only by its full name.
        bare = any(name == kind.zh for kind in organizations.bodies)
        if body is not None and body.level == "central" and not bare:
            return f"issuing-body:{body.zh}"
    if notice.document_number:
        body = organizations.by_prefix(notice.document_number)
        if body is not None and body.level == "central":
            return f"document-number:{body.zh}"
    return None


def level_of(places: Sequence[PlaceLabel], gazetteer: Gazetteer) -> Level:
    """The level of a notice with these places: that of its issuers, else of its first place."""
    return _decide(places, gazetteer.by_id)[0]


def level_rule(places: Sequence[PlaceLabel], gazetteer: Gazetteer) -> str:
    """What `level_of` went by: the deciding place, its role and the rule that chose it."""
    return _decide(places, gazetteer.by_id)[1]


def _decide(places: Sequence[PlaceLabel], known: Mapping[str, Place]) -> tuple[Level, str]:
    deciding = [place for place in places if place.role == "issuer"] or list(places)
    if not deciding:
        return "city", "no-place"
    nation = [place for place in deciding if place.id == NATION]
    first = (nation or deciding)[0]
    rule = f"{first.role} {first.id}: {first.rule}"
    if nation or first.id == JAPAN:
        return "central", rule
    kind = known[first.id].kind
    if kind == "region":
        return "region", rule
    if kind == "province" and first.id not in MUNICIPALITIES:
        return "province", rule
    return "city", rule
