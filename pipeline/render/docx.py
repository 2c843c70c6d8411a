"""Word: the issue as an editable document, for pasting into a municipality's own papers.

Paragraphs and tables are written as WordprocessingML; python-docx holds the package, the
styles, header and footer. Every entry's heading bears a bookmark with the entry's anchor.
"""

from __future__ import annotations

import hashlib
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from pipeline.render.docx_setup import TEXT_WIDTH, set_up
from pipeline.render.layout import KEPT_TOGETHER, split_columns
from pipeline.render.tree import (
    Block,
    Callout,
    Cell,
    Contents,
    Document,
    Heading,
    LabelTable,
    ListBlock,
    Mark,
    PageBreak,
    Paragraph,
    Run,
    Runs,
    Table,
    plain,
    text,
)

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_BOOKMARK_LIMIT = 40
_ZH = (
    '<w:rFonts w:eastAsia="SimSun" w:hint="eastAsia"/>',
    '<w:lang w:val="en-US" w:eastAsia="zh-CN"/>',
)
_LINE = 'w:val="single" w:sz="4" w:space="0" w:color="C3CCD2"'
_TINTS = ("", "E8F0F4", "D3E3EC", "B9D2E0", "9CC0D3")
_SIZES = {"section": 32, "subsection": 25, "entry": 24, "plan": 26, "clause": 22, "part": 21}


def write_docx(document: Document, font_dir: Path | None) -> bytes:
    """The Word file of a document; equal trees give equal bytes."""
    file = docx.Document()
    set_up(file, document)
    body = _Body(file, document)
    xml = body.cover() + "".join(body.block(block) for block in document.blocks)
    root = parse_xml(f"<w:body {nsdecls('w', 'r')}>{xml}</w:body>")
    end = file.element.body.sectPr
    for element in list(root):
        end.addprevious(element)
    buffer = BytesIO()
    file.save(buffer)
    return _same_times(buffer.getvalue())


def _same_times(package: bytes) -> bytes:
    """The zip with one fixed time on every member."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return result.getvalue()


def bookmark(anchor: str) -> str:
    """The name of an anchor's bookmark: Word allows 40 characters."""
    if len(anchor) <= _BOOKMARK_LIMIT:
        return anchor
    return f"{anchor[:31]}_{hashlib.sha256(anchor.encode()).hexdigest()[:8]}"


class _Body:
    """Writes blocks as WordprocessingML and counts what needs an id."""

    def __init__(self, file: Any, document: Document) -> None:
        self.part = file.part
        self.document = document
        self.relations: dict[str, str] = {}
        self.bookmarks = 0

    # --- lines ---

    def runs(self, runs: Runs, extra: str = "") -> str:
        return "".join(self.run(run, extra) for run in runs)

    def run(self, run: Run, extra: str = "") -> str:
        """One run. `extra` are run properties that come before the run's own."""
        fonts, language = _ZH if run.lang == "zh" else ("", "")
        bold = "<w:b/>" if "strong" in run.marks and "<w:b/>" not in extra else ""
        color, size, underline, border = "", "", "", ""
        if run.link is not None and "number" in run.marks:
            color = '<w:color w:val="1F4E6B"/>'
        elif run.link is not None:
            color, underline = '<w:color w:val="1F4E6B"/>', '<w:u w:val="single"/>'
        elif "unreviewed" in run.marks or "sample" in run.marks:
            bold, color = "<w:b/>", '<w:color w:val="A3261C"/>'
            border = '<w:bdr w:val="single" w:sz="6" w:space="0" w:color="A3261C"/>'
        elif "quiet" in run.marks:
            color = '<w:color w:val="56616A"/>'
        if "doubtful" in run.marks:
            underline = '<w:u w:val="dotted" w:color="B7791F"/>'
        elif "em" in run.marks:
            underline = '<w:u w:val="single"/>'
        if extra:
            color = "" if "<w:color" in extra else color
        properties = _ordered(fonts + bold + color + size + underline + border + language + extra)
        made = f'<w:r>{properties}<w:t xml:space="preserve">{escape(run.text)}</w:t></w:r>'
        if run.link is None:
            return made
        if run.link.startswith("#"):
            target = f'w:anchor="{bookmark(run.link[1:])}"'
        else:
            target = f'r:id="{self._relation(run.link)}"'
        return f'<w:hyperlink {target} w:history="1">{made}</w:hyperlink>'

    def _relation(self, address: str) -> str:
        if address not in self.relations:
            kind = RELATIONSHIP_TYPE.HYPERLINK
            self.relations[address] = self.part.relate_to(address, kind, is_external=True)
        return self.relations[address]

    def paragraph(self, content: str, style: str = "Normal", properties: str = "") -> str:
        return (
            f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{properties}</w:pPr>{content}</w:p>"
        )

    # --- blocks ---

    def cover(self) -> str:
        """Title, issue, facts and, on a sample, its mark."""
        document = self.document
        edge = 'w:val="single" w:sz="64" w:space="0" w:color="1F4E6B"'
        sides = f"<w:left {edge}/>{{}}<w:right {edge}/>"
        fill = '<w:shd w:val="clear" w:color="auto" w:fill="1F4E6B"/>'
        indent = '<w:ind w:left="160" w:right="160"/>'
        upper = f"<w:pBdr><w:top {edge}/>{sides.format('')}</w:pBdr>{fill}{indent}"
        bottom = f"<w:bottom {edge}/>"
        lower = f"<w:pBdr>{sides.format(bottom)}</w:pBdr>{fill}{indent}"
        issue = document.issue_line
        issue += f"　{document.edition_line}" if document.edition_line else ""
        facts = "　　".join(f"{term}：{value}" for term, value in document.facts)
        white = '<w:color w:val="FFFFFF"/>'
        parts = [
            self.paragraph(self.runs(text(document.title), white), "Title", upper),
            self.paragraph(self.runs(text(issue), white), "GeppoIssue", lower),
            self.paragraph(self.runs(text(facts)), "GeppoFacts"),
        ]
        if document.sample_mark:
            parts.append(
                self.paragraph(self.runs(text(document.sample_mark, "ja", None, "sample")))
            )
        return "".join(parts)

    def block(self, block: Block) -> str:
        match block:
            case Heading():
                return self.heading(block)
            case Paragraph():
                styles = {"note": "GeppoNote", "source": "GeppoSource", "mark": "GeppoMark"}
                right = '<w:jc w:val="right"/>' if block.style == "signature" else ""
                style = styles.get(block.style, "Normal")
                keep = _KEEP if block.keep else ""
                return self.paragraph(self.runs(block.runs), style, keep + right)
            case ListBlock():
                return self.items(block, 0)
            case Table():
                return "".join(self.table(part) for part in split_columns(block))
            case LabelTable():
                return self.labels(block)
            case Callout():
                return self.callout(block)
            case Contents():
                return self.contents()
            case PageBreak():
                return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'

    def heading(self, block: Heading) -> str:
        level = min(block.level, 6)
        number = ""
        if block.number:
            small = (
                '<w:b w:val="0"/><w:color w:val="56616A"/><w:sz w:val="17"/><w:szCs w:val="17"/>'
            )
            number = self.runs(text(block.number), small) + "<w:r><w:br/></w:r>"
        size = _SIZES[block.role]
        color = "1F4E6B" if block.role in ("section", "part") else "1C2429"
        look = f'<w:b/><w:color w:val="{color}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        shade = ""
        if block.role == "subsection":
            shade = '<w:shd w:val="clear" w:color="auto" w:fill="F1F4F6"/>'
        elif block.role == "section":
            line = 'w:val="single" w:sz="10" w:space="3" w:color="1F4E6B"'
            shade = f"<w:pBdr><w:bottom {line}/></w:pBdr>"
        content = number + self.runs(block.runs, look)
        if block.anchor:
            self.bookmarks += 1
            name = quoteattr(bookmark(block.anchor))
            content = (
                f'<w:bookmarkStart w:id="{self.bookmarks}" w:name={name}/>{content}'
                f'<w:bookmarkEnd w:id="{self.bookmarks}"/>'
            )
        return self.paragraph(content, f"Heading{level}", shade)

    def items(self, block: ListBlock, depth: int) -> str:
        parts = []
        for index, item in enumerate(block.items, 1):
            mark = f"{index}." if block.ordered else "・"
            left = 340 + 340 * depth
            indent = f'<w:ind w:left="{left}" w:hanging="340"/>'
            tabs = f'<w:tabs><w:tab w:val="left" w:pos="{left}"/></w:tabs>'
            lead = f'<w:r><w:t xml:space="preserve">{mark}</w:t><w:tab/></w:r>'
            content = lead + self.runs(item.runs)
            parts.append(self.paragraph(content, "GeppoList", tabs + indent))
            parts.extend(self.items(child, depth + 1) for child in item.children)
        return "".join(parts)

    def contents(self) -> str:
        """A linked list, without page numbers: a field would ask to be updated on opening."""
        parts = [self.heading(Heading(1, "section", text("目次")))]
        for heading in self.document.headings:
            name = (
                f"{heading.number}　{heading.navigation}" if heading.number else heading.navigation
            )
            marks: tuple[Mark, ...] = ("number", "strong") if heading.level == 1 else ("number",)
            runs = (Run(name, link=f"#{heading.anchor}", marks=marks),)
            indent = f'<w:ind w:left="{240 * (heading.level - 1)}"/>'
            parts.append(self.paragraph(self.runs(runs), "GeppoContents", indent))
        return "".join(parts)

    def callout(self, block: Callout) -> str:
        color, fill = ("B7791F", "FDF7EA") if block.kind == "warning" else ("1F4E6B", "F1F4F6")
        edge = f'w:val="single" w:sz="24" w:space="6" w:color="{color}"'
        look = (
            f"<w:pBdr><w:left {edge}/></w:pBdr>"
            f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
        )
        indent = '<w:ind w:left="200"/>'
        lines = [
            (Run(block.title, marks=("strong",)),),
            *((Run("・"), *line) for line in block.lines),
        ]
        return "".join(
            self.paragraph(self.runs(line), "GeppoNote", look + indent) for line in lines
        )

    # --- tables ---

    def table(self, block: Table) -> str:
        total = sum(block.widths) or 1.0
        width = int(TEXT_WIDTH * block.share)
        widths = [int(width * weight / total) for weight in block.widths]
        head = self._row(block.header, widths, head=True)
        rows = "".join(self._row(row, widths) for row in block.rows)
        caption = ""
        if block.caption_shown:
            runs = (Run(block.caption, marks=("strong",)),)
            caption = self.paragraph(self.runs(runs), "GeppoCaption")
        return caption + _table_frame(widths, head + rows, block.caption) + _GAP

    def _row(self, cells: tuple[Cell, ...], widths: list[int], head: bool = False) -> str:
        properties = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"
        parts = []
        for cell, width in zip(cells, widths, strict=True):
            fill = "E4EBF0" if head else _TINTS[cell.tint]
            align = "" if cell.align == "left" else f'<w:jc w:val="{cell.align}"/>'
            words = self.runs(cell.runs, "<w:b/>" if head else "")
            line = self.paragraph(words, "GeppoCell", (_KEEP if head else "") + align)
            parts.append(_cell(width, fill, line))
        return f"<w:tr>{properties}{''.join(parts)}</w:tr>"

    def labels(self, block: LabelTable) -> str:
        widths = [1500, TEXT_WIDTH - 1500]
        size = sum(len(plain(line)) for label in block.labels for line in label.lines)
        rows = []
        for index, label in enumerate(block.labels, 1):
            # Short tables stay on one page: each row is kept with the next.
            keep = _KEEP if index < len(block.labels) and size <= KEPT_TOGETHER else ""
            runs = (Run(label.name, marks=("strong",)),)
            name = self.paragraph(self.runs(runs), "GeppoCell", keep)
            lines = "".join(
                self.paragraph(self.runs(line), "GeppoCell", keep) for line in label.lines
            )
            rows.append(
                f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_cell(widths[0], 'F1F4F6', name)}"
                f"{_cell(widths[1], '', lines)}</w:tr>"
            )
        return _table_frame(widths, "".join(rows), "項目と内容") + _GAP


_KEEP = "<w:keepNext/>"
_GAP = '<w:p><w:pPr><w:pStyle w:val="GeppoGap"/></w:pPr></w:p>'

# The schema fixes the order of run properties; Word refuses a file that breaks it.
_ORDER = ("rFonts", "b", "color", "sz", "szCs", "u", "bdr", "lang")


def _ordered(properties: str) -> str:
    if not properties:
        return ""
    parts = {piece.split(" ")[0].rstrip("/"): f"<w:{piece}>" for piece in _split(properties)}
    return f"<w:rPr>{''.join(parts[name] for name in _ORDER if name in parts)}</w:rPr>"


def _split(properties: str) -> list[str]:
    return [piece.rstrip(">") for piece in properties.split("<w:") if piece]


def _cell(width: int, fill: str, content: str) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{content}</w:tc>'


def _table_frame(widths: list[int], rows: str, description: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    top = 'w:val="single" w:sz="8" w:space="0" w:color="1F4E6B"'
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblInd w:w="85" w:type="dxa"/>'
        f"<w:tblBorders><w:top {top}/><w:bottom {_LINE}/><w:insideH {_LINE}/></w:tblBorders>"
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="0020" w:firstRow="1"/><w:tblCaption w:val={quoteattr(description)}/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )
