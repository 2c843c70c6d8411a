"""What verbs are done to: `glossary/patterns/objects.yml`.

Where the grammar leaves open whether a noun is the object of the verb before it (排放污染物) or
only stands beside it in a compound (检验机构), the kind of thing the noun names decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pipeline.translate.transfer.lexicon import LexiconError

FILE = "objects.yml"
_ACTIVITY = "activity"
_FIT = -0.25
"""Added to the cost of a verb with an object of a class it takes."""
_MISFIT = 1.4
"""Added to that of a verb with an object of another class."""


class Preferences:
    """Costs of verbs with objects, by the classes of `objects.yml`."""

    def __init__(
        self, nouns: Mapping[str, tuple[str, ...]], verbs: Mapping[str, frozenset[str]]
    ) -> None:
        self._nouns = nouns
        self._verbs = verbs
        self._costs: dict[tuple[str, str, bool], float] = {}

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
        classes = {name for name, endings in self._nouns.items() if noun.endswith(endings)}
        if is_action:
            classes.add(_ACTIVITY)
        if not classes:
            return 0.0
        return _FIT if classes & takes else _MISFIT


def load_preferences(directory: Path) -> Preferences:
    """Reads `objects.yml` of the patterns folder. Raises LexiconError."""
    path = directory / FILE
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise LexiconError(f"{path}: not readable: {error}") from error
    if not isinstance(data, dict) or set(data) != {"nouns", "verbs"}:
        raise LexiconError(f"{path}: needs exactly the keys nouns and verbs")
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
    return Preferences(nouns, verbs)


def _names(group: Any, key: str, where: str) -> list[str]:
    if not isinstance(group, dict) or not isinstance(group.get(key), list):
        raise LexiconError(f"{where}: needs the lists takes and verbs")
    return [str(name) for name in group[key]]
