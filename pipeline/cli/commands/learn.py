"""geppo learn: what analysts decided, put to use."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from pipeline.cli.app import SampleOption, app
from pipeline.cli.commands.main_job import out
from pipeline.cli.showing import print_table
from pipeline.learn import CORRECTIONS, TOLERANCE, Figure, Judged, Lesson
from pipeline.opening import opened
from pipeline.steps.learn import Learning, learn

_SHOWN = 10


@app.command("learn", epilog="Example: geppo learn --dry-run")
def learn_command(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be learned; write nothing.")
    ] = False,
    sample: SampleOption = False,
) -> None:
    """Learn from what analysts decided: labels of entries they approved or changed, notices they
    included or excluded. Keeps the lesson only where no figure gets worse (else exit code 1)."""
    with opened(sample=sample) as (project, _):
        found = learn(project, dry_run=dry_run)
    _say_decided(found)
    if found.lesson is None:
        out.print(f"nothing to learn from: {found.why}")
        return
    _say_lesson(found.lesson)
    if found.written:
        out.print(f"written: {found.written}; run geppo draft to apply it", markup=False)
    elif found.lesson.worse or not found.lesson.better:
        _say_refused(found.lesson)
        raise typer.Exit(1)
    else:
        out.print("dry run: nothing was written")


def _say_decided(found: Learning) -> None:
    decided = found.decided
    words = f"{len(decided.judged)} decisions"
    if found.lesson is not None:
        words += f"; {found.lesson.corrections} corrections of the machine without any learning"
    out.print(words)
    if decided.lost:
        listed = " ".join(decided.lost[:_SHOWN])
        out.print(
            f"{len(decided.lost)} not used, their notices are not in the store ({listed}); "
            "run geppo extract",
            markup=False,
        )
    if decided.ruled:
        counted = ", ".join(f"{name} {count}" for name, count in sorted(decided.ruled.items()))
        out.print(f"corrected as well, but decided by rules in glossary/cues/: {counted}")


def _say_lesson(lesson: Lesson) -> None:
    table = Table("on", "figure", "before", "after", "", title="held out, five folds")
    for figure in lesson.figures:
        sign = "worse" if figure.worse else ""
        table.add_row(
            figure.on, figure.name, _number(figure, figure.before),
            _number(figure, figure.after), sign,
        )  # fmt: skip
    print_table(table)
    for trial in lesson.trials:
        if not trial.proven:
            out.print(
                f"not learned: {trial.label}; errors held out: on decisions "
                f"{_both(trial.decisions)}, on gold {_both(trial.gold)}"
            )
            if trial.against:
                listed = " ".join(trial.against[:_SHOWN])
                out.print(
                    f"  against it in glossary/labelled: {listed}; where the analysts are right, "
                    "correct these lines and learn again",
                    markup=False,
                )
    weights = lesson.learned.weights
    if weights:
        learned = Table("label", "signal", "weight", "decisions")
        for one in weights:
            learned.add_row(one.label, escape(one.signal), f"{one.weight:+.2f}", str(one.decisions))
        print_table(learned)


def _both(counts: tuple[int, int]) -> str:
    return f"{counts[0]} -> {counts[1]}"


def _number(figure: Figure, value: float) -> str:
    return str(round(value)) if figure.name == CORRECTIONS else f"{value:.4f}"


def _say_refused(lesson: Lesson) -> None:
    for figure in lesson.worse:
        allowed = f" (may fall by {TOLERANCE})" if figure.on == "gold" else ""
        out.print(
            f"refused: {figure.name} on {figure.on} gets worse, {_number(figure, figure.before)} "
            f"to {_number(figure, figure.after)}{allowed}"
        )
    if not lesson.worse:
        out.print(
            "refused: no fewer labels would have to be corrected; the decisions are too few of a "
            "kind, or contradict each other"
        )
    if lesson.unheeded:
        out.print("decisions the machine would still label otherwise, to be looked at first:")
        for one in lesson.unheeded[:_SHOWN]:
            out.print(f"  {_decision(one)}", markup=False)
        if len(lesson.unheeded) > _SHOWN:
            out.print(f"  ... {len(lesson.unheeded) - _SHOWN} more")


def _decision(one: Judged) -> str:
    said = "not_air" if one.air is False else " ".join(sorted(one.measures or ("air",)))
    return f"{one.where}  {one.notice.id}  {' '.join(one.notice.title.split())[:40]}  -> {said}"
