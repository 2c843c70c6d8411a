"""How the state of sources and a look at one are shown: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.cli.commands.main_job import out
from pipeline.steps.probe import Probe, ReadDetail
from pipeline.steps.sources import SourceState

_SHOWN_ITEMS = 20
_SHOWN_TEXT = 400
_LOG_WIDTH = 180
"""Characters of a table's line in a file or a mail."""


def print_table(table: Table) -> None:
    """A table as wide as the terminal; in a file or a mail, wide."""
    if out.is_terminal:
        out.print(table)
    else:
        Console(highlight=False, width=_LOG_WIDTH).print(table)


def print_json(value: object) -> None:
    """One line of JSON on standard output, nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def state_json(state: SourceState) -> dict[str, Any]:
    """A line of the state table."""
    source, last = state.source, state.last
    return {
        "id": source.id,
        "name_ja": source.name_ja,
        "level": source.level,
        "family": source.family,
        "status": source.status,
        "health": last.health if last else None,
        "swept": last.swept if last else None,
        "at": last.started_at.isoformat() if last else None,
        "message": last.message if last else None,
        "newest_date": state.newest,
        "failures": state.failures,
        "alarm": state.alarm,
        "checked_by_hand": str(state.checked_by_hand) if state.checked_by_hand else None,
        "manual_due": str(state.due) if state.due else None,
        "overdue": state.overdue,
    }


def probe_json(result: Probe, *, details: bool = False) -> dict[str, Any]:
    """A probe; with `details`, all listed items too."""
    report, before = result.report, result.before
    value: dict[str, Any] = {
        "id": result.source.id,
        "family": result.source.family,
        "health": report.health,
        "swept": report.swept,
        "robots": result.robots,
        "list_parsed": report.list_parsed,
        "items": report.items_listed,
        "recent": report.items_in_window,
        "newest_date": report.newest_date,
        "before": before
        and {
            "health": before.health,
            "at": before.started_at.isoformat(),
            "items": before.items_listed,
            "newest_date": before.newest_date,
        },
        "details": [_detail_json(detail) for detail in result.details],
        "problems": list(result.problems),
        "message": report.message,
        "failures": result.failures,
        "alarm": result.alarm,
    }
    if details:
        value["listed"] = [
            {"url": item.url, "title": item.title, "date": item.date} for item in result.items
        ]
    return value


def _detail_json(detail: ReadDetail) -> dict[str, Any]:
    notice = detail.extraction.notice
    value: dict[str, Any] = {"url": detail.page.url, "faults": list(detail.faults)}
    if notice:
        value |= {
            "title": notice.title,
            "date_publication": notice.date_publication,
            "date_document": notice.date_document,
            "document_number": notice.document_number,
            "issuing_bodies": list(notice.issuing_bodies),
            "body_length": len(notice.body),
            "attachments": [attachment.name for attachment in notice.attachments],
        }
    return value


def show_checks(found: tuple[Probe, ...]) -> None:
    """The table of `geppo sources check`."""
    table = Table(
        "source", "health", "robots", "items", "newest", "article", "date", "文号", "length",
        "problem",
    )  # fmt: skip
    for result in found:
        notice = next((d.extraction.notice for d in result.details if d.extraction.notice), None)
        report, before = result.report, result.before
        table.add_row(
            result.source.id,
            _change(before.state if before else None, report.state),
            result.robots,
            _change(before.items_listed if before else None, report.items_listed),
            _change(before.newest_date if before else None, report.newest_date or "-"),
            escape(notice.title[:24]) if notice else "-",
            (notice.date_publication or "-") if notice else "-",
            escape(notice.document_number or "-") if notice else "-",
            str(len(notice.body)) if notice else "-",
            escape("; ".join(result.problems)),
        )
    print_table(table)
    failed = sum(bool(result.problems) for result in found)
    out.print(f"{len(found)} looked at, {failed} failed")


def _change(before: object, now: object) -> str:
    """`now`, after what it was where that differs."""
    return str(now) if before in (None, now) else f"{before} → {now}"


def show_try(result: Probe) -> None:
    """What would be collected and extracted."""
    report = result.report
    out.print(
        f"family {result.source.family}, {report.state}, robots {result.robots}, "
        f"{len(result.items)} items, {report.items_in_window} recent",
        markup=False,
    )
    for words in dict.fromkeys((report.message or "", *result.problems)):
        if words:
            out.print(words, markup=False)
    table = Table("date", "title", "url")
    for item in result.items[:_SHOWN_ITEMS]:
        table.add_row(item.date or "-", escape(item.title), escape(item.url))
    if result.items:
        print_table(table)
    for detail in result.details:
        _show_detail(detail)


def _show_detail(detail: ReadDetail) -> None:
    table = Table(show_header=False)
    table.add_row("url", escape(detail.page.url))
    notice = detail.extraction.notice
    if notice:
        body = " ".join(notice.body.split())
        table.add_row("title", escape(notice.title))
        table.add_row("発布日期", notice.date_publication or "-")
        table.add_row("成文日期", notice.date_document or "-")
        table.add_row("文号", escape(notice.document_number or "-"))
        table.add_row("発出機関", escape("、".join(notice.issuing_bodies) or "-"))
        table.add_row("body", escape(f"{len(notice.body)} characters: {body[:_SHOWN_TEXT]}"))
        table.add_row("ends", escape(body[-80:]))
        for attachment in notice.attachments:
            table.add_row("attachment", escape(f"{attachment.name} {attachment.url}"))
    for fault in detail.faults:
        table.add_row("fault", escape(fault))
    print_table(table)
