"""Runs sources in a child process and collects their reports.

The child is Scrapy's (`python -m spiders.run`): a crash there costs reports, never the caller,
and one process can crawl more than once. It writes one JSON object a line, so progress is known
while it works.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import ValidationError

from pipeline.dates import Window
from pipeline.errors import GeppoError
from pipeline.issues import Issue
from pipeline.model import Source, SourceReport
from pipeline.settings import Settings
from pipeline.warc import ReplayWeb

_STOP_SECONDS = 12.0
"""How long an interrupted child may take to end its requests and write its reports."""
_HOSTS_AT_ONCE = 8
_CRAWLED = ("active", "unverified")
Revisit = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Source id -> URL -> what the list said of it."""


class CrawlError(GeppoError):
    """The collection could not be started. The message names the remedy."""


@dataclass(frozen=True)
class Progress:
    """What is known of one source while the run works. Once it is finished, `report` is set and
    `issues` name what a person should know besides its health."""

    source_id: str
    state: Literal["started", "reading", "finished"]
    listed: int = 0
    fetched: int = 0
    unchanged: int = 0
    report: SourceReport | None = None
    issues: tuple[Issue, ...] = ()


def crawl(
    sources: Sequence[Source],
    window: Window,
    *,
    settings: Settings,
    archive_dir: Path,
    now: datetime,
    replay: Path | None = None,
    loopback_port: int | None = None,
    visit: int = 1,
    details: int | None = None,
    revisit: Revisit | None = None,
    transport: Mapping[str, Any] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[SourceReport, ...]:
    """Reads the sources within the window into the archive; one report a source, in their order.

    `replay` answers from a WARC file as it was at `visit`, and every response carries the time of
    that visit; `loopback_port` asks a server on this machine, and `now` is the time. Neither
    knows delays. Otherwise the network is asked, politely, by the real clock. `details` limits
    the run to the first items of each column and so many articles, without attachments;
    `revisit` are pages to ask for besides those of the lists; `transport` are settings of
    spiders/settings.py to use instead of those there. A source whose reading did not end has a
    report saying so; running the same again continues. Raises CrawlError, and KeyboardInterrupt
    after the child has stopped.
    """
    found = {report.source_id: report for report in _not_crawled(sources, now)}
    wanted = [source for source in sources if source.id not in found]
    tell = progress or (lambda _: None)
    for report in found.values():
        tell(Progress(report.source_id, "finished", report=report))
    if wanted:
        clock = now if replay is None else _recorded_at(replay, visit)
        overrides = _overrides(settings, archive_dir, replay, loopback_port, visit)
        overrides |= {"REVISIT": revisit or {}, **(transport or {})}
        if details is not None:
            overrides |= {"MAX_DETAILS": details}
        spec = {
            "sources": [source.model_dump(mode="json") for source in wanted],
            "start": window.start.isoformat(),
            "end": window.end.isoformat(),
            "label": window.label,
            "now": clock.isoformat(),
            "fixed_clock": replay is not None or loopback_port is not None,
            "hosts_at_once": _HOSTS_AT_ONCE,
            "settings": overrides,
        }
        log = settings.data_dir / "runs" / f"collect-{now:%Y%m%dT%H%M%S}.log"
        ended, failures = _run(spec, log, found, tell)
        for source in wanted:
            if source.id not in found:
                why = failures.get(source.id) or ended
                found[source.id] = SourceReport(
                    source_id=source.id,
                    health="spider_error",
                    started_at=now,
                    message=f"not read to the end: {why}; see {log}, then collect again",
                )
                tell(Progress(source.id, "finished", report=found[source.id]))
    return tuple(found[source.id] for source in sources)


def _not_crawled(sources: Sequence[Source], now: datetime) -> list[SourceReport]:
    """Reports of the sources no spider reads: declared blocked, manual, retired or expired."""
    reports = []
    for source in sources:
        reason = None
        if source.status not in _CRAWLED:
            reason = f"declared {source.status}"
        elif source.valid_until and _is_past(source.valid_until, now):
            reason = f"valid until {source.valid_until}"
        if reason:
            reminder = source.manual_check.message if source.manual_check else None
            reports.append(
                SourceReport(
                    source_id=source.id,
                    health="blocked" if source.status == "blocked" else "disabled",
                    started_at=now,
                    message="; ".join(part for part in (reason, reminder) if part),
                )
            )
    return reports


def _is_past(date: str, now: datetime) -> bool:
    """Whether a partial date lies wholly before today."""
    return date < now.date().isoformat()[: len(date)]


def _recorded_at(path: Path, visit: int) -> datetime:
    try:
        return ReplayWeb(path, visit).recorded_at
    except ValueError as error:
        raise CrawlError(str(error)) from error


def _overrides(
    settings: Settings,
    archive_dir: Path,
    replay: Path | None,
    loopback_port: int | None,
    visit: int,
) -> dict[str, Any]:
    """The Scrapy settings of this run."""
    chosen: dict[str, Any] = {
        "ARCHIVE_DIR": str(archive_dir.resolve()),
        "USER_AGENT": settings.user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "From": settings.contact,
        },
        "DOWNLOAD_DELAY": settings.download_delay,
        "AUTOTHROTTLE_START_DELAY": settings.download_delay,
        "DOWNLOAD_MAXSIZE": settings.max_attachment_bytes,
    }
    if replay is None and loopback_port is None:
        return chosen
    handler = "spiders.handlers.ReplayHandler" if replay else "spiders.handlers.LoopbackHandler"
    chosen |= {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "BLOCK_RETRIES": 0,
        "BLOCK_BACKOFF": 0.0,
        "RETRY_TIMES": 0,
    }
    if replay:
        chosen |= {"REPLAY_WARC": str(replay.resolve()), "REPLAY_VISIT": visit}
    else:
        chosen["LOOPBACK_PORT"] = loopback_port
    return chosen


def _run(
    spec: dict[str, Any],
    log: Path,
    found: dict[str, SourceReport],
    tell: Callable[[Progress], None],
) -> tuple[str, dict[str, str]]:
    """Runs the child, filling in `found`; returns how it ended and the sources it named failed."""
    failures: dict[str, str] = {}
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=log.parent) as folder, log.open("ab") as output:
            path = Path(folder) / "spec.json"
            path.write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
            child = _start(path, output)
            try:
                _listen(child, found, failures, tell)
            except BaseException:
                _stop(child)
                raise
            finally:
                for stream in (child.stdin, child.stdout):
                    if stream:
                        stream.close()
    except OSError as error:
        raise CrawlError(
            f"collecting could not start: {error}; the run's log goes to {log.parent}, "
            "which must be writable"
        ) from error
    return f"the collecting process ended with code {child.returncode}", failures


def _start(spec: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
    # The child sees what this process sees, installed or not; in a session of its own it gets
    # Ctrl-C only from us, once, so that it can finish what it is doing.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        [sys.executable, "-m", "spiders.run", str(spec)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=output,
        env=environment,
        start_new_session=True,
    )


def _listen(
    child: subprocess.Popen[bytes],
    found: dict[str, SourceReport],
    failures: dict[str, str],
    tell: Callable[[Progress], None],
) -> None:
    assert child.stdout
    for line in child.stdout:
        try:
            event = json.loads(line)
            report = SourceReport.model_validate(event["report"]) if "report" in event else None
            issues = tuple(map(Issue.model_validate, event.get("issues", ())))
        except (ValueError, KeyError, TypeError, ValidationError):
            continue
        if report:
            found[report.source_id] = report
            tell(Progress(report.source_id, "finished", report=report, issues=issues))
        elif event.get("event") == "failed":
            failures[event["source"]] = event["message"]
        elif event.get("event") == "started":
            tell(Progress(event["source"], "started"))
        elif event.get("event") == "page":
            listed, fetched, unchanged = (event[n] for n in ("listed", "fetched", "unchanged"))
            tell(Progress(event["source"], "reading", listed, fetched, unchanged))
    child.wait()


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Asks the child to end, then insists."""
    for number, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGTERM, 3.0)):
        if child.poll() is None:
            child.send_signal(number)
            try:
                child.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
    if child.poll() is None:
        child.kill()
        child.wait()
