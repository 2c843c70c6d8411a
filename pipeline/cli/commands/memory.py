"""geppo memory: what analysts approved, for other translation tools and to look things up in."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from pipeline.checks import run_checks
from pipeline.cli.app import SampleOption, app
from pipeline.cli.commands.main_job import out
from pipeline.cli.commands.review import WhoOption, who_is
from pipeline.errors import InputError
from pipeline.opening import opened
from pipeline.project import Project
from pipeline.review.files import write_atomic
from pipeline.translate.memory import MemoryRow, concordance
from pipeline.translate.memory_file import append_memory, held, load_rows, load_seeds
from pipeline.translate.memory_slots import memory_key
from pipeline.translate.tmx import read_tmx, write_tmx

memory = typer.Typer(help="The translation memory: approved sentences.", no_args_is_help=True)
app.add_typer(memory, name="memory")


@memory.callback()
def _group() -> None:
    """The translation memory: approved sentences."""


@memory.command("list", epilog="Example: geppo memory list 扬尘")
def list_rows(
    query: Annotated[str, typer.Argument(help="Words to look for, Chinese or Japanese.")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows shown.")] = 20,
    sample: SampleOption = False,
) -> None:
    """Show remembered sentences that hold some words, with where they come from."""
    with opened(sample=sample) as (project, _):
        rows = held(load_rows(project.memory_path))
        rows += load_seeds(project.settings.glossary_dir)
        found = concordance(rows, query)
    for row in found[:limit]:
        out.print(f"{origin(row)}\n  {row.zh}\n  {row.ja}", markup=False)
    rest = f", the first {limit} shown" if len(found) > limit else ""
    out.print(f"{len(found)} of {len(rows)} rows{rest}")


@memory.command("export", epilog="Example: geppo memory export geppo.tmx")
def export_rows(
    file: Annotated[Path, typer.Argument(help="The TMX 1.4 file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    sample: SampleOption = False,
) -> None:
    """Write the approved sentences as TMX 1.4 for OmegaT, Trados, memoQ and others."""
    if file.exists() and not force:
        raise InputError(f"{file} exists; give another name, or --force to replace it")
    with opened(sample=sample) as (project, _):
        rows = held(load_rows(project.memory_path))
        write_atomic(file, write_tmx(rows, project.now, version("geppo")))
    out.print(f"{len(rows)} sentences in {file}", markup=False)


@memory.command("import", epilog="Example: geppo memory import institute.tmx --who 田中")
def import_rows(
    file: Annotated[Path, typer.Argument(help="A TMX file with Chinese and Japanese.")],
    who: WhoOption = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Let the file win where the memory has other Japanese."),
    ] = False,
    sample: SampleOption = False,
) -> None:
    """Take the sentences of a TMX file into the memory; --who vouches for them.

    A sentence the memory renders otherwise is listed and left as it is, unless --replace.
    """
    with opened(sample=sample) as (project, _):
        read = read_tmx(file, who_is(who), project.today)
        known = {memory_key(row.zh): row for row in load_rows(project.memory_path)}
        counts: Counter[str] = Counter()
        taken: list[MemoryRow] = []
        for row in read.rows:
            before = known.get(memory_key(row.zh))
            if before is not None and before.ja == row.ja:
                counts["known"] += 1
                continue
            if before is not None:
                verb = "replaced" if replace else "kept"
                counts[verb] += 1
                out.print(f"{verb}: {row.zh}\n  memory: {before.ja} ({origin(before)})\n"
                          f"  file:   {row.ja} ({row.reviewer})", markup=False)  # fmt: skip
                if not replace:
                    continue
            else:
                counts["new"] += 1
            _doubts(project, row)
            taken.append(row)
            known[memory_key(row.zh)] = row
        append_memory(project.memory_path, taken)
    out.print(
        f"{counts['new']} new, {counts['known']} known, {counts['replaced']} replaced, "
        f"{counts['kept']} kept as they were, {read.skipped} units without Chinese and Japanese"
    )


def _doubts(project: Project, row: MemoryRow) -> None:
    for check in run_checks(row.zh, row.ja, row.kind, project.vocabulary):
        if check.severity == "blocking":
            out.print(f"要確認: {row.zh}\n  {row.ja}\n  {check.message}", markup=False)


def origin(row: MemoryRow) -> str:
    """Where a row comes from, in one line."""
    parts = (row.provenance, row.kind, row.reviewer, row.date, row.entry, row.note)
    return "[" + " ".join(filter(None, parts)) + "]"
