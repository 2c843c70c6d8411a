"""From clauses to a sentence: chaining, shared modality, conditions, purposes, topics.

A clause arrives as the values of its roots. Predicates wait in a chain until it is known what
follows: all but the last take the connective form; a modal said once at the head of a Chinese
chain (应当 A，B) is said once at its end in Japanese.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from pipeline.translate.transfer.lexicon import Entry
from pipeline.translate.transfer.phrase import (
    Adverbial,
    Form,
    Ja,
    Modal,
    Noun,
    Predicate,
    Verb,
    glue,
    text_of,
)
from pipeline.translate.transfer.segment import Token
from pipeline.translate.transfer.values import Value, ja_of


@dataclass(frozen=True, slots=True)
class Clause:
    """The root values of one clause. `purpose`: it opened with 为 or 为了 and goes on."""

    values: tuple[Value, ...]
    purpose: bool = False
    defined: bool = False
    """The next clause says what this one means (是指)."""
    recipient: bool = False
    """Its noun is what the next clause denies something to (不予)."""
    occasion: bool = False
    """It opens the sentence, and the next clause opens with 应当, 不得 or the like."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the sentence as a whole decides: nominal heading, target (goal verbs become
    causative), or statistics (past tense)."""

    nominal: bool = False
    headline: bool = False
    goal: bool = False
    past: bool = False


def _comma(ja: Ja) -> Ja:
    if not ja or text_of(ja)[-1:] in "、・(「":
        return ja
    return ja + glue("、", ja)


class Assembly:
    """One sentence in the making."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._out: list[Ja] = []
        self._chain: list[Predicate] = []
        self._modal: Token | None = None
        self.fragments = 0

    def add(self, clause: Clause, last: bool) -> None:
        """The next clause; `last` closes the sentence."""
        values = list(clause.values)
        while len(values) > 1 and isinstance(values[-1], Token) and not ja_of(values[-1]):
            values.pop()
            self.fragments += 1
        heavy = sum(isinstance(v, Noun | Predicate) for v in values)
        self.fragments += max(0, heavy - 1)
        for index, value in enumerate(values):
            final = last and index == len(values) - 1
            if isinstance(value, Predicate):
                plain = not (value.topic or value.modal or value.negative or value.past)
                if clause.occasion and plain and heavy == 1 and ("condition" not in value.features):
                    ja = value.render("attr")
                    self._out.append(ja + glue("に当たっては、", ja))
                    continue
                self._predicate(value, clause.purpose, final)
            elif isinstance(value, Adverbial):
                self._flush("renyo")
                self._out.append(_comma(value.ja))
            elif isinstance(value, Token) and modal_of(value) is not None:
                self._modal = value
            else:
                self._noun(value, final, _topic_mark(clause))

    def _noun(self, value: Value, final: bool, mark: str) -> None:
        ja = ja_of(value)
        if not isinstance(value, Noun):
            self.fragments += 1
        if final and self._modal is not None and isinstance(value, Noun) and ja:
            at = ja[-1].end
            verb = Verb("する", "suru", "", at, at, "pattern")
            self._predicate(Predicate((verb,), objects=((ja, "と"),)), False, final)
            return
        self._flush("renyo")
        if final or not isinstance(value, Noun):
            self._out.append(ja)
        elif "time" in value.features:
            self._out.append(_comma(ja))
        else:
            self._out.append(ja + glue(mark, ja) if ja else ja)

    def _predicate(self, predicate: Predicate, purpose: bool, last: bool) -> None:
        features = set(predicate.features)
        if self._setting.goal:
            features.add("goal")
        predicate = replace(predicate, features=frozenset(features))
        if self._setting.past and predicate.modal is None and "future" not in features:
            predicate = replace(predicate, past=True)
        if self._modal is not None:
            predicate = _under(predicate, self._modal)
            self._modal = None
        predicate = _goal_topic(predicate)
        if purpose:
            predicate = replace(predicate, features=predicate.features | {"purpose"})
        elif self._chain and "purpose" in self._chain[-1].features:
            self._flush("purpose")
        if self._chain and _left_undone(self._chain[-1], predicate):
            predicate = replace(predicate, negative=True)
        breach = _breach(self._chain[-1], predicate) if self._chain else None
        if breach:
            self._flush(breach)
        elif "condition" in features and any(held.modal for held in self._chain):
            self._flush("renyo")
        self._chain.append(predicate)
        if "condition" in features and not last:
            self._flush("cond")
        elif "but" in features and len(self._chain) > 1:
            held = self._chain.pop()
            self._flush("but")
            self._chain.append(held)

    def _flush(self, form: str) -> None:
        """Say the waiting chain, its last predicate in `form`."""
        chain, self._chain = _share_modal(self._chain), []
        for index, predicate in enumerate(chain):
            if index < len(chain) - 1:
                self._out.append(_comma(predicate.render("renyo")))
                continue
            if "purpose" in predicate.features and form != "cond":
                form = "purpose"
            if form == "purpose":
                ja = predicate.render("attr")
                self._out.append(ja + glue("ため、", ja))
            elif form == "despite":
                ja = predicate.render("attr")
                self._out.append(ja + glue("にもかかわらず、", ja))
            elif form == "but":
                ja = predicate.render("finite")
                self._out.append(ja + glue("が、", ja))
            elif form == "cond":
                self._out.append(_comma(_condition(predicate, False)))
            elif form == "renyo":
                spoken = "headline" if self._setting.headline and predicate.topic else "renyo"
                self._out.append(_comma(predicate.render(cast(Form, spoken))))

    @property
    def modal_lost(self) -> bool:
        """A modal was read that no predicate took up."""
        return self._modal is not None

    def finish(self) -> Ja:
        """The sentence without its full stop."""
        chain, self._chain = _share_modal(self._chain), []
        for index, predicate in enumerate(chain):
            last = index == len(chain) - 1
            if last and "condition" in predicate.features:
                self._out.append(_condition(predicate, True))
                continue
            if "purpose" in predicate.features:
                ja = predicate.render("attr" if last else "renyo")
                self._out.append(ja + glue("ため", ja) if last else _comma(ja))
            elif self._setting.nominal:
                head = self._setting.headline and predicate.topic
                ja = predicate.render("headline" if head else "nom")
                self._out.append(ja if last else _comma(ja))
            elif last:
                self._out.append(predicate.render("finite"))
            else:
                self._out.append(_comma(predicate.render("renyo")))
        pieces = [piece for ja in self._out for piece in ja]
        while pieces and pieces[-1].text in ("、", ""):
            pieces.pop()
        return tuple(pieces)


def as_case(value: Value) -> Value:
    """A predicate as the case a penalty is for."""
    if not isinstance(value, Predicate) or value.modal:
        return value
    return replace(value, features=value.features | {"condition"})


def _topic_mark(clause: Clause) -> str:
    if clause.defined:
        return "とは、"
    return "に対しては、" if clause.recipient else "は、"


def modal_of(token: Token) -> Entry | None:
    """The modal reading of a word, None when it has none."""
    return token.reading("M") or token.reading("Mm")


def _left_undone(before: Predicate, predicate: Predicate) -> bool:
    """未 A，并 B: B is left undone too, unless it has its own negation or is itself an offence."""
    free = not (predicate.negative or predicate.modal or "wrong" in predicate.features)
    return free and "along" in predicate.features and "undone" in before.features


def _breach(duty: Predicate, act: Predicate) -> str | None:
    """How a duty stands before a case in which something is not done: despite it where the duty
    itself is left undone (应当 A，未 A), but where the case is another (应当 A，不具备 B 的)."""
    if duty.modal != "must" or duty.negative or act.modal or act.topic:
        return None
    acts = (*(earlier for earlier, _ in act.before), act)
    undone = {verb.lemma for one in acts if one.negative for verb in one.verbs}
    if any(verb.lemma in undone for verb in duty.verbs):
        return "despite"
    return "but" if act.negative and "condition" in act.features else None


def _under(predicate: Predicate, token: Token) -> Predicate:
    """A modal that stood before an adverbial clause, laid on the predicate after it."""
    entry = modal_of(token)
    at = (token.start, token.end)
    if entry is None or predicate.modal is not None:
        return predicate
    if entry.mark == "not":
        return replace(predicate, negative=True, modal_at=at)
    return replace(predicate, modal=cast(Modal, entry.mark), modal_at=at)


def _condition(predicate: Predicate, final: bool) -> Ja:
    ja = predicate.render("cond")
    if final and ja[-1].text.endswith("は"):
        ja = (*ja[:-1], ja[-1]._replace(text=ja[-1].text[:-1]))
    return ja


def _goal_topic(predicate: Predicate) -> Predicate:
    """全市 PM2.5 浓度下降 10% as a target: the topic is what is lowered, so を."""
    features = predicate.features
    goal = "goal" in features and any(verb.goal for verb in predicate.verbs)
    alone = not predicate.objects and not predicate.past and not predicate.before
    if (
        predicate.topic
        and alone
        and predicate.topic_mark in ("は", "では")
        and ("topicobj" in features or goal)
    ):
        return replace(predicate, topic_mark="を")
    return predicate


def _share_modal(chain: list[Predicate]) -> list[Predicate]:
    """应当 A，B -> A し、B しなければならない: the modal moves to the end of its chain."""
    result = list(chain)
    index = 0
    while index < len(result):
        modal = result[index].modal
        if (
            modal in ("must", "can", "need", "aim", "strive", "request")
            and not result[index].negative
        ):
            end = index
            while (
                end + 1 < len(result)
                and result[end + 1].modal is None
                and not (result[end + 1].topic and result[end + 1].topic_mark in ("は", "が"))
                and not result[end + 1].past
            ):
                end += 1
            if end > index:
                at = result[index].modal_at
                result[index] = replace(result[index], modal=None)
                result[end] = replace(result[end], modal=modal, modal_at=at)
            index = end
        index += 1
    return result
