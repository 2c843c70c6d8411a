"""Weighted bottom-up chart parser over one clause.

Cells are filled span by span, shortest first from the right end, so that every constituent is
final when a longer one uses it; per cell and category only the cheapest derivation is kept.
Rules are n-ary; partly recognised rules wait at their end position (dotted rules). Every
constituent knows its head word, so that a rule that joins verb and object can ask what the verb
is used with.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from pipeline.translate.transfer.preferences import Preferences
    from pipeline.translate.transfer.segment import Token


Relation = Literal["object", "compound", "actor", "parted"]
"""A verb and its object; an action and the noun it stands before; a noun and what it does; a
clause and the noun whose content it tells, parted from the clause's verb."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One grammar rule: `lhs` -> `rhs`, its cost, and how its value is built. `head` is the
    symbol that gives the head word; `relation` what two of its symbols are to each other, where
    their meanings must bear it out."""

    lhs: str
    rhs: tuple[str, ...]
    cost: float
    op: str
    options: dict[str, str]
    templates: dict[str, tuple[str | tuple[int, str], ...]]
    head: int = 0
    relation: tuple[Relation, int, int] | None = None


class Node(NamedTuple):
    """A constituent: [start, end) in tokens; a leaf has `token`, others rule and children.
    `head` is its head word."""

    category: str
    start: int
    end: int
    cost: float
    rule: Rule | None
    children: tuple[Node, ...]
    token: Token | None
    head: Token


class Grammar:
    """Rules indexed by their first two symbols; unary rules apart."""

    def __init__(
        self,
        rules: Sequence[Rule],
        roots: dict[str, float],
        title_roots: dict[str, float],
        preferences: Preferences,
    ) -> None:
        self.preferences = preferences
        self.rules = tuple(rules)
        self.roots = roots
        self.title_roots = title_roots
        self.unary: dict[str, list[Rule]] = {}
        self.pairs: dict[str, dict[str, list[Rule]]] = {}
        for rule in rules:
            if len(rule.rhs) == 1:
                self.unary.setdefault(rule.rhs[0], []).append(rule)
            else:
                table = self.pairs.setdefault(rule.rhs[0], {})
                table.setdefault(rule.rhs[1], []).append(rule)
        self.literals = {symbol for rule in rules for symbol in rule.rhs if not symbol[0].isascii()}

    def shifted(self, seed: int, spread: float) -> Grammar:
        """The same grammar with every cost shifted at random (normal, deviation `spread`);
        one seed, one grammar."""
        generator = random.Random(seed)
        rules = [replace(rule, cost=rule.cost + generator.gauss(0, spread)) for rule in self.rules]
        roots, titles = (
            {name: cost + generator.gauss(0, spread) for name, cost in found.items()}
            for found in (self.roots, self.title_roots)
        )
        return Grammar(rules, roots, titles, self.preferences)


_Active = tuple[Rule, int, float, tuple[Node, ...]]


class Chart:
    """The filled chart of one token sequence."""

    def __init__(self, tokens: Sequence[Token], grammar: Grammar) -> None:
        self._grammar = grammar
        size = len(tokens)
        self.size = size
        self._cells: list[list[dict[str, Node]]] = [
            [{} for _ in range(size + 1)] for _ in range(size)
        ]
        self._waiting: list[list[dict[str, list[_Active]]]] = [
            [{} for _ in range(size + 1)] for _ in range(size)
        ]
        for end in range(1, size + 1):
            for start in range(end - 1, -1, -1):
                self._fill(start, end, tokens)

    def cell(self, start: int, end: int) -> dict[str, Node]:
        return self._cells[start][end]

    def _fill(self, start: int, end: int, tokens: Sequence[Token]) -> None:
        cell = self._cells[start][end]
        waiting = self._waiting[start][end]
        if end == start + 1:
            token = tokens[start]
            for category, cost in token.categories:
                self._offer(cell, Node(category, start, end, cost, None, (), token, token))
        pairs = self._grammar.pairs
        mine, here = self._waiting[start], self._cells[start]
        for middle in range(start + 1, end):
            right = self._cells[middle][end]
            if not right:
                continue
            for symbol, left in here[middle].items():
                table = pairs.get(symbol)
                if table is None:
                    continue
                # In order of the cell, not of a set: ties must fall alike in every process.
                for second, child in right.items():
                    if second not in table:
                        continue
                    cost = left.cost + child.cost
                    for rule in table[second]:
                        total = cost + rule.cost
                        if len(rule.rhs) == 2:
                            if rule.relation is not None:
                                total += self._grammar.preferences.fit(rule.relation, (left, child))
                            known = cell.get(rule.lhs)
                            if known is None or total < known.cost:
                                head = child.head if rule.head else left.head
                                cell[rule.lhs] = Node(
                                    rule.lhs, start, end, total, rule, (left, child), None, head
                                )
                        else:
                            waiting.setdefault(rule.rhs[2], []).append(
                                (rule, 2, total, (left, child))
                            )
            partial = mine[middle]
            if partial:
                for symbol, child in right.items():
                    if symbol in partial:
                        self._advance(partial[symbol], child, cell, waiting, start, end)
        self._close(cell, start, end)

    def _advance(
        self,
        actives: list[_Active],
        child: Node,
        cell: dict[str, Node],
        waiting: dict[str, list[_Active]],
        start: int,
        end: int,
    ) -> None:
        """Partly recognised rules take `child` as their next symbol."""
        for rule, dot, cost, children in actives:
            total, parts = cost + child.cost, (*children, child)
            if dot + 1 == len(rule.rhs):
                if rule.relation is not None:
                    total += self._grammar.preferences.fit(rule.relation, parts)
                head = parts[rule.head].head
                self._offer(cell, Node(rule.lhs, start, end, total, rule, parts, None, head))
            else:
                waiting.setdefault(rule.rhs[dot + 1], []).append((rule, dot + 1, total, parts))

    def _close(self, cell: dict[str, Node], start: int, end: int) -> None:
        agenda = list(cell)
        while agenda:
            symbol = agenda.pop()
            node = cell[symbol]
            for rule in self._grammar.unary.get(symbol, ()):
                total = node.cost + rule.cost
                made = Node(rule.lhs, start, end, total, rule, (node,), None, node.head)
                if self._offer(cell, made):
                    agenda.append(rule.lhs)

    @staticmethod
    def _offer(cell: dict[str, Node], node: Node) -> bool:
        known = cell.get(node.category)
        if known is not None and known.cost <= node.cost:
            return False
        cell[node.category] = node
        return True

    def cover(self, roots: dict[str, float], penalty: float) -> tuple[Node, ...]:
        """The cheapest sequence of root constituents that covers all tokens."""
        best: list[tuple[float, tuple[Node, ...]]] = [(0.0, ())]
        for end in range(1, self.size + 1):
            choice: tuple[float, tuple[Node, ...]] | None = None
            for start in range(end):
                before, nodes = best[start]
                for category, node in self._cells[start][end].items():
                    if category not in roots:
                        continue
                    cost = before + node.cost + roots[category] + (penalty if nodes else 0.0)
                    if choice is None or cost < choice[0]:
                        choice = (cost, (*nodes, node))
            if choice is None:
                token = self._cells[end - 1][end]
                leaf = next(iter(token.values()))
                before, nodes = best[end - 1]
                choice = (before + 2 * penalty, (*nodes, leaf))
            best.append(choice)
        return best[-1][1]
