"""Signs that a rendering went wrong: what the engine can see in its own work."""

from __future__ import annotations

import re

from pipeline.translate.transfer.chart import Node
from pipeline.translate.transfer.phrase import Adverbial, Noun, Predicate
from pipeline.translate.transfer.values import NOUNS, VERBS, Value, ja_of

_DOUBLED = re.compile(r"をを|にに[^よあ]|のの|はは|がが|、、|及び及び|はを|をの|のを(?![見も])")
_CONTENT = frozenset((*NOUNS, *VERBS, "A", "B", "D", "Q", "T", "X", "R", "O", "F", "P"))


def suspicious(ja: str) -> set[str]:
    """Flags of the finished text: doubled particles, Chinese function words left."""
    flags: set[str] = set()
    if _DOUBLED.search(ja):
        flags.add("doubled_particle")
    if any(character in "们这哪吗呢吧啊么" for character in ja):
        flags.add("leftover")
    return flags


def leaves(node: Node) -> list[Node]:
    """The words below a node, in order."""
    if node.rule is None:
        return [node]
    return [leaf for child in node.children for leaf in leaves(child)]


def lost_words(node: Node, value: Value) -> list[str]:
    """Content words of a tree that its built value does not render."""
    ja = ja_of(value, "finite") if isinstance(value, Noun | Adverbial | Predicate) else ()
    starts = sorted(piece.start for piece in ja if piece.end > piece.start)
    lost: list[str] = []
    for leaf in leaves(node):
        token = leaf.token
        if token is None or leaf.category not in _CONTENT:
            continue
        if not any(token.start <= start < token.end for start in starts):
            lost.append(token.text)
    return lost


def twice_negative(predicate: Predicate) -> bool:
    """Two negations fell on one predicate, so that one of them would go unsaid."""
    return "double_negative" in predicate.features or any(
        twice_negative(earlier) for earlier, _ in predicate.before
    )
