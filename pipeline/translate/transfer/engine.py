"""The transfer engine: a segment of Chinese in, Japanese with its origins out."""

from __future__ import annotations

import copy
import importlib.util
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from rapidfuzz.distance import Indel

from pipeline.model import Origin, SegmentKind
from pipeline.translate.engine import Effort
from pipeline.translate.kanji import to_kanji
from pipeline.translate.transfer import brackets
from pipeline.translate.transfer.build import OPERATIONS, build
from pipeline.translate.transfer.chart import Chart, Grammar, Node
from pipeline.translate.transfer.clauses import (
    binds,
    charge,
    clause_spans,
    is_offence,
    setting_of,
    torn,
)
from pipeline.translate.transfer.flags import lost_words, suspicious, twice_negative
from pipeline.translate.transfer.grammar import load_grammar
from pipeline.translate.transfer.lexicon import add_terms, load_lexicon, vocabulary_words
from pipeline.translate.transfer.normalize import (
    LABEL,
    MAX_CHARACTERS,
    PART,
    enumerator,
    line_kind,
    normalize,
    parted,
)
from pipeline.translate.transfer.phrase import WEAK_NO, Ja, Piece, Predicate, text_of
from pipeline.translate.transfer.segment import Segmenter, Token, load_frequencies
from pipeline.translate.transfer.sentence import Assembly, Clause, as_case, modal_of
from pipeline.translate.transfer.values import Value
from pipeline.translate.transfer.word_classes import load_word_classes
from pipeline.vocab import Vocabulary

_PENALTY = 3.0
_LEAD = "LP"
"""A topic and an adverbial whose predicate stands in the next clause."""
_GOING_ON = frozenset(("VP", "OV"))
"""A predicate without a subject of its own."""
_COMMA = 0.5
_LEAD_GAP = 1.6
_ADDING = frozenset(("以及", "及", "和"))
_COPULAS = frozenset(("是", "是指", "指", "包括", "包含", "含", "共"))
_SHIFTS = 5
_SPREAD = 0.3
"""How many times, and how far, the costs are shifted to see whether a heading stays."""
_MAX_TOKENS = 64
_MAX_DEPTH = 3
_STATEMENTS, _STATED = ("TD", "SH", "S", "VP"), 0.8
_PLAN = re.compile(r"“十[一二三四五六七]五”")
_CLOSING = {"。": "。", "；": "。", "！": "。", "？": "。"}


@dataclass(frozen=True, slots=True)
class Transferred:
    """The Japanese of one segment.

    `origins` map characters; `unknown_share` (0..1) is the share of Chinese characters outside
    glossary and lexicon; `flags` name what the engine doubts: fragments, lost_word,
    modal_lost, raw_function, doubled_particle, double_negative, leftover,
    too_long. `effort` tells how hard the parse was.
    """

    ja: str
    origins: tuple[Origin, ...]
    unknown_share: float
    flags: tuple[str, ...]
    effort: Effort


@lru_cache(maxsize=1)
def _frequencies() -> dict[str, tuple[int, str]]:
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        return {}
    return load_frequencies(Path(spec.origin).with_name("dict.txt"))


class _State:
    """What one call gathers: unknown characters, flags."""

    def __init__(self) -> None:
        self.characters = 0
        self.unknown = 0
        self.cost = 0.0
        self.words = 0
        self.flags: set[str] = set()
        self.chapter = False
        self.parted = False
        """The text is a headline of several parts, each rather a statement than a name."""
        self.item = False
        """The text is an item of a list: （三）…"""


class TransferEngine:
    """Chinese to Japanese by grammar. Reads `lexicon_dir` and `patterns_dir` once."""

    def __init__(self, vocabulary: Vocabulary, lexicon_dir: Path, patterns_dir: Path) -> None:
        self._grammar = load_grammar(patterns_dir, OPERATIONS)
        words = add_terms(load_lexicon(lexicon_dir), vocabulary_words(vocabulary))
        self._classes = load_word_classes(patterns_dir)
        apart = {t.zh: t.not_inside for t in vocabulary.glossary.terms if t.not_inside}
        self._segmenter = Segmenter(
            words, _frequencies(), self._grammar.literals, to_kanji, self._classes, apart
        )
        self._shifted = [self._with(self._grammar.shifted(n, _SPREAD)) for n in range(_SHIFTS)]

    def _with(self, grammar: Grammar) -> TransferEngine:
        other = copy.copy(self)
        other._grammar = grammar
        return other

    def translate(self, zh: str, kind: SegmentKind) -> Transferred:
        """The Japanese of one sentence, heading or title. Never raises on odd text."""
        found = self._translate(zh, kind)
        if kind not in ("title", "heading") or found.effort.words > _MAX_TOKENS:
            return found
        others = [shifted._translate(zh, kind).ja for shifted in self._shifted]
        same = sum(Indel.normalized_similarity(found.ja, ja) for ja in others) / len(others)
        return replace(found, effort=replace(found.effort, steady=round(same, 4)))

    def _translate(self, zh: str, kind: SegmentKind) -> Transferred:
        normalized = normalize(parted(zh, kind == "title"))
        text = normalized.text
        state = _State()
        if len(text) > MAX_CHARACTERS:
            text = text[:MAX_CHARACTERS]
            state.flags.add("too_long")
        state.parted = kind == "title" and PART in text
        ja = self._text(text, kind, state, 0, 0)
        origins: list[Origin] = []
        at = 0
        for piece in ja:
            end = at + len(piece.text)
            if piece.end > piece.start and end > at:
                origins.append(
                    Origin(
                        zh_start=normalized.source[piece.start],
                        zh_end=normalized.source[min(piece.end, len(text))],
                        ja_start=at,
                        ja_end=end,
                        kind=piece.kind,
                    )
                )
            at = end
        joined = text_of(ja)
        state.flags |= suspicious(joined)
        share = state.unknown / state.characters if state.characters else 0.0
        effort = Effort(round(state.cost, 4), state.words)
        flags = tuple(sorted(state.flags))
        return Transferred(joined, tuple(origins), round(share, 4), flags, effort)

    # --- text -> sentences -> clauses ---------------------------------------------------------

    def _text(self, text: str, kind: SegmentKind, state: _State, base: int, depth: int) -> Ja:
        if kind != "title" and depth == 0 and PART in text:
            head, _, rest = text.partition(PART)
            at = base + len(head)
            item = self._text(rest, kind, state, at + 1, depth)
            gap = Piece("\u3000", at, at + 1, "pattern")
            return (*self._text(head, "heading", state, base, depth), gap, *item)
        prefix, used = enumerator(text) if depth == 0 else ("", 0)
        out: list[Piece] = []
        if depth == 0:
            state.chapter = kind == "heading" and prefix.startswith("第")
            state.item = prefix.startswith("(")
        if prefix:
            out.append(Piece(prefix, base, base + used, "number"))
        if not depth and kind == "sentence" and (label := LABEL.match(text, used)):
            at = base + label.start(1)
            out += self._bracketed(label[1], kind, state, at, 1)
            out.append(Piece(" ", at, at, "pattern"))
            used = label.end()
        nominal = kind in ("title", "heading")
        parts = brackets.split(text[used:], "。！？；")
        for start, end, mark in parts:
            body = text[used + start : used + end]
            if not body.strip():
                continue
            line = None if mark or depth else line_kind(body.strip())
            said = line or kind
            out += self._sentence(body, said, state, base + used + start, depth)
            bare = line or nominal or depth
            stop = "" if bare else _CLOSING.get(mark, "。" if mark or parts else "")
            if nominal and len(parts) > 1 and mark:
                stop = "。" if mark != "；" else "、"
            if stop and out and not out[-1].text.endswith((stop, "：")):
                at = base + used + end
                out.append(Piece(stop, at, at + len(mark), "pattern"))
        return tuple(out)

    def _sentence(self, text: str, kind: SegmentKind, state: _State, base: int, depth: int) -> Ja:
        out: list[Piece] = []
        listed = False
        for start, end, mark in brackets.split(text, "：" + PART):
            body = text[start:end]
            if body:
                out += self._assemble(body, kind, state, base + start, depth, listed)
            listed = mark == "："
            if mark and (listed or body):
                dash = text.startswith(2 * PART, end)
                said = "：" if listed else "――" if dash else "\u3000"
                out.append(Piece(said, base + end, base + end + 1, "pattern"))
        return tuple(out)

    def _assemble(
        self,
        text: str,
        kind: SegmentKind,
        state: _State,
        base: int,
        depth: int,
        listed: bool = False,
    ) -> Ja:
        """One sentence, or what stands before or after its colon (`listed`)."""
        clauses: list[list[Token]] = []
        for start, end in clause_spans(text):
            found = self._tokens(text[start:end], kind, state, base + start, depth)
            if found:
                clauses.append(found)
        tokens = [token for clause in clauses for token in clause]
        assembly = Assembly(setting_of(tokens, kind, self._classes))
        title = kind == "title" or state.chapter
        if not title and len(clauses) > 1:
            clauses = self._run_of_nouns(clauses)
        purpose = False
        index = 0
        while index < len(clauses):
            clause = clauses[index]
            following = clauses[index + 1] if index + 1 < len(clauses) else []
            if index == 0 and clause[0].text in ("为", "为了") and following:
                trial = self._parse(clause[1:])
                if len(trial) == 1 and trial[0].category in _GOING_ON:
                    purpose = True
                    assembly.add(Clause((self._value(trial[0], state),), True), False)
                    index += 1
                    continue
            elif purpose and clause[0].text in self._classes.purpose_ends:
                purpose = False
            joined = charge(clauses[index:])
            if joined:
                clause = self._as_list(clauses[index : index + joined])
                index += joined - 1
                following = clauses[index + 1] if index + 1 < len(clauses) else []
            shift = self._root_shift(clause, following, listed, index == 0)
            if state.item and len(clauses) == 1:
                shift["NP"] = shift.get("NP", 0.0) - 0.9
            if state.parted:
                shift |= {root: shift.get(root, 0.0) - _STATED for root in _STATEMENTS}
            nodes = self._parse(clause, title, shift)
            open_ended = (
                len(nodes) > 1
                or nodes[0].category == _LEAD
                or (bool(following) and following[0].text in _ADDING)
                or any(token.reading("P") is not None for token in clause[1:])
            )
            if following and open_ended and clause[-1].text != "的":
                nodes, joined = self._join(nodes, clauses[index : index + 3], title)
                index += joined
                following = clauses[index + 1] if index + 1 < len(clauses) else []
            if purpose and not (len(nodes) == 1 and nodes[0].category in _GOING_ON):
                purpose = False
            values = tuple(self._value(node, state) for node in nodes)
            if following and is_offence(clauses, following):
                values = (*values[:-1], as_case(values[-1]))
            defined = bool(following) and following[0].text in ("是", "是指", "指")
            occasion = index == 0 and bool(following) and binds(following[0])
            index += 1
            denied = bool(following) and following[0].text == "不予"
            clause_read = Clause(values, purpose, defined, denied, occasion)
            assembly.add(clause_read, index == len(clauses))
        ja = _spoken(assembly.finish(), kind == "title")
        if assembly.modal_lost:
            state.flags.add("modal_lost")
        if assembly.fragments:
            state.flags.add("fragments")
        return ja

    def _value(self, node: Node, state: _State) -> Value:
        state.cost += node.cost
        state.words += node.end - node.start
        if self._grammar.preferences.misfits(node):
            state.flags.add("misfit")
        value = build(node)
        if lost_words(node, value):
            state.flags.add("lost_word")
        if isinstance(value, Predicate) and twice_negative(value):
            state.flags.add("double_negative")
        if isinstance(value, Token) and modal_of(value) is None:
            state.flags.add("raw_function")
        return value

    # --- clause -> tokens -> trees ------------------------------------------------------------

    def _tokens(
        self, text: str, kind: SegmentKind, state: _State, base: int, depth: int
    ) -> list[Token]:
        fixed: list[tuple[int, int, Token]] = []
        for start, end in brackets.brackets(text):
            plan = text[start] == "〔" or _PLAN.fullmatch(text[start:end])
            if plan or self._segmenter.spans(text, start, end):
                continue
            inner = self._bracketed(text[start:end], kind, state, base + start, depth)
            category = "X" if text[start] == "（" else "R"
            token = Token(
                text[start:end],
                base + start,
                base + end,
                ((category, 0.0),),
                inner=inner,
                sort="paren" if category == "X" else "quote",
            )
            fixed.append((start, end, token))
        tokens = self._segmenter.cut(text, fixed, base)
        for token in tokens:
            if not token.inner:
                han = sum("\u3400" <= c <= "\u9fff" for c in token.text)
                state.characters += han
                state.unknown += han if token.kind == "kanji" else 0
        return tokens

    def _bracketed(self, text: str, kind: SegmentKind, state: _State, base: int, depth: int) -> Ja:
        opening, closing = {"（": ("(", ")"), "《": ("「", "」"), "“": ("「", "」")}[text[0]]
        body = text[1:-1]
        if body.isascii() and body.strip():
            return (Piece(opening + body + closing, base, base + len(text), "number"),)
        if opening == "(" and body[0:1] in "含" and len(body) > 1 and depth < _MAX_DEPTH:
            inner = self._text(body[1:], "title", state, base + 2, depth + 1)
            return (
                Piece("(", base, base, "pattern"),
                *inner,
                Piece("を含む。)", base + 1, base + 2, "pattern"),
            )
        if opening == "(" and body.startswith(("以下简称", "以下统称")):
            name = body[4:].strip("：“”《》")
            inner = self._text(name, "title", state, base + 5, depth + 1)
            return (
                Piece("(以下「", base, base, "pattern"),
                *inner,
                Piece("」という。)", base, base, "pattern"),
            )
        if depth >= _MAX_DEPTH or not body:
            return (Piece(opening + to_kanji(body) + closing, base, base + len(text), "kanji"),)
        spoken: SegmentKind = "sentence" if "，" in body and body.endswith("。") else "title"
        inner = self._text(body, spoken, state, base + 1, depth + 1)
        if opening == "「" and text_of(inner).startswith("「") and text_of(inner).endswith("」"):
            return inner
        return (
            Piece(opening, base, base, "pattern"),
            *inner,
            Piece(closing, base, base, "pattern"),
        )

    def _run_of_nouns(self, clauses: list[list[Token]]) -> list[list[Token]]:
        """Clauses that are bare nouns to the end of the sentence go on a list that the clause
        before them opens (包括A，B，C): their commas are read as marks of a list."""
        at = len(clauses)
        while at and self._is_noun(clauses[at - 1]):
            at -= 1
        first = max(at - 1, 0)
        if self._parse(clauses[first])[-1].category == "T":
            return clauses  # a time opens no list
        if at == len(clauses) or first == len(clauses) - 1:
            return clauses
        joined = self._as_list(clauses[first:])
        if len(joined) > _MAX_TOKENS or len(self._parse(joined)) > 1:
            return clauses
        return [*clauses[:first], joined]

    def _is_noun(self, clause: list[Token]) -> bool:
        """Whether a clause names things; the name of an action may as well be a predicate."""
        nodes = self._parse(clause)
        return len(nodes) == 1 and nodes[0].category == "NP" and not nodes[0].head.is_action

    def _root_shift(
        self, clause: list[Token], following: list[Token], listed: bool, alone: bool
    ) -> dict[str, float]:
        """What the place of a clause in its sentence adds to the cost of its roots; `alone`: no
        clause stands before it."""
        if not following:
            told = (
                alone
                and len(clause) > 2
                and clause[-2].text == "的"
                and (clause[-1].text in self._classes.content_nouns)
            )
            return {"PP": 1.2, "NP": -2.0 if listed else -0.8 if told else 0.0}
        if following[0].text in _COPULAS:
            return {"NP": -2.0}
        shift = {_LEAD: 0.3}
        if modal_of(following[0]) is not None or following[0].text == "除":
            shift["NP"] = -1.5
        elif following[0].text == "由":
            shift["NP"] = -0.9
        if clause[0].reading("P") is not None:
            shift["PP"] = -0.7
        elif clause[0].text == "在":
            shift["PP"] = -0.5
        return shift

    def _as_list(self, clauses: list[list[Token]]) -> list[Token]:
        """Clauses as one, their commas read as the 、 of a list."""
        tokens = list(clauses[0])
        for clause in clauses[1:]:
            tokens += [*self._segmenter.cut("、", (), tokens[-1].end), *clause]
        return tokens

    def _join(
        self, nodes: list[Node], clauses: list[list[Token]], title: bool
    ) -> tuple[list[Node], int]:
        """A clause that does not stand alone (`nodes`), read with the next, or the next two;
        the better reading, and how many clauses it took in besides."""
        alone = self._parse(clauses[0], title)
        adding = clauses[1][0].text in _ADDING
        if len(nodes) == 1 and not adding:
            led = self._parse(clauses[0], title, {_LEAD: -_LEAD_GAP})
            if len(led) > 1 or led[0].category != _LEAD:
                return alone, 0
        pair = [*clauses[0], *clauses[1]]
        whole = self._parse(pair, title)
        if any(torn(node, len(clauses[0])) for node in whole):
            return alone, 0
        if len(clauses) > 2:
            lead = self._parse(pair, title, {_LEAD: 0.3})
            if len(lead) == 1 and lead[0].category == _LEAD:
                longer = self._parse([*pair, *clauses[2]], title)
                if len(longer) == 1:
                    return longer, 2
        if len(nodes) == 1:
            apart = sum(node.cost for node in (*alone, *self._parse(clauses[1], title)))
            if len(whole) > 1 or whole[0].cost > apart + _COMMA + 0.5 * adding:
                return alone, 0
            return whole, 1
        if len(whole) == 1:
            return whole, 1
        return (alone if any(node.category == _LEAD for node in nodes) else nodes), 0

    def _parse(
        self, tokens: list[Token], title: bool = False, shift: dict[str, float] | None = None
    ) -> list[Node]:
        """Trees that cover the clause."""
        roots = self._grammar.title_roots if title else self._grammar.roots
        if shift:
            roots = {**roots, **{name: roots.get(name, 0.0) + more for name, more in shift.items()}}
        nodes: list[Node] = []
        for start in range(0, len(tokens), _MAX_TOKENS):
            chart = Chart(tokens[start : start + _MAX_TOKENS], self._grammar)
            nodes += chart.cover(roots, _PENALTY)
        return nodes


def _spoken(ja: Ja, title: bool) -> Ja:
    """Weak の said (sentences, headings) or left out (titles)."""
    return tuple(
        piece._replace(text=piece.text.replace(WEAK_NO, "" if title else "の")) for piece in ja
    )
