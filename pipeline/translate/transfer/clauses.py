"""What a sentence shows before it is parsed: where its clauses stand, which of them are one
list, what its words decide for the whole."""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.model import SegmentKind
from pipeline.translate.transfer import brackets
from pipeline.translate.transfer.chart import Node
from pipeline.translate.transfer.segment import Token
from pipeline.translate.transfer.sentence import Setting, modal_of
from pipeline.translate.transfer.word_classes import WordClasses

_LAST_YEAR = frozenset(("去年", "上年", "同期", "去年同期", "上年同期"))
_CASE = re.compile(
    "(?<=[\u4e00-\u9fff]{2})的(?=依法|依规|依纪|一律|不予|不得|不再|从严|责令|予以|给予|限期|立即|"
    "实施停产|由)"
)
"""A 的 before what is done about a case."""
_TOUCHED = re.compile("[对将把使让]|的.*的|、")
_CHARGES = frozenset(("负责",))
_RULING = frozenset(("原则上", "一律"))
_CHARGED = ("管理", "工作", "监管", "监督", "检查")
_TAKING = frozenset(("object", "complement", "pivot", "make"))
_MAX_CHARGE = 6
_PENALTIES = ("责令", "处", "给予", "没收", "吊销", "追究", "警告")


def charge(clauses: list[list[Token]]) -> int:
    """负责 A，B，C 的监督管理: how many clauses make up what a body is in charge of; 0 when
    the first says it all."""
    first = clauses[0]
    if not any(token.text in _CHARGES for token in first) or _closed(first):
        return 0
    for count, clause in enumerate(clauses[1:_MAX_CHARGE], 2):
        if any(token.text in _CHARGES or modal_of(token) is not None for token in clause):
            return 0
        if _closed(clause):
            return count
    return 0


def _closed(clause: list[Token]) -> bool:
    return clause[-1].text.endswith(_CHARGED) and any(token.text == "的" for token in clause[-3:])


def clause_spans(text: str) -> list[tuple[int, int]]:
    """Where clauses stand: apart by commas, and after a 的 that ends a case without one
    (逾期未完成的依法关停)."""
    spans: list[tuple[int, int]] = []
    for start, end, _ in brackets.split(text, "，"):
        case = _CASE.search(text, start, end)
        if case and not _TOUCHED.search(text, start, case.end()):
            spans.append((start, case.end()))
            start = case.end()
        spans.append((start, end))
    return spans


def is_offence(clauses: list[list[Token]], following: list[Token]) -> bool:
    """违反…规定，A，由 B 责令 C: whether the clause before `following` is the last of a case,
    though no 的 closes it. What 由 opens is itself the consequence (由 B 暂扣 D，责令 C)."""
    broken = any(token.text == "违反" for token in clauses[0][:2])
    ordered = following[0].text == "由" or following[0].text.startswith("责令")
    told = any(one is following and before[0].text == "由" for before, one in pairwise(clauses))
    return broken and ordered and not told and any(_penalty(token) for token in following)


def _penalty(token: Token) -> bool:
    return token.text.startswith(_PENALTIES)


def torn(node: Node, at: int) -> bool:
    """Whether a verb is the last word before token `at`, and what it takes stands behind: no
    comma parts them."""
    if not node.start < at < node.end or node.rule is None:
        return False
    taking = node.rule.op in _TAKING and any(
        child.end == at and child.token is not None for child in node.children
    )
    return taking or any(torn(child, at) for child in node.children)


def binds(token: Token) -> bool:
    """Whether a word says what must or must not be done."""
    entry = modal_of(token)
    return token.text in _RULING or (entry is not None and entry.mark in ("must", "must_not"))


def setting_of(tokens: list[Token], kind: SegmentKind, classes: WordClasses) -> Setting:
    words = {token.text for token in tokens}
    compared = bool(words & classes.compared_words)
    compared = compared or (bool(words & _LAST_YEAR) and bool(words & {"较", "比"}))
    past = bool(words & classes.past_words) and kind in ("sentence", "target", "measure")
    past = past or (compared and kind in ("sentence", "measure"))
    timed = any(token.categories[0][0] == "T" for token in tokens)
    figure = any(token.categories[0][0] == "Q" for token in tokens)
    goal = not past and (
        kind == "target"
        or bool(words & {"力争", "目标", "到"})
        or (not timed and (kind == "measure" or (figure and "为" not in words)))
    )
    return Setting(kind in ("title", "heading"), kind == "title", goal, past)
