"""The cascade: for each segment the best layer that can answer, with what it passed recorded.

memory -> memory with other figures and names -> set phrases -> title and formula templates ->
engines in their order (Argos, where it is installed and nothing blocks; transfer) -> kanji, marked
as untranslated.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.checks import has_blocking, run_checks
from pipeline.checks.numerals import find_numbers
from pipeline.checks.text import normal
from pipeline.issues import Code
from pipeline.model import CheckResult, Layer, Origin, Segment, SegmentKind, SegmentState
from pipeline.settings import Settings
from pipeline.translate.argos import ArgosEngine, Decodings
from pipeline.translate.confidence import confidence
from pipeline.translate.engine import Engine, Proposal, Request
from pipeline.translate.kanji import untranslated
from pipeline.translate.memory import FuzzyHit, Memory
from pipeline.translate.memory_file import load_seeds
from pipeline.translate.memory_slots import name_finder
from pipeline.translate.rule_engine import rule_layers
from pipeline.vocab import Vocabulary

MAX_SEGMENT = 5_000
"""Characters beyond which a segment is not sent to an engine but marked as untranslated."""
MAX_UNKNOWN = 0.6
"""Share of unknown characters beyond which a rendering counts as none."""
_CACHE_SIZE = 20_000
_SLOT_TRUST = 0.95
_INNER_QUOTES = str.maketrans("「」", "『』")
_WIDE_BRACKETS = str.maketrans("()", "（）")
"""The brackets the style guide asks for; one character each, so that origins stay."""
_WORDS = re.compile("[\u3400-\u9fff]")
_ENGINE_LAYER: dict[str, Layer] = {"argos": "argos", "transfer": "transfer", "template": "template"}


class Templates(Protocol):
    """Whole-sentence templates: an answer only where one fits."""

    @property
    def version(self) -> str: ...

    def render(self, request: Request) -> Proposal | None: ...


@dataclass(frozen=True)
class _Candidate:
    layer: Layer
    engine: str
    proposal: Proposal
    checks: tuple[CheckResult, ...]

    @property
    def sound(self) -> bool:
        return not has_blocking(self.checks)


class Translator:
    """Translates segments through the cascade. Deterministic; keeps what it has translated.

    `gate` is the confidence below which a segment is doubtful (要確認).
    """

    def __init__(
        self,
        engines: Sequence[Engine],
        memory: Memory,
        templates: Templates | None,
        vocabulary: Vocabulary,
        gate: float,
    ) -> None:
        self._engines = [engine for engine in engines if engine.available().ok]
        self._memory = memory
        self._templates = templates
        self.vocabulary = vocabulary
        self.gate = gate
        self._makers = [f"{engine.name}={engine.version}" for engine in self._engines]
        self._makers.append(f"templates={templates.version}" if templates else "")
        self._done: dict[tuple[str, SegmentKind], Segment] = {}

    @property
    def engines(self) -> tuple[str, ...]:
        """Names of the engines that work here, in their order."""
        return tuple(engine.name for engine in self._engines)

    @property
    def version(self) -> str:
        """Names this cascade: its engines, templates, vocabulary and memory."""
        parts = [
            *self._makers, f"vocabulary={self.vocabulary.hash}", f"gate={self.gate}",
            f"memory={self._memory.version}",
        ]  # fmt: skip
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    def only(self, engine: str) -> Translator:
        """A cascade of one engine alone: no memory, no templates. Raises ValueError when no
        engine of that name works here."""
        chosen = [one for one in self._engines if one.name == engine]
        if not chosen:
            names = ", ".join(self.engines) or "none"
            raise ValueError(f"engine {engine!r} does not work here; available: {names}")
        return Translator(chosen, Memory(), None, self.vocabulary, self.gate)

    def translate(self, zh: str, kind: SegmentKind = "sentence") -> Segment:
        """One segment. Never raises for odd text: what no layer can render comes back marked."""
        key = (zh, kind)
        if key not in self._done:
            if len(self._done) >= _CACHE_SIZE:
                self._done.clear()
            self._done[key] = self._translate(zh, kind)
        return self._done[key]

    def translate_many(self, segments: Iterable[tuple[str, SegmentKind]]) -> list[Segment]:
        """Many segments; same count and order."""
        return [self.translate(zh, kind) for zh, kind in segments]

    def _translate(self, zh: str, kind: SegmentKind) -> Segment:
        if not _WORDS.search(zh):
            return Segment(
                zh=zh, ja=zh, kind=kind, layer="template", engine="literal",
                state="machine", confidence=1.0,
            )  # fmt: skip
        if len(zh) > MAX_SEGMENT:
            return self._fallback(zh, kind, ())
        remembered = self._from_memory(zh, kind)
        if remembered is not None:
            return remembered
        request = Request(zh, kind, tuple(self.vocabulary.glossary.match(zh)))
        candidates = self._candidates(request)
        if not candidates:
            return self._fallback(zh, kind, self._similar(zh))
        sound = [candidate for candidate in candidates if candidate.sound]
        chosen = (sound or sorted(candidates, key=_blocking_count))[0]
        others = tuple(
            (candidate.engine, candidate.proposal.ja)
            for candidate in candidates
            if candidate is not chosen and candidate.proposal.ja != chosen.proposal.ja
        )
        others += self._similar(zh)
        rivals = [c for c in candidates if c is not chosen and c.layer != "template"]
        checks = chosen.checks + tuple(_disagreements(request, chosen, rivals))
        return self._segment(request, chosen, checks, others)

    def _from_memory(self, zh: str, kind: SegmentKind) -> Segment | None:
        for hit in self._memory.lookup(zh, kind, self._document):
            approved = hit.exact and not hit.row.is_seed
            checks = run_checks(zh, hit.ja, kind, self.vocabulary)
            if not approved and has_blocking(checks):
                continue
            name = "memory" + ("-seed" if hit.row.is_seed else "")
            trust = 1.0 if approved else min(_SLOT_TRUST, confidence("memory", zh, checks))
            origin = Origin(
                zh_start=0, zh_end=len(zh), ja_start=0, ja_end=len(hit.ja), kind="memory"
            )
            return Segment(
                zh=zh, ja=hit.ja, kind=kind, layer="memory",
                engine=name if hit.exact else f"{name}-slots",
                state=self._state(trust, checks), confidence=trust, checks=checks,
                origins=(origin,),
            )  # fmt: skip
        return None

    def _document(self, zh: str) -> str | None:
        """A document's title for a slot of the memory, where it is sure enough to be quoted."""
        title = self.translate(zh, "title")
        if not title.accepted or not title.ja:
            return None
        return title.ja.translate(_INNER_QUOTES)

    def _similar(self, zh: str) -> tuple[tuple[str, str], ...]:
        """Remembered sentences like this one, as alternatives: what was translated, then its
        Japanese. They never answer by themselves."""
        return tuple((_described(hit), hit.row.ja) for hit in self._memory.fuzzy(zh))

    def _candidates(self, request: Request) -> list[_Candidate]:
        found: list[_Candidate] = []
        if self._templates is not None:
            proposal = self._templates.render(request)
            if proposal is not None:
                found.append(self._candidate("template", "template", request, proposal))
                if found[0].sound and not proposal.flags and not proposal.unknown_share:
                    return found
        for engine in self._engines:
            answer = engine.translate([request])[0]
            if answer is None or not answer.ja.strip() or answer.unknown_share > MAX_UNKNOWN:
                continue
            layer = _ENGINE_LAYER.get(engine.name, "transfer")
            candidate = self._candidate(layer, engine.name, request, answer)
            if layer == "argos" and not candidate.sound:
                continue
            found.append(candidate)
        return found

    def _candidate(
        self, layer: Layer, engine: str, request: Request, proposal: Proposal
    ) -> _Candidate:
        checks = run_checks(request.zh, proposal.ja, request.kind, self.vocabulary)
        return _Candidate(layer, engine, proposal, checks)

    def _segment(
        self,
        request: Request,
        chosen: _Candidate,
        checks: tuple[CheckResult, ...],
        others: tuple[tuple[str, str], ...],
    ) -> Segment:
        proposal = chosen.proposal
        trust = confidence(chosen.layer, request.zh, checks, proposal, request.kind)
        nominal = request.kind in ("title", "heading")
        ja = proposal.ja.translate(_WIDE_BRACKETS) if nominal else proposal.ja
        return Segment(
            zh=request.zh, ja=ja, kind=request.kind, layer=chosen.layer,
            engine=chosen.engine, state=self._state(trust, checks), confidence=trust,
            checks=checks, origins=proposal.origins, alternatives=others,
        )  # fmt: skip

    def _state(self, trust: float, checks: tuple[CheckResult, ...]) -> SegmentState:
        missing = any(check.code == Code.TERM_MISSING for check in checks)
        accepted = trust >= self.gate and not missing and not has_blocking(checks)
        return "machine" if accepted else "doubtful"

    def _fallback(self, zh: str, kind: SegmentKind, others: tuple[tuple[str, str], ...]) -> Segment:
        check = CheckResult(
            code=Code.UNTRANSLATED, severity="blocking", message="未訳（原文の漢字変換）である"
        )
        return Segment(
            zh=zh, ja=untranslated(zh), kind=kind, layer="kanji", engine="kanji",
            state="untranslated", confidence=0.0, checks=(check,), alternatives=others,
        )  # fmt: skip


def _described(hit: FuzzyHit) -> str:
    row = hit.row
    who = " ".join(filter(None, (row.reviewer, row.date, row.entry))) or "定型文"
    return f"類似訳 {hit.score:.0%}（{who}） 旧原文：{row.zh} 差分：{hit.diff}"


def _blocking_count(candidate: _Candidate) -> int:
    return sum(check.severity == "blocking" for check in candidate.checks)


def _disagreements(
    request: Request, chosen: _Candidate, rivals: Sequence[_Candidate]
) -> list[CheckResult]:
    """Warnings where another engine differs in figures, negation or terms."""
    found: list[CheckResult] = []
    for rival in rivals:
        for code, view, word in (
            (Code.NUMBER_MISMATCH, _figures, "数値"),
            (Code.NEGATION_LOST, _negation_findings, "否定"),
            (Code.TERM_MISSING, _missing_terms, "用語"),
        ):
            if view(chosen) != view(rival):
                message = f"二つの訳（{chosen.engine}と{rival.engine}）で{word}が異なる"
                severity = "warning"
                found.append(
                    CheckResult.model_validate(
                        {"code": code, "severity": severity, "message": message,
                         "ja": rival.proposal.ja}
                    )
                )  # fmt: skip
    return found


def _figures(candidate: _Candidate) -> object:
    return sorted(
        (number.value, number.tag)
        for number in find_numbers(normal(candidate.proposal.ja), "ja")
        if number.firm
    )


def _negation_findings(candidate: _Candidate) -> object:
    return {check.zh for check in candidate.checks if check.code == Code.NEGATION_LOST}


def _missing_terms(candidate: _Candidate) -> object:
    return {check.zh for check in candidate.checks if check.code == Code.TERM_MISSING}


def blocking_findings(vocabulary: Vocabulary) -> Callable[[Request, str], int]:
    """How many blocking findings a rendering has, for an engine that reranks its hypotheses."""

    def count(request: Request, ja: str) -> int:
        checks = run_checks(request.zh, ja, request.kind, vocabulary)
        return sum(check.severity == "blocking" for check in checks)

    return count


def build_translator(
    vocabulary: Vocabulary,
    glossary_dir: Path,
    settings: Settings,
    memory: Memory | None = None,
    decodings: Decodings | None = None,
) -> Translator:
    """The product's cascade: templates and transfer of `glossary_dir`, Argos where packages are
    installed in `settings.argos_dir`, gate `settings.accept_confidence`. `memory` None means the
    seeds alone; `decodings` keep what Argos made of a sentence from run to run."""
    transfer, templates = rule_layers(vocabulary, glossary_dir)
    engines: list[Engine] = [
        ArgosEngine(settings.argos_dir, blocking_findings(vocabulary), decodings=decodings),
        transfer,
    ]
    if memory is None:
        memory = Memory((), name_finder(vocabulary), load_seeds(glossary_dir))
    return Translator(engines, memory, templates, vocabulary, settings.accept_confidence)
