"""From a Bulletin to its content tree: what stands where in an issue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.dates import first_day
from pipeline.model import Bulletin, Entry, Section
from pipeline.render import names
from pipeline.render.appendices import back_matter
from pipeline.render.changes import change_blocks
from pipeline.render.entries import NAVIGATION_LIMIT, contact_runs, entry_anchor, entry_blocks
from pipeline.render.errors import RenderError
from pipeline.render.plans import PlanMode, plan_blocks
from pipeline.render.sheets import sheets
from pipeline.render.text import anchor, clean, clip, date_ja
from pipeline.render.tree import (
    Block,
    Cell,
    Contents,
    Document,
    Heading,
    Item,
    ListBlock,
    PageBreak,
    Paragraph,
    Run,
    Runs,
    Table,
    text,
)

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_UNSORTED = Section(id="unsorted", heading="その他（節の指定なし）")


def build_tree(bulletin: Bulletin, plan_mode: PlanMode = "japanese") -> Document:
    """The content tree of an issue. Deterministic: equal bulletins give equal trees.

    Entries stand where `bulletin.sections` puts them; an entry of no section is printed in one
    of its own, so none is lost. Raises RenderError when a section names an unknown entry or two
    entries bear one number.
    """
    entries = {entry.number: entry for entry in bulletin.entries}
    if len(entries) < len(bulletin.entries):
        twice = [n for n, count in Counter(e.number for e in bulletin.entries).items() if count > 1]
        raise RenderError(
            f"bulletin {bulletin.label}: entry number used twice: {', '.join(twice)}; "
            "give each file of entries/ its own number"
        )
    printed = _complete(bulletin.sections, entries, bulletin.label)
    writer = _Sections(bulletin, entries)
    blocks: list[Block] = [Contents()]
    blocks.extend(_highlights(bulletin, entries))
    blocks.extend(_movements(bulletin, printed, entries))
    blocks.extend(_air(bulletin, entries))
    for section in printed:
        blocks.extend(writer.section(section, 1))
    blocks.extend(change_blocks(bulletin))
    blocks.extend(_consultations(bulletin, writer.order))
    blocks.extend(back_matter(bulletin))
    blocks.extend(_plans(bulletin, plan_mode, entries))
    return Document(
        title=clean(bulletin.title),
        issue_line=_issue_line(bulletin),
        edition_line=clean(f"{bulletin.edition}版") if bulletin.edition else None,
        publisher=clean(bulletin.publisher),
        facts=_facts(bulletin),
        sample_mark=names.SAMPLE if bulletin.sample else None,
        created=_created(bulletin),
        blocks=tuple(_unique_anchors(blocks)),
        sheets=sheets(bulletin, writer.order, writer.place),
    )


def _issue_line(bulletin: Bulletin) -> str:
    issue = clean(bulletin.period) + ("" if ".." in bulletin.label else "号")
    return issue + (f"（第{bulletin.issue_number}号）" if bulletin.issue_number else "")


def _facts(bulletin: Bulletin) -> tuple[tuple[str, str], ...]:
    facts = [
        ("発行日", date_ja(bulletin.date_issue) or "未定"),
        ("発行者", clean(bulletin.publisher)),
        ("対象期間", clean(bulletin.period)),
        ("掲載件数", f"{len(bulletin.entries):,}件"),
    ]
    return tuple(facts)


def _created(bulletin: Bulletin) -> datetime:
    """The time stamp of the files: the date of issue, else the latest fetch, never a clock."""
    if bulletin.date_issue:
        day = first_day(bulletin.date_issue)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    moments = [entry.fetched_at for entry in bulletin.entries if entry.fetched_at]
    return max(moments).astimezone(UTC).replace(microsecond=0) if moments else _EPOCH


def _numbers(section: Section) -> Iterator[str]:
    yield from section.numbers
    for child in section.subsections:
        yield from _numbers(child)


def _complete(
    sections: tuple[Section, ...], entries: dict[str, Entry], label: str
) -> tuple[Section, ...]:
    named = [number for section in sections for number in _numbers(section)]
    unknown = [number for number in named if number not in entries]
    if unknown:
        raise RenderError(
            f"bulletin {label}: its sections name entries that do not exist: "
            f"{', '.join(unknown)}; draft the bulletin again"
        )
    rest = tuple(number for number in entries if number not in set(named))
    return (*sections, _UNSORTED.model_copy(update={"numbers": rest})) if rest else sections


class _Sections:
    """Writes sections, and remembers the order of the entries and where each stands."""

    def __init__(self, bulletin: Bulletin, entries: dict[str, Entry]) -> None:
        self.entries = entries
        self.plans = {plan.number for plan in bulletin.plans}
        self.order: list[Entry] = []
        self.place: dict[str, str] = {}

    def section(self, section: Section, level: int) -> list[Block]:
        """The blocks of a section whose heading stands at `level`."""
        heading = clean(section.heading)
        blocks: list[Block] = [
            Heading(
                level,
                "section" if level == 1 else "subsection",
                text(heading),
                anchor("s", section.id),
                navigation=clip(heading, NAVIGATION_LIMIT),
            )
        ]
        if section.note:
            blocks.append(Paragraph(text(section.note), "note"))
        for number in section.numbers:
            entry = self.entries[number]
            if number in self.place:
                blocks.append(_again(entry))
                continue
            self.place[number] = heading
            self.order.append(entry)
            blocks.extend(entry_blocks(entry, level + 1, has_plan=number in self.plans))
        for child in section.subsections:
            blocks.extend(self.section(child, level + 1))
        return blocks


def _again(entry: Entry) -> Paragraph:
    link = f"#{entry_anchor(entry.number)}"
    return Paragraph(
        (Run("再掲："), Run(f"{entry.number}　{clip(entry.heading, 200)}", link=link)), "note"
    )


def _title(words: str, name: str) -> Heading:
    return Heading(1, "section", text(words), anchor("s", name), navigation=words)


def linked_numbers(words: str, entries: dict[str, Entry]) -> Runs:
    """`words` with every entry number in it linked to its entry."""
    if not entries:
        return text(words)
    pattern = "|".join(re.escape(n) for n in sorted(entries, key=len, reverse=True))
    parts = re.split(rf"(?<![0-9])({pattern})(?![0-9])", clean(words))
    return tuple(
        Run(part, link=f"#{entry_anchor(part)}", marks=("number",)) if index % 2 else Run(part)
        for index, part in enumerate(parts)
        if part
    )


def _highlights(bulletin: Bulletin, entries: dict[str, Entry]) -> list[Block]:
    if not bulletin.highlights:
        return []
    items = tuple(Item(linked_numbers(line, entries)) for line in bulletin.highlights)
    words = "今月のポイント" if ".." not in bulletin.label else "本号のポイント"
    return [_title(words, "highlights"), ListBlock(items)]


def _movements(
    bulletin: Bulletin, sections: tuple[Section, ...], entries: dict[str, Entry]
) -> list[Block]:
    """今月の動き: how many entries each measure type has in each section."""
    columns = [
        (clean(section.heading), [entries[number] for number in dict.fromkeys(_numbers(section))])
        for section in sections
    ]
    columns = [column for column in columns if column[1]]
    words = "今月の動き" if ".." not in bulletin.label else "期間中の動き"
    if not columns:
        return [_title(words, "movements"), Paragraph(text("当期に掲載する公表はなかった。"))]
    totals = Counter(measure for entry in bulletin.entries for measure in entry.measures)
    per_column = [Counter(m for entry in column for m in entry.measures) for _, column in columns]
    # Below five the shades would make single notices look like peaks.
    largest = max(5, *(max(counts.values(), default=0) for counts in per_column))
    rows: list[tuple[Cell, ...]] = []
    for measure, total in sorted(totals.items(), key=lambda pair: -pair[1]):
        cells = [_count(counts[measure], largest) for counts in per_column]
        rows.append((Cell(text(measure)), *cells, _total(total)))
    rows.append(
        (
            Cell(text("掲載件数", "ja", None, "strong")),
            *(_total(len(column)) for _, column in columns),
            _total(len(bulletin.entries)),
        )
    )
    header = [Cell(text("措置区分"))]
    header += [Cell(text(clip(heading, 20)), "center") for heading, _ in columns]
    header.append(Cell(text("計"), "center"))
    table = Table(
        caption="措置区分ごとの掲載件数（単位：件）",
        header=tuple(header),
        rows=tuple(rows),
        widths=(30.0, *(12.0 for _ in columns), 8.0),
        row_heads=True,
    )
    return [_title(words, "movements"), table, Paragraph(text(names.COUNT_NOTE), "note")]


def _count(count: int, largest: int) -> Cell:
    tint = -(-4 * count // largest)
    return Cell(text(str(count) if count else "－"), "center", tint)


def _total(count: int) -> Cell:
    return Cell(text(f"{count:,}", "ja", None, "strong"), "center")


def _air(bulletin: Bulletin, entries: dict[str, Entry]) -> list[Block]:
    """連携都市の大気質の状況: what the entries of the issue released of the partner places."""
    if not bulletin.air:
        return []
    rows = tuple(
        (
            Cell(text(row.place)),
            Cell(text(row.period)),
            *(Cell(text(value or "－"), "right") for value in (row.pm25, row.o3, row.days)),
            Cell(linked_numbers("、".join(row.entries), entries)),
        )
        for row in bulletin.air
    )
    table = Table(
        caption="連携都市の大気質の状況",
        header=(
            *(Cell(text(name)) for name in ("都市・地域", "期間")),
            *(Cell(text(name), "right") for name in ("PM2.5", "オゾン", "優良日数・割合")),
            Cell(text("出典の記事")),
        ),
        rows=rows,
        widths=(14.0, 20.0, 17.0, 17.0, 19.0, 13.0),
        caption_shown=False,
        row_heads=True,
    )
    note = Paragraph(text(names.AIR_NOTE), "note", keep=True)
    return [_title("連携都市の大気質の状況", "air"), note, table]


def _consultations(bulletin: Bulletin, order: list[Entry]) -> list[Block]:
    """意見募集中の案件 in order of deadline, seen from the date of issue."""
    waiting = sorted(
        ((entry.deadline, entry) for entry in order if entry.deadline), key=lambda pair: pair[0]
    )
    if not waiting:
        return []
    rows = []
    for deadline, entry in waiting:
        link = f"#{entry_anchor(entry.number)}"
        issued = bulletin.date_issue
        closed = issued is not None and first_day(deadline) < first_day(issued)
        rows.append(
            (
                Cell(text(date_ja(deadline), "ja", None, "strong")),
                Cell(text("締切済" if closed else "募集中")),
                Cell(text(entry.number, "ja", link, "number")),
                Cell(text(clip(entry.heading, 200))),
                Cell(contact_runs("　".join(entry.contacts)) or text("－")),
            )
        )
    # Where no notice says where to send, a column of dashes would say nothing.
    columns = 5 if any(entry.contacts for _, entry in waiting) else 4
    header = ("期限", "状況", "記事番号", "件名", "意見提出先")
    table = Table(
        caption="意見募集の期限",
        header=tuple(Cell(text(name)) for name in header[:columns]),
        rows=tuple(row[:columns] for row in rows),
        widths=(21.0, 10.0, 15.0, 54.0) if columns == 4 else (17.0, 9.0, 14.0, 32.0, 28.0),
        caption_shown=False,
    )
    title = _title("意見募集中の案件", "consultations")
    return [title, Paragraph(text(names.DEADLINE_NOTE), "note", keep=True), table]


def _plans(bulletin: Bulletin, mode: PlanMode, entries: dict[str, Entry]) -> list[Block]:
    if not bulletin.plans:
        return []
    note = names.PLANS_NOTE_BILINGUAL if mode == "bilingual" else names.PLANS_NOTE
    blocks: list[Block] = [PageBreak(), _title("全文和訳（仮訳）", "plans")]
    blocks.append(Paragraph(text(note), "note"))
    for index, plan in enumerate(bulletin.plans):
        if index:
            blocks.append(PageBreak())
        blocks.extend(plan_blocks(plan, 2, mode, has_entry=plan.number in entries))
    return blocks


def _unique_anchors(blocks: list[Block]) -> Iterator[Block]:
    """The blocks with a suffix on every anchor already taken: links lead to the first."""
    taken: Counter[str] = Counter()
    for block in blocks:
        if isinstance(block, Heading) and block.anchor:
            taken[block.anchor] += 1
            count = taken[block.anchor]
            yield replace(block, anchor=f"{block.anchor}__{count}") if count > 1 else block
        else:
            yield block
