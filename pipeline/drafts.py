"""The machine's Japanese for one notice: heading, summary, targets, full plan, warnings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from pipeline.checks.numbers import invented_figures
from pipeline.dates import first_day, is_full
from pipeline.issues import Code
from pipeline.misread import WARNING, may_be_misread, scans_of
from pipeline.model import (
    Block,
    CheckResult,
    Classification,
    Draft,
    Notice,
    Observation,
    PlanBlock,
    Segment,
    SegmentKind,
    Target,
)
from pipeline.summarize import (
    MAX_LINES,
    MIN_LINES,
    ORDER,
    SummaryKind,
    SummaryLine,
    closing_date,
    summarize,
)
from pipeline.summary_facts import fact_lines, told_as_past
from pipeline.translate.cascade import Translator
from pipeline.translate.segment import split_sentences
from pipeline.translate.targets import target_segment
from pipeline.translate.templates import heading_sentence, untitled_sentence
from pipeline.vocab import Vocabulary, organization_ja

VERSION = "7"
"""Raised whenever the same notice and translator would give another draft."""
MAX_TARGETS = 20
"""Targets of one notice that are drafted; a warning says when there are more."""
MAX_PLAN_BLOCKS = 2_000

_LINE_KIND: dict[SummaryKind, SegmentKind] = {
    "purpose": "formula", "target": "target", "measure": "measure", "prohibition": "legal",
    "scope": "legal", "date": "formula",
}  # fmt: skip
POOR = 0.4
"""Confidence below which a line is left out where enough others tell the notice."""
UNREADABLE = 0.12
"""Confidence below which a line helps nobody: left out unless hardly anything else is told."""
UNREADABLE_TITLE = 0.2
"""Confidence below which a title would only puzzle: the heading tells what is known instead."""
CERTAIN = 0.95
"""Confidence from which a rendering stands for the name of a body no vocabulary lists."""
_FIGURE = re.compile(r"\d+(?:\.\d+)?(?!\d|年|月|～)")
_BLOCK_KIND: dict[str, SegmentKind] = {"title": "title", "heading": "heading"}


def make_draft(
    notice: Notice,
    classification: Classification,
    targets: Sequence[Target],
    translator: Translator,
    vocabulary: Vocabulary,
    *,
    full_plan: bool,
    observations: Sequence[Observation] = (),
) -> Draft:
    """The draft of one notice. `full_plan` adds the full translation of a key plan;
    `observations` are the figures it releases.

    Deterministic; nothing but its arguments is read.
    """
    title = translator.translate(_one_line(notice.title), "title")
    misread = may_be_misread(notice)

    def segment(line: SummaryLine) -> Segment:
        kind = _LINE_KIND.get(line.kind, "sentence")
        if kind == "target" and not any(target.clause in line.zh for target in targets):
            kind = "sentence"
        return translator.translate(line.zh, kind)

    def doubted(made: Segment) -> Segment:
        return _doubted(made) if misread(made.zh) else made

    lines = summarize(notice, classification, targets, lambda line: segment(line).confidence)
    facts = fact_lines(
        notice, classification, targets, observations, vocabulary, translator.translate
    )
    told = [(line.kind, _figures_checked(segment(line))) for line in lines]
    summary = tuple(
        map(doubted, _told(told, {kind: _figures_checked(line) for kind, line in facts.items()}))
    )

    def render(zh: str) -> str:
        return translator.translate(zh, "heading").ja

    target_lines = tuple(
        doubted(target_segment(target, vocabulary, render)) for target in targets[:MAX_TARGETS]
    )
    heading = _heading(notice, classification, title, translator)
    plan = (
        tuple(_plan(notice, translator, doubted)) if full_plan and classification.key_plan else ()
    )
    deadline = None
    if classification.document_type == "draft_for_comment" or "征求意见" in notice.title:
        deadline = closing_date(notice)
    return Draft(
        notice_id=notice.id,
        heading=heading,
        title=title,
        summary=summary,
        targets=target_lines,
        plan=plan,
        deadline=deadline,
        warnings=tuple(
            _warnings(notice, classification, (heading, *summary, *target_lines), len(targets))
        ),
        version=draft_version(translator),
    )


def draft_version(translator: Translator) -> str:
    """Names what made a draft, besides the notice itself."""
    return hashlib.sha256(f"{VERSION} {translator.version}".encode()).hexdigest()[:16]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def issuers_ja(notice: Notice, translator: Translator) -> tuple[str, ...]:
    """The issuing bodies in Japanese, in the order of the document; one whose Japanese name is
    not certain keeps its own name, quoted."""
    return tuple(_issuer_ja(body, translator) for body in notice.issuing_bodies)


def _issuer_ja(body: str, translator: Translator) -> str:
    known = organization_ja(body, translator.vocabulary.organizations)
    if known is not None:
        return known
    remembered = translator.translate(body, "heading")
    return remembered.ja if remembered.confidence >= CERTAIN else f"「{body}」"


def _heading(
    notice: Notice, classification: Classification, title: Segment, translator: Translator
) -> Segment:
    """The entry's heading as a full sentence (issuer が「…」を公布した)."""
    bodies = issuers_ja(notice, translator)
    issuer = "" if not bodies else bodies[0] + ("等" if len(bodies) > 1 else "")
    if title.layer != "template" and title.confidence < UNREADABLE_TITLE:
        known = translator.vocabulary.measures.by_id
        measures = [known[label.id].name_ja for label in classification.measures]
        ja = untitled_sentence(issuer, measures, classification.document_type)
    else:
        ja = heading_sentence(issuer, title.ja, classification.document_type)
    return title.model_copy(update={"ja": ja, "kind": "sentence", "origins": ()})


_INSTEAD: dict[SummaryKind, tuple[SummaryKind, ...]] = {
    "purpose": ("purpose",), "target": ("target",), "result": ("result", "target"),
    "date": ("date",),
    "alert": ("lead", "date", "target"), "penalty": ("lead",),
}  # fmt: skip
"""Which lines a line of facts makes idle where their rendering is not trusted."""


def _told(
    lines: Sequence[tuple[SummaryKind, Segment]], facts: Mapping[SummaryKind, Segment]
) -> tuple[Segment, ...]:
    """The lines of a summary: sound sentences stay, facts stand in for unsound ones, and what
    nobody would read is left out where enough remains. In the order of kinds."""
    kept = list(lines)
    added: list[tuple[SummaryKind, Segment]] = []
    for kind, fact in facts.items():
        if fact.state != "machine":
            continue
        idle = _INSTEAD.get(kind, ())
        if kind == "target":
            kept = [
                (k, one)
                for k, one in kept
                if one.zh not in fact.zh or one.layer == "memory" or not told_as_past(one.ja)
            ]
        if kind in ("date", "purpose") and any(k == kind and one.accepted for k, one in kept):
            continue
        if kind == "target" and (told := _figures(fact.ja)):
            if any(told <= _figures(one.ja) for _, one in kept if one.accepted):
                continue
            kept = [
                (k, one)
                for k, one in kept
                if k != kind or one.layer == "memory" or not _figures(one.ja) <= told
            ]
        kept = [
            (k, one) for k, one in kept if k not in idle or (one.accepted and one.zh not in fact.zh)
        ]
        added.append((kind, fact))
    kept += added
    while len(kept) > 2:
        worst = min(range(len(kept)), key=lambda index: kept[index][1].confidence)
        floor = POOR if len(kept) > MIN_LINES else UNREADABLE
        if kept[worst][1].confidence >= floor and len(kept) <= MAX_LINES:
            break
        del kept[worst]
    return tuple(one for _, one in sorted(kept, key=lambda line: ORDER.index(line[0])))


def _figures(ja: str) -> frozenset[str]:
    """The figures a line tells, years apart: a goal is told by them."""
    return frozenset(_FIGURE.findall(ja))


def _figures_checked(segment: Segment) -> Segment:
    """A summary line must hold no figure its source lacks; one that does is doubtful."""
    invented = invented_figures(segment.zh, segment.ja)
    if not invented or segment.state == "untranslated":
        return segment
    check = CheckResult(
        code=Code.NUMBER_MISMATCH,
        severity="blocking",
        message=f"原文にない数値がある：{'、'.join(invented)}",
        ja=invented[0],
    )
    checks = segment.checks if segment.checks and _blocked(segment) else (check, *segment.checks)
    return segment.model_copy(update={"checks": checks, "state": "doubtful"})


def _doubted(segment: Segment) -> Segment:
    """A segment whose source was recognised in a scan: whatever its rendering, to be checked."""
    if segment.state == "untranslated":
        return segment
    check = CheckResult(
        code=Code.ATTACHMENT_OCR, severity="warning", message=f"原文は{WARNING}による",
        zh=segment.zh[:80],
    )  # fmt: skip
    return segment.model_copy(update={"checks": (*segment.checks, check), "state": "doubtful"})


def _blocked(segment: Segment) -> bool:
    return any(check.severity == "blocking" for check in segment.checks)


def _plan(
    notice: Notice, translator: Translator, doubted: Callable[[Segment], Segment]
) -> Iterator[PlanBlock]:
    """The body, then the attachments that were read, block by block with structure kept."""
    blocks: list[Block] = list(notice.blocks)
    for attachment in notice.attachments:
        blocks.extend(attachment.blocks)
    for block in blocks[:MAX_PLAN_BLOCKS]:
        yield _plan_block(block, translator, doubted)


def _plan_block(
    block: Block, translator: Translator, doubted: Callable[[Segment], Segment]
) -> PlanBlock:
    if block.kind == "table" and block.rows:
        rows = tuple(
            tuple(doubted(translator.translate(_one_line(cell), "heading")) for cell in row)
            for row in block.rows
        )
        return PlanBlock(kind="table", level=block.level, rows=rows)
    kind = _BLOCK_KIND.get(block.kind, "sentence")
    sentences = [_one_line(block.text)] if kind != "sentence" else split_sentences(block.text)
    segments = tuple(doubted(translator.translate(zh, kind)) for zh in sentences if zh)
    return PlanBlock(kind=block.kind, level=block.level, segments=segments)


def _warnings(
    notice: Notice,
    classification: Classification,
    segments: Sequence[Segment],
    target_count: int,
) -> Iterator[str]:
    published, signed = notice.date_publication, notice.date_document
    if published and signed and is_full(published) and is_full(signed):
        days = (first_day(published) - first_day(signed)).days
        if days < 0:
            yield f"公表日（{published}）が成文日（{signed}）より前である。原文を確認すること。"
        elif days > 60:
            yield f"公表日（{published}）が成文日（{signed}）の{days}日後である（再掲の可能性）。"
    if published is None:
        yield "公表日を確認できない。配列に用いた日付を確認すること。"
    for attachment in notice.attachments:
        if attachment.unread:
            yield f"添付「{attachment.name}」を読み取れていない（{attachment.unread}）。"
    for name in scans_of(notice):
        yield f"添付「{name}」は{WARNING}で読み取った。名称及び数値を原本と照合すること。"
    if notice.recognised:
        yield f"本文は{WARNING}で読み取った。名称及び数値を原本と照合すること。"
    if not notice.blocks:
        yield "本文を取得できていない。原文を確認すること。"
    if target_count > MAX_TARGETS:
        yield f"目標値が{target_count}件あり、先頭の{MAX_TARGETS}件だけを訳した。"
    doubtful = [segment for segment in segments if segment.state == "doubtful"]
    if doubtful:
        yield f"要確認の訳文が{len(doubtful)}件ある。"
    missing = sum(segment.state == "untranslated" for segment in segments)
    if missing:
        yield f"未訳の文が{missing}件ある。"
    for segment in segments:
        for check in segment.checks:
            if check.severity == "blocking" and check.code != Code.UNTRANSLATED:
                yield f"{check.message}（「{segment.ja[:24]}」）"
