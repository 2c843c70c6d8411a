"""geppo evidence: the archived records behind an entry. geppo rebuild: derive all of it again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import MonthOption, SampleOption, WindowOption, app
from pipeline.cli.commands.main_job import out
from pipeline.cli.commands.sources import JsonOption
from pipeline.cli.progress import console
from pipeline.errors import InputError
from pipeline.opening import opened
from pipeline.steps import evidence as steps


@app.command(epilog="Example: geppo evidence 2026-10-016 --export evidence/")
def evidence(
    entry: Annotated[str, typer.Argument(help="Entry number or notice id.")],
    folder: Annotated[
        Path | None,
        typer.Option("--export", help="Write the raw bytes and a JSON beside each here."),
    ] = None,
    as_json: JsonOption = False,
    month: MonthOption = None,
    window: WindowOption = None,
    sample: SampleOption = False,
) -> None:
    """Every archived record behind an entry, held against its sha256. Exit code 1 on damage."""
    if month is None and window is None and not sample and not entry.startswith("n-"):
        if entry.startswith("S-"):
            raise InputError(f"{entry} is of a special issue: give its --window too")
        month = entry.rpartition("-")[0]
    with opened(month, window, sample=sample) as (project, chosen):
        notice = steps.notice_of(project, project.folder(chosen), entry)
        found = steps.evidence(project, notice)
        files = steps.export(project, found, folder) if folder else ()
    if as_json:
        value = {
            "notice": notice.id,
            "title": notice.title,
            "url": notice.url,
            "raw_sha256": notice.raw_sha256,
            "extractor": notice.extractor,
            "records": [steps.facts(record) for record in found.records],
            "faults": list(found.faults),
            "files": [str(path) for path in files],
        }
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    else:
        _show(found)
        for path in files:
            out.print(str(path), markup=False)
    for fault in found.faults:
        console.print(f"damaged: {fault}", markup=False, soft_wrap=True)
    if found.faults:
        raise typer.Exit(1)


def _show(found: steps.Evidence) -> None:
    out.print(f"{found.notice.id}  {found.notice.title}", markup=False)
    for record in found.records:
        document = record.document
        state = str(document.status) + (f" {record.problem}" if record.problem else "")
        used = ", read for the entry" if record.used else ""
        for line in (
            f"{record.role}{used}: {document.url}",
            f"    fetched_at {document.fetched_at.isoformat()}  status {state}",
            f"    sha256 {document.sha256} {'DAMAGED' if record.fault else 'verified'}",
            f"    record {document.warc} at byte {document.offset}",
        ):
            out.print(line, markup=False)
