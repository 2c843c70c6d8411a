"""Operations that build adverbials and predicates."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from pipeline.translate.transfer.chart import Node, Rule
from pipeline.translate.transfer.morphology import VERB_CLASSES, guess_class
from pipeline.translate.transfer.phrase import (
    INERT,
    LOCATIVE,
    Adverbial,
    Ja,
    Modal,
    Noun,
    Piece,
    Place,
    Predicate,
    Verb,
    glue,
    length,
    text_of,
)
from pipeline.translate.transfer.segment import Token
from pipeline.translate.transfer.sharing import denied, object_twice, said_first
from pipeline.translate.transfer.values import Value, fill, ja_of, noun_ja, span_of, symbol

# --- adverbials ------------------------------------------------------------------------------


def _adverbial(values: list[Value], rule: Rule, node: Node) -> Value:
    ja = fill(rule.templates["ja"], values, node)
    attr = (
        fill(rule.templates["attr"], values, node)
        if "attr" in rule.templates
        else (ja + glue("の", ja))
    )
    place = rule.options.get("place", "pre")
    return Adverbial(ja, attr, cast(Place, place))


def _preposition(values: list[Value], rule: Rule, node: Node) -> Value:
    particle, noun = values[0], noun_ja(values[1])
    assert isinstance(particle, Adverbial)
    ja, attr = text_of(particle.ja), text_of(particle.attr)
    end = ja[-1]
    comma = "、" if length(noun) > 10 and end not in "にでとを" else ""
    at = particle.ja[0]
    return Adverbial(
        (*noun, Piece(ja + comma, at.start, at.end, at.kind)),
        (*noun, Piece(attr if attr != ja else ja + "の", at.start, at.end, at.kind)),
    )


def _adjunct(value: Value) -> Adverbial:
    if isinstance(value, Adverbial):
        return value
    ja = ja_of(value)
    return Adverbial(ja, ja + glue("の", ja), "pre")


def _predicate(value: Value) -> Predicate:
    assert isinstance(value, Predicate), value
    return value


def _mark(predicate: Predicate) -> str:
    for feature in predicate.features:
        if feature.startswith("mark:"):
            return feature[5:]
    return "を"


# --- predicates ------------------------------------------------------------------------------


def _object(values: list[Value], rule: Rule, node: Node) -> Value:
    head = _predicate(values[symbol(rule, "head", 1)])
    argument = noun_ja(values[symbol(rule, "arg", 2)])
    mark = rule.options.get("mark") or _mark(head).replace("-", "を")
    if mark == "を" and any("を" in verb.lemma for verb in head.verbs):
        if len(head.verbs) > 1 and "を" not in head.verbs[0].lemma:
            return object_twice(head, argument)
        mark = "の"
    if rule.options.get("first"):
        return replace(head, objects=((argument, mark), *head.objects))
    return replace(head, objects=(*head.objects, (argument, mark)))


def _complement(values: list[Value], rule: Rule, node: Node) -> Value:
    """推进 + VP: the inner predicate becomes a noun, object of the outer."""
    head, inner = _predicate(values[0]), _predicate(values[1])
    return replace(head, objects=((inner.render("nom"), _mark(head)),))


def _pivot(values: list[Value], rule: Rule, node: Node) -> Value:
    """鼓励 NP VP: NP が VP することを奨励する; 责令 NP VP: NP に VP するよう命じる."""
    head, inner = _predicate(values[0]), _predicate(values[-1])
    noun = noun_ja(values[1]) if len(values) > 2 else ()
    if "pnom" in head.features and "style" not in rule.options:
        if noun:
            mark = "を" if "topicobj" in inner.features else "は"
            inner = replace(inner, topic=noun, topic_mark=mark)
            if inner.objects:
                inner = replace(inner, features=inner.features | {"agent"})
        return replace(head, objects=((inner.render("nom"), _mark(head)),))
    clause = inner.render("attr")
    if rule.options.get("style") == "clause" and not inner.objects and not inner.extent:
        return replace(head, objects=((replace(inner, topic=noun).render("nom"), _mark(head)),))
    if rule.options.get("style") == "command":
        objects: tuple[tuple[Ja, str], ...] = ((noun, "に"),) if noun else ()
        return replace(head, objects=(*objects, (clause, "よう")))
    subject = noun + glue("が", noun) if noun else ()
    return replace(head, objects=((subject + clause, "ことを"),))


def _modify(values: list[Value], rule: Rule, node: Node) -> Value:
    head_at = symbol(rule, "head", 2)
    head = _predicate(values[head_at])
    adverbial = _adjunct(values[symbol(rule, "by", 1)])
    said = head.before[0][0].adverbials if head.before and not head.topic else head.adverbials
    if any(text_of(one.ja) == text_of(adverbial.ja) for one in said):
        return head  # 同时设计、同时施工: said of each, heard once
    if head.topic:
        adverbial = replace(adverbial, place="front")
    added = {"wrong"} if adverbial.wrong else set()
    if rule.options.get("late"):
        adverbials = (*head.adverbials, adverbial)
        return replace(head, adverbials=adverbials, features=head.features | added)
    if adverbial.place == "post" and head.before and not head.topic:
        # said before a chain, it stands by the first verb
        first, link = head.before[0]
        adverbials = said_first(adverbial, first.adverbials)
        first = replace(first, adverbials=adverbials, features=first.features | added)
        return replace(head, before=((first, link), *head.before[1:]))
    adverbials = said_first(adverbial, head.adverbials)
    return replace(head, adverbials=adverbials, features=head.features | added)


def _despite(values: list[Value], rule: Rule, node: Node) -> Value:
    """应当 A 而 B: A しなければならないにもかかわらず B."""
    duty = _predicate(values[0]).render("attr")
    head = _predicate(values[-1])
    but = duty + glue("にもかかわらず", duty)
    return replace(head, adverbials=(Adverbial(but, but, "first"), *head.adverbials))


def _topic(values: list[Value], rule: Rule, node: Node) -> Value:
    head = _predicate(values[-1])
    mark = rule.options.get("mark", "は")
    topic = noun_ja(values[symbol(rule, "k", 1)])
    if mark == "は" and text_of(topic).startswith("いかなる"):
        mark = "も"
    elif mark == "は" and text_of(topic).endswith(LOCATIVE) and not head.topic:
        mark = "では"
    if head.topic:
        inner = head.topic + glue("が" if head.topic_mark == "は" else head.topic_mark, head.topic)
        head = replace(head, adverbials=(Adverbial(inner, inner, "first"), *head.adverbials))
    thing = values[symbol(rule, "k", 1)]
    body = isinstance(thing, Noun) and "body" in thing.features
    if mark == "は" and "bare" in head.features and not (head.objects or head.before or body):
        acted_on = {"acted_on"} if text_of(topic).endswith(INERT) else set()
        head = replace(head, features=head.features | {"undergone"} | acted_on)
    return replace(head, topic=topic, topic_mark=mark)


_NARROW = frozenset(("不", "不予"))
"""Negations that stop at 并 and 且: 不 A 且 B denies A alone."""
_UNDONE = frozenset(("未", "没有"))
"""Negations of things left undone: they reach over a comma with 并 (未 A，并 B)."""


def _modal(values: list[Value], rule: Rule, node: Node) -> Value:
    head = _predicate(values[-1])
    first = values[0]
    assert isinstance(first, Token)
    entry = first.reading("M") or first.reading("Mm")
    modal = rule.options.get("modal") or (entry.mark if entry else "must")
    at = (first.start, first.end)
    if modal == "not":
        if head.negative:
            head = replace(head, features=head.features | {"double_negative"})
        if head.modal == "can":
            return replace(head, modal="cannot", modal_at=at)
        if first.text in _NARROW and "joined" in head.features and head.before:
            before = tuple((replace(p, negative=True), link) for p, link in head.before)
            return replace(head, before=before, features=head.features - {"joined"})
        head = replace(denied(head), modal_at=at)
        undone = {"undone"} if first.text in _UNDONE else set()
        return replace(head, features=head.features | undone)
    return replace(head, modal=cast(Modal, modal), modal_at=at)


def _feature(values: list[Value], rule: Rule, node: Node) -> Value:
    head = _predicate(values[symbol(rule, "head", 1)])
    add = frozenset(rule.options.get("add", "").split())
    head = replace(head, features=head.features | add)
    if "past" in add:
        head = replace(head, past=True)
    if "passive" in add:
        head = replace(head, passive=True)
    if "negative" in add:
        head = replace(head, negative=True, modal_at=span_of(node)[:1] * 2)
    return head


def _chain(values: list[Value], rule: Rule, node: Node) -> Value:
    """VP VP, VP 并 VP: the first in 連用形 before the second; with `deny` it is denied. Its subject
    is that of both, or (`own`) its alone."""
    first = _predicate(values[symbol(rule, "first", 1)])
    second = _predicate(values[-1])
    link = rule.options.get("link", "")
    if "deny" in rule.options:
        first = denied(first)
    added = frozenset(rule.options.get("add", "").split())
    if link and second.adverbials:
        added |= {"joined"}  # 不 A 或者依法 B: what has an adverb of its own stands apart
    own = tuple(
        replace(a, place="mid") if a.place in ("first", "pre") else a for a in second.adverbials
    )
    second = replace(second, features=second.features | added, adverbials=own)
    if first.modal and not second.modal:
        second = replace(second, modal=first.modal, modal_at=first.modal_at)
        first = replace(first, modal=None)
    if first.topic and second.topic:
        # two clauses with a doer each, said inside a larger one: A が…し、B が…する
        doer = second.topic + glue("が", second.topic)
        said = Adverbial(doer, second.topic + glue("の", second.topic), "mid")
        second = replace(second, topic=(), adverbials=(said, *second.adverbials))
        first = replace(first, topic_mark="が")
        return replace(second, before=(*first.before, (replace(first, before=()), link)))
    before = (*first.before, (replace(first, before=()), link), *second.before)
    topic, mark = first.topic, first.topic_mark
    if topic and "own" in rule.options:
        first = replace(first, before=(), features=first.features | {"agent"})
        return replace(second, before=(*first.before, (first, link), *second.before))
    if topic and not second.topic:
        before = tuple((replace(p, topic=()), k) for p, k in before)
        return replace(second, before=before, topic=topic, topic_mark=mark)
    return replace(second, before=before)


def _verbs(values: list[Value], rule: Rule, node: Node) -> Value:
    """Coordinated verbs with one object: 保护和改善 -> 保護・改善する."""
    first, second = _predicate(values[0]), _predicate(values[-1])
    joiner = ""
    if len(values) > 2 and isinstance(values[1], Token):
        joiner = {"或者": "又は", "或": "又は", "和": "・", "与": "・", "及": "・"}.get(
            values[1].text, "、"
        )
    last = replace(second.verbs[0], joiner=joiner or "・")
    verbs = (*first.verbs, last, *second.verbs[1:])
    if any(verb.joiner == "又は" for verb in verbs):
        verbs = tuple(replace(v, joiner="、" if v.joiner == "・" else v.joiner) for v in verbs)
    said = {text_of(a.ja) for a in first.adverbials}
    own = tuple(a for a in second.adverbials if text_of(a.ja) not in said)
    return replace(second, verbs=verbs, adverbials=(*first.adverbials, *own))


def _extent(values: list[Value], rule: Rule, node: Node) -> Value:
    head = _predicate(values[0])
    ja = fill(rule.templates["ja"], values, node) if "ja" in rule.templates else ja_of(values[1])
    return replace(head, extent=head.extent + ja)


def _make(values: list[Value], rule: Rule, node: Node) -> Value:
    """A predicate of the rule's own verb: `verb`, `class`, `noun`, and `ja` put before it."""
    start, _end = span_of(node)
    lemma = rule.options["verb"]
    cls = rule.options.get("class", "")
    chosen = next((name for name in VERB_CLASSES if name == cls), guess_class(lemma))
    noun = rule.options.get("noun", lemma[:-2] if chosen == "suru" else "")
    verb = Verb(lemma, chosen, noun, start, start, "pattern")
    ja = fill(rule.templates["ja"], values, node) if "ja" in rule.templates else ()
    attr = (
        fill(rule.templates["attr"], values, node)
        if "attr" in rule.templates
        else ((*ja[:-1], ja[-1]._replace(text=_nominalised(ja[-1].text))) if ja else ())
    )
    before = (Adverbial(ja, attr, "post"),) if ja else ()
    added = rule.options.get("add", "").split()
    past = "past" in added
    return Predicate(
        (verb,),
        adverbials=before,
        past=past,
        features=frozenset({f"mark:{rule.options.get('mark', 'を')}", *added}),
    )


def _nominalised(particle: str) -> str:
    for mark, noun in (("を", "の"), ("に", "への"), ("で", "での"), ("が", "の")):
        if particle.endswith(mark):
            return particle[: -len(mark)] + noun
    return particle


def _by_agent(values: list[Value], rule: Rule, node: Node) -> Value:
    """被 NP VP: the passive with its agent."""
    head = replace(_predicate(values[-1]), passive=True)
    agent = noun_ja(values[1])
    by = Adverbial(agent + glue("により", agent), agent + glue("による", agent), "pre")
    return replace(head, adverbials=(by, *head.adverbials))


def _agent(values: list[Value], rule: Rule, node: Node) -> Value:
    """NP 由 NP VP: what is done, and who does it."""
    head = _predicate(values[-1])
    agent, thing = noun_ja(values[2]), noun_ja(values[0])
    by = Adverbial(agent + glue("が", agent), agent + glue("による", agent), "first")
    return replace(head, adverbials=(by, *head.adverbials), topic=thing)


def _before_word(values: list[Value], rule: Rule, node: Node) -> Value:
    """A clause opening with a conjunction word: 或者 VP."""
    head = _predicate(values[-1])
    start, _ = span_of(node)
    word = (Piece(rule.options["word"], start, start, "pattern"),)
    if head.topic:
        return replace(head, topic=word + head.topic)
    return replace(head, adverbials=(Adverbial(word, word, "first"), *head.adverbials))


def _predicative(values: list[Value], rule: Rule, node: Node) -> Value:
    """An adjective as predicate: 有効である, 高い."""
    adjective = values[symbol(rule, "k", 1)]
    assert isinstance(adjective, Adverbial)
    last = adjective.attr[-1]
    text = text_of(adjective.attr).replace("の、", "かつ").replace("な、", "かつ")
    if text.endswith(("大きな", "小さな")):
        lemma, noun = text[:-1] + "い", ""
    elif text.endswith("な"):
        lemma, noun = text[:-1] + "である", text[:-1] + "であること"
    elif text.endswith("の"):
        lemma, noun = text[:-1] + "である", text[:-1]
    elif text.endswith(("する", "した")):
        lemma, noun = text[:-2] + "する", text[:-2]
    elif text.endswith("い"):
        lemma, noun = text, ""
    else:
        lemma, noun = text + "である", text
    verb = Verb(lemma, guess_class(lemma), noun, last.start, last.end, last.kind)
    return Predicate((verb,), negative="negative" in rule.options)


def _extent_to(values: list[Value], rule: Rule, node: Node) -> Value:
    """下降到 Q: Q まで低下する."""
    head = _predicate(values[0])
    ja = ja_of(values[-1])
    return replace(head, extent=head.extent + ja + glue(rule.options.get("mark", "まで"), ja))


def _from_to(values: list[Value], rule: Rule, node: Node) -> Value:
    """由 Q 下降到 Q."""
    head = _predicate(values[2])
    old, new = ja_of(values[1]), ja_of(values[-1])
    return replace(head, extent=old + glue("から", old) + new + glue("まで", new))


def _causative(values: list[Value], rule: Rule, node: Node) -> Value:
    """使 NP VP: NP が VP するようにする."""
    inner = _predicate(values[-1])
    noun = noun_ja(values[1])
    clause = noun + glue("が", noun) + inner.render("attr")
    start, _ = span_of(node)
    verb = Verb("する", "suru", "", start, start, "pattern")
    return Predicate((verb,), objects=((clause, "ように"),))


def _dummy(values: list[Value], rule: Rule, node: Node) -> Value:
    """予以 + noun: the noun becomes the verb."""
    ja = noun_ja(values[-1])
    start, end = span_of(node)
    text = text_of(ja)
    verb = Verb(text + "する", "suru", text, ja[0].start if ja else start, end, "lexicon")
    return Predicate((verb,), negative="negative" in rule.options, modal_at=(start, start))


def _neither(values: list[Value], rule: Rule, node: Node) -> Value:
    """未 V 或者 未 VP: one object, two negated verbs: N を V せず、又は V' しない."""
    first, second = _predicate(values[1]), _predicate(values[4])
    first = denied(replace(first, objects=second.objects))
    second = denied(replace(second, objects=()))
    return replace(second, before=((first, "又は"), *second.before))


def _sharing(values: list[Value], rule: Rule, node: Node) -> Value:
    """V 或者 V' N: each verb with its own adverbs, the object said once."""
    first, second = _predicate(values[0]), _predicate(values[-1])
    said = {text_of(a.ja) for a in first.adverbials}
    own = tuple(a for a in second.adverbials if text_of(a.ja) not in said)
    if len(own) < len(second.adverbials):
        second = replace(second, adverbials=own)
    if not second.before:
        first, second = replace(first, objects=second.objects), replace(second, objects=())
    link = rule.options.get("link", "")
    return replace(second, before=((first, link), *second.before))


def _ordering(values: list[Value], rule: Rule, node: Node) -> Value:
    """V 或者 指使 (NP) V' N: N を V し、又は (NP に) N を V' するよう指示する."""
    done, order = _predicate(values[0]), _predicate(values[2])
    ordered, thing = _predicate(values[-2]), noun_ja(values[-1])
    said = replace(ordered, objects=((thing, _mark(ordered)),)).render("attr")
    told = ((noun_ja(values[3]), "に"),) if len(values) > 5 else ()
    done = replace(done, objects=((thing, _mark(done)),))
    return replace(order, objects=(*told, (said, "よう")), before=((done, "又は"),))


def _both_not(values: list[Value], rule: Rule, node: Node) -> Value:
    """未 VP 或者 未 VP: two negated predicates."""
    first, second = denied(_predicate(values[1])), denied(_predicate(values[4]))
    return replace(
        second, before=(*first.before, (replace(first, before=()), "又は"), *second.before)
    )


def _nominal_sentence(values: list[Value], rule: Rule, node: Node) -> Value:
    """NP Q: NP は Q である."""
    start, _ = span_of(node)
    ja = ja_of(values[1])
    verb = Verb("である", "da", "", start, start, "pattern")
    return Predicate((verb,), topic=noun_ja(values[0]), adverbials=(Adverbial(ja, ja, "post"),))


def _condition(values: list[Value], rule: Rule, node: Node) -> Value:
    """VP 的 at the end of a clause: … した場合は."""
    head = _predicate(values[0])
    return replace(head, features=head.features | {"condition"})


def _but(values: list[Value], rule: Rule, node: Node) -> Value:
    head = _predicate(values[-1])
    return replace(head, features=head.features | {"but"})


def _pass(values: list[Value], rule: Rule, node: Node) -> Value:
    return values[symbol(rule, "k", 1)]


PREDICATE_OPERATIONS = {
    "pass": _pass, "adverbial": _adverbial, "preposition": _preposition, "object": _object,
    "complement": _complement, "pivot": _pivot, "modify": _modify, "topic": _topic,
    "modal": _modal, "feature": _feature, "chain": _chain, "verbs": _verbs,
    "extent": _extent, "make": _make, "modifyby": _by_agent, "agent": _agent,
    "modifyword": _before_word, "predicative": _predicative, "extentto": _extent_to,
    "fromto": _from_to, "causative": _causative, "dummy": _dummy,
    "eitherneither": _neither, "bothnot": _both_not, "nominalsentence": _nominal_sentence,
    "condition": _condition, "but": _but, "despite": _despite, "sharing": _sharing,
    "ordering": _ordering,
}  # fmt: skip
