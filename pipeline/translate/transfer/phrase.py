"""Japanese phrases under construction: nouns, adverbials and predicates.

A phrase keeps its text as pieces that remember which Chinese characters they came from, so
that the origin of every output span is known. A predicate stays uninflected until its place in
the sentence is decided; `Predicate.render` then gives the finite, connective, attributive,
conditional or nominal form.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from pipeline.translate.transfer import morphology as mo

WEAK_NO = "\ue000"
"""の between the parts of a compound: spoken in sentences, left out in titles."""

LOCATIVE = ("区域", "地域", "区内", "域内", "現場", "工業団地", "エリア")
"""How places end in which something is done."""

INERT = (
    *("体系", "体制", "メカニズム", "制度", "構造", "傾向", "水準", "能力", "政策", "モデル"),
    *("秩序", "ネットワーク", "責任", "任務", "目標", "協力", "意識", "配置", "機能", "趨勢"),
)
"""How things end that are built, raised or carried out, and do nothing themselves."""

PieceKind = Literal["term", "lexicon", "pattern", "place", "number", "kanji"]
Place = Literal["front", "first", "pre", "mid", "post"]
"""Before the topic; before all else; before the object; the same, but behind what is chained in
front; right before the verb."""
Form = Literal["finite", "renyo", "attr", "nom", "cond", "past", "te", "headline"]


class Piece(NamedTuple):
    """Japanese text and the Chinese characters [start, end) it renders."""

    text: str
    start: int
    end: int
    kind: PieceKind


Ja = tuple[Piece, ...]


def text_of(ja: Ja) -> str:
    """The plain Japanese of some pieces."""
    return "".join(piece.text for piece in ja)


def length(ja: Ja) -> int:
    return sum(len(piece.text) for piece in ja)


def glue(text: str, near: Ja, *, after: bool = True) -> Ja:
    """A particle or other pattern text that hangs on its neighbour: empty source span."""
    if not text:
        return ()
    at = (near[-1].end if after else near[0].start) if near else 0
    return (Piece(text, at, at, "pattern"),)


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase. `items` are (conjunction before, phrase) when coordinated."""

    ja: Ja
    features: frozenset[str] = frozenset()
    items: tuple[tuple[str, Ja], ...] = ()

    @property
    def tail(self) -> str:
        """The last stretch after の and list marks: what the next noun is joined to."""
        text = text_of(self.ja)
        return text[max(text.rfind(mark) for mark in "の、」)びは" + WEAK_NO) + 1 :]


@dataclass(frozen=True, slots=True)
class Adverbial:
    """Something before the verb. `attr` is its shape before a noun (全面的に -> 全面的な);
    `wrong`: it makes an offence of the act (擅自)."""

    ja: Ja
    attr: Ja
    place: Place = "pre"
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: lemma, class and the noun it becomes; `ja` holds the lemma as one piece."""

    lemma: str
    cls: mo.VerbClass
    noun: str
    start: int
    end: int
    kind: PieceKind
    goal: bool = False
    joiner: str = ""
    """How it hangs on the verb before it: "", ・, 、, 及び or 又は."""


Modal = Literal[
    "must", "must_not", "can", "cannot", "aim", "strive", "need", "need_not", "may", "request"
]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate with all it governs; `before` are predicates chained in front of it."""

    verbs: tuple[Verb, ...]
    topic: Ja = ()
    topic_mark: str = "は"
    adverbials: tuple[Adverbial, ...] = ()
    objects: tuple[tuple[Ja, str], ...] = ()
    extent: Ja = ()
    negative: bool = False
    modal: Modal | None = None
    modal_at: tuple[int, int] = (0, 0)
    past: bool = False
    passive: bool = False
    before: tuple[tuple[Predicate, str], ...] = ()
    features: frozenset[str] = field(default_factory=frozenset)

    def render(self, form: Form) -> Ja:
        """The whole predicate in one of its forms."""
        return _nominal(self) if form == "nom" else _verbal(self, form)

    def with_modal(self, modal: Modal, at: tuple[int, int]) -> Predicate:
        return replace(self, modal=modal, modal_at=at)


_NOMINAL_MARKS = {
    "を": "の", "が": "の", "は": "の", "に": "への", "へ": "への", "で": "での", "と": "との",
    "から": "からの", "まで": "までの", "として": "としての", "": "の", "の": "の",
    "よう": "よう", "ことを": "ことの",
}  # fmt: skip


def _nominal_mark(mark: str) -> str:
    return _NOMINAL_MARKS.get(mark, mark + "の" if not mark.endswith("の") else mark)


def _ordered(adverbials: tuple[Adverbial, ...], *places: str) -> list[Adverbial]:
    return [adverbial for adverbial in adverbials if adverbial.place in places]


def _topic(predicate: Predicate, rest: int, mark: str) -> Ja:
    if not predicate.topic:
        return ()
    if mark == "headline":
        return predicate.topic + glue("、", predicate.topic)
    comma = "、" if rest >= 12 and mark in ("は", "も", "では") else ""
    return predicate.topic + glue(mark + comma, predicate.topic)


def _inflect(predicate: Predicate, verb: Verb, form: Form) -> str:
    lemma, cls = verb.lemma, verb.cls
    # 信息公布后: what a verb without object is said of, inside a clause, is what is done to it;
    # so it is anywhere, where it is a thing that does nothing itself (体系不断健全)
    said = {"undergone"} if form in ("past", "cond") else {"acted_on"} if form != "nom" else set()
    undergone = bool(said & predicate.features)
    if predicate.passive or (undergone and not predicate.modal):
        lemma, cls = mo.passive(lemma, cls)
    elif verb.goal and "goal" in predicate.features:
        lemma, cls = mo.causative(lemma, cls)
    negative = predicate.negative
    modal = predicate.modal
    if modal == "must":
        base = mo.negative(lemma, cls) if negative else ""
        if negative:
            return _finish(base[:-1] + "いようにする", "suru", form)
        stem = lemma[:-2] if cls == "da" else mo.mizen(lemma, cls)
        return _finish(stem + "なければならない", "i", form, cut="ならず")
    if modal == "must_not":
        return _finish(mo.te(lemma, cls) + "はならない", "i", form, cut="ならず")
    if modal in ("can", "cannot"):
        able = (mo.negative(lemma, cls) if negative else lemma) + "ことができる"
        if modal == "cannot":
            return _finish(able[:-1] + "ない", "i", form, cut="できず")
        return _finish(able, "ichidan", form)
    if modal == "aim":
        return _finish(lemma + "ことを目指す", "godan", form)
    if modal == "strive":
        return _finish(
            (mo.negative(lemma, cls) if negative else lemma) + "よう努める", "ichidan", form
        )
    if modal == "request":
        lemma, cls = mo.passive(lemma, cls)
        if negative:
            return _finish(mo.renyo(lemma, cls) + "ないようにされたい", "i", form)
        return _finish(mo.renyo(lemma, cls) + "たい", "i", form)
    if modal == "need_not":
        plain = mo.negative(lemma, cls) if negative else lemma
        return _finish(plain + "必要はない", "i", form)
    if modal in ("need", "may"):
        plain = mo.negative(lemma, cls) if negative else lemma
        tail = "必要がある" if modal == "need" else "おそれがある"
        return _finish(plain + tail, "godan", form)
    if negative:
        if form == "renyo":
            return mo.negative_renyo(lemma, cls)
        return _finish(mo.negative(lemma, cls), "i", form)
    if form == "headline":
        noun = verb.noun if not predicate.passive else ""
        return noun or _finish(lemma, cls, "past" if predicate.past else "finite")
    if predicate.past and form in ("finite", "attr"):
        form = "past"
    return _finish(lemma, cls, form)


def _finish(lemma: str, cls: mo.VerbClass, form: Form, cut: str = "") -> str:
    if form == "renyo":
        if cut:
            head = lemma[: lemma.rindex(cut[:2] if cut != "できず" else "でき")]
            return head + cut
        return mo.renyo(lemma, cls)
    if form == "te":
        return mo.te(lemma, cls)
    if form == "past" or (form == "cond" and cls != "da"):
        return mo.past(lemma, cls)
    return lemma


def _verb_group(predicate: Predicate, form: Form) -> Ja:
    """Coordinated verbs: サ変 share one する (保護・改善する), others are chained."""
    pieces: list[Piece] = []
    for index, verb in enumerate(predicate.verbs):
        last = index == len(predicate.verbs) - 1
        if last:
            text = _inflect(predicate, verb, form)
        else:
            following = predicate.verbs[index + 1]
            joiner = following.joiner
            if verb.cls == "suru" and following.cls == "suru":
                text = verb.lemma[:-2] + (joiner or "・")
            elif joiner == "又は":
                text = mo.renyo(verb.lemma, verb.cls) + "、又は"
            else:
                text = mo.renyo(verb.lemma, verb.cls) + "、"
        pieces.append(Piece(text, verb.start, verb.end, verb.kind))
    return tuple(pieces)


def _verbal(predicate: Predicate, form: Form) -> Ja:
    inner: list[Piece] = []
    for adverbial in _ordered(predicate.adverbials, "first", "pre"):
        inner += adverbial.ja
    for earlier, link in predicate.before:
        rendered = earlier.render("renyo")
        inner += rendered + glue("、" + link, rendered)
    for adverbial in _ordered(predicate.adverbials, "mid"):
        inner += adverbial.ja
    late = _ordered(predicate.adverbials, "post")
    for ja, mark in predicate.objects:
        if mark == "の" or (mark == "と" and predicate.verbs[0].lemma == "する"):
            # 施設の使用を停止する, 根拠とする: nothing comes between
            inner += [piece for adverbial in late for piece in adverbial.ja]
            late = []
        inner += ja + glue(mark, ja)
    for adverbial in late:
        inner += adverbial.ja
    inner += predicate.extent
    inner += _verb_group(predicate, form)
    mark = predicate.topic_mark
    if form in ("attr", "past", "te") and mark in ("は", "では"):
        mark = "が" if mark == "は" else "で"
    if form == "headline" and mark == "は":
        mark = "headline"
    if form == "cond":
        mark = "が" if mark == "は" else mark
        inner += glue("場合は", tuple(inner))
    front: list[Piece] = []
    for adverbial in _ordered(predicate.adverbials, "front"):
        front += adverbial.ja
        if not adverbial.ja[-1].text.endswith("、"):
            front += glue("、", tuple(front))
    rest = sum(len(piece.text) for piece in inner)
    return (*front, *_topic(predicate, rest, mark), *inner)


def _nominal_chain(predicate: Predicate) -> Ja:
    """A chain as nouns: 石炭汚染の抑制及び大気質の改善."""
    parts = [replace(p, before=()) for p, _ in predicate.before]
    links = [link for _, link in predicate.before]
    own = tuple(_ordered(predicate.adverbials, "mid", "post"))
    parts.append(replace(predicate, before=(), topic=(), adverbials=own))
    topic = predicate.topic
    out: list[Piece] = list(topic + glue("の", topic)) if topic else []
    for adverbial in _ordered(predicate.adverbials, "front", "first", "pre"):
        out += adverbial.attr
    for index, part in enumerate(parts):
        mark = "" if index == 0 else "及び" if index == len(parts) - 1 else "、"
        if index and links[index - 1]:
            mark = links[index - 1]
        out += glue(mark, tuple(out))
        out += _nominal(part)
    return tuple(out)


def _nominal(predicate: Predicate) -> Ja:
    if predicate.before and not predicate.negative and not predicate.modal:
        return _nominal_chain(predicate)
    ordered = any(mark == "よう" for _, mark in predicate.objects)
    odd = predicate.negative or predicate.modal or ordered
    if odd or any(not verb.noun for verb in predicate.verbs):
        clause = _verbal(predicate, "attr")
        return clause + glue("こと", clause)
    inner: list[Piece] = []
    if predicate.topic:
        mark = "による" if "agent" in predicate.features else "の"
        inner += predicate.topic + glue(mark, predicate.topic)
    for adverbial in _ordered(predicate.adverbials, "front", "first", "pre", "mid"):
        inner += adverbial.attr
    for ja, mark in predicate.objects:
        inner += ja + glue(_nominal_mark(mark), ja)
    if predicate.extent:
        inner += predicate.extent
    for adverbial in _ordered(predicate.adverbials, "post"):
        inner += adverbial.attr
    for index, verb in enumerate(predicate.verbs):
        joiner = "" if index == 0 else verb.joiner or "・"
        inner.append(Piece(joiner + verb.noun, verb.start, verb.end, verb.kind))
    return tuple(inner)
