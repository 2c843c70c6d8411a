"""How far a rendering can be trusted: the chance that it is right as it stands or after a light
edit, as sentences read one by one have shown.

What people wrote or approved is believed. For what an engine built, a logistic model weighs the
signals of the rendering; `tests/fit_confidence.py` fits it to `tests/gold/readings.jsonl`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pipeline.issues import Code
from pipeline.model import CheckResult, Layer, SegmentKind
from pipeline.translate.confidence_weights import (
    NOMINAL,
    NOMINAL_BIAS,
    SENTENCE,
    SENTENCE_BIAS,
)
from pipeline.translate.engine import Proposal
from pipeline.translate.pitfalls import pitfalls
from pipeline.translate.signals import signals

BASE: dict[Layer, float] = {
    "memory": 1.0,
    "template": 0.97,
    "target": 0.95,
    "argos": 0.80,
    "transfer": 0.97,
    "kanji": 0.0,
    "human": 1.0,
}
"""The most a layer is believed."""
BLOCKED_CEILING = 0.3
MISREAD_CEILING = 0.45
"""A rendering that fell into one of the known pitfalls is doubtful under any sensible gate."""
_WARNING_WEIGHT = {Code.TERM_MISSING: 0.25, Code.STYLE: 0.25}
_OTHER_WARNING = 0.15


def confidence(
    layer: Layer,
    zh: str,
    checks: Sequence[CheckResult],
    proposal: Proposal | None = None,
    kind: SegmentKind = "sentence",
) -> float:
    """Trust in a rendering, 0..1; `proposal` is what an engine built, None where people wrote it.
    Any blocking finding keeps it below every gate."""
    value = BASE[layer]
    if proposal is None:
        value -= sum(_warned(check) for check in checks)
    else:
        found = signals(zh, kind, proposal, checks)
        value = min(value, chance(found, kind in ("title", "heading")))
        if pitfalls(zh, proposal.ja):
            value = min(value, MISREAD_CEILING)
    if any(check.severity == "blocking" for check in checks):
        value = min(value, BLOCKED_CEILING)
    return round(min(1.0, max(0.0, value)), 3)


def chance(found: Mapping[str, float], nominal: bool) -> float:
    """The model's probability that a rendering with these signals is usable. Titles and headings
    (`nominal`) have weights of their own: they go wrong far less often."""
    bias, weights = (NOMINAL_BIAS, NOMINAL) if nominal else (SENTENCE_BIAS, SENTENCE)
    total = bias + sum(weight * found[name] for name, weight in weights.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def _warned(check: CheckResult) -> float:
    if check.severity != "warning":
        return 0.0
    return _WARNING_WEIGHT.get(Code(check.code), _OTHER_WARNING)
