"""Telling goals from results, thresholds and sums."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

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
_TITLES = re.compile(r"目标|方案|计划|规划|指标|任务|要点|安排|责任状|会战|措施|意见|推广|攻坚")
_HEADINGS = re.compile(r"目标|指标")
_ACCOUNTS = re.compile(r"成效|现状|形势|回顾|进展|完成情况|工作总结|过去")
"""Headings of sections that tell what has been reached."""
_MONTHS_GONE = re.compile(
    r"(?<!\d)1[-—–~～至]{1,2}\d{1,2}月|(?<!\d)前\d{1,2}个?月|上半年|前三季度|上月|(?:上|本)周"
)
_ATTAINED = re.compile(
    r"(?<!确保)(?<!力争)(?:圆满|超额|提前|顺利)完成[^，。；]{0,12}?(?:目标|任务|指标)"
)
"""After its figures a sentence may still say that they are reached."""
_YARDSTICK = re.compile(
    r"(?:低于|好于|优于|高于|超过|超出|距离?|占)[^，。；]{0,12}(?:目标|任务|指标)"
    r"|完成[^，。；]{0,8}(?:目标|任务)[^，。；]{0,16}的\d"
)
"""A goal that results are held against."""
_INSTEAD_OF = re.compile(r"[，,（(](?:[月季年]度?|全年|[省市]定)?(?:控制|考核)?目标")
"""15天，月目标17天: what came of the goal that follows."""
_WHOSE = re.compile(
    r"的?[^，。；、\d]{0,8}?(?:企业|单位|工业源|加油站|储油库|工地|锅炉|机械|项目|排污者|机组|园区|天数)"
)
"""10吨以上企业: who is meant, not what is to be reached."""
_INTENDED = re.compile(
    r"计划|需完成|须|将完成|提出|需要|明确|(?<![主重需只首])要(?![求点素件闻因])"
)
_SUPPOSED = re.compile(
    r"情景|情形下|模拟|(?:测算|推算)(?![，,]?到(?:19|20)\d\d年)|可以?(?:降|削减|减少|压减|下降|降低|改善)[^，,；]{0,60}$"
    r"|(?:^|[，,：:])(?:若(?!干)|如果|如(?![期下上实何])[^，。；,]{1,20}[，,]|假如|假设|倘若|一旦)"
)
"""What follows may come about, or stands in a model; nobody promises it."""
_MONTH = re.compile(
    r"(?<![\d.年至到—~～-])(?P<month>\d{1,2})月份?(?![\d至到—~～-]|[底末]|前|起|以前)"
    r"|(?<![\d年至到第])第?(?P<quarter>[一二三])季度(?!末)"
)
_SETTLED = re.compile(r"确定(?!性)|明确|定为")
_MERELY = re.compile(r"(?:浓度|均值|比率|比例|天数|总量|排放量)(?:约)?为$")
"""2030年浓度为34: a forecast unless the text calls it a goal."""
_NESTED = 6
_AMOUNTS = ("万t", "亿t", "t")


@dataclass(frozen=True)
class Statement:
    """A value as a sentence states it.

    `sentence` is its extent, `window` the text around the value, `before` the sentence as far as
    the value. `year` is what it is for; `until`: 到Y年. `bare`: no verb and no word of comparison;
    `ahead` is where in `before` the last year that is yet to come ends, -1 for none;
    `held`: an earlier sentence of the paragraph speaks of targets; `told`, `intended`: an earlier
    part of the same sentence tells results, or what is to be done;
    `activity`: it counts what is done, not what is reached.
    """

    sentence: tuple[int, int]
    window: str
    before: str
    year: int | None
    until: bool
    ahead: int
    bare: bool
    held: bool
    told: bool
    intended: bool
    activity: bool
    run: tuple[Number, ...]


Ground = Literal["future", "until", "aimed", "title", "intent", "bound"]
"""Why a value is held to be a goal: its year is yet to come, 到Y年, words or a heading of goals,
the title of a plan, words of what is to be done, a bound alone."""


def ground_of(reading: Reading, cues: TargetCues, stated: Statement) -> Ground | None:
    """Why a value is something to reach, None where it is not."""
    if cues.excluded.search(cues.spared.sub("", stated.window)):
        return None
    if _ATTAINED.search(reading.text, *stated.sentence):
        return None
    if stated.ahead < 0 and in_section(reading, stated.sentence[0], _ACCOUNTS):
        return None
    told = told_until(cues, stated.before)
    meant = max((match.end() for match in cues.strong_goals.finditer(stated.before)), default=-1)
    # Nobody tells results of a year to come.
    meant_by = max(meant, stated.ahead)
    if told > meant_by:
        return None
    year = stated.year
    yet_to_come = year is not None and reading.year is not None and year > reading.year
    headed = in_section(reading, stated.sentence[0])
    if meant_by < 0 and not yet_to_come:
        if stated.told or (cues.told.search(stated.before) and not headed):
            return None
        if is_over(reading, stated.before):
            return None
    if _INSTEAD_OF.match(reading.text, stated.run[-1].end):
        return None
    for yardstick in _YARDSTICK.finditer(reading.text, *stated.sentence):
        # 距目标有差距，确保…: what comes after is a goal again.
        if meant <= yardstick.end() - stated.sentence[0]:
            return None
    supposed = max((match.end() for match in _SUPPOSED.finditer(stated.before)), default=-1)
    settled = max((match.end() for match in _SETTLED.finditer(stated.before)), default=-1)
    if supposed > max(meant, settled):
        return None
    aimed = stated.held or meant >= 0 or headed
    first, last = stated.run[0], stated.run[-1]
    if (first.before or last.after) and _WHOSE.match(reading.text, last.end):
        return None
    if not (aimed or first.before or last.after) and _MERELY.search(
        reading.text, stated.sentence[0], first.start
    ):
        return None
    if stated.bare and meant < 0 and first.unit.name in _AMOUNTS:
        return None
    if yet_to_come:
        return "future"
    if year is not None and reading.year is not None and year < reading.year:
        return None
    if stated.until or aimed:
        return "until" if stated.until else "aimed"
    if stated.bare:
        return None
    if _TITLES.search(reading.text[: reading.body_start]):
        return "title"
    if is_year_on_year(stated.before):
        return None
    if stated.intended or states_intent(stated.before):
        return "intent"
    if stated.activity:
        # 今年完成清洁取暖改造N万户: in a report this is as well a result.
        return None
    bounded = any(n.before in _BOUNDS or n.after in _BOUNDS for n in stated.run)
    return "bound" if bounded or cues.goals.search(stated.window) else None


def is_over(reading: Reading, text: str) -> bool:
    """Whether the last month or quarter a text names was over when the notice came out."""
    named = list(_MONTH.finditer(text))
    if not named or reading.month is None or states_intent(text):
        return False
    month, quarter = named[-1]["month"], named[-1]["quarter"]
    last = int(month) if month else 3 * ("一二三".index(quarter) + 1)
    return last < reading.month


def states_intent(text: str) -> bool:
    """Whether words say that something is to be done."""
    return _INTENDED.search(text) is not None


def tells_results(cues: TargetCues, text: str) -> bool:
    """Whether a text holds words of results."""
    return bool(cues.results.search(text) or _MONTHS_GONE.search(text))


def told_until(cues: TargetCues, text: str) -> int:
    """Where the last words of results in a text end, -1 for none."""
    ends = [match.end() for match in cues.results.finditer(text)]
    return max([-1, *ends, *(match.end() for match in _MONTHS_GONE.finditer(text))])


def in_section(reading: Reading, position: int, named: re.Pattern[str] = _HEADINGS) -> bool:
    """Whether the position lies in a section whose heading speaks of targets, or what is
    `named`."""
    index = bisect_right(reading.headings, position, key=lambda heading: heading[0])
    # The sections that may still be open stand just before.
    for start, end, heading in reading.headings[max(0, index - _NESTED) : index]:
        if start <= position < end and named.search(heading):
            return True
    return False


def in_passing(reading: Reading, family: str, position: int) -> bool:
    """Whether an activity figure is one of the many of a long plan, not a headline target."""
    if family not in ACTIVITIES:
        return False
    if len(reading.text) - reading.body_start < LONG:
        return False
    return not in_section(reading, position)
