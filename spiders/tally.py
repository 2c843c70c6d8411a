"""What a source gave in one run, held against what it promised."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.dates import Window, first_day, months
from pipeline.issues import Code, Issue, Severity
from pipeline.model import Health, Source, SourceReport

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


@dataclass
class Tally:
    """Counts of one run of one source, filled in by its spider."""

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
    list_failures: list[tuple[Health, str]] = field(default_factory=list)
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

    def fail_list(self, health: Health, message: str, code: Code | None = None) -> None:
        self.list_failures.append((health, message))
        self.failures.append((code or _CODES[health], message))

    def fail_page(self, health: Health, message: str, code: Code | None = None) -> None:
        self.failures.append((code or _CODES[health], message))
        self.page_failures[health] += 1
        known = self.page_examples.setdefault(health, message)
        self.page_examples[health] = min(known, message)

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
            items_listed=self.listed,
            items_in_window=self.in_window,
            fetched=self.fetched,
            unchanged=self.unchanged,
            newest_date=self.newest,
            message=self._message(source, window, health, reason),
        )

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
        if source.expected.max is not None and self.in_window > source.expected.max:
            message = f"{self.in_window} in the window, at most {source.expected.max} expected"
            add(Code.ABOVE_MAXIMUM, message, Severity.WARNING)
        for rule, number in sorted(self.skipped.items()):
            add(Code.IGNORED_BY_RULE, f"{rule}: {number}", Severity.INFO)
        for note in sorted(set(self.notes)):
            severity = Severity.WARNING if note in self.cut else Severity.INFO
            add(Code.LIST_NOT_TO_THE_END, note, severity)
        return tuple(found)

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
        if self.in_window < _promised(source, window):
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
            parts.append(f"{self.in_window} in the window, {_promised(source, window)} promised")
        for kind, number in sorted(self.page_failures.items()):
            parts.append(f"not fetched: {number}, {kind}, {self.page_examples[kind]}")
        if self.articles_without_body:
            parts.append(f"pages without a body: {self.articles_without_body} of {self.articles}")
        parts.extend(f"{rule}: {number}" for rule, number in sorted(self.skipped.items()))
        return "; ".join(parts + sorted(self.notes)) or None


def _promised(source: Source, window: Window) -> int:
    return source.expected.min * sum(1 for _ in months(window))


def newer(one: str | None, other: str | None) -> str | None:
    """The later of two partial dates."""
    dates = [date for date in (one, other) if date]
    return max(dates, key=first_day, default=None)
