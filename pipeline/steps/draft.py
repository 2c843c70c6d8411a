"""Draft the Japanese, and offer it to the analysts' files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.bulletin import home_place
from pipeline.checks.consistency import inconsistent_terms, sentences
from pipeline.dates import Window
from pipeline.drafts import draft_version, make_draft
from pipeline.entries import (
    Insight,
    entry_file,
    facts,
    label_doubts,
    place_ids,
    plan_file,
    target_rows,
)
from pipeline.model import Draft, Target, notice_id
from pipeline.project import Project
from pipeline.review.events import Decision, Event, decisions
from pipeline.review.folder import IssueFolder, all_folders
from pipeline.selection import Candidate, Chosen, Elsewhere, Selection, select
from pipeline.steps.connect import insights, put_highlights, related_rows
from pipeline.steps.progress import Progress, silent
from pipeline.steps.understand import (
    classifications,
    classify,
    observations_of,
    targets_of,
    window_notices,
)

_ISSUES_BACK = 3


@dataclass(frozen=True)
class Drafted:
    """What drafting did to the files of an issue: outcome -> how many entries."""

    selection: Selection
    outcomes: dict[str, int]


def option(window: Window) -> str:
    """How the command line names a window."""
    return f"--{'month' if window.is_month else 'window'} {window.label}"


def selection(project: Project, window: Window, progress: Progress = silent) -> Selection:
    """The notices of an issue; labels what is not labelled yet."""
    folder = project.folder(window)
    notices = window_notices(project, window)
    elsewhere = _elsewhere(project, folder)
    if window.is_month and elsewhere.issued:
        known = {notice.id for notice in notices}
        since = _looked_through(elsewhere)
        notices += [n for n in project.store.seen_since(since) if n.id not in known]
        known |= {notice.id for notice in notices}
        # Entries this issue has already, as 補遺 or because an analyst wanted them.
        kept = (project.store.notice(key) for key in sorted(folder.numbers().keys() - known))
        notices += [n for n in kept if n and project.store.merged_into(n.id) is None]
    classify(project, notices, scope=project.label(window), progress=progress)
    labels = classifications(project, notices)
    own = folder.numbers()
    return select(
        [Candidate(notice, labels[notice.id]) for notice in notices],
        window,
        decisions=_decisions(project, folder, own, window),
        own_numbers=own,
        elsewhere=elsewhere,
        issued=folder.issued,
        sources=project.sources_by_id,
        option=("--sample " if project.sample else "") + option(window),
    )


def _looked_through(elsewhere: Elsewhere) -> datetime:
    """When the last issues but two were out: what was seen before was a candidate of each of
    them, and is in one, or is no matter of ours."""
    return sorted(elsewhere.issued.values())[-_ISSUES_BACK:][0]


def translate(
    project: Project, window: Window, *, notice: str | None = None, progress: Progress = silent
) -> dict[str, Draft]:
    """Machine drafts of the notices of an issue, made where text, labels, vocabulary or engines
    changed. notice id -> draft."""
    chosen = selection(project, window, progress).chosen
    if notice is not None:
        chosen = tuple(item for item in chosen if item.notice.id == notice)
    return _translate(project, chosen, progress)


def _translate(project: Project, chosen: Sequence[Chosen], progress: Progress) -> dict[str, Draft]:
    if not chosen:
        return {}
    found = targets_of(project, [item.notice for item in chosen])
    released = observations_of(project, [item.notice for item in chosen])
    known_keys = project.store.derived_keys("draft", [item.notice.id for item in chosen])
    version = draft_version(project.translator)
    drafts: dict[str, Draft] = {}
    reusable: dict[str, str] = {}
    todo: list[tuple[Chosen, str]] = []
    for item in chosen:
        key = _draft_key(item, found.get(item.notice.id, ()), version)
        if known_keys.get(item.notice.id) == key:
            reusable[item.notice.id] = key
        else:
            todo.append((item, key))
    for key_id, text in project.store.derived("draft", reusable).items():
        drafts[key_id] = Draft.model_validate_json(text)
    made: list[tuple[str, str, str]] = []
    try:
        for done, (item, key) in enumerate(todo, 1):
            draft = make_draft(
                item.notice,
                item.classification,
                found.get(item.notice.id, ()),
                project.translator,
                project.vocabulary,
                full_plan=item.classification.key_plan,
                observations=released.get(item.notice.id, ()),
            )
            drafts[item.notice.id] = draft
            made.append((item.notice.id, key, draft.model_dump_json()))
            progress("translate", done, len(todo))
    finally:
        # An interrupted run keeps what it has done.
        project.store.put_derived("draft", made)
    return drafts


def draft(
    project: Project,
    window: Window,
    *,
    source: str | None = None,
    notice: str | None = None,
    progress: Progress = silent,
) -> Drafted:
    """Write the machine's entries of an issue beside the analysts' files, and into those no
    person touched. `source` or `notice` limits it to one."""
    folder = project.folder(window)
    chosen_all = selection(project, window, progress)
    known = insights(project, chosen_all.chosen)
    numbers = folder.assign(_in_print_order(project, chosen_all.chosen, known))
    folder.bulletin_file(project.sample.bulletin if project.sample else None)
    chosen = [
        item
        for item in chosen_all.chosen
        if (source is None or item.notice.source_id == source)
        and (notice is None or item.notice.id == notice)
    ]
    drafts = _translate(project, chosen, progress)
    found = targets_of(project, [item.notice for item in chosen])
    related = related_rows(project, folder, chosen, known)
    outcomes: Counter[str] = Counter()
    for done, item in enumerate(chosen, 1):
        made = drafts[item.notice.id]
        targets = found.get(item.notice.id, ())
        number = numbers[item.notice.id]
        rows = target_rows(targets, item.notice, project.vocabulary)
        insight = known[item.notice.id]
        text = entry_file(
            number, item, made, rows, project.vocabulary, insight, related[item.notice.id]
        ).to_text()
        warnings = _warnings(project, item, made)
        folder.put_facts(number, facts(item, made, targets, warnings, insight))
        outcomes[folder.put_entry(number, text).outcome] += 1
        if made.plan:
            folder.put_plan(number, plan_file(number, item.notice, made).to_text())
        progress("draft", done, len(chosen))
    if source is None and notice is None:
        put_highlights(
            project, folder, [(numbers[i.notice.id], i.notice.id) for i in chosen], known
        )
    return Drafted(chosen_all, dict(outcomes))


def _warnings(project: Project, item: Chosen, made: Draft) -> list[str]:
    warnings = list(made.warnings)
    warnings += label_doubts(item.classification, project.vocabulary.measures)
    if item.notice.revises:
        warnings.append("初回の収集後に原文が改訂されている。本項目は最新の本文による。")
    unread = [a.name for a in item.notice.attachments if a.unread]
    if unread:
        warnings.append(f"本文を読み取れなかった添付ファイルがある：{'、'.join(unread)}")
    codes = {issue.code for issue in project.store.issues(f"extract:{item.notice.id}")}
    if "date_disagreement" in codes:
        warnings.append("ページ上の公表日と一覧等の日付が一致していない。公表日を確認されたい。")
    glossary = project.vocabulary.glossary
    warnings += [use.message for use in inconsistent_terms(sentences(made), glossary)]
    return list(dict.fromkeys(warnings))


def _draft_key(item: Chosen, targets: tuple[Target, ...], version: str) -> str:
    parts = (
        item.notice.model_dump_json(exclude={"fetched_at", "raw_sha256"}),
        item.classification.model_dump_json(),
        "".join(target.model_dump_json() for target in targets),
        version,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _in_print_order(
    project: Project, chosen: Sequence[Chosen], known: Mapping[str, Insight]
) -> list[tuple[str, ...]]:
    """Ids in the order in which an issue prints them, so that first numbers run in order; each
    with the ids of its copies, one of which may have had the number."""
    levels = ("central", "region")
    places = project.vocabulary.partners.places

    def section(item: Chosen) -> tuple[int, int]:
        labels = item.classification
        if item.late or item.undated:
            return (4, 0)
        if labels.level in levels:
            return (levels.index(labels.level), 0)
        home = home_place(place_ids(labels), project.vocabulary)
        return (3, 0) if home is None else (2, places.index(home))

    def rank(item: Chosen) -> tuple[int, int, float, str, str]:
        notice = item.notice
        score = known[notice.id].importance.score
        return (*section(item), -score, notice.date_placed or "9999", notice.id)

    return [
        (item.notice.id, *(notice_id(copy.url) for copy in item.notice.also_at))
        for item in sorted(chosen, key=rank)
    ]


def _decisions(
    project: Project, folder: IssueFolder, own: dict[str, str], window: Window
) -> dict[str, Decision]:
    """What people decided, over all issues; a file a person touched counts as an include."""
    events: list[Event] = []
    for other in all_folders(project.settings.bulletins_dir):
        events += other.events.read()
    found = decisions(events)
    for own_id, number in own.items():
        if own_id not in found and folder.touched(number):
            found[own_id] = Decision(
                include=True, label=window.label, who="entry file", reason=None
            )
    return found


def _elsewhere(project: Project, folder: IssueFolder) -> Elsewhere:
    numbers: set[str] = set()
    issued = {}
    for other in project.monthly_folders():
        if other.label == folder.label:
            continue
        numbers |= other.numbers().keys()
        moment = other.issued_at()
        if moment is not None:
            issued[other.label.removeprefix("sample-")] = moment
    return Elsewhere(frozenset(numbers), issued)
