"""How a step tells that it works."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with a step's name, how many it has done, of how many (None: not known)."""

    def __call__(self, step: str, done: int, total: int | None, /) -> None: ...


def silent(_step: str, _done: int, _total: int | None, /) -> None:
    """Tells nobody."""
