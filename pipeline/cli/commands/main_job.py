"""run, and each of its steps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline import steps
from pipeline.cli.app import (
    MonthOption,
    NoticeOption,
    SampleOption,
    SourceOption,
    WindowOption,
    app,
)
from pipeline.cli.progress import console, shown
from pipeline.errors import InputError
from pipeline.opening import opened
from pipeline.sources import web_address
from pipeline.steps.inbox import add_addresses, take_inbox
from pipeline.steps.month import Summary, summarise
from pipeline.steps.sources import alarms
from pipeline.steps.understand import window_notices

out = Console(highlight=False, soft_wrap=True)

PartnerOption = Annotated[
    str | None,
    typer.Option("--partner", help="Put this partner's cities first (glossary/partners.yml)."),
]
FormatOption = Annotated[
    list[str] | None,
    typer.Option("--format", help="Only this format: md html pdf docx xlsx. May be repeated."),
]


@app.command(epilog="Example: geppo run --month 2026-10")
def run(
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    prefect: Annotated[
        bool, typer.Option("--prefect", help="Run the same steps as Prefect flows.")
    ] = False,
) -> None:
    """The main job: collect, extract, classify, translate, draft, bulletin, render."""
    if prefect:
        with opened(month, window, sample=sample):
            pass  # wrong input is said before Prefect starts
        from pipeline.flows import run_month  # slow to import

        with shown() as progress:
            summary = run_month(month, window, sample=sample, progress=progress)
    else:
        with opened(month, window, sample=sample) as (project, chosen), shown() as progress:
            summary = steps.run(project, chosen, progress)
    _show(summary)


@app.command(epilog="Example: geppo collect --month 2026-10 --source mee-zcwj")
def collect(
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    source: SourceOption = None,
) -> None:
    """Read the sources' lists and archive what lies in the window."""
    with opened(month, window, sample=sample) as (project, chosen), shown() as progress:
        done = steps.collect(project, chosen, source=source, progress=progress)
        table = Table("source", "state", "listed", "in window", "fetched", "message")
        for report in done.reports:
            table.add_row(
                report.source_id,
                report.state,
                str(report.items_listed),
                str(report.items_in_window),
                str(report.fetched),
                escape(report.message or ""),
            )
        raised = alarms(project)
    out.print(table)
    _raise_alarms(raised)
    if done.skipped:
        out.print("nothing new to collect")


@app.command(epilog="Example: geppo extract --source beijing-sthjj")
def extract(
    sample: SampleOption = False, source: SourceOption = None, notice: NoticeOption = None
) -> None:
    """Read archived pages into notices and merge copies of one document."""
    with opened(sample=sample) as (project, _), shown() as progress:
        count = steps.extract(project, source=source, notice=notice, progress=progress)
    out.print(f"{count} pages read")


@app.command(epilog="Example: geppo classify --window 2015-01..2026-12")
def classify(
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    source: SourceOption = None,
    notice: NoticeOption = None,
) -> None:
    """Label notices: relevance, measures, places, level, type, key plan, targets."""
    with opened(month, window, sample=sample) as (project, chosen), shown() as progress:
        notices = [
            item
            for item in window_notices(project, chosen)
            if (source is None or item.source_id == source)
            and (notice is None or item.id == notice)
        ]
        scope = ":".join(filter(None, (project.label(chosen), source, notice)))
        count = steps.classify(project, notices, scope=scope, progress=progress)
    out.print(f"{len(notices)} notices, {count} labelled anew")


@app.command(epilog="Example: geppo translate --month 2026-10 --notice n-0123456789ab")
def translate(
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    notice: NoticeOption = None,
) -> None:
    """Draft the Japanese of the notices of an issue."""
    with opened(month, window, sample=sample) as (project, chosen), shown() as progress:
        drafts = steps.translate(project, chosen, notice=notice, progress=progress)
        segments = [s for d in drafts.values() for s in (d.heading, d.title, *d.summary)]
    accepted = sum(segment.accepted for segment in segments)
    out.print(f"{len(drafts)} drafts, {len(segments)} sentences, {accepted} passed every check")


@app.command(epilog="Example: geppo draft --month 2026-10")
def draft(
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    source: SourceOption = None,
    notice: NoticeOption = None,
) -> None:
    """Write the entries of an issue; files a person touched are never written."""
    with opened(month, window, sample=sample) as (project, chosen), shown() as progress:
        done = steps.draft(project, chosen, source=source, notice=notice, progress=progress)
        folder = project.folder(chosen).path
    counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(done.outcomes.items()))
    out.print(f"{len(done.selection.chosen)} entries ({counts or 'none'}) in {folder}")


@app.command(epilog="Example: geppo bulletin --month 2026-10")
def bulletin(
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    partner: PartnerOption = None,
) -> None:
    """Lay out an issue from its entries (out/bulletin.json)."""
    with opened(month, window, sample=sample) as (project, chosen), shown() as progress:
        composed = steps.bulletin(project, chosen, partner=partner, progress=progress)
        folder = project.folder(chosen).out
    out.print(
        f"{len(composed.entries)} entries, {len(composed.left_out)} left out, "
        f"{len(composed.unplaced)} unplaced: {folder / 'bulletin.json'}"
    )


@app.command(epilog="Example: geppo render --month 2026-10 --partner kitakyushu --format pdf")
def render(
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
    partner: PartnerOption = None,
    formats: FormatOption = None,
) -> None:
    """Write the issue's files: Markdown, HTML, PDF, Word, Excel."""
    with opened(month, window, sample=sample) as (project, chosen), shown() as progress:
        files = steps.render(
            project, chosen, partner=partner, formats=formats or None, progress=progress
        )
    for path in files:
        out.print(str(path))


@app.command(epilog="Example: geppo add saved.html plan.pdf https://sthj.example.cn/t1.html")
def add(
    things: Annotated[
        list[str] | None,
        typer.Argument(help="Saved pages (HTML), PDF, DOCX, JSON Lines of notices; addresses."),
    ] = None,
    inbox: Annotated[
        bool, typer.Option("--inbox", help="Every file in data/inbox (GEPPO_INBOX_DIR).")
    ] = False,
    sample: SampleOption = False,
    port: Annotated[int | None, typer.Option("--loopback-port", hidden=True)] = None,
) -> None:
    """Take files and single pages into the store as if collected."""
    if not things and not inbox:
        raise InputError("give files or addresses, or --inbox")
    addresses = [thing for thing in things or () if thing.startswith(("http://", "https://"))]
    files = [Path(thing) for thing in things or () if thing not in addresses]
    urls = [web_address(address) for address in addresses]
    refused: dict[str, str] = {}
    with opened(sample=sample) as (project, _), shown() as progress:
        added = steps.add(project, files, progress=progress)
        counts = {str(path): count for path, count in added.items()}
        for taken in (
            *((take_inbox(project, progress=progress),) if inbox else ()),
            *((add_addresses(project, urls, loopback_port=port),) if urls else ()),
        ):
            counts |= taken.taken
            refused |= taken.refused
    for name, count in counts.items():
        out.print(f"{name}: {count} notices", markup=False)
    for name, reason in refused.items():
        console.print(f"not taken: {name}: {reason}", markup=False, soft_wrap=True)
    if refused:
        raise typer.Exit(1)


@app.command(epilog="Example: geppo status --month 2026-10")
def status(
    month: MonthOption = None, window: WindowOption = None, sample: SampleOption = False
) -> None:
    """The figures of an issue as it stands, without doing anything new."""
    with opened(month, window, sample=sample) as (project, chosen):
        files = tuple(sorted(project.folder(chosen).out.glob("geppo_*")))
        _show(summarise(project, chosen, files, {}))


def _raise_alarms(alarms: tuple[str, ...]) -> None:
    """On standard error, where a nightly job's log keeps it."""
    for alarm in alarms:
        console.print(alarm, markup=False, soft_wrap=True)


def _show(summary: Summary) -> None:
    table = Table(show_header=False)
    table.add_row("sources", "  ".join(f"{state} {n}" for state, n in summary.sources.items()))
    table.add_row("notices", str(summary.notices))
    outcomes = ", ".join(f"{n} {outcome}" for outcome, n in sorted(summary.outcomes.items()))
    table.add_row("entries", f"{summary.entries}" + (f" ({outcomes})" if outcomes else ""))
    table.add_row("left out", str(summary.left_out))
    table.add_row("unplaced", str(summary.unplaced))
    issues = "  ".join(f"{code} {n}" for code, n in sorted(summary.issues.items()))
    table.add_row("issues raised", issues or "none")
    out.print(table)
    for path in summary.files:
        out.print(str(path))
    _raise_alarms(summary.alarms)
