"""Prefect flows `collect`, `draft` and `publish`: the same steps, scheduled and observed.

The only module that imports Prefect. A task is a source's or an issue's worth of work, never a
notice's. Keys of idempotence live in the product's own store, so a flow may be run again.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.dates import Window, month_window, previous_month
from pipeline.project import Project
from pipeline.settings import Settings, load_settings
from pipeline.steps import Progress, collect, draft, extract, publish, render, silent
from pipeline.steps.month import Summary, summarise


def _prepare(settings: Settings) -> None:
    """Prefect reads these when it is imported: its files stay in data/, it calls nobody, and
    a slow first start of its local server is waited for."""
    home = settings.data_dir / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    defaults = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


if "prefect" not in sys.modules:
    _prepare(load_settings(Path.cwd()))

import prefect  # noqa: E402 - after its settings


@prefect.task(name="collect-sources", retries=1, retry_delay_seconds=60)
def _collect_task(project: Project, window: Window, source: str | None, progress: Progress) -> None:
    collect(project, window, source=source, progress=progress)


@prefect.task(name="extract-pages")
def _extract_task(project: Project, source: str | None, progress: Progress) -> int:
    return extract(project, source=source, progress=progress)


@prefect.task(name="draft-entries")
def _draft_task(project: Project, window: Window, progress: Progress) -> dict[str, int]:
    return draft(project, window, progress=progress).outcomes


@prefect.task(name="render-files")
def _render_task(project: Project, window: Window, progress: Progress) -> tuple[Path, ...]:
    return render(project, window, progress=progress)


@prefect.task(name="publish-files")
def _publish_task(project: Project, window: Window, who: str) -> tuple[Path, ...]:
    return publish(project, window, who=who)


@prefect.flow(name="month", validate_parameters=False)
def _month_flow(project: Project, window: Window, progress: Progress) -> Summary:
    _collect_task(project, window, None, progress)
    _extract_task(project, None, progress)
    outcomes = _draft_task(project, window, progress)
    files = _render_task(project, window, progress)
    return summarise(project, window, files, outcomes)


def run_month(project: Project, window: Window, progress: Progress = silent) -> Summary:
    """`pipeline.steps.run` through Prefect: the same steps, the same result."""
    return _month_flow(project, window, progress)


# --- deployments (prefect.yaml) ----------------------------------------------------------------


@prefect.flow(name="collect")
def collect_flow(month: str | None = None, source: str | None = None) -> None:
    """Nightly: read the sources of this month and the last, keep evidence, extract.

    `month` is YYYY-MM; without it, the current month and the previous one are read, since
    notices appear late on lists.
    """
    settings, now = _start()
    labels = [month] if month else [previous_month(now.date()), f"{now:%Y-%m}"]
    with _project(settings, now) as project:
        for label in labels:
            _collect_task(project, month_window(label, project.today), source, silent)
        _extract_task(project, source, silent)


@prefect.flow(name="draft")
def draft_flow(month: str | None = None) -> None:
    """Monthly: label, draft and lay out the previous month (or `month`) for the analysts."""
    settings, now = _start()
    with _project(settings, now) as project:
        window = month_window(month or previous_month(now.date()), project.today)
        _draft_task(project, window, silent)
        _render_task(project, window, silent)


@prefect.flow(name="publish")
def publish_flow(month: str | None = None, who: str = "publish flow") -> None:
    """Issue a month whose entries are all approved; fails, naming them, while some are not."""
    settings, now = _start()
    with _project(settings, now) as project:
        _publish_task(
            project, month_window(month or previous_month(now.date()), project.today), who
        )


def _start() -> tuple[Settings, datetime]:
    settings = load_settings(Path.cwd())
    return settings, datetime.now(ZoneInfo(settings.timezone))


def _project(settings: Settings, now: datetime) -> Project:
    return Project(settings, now=now, sources_dir=settings.home / "spiders" / "sources")
