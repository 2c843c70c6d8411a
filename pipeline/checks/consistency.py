"""Terms over a whole document: one source term, one rendering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.checks.terms import fold
from pipeline.model import Draft
from pipeline.vocab.terms import Glossary, Term

_GONE = "〓"


@dataclass(frozen=True)
class TermUse:
    """A term rendered in more than one way: each rendering and in how many sentences it stands,
    the most frequent first."""

    zh: str
    renderings: tuple[tuple[str, int], ...]

    @property
    def message(self) -> str:
        """Japanese, for the analyst."""
        forms = "、".join(f"「{form}」{count}文" for form, count in self.renderings)
        return f"用語「{self.zh}」の訳語が文書の中で統一されていない（{forms}）。"


def sentences(draft: Draft) -> Iterator[tuple[str, str]]:
    """A draft's sentences (Chinese, Japanese): title, summary, and the full translation."""
    segments = [draft.title, *draft.summary]
    for block in draft.plan:
        segments += [*block.segments, *(cell for row in block.rows for cell in row)]
    return ((segment.zh, segment.ja) for segment in segments)


def inconsistent_terms(pairs: Iterable[tuple[str, str]], glossary: Glossary) -> list[TermUse]:
    """The terms that a document's sentences, given as (Chinese, Japanese), render in more than
    one allowed way, in the order of their first appearance.

    The preferred form and its gloss count as one. A sentence in which no allowed form is found
    says nothing here: that the term is missing is another check's finding.
    """
    uses: dict[str, Counter[str]] = {}
    for zh, ja in pairs:
        terms = {match.term.zh: match.term for match in glossary.match(zh)}
        if not any(term.admitted for term in terms.values()):
            continue
        folded = fold(ja)
        for name, term in terms.items():
            if term.admitted:
                others = (other for other in terms.values() if other.zh != name)
                form = _rendering(term, others, folded)
                if form is not None:
                    uses.setdefault(name, Counter())[form] += 1
    return [
        TermUse(name, tuple(sorted(count.items(), key=lambda item: (-item[1], item[0]))))
        for name, count in uses.items()
        if len(count) > 1
    ]


def _rendering(term: Term, others: Iterable[Term], folded: str) -> str | None:
    """The form of a term that stands in folded Japanese, the preferred one before others."""
    if any(fold(form) in folded for form in (term.ja, term.first_mention) if form):
        return term.ja
    # What another term of the sentence accounts for is no rendering of this one.
    for form in sorted({fold(other.ja) for other in others}, key=len, reverse=True):
        folded = folded.replace(form, _GONE)
    found = [form for form in term.admitted if fold(form) in folded]
    return max(found, key=len) if found else None
