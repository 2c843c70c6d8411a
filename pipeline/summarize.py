"""Choosing what a summary says: three to five Chinese sentences of who does what by when.

Sentences are taken as they stand (shortened only at clause borders), so that every line of the
Japanese summary has its source sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, get_args

from pipeline.dates import is_full, partial
from pipeline.model import Classification, DocumentType, Notice, Target
from pipeline.translate.segment import split_clauses, split_sentences

SummaryKind = Literal[
    "alert",
    "penalty",
    "lead",
    "purpose",
    "result",
    "target",
    "chapters",
    "measure",
    "prohibition",
    "scope",
    "date",
    "deadline",
]
MIN_LINES, MAX_LINES = 3, 5
LONG_BODY = 1_000
"""Characters of a body whose summary has at least four lines."""
MAX_LINE = 130
"""Characters of a summary sentence; longer ones are cut where nothing is lost by it."""
MAX_READ = 300_000
"""Characters of a body that are read."""

ORDER: tuple[SummaryKind, ...] = get_args(SummaryKind)
_WANTED: dict[DocumentType, tuple[SummaryKind, ...]] = {
    "plan": ("purpose", "target", "target", "measure", "measure"),
    "law": ("purpose", "scope", "measure", "prohibition", "date"),
    "standard": ("lead", "scope", "measure", "date"),
    "draft_for_comment": ("purpose", "deadline", "target", "measure", "measure"),
    "announcement": ("lead", "measure", "prohibition", "scope", "date"),
    "notice": ("purpose", "target", "measure", "prohibition", "date"),
    "news": ("lead", "target", "result", "measure"),
    "data_release": ("result", "result", "lead", "measure"),
    "interpretation": ("lead", "purpose", "target", "measure"),
    "other": ("lead", "target", "result", "measure"),
}


@dataclass(frozen=True)
class SummaryLine:
    """One line of a summary: what it tells, and the Chinese sentence that tells it."""

    kind: SummaryKind
    zh: str


@dataclass(frozen=True)
class _Sentence:
    zh: str
    index: int
    share: float
    """Where in the body it stands, 0..1."""
    heading: str
    boilerplate: bool


_HEADING = re.compile(
    r"^(?:第[一二三四五六七八九十百]{1,4}[章节条]|[一二三四五六七八九十]{1,3}、|"
    r"[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、])\s*"
)
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百零]{1,5}条\s*")
_ENUMERATOR = re.compile(
    r"^(?:第[一二三四五六七八九十百零]{1,5}[条章节]|[一二三四五六七八九十]{1,3}、|"
    r"[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、]|[（(]\d{1,2}[）)]|[-·●]|[①-⑳])\s*"
)
_DUTY = re.compile(
    r"[（(][^（()）]{0,120}(?:牵头|负责|配合|责任单位|参与|按职责)[^（()）]{0,120}[）)]"
)
_BOILERPLATE_HEADING = re.compile(
    r"^(?:(?:总体|主要|明确|目标|工作)*(?:目标|任务|要求|思路|原则|措施)|现状.{0,6}|.{0,6}(?:问题|结论|依据|必要性|"
    r"形势)|(?:其他|有关|相关|重点|支持|保障)?(?:事项|任务|政策|要求|规定|说明)|适用范围|职责分工|术语和定义)$|"
    r"指导思想|总体思路|总体要求|基本原则|组织领导|组织保障|组织实施|保障措施|宣传|考核|总则|附则|"
    r"法律责任|工作要求|工作目标|主要目标"
)
_NOISE = re.compile(
    r"^(?:附件|抄送|联系人|联系电话|来源|责任编辑|此件|[（(]此件|.{0,12}(?:联系电话|邮箱|传真)[：:])|"
    r"人民代表大会.{0,40}(?:通过|批准|修正|修订)|^.{0,30}号公布|版权|扫一扫|字体|打印|"
    r"^[^，。；]{0,24}(?:〔|年\s?第)\s?\d{1,4}(?:〕\s?\d{1,4})?\s?号[。]?$"
)
_PURPOSE = re.compile(
    r"为(?:了|进一步|切实|全面|深入|贯彻|落实|加强|加快|做好|推动|推进|持续|规范|防治|保护|有效|坚决)"
)
_PURPOSE_END = re.compile(r"制定本|特制定|现(?:就|将|提出)|根据|通知如下|公告如下|通告如下|决定")
_COVER = re.compile(r"现将.{0,120}(?:印发|发布|公布|转发)|经.{0,30}(?:同意|批准|研究)")
_COURTESY = re.compile(
    r"请.{0,24}(?:贯彻|执行|遵照|组织实施|抓好落实|落实|配合|知悉)|特此|望.{0,8}(?:遵照|执行)|"
    r"(?:认真)?(?:贯彻|遵照)执行[。；]?$"
)
"""Formulae of covering letters, which tell nothing."""
_TARGET = re.compile(
    r"到\s?(?:20\d\d|“?十[一二三四五]五”?末)|(?:20\d\d年)(?:底前|末)|微克|优良天数|力争"
)
_RESULT = re.compile(
    r"同比|环比|较上年|比上年|平均浓度|优良天数|比例为|为\d|累计|共(?:立案|查处|检查)"
)
_GOAL = re.compile(r"到\s?20\d\d年?底?|力争|目标|控制在|不低于|不高于|以上[，。；]|底前|确保|达到")
_ACTION = re.compile(
    r"推进|实施|淘汰|完成|开展|建立|推广|改造|整治|治理|替代|提升|强化|严格|停产|限产|禁止|检查|补贴|"
    r"奖励|监测|整改|关停|压减|控制|启动|响应|错峰|洒水|落实|应当|采取"
)
_VAGUE = re.compile(
    r"高度重视|提高认识|切实加强组织|深刻认识|思想|意义|精神|加强领导|宣传引导|各级党委"
)
_CONNECTED = re.compile(
    r"^(?:同时|此外|另外|但|其中|其[一二三四五]|并且|而且|因此|所以|下一步|重点是|攻坚事项|任务先|系统)"
)
"""Openings of a sentence that lives by the one before it."""
_PROHIBITION = re.compile(r"不得|禁止|严禁|不准|不许")
_SCOPE = re.compile(
    r"本.{1,8}(?:适用于|适用本)|适用本(?:条例|办法|法|规定|标准)|适用于本|范围为|范围："
)
_DATE = re.compile(
    r"自.{2,24}起(?:施行|实施|执行|启动|解除|至)|有效期|(?:启动|解除|发布).{0,30}(?:预警|响应)"
)
_DEADLINE = re.compile(r"征求意见|意见反馈|反馈意见|公开征集|提出意见|意见和建议|书面意见")
_DIGIT = re.compile(r"\d")


Trust = Callable[[SummaryLine], float]
"""How confidently (0..1) a line can be rendered in Japanese."""
_CONSIDERED = 6
"""Candidates of a kind among which a better rendering may outweigh salience."""
_TRUST_WEIGHT = 9.0


def summarize(
    notice: Notice,
    classification: Classification,
    targets: Sequence[Target],
    trust: Trust | None = None,
) -> tuple[SummaryLine, ...]:
    """Up to five sentences of the body, ordered by what they tell; fewer for a short body.

    `trust` lets a sentence that can be rendered well win over one a little more salient.
    """
    sentences = list(_sentences(notice))
    if not sentences:
        return ()
    clauses = [target.clause for target in targets if target.clause and not target.doubtful]
    cues = {span.text for label in classification.measures for span in label.spans}
    scored: dict[SummaryKind, list[tuple[float, _Sentence]]] = {kind: [] for kind in ORDER}
    for sentence in sentences:
        for kind, score in _scores(sentence, clauses, cues).items():
            scored[kind].append((score, sentence))
    for kind, entries in scored.items():
        entries.sort(key=lambda entry: (-entry[0], entry[1].index))
        if trust is not None and kind != "deadline":
            head = [
                (score + _TRUST_WEIGHT * trust(SummaryLine(kind, shorten(sentence.zh))), sentence)
                for score, sentence in entries[:_CONSIDERED]
            ]
            head.sort(key=lambda entry: (-entry[0], entry[1].index))
            entries[:_CONSIDERED] = head
    chosen: dict[int, tuple[SummaryKind, _Sentence]] = {}
    wanted = _WANTED[classification.document_type]
    if not scored["purpose"] and "lead" not in wanted:
        wanted = ("lead", *wanted)
    for kind in wanted:
        _take(chosen, scored[kind], kind)
    lines = MIN_LINES if sum(len(s.zh) for s in sentences) < LONG_BODY else MAX_LINES - 1
    spare: tuple[SummaryKind, ...] = (
        "target", "result", "measure", "measure", "lead", "scope", "date",
    )  # fmt: skip
    for kind in spare:
        if len(chosen) < lines:
            _take(chosen, scored[kind], kind)
    picked = sorted(chosen.values(), key=lambda pick: (ORDER.index(pick[0]), pick[1].index))[
        :MAX_LINES
    ]
    return tuple(SummaryLine(kind, shorten(sentence.zh)) for kind, sentence in picked)


def boilerplate_heading(heading: str) -> bool:
    """Whether every plan or law has such a heading, so that it tells nothing."""
    return bool(_BOILERPLATE_HEADING.search(heading))


def _take(
    chosen: dict[int, tuple[SummaryKind, _Sentence]],
    entries: list[tuple[float, _Sentence]],
    kind: SummaryKind,
) -> None:
    """Add the best sentence of a kind that says something new."""
    if len(chosen) >= MAX_LINES:
        return
    headings = {sentence.heading for taken, sentence in chosen.values() if taken == kind}
    fresh = [
        (score, sentence)
        for score, sentence in entries[:60]
        if sentence.index not in chosen
        and not any(_alike(sentence.zh, other.zh) for _, other in chosen.values())
    ]
    if not fresh:
        return
    elsewhere = [entry for entry in fresh if entry[1].heading not in headings]
    best = (elsewhere or fresh)[0]
    if elsewhere and fresh[0][0] > elsewhere[0][0] + 4:
        best = fresh[0]
    chosen[best[1].index] = (kind, best[1])


def _alike(first: str, second: str) -> bool:
    a, b = set(pairwise(first)), set(pairwise(second))
    return bool(a and b) and len(a & b) / min(len(a), len(b)) > 0.7


def _sentences(notice: Notice) -> Iterator[_Sentence]:
    length = max(1, min(MAX_READ, sum(len(block.text) for block in notice.blocks)))
    title = "".join(notice.title.split())
    index = read = 0
    heading, boilerplate = "", False
    for block in notice.blocks:
        text = block.text.strip()
        read += len(block.text)
        if read > MAX_READ:
            return
        if block.kind in ("table", "signature", "title") or not text or _NOISE.search(text[:60]):
            continue
        if text[-1] in "：:" and len(text) < 60:
            continue
        if "".join(text.split()) == title:
            continue
        bare = _HEADING.match(text)
        if block.kind == "heading" or (bare and len(text) <= 40 and text[-1] not in "。；;"):
            heading = _ENUMERATOR.sub("", text)
            boilerplate = bool(_BOILERPLATE_HEADING.search(heading))
            continue
        for position, raw in enumerate(split_sentences(text)):
            zh = _DUTY.sub("", _ENUMERATOR.sub("", raw)).strip()
            if position == 0 and _ARTICLE.match(raw) is None and _HEADING.match(raw):
                lead = zh.rstrip("。")
                if len(lead) <= 24 and raw.endswith("。") and "，" not in lead:
                    heading, boilerplate = lead, bool(_BOILERPLATE_HEADING.search(lead))
                    continue
            if len(zh) < 8 or zh[-1] in "：:" or _NOISE.search(zh[:60]):
                continue
            yield _Sentence(zh, index, read / length, heading, boilerplate)
            index += 1


def _scores(
    sentence: _Sentence, clauses: Sequence[str], cues: set[str]
) -> dict[SummaryKind, float]:
    """How well a sentence would serve as each kind of line; absent where it cannot."""
    zh = sentence.zh
    base = 3.0 - 3.0 * max(0, len(zh) - 70) / 100 - (4 if sentence.boilerplate else 0)
    base -= 3 if _VAGUE.search(zh) else 0
    base += min(2.0, 0.5 * sum(cue in zh for cue in cues))
    figures = min(2.0, 0.7 * len(_DIGIT.findall(zh)) ** 0.5)
    scores: dict[SummaryKind, float] = {}
    if (
        sentence.share < 0.35
        and _PURPOSE.search(zh[:30])
        and (_PURPOSE_END.search(zh) or sentence.index < 3)
    ):
        scores["purpose"] = base + 4 - 10 * sentence.share + (2 if "制定" in zh else 0)
    if sentence.index < 4 and not _COVER.search(zh):
        scores["lead"] = base + 6 - 2 * sentence.index - (5 if _CONNECTED.search(zh) else 0)
    if _COURTESY.search(zh) or ("purpose" not in scores and _COVER.search(zh)):
        return {}
    hits = sum(clause in zh or zh in clause for clause in clauses)
    if hits or (_DIGIT.search(zh) and (_TARGET.search(zh) or _RESULT.search(zh))):
        early = 2 * (1 - sentence.share)
        told = base + 2.5 * min(hits, 3) + figures + early
        if _RESULT.search(zh) and not hits and not _GOAL.search(zh):
            scores["result"] = told
        else:
            scores["target"] = told + (2 if "目标" in sentence.heading else 0)
    if _ACTION.search(zh) and not sentence.boilerplate and "purpose" not in scores:
        actions = min(3, len(_ACTION.findall(zh)))
        fragment = 4 if re.search(r"的[。；]?$", zh) else 0
        duty = 1 if re.search(r"应当|必须|\d{4}年底", zh) else 0
        scores["measure"] = base + actions + 0.5 * figures + duty - fragment
    if _PROHIBITION.search(zh):
        scores["prohibition"] = base + 2
    if _SCOPE.search(zh):
        scores["scope"] = (
            base + 4 - 2 * sentence.share - (6 if "不适用" in zh or "法律允许" in zh else 0)
        )
    if _DATE.search(zh) and (_DIGIT.search(zh) or "起施行" in zh or "起" in zh):
        scores["date"] = base + 4 * sentence.share
    if _DEADLINE.search(zh) and _DIGIT.search(zh):
        scores["deadline"] = base + 4
    return scores


_ENDS_OPEN = re.compile(
    r"(?:的|时|前|后|外|下|内|中|者|据|照|为|于|对|将|把|由|经|按)[，,]$|[：:]$"
)
_FORCE = re.compile(
    r"不得|禁止|严禁|不再|不予|未|除|应当|必须|至少|不低于|不超过|分别|其中|以上|以下"
)


def shorten(zh: str, limit: int = MAX_LINE) -> str:
    """The sentence, cut at a clause border to at most `limit` characters where that is safe.

    A cut never drops a prohibition, a negation, an obligation or a figure, never ends in an
    open clause; where no safe cut exists the sentence stays whole.
    """
    if zh.endswith(("；", ";")):
        zh = zh[:-1] + "。"
    if len(zh) <= limit:
        return zh
    clauses = split_clauses(zh)
    length = 0
    best: str | None = None
    for number, clause in enumerate(clauses[:-1], 1):
        length += len(clause)
        if length > limit:
            break
        kept, dropped = "".join(clauses[:number]), "".join(clauses[number:])
        if _ENDS_OPEN.search(kept) or _FORCE.search(dropped) or _DIGIT.search(dropped):
            continue
        if number == 1 and re.match(r"(?:为|到|在|对|根据|按照|通过|自)", kept):
            continue
        if not _ACTION.search(kept):
            continue
        best = kept
    return best.rstrip("，,；;") + "。" if best else zh


_FULL_DATE = re.compile(r"(20\d\d)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_SHORT_DATE = re.compile(r"(?<![年\d])(\d{1,2})月(\d{1,2})日")
_CLOSES = re.compile(r"截止|截至|前|至|为止|之前|以前")
_DAYS = re.compile(r"(?:之日|发布|公布|公告)起\s?(\d{1,3}|[一二三]?十[五]?)\s?个?(?:日|天)内")


def closing_date(notice: Notice) -> str | None:
    """The day a consultation closes, as the text gives it (or counts it from publication)."""
    for sentence in _consultation(notice):
        found: list[tuple[int, str]] = []
        for match in _FULL_DATE.finditer(sentence):
            value = partial(int(match[1]), int(match[2]), int(match[3]))
            if value and _closes(sentence, match.start(), match.end()):
                found.append((match.start(), value))
        placed = notice.date_publication or notice.date_document or notice.date_placed
        if placed:
            for match in _SHORT_DATE.finditer(sentence):
                value = _in_year(placed, int(match[1]), int(match[2]))
                if value and _closes(sentence, match.start(), match.end()):
                    found.append((match.start(), value))
        if found:
            return max(found)[1]
        days = _DAYS.search(sentence)
        if days and notice.date_publication and is_full(notice.date_publication):
            start = date.fromisoformat(notice.date_publication)
            return (start + timedelta(days=_days(days[1]))).isoformat()
    return None


def _consultation(notice: Notice) -> Iterator[str]:
    consulting = bool(_DEADLINE.search(notice.title) or "征求" in notice.title)
    for block in notice.blocks:
        for sentence in split_sentences(block.text[:4000]):
            if _DEADLINE.search(sentence) or (consulting and re.search("截止|反馈|意见", sentence)):
                yield sentence


_CLOSED_AFTER = re.compile(
    r"\s?(?:\d{1,2}[:：时点][\d分]{0,3})?(?:[（(].{0,6}[）)])?"
    r"(?:前|之前|以前|止|截止|为止|结束)"
)


def _closes(sentence: str, start: int, end: int) -> bool:
    before = _CLOSES.search(sentence[max(0, start - 8) : start])
    return bool(before or _CLOSED_AFTER.match(sentence[end : end + 16]))


def _in_year(placed: str, month: int, day: int) -> str | None:
    year = int(placed[:4])
    if len(placed) >= 7 and month < int(placed[5:7]):
        year += 1
    return partial(year, month, day)


def _days(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens = {"一": 1, "二": 2, "三": 3}.get(text[0], 1)
    return tens * 10 + (5 if text.endswith("五") else 0)
