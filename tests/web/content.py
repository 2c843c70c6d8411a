"""The invented notices: Markdown-like files with YAML front matter, and the labels we gave them.

A body line is a paragraph; `^ ` before it centres it, `> ` sets it to the right, and lines that
begin with `|` are the rows of a table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True)
class File:
    """An attachment: its name with suffix, its format and its text in body notation."""

    name: str
    format: str
    text: str


@dataclass(frozen=True)
class Doc:
    """One notice of one site. Dates are `YYYY-MM-DD`; a date that is not shown is None."""

    id: str
    site: str
    title: str
    issuer: str
    column: str
    body: str
    gold: dict[str, Any]
    number: str | None = None
    published: str | None = None
    written: str | None = None
    list_date: str | None = None
    meta_date: str | None = None
    republished: str | None = None
    source: str | None = None
    encoding: str = "utf-8"
    declared: str = "utf-8"
    """The charset the page claims; the bytes may say otherwise."""
    served_as: str = "html"
    folder: str | None = None
    repost_of: str | None = None
    revised_at: str | None = None
    unlisted: bool = False
    """No list names it; only the site's search finds it."""
    files: tuple[File, ...] = field(default=())

    def digest(self, length: int, *, digits: bool = False) -> str:
        """A stable id of this notice, as a CMS would have given it."""
        hexed = hashlib.sha256(self.id.encode()).hexdigest()
        if not digits:
            return hexed[:length]
        return str(int(hexed, 16))[:length]

    @property
    def text(self) -> str:
        """The body as a reader sees it, without the notation."""
        return "\n".join(line.lstrip("^> ") for line in self.body.splitlines())


def _day(value: object) -> str | None:
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


def split_front(text: str) -> tuple[dict[str, Any], str]:
    """The front matter and the body of one file."""
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front), body.strip()


def _read(path: Path, visit: int) -> Doc:
    front, body = split_front(path.read_text(encoding="utf-8"))
    revision = front.get("revision")
    if revision and visit > 1:
        body = revision["body"].strip()
    return Doc(
        id=front["id"],
        site=path.parent.name,
        title=front["title"],
        issuer=front["issuer"],
        column=front["column"],
        body=body,
        gold=front["gold"],
        number=front.get("document_number"),
        published=_day(front.get("date_publication")),
        written=_day(front.get("date_document")),
        list_date=_day(front.get("list_date")),
        meta_date=_day(front.get("meta_date")),
        republished=_day(front.get("republished")),
        source=front.get("source"),
        encoding=front.get("encoding", "utf-8"),
        declared=front.get("declared", "utf-8"),
        served_as=front.get("served_as", "html"),
        folder=front.get("folder"),
        repost_of=front.get("repost_of"),
        revised_at=_day(revision["at"]) if revision else None,
        unlisted=front.get("unlisted", False),
        files=tuple(File(**entry) for entry in front.get("attachments") or ()),
    )


def load_docs(folder: Path = CONTENT, visit: int = 1) -> dict[str, Doc]:
    """Every notice by id, as it stands at a visit (the second sees the revision). A repost
    carries the body and the files of its original."""
    docs = {doc.id: doc for doc in _all(folder, visit)}
    return {
        key: doc if doc.repost_of is None else _repost(doc, docs[doc.repost_of])
        for key, doc in docs.items()
    }


def _all(folder: Path, visit: int) -> Iterator[Doc]:
    for path in sorted(folder.glob("*/*.md")):
        yield _read(path, visit)


def _repost(doc: Doc, original: Doc) -> Doc:
    return Doc(**{**doc.__dict__, "body": original.body, "files": original.files})
