"""From a parse tree to Japanese phrases: the operations that grammar rules name.

Every operation takes the built values of a rule's symbols and gives one value: a Noun, an
Adverbial or a Predicate. Options come from the rule; symbols are counted from 1.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.translate.transfer.chart import Node, Rule
from pipeline.translate.transfer.op_nouns import NOUN_OPERATIONS
from pipeline.translate.transfer.op_predicates import PREDICATE_OPERATIONS
from pipeline.translate.transfer.values import Value, leaf

Operation = Callable[[list[Value], Rule, Node], Value]
OPERATIONS: dict[str, Operation] = {**NOUN_OPERATIONS, **PREDICATE_OPERATIONS}


def build(node: Node) -> Value:
    """The value of a tree."""
    if node.rule is None:
        assert node.token is not None
        return leaf(node.token, node.category)
    values = [build(child) for child in node.children]
    return OPERATIONS[node.rule.op](values, node.rule, node)
