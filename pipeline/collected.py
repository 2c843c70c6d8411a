"""The base of all records, and the records of collection: sources and what they gave.

`pipeline.model` hands them on with all others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.dates import PartialDate


class Record(BaseModel):
    """Base of every record: frozen, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Level = Literal["central", "region", "province", "city"]
DocumentType = Literal[
    "law",
    "plan",
    "notice",
    "announcement",
    "draft_for_comment",
    "standard",
    "interpretation",
    "news",
    "data_release",
    "other",
]
DOCUMENT_TYPES: tuple[DocumentType, ...] = (
    "law", "plan", "notice", "announcement", "draft_for_comment",
    "standard", "interpretation", "news", "data_release", "other",
)  # fmt: skip


class Column(Record):
    """One list page of a source. `params` are what the family needs (column id, unit id ...)."""

    url: str
    name: str | None = None
    params: dict[str, str] = Field(default_factory=dict)


class Expected(Record):
    """How many notices a month a source promises; outside it an issue is raised."""

    min: int = Field(default=0, ge=0)
    max: int | None = Field(default=None, ge=1)


class ManualCheck(Record):
    """A reminder for a source no spider can read: how often (days) and what to do."""

    interval: int = Field(ge=1)
    message: str


class Sweep(Record):
    """A keyword search of a source's site, made in the run in which one of its columns died.

    `url` holds {word} and {page} where they belong; `params` and `selectors` are those of the
    search's family.
    """

    url: str
    family: str = "site_search"
    params: dict[str, str] = Field(default_factory=dict)
    selectors: dict[str, str] = Field(default_factory=dict)
    always: bool = False
    """Search in every run: the columns are known not to hold everything."""

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if "{word}" not in self.url + self.params.get("form", ""):
            raise ValueError("no {word} in url or params.form to stand for the search term")
        return self


SourceStatus = Literal["active", "unverified", "blocked", "manual", "retired"]


class Source(Record):
    """One declared source: a YAML file of spiders/sources.

    `selectors` override a family's CSS selectors by name (list_item, list_date, title, body,
    date, document_number ...). `options` are transport options: proxy, tls_legacy, headers.
    `evidence` says where the facts come from and how sure they are. `issuer`, who is taken to
    have issued what does not say, is the source itself where it is not given.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    name_ja: str
    family: str
    level: Level
    place: str
    issuer: str
    columns: tuple[Column, ...] = ()
    sweep: Sweep | None = None
    selectors: dict[str, str] = Field(default_factory=dict)
    options: dict[str, str | int | float | bool] = Field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    """If given, only list items whose title holds one of these are followed."""
    expected: Expected = Expected()
    status: SourceStatus = "unverified"
    evidence: str
    checked_at: PartialDate | None = None
    valid_until: PartialDate | None = None
    manual_check: ManualCheck | None = None

    @model_validator(mode="before")
    @classmethod
    def _issues_itself(cls, fields: Any) -> Any:
        if isinstance(fields, dict) and "name" in fields:
            return {"issuer": fields["name"], **fields}
        return fields


class RawDocument(Record):
    """One archived response. `warc` is relative to the archive folder; `offset` in bytes."""

    sha256: str
    url: str
    source_id: str
    kind: Literal["list", "detail", "attachment", "robots"]
    status: int
    content_type: str | None
    fetched_at: datetime
    warc: str
    offset: int
    parent_url: str | None = None
    """The list page (of a detail) or the article (of an attachment)."""


Health = Literal[
    "ok",
    "empty",
    "below_minimum",
    "blocked",
    "dns_failure",
    "timeout",
    "http_error",
    "redirected",
    "layout_changed",
    "spider_error",
    "disabled",
]


class SourceReport(Record):
    """What one source gave in one run. `list_parsed`: a list page was really read. `swept`: how
    many of the items in the window its search gave; None where none was made, or none was read.
    Whatever a search gives, `health` is that of the columns."""

    source_id: str
    health: Health
    started_at: datetime
    list_parsed: bool = False
    items_listed: int = 0
    items_in_window: int = 0
    fetched: int = 0
    unchanged: int = 0
    newest_date: PartialDate | None = None
    swept: int | None = None
    message: str | None = None

    @property
    def state(self) -> str:
        """The health, for a table; that a search was made is told beside it."""
        return self.health if self.swept is None else f"{self.health} + search"
