"""Why a notice is labelled as it is: every decision with its evidence, for terminal and desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.classify.level import level_rule
from pipeline.entries import Insight
from pipeline.model import Classification, Label, Notice, Push, Span, Target
from pipeline.project import Project
from pipeline.review.events import decisions
from pipeline.review.folder import all_folders
from pipeline.selection import Chosen
from pipeline.steps.connect import insights
from pipeline.steps.understand import classifications, classify, targets_of

AROUND = 24
"""Characters shown on either side of a piece of evidence."""


@dataclass(frozen=True)
class Evidence:
    """A piece of evidence in its context: `before` + `text` + `after` stands in the source,
    `text` from character `start` on; None where the text is no longer the one it was found in."""

    where: str
    before: str
    text: str
    after: str
    start: int | None


@dataclass(frozen=True)
class Decision:
    """One label: what it says (`kind` and `value`), how sure, which rule or model decided, what
    analysts' earlier decisions add to it."""

    kind: str
    value: str
    score: float | None
    rule: str
    evidence: tuple[Evidence, ...] = ()
    learned: tuple[Push, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """All that is known of one notice. `entry` is its number in an issue, `merged_into` the
    notice it is a copy of."""

    notice: Notice
    entry: str | None
    merged_into: str | None
    classification: Classification
    decisions: tuple[Decision, ...]
    targets: tuple[Target, ...]
    insight: Insight


def explain(project: Project, notice: Notice) -> Explanation:
    """Explain a notice of the store; labels it first where that was not done yet."""
    classify(project, [notice], scope=f"explain:{notice.id}")
    entry = None
    for folder in project.monthly_folders():
        entry = folder.numbers().get(notice.id, entry)
    found = explained(project, notice, entry)
    assert found is not None
    return found


def explained(project: Project, notice: Notice, entry: str | None) -> Explanation | None:
    """Explain a notice by the labels it was given last, and write nothing; None where it has none
    yet. `entry` is its number in an issue."""
    labels = classifications(project, [notice]).get(notice.id)
    if labels is None:
        return None
    return Explanation(
        notice=notice,
        entry=entry,
        merged_into=project.store.merged_into(notice.id),
        classification=labels,
        decisions=tuple(_decisions(project, notice, labels)),
        targets=targets_of(project, [notice]).get(notice.id, ()),
        insight=insights(project, [Chosen(notice, labels)])[notice.id],
    )


def _decisions(project: Project, notice: Notice, labels: Classification) -> Iterator[Decision]:
    vocabulary = project.vocabulary
    yield from _said(project, notice)
    yield _decision("relevance", labels.relevance.id, labels.relevance, notice)
    for kind, measures in (("measure", labels.measures), ("not given", labels.considered)):
        for label in measures:
            measure = vocabulary.measures.by_id.get(label.id)
            name = f"{label.id} {measure.name_ja}" if measure else label.id
            yield _decision(kind, name, label, notice)
    for place in labels.places:
        known = vocabulary.gazetteer.by_id.get(place.id)
        name = f"{place.id} {known.ja}" if known else place.id
        yield Decision(
            "place", f"{name} ({place.role})", None, place.rule, seen(notice, place.spans)
        )
    rule = level_rule(labels.places, vocabulary.gazetteer)
    yield Decision("level", labels.level, None, rule)
    yield Decision("document type", labels.document_type, None, labels.document_type_rule)
    key_plan = "yes" if labels.key_plan else "no"
    yield Decision("key plan", key_plan, None, labels.key_plan_rule or "key:none")
    if labels.needs_check:
        doubts = " ".join(labels.doubts)
        yield Decision("needs check", doubts, None, "near the line (要確認)")


def _decision(kind: str, value: str, label: Label, notice: Notice) -> Decision:
    evidence = seen(notice, label.spans)
    return Decision(kind, value, label.score, label.rule, evidence, label.learned)


def _said(project: Project, notice: Notice) -> Iterator[Decision]:
    """What people decided: it holds over the labels."""
    events = [
        event for folder in all_folders(project.settings.bulletins_dir)
        for event in folder.events.read()
    ]  # fmt: skip
    found = decisions(events).get(notice.id)
    if found is not None:
        value = "included" if found.include else "excluded"
        rule = f"{found.who}: {found.reason or '-'} ({found.label})"
        yield Decision("analyst", value, None, rule)


def seen(notice: Notice, spans: tuple[Span, ...]) -> tuple[Evidence, ...]:
    """Spans with what stands around them in the title or the body."""
    return tuple(in_context(notice, span) for span in spans if span.text)


def in_context(notice: Notice, span: Span) -> Evidence:
    """A span in its context; alone where the text is no longer the one it was found in."""
    text = {"title": notice.title, "body": notice.body}.get(span.where, "")
    if text[span.start : span.end] != span.text:
        return Evidence(span.where, "", span.text, "", None)
    return Evidence(
        span.where,
        text[max(0, span.start - AROUND) : span.start],
        span.text,
        text[span.end : span.end + AROUND],
        span.start,
    )
