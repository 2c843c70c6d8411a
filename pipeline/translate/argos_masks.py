"""Masks for glossary terms and figures, so that a neural engine cannot alter them.

Upper-case Latin letters around digits (QX07QX) survive subword models better than `x1` or tags.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.vocab.terms import TermMatch

_FIGURE = re.compile(r"(?<![A-Za-z0-9.])[0-9]+(?:\.[0-9]+)?(?:[%％]|万|亿)?(?![A-Za-z0-9])")
_MASK = re.compile(r"Q\s?X\s?([0-9]{2})\s?Q\s?X", re.IGNORECASE)
MAX_MASKS = 40


@dataclass(frozen=True)
class Masked:
    """A text with masks, and the Japanese each stands for, by number."""

    text: str
    masks: tuple[str, ...]


def mask(zh: str, terms: Sequence[TermMatch]) -> Masked:
    """The sentence with its terms and figures masked; at most MAX_MASKS, first come."""
    spans = [(match.start, match.end, match.term.ja) for match in terms]
    taken = [(start, end) for start, end, _ in spans]
    for match in _FIGURE.finditer(zh):
        if not any(a < match.end() and match.start() < b for a, b in taken):
            spans.append((match.start(), match.end(), match[0].replace("亿", "億")))
    spans = sorted(spans)[:MAX_MASKS]
    if "QX" in zh.upper():
        return Masked(zh, ())
    parts: list[str] = []
    position = 0
    for number, (start, end, _) in enumerate(spans):
        parts += [zh[position:start], f"QX{number:02d}QX"]
        position = end
    return Masked("".join(parts) + zh[position:], tuple(ja for _, _, ja in spans))


def unmask(text: str, masked: Masked) -> str | None:
    """The text with every mask replaced, or None where one is lost, doubled or invented."""
    seen = sorted(int(match[1]) for match in _MASK.finditer(text))
    if seen != list(range(len(masked.masks))):
        return None
    restored = _MASK.sub(lambda match: masked.masks[int(match[1])], text)
    return None if re.search("QX", restored, re.IGNORECASE) else restored
