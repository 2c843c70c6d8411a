"""Lines of a summary that need no translated sentence: chapters, targets, figures, alerts,
penalties, commencement. Each is composed from what was read in the source, and names it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

from pipeline.checks.numbers import invented_figures
from pipeline.model import (
    Block,
    Classification,
    Notice,
    Observation,
    Origin,
    Segment,
    SegmentKind,
    Target,
)  # fmt: skip
from pipeline.summarize import SummaryKind, boilerplate_heading
from pipeline.translate.confidence import BASE
from pipeline.translate.segment import split_sentences
from pipeline.translate.targets import target_row, target_segment
from pipeline.vocab import Vocabulary

Render = Callable[[str, SegmentKind], Segment]
MAX_CHAPTERS, MAX_FIGURES, MAX_GOALS = 6, 5, 6
MAX_TARGETS = 20
"""Targets of one notice that are considered."""
MAX_SOURCE = 400
"""Characters of a sentence whose targets are told."""
MAX_OPENING = 12
"""Sentences of a text among which its purpose is looked for."""
MAX_READ = 60_000
"""Characters in which alerts, penalties and dates are looked for."""

_CHAPTER = re.compile(r"^(?:第[一二三四五六七八九十百]{1,4}章|[一二三四五六七八九十]{1,3}、)\s*")
_SECTION = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]\s*")
_INLINE = re.compile(r"^([^。，；：]{4,24})。")
_ALERT = re.compile(r"([红橙黄蓝]色)预警")
_RESPONSE = re.compile(r"([ⅠⅡⅢⅣ]|[一二三四])级(?:应急)?响应")
_ROMAN = {"一": "Ⅰ", "二": "Ⅱ", "三": "Ⅲ", "四": "Ⅳ"}
_COLOURS = {"红色": "赤色", "橙色": "オレンジ色", "黄色": "黄色", "蓝色": "青色"}
_TIME = re.compile(
    r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日(?:(\d{1,2})(?:时|点|:00|：00)|(零)时)?(?=[起启解终发])"
)
_LIFTED = re.compile(r"(?:解除|终止|取消)(?!条件|标准|时间|前|后|程序)")
_ISSUED = re.compile(r"(?:发布|启动|发出|执行|实施)(?!条件|标准|时间|前|后|程序)")
_SHIFTED = re.compile(r"升级|调整|降级|[升降]为|提级")
_SUPPOSED = re.compile(r"如(?!下|期)|若|视情|适时|一旦|条件|未(?!来)|不再")
"""A clause of what may happen, or of what does not."""
_CASES = re.compile(r"(立案|查处|处罚)[^。；\d]{0,24}?(\d{1,5})(余)?(起|件|宗|家)")
_FINES = re.compile(r"罚款[^。；\d]{0,10}(\d{1,6}(?:\.\d{1,4})?)(余)?(万|亿)?元")
_BEGINS = re.compile(r"自(20\d\d)年(\d{1,2})月(\d{1,2})日起(?:正式)?(?:施行|实施|执行)")
_UNTIL = re.compile(r"有效期(?:至|到)(20\d\d)年(\d{1,2})月(\d{1,2})日|有效期(?:为)?(\d{1,2})年")
_AIM = re.compile(
    r"(?:^|，)为(?:了)?(?!核心|主|重点|目标|抓手|契机|导向|引领)([^。；]{6,120}?)，"
    r"(?=现|经|根据|按照|依据|结合|特制|制定|我[国省市县区局厅]|决定|本)"
)
_MADE, _MADE_JA = "制定本方案", "ため、本方案を策定する"
_PAPERS = {
    "plan": "計画", "law": "法規", "standard": "基準", "notice": "通知", "announcement": "公告",
    "draft_for_comment": "意見募集案",
}  # fmt: skip
_PAST = re.compile(
    r"(?:低下|減少|削減|上昇|増加|改善)し(?:た。|、)|(?<!こと)(?<!目標)とした。|(?:なった|であった|達した)。"
)
_FAMILIES = {
    "pm25": "PM2.5平均濃度", "pm10": "PM10平均濃度", "o3": "オゾン濃度", "so2": "二酸化硫黄濃度",
    "no2": "二酸化窒素濃度", "co": "一酸化炭素濃度", "index": "大気質総合指数",
}  # fmt: skip
_DAYS = {"aqi_days": "優良日数", "heavy_days": "重度以上の汚染日数"}


def told_as_past(ja: str) -> bool:
    """Whether a sentence of an aim reads as if it had been reached (3.5%低下し、…とした)."""
    return _PAST.search(ja) is not None


def fact_lines(
    notice: Notice,
    labels: Classification,
    targets: Sequence[Target],
    observations: Sequence[Observation],
    vocabulary: Vocabulary,
    render: Render,
) -> dict[SummaryKind, Segment]:
    """kind of line -> the line, for those kinds the notice gives facts of.

    `render` translates a heading or an indicator; what it does not accept is left out.
    """
    found: dict[SummaryKind, Segment | None] = {
        "purpose": purpose_line(notice, labels, render),
        "chapters": chapters_line(notice, labels, vocabulary, render),
        "target": goals_line(notice, targets, vocabulary, render),
        "result": figures_line(notice, observations, vocabulary),
        "date": commencement_line(notice),
    }
    if labels.document_type not in ("plan", "law", "standard", "draft_for_comment"):
        found["alert"] = alert_line(notice, labels, vocabulary)
        found["penalty"] = penalty_line(notice)
    return {kind: line for kind, line in found.items() if line is not None}


def _line(zh: str, ja: str, confidence: float = BASE["template"]) -> Segment:
    origin = Origin(zh_start=0, zh_end=len(zh), ja_start=0, ja_end=len(ja), kind="pattern")
    return Segment(
        zh=zh, ja=ja, kind="sentence", layer="template", engine="summary-facts", state="machine",
        confidence=confidence, origins=(origin,),
    )  # fmt: skip


def _listed(items: Sequence[str], more: bool = False) -> str:
    if more:
        return "、".join(items) + "等"
    return "、".join(items[:-1]) + "及び" + items[-1] if len(items) > 1 else items[0]


def headings(notice: Notice) -> list[str]:
    """The headings of the first level (of the second where the first has fewer than three),
    without their numbers and without those every plan has."""
    for pattern in (_CHAPTER, _SECTION):
        found: list[str] = []
        for block in notice.blocks:
            name = _heading(block, pattern)
            if name and name not in found and not boilerplate_heading(name):
                found.append(name)
        if len(found) >= 3:
            return found
    return []


def _heading(block: Block, pattern: re.Pattern[str]) -> str | None:
    if block.kind in ("table", "signature", "title"):
        return None
    text = block.text.strip()
    number = pattern.match(text)
    if number is None:
        return None
    rest = text[number.end() :]
    inline = _INLINE.match(rest)
    if inline:
        return inline[1]
    return rest if 3 < len(rest) <= 32 and rest[-1] not in "。；，：" else None


def purpose_line(notice: Notice, labels: Classification, render: Render) -> Segment | None:
    """大気質を引き続き改善し、国民の健康を保障するための計画である。 From the 为… of a text that
    goes on to cite its grounds or to issue itself."""
    paper = _PAPERS.get(labels.document_type)
    if paper is None:
        return None
    for zh in islice(_read(notice), 1, 1 + MAX_OPENING):
        match = _AIM.search(zh)
        if match is None:
            continue
        one = render(f"为{match[1]}，{_MADE}。", "formula")
        aim, made, _ = one.ja.partition(_MADE_JA)
        if one.accepted and made:
            return _line(zh, f"{aim}ための{paper}である。", one.confidence)
    return None


def chapters_line(
    notice: Notice, labels: Classification, vocabulary: Vocabulary, render: Render
) -> Segment | None:
    """主な措置は、「…」、「…」及び「…」である。 None with fewer than three sound headings."""
    names = [name for name in headings(notice) if not _only_places(name, vocabulary)]
    rendered = [(name, render(name, "heading")) for name in names[: 2 * MAX_CHAPTERS]]
    sound = [(name, one) for name, one in rendered if one.accepted and one.ja][:MAX_CHAPTERS]
    if len(sound) < 3:
        return None
    quoted = [f"「{one.ja.rstrip('。')}」" for _, one in sound]
    subject = "主な章は、" if labels.document_type == "law" else "主な措置は、"
    ja = f"{subject}{_listed(quoted, len(sound) < len(names))}である。"
    return _line("；".join(name for name, _ in sound), ja, min(one.confidence for _, one in sound))


def _only_places(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a heading names places and nothing to be done."""
    found = vocabulary.gazetteer.find(name)
    return sum(end - start for start, end, _ in found) >= len(name) - 1


def goals_line(
    notice: Notice, targets: Sequence[Target], vocabulary: Vocabulary, render: Render
) -> Segment | None:
    """2025年までの目標は、PM2.5濃度（2020年比10%低下）及び…である。"""
    groups: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))

    sentences = list(_read(notice)) if targets else []
    left_out = 0

    def name(zh: str) -> str:
        one = render(zh, "heading")
        return one.ja if one.accepted else ""

    for target in targets[:MAX_TARGETS]:
        source = next((zh for zh in sentences if target.clause in zh), target.clause)
        unnamed = (
            not name(target.indicator)
            if target.family == "other"
            else target.family == "so2" and "二氧化硫" not in target.indicator
        )
        unread = target_segment(target, vocabulary).state != "machine"
        if unread or unnamed or len(source) > MAX_SOURCE:
            left_out += 1
            continue
        row = target_row(target, vocabulary, name)
        value = (row.base or "") + row.value
        if invented_figures(source, value):  # a table parts the figure from its unit
            left_out += 1
            continue
        subject = f"{row.scope}の{row.indicator}" if row.scope else row.indicator
        period = row.period or ""
        year = period[:4]
        said = not year.isdigit() or year in source
        goals = groups[period if said else ""][subject]
        if value not in [figure for _, figure in goals]:
            goals.append((source, value))
    if not groups:
        return None
    period, chosen = max(groups.items(), key=lambda item: (bool(item[0]), len(item[1])))
    until = f"{period}まで" if period.endswith("年") else period
    head = f"{until}の目標は、" if period else "目標は、"
    subjects = list(chosen)[:MAX_GOALS]
    figures = [f"{s}（{'、'.join(figure for _, figure in chosen[s])}）" for s in subjects]
    told = dict.fromkeys(zh for s in subjects for zh, _ in chosen[s])
    more = bool(left_out) or len(groups) > 1 or len(chosen) > MAX_GOALS
    return _line("".join(told), f"{head}{_listed(figures, more)}である。")


def figures_line(
    notice: Notice, observations: Sequence[Observation], vocabulary: Vocabulary
) -> Segment | None:
    """2022年の全国のPM2.5平均濃度は29μg/m³（前年同期比3.3%低下）、…であった。"""
    groups: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.family in _FAMILIES or one.family in _DAYS:
            groups[one.period, one.place].append(one)
    if not groups:
        return None
    (period, place), chosen = max(groups.items(), key=lambda item: len(item[1]))
    clauses = [one.clause for one in chosen[:MAX_FIGURES]]
    told = [zh for zh in _read(notice) if any(clause in zh for clause in clauses)]
    zh = "".join(told[:3]) or "；".join(clauses)
    where = vocabulary.gazetteer.by_id.get(place)
    when = _period(period, f"{notice.title}{zh}")
    if when and not all(part in zh for part in re.findall(r"\d+", when)):
        zh = f"{notice.title}；{zh}"
    said: list[str] = []
    for one in chosen[:MAX_FIGURES]:
        text = f"{_indicator(one)}が{_number(one.value)}{_unit(one.unit)}{_changed(one)}"
        if text not in said:
            said.append(text)
    head = f"{when}の" if when else ""
    place_ja = "全国" if place == "100000" else (where.ja if where else "")
    return _line(zh, f"{head}{place_ja}では、".lstrip("の") + "、".join(said) + "であった。")


def _indicator(one: Observation) -> str:
    if one.family in _DAYS:
        return _DAYS[one.family] + ("の割合" if one.unit == "%" else "")
    return _FAMILIES[one.family]


def _unit(unit: str) -> str:
    return {"μg/m3": "μg/m³", "mg/m3": "mg/m³"}.get(unit, unit)


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _changed(one: Observation) -> str:
    if one.change is None or one.change_unit is None:
        return ""
    if one.change == 0:
        return "（前年同期比横ばい）"
    if one.change_unit == "日":
        word = "減少" if one.change < 0 else "増加"
    else:
        word = "低下" if one.change < 0 else "上昇"
    return f"（前年同期比{_number(abs(one.change))}{_unit(one.change_unit)}{word}）"


def _period(period: str, source: str) -> str:
    """2022年, 2022年12月, 2022年1～9月; the year only where the source says it."""
    start, _, end = period.partition("..")
    year, _, month = start.partition("-")
    head = f"{year}年" if year in source else ""
    if not month:
        return head
    if end and end[:4] == year:
        return f"{head}{int(month)}～{int(end[5:7])}月"
    return f"{head}{int(month)}月"


def _read(notice: Notice) -> Iterator[str]:
    read = 0
    yield notice.title
    for block in notice.blocks:
        read += len(block.text)
        if read > MAX_READ:
            return
        if block.kind != "table":
            yield from split_sentences(block.text)


def alert_line(notice: Notice, labels: Classification, vocabulary: Vocabulary) -> Segment | None:
    """武漢市は、1月10日18時に重度汚染天気黄色警報を解除し、Ⅲ級緊急対応を終了した。"""
    title = "".join(notice.title.split())
    if not re.search(r"预警|响应", title) or re.search(r"预案|方案|办法|规定|分级", title):
        return None
    sentences = [zh for zh in _read(notice) if _ALERT.search(zh)]
    timed = [zh for zh in sentences if _TIME.search(zh)]
    if not timed and not _ALERT.search(title):
        return None
    source = timed[0] if timed else title
    colour = _ALERT.search(title) or _ALERT.search(source)
    lifted = _is_lifted(title, source)
    if colour is None or lifted is None:
        return None
    times = list(_TIME.finditer(source))
    # 解除25日20时启动的预警 names two times: each stands before its own verb.
    own = [time for time in times if (source[time.end()] in "解终") == lifted]
    if times and not own:
        return None
    time = own[0] if own else None
    level = _RESPONSE.search(source) or _RESPONSE.search(title)
    named = [match.id for match in vocabulary.gazetteer.find(title)]
    named += [label.id for label in labels.places]
    place = vocabulary.gazetteer.by_id.get(named[0]) if named else None
    parts = [f"{place.ja}は、" if place else ""]
    if time:
        parts.append(_moment(time) + ("に" if lifted else "から"))
    parts.append(f"重度汚染天気{_COLOURS[colour[1]]}警報を{'解除' if lifted else '発令'}し")
    if level:
        roman = _ROMAN.get(level[1], level[1])
        parts.append(f"、{roman}級緊急対応を{'終了' if lifted else '開始'}した。")
    else:
        parts.append("た。")
    ja = "".join(parts)
    zh = source if source == title or (colour[0] in source and level) else f"{title}；{source}"
    return _line(zh, ja)


def _is_lifted(title: str, source: str) -> bool | None:
    """Whether an alert is lifted (True) or issued (False): by the verbs of its sentence, and of
    its title where that names one; None where they disagree, say both or change its level."""
    if _SHIFTED.search(title) or _SHIFTED.search(source):
        return None
    clauses = [one for one in re.split(r"[，,；;。]", source) if not _SUPPOSED.search(one)]
    told = _verbs("，".join(clauses)) if source != title else set()
    named = _verbs(title)
    found = told or named
    if len(told) == 2 and len(named) == 1:
        found = named
    elif named and told and named != told:
        return None
    return found.pop() if len(found) == 1 else None


def _verbs(text: str) -> set[bool]:
    return {
        lifted
        for lifted, pattern in ((True, _LIFTED), (False, _ISSUED))
        if pattern.search(text)
    }  # fmt: skip


def _moment(match: re.Match[str]) -> str:
    year = f"{match[1]}年" if match[1] else ""
    hour = f"{int(match[4])}時" if match[4] else ("0時" if match[5] else "")
    return f"{year}{int(match[2])}月{int(match[3])}日{hour}"


def penalty_line(notice: Notice) -> Segment | None:
    """大気環境に関する違法事案47件を立件し、過料は計512万元であった。"""
    for zh in _read(notice):
        cases, fines = _CASES.search(zh), _FINES.search(zh)
        if cases is None or fines is None or not re.search("大气|环境|空气|排放", zh):
            continue
        verb = {"立案": "立件し", "查处": "摘発し", "处罚": "処分し"}[cases[1]]
        more = "余り" if cases[3] else ""
        counted = f"企業{cases[2]}{more}社" if cases[4] == "家" else f"違法事案{cases[2]}{more}件"
        scale = {"万": "万", "亿": "億", None: ""}[fines[3]]
        amount = f"{fines[1]}{scale}元{'余り' if fines[2] else ''}"
        return _line(zh, f"大気環境に関する{counted}を{verb}、過料は計{amount}であった。")
    return None


def commencement_line(notice: Notice) -> Segment | None:
    """2026年3月1日から施行する（有効期間は3年）。"""
    for zh in _read(notice):
        match = _BEGINS.search(zh)
        if match is None:
            continue
        until = _UNTIL.search(zh)
        note = ""
        if until:
            day = f"{until[1]}年{until[2]}月{until[3]}日まで" if until[1] else f"{until[4]}年間"
            note = f"（有効期間は{day}）"
        verb = "実施" if "实施" in match[0] else "施行"
        ja = f"{match[1]}年{int(match[2])}月{int(match[3])}日から{verb}する{note}。"
        return _line(zh, ja)
    return None
