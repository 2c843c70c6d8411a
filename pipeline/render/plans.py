"""The blocks of a full translation (全文和訳・仮訳), in Japanese or beside the original."""

from __future__ import annotations

from typing import Literal

from pipeline.model import Plan, PlanRow
from pipeline.render.body import make_table
from pipeline.render.entries import NAVIGATION_LIMIT, entry_anchor, plan_anchor
from pipeline.render.names import DOUBTFUL, REVIEWED, UNREVIEWED
from pipeline.render.text import clean, clip
from pipeline.render.tree import (
    Block,
    Cell,
    Heading,
    Item,
    ListBlock,
    Paragraph,
    Run,
    Runs,
    Table,
    text,
)

PlanMode = Literal["japanese", "bilingual"]
Pairs = tuple[tuple[str, str, bool], ...]


def plan_blocks(plan: Plan, level: int, mode: PlanMode, *, has_entry: bool) -> list[Block]:
    """The blocks of one plan whose heading stands at `level`.

    `japanese`: the translation, each doubtful sentence marked and its original beneath.
    `bilingual`: a table of two columns, original left, translation right.
    """
    title = f"{plan.title_ja}（全文和訳・仮訳）"
    entry = f"#{entry_anchor(plan.number)}" if has_entry else None
    blocks: list[Block] = [
        Heading(
            level,
            "plan",
            text(title),
            plan_anchor(plan.number),
            plan.number,
            clip(clean(title), NAVIGATION_LIMIT),
        ),
        Paragraph(_state(plan), "mark"),
        Paragraph((Run("原題："), Run(plan.title_zh, "zh")), "note"),
        Paragraph((Run("記事："), Run(plan.number, link=entry)), "note"),
    ]
    if mode == "bilingual":
        blocks.extend(_bilingual(plan))
    else:
        chapters = False
        for row in plan.rows:
            chapters = chapters or (row.kind == "heading" and row.level <= 1)
            blocks.extend(_japanese(row, level + 1 + (chapters and row.level == 2)))
    return blocks


def _state(plan: Plan) -> Runs:
    if plan.unreviewed:
        return text(UNREVIEWED, "ja", None, "unreviewed")
    words = f"{REVIEWED}（{plan.reviewer}）" if plan.reviewer else REVIEWED
    return text(words, "ja", None, "quiet")


def _sentences(pairs: Pairs) -> Runs:
    """The Japanese of some sentences; a sentence without Japanese shows its original."""
    runs: list[Run] = []
    for zh, ja, doubtful in pairs:
        words = Run(ja) if ja.strip() else Run(zh, "zh")
        if doubtful or not ja.strip():
            runs.append(Run(words.text, words.lang, marks=("doubtful",)))
            runs.append(Run(DOUBTFUL, marks=("quiet",)))
        elif words.text:
            runs.append(words)
    return tuple(runs)


def _originals(pairs: Pairs) -> list[Block]:
    return [
        Paragraph((Run("原文："), Run(zh, "zh")), "source")
        for zh, ja, doubtful in pairs
        if doubtful and ja.strip() and zh.strip()
    ]


def _japanese(row: PlanRow, level: int) -> list[Block]:
    if row.rows:
        return _table(row)
    runs = _sentences(row.pairs)
    if not runs:
        return []
    originals = _originals(row.pairs)
    if row.kind in ("title", "heading"):
        # Only chapters (一、) and sections (（一）) are headings; deeper ones open a paragraph.
        if row.level <= 2 and row.kind == "heading":
            return [Heading(level, "clause", runs, listed=False), *originals]
        strong = tuple(Run(r.text, r.lang, r.link, (*r.marks, "strong")) for r in runs)
        return [Paragraph(strong), *originals]
    if row.kind == "list_item":
        return [ListBlock((Item(runs),)), *originals]
    return [Paragraph(runs, "signature" if row.kind == "signature" else "body"), *originals]


def _table(row: PlanRow) -> list[Block]:
    table = make_table(
        "計画の表", [[Cell(_sentences((cell,))) for cell in line] for line in row.rows]
    )
    originals = _originals(tuple(cell for line in row.rows for cell in line))
    return [table, *originals]


def _bilingual(plan: Plan) -> list[Block]:
    """Runs of paragraphs as tables of two columns; the plan's own tables stand between them."""
    blocks: list[Block] = []
    pending: list[tuple[Cell, ...]] = []

    def flush() -> None:
        if pending:
            blocks.append(
                Table(
                    f"対訳（{plan.number}）",
                    (Cell(text("原文")), Cell(text("訳文（仮訳）"))),
                    tuple(pending),
                    (46.0, 54.0),
                    caption_shown=False,
                )
            )
            pending.clear()

    for row in plan.rows:
        if row.rows:
            flush()
            original = [[Cell(text(zh, "zh")) for zh, _, _ in line] for line in row.rows]
            blocks.append(make_table("計画の表（原文）", original, caption_shown=True))
            blocks.extend(_table(row))
            continue
        zh = "".join(pair[0] for pair in row.pairs)
        if not zh.strip() and not any(pair[1].strip() for pair in row.pairs):
            continue
        japanese = _sentences(row.pairs)
        left = text(zh, "zh")
        if row.kind in ("title", "heading"):
            left = tuple(Run(r.text, r.lang, r.link, ("strong",)) for r in left)
            japanese = tuple(Run(r.text, r.lang, r.link, (*r.marks, "strong")) for r in japanese)
        pending.append((Cell(left), Cell(japanese)))
    flush()
    return blocks
