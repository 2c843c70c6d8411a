"""The typer application and the options all commands share."""

from __future__ import annotations

from typing import Annotated

import typer

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
