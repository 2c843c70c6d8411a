"""PDF by Typst: tagged (PDF/UA-1), fonts embedded, byte-identical for equal trees.

Text reaches the template as JSON strings, so no character of it can be markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import typst

from pipeline.render.errors import RenderError
from pipeline.render.fonts import load_fonts, stand_ins
from pipeline.render.layout import KEPT_TOGETHER, pieces, split_columns
from pipeline.render.text import clip
from pipeline.render.tree import (
    Block,
    Callout,
    Cell,
    Contents,
    Document,
    Heading,
    Item,
    LabelTable,
    ListBlock,
    PageBreak,
    Paragraph,
    Runs,
    Table,
    plain,
)

Json = dict[str, Any]
_RUNNING = 24
"""Characters of title and publisher in header and footer."""


def write_pdf(document: Document, font_dir: Path | None) -> bytes:
    """The PDF of a document. A character without a glyph is printed as its code point. Raises
    RenderError for missing fonts, and when the text cannot be set as accessible PDF."""
    fonts = load_fonts(font_dir)
    data = {
        "title": document.title,
        "running-title": clip(document.title, _RUNNING),
        "running-publisher": clip(document.publisher, _RUNNING),
        "issue": document.issue_line,
        "edition": document.edition_line,
        "publisher": document.publisher,
        "facts": [list(fact) for fact in document.facts],
        "sample": document.sample_mark,
        "fonts": list(fonts.families),
        "blocks": [_block(b) for block in document.blocks for b in _expand(block)],
    }
    table = stand_ins(fonts, _strings(data))
    if table:
        data = _translated(data, table)
    with as_file(files("pipeline.render") / "templates" / "bulletin.typ") as template:
        try:
            pdf = typst.compile(
                template,
                root=template.parent,
                font_paths=fonts.fonts,
                ignore_system_fonts=True,
                format="pdf",
                sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
                pdf_standards=["ua-1"],
                timestamp=int(document.created.timestamp()),
            )
        except typst.TypstError as error:
            hints = f" ({'; '.join(error.hints)})" if error.hints else ""
            raise RenderError(f"PDF: Typst refused the issue: {error.message}{hints}") from error
    return bytes(pdf)


def _expand(block: Block) -> tuple[Block, ...]:
    return split_columns(block) if isinstance(block, Table) else (block,)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from _strings(child)
    elif isinstance(value, list):
        for child in value:
            yield from _strings(child)


def _translated(value: Any, table: dict[int, str]) -> Any:
    """`value` with the characters of `table` replaced in every text."""
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, dict):
        return {key: _translated(child, table) for key, child in value.items()}
    if isinstance(value, list):
        return [_translated(child, table) for child in value]
    return value


def _runs(runs: Runs, in_cell: bool = False) -> list[Json]:
    return [
        {
            "s": pieces(run.text, in_cell),
            "zh": run.lang == "zh",
            "u": run.link,
            "m": list(run.marks),
        }
        for run in runs
        if run.text
    ]


def _cell(cell: Cell) -> Json:
    return {"r": _runs(cell.runs, True), "align": cell.align, "tint": cell.tint}


def _item(item: Item) -> Json:
    return {"r": _runs(item.runs), "children": [_block(child) for child in item.children]}


def _block(block: Block) -> Json:
    match block:
        case Heading():
            return {
                "t": "heading",
                "level": block.level,
                "role": block.role,
                "r": _runs(block.runs),
                "anchor": block.anchor,
                "number": block.number,
                "nav": block.navigation,
                "running": clip(block.navigation, _RUNNING),
                "listed": block.listed,
            }
        case Paragraph():
            return {
                "t": "paragraph",
                "style": block.style,
                "keep": block.keep,
                "r": _runs(block.runs),
            }
        case ListBlock():
            items = [_item(item) for item in block.items]
            return {"t": "list", "ordered": block.ordered, "items": items}
        case Table():
            return {
                "t": "table",
                "caption": block.caption if block.caption_shown else None,
                "header": [_cell(cell) for cell in block.header],
                "rows": [[_cell(cell) for cell in row] for row in block.rows],
                "widths": list(block.widths),
                "share": block.share,
                "heads": block.row_heads,
            }
        case LabelTable():
            labels = [
                {"name": label.name, "lines": [_runs(line) for line in label.lines]}
                for label in block.labels
            ]
            size = sum(len(plain(line)) for label in block.labels for line in label.lines)
            return {"t": "labels", "labels": labels, "long": size > KEPT_TOGETHER}
        case Callout():
            lines = [_runs(line) for line in block.lines]
            return {"t": "callout", "kind": block.kind, "title": block.title, "lines": lines}
        case Contents():
            return {"t": "contents"}
        case PageBreak():
            return {"t": "pagebreak"}
