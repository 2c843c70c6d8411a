"""geppo sources: how the sources stand, look at one, repair one, add one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from pipeline.cli.app import app
from pipeline.cli.commands.main_job import out
from pipeline.cli.commands.review import WhoOption, who_is
from pipeline.cli.progress import console, shown
from pipeline.cli.showing import (
    print_json,
    print_table,
    probe_json,
    show_checks,
    show_try,
    state_json,
)
from pipeline.errors import InputError
from pipeline.families import families
from pipeline.model import Source
from pipeline.opening import opened
from pipeline.project import Project
from pipeline.sources import source_by_id, sweep_of, web_address
from pipeline.steps.probe import Probe, explore, probe, source_for
from pipeline.steps.progress import Progress
from pipeline.steps.sources import (
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


@sources.command(name="list", epilog="Example: geppo sources list --json")
def list_sources(as_json: JsonOption = False) -> None:
    """Every source with its last run; manual ones with the day they are due."""
    with opened() as (project, _):
        states = source_states(project)
    if as_json:
        print_json([state_json(state) for state in states])
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
            last.state if last else "never",
            f"{last.started_at:%Y-%m-%d}" if last else "",
            state.newest or "",
            str(state.failures or ""),
            ("due " if state.overdue else "next ") + str(state.due) if state.due else "",
        )
    print_table(table)
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
        print_json([probe_json(result) for result in found])
    else:
        show_checks(found)
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
    search: Annotated[
        bool, typer.Option("--search", help="Try the search under sweep: in the source's file.")
    ] = False,
    as_json: JsonOption = False,
    days: DaysOption = 90,
    port: PortOption = None,
) -> None:
    """Show what would be collected and extracted; nothing is saved."""
    selectors = _selectors(selector)
    with opened() as (project, _), shown() as progress:
        look = _looker(project, days, details, port, progress)
        if search:
            look = _searcher(look)
        result = _look(project, target, family, selectors, look)
    if as_json:
        print_json(probe_json(result, details=True))
    else:
        show_try(result)
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
    show_try(result)
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


@sources.command(epilog="Example: geppo sources done handan-gov --who 田中")
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


def _searcher(look: Look) -> Look:
    """Looks at a source's search in place of its columns."""

    def search(source: Source) -> Probe:
        searched = sweep_of(source)
        if searched is None:
            raise InputError(
                f"{source.id} has no search to try; write one under sweep: in its file, "
                "url: with {word} and {page} where they belong"
            )
        return look(searched)

    return search


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
