"""The whole month in one call."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.dates import Window
from pipeline.model import SourceReport
from pipeline.project import Project
from pipeline.steps.collect import collect, extract
from pipeline.steps.draft import draft
from pipeline.steps.issue import bulletin, render
from pipeline.steps.progress import Progress, silent
from pipeline.steps.sources import alarms
from pipeline.steps.understand import window_notices


@dataclass(frozen=True)
class Summary:
    """What a run ends with. `sources`: state -> how many."""

    sources: dict[str, int]
    notices: int
    entries: int
    left_out: int
    unplaced: int
    issues: dict[str, int]
    outcomes: dict[str, int]
    files: tuple[Path, ...]
    alarms: tuple[str, ...] = ()
    """One line for each source that failed too often in a row."""


def run(project: Project, window: Window, progress: Progress = silent) -> Summary:
    """collect -> extract -> classify -> translate -> draft -> bulletin -> render."""
    collect(project, window, progress=progress)
    extract(project, progress=progress)
    drafted = draft(project, window, progress=progress)
    files = render(project, window, progress=progress)
    return summarise(project, window, files, drafted.outcomes)


def summarise(
    project: Project, window: Window, files: tuple[Path, ...], outcomes: dict[str, int]
) -> Summary:
    """The figures of an issue as it stands."""
    composed = bulletin(project, window)
    reports = project.store.reports(project.label(window))
    sources = Counter(
        _state(reports.get(source.id)) for source in project.sources if source.status != "retired"
    )
    return Summary(
        sources={state: sources.get(state, 0) for state in STATES},
        notices=len(window_notices(project, window)),
        entries=len(composed.entries),
        left_out=len(composed.left_out),
        unplaced=len(composed.unplaced),
        issues=dict(Counter(str(issue.code) for issue in project.store.issues())),
        outcomes=outcomes,
        files=files,
        alarms=alarms(project),
    )


STATES = ("read", "empty", "blocked", "broken", "unverified")


def _state(report: SourceReport | None) -> str:
    if report is None or report.health == "disabled":
        return "unverified"
    if report.health == "blocked":
        return "blocked"
    if report.health in ("ok", "below_minimum", "empty"):
        if not report.list_parsed:
            return "unverified"
        return "empty" if report.health == "empty" else "read"
    return "broken"
