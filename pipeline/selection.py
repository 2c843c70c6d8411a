"""Which notices an issue holds: every air notice appears in exactly one monthly issue.

A month holds the air notices dated in it. One first seen after its month was drafted joins that
draft until it is issued; afterwards it goes to the next issue as 補遺. A window (special issue)
holds whatever lies in it, whether or not a month has printed it. What an analyst included or
excluded holds over the labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipeline.dates import Window, first_day, is_full, month_window, next_month
from pipeline.model import Classification, LeftOut, Notice, Source, notice_id
from pipeline.review.events import Decision

Placement = Literal["inside", "outside", "unknown"]


@dataclass(frozen=True)
class Candidate:
    """A notice with its labels, where it may belong to an issue."""

    notice: Notice
    classification: Classification


@dataclass(frozen=True)
class Chosen:
    """A notice of an issue. `late`: of an earlier, issued month; `undated`: 日付不明."""

    notice: Notice
    classification: Classification
    late: bool = False
    undated: bool = False


@dataclass(frozen=True)
class Selection:
    """What an issue holds, what it leaves out, and what no month can be found for."""

    chosen: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...]
    unplaced: tuple[LeftOut, ...]


@dataclass(frozen=True)
class Elsewhere:
    """What the other monthly issues say: `numbers` are notice ids that have an entry there,
    `issued` month label -> when it was issued."""

    numbers: frozenset[str]
    issued: Mapping[str, datetime]


def placement(notice: Notice, window: Window) -> Placement:
    """Whether the notice's date lies in the window; unknown where the date is missing or too
    coarse to tell."""
    placed = notice.date_placed
    if placed is None:
        return "unknown"
    first, last = first_day(placed), _last_day(placed)
    if first >= window.start and last < window.end:
        return "inside"
    if last < window.start or first >= window.end:
        return "outside"
    return "unknown"


def select(
    candidates: Iterable[Candidate],
    window: Window,
    *,
    decisions: Mapping[str, Decision],
    own_numbers: Mapping[str, str],
    elsewhere: Elsewhere,
    issued: bool,
    sources: Mapping[str, Source],
    option: str,
) -> Selection:
    """Choose among `candidates` for the issue of `window`.

    `own_numbers` are the entries this issue already has; once `issued` it takes no others.
    `option` is how the command line names this issue (`--month 2026-10`).
    """
    chosen: list[Chosen] = []
    left_out: list[LeftOut] = []
    unplaced: list[LeftOut] = []
    for candidate in candidates:
        notice = candidate.notice
        decision = decisions.get(notice.id)
        ids = {notice.id, *(notice_id(copy.url) for copy in notice.also_at)}
        here = bool(ids & own_numbers.keys())
        if decision is not None and not decision.include:
            if here or placement(notice, window) != "outside":
                reason = f"excluded by {decision.who}: {decision.reason or '-'}"
                left_out.append(_left_out(candidate, sources, option, reason))
            continue
        wanted = decision is not None and decision.include
        if window.is_month and not here and ids & elsewhere.numbers:
            continue
        where = placement(notice, window)
        if wanted and decision is not None and decision.label == window.label:
            where = "inside"
        late = window.is_month and where == "outside" and _is_late(notice, window, elsewhere)
        if where == "outside" and not late and not here:
            continue
        if not (candidate.classification.is_air or wanted):
            if not late:
                left_out.append(_left_out(candidate, sources, option))
            continue
        if where == "unknown" and window.is_month and not here:
            unplaced.append(_left_out(candidate, sources, option, "no usable date"))
            continue
        if issued and not here:
            continue
        chosen.append(
            Chosen(
                notice,
                candidate.classification,
                late=late,
                undated=where == "unknown" and not window.is_month,
            )
        )
    return Selection(tuple(chosen), tuple(left_out), tuple(unplaced))


def _is_late(notice: Notice, window: Window, elsewhere: Elsewhere) -> bool:
    """Dated in an earlier month that was issued before this notice was first seen."""
    if notice.date_placed is None or not is_full(notice.date_placed):
        return False
    if first_day(notice.date_placed) >= window.start:
        return False
    issued_at = elsewhere.issued.get(notice.date_placed[:7])
    return issued_at is not None


def _left_out(
    candidate: Candidate, sources: Mapping[str, Source], option: str, rule: str | None = None
) -> LeftOut:
    notice, labels = candidate.notice, candidate.classification
    source = sources.get(notice.source_id)
    return LeftOut(
        notice_id=notice.id,
        title=notice.title,
        source=source.name_ja if source else (notice.content_source or notice.source_id),
        url=notice.url,
        score=round(labels.relevance.score, 3),
        rule=rule or labels.relevance.rule,
        command=f"geppo include {notice.id} {option}",
        doubtful=rule is None and "air" in labels.doubts,
    )


def _last_day(value: str) -> date:
    if is_full(value):
        return first_day(value)
    if len(value) == 4:
        return date(int(value), 12, 31)
    window = month_window(value, date.max)
    return date.fromordinal(next_month(window.start).toordinal() - 1)
