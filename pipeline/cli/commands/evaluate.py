"""geppo evaluate: score the product on labelled files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pipeline.cli.app import app
from pipeline.settings import Settings, load_settings
from pipeline.translate.cascade import Translator, build_translator
from pipeline.vocab import Vocabulary, load_vocabulary

evaluate = typer.Typer(
    help="Score the product on labelled files (formats: docs in each command's help).",
    no_args_is_help=True,
)
app.add_typer(evaluate, name="evaluate")

FileArgument = Annotated[list[Path], typer.Argument(help="Labelled file(s).")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")
]
EngineOption = Annotated[
    str | None, typer.Option("--engine", help="Only this engine: transfer, argos, templates ...")
]


def _show(files: list[Path], results: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        value = (
            results[0] if len(results) == 1 else dict(zip(map(str, files), results, strict=True))
        )
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        return
    console = Console(highlight=False)
    for path, result in zip(files, results, strict=True):
        table = Table("metric", "value", title=path.name)
        for name, value in result.items():
            if isinstance(value, dict):
                for kind, metrics in value.items():
                    table.add_row(f"  {kind}", "  ".join(_metric(k, v) for k, v in metrics.items()))
            else:
                table.add_row(name, _figure(value))
        console.print(table)


def _metric(name: str, value: object) -> str:
    return f"{name} {_figure(value)}"


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _loaded() -> tuple[Settings, Vocabulary]:
    settings = load_settings(Path.cwd())
    return settings, load_vocabulary(settings.glossary_dir)


def _translator() -> tuple[Translator, Vocabulary]:
    settings, vocabulary = _loaded()
    return build_translator(vocabulary, settings.glossary_dir, settings), vocabulary


@evaluate.command(epilog="Example: geppo evaluate pages saved/manifest.jsonl --json")
def pages(files: FileArgument, as_json: JsonOption = False) -> None:
    """Readers on saved pages beside a manifest: title, date, doc_number, body, lists."""
    from pipeline.evaluation.pages import evaluate_pages

    _show(files, [evaluate_pages(path) for path in files], as_json)


@evaluate.command(epilog="Example: geppo evaluate notices labelled.jsonl --errors misses.jsonl")
def notices(
    files: FileArgument,
    as_json: JsonOption = False,
    errors: Annotated[
        Path | None, typer.Option("--errors", help="Write every miss with its evidence here.")
    ] = None,
) -> None:
    """Labels and targets on labelled notices; how far a probability may be trusted
    (calibration_error), and how many records and misses are marked 要確認 (to_check)."""
    from pipeline.evaluation.notices import evaluate_notices

    settings, vocabulary = _loaded()
    cues, learned = settings.glossary_dir / "cues", settings.bulletins_dir / "learned.yml"
    results = [evaluate_notices(path, vocabulary, cues, errors, learned) for path in files]
    _show(files, results, as_json)


@evaluate.command(epilog="Example: geppo evaluate translation pairs.jsonl --engine transfer")
def translation(
    files: FileArgument,
    as_json: JsonOption = False,
    engine: EngineOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write zh, ja, layer, confidence, flags here.")
    ] = None,
) -> None:
    """Japanese against reference pairs: chrF, numbers, negation, direction, terms."""
    from pipeline.evaluation.translation import evaluate_translation

    translator, vocabulary = _translator()
    results = [
        evaluate_translation(path, translator, vocabulary, engine=engine, out=out) for path in files
    ]
    _show(files, results, as_json)


@evaluate.command(epilog="Example: geppo evaluate invariants invariants.jsonl")
def invariants(
    files: FileArgument, as_json: JsonOption = False, engine: EngineOption = None
) -> None:
    """Adversarial sentences: what must and must not stand in the Japanese."""
    from pipeline.evaluation.translation import evaluate_invariants

    translator, vocabulary = _translator()
    results = [evaluate_invariants(path, translator, vocabulary, engine=engine) for path in files]
    _show(files, results, as_json)


@evaluate.command(epilog="Example: geppo evaluate terms terms.csv")
def terms(files: FileArgument, as_json: JsonOption = False) -> None:
    """Bare terms: is each rendered as the reference or an admitted variant?"""
    from pipeline.evaluation.terms import evaluate_terms

    translator, vocabulary = _translator()
    _show(files, [evaluate_terms(path, translator, vocabulary) for path in files], as_json)
