"""Which signals a label learns from decisions, and with what weight.

One signal after the other, each the one that explains most of what is still wrong; so a lesson is
a few words an analyst can check, not a thousand small numbers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.learned import ALWAYS, Weight
from pipeline.classify.train import solve

MIN_CORRECTIONS = 3
"""Where a signal is carried, so many more decisions must overrule the machine than confirm it."""
MOST_SIGNALS = 12
"""A label learns no more signals than an analyst can look through."""
_PENALTY = 0.3
_LEAST_WEIGHT = 0.2
_SURE = 1e-4
_KINDS = ("cue", "title", "veto", "column", "source", ALWAYS)
"""Of signals that explain as much, the one that says more of the subject."""


@dataclass(frozen=True)
class Row:
    """One notice for one label: its probability so far, the truth, its signals."""

    chance: float
    truth: bool
    signals: Sequence[str]
    decided: bool


def learn_signals(label: str, rows: Sequence[Row], line: float) -> list[Weight]:
    """The signals a label learns, each step the one that explains most of what is still wrong."""
    truth = np.array([row.truth for row in rows], dtype=float)
    given = np.array([_log_odds(row.chance) for row in rows])
    decided = np.array([row.decided for row in rows])
    carried = _carried(rows)
    cut = _log_odds(line)
    chosen: list[str] = []
    weights = np.zeros(0)
    now = given
    while len(chosen) < MOST_SIGNALS:
        best = max(
            (
                (round(_gain(column, truth, now), 6), *_order(name, column), name)
                for name, column in carried.items()
                if name not in chosen
                and _overruled(decided & (column > 0), now >= cut, truth > 0) >= MIN_CORRECTIONS
            ),
            default=None,
        )
        if best is None or best[0] <= 0:
            break
        tried = [*chosen, best[-1]]
        matrix = np.stack([carried[name] for name in tried], axis=1)
        weights = solve(matrix, truth, np.full(len(tried), _PENALTY), given)
        chosen, now = tried, given + matrix @ weights
    return [
        Weight(
            label=label,
            signal=name,
            weight=round(float(weight), 2),
            decisions=int((carried[name][decided] > 0).sum()),
        )
        for name, weight in zip(chosen, weights, strict=True)
        if abs(weight) >= _LEAST_WEIGHT
    ]


def _carried(rows: Sequence[Row]) -> dict[str, NDArray[np.float64]]:
    """By signal of any decided notice, which rows carry it."""
    often = Counter(signal for row in rows if row.decided for signal in set(row.signals))
    found = {name: np.zeros(len(rows)) for name, count in often.items() if count >= MIN_CORRECTIONS}
    for index, row in enumerate(rows):
        for signal in row.signals:
            if signal in found:
                found[signal][index] = 1.0
    return found


def _overruled(rows: NDArray[np.bool_], given: NDArray[np.bool_], truth: NDArray[np.bool_]) -> int:
    """How many more of `rows` overrule than confirm the label, given or withheld: the clearer."""
    balances = []
    for side in (rows & given, rows & ~given):
        wrong = int((side & (given != truth)).sum())
        balances.append(2 * wrong - int(side.sum()))
    return max(balances)


def _gain(
    column: NDArray[np.float64], truth: NDArray[np.float64], now: NDArray[np.float64]
) -> float:
    """How much likelier the truth becomes with a weight for this signal alone."""
    rows = column > 0
    some, wanted = now[rows], truth[rows]
    (weight,) = solve(np.ones((len(some), 1)), wanted, np.array([_PENALTY]), some)
    likelier = _likelihood(some + weight, wanted) - _likelihood(some, wanted)
    return likelier - _PENALTY * float(weight) ** 2 / 2


def _likelihood(odds: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    return float(np.sum(truth * odds - np.logaddexp(0.0, odds)))


def _order(name: str, column: NDArray[np.float64]) -> tuple[int, float, int]:
    return -_KINDS.index(name.partition(":")[0]), -float(column.sum()), len(name)


def _log_odds(chance: float) -> float:
    sure = min(max(chance, _SURE), 1 - _SURE)
    return math.log(sure / (1 - sure))
