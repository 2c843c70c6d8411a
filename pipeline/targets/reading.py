"""What target extraction reads of a notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.model import Span
from pipeline.vocab import PlaceMatch


@dataclass(frozen=True)
class Reading:
    """The plain text of a notice (title, line break, body) and what is known of it.

    `body_start` is where the body begins; `muted` holds 1 where nothing counts; `headings` are
    (start, end, heading) of sections; `tables` the cells of its tables in plain form; `places`
    the places named; `year` and `month` those of the notice, `title_year` the one its title is
    about; `wanted` the places whose rows of a table are kept; `own` the notice's own places, which
    are no scope of their own; `above` the wider areas its issuers belong to, whose figures it may
    quote; `span` turns characters into evidence.
    """

    text: str
    body_start: int
    muted: bytes
    headings: tuple[tuple[int, int, str], ...]
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    places: tuple[PlaceMatch, ...]
    year: int | None
    month: int | None
    title_year: int | None
    wanted: frozenset[str]
    own: frozenset[str]
    above: frozenset[str]
    span: Callable[[int, int], Span]
