"""Bytes of a page to text.

The bytes decide, not the header: real pages declare utf-8 over GBK bytes and the reverse.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"charset\s{0,4}=\s{0,4}[\"']?\s{0,4}([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "utf8": "utf-8"}
# A UTF-8 page with a few broken characters is still UTF-8; GBK read as UTF-8 breaks nearly all.
_TOLERATED = 0.05


_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "\xad")


def visible(text: str) -> str:
    """`text` without zero-width characters and soft hyphens, which break every comparison."""
    for character in _INVISIBLE:
        text = text.replace(character, "")
    return text


def declared_charset(body: bytes, content_type: str | None) -> str | None:
    """The charset a page claims, in its markup or else its Content-Type header."""
    match = _DECLARED.search(body[:4096]) or _DECLARED.search((content_type or "").encode())
    if not match:
        return None
    name = match[1].decode().lower()
    name = _ALIASES.get(name, name)
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str, bool]:
    """Text, the encoding used, and whether it had to be guessed against or without the
    declaration. Never raises."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace"), name, False
    declared = declared_charset(body, content_type)
    try:
        return body.decode("utf-8"), "utf-8", declared not in (None, "utf-8") and not body.isascii()
    except UnicodeDecodeError:
        pass
    loose = body.decode("utf-8", "replace")
    broken = loose.count("\ufffd")
    if broken <= _TOLERATED * (len(loose) - len(loose.encode("ascii", "ignore"))):
        return loose, "utf-8", True
    if declared == "big5":
        try:
            return body.decode("big5hkscs"), "big5", False
        except UnicodeDecodeError:
            pass
    try:
        return body.decode("gb18030"), "gb18030", declared != "gb18030"
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace"), "gb18030", True
