"""What the walk over a body, a text or a PDF yields before it is classified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass
class Piece:
    """One line or table. `linked`: characters of it inside links to other pages."""

    text: str
    kind: Literal["line", "table"] = "line"
    rows: tuple[tuple[str, ...], ...] = ()
    linked: int = 0
    align: str = ""
    heading: bool = False
    listed: bool = False
