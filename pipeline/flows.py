"""Prefect flows `collect`, `draft` and `publish`: the same steps, scheduled and observed.

The only module that imports Prefect. A task is a month's or a source's worth of work, never a
notice's (8 ms a task). Keys of idempotence live in the product's own store, so a flow may be run
again. The flows take plain parameters and open the project themselves, as the command does.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from pathlib import Path

from pipeline import steps
from pipeline.dates import Window, month_window, previous_month
from pipeline.opening import opened
from pipeline.project import Project
from pipeline.settings import Settings, load_settings
from pipeline.steps import Progress, silent
from pipeline.steps.month import Summary, summarise
from pipeline.steps.sources import alarms


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
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "DO_NOT_TRACK": "1",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


_prepare(load_settings(Path.cwd()))

from prefect import flow, get_run_logger, task  # noqa: E402 - after its settings
from prefect.cache_policies import NO_CACHE  # noqa: E402

_progress: ContextVar[Progress] = ContextVar("progress", default=silent)
"""Where a run started from the command line shows its progress; a deployment has none."""


@task(name="collect-sources", cache_policy=NO_CACHE)
def _collect(project: Project, window: Window, source: str | None) -> int:
    done = steps.collect(project, window, source=source, progress=_progress.get())
    for alarm in alarms(project):
        get_run_logger().error(alarm)
    return len(done.reports)


@task(name="extract-pages", cache_policy=NO_CACHE)
def _extract(project: Project, source: str | None) -> int:
    return steps.extract(project, source=source, progress=_progress.get())


@task(name="draft-entries", cache_policy=NO_CACHE)
def _draft(project: Project, window: Window) -> dict[str, int]:
    return steps.draft(project, window, progress=_progress.get()).outcomes


@task(name="render-files", cache_policy=NO_CACHE)
def _render(project: Project, window: Window) -> tuple[Path, ...]:
    return steps.render(project, window, progress=_progress.get())


@task(name="publish-files", cache_policy=NO_CACHE)
def _publish(project: Project, window: Window, who: str) -> tuple[Path, ...]:
    return steps.publish(project, window, who=who)


@flow(name="collect", persist_result=False)
def collect_flow(
    month: str | None = None,
    window: str | None = None,
    source: str | None = None,
    sample: bool = False,
) -> None:
    """Read the sources, keep evidence, extract.

    Without `month` or `window`, as every night: the current and the previous month, since
    notices appear late on lists.
    """
    with opened(month, window, sample=sample) as (project, chosen):
        windows = [chosen]
        if not (month or window or sample):
            today = project.today
            windows = [
                month_window(label, today) for label in (previous_month(today), f"{today:%Y-%m}")
            ]
        for each in windows:
            _collect(project, each, source)
        _extract(project, source)


@flow(name="draft", persist_result=False)
def draft_flow(
    month: str | None = None, window: str | None = None, sample: bool = False
) -> Summary:
    """Label, draft, lay out and render an issue, by default the previous month, for the
    analysts."""
    with opened(month, window, sample=sample) as (project, chosen):
        outcomes = _draft(project, chosen)
        files = _render(project, chosen)
        return summarise(project, chosen, files, outcomes)


@flow(name="publish", persist_result=False)
def publish_flow(month: str | None = None, who: str = "publish flow") -> None:
    """Issue a month whose entries are all approved; fails, naming them, while some are not."""
    with opened(month) as (project, chosen):
        _publish(project, chosen, who)


def run_month(
    month: str | None, window: str | None, *, sample: bool, progress: Progress = silent
) -> Summary:
    """`geppo run` through the flows: the same steps, the same result."""
    token = _progress.set(progress)
    try:
        collect_flow(month, window, sample=sample)
        return draft_flow(month, window, sample=sample)
    finally:
        _progress.reset(token)
