"""Label notices: relevance, measures, places, level, type, key plan, targets, observations."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pydantic import TypeAdapter

from pipeline.dates import Window
from pipeline.issues import Code, Issue, Severity
from pipeline.links import Reference
from pipeline.misread import may_be_misread
from pipeline.model import Classification, Notice, Observation, Target
from pipeline.observations import ObservationExtractor, load_observation_cues
from pipeline.project import Project
from pipeline.steps.collect import extract
from pipeline.steps.progress import Progress, silent

TARGETS = TypeAdapter(tuple[Target, ...])
OBSERVATIONS = TypeAdapter(tuple[Observation, ...])
REFERENCE = TypeAdapter(Reference)


def window_notices(project: Project, window: Window) -> list[Notice]:
    """Unmerged notices that may belong to a window: dated in it, or without a usable date."""
    if project.store.is_empty():
        # A store that was lost is filled again from the archive before anything is concluded.
        extract(project)
    return project.store.notices(start=window.start.isoformat(), end=window.end.isoformat())


def classify(
    project: Project,
    notices: Sequence[Notice],
    *,
    scope: str,
    progress: Progress = silent,
) -> int:
    """Label those of `notices` whose text or vocabulary is new. Returns how many were labelled.

    `scope` names the set, so that a re-run replaces the issues of the earlier one.
    """
    if not notices:
        return 0
    known = project.store.derived_keys("classification", [n.id for n in notices])
    version = project.analyzer.version
    todo = [n for n in notices if known.get(n.id) != f"{n.content_hash}:{version}"]
    labels: list[tuple[str, str, str]] = []
    targets: list[tuple[str, str, str]] = []
    for done, notice in enumerate(todo, 1):
        key = f"{notice.content_hash}:{version}"
        analysed = project.analyzer.analyse(notice)
        classification = project.analyzer.classify(analysed)
        labels.append((notice.id, key, classification.model_dump_json()))
        found = project.analyzer.extract_targets(analysed) if classification.is_air else ()
        targets.append((notice.id, key, TARGETS.dump_json(found).decode()))
        progress("classify", done, len(todo))
    project.store.put_derived("targets", targets)
    project.store.put_derived("classification", labels)
    _observe(project, notices)
    _catalogue(project, notices)
    near = [
        Issue(
            code=Code.NEAR_THRESHOLD,
            stage="classify",
            severity=Severity.INFO,
            message=f"{notice.title[:60]}: an analyst should check its labels",
            source=notice.source_id,
            notice=notice.id,
            url=notice.url,
        )
        for notice, labelled in zip(
            notices, classifications(project, notices).values(), strict=True
        )
        if labelled.needs_check
    ]
    project.store.put_issues(f"classify:{scope}", near)
    return len(todo)


def classifications(project: Project, notices: Sequence[Notice]) -> dict[str, Classification]:
    """notice id -> its labels, for labelled notices, in the order given."""
    documents = project.store.derived("classification", [notice.id for notice in notices])
    return {
        notice.id: Classification.model_validate_json(documents[notice.id])
        for notice in notices
        if notice.id in documents
    }


def targets_of(project: Project, notices: Sequence[Notice]) -> dict[str, tuple[Target, ...]]:
    """notice id -> its targets."""
    documents = project.store.derived("targets", [notice.id for notice in notices])
    return {key: TARGETS.validate_json(text) for key, text in documents.items()}


def observations_of(
    project: Project, notices: Sequence[Notice]
) -> dict[str, tuple[Observation, ...]]:
    """notice id -> the air quality figures it releases."""
    documents = project.store.derived("observations", [notice.id for notice in notices])
    return {key: OBSERVATIONS.validate_json(text) for key, text in documents.items()}


def references(project: Project) -> list[Reference]:
    """How every labelled notice of the store can be named by others."""
    known = project.store.derived_keys("reference")
    documents = project.store.derived("reference", known)
    return [REFERENCE.validate_json(documents[key]) for key in sorted(documents)]


def observation_extractor(project: Project) -> ObservationExtractor:
    """The reader of released figures, with the words of observations.yml."""
    cues = load_observation_cues(project.settings.glossary_dir / "cues" / "observations.yml")
    return ObservationExtractor(cues, project.vocabulary.gazetteer)


def _observe(project: Project, notices: Sequence[Notice]) -> None:
    """Read the figures of those of `notices` whose text, labels or words are new."""
    extractor = observation_extractor(project)
    known = project.store.derived_keys("observations", [n.id for n in notices])
    found: list[tuple[str, str, str]] = []
    labelled = classifications(project, notices)
    for notice in notices:
        labels = labelled[notice.id]
        parts = (notice.content_hash, notice.date_placed, labels.version, extractor.version)
        key = ":".join(map(str, parts))
        if known.get(notice.id) != key:
            # A table of figures has no room for a doubt: what may be misread is left out of it.
            misread = may_be_misread(notice)
            observations = tuple(
                one for one in extractor.extract(notice, labels) if not misread(one.clause)
            )
            found.append((notice.id, key, OBSERVATIONS.dump_json(observations).decode()))
    project.store.put_derived("observations", found)


def _catalogue(project: Project, notices: Sequence[Notice]) -> None:
    """Keep title and number of `notices`, by which later ones may cite them."""
    known = project.store.derived_keys("reference", [n.id for n in notices])
    rows: list[tuple[str, str, str]] = []
    for notice in notices:
        reference = Reference(notice.id, notice.title, notice.document_number)
        key = hashlib.sha256(f"{notice.title}\n{notice.document_number}".encode()).hexdigest()
        if known.get(notice.id) != key:
            rows.append((notice.id, key, REFERENCE.dump_json(reference).decode()))
    project.store.put_derived("reference", rows)
