"""Where sentences and clauses end, and which stretches are bracketed."""

from __future__ import annotations

from typing import NamedTuple

_PAIRS = {"（": "）", "《": "》", "“": "”", "〔": "〕"}
_CLOSING = frozenset(_PAIRS.values())
_ENDS = frozenset("。！？；")


class Bracket(NamedTuple):
    """A bracketed stretch: text[start] opens, text[end - 1] closes."""

    start: int
    end: int


def brackets(text: str) -> list[Bracket]:
    """The outermost balanced bracket pairs; a bracket without its partner is plain text."""
    stack: list[tuple[str, int]] = []
    found: list[Bracket] = []
    for index, character in enumerate(text):
        if character in _PAIRS:
            stack.append((_PAIRS[character], index))
        elif character in _CLOSING:
            while stack and stack[-1][0] != character:
                if not any(closing == character for closing, _ in stack):
                    break
                stack.pop()
            if stack and stack[-1][0] == character:
                _, start = stack.pop()
                found.append(Bracket(start, index + 1))
    found.sort(key=lambda pair: (pair.start, -pair.end))
    outer: list[Bracket] = []
    for pair in found:
        if not outer or pair.start >= outer[-1].end:
            outer.append(pair)
    return outer


def split(text: str, marks: str) -> list[tuple[int, int, str]]:
    """[start, end) of the stretches between `marks` outside brackets, and the mark that ends
    each ("" at the end of the text)."""
    pairs = iter(brackets(text))
    pair = next(pairs, None)
    parts: list[tuple[int, int, str]] = []
    start = index = 0
    while index < len(text):
        if pair is not None and index == pair.start:
            index = pair.end
            pair = next(pairs, None)
            continue
        if text[index] in marks:
            parts.append((start, index, text[index]))
            start = index + 1
        index += 1
    if start < len(text):
        parts.append((start, len(text), ""))
    return parts
