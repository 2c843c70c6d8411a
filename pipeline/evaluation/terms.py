"""Scores of unseen terms: how the product renders a bare term."""

from __future__ import annotations

import csv
import time
from pathlib import Path

from pipeline.evaluation import figures
from pipeline.evaluation.translation import EvaluationError, Result
from pipeline.model import Segment
from pipeline.translate.cascade import Translator
from pipeline.vocab import Vocabulary

_COLUMNS = ("zh", "ja", "category")


def evaluate_terms(path: Path, translator: Translator, vocabulary: Vocabulary) -> Result:
    """`exact`: the rendering equals the reference, or an admitted form of the glossary's own
    term; `covered`: no character came from the kanji fallback or a one-character entry. By
    category. Raises EvaluationError."""
    rows = _read(path)
    start = time.perf_counter()
    segments = [translator.translate(row["zh"], "heading") for row in rows]
    seconds = time.perf_counter() - start
    counts: dict[str, dict[str, float]] = {}
    for row, segment in zip(rows, segments, strict=True):
        kind = counts.setdefault(row["category"], {"n": 0, "exact": 0, "covered": 0})
        kind["n"] += 1
        kind["exact"] += _exact(row, segment, vocabulary)
        kind["covered"] += _covered(segment)
    total = {name: sum(kind[name] for kind in counts.values()) for name in ("exact", "covered")}
    return {
        "n": len(rows),
        "exact": round(total["exact"] / len(rows), 4),
        "covered": round(total["covered"] / len(rows), 4),
        "seconds": round(seconds, 3),
        "per_second": round(len(rows) / seconds, 1) if seconds else 0.0,
        "by_kind": {
            category: {
                "n": kind["n"],
                "exact": round(kind["exact"] / kind["n"], 4),
                "covered": round(kind["covered"] / kind["n"], 4),
            }
            for category, kind in sorted(counts.items())
        },
    }


def _read(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = set(_COLUMNS) - set(reader.fieldnames or ())
            if missing:
                raise EvaluationError(f"{path}: column {sorted(missing)[0]} is missing")
            rows = [{name: row[name] or "" for name in _COLUMNS} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EvaluationError(f"{path} cannot be read: {error}") from error
    for number, row in enumerate(rows, 2):
        if not row["zh"] or not row["ja"]:
            raise EvaluationError(f"{path}, line {number}: zh and ja must be filled")
    if not rows:
        raise EvaluationError(f"{path} holds no term to score")
    return rows


def _exact(row: dict[str, str], segment: Segment, vocabulary: Vocabulary) -> bool:
    """A rendering may also be an admitted variant, where the glossary has the term and names
    the reference among its forms."""
    given, wanted = figures.plain(segment.ja), figures.plain(row["ja"])
    if given == wanted:
        return True
    term = vocabulary.glossary.by_zh.get(row["zh"])
    forms = {figures.plain(form) for form in term.renderings} if term else set()
    return wanted in forms and given in forms


def _covered(segment: Segment) -> bool:
    if segment.layer == "kanji":
        return False
    for origin in segment.origins:
        lone = origin.kind == "lexicon" and origin.zh_end - origin.zh_start == 1
        if origin.kind == "kanji" or (lone and len(segment.zh) > 1):
            return False
    return True
