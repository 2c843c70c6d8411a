"""The sample month: the shipped recording is what the spiders see on the sample web today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from web.record import VISITS, Recording, record

from pipeline import warc
from pipeline.archive import Archive
from pipeline.crawl import crawl
from pipeline.dates import month_window
from pipeline.families import families
from pipeline.model import Source
from pipeline.sample import SAMPLE
from pipeline.settings import Settings
from pipeline.sources import load_sources


@dataclass(frozen=True)
class Fresh:
    """A recording made now."""

    path: Path
    recording: Recording


@pytest.fixture(scope="module")
def sources() -> tuple[Source, ...]:
    return load_sources(SAMPLE.folder / "sources", families=families)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, sources: tuple[Source, ...]) -> Fresh:
    folder = tmp_path_factory.mktemp("recording")
    return Fresh(folder / "new.warc.gz", record(folder / "new.warc.gz", folder, sources))


def contents(path: Path) -> Iterator[tuple[object, ...]]:
    for one in warc.read(path):
        capture = one.capture
        yield (
            capture.fetched_at, capture.source_id, capture.kind, capture.url, capture.request,
            capture.status, one.sha256, capture.parent_url, dict(capture.hints), capture.problem,
        )  # fmt: skip


def test_the_shipped_recording_is_that_of_the_sample_web(fresh: Fresh) -> None:
    shipped, now = list(contents(SAMPLE.warc)), list(contents(fresh.path))
    differing = [f"{old[1]} {old[3]}" for old, new in zip(shipped, now, strict=False) if old != new]
    assert (len(shipped), differing[:5]) == (len(now), []), "run make sample and commit the file"


def test_the_recording_is_small_and_holds_every_way_a_source_can_be(fresh: Fresh) -> None:
    assert SAMPLE.warc.stat().st_size < 3_000_000
    first = {report.source_id: report for report in fresh.recording.reports[0]}
    health = {report.health for report in first.values()}
    assert {"ok", "empty", "blocked", "dns_failure"} <= health
    assert not health & {"layout_changed", "spider_error", "timeout"}
    later = {report.source_id: report for report in fresh.recording.reports[1]}
    assert (first["nj"].health, first["nj"].swept) == ("ok", None)
    assert (later["nj"].health, later["nj"].swept) == ("http_error", 2)
    assert not later["nj"].list_parsed
    assert sum(report.list_parsed for report in first.values()) >= 14
    assert sum(report.items_in_window for report in first.values()) >= 80


def test_replay_sees_what_was_recorded(
    fresh: Fresh, sources: tuple[Source, ...], tmp_path: Path
) -> None:
    settings = Settings(
        home=tmp_path, data_dir=tmp_path / "data", bulletins_dir=tmp_path / "bulletins"
    )
    for visit, (when, recorded) in enumerate(zip(VISITS, fresh.recording.reports, strict=True), 1):
        reports = crawl(
            sources,
            month_window(SAMPLE.month, when.date()),
            settings=settings,
            archive_dir=tmp_path / "archive",
            now=SAMPLE.today,
            replay=fresh.path,
            visit=visit,
        )
        assert reports == recorded
    with Archive(tmp_path / "archive") as archive:
        details = list(archive.documents(kind="detail"))
        changed = {d.url for d in details if len(archive.records_of(d.url)) > 1} & {
            d.url for d in details if d.fetched_at == VISITS[1]
        }
        assert len(changed) == 1
        assert len(details) == len({(d.url, d.sha256) for d in details})
        assert all(archive.hints(d.url)["title"] for d in details)
