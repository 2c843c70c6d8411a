"""Is it about air? Vetoes first (procurement beats topic), then a calibrated score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from spacy.tokens import Doc

from pipeline.classify.cues import CueError, Finder, Hit, WordList, mapping_of, read_yaml, words_of
from pipeline.classify.document import Analysed, of
from pipeline.classify.learned import (
    UNLEARNED,
    Learned,
    moved,
    relevance_signals,
    rule_of,
)
from pipeline.classify.weights import Logistic
from pipeline.model import Label

VETO_WINDOW = 1200
"""Characters of the body in which a veto looks for its words."""
VETO_SCORE = 0.03
_WEAK = 0.5
_SHOWN = 5
"""Words shown as evidence."""
_NEAR = (0.2, 0.8)


@dataclass(frozen=True)
class Veto:
    """A subject that beats air words: `minimum` different body words or one title word."""

    id: str
    title: tuple[str, ...]
    body: tuple[str, ...]
    minimum: int
    unless: tuple[str, ...]


@dataclass(frozen=True)
class RelevanceCues:
    """The content of relevance.yml."""

    finder: Finder
    vetoes: tuple[Veto, ...]
    instruments: tuple[str, ...]
    general_titles: tuple[str, ...]
    general_proof: frozenset[str]
    core: tuple[str, ...]
    fireworks: tuple[str, ...]
    fireworks_purpose: tuple[str, ...]


def load_relevance(path: Path) -> RelevanceCues:
    """Read relevance.yml. Raises CueError."""
    data = mapping_of(path, read_yaml(path), "the file")
    decoys = frozenset(words_of(path, data, "decoys"))
    points: dict[str, float] = {}
    for name, value in (("weak", _WEAK), ("words", 1.5), ("strong", 3.0)):
        points.update(dict.fromkeys(words_of(path, data, name), value))
    lists = [WordList("air", points, decoys)]
    others = mapping_of(path, data.get("others", {}), "others")
    for subject in others:
        lists.append(
            WordList(subject, dict.fromkeys(words_of(path, others, subject), 2.0), frozenset())
        )
    general = mapping_of(path, data.get("general", {}), "general")
    fireworks = mapping_of(path, data.get("fireworks", {}), "fireworks")
    return RelevanceCues(
        finder=Finder(lists),
        vetoes=tuple(_vetoes(path, data.get("vetoes", []))),
        instruments=words_of(path, data, "instruments"),
        general_titles=words_of(path, general, "title"),
        general_proof=frozenset(words_of(path, general, "proof")),
        core=(*words_of(path, data, "core"), *words_of(path, data, "strong")),
        fireworks=words_of(path, fireworks, "words"),
        fireworks_purpose=words_of(path, fireworks, "purpose"),
    )


def _vetoes(path: Path, value: object) -> list[Veto]:
    if not isinstance(value, list):
        raise CueError(f"{path}: vetoes is no list; write one entry a veto")
    vetoes = []
    for number, item in enumerate(value, start=1):
        entry = mapping_of(path, item, f"veto {number}")
        minimum = entry.get("min", 2)
        if not isinstance(entry.get("id"), str) or not isinstance(minimum, int):
            raise CueError(f"{path}: veto {number} needs an id and a whole number `min`")
        vetoes.append(
            Veto(
                id=cast(str, entry["id"]),
                title=words_of(path, entry, "title"),
                body=words_of(path, entry, "body"),
                minimum=minimum,
                unless=words_of(path, entry, "unless"),
            )
        )
    return vetoes


@dataclass(frozen=True)
class RelevanceReading:
    """What the texts say of relevance, before any weight: the hits and features, the veto that
    holds, and whether weak words alone speak for air."""

    hits: Mapping[str, list[Hit]]
    features: Mapping[str, float]
    veto: Label | None
    weak: bool


class RelevanceStage:
    """Decides air or not_air, with the probability and the deciding rule."""

    def __init__(self, cues: RelevanceCues, model: Logistic, learned: Learned = UNLEARNED) -> None:
        self._cues = cues
        self._model = model
        self._learned = learned

    def __call__(self, doc: Doc) -> Doc:
        analysed = of(doc)
        self.decide(analysed, self.read(analysed))
        return doc

    def read(self, analysed: Analysed) -> RelevanceReading:
        """Find the words; costs a pass over the text, `decide` nearly nothing."""
        hits = self._cues.finder.find(analysed.view.text)
        features = self._features(analysed, hits)
        # 排放 or 生态环境 alone say nothing of air.
        weak = not features["instrument"] and not any(h.points > _WEAK for h in hits["air"])
        veto = self.vetoed(analysed)
        if veto is not None and not veto.spans:
            # A veto for want of air words: what stands there instead shows why.
            shown = hits[_other(hits)][:_SHOWN]
            spans = analysed.spans([(hit.start, hit.end) for hit in shown])
            veto = veto.model_copy(update={"spans": spans})
        return RelevanceReading(hits, features, veto, weak)

    def decide(self, analysed: Analysed, reading: RelevanceReading) -> None:
        """Set relevance, and whether it is so near the line that an analyst should look."""
        label = reading.veto or self._scored(analysed, reading)
        pushes = self._learned.pushes("air", lambda: relevance_signals(analysed, reading.veto))
        if pushes:
            score = moved(label.score, pushes)
            decided = "air" if score >= 0.5 else "not_air"
            rule = label.rule if decided == label.id else rule_of(pushes)
            label = label.model_copy(
                update={"id": decided, "score": score, "rule": rule, "learned": pushes}
            )
        analysed.findings.relevance = label
        analysed.findings.doubts = ("air",) if _NEAR[0] <= label.score <= _NEAR[1] else ()

    def probability(self, reading: RelevanceReading) -> float:
        """The probability of air, before what was learned from analysts."""
        if reading.veto is not None:
            return reading.veto.score
        score = round(self._model.score(reading.features), 4)
        return min(score, VETO_SCORE) if reading.weak else score

    def _scored(self, analysed: Analysed, reading: RelevanceReading) -> Label:
        score = self.probability(reading)
        air = [hit for hit in reading.hits["air"] if hit.points > _WEAK]
        if score >= 0.5:
            rule, shown = self._why_air(reading, analysed), air
        else:
            rule, shown = self._why_not(reading, air)
        return Label(
            id="air" if score >= 0.5 else "not_air",
            score=score,
            rule=rule,
            spans=analysed.spans([(h.start, h.end) for h in shown[:_SHOWN]]),
        )

    def _features(self, analysed: Analysed, hits: Mapping[str, list[Hit]]) -> dict[str, float]:
        view, structure = analysed.view, analysed.structure
        air = _zones(analysed, hits["air"])
        others = [_zones(analysed, found) for subject, found in hits.items() if subject != "air"]
        thousands = max(len(view.body), 200) / 1000
        # The strongest competitor alone: five subjects in passing are no competitor.
        other = max(others, key=lambda zones: zones[0] * 3 + zones[1] + zones[2] / thousands)
        title = view.title
        proof = sum(1 for hit in hits["air"] if hit.word in self._cues.general_proof)
        general = any(word in title for word in self._cues.general_titles)
        return {
            "title_air": min(air[0], 6.0) / 3,
            "lead_air": math.log1p(air[1]),
            "density_air": math.log1p(air[2] / thousands),
            "title_other": min(other[0], 4.0) / 2,
            "lead_other": math.log1p(other[1]),
            "density_other": math.log1p(other[2] / thousands),
            "share": air[2] / (air[2] + 2 * other[2] + 1.0),
            "instrument": float(any(word in title for word in self._cues.instruments)),
            "general": math.log1p(proof) if general else 0.0,
            "title_alone": float(air[0] > 0 and structure.lead_end - view.body_start < 20),
        }

    def _why_not(self, reading: RelevanceReading, air: list[Hit]) -> tuple[str, list[Hit]]:
        """The rule against air, and the words that show it: those of the other subject."""
        other = _other(reading.hits)
        if reading.hits[other]:
            return f"other-subject:{other}", reading.hits[other]
        return ("weak-air-words" if air else "no-air-words"), air

    def _why_air(self, reading: RelevanceReading, analysed: Analysed) -> str:
        if reading.features["instrument"]:
            return "instrument"
        strong = [hit for hit in reading.hits["air"] if hit.points >= 3]
        in_title = [hit for hit in strong if hit.start < analysed.view.title_end]
        if in_title:
            return f"title-cue:{in_title[0].word}"
        if reading.features["general"]:
            return "general-plan-with-air"
        words = [hit.word for hit in strong]
        return f"body-cue:{max(words, key=words.count)}" if words else "weak-air-words"

    def vetoed(self, analysed: Analysed) -> Label | None:
        """The decision of a veto, or None."""
        view = analysed.view
        title, window = view.title, view.text[view.body_start : view.body_start + VETO_WINDOW]
        for veto in self._cues.vetoes:
            if any(word in title for word in veto.unless):
                continue
            found = [w for w in veto.title if w in title]
            if not found:
                words = [w for w in veto.body if w in window]
                found = words if len(words) >= veto.minimum else []
            if found:
                return self._veto_label(analysed, veto.id, found)
        fires = [w for w in self._cues.fireworks if w in title]
        if fires and not any(w in title + window for w in self._cues.fireworks_purpose):
            return self._veto_label(analysed, "fireworks-safety", fires)
        if not any(word in view.text for word in self._cues.core):
            return self._veto_label(analysed, "no-air-subject", [])
        return None

    def _veto_label(self, analysed: Analysed, rule: str, words: list[str]) -> Label:
        text = analysed.view.text
        places = [(text.find(w), text.find(w) + len(w)) for w in words if w in text]
        return Label(
            id="not_air", score=VETO_SCORE, rule=f"veto:{rule}", spans=analysed.spans(places)
        )


def _other(hits: Mapping[str, list[Hit]]) -> str:
    """The subject beside air that most words speak for."""
    return max((subject for subject in hits if subject != "air"), key=lambda s: len(hits[s]))


def _zones(analysed: Analysed, hits: list[Hit]) -> tuple[float, float, float]:
    """Points in the title, in the beginning of the body, and in the whole body."""
    title = lead = body = 0.0
    for hit in hits:
        if hit.start < analysed.view.title_end:
            title += hit.points
            continue
        points = hit.points * analysed.weight(hit.start)
        body += points
        if hit.start < analysed.structure.lead_end:
            lead += points
    return title, lead, body
