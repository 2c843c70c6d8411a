"""From an analyst's Markdown to blocks of the content tree.

Markdown becomes HTML by python-markdown with raw HTML switched off, and that HTML is walked by
an allow-list: a tag it does not know contributes its text alone.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from markdown import Markdown

from pipeline.render.text import clean_lines, safe_url
from pipeline.render.tree import (
    Block,
    Cell,
    Heading,
    Item,
    Lang,
    ListBlock,
    Mark,
    Paragraph,
    ParagraphStyle,
    Run,
    Runs,
    Table,
    plain,
)

_MARKS: dict[str, Mark] = {"strong": "strong", "b": "strong", "em": "em", "i": "em"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_MAX_DEPTH = 40
_MAX_BRACKETS = 400
_MAX_LIST_DEPTH = 6

_SPACES = re.compile(r"[ \n]+")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
_JOIN = re.compile(f"(?<=[{_WIDE}])\n(?=[{_WIDE}])")
_KANA = re.compile("[\u3041-\u30fa]")
_HAN = re.compile("[\u4e00-\u9fff]")


def markdown_blocks(source: str, level: int) -> tuple[Block, ...]:
    """The blocks of a Markdown text whose headings stand at `level`.

    Raw HTML stays literal text, images become their description, links other than http, https
    and mailto lose their address. Line feeds between Japanese characters join without a space.
    """
    cleaned = clean_lines(source).strip()
    if not cleaned:
        return ()
    try:
        soup = BeautifulSoup(_converter(cleaned).convert(cleaned), "html.parser")
        return tuple(_Walker(level).blocks(soup))
    except RecursionError:
        # Markup nested hundreds deep is no text anyone wrote: show it as it stands.
        lines = [line.strip() for line in cleaned.split("\n")]
        return tuple(Paragraph((Run(line),)) for line in lines if line)


def _converter(source: str) -> Markdown:
    converter = Markdown(extensions=["tables", "sane_lists"])
    converter.preprocessors.deregister("html_block")
    converter.parser.blockprocessors.deregister("reference")
    for name in ("html", "automail", "reference", "image_reference"):
        converter.inlinePatterns.deregister(name)
    for name in ("short_reference", "short_image_ref"):
        converter.inlinePatterns.deregister(name)
    if source.count("[") > _MAX_BRACKETS:
        # Looking for the end of each link costs the square of their number.
        converter.inlinePatterns.deregister("link")
        converter.inlinePatterns.deregister("image_link")
    return converter


def _squeeze(text: str) -> str:
    return _SPACES.sub(" ", _JOIN.sub("", text))


class _Walker:
    """Walks one HTML text. `level` is the level of its headings."""

    def __init__(self, level: int) -> None:
        self.level = level

    def blocks(self, node: Tag, style: ParagraphStyle = "body", depth: int = 0) -> list[Block]:
        """The blocks beneath a node; loose text between blocks becomes paragraphs."""
        found: list[Block] = []
        loose: list[PageElement] = []

        def flush() -> None:
            runs = self.runs(loose)
            if plain(runs).strip():
                found.append(_paragraph(runs, style))
            loose.clear()

        for child in node.children:
            block = self._block(child, style, depth) if isinstance(child, Tag) else None
            if block is None:
                loose.append(child)
            else:
                flush()
                found.extend(block)
        flush()
        return found

    def _block(self, tag: Tag, style: ParagraphStyle, depth: int) -> list[Block] | None:
        """The blocks of one tag, or None when it belongs to a line of text."""
        if depth > _MAX_DEPTH:
            return [_paragraph((Run(_squeeze(tag.get_text())),), style)]
        if tag.name in _HEADINGS:
            runs = self.runs(list(tag.children))
            return [Heading(self.level, "part", runs, listed=False)] if plain(runs) else []
        if tag.name == "p":
            return [_paragraph(runs, style) for runs in self._lines(tag) if plain(runs).strip()]
        if tag.name in ("ul", "ol"):
            return [self._list(tag, 0)]
        if tag.name == "blockquote":
            return self.blocks(tag, "source", depth + 1)
        if tag.name == "table":
            table = self._table(tag)
            return [table] if table else []
        if tag.name == "pre":
            lines = tag.get_text().split("\n")
            return [Paragraph((Run(line),), style) for line in lines if line.strip()]
        if tag.name == "hr":
            return []
        return self.blocks(tag, style, depth + 1) if tag.name in ("div", "section") else None

    def _lines(self, tag: Tag) -> list[Runs]:
        """The lines of a paragraph, cut where Markdown forces a line break."""
        lines: list[list[PageElement]] = [[]]
        for child in tag.children:
            if isinstance(child, Tag) and child.name == "br":
                lines.append([])
            else:
                lines[-1].append(child)
        return [self.runs(line) for line in lines]

    def _list(self, tag: Tag, depth: int) -> ListBlock:
        items: list[Item] = []
        for child in tag.find_all("li", recursive=False):
            own: list[PageElement] = []
            nested: list[ListBlock] = []
            for part in child.children:
                if isinstance(part, Tag) and part.name in ("ul", "ol"):
                    if depth < _MAX_LIST_DEPTH:
                        nested.append(self._list(part, depth + 1))
                    else:
                        own.append(NavigableString(part.get_text(" ")))
                else:
                    own.append(part)
            items.append(Item(self.runs(own), tuple(nested)))
        return ListBlock(tuple(items), tag.name == "ol")

    def _table(self, tag: Tag) -> Table | None:
        rows = [
            [Cell(self.runs(list(cell.children))) for cell in row.find_all(["th", "td"])]
            for row in tag.find_all("tr")
        ]
        rows = [row for row in rows if row]
        if not rows:
            return None
        return make_table("表", rows)

    def runs(
        self,
        nodes: list[PageElement],
        marks: tuple[Mark, ...] = (),
        link: str | None = None,
        depth: int = 0,
    ) -> Runs:
        """The runs of inline nodes, without white space at either end."""
        found = self._runs(nodes, marks, link, depth)
        while found and not found[0].text.strip(" "):
            found.pop(0)
        while found and not found[-1].text.strip(" "):
            found.pop()
        if found:
            first = found[0]
            found[0] = Run(first.text.lstrip(" "), first.lang, first.link, first.marks)
            last = found[-1]
            found[-1] = Run(last.text.rstrip(" "), last.lang, last.link, last.marks)
        return tuple(found)

    def _runs(
        self, nodes: list[PageElement], marks: tuple[Mark, ...], link: str | None, depth: int
    ) -> list[Run]:
        found: list[Run] = []
        for node in nodes:
            if isinstance(node, NavigableString):
                words = _squeeze(str(node))
                if words:
                    found.append(Run(words, "ja", link, marks))
            elif isinstance(node, Tag):
                if depth > _MAX_DEPTH:
                    found.append(Run(_squeeze(node.get_text()), "ja", link, marks))
                    continue
                if node.name == "img":
                    found.append(Run(f"［図：{node.get('alt') or ''}］", "ja", link, marks))
                    continue
                if node.name == "br":
                    found.append(Run(" ", "ja", link, marks))
                    continue
                mark = _MARKS.get(node.name)
                inner = (*marks, mark) if mark and mark not in marks else marks
                target = safe_url(str(node.get("href") or "")) if node.name == "a" else link
                found.extend(self._runs(list(node.children), inner, target, depth + 1))
        return found


def _paragraph(runs: Runs, style: ParagraphStyle) -> Paragraph:
    """A paragraph; a quotation without kana is original Chinese."""
    words = plain(runs)
    if style == "source" and _HAN.search(words) and not _KANA.search(words):
        zh: Lang = "zh"
        runs = tuple(Run(run.text, zh, run.link, run.marks) for run in runs)
    return Paragraph(runs, style)


def make_table(caption: str, rows: list[list[Cell]], caption_shown: bool = False) -> Table:
    """A table of ragged rows, the first its header; column weights follow the longest cells."""
    width = max(len(row) for row in rows)
    full = [tuple(row) + (Cell(()),) * (width - len(row)) for row in rows]
    weights = []
    for column in range(width):
        longest = max(len(plain(row[column].runs)) for row in full)
        weights.append(float(min(max(longest, 4), 24)))
    share = min(1.0, max(0.4, (sum(weights) + 3 * width) / 52))
    return Table(caption, full[0], tuple(full[1:]), tuple(weights), caption_shown, share=share)
