"""What 100,000 stored notices cost a month, beside the same month in a store of its own."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import insert

from pipeline.archive import Archive, Capture
from pipeline.dedupe import dedupe
from pipeline.extract import EXTRACTOR
from pipeline.model import Notice, notice_id
from pipeline.steps.collect import _to_read
from pipeline.store import Store
from pipeline.store.notices import _notice_row
from pipeline.store.tables import derived, extractions, notices

HISTORY = 100_000
MONTH = 800
SOURCES = 60
FIRST = date(2016, 10, 1)
LAST = date(2026, 10, 31)


def made(number: int, day: date) -> Notice:
    url = f"http://site-{number % SOURCES}.example/t{day:%Y%m%d}_{number}.html"
    return Notice(
        id=notice_id(url), source_id=f"site-{number % SOURCES}", url=url,
        title=f"关于第{number}号工作的通知", document_number=f"甲环发〔{day.year}〕{number}号",
        date_publication=day.isoformat(), date_placed=day.isoformat(), date_basis="publication",
        raw_sha256=f"{number:064x}", extractor=EXTRACTOR,
        fetched_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )  # fmt: skip


def history(size: int) -> Iterator[Notice]:
    """`size` notices, the last MONTH of them in October 2026."""
    span = (date(2026, 9, 30) - FIRST).days
    for number in range(size - MONTH):
        yield made(number, FIRST + timedelta(days=number * span // max(size - MONTH, 1)))
    for number in range(MONTH):
        yield made(HISTORY + number, LAST - timedelta(days=number % 31))


@dataclass
class Held:
    """A store and an archive index of one size."""

    store: Store
    archive: Archive

    @property
    def project(self) -> Any:
        return cast(Any, SimpleNamespace(store=self.store, archive=self.archive))


def build(folder: Path, size: int) -> Held:
    store = Store(f"sqlite:///{folder / 'geppo.sqlite3'}")
    archive = Archive(folder / "archive")
    first = archive.put(
        Capture("http://site-0.example/", "site-0", "list", 200, datetime(2016, 1, 1, tzinfo=UTC)),
        b"evidence",
    )
    rows, keys, labels, captures = [], [], [], []
    for number, notice in enumerate(history(size)):
        seen = notice.fetched_at.isoformat()
        rows.append({**_notice_row(notice), "first_seen_at": seen})
        labels.append({"kind": "classification", "notice_id": notice.id, "key": "k",
                       "document": "{}" + " " * 400})  # fmt: skip
        keys.append({"raw_key": f"{number:064x}", "extractor": EXTRACTOR})
        captures.append((
            notice.url, "GET", notice.source_id, "detail", 200, "text/html", seen, first.sha256,
            "x.warc.gz", number, None, "[]", "{}", None, 0,
        ))  # fmt: skip
    with store._engine.begin() as connection:
        connection.execute(insert(notices), rows)
        connection.execute(insert(extractions), keys)
        connection.execute(insert(derived), labels)
    archive.close()
    index = sqlite3.connect(folder / "archive" / "index.sqlite3")
    with index:
        index.executemany(
            "INSERT INTO captures (url, request, source_id, kind, status, content_type, fetched_at,"
            " sha256, warc, offset, parent_url, headers, hints, problem, unchanged)"
            f" VALUES ({', '.join('?' * 15)})",
            captures,
        )
    index.close()
    return Held(store, Archive(folder / "archive"))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Held, Held]]:
    folder = tmp_path_factory.mktemp("stores")
    (folder / "small").mkdir()
    (folder / "large").mkdir()
    pair = build(folder / "small", MONTH), build(folder / "large", HISTORY)
    yield pair
    for one in pair:
        one.store.close()
        one.archive.close()


def month(held: Held) -> list[Notice]:
    return held.store.notices(start="2026-10-01", end="2026-11-01")


def merge(held: Held) -> None:
    new = month(held)[:200]
    dedupe(new, {notice.id: held.store.same_documents(notice) for notice in new}, {})


def extract(held: Held) -> None:
    """What the extraction looks at after a night that brought 50 pages."""
    position = held.archive.position()
    base = int(position.rpartition(":")[2]) - 50
    after = f"{position.rpartition(':')[0]}:{base}"
    new = list(held.archive.documents(kind="detail", after=after))
    assert len(new) == 50
    files = [held.archive.files_of(document.url) for document in new]
    held.store.extracted(document.sha256 for document in new)
    assert not any(files)


def known(held: Held) -> None:
    pages = held.archive.known("site-3")
    for notice in month(held):
        pages.get(notice.url or "")


WORK: dict[str, Callable[[Held], object]] = {
    "notices of the month": month,
    "notices seen since two issues ago": lambda held: held.store.seen_since(
        datetime(2026, 10, 1, tzinfo=UTC)
    ),
    "labels of the month": lambda held: held.store.derived(
        "classification", [notice.id for notice in month(held)]
    ),
    "keys of the month": lambda held: held.store.derived_keys(
        "classification", [notice.id for notice in month(held)]
    ),
    "copies of 200 notices": merge,
    "pages to extract": extract,
    "pages a visit knows": known,
}


def best(work: Callable[[Held], object], held: Held) -> float:
    times = []
    for _ in range(4):
        started = time.perf_counter()
        work(held)
        times.append(time.perf_counter() - started)
    return min(times)


def bench_a_month_in_a_long_history(held: tuple[Held, Held]) -> None:
    small, large = held
    total = [0.0, 0.0]
    for name, work in WORK.items():
        pair = best(work, small), best(work, large)
        total = [total[0] + pair[0], total[1] + pair[1]]
        sys.stdout.write(
            f"\n{name:34} {pair[0] * 1000:7.0f} ms alone, {pair[1] * 1000:7.0f} ms in {HISTORY:,}"
        )
    started = time.perf_counter()
    todo = _to_read(large.project, None, None)
    whole = time.perf_counter() - started
    assert len(todo) == HISTORY
    sys.stdout.write(
        f"\nall: {total[0]:.2f} s alone, {total[1]:.2f} s in {HISTORY:,}, "
        f"ratio {total[1] / total[0]:.2f}; a new extractor looks over all in {whole:.1f} s\n"
    )
