"""Consultations (意見募集): those of the issues, and those collected since, by closing date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.consultations import consultation, contact_lines
from pipeline.dates import first_day, is_full
from pipeline.desk.issues import Issue
from pipeline.project import Project
from pipeline.steps.understand import classifications

SINCE = timedelta(days=90)
"""How far back collected notices without an entry are looked through."""


@dataclass(frozen=True)
class Call:
    """A call for opinions. `number` and `label` are those of its entry, None where it has none
    yet; `title` is Japanese then, else the Chinese one."""

    notice: str
    deadline: str | None
    title: str
    label: str | None
    number: str | None
    contacts: tuple[str, ...]
    url: str | None

    def days_left(self, today: date) -> int | None:
        """Days from today to the deadline; None without an exact one."""
        if self.deadline is None or not is_full(self.deadline):
            return None
        return (first_day(self.deadline) - today).days


@dataclass(frozen=True)
class Calendar:
    """Calls still open, nearest deadline first; without a deadline; and closed, latest first."""

    open: tuple[Call, ...]
    undated: tuple[Call, ...]
    closed: tuple[Call, ...]


def calendar(project: Project, issues: Sequence[Issue]) -> Calendar:
    """The consultations of all issues, and of air notices that no issue holds or left out."""
    found: dict[str, Call] = {}
    for call in _of_issues(issues):
        found.setdefault(call.notice, call)
    settled = {
        notice.notice_id for issue in issues if issue.bulletin for notice in issue.bulletin.left_out
    }
    for call in _collected(project, settled | found.keys()):
        found[call.notice] = call
    today = project.today.isoformat()
    dated = sorted(
        ((call.deadline, call) for call in found.values() if call.deadline), key=lambda one: one[0]
    )
    return Calendar(
        open=tuple(call for day, call in dated if day >= today[: len(day)]),
        undated=tuple(call for call in found.values() if not call.deadline),
        closed=tuple(call for day, call in reversed(dated) if day < today[: len(day)]),
    )


def _of_issues(issues: Iterable[Issue]) -> Iterator[Call]:
    for issue in issues:
        for row in issue.rows:
            front = row.front
            if front.deadline or front.document_type == "draft_for_comment":
                yield Call(
                    front.notice, front.deadline, front.heading, issue.label, front.number,
                    front.contacts, front.url,
                )  # fmt: skip


def _collected(project: Project, known: set[str]) -> Iterator[Call]:
    start, end = project.today - SINCE, project.today + timedelta(days=1)
    notices = [
        notice
        for notice in project.store.notices(start=start.isoformat(), end=end.isoformat())
        if notice.id not in known and notice.date_placed
    ]
    labels = classifications(project, notices)
    for notice in notices:
        known_as = labels.get(notice.id)
        asked = consultation(notice, known_as) if known_as and known_as.is_air else None
        if asked is not None:
            yield Call(
                notice.id, asked.deadline, notice.title, None, None,
                contact_lines(asked.contact), notice.url,
            )  # fmt: skip
