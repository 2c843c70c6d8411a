"""geppo sources: how the sources stand, look at one, repair one, add one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.cli.app import app
from pipeline.cli.commands.main_job import out
from pipeline.cli.commands.review import WhoOption, who_is
from pipeline.cli.progress import console, shown
from pipeline.errors import InputError
from pipeline.families import families
from pipeline.model import Source
from pipeline.opening import opened
from pipeline.project import Project
from pipeline.sources import source_by_id, web_address
from pipeline.steps.probe import Probe, ReadDetail, explore, probe, source_for
from pipeline.steps.progress import Progress
from pipeline.steps.sources import (
    SourceState,
    check_is_new,
    checked_by_hand,
    id_of,
    new_source,
    source_states,
)

sources = typer.Typer(help="The sources: state, live check, repair, new.", no_args_is_help=True)
app.add_typer(sources, name="sources")

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON on standard output, nothing else.")
]
DaysOption = Annotated[
    int, typer.Option("--days", min=1, help="Items of so many days count as recent.")
]
PortOption = Annotated[
    int | None,
    typer.Option("--loopback-port", help="Ask a server on this machine instead.", hidden=True),
]
FamilyOption = Annotated[
    str | None, typer.Option("--family", help="Read as this CMS family instead of detecting it.")
]
SelectorOption = Annotated[
    list[str] | None,
    typer.Option("--selector", help="name=css, as under selectors: in a file. May be repeated."),
]
Look = Callable[[Source], Probe]
_SHOWN_ITEMS = 20
_SHOWN_TEXT = 400
_LOG_WIDTH = 180
"""Characters of a table's line in a file or a mail."""


@sources.command(name="list", epilog="Example: geppo sources list --json")
def list_sources(as_json: JsonOption = False) -> None:
    """Every source with its last run; manual ones with the day they are due."""
    with opened() as (project, _):
        states = source_states(project)
    if as_json:
        _print_json([_state_json(state) for state in states])
        return
    table = Table(
        "source", "name", "level", "family", "status", "last run", "when", "newest", "failed",
        "by hand",
    )  # fmt: skip
    for state in states:
        source, last = state.source, state.last
        table.add_row(
            source.id,
            escape(source.name_ja),
            source.level,
            source.family,
            source.status,
            last.health if last else "never",
            f"{last.started_at:%Y-%m-%d}" if last else "",
            state.newest or "",
            str(state.failures or ""),
            ("due " if state.overdue else "next ") + str(state.due) if state.due else "",
        )
    _print_table(table)
    for state in states:
        if state.overdue and state.source.manual_check:
            message = " ".join(state.source.manual_check.message.split())
            out.print(f"due: {state.source.id}: {message}", markup=False)
    for state in states:
        if state.alarm:
            out.print(f"ALARM: {state.source.id} failed {state.failures} runs in a row")


@sources.command(epilog="Example: geppo sources check --all --json")
def check(
    ids: Annotated[list[str] | None, typer.Argument(help="Source ids.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every source that is collected.")
    ] = False,
    as_json: JsonOption = False,
    days: DaysOption = 90,
    port: PortOption = None,
) -> None:
    """Look at sources live: one list page a column and one article. Exit code 1 on a failure."""
    if bool(ids) == everything:
        raise InputError("give the ids of sources, or --all")
    with opened() as (project, _), shown() as progress:
        chosen = _collected(project) if everything else _named(project, ids or [])
        found = probe(project, chosen, days=days, loopback_port=port, progress=progress)
        project.store.put_runs(result.report for result in found)
    if as_json:
        _print_json([_probe_json(result) for result in found])
    else:
        _show_checks(found)
    for result in found:
        if result.alarm:
            text = f"ALARM: {result.source.id} failed {result.failures} runs in a row"
            console.print(text, markup=False, soft_wrap=True)
    if any(result.problems for result in found):
        raise typer.Exit(1)


@sources.command(
    name="try", epilog="Example: geppo sources try hebei-sthjt --selector body=.zy_content"
)
def try_source(
    target: Annotated[str, typer.Argument(help="Address of a column page, or a source id.")],
    family: FamilyOption = None,
    selector: SelectorOption = None,
    details: Annotated[
        int, typer.Option("--details", min=0, max=20, help="How many articles to read.")
    ] = 1,
    as_json: JsonOption = False,
    days: DaysOption = 90,
    port: PortOption = None,
) -> None:
    """Show what would be collected and extracted; nothing is saved."""
    selectors = _selectors(selector)
    with opened() as (project, _), shown() as progress:
        look = _looker(project, days, details, port, progress)
        result = _look(project, target, family, selectors, look)
    if as_json:
        _print_json(_probe_json(result, details=True))
    else:
        _show_try(result)
    if result.problems:
        raise typer.Exit(1)


@sources.command(epilog="Example: geppo sources new https://sthj.example.cn/tzgg/ --place 130200")
def new(
    url: Annotated[str, typer.Argument(help="Address of a column page: a list of dated links.")],
    id: Annotated[str | None, typer.Option("--id", help="Default: from the host.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Chinese name of the body.")] = None,
    name_ja: Annotated[str | None, typer.Option("--name-ja", help="Its Japanese name.")] = None,
    place: Annotated[str | None, typer.Option("--place", help="Adcode or full name.")] = None,
    level: Annotated[
        str | None, typer.Option("--level", help="central, region, province or city.")
    ] = None,
    family: FamilyOption = None,
    selector: SelectorOption = None,
    days: DaysOption = 90,
    port: PortOption = None,
) -> None:
    """Write the file of a new source and freeze a list and an article of it for the tests."""
    source_id = id or id_of(web_address(url))
    selectors = _selectors(selector)
    with opened() as (project, _), shown() as progress:
        check_is_new(project, source_id, url)
        look = _looker(project, days, 1, port, progress)
        result = _look(project, url, family, selectors, look)
        made = new_source(
            project, result, id=source_id, name=name, name_ja=name_ja, place=place, level=level
        )
    _show_try(result)
    for path in (made.file, *made.frozen):
        out.print(str(path))
    out.print(
        f"Next: 1. read {made.file.name}: name_ja, place and expected (notices a month) are "
        "yours to correct.\n"
        "2. compare expected.json with the frozen pages, correct it, set reviewed to true; "
        "until then make test fails.\n"
        f"3. geppo sources check {source_id}\n"
        f"4. geppo collect --source {source_id}",
        markup=False,
    )


@sources.command(epilog="Example: geppo sources done handan-sthjj --who 田中")
def done(id: Annotated[str, typer.Argument(help="Source id.")], who: WhoOption = None) -> None:
    """Say that a manual source was looked at today; its reminder begins anew."""
    with opened() as (project, _):
        source = source_by_id(project.sources, id)
        visit = checked_by_hand(project, source, who_is(who))
        assert source.manual_check
    out.print(f"{id} checked by {visit.who}; next in {source.manual_check.interval} days")


# --- what is looked at ------------------------------------------------------------------------


def _looker(
    project: Project, days: int, details: int, port: int | None, progress: Progress
) -> Look:
    def look(source: Source) -> Probe:
        (result,) = probe(
            project, (source,), days=days, details=details, loopback_port=port, progress=progress
        )
        return result

    return look


def _look(
    project: Project, target: str, family: str | None, selectors: dict[str, str], look: Look
) -> Probe:
    if family is not None and family not in families:
        raise InputError(f"--family {family}: write one of {' '.join(families)}")
    if not target.startswith(("http://", "https://")):
        source = source_by_id(project.sources, target)
        if not source.columns:
            raise InputError(f"{target} has no columns to look at; add one to its file")
        update: dict[str, object] = {"selectors": {**source.selectors, **selectors}}
        if family:
            update["family"] = family
        return look(source.model_copy(update=update))
    web_address(target)
    if family:
        return look(source_for(target, family=family, selectors=selectors))
    return explore(target, selectors=selectors, look=look)


def _collected(project: Project) -> tuple[Source, ...]:
    """The sources a nightly run reads."""
    today = project.today.isoformat()
    return tuple(
        source
        for source in project.sources
        if source.status in ("active", "unverified")
        and source.columns
        and not (source.valid_until and source.valid_until < today[: len(source.valid_until)])
    )


def _named(project: Project, ids: list[str]) -> tuple[Source, ...]:
    named = tuple(source_by_id(project.sources, name) for name in dict.fromkeys(ids))
    for source in named:
        if not source.columns:
            raise InputError(f"{source.id} has no columns to look at; add one to its file")
    return named


def _selectors(given: list[str] | None) -> dict[str, str]:
    found = {}
    for text in given or []:
        name, separator, css = text.partition("=")
        if not separator or not name.strip() or not css.strip():
            raise InputError(f"--selector {text}: write name=css, for example body=.TRS_Editor")
        found[name.strip()] = css.strip()
    return found


# --- what is shown ----------------------------------------------------------------------------


def _print_table(table: Table) -> None:
    if out.is_terminal:
        out.print(table)
    else:
        Console(highlight=False, width=_LOG_WIDTH).print(table)


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _state_json(state: SourceState) -> dict[str, Any]:
    source, last = state.source, state.last
    return {
        "id": source.id,
        "name_ja": source.name_ja,
        "level": source.level,
        "family": source.family,
        "status": source.status,
        "health": last.health if last else None,
        "at": last.started_at.isoformat() if last else None,
        "message": last.message if last else None,
        "newest_date": state.newest,
        "failures": state.failures,
        "alarm": state.alarm,
        "checked_by_hand": str(state.checked_by_hand) if state.checked_by_hand else None,
        "manual_due": str(state.due) if state.due else None,
        "overdue": state.overdue,
    }


def _probe_json(result: Probe, *, details: bool = False) -> dict[str, Any]:
    report, before = result.report, result.before
    value: dict[str, Any] = {
        "id": result.source.id,
        "family": result.source.family,
        "health": report.health,
        "robots": result.robots,
        "list_parsed": report.list_parsed,
        "items": report.items_listed,
        "recent": report.items_in_window,
        "newest_date": report.newest_date,
        "before": before
        and {
            "health": before.health,
            "at": before.started_at.isoformat(),
            "items": before.items_listed,
            "newest_date": before.newest_date,
        },
        "details": [_detail_json(detail) for detail in result.details],
        "problems": list(result.problems),
        "message": report.message,
        "failures": result.failures,
        "alarm": result.alarm,
    }
    if details:
        value["listed"] = [
            {"url": item.url, "title": item.title, "date": item.date} for item in result.items
        ]
    return value


def _detail_json(detail: ReadDetail) -> dict[str, Any]:
    notice = detail.extraction.notice
    value: dict[str, Any] = {"url": detail.page.url, "faults": list(detail.faults)}
    if notice:
        value |= {
            "title": notice.title,
            "date_publication": notice.date_publication,
            "date_document": notice.date_document,
            "document_number": notice.document_number,
            "issuing_bodies": list(notice.issuing_bodies),
            "body_length": len(notice.body),
            "attachments": [attachment.name for attachment in notice.attachments],
        }
    return value


def _show_checks(found: tuple[Probe, ...]) -> None:
    table = Table(
        "source", "health", "robots", "items", "newest", "article", "date", "文号", "length",
        "problem",
    )  # fmt: skip
    for result in found:
        notice = next((d.extraction.notice for d in result.details if d.extraction.notice), None)
        report, before = result.report, result.before
        table.add_row(
            result.source.id,
            _change(before.health if before else None, report.health),
            result.robots,
            _change(before.items_listed if before else None, report.items_listed),
            _change(before.newest_date if before else None, report.newest_date or "-"),
            escape(notice.title[:24]) if notice else "-",
            (notice.date_publication or "-") if notice else "-",
            escape(notice.document_number or "-") if notice else "-",
            str(len(notice.body)) if notice else "-",
            escape("; ".join(result.problems)),
        )
    _print_table(table)
    failed = sum(bool(result.problems) for result in found)
    out.print(f"{len(found)} looked at, {failed} failed")


def _change(before: object, now: object) -> str:
    """`now`, after what it was where that differs."""
    return str(now) if before in (None, now) else f"{before} → {now}"


def _show_try(result: Probe) -> None:
    report = result.report
    out.print(
        f"family {result.source.family}, {report.health}, robots {result.robots}, "
        f"{len(result.items)} items, {report.items_in_window} recent",
        markup=False,
    )
    for words in dict.fromkeys((report.message or "", *result.problems)):
        if words:
            out.print(words, markup=False)
    table = Table("date", "title", "url")
    for item in result.items[:_SHOWN_ITEMS]:
        table.add_row(item.date or "-", escape(item.title), escape(item.url))
    if result.items:
        _print_table(table)
    for detail in result.details:
        _show_detail(detail)


def _show_detail(detail: ReadDetail) -> None:
    table = Table(show_header=False)
    table.add_row("url", escape(detail.page.url))
    notice = detail.extraction.notice
    if notice:
        body = " ".join(notice.body.split())
        table.add_row("title", escape(notice.title))
        table.add_row("発布日期", notice.date_publication or "-")
        table.add_row("成文日期", notice.date_document or "-")
        table.add_row("文号", escape(notice.document_number or "-"))
        table.add_row("発出機関", escape("、".join(notice.issuing_bodies) or "-"))
        table.add_row("body", escape(f"{len(notice.body)} characters: {body[:_SHOWN_TEXT]}"))
        table.add_row("ends", escape(body[-80:]))
        for attachment in notice.attachments:
            table.add_row("attachment", escape(f"{attachment.name} {attachment.url}"))
    for fault in detail.faults:
        table.add_row("fault", escape(fault))
    _print_table(table)
