"""Fits the weights of `pipeline.translate.confidence` to the read sentences, and reports.

    python tests/fit_confidence.py [--write] [--refresh | --unread OUT.jsonl] [READINGS.jsonl ...]

Without files it reads tests/gold/readings.jsonl. Each figure is measured on lines the model did
not see: folds keep all readings of one Chinese sentence together. `--write` replaces
pipeline/translate/confidence_weights.py. After a change of the engine, `--unread` writes the
present renderings nobody has read, as lines to be rated and appended, and `--refresh` drops the
lines whose rendering is gone. Deterministic.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.checks import has_blocking, run_checks
from pipeline.model import Origin, SegmentKind
from pipeline.translate.engine import Effort, Proposal, Request
from pipeline.translate.pitfalls import pitfalls
from pipeline.translate.rule_engine import rule_layers
from pipeline.translate.signals import signals
from pipeline.vocab import Vocabulary, load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
READINGS = ROOT / "tests" / "gold" / "readings.jsonl"
OUT = ROOT / "pipeline" / "translate" / "confidence_weights.py"
PENALTY = 1.0
PRIOR = -0.2
"""What a signal weighs until readings show otherwise: an oddity speaks against a rendering."""
FOLDS, ROUNDS = 10, 5
USABLE = 2
NOMINAL = ("title", "heading")
_KINDS = {"l": "lexicon", "t": "term", "n": "number", "k": "kanji", "p": "pattern", "m": "mt"}
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """One rendering that was read: its signals, whether a check blocks it, and its rating
    (3 good, 2 usable after a light edit, 1 salvage, 0 wrong)."""

    zh: str
    nominal: bool
    found: dict[str, float]
    blocked: bool
    rating: int


def origins_of(text: str) -> list[Origin]:
    """Origins from their short form: zh start, zh end, ja start, ja end, first letter of kind."""
    found: list[Origin] = []
    for part in text.split():
        *numbers, kind = part[:-1].split(","), part[-1]
        a, b, c, d = (int(number) for number in numbers[0])
        found.append(Origin.model_validate(
            {"zh_start": a, "zh_end": b, "ja_start": c, "ja_end": d, "kind": _KINDS[kind]}
        ))  # fmt: skip
    return found


def proposal_of(row: dict[str, Any]) -> Proposal:
    """The rendering of a line, as the engine gave it when it was read."""
    return Proposal(
        row["ja"], origins=tuple(origins_of(row["origins"])), unknown_share=row["unknown_share"],
        flags=tuple(row["flags"]), effort=Effort(*row["effort"]),
    )  # fmt: skip


def load(paths: Sequence[Path], vocabulary: Vocabulary) -> list[Reading]:
    """The readings of some files, each with the signals of the rendering that was read."""
    readings: list[Reading] = []
    for row in read_rows(paths):
        checks = run_checks(row["zh"], row["ja"], row["kind"], vocabulary)
        found = signals(row["zh"], row["kind"], proposal_of(row), checks)
        missing = any(check.code == "term_missing" for check in checks)
        blocked = missing or has_blocking(checks) or bool(pitfalls(row["zh"], row["ja"]))
        readings.append(Reading(row["zh"], row["kind"] in NOMINAL, found, blocked, row["rating"]))
    return readings


def row_of(zh: str, kind: SegmentKind, answer: Proposal) -> dict[str, Any]:
    """A line to be rated."""
    short = {kind: letter for letter, kind in _KINDS.items()}
    spans = " ".join(
        f"{o.zh_start},{o.zh_end},{o.ja_start},{o.ja_end}{short[o.kind]}" for o in answer.origins
    )
    effort = answer.effort
    return {
        "zh": zh, "kind": kind, "ja": answer.ja, "rating": None, "why": "",
        "unknown_share": answer.unknown_share, "flags": list(answer.flags),
        "effort": [effort.cost, effort.words, effort.steady], "origins": spans,
    }  # fmt: skip


def rendered(rows: Iterable[dict[str, Any]], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The present renderings of the sentences of `rows`, unrated, one line a sentence."""
    transfer, templates = rule_layers(vocabulary, ROOT / "glossary")
    lines: list[dict[str, Any]] = []
    for zh, kind in dict.fromkeys((row["zh"], row["kind"]) for row in rows):
        request = Request(zh, kind, tuple(vocabulary.glossary.match(zh)))
        answer = templates.render(request) or transfer.translate([request])[0]
        if answer is not None:
            lines.append(row_of(zh, kind, answer))
    return lines


def unread(rows: Sequence[dict[str, Any]], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Present renderings that no line holds."""
    known = {(row["zh"], row["ja"]) for row in rows}
    return [line for line in rendered(rows, vocabulary) if (line["zh"], line["ja"]) not in known]


def refreshed(rows: Sequence[dict[str, Any]], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The lines whose rendering is still what the engine gives, with its present effort; the
    others say nothing of this engine and are dropped."""
    rated = {(row["zh"], row["ja"]): row for row in rows}
    lines = []
    for line in rendered(rows, vocabulary):
        row = rated.get((line["zh"], line["ja"]))
        if row is not None:
            lines.append(line | {"rating": row["rating"], "why": row["why"]})
    return lines


def read_rows(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """All lines of some files of readings."""
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Lines of readings, one JSON object each."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")


def fit(x: Array, y: Array) -> Array:
    """Weights of a ridge logistic regression, the bias first. An oddity never raises trust: what
    would is left out, one signal after the other, and weighs 0."""
    kept = np.ones(x.shape[1], dtype=bool)
    while True:
        weights = np.zeros(x.shape[1] + 1)
        weights[np.append(True, kept)] = _newton(x[:, kept], y)
        if weights[1:].max(initial=0.0) <= 0:
            return weights
        kept[weights[1:].argmax()] = False


def _newton(x: Array, y: Array) -> Array:
    x = np.column_stack([np.ones(len(x)), x])
    ridge = PENALTY * np.eye(x.shape[1])
    ridge[0, 0] = 1e-6
    expected = np.full(x.shape[1], PRIOR)
    weights = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-x @ weights))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + ridge
        step = np.linalg.solve(hessian, x.T @ (p - y) + ridge @ (weights - expected))
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def out_of_fold(x: Array, y: Array, groups: Sequence[str]) -> Array:
    """For each line the mean probability from models that did not see its sentence."""
    generator = np.random.default_rng(0)
    names = sorted(set(groups))
    total = np.zeros(len(y))
    for _ in range(ROUNDS):
        fold = dict(zip(names, generator.permutation(len(names)) % FOLDS, strict=True))
        folds = np.array([fold[name] for name in groups])
        for number in range(FOLDS):
            test = folds == number
            weights = fit(x[~test], y[~test])
            total[test] += 1 / (1 + np.exp(-(weights[0] + x[test] @ weights[1:])))
    mean: Array = total / ROUNDS
    return mean


def calibration_error(p: Array, y: Array, bins: int = 10) -> float:
    """Expected calibration error over equal-width bins."""
    place = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(
        abs(p[place == b].mean() - y[place == b].mean()) * (place == b).mean()
        for b in range(bins) if (place == b).any()
    ))  # fmt: skip


def report(p: Array, y: Array, blocked: NDArray[np.bool_]) -> list[str]:
    """Lines that say what would be accepted, and how much of it would be right."""
    lines = [f"n {len(y)}  usable {y.mean():.3f}  calibration error {calibration_error(p, y):.3f}"]
    for gate in (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9):
        chosen = (p >= gate) & ~blocked
        right = y[chosen].mean() if chosen.any() else float("nan")
        lines.append(f"gate {gate:.2f}  accepted {chosen.mean():.3f}  right {right:.3f}")
    return lines


def main(arguments: Sequence[str]) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="fit the confidence model")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--refresh", action="store_true")
    parser.add_argument("--unread", type=Path)
    options = parser.parse_args(arguments)
    vocabulary = load_vocabulary(ROOT / "glossary")
    files = options.files or [READINGS]
    if options.unread:
        rows = unread(read_rows(files), vocabulary)
        write_rows(options.unread, rows)
        sys.stdout.write(f"{len(rows)} renderings to read in {options.unread}\n")
        return
    if options.refresh:
        for path in files:
            rows = read_rows([path])
            kept = refreshed(rows, vocabulary)
            write_rows(path, kept)
            sys.stdout.write(f"{path.name}: {len(kept)} of {len(rows)} lines still hold\n")
    readings = load(files, vocabulary)
    text = (
        '"""Weights of the confidence model, written by tests/fit_confidence.py."""\n\n'
        "from __future__ import annotations\n"
    )
    for name, nominal in (("SENTENCE", False), ("NOMINAL", True)):
        chosen = [reading for reading in readings if reading.nominal == nominal]
        if not chosen:
            continue
        names = sorted(chosen[0].found)
        x = np.array([[reading.found[signal] for signal in names] for reading in chosen])
        y = np.array([float(reading.rating >= USABLE) for reading in chosen])
        blocked = np.array([reading.blocked for reading in chosen])
        p = out_of_fold(x, y, [reading.zh for reading in chosen])
        sys.stdout.write("\n".join([name, *report(p, y, blocked)]) + "\n")
        weights = fit(x, y)
        text += f"\n{name}_BIAS = {weights[0]:.2f}\n{name}: dict[str, float] = {{\n"
        text += "".join(f'    "{n}": {w:.2f},\n' for n, w in zip(names, weights[1:], strict=True))
        text += "}\n"
    if options.write:
        OUT.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
