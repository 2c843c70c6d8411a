"""One self-contained HTML page: semantic, readable on a telephone and on paper, no scripts."""

from __future__ import annotations

from html import escape
from importlib.resources import files
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
    plain,
)

_TAGS = {"strong": "strong", "em": "em"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_html(document: Document, font_dir: Path | None) -> bytes:
    """The HTML page of a document, UTF-8. The fonts are the reader's own."""
    return _page(document).encode()


def _page(document: Document) -> str:
    name = escape(f"{document.title}　{document.issue_line}")
    style = (files("pipeline.render") / "templates" / "bulletin.css").read_text("utf-8")
    mark = document.sample_mark
    if mark:
        # On paper every page bears the mark in its upper margin.
        style += f'@media print {{ @page {{ @top-center {{ content: "{mark}"; }} }} }}\n'
    sample = f'<p class="sample" role="note">{escape(mark)}</p>\n' if mark else ""
    edition = document.edition_line
    edition_line = f' <span class="edition">{escape(edition)}</span>' if edition else ""
    facts = "".join(
        f"<div><dt>{escape(term)}</dt><dd>{escape(value)}</dd></div>"
        for term, value in document.facts
    )
    return (
        "<!DOCTYPE html>\n"
        '<html lang="ja">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f'<meta name="author" content="{escape(document.publisher)}">\n'
        f"<title>{f'{escape(mark)} ' if mark else ''}{name}</title>\n"
        f"<style>\n{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">本文へ移動</a>\n'
        f"{sample}"
        f'<header class="cover">\n<h1>{escape(document.title)}</h1>\n'
        f'<p class="issue">{escape(document.issue_line)}{edition_line}</p>\n'
        f'<dl class="facts">{facts}</dl>\n</header>\n'
        f'<main id="main">\n{_body(document)}</main>\n'
        f"<footer><p>{escape(document.issue_line)}　{escape(document.publisher)}</p></footer>\n"
        "</body>\n</html>\n"
    )


def _body(document: Document) -> str:
    """The blocks; an entry or plan and what belongs to it lie in one article."""
    parts: list[str] = []
    article = False
    for block in document.blocks:
        begins = isinstance(block, Heading) and block.role not in ("part", "clause")
        if article and (begins or isinstance(block, PageBreak)):
            parts.append("</article>\n")
            article = False
        if isinstance(block, Heading) and block.role in ("entry", "plan"):
            labelled = f' aria-labelledby="{block.anchor}"' if block.anchor else ""
            parts.append(f'<article class="{block.role}"{labelled}>\n')
            article = True
        parts.append(_contents(document) if isinstance(block, Contents) else _block(block))
    if article:
        parts.append("</article>\n")
    return "".join(parts)


def _contents(document: Document) -> str:
    """The table of contents as nested lists."""
    parts = ['<nav class="contents" aria-labelledby="contents">\n<h2 id="contents">目次</h2>\n']
    depth = 0
    for heading in document.headings:
        while depth > heading.level:
            parts.append("</li></ul>")
            depth -= 1
        if depth == heading.level:
            parts.append("</li>")
        while depth < heading.level:
            parts.append("<ul><li>" if depth + 1 < heading.level else "<ul>")
            depth += 1
        number = f'<span class="number">{escape(heading.number)}</span> ' if heading.number else ""
        link = escape(f"#{heading.anchor}")
        parts.append(f'<li><a href="{link}">{number}{escape(heading.navigation)}</a>')
    parts.append("</li></ul>" * depth)
    return "".join(parts) + "\n</nav>\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return _heading(block)
        case Paragraph():
            return f'<p class="{block.style}">{_runs(block.runs)}</p>\n'
        case ListBlock():
            return _list(block) + "\n"
        case Table():
            return _table(block)
        case LabelTable():
            rows = "".join(
                f'<tr><th scope="row">{escape(label.name)}</th>'
                f"<td>{'<br>'.join(_runs(line) for line in label.lines)}</td></tr>\n"
                for label in block.labels
            )
            return f'<table class="labels">\n<tbody>\n{rows}</tbody>\n</table>\n'
        case Callout():
            lines = "".join(f"<li>{_runs(line)}</li>" for line in block.lines)
            title = escape(block.title)
            return (
                f'<div class="callout {block.kind}" role="note">'
                f'<p class="callout-title">{title}</p><ul>{lines}</ul></div>\n'
            )
        case PageBreak():
            return '<div class="page-break"></div>\n'
        case Contents():
            return ""


def _heading(block: Heading) -> str:
    tag = f"h{min(block.level + 1, 6)}"
    anchor = f' id="{escape(block.anchor)}"' if block.anchor else ""
    number = f'<span class="number">{escape(block.number)}</span> ' if block.number else ""
    return f'<{tag}{anchor} class="{block.role}">{number}{_runs(block.runs)}</{tag}>\n'


def _list(block: ListBlock) -> str:
    tag = "ol" if block.ordered else "ul"
    return f"<{tag}>{''.join(_item(item) for item in block.items)}</{tag}>"


def _item(item: Item) -> str:
    return f"<li>{_runs(item.runs)}{''.join(_list(child) for child in item.children)}</li>"


def _table(block: Table) -> str:
    head = "".join(_cell(cell, "th", ' scope="col"') for cell in block.header)
    rows = []
    for row in block.rows:
        cells = [
            _cell(cell, "th", ' scope="row"') if block.row_heads and index == 0 else _cell(cell)
            for index, cell in enumerate(row)
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>\n")
    hidden = "" if block.caption_shown else ' class="hidden"'
    name = escape(block.caption)
    # A wide table scrolls by itself; the keyboard reaches it through tabindex.
    columns = len(block.header)
    wide = " wide" if columns > 8 else " broad" if columns > 4 else ""
    return (
        f'<div class="scroll{wide}" role="region" tabindex="0" aria-label="{name}">\n<table>\n'
        f"<caption{hidden}>{name}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>\n</div>\n"
    )


def _cell(cell: Cell, tag: str = "td", scope: str = "") -> str:
    names: list[str] = [] if cell.align == "left" else [cell.align]
    if cell.tint:
        names.append(f"tint{cell.tint}")
    classes = f' class="{" ".join(names)}"' if names else ""
    return f"<{tag}{scope}{classes}>{_runs(cell.runs)}</{tag}>"


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    body = escape(run.text)
    if run.lang == "zh" and plain((run,)).strip():
        body = f'<span lang="zh-Hans">{body}</span>'
    for mark in run.marks:
        tag = _TAGS.get(mark)
        body = f"<{tag}>{body}</{tag}>" if tag else f'<span class="{mark}">{body}</span>'
    if run.link is None:
        return body
    if run.link.startswith("#"):
        return f'<a href="{escape(run.link)}">{body}</a>'
    return f'<a href="{escape(run.link)}" rel="noreferrer noopener">{body}</a>'
