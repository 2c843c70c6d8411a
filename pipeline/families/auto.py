"""Any other site: lists by their repeated dated links, articles by density and metadata.

Also NEA (ul.list01, dates in parentheses) and news portals.
"""

from __future__ import annotations

from typing import ClassVar

from pipeline.families.base import Page
from pipeline.families.static import StaticFamily


class Auto(StaticFamily):
    """The family of pages no other family recognises."""

    id: ClassVar[str] = "auto"

    def recognises(self, page: Page) -> float:
        return 0.1
