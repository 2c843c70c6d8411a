"""geppo terms: keep the vocabulary sound, and know what a changed term touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import SampleOption, app
from pipeline.cli.commands.main_job import out
from pipeline.errors import InputError
from pipeline.opening import opened
from pipeline.settings import load_settings
from pipeline.steps.seeds import seed_faults
from pipeline.steps.term_table import apply_import, earlier_terms, export_terms, plan_import
from pipeline.steps.terms import (
    TermChange,
    Touch,
    TouchKind,
    affected,
    check_texts,
    compare,
    texts_of,
)
from pipeline.vocab import lint as lint_vocabulary

terms = typer.Typer(help="The controlled vocabulary (glossary/).", no_args_is_help=True)
app.add_typer(terms, name="terms")

_KINDS: dict[TouchKind, str] = {
    "draft": "machine draft", "entry": "approved entry", "plan": "approved full translation",
    "memory": "memory row",
}  # fmt: skip


@terms.callback()
def _group() -> None:
    """The controlled vocabulary (glossary/)."""


@terms.command(epilog="Example: geppo terms lint")
def lint() -> None:
    """Check terms, places, partners, measures, organizations and set phrases; list every fault."""
    settings = load_settings(Path.cwd())
    faults = lint_vocabulary(settings.glossary_dir) or seed_faults(settings.glossary_dir)
    for fault in faults:
        out.print(fault, markup=False)
    if faults:
        out.print(f"{len(faults)} faults")
        raise typer.Exit(1)
    out.print("no faults")


@terms.command(epilog="Example: geppo terms check 2026-10-016")
def check(
    text: Annotated[
        str, typer.Argument(help="Entry number, or a file: .md .tmx .csv .jsonl .txt.")
    ],
    sample: SampleOption = False,
) -> None:
    """Say which terms a text lacks and which forbidden forms it uses (then exit code 1)."""
    with opened(sample=sample) as (project, _):
        pairs = texts_of(project, text)
        faults = check_texts(pairs, project.vocabulary.glossary)
    for fault in faults:
        line = f"\n  {_short(fault.ja)}" if fault.ja else ""
        out.print(f"{fault.where}: {fault.message}{line}", markup=False)
    counts = Counter(fault.kind for fault in faults)
    out.print(
        f"{len(pairs)} sentences: {counts['missing']} terms missing, "
        f"{counts['forbidden']} forbidden forms, {counts['inconsistent']} rendered variously"
    )
    if faults:
        raise typer.Exit(1)


@terms.command("affected", epilog="Example: geppo terms affected 扬尘  (or: --since HEAD~1)")
def show_affected(
    zh: Annotated[str | None, typer.Argument(help="A Chinese term.")] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="All terms changed since a git revision or an older CSV."),
    ] = None,
    sample: SampleOption = False,
) -> None:
    """List the drafts, approved entries and memory rows a term stands in; change nothing."""
    if (zh is None) == (since is None):
        raise InputError("give either a Chinese term or --since REVISION|OLD.csv")
    with opened(sample=sample) as (project, _):
        glossary = project.vocabulary.glossary
        if since is None:
            if zh not in glossary.by_zh:
                out.print(f"{zh} is no term; looked for as it stands", markup=False)
            touches = affected(project, [zh or ""], [glossary])
        else:
            old = earlier_terms(project.settings.home, since)
            changes = compare(old, glossary)
            for change in changes:
                out.print(change.describe(), markup=False)
            touches = affected(project, _decisive(changes), [old, glossary])
    for touch in touches:
        out.print(
            f"{_KINDS[touch.kind]} {touch.name}: {'、'.join(touch.terms)}\n"
            f"  {_short(touch.zh)}\n  {_short(touch.ja)}",
            markup=False,
        )
    out.print(_tally(touches))


@terms.command("export", epilog="Example: geppo terms export terms-for-review.csv")
def export_table(
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write all terms as CSV (UTF-8, for Excel)."""
    if file.exists() and not force:
        raise InputError(f"{file} exists; give another name, or --force to replace it")
    count = export_terms(load_settings(Path.cwd()).glossary_dir, file)
    out.print(f"{count} terms in {file}", markup=False)


@terms.command("import", epilog="Example: geppo terms import reviewed.csv --apply")
def import_table(
    file: Annotated[Path, typer.Argument(help="A CSV file as geppo terms export writes it.")],
    apply: Annotated[bool, typer.Option("--apply", help="Write it into terms.csv.")] = False,
    sample: SampleOption = False,
) -> None:
    """Show what a CSV would add (+), change (~) and remove (-), and what that touches.

    Nothing is written without --apply. Approved entries and the memory stay as they are.
    """
    with opened(sample=sample) as (project, _):
        planned = plan_import(project.settings.glossary_dir, file)
        for change in planned.changes:
            out.print(change.describe(), markup=False)
        for fault in planned.faults:
            out.print(f"fault: {fault}", markup=False)
        glossaries = [project.vocabulary.glossary, planned.glossary]
        out.print(_tally(affected(project, _decisive(planned.changes), glossaries)))
        counts = Counter(
            "added" if not change.before else "removed" if not change.after else "changed"
            for change in planned.changes
        )
        figures = ", ".join(f"{counts[name]} {name}" for name in ("added", "changed", "removed"))
        if apply and planned.changes:
            apply_import(project.settings.glossary_dir, planned)
            out.print(f"terms.csv written: {figures}")
        elif planned.faults:
            raise InputError(f"{file}: {len(planned.faults)} faults; correct them before --apply")
        else:
            rest = "; --apply writes them" if planned.changes else ""
            out.print(f"nothing written: {figures}{rest}")


def _decisive(changes: Sequence[TermChange]) -> list[str]:
    return [change.zh for change in changes if change.matters]


def _tally(touches: Sequence[Touch]) -> str:
    counts = Counter(touch.kind for touch in touches)
    parts = [f"{name} {counts[kind]}" for kind, name in _KINDS.items()]
    return "touched sentences: " + ", ".join(parts)


def _short(text: str, width: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
