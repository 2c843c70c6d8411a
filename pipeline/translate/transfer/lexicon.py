"""The general lexicon: `glossary/lexicon/*.csv`, and the glossary's terms beside it.

Columns: zh, ja, pos, class, frame, noun, notes.

pos    n noun, nr place or body, v verb, vn verb that is as often a noun, a adjective (ja is its
       attributive form), b prenominal only, d adverb, p preposition (ja is the particle),
       f localizer, t time noun, q measure word, m modal, u function word known to the grammar
class  verbs: suru, ichidan, godan, da, i (empty: from the ending); adverbs: pre or post
frame  verbs: mark of the argument that follows (を に と が から ...), "-" when none follows,
       then +vp (takes a verb phrase), +piv (NP does VP: ことを), +cmd (NP does VP: よう),
       +pnom (NP VP as a noun: を), +goal (becomes causative in a target), +wrong (also
       adverbs: an offence as it is, a denial before it does not reach it), +rare (less
       likely than another reading); modals: must, must_not, can, cannot, aim, strive,
       need, need_not
noun   verbs: the noun it becomes; adverbs and prepositions: the form before a noun;
       adjectives: the adverb
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import InputError
from pipeline.translate.kanji import to_kanji
from pipeline.translate.transfer.morphology import VERB_CLASSES, VerbClass, guess_class
from pipeline.vocab import Vocabulary

POS = frozenset(["n", "nr", "v", "vn", "a", "b", "d", "p", "f", "t", "q", "m", "u"])
COLUMNS = ("zh", "ja", "pos", "class", "frame", "noun", "notes")


class LexiconError(InputError):
    """A lexicon file cannot be used; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading of a word."""

    zh: str
    ja: str
    pos: str
    cls: VerbClass | None = None
    place: str = "pre"
    mark: str = ""
    flags: frozenset[str] = frozenset()
    noun: str = ""
    term: bool = False
    """From the glossary: the analysts' word, never to be changed."""
    kind: str = "lexicon"


def _entry(row: dict[str, str], where: str) -> Entry:
    pos, ja = row["pos"], row["ja"]
    if pos not in POS:
        raise LexiconError(f"{where}: unknown pos {pos!r}; use one of {', '.join(sorted(POS))}")
    frame, *flags = row["frame"].split("+")
    cls: VerbClass | None = None
    place = "pre"
    noun = row["noun"]
    if pos in ("v", "vn"):
        named = [name for name in VERB_CLASSES if name == row["class"]]
        if row["class"] and not named:
            raise LexiconError(
                f"{where}: unknown class {row['class']!r}; use {', '.join(VERB_CLASSES)}"
            )
        cls = named[0] if named else guess_class(ja)
        if not noun and cls == "suru":
            noun = ja[:-2]
    elif pos == "d":
        place = row["class"] or "post"
    return Entry(row["zh"], ja, pos, cls, place, frame, frozenset(flags), noun)


def load_lexicon(directory: Path) -> dict[str, tuple[Entry, ...]]:
    """Every reading of every word, files in name order. Raises LexiconError."""
    words: dict[str, list[Entry]] = {}
    files = sorted(directory.glob("*.csv"))
    if not files:
        raise LexiconError(f"{directory}: no lexicon files (*.csv) here")
    for path in files:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise LexiconError(f"{path}: the first line must read {','.join(COLUMNS)}")
            for row in reader:
                where = f"{path}:{reader.line_num}"
                if None in row.values() or not row["zh"]:
                    raise LexiconError(f"{where}: needs {len(COLUMNS)} columns and a word")
                entry = _entry(row, where)
                words.setdefault(entry.zh, []).append(entry)
    return {zh: tuple(entries) for zh, entries in words.items()}


_TERM_POS = {"verb": "v", "function": "u"}


def add_terms(
    words: dict[str, tuple[Entry, ...]],
    terms: Iterable[tuple[str, str, str]],
) -> dict[str, tuple[Entry, ...]]:
    """The lexicon with the glossary's (zh, ja, category) laid over it.

    The glossary decides the Japanese. Where the lexicon knows the word as a verb, its frame
    stays and the glossary gives lemma or noun; other categories stay as the lexicon has them.
    """
    merged = dict(words)
    for zh, ja, category in terms:
        if category == "function":
            continue
        known = words.get(zh, ())
        if category == "verb" and known:
            merged[zh] = tuple(_with_term(entry, ja) for entry in known)
            continue
        verbal = tuple(_with_term(e, ja) for e in known if e.pos in ("v", "vn"))
        if verbal:
            nouns = tuple(replace(e, ja=ja, term=True, kind="term") for e in known if e.pos == "n")
            merged[zh] = (*verbal, *nouns)
        elif any(entry.pos in ("a", "b") for entry in known):
            merged[zh] = (*known, Entry(zh, ja, "n", term=True, kind="term"))
        elif any(entry.pos in ("d", "u", "m", "p", "q") for entry in known):
            merged[zh] = known
        elif category == "verb":
            merged[zh] = (_verb_term(zh, ja),)
        else:
            place = category in ("region", "city", "place", "institution")
            merged[zh] = (Entry(zh, ja, "nr" if place else "n", term=True, kind="term"),)
    return merged


def _verb_term(zh: str, ja: str) -> Entry:
    if ja.endswith(("に", "く", "て")):
        return Entry(zh, ja, "d", place="post", term=True, kind="term")
    if ja.endswith(("ない", "なければならない")):
        return Entry(zh, ja, "u", term=True, kind="term")
    cls = guess_class(ja) if ja[-1] in "うくぐすつぬぶむる" else None
    if cls is None:
        return Entry(zh, ja + "する", "vn", "suru", mark="を", noun=ja, term=True, kind="term")
    noun = ja[:-2] if cls == "suru" else ""
    return Entry(zh, ja, "v", cls, mark="を", noun=noun, term=True, kind="term")


def _with_term(entry: Entry, ja: str) -> Entry:
    """A lexicon reading, spoken with the glossary's word."""
    if entry.pos not in ("v", "vn"):
        return entry
    lemma, cls, noun = entry.ja, entry.cls, entry.noun
    if ja[-1] in "うくぐすつぬぶむる" and not ja.endswith("づくり"):
        lemma, cls = ja, guess_class(ja)
        noun = ja[:-2] if cls == "suru" else entry.noun
    elif "(" not in ja:
        noun = ja
        action = not ja.startswith(entry.ja[:-2])  # 補助金 is a thing, and its verb 補助する
        if entry.cls == "suru" and action and all("\u4e00" <= c <= "\u9fff" for c in ja):
            lemma = ja + "する"
    return Entry(
        entry.zh, lemma, entry.pos, cls, entry.place, entry.mark, entry.flags, noun, True, "term"
    )


def vocabulary_words(vocabulary: Vocabulary) -> Iterable[tuple[str, str, str]]:
    """(zh, ja, category) of places, organizations and terms, later ones outranking earlier."""
    for place in vocabulary.gazetteer.places:
        names = (place.zh,) if place.strict else (place.zh, *place.aliases)
        for name in names:
            if len(name) > 1 and place.strict != "name":
                whole = name == place.zh or place.kind in ("region", "country")
                yield name, place.ja if whole else to_kanji(name), "place"
    for organization in vocabulary.organizations.organizations:
        yield organization.zh, organization.ja, "institution"
    for body in vocabulary.organizations.bodies:
        yield body.zh, body.ja, "institution"
    for term in vocabulary.glossary.terms:
        yield term.zh, term.ja, term.category
