"""Approve an entry or a full translation: the person's word, and what is remembered of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.model import SegmentKind
from pipeline.review.entry_file import EntryFile, summary_lines
from pipeline.review.errors import ReviewError
from pipeline.review.files import write_atomic
from pipeline.review.folder import IssueFolder
from pipeline.review.marks import DOUBTFUL, UNTRANSLATED
from pipeline.translate.memory import MemoryRow


@dataclass(frozen=True)
class Approved:
    """What was approved: the notice, and the sentences to remember."""

    notice: str
    rows: tuple[MemoryRow, ...]


def check_approval(folder: IssueFolder, number: str) -> None:
    """An entry set to approved by hand must name who did, and carry no mark of the machine's
    doubt. Raises ReviewError."""
    path = folder.entries / f"{number}.md"
    entry = folder.entry(number)
    if entry.front.state != "approved":
        return
    if not (entry.front.reviewer or "").strip():
        raise ReviewError(
            path, "reviewer", "missing for state: approved", "write your name, or state: draft"
        )
    _refuse_marks(path, entry)


def approve_entry(folder: IssueFolder, number: str, who: str, now: datetime) -> Approved:
    """Set state and reviewer of entries/<number>.md.

    Refuses while a sentence or target still carries ［要確認］ or ［未訳］. The sentences of the
    summary are remembered where they still stand one for one against the machine's. Raises
    ReviewError.
    """
    path = folder.entries / f"{number}.md"
    entry = folder.entry(number)
    if entry.front.state == "approved":
        raise ReviewError(
            path, "state", f"approved by {entry.front.reviewer}", "set state: draft to reopen it"
        )
    _refuse_marks(path, entry)
    front = entry.front.model_copy(update={"state": "approved", "reviewer": who})
    write_atomic(path, entry.model_copy(update={"front": front}).to_text().encode())
    draft = folder.facts(number).get("draft", {})
    rows: list[MemoryRow] = []

    def remember(zh: str, ja: str, kind: SegmentKind) -> None:
        rows.append(MemoryRow(zh, ja, kind, who, now.date().isoformat(), number))

    title = draft.get("title")
    sources = [segment["zh"] for segment in draft.get("summary", ())]
    lines = summary_lines(entry.body)
    if len(lines) == len(sources):
        for zh, ja in zip(sources, lines, strict=True):
            remember(zh, ja, "sentence")
    if title and title["ja"] in entry.front.heading:
        remember(title["zh"], title["ja"], "title")
    return Approved(front.notice, tuple(rows))


def approve_plan(folder: IssueFolder, number: str, who: str, now: datetime) -> Approved:
    """The same for plans/<number>.md, sentence by sentence."""
    path = folder.plans / f"{number}.md"
    plan = folder.plan(number)
    if plan is None:
        raise ReviewError(path, "plan", "no such file", "this entry has no full translation")
    for index, row in enumerate(plan.rows, 1):
        pairs = row.pairs or tuple(cell for line in row.rows for cell in line)
        if any(doubtful or ja.startswith(UNTRANSLATED) for _, ja, doubtful in pairs):
            raise ReviewError(
                path, f"block {index}", f"still marked {DOUBTFUL}", "correct it, delete the mark"
            )
    front = plan.front.model_copy(update={"state": "approved", "reviewer": who})
    write_atomic(path, plan.model_copy(update={"front": front}).to_text().encode())
    rows = [
        MemoryRow(
            zh,
            ja,
            "heading" if row.kind == "heading" else "sentence",
            who,
            now.date().isoformat(),
            number,
        )
        for row in plan.rows
        for zh, ja, _ in row.pairs
    ]
    return Approved(front.notice, tuple(rows))


def _refuse_marks(path: Path, entry: EntryFile) -> None:
    for mark in (DOUBTFUL, UNTRANSLATED):
        if mark in entry.body:
            raise ReviewError(path, "概要", f"still marked {mark}", "correct it, delete the mark")
    if any(DOUBTFUL in row.value for row in entry.front.targets):
        raise ReviewError(
            path, "targets", f"still marked {DOUBTFUL}", "delete the target, or its mark"
        )
