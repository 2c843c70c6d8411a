"""Training of the small models from labelled notices: writes glossary/cues/weights.json.

    python -m pipeline.classify.train GLOSSARY_DIR GOLD.jsonl...

Logistic regression with an L2 penalty by Newton's method; numpy only, the same result each time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.analyzer import Analyzer
from pipeline.classify.labelled import notice_of, read_notices
from pipeline.classify.learned import TitleWords, measure_signals, relevance_signals
from pipeline.classify.measures import MeasureReading
from pipeline.classify.relevance import RelevanceReading
from pipeline.classify.weights import WORDS
from pipeline.classify.words import WordModel, data_of, fit_words
from pipeline.model import Notice
from pipeline.vocab import load_vocabulary

_RELEVANCE_PENALTY = 0.3
_MEASURE_PENALTY = 1.0
_OFFSET_PENALTY = 3.0
_THRESHOLD = 0.4
"""Below one half: an analyst strikes out a label sooner than thinking of one."""
_LONG_PENALTY = 10.0
LONG_PRIOR = {
    "bias": -3.9, "title": 1.2, "share": 7.0, "chapter": 3.0, "penalties": 3.0, "law": 4.0,
    "plan": 3.0,
}  # fmt: skip
"""What is expected of long texts before any is seen: few are labelled, so training moves these
weights instead of finding them."""
Rows = list[dict[str, float]]


def fit(
    rows: Sequence[Mapping[str, float]], truth: Sequence[float], penalties: Mapping[str, float]
) -> dict[str, float]:
    """Weights of a logistic regression, `bias` among them (not penalised)."""
    names = sorted({name for row in rows for name in row})
    matrix = np.array([[row.get(name, 0.0) for name in names] + [1.0] for row in rows])
    penalty = [penalties.get(name, penalties[""]) for name in names] + [1e-3]
    weights = solve(matrix, np.array(truth, dtype=float), np.array(penalty))
    return {
        name: round(float(value), 4) for name, value in zip([*names, "bias"], weights, strict=True)
    }


def solve(
    matrix: NDArray[np.float64],
    truth: NDArray[np.float64],
    penalty: NDArray[np.float64],
    given: NDArray[np.float64] | float = 0.0,
) -> NDArray[np.float64]:
    """The weights of the columns that, added to the log-odds `given` of each row, are likeliest
    under the L2 `penalty` of each column. Newton's method, with steps that never go uphill."""

    def cost(weights: NDArray[np.float64]) -> float:
        odds = matrix @ weights + given
        return float(np.sum(np.logaddexp(0.0, odds) - truth * odds) + penalty @ weights**2 / 2)

    weights = np.zeros(matrix.shape[1])
    reached = cost(weights)
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(matrix @ weights + given, -30, 30)))
        slope = matrix.T @ (chance - truth) + penalty * weights
        curve = (matrix * (chance * (1 - chance))[:, None]).T @ matrix + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        while (tried := cost(weights - step)) > reached and float(np.abs(step).max()) > 1e-8:
            step = step / 2
        if float(np.abs(step).max()) <= 1e-8:
            break
        weights, reached = weights - step, tried
    return weights


@dataclass(frozen=True)
class Example:
    """A notice as the models see it, with what is known of it: None where nothing is. `name` is
    the id a labelled file gives it, else its title."""

    name: str
    air: bool | None
    labels: frozenset[str] | None
    relevance: RelevanceReading
    measures: MeasureReading
    air_signals: tuple[str, ...]
    label_signals: Mapping[str, tuple[str, ...]]


def example(
    analyzer: Analyzer,
    notice: Notice,
    air: bool | None,
    labels: frozenset[str] | None,
    name: str | None = None,
) -> Example:
    """Read a notice once; what follows only weighs."""
    analysed = analyzer.analyse(notice)
    for stage in ("geppo_document_type", "geppo_places", "geppo_targets"):
        _stage(analyzer, stage)(analysed.doc)
    relevance: RelevanceReading = _stage(analyzer, "geppo_relevance").read(analysed)
    measures: MeasureReading = _stage(analyzer, "geppo_measures").read(analysed)
    titled = TitleWords(analysed)
    return Example(
        name or notice.title,
        air,
        labels,
        relevance,
        measures,
        relevance_signals(analysed, relevance.veto),
        {name: measure_signals(titled, hits) for name, hits in measures.evidence.items()},
    )


def labelled(analyzer: Analyzer, records: Iterable[Mapping[str, Any]]) -> list[Example]:
    """The examples of a labelled file."""
    found = []
    for record in records:
        air = record["relevance"] == "air"
        types = frozenset(record["measure_types"]) if air and "measure_types" in record else None
        name = str(record.get("id") or record["title"])
        found.append(example(analyzer, notice_of(record), air, types, name))
    return found


def train(examples: Sequence[Example]) -> dict[str, Any]:
    """The content of weights.json for these examples."""
    rows: Rows = []
    truth: list[float] = []
    for one in examples:
        if one.air is not None and one.relevance.veto is None:
            rows.append(dict(one.relevance.features))
            truth.append(float(one.air))
    fitted = fit(rows, truth, {"": _RELEVANCE_PENALTY})
    words, labels = _fit_measures(examples)
    long = _fit_long(examples)
    return {
        "relevance": {"bias": fitted.pop("bias"), "weights": fitted},
        "long": {"bias": long.pop("bias"), "weights": long},
        "measures": {
            "bias": labels.pop("bias"),
            "threshold": _THRESHOLD,
            "weights": {n: v for n, v in labels.items() if not n.startswith("label:")},
            "offsets": {n[6:]: v for n, v in labels.items() if n.startswith("label:")},
        },
        "words": data_of(words),
    }


def _fit_measures(examples: Sequence[Example]) -> tuple[WordModel, dict[str, float]]:
    """The model of plain words, and the weights of the features, its score among them."""
    short = [
        (one.measures, one.labels)
        for one in examples
        if one.labels is not None and not one.measures.long
    ]
    names = list(short[0][0].features)
    truth = [labels for _, labels in short]
    model, scores = fit_words([reading.words for reading, _ in short], truth, names)
    rows: Rows = []
    wanted: list[float] = []
    for (reading, labels), score in zip(short, scores, strict=True):
        for name, features in reading.features.items():
            rows.append({**features, WORDS: score[name], f"label:{name}": 1.0})
            wanted.append(float(name in labels))
    penalties = {f"label:{name}": _OFFSET_PENALTY for name in names}
    return model, fit(rows, wanted, {"": _MEASURE_PENALTY, **penalties})


def _fit_long(examples: Sequence[Example]) -> dict[str, float]:
    """The weights of the model of long texts: what was expected, moved by the labelled ones."""
    names = [name for name in LONG_PRIOR if name != "bias"]
    seen = [
        ([features[name] for name in names] + [1.0], float(label in one.labels))
        for one in examples
        if one.labels is not None and one.measures.long
        for label, features in one.measures.features.items()
    ]
    expected = np.array([*(LONG_PRIOR[name] for name in names), LONG_PRIOR["bias"]])
    matrix = np.array([row for row, _ in seen]).reshape(-1, len(expected))
    truth = np.array([given for _, given in seen])
    moves = solve(matrix, truth, np.full(len(expected), _LONG_PENALTY), matrix @ expected)
    return {
        name: round(float(value), 4)
        for name, value in zip([*names, "bias"], expected + moves, strict=True)
    }


def to_text(weights: Mapping[str, Any]) -> str:
    """The content of weights.json as text: of the words, one a line."""
    text = json.dumps({**weights, "words": None}, ensure_ascii=False, indent=1)
    words = weights["words"]["weights"]
    lines = ",\n".join(
        f"   {json.dumps(word, ensure_ascii=False)}: {json.dumps(given)}"
        for word, given in words.items()
    )
    means = json.dumps(weights["words"]["means"])
    shown = f'{{\n  "means": {means},\n  "weights": {{\n{lines}\n  }}\n }}'
    return text.replace('"words": null', f'"words": {shown}') + "\n"


def _stage(analyzer: Analyzer, name: str) -> Any:
    return analyzer.nlp.get_pipe(name)


def main(arguments: Sequence[str]) -> None:
    """Train from the gold files named after the glossary folder, and write the weights."""
    glossary, files = Path(arguments[0]), [Path(name) for name in arguments[1:]]
    analyzer = Analyzer(load_vocabulary(glossary), glossary / "cues")
    records = [record for path in files for record in read_notices(path)]
    text = to_text(train(labelled(analyzer, records)))
    (glossary / "cues" / "weights.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
