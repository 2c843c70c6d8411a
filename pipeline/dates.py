"""Partial dates, months and half-open windows.

A partial date is a string `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: what a page does not say is not
invented. A window is a pair of dates, the end excluded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def _check(value: str) -> str:
    match = _PARTIAL.fullmatch(value)
    if not match:
        raise ValueError(f"not YYYY, YYYY-MM or YYYY-MM-DD: {value!r}")
    date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    return value


PartialDate = Annotated[str, AfterValidator(_check)]
"""`YYYY`, `YYYY-MM` or `YYYY-MM-DD`, valid in the calendar."""


def partial(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """The partial date of these parts, or None where they are no date."""
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    if month is None:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day else "")


def is_full(value: str) -> bool:
    """Whether the date names a day."""
    return len(value) == 10


def first_day(value: str) -> date:
    """The first day a partial date can mean."""
    parts = [int(part) for part in value.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


@dataclass(frozen=True)
class Window:
    """The days `start <= day < end`. `label` names it: `2026-10` or `2015-01..2026-12`."""

    start: date
    end: date
    label: str

    def __contains__(self, value: str | date | None) -> bool:
        if value is None:
            return False
        day = first_day(value) if isinstance(value, str) else value
        return self.start <= day < self.end

    @property
    def is_month(self) -> bool:
        return ".." not in self.label

    def until(self, today: date) -> Window:
        """The window read up to today, `today` included."""
        return Window(self.start, min(self.end, today + timedelta(days=1)), self.label)


def _month_start(text: str) -> date:
    match = _MONTH.fullmatch(text)
    if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
        raise ValueError(f"{text!r} is not a month; write YYYY-MM, for example 2026-10")
    return date(int(match[1]), int(match[2]), 1)


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def previous_month(today: date) -> str:
    """The month before that of `today`, as YYYY-MM."""
    last = today.replace(day=1) - timedelta(days=1)
    return f"{last.year:04d}-{last.month:02d}"


def month_window(text: str, today: date) -> Window:
    """The window of one month. Raises ValueError for a malformed or future month."""
    start = _month_start(text)
    if start > today:
        raise ValueError(f"month {text} lies in the future (today is {today.isoformat()})")
    return Window(start, next_month(start), text)


def span_window(text: str) -> Window:
    """The window `YYYY-MM..YYYY-MM`, both months included. Raises ValueError."""
    first, separator, last = text.partition("..")
    if not separator:
        raise ValueError(f"{text!r} is not a window; write YYYY-MM..YYYY-MM")
    start, end = _month_start(first), next_month(_month_start(last))
    if end <= start:
        raise ValueError(f"window {text} ends before it begins")
    return Window(start, end, text)


def months(window: Window) -> Iterator[str]:
    """The months of a window in order, as YYYY-MM."""
    day = window.start.replace(day=1)
    while day < window.end:
        yield f"{day.year:04d}-{day.month:02d}"
        day = next_month(day)
