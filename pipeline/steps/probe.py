"""Look at sources live without collecting: one list page a column, one article, nothing kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from pipeline import crawl as crawling
from pipeline import families
from pipeline.crawl import crawl
from pipeline.dates import Window
from pipeline.extract import Extraction, extract
from pipeline.families.base import FetchRequest, ListItem, ListPage, Page
from pipeline.issues import Code
from pipeline.model import Expected, Source, SourceReport
from pipeline.project import Project
from pipeline.sources import sweep_of
from pipeline.steps.progress import Progress, silent
from pipeline.warc import Recorded, request_key
from pipeline.warc import read as read_warc

ALARM = 3
"""So many failed runs in a row raise an alarm."""
READ = frozenset({"ok", "below_minimum"})
"""Health of a run that read its source."""
_LIST_STEPS = 12
_FAULTS = {
    Code.SELECTOR_MISSED, Code.TITLE_MISSING, Code.DATE_MISSING, Code.BODY_TOO_SHORT,
    Code.BODY_INCOMPLETE, Code.SOFT_404,
}  # fmt: skip
Key = tuple[str, str]


@dataclass(frozen=True)
class ReadList:
    """One list response, the request it answered, and what its family read in it."""

    request: FetchRequest
    page: Page
    listing: ListPage


@dataclass(frozen=True)
class ReadDetail:
    """One article response and what was extracted from it."""

    page: Page
    hints: Mapping[str, str]
    extraction: Extraction

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the reading, in words."""
        found = [issue.message for issue in self.extraction.issues if issue.code in _FAULTS]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Probe:
    """What one look at a source showed. `before` is its last run; `failed_before` counts the
    failed runs in a row up to it; `searches` are the pages of its search, where a dead column was
    cause to make one; `robots` is allowed, partly, forbidden, absent or unreachable."""

    source: Source
    report: SourceReport
    robots: str
    lists: tuple[ReadList, ...]
    details: tuple[ReadDetail, ...]
    before: SourceReport | None = None
    failed_before: int = 0
    searches: tuple[ReadList, ...] = ()

    @property
    def items(self) -> tuple[ListItem, ...]:
        """What the lists hold, then what the search found beside it."""
        read = (item for read in (*self.lists, *self.searches) for item in read.listing.items)
        return tuple({item.url: item for item in read}.values())

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """Why the source cannot be collected as it stands; empty when it can."""
        found: list[str] = []
        if self.report.health not in READ:
            found.append(self.report.message or self.report.health)
        elif self.report.items_in_window and not self.details:
            found.append(self.report.message or "no article could be fetched")
        found += [
            f"{read.page.url}: {read.listing.reason}"
            for read in self.lists
            if not read.listing.parsed and read.listing.reason
        ]
        for detail in self.details:
            found += detail.faults
        return tuple(found)

    @property
    def failures(self) -> int:
        """Failed runs in a row, this one included."""
        return 0 if self.report.health in READ else self.failed_before + 1

    @property
    def alarm(self) -> bool:
        return self.failures >= ALARM


def failures_in_a_row(history: Sequence[SourceReport]) -> int:
    """How many of the newest runs failed one after another; `history` newest first."""
    count = 0
    for report in history:
        if report.health == "disabled":
            continue
        if report.health in READ:
            break
        count += 1
    return count


def probe(
    project: Project,
    sources: Sequence[Source],
    *,
    days: int = 90,
    details: int = 1,
    loopback_port: int | None = None,
    progress: Progress = silent,
) -> tuple[Probe, ...]:
    """Look at sources through the product's own spider; archive and store stay as they are.

    Items of the last `days` count as in the window; `details` articles of each source are
    read. What a source declares of its own state (blocked, manual, expired) does not stop it.
    """
    today = project.today
    window = Window(today - timedelta(days=days), today + timedelta(days=1), "probe")
    looked = tuple(map(_probed, sources))
    history = project.store.runs()
    finished: set[str] = set()

    def tell(event: crawling.Progress) -> None:
        if event.state == "finished":
            finished.add(event.source_id)
        progress("probe", len(finished), len(looked))

    runs = project.settings.data_dir / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=runs) as folder:
        archive = Path(folder) / "archive"
        reports = crawl(
            looked,
            window,
            settings=project.settings,
            archive_dir=archive,
            now=project.now,
            loopback_port=loopback_port,
            details=details,
            progress=tell,
        )
        answers = _answers(archive)
    found = []
    for source, report in zip(looked, reports, strict=True):
        own = answers.get(source.id, {})
        past = history.get(source.id, [])
        search = sweep_of(source)
        found.append(
            Probe(
                source=source,
                report=report,
                robots=_robots(own, report),
                lists=tuple(_lists(source, window, own)),
                details=tuple(_details(source, own)),
                before=past[0] if past else None,
                failed_before=failures_in_a_row(past),
                searches=tuple(_lists(search, window, own)) if search else (),
            )
        )
    return tuple(found)


def _probed(source: Source) -> Source:
    """The source as a probe reads it: whatever its state, promising nothing."""
    options = {key: value for key, value in source.options.items() if key != "max_pages"}
    update = {
        "status": "unverified", "valid_until": None, "expected": Expected(), "options": options,
    }  # fmt: skip
    return source.model_copy(update=update)


# --- reading what was fetched ---------------------------------------------------------------


@dataclass(frozen=True)
class _Answer:
    record: Recorded
    page: Page


def _answers(archive: Path) -> dict[str, dict[Key, _Answer]]:
    """source id -> (URL, request) -> the answer, of a small archive."""
    bodies: dict[str, bytes] = {}
    found: dict[str, dict[Key, _Answer]] = {}
    for path in sorted(archive.glob("*/*.warc.gz")):
        for record in read_warc(path):
            if record.body is not None:
                bodies[record.sha256] = record.body
            capture = record.capture
            page = Page(
                url=capture.url,
                body=bodies.get(record.sha256, b""),
                status=capture.status,
                content_type=capture.content_type,
                headers=dict(capture.headers),
            )
            own = found.setdefault(capture.source_id, {})
            own[capture.url, capture.request] = _Answer(record, page)
    return found


def _robots(answers: Mapping[Key, _Answer], report: SourceReport) -> str:
    if "robots.txt forbids" in (report.message or ""):
        return "partly" if report.list_parsed else "forbidden"
    states = [a.page.status for a in answers.values() if a.record.capture.kind == "robots"]
    if not states:
        return "unreachable"
    return "allowed" if any(status < 300 for status in states) else "absent"


def _lists(source: Source, window: Window, answers: Mapping[Key, _Answer]) -> Iterator[ReadList]:
    """The lists read again from what was fetched, by the same functions as in the spider."""
    family = families.get(source.family)
    waiting = list(family.start(source, window))
    for _ in range(_LIST_STEPS * max(1, len(source.columns))):
        if not waiting:
            return
        request = waiting.pop(0)
        page = _answer_to(request, answers)
        if page is None:
            continue
        try:
            listing = family.read_list(page, request, source, window)
        except Exception as error:  # hostile markup or a wrong selector: shown, not raised
            listing = ListPage(parsed=False, reason=f"{type(error).__name__}: {error}")
        if not listing.items:  # a shell that sends on to the list itself
            waiting += listing.next
        yield ReadList(request, page, listing)


def _answer_to(request: FetchRequest, answers: Mapping[Key, _Answer]) -> Page | None:
    url = urldefrag(request.url).url
    key = request_key(request.method, request.body or b"")
    for _ in range(6):
        answer = answers.get((url, key))
        if answer is None:
            return None
        target = answer.page.headers.get("Location")
        if not (300 <= answer.page.status < 400 and target):
            return answer.page if answer.record.capture.problem is None else None
        url, key = urldefrag(urljoin(url, target)).url, "GET"
    return None


def _details(source: Source, answers: Mapping[Key, _Answer]) -> Iterator[ReadDetail]:
    for answer in answers.values():
        capture = answer.record.capture
        if capture.kind != "detail" or capture.problem or capture.status >= 300:
            continue
        extraction = extract(
            answer.page,
            source=source,
            fetched_at=capture.fetched_at,
            raw_sha256=answer.record.sha256,
            source_id=source.id,
            hints=capture.hints,
        )
        yield ReadDetail(answer.page, capture.hints, extraction)


# --- an address nobody described yet --------------------------------------------------------


def source_for(
    url: str,
    *,
    id: str = "try",
    family: str = "auto",
    selectors: Mapping[str, str] | None = None,
) -> Source:
    """A source of one column, just described enough to be looked at."""
    return Source.model_validate(
        {
            "id": id, "name": url, "name_ja": url, "family": family, "level": "city",
            "place": "100000", "issuer": url, "columns": [{"url": url}],
            "selectors": dict(selectors or {}), "evidence": "tried by hand",
        }
    )  # fmt: skip


def explore(
    url: str,
    *,
    selectors: Mapping[str, str] | None = None,
    look: Callable[[Source], Probe],
) -> Probe:
    """Look at a column of which only the address is known, and find its family.

    The column is read as `auto` first; where the pages show another family, once more as that.
    """
    first = look(source_for(url, selectors=selectors))
    pages = [read.page for read in first.lists] + [detail.page for detail in first.details]
    if not pages:
        return first
    chosen = max(families.families.values(), key=lambda family: max(map(family.recognises, pages)))
    if chosen.id == "auto":
        return first
    second = look(source_for(url, family=chosen.id, selectors=selectors))
    # A skin may look like a family without paging like it: what reads the list decides.
    return second if second.items or not first.items else first
