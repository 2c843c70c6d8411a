"""Text as the checks see it: one width, one spelling of digits, identifiers set apart."""

from __future__ import annotations

import re
import unicodedata

_ROMAN = {ord("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ"[i]): str(i + 1) for i in range(10)}
_SPACE = re.compile(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])|(?<=[A-Za-z])\s+(?=[0-9])")
_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)")

MAX_CHECKED = 20_000
"""Characters of a segment the checks look at; longer text is cut (a segment is a sentence)."""


def normal(text: str) -> str:
    """NFKC with Roman numerals as digits, thousands separators and idle spaces removed."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHECKED].translate(_ROMAN))
    text = _SPACE.sub("", text)
    text = _COMMA.sub("", text)
    return _CLOCK.sub(_clock, text)


def _clock(match: re.Match[str]) -> str:
    minutes = int(match[2])
    return f"{int(match[1])}時" + (f"{minutes}分" if minutes else "")


_NAMES = frozenset("圳亳韶泸濮邳睢郯沭嵊瓯衢兖鄄郓莒菏漯杞涿淇鄢郏滇")
"""Characters of Chinese place names that Japanese texts use as they are."""
_known: dict[str, bool] = {}


def is_simplified_only(char: str) -> bool:
    """Whether a character belongs to GB 2312 but not to JIS X 0208: a Chinese form that a
    Japanese text does not hold (发, 污, 环 ...)."""
    if not "\u4e00" <= char <= "\u9fff" or char in _NAMES:
        return False
    known = _known.get(char)
    if known is None:
        known = _known[char] = _encodes(char, "gb2312") and not _encodes(char, "shift_jis")
    return known


def _encodes(char: str, codec: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
