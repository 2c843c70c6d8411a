"""How far a rendering can be trusted, from its layer, unknown words, doubts and findings."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.issues import Code
from pipeline.model import CheckResult, Layer

BASE: dict[Layer, float] = {
    "memory": 1.0,
    "template": 0.95,
    "target": 0.95,
    "argos": 0.80,
    "transfer": 0.95,
    "kanji": 0.0,
    "human": 1.0,
}
UNKNOWN_WEIGHT = 2.0
FLAG_WEIGHT = 0.15
LENGTH_FREE = 45
"""Source characters beyond which trust falls: long sentences go wrong more often."""
LENGTH_WEIGHT = 0.004
BLOCKED_CEILING = 0.3
_WARNING_WEIGHT = {Code.TERM_MISSING: 0.25, Code.STYLE: 0.25}
_OTHER_WARNING = 0.15


def confidence(
    layer: Layer,
    zh: str,
    checks: Sequence[CheckResult],
    unknown_share: float = 0.0,
    flags: Sequence[str] = (),
) -> float:
    """Trust in a rendering, 0..1. Any blocking finding keeps it below every gate."""
    value = BASE[layer]
    if layer in ("memory", "human"):
        unknown_share, flags = 0.0, ()
    else:
        value -= LENGTH_WEIGHT * max(0, len(zh) - LENGTH_FREE)
    value -= UNKNOWN_WEIGHT * unknown_share + FLAG_WEIGHT * len(flags)
    for check in checks:
        if check.severity == "warning":
            value -= _WARNING_WEIGHT.get(Code(check.code), _OTHER_WARNING)
    if any(check.severity == "blocking" for check in checks):
        value = min(value, BLOCKED_CEILING)
    return round(min(1.0, max(0.0, value)), 3)
