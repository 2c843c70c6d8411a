"""Open the project for a month, a window or the sample: what command line and flows share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.dates import Window, month_window, previous_month, span_window
from pipeline.errors import InputError
from pipeline.project import Project
from pipeline.settings import Settings, load_settings


def choose_window(
    month: str | None, window: str | None, settings: Settings, now: datetime
) -> Window:
    """The window the options name, by default the previous month. Raises InputError."""
    if month and window:
        raise InputError("give either --month or --window, not both")
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    try:
        if window:
            return span_window(window)
        return month_window(month or previous_month(today), today)
    except ValueError as error:
        raise InputError(str(error)) from error


@contextmanager
def opened(
    month: str | None = None,
    window: str | None = None,
    *,
    sample: bool = False,
    folder: Path | None = None,
) -> Iterator[tuple[Project, Window]]:
    """The project above `folder` (default: the working directory) and the chosen window.

    The only place with a clock. The sample's stands still, and its data lie apart.
    """
    settings = load_settings(folder or Path.cwd())
    if sample:
        from pipeline.sample import SAMPLE  # read only when asked for

        if window or (month and month != SAMPLE.month):
            raise InputError(f"the sample holds one month, {SAMPLE.month}")
        settings = settings.model_copy(update={"data_dir": settings.data_dir / "sample"})
        project = Project(
            settings, now=SAMPLE.today, sources_dir=SAMPLE.folder / "sources", sample=SAMPLE
        )
        chosen = choose_window(SAMPLE.month, None, settings, SAMPLE.today)
    else:
        now = datetime.now(ZoneInfo(settings.timezone))
        chosen = choose_window(month, window, settings, now)
        project = Project(settings, now=now, sources_dir=settings.home / "spiders" / "sources")
    with project:
        yield project, chosen
