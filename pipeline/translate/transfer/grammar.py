"""Loads the transfer grammar: `glossary/patterns/*.yml`.

Each file holds `rules` (a list) and may hold `roots` and `title_roots` (category -> cost
of ending a clause of a sentence, or a title, with it). A rule is a mapping:

    r      "VP -> Vt NP"; names in Latin letters are categories, anything else is the word itself
    op     how the Japanese is built (see `build.OPERATIONS`); default `pass`
    cost   added to the costs of the parts; default 0
    object the places of a verb and of what it is done to, as in "3 1"; `compound` those of an
           action and the noun behind it; `actor` those of a noun and of what it does; `parted`
           those of a clause and of the noun whose content it tells. What the words mean
           (`objects.yml`) adds to the cost. Rules of op `object` have it unsaid
    ...    options of the operation; `ja` and `attr` are templates

A template is Japanese with slots {1} {2:nom} {1:attr} ...: the n-th symbol of the rule, where it
is a predicate in the named form (finite, renyo, attr, nom, past, te).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from pipeline.translate.transfer.chart import Grammar, Relation, Rule
from pipeline.translate.transfer.lexicon import LexiconError
from pipeline.translate.transfer.preferences import load_preferences

_SLOT = re.compile(r"\{([1-9])(?::([a-z]+))?\}")
_TEMPLATES = ("ja", "attr")
_FORMS = frozenset(("", "finite", "renyo", "attr", "nom", "past", "te", "cond"))
_VERBS = frozenset(("Vt", "Vi", "Vs", "Vp", "Vk", "Vn", "Vc", "Vr", "Vd", "Vw", "Vo", "Vu", "VSP"))
_PREDICATES = frozenset(
    (
        *_VERBS,
        "VP",
        "VR",
        "VD",
        "VL",
        "VA",
        "VB",
        "VO",
        "OV",
        "NEG",
        "W",
        "S",
        "SW",
        "SH",
        "COND",
        "CL",
        "BE",
        "DV",
        "GP",
        "BN",
    )
)
_RELATIONS: tuple[Relation, ...] = ("object", "compound", "actor", "parted")
_TAILS = frozenset(("等", "X", "F", "以上", "以下", "以外", "之一", "Q", "QS"))


def parse_template(text: str, where: str) -> tuple[str | tuple[int, str], ...]:
    """`"{1}を{2:nom}"` -> ((0, ""), "を", (1, "nom")). Raises LexiconError."""
    parts: list[str | tuple[int, str]] = []
    at = 0
    for match in _SLOT.finditer(text):
        if match.start() > at:
            parts.append(text[at : match.start()])
        form = match[2] or ""
        if form not in _FORMS:
            raise LexiconError(f"{where}: unknown form {form!r}; use {', '.join(sorted(_FORMS))}")
        parts.append((int(match[1]) - 1, form))
        at = match.end()
    if at < len(text):
        parts.append(text[at:])
    return tuple(parts)


def _rule(item: Any, where: str, operations: frozenset[str]) -> Rule:
    if not isinstance(item, dict) or "r" not in item:
        raise LexiconError(f'{where}: a rule needs r: "LHS -> RHS"')
    lhs, arrow, rhs = str(item["r"]).partition(" -> ")
    symbols = tuple(rhs.split())
    if not arrow or not symbols:
        raise LexiconError(f"{where}: {item['r']!r} is not of the form LHS -> RHS")
    where = f"{where} ({item['r']})"
    op = str(item.get("op", "pass"))
    if op not in operations:
        raise LexiconError(f"{where}: unknown op {op!r}; use {', '.join(sorted(operations))}")
    templates = {
        name: parse_template(str(item[name]), where) for name in _TEMPLATES if name in item
    }
    for parts in templates.values():
        for part in parts:
            if isinstance(part, tuple) and part[0] >= len(symbols):
                raise LexiconError(f"{where}: slot {part[0] + 1} has no symbol")
    options = {
        key: str(value)
        for key, value in item.items()
        if key not in ("r", "op", "cost", *_RELATIONS, *_TEMPLATES)
    }
    lhs, cost = lhs.strip(), float(item.get("cost", 0.0))
    head, relation = _head(lhs, symbols), _relation(item, op, len(symbols), where)
    return Rule(lhs, symbols, cost, op, options, templates, head, relation)


def _head(lhs: str, symbols: tuple[str, ...]) -> int:
    """Which symbol gives the head word: the first verb of a predicate, else its last part; of
    anything else the last part that is no mark."""
    if lhs in _PREDICATES:
        for place, symbol in enumerate(symbols):
            if symbol in _VERBS:
                return place
        parts = [place for place, symbol in enumerate(symbols) if symbol in _PREDICATES]
    else:
        parts = [place for place, symbol in enumerate(symbols) if symbol not in _TAILS]
    return parts[-1] if parts else len(symbols) - 1


def _relation(item: Any, op: str, size: int, where: str) -> tuple[Relation, int, int] | None:
    """What two symbols are to each other, and their places."""
    name: Relation = next((name for name in _RELATIONS if name in item), "object")
    if name in item:
        verb, noun = (int(place) - 1 for place in str(item[name]).split())
    elif op == "object" and "mark" not in item:
        verb, noun = int(item.get("head", 1)) - 1, int(item.get("arg", 2)) - 1
    else:
        return None
    if not (0 <= verb < size and 0 <= noun < size):
        raise LexiconError(f"{where}: {name} names a symbol the rule does not have")
    return name, verb, noun


def load_grammar(directory: Path, operations: Iterable[str]) -> Grammar:
    """The rules of all files of a folder, in name order. Raises LexiconError."""
    rules: list[Rule] = []
    roots: dict[str, float] = {}
    title_roots: dict[str, float] = {}
    known = frozenset(operations)
    files = sorted(directory.glob("grammar*.yml"))
    if not files:
        raise LexiconError(f"{directory}: no grammar*.yml here")
    for path in files:
        try:
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            raise LexiconError(f"{path}: not readable as YAML: {error}") from error
        if not isinstance(data, dict):
            raise LexiconError(f"{path}: needs a mapping with the key rules")
        for number, item in enumerate(data.get("rules", []), 1):
            rules.append(_rule(item, f"{path}: rule {number}", known))
        roots.update({str(k): float(v) for k, v in data.get("roots", {}).items()})
        title_roots.update({str(k): float(v) for k, v in data.get("title_roots", {}).items()})
    return Grammar(rules, roots, title_roots or roots, load_preferences(directory))
