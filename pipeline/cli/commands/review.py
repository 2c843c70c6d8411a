"""What analysts decide: approve, include, exclude, publish."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from typing import Annotated, Literal

import typer

from pipeline import steps
from pipeline.cli.app import MonthOption, SampleOption, WindowOption, app
from pipeline.cli.commands.main_job import out
from pipeline.dates import Window
from pipeline.errors import InputError
from pipeline.opening import opened
from pipeline.project import Project
from pipeline.review import Event, IssueFolder
from pipeline.review.approve import approve_entry, approve_plan
from pipeline.translate.memory_file import append_memory

WhoOption = Annotated[
    str | None,
    typer.Option("--who", help="Your name; default GEPPO_REVIEWER, else the user name."),
]


def who_is(given: str | None) -> str:
    return given or os.environ.get("GEPPO_REVIEWER") or getpass.getuser()


@app.command(epilog="Example: geppo approve 2026-10-016 --who 田中")
def approve(
    entry: Annotated[str, typer.Argument(help="Entry number, e.g. 2026-10-016.")],
    who: WhoOption = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Approve its full translation instead.")
    ] = False,
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
) -> None:
    """Approve an entry: it loses the mark 機械翻訳（未校閲）, and its sentences are remembered."""
    if month is None and window is None and not sample:
        if entry.startswith("S-"):
            raise InputError(f"{entry} is of a special issue: give its --window too")
        month = entry.rpartition("-")[0]
    with opened(month, window, sample=sample) as (project, chosen):
        folder = project.folder(chosen)
        name = who_is(who)
        approved = (approve_plan if plan else approve_entry)(folder, entry, name, project.now)
        append_memory(project.memory_path, approved.rows)
        _record(folder, project, chosen, "approve", approved.notice, name, number=entry)
    out.print(f"{entry} approved by {name}")


@app.command(epilog="Example: geppo include n-0123456789ab --month 2026-10")
def include(
    notice: Annotated[str, typer.Argument(help="Notice id, as the issue's list shows it.")],
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    who: WhoOption = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
) -> None:
    """Bring a notice into an issue, whatever its labels or date; draft to see it."""
    _decide("include", notice, month, window, sample, who, reason)


@app.command(epilog='Example: geppo exclude n-0123456789ab --reason "水質の資料" --month 2026-10')
def exclude(
    notice: Annotated[str, typer.Argument(help="Notice id or entry number.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; printed in the list.")],
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    who: WhoOption = None,
) -> None:
    """Leave a notice out; it is listed with the reason, its entry file is kept."""
    _decide("exclude", notice, month, window, sample, who, reason)


@app.command(epilog="Example: geppo publish --month 2026-10")
def publish(
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    who: WhoOption = None,
    allow_draft: Annotated[
        bool, typer.Option("--allow-draft", help="Issue entries that nobody approved, so marked.")
    ] = False,
) -> None:
    """Issue the month: its files are kept as published/rN and never change."""
    with opened(month, window, sample=sample) as (project, chosen):
        files = steps.publish(project, chosen, who=who_is(who), allow_draft=allow_draft)
    for path in files:
        out.print(str(path))


def _decide(
    action: Literal["include", "exclude"],
    notice: str,
    month: str | None,
    window: str | None,
    sample: bool,
    who: str | None,
    reason: str | None,
) -> None:
    with opened(month, window, sample=sample) as (project, chosen):
        folder = project.folder(chosen)
        by_number = {number: key for key, number in folder.numbers().items()}
        notice = by_number.get(notice, notice)
        if project.store.notice(notice) is None:
            raise InputError(
                f"no notice {notice}; its id stands in the issue's list (n- and 12 characters)"
            )
        notice = project.store.merged_into(notice) or notice
        _record(folder, project, chosen, action, notice, who_is(who), reason=reason)
        issued = folder.issued
    if issued:
        out.print("this issue was published: publish it again to issue a correction")
    out.print(f"{notice}: {action}d in {project.label(chosen)}; run geppo draft to apply")


def _record(
    folder: IssueFolder,
    project: Project,
    window: Window,
    action: Literal["approve", "include", "exclude"],
    notice: str,
    who: str,
    *,
    number: str | None = None,
    reason: str | None = None,
) -> None:
    folder.events.append(
        Event(
            at=_moment(project),
            who=who,
            action=action,
            notice=notice,
            label=window.label,
            number=number,
            reason=reason,
        )
    )


def _moment(project: Project) -> datetime:
    # Decisions are ordered by time; the sample's clock stands still, so they keep file order.
    return project.now
