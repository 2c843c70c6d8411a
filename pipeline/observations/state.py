"""What the sentences of a paragraph have settled while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.observations.cues import Family
from pipeline.observations.figures import Draft, change_unit

_REMEMBERED = 40
"""Figures of a paragraph that a later sentence may still tell of."""


@dataclass
class Named:
    """An indicator named in the text."""

    name: str
    family: Family
    start: int


@dataclass
class State:
    """What the sentences so far have settled."""

    period: str | None
    places: list[str]
    topic: list[str] = field(default_factory=list)
    """The place the sentence is about; places after 其中 are not."""
    named: int = 0
    pending: list[Named] = field(default_factory=list)
    carried: list[Named] = field(default_factory=list)
    recent: list[Draft] = field(default_factory=list)
    last: list[Draft] = field(default_factory=list)
    early: tuple[Decimal, str] | None = None
    mode: str = ""
    direction: str | None = None
    aside: str | None = None
    told: bool = True
    """Whether a figure was read for the period; `aside` is the period named before it."""
    shared: bool = False
    level: bool = False
    skip: bool = False
    yearly: bool = False
    """A change on last year was named before in the paragraph."""
    opened: bool = False
    """与上年同期相比 opens the sentence: its changes are of figures told before."""
    paragraph: list[Draft] = field(default_factory=list)
    mute: str = ""
    step: int = 0


def told_before(state: State, family: Family, unit: str) -> Draft | None:
    """The figure of an earlier sentence that a change is of."""
    for draft in reversed(state.paragraph[-_REMEMBERED:]):
        alike = draft.family is family and draft.period == state.period
        if alike and draft.place in state.places and draft.change is None:
            return draft if change_unit(family, draft.unit, unit, Decimal(1)) else None
    return None


def about(state: State) -> None:
    """A place the sentence is about: the first is its topic."""
    if state.named == 0:
        state.topic = state.places
    state.named += 1


def close(state: State) -> None:
    """The end of a sentence. One about several places leaves open which the next is about."""
    state.places = list(state.topic) if state.named < 2 else []
    state.topic, state.named = list(state.places), 0
    state.pending, state.carried, state.recent, state.last = [], [], [], []
    state.early, state.mode, state.direction = None, "", None
    state.shared = state.level = state.skip = state.opened = False
    state.mute = ""
    state.step = 0
