"""geppo evidence: the archived records behind an entry. geppo rebuild: derive all of it again."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import MonthOption, SampleOption, SourceOption, WindowOption, app
from pipeline.cli.commands.main_job import out
from pipeline.cli.commands.sources import JsonOption
from pipeline.cli.progress import console, shown
from pipeline.errors import InputError
from pipeline.opening import opened
from pipeline.sources import source_by_id
from pipeline.steps import evidence as steps
from pipeline.steps import rebuild as rebuilding
from pipeline.steps.reading import MANUAL


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


@app.command(epilog="Example: geppo rebuild --source beijing-sthjj")
def rebuild(
    source: SourceOption = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Put what was derived in place of the store's own.")
    ] = False,
    as_json: JsonOption = False,
    sample: SampleOption = False,
) -> None:
    """Derive all notices again from the archive, without the network; show what differs and why."""
    with opened(sample=sample) as (project, _), shown() as progress:
        if source is not None and source != MANUAL:
            source_by_id(project.sources, source)
        done = rebuilding.rebuild(project, source=source, apply=apply, progress=progress)
    if as_json:
        value = {
            "pages": done.pages,
            "same": done.same,
            "applied": done.applied,
            "differences": [asdict(difference) for difference in done.differences],
        }
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        return
    for item in done.differences:
        reason = rebuilding.REASONS[item.reason] + (f" ({item.detail})" if item.detail else "")
        fields = f" [{', '.join(item.fields)}]" if item.fields else ""
        out.print(f"{item.kind} {item.notice_id}{fields}: {reason}: {item.title}", markup=False)
    counts = Counter(f"{item.kind}, {rebuilding.REASONS[item.reason]}" for item in done.differences)
    out.print(f"{done.pages} pages read again, {done.same} notices the same")
    for words, number in sorted(counts.items()):
        out.print(f"{number} {words}")
    if done.applied:
        out.print("the store now holds what was derived; run geppo draft to see it in entries")
    elif done.differences:
        out.print("nothing was changed; --apply puts this in place of the store's notices")


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
