"""Frozen pairs: a list and an article of a source as they were, and what must be read in them.

A folder holds the two pages and expected.json, which also names the selectors of that day, so
that an old pair goes on passing after the site was redesigned and the source file changed.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipeline import families
from pipeline.dates import Window
from pipeline.extract import extract
from pipeline.families.base import FetchRequest, Page
from pipeline.model import Notice, Source
from pipeline.steps.probe import Probe, ReadDetail, ReadList

EXPECTED = "expected.json"
_ALWAYS = Window(date(1990, 1, 1), date(2100, 1, 1), "1990-01..2099-12")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EDGE = 60
"""Characters of the beginning and the end of a body that are compared."""
_SHOWN_ITEMS = 3


def freeze(probe: Probe, folder: Path) -> tuple[Path, ...]:
    """Write the list, the article and what was read in them; return the files.

    The expectation says `reviewed: false` until a person compared it with the pages. Raises
    FileExistsError where the folder exists: a frozen pair never changes.
    """
    filled = [read for read in probe.lists if read.listing.items] or list(probe.lists)
    folder.mkdir(parents=True)
    source = probe.source.model_dump(
        mode="json", include={"family", "columns", "selectors"}, exclude_defaults=True
    )
    expected: dict[str, Any] = {
        "reviewed": False,
        "how": "compare with the pages, correct what is wrong, then set reviewed to true",
        "source": source,
    }
    files: list[Path] = []
    if filled:
        expected["list"] = _list_facts(filled[0])
        files.append(_write(folder / f"list{_ending(filled[0].page)}", filled[0].page.body))
        expected["list"]["file"] = files[-1].name
    if probe.details:
        detail = probe.details[0]
        expected["detail"] = _detail_facts(detail)
        files.append(_write(folder / f"detail{_ending(detail.page)}", detail.page.body))
        expected["detail"]["file"] = files[-1].name
    text = json.dumps(expected, ensure_ascii=False, indent=1) + "\n"
    files.append(_write(folder / EXPECTED, text.encode()))
    return tuple(files)


def differences(folder: Path) -> list[str]:
    """What is read otherwise than expected in a frozen pair, and that nobody reviewed it."""
    path = folder / EXPECTED
    expected = json.loads(path.read_text(encoding="utf-8"))
    found = []
    if not expected.get("reviewed"):
        found.append(f"{path}: not reviewed; {expected['how']}")
    source = _source(expected["source"])
    for part in ("list", "detail"):
        wanted = expected.get(part)
        if wanted is None:
            continue
        file = wanted["file"]
        page = Page(wanted["url"], (folder / file).read_bytes(), 200, wanted["content_type"])
        reread = _reread_list if part == "list" else _reread_detail
        facts = reread(page, wanted, source)
        for name, value in facts.items():
            if wanted.get(name) != value:
                found.append(f"{folder / file}: {name}: {value!r}, expected {wanted.get(name)!r}")
    return found


def _source(fields: dict[str, Any]) -> Source:
    return Source.model_validate(
        {
            "id": "frozen", "name": "frozen", "name_ja": "frozen", "level": "city",
            "place": "100000", "issuer": "frozen", "evidence": "frozen", **fields,
        }
    )  # fmt: skip


def _list_facts(read: ReadList) -> dict[str, Any]:
    items = read.listing.items
    return {
        "url": read.page.url,
        "content_type": read.page.content_type,
        "method": read.request.method,
        "body": (read.request.body or b"").decode() or None,
        "column": read.request.column,
        "items": len(items),
        "first": [
            {"url": item.url, "title": item.title, "date": item.date}
            for item in items[:_SHOWN_ITEMS]
        ],
    }


def _reread_list(page: Page, wanted: dict[str, Any], source: Source) -> dict[str, Any]:
    body = wanted["body"].encode() if wanted["body"] else None
    request = FetchRequest(
        wanted["url"], method=wanted["method"], body=body, column=wanted["column"]
    )
    listing = families.get(source.family).read_list(page, request, source, _ALWAYS)
    facts = _list_facts(ReadList(request, page, listing))
    return {name: facts[name] for name in ("items", "first")}


def _detail_facts(detail: ReadDetail) -> dict[str, Any]:
    page = detail.page
    told = {"url": page.url, "content_type": page.content_type, "hints": dict(detail.hints)}
    notice = detail.extraction.notice
    return told | (_facts(notice) if notice else {"title": None})


def _reread_detail(page: Page, wanted: dict[str, Any], source: Source) -> dict[str, Any]:
    notice = extract(
        page,
        source=source,
        fetched_at=_EPOCH,
        raw_sha256="frozen",
        source_id="frozen",
        hints=wanted["hints"],
    ).notice
    return _facts(notice) if notice else {"title": None}


def _facts(notice: Notice) -> dict[str, Any]:
    return {
        "title": notice.title,
        "date_publication": notice.date_publication,
        "date_document": notice.date_document,
        "document_number": notice.document_number,
        "issuing_bodies": list(notice.issuing_bodies),
        "body_start": notice.body[:_EDGE],
        "body_end": notice.body[-_EDGE:],
        "attachments": [attachment.url for attachment in notice.attachments],
    }


def _ending(page: Page) -> str:
    kind = (page.content_type or "").lower()
    known = (("json", ".json"), ("xml", ".xml"), ("pdf", ".pdf"))
    found = next((ending for word, ending in known if word in kind), ".html")
    return ".html" if found == ".xml" and "html" in kind else found


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
