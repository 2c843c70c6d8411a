"""The whole vocabulary of a glossary folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.vocab.measures import Measures, load_measures
from pipeline.vocab.organizations import Organizations, load_organizations
from pipeline.vocab.partners import Partner, Partners, load_partners
from pipeline.vocab.places import Gazetteer, load_places
from pipeline.vocab.tables import file_hash
from pipeline.vocab.terms import Glossary, load_terms

TERMS = "terms.csv"
PLACES = "places.csv"
PARTNERS = "partners.yml"
MEASURES = "measures.yml"
ORGANIZATIONS = "organizations.csv"


@dataclass(frozen=True)
class Vocabulary:
    """Terms, places, partners, measure types and organizations; `hash` names this version."""

    glossary: Glossary
    gazetteer: Gazetteer
    partners: Partners
    measures: Measures
    organizations: Organizations
    hash: str

    def partners_of(self, place_id: str) -> tuple[Partner, ...]:
        """The Japanese partners of a place: of itself, or of a place it lies in."""
        return self.partners.of(place_id)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The Chinese words a cutter must keep whole: terms, names of places and bodies."""
        words = {term.zh for term in self.glossary.terms}
        for place in self.gazetteer.places:
            words.update((place.zh,) if place.strict else (place.zh, *place.aliases))
        for organization in self.organizations.organizations:
            words.update((organization.zh, *organization.short_zh))
        words.update(body.zh for body in self.organizations.bodies)
        return tuple(sorted(word for word in words if len(word) > 1))


def load_vocabulary(glossary_dir: Path) -> Vocabulary:
    """The vocabulary of a glossary folder. Raises VocabularyError."""
    gazetteer = load_places(glossary_dir / PLACES)
    glossary = load_terms(glossary_dir / TERMS)
    partners = load_partners(glossary_dir / PARTNERS, gazetteer)
    measures = load_measures(glossary_dir / MEASURES)
    organizations = load_organizations(glossary_dir / ORGANIZATIONS, gazetteer)
    parts = (
        glossary.hash,
        gazetteer.hash,
        file_hash(glossary_dir / PARTNERS, glossary_dir / MEASURES),
        organizations.hash,
    )
    version = hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]
    return Vocabulary(glossary, gazetteer, partners, measures, organizations, version)
