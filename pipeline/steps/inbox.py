"""What analysts bring: files laid into the inbox folder, and addresses of single pages."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.crawl import crawl
from pipeline.dates import Window
from pipeline.extract import UnreadableFile
from pipeline.model import Source
from pipeline.project import Project
from pipeline.steps.collect import add, extract
from pipeline.steps.progress import Progress, silent
from pipeline.steps.reading import MANUAL

DONE = "done"
_UNFINISHED = (".part", ".crdownload", ".tmp", ".download")
_ANY_TIME = Window(date(1949, 10, 1), date(2200, 1, 1), "added")


@dataclass
class Taken:
    """What was taken, each with how many notices it held, and what was not, each with why."""

    taken: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def take_inbox(project: Project, *, progress: Progress = silent) -> Taken:
    """Take every file of the inbox into archive and store, as `add` does.

    A file taken moves to the folder done/; one that cannot be read stays where it is, and keeps
    no other from being taken. Hidden and unfinished files are left alone. Taking a
    file again, after a run was killed before it moved, changes nothing.
    """
    inbox = project.settings.inbox
    (inbox / DONE).mkdir(parents=True, exist_ok=True)
    found = Taken()
    waiting = [path for path in sorted(inbox.iterdir()) if _is_ready(path)]
    for number, path in enumerate(waiting, 1):
        if path.is_dir():
            found.refused[path.name] = "is a folder; lay its files into the inbox itself"
        else:
            try:
                count = add(project, [path])[path]
            except UnreadableFile as error:
                found.refused[path.name] = str(error)
            else:
                os.replace(path, _free_name(inbox / DONE, path.name))
                found.taken[path.name] = count
        progress("inbox", number, len(waiting))
    return found


def _is_ready(path: Path) -> bool:
    name = path.name
    hidden = name.startswith((".", "~$"))
    return not hidden and name != DONE and not name.lower().endswith(_UNFINISHED)


def _free_name(folder: Path, name: str) -> Path:
    """A path of this name in the folder, numbered where it is taken: a file moved earlier is
    never overwritten."""
    path, number = folder / name, 1
    while path.exists():
        number += 1
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return path


def add_addresses(
    project: Project,
    urls: Sequence[str],
    *,
    loopback_port: int | None = None,
    progress: Progress = silent,
) -> Taken:
    """Fetch single pages, politely and by the rules of robots.txt, and take them in as added.

    Their source is `manual`, whosever site they lie on; their origin is shown as added.
    """
    hints: dict[str, dict[str, str]] = {url: {} for url in urls}
    (report,) = crawl(
        (_manual_source(),),
        _ANY_TIME,
        settings=project.settings,
        archive_dir=project.settings.archive_dir,
        now=project.now,
        loopback_port=loopback_port,
        revisit={MANUAL: hints},
    )
    extract(project, source=MANUAL, progress=progress)
    found = Taken()
    for url in hints:
        seen = [
            document
            for document in project.archive.records_of(url)
            if document.source_id == MANUAL and document.fetched_at >= project.now
        ]
        good = [document for document in seen if document.status in (200, 304)]
        if good:
            found.taken[url] = 1
        else:
            notes = [part for part in (report.message or "").split("; ") if url in part]
            found.refused[url] = "; ".join(notes) or "not fetched; see the log in data/runs"
    return found


def _manual_source() -> Source:
    """What the spider goes by when it fetches pages no source lists."""
    return Source(
        id=MANUAL,
        name="手动添加",
        name_ja="手動追加",
        family="auto",
        level="central",
        place="100000",
        issuer="手动添加",
        evidence="pages an analyst names",
    )
