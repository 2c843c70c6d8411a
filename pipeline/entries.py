"""From a machine draft to the text of an entry's file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.model import Classification, Draft, Notice, Segment, Target, TargetRow
from pipeline.review.entry_file import EntryFile, EntryFront
from pipeline.review.marks import DOUBTFUL, UNTRANSLATED
from pipeline.review.plan_file import PlanFile, PlanFront, rows_of
from pipeline.selection import Chosen
from pipeline.vocab import Vocabulary

_MAIN_ROLES = ("issuer", "target")


def marked(segment: Segment) -> str:
    """A sentence with the mark of its state."""
    if segment.state == "untranslated":
        return UNTRANSLATED + segment.ja
    return DOUBTFUL + segment.ja if segment.state == "doubtful" else segment.ja


def place_ids(classification: Classification) -> list[str]:
    """The places of a notice, the issuer's first, each once; mentioned ones left out."""
    ranked = sorted(
        (label for label in classification.places if label.role in _MAIN_ROLES),
        key=lambda label: _MAIN_ROLES.index(label.role),
    )
    return list(dict.fromkeys(label.id for label in ranked))


def entry_file(
    number: str,
    chosen: Chosen,
    draft: Draft,
    rows: Sequence[TargetRow],
    vocabulary: Vocabulary,
) -> EntryFile:
    """The machine's entry: facts in front matter, the summary as a Markdown list."""
    notice, labels = chosen.notice, chosen.classification
    places, measures = vocabulary.gazetteer.by_id, vocabulary.measures.by_id
    front = EntryFront(
        number=number,
        notice=notice.id,
        heading=draft.heading.ja,
        title_zh=notice.title,
        issuers=tuple(vocabulary.organizations.ja(body) or body for body in notice.issuing_bodies),
        date_publication=notice.date_publication,
        date_document=notice.date_document,
        deadline=draft.deadline,
        document_number=notice.document_number,
        document_type=labels.document_type,
        measures=tuple(f"{label.id} {measures[label.id].name_ja}" for label in labels.measures),
        places=tuple(f"{place} {places[place].ja}" for place in place_ids(labels)),
        level=labels.level,
        key_plan=labels.key_plan,
        late=chosen.late,
        undated=chosen.undated,
        url=notice.url,
        fetched_at=notice.fetched_at,
        also_at=notice.also_at,
        targets=tuple(rows),
    )
    lines = "\n".join(f"- {marked(segment)}" for segment in draft.summary)
    return EntryFile(front=front, body=f"## 概要\n\n{lines}\n")


def plan_file(number: str, notice: Notice, draft: Draft) -> PlanFile:
    """The machine's full translation of a key plan."""
    front = PlanFront(
        number=number, notice=notice.id, title_zh=notice.title, title_ja=draft.title.ja
    )
    return PlanFile(front=front, rows=rows_of(draft.plan))


def facts(
    chosen: Chosen, draft: Draft, targets: Sequence[Target], warnings: Sequence[str]
) -> dict[str, Any]:
    """What the machine knows beside the entry: evidence of labels, sentences with their source,
    layer and checks, warnings. For the analyst and the tools; never printed as such."""
    return {
        "notice": chosen.notice.id,
        "warnings": list(warnings),
        "classification": chosen.classification.model_dump(mode="json"),
        "targets": [target.model_dump(mode="json") for target in targets],
        "draft": draft.model_dump(mode="json", exclude={"plan"}),
    }
