"""One run over sites of faults: reports, issues and what the archive holds afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from fault_sites import Case
from faults import FaultWeb, serve

from pipeline.crawl import Progress, crawl
from pipeline.dates import Window
from pipeline.issues import Issue
from pipeline.model import SourceReport
from pipeline.settings import Settings
from pipeline.steps.collect import health_issues

OCTOBER = Window(date(2026, 10, 1), date(2026, 11, 1), "2026-10")
NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
TRANSPORT = {"DOWNLOAD_TIMEOUT": 0.8, "CONCURRENT_REQUESTS": 4}
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Seen:
    """What one run over sites gave."""

    web: FaultWeb
    reports: dict[str, SourceReport]
    issues: dict[str, tuple[Issue, ...]]
    archive: Path


def run(web: FaultWeb, cases: list[Case], folder: Path, now: datetime = NOW) -> Seen:
    settings = Settings(
        home=folder, data_dir=folder / "data", bulletins_dir=folder, max_attachment_bytes=MEGABYTE
    )
    found: dict[str, tuple[Issue, ...]] = {}

    def tell(event: Progress) -> None:
        if event.report:
            declared = next(case for case in cases if case.name == event.source_id).declared()
            own = health_issues(declared, event.report)
            found[event.source_id] = (*own, *event.issues)

    with serve(web) as port:
        reports = crawl(
            [case.declared() for case in cases], OCTOBER, settings=settings, now=now,
            archive_dir=folder / "archive", loopback_port=port, transport=TRANSPORT, progress=tell,
        )  # fmt: skip
    return Seen(web, {r.source_id: r for r in reports}, found, folder / "archive")
