"""Which figures stand below the headline targets of a text.

A plan says first what its whole area is to reach, then what regions within it share and what single
tasks add to that. The latter are found and printed, but marked for the analyst: they are rarely
what the notice is cited for. Cities and districts of a list answer for their own values; those are
targets like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.model import Target

OUTCOMES = frozenset({"pm25", "pm10", "o3", "so2", "no2", "aqi_days", "heavy_days"})
"""What the air is to become, unlike what is done for it."""
_EMISSIONS = frozenset({"so2", "nox", "voc"})
_TONNES = frozenset({"t", "万t"})
_OF_THE_AREA = re.compile(r"排放|总量|工程|累计|减排量|削减量|全[年市省县区]|确保|力争|目标")
"""氮氧化物排放量 is that of the area; VOCs减排900吨 is what a task saves."""
_REGION = "r-"
"""How the ids of named regions begin."""
_PASS_RATE = re.compile(r"合格率$")
"""That a duty everybody has is kept."""


def below_headlines(targets: Iterable[Target]) -> list[Target]:
    """The targets, those below a headline marked doubtful with the ground "part" (a region of an
    area that has its own value of the same kind before) or "task" (of one task beside outcomes)."""
    found = list(targets)
    outcomes = any(target.family in OUTCOMES and not target.doubtful for target in found)
    whole: set[tuple[str, str, bool, str | None]] = set()
    ranked = []
    for target in found:
        kind = (target.family, target.unit, target.value < 0, target.target_year)
        if target.scope is None:
            whole.add(kind)
        if target.doubtful:
            ranked.append(target)
        elif (target.scope or "").startswith(_REGION) and kind in whole:
            ranked.append(target.model_copy(update={"doubtful": True, "ground": "part"}))
        elif outcomes and _of_one_task(target):
            ranked.append(target.model_copy(update={"doubtful": True, "ground": "task"}))
        else:
            ranked.append(target)
    return ranked


def _of_one_task(target: Target) -> bool:
    saved = target.family in _EMISSIONS and target.unit in _TONNES and target.value < 0
    if saved and not _OF_THE_AREA.search(target.clause):
        return True
    return _PASS_RATE.search(target.indicator) is not None
