"""What a source gave in one run, held against what it promised.

What the search of a source with a dead column found stands in a tally of its own below: it adds
notices, but never makes the columns well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.dates import Window, first_day, months
from pipeline.issues import Code, Issue, Severity
from pipeline.model import Health, Source, SourceReport
from pipeline.sources import sweep_of

# The order in which failures explain a source some of whose lists could not be read.
_WEIGHT: tuple[Health, ...] = (
    "blocked", "dns_failure", "timeout", "redirected", "http_error", "layout_changed",
)  # fmt: skip

_CODES: dict[Health, Code] = {
    "blocked": Code.BLOCKED,
    "dns_failure": Code.DNS_FAILURE,
    "timeout": Code.TIMEOUT,
    "redirected": Code.REDIRECTED_AWAY,
    "http_error": Code.HTTP_ERROR,
    "layout_changed": Code.LAYOUT_CHANGED,
    "spider_error": Code.SPIDER_ERROR,
}


_OF_THE_HOST: frozenset[Health] = frozenset({"blocked", "dns_failure", "timeout"})
"""Failures of which another page of the same host is no way out."""


@dataclass
class Tally:
    """Counts of one run of one source, filled in by its spider. `search` is None until one is
    made; pages and files are counted above it."""

    listed: int = 0
    in_window: int = 0
    fetched: int = 0
    unchanged: int = 0
    newest: str | None = None
    columns: set[int] = field(default_factory=set)
    columns_read: set[int] = field(default_factory=set)
    oldest: dict[int, str] = field(default_factory=dict)
    """Column -> the oldest day listed in it."""
    columns_with_items: set[int] = field(default_factory=set)
    search: Tally | None = None
    list_failures: list[tuple[Health, str]] = field(default_factory=list)
    columns_failed: dict[int, set[Health]] = field(default_factory=lambda: defaultdict(set))
    page_failures: Counter[Health] = field(default_factory=Counter)
    page_examples: dict[Health, str] = field(default_factory=dict)
    failures: list[tuple[Code, str]] = field(default_factory=list)
    """Each request that brought nothing, by the issue it is."""
    articles: int = 0
    articles_without_body: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)
    """Those of the notes that may have cost items of the window."""

    def fail_list(
        self, health: Health, message: str, code: Code | None = None, column: int = 0
    ) -> None:
        self.list_failures.append((health, message))
        self.columns_failed[column].add(health)
        self.failures.append((code or _CODES[health], message))

    def fail_page(self, health: Health, message: str, code: Code | None = None) -> None:
        self.failures.append((code or _CODES[health], message))
        self.page_failures[health] += 1
        known = self.page_examples.setdefault(health, message)
        self.page_examples[health] = min(known, message)

    def has_dead_column(self, source: Source, search: Source) -> bool:
        """Whether a column gave no item, for a reason that does not also stop the search."""
        host = urlsplit(search.columns[0].url).netloc
        return any(
            urlsplit(source.columns[column].url).netloc != host
            or not self.columns_failed[column] & _OF_THE_HOST
            for column in self.columns - self.columns_with_items
        )

    def report(
        self, source: Source, window: Window, started_at: datetime, reason: str = "finished"
    ) -> SourceReport:
        """The source's report. `reason` is why its spider closed."""
        health = self._health(source, window) if reason == "finished" else "spider_error"
        return SourceReport(
            source_id=source.id,
            health=health,
            started_at=started_at,
            list_parsed=bool(self.columns_read),
            items_listed=self.listed + (self.search.listed if self.search else 0),
            items_in_window=self._in_window,
            fetched=self.fetched,
            unchanged=self.unchanged,
            newest_date=newer(self.newest, self.search.newest if self.search else None),
            swept=self._swept,
            message=self._message(source, window, health, reason),
        )

    @property
    def _in_window(self) -> int:
        return self.in_window + (self.search.in_window if self.search else 0)

    @property
    def _swept(self) -> int | None:
        return self.search.in_window if self.search and self.search.columns_read else None

    def issues(self, source: Source) -> tuple[Issue, ...]:
        """What a person should know of the run besides the health of the source."""
        found: list[Issue] = []

        def add(code: Code, message: str, severity: Severity, url: str | None = None) -> None:
            found.append(
                Issue(
                    code=code, stage="collect", severity=severity, message=message,
                    source=source.id, url=url,
                )
            )  # fmt: skip

        for code, message in sorted(set(self.failures)):
            add(code, f"not fetched: {message}", Severity.WARNING)
        for column in sorted(self.columns_read - self.columns_with_items):
            url = source.columns[column].url
            add(Code.EMPTY_LIST, f"column {url} is empty", Severity.WARNING, url)
        if self.articles_without_body:
            message = f"pages without a body: {self.articles_without_body} of {self.articles}"
            add(Code.LAYOUT_CHANGED, message, Severity.WARNING)
        if source.expected.max is not None and self._in_window > source.expected.max:
            message = f"{self._in_window} in the window, at most {source.expected.max} expected"
            add(Code.ABOVE_MAXIMUM, message, Severity.WARNING)
        for rule, number in sorted(self.skipped.items()):
            add(Code.IGNORED_BY_RULE, f"{rule}: {number}", Severity.INFO)
        for note in sorted(set(self.notes)):
            severity = Severity.WARNING if note in self.cut else Severity.INFO
            add(Code.LIST_NOT_TO_THE_END, note, severity)
        search = sweep_of(source)
        return (*found, *(self.search.issues(search) if self.search and search else ()))

    def _health(self, source: Source, window: Window) -> Health:
        failed = {health for health, _ in self.list_failures}
        if "spider_error" in failed | set(self.page_failures):
            return "spider_error"  # our own fault: what the source gave is not known
        if failed or not self.columns_read:
            # One column that could not be read may hold what the month is about.
            return next((health for health in _WEIGHT if health in failed), "layout_changed")
        if not self.listed:
            return "empty"
        lost = sum(self.page_failures.values())
        if lost and not self.fetched and not self.unchanged:
            return self.page_failures.most_common(1)[0][0]
        if self.articles and self.articles == self.articles_without_body:
            return "layout_changed"
        if self._in_window < _promised(source, window):
            return "below_minimum"
        return "ok"

    def _message(self, source: Source, window: Window, health: Health, reason: str) -> str | None:
        parts = list[str]()
        if reason != "finished":
            parts.append(f"stopped before the end ({reason})")
        parts.extend(sorted({message for _, message in self.list_failures}))
        for column in sorted(self.columns_read - self.columns_with_items):
            parts.append(f"column {source.columns[column].url} is empty")
        if health == "below_minimum":
            parts.append(f"{self._in_window} in the window, {_promised(source, window)} promised")
        if self.search:
            parts.append(self.search.as_search())
        for kind, number in sorted(self.page_failures.items()):
            parts.append(f"not fetched: {number}, {kind}, {self.page_examples[kind]}")
        if self.articles_without_body:
            parts.append(f"pages without a body: {self.articles_without_body} of {self.articles}")
        parts.extend(f"{rule}: {number}" for rule, number in sorted(self.skipped.items()))
        return "; ".join(parts + sorted(self.notes)) or None

    def as_search(self) -> str:
        """What this tally says as that of a search, in words."""
        if not self.columns_read:
            failures = sorted({message for _, message in self.list_failures})
            return "searched instead, without an answer: " + (failures or ["none came"])[0]
        return f"searched instead: {self.listed} found, {self.in_window} of them in the window"


def _promised(source: Source, window: Window) -> int:
    return source.expected.min * sum(1 for _ in months(window))


def newer(one: str | None, other: str | None) -> str | None:
    """The later of two partial dates."""
    dates = [date for date in (one, other) if date]
    return max(dates, key=first_day, default=None)
