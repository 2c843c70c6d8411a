"""Telling goals from results, thresholds and sums."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from pipeline.targets.cues import TargetCues
from pipeline.targets.reading import Reading
from pipeline.targets.scan import Number
from pipeline.targets.years import is_year_on_year

LONG = 1500
"""Characters from which a text is long: only its section of targets gives activity figures."""
ACTIVITIES = frozenset({"other", "capacity", "vehicles", "households"})
_BOUNDS = frozenset(
    {"不高于", "不低于", "不超过", "不少于", "以内", "以下", "以上", "≤", "≥", "及以上", "及以下"}
)
_TITLES = re.compile(r"目标|方案|计划|规划|指标|任务|要点|责任状|会战|措施|意见|推广|攻坚")
_HEADINGS = re.compile(r"目标|指标")
_MONTHS_GONE = re.compile(
    r"(?<!\d)1[-—–~～至]{1,2}\d{1,2}月|(?<!\d)前\d{1,2}个?月|上半年|前三季度|上月|(?:上|本)周"
)
_ATTAINED = re.compile(
    r"(?<!确保)(?<!力争)(?:圆满|超额|提前|顺利)完成[^，。；]{0,12}?(?:目标|任务|指标)"
)
"""After its figures a sentence may still say that they are reached."""
_INTENDED = re.compile(r"计划|需完成|须|要完成|将完成|提出|需要|明确")
_SUPPOSED = re.compile(
    r"情景|情形下|模拟|测算|推算|可以?(?:降|削减|减少|压减|下降|降低|改善)[^，,；]{0,60}$"
    r"|(?:^|[，,：:])(?:若(?!干)|如果|如(?![期下上实何])[^，。；,]{1,20}[，,]|假如|假设|倘若|一旦)"
)
"""What follows may come about, or stands in a model; nobody promises it."""
_SETTLED = re.compile(r"确定(?!性)|明确|定为")
_MERELY = re.compile(r"(?:浓度|均值|比率|比例|天数|总量|排放量)(?:约)?为$")
"""2030年浓度为34: a forecast unless the text calls it a goal."""
_NESTED = 6


@dataclass(frozen=True)
class Statement:
    """A value as a sentence states it.

    `sentence` is its extent, `window` the text around the value, `before` the sentence as far as
    the value. `year` is what it is for; `until`: 到Y年. `bare`: no verb and no word of comparison;
    `held`: an earlier sentence of the paragraph speaks of targets;
    `activity`: it counts what is done, not what is reached.
    """

    sentence: tuple[int, int]
    window: str
    before: str
    year: int | None
    until: bool
    bare: bool
    held: bool
    activity: bool
    run: tuple[Number, ...]


def is_goal(reading: Reading, cues: TargetCues, stated: Statement) -> bool:
    """Whether a value is something to reach."""
    if cues.excluded.search(stated.window):
        return False
    if _ATTAINED.search(reading.text, *stated.sentence):
        return False
    told = max((match.end() for match in cues.results.finditer(stated.before)), default=-1)
    told = max([told, *(match.end() for match in _MONTHS_GONE.finditer(stated.before))])
    meant = max((match.end() for match in cues.strong_goals.finditer(stated.before)), default=-1)
    if told > meant:
        return False
    supposed = max((match.end() for match in _SUPPOSED.finditer(stated.before)), default=-1)
    settled = max((match.end() for match in _SETTLED.finditer(stated.before)), default=-1)
    if supposed > max(meant, settled):
        return False
    aimed = stated.held or meant >= 0 or in_goal_section(reading, stated.sentence[0])
    first, last = stated.run[0], stated.run[-1]
    if not (aimed or first.before or last.after) and _MERELY.search(
        reading.text, stated.sentence[0], first.start
    ):
        return False
    year = stated.year
    if year is not None and reading.year is not None and year != reading.year:
        return year > reading.year
    if stated.until or aimed:
        return True
    if stated.bare:
        return False
    if _TITLES.search(reading.text[: reading.body_start]):
        return True
    if is_year_on_year(stated.before):
        return False
    if stated.activity:
        # 今年完成清洁取暖改造N万户: in a report this is as well a result.
        return _INTENDED.search(stated.before) is not None
    bounded = any(n.before in _BOUNDS or n.after in _BOUNDS for n in stated.run)
    return bounded or bool(cues.goals.search(stated.window))


def in_goal_section(reading: Reading, position: int) -> bool:
    """Whether the position lies in a section whose heading speaks of targets."""
    index = bisect_right(reading.headings, position, key=lambda heading: heading[0])
    # The sections that may still be open stand just before.
    for start, end, heading in reading.headings[max(0, index - _NESTED) : index]:
        if start <= position < end and _HEADINGS.search(heading):
            return True
    return False


def in_passing(reading: Reading, family: str, position: int) -> bool:
    """Whether an activity figure is one of the many of a long plan, not a headline target."""
    if family not in ACTIVITIES:
        return False
    long = len(reading.text) - reading.body_start >= LONG
    if not long and not any(_HEADINGS.search(heading) for _, _, heading in reading.headings):
        return False
    return not in_goal_section(reading, position)
