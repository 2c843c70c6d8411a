"""zycms of Hebei departments and Tangshan bureaus: each list line carries its metadata table.

Lists are not sorted by date, so paging does not stop at the first old page.
"""

from __future__ import annotations

import re
from typing import ClassVar

from pipeline.families.reading import Skin
from pipeline.families.static import StaticFamily


class Zycms(StaticFamily):
    """zycms sites."""

    id: ClassVar[str] = "zycms"
    sorted_by_date: ClassVar[bool] = False
    marks: ClassVar[tuple[tuple[str, float], ...]] = (
        ('id="lbUR"', 0.95), ("lis_suoyin", 0.95), ("titleBT", 0.9), ('class="p_nei"', 0.9),
        ("Bodyhead", 0.9),
    )  # fmt: skip
    address: ClassVar[re.Pattern[str] | None] = re.compile(r"/\d{21}\.html")
    skin: ClassVar[Skin] = Skin(title=(".p_nei h1",), date=())
