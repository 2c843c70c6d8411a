"""The sample month: a small web of invented government sites, recorded once, replayed offline.

Everything in it was written for Geppo; names of places are real, every content is fictional.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from pipeline.project import Sample
from pipeline.review import BulletinFile

_FOLDER = Path(__file__).parent

SAMPLE = Sample(
    folder=_FOLDER,
    month="2026-10",
    today=datetime(2026, 11, 2, 6, 0, tzinfo=ZoneInfo("Asia/Tokyo")),
    visits=(1, 2),
    bulletin=BulletinFile.model_validate(
        yaml.safe_load((_FOLDER / "bulletin.yml").read_text(encoding="utf-8"))
    ),
)
