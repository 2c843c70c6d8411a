"""The glossary: Chinese terms and the Japanese that the bulletin uses for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, cast

from pipeline.vocab.matching import Matcher
from pipeline.vocab.tables import check_unique, file_hash, read_table

TermStatus = Literal["confirmed", "to_confirm"]
STATUSES: tuple[TermStatus, ...] = ("confirmed", "to_confirm")
TERM_COLUMNS = (
    "zh", "ja", "admitted", "forbidden", "reading", "category", "first_mention", "note",
    "status", "evidence", "not_inside",
)  # fmt: skip


@dataclass(frozen=True)
class Term:
    """One term.

    `ja` is the preferred Japanese, `admitted` what may stand instead of it, `forbidden` what may
    not. `first_mention` is the form with a gloss for the first time it appears in a text.
    `not_inside` are longer Chinese words it must not be found in. `status` is `to_confirm` while
    an analyst has still to decide; `evidence` says where the Japanese comes from.
    """

    zh: str
    ja: str
    admitted: tuple[str, ...]
    forbidden: tuple[str, ...]
    reading: str | None
    category: str
    first_mention: str | None
    note: str | None
    status: TermStatus
    evidence: str
    not_inside: tuple[str, ...] = ()

    @property
    def renderings(self) -> tuple[str, ...]:
        """Every Japanese form a translation may use: preferred, with its gloss, admitted."""
        first = (self.first_mention,) if self.first_mention else ()
        return (self.ja, *first, *self.admitted)


class TermMatch(NamedTuple):
    """Characters [start, end) of a text that spell a term."""

    start: int
    end: int
    term: Term


class Glossary:
    """All terms of one version of the glossary; `hash` names that version."""

    def __init__(self, terms: Iterable[Term], hash: str) -> None:
        self.terms = tuple(terms)
        self.hash = hash

    @cached_property
    def by_zh(self) -> Mapping[str, Term]:
        return {term.zh: term for term in self.terms}

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.by_zh, {t.zh: t.not_inside for t in self.terms if t.not_inside})

    def match(self, text: str) -> list[TermMatch]:
        """The terms in `text`, longest first, not overlapping, in order of the text."""
        return [
            TermMatch(span.start, span.end, self.by_zh[span.word])
            for span in self._matcher.longest(text)
        ]


def load_terms(path: Path) -> Glossary:
    """The glossary of terms.csv. Raises VocabularyError."""
    rows = read_table(path, TERM_COLUMNS)
    check_unique(rows, "zh")
    terms = (
        Term(
            zh=row.text("zh"),
            ja=row.text("ja"),
            admitted=row.many("admitted"),
            forbidden=row.many("forbidden"),
            reading=row.optional("reading"),
            category=row.text("category"),
            first_mention=row.optional("first_mention"),
            note=row.optional("note"),
            status=cast(TermStatus, row.choice("status", STATUSES)),
            evidence=row.text("evidence"),
            not_inside=row.many("not_inside"),
        )
        for row in rows
    )
    return Glossary(terms, file_hash(path))
