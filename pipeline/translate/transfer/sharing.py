"""What coordinated predicates share: an object, an adverb, a denial."""

from __future__ import annotations

from dataclasses import replace

from pipeline.translate.transfer.phrase import Adverbial, Ja, Predicate, glue, text_of


def object_twice(head: Predicate, argument: Ja) -> Predicate:
    """拆除或者停用 N: a verb whose Japanese holds an object of its own (使用を停止する) cannot
    share N with another, so N を撤去し、又はその使用を停止する."""
    at = next(i for i, verb in enumerate(head.verbs) if "を" in verb.lemma)
    first = replace(head, verbs=head.verbs[:at], objects=(*head.objects, (argument, "を")))
    own, *others = head.verbs[at:]
    link = "又は" if own.joiner == "又は" else ""
    its = Adverbial(glue("その", argument), glue("その", argument), "post")
    rest = replace(head, verbs=(replace(own, joiner=""), *others), adverbials=(its,))
    return replace(rest, before=((first, link),))


def said_first(new: Adverbial, others: tuple[Adverbial, ...]) -> tuple[Adverbial, ...]:
    """Adverbials led by a new one, which is said once: 擅自拆除或者擅自停用."""
    said = any(text_of(other.ja) == text_of(new.ja) for other in others)
    return others if said else (new, *others)


def denied(predicate: Predicate) -> Predicate:
    """A chain of predicates, each negated. In a list of omissions (未 A、不 B 或者未 C) one
    that has its own negation keeps just that, and the denial ends before a thing that is wrong
    to do (未安装 A 或者拒绝 B)."""
    whole = (*predicate.before, (replace(predicate, before=()), ""))
    parts = [part for one, link in whole for part in _parted(one, link)]
    chain = [one for one, _ in parts]
    reach = next((i for i, one in enumerate(chain) if i and "wrong" in one.features), len(chain))
    chain = [replace(one, negative=True) if i < reach else one for i, one in enumerate(chain)]
    links = [link for _, link in parts[:-1]]
    return replace(chain[-1], before=tuple(zip(chain[:-1], links, strict=True)))


def _parted(predicate: Predicate, link: str) -> list[tuple[Predicate, str]]:
    """未使用或者损坏 N: verbs of one object, the last an offence, become two predicates."""
    if "wrong" not in predicate.features or len(predicate.verbs) < 2:
        return [(predicate, link)]
    *others, last = predicate.verbs
    first = replace(predicate, verbs=tuple(others), features=predicate.features - {"wrong"})
    offence = replace(
        predicate, verbs=(replace(last, joiner=""),), objects=(), adverbials=(), topic=()
    )
    return [(first, "又は" if last.joiner == "又は" else ""), (offence, link)]
