"""What each line of a document is: title, numbered heading, paragraph, list item, signature.

Chinese official documents number their headings 一、（一）1.（1） in four levels; statutes have
第X章, 第X节 and 第X条.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.pieces import Piece
from pipeline.families.datetext import plain
from pipeline.families.dom import squeeze
from pipeline.model import Block

_HAN = "一二三四五六七八九十百零〇"
_LEVELS = (
    (1, re.compile(rf"[{_HAN}]{{1,4}}\s{{0,2}}[、.．]")),
    (2, re.compile(rf"[（(]\s?[{_HAN}]{{1,4}}\s?[）)]")),
    (3, re.compile(r"\d{1,2}\s?(?:[.．](?!\d)|、)")),
    (4, re.compile(r"[（(]\s?\d{1,2}\s?[）)]")),
    (1, re.compile(rf"第[{_HAN}\d]{{1,4}}[章编篇部][\s\u3000分]?")),
    (2, re.compile(rf"第[{_HAN}\d]{{1,4}}节")),
)
_ARTICLE = re.compile(rf"第[{_HAN}\d]{{1,6}}条")
_BULLET = re.compile(r"[•·●■◆▪○※\-*—]{1,2}\s")
_DATE_LINE = re.compile(
    r"(?:(?:19|20)\d{2}\s{0,3}[年./-]\s{0,3}\d{1,2}\s{0,3}[月./-]\s{0,3}\d{1,2}\s{0,3}日?"
    r"|[一二][〇○ＯO零0一二三四五六七八九]{3}\s?年\s?[元正一二三四五六七八九十]{1,3}\s?月"
    r"\s?[一二三四五六七八九十廿]{1,3}\s?日)"
)
_BODY_END = re.compile(
    r"(?:政府|办公厅|办公室|委员会|委|局|厅|部|院|会|中心|领导小组|指挥部|署|总队|支队|处|站|行|公司|国务院"
    r"|李克强|总理|省长|市长)[）)]?"
)
_SENTENCE = re.compile(r"[。；！？]")
_PLAN_TITLE = re.compile(
    r".{4,60}(?:方案|计划|规划|办法|规定|条例|细则|意见|预案|标准|指南|措施|清单|决定|通知|通告|公告|令)"
    r"(?:[（(].{1,30}[）)])?"
)
_ENCLOSED = re.compile(r"附\s{0,4}件\s{0,2}[：:]")
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|pptx?)$", re.IGNORECASE)
_MAX_HEADING = 60
_MAX_SIGNATURES = 6


def heading_level(text: str) -> int:
    """1 to 4 where a line begins with a heading's number, else 0."""
    for level, pattern in _LEVELS:
        if pattern.match(text):
            return level
    return 0


def is_date_line(text: str) -> bool:
    """Whether a line is a date and nothing else."""
    return len(text) <= 24 and _DATE_LINE.fullmatch(plain(text).strip()) is not None


def _is_heading(text: str, level: int) -> bool:
    if not level or len(text) > _MAX_HEADING or text.endswith(("：", ":", "；", ";", "，", ",")):
        return False
    inner = _SENTENCE.search(text)
    return inner is None or (inner.end() >= len(text) and len(text) <= 40 and text[-1] in "。？")


def _title_run(pieces: Sequence[Piece], title: str | None) -> tuple[int, int]:
    """[first, end) of the lines near the top that together repeat the title; (0, 0) if none."""
    wanted = squeeze(title or "")
    if len(wanted) < 4:
        return 0, 0
    for first in range(min(len(pieces), 10)):
        joined = ""
        for end in range(first, min(first + 6, len(pieces))):
            if pieces[end].kind != "line":
                break
            joined += squeeze(pieces[end].text)
            if joined == wanted:
                return first, end + 1
            if not wanted.startswith(joined):
                break
    return 0, 0


def _signatures(pieces: Sequence[Piece]) -> set[int]:
    """Positions of signature lines: a date standing alone and the short lines of issuers above."""
    found: set[int] = set()
    for position, piece in enumerate(pieces):
        if position == 0 or piece.kind != "line" or not is_date_line(piece.text):
            continue
        above: list[int] = []
        for before in range(position - 1, max(position - 1 - _MAX_SIGNATURES, -1), -1):
            line = pieces[before]
            if line.kind != "line" or len(line.text) > 60 or _SENTENCE.search(line.text):
                break
            if heading_level(line.text) or line.text.endswith(("：", ":")) or "附件" in line.text:
                break
            if line.align == "center" or is_date_line(line.text):
                break
            if line.align != "right" and not _BODY_END.search(line.text):
                break
            above.append(before)
        if above or piece.align == "right":
            found.update(above)
            found.add(position)
    return found


def classify(pieces: Sequence[Piece], title: str | None = None) -> tuple[Block, ...]:
    """Lines and tables to blocks, in order; nothing is dropped."""
    first, end = _title_run(pieces, title)
    signed = _signatures(pieces)
    blocks: list[Block] = []
    enclosed = False
    for position, piece in enumerate(pieces):
        text = piece.text
        # The names after 附件： are numbered like headings, but head nothing.
        enclosed = bool(_ENCLOSED.match(text)) or (enclosed and heading_level(text) == 3)
        if piece.kind == "table":
            blocks.append(Block(kind="table", text=text, rows=piece.rows))
        elif first <= position < end:
            if position == first:
                whole = "".join(line.text for line in pieces[first:end])
                blocks.append(Block(kind="title", text=whole))
        elif position in signed:
            blocks.append(Block(kind="signature", text=text))
        else:
            blocks.append(_line(piece, enclosed))
    return tuple(blocks)


def _line(piece: Piece, enclosed: bool) -> Block:
    text = piece.text
    if enclosed and len(text) <= 120:
        return Block(kind="list_item", text=text)
    level = heading_level(text)
    if _FILE_NAME.search(text) and len(text) <= 120:
        return Block(kind="list_item", text=text)
    if _is_heading(text, level):
        return Block(kind="heading", text=text, level=level)
    if level or _ARTICLE.match(text):
        # A heading run into its paragraph keeps its level: （一）优化结构。严格……
        return Block(kind="paragraph", text=text, level=level)
    if piece.align == "center" and _PLAN_TITLE.fullmatch(text) and not _SENTENCE.search(text):
        return Block(kind="title", text=text)
    if piece.heading and len(text) <= _MAX_HEADING and not _SENTENCE.search(text):
        return Block(kind="heading", text=text, level=1)
    if piece.listed or _BULLET.match(text):
        return Block(kind="list_item", text=text)
    return Block(kind="paragraph", text=text)
