"""The state of the sources, the reminders of manual ones, and new source files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import InputError
from pipeline.model import Level, Source, SourceReport
from pipeline.project import Project
from pipeline.review.files import write_atomic
from pipeline.steps.frozen import freeze
from pipeline.steps.probe import ALARM, READ, Probe, failures_in_a_row
from pipeline.translate.kanji import to_kanji

_CHECKS = "manual_checks.jsonl"
_KIND_LEVEL: dict[str, Level] = {
    "country": "central", "region": "region", "province": "province",
    "prefecture": "city", "county": "city",
}  # fmt: skip
_PLAIN_LABELS = {"www", "gov", "com", "org", "net", "cn", "hk", "mo", "example"}


# --- the state table --------------------------------------------------------------------------


@dataclass(frozen=True)
class SourceState:
    """One line of the table of sources. `runs` are the remembered runs, newest first, `last` the
    newest that was not skipped, `newest` the newest date any of them saw; `due` is when a manual
    check is due, `overdue` whether that day has come. One is due as long as no spider is known to
    read the source well: it is manual, blocked or unverified, or its last run failed."""

    source: Source
    last: SourceReport | None
    newest: str | None
    failures: int
    checked_by_hand: date | None
    due: date | None
    overdue: bool
    runs: tuple[SourceReport, ...] = ()

    @property
    def alarm(self) -> bool:
        """Whether a source that is collected failed too often; a declared block is no news."""
        return self.failures >= ALARM and self.source.status in ("active", "unverified")


def source_states(project: Project) -> tuple[SourceState, ...]:
    """How every declared source stands, in the order of level and id."""
    history = project.store.runs()
    checks = _last_checks(project)
    return tuple(
        _state(source, history.get(source.id, []), checks.get(source.id), project.today)
        for source in project.sources
    )


def alarms(project: Project) -> tuple[str, ...]:
    """One line for each source that failed three runs in a row or more."""
    return tuple(
        f"ALARM: {state.source.id} failed {state.failures} runs in a row, last: "
        f"{state.last.health if state.last else 'never run'}"
        for state in source_states(project)
        if state.alarm
    )


def _state(
    source: Source, history: Sequence[SourceReport], checked: date | None, today: date
) -> SourceState:
    read = [report for report in history if report.health != "disabled"]
    due = None
    well = source.status == "active" and not (read and read[0].health not in READ)
    if source.manual_check and not well and source.status != "retired":
        due = checked + timedelta(days=source.manual_check.interval) if checked else today
    return SourceState(
        source=source,
        last=read[0] if read else history[0] if history else None,
        newest=max((r.newest_date for r in history if r.newest_date), default=None),
        failures=failures_in_a_row(history),
        checked_by_hand=checked,
        due=due,
        overdue=due is not None and due <= today,
        runs=tuple(history),
    )


# --- manual sources ---------------------------------------------------------------------------


class ManualVisit(BaseModel):
    """A person looked at a source no spider reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    source: str
    who: str


def checked_by_hand(project: Project, source: Source, who: str) -> ManualVisit:
    """Record that a person looked at a source today; its reminder begins anew.

    Appended to manual_checks.jsonl beside the issues: it is a person's word, not derived.
    Raises InputError for a source without manual_check.
    """
    if source.manual_check is None:
        raise InputError(
            f"{source.id} has no manual_check, so nothing reminds of it; add manual_check to its "
            "file to be reminded"
        )
    visit = ManualVisit(at=project.now, source=source.id, who=who)
    path = project.settings.bulletins_dir / _CHECKS
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(visit.model_dump_json() + "\n")
    return visit


def _last_checks(project: Project) -> dict[str, date]:
    path = project.settings.bulletins_dir / _CHECKS
    if not path.exists():
        return {}
    zone = ZoneInfo(project.settings.timezone)
    found: dict[str, date] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            visit = ManualVisit.model_validate_json(line)
        except ValidationError as error:
            raise InputError(
                f"{path}: line {number}: no record of a manual check; correct or delete the line"
            ) from error
        day = visit.at.astimezone(zone).date()
        found[visit.source] = max(day, found.get(visit.source, day))
    return found


# --- a new source -----------------------------------------------------------------------------


@dataclass(frozen=True)
class NewSource:
    """What `geppo sources new` wrote."""

    source: Source
    file: Path
    frozen: tuple[Path, ...]


def id_of(url: str) -> str:
    """An id from a host, place first: hubei-sthjt of sthjt.hubei.gov.cn."""
    labels = (urlsplit(url).hostname or "").lower().split(".")
    kept = [label for label in labels if label not in _PLAIN_LABELS]
    return re.sub(r"[^a-z0-9]+", "-", "-".join(reversed(kept))).strip("-") or "new-source"


def check_is_new(project: Project, source_id: str, url: str) -> None:
    """Raises InputError where the id or the column is already a source's."""
    for source in project.sources:
        if source.id == source_id:
            raise InputError(
                f"{source_id} is already a source ({source.name}); give another id with --id"
            )
        if any(column.url == url for column in source.columns):
            raise InputError(f"{url} is already a column of {source.id}; edit that file instead")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", source_id):
        raise InputError(f"--id {source_id}: use small letters, digits and hyphens")


def new_source(
    project: Project,
    probe: Probe,
    *,
    id: str,
    name: str | None = None,
    name_ja: str | None = None,
    place: str | None = None,
    level: str | None = None,
) -> NewSource:
    """Write the file of a source that was just looked at, and freeze what was seen.

    What is not given is read from the pages. Raises InputError naming the option to give, or
    what must be removed first; nothing is overwritten.
    """
    if not probe.items:
        reason = "; ".join(probe.problems) or "no items"
        raise InputError(
            f"no list could be read at {probe.source.columns[0].url}: {reason}; find the column "
            "page, or try selectors with: geppo sources try URL --selector list_item=CSS"
        )
    name = name or _site_name(probe)
    if not name:
        raise InputError("the pages do not tell whose site this is; give --name")
    place_id = _place(project, place, name)
    chosen_level = level or _KIND_LEVEL.get(project.vocabulary.gazetteer.by_id[place_id].kind)
    if chosen_level not in get_args(Level):
        raise InputError(f"--level {chosen_level}: write one of {' '.join(get_args(Level))}")
    day = project.today.isoformat()
    known = project.vocabulary.organizations.resolve(name)
    fields: dict[str, object] = {
        "id": id,
        "name": name,
        "name_ja": name_ja or (known.ja if known else to_kanji(name)),
        "family": probe.source.family,
        "level": chosen_level,
        "place": place_id,
        "issuer": name,
        "columns": [_column(probe)],
    }
    if probe.source.selectors:
        fields["selectors"] = dict(probe.source.selectors)
    fields |= {
        "status": "active",
        "checked_at": day,
        "evidence": f"list and article read live by geppo sources new, {day}",
    }
    source = Source.model_validate(fields)
    file = project.settings.home / "spiders" / "sources" / source.level / f"{id}.yml"
    pages = project.settings.home / "tests" / "pages" / id
    for path in (file, pages):
        if path.exists():
            raise InputError(f"{path} exists and is never overwritten; give another --id")
    text = yaml.safe_dump(
        fields, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None
    )
    frozen = freeze(probe, pages)
    write_atomic(file, text.encode())
    return NewSource(source, file, frozen)


def _column(probe: Probe) -> dict[str, str]:
    column = {"url": probe.source.columns[0].url}
    names = (read.page.meta.get("columnname") for read in probe.lists)
    name = next((found for found in names if found), None)
    return column | ({"name": name} if name else {})


def _site_name(probe: Probe) -> str | None:
    pages = [read.page for read in probe.lists] + [detail.page for detail in probe.details]
    for page in pages:
        if page.meta.get("sitename"):
            return page.meta["sitename"].removesuffix("网站")
    for detail in probe.details:
        if detail.extraction.notice and detail.extraction.notice.issuing_bodies:
            return detail.extraction.notice.issuing_bodies[0]
    return None


def _place(project: Project, place: str | None, name: str) -> str:
    gazetteer = project.vocabulary.gazetteer
    if place is not None:
        found = gazetteer.resolve(place)
        if found is None:
            raise InputError(
                f"--place {place}: not in glossary/places.csv; give an adcode or a full name"
            )
        return found
    named = gazetteer.find(name)
    if named:
        return named[-1].id
    known = project.vocabulary.organizations.resolve(name)
    if known and known.place:
        return known.place
    raise InputError(f"no place in the name {name}; give --place, an adcode or a full name")
