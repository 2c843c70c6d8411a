"""Japanese for quantified targets, built from the extracted fields alone.

No sentence is translated here: the figure, its bound, its base year and its deadline come from
the record, so the Japanese cannot hold another figure than the extraction found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from pipeline.checks.numerals import find_numbers
from pipeline.checks.text import normal
from pipeline.issues import Code
from pipeline.misread import WARNING
from pipeline.model import CheckResult, Comparator, Origin, Segment, Target, TargetRow
from pipeline.translate.confidence import BASE
from pipeline.translate.kanji import to_kanji
from pipeline.vocab import Vocabulary

Render = Callable[[str], str]
"""Japanese for a Chinese name: used where the glossary does not cover an indicator."""

_FAMILIES = {
    "pm25": "PM2.5濃度", "pm10": "PM10濃度", "o3": "オゾン濃度", "so2": "二酸化硫黄濃度",
    "no2": "二酸化窒素濃度", "nox": "窒素酸化物排出量", "voc": "揮発性有機化合物排出量",
    "co": "一酸化炭素濃度", "dust": "降下ばいじん量", "aqi_days": "優良日数の割合",
    "heavy_days": "重度汚染日数", "coal": "石炭消費量", "vehicles": "対象車両台数",
    "households": "対象世帯数", "capacity": "生産能力", "emission_total": "排出総量",
}  # fmt: skip
_UNITS = {
    "μg/m3": "μg/m³", "mg/m3": "mg/m³", "km2": "km²", "t/(月·km2)": "t/(月・km²)",
    "百分点": "ポイント", "个百分点": "ポイント", "天": "日", "万户": "万戸", "户": "戸",
    "辆": "台", "万辆": "万台", "吨": "t", "万吨": "万t", "亿元": "億元", "家": "社", "个": "か所",
}  # fmt: skip
_BOUNDS: dict[Comparator, str] = {
    "at_most": "以下", "at_least": "以上", "less_than": "未満", "more_than": "超",
    "about": "程度", "within": "以内", "equal": "", "strive": "",
}  # fmt: skip
_ORDER: tuple[Comparator, ...] = (
    "at_most", "at_least", "less_than", "more_than", "within", "about",
)  # fmt: skip
_REDUCED_AMOUNT = re.compile(r"排放|削减|煤|产能|能耗|总量|減|减")
_PLAN = re.compile(r"十([一二三四五六])五")
_DIGITS = "一二三四五六七八九"
_POLLUTANT_DAYS = {
    "pm25": "PM2.5", "pm10": "PM10", "o3": "オゾン", "so2": "二酸化硫黄", "no2": "二酸化窒素",
}  # fmt: skip
_DATE = r"(?P<{0}y>20\d\d|次|翌)?年?(?:(?P<{0}m>\d{{1,2}})月?)?(?:(?P<{0}d>\d{{1,2}})日)?"
_SPAN = re.compile(
    _DATE.format("a") + r"[至到\-—–~～]{1,2}" + _DATE.format("b") + "(?P<season>秋冬季|采暖季)?"
)
_PART = re.compile(
    r"(?:(?P<year>20\d\d)年)?(?:第?(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年)"
)
_YEAR_BEFORE = re.compile(r"同比|同期|比上年|较上年|与上年相比|比上一年|较去年|比去年")


def indicator_ja(target: Target, vocabulary: Vocabulary, render: Render | None = None) -> str:
    """The indicator's Japanese: its term, its terms put together, `render`, or its family."""
    name = normal(target.indicator)
    days = _pollutant_days(target)
    if days:
        return days
    if _amount_of_pollutant(target, name):
        return _FAMILIES[target.family]
    term = vocabulary.glossary.by_zh.get(name) or vocabulary.glossary.by_zh.get(target.indicator)
    if term:
        return term.ja
    matches = vocabulary.glossary.match(name)
    parts, position = [], 0
    for match in matches:
        gap = name[position : match.start]
        if gap and not gap.isascii():
            break
        parts += [gap, match.term.ja]
        position = match.end
    rest = name[position:]
    if matches and (not rest or rest.isascii()):
        return "".join(parts) + rest
    family = _FAMILIES.get(target.family)
    if render is not None and target.family not in ("pm25", "pm10", "o3", "so2", "no2", "co"):
        rendered = render(name).rstrip("。")
        if rendered:
            return rendered
    return family or to_kanji(name)


def _amount_of_pollutant(target: Target, name: str) -> bool:
    """Whether only the unit or the family says that a pollutant's concentration or emission is
    meant (臭氧 150μg/m3; 氮氧化物和VOCs排放总量)."""
    if re.search(r"浓度|排放|均值|减|评价|强度", name) or target.family not in _FAMILIES:
        return False
    return target.unit in ("μg/m3", "mg/m3") or target.family in ("nox", "voc")


def _pollutant_days(target: Target) -> str | None:
    """Days (or their share) on which a pollutant is too high: no concentration."""
    pollutant = _POLLUTANT_DAYS.get(target.family)
    counted = target.unit in ("日", "天")
    share = target.unit == "%" and re.search(r"超标率|天数", target.indicator)
    if pollutant is None or not (counted or share):
        return None
    word = "汚染" if "污染" in target.indicator else "超過"
    return f"{pollutant}{word}日数" + ("" if counted else "の割合")


def value_ja(target: Target) -> str:
    """The figure with unit and bound: 30μg/m³以下, 10%低下, 1.5万t削減, 20～30%."""
    unit = _unit(target.unit)
    low = _decimal(abs(target.value))
    high = f"～{_decimal(abs(target.value_max))}" if target.value_max is not None else ""
    bound = next((_BOUNDS[c] for c in _ORDER if c in target.comparators), "")
    return f"{low}{high}{unit}{bound}{_change(target)}"


def _change(target: Target) -> str:
    if target.value < 0:
        return "削減" if _REDUCED_AMOUNT.search(target.indicator) else "低下"
    if target.base_year is not None:
        return "増加" if target.unit not in ("百分点", "个百分点", "pt") else "上昇"
    return ""


def _unit(unit: str) -> str:
    return _UNITS.get(unit, unit if not re.search("[\u4e00-\u9fff]", unit) else to_kanji(unit))


def _decimal(value: Decimal) -> str:
    text = format(value.normalize(), "f")
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}" + point + rest


def period_ja(target: Target) -> str | None:
    """What the target is for: 2025年, 2026年10月～2027年3月, 2026年第4四半期,
    第14次五カ年計画期間; None where the source gives none."""
    part = _part_of_year(target)
    if part:
        return part
    if target.target_year and target.target_year.isdigit():
        return f"{target.target_year}年"
    plan = _PLAN.search(target.period or target.target_year or "")
    if plan:
        return f"第{11 + _DIGITS.index(plan[1])}次五カ年計画期間"
    return None


def _part_of_year(target: Target) -> str | None:
    """A season, quarter or half year as Japanese; None for whole years."""
    period = normal(target.period or "")
    part = _PART.fullmatch(period)
    if part:
        year = part["year"] or target.target_year
        if part["half"]:
            name = "上半期" if part["half"] == "上" else "下半期"
        else:
            name = f"第{_DIGITS.find(part['quarter']) + 1 or int(part['quarter'])}四半期"
        return f"{year}年{name}" if year else name
    span = _SPAN.fullmatch(period)
    if span is None or not (span["am"] or span["bm"] or span["season"]):
        return None
    if span["season"] and not span["am"]:
        name = {"秋冬季": "秋冬季", "采暖季": "暖房期"}[span["season"]]
        return f"{span['ay']}～{target.target_year or span['by']}年{name}"
    begins = span["ay"] or target.target_year
    first = f"{begins}年" if begins else ""
    last = f"{target.target_year}年" if span["by"] and target.target_year else ""
    last = "" if last == first else last
    return f"{first}{_month(span, 'a')}～{last}{_month(span, 'b')}"


def _month(span: re.Match[str], side: str) -> str:
    month, day = span[f"{side}m"], span[f"{side}d"]
    return (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")


def _base_ja(target: Target) -> str | None:
    if not (target.base_year or "").isdigit():
        return None
    if _part_of_year(target) and _YEAR_BEFORE.search(target.clause):
        # A season is measured from the same season, not from the whole year before.
        return "前年同期比"
    return f"{target.base_year}年比"


def scope_ja(target: Target, vocabulary: Vocabulary) -> str | None:
    """The Japanese name of the place the target is for, where it is not the whole document's."""
    place = vocabulary.gazetteer.by_id.get(target.scope or "")
    return place.ja if place else None


def target_row(
    target: Target, vocabulary: Vocabulary, render: Render | None = None, *, misread: bool = False
) -> TargetRow:
    """The target as a line of an entry's table. `misread`: its clause was recognised in a scan."""
    value = value_ja(target)
    if "strive" in target.comparators:
        value += "（努力目標）"
    if misread:
        value += f"［{WARNING}］"
    return TargetRow(
        indicator=indicator_ja(target, vocabulary, render),
        value=value,
        period=period_ja(target),
        base=_base_ja(target),
        scope=scope_ja(target, vocabulary),
        source=target.clause,
    )


def target_sentence(target: Target, vocabulary: Vocabulary, render: Render | None = None) -> str:
    """The target as one Japanese sentence."""
    row = target_row(target, vocabulary, render)
    parts: list[str] = []
    if row.period:
        until = "までに" if row.period.endswith("年") else "に"
        if row.period.endswith("期間"):
            until = "中に"
        parts.append(f"{row.period}{until}、")
    if row.scope:
        parts.append(f"{row.scope}の")
    parts.append(f"{row.indicator}を")
    if row.base:
        parts.append(f"{row.base}で")
    change = _change(target)
    figure = value_ja(target)
    verb = {"低下": "低下させる", "増加": "増加させる", "上昇": "上昇させる", "削減": "削減する"}
    if change:
        parts.append(figure.removesuffix(change) + verb[change])
    else:
        parts.append(f"{figure}とする")
    sentence = "".join(parts)
    if "strive" in target.comparators:
        sentence += "よう努める"
    return sentence + "。"


_DOUBTS = {
    "part": "区域の一部の値（全体の目標値が別にある）",
    "task": "個別事業の値（大気環境の目標値が別にある）",
}
"""What a doubtful target is, by the ground it was found on."""


def target_segment(target: Target, vocabulary: Vocabulary, render: Render | None = None) -> Segment:
    """The target's sentence as a segment, doubtful where its figure is not in its clause
    or the target itself is doubtful."""
    ja = target_sentence(target, vocabulary, render)
    values = {value for n in find_numbers(normal(target.clause), "zh") for value in n.values}
    wanted = abs(target.value)
    scaled = {wanted, wanted * 10_000, wanted * 100_000_000}
    checks: tuple[CheckResult, ...] = ()
    if not values & scaled:
        checks = (
            CheckResult(
                code=Code.NUMBER_MISMATCH,
                severity="blocking",
                message=f"目標値「{_decimal(wanted)}」が原文の該当箇所にない",
                zh=target.clause[:80],
            ),
        )
    elif target.doubtful:
        checks = (
            CheckResult(
                code=Code.TARGET_DOUBTFUL,
                severity="warning",
                message=_DOUBTS.get(target.ground or "", "本文書の目標値でない可能性がある"),
                zh=target.clause[:80],
            ),
        )
    origin = Origin(
        zh_start=0, zh_end=len(target.clause), ja_start=0, ja_end=len(ja), kind="pattern"
    )
    return Segment(
        zh=target.clause, ja=ja, kind="target", layer="target", engine="target-template",
        state="doubtful" if checks else "machine",
        confidence=0.3 if checks else BASE["target"], checks=checks, origins=(origin,),
    )  # fmt: skip
