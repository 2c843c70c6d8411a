"""The records that pass between the rooms. All frozen; absent is None, never "".

Names come from the field: 公文要素 of GB/T 9704 (发文字号, 成文日期, 主送机关), the catalogue of
政府信息公开目录 (索引号, 发布机构, 有效性), schema.org Legislation, XLIFF states.
Places are GB/T 2260 adcodes or region ids. `date_*` are dates, `*_at` aware datetimes.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from pipeline.collected import (
    DOCUMENT_TYPES,
    Column,
    DocumentType,
    Expected,
    Health,
    Level,
    ManualCheck,
    RawDocument,
    Record,
    Source,
    SourceReport,
    SourceStatus,
)
from pipeline.dates import PartialDate
from pipeline.understood import (
    Classification,
    Comparator,
    Consultation,
    Contact,
    Label,
    Link,
    LinkKind,
    Observation,
    PlaceLabel,
    Push,
    Span,
    Target,
)

__all__ = [
    "DOCUMENT_TYPES",
    "AirRow",
    "Attachment",
    "Block",
    "BlockKind",
    "Bulletin",
    "CheckResult",
    "Classification",
    "Column",
    "Comparator",
    "Consultation",
    "Contact",
    "Copy",
    "Coverage",
    "DocumentType",
    "Draft",
    "Entry",
    "EntryState",
    "Expected",
    "Health",
    "Label",
    "Layer",
    "LeftOut",
    "Level",
    "Link",
    "LinkKind",
    "ManualCheck",
    "Notice",
    "Observation",
    "Origin",
    "PlaceLabel",
    "Plan",
    "PlanBlock",
    "PlanRow",
    "Push",
    "RawDocument",
    "Record",
    "RelatedRow",
    "Section",
    "Segment",
    "SegmentKind",
    "SegmentState",
    "Source",
    "SourceReport",
    "SourceStatus",
    "Span",
    "Target",
    "TargetRow",
    "Term",
    "notice_id",
]  # fmt: skip

# --- notices ------------------------------------------------------------------------------

BlockKind = Literal["title", "heading", "paragraph", "list_item", "table", "signature"]


class Block(Record):
    """One block of a body. `level`: 1 = 一、, 2 = （一）, 3 = 1., 4 = （1）; 0 = none.
    `rows` are a table's cells, row by row, header first; `text` is then their plain text."""

    kind: BlockKind
    text: str
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


class Attachment(Record):
    """A file of a notice: its text (`recognised` in a scan), or why it is `unread` in full."""

    url: str
    name: str
    sha256: str | None = None
    blocks: tuple[Block, ...] = ()
    unread: str | None = None
    recognised: bool = False


class Copy(Record):
    """The same document on another site."""

    source_id: str
    url: str
    date_publication: PartialDate | None = None


class Notice(Record):
    """One government document as published.

    `id` is stable for its first URL; `date_publication` is 发布日期, `date_document` 成文日期;
    `date_placed` decided the month, `date_basis` tells by which of them. `raw_sha256` is the
    archived page, `revises` its earlier version; a `recognised` notice was read in a scan.
    """

    id: str
    source_id: str
    url: str | None
    title: str
    blocks: tuple[Block, ...] = ()
    document_number: str | None = None
    index_number: str | None = None
    issuing_bodies: tuple[str, ...] = ()
    addressees: str | None = None
    date_publication: PartialDate | None = None
    date_document: PartialDate | None = None
    date_placed: PartialDate | None = None
    date_basis: Literal["publication", "document", "number", "title"] | None = None
    validity: str | None = None
    content_source: str | None = None
    attachments: tuple[Attachment, ...] = ()
    also_at: tuple[Copy, ...] = ()
    revises: str | None = None
    raw_sha256: str
    fetched_at: datetime
    extractor: str
    origin: Literal["crawl", "add"] = "crawl"
    recognised: bool = False

    @property
    def body(self) -> str:
        """The body as plain text, one block a line."""
        return "\n".join(block.text for block in self.blocks)

    @property
    def content_hash(self) -> str:
        """sha256 of title and body without white space: what a reader would call the text."""
        text = "".join((self.title + self.body).split())
        return hashlib.sha256(text.encode()).hexdigest()


def notice_id(key: str) -> str:
    """The id of the notice whose URL (or other lasting key) is `key`."""
    return "n-" + hashlib.sha256(key.encode()).hexdigest()[:12]


# --- Japanese -----------------------------------------------------------------------------

Layer = Literal["memory", "template", "target", "argos", "transfer", "kanji", "human"]
SegmentKind = Literal["title", "heading", "sentence", "target", "measure", "legal", "formula"]
SegmentState = Literal["machine", "doubtful", "untranslated", "approved"]


class Origin(Record):
    """Which Chinese characters [zh_start, zh_end) gave which Japanese [ja_start, ja_end)."""

    zh_start: int
    zh_end: int
    ja_start: int
    ja_end: int
    kind: Literal["memory", "term", "lexicon", "pattern", "place", "number", "kanji", "engine"]


class CheckResult(Record):
    """One finding of a check. `message` is Japanese, for the analyst."""

    code: str
    severity: Literal["blocking", "warning"]
    message: str
    zh: str | None = None
    ja: str | None = None


class Segment(Record):
    """One sentence and its Japanese. `confidence` 0..1; `accepted` only when every blocking
    check passed and confidence is above the gate. `alternatives`: other engines' proposals."""

    zh: str
    ja: str
    kind: SegmentKind = "sentence"
    layer: Layer
    engine: str
    state: SegmentState
    confidence: float
    checks: tuple[CheckResult, ...] = ()
    origins: tuple[Origin, ...] = ()
    alternatives: tuple[tuple[str, str], ...] = ()

    @property
    def accepted(self) -> bool:
        return self.state in ("machine", "approved") and not any(
            check.severity == "blocking" for check in self.checks
        )


class PlanBlock(Record):
    """One block of a full translation: the source block and its segments (cells for tables)."""

    kind: BlockKind
    level: int = 0
    segments: tuple[Segment, ...] = ()
    rows: tuple[tuple[Segment, ...], ...] = ()


class Draft(Record):
    """The machine's Japanese for one notice. Rewritten freely; never the analysts' text.

    `heading` is a full sentence (issuer が「…」を公布した); `summary` 3 to 5 lines; `targets` one a
    target, in their order; `plan` all of a key plan, else empty; `hash` names this very text.
    """

    notice_id: str
    heading: Segment
    title: Segment
    summary: tuple[Segment, ...] = ()
    targets: tuple[Segment, ...] = ()
    plan: tuple[PlanBlock, ...] = ()
    deadline: PartialDate | None = None
    """Closing date of a consultation."""
    warnings: tuple[str, ...] = ()
    """Japanese sentences for the analyst."""
    version: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


# --- the bulletin -------------------------------------------------------------------------

EntryState = Literal["draft", "approved"]


class Entry(Record):
    """One entry of an issue, as it will be printed: facts of the notice in Japanese, and the
    text of an analyst's file where there is one. `number` never changes once issued.

    `text` is Markdown (the entry's body: 概要 and whatever the analyst added).
    `unreviewed`: the mark 機械翻訳（未校閲） is printed. `place_names` are Japanese.
    """

    number: str
    notice_id: str
    state: EntryState
    reviewer: str | None = None
    heading: str
    title_zh: str
    issuers: tuple[str, ...] = ()
    date_publication: PartialDate | None = None
    date_document: PartialDate | None = None
    deadline: PartialDate | None = None
    document_number: str | None = None
    document_type: DocumentType
    measures: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    level: Level
    url: str | None = None
    fetched_at: datetime | None = None
    also_at: tuple[Copy, ...] = ()
    contacts: tuple[str, ...] = ()
    """Where opinions are sent (意見提出先), one line each."""
    related: tuple[RelatedRow, ...] = ()
    text: str = ""
    targets: tuple[TargetRow, ...] = ()
    warnings: tuple[str, ...] = ()
    key_plan: bool = False
    unreviewed: bool = True
    late: bool = False
    """A latecomer of an earlier, already issued month (補遺)."""
    undated: bool = False


class TargetRow(Record):
    """One line of an entry's table of targets, in Japanese; `source` is the Chinese clause."""

    indicator: str
    value: str
    period: str | None = None
    base: str | None = None
    scope: str | None = None
    source: str
    now: str | None = None
    """Where the place stands, by a figure released in the same issue (現況)."""


class RelatedRow(Record):
    """A document an entry refers to, in Japanese. `entry` is the number of its own entry."""

    kind: LinkKind
    title: str | None = None
    title_zh: str | None = None
    number: str | None = None
    entry: str | None = None


class AirRow(Record):
    """The air of one partner place in one period, as printed: values with their change on the
    year before in brackets. `entries` are the numbers of the entries that released them."""

    place: str
    period: str
    pm25: str | None = None
    o3: str | None = None
    days: str | None = None
    entries: tuple[str, ...] = ()


class PlanRow(Record):
    """One block of a printed full translation. `pairs` are (zh, ja, doubtful)."""

    kind: BlockKind
    level: int = 0
    pairs: tuple[tuple[str, str, bool], ...] = ()
    rows: tuple[tuple[tuple[str, str, bool], ...], ...] = ()


class Plan(Record):
    """A full translation (全文和訳・仮訳) of the key plan of one entry."""

    number: str
    title_ja: str
    title_zh: str
    state: EntryState
    reviewer: str | None = None
    unreviewed: bool = True
    rows: tuple[PlanRow, ...] = ()


class Section(Record):
    """A section of the bulletin: its id, Japanese heading, note and entries' numbers."""

    id: str
    heading: str
    note: str | None = None
    """Printed beneath the heading, e.g. the 該当なし line."""
    numbers: tuple[str, ...] = ()
    subsections: tuple[Section, ...] = ()


class Coverage(Record):
    """How one source fared, as printed at the end of an issue. `searched`: a search of its site
    stood in for a list, or was added to it."""

    source_id: str
    name_ja: str
    health: Health | Literal["unverified", "not_run", "manual"]
    notices: int = 0
    note: str | None = None
    searched: bool = False


class LeftOut(Record):
    """A notice that is not in the issue, why, and the command that brings it back. `doubtful`:
    so near the line that an analyst should look (要確認)."""

    notice_id: str
    title: str
    source: str
    url: str | None
    score: float
    rule: str
    command: str
    title_ja: str | None = None
    doubtful: bool = False


class ChangedLine(Record):
    """One line of a difference: taken away (-), added (+) or unchanged beside them ( )."""

    sign: Literal["-", "+", " "]
    text: str


class Change(Record):
    """What became of a page after its entry was issued (改訂・削除).

    `number` is that entry's; `lines` are old and new Chinese lines, empty for a page that is
    gone. `seen_before_at` is when the earlier state was last seen, `noticed_at` the later one.
    """

    number: str
    notice_id: str
    kind: Literal["revised", "vanished", "restored"]
    heading: str
    title_zh: str
    url: str
    seen_before_at: datetime
    noticed_at: datetime
    sha256_before: str
    sha256_after: str
    lines: tuple[ChangedLine, ...] = ()


class Term(Record):
    """One line of 用語の手引き."""

    zh: str
    ja: str
    note: str | None = None


class Bulletin(Record):
    """One issue, complete: everything a renderer needs and nothing it must look up."""

    label: str
    """2026-10, 2015-01..2026-12 or sample-2026-10."""
    title: str
    issue_number: int | None
    date_issue: PartialDate | None
    publisher: str
    contact: str | None = None
    period: str
    """Japanese: 2026年10月."""
    edition: str | None = None
    """Japanese name of the partner whose cities come first, or None."""
    sample: bool = False
    """見本（架空の内容） is printed on every page, sheet and file."""
    highlights: tuple[str, ...] = ()
    air: tuple[AirRow, ...] = ()
    """連携都市の大気質の状況."""
    sections: tuple[Section, ...] = ()
    entries: tuple[Entry, ...] = ()
    plans: tuple[Plan, ...] = ()
    changes: tuple[Change, ...] = ()
    """Pages of earlier issues that changed or vanished since."""
    coverage: tuple[Coverage, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unplaced: tuple[LeftOut, ...] = ()
    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()
    """凡例・免責, Japanese."""


Entry.model_rebuild()
Section.model_rebuild()
