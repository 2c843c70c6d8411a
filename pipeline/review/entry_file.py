"""An entry as an analyst sees it: facts in front matter, the summary as Markdown."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.model import Copy, DocumentType, EntryState, Level, RelatedRow, TargetRow
from pipeline.review.files import read_utf8
from pipeline.review.frontmatter import HumanDate, join, split, validate

_ITEM = re.compile(r"^[-*] +(.+)$", re.MULTILINE)


class EntryFront(BaseModel):
    """Front matter of entries/<number>.md. Every field may be corrected by an analyst; labels
    (measures, places, document_type, level) given here hold over the machine's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    notice: str
    state: EntryState = "draft"
    reviewer: str | None = None
    heading: str
    title_zh: str
    issuers: tuple[str, ...] = ()
    date_publication: HumanDate | None = None
    date_document: HumanDate | None = None
    deadline: HumanDate | None = None
    document_number: str | None = None
    document_type: DocumentType
    measures: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    level: Level
    key_plan: bool = False
    late: bool = False
    undated: bool = False
    url: str | None = None
    fetched_at: datetime | None = None
    also_at: tuple[Copy, ...] = ()
    contacts: tuple[str, ...] = ()
    related: tuple[RelatedRow, ...] = ()
    targets: tuple[TargetRow, ...] = ()


class EntryFile(BaseModel):
    """One file: its front matter and its Markdown body."""

    model_config = ConfigDict(frozen=True)

    front: EntryFront
    body: str

    def to_text(self) -> str:
        return join(_plain(self.front), self.body)


def read_entry(path: Path) -> EntryFile:
    """Read entries/<number>.md. Raises ReviewError."""
    front, body = split(path, read_utf8(path))
    return EntryFile(front=validate(path, EntryFront, front), body=body)


def summary_lines(body: str) -> list[str]:
    """The items of an entry's lists, in order: the sentences of its summary."""
    return [item.strip() for item in _ITEM.findall(body)]


def _plain(front: EntryFront) -> dict[str, Any]:
    values = front.model_dump(mode="json", exclude_none=True)
    # Always shown, so that an analyst sees where to write.
    ordered = {"number": values.pop("number"), "notice": values.pop("notice")}
    ordered["state"] = values.pop("state")
    ordered["reviewer"] = values.pop("reviewer", None)
    defaults: dict[str, Any] = {
        "late": False, "undated": False, "also_at": [], "key_plan": False, "contacts": [],
        "related": [],
    }  # fmt: skip
    return ordered | {key: value for key, value in values.items() if defaults.get(key) != value}
