"""The text the rules read: one normalised line of characters that knows where each came from.

Sites lose and add characters: full-width figures, subscript digits, OCR spaces inside words
(PM 2. 5, 〔 2026 〕 3 号), traditional script. Rules see a plain form; evidence spans point at the
original.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.model import Span

_SPLIT_FINE = re.compile(r"PM[ \t\r\n\u3000\xa0]{0,3}(2[ \t]{0,2}\.[ \t]{0,2}5|10)(?!\d)", re.I)
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_BLANK = re.compile(r"\s+")
_GAPS = re.compile(r"[ \t\r\u3000\xa0\u200b\ufeff\u2002\u2003]+")
_ODD_SPACE = re.compile(r"[\t\r\u3000\xa0\u200b\ufeff\u2002\u2003]")
_FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SUBSCRIPTS = {0x2080 + digit: ord(str(digit)) for digit in range(10)}
_KEPT_WIDE = "，；：！？（）［］"
_SAME = {
    "(": "（", ")": "）", "[": "〔", "]": "〕", "［": "〔", "］": "〕", "【": "〔", "】": "〕",
    "㎍": "μ", "µ": "μ", "~": "～", "〜": "～", "–": "-", "−": "-", "㎡": "m",
}  # fmt: skip


@cache
def _table() -> dict[int, int]:
    """One-to-one replacements: width, subscripts, brackets, traditional characters."""
    from opencc import OpenCC  # loads a dictionary of several MB

    table: dict[int, int] = {**_FULLWIDTH, **_SUBSCRIPTS}
    for character in _KEPT_WIDE:
        table.pop(ord(character), None)
    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    # One character a line: phrases must not change each other.
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    for old, new in zip(characters, simplified, strict=True):
        if old != new and len(new) == 1 and old not in "乾著於藉瞭徵甚":
            table[ord(old)] = ord(new)
    table.update({ord(old): ord(new) for old, new in _SAME.items()})
    return table


@cache
def _changed() -> tuple[re.Pattern[str], dict[str, str]]:
    """What finds the characters that are not plain, and the plain form of each. As few are, to
    look for them takes a twentieth of the time of str.translate."""
    plain_of = {chr(old): chr(new) for old, new in _table().items()}
    return re.compile(f"[{re.escape(''.join(plain_of))}]"), plain_of


def plain(text: str) -> str:
    """`text` with each character in its plain form; the length does not change."""
    pattern, plain_of = _changed()
    return pattern.sub(lambda match: plain_of[match[0]], text)


@dataclass(frozen=True)
class View:
    """Title and body as the rules see them: `text` is title, line break, body.

    `title_end` is the end of the title in `text`. `_origin` gives for each character its place
    in the original title or body.
    """

    text: str
    title_end: int
    raw_title: str
    raw_body: str
    _origin: Sequence[int]

    @property
    def title(self) -> str:
        return self.text[: self.title_end]

    @property
    def body(self) -> str:
        return self.text[self.title_end + 1 :]

    @property
    def body_start(self) -> int:
        return self.title_end + 1

    def span(self, start: int, end: int) -> Span:
        """Characters [start, end) of `text` as evidence in the original."""
        in_title = start < self.title_end
        raw = self.raw_title if in_title else self.raw_body
        end = min(end, self.title_end) if in_title else end
        if end <= start or not raw:
            return Span(where="title" if in_title else "body", start=0, end=0, text="")
        first, last = self._origin[start], self._origin[end - 1] + 1
        return Span(
            where="title" if in_title else "body", start=first, end=last, text=raw[first:last]
        )


def view(title: str, body: str) -> View:
    """The view of a title and a body. Linear in their length."""
    title_text, title_origin = _squeeze(title.replace("\n", " "))
    body_text, body_origin = _squeeze(body)
    text = title_text + "\n" + body_text
    origin = [*title_origin, 0, *body_origin]
    return View(text, len(title_text), title, body, origin)


def _squeeze(raw: str) -> tuple[str, Sequence[int]]:
    """`raw` in plain form without spaces inside words, and where its characters came from."""
    text = plain(raw)
    drops = [m.span() for m in _SPLIT_FINE.finditer(text) if _BLANK.search(m[0])]
    gaps = list(_GAPS.finditer(text))
    if not drops and not gaps:
        return text, range(len(text))
    cuts: list[tuple[int, int]] = []
    for start, end in drops:
        cuts.extend((m.start(), m.end()) for m in _BLANK.finditer(text, start, end))
    for gap in gaps:
        start, end = gap.span()
        latin = text[start - 1 : start] in _LATIN and text[end : end + 1] in _LATIN
        # Between Latin words and between numbers one space stays.
        cuts.append((start + 1, end) if latin and start else (start, end))
    kept: list[str] = []
    origin: list[int] = []
    position = 0
    for start, end in sorted(cuts):
        if start > position:
            kept.append(text[position:start])
            origin.extend(range(position, start))
        position = max(position, end)
    kept.append(text[position:])
    origin.extend(range(position, len(text)))
    return _ODD_SPACE.sub(" ", "".join(kept)), origin
