"""改訂・削除: what became of the pages of earlier issues."""

from __future__ import annotations

from pipeline.model import Bulletin, Change
from pipeline.render import names
from pipeline.render.entries import NAVIGATION_LIMIT, url_runs
from pipeline.render.text import anchor, clean, clip, day_ja
from pipeline.render.tree import (
    Block,
    Cell,
    Heading,
    Label,
    LabelTable,
    Paragraph,
    Run,
    Table,
    text,
)

_LINES_SHOWN = 60
_SIGNS = {"-": "旧", "+": "新", " ": ""}


def change_blocks(bulletin: Bulletin) -> list[Block]:
    """The section 改訂・削除; nothing where no page changed."""
    if not bulletin.changes:
        return []
    words = "改訂・削除"
    blocks: list[Block] = [
        Heading(1, "section", text(words), anchor("s", "changes"), navigation=words),
        Paragraph(text(names.CHANGES_NOTE), "note"),
    ]
    for change in bulletin.changes:
        blocks.extend(_change(change))
    return blocks


def _change(change: Change) -> list[Block]:
    kind = names.CHANGE_JA[change.kind]
    heading = clip(clean(change.heading), NAVIGATION_LIMIT)
    seen = f"{day_ja(change.seen_before_at)}まで確認、{day_ja(change.noticed_at)}に{kind}を確認"
    blocks: list[Block] = [
        Heading(
            2,
            "part",
            (Run(change.number, marks=("number",)), Run(f"　{kind}：{change.heading}")),
            anchor("c", change.number),
            navigation=f"{change.number}　{heading}",
            listed=False,
        ),
        LabelTable(
            (
                Label("原題", (text(change.title_zh, "zh"),)),
                Label("経過", (text(seen),)),
                Label("出典", (url_runs(change.url),)),
            )
        ),
    ]
    if change.lines:
        blocks.append(_lines(change))
    return blocks


def _lines(change: Change) -> Table:
    shown = change.lines[:_LINES_SHOWN]
    rows = [
        (
            Cell(text(_SIGNS[line.sign]), "center"),
            Cell(text(line.text, "zh", None, *(("quiet",) if line.sign == " " else ()))),
        )
        for line in shown
    ]
    left = len(change.lines) - len(shown)
    if left:
        rows.append((Cell(text("")), Cell(text(f"（ほか{left:,}行）"))))
    return Table(
        caption=f"新旧対照（{change.number}）",
        header=(Cell(text("区分"), "center"), Cell(text("原文"))),
        rows=tuple(rows),
        widths=(8.0, 92.0),
        caption_shown=False,
    )
