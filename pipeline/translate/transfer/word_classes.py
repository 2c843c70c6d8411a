"""Classes of words the grammar tells apart: `glossary/patterns/words.yml`, and from them the
grammar categories of a word."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from pipeline.translate.transfer.lexicon import Entry, LexiconError

FILE = "words.yml"


@dataclass(frozen=True, slots=True)
class WordClasses:
    """The lists of `words.yml`; names ending in `endings` hold word endings."""

    relative_verbs: frozenset[str]
    issuing_verbs: frozenset[str]
    telling_verbs: frozenset[str]
    never_nouns: frozenset[str]
    action_verbs: frozenset[str]
    operating_verbs: frozenset[str]
    converting_verbs: frozenset[str]
    conjunctions: frozenset[str]
    agents: frozenset[str]
    content_nouns: frozenset[str]
    actor_words: frozenset[str]
    past_words: frozenset[str]
    compared_words: frozenset[str]
    purpose_ends: frozenset[str]
    document_endings: tuple[str, ...]
    measure_endings: tuple[str, ...]
    manner_endings: tuple[str, ...]
    agent_endings: tuple[str, ...]
    body_endings: tuple[str, ...]
    shell_endings: tuple[str, ...]
    suffixes: dict[str, str]
    """Characters that make a thing of the action before them, with their Japanese."""

    def is_agent(self, word: str) -> bool:
        return word in self.agents or word.endswith(self.agent_endings)


def load_word_classes(directory: Path) -> WordClasses:
    """Reads `words.yml` of the patterns folder. Raises LexiconError."""
    path = directory / FILE
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise LexiconError(f"{path}: not readable: {error}") from error
    names = [field.name for field in fields(WordClasses)]
    if not isinstance(data, dict) or sorted(data) != sorted(names):
        raise LexiconError(f"{path}: needs exactly the lists {', '.join(names)}")
    lists: dict[str, list[str]] = {}
    if not isinstance(data["suffixes"], dict):
        raise LexiconError(f"{path}: suffixes must map characters to Japanese")
    suffixes = {str(zh): str(ja) for zh, ja in data.pop("suffixes").items()}
    for name in data:
        if not isinstance(data[name], list):
            raise LexiconError(f"{path}: {name} must be a list of words")
        lists[name] = [str(word) for word in data[name]]
    sets = {n: frozenset(words) for n, words in lists.items() if not n.endswith("endings")}
    ends = {n: tuple(words) for n, words in lists.items() if n.endswith("endings")}
    return WordClasses(**sets, **ends, suffixes=suffixes)  # type: ignore[arg-type]


_CATEGORIES: dict[str, tuple[tuple[str, float], ...]] = {
    "n": (("N", 0.0),),
    "nr": (("N", 0.0),),
    "a": (("A", 0.0),),
    "b": (("B", 0.0),),
    "d": (("D", 0.0),),
    "p": (("P", 0.0),),
    "f": (("F", 0.0),),
    "t": (("T", 0.0),),
    "m": (("M", 0.0),),
    "q": (),
    "u": (),
}
_SHELL_LENGTH = 4
_PERMITS = frozenset(("可以", "可", "方可", "有权"))


def categories_of(entry: Entry, classes: WordClasses) -> tuple[tuple[str, float], ...]:
    """The grammar categories of one reading, with what each costs."""
    if entry.pos == "m" and (entry.mark in ("must", "must_not", "request") or entry.zh in _PERMITS):
        return (("Mm", 0.0),)
    if entry.pos not in ("v", "vn"):
        return _CATEGORIES[entry.pos]
    base = (0.1 if entry.pos == "vn" else 0.0) + (0.5 if "rare" in entry.flags else 0.0)
    transitive = entry.mark not in ("", "-")
    taking = 0.5 if entry.zh in classes.action_verbs else 0.0
    result = [("Vt" if transitive else "Vi", base + taking)]
    plain = entry.mark == "を" and not entry.flags & {"vp", "piv", "pnom", "cmd"}
    if plain and entry.zh not in classes.never_nouns:
        result.append(("Vs", base))
    if "vp" in entry.flags:
        result.append(("Vp", base))
    if entry.zh in classes.issuing_verbs:
        result.append(("Vd", 0.0))
    if entry.zh in classes.operating_verbs:
        result.append(("Vo", base))
    if entry.zh in classes.converting_verbs:
        result.append(("Vu", base))
    if entry.zh in classes.telling_verbs:
        result.append(("Vw", base))
    if entry.flags & {"piv", "pnom"}:
        result.append(("Vk" if "piv" in entry.flags else "Vn", base))
    if "cmd" in entry.flags:
        result.append(("Vc", base))
    if entry.zh in classes.relative_verbs:
        result.append(("Vr", base))
    if plain and entry.pos == "vn":
        result.append(("AV", 0.0))
    if entry.noun and entry.zh not in classes.never_nouns:
        result.append(("AN" if transitive else "N", 0.2 if entry.pos == "vn" else 1.0))
    return tuple(result)


def noun_categories(word: str, classes: WordClasses) -> tuple[str, ...]:
    """The finer categories of a noun, by its ending."""
    found: list[str] = []
    if word.endswith(classes.document_endings):
        found.append("G")
    if word.endswith(classes.measure_endings):
        found.append("K")
    if word.endswith(classes.manner_endings):
        found.append("KW")
    if word in classes.actor_words:
        found.append("AW")
    if word in classes.content_nouns:
        found.append("CN")
    shell = len(word) <= _SHELL_LENGTH and word.endswith(classes.shell_endings)
    if shell:
        found.append("Z")
    if classes.is_agent(word):
        found.append("H")
        if shell:
            found.append("HZ")
    if word.endswith(classes.body_endings):
        found.append("OB")
    return tuple(found)
