"""Builders of records for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pipeline.model import Block, Classification, Label, Notice, PlaceLabel, notice_id

SEEN = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)


def notice(url: str, title: str, body: str = "正文一段。", **fields: Any) -> Notice:
    """A notice of `url`; its placing date follows from its fields."""
    publication, document = fields.get("date_publication"), fields.get("date_document")
    values: dict[str, Any] = {
        "id": notice_id(url),
        "source_id": "tianjin",
        "url": url,
        "title": title,
        "blocks": tuple(Block(kind="paragraph", text=line) for line in body.split("\n")),
        "raw_sha256": notice_id(url + title + body),
        "fetched_at": SEEN,
        "extractor": "test",
        "date_placed": publication or document,
        "date_basis": "publication" if publication else "document" if document else None,
    }
    return Notice(**(values | fields))


def labels(item: Notice, *, air: bool = True, **fields: Any) -> Classification:
    """Labels of a notice: air of Tianjin unless told otherwise."""
    values: dict[str, Any] = {
        "notice_id": item.id,
        "relevance": Label(
            id="air" if air else "not_air", score=0.9 if air else 0.1, rule="title-cue:大气"
        ),
        "places": (PlaceLabel(id="120000", role="issuer", rule="source"),),
        "level": "city",
        "document_type": "notice",
        "document_type_rule": "title:通知",
        "version": "test",
    }
    return Classification(**(values | fields))
