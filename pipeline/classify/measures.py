"""Which measure types a notice carries: cue words by position, and a shared logistic model."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from spacy.tokens import Doc

from pipeline.classify.cues import CueError, Finder, Hit, WordList, mapping_of, read_yaml, words_of
from pipeline.classify.document import Analysed, of
from pipeline.classify.learned import (
    UNLEARNED,
    Learned,
    TitleWords,
    measure_signals,
    moved,
    rule_of,
)
from pipeline.classify.weights import WORDS, Weights
from pipeline.model import Label, Push
from pipeline.vocab import Measures

LONG = 1500
"""Bodies longer than this are scored by the model for long texts."""
_PLAN_WORDS = ("方案", "计划", "规划", "攻坚", "保卫战", "要点", "措施")
_DOMAINS = frozenset({"industry", "energy_coal", "mobile", "dust_area", "voc_ozone"})
"""The chapters every plan has: there a single mention already tells."""
_CHAPTERS = _DOMAINS | {"regional", "heavy_episode"}
"""Labels a chapter of a plan or statute gives; those on law, funds or duties stand in each."""
_STATUTE_CHAPTERS = frozenset({"monitoring_science"})
"""Labels a chapter gives in a statute alone: every plan has one on capacity."""
_COMPREHENSIVE = 2
"""A statute with chapters on so many sources is no statute on one of them; its penalties are a
subject of their own."""
_NEAR = (1 / 3, 2 / 3)
"""A label of such a probability is wrong, given or not, one time in three: for the analyst to
look at."""
_DATA_SIGNS = ("同比", "罚款", "家次", "立案", "查处", "排名", "万元")


@dataclass(frozen=True)
class MeasureCues:
    """The content of measures.yml: words anywhere, in titles, in headings."""

    ids: tuple[str, ...]
    anywhere: Finder
    titles: Finder
    headings: Finder


def load_measure_cues(path: Path, measures: Measures) -> MeasureCues:
    """Read measures.yml. Raises CueError, also where an id is no measure type."""
    data = read_yaml(path)
    if not isinstance(data, list):
        raise CueError(f"{path}: is no list; write one entry a measure type")
    anywhere: list[WordList] = []
    titles: list[WordList] = []
    headings: list[WordList] = []
    for number, item in enumerate(data, start=1):
        entry = mapping_of(path, item, f"entry {number}")
        label = str(entry.get("id"))
        if label not in measures.by_id:
            raise CueError(f"{path}: id {label} of entry {number} is not in glossary/measures.yml")
        decoys = frozenset(words_of(path, entry, "decoys"))
        points = dict.fromkeys(words_of(path, entry, "words"), 1.0)
        points.update(dict.fromkeys(words_of(path, entry, "strong"), 2.0))
        anywhere.append(WordList(label, points, decoys))
        for name, lists in (("title", titles), ("heading", headings)):
            words = dict.fromkeys(words_of(path, entry, name), 2.0)
            lists.append(WordList(label, words, decoys))
    ids = tuple(one.id for one in anywhere)
    if len(set(ids)) != len(ids):
        raise CueError(f"{path}: an id stands twice; join the entries")
    return MeasureCues(ids, Finder(anywhere), Finder(titles), Finder(headings))


def _long_statute(analysed: Analysed) -> bool:
    """Whether a chapter of the text is a subject of its own: in an excerpt of a statute it is
    one article."""
    return analysed.findings.document_type == "law" and len(analysed.view.body) > LONG


Evidence = tuple[list[Hit], list[Hit], list[Hit]]
"""Hits of a label in the title, in headings, anywhere in the body."""


@dataclass(frozen=True)
class MeasureReading:
    """What the texts say of each measure type, before any weight. `long` chooses the model,
    `words` are the plain words the model of short texts asks."""

    evidence: Mapping[str, Evidence]
    features: Mapping[str, Mapping[str, float]]
    long: bool
    words: frozenset[str]


@dataclass(frozen=True)
class Scored:
    """A measure type with its probability, `before` and after what analysts taught."""

    label: str
    score: float
    salience: float
    before: float
    pushes: tuple[Push, ...]


class MeasureStage:
    """Scores each measure type; the most salient first. Only for notices about air."""

    def __init__(self, cues: MeasureCues, weights: Weights, learned: Learned = UNLEARNED) -> None:
        self._cues = cues
        self._weights = weights
        self._learned = learned

    def __call__(self, doc: Doc) -> Doc:
        analysed = of(doc)
        relevance = analysed.findings.relevance
        if relevance is not None and relevance.id == "air":
            self.decide(analysed, self.read(analysed))
        return doc

    def read(self, analysed: Analysed) -> MeasureReading:
        """Find the words; costs a pass over the text, `decide` nearly nothing."""
        evidence = self.evidence(analysed)
        features = self.features(analysed, evidence)
        long = len(analysed.view.body) > LONG
        return MeasureReading(evidence, features, long, frozenset() if long else analysed.words())

    def decide(self, analysed: Analysed, reading: MeasureReading) -> None:
        """Set the labels; those not given but near the line, or taken away by what was learned
        from analysts, are kept beside them."""
        titled = TitleWords(analysed)
        scored, given = self.weigh(
            reading, lambda label: measure_signals(titled, reading.evidence[label])
        )
        line = self._weights.threshold
        near = [one for one in scored if _NEAR[0] <= one.score <= _NEAR[1]]
        considered = [one for one in scored[given:] if one.before >= line or one in near]
        findings = analysed.findings
        findings.measures = tuple(self._label(analysed, reading, one) for one in scored[:given])
        findings.considered = tuple(self._label(analysed, reading, one) for one in considered)
        findings.doubts += tuple(one.label for one in near)

    def weigh(
        self, reading: MeasureReading, signals: Callable[[str], Iterable[str]]
    ) -> tuple[list[Scored], int]:
        """All measure types, the likeliest first, and how many of them are given: those over the
        line, at least one. `signals` are those of a label that analysts may have taught."""
        scored: list[Scored] = []
        for label, before in self.probabilities(reading).items():
            features = reading.features[label]
            pushes = self._learned.pushes(label, partial(signals, label))
            salience = 2 * features["title"] + features["lead"] + features["share"]
            scored.append(Scored(label, moved(before, pushes), salience, before, pushes))
        scored.sort(key=lambda one: (-one.score, -one.salience, one.label))
        over = sum(1 for one in scored if one.score >= self._weights.threshold)
        return scored, max(over, 1)

    def probabilities(self, reading: MeasureReading) -> dict[str, float]:
        """By label, the probability that a notice carries it, before what was learned."""
        weights = self._weights
        if reading.long:
            return {label: weights.long.score(has) for label, has in reading.features.items()}
        words = weights.words.scores(reading.words)
        return {
            label: weights.measures.score(
                {**has, WORDS: words.get(label, 0.0)}, weights.offsets.get(label, 0.0)
            )
            for label, has in reading.features.items()
        }

    def evidence(self, analysed: Analysed) -> dict[str, Evidence]:
        """By label: hits in the title, in headings, anywhere in the body."""
        view = analysed.view
        in_title = self._cues.titles.find(view.title)
        anywhere = self._cues.anywhere.find(view.text)
        heads: dict[str, list[Hit]] = {label: [] for label in self._cues.ids}
        # In a statute （一） counts the items of an article.
        deepest = 1 if _long_statute(analysed) else 2
        for section in analysed.structure.headings():
            if section.level > deepest or analysed.structure.discounted[section.start]:
                continue
            for label, hits in self._cues.headings.find(section.heading).items():
                offset = section.heading_end - len(section.heading)
                heads[label].extend(
                    Hit(h.start + offset, h.end + offset, h.word, h.points) for h in hits
                )
        found = {}
        for label in self._cues.ids:
            body = [h for h in anywhere[label] if h.start >= view.body_start]
            title = in_title[label] + [h for h in anywhere[label] if h.end <= view.title_end]
            found[label] = (title, heads[label], body)
        return found

    def features(
        self,
        analysed: Analysed,
        evidence: Mapping[str, Evidence],
    ) -> dict[str, dict[str, float]]:
        """The features of the measure model, by label."""
        kind = analysed.findings.document_type
        size = len(analysed.view.body)
        thousands = max(size, 150) / 1000
        body: dict[str, float] = {}
        lead: dict[str, float] = {}
        distinct: dict[str, int] = {}
        for label, (_, _, hits) in evidence.items():
            body[label] = lead[label] = 0.0
            words = set()
            for hit in hits:
                points = hit.points * analysed.weight(hit.start)
                body[label] += points
                if points >= 1:
                    words.add(hit.word)
                if hit.start < analysed.structure.lead_end:
                    lead[label] += points
            distinct[label] = len(words)
        most = max(body.values(), default=0.0) or 1.0
        most_lead = max(lead.values(), default=0.0) or 1.0
        planned = any(word in analysed.title for word in _PLAN_WORDS)
        headed = {label for label, (_, heads, _) in evidence.items() if heads}
        statute = _long_statute(analysed)
        chapters = _CHAPTERS | _STATUTE_CHAPTERS if statute else _CHAPTERS
        chaptered = headed & chapters if planned or statute else frozenset[str]()
        comprehensive = statute and len(headed & _DOMAINS) >= _COMPREHENSIVE
        regions = any(p.id.startswith("r-") for p in analysed.findings.places)
        goals = sum(not target.doubtful for target in analysed.findings.targets)
        signs = sum(1 for sign in _DATA_SIGNS if sign in analysed.view.text[:4000])
        result: dict[str, dict[str, float]] = {}
        for label, (title, heads, _) in evidence.items():
            result[label] = {
                "title": min(sum(h.points for h in title), 6.0) / 2,
                "lead": math.log1p(lead[label]),
                "lead_share": lead[label] / most_lead,
                "density": math.log1p(body[label] / thousands),
                "share": body[label] / most,
                "distinct": math.log1p(distinct[label]),
                "headings": math.log1p(sum(h.points for h in heads)),
                "chapter": float(label in chaptered),
                "planned": float(planned and label in _DOMAINS and body[label] >= 1),
                "penalties": float(
                    label == "permit_enforcement" and comprehensive and label in headed
                ),
                "law": float(label == "law_standard" and kind in ("law", "standard")),
                "plan": float(label == "plan_target" and kind == "plan"),
                "data": float(label == "monitoring_science" and kind == "data_release"),
                "goals": math.log1p(goals) if label == "plan_target" else 0.0,
                "region_named": float(label == "regional" and regions),
                "signs": math.log1p(signs) if label == "permit_enforcement" else 0.0,
            }
        return result

    def _label(self, analysed: Analysed, reading: MeasureReading, one: Scored) -> Label:
        title, heads, body = reading.evidence[one.label]
        strongest = sorted(body, key=lambda h: (-h.points, h.start))
        if one.score >= self._weights.threshold > one.before:
            rule = rule_of(one.pushes)
        elif title:
            rule = f"title-cue:{title[0].word}"
        elif heads:
            rule = f"heading-cue:{heads[0].word}"
        else:
            rule = f"body-cue:{strongest[0].word}" if strongest else "document-type"
        hits = [*title, *heads, *strongest[:4]]
        places = list(dict.fromkeys((h.start, h.end) for h in hits))
        return Label(
            id=one.label,
            score=round(one.score, 4),
            rule=rule,
            spans=analysed.spans(places),
            learned=one.pushes,
        )
