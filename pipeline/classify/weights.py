"""A small logistic model: named features, weights from a JSON file an analyst can read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pipeline.classify.cues import CueError
from pipeline.classify.words import WordModel, words_of

WORDS = "words"
"""The feature that carries the score of the plain words."""


@dataclass(frozen=True)
class Logistic:
    """probability = 1 / (1 + exp(-(bias + Σ weight · feature)))."""

    bias: float
    weights: Mapping[str, float]

    def score(self, features: Mapping[str, float], offset: float = 0.0) -> float:
        """The probability of the features; `offset` is added to the bias."""
        total = self.bias + offset
        for name, value in features.items():
            total += self.weights.get(name, 0.0) * value
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True)
class Weights:
    """The models of relevance and of measure types. `offsets` are by measure type.

    `long` is for long texts, where every subject is named somewhere and only its share of the
    text and the headings tell.
    """

    relevance: Logistic
    measures: Logistic
    long: Logistic
    offsets: Mapping[str, float]
    threshold: float
    words: WordModel


def load_weights(path: Path) -> Weights:
    """Read weights.json. Raises CueError."""
    try:
        return weights_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CueError(
            f"{path}: cannot be used ({error!r}); train it anew with "
            "`python -m pipeline.classify.train`"
        ) from error


def weights_of(data: Mapping[str, Any]) -> Weights:
    """The models of the content of weights.json."""
    return Weights(
        relevance=_logistic(data["relevance"]),
        measures=_logistic(data["measures"]),
        long=_logistic(data["long"]),
        offsets={str(k): float(v) for k, v in data["measures"]["offsets"].items()},
        threshold=float(data["measures"]["threshold"]),
        words=words_of(data["words"]),
    )


def _logistic(data: object) -> Logistic:
    fields = cast(Mapping[str, object], data)
    weights = cast(Mapping[str, float], fields["weights"])
    bias = cast(float, fields["bias"])
    return Logistic(float(bias), {str(k): float(v) for k, v in weights.items()})
