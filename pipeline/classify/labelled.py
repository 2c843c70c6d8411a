"""Reading labelled notices: the gold files that models learn from and figures are taken on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.extract.plaintext import blocks_of_text
from pipeline.model import Notice, notice_id

_FIELDS = ("title", "body", "relevance", "places", "level", "doc_type")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


class NoticesError(InputError):
    """A file of labelled notices cannot be used. The message names line, field and remedy."""


def read_notices(path: Path) -> list[Mapping[str, Any]]:
    """The lines of a labelled file. Raises NoticesError.

    `measure_types` is left out of a line whose text does not tell: a bare title rarely does.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NoticesError(f"{path}: cannot be read ({error}); give a UTF-8 file") from error
    records: list[Mapping[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise NoticesError(
                f"{path}, line {number}: is no JSON ({error}); write one object a line"
            ) from error
        missing = [name for name in _FIELDS if not isinstance(record, dict) or name not in record]
        if missing:
            raise NoticesError(
                f"{path}, line {number}: field {missing[0]} is missing; add it to the line"
            )
        records.append(record)
    if not records:
        raise NoticesError(f"{path}: holds no notice; write one JSON object a line")
    return records


def notice_of(record: Mapping[str, Any]) -> Notice:
    """The notice of a labelled line, from its title, body, url and date alone."""
    title, body = str(record["title"]), str(record["body"] or "")
    date = str(record.get("date") or "")
    placed = date if _DATE.fullmatch(date) else None
    url = record.get("url") or None
    return Notice(
        id=notice_id(str(url or title + body[:200])),
        source_id="labelled",
        url=str(url) if url else None,
        title=title,
        blocks=blocks_of_text(body),
        date_publication=placed,
        date_placed=placed,
        date_basis="publication" if placed else None,
        raw_sha256="",
        fetched_at=_EPOCH,
        extractor="labelled",
        origin="add",
    )
