"""Keeping the glossary: which sentences a term touches, and whether a text keeps the terms.

Nothing here changes a draft, an entry or the memory: a changed term is reported, people decide.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from pipeline.checks.consistency import inconsistent_terms, sentences
from pipeline.checks.terms import check_terms, fold
from pipeline.errors import InputError
from pipeline.issues import Code
from pipeline.model import Draft, PlanRow
from pipeline.project import Project
from pipeline.review.entry_file import read_entry
from pipeline.review.folder import IssueFolder, all_folders
from pipeline.review.plan_file import read_plan
from pipeline.translate.memory_file import held, load_rows
from pipeline.translate.tmx import read_tmx
from pipeline.vocab import Glossary, Term

_NUMBER = re.compile(r"(?:[0-9]{4}-[0-9]{2}|S)-[0-9]{3,}")
_DECISIVE = ("ja", "admitted", "forbidden", "first_mention", "not_inside")
_ITEM = re.compile(r"^[-*] +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Pair:
    """One sentence and its Japanese, and where it stands. `zh` is None for Japanese alone."""

    where: str
    zh: str | None
    ja: str


@dataclass(frozen=True)
class TermFault:
    """A term that a Japanese text lacks, a form it must not use, or a term it renders in more
    than one way. `ja` is the sentence, empty for the whole text."""

    where: str
    message: str
    ja: str
    kind: Literal["missing", "forbidden", "inconsistent"]


@dataclass(frozen=True)
class TermChange:
    """A term before and after; None where it did not or does not exist."""

    zh: str
    before: Term | None
    after: Term | None

    @property
    def matters(self) -> bool:
        """Whether it can change Japanese: not where only the note, reading or status differ."""
        if self.before is None or self.after is None:
            return True
        return any(getattr(self.before, name) != getattr(self.after, name) for name in _DECISIVE)

    def describe(self) -> str:
        """One line: + added, - removed, ~ changed with each field."""
        if self.before is None and self.after is not None:
            return f"+ {self.zh}: {self.after.ja}"
        if self.after is None and self.before is not None:
            return f"- {self.zh}: {self.before.ja}"
        parts = []
        for field in fields(Term):
            old, new = getattr(self.before, field.name), getattr(self.after, field.name)
            if old != new:
                parts.append(f"{field.name} {_cell(old)} → {_cell(new)}")
        return f"~ {self.zh}: {'; '.join(parts)}"


def _cell(value: object) -> str:
    text = "|".join(value) if isinstance(value, tuple) else value
    return str(text) if text else "（空）"


TouchKind = Literal["draft", "entry", "plan", "memory"]


@dataclass(frozen=True)
class Touch:
    """A sentence that a changed term stands in: a machine draft's, an approved entry's or full
    translation's, or the memory's."""

    kind: TouchKind
    name: str
    zh: str
    ja: str
    terms: tuple[str, ...]


# --- check ------------------------------------------------------------------------------------


def check_texts(pairs: Iterable[Pair], glossary: Glossary) -> list[TermFault]:
    """Terms missing and forms forbidden in the order of the text, then terms rendered in more
    than one way."""
    kept = list(pairs)
    found: list[TermFault] = []
    alone = _forbidden_forms(glossary)
    for pair in kept:
        if pair.zh is None:
            found += [
                TermFault(pair.where, message, pair.ja, "forbidden") for message in alone(pair.ja)
            ]
            continue
        for check in check_terms(pair.zh, pair.ja, glossary):
            found.append(
                TermFault(
                    pair.where, check.message, pair.ja,
                    "forbidden" if check.code == Code.TERM_FORBIDDEN else "missing",
                )
            )  # fmt: skip
    uses = inconsistent_terms([(p.zh, p.ja) for p in kept if p.zh is not None], glossary)
    return found + [TermFault("全体", use.message, "", "inconsistent") for use in uses]


def _forbidden_forms(glossary: Glossary) -> Callable[[str], list[str]]:
    """Finds forbidden forms in Japanese whose source is not known."""
    allowed = {fold(form) for term in glossary.terms for form in term.renderings}
    forbidden = {
        fold(form): term
        for term in glossary.terms
        for form in term.forbidden
        if fold(form) not in allowed
    }
    longest = sorted((form for form in allowed if len(form) > 1), key=len, reverse=True)

    def find(ja: str) -> list[str]:
        folded = fold(ja)
        if not any(form in folded for form in forbidden):
            return []
        for form in longest:
            folded = folded.replace(form, "〓")
        return [
            f"使わない訳語「{form}」がある（用語「{term.zh}」は「{term.ja}」とする）"
            for form, term in forbidden.items()
            if form in folded
        ]

    return find


def texts_of(project: Project, target: str) -> list[Pair]:
    """The sentences of an entry (by number) or of a file: an entry or full translation (.md),
    TMX, CSV with columns zh and ja, JSON Lines with zh and ja, or plain Japanese. Raises
    InputError."""
    path = Path(target)
    if path.is_file():
        return _file_pairs(project, path)
    if not _NUMBER.fullmatch(target):
        raise InputError(
            f"{target} is neither a file nor an entry number; "
            "give a path, or a number such as 2026-10-016"
        )
    for folder in _folders(project):
        if (folder.entries / f"{target}.md").exists():
            plan = folder.plan(target)
            return [*_entry_pairs(folder, target), *_plan_pairs(plan.rows if plan else ())]
    raise InputError(
        f"no entry {target} in {project.settings.bulletins_dir}; run geppo draft for its month"
    )


def _folders(project: Project) -> list[IssueFolder]:
    """The issues of this project: the sample's entries bear the same numbers as real ones."""
    return [
        folder
        for folder in all_folders(project.settings.bulletins_dir)
        if folder.label.startswith("sample-") == bool(project.sample)
    ]


def _entry_pairs(folder: IssueFolder, number: str) -> list[Pair]:
    entry = folder.entry(number)
    draft = folder.facts(number).get("draft", {})
    pairs = [Pair("見出し", entry.front.title_zh, entry.front.heading)]
    sources = [segment["zh"] for segment in draft.get("summary", ())]
    lines = [line.strip() for line in _ITEM.findall(entry.body)]
    if len(lines) == len(sources):
        return pairs + [
            Pair(f"概要{i}", zh, ja)
            for i, (zh, ja) in enumerate(zip(sources, lines, strict=True), 1)
        ]
    # A rewritten summary no longer stands line against line.
    return [*pairs, Pair("概要", "\n".join(sources) or None, entry.body)]


def _plan_pairs(rows: Sequence[PlanRow]) -> list[Pair]:
    found = []
    for index, row in enumerate(rows, 1):
        for zh, ja, _ in row.pairs or tuple(cell for line in row.rows for cell in line):
            found.append(Pair(f"全文{index}", zh, ja))
    return found


def _file_pairs(project: Project, path: Path) -> list[Pair]:
    suffix = path.suffix.lower()
    if suffix == ".tmx":
        rows = read_tmx(path, "-", project.today).rows
        return [Pair(f"{i}", row.zh, row.ja) for i, row in enumerate(rows, 1)]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    if suffix == ".md" and "<!-- 1 " in text:
        return _plan_pairs(read_plan(path).rows)
    if suffix == ".md" and text.startswith("---"):
        folder = IssueFolder(path.resolve().parents[2], path.resolve().parents[1].name)
        if folder.entries / path.name == path.resolve():
            return _entry_pairs(folder, path.stem)
        front = read_entry(path)
        return [Pair("概要", None, front.body)]
    if suffix in (".csv", ".jsonl"):
        rows_read = _table_rows(path, text) if suffix == ".csv" else _json_rows(path, text)
        return [Pair(f"{line}行", zh, ja) for line, zh, ja in rows_read]
    lines = [(i, line.strip()) for i, line in enumerate(text.splitlines(), 1) if line.strip()]
    return [Pair(f"{i}行", None, line) for i, line in lines]


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
            yield number, str(values["zh"]), str(values["ja"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}, line {number}: no object with zh and ja; correct or delete the line"
            ) from error


def _table_rows(file: Path, text: str) -> Iterator[tuple[int, str, str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {"zh", "ja"} <= set(reader.fieldnames or ()):
        raise InputError(f"{file}: no columns zh and ja; name them in the first line")
    for row in reader:
        if row["zh"] and row["ja"]:
            yield reader.line_num, row["zh"], row["ja"]


# --- affected ---------------------------------------------------------------------------------


def compare(old: Glossary, new: Glossary) -> list[TermChange]:
    """What changed from one glossary to another, in the order of the new, removed ones last."""
    changes = [
        TermChange(term.zh, old.by_zh.get(term.zh), term)
        for term in new.terms
        if old.by_zh.get(term.zh) != term
    ]
    removed = [TermChange(t.zh, t, None) for t in old.terms if t.zh not in new.by_zh]
    return changes + removed


def affected(project: Project, words: Iterable[str], glossaries: Sequence[Glossary]) -> list[Touch]:
    """Every sentence in which one of these terms stands, by any of the glossaries: in machine
    drafts, approved entries and full translations, and the memory. Reads only."""
    wanted = frozenset(words)
    terms = {word for glossary in glossaries for word in wanted & glossary.by_zh.keys()}

    def hits(zh: str) -> tuple[str, ...]:
        present = {word for word in wanted if word in zh}
        if not present:
            return ()
        found = present - terms  # a word that is no term is looked for as it stands
        for glossary in glossaries:
            found |= present & {match.term.zh for match in glossary.match(zh)}
        return tuple(sorted(found))

    return [
        Touch(kind, name, zh, ja, matched)
        for kind, name, zh, ja in _sentences(project)
        if (matched := hits(zh))
    ]


def _sentences(project: Project) -> Iterator[tuple[TouchKind, str, str, str]]:
    folders = _folders(project)
    numbers = {key: number for folder in folders for key, number in folder.numbers().items()}
    keys = project.store.derived_keys("draft")
    for notice, text in sorted(project.store.derived("draft", keys).items()):
        draft = Draft.model_validate_json(text)
        name = numbers.get(notice, notice)
        for zh, ja in sentences(draft):
            yield "draft", name, zh, ja
    for folder in folders:
        yield from _approved(folder)
    for row in held(load_rows(project.memory_path)):
        name = " ".join(filter(None, (row.entry, row.reviewer, row.date)))
        yield "memory", name, row.zh, row.ja


def _approved(folder: IssueFolder) -> Iterator[tuple[TouchKind, str, str, str]]:
    for path in sorted(folder.entries.glob("*.md")) if folder.entries.is_dir() else ():
        number = path.stem
        if folder.entry(number).front.state == "approved":
            for pair in _entry_pairs(folder, number):
                if pair.zh:
                    yield "entry", number, pair.zh, pair.ja
        plan = folder.plan(number)
        if plan is not None and plan.front.state == "approved":
            for pair in _plan_pairs(plan.rows):
                yield "plan", number, pair.zh or "", pair.ja
