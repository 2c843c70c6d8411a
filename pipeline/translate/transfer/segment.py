"""Segmentation: the most probable path over glossary, lexicon, numerals and known words.

A word costs its negative log frequency; glossary and lexicon words are lifted above the
general dictionary (jieba's), so that names are never split and a function character inside a
longer known word is never cut out. Runs that nothing covers become unknown words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.translate.transfer import numerals
from pipeline.translate.transfer.lexicon import Entry
from pipeline.translate.transfer.normalize import to_arabic
from pipeline.translate.transfer.phrase import Ja
from pipeline.translate.transfer.word_classes import (
    WordClasses,
    categories_of,
    noun_categories,
)

_TOTAL = math.log(60_000_000)
_MAX_WORD = 8
_SUFFIX_COST = 3.0
_DERIVED = object()


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """One word: [start, end) in the clause, readings, and grammar categories with costs.

    `ja` is set for words whose Japanese is fixed (numerals, names, parentheses, unknowns)."""

    text: str
    start: int
    end: int
    categories: tuple[tuple[str, float], ...]
    readings: tuple[tuple[str, Entry], ...] = ()
    ja: str | None = None
    kind: str = "lexicon"
    sort: str = ""
    inner: Ja = ()
    """Finished Japanese of a parenthesis or quotation."""

    @property
    def is_action(self) -> bool:
        """Whether it is the name of an action."""
        return any(name == "AN" for name, _ in self.categories)

    def reading(self, category: str) -> Entry | None:
        """The lexicon reading behind a category."""
        for name, entry in self.readings:
            if name == category:
                return entry
        return None


def load_frequencies(path: Path) -> dict[str, tuple[int, str]]:
    """jieba's dictionary: word -> (frequency, part of speech). Words of one to eight
    characters only."""
    words: dict[str, tuple[int, str]] = {}
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            word, frequency, tag = line.split(" ")
            if len(word) <= _MAX_WORD:
                words[word] = (int(frequency), tag[:-1])
    return words


class Segmenter:
    """Cuts a clause into tokens. `convert` turns unknown Chinese into Japanese characters;
    `apart` names the longer words a term must not be found in."""

    def __init__(
        self,
        words: Mapping[str, tuple[Entry, ...]],
        frequencies: Mapping[str, tuple[int, str]],
        literals: Iterable[str],
        convert: Callable[[str], str],
        classes: WordClasses,
        apart: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._words = words
        self._classes = classes
        self._apart = apart
        self._known = frequencies
        self._literals = frozenset(literals)
        self._convert = convert
        self._units = {zh: entry.ja for zh, es in words.items() for entry in es if entry.pos == "q"}
        self._prefixes: set[str] = set()
        self._actions = {
            zh: entry
            for zh, es in words.items()
            for entry in es
            if len(zh) > 1 and entry.pos in ("v", "vn") and entry.noun
        }
        self._costs: dict[str, float] = {}
        for word, entries in words.items():
            if all(entry.pos == "q" for entry in entries):
                continue
            self._add(word, any(entry.term for entry in entries))
        for word in self._literals:
            self._add(word, False)

    def spans(self, text: str, start: int, end: int) -> bool:
        """Whether a word of the lexicon holds the bracket [start, end): 建（构）筑物."""
        return any(
            text[left : end + right] in self._words
            for left in (start - 1, start - 2)
            if left >= 0
            for right in range(_MAX_WORD)
        )

    def _add(self, word: str, term: bool) -> None:
        frequency = self._known.get(word, (0, ""))[0]
        floor = 3000 if len(word) > 1 else 1
        cost = _TOTAL - math.log(max(frequency, floor))
        self._costs[word] = min(cost, 9.0) - (1.5 if term and len(word) > 2 else 0.0)
        for end in range(1, len(word)):
            self._prefixes.add(word[:end])

    def cut(
        self, text: str, fixed: Sequence[tuple[int, int, Token]] = (), base: int = 0
    ) -> list[Token]:
        """Tokens of `text`, their offsets counted from `base`. `fixed` spans (parentheses,
        quotations; relative to `text`) are taken as they are."""
        size = len(text)
        blocked = {start: (end, token) for start, end, token in fixed}
        inside = {i for start, end, _ in fixed for i in range(start + 1, end)}
        limit = sorted([start for start, _, _ in fixed] + [size])
        numbers: dict[int, dict[int, numerals.Found]] = {}
        for found in numerals.find(text, self._units, {}):
            numbers.setdefault(found.start, {}).setdefault(found.end, found)
        infinite = 1e9
        best: list[tuple[float, int, object]] = [(infinite, -1, None)] * (size + 1)
        best[0] = (0.0, -1, None)
        wall = 0
        for start in range(size):
            cost = best[start][0]
            if cost >= infinite or start in inside:
                continue
            while wall < len(limit) - 1 and limit[wall] <= start:
                wall += 1
            if start in blocked:
                end, token = blocked[start]
                self._relax(best, start, end, cost, token)
                continue
            stop = limit[wall] if limit[wall] > start else size
            for end, number in numbers.get(start, {}).items():
                if end <= stop:
                    weight = (
                        4.0
                        if number.sort not in ("number", "quantity")
                        else (6.0 if number.sort == "quantity" else 7.5)
                    )
                    if end - start == 1 and not text[start].isascii():
                        weight = 10.5
                    if text[start].isascii():
                        weight -= 3.0
                    weight -= 0.2 * (end - start)
                    self._relax(best, start, end, cost + weight, number)
            self._words_from(text, start, stop, cost, best)
        return self._path(text, best, base)

    def _words_from(
        self,
        text: str,
        start: int,
        stop: int,
        cost: float,
        best: list[tuple[float, int, object]],
    ) -> None:
        end = start
        while end < stop:
            end += 1
            word = text[start:end]
            known = self._costs.get(word)
            if known is not None and word in self._apart and self._within(text, start, word):
                known = None
            if known is not None:
                self._relax(best, start, end, cost + known, None)
                if end < stop and text[end] in self._classes.suffixes and word in self._actions:
                    self._relax(best, start, end + 1, cost + known + _SUFFIX_COST, _DERIVED)
            elif end - start <= _MAX_WORD:
                frequency = self._known.get(word)
                if frequency is not None and end - start > 1:
                    extra = 2.5 + 1.5 * (end - start)
                    weight = _TOTAL - math.log(max(frequency[0], 1)) + extra
                    self._relax(best, start, end, cost + weight, None)
            if word not in self._prefixes and end - start >= _MAX_WORD:
                break
        run = start + 1
        if text[start].isascii() and text[start].isalnum():
            while run < stop and text[run].isascii() and (text[run].isalnum() or text[run] in ".-"):
                run += 1
            self._relax(best, start, run, cost + 8.0, None)
        self._relax(best, start, start + 1, cost + 16.0, None)

    def _within(self, text: str, start: int, word: str) -> bool:
        """Whether the term at `start` is part of a longer word it must not be found in."""
        return any(
            start >= longer.find(word) and text.startswith(longer, start - longer.find(word))
            for longer in self._apart[word]
        )

    @staticmethod
    def _relax(
        best: list[tuple[float, int, object]], start: int, end: int, cost: float, what: object
    ) -> None:
        if cost < best[end][0]:
            best[end] = (cost, start, what)

    def _path(self, text: str, best: list[tuple[float, int, object]], base: int) -> list[Token]:
        spans: list[tuple[int, int, object]] = []
        end = len(text)
        while end > 0:
            _, start, what = best[end]
            spans.append((start, end, what))
            end = start
        spans.reverse()
        tokens: list[Token] = []
        for start, end, what in spans:
            if isinstance(what, Token):
                tokens.append(what)
            elif what is _DERIVED:
                tokens.append(self._derived(text[start:end], base + start, base + end))
            elif isinstance(what, numerals.Found):
                category = what.category
                categories: tuple[tuple[str, float], ...] = ((category, 0.0),)
                if what.sort == "article":
                    categories = (("N", 0.0), ("O", 0.0))
                tokens.append(
                    Token(
                        text[start:end],
                        base + start,
                        base + end,
                        categories,
                        (),
                        what.ja,
                        "number",
                        what.sort,
                    )
                )
            else:
                tokens.append(self._token(text[start:end], base + start, base + end))
        return tokens

    def _token(self, word: str, start: int, end: int) -> Token:
        entries = self._words.get(word, ())
        categories: dict[str, float] = {}
        readings: list[tuple[str, Entry]] = []
        for entry in entries:
            for category, cost in categories_of(entry, self._classes):
                if category not in categories:
                    categories[category] = cost
                    readings.append((category, entry))
        if word in self._literals:
            categories[word] = 0.0
        if word in self._classes.conjunctions:
            categories["C"] = 0.0
        named = "N" if "N" in categories else "AN" if "AN" in categories else ""
        if named:
            nouns = [entry for name, entry in readings if name == named]
            for finer in noun_categories(word, self._classes):
                categories[finer] = categories[named]
                readings += [(finer, entry) for entry in nouns]
        if categories:
            kind = "term" if any(entry.term for entry in entries) else "lexicon"
            return Token(word, start, end, tuple(categories.items()), tuple(readings), None, kind)
        return self._unknown(word, start, end)

    def _derived(self, word: str, start: int, end: int) -> Token:
        """The name of an action with a character that makes it a thing: 处理率."""
        action = self._actions[word[:-1]]
        entry = Entry(word, action.noun + self._classes.suffixes[word[-1]], "n")
        names = ("N", *noun_categories(word, self._classes))
        return Token(
            word,
            start,
            end,
            tuple((name, 0.0) for name in names),
            tuple((name, entry) for name in names),
        )

    def _unknown(self, word: str, start: int, end: int) -> Token:
        if len(word) == 1 and word in "一二三四五六七八九十":
            return Token(
                word, start, end, (("Q", 0.5), ("N", 0.8)), (), to_arabic(word), "number", "number"
            )
        ja = self._convert(word)
        if not any("\u3400" <= c <= "\u9fff" for c in word):
            return Token(word, start, end, (("N", 0.2),), (), ja, "number", "latin")
        tag = self._known.get(word, (0, "n"))[1]
        pairs: tuple[tuple[str, float], ...]
        verb = Entry(word, ja + "する", "v", "suru", mark="を", noun=ja, kind="kanji")
        noun = Entry(word, ja, "n", kind="kanji")
        if tag == "v" and len(word) > 1:
            pairs = (("Vt", 0.5), ("Vs", 0.5), ("Vi", 0.6), ("N", 0.8))
        elif tag in ("vn", "vd") and len(word) > 1:
            pairs = (("N", 0.4), ("Vt", 1.0), ("Vi", 1.1))
        elif tag in ("a", "ad", "an", "b", "z"):
            adjective = Entry(word, ja + "な", "a", kind="kanji")
            return Token(
                word,
                start,
                end,
                (("A", 0.3), ("N", 0.8)),
                (("A", adjective), ("N", noun)),
                None,
                "kanji",
            )
        elif tag == "d":
            adverb = Entry(word, ja + "に", "d", place="post", kind="kanji")
            return Token(
                word,
                start,
                end,
                (("D", 0.3), ("N", 1.5)),
                (("D", adverb), ("N", noun)),
                None,
                "kanji",
            )
        else:
            pairs = (("N", 0.3),)
        return Token(
            word,
            start,
            end,
            pairs,
            tuple((c, noun if c == "N" else verb) for c, _ in pairs),
            None,
            "kanji",
        )
