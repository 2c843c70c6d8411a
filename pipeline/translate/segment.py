"""Cutting Chinese text into sentences, and long sentences at sound boundaries."""

from __future__ import annotations

_ENDS = "。！？；!?"
_OPEN = {"《": "》", "〈": "〉", "（": "）", "(": ")", "“": "”", "‘": "’", "「": "」", "『": "』",
         "〔": "〕", "【": "】", "[": "]"}  # fmt: skip
_CLOSERS = "”’》〉）)」』】]〕"

MAX_NESTED = 400
"""An opening mark without its partner within this many characters opens nothing."""


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, in order; white space between them is dropped.

    A sentence ends after 。！？； (or 。”) or at a line end, never inside 《》, （） or quotes.
    Joined again they give every character of the text but the white space at their borders.
    """
    sentences: list[str] = []
    for line in text.splitlines():
        start = 0
        closes_at = _closers(line)
        position = 0
        while position < len(line):
            if position in closes_at:
                position = closes_at[position]
            char = line[position]
            position += 1
            quoted_end = char in "”’" and position > 1 and line[position - 2] in "。！？"
            if char in _ENDS or quoted_end:
                while position < len(line) and line[position] in _ENDS:
                    position += 1
                if position < len(line) and line[position] in "”’":
                    position += 1
                sentences.append(line[start:position].strip())
                start = position
        sentences.append(line[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _closers(line: str) -> dict[int, int]:
    """For each outermost opening mark, the index of its partner."""
    partners: dict[int, int] = {}
    stack: list[tuple[int, str]] = []
    for index, char in enumerate(line):
        if char in _OPEN:
            stack.append((index, _OPEN[char]))
        elif stack and char == stack[-1][1]:
            opened, _ = stack.pop()
            if index - opened <= MAX_NESTED:
                partners[opened] = index
        elif char in _CLOSERS and any(char == closer for _, closer in stack[-4:]):
            while stack and stack[-1][1] != char:
                stack.pop()
            opened, _ = stack.pop()
            if index - opened <= MAX_NESTED:
                partners[opened] = index
    return partners


def split_clauses(sentence: str) -> list[str]:
    """The clauses of a sentence, each with its comma; marks inside brackets do not count."""
    clauses: list[str] = []
    closes_at = _closers(sentence)
    start = position = 0
    while position < len(sentence):
        if position in closes_at:
            position = closes_at[position]
        char = sentence[position]
        position += 1
        if char in "，,；;：:" and not _between_digits(sentence, position - 1):
            clauses.append(sentence[start:position])
            start = position
    if start < len(sentence):
        clauses.append(sentence[start:])
    return clauses


def _between_digits(text: str, index: int) -> bool:
    return 0 < index < len(text) - 1 and text[index - 1].isdigit() and text[index + 1].isdigit()
