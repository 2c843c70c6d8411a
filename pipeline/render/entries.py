"""The blocks of one entry: heading, label table, 概要, targets, warnings."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipeline.model import Entry, RelatedRow, TargetRow
from pipeline.render.body import markdown_blocks
from pipeline.render.names import DOCUMENT_TYPE_JA, RELATION_JA, UNREVIEWED
from pipeline.render.text import anchor, clean, clip, date_ja, day_ja, safe_url
from pipeline.render.tree import (
    Block,
    Callout,
    Cell,
    Heading,
    Label,
    LabelTable,
    Paragraph,
    Run,
    Runs,
    Table,
    text,
)

NAVIGATION_LIMIT = 90
URL_SHOWN = 160
_TITLE_SHOWN = 120
_MAIL = re.compile(r"([A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190})")


def entry_anchor(number: str) -> str:
    """The anchor of an entry, the same in HTML, PDF, Word and Excel: `e_2026_10_016`."""
    return anchor("e", number)


def plan_anchor(number: str) -> str:
    """The anchor of the full translation that belongs to an entry."""
    return anchor("p", number)


def entry_blocks(entry: Entry, level: int, *, has_plan: bool) -> list[Block]:
    """The blocks of an entry whose heading stands at `level`."""
    blocks: list[Block] = [
        Heading(
            level,
            "entry",
            text(entry.heading),
            entry_anchor(entry.number),
            entry.number,
            clip(clean(entry.heading), NAVIGATION_LIMIT),
        )
    ]
    marks = _marks(entry)
    if marks:
        blocks.append(Paragraph(marks, "mark"))
    blocks.append(label_table(entry))
    body = markdown_blocks(entry.text, level + 1)
    if body and not isinstance(body[0], Heading):
        blocks.append(Heading(level + 1, "part", text("概要"), listed=False))
    blocks.extend(body)
    if entry.targets:
        blocks.append(Heading(level + 1, "part", text("目標値"), listed=False))
        blocks.append(target_table(entry.targets, entry.number))
    if has_plan:
        link = f"#{plan_anchor(entry.number)}"
        blocks.append(Paragraph(text("全文和訳（仮訳）を巻末に掲載", "ja", link), "note"))
    if entry.warnings:
        lines = tuple(text(warning) for warning in entry.warnings)
        blocks.append(Callout("warning", "担当者への注意", lines))
    return blocks


def _marks(entry: Entry) -> Runs:
    runs: list[Run] = []
    if entry.unreviewed:
        runs.append(Run(UNREVIEWED, marks=("unreviewed",)))
    for shown, words in (
        (entry.late, "補遺（前号以前の期間の公表分）"),
        (entry.undated, "公表日不明"),
    ):
        if shown:
            if runs:
                runs.append(Run("　"))
            runs.append(Run(words, marks=("quiet",)))
    return tuple(runs)


def label_table(entry: Entry) -> LabelTable:
    """The facts of an entry; a fact the page does not give is printed as 記載なし or left out."""
    labels = [
        Label("原題", (text(entry.title_zh, "zh"),)),
        Label("発出機関", (text("、".join(entry.issuers) or "記載なし"),)),
        Label("公表日／成文日", (text(_dates(entry)),)),
    ]
    if entry.deadline:
        labels.append(Label("意見募集期限", (text(date_ja(entry.deadline), "ja", None, "strong"),)))
    if entry.contacts:
        labels.append(Label("意見提出先", tuple(contact_runs(line) for line in entry.contacts)))
    number = text(entry.document_number, "zh") or text("記載なし")
    labels.append(Label("文書番号", (number,)))
    labels.append(Label("文書種別", (text(DOCUMENT_TYPE_JA[entry.document_type]),)))
    if entry.measures:
        labels.append(Label("措置区分", (text("、".join(entry.measures)),)))
    if entry.places:
        labels.append(Label("対象自治体", (text("、".join(entry.places)),)))
    if entry.related:
        labels.append(Label("関連文書", tuple(related_runs(row) for row in entry.related)))
    labels.append(Label("出典", _source(entry)))
    if entry.also_at:
        labels.append(
            Label("他の掲載先", tuple(_copy(c.url, c.date_publication) for c in entry.also_at))
        )
    return LabelTable(tuple(labels))


def related_runs(row: RelatedRow) -> Runs:
    """A related document: 「…」（国発〔2023〕24号）の実施版（記事2026-10-003）. Where it has no
    Japanese title the original stands."""
    runs: list[Run] = []
    if row.title:
        runs.append(Run(f"「{clip(clean(row.title), _TITLE_SHOWN)}」"))
    elif row.title_zh:
        runs.append(Run(f"《{clip(clean(row.title_zh), _TITLE_SHOWN)}》", "zh"))
    if row.number:
        runs.append(Run(f"（{clean(row.number)}）" if runs else clean(row.number)))
    runs.append(Run(RELATION_JA[row.kind]))
    if row.entry:
        link = f"#{entry_anchor(row.entry)}"
        runs += [Run("（記事"), Run(row.entry, link=link, marks=("number",)), Run("）")]
    return tuple(runs)


def contact_runs(line: str) -> Runs:
    """A line of where opinions are sent; its mail addresses are links."""
    parts = _MAIL.split(clean(line))
    return tuple(
        Run(part, link=safe_url(f"mailto:{part}")) if index % 2 else Run(part)
        for index, part in enumerate(parts)
        if part
    )


def _dates(entry: Entry) -> str:
    published = date_ja(entry.date_publication) or "記載なし"
    document = date_ja(entry.date_document) or "記載なし"
    return f"{published}／{document}"


def _source(entry: Entry) -> tuple[Runs, ...]:
    if not entry.url:
        return (text("公開URLなし（担当者が登録した資料）"),)
    lines = [url_runs(entry.url)]
    fetched = day_ja(entry.fetched_at)
    if fetched:
        lines.append(text(f"（{fetched}取得）", "ja", None, "quiet"))
    return tuple(lines)


def _copy(url: str, published: str | None) -> Runs:
    host = urlsplit(safe_url(url) or "").hostname or clip(clean(url), URL_SHOWN)
    runs = text(host, "ja", safe_url(url))
    return (*runs, Run(f"（{date_ja(published)}掲載）")) if published else runs


def url_runs(url: str) -> Runs:
    """An address as a link to itself; a very long one is shown shortened."""
    return text(clip(clean(url), URL_SHOWN), "ja", safe_url(url))


def target_table(targets: tuple[TargetRow, ...], number: str) -> Table:
    """The table of an entry's targets. Columns that no row fills are left out."""
    columns: list[tuple[str, float, list[Runs]]] = [
        ("指標", 19, [text(row.indicator) for row in targets]),
        ("目標値", 15, [text(row.value, "ja", None, "strong") for row in targets]),
        ("期限・期間", 17, [text(row.period) for row in targets]),
        ("基準", 11, [text(row.base) for row in targets]),
        ("現況", 17, [text(row.now) for row in targets]),
        ("範囲", 12, [text(row.scope) for row in targets]),
        ("原文", 26, [text(row.source, "zh") for row in targets]),
    ]
    kept = [column for column in columns if any(column[2])]
    return Table(
        caption=f"目標値（{number}）",
        header=tuple(Cell(text(title)) for title, _, _ in kept),
        rows=tuple(
            tuple(Cell(cells[index] or text("－")) for _, _, cells in kept)
            for index in range(len(targets))
        ),
        widths=tuple(width for _, width, _ in kept),
        caption_shown=False,
        row_heads=True,
    )
