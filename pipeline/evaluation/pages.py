"""Scores the page readers on saved pages: the figures of `geppo evaluate pages`.

The family is detected from the page and no source file is used. Judged by the manifest's fields
and the fixed words below alone.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from pipeline.errors import InputError
from pipeline.extract.notice import Extraction, extract
from pipeline.families import detect
from pipeline.families.base import Page
from pipeline.families.listing import read_items

_SPACE = re.compile(r"\s+")
# Words that are furniture wherever they stand, and one that is furniture only on a short line.
_ALWAYS = ("关闭窗口", "上一篇", "下一篇", "分享到", "版权所有", "ICP备", "责任编辑")
_ON_SHORT_LINES = ("打印",)
_SHORT_LINE = 12
_READ_AT = datetime(2000, 1, 1, tzinfo=UTC)


class ManifestError(InputError):
    """The manifest cannot be read. The message names file, line, field and remedy."""


def _plain(text: str | None) -> str:
    return _SPACE.sub("", text or "").replace("\u200b", "")


def _target(href: str, url: str | None) -> str:
    """What an href is compared by: the resolved address, else its last path segment."""
    if url:
        return urljoin(url, href)
    return urlsplit(href).path.rstrip("/").rsplit("/", 1)[-1]


def is_clean(lines: Iterable[str]) -> bool:
    """Whether a body's lines hold no page furniture."""
    for line in lines:
        text = _plain(line)
        if any(word in text for word in _ALWAYS):
            return False
        if len(text) <= _SHORT_LINE and any(word in text for word in _ON_SHORT_LINES):
            return False
    return True


def read_manifest(manifest: Path) -> list[dict[str, Any]]:
    """The manifest's lines. Raises ManifestError."""
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{manifest}: cannot be read ({error})") from error
    records: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise ManifestError(f"{manifest}: line {number}: not JSON ({error})") from error
        for name in ("file", "kind", "title"):
            if not isinstance(record, dict) or not isinstance(record.get(name), str):
                raise ManifestError(f"{manifest}: line {number}: field {name!r} must be text")
        if not (manifest.parent / record["file"]).is_file():
            raise ManifestError(
                f"{manifest}: line {number}: no file {record['file']} beside the manifest"
            )
        records.append(record)
    if not records:
        raise ManifestError(f"{manifest}: no lines")
    return records


class _Tally:
    """Right answers and set counts, by metric."""

    def __init__(self) -> None:
        self.n = 0
        self.shares: dict[str, list[bool]] = {}
        self.sets: dict[str, list[int]] = {}

    def share(self, name: str, right: bool) -> None:
        self.shares.setdefault(name, []).append(right)

    def compare(self, name: str, expected: set[Any], found: set[Any]) -> None:
        counts = self.sets.setdefault(name, [0, 0, 0])
        counts[0] += len(expected & found)
        counts[1] += len(expected)
        counts[2] += len(found)

    def figures(self) -> dict[str, float]:
        result: dict[str, float] = {"n": self.n}
        for name, answers in self.shares.items():
            result[name] = sum(answers) / len(answers)
        for name, (both, expected, found) in self.sets.items():
            result[name] = 2 * both / (expected + found) if expected + found else 1.0
        return result


def _score_article(record: dict[str, Any], extraction: Extraction, tallies: list[_Tally]) -> None:
    notice = extraction.notice
    body = _plain(notice.body) if notice else ""
    url = record.get("url")
    expected = {_target(str(file["href"]), url) for file in record.get("attachments") or []}
    found = {_target(file.url, url) for file in notice.attachments} if notice else set()
    number = _plain(notice.document_number) if notice else ""
    for tally in tallies:
        tally.share("title", _plain(notice.title if notice else None) == _plain(record["title"]))
        if record.get("publish_date"):
            placed = (notice.date_publication or notice.date_placed) if notice else None
            tally.share("date", placed == record["publish_date"])
        tally.share("doc_number", number == _plain(record.get("doc_number")))
        for metric, name in (
            ("body_start", "body_first_40_chars"), ("body_end", "body_last_40_chars")
        ):  # fmt: skip
            if record.get(name):
                tally.share(metric, _plain(record[name]) in body)
        if record.get("body_first_40_chars"):
            tally.share(
                "body_clean",
                notice is not None and is_clean(notice.body.split("\n")),
            )
        tally.compare("attachments_f1", expected, found)


def _score_list(
    record: dict[str, Any], items: Iterable[tuple[str, str | None]], tallies: list[_Tally]
) -> None:
    url = record.get("url")
    expected = {
        (_target(str(item["href"]), url), item.get("date")) for item in record.get("items") or []
    }
    found = {(_target(href, url), date) for href, date in items}
    for tally in tallies:
        tally.compare("items_f1", expected, found)


def evaluate_pages(manifest: Path) -> dict[str, object]:
    """Read every page of a manifest and score it. Raises ManifestError."""
    records = read_manifest(manifest)
    bodies = [(manifest.parent / record["file"]).read_bytes() for record in records]
    whole = _Tally()
    kinds: dict[str, _Tally] = {}
    seconds = 0.0
    for record, body in zip(records, bodies, strict=True):
        kind = kinds.setdefault(record["kind"], _Tally())
        tallies = [whole, kind]
        for tally in tallies:
            tally.n += 1
        page = Page(record.get("url") or "", body)
        started = time.perf_counter()
        if record["kind"] == "gov_list":
            items, _ = read_items(page, None)
            seconds += time.perf_counter() - started
            _score_list(record, ((item.url, item.date) for item in items), tallies)
            continue
        extraction = extract(
            page, family=detect(page), fetched_at=_READ_AT, raw_sha256="0" * 64,
            source_id="evaluation",
        )  # fmt: skip
        seconds += time.perf_counter() - started
        _score_article(record, extraction, tallies)
    result: dict[str, object] = dict(whole.figures())
    result["seconds"] = seconds
    result["per_second"] = whole.n / seconds if seconds else 0.0
    result["by_kind"] = {name: tally.figures() for name, tally in sorted(kinds.items())}
    return result
