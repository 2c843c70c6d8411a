"""The tokens of a sentence that releases figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.observations.cues import ObservationCues
from pipeline.observations.periods import BASE, OTHER_BASE, PERIOD

_SCOPES = "全国|全省|全市|全区|全县|我国|我省|我市|我区|我县|本市|本省|本区|全自治区"
_MANY = r"(?:全国)?33[79]个(?:地级及以上)?城市|(?:全国)?338个(?:地级及以上)?城市|全国地级及以上城市"
_OTHER_SCOPE = (
    r"(?:全国)?(?:16[89]|74)个(?:重点)?城市|重点城市|重点区域|市区|城区|主城区|中心城区|建成区|县城"
)
VALUE = r"(?:\d{1,3}(?:[,，]\d{3}){1,2}(?!\d)|\d{1,4})(?:\.\d{1,3})?"
"""A written number, its thousands parted by commas or not."""
_NUMBER = rf"(?<![\d.A-Za-z])(?<!\d[,，])(?P<arrow>[+↑↓-])?(?P<value>{VALUE})"
_KINDS = (
    "other", "earlier", "base", "many", "scope", "elsewhere", "rank", "indicator", "period",
    "hold", "unsure", "aside", "level", "from", "direction", "number",
)  # fmt: skip


def decimal_of(written: str) -> Decimal:
    """The value of a match of VALUE."""
    return Decimal(written.replace(",", "").replace("，", ""))


def token_pattern(cues: ObservationCues) -> re.Pattern[str]:
    """All tokens of a sentence; earlier alternatives win."""
    return re.compile(
        rf"(?P<other>{OTHER_BASE})|(?P<earlier>(?:去年|上年)同期(?:为|是)?(?=\d))|(?P<base>{BASE})|(?P<many>{_MANY})"
        rf"|(?P<elsewhere>{_OTHER_SCOPE})|(?P<scope>{_SCOPES})"
        r"|(?P<rank>(?:(?:排名|位列|排在|位居|名列)[^，。；\d]{0,8}第?|[排居][^，。；\d]{0,8}第)"
        r"(?P<place_no>\d{1,3})[位名]?)"
        rf"|(?P<indicator>{cues.indicator})"
        rf"|(?P<period>{PERIOD})"
        r"|(?P<hold>持平|不变|无变化)"
        rf"|(?P<unsure>{cues.unsure})|(?P<aside>{cues.aside})"
        rf"|(?P<level>(?:{cues.direction})(?:至|到|为)|降到|升到)"
        r"|(?P<from>由|从)"
        rf"|(?P<direction>{cues.direction})(?:了)?"
        rf"|(?P<number>{_NUMBER}(?P<unit>{cues.unit})?(?P<next>.?))",
        re.DOTALL,
    )


@dataclass(frozen=True)
class Token:
    """A token [start, end) of a kind, with its match (None for a place)."""

    kind: str
    start: int
    end: int
    match: re.Match[str] | None = None
    place: str | None = None


def token_text(text: str, token: Token) -> str:
    """The characters of a token."""
    return text[token.start : token.end]


def tokens(
    text: str, places: Sequence[tuple[int, int, str]], pattern: re.Pattern[str]
) -> Iterator[Token]:
    """The tokens of `text` in order, the places named in it among them."""
    position = 0
    for start, end, place in [*places, (len(text), len(text), "")]:
        while position < start:
            match = pattern.search(text, position, start)
            if match is None:
                break
            kind = next(name for name in _KINDS if match.group(name) is not None)
            end_of = match.end() - len(match["next"] or "") if kind == "number" else match.end()
            yield Token(kind, match.start(), end_of, match)
            position = max(end_of, match.start() + 1)
        if place and start >= position:
            yield Token("place", start, end, place=place)
            position = end
