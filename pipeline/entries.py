"""From a machine draft to the text of an entry's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.consultations import contact_lines
from pipeline.importance import NO_IMPORTANCE, Importance
from pipeline.misread import may_be_misread
from pipeline.model import (
    Classification,
    Consultation,
    Draft,
    Link,
    Notice,
    Observation,
    RelatedRow,
    Segment,
    Target,
    TargetRow,
)
from pipeline.review.entry_file import EntryFile, EntryFront
from pipeline.review.errors import ReviewError
from pipeline.review.marks import DOUBTFUL, UNTRANSLATED
from pipeline.review.plan_file import PlanFile, PlanFront, rows_of
from pipeline.selection import Chosen
from pipeline.translate.targets import target_row
from pipeline.vocab import Measures, Vocabulary

OBSERVATIONS = TypeAdapter(tuple[Observation, ...])
_MAIN_ROLES = ("issuer", "target")


@dataclass(frozen=True)
class Insight:
    """What is known of a notice beyond its labels and targets."""

    observations: tuple[Observation, ...] = ()
    links: tuple[Link, ...] = ()
    consultation: Consultation | None = None
    importance: Importance = NO_IMPORTANCE


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


def target_rows(
    targets: Sequence[Target], notice: Notice, vocabulary: Vocabulary
) -> list[TargetRow]:
    """The lines of an entry's table of targets; doubtful ones are marked, and those recognised
    in a scan."""
    misread = may_be_misread(notice)
    rows = []
    for target in targets:
        row = target_row(target, vocabulary, misread=misread(target.clause))
        mark = DOUBTFUL if target.doubtful else ""
        rows.append(row.model_copy(update={"value": mark + row.value}))
    return rows


def label_doubts(labels: Classification, measures: Measures) -> list[str]:
    """What the analyst is to check of the labels: those whose probability is near the line."""
    doubts = []
    if "air" in labels.doubts:
        doubts.append(
            f"大気分野の資料かどうか要確認（大気である確率{labels.relevance.score:.0%}）。"
        )
    near = [
        f"{measures.by_id[label.id].name_ja}（{label.score:.0%}、{given}）"
        for given, these in (("付与", labels.measures), ("付与せず", labels.considered))
        for label in these
        if label.id in labels.doubts
    ]
    if near:
        doubts.append(f"措置区分は要確認：{'、'.join(near)}。")
    return doubts


def entry_file(
    number: str,
    chosen: Chosen,
    draft: Draft,
    rows: Sequence[TargetRow],
    vocabulary: Vocabulary,
    insight: Insight = Insight(),
    related: Sequence[RelatedRow] = (),
) -> EntryFile:
    """The machine's entry: facts in front matter, the summary as a Markdown list."""
    consultation = insight.consultation
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
        deadline=draft.deadline or (consultation.deadline if consultation else None),
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
        contacts=contact_lines(consultation.contact) if consultation else (),
        related=tuple(related),
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
    chosen: Chosen,
    draft: Draft,
    targets: Sequence[Target],
    warnings: Sequence[str],
    insight: Insight = Insight(),
) -> dict[str, Any]:
    """What the machine knows beside the entry: evidence of labels, sentences with their source,
    layer and checks, links, importance, warnings. For the analyst and the tools; never printed
    as such."""
    consultation = insight.consultation
    return {
        "notice": chosen.notice.id,
        "warnings": list(warnings),
        "classification": chosen.classification.model_dump(mode="json"),
        "targets": [target.model_dump(mode="json") for target in targets],
        "observations": [one.model_dump(mode="json") for one in insight.observations],
        "links": [link.model_dump(mode="json") for link in insight.links],
        "consultation": consultation.model_dump(mode="json") if consultation else None,
        "importance": {"score": insight.importance.score, "reason": insight.importance.line},
        "draft": draft.model_dump(mode="json", exclude={"plan"}),
    }


def importance_in(known: Mapping[str, Any]) -> float:
    """The points kept by `facts`; 0 where an older version kept none."""
    kept = known.get("importance")
    score = kept.get("score") if isinstance(kept, dict) else None
    return float(score) if isinstance(score, int | float) else 0.0


def summary_in(known: Mapping[str, Any]) -> tuple[str, ...]:
    """The Chinese of the summary kept by `facts`; none where an older version kept none."""
    draft = known.get("draft")
    lines = draft.get("summary", ()) if isinstance(draft, dict) else ()
    return tuple(str(line["zh"]) for line in lines if isinstance(line, dict) and "zh" in line)


def observations_in(path: Path, known: Mapping[str, Any]) -> tuple[Observation, ...]:
    """The observations kept by `facts` in the file `path`. Raises ReviewError."""
    try:
        return OBSERVATIONS.validate_python(known.get("observations", ()))
    except ValidationError as error:
        raise ReviewError(
            path, "observations", "cannot be read", "delete the file and draft again"
        ) from error
