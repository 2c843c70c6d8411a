"""Finding many words in a text in one pass: longest first, never overlapping.

The automaton visits each character once; what it finds is sorted and laid down longest first, so
the time is linear in the text and in the number of occurrences.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import ahocorasick

_ASCII_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")


class Span(NamedTuple):
    """Characters [start, end) of a text, and the word they spell."""

    start: int
    end: int
    word: str


class Matcher:
    """Finds words in texts.

    `guards` maps a word to longer words it must not be found in (及其 in 及其他). A guard is not
    itself found, unless it is also one of `words`.
    """

    def __init__(
        self, words: Iterable[str], guards: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self._words = frozenset(words)
        self._guards = {word: frozenset(longer) for word, longer in (guards or {}).items()}
        self._guarding = frozenset().union(*self._guards.values()) if self._guards else frozenset()
        self._automaton = ahocorasick.Automaton()
        for word in sorted(self._words | self._guarding):
            latin = word[:1] in _ASCII_WORD or word[-1:] in _ASCII_WORD
            self._automaton.add_word(word, (word, len(word), latin))
        self._empty = not (self._words or self._guarding)
        if not self._empty:
            self._automaton.make_automaton()

    def occurrences(self, text: str) -> list[Span]:
        """Every occurrence of a word, overlapping ones too, except those inside a guard and those
        that would cut a Latin word or a number. In order of their end."""
        if self._empty:
            return []
        found: list[Span] = []
        shields: dict[str, list[Span]] = {}
        guarding, words = self._guarding, self._words
        for last, (word, length, latin) in self._automaton.iter(text):
            span = Span(last + 1 - length, last + 1, word)
            if word in guarding:
                shields.setdefault(word, []).append(span)
            if word in words and not (latin and _cuts_latin(text, span)):
                found.append(span)
        if not shields:
            return found
        return [span for span in found if not self._shielded(span, shields)]

    def longest(self, text: str) -> list[Span]:
        """Occurrences that do not overlap, longer words before shorter, in order of the text."""
        return without_overlaps(self.occurrences(text), len(text))

    def _shielded(self, span: Span, shields: Mapping[str, list[Span]]) -> bool:
        guards = self._guards.get(span.word, frozenset())
        return any(_covers(shields[longer], span) for longer in guards if longer in shields)


def without_overlaps(spans: Iterable[Span], length: int) -> list[Span]:
    """The spans that remain when longer ones push out shorter ones they overlap; of two equally
    long ones the first in the text stays. `length` is the length of the text."""
    taken = bytearray(length)
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        # A longer span laid down earlier cannot lie strictly inside a shorter one.
        if taken[span.start] or taken[span.end - 1]:
            continue
        taken[span.start : span.end] = b"\x01" * (span.end - span.start)
        kept.append(span)
    kept.sort()
    return kept


def _covers(shields: list[Span], span: Span) -> bool:
    """Whether one of a word's occurrences, given in order of the text, covers `span`."""
    index = bisect_left(shields, span.end, key=lambda shield: shield.end)
    # All are equally long, so the first that ends late enough is the first to start.
    return index < len(shields) and shields[index].start <= span.start


def _cuts_latin(text: str, span: Span) -> bool:
    first, last = text[span.start], text[span.end - 1]
    if first in _ASCII_WORD and span.start and text[span.start - 1] in _ASCII_WORD:
        return True
    return last in _ASCII_WORD and span.end < len(text) and text[span.end] in _ASCII_WORD
