"""terms.csv handed out to people and taken back: what would change is shown before it does."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.review.files import write_atomic
from pipeline.steps.terms import TermChange, compare
from pipeline.vocab import Glossary, Term, lint
from pipeline.vocab.load import TERMS
from pipeline.vocab.tables import SEPARATOR
from pipeline.vocab.terms import TERM_COLUMNS, TermStatus, load_terms


@dataclass(frozen=True)
class TermImport:
    """What an imported table would do: changes, faults it would bring, and the new file."""

    changes: tuple[TermChange, ...]
    faults: tuple[str, ...]
    glossary: Glossary
    data: bytes


def export_terms(glossary_dir: Path, file: Path) -> int:
    """Write the terms as CSV that Excel opens as UTF-8; returns how many."""
    data = (glossary_dir / TERMS).read_bytes()
    count = len(load_terms(glossary_dir / TERMS).terms)
    write_atomic(file, b"\xef\xbb\xbf" + data.removeprefix(b"\xef\xbb\xbf"))
    return count


def plan_import(glossary_dir: Path, file: Path) -> TermImport:
    """Compare a table with terms.csv; nothing is written.

    Known terms keep their place, new ones come at the end, terms the table lacks are removed.
    Columns may stand in any order. Raises InputError naming file, line, field and remedy.
    """
    current = glossary_dir / TERMS
    with tempfile.TemporaryDirectory(prefix="geppo-terms-") as scratch:
        # Under its own name, so that faults name the file the person knows.
        copy = Path(scratch) / file.name
        copy.write_text(_in_column_order(file), encoding="utf-8")
        given = load_terms(copy)
        rows = {cells["zh"].strip(): cells for cells in _cells(copy.read_text(encoding="utf-8"))}
        folder = Path(scratch) / "glossary"
        folder.mkdir()
        for path in glossary_dir.iterdir():
            if path.is_file():
                shutil.copy(path, folder)
        old = list(_cells(current.read_text(encoding="utf-8-sig")))
        data = _table(old, rows)
        (folder / TERMS).write_bytes(data)
        known = set(lint(glossary_dir))
        faults = tuple(fault for fault in lint(folder) if fault not in known)
    before = load_terms(current)
    return TermImport(tuple(compare(before, given)), faults, given, data)


def apply_import(glossary_dir: Path, planned: TermImport) -> None:
    """Write terms.csv. Raises InputError where the import would bring faults."""
    if planned.faults:
        raise InputError(
            f"terms.csv is left as it was: {len(planned.faults)} faults; first: {planned.faults[0]}"
        )
    write_atomic(glossary_dir / TERMS, planned.data)


def _table(old: list[dict[str, str]], new: dict[str, dict[str, str]]) -> bytes:
    known = [cells["zh"].strip() for cells in old]
    order = [zh for zh in known if zh in new] + [zh for zh in new if zh not in set(known)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(TERM_COLUMNS)
    for zh in order:
        writer.writerow([new[zh][name].strip() for name in TERM_COLUMNS])
    return text.getvalue().encode()


def _decoded(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file} is not UTF-8; save it in Excel as “CSV UTF-8”, other forms lose Chinese"
        ) from error


def _in_column_order(file: Path) -> str:
    """The table's text with its columns in the order of terms.csv, lines kept."""
    text = _decoded(file)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return text  # load_terms says where
    header = [name.strip() for name in rows[0]] if rows else []
    if sorted(header) != sorted(TERM_COLUMNS) or header == list(TERM_COLUMNS):
        return text
    places = [header.index(name) for name in TERM_COLUMNS]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([row[i] for i in places] if len(row) == len(header) else row)
    return out.getvalue()


def _cells(text: str) -> Iterator[dict[str, str]]:
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if any((value or "").strip() for value in row.values()):
            yield row


# --- earlier versions ---------------------------------------------------------------------------


def earlier_terms(home: Path, since: str) -> Glossary:
    """The glossary of an older file, or of a git revision. Raises InputError."""
    if since.endswith(".csv"):
        return _old_glossary(since, _decoded(Path(since)))
    if since.startswith("-") or not since:
        raise InputError(f"{since!r} is no revision; give a commit, a tag or an older terms.csv")
    try:
        shown = subprocess.run(
            ["git", "-C", str(home), "show", f"{since}:./glossary/{TERMS}"],
            capture_output=True, check=False,
        )  # fmt: skip
    except OSError as error:
        raise InputError("git is not installed; give an older terms.csv to --since") from error
    if shown.returncode:
        reason = shown.stderr.decode(errors="replace").strip().splitlines()
        raise InputError(
            f"git knows no glossary/{TERMS} at {since!r} ({reason[0] if reason else 'no reason'}); "
            "give a commit, a tag or an older terms.csv"
        )
    return _old_glossary(since, shown.stdout.decode("utf-8-sig", errors="replace"))


def _old_glossary(name: str, text: str) -> Glossary:
    """Older tables may have fewer columns; zh and ja they must have."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {"zh", "ja"} <= set(reader.fieldnames or ()):
        raise InputError(f"{name}: no columns zh and ja; it is no older terms.csv")
    return Glossary([_term(row) for row in reader if row["zh"] and row["ja"]], name)


def _term(row: dict[str, str]) -> Term:
    def one(field: str) -> str | None:
        return (row.get(field) or "").strip() or None

    def many(field: str) -> tuple[str, ...]:
        parts = (part.strip() for part in (row.get(field) or "").split(SEPARATOR))
        return tuple(part for part in parts if part)

    status: TermStatus = "to_confirm" if one("status") == "to_confirm" else "confirmed"
    return Term(
        zh=row["zh"].strip(), ja=row["ja"].strip(), admitted=many("admitted"),
        forbidden=many("forbidden"), reading=one("reading"), category=one("category") or "",
        first_mention=one("first_mention"), note=one("note"), status=status,
        evidence=one("evidence") or "", not_inside=many("not_inside"),
    )  # fmt: skip
