"""Progress in the terminal: a live line for people, plain lines for logs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from pipeline.steps import Progress

console = Console(stderr=True, highlight=False)

_NAMES = {
    "collect": "collect    reading sources",
    "extract": "extract    reading pages",
    "classify": "classify   labelling",
    "translate": "translate  drafting Japanese",
    "draft": "draft      writing entries",
    "render": "render     writing files",
}


@contextmanager
def shown() -> Iterator[Progress]:
    """A progress callable that shows each step on standard error."""
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, TimeElapsedColumn(), console=console) as bars:
        tasks: dict[str, object] = {}

        def tell(step: str, done: int, total: int | None, /) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(_NAMES.get(step, step), total=total)
            bars.update(tasks[step], completed=done, total=total)  # type: ignore[arg-type]

        yield tell


class _Lines:
    """One line when a step starts and one when it is done: enough for a log."""

    def __init__(self) -> None:
        self._started: set[str] = set()
        self._told: dict[str, int] = {}

    def __call__(self, step: str, done: int, total: int | None, /) -> None:
        if step not in self._started:
            self._started.add(step)
            console.print(f"{_NAMES.get(step, step)} ...")
        if total is not None and done == total and self._told.get(step) != done:
            self._told[step] = done
            console.print(f"{_NAMES.get(step, step)}: {done}")
