"""The typer application and the options all commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from pipeline.dates import Window, month_window, previous_month, span_window
from pipeline.errors import InputError
from pipeline.project import Project, Sample
from pipeline.settings import Settings, load_settings

app = typer.Typer(
    name="geppo",
    help="Geppo (月報): from Chinese air-policy notices to a monthly Japanese bulletin.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

MonthOption = Annotated[
    str | None,
    typer.Option("--month", help="One month, YYYY-MM. Default: the previous month (Asia/Tokyo)."),
]
WindowOption = Annotated[
    str | None,
    typer.Option("--window", help="Any span of months, YYYY-MM..YYYY-MM (special issue)."),
]
SampleOption = Annotated[
    bool, typer.Option("--sample", help="The shipped sample month, in a store of its own.")
]
SourceOption = Annotated[
    str | None, typer.Option("--source", help="Only this source, by id (spiders/sources).")
]
NoticeOption = Annotated[str | None, typer.Option("--notice", help="Only this notice, by id.")]


def current_time(settings: Settings) -> datetime:
    """Now, where the institute is. The only clock of the product."""
    return datetime.now(ZoneInfo(settings.timezone))


def choose_window(
    month: str | None, window: str | None, settings: Settings, now: datetime
) -> Window:
    """The window the options name. Raises InputError."""
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
    month: str | None = None, window: str | None = None, *, sample: bool = False
) -> Iterator[tuple[Project, Window]]:
    """The project and window a command works on, closed at its end."""
    settings = load_settings(Path.cwd())
    if sample:
        shipped = load_sample()
        if window or (month and month != shipped.month):
            raise InputError(f"the sample holds one month, {shipped.month}")
        settings = settings.model_copy(update={"data_dir": settings.data_dir / "sample"})
        project = Project(
            settings, now=shipped.today, sources_dir=shipped.folder / "sources", sample=shipped
        )
        chosen = choose_window(shipped.month, None, settings, shipped.today)
    else:
        now = current_time(settings)
        chosen = choose_window(month, window, settings, now)
        sources = settings.home / "spiders" / "sources"
        project = Project(settings, now=now, sources_dir=sources)
    with project:
        yield project, chosen


def load_sample() -> Sample:
    """The shipped sample month."""
    from pipeline.sample import SAMPLE

    return SAMPLE
