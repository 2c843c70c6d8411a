"""The parts of a text: sections with heading levels, and the stretches that say little.

Headings are read from the line as well as from the middle of a paragraph, since many pages run
a whole plan together in one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.classify.text import View

LEAD = 400
"""Characters of the body that count as its beginning."""
_HAN = "一二三四五六七八九十百零〇"
_HEADING = re.compile(
    rf"(?:(?<=[\n。；：])|^)[ #*\-]{{0,4}}(?:"
    rf"(?P<chapter>第[{_HAN}\d]{{1,5}}[章节编])"
    rf"|(?P<one>[{_HAN}]{{1,4}}、)"
    rf"|(?P<two>（[{_HAN}]{{1,4}}）)"
    r"|(?P<three>\d{1,2}(?:\.\d{1,2}){0,3}[.、．](?!\d)|\d{1,2}\.\d{1,2}(?=[\u4e00-\u9fff]))"
    r"|(?P<four>（\d{1,2}）)"
    rf"|(?P<task>(?:任务|工程|行动|专项)[{_HAN}]{{1,3}}[:：、])"
    r")[ ]{0,2}(?P<text>[^\n。；：:]{2,48})"
)
_LEVELS = {"chapter": 1, "one": 1, "task": 1, "two": 2, "three": 3, "four": 4}
_ARTICLE = re.compile(rf"(?:^|[\n。])[ ]{{0,4}}第[{_HAN}\d]{{1,6}}条")
_RUN_ON = re.compile(rf"[ ]*第[{_HAN}\d]{{1,6}}条")
"""Where the first article follows the heading of its chapter in one line."""
_GUIDING = re.compile(r"指导思想|总体思路|基本原则|以习近平|认真贯彻|全面贯彻")
_RESPONSIBLE = re.compile(
    r"[（〔](?:由)?[^（）〔〕\n]{0,12}?(?:责任单位|牵头|负责|配合|参与|落实)[^（）〔〕\n]{0,160}[）〕]"
    r"|(?:责任单位|牵头单位|牵头部门|配合单位|参与单位|责任部门)[:：][^\n。]{0,160}"
)
_FOOTER = re.compile(
    r"抄送[:：]|版权所有|ICP备|网站标识码|主办单位[:：]|扫一扫在手机|网站地图|公安备案|责任编辑"
    r"|上一篇[:：]|下一篇[:：]|友情链接"
)
_ADDRESS = re.compile(
    r"(?:地址|地点|邮寄至|寄至|寄送至|邮编|邮政编码|电子邮箱|联系电话)[:：][^\n。；]{0,60}"
)
_ADDRESSEES = re.compile(r"(?:^|\n)[ ]{0,4}各[^\n。；]{2,120}?[:：]")
_MENTION = re.compile(r"《[^《》\n]{2,60}》")


@dataclass(frozen=True)
class Section:
    """One section: its level (1 一、, 2 （一）, 3 1., 4 （1）), heading and extent in the view."""

    level: int
    start: int
    heading_end: int
    end: int
    heading: str


@dataclass(frozen=True)
class Structure:
    """The sections of a text, and its zones.

    `muted` holds 1 where names and cue words do not count: footers, 抄送, addresses, the bodies
    named as responsible after a task. `discounted` holds 1 in 指导思想 and in names of other
    documents. `articles` is how many 第X条 the text has; `footer` where the page furniture at its
    end starts.
    """

    sections: tuple[Section, ...]
    muted: bytes
    discounted: bytes
    articles: int
    lead_end: int
    footer: int

    def headings(self) -> Iterator[Section]:
        return iter(self.sections)


def structure(view: View) -> Structure:
    """The structure of a text. Linear in its length."""
    text = view.text
    muted = bytearray(len(text))
    discounted = bytearray(len(text))
    footer = _footer(view)
    muted[footer:] = b"\x01" * (len(text) - footer)
    for match in _RESPONSIBLE.finditer(text, view.body_start):
        _mark(muted, match.start(), match.end())
    for match in _ADDRESS.finditer(text, view.body_start):
        _mark(muted, match.start(), match.end())
    addressees = _ADDRESSEES.search(text, view.title_end, view.title_end + 600)
    if addressees:
        _mark(muted, addressees.start(), addressees.end())
    for match in _MENTION.finditer(text, view.body_start):
        _mark(discounted, match.start(), match.end())
    sections = _sections(view, footer)
    for section in sections:
        if section.level <= 2 and _GUIDING.search(section.heading):
            _mark(discounted, section.start, section.end)
    articles = sum(1 for _ in _ARTICLE.finditer(text, view.title_end))
    lead_end = min(len(text), view.body_start + LEAD)
    return Structure(sections, bytes(muted), bytes(discounted), articles, lead_end, footer)


def _mark(zone: bytearray, start: int, end: int) -> None:
    zone[start:end] = b"\x01" * (end - start)


def _footer(view: View) -> int:
    """Where the furniture at the end begins: never before half of the text."""
    text = view.text
    earliest = max(view.body_start + (len(text) - view.body_start) // 2, len(text) - 3000)
    match = _FOOTER.search(text, earliest)
    return match.start() if match else len(text)


def _sections(view: View, footer: int) -> tuple[Section, ...]:
    heads: list[tuple[int, int, int, str]] = []
    for match in _HEADING.finditer(view.text, view.body_start, footer):
        name = match.lastgroup if match.lastgroup != "text" else None
        level = (
            next(_LEVELS[group] for group in _LEVELS if match.group(group) is not None)
            if name is None
            else _LEVELS[name]
        )
        heading, end = match.group("text"), match.end()
        if match.group("chapter") is not None and (article := _RUN_ON.search(heading)):
            heading, end = heading[: article.start()], match.start("text") + article.start()
        heads.append((match.start(), end, level, heading.strip()))
    sections: list[Section] = []
    open_until: dict[int, int] = {}
    end = footer
    # From the back: a section ends where the next one of its level or above begins.
    for start, heading_end, level, heading in reversed(heads):
        stops = [open_until[above] for above in open_until if above <= level]
        end = min(stops, default=footer)
        sections.append(Section(level, start, heading_end, end, heading))
        open_until[level] = start
        for below in [deeper for deeper in open_until if deeper > level]:
            del open_until[below]
    return tuple(reversed(sections))
