"""What each page shows: a template and what it is filled with. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.dates import previous_month
from pipeline.desk.calendar import calendar
from pipeline.desk.entries import plan_parts, sides
from pipeline.desk.issues import Issue, Row, read_facts, read_issue
from pipeline.desk.marks import marks_of, pieces
from pipeline.desk.shelf import Shelf
from pipeline.desk.words import KIND_JA, Commands, decision_ja
from pipeline.misread import may_be_misread
from pipeline.model import Draft, Notice
from pipeline.project import Project
from pipeline.review import IssueFolder
from pipeline.review.plan_file import read_plan
from pipeline.steps.evidence import captures
from pipeline.steps.explain import explained, in_context
from pipeline.steps.sources import source_states
from pipeline.translate.targets import target_row

Query = Mapping[str, str]


class MissingError(Exception):
    """There is no such page. `remedy` says where to go or what to run, in Japanese."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


@dataclass(frozen=True)
class Page:
    """A template and its values; or, with `to`, the address that is meant instead."""

    template: str = ""
    values: Mapping[str, Any] | None = None
    to: str | None = None


def home(shelf: Shelf) -> Page:
    """The newest issue; before there is one, how to begin."""
    folders = _folders(shelf.project())
    if folders:
        return Page(to=f"/issues/{folders[0].label}")
    return Page("empty.html", {"nav": "issues", "sample": shelf.sample})


def issue_page(shelf: Shelf, label: str, query: Query) -> Page:
    """今月: the entries of an issue, all or those asked for."""
    issue = _issue(shelf, label)
    partners = shelf.project().vocabulary.partners
    places = shelf.project().vocabulary.gazetteer.by_id
    place = query.get("place") or None
    if place is not None and place not in partners.places:
        raise MissingError(
            f"連携都市・地域のコード「{place}」はない。", "記事の一覧から選び直すこと。"
        )
    rows = issue.rows
    groups = issue.only(place, check="check" in query, draft="draft" in query)
    return Page(
        "issue.html",
        _issue_values(shelf, issue, "entries")
        | {
            "groups": groups,
            "shown": sum(len(group.rows) for group in groups),
            "place": place,
            "check": "check" in query,
            "draft": "draft" in query,
            "choices": [
                (
                    one,
                    places[one].ja,
                    "・".join(p.name_ja for p in partners.partners if one in p.places),
                    sum(one in row.places for row in rows),
                )
                for one in partners.places
            ],
            "place_name": lambda one: places[one].ja,
            "approved": sum(row.approved for row in rows),
            "to_check": sum(bool(row.warnings) for row in rows),
        },
    )


def left_out_page(shelf: Shelf, label: str) -> Page:
    """掲載外・日付不明: what the issue does not hold, why, and the way back."""
    return Page("left_out.html", _issue_values(shelf, _issue(shelf, label), "left-out"))


def coverage_page(shelf: Shelf, label: str) -> Page:
    """収集状況 as the issue prints it."""
    return Page("coverage.html", _issue_values(shelf, _issue(shelf, label), "coverage"))


def entry_page(shelf: Shelf, label: str, number: str) -> Page:
    """One entry beside its source, with all that is known of it."""
    issue = _issue(shelf, label)
    row = _row(issue, number)
    facts = read_facts(shelf, issue.folder, number)
    values = {
        "nav": "issues",
        "issue": issue,
        "row": row,
        "sides": sides(issue.folder, row, facts),
        "file": _shown(shelf.project(), issue.folder.entries / f"{number}.md"),
    }
    notice = shelf.project().store.notice(row.front.notice)
    return Page("entry.html", values | _known(shelf, notice, issue.commands, number))


def plan_page(shelf: Shelf, label: str, number: str) -> Page:
    """全文和訳 of an entry, sentence by sentence."""
    issue = _issue(shelf, label)
    row = _row(issue, number)
    path = issue.folder.plans / f"{number}.md"
    if not path.exists():
        raise MissingError(f"記事{number}に全文和訳はない。", "記事のページに戻ること。")
    project = shelf.project()
    stored = project.store.derived("draft", [row.front.notice])
    machine = tuple(Draft.model_validate_json(text).plan for text in stored.values())
    plan = shelf.read(path, read_plan)
    return Page(
        "plan.html",
        {
            "nav": "issues",
            "issue": issue,
            "row": row,
            "plan": plan,
            "parts": tuple(plan_parts(plan, machine[0] if machine else ())),
            "file": _shown(project, path),
        },
    )


def notice_page(shelf: Shelf, notice_id: str) -> Page:
    """Any notice of the store by its id, in an issue or not."""
    project = shelf.project()
    notice = project.store.notice(notice_id)
    if notice is None:
        raise MissingError(
            f"資料{notice_id}はない。",
            "識別子（n-と12字）は、掲載外の一覧又は geppo explain で確認できる。",
        )
    entry: tuple[str, str] | None = None
    for folder in _folders(project):
        issue = read_issue(shelf, folder)
        row = next((row for row in issue.rows if row.front.notice == notice_id), None)
        if row is not None:
            entry = (folder.label, row.front.number)
            break
    label = entry[0] if entry else _month(project, notice)
    values = {"nav": "issues", "entry": entry}
    commands = Commands.of(project, label)
    return Page(
        "notice.html", values | _known(shelf, notice, commands, entry[1] if entry else None)
    )


def sources_page(shelf: Shelf) -> Page:
    """情報源: how each stands, as `geppo sources list` says it."""
    project = shelf.project()
    states = source_states(project)

    def file(source_id: str) -> str:
        (path,) = project.sources_dir.rglob(f"{source_id}.yml")
        return _shown(project, path)

    return Page(
        "sources.html",
        {
            "nav": "sources",
            "states": states,
            "alarms": [state for state in states if state.alarm],
            "due": [state for state in states if state.overdue],
            "file": file,
            "sample": project.sample is not None,
        },
    )


def consultations_page(shelf: Shelf) -> Page:
    """意見募集: the calendar of all issues."""
    project = shelf.project()
    issues = [read_issue(shelf, folder) for folder in _folders(project)]
    return Page(
        "consultations.html",
        {
            "nav": "consultations",
            "calendar": calendar(project, issues),
            "today": project.today,
            "broken": [message for issue in issues for message in issue.broken],
        },
    )


# --- what several pages show ------------------------------------------------------------------


def _known(
    shelf: Shelf, notice: Notice | None, commands: Commands, number: str | None
) -> dict[str, Any]:
    """All that `geppo explain` and the index of the archive know of a notice."""
    values: dict[str, Any] = {
        "notice": notice, "found": None, "commands": commands, "captures": (),
        "subject": number or (notice.id if notice else ""), "number": number,
    }  # fmt: skip
    if notice is None:
        return values
    project = shelf.project()
    values["captures"] = captures(project, notice)
    found = explained(project, notice, number)
    if found is None:
        values["title_pieces"] = pieces(notice.title, ())
        values["body_pieces"] = pieces(notice.body, ())
        return values
    vocabulary = project.vocabulary
    said = [decision_ja(one, vocabulary) for one in found.decisions]
    names = [
        f"{KIND_JA[one.kind]}：{words}" for one, words in zip(found.decisions, said, strict=True)
    ]
    misread = may_be_misread(notice)
    places = vocabulary.gazetteer.by_id
    values |= {
        "found": found,
        "decisions": list(zip(found.decisions, said, strict=True)),
        "targets": [
            (
                target_row(target, vocabulary, misread=misread(target.clause)),
                target,
                in_context(notice, target.span) if target.span else None,
            )
            for target in found.targets
        ],
        "observations": [
            (
                places[one.place].ja if one.place in places else one.place,
                one,
                in_context(notice, one.span) if one.span else None,
            )
            for one in found.insight.observations
        ],
        "title_pieces": pieces(notice.title, marks_of(found, "title", names)),
        "body_pieces": pieces(notice.body, marks_of(found, "body", names)),
    }
    return values


def _issue_values(shelf: Shelf, issue: Issue, tab: str) -> dict[str, Any]:
    return {
        "nav": "issues",
        "tab": tab,
        "issue": issue,
        "folders": _folders(shelf.project()),
        "folder": _shown(shelf.project(), issue.folder.path),
    }


def _folders(project: Project) -> list[IssueFolder]:
    """The issues, the newest month first and special issues last."""
    months = [folder for folder in project.issue_folders() if ".." not in folder.label]
    special = [folder for folder in project.issue_folders() if ".." in folder.label]
    return [*reversed(months), *reversed(special)]


def _issue(shelf: Shelf, label: str) -> Issue:
    for folder in _folders(shelf.project()):
        if folder.label == label:
            return read_issue(shelf, folder)
    raise MissingError(f"「{label}」の号はない。", "号の一覧から選ぶか、geppo run で作成すること。")


def _row(issue: Issue, number: str) -> Row:
    row = issue.row(number)
    if row is None:
        for message in issue.broken:
            if f"{number}.md" in message:
                raise UnreadableError(message)
        raise MissingError(f"{issue.label}に記事{number}はない。", "記事の一覧から選び直すこと。")
    return row


class UnreadableError(Exception):
    """The file of what was asked for is damaged; the message names file, field and remedy."""


def _month(project: Project, notice: Notice) -> str:
    """The month whose issue a notice would join."""
    placed = notice.date_placed
    return placed[:7] if placed and len(placed) > 4 else previous_month(project.today)


def _shown(project: Project, path: Path) -> str:
    """A path as an analyst in the project's folder would type it."""
    home = project.settings.home
    return str(path.relative_to(home) if path.is_relative_to(home) else path)
