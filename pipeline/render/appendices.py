"""The pages that end an issue: terms, coverage, what was left out, legend and colophon."""

from __future__ import annotations

import re
from collections import Counter

from pipeline.model import Bulletin, LeftOut
from pipeline.render import names
from pipeline.render.phrases import left_out_ja, remark_ja, source_ja
from pipeline.render.text import anchor, clip, date_ja, safe_url
from pipeline.render.tree import (
    Block,
    Cell,
    Heading,
    Item,
    Label,
    LabelTable,
    ListBlock,
    Paragraph,
    Run,
    Table,
    text,
)

_TITLE_SHOWN = 300
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,190}", re.ASCII)


def back_matter(bulletin: Bulletin) -> list[Block]:
    """用語の手引き, 収集状況, 掲載しなかった資料, 日付不明, 凡例・免責, 奥付."""
    return [
        *_terms(bulletin),
        *_coverage(bulletin),
        *_left_out(
            "掲載しなかった資料", "left_out", names.LEFT_OUT_NOTE, bulletin.left_out, always=True
        ),
        *_left_out(
            "日付不明の資料", "unplaced", names.UNPLACED_NOTE, bulletin.unplaced, always=False
        ),
        *_legend(bulletin),
        *_colophon(bulletin),
    ]


def _title(words: str, name: str) -> Heading:
    return Heading(1, "section", text(words), anchor("s", name), navigation=words)


def _terms(bulletin: Bulletin) -> list[Block]:
    if not bulletin.terms:
        return []
    noted = any(term.note for term in bulletin.terms)
    header = ("原語", "訳語", "説明") if noted else ("原語", "訳語")
    rows = tuple(
        (Cell(text(term.zh, "zh")), Cell(text(term.ja)), Cell(text(term.note)))[: len(header)]
        for term in bulletin.terms
    )
    table = Table(
        caption="用語の手引き",
        header=tuple(Cell(text(name)) for name in header),
        rows=rows,
        widths=(24.0, 28.0, 48.0)[: len(header)],
        caption_shown=False,
        row_heads=True,
    )
    return [
        _title("用語の手引き", "terms"),
        Paragraph(text(names.TERMS_NOTE), "note", keep=True),
        table,
    ]


def _coverage(bulletin: Bulletin) -> list[Block]:
    title = _title("収集状況", "coverage")
    if not bulletin.coverage:
        return [title, Paragraph(text("当期に調査した情報源の記録はない。"))]
    counts = Counter(names.HEALTH_JA.get(c.health, c.health) for c in bulletin.coverage)
    summary = "、".join(
        f"{name}{counts[name]}件" for name in names.HEALTH_JA.values() if counts[name]
    )
    searched = sum(source.searched for source in bulletin.coverage)
    note = names.COVERAGE_NOTE
    if searched:
        summary += f"。うち{names.SEARCHED_JA}{searched}件"
        note += names.SEARCHED_NOTE
    rows = tuple(
        (
            Cell(text(source.name_ja)),
            Cell(text(names.health_ja(source))),
            Cell(text(f"{source.notices:,}"), "right"),
            Cell(text(remark_ja(source.note))),
        )
        for source in bulletin.coverage
    )
    table = Table(
        caption="収集状況",
        header=(
            Cell(text("情報源")),
            Cell(text("状況")),
            Cell(text("件数"), "right"),
            Cell(text("備考")),
        ),
        rows=rows,
        widths=(34.0, 16.0, 8.0, 42.0),
        caption_shown=False,
        row_heads=True,
    )
    total = f"情報源 {len(bulletin.coverage):,}件（{summary}）"
    return [
        title,
        Paragraph(text(note), "note", keep=True),
        Paragraph(text(total), keep=True),
        table,
    ]


def _left_out(
    words: str, name: str, note: str, notices: tuple[LeftOut, ...], *, always: bool
) -> list[Block]:
    if not notices:
        return [_title(words, name), Paragraph(text("該当する資料はない。"))] if always else []
    rows = []
    for notice in notices:
        title = [Run(clip(notice.title, _TITLE_SHOWN), "zh", safe_url(notice.url))]
        if notice.title_ja:
            title.append(Run(f"　{clip(notice.title_ja, _TITLE_SHOWN)}", marks=("quiet",)))
        rows.append(
            (
                Cell(tuple(title)),
                Cell(text(source_ja(notice.source, notice.url))),
                Cell(text(f"{notice.score:.2f}"), "right"),
                Cell(text(left_out_ja(notice))),
                Cell(text(notice.command)),
            )
        )
    table = Table(
        caption=words,
        header=(
            Cell(text("資料名")),
            Cell(text("情報源")),
            Cell(text("得点"), "right"),
            Cell(text("判定の根拠")),
            Cell(text("戻す操作")),
        ),
        rows=tuple(rows),
        widths=(34.0, 15.0, 7.0, 16.0, 28.0),
        caption_shown=False,
    )
    return [
        _title(words, name),
        Paragraph(text(note), "note", keep=True),
        Paragraph(text(f"{len(notices):,}件"), keep=True),
        table,
    ]


def _legend(bulletin: Bulletin) -> list[Block]:
    lines = (*names.LEGEND, *bulletin.notes)
    return [
        _title("凡例・免責", "legend"),
        ListBlock(tuple(Item(text(line)) for line in lines if line)),
    ]


def _colophon(bulletin: Bulletin) -> list[Block]:
    labels = [
        Label("題名", (text(bulletin.title),)),
        Label("対象期間", (text(bulletin.period),)),
        Label("発行日", (text(date_ja(bulletin.date_issue) or "未定"),)),
        Label("発行者", (text(bulletin.publisher),)),
    ]
    if bulletin.issue_number:
        labels.insert(1, Label("号数", (text(f"第{bulletin.issue_number}号"),)))
    if bulletin.contact:
        address = bulletin.contact if _MAIL.fullmatch(bulletin.contact) else None
        link = safe_url(f"mailto:{address}") if address else None
        labels.append(Label("訂正・照会先", (text(bulletin.contact, "ja", link),)))
    return [_title("奥付", "colophon"), LabelTable(tuple(labels))]
