"""The folder of one issue: bulletins/<label>/{bulletin.yml entries/ plans/ machine/ ...}."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from pipeline.review.entry_file import EntryFile, read_entry
from pipeline.review.errors import ReviewError
from pipeline.review.events import Events
from pipeline.review.files import digest, read_utf8, write_atomic
from pipeline.review.frontmatter import HumanDate, validate
from pipeline.review.plan_file import PlanFile, read_plan


class BulletinFile(BaseModel):
    """bulletin.yml: what only the institute can say of an issue. Written once, then theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = "中国大気環境政策月報"
    number: int | None = None
    date_issue: HumanDate | None = None
    publisher: str = "（発行者未記入）"
    contact: str | None = None
    highlights: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """What happened to one machine file: created, refreshed, unchanged or kept (a person's)."""

    path: Path
    outcome: str


class IssueFolder:
    """Paths and safe writing for one issue."""

    def __init__(self, bulletins_dir: Path, label: str) -> None:
        self.label = label
        self.path = bulletins_dir / label
        self.entries = self.path / "entries"
        self.plans = self.path / "plans"
        self.machine = self.path / "machine"
        self.out = self.path / "out"
        self.published = self.path / "published"
        self.events = Events(self.path / "review.jsonl")

    @property
    def issued(self) -> bool:
        """Whether a revision of this issue was published."""
        return self.published.is_dir() and any(self.published.glob("r*/manifest.json"))

    def issued_at(self) -> datetime | None:
        """When the first revision was published, or None."""
        path = self.published / "r1" / "manifest.json"
        if not path.exists():
            return None
        try:
            return datetime.fromisoformat(json.loads(path.read_bytes())["at"])
        except (ValueError, KeyError, TypeError) as error:
            raise ReviewError(path, "at", "no manifest", "restore it from a copy") from error

    # --- bulletin.yml ------------------------------------------------------------------------

    def bulletin_file(self, default: BulletinFile | None = None) -> BulletinFile:
        """bulletin.yml, written from `default` the first time. Raises ReviewError."""
        path = self.path / "bulletin.yml"
        if not path.exists():
            made = default or BulletinFile()
            values = made.model_dump(mode="json")
            text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10_000)
            write_atomic(path, (_BULLETIN_NOTE + text).encode())
            return made
        try:
            values = yaml.safe_load(read_utf8(path)) or {}
        except (yaml.YAMLError, ValueError) as error:  # ValueError: 2026-13-40 is no date
            mark = getattr(error, "problem_mark", None)
            where = f"line {mark.line + 1}" if mark else "file"
            raise ReviewError(path, where, "no valid YAML", "correct it and run again") from error
        if not isinstance(values, dict):
            raise ReviewError(path, "file", "no key: value lines", "write title:, number: ...")
        return validate(path, BulletinFile, values)

    # --- numbers -----------------------------------------------------------------------------

    def numbers(self) -> dict[str, str]:
        """notice id -> entry number. A number once given stays with its notice.

        machine/numbers.json, completed by the entries themselves, so that neither loss of
        machine/ nor a killed run can give a number twice.
        """
        path = self.machine / "numbers.json"
        found: dict[str, str] = {}
        if path.exists():
            try:
                found = {str(k): str(v) for k, v in json.loads(path.read_bytes()).items()}
            except (ValueError, AttributeError) as error:
                raise ReviewError(
                    path, "file", "is no JSON object", "delete it; the entries hold the numbers"
                ) from error
        if self.entries.is_dir():
            for entry in sorted(self.entries.glob("*.md")):
                front = read_entry(entry).front
                found.setdefault(front.notice, front.number)
        return found

    def assign(self, notices: Sequence[tuple[str, ...]]) -> dict[str, str]:
        """Give numbers to notices without one, in order; return all.

        Each item is a notice id followed by the ids of its copies: where a copy had the number,
        the notice takes it over.
        """
        found = self.numbers()
        prefix = self.label.removeprefix("sample-")
        if ".." in prefix:
            prefix = "S"  # a special issue (特集号): its months do not fit a number
        last = max((int(number.rsplit("-", 1)[1]) for number in found.values()), default=0)
        for notice_id, *copies in notices:
            if notice_id in found:
                continue
            inherited = next((found[copy] for copy in copies if copy in found), None)
            if inherited is None:
                last += 1
                inherited = f"{prefix}-{last:03d}"
            found[notice_id] = inherited
        data = json.dumps(found, indent=1, sort_keys=True).encode()
        path = self.machine / "numbers.json"
        if not path.exists() or path.read_bytes() != data:
            write_atomic(path, data)
        return found

    # --- the two layers ----------------------------------------------------------------------

    def put_entry(self, number: str, text: str) -> Written:
        """Offer machine text for entries/<number>.md: written there only while no person
        touched the file; always kept in machine/<number>.md."""
        return self._put(self.entries / f"{number}.md", self.machine / f"{number}.md", text)

    def put_plan(self, number: str, text: str) -> Written:
        """The same for plans/<number>.md."""
        return self._put(self.plans / f"{number}.md", self.machine / f"{number}.plan.md", text)

    def _put(self, path: Path, machine: Path, text: str) -> Written:
        data = text.encode()
        log = machine.with_suffix(".hashes")
        hashes = log.read_text().split() if log.exists() else []
        touched = path.exists() and digest(path.read_bytes()) not in hashes
        unchanged = path.exists() and path.read_bytes() == data
        if not machine.exists() or machine.read_bytes() != data:
            write_atomic(machine, data)
        if unchanged and not touched:
            return Written(path, "unchanged")
        if touched:
            return Written(path, "kept")
        # The hash first: a run killed between the two writes must not mistake its own file
        # for a person's.
        if digest(data) not in hashes:
            write_atomic(log, "\n".join([*hashes, digest(data)]).encode())
        existed = path.exists()
        write_atomic(path, data)
        return Written(path, "refreshed" if existed else "created")

    def touched(self, number: str) -> bool:
        """Whether a person changed entries/<number>.md."""
        path = self.entries / f"{number}.md"
        log = self.machine / f"{number}.hashes"
        hashes = log.read_text().split() if log.exists() else []
        return path.exists() and digest(path.read_bytes()) not in hashes

    def newer_machine_text(self, number: str) -> bool:
        """Whether the machine has another text than the one the person's file began from."""
        log = self.machine / f"{number}.hashes"
        machine = self.machine / f"{number}.md"
        if not (log.exists() and machine.exists()):
            return False
        hashes = log.read_text().split()
        return bool(hashes) and digest(machine.read_bytes()) != hashes[-1]

    def entry(self, number: str) -> EntryFile:
        """entries/<number>.md. Raises ReviewError, also where there is none."""
        path = self.entries / f"{number}.md"
        if not path.exists():
            raise ReviewError(path, "entry", "no such file", f"run geppo draft for {self.label}")
        return read_entry(path)

    def plan(self, number: str) -> PlanFile | None:
        """plans/<number>.md, or None."""
        path = self.plans / f"{number}.md"
        return read_plan(path) if path.exists() else None

    def put_facts(self, number: str, facts: dict[str, Any]) -> None:
        """Machine facts beside an entry (warnings, sentences): machine/<number>.json."""
        data = json.dumps(facts, ensure_ascii=False, indent=1).encode()
        path = self.machine / f"{number}.json"
        if not path.exists() or path.read_bytes() != data:
            write_atomic(path, data)

    def facts(self, number: str) -> dict[str, Any]:
        """What `put_facts` kept, or an empty dict."""
        path = self.machine / f"{number}.json"
        if not path.exists():
            return {}
        try:
            value = json.loads(path.read_bytes())
        except ValueError as error:
            raise ReviewError(path, "file", "is no JSON", "delete it and draft again") from error
        return value if isinstance(value, dict) else {}


def all_folders(bulletins_dir: Path) -> list[IssueFolder]:
    """Every issue there is, in order of label."""
    if not bulletins_dir.is_dir():
        return []
    return [
        IssueFolder(bulletins_dir, path.name)
        for path in sorted(bulletins_dir.iterdir())
        if path.is_dir() and path.name != "templates"
    ]


_BULLETIN_NOTE = """\
# この号についての記載。分析担当者が編集する（システムは一度作成した後、書き換えない）。
# number: 号数。date_issue: 発行日（YYYY-MM-DD）。highlights: 今月のポイント（1行1項目）。
"""
