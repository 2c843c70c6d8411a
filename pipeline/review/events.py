"""review.jsonl: what people decided, appended and never rewritten."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.review.errors import ReviewError
from pipeline.review.files import read_utf8

Action = Literal["include", "exclude", "approve", "reopen"]


class Event(BaseModel):
    """One decision of one person about a notice or an entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    who: str
    action: Action
    notice: str
    label: str
    number: str | None = None
    reason: str | None = None


class Decision(BaseModel):
    """The decision that holds for a notice: the last include or exclude."""

    model_config = ConfigDict(frozen=True)

    include: bool
    label: str
    who: str
    reason: str | None


class Events:
    """The review.jsonl of one issue."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, event: Event) -> None:
        """Add one line, on disk when this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = event.model_dump_json(exclude_none=True).encode() + b"\n"
        with self.path.open("ab+") as handle:
            handle.seek(0, os.SEEK_END)
            if handle.tell():
                handle.seek(-1, os.SEEK_END)
                if handle.read(1) != b"\n":  # a writer was killed: keep its line apart
                    line = b"\n" + line
            handle.write(line)
            handle.flush()
            os.fsync(handle.fileno())

    def read(self) -> list[Event]:
        """All events in order. Raises ReviewError for a line that is none."""
        if not self.path.exists():
            return []
        found = []
        lines = read_utf8(self.path).split("\n")
        for index, line in enumerate(lines):
            if not line.strip():
                continue
            try:
                found.append(Event.model_validate_json(line))
            except ValidationError as error:
                if index == len(lines) - 1:
                    continue  # cut short by a killed writer
                raise ReviewError(
                    self.path,
                    f"line {index + 1}",
                    "is no review event",
                    "correct or delete that line",
                ) from error
        return found


def decisions(events: Iterable[Event]) -> dict[str, Decision]:
    """notice id -> the decision that holds, the last one made."""
    found: dict[str, Decision] = {}
    for event in sorted(events, key=lambda item: item.at):
        if event.action in ("include", "exclude"):
            found[event.notice] = Decision(
                include=event.action == "include",
                label=event.label,
                who=event.who,
                reason=event.reason,
            )
    return found
