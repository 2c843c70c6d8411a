"""geppo terms: keep the vocabulary sound."""

from __future__ import annotations

from pathlib import Path

import typer

from pipeline.cli.app import app
from pipeline.cli.commands.main_job import out
from pipeline.settings import load_settings
from pipeline.vocab import lint as lint_vocabulary

terms = typer.Typer(help="The controlled vocabulary (glossary/).", no_args_is_help=True)
app.add_typer(terms, name="terms")


@terms.callback()
def _group() -> None:
    """The controlled vocabulary (glossary/)."""


@terms.command(epilog="Example: geppo terms lint")
def lint() -> None:
    """Check terms, places, partners, measures and organizations; list every fault."""
    settings = load_settings(Path.cwd())
    faults = lint_vocabulary(settings.glossary_dir)
    for fault in faults:
        out.print(fault, markup=False)
    if faults:
        out.print(f"{len(faults)} faults")
        raise typer.Exit(1)
    out.print("no faults")
