"""What the plain words of a text say of its measure types: a linear model over which occur.

Cue lists hold what an analyst thinks of; this model adds what the labelled notices show (泊位 goes
with ships, 记分 with inspections). Its score is one feature among those of the cues.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z0-9.]+")
_RARE = 3
"""Words of fewer notices tell the notice, not the subject."""
_COMMON = 0.6
"""Words of more than this share of the notices tell nothing."""
_PENALTY = 1.0
_SLIGHT = 0.05
"""Weights below this are left out of the file."""
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class WordModel:
    """score = mean + Σ weight of the known words / √(number of known words), by measure type."""

    means: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]

    def scores(self, words: Iterable[str]) -> dict[str, float]:
        """By measure type: about 0 where the words speak against it and 1 where they speak for
        it; without a known word how common the type is."""
        known = [self.weights[word] for word in words if word in self.weights]
        told: dict[str, list[float]] = {label: [] for label in self.means}
        for weights in known:
            for label, weight in weights.items():
                if label in told:
                    told[label].append(weight)
        scale = math.sqrt(len(known)) or 1.0
        return {
            label: self.means[label] + math.fsum(weights) / scale for label, weights in told.items()
        }


def words_of(data: Mapping[str, Any]) -> WordModel:
    """The model of what `data_of` gave."""
    weights = {
        str(word): {str(label): float(weight) for label, weight in given.items()}
        for word, given in data["weights"].items()
    }
    return WordModel({str(label): float(mean) for label, mean in data["means"].items()}, weights)


def data_of(model: WordModel) -> dict[str, Any]:
    """The model as it is written in weights.json."""
    return {"means": dict(model.means), "weights": {w: dict(g) for w, g in model.weights.items()}}


def fit_words(
    texts: Sequence[Collection[str]],
    truth: Sequence[Collection[str]],
    labels: Sequence[str],
) -> tuple[WordModel, list[dict[str, float]]]:
    """The model of labelled texts, and for each text the scores of a model trained on the
    others: what a model that weighs the scores must be trained on."""
    counted = Counter(word for text in texts for word in set(text))
    most = _COMMON * len(texts)
    words = sorted(
        word for word, count in counted.items() if _RARE <= count <= most and _WORD.fullmatch(word)
    )
    column = {word: number for number, word in enumerate(words)}
    found: Matrix = np.zeros((len(texts), len(words)))
    for row, text in enumerate(texts):
        known = [column[word] for word in set(text) if word in column]
        if known:
            found[row, known] = 1 / math.sqrt(len(known))
    wanted: Matrix = np.array([[float(label in one) for label in labels] for one in truth])
    means = wanted.mean(axis=0)
    # Ridge regression in its dual form: there are more words than texts.
    kernel = found @ found.T
    inverse = np.linalg.inv(kernel + _PENALTY * np.eye(len(texts)))
    weights = found.T @ inverse @ (wanted - means)
    hat = kernel @ inverse
    own = np.diag(hat)[:, None]
    others = means + (hat @ (wanted - means) - own * (wanted - means)) / (1 - own)
    kept = {
        word: {
            label: round(float(weight), 2)
            for label, weight in zip(labels, weights[row], strict=True)
            if abs(weight) >= _SLIGHT
        }
        for word, row in column.items()
    }
    model = WordModel(
        {label: round(float(mean), 4) for label, mean in zip(labels, means, strict=True)},
        {word: given for word, given in kept.items() if given},
    )
    return model, [dict(zip(labels, map(float, row), strict=True)) for row in others]
