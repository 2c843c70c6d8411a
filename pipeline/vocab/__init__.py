"""The controlled vocabulary: terms, places, partners, measure types, organizations, words."""

from __future__ import annotations

from pipeline.vocab.cutter import Cutter
from pipeline.vocab.errors import VocabularyError
from pipeline.vocab.linting import lint
from pipeline.vocab.load import Vocabulary, load_vocabulary
from pipeline.vocab.matching import Matcher, Span
from pipeline.vocab.measures import Measures, MeasureType
from pipeline.vocab.organizations import (
    Organization,
    OrganizationMatch,
    Organizations,
    organization_ja,
)
from pipeline.vocab.partners import Partner, Partners
from pipeline.vocab.places import Gazetteer, Place, PlaceMatch
from pipeline.vocab.terms import Glossary, Term, TermMatch

__all__ = [
    "Cutter",
    "Gazetteer",
    "Glossary",
    "Matcher",
    "MeasureType",
    "Measures",
    "Organization",
    "OrganizationMatch",
    "Organizations",
    "Partner",
    "Partners",
    "Place",
    "PlaceMatch",
    "Span",
    "Term",
    "TermMatch",
    "Vocabulary",
    "VocabularyError",
    "lint",
    "load_vocabulary",
    "organization_ja",
]
