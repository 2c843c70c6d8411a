"""Scores of the Japanese on labelled pairs and on adversarial sentences."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sacrebleu.metrics.chrf import CHRF

from pipeline.errors import InputError
from pipeline.evaluation import figures
from pipeline.issues import Code
from pipeline.model import Segment
from pipeline.translate.cascade import Translator
from pipeline.vocab import Vocabulary

Result = dict[str, Any]
"""Metric -> number, and `by_kind`: kind -> metric -> number."""

_KINDS = ("title", "heading", "sentence", "target", "measure", "legal", "formula")


class EvaluationError(InputError):
    """A labelled file cannot be read. The message names file, line, field and remedy."""


def read_lines(path: Path, fields: Iterable[str]) -> list[Mapping[str, Any]]:
    """The objects of a JSON Lines file, each with all of `fields`. Raises EvaluationError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} cannot be read: {error}") from error
    rows: list[Mapping[str, Any]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise EvaluationError(f"{path}, line {number}: no JSON ({error})") from error
        missing = [name for name in fields if not isinstance(row, dict) or name not in row]
        if missing:
            raise EvaluationError(f"{path}, line {number}: field {missing[0]} is missing")
        rows.append(row)
    if not rows:
        raise EvaluationError(f"{path} holds no line to score")
    return rows


@dataclass
class _Tally:
    """Sums of the judged lines of one kind (or of all)."""

    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: int = 0
    terms: int = 0

    def add(self, name: str, value: float | bool) -> None:
        self.values[name].append(float(value))

    def result(self) -> Result:
        out: Result = {"n": len(self.values["chrf"])}
        for name, values in sorted(self.values.items()):
            if values:
                out[name] = round(sum(values) / len(values), 4)
        if "term_accuracy" in self.values:
            out["terms_n"] = self.terms
        out["invariant_errors_accepted"] = self.errors
        return out


def evaluate_translation(
    path: Path,
    translator: Translator,
    vocabulary: Vocabulary,
    engine: str | None = None,
    out: Path | None = None,
) -> Result:
    """Score the cascade, or the engine called `engine` alone, on zh-ja pairs.

    `out` receives zh, ja, layer, confidence and flags of each line as JSON Lines. Raises
    EvaluationError.
    """
    rows = read_lines(path, ("zh", "ja", "kind"))
    translator = _chosen(translator, engine)
    start = time.perf_counter()
    segments = [translator.translate(row["zh"], _kind(row["kind"])) for row in rows]
    seconds = time.perf_counter() - start
    metric = CHRF(word_order=0)
    total = _Tally()
    kinds: dict[str, _Tally] = defaultdict(_Tally)
    for row, segment in zip(rows, segments, strict=True):
        for tally in (total, kinds[row["kind"]]):
            _judge(row, segment, vocabulary, metric, tally)
    if out is not None:
        _write(out, rows, segments)
    return {
        **total.result(),
        "seconds": round(seconds, 3),
        "per_second": round(len(rows) / seconds, 1) if seconds else 0.0,
        "by_kind": {kind: tally.result() for kind, tally in sorted(kinds.items())},
    }


def _chosen(translator: Translator, engine: str | None) -> Translator:
    if engine is None:
        return translator
    try:
        return translator.only(engine)
    except ValueError as error:
        raise EvaluationError(str(error)) from error


def _kind(kind: str) -> Any:
    return kind if kind in _KINDS else "sentence"


def _judge(
    row: Mapping[str, Any],
    segment: Segment,
    vocabulary: Vocabulary,
    metric: CHRF,
    tally: _Tally,
) -> None:
    text = figures.plain(segment.ja)
    references = [figures.plain(row[name]) for name in ("ja", "ja_alt") if row.get(name)]
    chrf = max(metric.sentence_score(text, [ref]).score for ref in references) if text else 0.0
    accepted = segment.accepted
    tally.add("chrf", chrf)
    tally.add("chrf_accepted" if accepted else "chrf_refused", chrf)
    tally.add("accepted", accepted)
    judged: dict[str, bool] = {"residual_chinese": figures.residual_chinese(text)}
    if row.get("numbers"):
        judged["numbers_kept"] = all(figures.number_kept(n, text) for n in row["numbers"])
    if isinstance(row.get("negation"), bool):
        judged["negation_kept"] = figures.negation_kept(row["negation"], text)
    if row.get("direction") in ("up", "down"):
        judged["direction_kept"] = figures.direction_kept(row["direction"], text)
    for name, value in judged.items():
        tally.add(name, value)
        if accepted:
            tally.add(f"{name}_accepted", value)
    kept = ("numbers_kept", "negation_kept", "direction_kept")
    if accepted and not all(judged.get(name, True) for name in kept):
        tally.errors += 1
    for _, wanted in row.get("terms") or ():
        tally.add("reference_terms", figures.plain(wanted) in text)
    for match in vocabulary.glossary.match(row["zh"]):
        forms = (figures.plain(form) for form in match.term.renderings)
        rendered = any(form in text or _inflected(form, text) for form in forms)
        tally.terms += 1
        tally.add("term_accuracy", rendered)
        if accepted:
            tally.add("term_accuracy_accepted", rendered)


def _inflected(form: str, text: str) -> bool:
    """A verb term may stand in another form of itself: 目指す as 目指し."""
    if form.endswith("する"):
        return len(form) > 3 and form[:-2] in text
    ends_as_verb = len(form) > 2 and form[-1] in "すくぐつぬむるうぶ"
    return ends_as_verb and form[:-1] in text


def _write(out: Path, rows: list[Mapping[str, Any]], segments: list[Segment]) -> None:
    with out.open("w", encoding="utf-8") as file:
        for row, segment in zip(rows, segments, strict=True):
            line = {
                "zh": row["zh"], "ja": segment.ja, "layer": segment.layer,
                "confidence": segment.confidence, "accepted": segment.accepted,
                "flags": [f"{check.code}: {check.message}" for check in segment.checks],
            }  # fmt: skip
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def evaluate_invariants(
    path: Path,
    translator: Translator,
    vocabulary: Vocabulary,
    engine: str | None = None,
    out: Path | None = None,
) -> Result:
    """Score adversarial sentences: `passed`, and `silent_errors` — failures that were neither
    flagged by a check nor refused. Raises EvaluationError."""
    rows = read_lines(path, ("zh", "kind", "must_contain_any", "must_not_contain"))
    translator = _chosen(translator, engine)
    start = time.perf_counter()
    segments = [translator.translate(row["zh"]) for row in rows]
    seconds = time.perf_counter() - start
    by_kind: dict[str, dict[str, float]] = {}
    passed_all = silent_all = 0
    for row, segment in zip(rows, segments, strict=True):
        passed = _holds(row, figures.plain(segment.ja))
        silent = not passed and segment.accepted and not _flagged(segment)
        passed_all += passed
        silent_all += silent
        kind = by_kind.setdefault(row["kind"], {"n": 0, "passed": 0, "silent_errors": 0})
        kind["n"] += 1
        kind["passed"] += passed
        kind["silent_errors"] += silent
    for kind in by_kind.values():
        kind["passed"] = round(kind["passed"] / kind["n"], 4)
    if out is not None:
        _write(out, rows, segments)
    return {
        "n": len(rows),
        "passed": round(passed_all / len(rows), 4),
        "silent_errors": silent_all,
        "seconds": round(seconds, 3),
        "per_second": round(len(rows) / seconds, 1) if seconds else 0.0,
        "by_kind": dict(sorted(by_kind.items())),
    }


def _holds(row: Mapping[str, Any], text: str) -> bool:
    wanted = all(
        any(figures.plain(form) in text for form in group) for group in row["must_contain_any"]
    )
    return wanted and not any(figures.plain(form) in text for form in row["must_not_contain"])


def _flagged(segment: Segment) -> bool:
    return any(check.code != Code.STYLE for check in segment.checks)
