"""Normalisation of Chinese input, and the enumerator a heading opens with.

The text keeps its length where it can; where it cannot, a map leads back to the source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MAX_CHARACTERS = 5000
"""Longer segments are cut here before analysis; the engine flags `too_long`."""

_FULL = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_KEEP = {ord(c): None for c in "，；：！？（）．～"}
_CHARACTERS: dict[int, str] = {
    **{code: half for code, half in _FULL.items() if code not in _KEEP},
    ord("("): "（", ord(")"): "）", ord("~"): "～", ord("﹪"): "%", ord("％"): "%",
    ord("　"): " ", ord("\u00a0"): " ", ord("㎡"): "㎡", ord("﹙"): "（", ord("﹚"): "）",
    ord("〈"): "《", ord("〉"): "》", ord("["): "〔", ord("]"): "〕", ord("［"): "〔",
    ord("］"): "〕",
    ord("「"): "“", ord("」"): "”", ord("『"): "“", ord("』"): "”", ord("\t"): " ",
    ord("—"): "—", ord("–"): "-", ord("－"): "-", ord("．"): ".", ord("·"): "·", ord("•"): "·",
    ord("㎍"): "μg", ord("µ"): "μ",
}  # fmt: skip
PART = "‖"
"""Stands between the parts of a headline (大会召开 各地部署) and between a heading and its first
item; each is read by itself."""
_PARTED = re.compile(
    r"(?<=[\u4e00-\u9fff》”）%]{3})[ \u3000]"
    r"(?=[\u4e00-\u9fff《“0-9A-Z][\u4e00-\u9fff《“0-9A-Z.]{2})|—(?=—)|(?<=—)—"
)
_HAN_NUMBER = "[一二三四五六七八九十百]{1,4}"
_HEADED = re.compile(
    rf"^((?:{_HAN_NUMBER}、|第{_HAN_NUMBER}[章节])[^。；！？：]{{2,40}}?)"
    rf"(?:[ \u3000]+(?=[（(]{_HAN_NUMBER}[）)]|第{_HAN_NUMBER}条|\d{{1,2}}[.．、])"
    r"|(?<!第)(?=（一）))"
)
"""A heading with its first item on the same line: 四、优化能源结构 （十一）发展…"""
_LINE = re.compile(
    "[0-9〇零一二三四五六七八九十]{4}年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日"
    "(?:印发|发布|公布|印|起草)?|[^，：（）]{1,10}〔[0-9]{4}〕[0-9]{1,5}号"
    "|[\u4e00-\u9fff]{2,24}(?:人民政府|办公厅|办公室|生态环境[厅局]|委员会|生态环境部)"
    "|（[^（）。]{1,60}）"
)
_TITLE = re.compile(
    "(?!根据|按照|依据|遵照|现将)[^，。；：了]{0,40}关于[^，。；：]{2,60}的"
    "(?:通知|(?:指导|实施)?意见|通报|公告|通告|复函|函|批复|决定|请示|报告)"
)
LABEL = re.compile(
    r"[ \u3000]*(（(?!含|以下|不含)[^（），。；：0-9A-Za-z一二三四五六七八九十]{1,12}）)\s*(?=\S)"
)
"""What an article is about, named before it: （目的）…"""
_HAN = r"\u3400-\u9fff"


@dataclass(frozen=True, slots=True)
class Normalized:
    """`text` for analysis; `source[i]` is the index in the original of character i (and one
    more entry for the end)."""

    text: str
    source: tuple[int, ...]


def normalize(zh: str) -> Normalized:
    """Half-width letters and digits, full-width Chinese punctuation, no stray spaces or
    control characters. Never fails."""
    characters: list[str] = []
    source: list[int] = []
    previous = ""
    for index, character in enumerate(zh):
        mapped = _CHARACTERS.get(ord(character), character)
        if mapped in "\r\n":
            mapped = " "
        if len(mapped) == 1 and not mapped.isprintable() and mapped != " ":
            continue
        following = zh[index + 1] if index + 1 < len(zh) else ""
        if mapped == "," and not (previous.isdigit() and following.isdigit()):
            mapped = "，"
        elif mapped == ";":
            mapped = "；"
        elif mapped == ":" and not (previous.isdigit() and following.isdigit()):
            mapped = "："
        if mapped == " " and not (_latin(previous) and _latin(following)):
            continue
        for part in mapped:
            characters.append(part)
            source.append(index)
        previous = mapped[-1:]
    source.append(len(zh))
    return Normalized("".join(characters), tuple(source))


def parted(zh: str, title: bool) -> str:
    """The text with the spaces that part it as PART: those of a headline, or the one between a
    heading and the item on the same line."""
    return _PARTED.sub(PART, zh) if title else _HEADED.sub(rf"\1{PART}", zh)


def line_kind(text: str) -> Literal["title", "heading"] | None:
    """What a text is that is no sentence: the title of a document, or (as a heading is read) a
    signature, a date or the number of a document."""
    if _TITLE.fullmatch(text):
        return "title"
    return "heading" if _LINE.fullmatch(text) else None


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


_DIGITS = "零〇一二三四五六七八九十百千两0-9"
_ENUMERATOR = re.compile(
    rf"第([{_DIGITS}]{{1,7}})([编章节条款])(?![第和至、及或规的])[ ]?"
    rf"|（([{_DIGITS}]{{1,5}})）[ ]?"
    rf"|([零〇一二三四五六七八九十百]{{1,5}})、[ ]?"
    r"|([0-9]{1,3})(?:[、．]|\.(?![0-9]))[ ]?"
    r"|([①-⑳])[ ]?"
    r"|—{1,2}"
)
_LEVEL = {"编": "編", "章": "章", "节": "節", "条": "条", "款": "項"}


def enumerator(text: str) -> tuple[str, int]:
    """Japanese enumerator and the number of characters it took: 一、 -> "1. ",
    （一） -> "(1)", 第三章 -> "第3章 ", —— as it is. ("", 0) when there is none."""
    match = _ENUMERATOR.match(text)
    if match is None:
        return "", 0
    chapter, level, bracket, han, arabic, circled = match.groups()
    end = match.end()
    if chapter:
        return f"第{to_arabic(chapter)}{_LEVEL[level]} ", end
    if bracket:
        return f"({to_arabic(bracket)})", end
    if circled:
        return circled, end
    if not (han or arabic):
        return match[0], end
    return f"{to_arabic(han or arabic)}. ", end


_VALUE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNIT = {"十": 10, "百": 100, "千": 1000}


def to_arabic(text: str) -> str:
    """A Chinese or Arabic numeral below 万 as Arabic digits: 二十八 -> 28, 二〇二六 -> 2026."""
    if text.isdigit() and text.isascii():
        return text
    if not any(c in _UNIT for c in text):
        return "".join(str(_VALUE.get(c, c)) for c in text)
    total, digit = 0, 0
    for character in text:
        if character in _UNIT:
            total += (digit or 1) * _UNIT[character]
            digit = 0
        elif character in _VALUE:
            digit = _VALUE[character]
        elif character.isdigit():
            digit = digit * 10 + int(character)
    return str(total + digit)
