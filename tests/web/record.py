"""Records the sample month: `make sample`.

The product's own spiders read the sample web, served on this machine, at two visits; what they
archived becomes `pipeline/sample/sample.warc.gz`. Times are fixed and records sorted, so the
same web gives the same file.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from warcio.warcwriter import WARCWriter

from pipeline import warc
from pipeline.crawl import crawl
from pipeline.dates import month_window
from pipeline.model import Source, SourceReport
from pipeline.sample import SAMPLE
from pipeline.settings import Settings
from pipeline.sources import load_sources
from pipeline.warc import Recorded

ROOT = Path(__file__).resolve().parents[2]
VISITS = (datetime(2026, 10, 31, 21, 0, tzinfo=UTC), datetime(2026, 11, 1, 20, 30, tzinfo=UTC))
"""Two mornings in Tokyo; far enough apart for the second to look again at what is known."""
_PASSING = {"date", "server"}  # of this machine and this minute, not of the web
_BROKEN = ("layout_changed", "spider_error", "timeout")
_ORDER = ("robots", "list", "detail", "attachment")


@dataclass(frozen=True)
class Recording:
    """What a recording gave: the reports of each visit."""

    reports: tuple[tuple[SourceReport, ...], ...]


def record(target: Path, work: Path, sources: Sequence[Source]) -> Recording:
    """Crawls the sample web at both visits, with its data under `work`, and writes `target`."""
    from web.build import build_web
    from web.server import serve

    settings = Settings(home=ROOT, data_dir=work / "data", bulletins_dir=work / "bulletins")
    reports = []
    for number, when in enumerate(VISITS, 1):
        with serve(build_web(visit=number)) as port:
            reports.append(
                crawl(
                    sources,
                    month_window(SAMPLE.month, when.date()),
                    settings=settings,
                    archive_dir=work / "archive",
                    now=when,
                    loopback_port=port,
                )
            )
    write(sorted((work / "archive").glob("*/*.warc.gz")), target)
    return Recording(tuple(reports))


def write(parts: Sequence[Path], target: Path) -> None:
    """One WARC file of all records, in the order of visit, source, kind and URL."""
    found = [(path, one) for path in parts for one in warc.read(path)]
    bodies = {one.sha256: (path, one.offset) for path, one in found if one.body is not None}
    records = {_key(one): one for _, one in found}
    held: dict[str, tuple[str, str]] = {}
    unfinished = target.with_suffix(".tmp")
    with unfinished.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="1.1")
        for key in sorted(records):
            one = records[key]
            body = warc.read_body(*bodies[one.sha256])
            headers = tuple((n, v) for n, v in one.capture.headers if n.lower() not in _PASSING)
            capture = replace(one.capture, headers=headers)
            warc.write(writer, capture, body, one.sha256, held.get(one.sha256))
            held.setdefault(one.sha256, (one.capture.url, warc.stamp(one.capture.fetched_at)))
    os.replace(unfinished, target)


def _key(one: Recorded) -> tuple[str, str, int, str, str]:
    capture = one.capture
    rank = _ORDER.index(capture.kind)
    return warc.stamp(capture.fetched_at), capture.source_id, rank, capture.url, capture.request


def main() -> int:
    """Writes the shipped recording and shows what each source gave. Exit code 1, and no file,
    where a source could not be read for a reason of our own."""
    sources = load_sources(SAMPLE.folder / "sources")
    work = ROOT / "data"
    work.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        fresh = Path(folder) / "new.warc.gz"
        recording = record(fresh, Path(folder), sources)
        for number, reports in enumerate(recording.reports, 1):
            for report in reports:
                line = f"visit {number}  {report.source_id:6} {report.health:14}"
                line += f" {report.items_in_window} in the month, {report.fetched} new"
                sys.stdout.write(f"{line}; {report.message or 'nothing to say'}\n")
        broken = {r.source_id for rs in recording.reports for r in rs if r.health in _BROKEN}
        if broken:
            sys.stdout.write(f"not recorded: {', '.join(sorted(broken))} could not be read\n")
            return 1
        os.replace(fresh, SAMPLE.warc)
    sys.stdout.write(f"{SAMPLE.warc}: {SAMPLE.warc.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    # Run as a file, Python looks beside this module; `web` lies one folder higher.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    raise SystemExit(main())
