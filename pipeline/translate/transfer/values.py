"""What the building operations share: the values of words, templates, spans."""

from __future__ import annotations

from typing import cast

from pipeline.translate.transfer.chart import Node, Rule
from pipeline.translate.transfer.phrase import (
    Adverbial,
    Form,
    Ja,
    Noun,
    Piece,
    PieceKind,
    Place,
    Predicate,
    Verb,
)
from pipeline.translate.transfer.segment import Token

NOUNS = ("N", "H", "G", "K", "Z", "HZ", "CN", "OB", "KW", "AW", "AV", "AN")
VERBS = ("Vt", "Vi", "Vs", "Vp", "Vk", "Vn", "Vc", "Vr", "Vd", "Vw", "Vo", "Vu")
Value = Noun | Adverbial | Predicate | Token


def piece(token: Token, text: str, kind: str) -> Ja:
    """Japanese that renders one word; nothing for an empty text."""
    return (Piece(text, token.start, token.end, cast(PieceKind, kind)),) if text else ()


def leaf(token: Token, category: str) -> Value:
    """The value of a word in the category the parse chose for it."""
    if token.inner:
        return Noun(token.inner, frozenset({token.sort}))
    if token.ja is not None and category in (*NOUNS, "Q", "O"):
        features = {token.sort} if token.sort else set()
        return Noun(piece(token, token.ja, token.kind), frozenset(features))
    if token.ja is not None and category == "T":
        return Noun(piece(token, token.ja, token.kind), frozenset({"time"}))
    entry = token.reading(category)
    if entry is None:
        return token
    kind = "term" if entry.term else entry.kind
    if category in NOUNS:
        if entry.pos in ("v", "vn"):
            acts = "Vr" in dict(token.categories) and entry.cls == "suru"
            return Noun(
                piece(token, entry.noun, kind),
                frozenset({"verbal", "acts"} if acts else {"verbal"}),
            )
        features = {"place"} if entry.pos == "nr" else set()
        if "OB" in dict(token.categories):
            features.add("body")
        return Noun(piece(token, entry.ja, kind), frozenset(features))
    if category == "T":
        return Noun(piece(token, entry.ja, kind), frozenset({"time", "word"}))
    if category in VERBS:
        assert entry.cls is not None
        verb = Verb(
            entry.ja,
            entry.cls,
            entry.noun,
            token.start,
            token.end,
            cast(PieceKind, kind),
            "goal" in entry.flags,
        )
        flags = entry.flags - {"goal"}
        return Predicate((verb,), features=frozenset({f"mark:{entry.mark}", *flags}))
    if category == "A":
        return Adverbial(
            piece(token, entry.noun or adverb_of(entry.ja), kind),
            piece(token, entry.ja, kind),
            "post",
        )
    if category == "D":
        place = entry.place if entry.place in ("first", "pre", "post") else "post"
        return Adverbial(
            piece(token, entry.ja, kind),
            piece(token, entry.noun or attributive_of(entry.ja), kind),
            cast(Place, place),
            "wrong" in entry.flags,
        )
    if category in ("B", "F", "P"):
        return Adverbial(piece(token, entry.ja, kind), piece(token, entry.noun or entry.ja, kind))
    return token


def adverb_of(attributive: str) -> str:
    """有効な -> 有効に, 高い -> 高く, 一定の -> 一定程度 is for the lexicon to say."""
    if attributive.endswith(("な", "の")):
        return attributive[:-1] + "に"
    if attributive.endswith("い"):
        return attributive[:-1] + "く"
    if attributive.endswith(("する", "した")):
        return attributive[:-2] + "して"
    return attributive


def attributive_of(adverb: str) -> str:
    """全面的に -> 全面的な, 引き続き -> 引き続き行う is for the lexicon to say."""
    if adverb.endswith("、"):
        return adverb
    if adverb.endswith("に"):
        return adverb[:-1] + "な"
    if adverb.endswith("く"):
        return adverb[:-1] + "い"
    return adverb + "の"


# --- helpers ---------------------------------------------------------------------------------


def ja_of(value: Value, form: str = "") -> Ja:
    """The Japanese of any value; predicates in the named form."""
    if isinstance(value, Noun):
        return value.ja
    if isinstance(value, Adverbial):
        return value.attr if form == "attr" else value.ja
    if isinstance(value, Predicate):
        return value.render(cast(Form, form or "attr"))
    entry = value.readings[0][1] if value.readings else None
    if value.ja is not None:
        return piece(value, value.ja, value.kind)
    return piece(value, entry.ja if entry else "", "lexicon")


def fill(parts: tuple[str | tuple[int, str], ...], values: list[Value], node: Node) -> Ja:
    """A template with its slots filled. Template text points at no source character."""
    out: list[Piece] = []
    at = start_of(node)
    for part in parts:
        if isinstance(part, str):
            out.append(Piece(part, at, at, "pattern"))
            continue
        ja = ja_of(values[part[0]], part[1])
        out += ja
        at = max([at] + [piece.end for piece in ja])
    return tuple(out)


def start_of(node: Node) -> int:
    """Offset of the first character below a node."""
    while node.children:
        node = node.children[0]
    return node.token.start if node.token else 0


def span_of(node: Node) -> tuple[int, int]:
    """[start, end) of the characters below a node."""
    last = node
    while last.children:
        last = last.children[-1]
    return start_of(node), last.token.end if last.token else 0


def symbol(rule: Rule, key: str, default: int = 0) -> int:
    """Index of the symbol an option points at."""
    return int(rule.options.get(key, default)) - 1


def noun_ja(value: Value) -> Ja:
    """Any value as the text of a noun phrase."""
    return ja_of(value, "nom")
