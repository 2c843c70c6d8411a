"""Learn from what analysts decided, and prove on notices not learned from that it helps.

A label's weights stay as trained. On top of them a few plain signals (a title word, a cue word, a
source; see `classify.learned`) may gain a weight each: those where analysts overruled the machine
more often than they let it stand. The labelled notices take part in every fit, so that what
analysts teach does not undo what was known; and a label keeps its lesson only if on decisions held
out it errs less, and on labelled notices held out it does not err more.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from pipeline.classify import Analyzer
from pipeline.classify.learned import AIR, UNLEARNED, Learned, Weight, moved
from pipeline.classify.measures import MeasureStage
from pipeline.classify.relevance import RelevanceStage
from pipeline.classify.signals import Row, learn_signals
from pipeline.classify.train import Example, example, train
from pipeline.classify.weights import Weights, weights_of
from pipeline.model import Notice

TOLERANCE = 0.005
"""A figure on the labelled notices may fall by so much; one on decisions may not fall at all."""
FOLDS = 5


@dataclass(frozen=True)
class Judged:
    """What an analyst decided of a notice; None where nothing was said. `where` names the entry
    or the list of decisions it stands in."""

    notice: Notice
    air: bool | None
    measures: frozenset[str] | None
    where: str

    @cached_property
    def key(self) -> str:
        """The notice and what was decided: another decision or text has another key."""
        said = f"{self.notice.content_hash} {self.air} {sorted(self.measures or ())}"
        return f"{self.notice.id}:{hashlib.sha256(said.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class Case:
    """An example with the fold that is held out with it; `judged` where an analyst decided it."""

    example: Example
    fold: int
    judged: Judged | None = None


@dataclass(frozen=True)
class Figure:
    """A figure before and after, on notices not learned from. `on` is gold or decisions."""

    on: str
    name: str
    before: float
    after: float

    @property
    def worse(self) -> bool:
        if self.name == CORRECTIONS:
            return self.after > self.before
        allowed = TOLERANCE if self.on == "gold" else 0.0
        return self.after < self.before - allowed - 1e-9


CORRECTIONS = "corrections"
"""How many labels of the decided notices an analyst would have to correct."""


@dataclass(frozen=True)
class Trial:
    """A label that might learn: its errors without and with its lesson, on what was held out.
    `against` names the labelled notices that the lesson would label wrongly."""

    label: str
    decisions: tuple[int, int]
    gold: tuple[int, int]
    against: tuple[str, ...]

    @property
    def proven(self) -> bool:
        return self.decisions[1] < self.decisions[0] and self.gold[1] <= self.gold[0]


@dataclass(frozen=True)
class Lesson:
    """What came of the decisions. `corrections`: labels of the decided notices that are wrong
    without any learning; `trials`: the labels that might learn; `unheeded`: decisions the machine
    would still not follow."""

    learned: Learned
    figures: tuple[Figure, ...]
    corrections: int
    trials: tuple[Trial, ...]
    unheeded: tuple[Judged, ...]

    @property
    def worse(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in self.figures if figure.worse)

    @property
    def better(self) -> bool:
        return any(f.after < f.before for f in self.figures if f.name == CORRECTIONS)


@dataclass(frozen=True)
class _Held:
    """Cases held out of a fold, and the models of the others."""

    cases: Sequence[Case]
    weights: Weights
    learned: Learned


class Learner:
    """Fits and judges. `gold` are the labelled notices, read by the same analyzer."""

    def __init__(self, analyzer: Analyzer, gold: Sequence[Example]) -> None:
        self._analyzer = analyzer
        self._gold = [Case(one, turn % FOLDS) for turn, one in enumerate(gold)]

    def learn(self, decisions: Sequence[Judged], before: Learned) -> Lesson:
        """The lesson of all `decisions`, against that of those `before` was learned from."""
        ordered = sorted(decisions, key=lambda one: hashlib.sha256(one.key.encode()).digest())
        cases = [
            Case(example(self._analyzer, one.notice, one.air, one.measures), turn % FOLDS, one)
            for turn, one in enumerate(ordered)
        ]
        weights = self._analyzer.tools.weights
        plain = self._said([_Held(cases, weights, UNLEARNED)])
        old = [case for case in cases if case.judged and case.judged.key in before.decisions]
        was = self._said(self._folds(cases, old, {one.label for one in before.weights}))
        folds = self._folds(cases, cases, {AIR, *self._analyzer.tools.measures.ids})
        found = self._fit([*self._gold, *cases], weights)
        trials = self._trials(cases, folds, {one.label for one in found})
        kept = {trial.label for trial in trials if trial.proven}
        now = self._said([_only(fold, kept) for fold in folds])
        learned = Learned(
            tuple(one for one in found if one.label in kept),
            frozenset(one.key for one in decisions),
        )
        return Lesson(
            learned,
            tuple(self._figures(cases, was, now)),
            sum(_missed(case.example, plain[id(case)]) for case in cases),
            trials,
            tuple(c.judged for c in cases if c.judged and _missed(c.example, now[id(c)])),
        )

    # --- fitting ---------------------------------------------------------------------------------

    def _fit(self, cases: Sequence[Case], weights: Weights) -> tuple[Weight, ...]:
        tools = self._analyzer.tools
        relevance = RelevanceStage(tools.relevance, weights.relevance)
        measures = MeasureStage(tools.measures, weights)
        found = list(
            learn_signals(
                AIR,
                [
                    Row(relevance.probability(c.example.relevance), c.example.air,
                         c.example.air_signals, c.judged is not None)
                    for c in cases
                    if c.example.air is not None
                ],
                0.5,
            )
        )  # fmt: skip
        known = [
            (case, case.example.labels, measures.probabilities(case.example.measures))
            for case in cases
            if case.example.labels is not None
        ]
        for label in tools.measures.ids:
            rows = [
                Row(before[label], label in labels,
                     case.example.label_signals[label], case.judged is not None)
                for case, labels, before in known
            ]  # fmt: skip
            found += learn_signals(label, rows, weights.threshold)
        return tuple(found)

    # --- judging ---------------------------------------------------------------------------------

    def _folds(
        self, cases: Sequence[Case], taught: Sequence[Case], labels: set[str]
    ) -> list[_Held]:
        """The cases of each fold with models that saw neither its gold nor its decisions; of
        decisions, only `taught`, and only for `labels`."""
        folds = []
        for fold in range(FOLDS):
            gold = [case for case in self._gold if case.fold != fold]
            weights = self._fold_weights[fold]
            seen = [case for case in taught if case.fold != fold]
            found = self._fit([*gold, *seen], weights) if seen else ()
            held = [case for case in (*self._gold, *cases) if case.fold == fold]
            folds.append(_only(_Held(held, weights, Learned(found)), labels))
        return folds

    @cached_property
    def _fold_weights(self) -> list[Weights]:
        """By fold, the weights trained on the gold of the others."""
        return [
            weights_of(train([case.example for case in self._gold if case.fold != fold]))
            for fold in range(FOLDS)
        ]

    def _trials(
        self, cases: Sequence[Case], folds: Sequence[_Held], labels: set[str]
    ) -> tuple[Trial, ...]:
        """How each of `labels` fares with its lesson beside those that proved themselves."""
        kept: set[str] = set()
        trials = []
        without = self._said([_only(fold, kept) for fold in folds])
        for label in sorted(labels, key=lambda one: (one != AIR, one)):
            tried = self._said([_only(fold, {*kept, label}) for fold in folds])
            before, after = (_wrong(self._gold, said, label) for said in (without, tried))
            trial = Trial(
                label,
                (len(_wrong(cases, without, label)), len(_wrong(cases, tried, label))),
                (len(before), len(after)),
                tuple(name for name in after if name not in before),
            )
            trials.append(trial)
            if trial.proven:
                kept.add(label)
                without = tried
        return tuple(trials)

    def _said(self, folds: Iterable[_Held]) -> dict[int, _Found]:
        """What the models of each fold say of its cases, by id of the case."""
        tools = self._analyzer.tools
        found: dict[int, _Found] = {}
        for fold in folds:
            relevance = RelevanceStage(tools.relevance, fold.weights.relevance)
            measures = MeasureStage(tools.measures, fold.weights, fold.learned)
            for case in fold.cases:
                seen = case.example
                pushes = fold.learned.pushes(AIR, partial(tuple, seen.air_signals))
                air = moved(relevance.probability(seen.relevance), pushes) >= 0.5
                scored, given = measures.weigh(seen.measures, seen.label_signals.__getitem__)
                labels = frozenset(one.label for one in scored[:given]) if air else frozenset()
                found[id(case)] = _Found(air, labels)
        return found

    def _figures(
        self, cases: Sequence[Case], was: Mapping[int, _Found], now: Mapping[int, _Found]
    ) -> Iterable[Figure]:
        for on, these in (("gold", self._gold), ("decisions", cases)):
            before = _figures_of([(case.example, was[id(case)]) for case in these])
            after = _figures_of([(case.example, now[id(case)]) for case in these])
            for name, value in before.items():
                if name != CORRECTIONS or on == "decisions":
                    yield Figure(on, name, value, after[name])


def _only(fold: _Held, labels: set[str]) -> _Held:
    """The fold with what was learned of some labels alone."""
    weights = tuple(one for one in fold.learned.weights if one.label in labels)
    return replace(fold, learned=Learned(weights))


@dataclass(frozen=True)
class _Found:
    """What is said of a case."""

    air: bool
    labels: frozenset[str]


def _wrong(cases: Iterable[Case], found: Mapping[int, _Found], label: str) -> list[str]:
    """The names of the cases to which a label is wrongly given or denied."""
    wrong = []
    for case in cases:
        seen, said = case.example, found[id(case)]
        truth, given = seen.air, said.air
        if label != AIR:
            truth = None if seen.labels is None else label in seen.labels
            given = label in said.labels
        if truth is not None and truth != given:
            wrong.append(seen.name)
    return wrong


def _missed(seen: Example, found: _Found) -> int:
    """How many labels of a decided notice a person would have to correct."""
    missed = int(seen.air is not None and seen.air != found.air)
    if seen.labels is not None:
        missed += len(seen.labels ^ found.labels)
    return missed


def _figures_of(pairs: Sequence[tuple[Example, _Found]]) -> dict[str, float]:
    figures: dict[str, float] = {}
    judged = [(seen.air, found.air) for seen, found in pairs if seen.air is not None]
    if judged:
        figures["relevance_accuracy"] = sum(a == b for a, b in judged) / len(judged)
    typed = [(seen.labels, found.labels) for seen, found in pairs if seen.labels is not None]
    if typed:
        hits: Counter[str] = Counter()
        total: Counter[str] = Counter()
        for wanted, given in typed:
            hits.update(wanted & given)
            total.update(wanted)
            total.update(given)
        if total:
            figures["measures_micro_f1"] = 2 * hits.total() / total.total()
    figures[CORRECTIONS] = sum(_missed(seen, found) for seen, found in pairs)
    return figures
