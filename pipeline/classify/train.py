"""Training of the small models from labelled notices: writes glossary/cues/weights.json.

    python -m pipeline.classify.train GLOSSARY_DIR GOLD.jsonl...

Logistic regression with an L2 penalty by Newton's method; numpy only, the same result each time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.analyzer import Analyzer
from pipeline.classify.document import Analysed, Findings
from pipeline.classify.labelled import notice_of, read_notices
from pipeline.classify.measures import LONG, MeasureStage
from pipeline.classify.relevance import RelevanceStage
from pipeline.vocab import load_vocabulary

_RELEVANCE_PENALTY = 0.3
_MEASURE_PENALTY = 1.0
_OFFSET_PENALTY = 3.0
_THRESHOLD = 0.4
"""Below one half: an analyst strikes out a label sooner than thinking of one."""
_LONG_MODEL = {
    "bias": -3.9,
    "weights": {"title": 1.2, "share": 7.0, "plan_headings": 3.0, "law": 4.0, "plan": 3.0},
}
"""Set by hand: too few long texts are labelled to train on."""
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
    under the L2 `penalty` of each column."""
    weights = np.zeros(matrix.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(matrix @ weights + given, -30, 30)))
        slope = matrix.T @ (chance - truth) + penalty * weights
        curve = (matrix * (chance * (1 - chance))[:, None]).T @ matrix + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-8:
            break
    return weights


def _stage(analyzer: Analyzer, name: str) -> Any:
    return analyzer.nlp.get_pipe(name)


def _analysed(analyzer: Analyzer, record: Mapping[str, Any]) -> Analysed:
    analysed = analyzer.analyse(notice_of(record))
    analysed.doc.user_data["findings"] = Findings()
    for name in ("geppo_document_type", "geppo_places", "geppo_targets"):
        _stage(analyzer, name)(analysed.doc)
    return analysed


def train(analyzer: Analyzer, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The content of weights.json for these labelled notices."""
    relevance: RelevanceStage = _stage(analyzer, "geppo_relevance")
    measures: MeasureStage = _stage(analyzer, "geppo_measures")
    rows: Rows = []
    truth: list[float] = []
    label_rows: Rows = []
    label_truth: list[float] = []
    for record in records:
        analysed = _analysed(analyzer, record)
        air = record["relevance"] == "air"
        reading = relevance.read(analysed)
        if reading.veto is None:
            rows.append(dict(reading.features))
            truth.append(float(air))
        if not air or "measure_types" not in record or len(analysed.view.body) > LONG:
            continue
        for label, features in measures.read(analysed).features.items():
            label_rows.append({**features, f"label:{label}": 1.0})
            label_truth.append(float(label in record["measure_types"]))
    fitted = fit(rows, truth, {"": _RELEVANCE_PENALTY})
    penalties = {name: _OFFSET_PENALTY for row in label_rows for name in row if ":" in name}
    labels = fit(label_rows, label_truth, {"": _MEASURE_PENALTY, **penalties})
    return {
        "relevance": {"bias": fitted.pop("bias"), "weights": fitted},
        "long": _LONG_MODEL,
        "measures": {
            "bias": labels.pop("bias"),
            "threshold": _THRESHOLD,
            "weights": {n: v for n, v in labels.items() if not n.startswith("label:")},
            "offsets": {n[6:]: v for n, v in labels.items() if n.startswith("label:")},
        },
    }


def main(arguments: Sequence[str]) -> None:
    """Train from the gold files named after the glossary folder, and write the weights."""
    glossary, files = Path(arguments[0]), [Path(name) for name in arguments[1:]]
    analyzer = Analyzer(load_vocabulary(glossary), glossary / "cues")
    records = [record for path in files for record in read_notices(path)]
    weights = json.dumps(train(analyzer, records), ensure_ascii=False, indent=1)
    (glossary / "cues" / "weights.json").write_text(weights + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
