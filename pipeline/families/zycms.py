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
    marks: ClassVar[tuple[tuple[re.Pattern[str], float], ...]] = (
        (re.compile(r"id=[\"']?lbUR|class=[\"'][^\"'>]{0,40}(?:lis_suoyin|titleBT|dasite)"), 0.95),
        (re.compile(r"class=[\"']?(?:p_nei|Bodyhead)\b"), 0.9),
        (re.compile(r"/\d{21}\.html"), 0.6),
    )
    skin: ClassVar[Skin] = Skin(title=(".p_nei h1",), date=())
