"""One issue as its files are now: the laid out order, and beneath it the analysts' entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.bulletin import label_id
from pipeline.desk.shelf import Shelf
from pipeline.desk.words import Commands
from pipeline.model import Bulletin, Entry, EntryState, Section
from pipeline.review import IssueFolder, ReviewError
from pipeline.review.entry_file import EntryFile, EntryFront, read_entry
from pipeline.review.marks import DOUBTFUL, UNTRANSLATED
from pipeline.review.plan_file import read_plan
from pipeline.vocab import Vocabulary

_COUNTED = re.compile(r"(?:要確認の訳文|未訳の文)が\d+件ある。")
"""The machine's count of its marks; the file says how many are left."""
_SAME = (
    "state", "reviewer", "heading", "date_publication", "date_document", "deadline",
    "document_number", "document_type", "level", "contacts", "related",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One entry as its file is now. `warnings` are what an analyst is to check, none once it is
    approved; `places` the partner places it concerns, `reason` its line of importance."""

    file: EntryFile
    warnings: tuple[str, ...]
    touched: bool
    plan: EntryState | None
    places: tuple[str, ...]
    reason: str | None

    @property
    def front(self) -> EntryFront:
        return self.file.front

    @property
    def approved(self) -> bool:
        return self.front.state == "approved"


@dataclass(frozen=True)
class Group:
    """A heading of the issue with its entries. `depth` 1 is a section, 2 a place in it."""

    heading: str
    depth: int
    note: str | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Issue:
    """What an issue's folder holds. `bulletin` is None before it was laid out; `broken` are the
    messages of files that cannot be read; `outdated` the entries changed since it was laid out."""

    folder: IssueFolder
    commands: Commands
    bulletin: Bulletin | None
    groups: tuple[Group, ...]
    broken: tuple[str, ...]
    outdated: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.folder.label

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for group in self.groups for row in group.rows)

    def row(self, number: str) -> Row | None:
        return next((row for row in self.rows if row.front.number == number), None)

    def only(self, place: str | None, *, check: bool, draft: bool) -> tuple[Group, ...]:
        """The groups with the rows of a partner place, those to check, those not approved; groups
        left without a row are dropped where anything is asked for."""
        if not (place or check or draft):
            return self.groups
        found = []
        for group in self.groups:
            rows = tuple(
                row
                for row in group.rows
                if (not place or place in row.places)
                and (not check or row.warnings)
                and (not draft or not row.approved)
            )
            if rows:
                found.append(Group(group.heading, group.depth, None, rows))
        return tuple(found)


def read_issue(shelf: Shelf, folder: IssueFolder) -> Issue:
    """The issue of a folder. Raises ReviewError where out/bulletin.json cannot be read; an entry
    that cannot is told under `broken`."""
    project = shelf.project()
    commands = Commands.of(project, folder.label)
    bulletin = _bulletin(shelf, folder, commands)
    rows: dict[str, Row] = {}
    broken = []
    for path in sorted(folder.entries.glob("*.md")):
        try:
            row = _row(shelf, folder, path, project.vocabulary)
            rows[row.front.number] = row
        except ReviewError as error:
            broken.append(str(error))
    changed = (
        entry.number
        for entry in (bulletin.entries if bulletin else ())
        if entry.number in rows and _differs(entry, rows[entry.number].file)
    )
    return Issue(
        folder, commands, bulletin, tuple(_groups(bulletin, rows)), tuple(broken), tuple(changed)
    )


def _bulletin(shelf: Shelf, folder: IssueFolder, commands: Commands) -> Bulletin | None:
    def read(path: Path) -> Bulletin:
        try:
            return Bulletin.model_validate_json(path.read_bytes())
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "file"
            remedy = f"delete it and run: {commands.issue('bulletin')}"
            raise ReviewError(path, field, first["msg"], remedy) from error

    path = folder.out / "bulletin.json"
    return shelf.read(path, read) if path.exists() else None


def _row(shelf: Shelf, folder: IssueFolder, path: Path, vocabulary: Vocabulary) -> Row:
    entry = shelf.read(path, read_entry)
    front = entry.front
    facts = read_facts(shelf, folder, front.number)
    importance = facts.get("importance")
    plan = folder.plans / f"{front.number}.md"
    within = vocabulary.gazetteer.contains
    own = [label_id(place) for place in front.places]
    return Row(
        file=entry,
        warnings=tuple(_warnings(folder, entry, facts)),
        touched=folder.touched(front.number),
        plan=shelf.read(plan, read_plan).front.state if plan.exists() else None,
        places=tuple(
            place for place in vocabulary.partners.places if any(within(place, one) for one in own)
        ),
        reason=importance.get("reason") if isinstance(importance, dict) else None,
    )


def read_facts(shelf: Shelf, folder: IssueFolder, number: str) -> dict[str, Any]:
    """What the machine knows beside an entry, as `IssueFolder.facts`."""
    path = folder.machine / f"{number}.json"
    return shelf.read(path, lambda _: folder.facts(number)) if path.exists() else {}


def _warnings(folder: IssueFolder, entry: EntryFile, facts: dict[str, Any]) -> Iterator[str]:
    """What is to be checked: the marks still in the file, then the machine's warnings."""
    front = entry.front
    if front.state == "approved":
        return
    for mark, count, what in (
        (DOUBTFUL, entry.body.count(DOUBTFUL), "文"),
        (UNTRANSLATED, entry.body.count(UNTRANSLATED), "文"),
        (DOUBTFUL, sum(DOUBTFUL in row.value for row in front.targets), "目標値"),
    ):
        if count:
            yield f"{mark}の{what}：{count}件"
    draft = facts.get("draft")
    heading = draft.get("heading") if isinstance(draft, dict) else None
    # A heading bears no mark in the file: it is in doubt for as long as nobody changed it.
    if isinstance(heading, dict) and heading.get("ja") == front.heading:
        if heading.get("state") == "doubtful":
            yield "見出しの訳文は要確認。"
        elif heading.get("state") == "untranslated":
            yield "見出しが未訳である。"
    if folder.touched(front.number) and folder.newer_machine_text(front.number):
        yield f"新しい機械訳がある（machine/{front.number}.md）。編集済みの本文は保持されている。"
    known = facts.get("warnings")
    for warning in known if isinstance(known, list) else ():
        if not _COUNTED.fullmatch(str(warning)):
            yield str(warning)


def _groups(bulletin: Bulletin | None, rows: dict[str, Row]) -> Iterator[Group]:
    """The sections in the order of the issue, then the entries it does not hold."""
    left = dict(rows)

    def group(section: Section, depth: int) -> Iterator[Group]:
        own = tuple(left.pop(number) for number in section.numbers if number in left)
        yield Group(section.heading, depth, section.note, own)
        for below in section.subsections:
            yield from group(below, depth + 1)

    for section in bulletin.sections if bulletin else ():
        yield from group(section, 1)
    if not left:
        return
    excluded = {notice.notice_id for notice in bulletin.left_out} if bulletin else set()
    out = tuple(row for row in left.values() if row.front.notice in excluded)
    other = tuple(row for row in left.values() if row.front.notice not in excluded)
    if other:
        yield Group("組版していない記事" if bulletin else "記事", 1, None, other)
    if out:
        yield Group("除外した記事（ファイルは保持している）", 1, None, out)


def _differs(entry: Entry, file: EntryFile) -> bool:
    """Whether the issue was laid out from another text of the entry."""
    return entry.text != file.body or any(
        getattr(entry, name) != getattr(file.front, name) for name in _SAME
    )
