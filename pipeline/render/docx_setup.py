"""Styles, page, header and footer of the Word file."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from pipeline.render.text import clip
from pipeline.render.tree import Document

FONT = "游ゴシック"
TEXT_WIDTH = 9411
"""Width of the text in twentieths of a point: A4 less two margins of 22 mm."""

_OWN_STYLES: tuple[tuple[str, float, float, float], ...] = (
    # name, size, space before, space after (points)
    ("GeppoIssue", 12.5, 0, 0),
    ("GeppoFacts", 9, 6, 10),
    ("GeppoNote", 9, 2, 4),
    ("GeppoSource", 9, 2, 4),
    ("GeppoMark", 9, 2, 4),
    ("GeppoList", 10, 1, 2),
    ("GeppoContents", 9, 0, 1),
    ("GeppoCaption", 9, 6, 3),
    ("GeppoCell", 9, 0, 0),
    ("GeppoGap", 4, 0, 0),
)
_QUIET = RGBColor(0x56, 0x61, 0x6A)


def set_up(file: Any, document: Document) -> None:
    """Give an empty file its page, styles, header, footer and properties."""
    _properties(file, document)
    _page(file)
    _styles(file)
    _header(file, document)
    _footer(file, document)


def _properties(file: Any, document: Document) -> None:
    properties = file.core_properties
    mark = f"{document.sample_mark} " if document.sample_mark else ""
    properties.title = clip(f"{mark}{document.title}　{document.issue_line}", 250)
    properties.author = clip(document.publisher, 250)
    properties.last_modified_by = clip(document.publisher, 250)
    properties.subject = clip(document.issue_line, 250)
    properties.comments = document.sample_mark or ""
    properties.language = "ja-JP"
    moment = document.created.replace(tzinfo=None)
    properties.created = moment
    properties.modified = moment


def _page(file: Any) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(25), Mm(20)
    section.header_distance = section.footer_distance = Mm(11)


def _styles(file: Any) -> None:
    styles = file.styles
    for name, size, before, after in _OWN_STYLES:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        style.quick_style = False
        _type(style, size)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
    _type(styles["Normal"], 10)
    styles["Normal"].paragraph_format.space_after = Pt(5)
    styles["Normal"].paragraph_format.line_spacing = 1.2
    for name in ("GeppoCell", "GeppoContents", "GeppoGap"):
        styles[name].paragraph_format.line_spacing = 1.05
    for name in ("GeppoNote", "GeppoSource"):
        styles[name].font.color.rgb = _QUIET
    for name in ("GeppoMark", "GeppoCaption"):
        styles[name].paragraph_format.keep_with_next = True
    styles["GeppoSource"].paragraph_format.left_indent = Mm(4)
    # Punctuation hanging over the margin pushes an empty line after it in LibreOffice.
    hanging = OxmlElement("w:overflowPunct")
    hanging.set(qn("w:val"), "0")
    styles["Normal"].element.pPr.find(qn("w:spacing")).addprevious(hanging)
    _type(styles["Title"], 22)
    title = styles["Title"]
    title.font.bold = True
    title.paragraph_format.space_after = Pt(0)
    border = title.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        title.element.pPr.remove(border)
    for level in range(1, 7):
        style = styles[f"Heading {level}"]
        _type(style, 12)
        style.font.bold = True
        style.font.italic = False
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before = Pt({1: 22, 2: 15, 3: 13}.get(level, 9))
        style.paragraph_format.space_after = Pt(5 if level < 4 else 3)
    for name in ("Header", "Footer"):
        _type(styles[name], 8)
        styles[name].font.color.rgb = _QUIET
        tabs = styles[name].element.pPr.find(qn("w:tabs"))
        if tabs is not None:
            styles[name].element.pPr.remove(tabs)
    defaults = styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "ja-JP")


def _type(style: Any, size: float) -> None:
    """Font and language of a style, the East Asian ones too, without the theme's fonts."""
    style.font.name = FONT
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        if "Theme" in name or "theme" in name:
            del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "ja-JP")


def _tabs(paragraph: Any) -> None:
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(83), WD_TAB_ALIGNMENT.CENTER)
    stops.add_tab_stop(Mm(166), WD_TAB_ALIGNMENT.RIGHT)


def _header(file: Any, document: Document) -> None:
    paragraph = file.sections[0].header.paragraphs[0]
    _tabs(paragraph)
    paragraph.add_run(clip(document.title, 40))
    paragraph.add_run("\t")
    if document.sample_mark:
        mark = paragraph.add_run(document.sample_mark)
        mark.font.bold = True
        mark.font.color.rgb = RGBColor(0xA3, 0x26, 0x1C)
    line = document.issue_line
    line += f"　{document.edition_line}" if document.edition_line else ""
    paragraph.add_run("\t" + clip(line, 40))


def _footer(file: Any, document: Document) -> None:
    paragraph = file.sections[0].footer.paragraphs[0]
    _tabs(paragraph)
    paragraph.add_run("\t")
    _field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    _field(paragraph, "NUMPAGES")
    paragraph.add_run("\t" + clip(document.publisher, 40))


def _field(paragraph: Any, name: str) -> None:
    paragraph._p.append(
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="{name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
    )
