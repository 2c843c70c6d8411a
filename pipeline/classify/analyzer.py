"""The labelling pipeline: a blank spaCy pipeline for Chinese with the project's own stages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.classify.cues import files_hash
from pipeline.classify.document import Analysed, CutterTokenizer, Findings, of
from pipeline.classify.documents import (
    DocumentCues,
    DocumentStage,
    KeyPlanStage,
    load_documents,
)
from pipeline.classify.learned import Learned, load_learned
from pipeline.classify.measures import MeasureCues, MeasureStage, load_measure_cues
from pipeline.classify.places import PlaceStage
from pipeline.classify.relevance import RelevanceCues, RelevanceStage, load_relevance
from pipeline.classify.structure import structure
from pipeline.classify.text import plain, view
from pipeline.classify.weights import Weights, load_weights
from pipeline.model import Classification, Label, Notice, Target
from pipeline.targets import Reading, TargetCues, TargetExtractor, load_target_cues, plan_end
from pipeline.vocab import Cutter, Vocabulary

RULES_VERSION = "5"
"""Raised when the code of the rules changes what it decides."""
NO_TARGETS = ("standard", "data_release")
CUE_FILES = ("relevance.yml", "measures.yml", "documents.yml", "targets.yml", "weights.json")
_Stage = Callable[[Doc], Doc]


@dataclass(frozen=True)
class Tools:
    """What the stages are built from; carried by the pipeline's tokenizer."""

    vocabulary: Vocabulary
    relevance: RelevanceCues
    measures: MeasureCues
    documents: DocumentCues
    targets: TargetCues
    weights: Weights
    learned: Learned


def _tools(nlp: Language) -> Tools:
    return cast(Tools, cast(CutterTokenizer, nlp.tokenizer).tools)


class TargetStage:
    """Fills in the targets: a text that sets figures is a plan, which the measures ask."""

    def __init__(self, tools: Tools) -> None:
        self._extractor = TargetExtractor(tools.targets)
        self._gazetteer = tools.vocabulary.gazetteer
        self._partners = frozenset(tools.vocabulary.partners.places)

    def __call__(self, doc: Doc) -> Doc:
        analysed = of(doc)
        found = analysed.findings
        if found.document_type not in NO_TARGETS:
            found.targets = self._extractor.extract(self._reading(analysed, found))
        return doc

    def _reading(self, analysed: Analysed, found: Findings) -> Reading:
        seen, parts = analysed.view, analysed.structure
        date = analysed.notice.date_placed or analysed.notice.date_publication
        year = int(date[:4]) if date else None
        month = int(date[5:7]) if date and len(date) >= 7 else None
        title_year = plan_end(seen.title, year)
        return Reading(
            text=seen.text,
            body_start=seen.body_start,
            muted=parts.muted,
            headings=tuple((s.start, s.end, s.heading) for s in parts.sections),
            tables=tuple(
                tuple(tuple(plain(cell) for cell in row) for row in block.rows)
                for block in analysed.notice.blocks
                if block.rows
            ),
            places=tuple(found.matches),
            year=year or title_year,
            month=month,
            title_year=title_year,
            wanted=self._partners | {place.id for place in found.places},
            own=frozenset(place.id for place in found.places if place.role != "mentioned"),
            above=self._above(found),
            span=seen.span,
        )

    def _above(self, found: Findings) -> frozenset[str]:
        issuers = {place.id for place in found.places if place.role == "issuer"}
        wider = {outer for one in issuers for outer in self._gazetteer.ancestors(one)}
        return frozenset(wider - issuers)


@Language.factory("geppo_document_type")
def _document_type(nlp: Language, name: str) -> _Stage:
    return DocumentStage(_tools(nlp).documents)


@Language.factory("geppo_places")
def _places(nlp: Language, name: str) -> _Stage:
    return PlaceStage(_tools(nlp).vocabulary, _tools(nlp).documents)


@Language.factory("geppo_targets")
def _targets(nlp: Language, name: str) -> _Stage:
    return TargetStage(_tools(nlp))


@Language.factory("geppo_relevance")
def _relevance(nlp: Language, name: str) -> _Stage:
    tools = _tools(nlp)
    return RelevanceStage(tools.relevance, tools.weights.relevance, tools.learned)


@Language.factory("geppo_measures")
def _measures(nlp: Language, name: str) -> _Stage:
    return MeasureStage(_tools(nlp).measures, _tools(nlp).weights, _tools(nlp).learned)


@Language.factory("geppo_key_plan")
def _key_plan(nlp: Language, name: str) -> _Stage:
    return KeyPlanStage(_tools(nlp).documents, _tools(nlp).vocabulary.partners)


STAGES = (
    "geppo_document_type",
    "geppo_places",
    "geppo_targets",
    "geppo_relevance",
    "geppo_measures",
    "geppo_key_plan",
)


class Analyzer:
    """Reads notices once and labels them; built once for a vocabulary and its cue files.

    Raises CueError when a cue file cannot be used. `version` names the vocabulary, the cues and
    the rules, so that a changed word list relabels. `learned_path` is what `geppo learn` wrote;
    where it is absent nothing was learned.
    """

    def __init__(
        self, vocabulary: Vocabulary, cues_dir: Path, learned_path: Path | None = None
    ) -> None:
        self.tools = Tools(
            vocabulary=vocabulary,
            relevance=load_relevance(cues_dir / "relevance.yml"),
            measures=load_measure_cues(cues_dir / "measures.yml", vocabulary.measures),
            documents=load_documents(cues_dir / "documents.yml"),
            targets=load_target_cues(cues_dir / "targets.yml"),
            weights=load_weights(cues_dir / "weights.json"),
            learned=load_learned(learned_path),
        )
        cues = files_hash(cues_dir / name for name in CUE_FILES)
        taught = self.tools.learned.version
        self.version = "-".join(filter(None, (RULES_VERSION, vocabulary.hash, cues, taught)))
        self.nlp = spacy.blank("zh")
        self._cutter = Cutter(vocabulary.words)
        self.nlp.tokenizer = CutterTokenizer(self._cutter, self.nlp.vocab, self.tools)
        for stage in STAGES:
            self.nlp.add_pipe(stage)

    def analyse(self, notice: Notice) -> Analysed:
        """Read a notice: plain view, words, sections. Linear in the length of the text."""
        seen = view(notice.title, notice.body)
        doc = self.nlp.tokenizer(seen.text)
        analysed = Analysed(notice, seen, structure(seen), doc, self._cutter)
        doc.user_data["analysed"] = analysed
        doc.user_data["findings"] = Findings()
        return analysed

    def run(self, analysed: Analysed) -> Findings:
        """Run the stages afresh and return what they found."""
        doc = analysed.doc
        doc.user_data["findings"] = Findings()
        for _, stage in self.nlp.pipeline:
            doc = stage(doc)
        return analysed.findings

    def classify(self, analysed: Analysed) -> Classification:
        """The labels of a notice, each with its evidence and the rule that decided."""
        found = self.run(analysed)
        relevance = found.relevance or Label(id="not_air", score=0.0, rule="no-text")
        return Classification(
            notice_id=analysed.notice.id,
            relevance=relevance,
            measures=found.measures,
            considered=found.considered,
            places=found.places,
            level=found.level,
            document_type=found.document_type,
            document_type_rule=found.document_type_rule,
            key_plan=found.key_plan,
            key_plan_rule=found.key_plan_rule,
            needs_check=bool(found.doubts),
            doubts=found.doubts,
            version=self.version,
        )

    def extract_targets(self, analysed: Analysed) -> tuple[Target, ...]:
        """The quantified targets of a notice, in the order of the text. Standards and released
        data hold limits and results, not targets."""
        found = analysed.findings if analysed.findings.relevance else self.run(analysed)
        return found.targets
