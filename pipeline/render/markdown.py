"""Markdown: the plain form of an issue, for diffs, mail and golden files.

All text is escaped, so that CommonMark, GitHub's flavour and python-markdown show it as it
stands in the tree.
"""

from __future__ import annotations

import re
from pathlib import Path

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
    Run,
    Runs,
    Table,
)

_SPECIAL = re.compile(r"[\\`*_{}\[\]#]")
_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "|": "&#124;",
    "~": "&#126;",
    "$": "&#36;",
    "^": "&#94;",
    "@": "&#64;",
}
_ENTITY = re.compile("[" + re.escape("".join(_ENTITIES)) + "]")
_AUTOLINK = re.compile(r":(?=//)|(?<=[Ww]{3})\.")
_AT_START = re.compile(r"(?:(?<=^)|(?<=^\d)|(?<=^\d\d)|(?<=^\d\d\d))[-+=.)]")


def write_markdown(document: Document, font_dir: Path | None) -> bytes:
    """The Markdown of a document, UTF-8."""
    parts = [f"# {escape(document.title)}", escape(document.issue_line)]
    if document.sample_mark:
        parts.insert(0, f"**{escape(document.sample_mark)}**")
    if document.edition_line:
        parts.append(f"**{escape(document.edition_line)}**")
    parts.append("\n".join(f"- {escape(term)}：{escape(value)}" for term, value in document.facts))
    parts.extend(_block(block, document) for block in document.blocks)
    if document.sample_mark:
        parts.append(f"**{escape(document.sample_mark)}**")
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def escape(text: str) -> str:
    """`text` so that no character of it is markup, also at the start of a line and where an
    address would become a link by itself."""
    escaped = _SPECIAL.sub(lambda match: f"\\{match.group()}", text)
    escaped = _ENTITY.sub(lambda match: _ENTITIES[match.group()], escaped)
    escaped = _AUTOLINK.sub(lambda match: f"&#{ord(match.group())};", escaped)
    return _AT_START.sub(lambda match: f"&#{ord(match.group())};", escaped, count=1)


def _block(block: Block, document: Document) -> str:
    match block:
        case Heading():
            return _heading(block)
        case Paragraph(style="source"):
            return f"> {_runs(block.runs)}"
        case Paragraph():
            return _runs(block.runs)
        case ListBlock():
            return "\n".join(_list(block, 0))
        case Table():
            return _table(block)
        case LabelTable():
            rows = [
                f"| {escape(label.name)} | {'<br>'.join(_runs(line) for line in label.lines)} |"
                for label in block.labels
            ]
            return "\n".join(("| 項目 | 内容 |", "|---|---|", *rows))
        case Callout():
            lines = [f"> - {_runs(line)}" for line in block.lines]
            return "\n".join((f"> **{escape(block.title)}**", ">", *lines))
        case Contents():
            return _contents(document)
        case PageBreak():
            return "---"


def _contents(document: Document) -> str:
    lines = ["## 目次", ""]
    for heading in document.headings:
        number = f"{heading.number}　" if heading.number else ""
        name = escape(f"{number}{heading.navigation}")
        lines.append(f"{'    ' * (heading.level - 1)}- [{name}](#{heading.anchor})")
    return "\n".join(lines)


def _heading(block: Heading) -> str:
    anchor = f'<a id="{block.anchor}"></a>\n\n' if block.anchor else ""
    number = f"{escape(block.number)}　" if block.number else ""
    return f"{anchor}{'#' * min(block.level + 1, 6)} {number}{_runs(block.runs)}"


def _list(block: ListBlock, depth: int) -> list[str]:
    lines: list[str] = []
    for index, item in enumerate(block.items, 1):
        mark = f"{index}." if block.ordered else "-"
        lines.append(f"{'    ' * depth}{mark} {_runs(item.runs)}")
        lines.extend(_children(item, depth))
    return lines


def _children(item: Item, depth: int) -> list[str]:
    return [line for child in item.children for line in _list(child, depth + 1)]


def _table(block: Table) -> str:
    rules = {"left": "---", "right": "---:", "center": ":---:"}
    lines = [f"**{escape(block.caption)}**", ""] if block.caption_shown else []
    lines.append(_row(block.header))
    lines.append("|" + "|".join(rules[cell.align] for cell in block.header) + "|")
    lines.extend(_row(row) for row in block.rows)
    return "\n".join(lines)


def _row(cells: tuple[Cell, ...]) -> str:
    return "| " + " | ".join(_runs(cell.runs) for cell in cells) + " |"


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    if run.link and run.link == run.text and not run.link.startswith("#"):
        return f"<{run.link}>"
    body = escape(run.text)
    if not body.strip():
        return body
    if "unreviewed" in run.marks or "sample" in run.marks:
        body = f"【{body}】"
    if "strong" in run.marks:
        # Emphasis must touch its text, and words must not touch its asterisks.
        core = body.strip()
        body = body.replace(core, f"**{core}**", 1)
    if run.link is None:
        return body
    address = run.link.replace("(", "%28").replace(")", "%29")
    return f"[{body}]({address})"
