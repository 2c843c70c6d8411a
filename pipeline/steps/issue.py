"""Lay out an issue, write its files, publish it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline.bulletin import EntryInput, IssueInput, compose
from pipeline.dates import Window
from pipeline.entries import importance_in, observations_in, summary_in
from pipeline.errors import GeppoError, InputError
from pipeline.model import Bulletin, LeftOut
from pipeline.project import Project
from pipeline.render import render as render_files
from pipeline.review.approve import check_approval
from pipeline.review.files import digest, write_atomic
from pipeline.review.folder import IssueFolder
from pipeline.selection import Selection
from pipeline.steps.changes import record_changes
from pipeline.steps.draft import option, selection
from pipeline.steps.progress import Progress, silent
from pipeline.steps.understand import window_notices
from pipeline.vocab import Partner


class PublishError(GeppoError):
    """The issue cannot be laid out or published as it stands. The message says what to do."""


def bulletin(
    project: Project,
    window: Window,
    *,
    partner: str | None = None,
    progress: Progress = silent,
) -> Bulletin:
    """Lay out the issue from its entries and write out/bulletin.json.

    `partner` is a partner id of glossary/partners.yml, whose cities then come first.
    Raises PublishError where a notice has no entry yet, InputError for an unknown partner.
    """
    edition = _partner(project, partner)
    folder = project.folder(window)
    chosen = selection(project, window, progress)
    composed = compose(_issue_input(project, window, folder, chosen), project.vocabulary, edition)
    name = "bulletin.json" if edition is None else f"bulletin_{edition.id}.json"
    data = composed.model_dump_json(indent=1).encode()
    path = folder.out / name
    if not path.exists() or path.read_bytes() != data:
        if edition is None:
            _drop_editions(folder)
        write_atomic(path, data)
    return composed


def _drop_editions(folder: IssueFolder) -> None:
    """Editions of an issue that has changed since tell another story; they are made again when
    asked for."""
    for pattern in ("bulletin_*.json", f"geppo_{folder.label}_*"):
        for path in folder.out.glob(pattern):
            path.unlink()


def render(
    project: Project,
    window: Window,
    *,
    partner: str | None = None,
    formats: Sequence[str] | None = None,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Write the issue's files under out/; those of an unchanged issue are left as they are."""
    composed = bulletin(project, window, partner=partner, progress=progress)
    folder = project.folder(window)
    return render_files(
        composed, folder.out, formats, edition_id=partner, font_dir=project.settings.font_dir
    )


def publish(
    project: Project, window: Window, *, who: str, allow_draft: bool = False
) -> tuple[Path, ...]:
    """Issue the month: render, and keep the files as published/rN with their sha256.

    Refuses while an entry is not approved, unless `allow_draft`; such entries then carry the
    mark 機械翻訳（未校閲） in every format. Where nothing changed since the last revision, that one
    stands. Raises PublishError.
    """
    folder = project.folder(window)
    composed = bulletin(project, window)
    drafts = [entry.number for entry in composed.entries if entry.unreviewed]
    drafts += [f"{plan.number} (plan)" for plan in composed.plans if plan.unreviewed]
    if drafts and not allow_draft:
        raise PublishError(
            f"{len(drafts)} not approved yet: {', '.join(drafts[:8])}"
            f"{' ...' if len(drafts) > 8 else ''}; approve them (geppo approve NUMBER), "
            "or publish with --allow-draft"
        )
    files = render(project, window)
    digests = {path.name: digest(path.read_bytes()) for path in files}
    revision = 1 + sum(1 for _ in folder.published.glob("r*/manifest.json"))
    last = folder.published / f"r{revision - 1}"
    if revision > 1 and json.loads((last / "manifest.json").read_bytes())["files"] == digests:
        return tuple(sorted(last.iterdir()))
    target = folder.published / f"r{revision}"
    building = folder.published / f".r{revision}.building"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    for path in files:
        shutil.copyfile(path, building / path.name)
    manifest = {
        "at": project.now.isoformat(),
        "by": who,
        "unreviewed": drafts,
        "entries": [entry.number for entry in composed.entries],
        "files": digests,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (building / "manifest.json").write_text(text, encoding="utf-8")
    building.rename(target)
    return tuple(sorted(target.iterdir()))


def _partner(project: Project, partner: str | None) -> Partner | None:
    if partner is None:
        return None
    found = project.vocabulary.partners.by_id.get(partner)
    if found is None:
        known = " ".join(project.vocabulary.partners.by_id)
        raise InputError(f"{partner!r} is no partner; write one of: {known}")
    return found


def _check_orphans(project: Project, folder: IssueFolder, numbers: dict[str, str]) -> None:
    """Entries whose notices the store does not know are not silently left out."""
    lost = [
        number
        for notice, number in numbers.items()
        if (folder.entries / f"{number}.md").exists() and project.store.notice(notice) is None
    ]
    if lost:
        raise PublishError(
            f"{len(lost)} entries in {folder.entries} have no notice in the store "
            f"({', '.join(sorted(lost)[:5])}{' ...' if len(lost) > 5 else ''}); run geppo extract, "
            "or restore data/archive, then run this again"
        )


def _issue_input(
    project: Project, window: Window, folder: IssueFolder, chosen: Selection
) -> IssueInput:
    numbers = folder.numbers()
    missing = [
        item.notice.id
        for item in chosen.chosen
        if item.notice.id not in numbers
        or not (folder.entries / f"{numbers[item.notice.id]}.md").exists()
    ]
    if missing:
        raise PublishError(
            f"{len(missing)} notices of {window.label} have no entry yet "
            f"({', '.join(missing[:3])}{' ...' if len(missing) > 3 else ''}); "
            f"run: geppo draft {'--sample ' if project.sample else ''}{option(window)}"
        )
    _check_orphans(project, folder, numbers)
    entries = []
    for item in chosen.chosen:
        number = numbers[item.notice.id]
        check_approval(folder, number)
        warnings = list(folder.facts(number).get("warnings", ()))
        if folder.touched(number) and folder.newer_machine_text(number):
            warnings.append(
                f"新しい機械訳がある（machine/{number}.md）。編集済みの本文は保持されている。"
            )
        known = folder.facts(number)
        entries.append(
            EntryInput(
                folder.entry(number),
                tuple(warnings),
                folder.plan(number),
                importance=importance_in(known),
                observations=observations_in(folder.machine / f"{number}.json", known),
                summary_zh=summary_in(known),
            )
        )
    counts = Counter(notice.source_id for notice in window_notices(project, window))
    return IssueInput(
        window=window,
        label=project.label(window),
        file=folder.bulletin_file(project.sample.bulletin if project.sample else None),
        entries=entries,
        sources=project.sources,
        reports=project.store.reports(project.label(window)),
        counts=counts,
        left_out=_with_titles(project, chosen.left_out),
        unplaced=_with_titles(project, chosen.unplaced),
        changes=record_changes(project, window),
        sample=project.sample is not None,
    )


def _with_titles(project: Project, notices: Sequence[LeftOut]) -> tuple[LeftOut, ...]:
    """With the Japanese of those titles that a template or the memory renders soundly."""
    return tuple(
        notice.model_copy(update={"title_ja": title.ja})
        if title.accepted and title.layer in ("memory", "template")
        else notice
        for notice in notices
        for title in (project.translator.translate(" ".join(notice.title.split()), "title"),)
    )
