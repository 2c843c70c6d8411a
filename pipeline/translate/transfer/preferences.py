"""What verbs are done to: `glossary/patterns/objects.yml`.

Where the grammar leaves open whether a noun is the object of the verb before it (排放污染物) or
only stands beside it in a compound (检验机构), the kind of thing the noun names decides. So it
does where a noun that cannot act (功能, 机制, 监管) would do something to an object.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipeline.translate.transfer.lexicon import LexiconError

if TYPE_CHECKING:
    from pipeline.translate.transfer.chart import Node, Relation
    from pipeline.translate.transfer.segment import Token

FILE = "objects.yml"
_ACTIVITY = "activity"
_FIT = -0.25
"""Added to the cost of a verb with an object of a class it takes."""
_MISFIT = 1.4
"""Added to that of a verb with an object of another class."""


_PARTED = 0.9
"""Added to a compound of an action and the quality it changes: 改善 + 质量."""
_TAKEN = 0.6
"""Added to one of a bare action and a thing the action is done to: 设置 + 设施."""
_INERT = 0.8
"""Added where what cannot act does something to an object."""
_ATTRIBUTE = "attribute"
_ACTORS = frozenset(("H", "OB", "AW", "G", "R"))
_ACTING = frozenset(("object", "pivot", "complement"))


class Preferences:
    """Costs of verbs with objects and doers, by the classes of `objects.yml`."""

    def __init__(
        self,
        nouns: Mapping[str, tuple[str, ...]],
        verbs: Mapping[str, frozenset[str]],
        inert: frozenset[str] = frozenset(),
        impersonal: frozenset[str] = frozenset(),
    ) -> None:
        self._nouns = nouns
        self._verbs = verbs
        self._inert = inert
        self._impersonal = impersonal
        self._costs: dict[tuple[str, str, bool], float] = {}

    def fit(self, relation: tuple[Relation, int, int], parts: tuple[Node, ...]) -> float:
        """What the meanings of two parts add to the cost of reading them so."""
        name, one, other = relation
        first, second = parts[one], parts[other].head
        if name == "actor":
            return self.actor(first.head, parts[other])
        if name == "parted":
            return self.parted(first.head.text, second.text)
        if name == "compound":
            return self.compound(first, second.text)
        costs = [self.cost(verb, second.text, second.is_action) for verb in _verbs(first)]
        return max(costs) if max(costs) > 0 else costs[0]

    def misfits(self, node: Node) -> int:
        """In how many places of a tree words were read together that their meanings part."""
        relation = node.rule.relation if node.rule is not None else None
        odd = relation is not None and self.fit(relation, node.children) > 0
        return odd + sum(self.misfits(child) for child in node.children)

    def cost(self, verb: str, noun: str, is_action: bool) -> float:
        """What reading `noun` as the object of `verb` adds; `is_action`: the noun is the name
        of an action."""
        key = (verb, noun, is_action)
        known = self._costs.get(key)
        if known is None:
            known = self._costs[key] = self._judge(verb, noun, is_action)
        return known

    def _judge(self, verb: str, noun: str, is_action: bool) -> float:
        takes = self._verbs.get(verb)
        if takes is None:
            return 0.0
        if not takes:
            return _MISFIT
        classes = self._classes(noun)
        if is_action:
            classes.add(_ACTIVITY)
        if not classes:
            return 0.0
        return _FIT if classes & takes else _MISFIT

    def _classes(self, noun: str) -> set[str]:
        return {name for name, endings in self._nouns.items() if noun.endswith(endings)}

    def compound(self, action: Node, noun: str) -> float:
        """What reading an action and a noun as one word adds."""
        takes = self._verbs.get(action.head.text, frozenset())
        fitting = takes & self._classes(noun)
        if _ATTRIBUTE in fitting:
            return _PARTED
        alone = action.end - action.start == 1
        return _TAKEN if fitting and alone else 0.0

    def parted(self, verb: str, noun: str) -> float:
        """What reading a clause as telling the content of `noun` adds, where its verb rather
        has the noun as its object: 追究单位的责任."""
        takes = self._verbs.get(verb, frozenset())
        return _PARTED if takes & self._classes(noun) else 0.0

    def actor(self, noun: Token, clause: Node) -> float:
        """What reading `noun` as the doer of `clause` adds. Beside a bare verb, a noun of a class
        the verb acts on is what it is done to (颗粒物排放), and an action does nothing
        (认定管理)."""
        if any(name in _ACTORS for name, _ in noun.categories):
            return 0.0
        takes = self._verbs.get(clause.head.text, frozenset())
        personal = clause.head.text not in self._impersonal
        if clause.token is not None and (
            takes & self._classes(noun.text) or (noun.is_action and personal)
        ):
            return _INERT
        unable = noun.is_action or bool(self._classes(noun.text) & self._inert)
        return _INERT if unable and self._acts_on_object(clause) else 0.0

    def _acts_on_object(self, clause: Node) -> bool:
        if clause.head.text in self._impersonal:
            return False
        node = clause
        while node.rule is not None:
            if node.rule.op in _ACTING:
                return True
            node = node.children[node.rule.head]
        return False


def _verbs(node: Node) -> list[str]:
    """The verbs of one object: 新建、扩建."""
    if node.rule is None or node.rule.op != "verbs":
        return [node.head.text]
    first, last = node.children[0], node.children[-1]
    return [*_verbs(first), *_verbs(last)]


def load_preferences(directory: Path) -> Preferences:
    """Reads `objects.yml` of the patterns folder. Raises LexiconError."""
    path = directory / FILE
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise LexiconError(f"{path}: not readable: {error}") from error
    if not isinstance(data, dict) or set(data) != {"nouns", "verbs", "inert", "impersonal"}:
        raise LexiconError(f"{path}: needs exactly the keys nouns, verbs, inert, impersonal")
    nouns = {str(name): tuple(map(str, words)) for name, words in data["nouns"].items()}
    verbs: dict[str, frozenset[str]] = {}
    for number, group in enumerate(data["verbs"], 1):
        where = f"{path}: group {number} of verbs"
        for verb in _names(group, "verbs", where):
            if verb in verbs:
                raise LexiconError(f"{where}: {verb} stands in two groups; leave it in one")
            verbs[verb] = frozenset(_names(group, "takes", where))
            unknown = sorted(verbs[verb] - set(nouns))
            if unknown:
                raise LexiconError(f"{where}: no class {unknown[0]!r} under nouns")
    inert = frozenset(_names(data, "inert", str(path)))
    for name in sorted(inert - set(nouns)):
        raise LexiconError(f"{path}: no class {name!r} under nouns")
    return Preferences(nouns, verbs, inert, frozenset(_names(data, "impersonal", str(path))))


def _names(group: Any, key: str, where: str) -> list[str]:
    if not isinstance(group, dict) or not isinstance(group.get(key), list):
        raise LexiconError(f"{where}: needs a list {key}")
    return [str(name) for name in group[key]]
