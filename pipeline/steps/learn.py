"""Collect what analysts decided, learn from it, and keep the lesson where nothing gets worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.bulletin import label_id
from pipeline.classify.cues import mapping_of, read_yaml, words_of
from pipeline.classify.labelled import read_notices
from pipeline.classify.learned import UNLEARNED, load_learned
from pipeline.classify.train import labelled
from pipeline.learn import Judged, Learner, Lesson
from pipeline.project import Project
from pipeline.review.entry_file import EntryFront, read_entry
from pipeline.review.errors import ReviewError
from pipeline.review.events import Event, decisions
from pipeline.review.files import write_atomic
from pipeline.review.folder import IssueFolder, all_folders
from pipeline.steps.collect import extract

RULED = ("document_type", "level", "places", "key_plan")
"""Fields that rules decide, not weights: their corrections are counted for those who keep the
rules."""


@dataclass(frozen=True)
class Decided:
    """All decisions there are. `lost`: entries and events whose notice is not in the store;
    `ruled`: field -> how often analysts corrected what no weight decides."""

    judged: tuple[Judged, ...]
    lost: tuple[str, ...]
    ruled: Counter[str]


@dataclass(frozen=True)
class Learning:
    """What came of it. `lesson` is None where there is nothing to learn, for the reason `why`;
    `written` is the file that keeps it, None where it was refused or only tried."""

    decided: Decided
    lesson: Lesson | None
    why: str | None
    written: Path | None


def learn(project: Project, *, dry_run: bool = False) -> Learning:
    """Learn from all decisions of the analysts. Writes learned.yml only where no figure gets
    worse and fewer labels of decided notices, held out, would have to be corrected."""
    decided = decisions_of(project)
    if not decided.judged:
        return Learning(
            decided, None, "no entry is approved and no notice included or excluded", None
        )
    before = load_learned(project.learned_path)
    if {one.key for one in decided.judged} == before.decisions:
        return Learning(decided, None, "all decisions were learned before", None)
    from pipeline.classify import Analyzer

    glossary_dir = project.settings.glossary_dir
    # Without what was learned before: each lesson is drawn from all decisions anew.
    analyzer = Analyzer(project.vocabulary, glossary_dir / "cues")
    records = [
        record
        for path in sorted((glossary_dir / "labelled").glob("*.jsonl"))
        for record in read_notices(path)
    ]
    lesson = Learner(analyzer, labelled(analyzer, records)).learn(decided.judged, before)
    if not lesson.corrections and before == UNLEARNED:
        return Learning(decided, None, "the machine labels them all as the analysts do", None)
    written = None
    if not dry_run and lesson.better and not lesson.worse:
        written = project.learned_path
        write_atomic(written, lesson.learned.to_text().encode())
    return Learning(decided, lesson, None, written)


def decisions_of(project: Project) -> Decided:
    """What analysts decided, over all issues: one decision a notice, the last that was made.

    An approved entry confirms its labels, and that it is about air. One that is being edited says
    something of its labels where they differ from the machine's it began from. An exclusion says
    that a notice is not about air, unless its reason is another (glossary/cues/decisions.yml).
    """
    if project.store.is_empty():
        extract(project)
    path = project.settings.glossary_dir / "cues" / "decisions.yml"
    aside = words_of(path, mapping_of(path, read_yaml(path), "the file"), "not_about_subject")
    said: dict[str, tuple[bool | None, frozenset[str] | None, str]] = {}
    events: list[Event] = []
    ruled: Counter[str] = Counter()
    for folder in _folders(project):
        events += folder.events.read()
        for front, measures in _entries(project, folder, ruled):
            said[_survivor(project, front.notice)] = (True, measures, front.number)
    for notice, decision in decisions(events).items():
        key = _survivor(project, notice)
        if decision.include:
            said.setdefault(key, (True, None, f"{decision.label} include"))
        elif not any(word in (decision.reason or "") for word in aside):
            said[key] = (False, None, f"{decision.label} exclude")
    judged, lost = [], []
    for key in sorted(said):
        stored = project.store.notice(key)
        if stored is None:
            lost.append(said[key][-1])
        else:
            judged.append(Judged(stored, *said[key]))
    return Decided(tuple(judged), tuple(lost), ruled)


def _folders(project: Project) -> list[IssueFolder]:
    """Real issues and the sample never teach each other."""
    sample = project.sample is not None
    return [
        folder
        for folder in all_folders(project.settings.bulletins_dir)
        if folder.path.is_dir() and folder.label.startswith("sample-") == sample
    ]


def _entries(
    project: Project, folder: IssueFolder, ruled: Counter[str]
) -> Iterator[tuple[EntryFront, frozenset[str]]]:
    """The entries of an issue that say something of their labels."""
    for path in sorted(folder.entries.glob("*.md")) if folder.entries.is_dir() else ():
        number = path.stem
        front = folder.entry(number).front
        machine_path = folder.machine / f"{number}.md"
        machine = read_entry(machine_path).front if machine_path.exists() else None
        measures = _measures(project, path, front)
        if front.state != "approved":
            # A machine text that changed since tells no more what the person found there.
            if machine is None or not folder.touched(number) or folder.newer_machine_text(number):
                continue
            if measures == _measures(project, machine_path, machine):
                continue
        if machine is not None:
            ruled.update(name for name in RULED if getattr(front, name) != getattr(machine, name))
        yield front, measures


def _measures(project: Project, path: Path, front: EntryFront) -> frozenset[str]:
    known = project.vocabulary.measures.by_id
    found = [label_id(text) for text in front.measures]
    for text, name in zip(front.measures, found, strict=True):
        if name not in known:
            raise ReviewError(
                path, "measures", f"{text!r} is no measure type", f"write one of: {' '.join(known)}"
            )
    return frozenset(found)


def _survivor(project: Project, notice: str) -> str:
    return project.store.merged_into(notice) or notice
