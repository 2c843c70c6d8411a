"""Lay out one issue: choose the section of every entry, order, coverage, what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.back_matter import coverage_of, nothing_found, terms_of, was_read
from pipeline.dates import Window
from pipeline.errors import InputError
from pipeline.model import (
    Bulletin,
    Change,
    Entry,
    LeftOut,
    Observation,
    Plan,
    Section,
    Source,
    SourceReport,
)
from pipeline.review.entry_file import EntryFile
from pipeline.review.folder import BulletinFile
from pipeline.review.plan_file import PlanFile
from pipeline.standing import Released, air_rows, with_standing
from pipeline.vocab import Partner, Vocabulary


class LabelError(InputError):
    """An entry names a place or measure type that does not exist."""


@dataclass(frozen=True)
class EntryInput:
    """One entry's file with what the machine knows beside it."""

    file: EntryFile
    warnings: tuple[str, ...] = ()
    plan: PlanFile | None = None
    importance: float = 0.0
    """Points by importance.yml: what has more comes first in its section."""
    observations: tuple[Observation, ...] = ()
    summary_zh: tuple[str, ...] = ()
    """The Chinese sentences its summary was made of."""


@dataclass(frozen=True)
class IssueInput:
    """All that one issue is made of. `sources` are those the run was to read, `reports` how
    they fared, `counts` notices found a source."""

    window: Window
    label: str
    file: BulletinFile
    entries: Sequence[EntryInput]
    sources: Sequence[Source]
    reports: Mapping[str, SourceReport]
    counts: Mapping[str, int]
    left_out: Sequence[LeftOut] = ()
    unplaced: Sequence[LeftOut] = ()
    changes: Sequence[Change] = ()
    sample: bool = False


def compose(issue: IssueInput, vocabulary: Vocabulary, edition: Partner | None = None) -> Bulletin:
    """The issue, complete. With `edition`, that partner's cities come first.

    Raises LabelError where an entry's front matter names an unknown place or measure type.
    """
    homes = {item.file.front.number: _home(item, vocabulary) for item in issue.entries}
    ordered = sorted(issue.entries, key=_order)
    released = [
        Released(one, item.file.front.number, item.file.front.level)
        for item in ordered
        for one in item.observations
    ]
    entries = tuple(
        with_standing(
            _entry(item, vocabulary), _places(item, vocabulary), released, vocabulary.gazetteer
        )
        for item in ordered
    )
    return Bulletin(
        label=issue.label,
        title=issue.file.title,
        issue_number=issue.file.number,
        date_issue=issue.file.date_issue,
        publisher=issue.file.publisher,
        contact=issue.file.contact,
        period=period_ja(issue.window),
        edition=edition.name_ja if edition else None,
        sample=issue.sample,
        highlights=issue.file.highlights,
        air=air_rows(released, _partner_places(vocabulary, edition), vocabulary.gazetteer),
        sections=_sections(entries, homes, issue, vocabulary, edition),
        entries=entries,
        plans=tuple(_plan(item) for item in ordered if item.plan),
        changes=tuple(issue.changes),
        coverage=coverage_of(issue.sources, issue.reports, issue.counts),
        left_out=tuple(issue.left_out),
        unplaced=tuple(issue.unplaced),
        terms=terms_of(_chinese(ordered), vocabulary.glossary),
        notes=(*_NOTES, *issue.file.notes),
    )


def period_ja(window: Window) -> str:
    """2026年10月, or 2015年1月～2026年12月."""
    first, separator, last = window.label.partition("..")
    parts = [f"{int(month[:4])}年{int(month[5:])}月" for month in (first, last) if month]
    return "～".join(parts) if separator else parts[0]


def label_id(text: str) -> str:
    """The id of a label as written in front matter: `120000 天津市` or `120000`."""
    return text.split(maxsplit=1)[0] if text.strip() else text


def home_place(places: Iterable[str], vocabulary: Vocabulary) -> str | None:
    """The partner place a notice belongs to: for its first place that lies in one, the
    narrowest (唐山市 before 河北省)."""
    gazetteer = vocabulary.gazetteer
    for place in places:
        holding = [
            partner_place
            for partner_place in vocabulary.partners.places
            if gazetteer.contains(partner_place, place)
        ]
        if holding:
            return max(holding, key=lambda held: len(gazetteer.ancestors(held)))
    return None


# --- entries ------------------------------------------------------------------------------


def _partner_places(vocabulary: Vocabulary, edition: Partner | None) -> tuple[str, ...]:
    """The partner places, those of the edition first."""
    own = edition.places if edition else ()
    return (*own, *(place for place in vocabulary.partners.places if place not in own))


def _order(item: EntryInput) -> tuple[float, str, str]:
    front = item.file.front
    placed = front.date_publication or front.date_document or "9999"
    return (-item.importance, placed, front.number)


def _home(item: EntryInput, vocabulary: Vocabulary) -> str:
    """The id of the section of an entry."""
    front = item.file.front
    if front.late:
        return "late"
    if front.undated:
        return "undated"
    if front.level in ("central", "region"):
        return front.level
    place = home_place(_places(item, vocabulary), vocabulary)
    return f"place-{place}" if place else "other"


def _places(item: EntryInput, vocabulary: Vocabulary) -> list[str]:
    found = []
    for text in item.file.front.places:
        place = label_id(text)
        if place not in vocabulary.gazetteer.by_id:
            resolved = vocabulary.gazetteer.resolve(text.strip())
            if resolved is None:
                raise LabelError(
                    f"entry {item.file.front.number}: places: {text!r} is no place of "
                    "glossary/places.csv; write its id or Chinese name"
                )
            place = resolved
        found.append(place)
    return found


def _measures(item: EntryInput, vocabulary: Vocabulary) -> tuple[str, ...]:
    names = []
    for text in item.file.front.measures:
        measure = vocabulary.measures.by_id.get(label_id(text))
        if measure is None:
            known = " ".join(vocabulary.measures.by_id)
            raise LabelError(
                f"entry {item.file.front.number}: measures: {text!r} is no measure type; "
                f"write one of: {known}"
            )
        names.append(measure.name_ja)
    return tuple(names)


def _entry(item: EntryInput, vocabulary: Vocabulary) -> Entry:
    front = item.file.front
    places = vocabulary.gazetteer.by_id
    return Entry(
        number=front.number,
        notice_id=front.notice,
        state=front.state,
        reviewer=front.reviewer,
        heading=front.heading,
        title_zh=front.title_zh,
        issuers=front.issuers,
        date_publication=front.date_publication,
        date_document=front.date_document,
        deadline=front.deadline,
        contacts=front.contacts,
        related=front.related,
        document_number=front.document_number,
        document_type=front.document_type,
        measures=_measures(item, vocabulary),
        places=tuple(places[place].ja for place in _places(item, vocabulary)),
        level=front.level,
        url=front.url,
        fetched_at=front.fetched_at,
        also_at=front.also_at,
        text=item.file.body,
        targets=front.targets,
        warnings=item.warnings,
        key_plan=item.plan is not None,
        unreviewed=front.state != "approved",
        late=front.late,
        undated=front.undated,
    )


def _plan(item: EntryInput) -> Plan:
    assert item.plan is not None
    front = item.plan.front
    return Plan(
        number=front.number,
        title_ja=front.title_ja,
        title_zh=front.title_zh,
        state=front.state,
        reviewer=front.reviewer,
        unreviewed=front.state != "approved",
        rows=item.plan.rows,
    )


# --- sections -----------------------------------------------------------------------------


def _sections(
    entries: Sequence[Entry],
    homes: Mapping[str, str],
    issue: IssueInput,
    vocabulary: Vocabulary,
    edition: Partner | None,
) -> tuple[Section, ...]:
    members: dict[str, list[str]] = {}
    for entry in entries:
        members.setdefault(homes[entry.number], []).append(entry.number)

    def plain(section: str, heading: str, *, always: bool = False) -> list[Section]:
        numbers = tuple(members.get(section, ()))
        if not numbers and not always:
            return []
        note = None if numbers else nothing_found(issue.window, _read_at(section, issue))
        return [Section(id=section, heading=heading, note=note, numbers=numbers)]

    own = edition.places if edition else ()
    partner_places = [place for place in vocabulary.partners.places if place not in own]
    sections: list[Section] = []
    if edition:
        subsections = tuple(_place(place, members, issue, vocabulary) for place in own)
        sections.append(
            Section(id="own", heading=f"{edition.name_ja}の連携都市・地域", subsections=subsections)
        )
    sections += plain("central", "中央政府", always=True)
    sections += plain("region", "重点地域", always=True)
    sections.append(
        Section(
            id="partners",
            heading="その他の連携都市・地域" if edition else "連携都市・地域",
            subsections=tuple(
                _place(place, members, issue, vocabulary) for place in partner_places
            ),
        )
    )
    sections += plain("other", "その他の地域")
    sections += plain("late", "補遺（前号までの期間に公表された資料）")
    sections += plain("undated", "日付不明の資料")
    return tuple(sections)


def _place(
    place: str,
    members: Mapping[str, list[str]],
    issue: IssueInput,
    vocabulary: Vocabulary,
) -> Section:
    name = vocabulary.gazetteer.by_id[place].ja
    # Exactly this place's partners: a city's section does not repeat those of its province.
    partners = [p.name_ja for p in vocabulary.partners.partners if place in p.places]
    numbers = tuple(members.get(f"place-{place}", ()))
    note = None if numbers else nothing_found(issue.window, _read_for(place, issue, vocabulary))
    return Section(
        id=f"place-{place}",
        heading=f"{name}（{'・'.join(partners)}）",
        note=note,
        numbers=numbers,
    )


def _read_for(place: str, issue: IssueInput, vocabulary: Vocabulary) -> int:
    """How many sources of a place, or lying in it, were really read in this run."""
    return sum(
        1
        for source in issue.sources
        if was_read(issue.reports.get(source.id))
        and vocabulary.gazetteer.contains(place, source.place)
    )


def _read_at(level: str, issue: IssueInput) -> int:
    """How many sources of a level were really read in this run."""
    return sum(
        1
        for source in issue.sources
        if source.level == level and was_read(issue.reports.get(source.id))
    )


def _chinese(items: Iterable[EntryInput]) -> Iterator[str]:
    """What an issue's entries render: titles, the sources of summaries and of targets."""
    for item in items:
        yield item.file.front.title_zh
        yield from item.summary_zh
        yield from (row.source for row in item.file.front.targets)


_NOTES = (
    "本月報は、中国の中央政府、重点地域及び連携都市が公表した大気環境政策に関する資料を"
    "収集し、日本語で要約したものである。正文は中国語の原文であり、利用に当たっては"
    "出典URLの原文を確認されたい。",
    "「機械翻訳（未校閲）」と表示した項目は、機械による下訳であり、分析担当者の校閲を"
    "経ていない。数値及び禁止・例外の規定は、必ず原文と照合されたい。",
    "「未検証」は、当該情報源の一覧を読み取れることが一度も確認されていないことを示す。",
)
