"""Dates as Chinese pages write them, to partial dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.dates import partial

_WIDE = str.maketrans("０１２３４５６７８９－／．：　\xa0", "0123456789-/.:  ")
_FULL = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s{0,3}([-/.年])\s{0,3}(1[0-2]|0?[1-9])\s{0,3}[-/.月]\s{0,3}"
    r"(3[01]|[12]\d|0?[1-9])(?!\d)\s{0,2}日?"
)
_REVERSED = re.compile(  # of Hong Kong and Macao: 22-10-2026
    r"(?<![\d./-])(3[01]|[12]\d|0?[1-9])([-/.])(1[0-2]|0?[1-9])\2((?:19|20)\d{2})(?![\d/-])"
)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})\s{0,3}年\s{0,3}(1[0-2]|0?[1-9])\s{0,3}月")
_DIGITS = dict(zip("〇○ＯO零0一二三四五六七八九", "00000" + "0123456789", strict=True))
_HAN = re.compile(
    r"([一二][〇○ＯO零0一二三四五六七八九]{3})\s{0,3}年\s{0,3}([元正一二三四五六七八九十]{1,3})\s{0,3}月"
    r"(?:\s{0,3}([一二三四五六七八九十廿]{1,3})\s{0,3}日)?"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_URL = (
    re.compile(r"/[a-z]?((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-])"),
    re.compile(r"/((?:19|20)\d{2})[-/](1[0-2]|0?[1-9])[-/](3[01]|[12]\d|0?[1-9])(?=[/_.-])"),
    re.compile(r"/((?:19|20)\d{2})/(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=/)"),
    re.compile(r"/(\d{2})/(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=/\d{2}/)"),
)
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})[-/]?(0[1-9]|1[0-2])/")


def plain(text: str) -> str:
    """`text` with half-width digits and separators, so that the patterns fit; same length."""
    return text.translate(_WIDE)


def _han_number(text: str) -> int:
    text = text.replace("元", "一").replace("正", "一").replace("廿", "二十")
    tens, separator, ones = text.partition("十")
    if not separator:
        return int("".join(_DIGITS.get(character, "0") for character in text))
    unit = int(_DIGITS.get(ones, "0")) if ones else 0
    return (int(_DIGITS.get(tens, "1")) if tens else 1) * 10 + unit


def find_dates(text: str, *, months: bool = False) -> Iterator[tuple[int, int, str]]:
    """Each (start, end, partial date) of `text` in order: days, and with `months` also months."""
    text = plain(text)
    found: list[tuple[int, int, str]] = []
    for match in _FULL.finditer(text):
        value = partial(int(match[1]), int(match[3]), int(match[4]))
        if value:
            found.append((match.start(), match.end(), value))
    for match in _REVERSED.finditer(text):
        value = partial(int(match[4]), int(match[3]), int(match[1]))
        if value:
            found.append((match.start(), match.end(), value))
    for match in _HAN.finditer(text):
        year = int("".join(_DIGITS[character] for character in match[1]))
        day = _han_number(match[3]) if match[3] else None
        value = partial(year, _han_number(match[2]), day)
        if value and 1900 <= year < 2100 and (day or months):
            found.append((match.start(), match.end(), value))
    if months:
        taken = {start for start, _, _ in found}
        for match in _MONTH.finditer(text):
            value = partial(int(match[1]), int(match[2]))
            if value and match.start() not in taken:
                found.append((match.start(), match.end(), value))
    yield from sorted(found)


def first_date(text: str | None, *, months: bool = False) -> str | None:
    """The first date written in `text`, or None."""
    return next((value for _, _, value in find_dates(text or "", months=months)), None)


def meta_date(text: str | None) -> str | None:
    """The date of a metadata value: as written, 20260305, or seconds since 1970 (in China)."""
    if not text:
        return None
    text = text.strip()
    found = first_date(text, months=True)
    if found:
        return found
    match = _COMPACT.search(text[:20])
    if match:
        return partial(int(match[1]), int(match[2]), int(match[3]))
    return epoch_date(int(text)) if text.isdigit() and 9 <= len(text) <= 13 else None


def epoch_date(seconds: int) -> str | None:
    """The day in China of a Unix time in seconds (or milliseconds), or None."""
    from datetime import UTC, datetime, timedelta

    if seconds > 10**11:
        seconds //= 1000
    if not 0 < seconds < 4_102_444_800:
        return None
    return (datetime.fromtimestamp(seconds, UTC) + timedelta(hours=8)).date().isoformat()


def url_date(url: str | None) -> str | None:
    """The date in a URL's path: a day, else a month, else None."""
    path = (url or "").split("?")[0]
    for pattern in _URL:
        match = pattern.search(path)
        if match:
            year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
            value = partial(year, int(match[2]), int(match[3]))
            if value:
                return value
    match = _URL_MONTH.search(path)
    return partial(int(match[1]), int(match[2])) if match else None


def split_day(text: str, url: str) -> str | None:
    """A list's date in pieces: `05` beside `2026-03`, or `03-05` with the year in the URL."""
    text = plain(text)
    match = re.search(
        r"(?<![\d-])(\d{1,2})日?\s{1,9}((?:19|20)\d{2})[-/.年](\d{1,2})(?![\d-])", text
    )
    if match:
        return partial(int(match[2]), int(match[3]), int(match[1]))
    match = re.search(
        r"(?<!\d)((?:19|20)\d{2})[-/.年](\d{1,2})月?\s{1,9}(\d{1,2})日?(?![\d:-])", text
    )
    if match:
        return partial(int(match[1]), int(match[2]), int(match[3]))
    match = re.search(r"(?<![\d.-])(\d{1,2})\s{1,9}(\d{1,2})月\s{1,9}((?:19|20)\d{2})(?!\d)", text)
    if match:
        return partial(int(match[3]), int(match[2]), int(match[1]))
    match = re.search(r"(?<![\d.-])(\d{1,2})[-/月](\d{1,2})日?(?![\d.-])", text)
    known = url_date(url)
    if match and known:
        day = partial(int(known[:4]), int(match[1]), int(match[2]))
        return day if day and day.startswith(known[:7]) else None
    return None
