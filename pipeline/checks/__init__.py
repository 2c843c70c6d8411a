"""Checks of a Japanese rendering against its Chinese source.

A blocking finding stops automatic acceptance; a warning lowers confidence. Messages are Japanese,
for the analyst. The checks look at wording alone: they know neither engine nor layer.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.checks.dates import check_dates
from pipeline.checks.direction import check_direction
from pipeline.checks.negation import check_negation
from pipeline.checks.numbers import check_numbers
from pipeline.checks.qualifiers import check_qualifiers
from pipeline.checks.residue import check_residue
from pipeline.checks.style import check_style
from pipeline.checks.terms import check_terms
from pipeline.checks.text import is_simplified_only
from pipeline.model import CheckResult, SegmentKind
from pipeline.vocab import Vocabulary

__all__ = ["has_blocking", "run_checks"]


def run_checks(
    zh: str, ja: str, kind: SegmentKind, vocabulary: Vocabulary
) -> tuple[CheckResult, ...]:
    """All findings on one segment, blocking ones first."""
    found = [
        *check_numbers(zh, ja),
        *check_dates(zh, ja),
        *check_negation(zh, ja),
        *check_direction(zh, ja),
        *check_qualifiers(zh, ja),
        *check_terms(zh, ja, vocabulary.glossary),
        *check_residue(zh, ja, _rare_characters(vocabulary)),
        *check_style(zh, ja, kind),
    ]
    return tuple(sorted(found, key=lambda check: check.severity != "blocking"))


def has_blocking(checks: tuple[CheckResult, ...]) -> bool:
    """Whether any finding blocks."""
    return any(check.severity == "blocking" for check in checks)


@lru_cache(maxsize=4)
def _rare_characters(vocabulary: Vocabulary) -> frozenset[str]:
    """Characters of the vocabulary's own Japanese that look Chinese (圳 in 深圳)."""
    forms = [place.ja for place in vocabulary.gazetteer.by_id.values()]
    forms += [form for term in vocabulary.glossary.terms for form in term.renderings]
    return frozenset(char for form in forms for char in form if is_simplified_only(char))
