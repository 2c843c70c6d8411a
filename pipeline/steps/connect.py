"""What notices are among others: links to other documents, consultations, importance."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter

from pipeline.consultations import consultation
from pipeline.entries import Insight, marked
from pipeline.importance import Weights, highlights, importance, load_weights
from pipeline.links import Library, find_links, resolve, shown_title
from pipeline.model import Link, LinkKind, RelatedRow
from pipeline.project import Project
from pipeline.review.files import write_atomic
from pipeline.review.folder import IssueFolder
from pipeline.selection import Chosen
from pipeline.steps.understand import observations_of, references, targets_of
from pipeline.translate.kanji import to_kanji

ROWS = TypeAdapter(tuple[RelatedRow, ...])
_PRINTED: tuple[LinkKind, ...] = ("amends", "repeals", "interprets", "implements")
_MAX_RELATED = 5


def weights_of(project: Project) -> Weights:
    """The weights of importance.yml. Raises CueError."""
    return load_weights(project.settings.glossary_dir / "importance.yml", project.vocabulary)


def insights(project: Project, chosen: Sequence[Chosen]) -> dict[str, Insight]:
    """notice id -> what is known of it beyond its labels and targets."""
    if not chosen:
        return {}
    notices = [item.notice for item in chosen]
    observations = observations_of(project, notices)
    targets = targets_of(project, notices)
    library = Library(references(project))
    weights = weights_of(project)
    found: dict[str, Insight] = {}
    for item in chosen:
        notice, labels = item.notice, item.classification
        links = resolve(find_links(notice), library, notice.id)
        asked = consultation(notice, labels)
        found[notice.id] = Insight(
            observations=observations.get(notice.id, ()),
            links=links,
            consultation=asked,
            importance=importance(
                notice,
                labels,
                targets.get(notice.id, ()),
                links,
                project.vocabulary,
                weights,
                deadline=asked.deadline if asked else None,
            ),
        )
    return found


def related_rows(
    project: Project, folder: IssueFolder, chosen: Sequence[Chosen], known: Mapping[str, Insight]
) -> dict[str, tuple[RelatedRow, ...]]:
    """notice id -> the documents its entry names under 関連文書, each with the number of its own
    entry where an issue holds it. Titles are translated once for an engine."""
    numbers: dict[str, str] = {}
    for other in (*project.monthly_folders(), folder):
        numbers.update(other.numbers())
    ids = [item.notice.id for item in chosen]
    keys = project.store.derived_keys("related", ids)
    kept = project.store.derived("related", ids)
    made: list[tuple[str, str, str]] = []
    found: dict[str, tuple[RelatedRow, ...]] = {}
    for item in chosen:
        notice_id = item.notice.id
        links = printed(known[notice_id].links)
        basis = "".join(link.model_dump_json() for link in links) + project.translator.version
        key = hashlib.sha256(basis.encode()).hexdigest()
        if keys.get(notice_id) == key:
            rows = ROWS.validate_json(kept[notice_id])
        else:
            rows = tuple(_row(project, link) for link in links)
            made.append((notice_id, key, ROWS.dump_json(rows).decode()))
        entries = [_number(project, link, numbers) for link in links]
        found[notice_id] = tuple(
            row.model_copy(update={"entry": entry})
            for row, entry in zip(rows, entries, strict=True)
        )
    project.store.put_derived("related", made)
    return found


def printed(links: Sequence[Link]) -> tuple[Link, ...]:
    """The links an entry prints: what it changes or carries out, and what it cites of the store."""
    strong = [link for kind in _PRINTED for link in links if link.kind == kind]
    cited = [link for link in links if link.kind == "cites" and link.to is not None]
    return tuple([*strong, *cited][:_MAX_RELATED])


def _row(project: Project, link: Link) -> RelatedRow:
    zh = shown_title(link.title) if link.title else None
    ja = None
    if zh is not None:
        segment = project.translator.translate(zh, "title")
        ja = None if segment.state == "untranslated" else marked(segment)
    number = to_kanji(link.number) if link.number else None
    return RelatedRow(kind=link.kind, title=ja, title_zh=zh, number=number)


def _number(project: Project, link: Link, numbers: Mapping[str, str]) -> str | None:
    if link.to is None:
        return None
    merged = project.store.merged_into(link.to)
    return numbers.get(link.to) or (numbers.get(merged) if merged else None)


def put_highlights(
    project: Project,
    folder: IssueFolder,
    entries: Sequence[tuple[str, str]],
    known: Mapping[str, Insight],
) -> None:
    """Propose 今月のポイント in machine/highlights.json; bulletin.yml is the analysts'.

    `entries` are (entry number, notice id).
    """
    scored = [(number, known[notice_id].importance) for number, notice_id in entries]
    candidates = [
        {"entry": number, "score": one.score, "reason": one.line}
        for number, one in highlights(scored, weights_of(project))
    ]
    data = json.dumps(candidates, ensure_ascii=False, indent=1).encode()
    path = folder.machine / "highlights.json"
    if not path.exists() or path.read_bytes() != data:
        write_atomic(path, data)
