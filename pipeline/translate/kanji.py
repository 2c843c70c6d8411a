"""The last resort: the source's characters in Japanese forms, marked as untranslated."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Protocol

from opencc import OpenCC

MARK = "【未訳】"
"""Stands before text that is not a translation."""

# Forms OpenCC leaves in the traditional script though Japanese has its own.
_FORMS = str.maketrans("劃內戶產衛錄瞭戒辦裡麵緩峯嶽綫裏廈", "画内戸産衛録了戒弁裏麺緩峰岳線裏厦")
_MARKS = str.maketrans("，；《》“”‘’：", "、。「」「」『』：")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@lru_cache(maxsize=1)
def _converters() -> tuple[_Converter, _Converter]:
    return OpenCC("s2t"), OpenCC("t2jp")


def to_kanji(zh: str) -> str:
    """Chinese text in Japanese character forms and punctuation; no word is translated."""
    traditional, japanese = _converters()
    text = unicodedata.normalize("NFC", zh).translate(_MARKS)
    return japanese.convert(traditional.convert(text)).translate(_FORMS)


def untranslated(zh: str) -> str:
    """`to_kanji` behind the mark 【未訳】."""
    return MARK + to_kanji(zh)


def without_mark(ja: str) -> str:
    """The text without its mark."""
    return ja.removeprefix(MARK)
