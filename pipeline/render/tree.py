"""The content tree: what an issue says, before any format is chosen.

Every writer reads this tree and nothing else, so entries, order and numbers are the same in
all formats. Text lives in `Run`s only, and a `Run` cleans its text when it is made; markup
of a page can therefore reach a writer as characters, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pipeline.render.text import clean

Lang = Literal["ja", "zh"]
Mark = Literal["strong", "em", "doubtful", "unreviewed", "sample", "number", "quiet"]
HeadingRole = Literal["section", "subsection", "entry", "part", "plan", "clause"]
ParagraphStyle = Literal["body", "note", "source", "signature", "mark"]
SheetKind = Literal["text", "date", "link", "number"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line. `link` is an http(s) or mailto address, or `#anchor`."""

    text: str
    lang: Lang = "ja"
    link: str | None = None
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. `level` counts from 1 (section) without gaps; `number` is an entry's number;
    `navigation` is the (shortened) text for contents and bookmarks; `listed` puts it there."""

    level: int
    role: HeadingRole
    runs: Runs
    anchor: str | None = None
    number: str | None = None
    navigation: str = ""
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of runs. `source` is original Chinese beneath its Japanese; `keep` holds it
    on the page of what follows (a note before its table)."""

    runs: Runs
    style: ParagraphStyle = "body"
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, with the lists beneath it."""

    runs: Runs
    children: tuple[ListBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A bulleted or numbered list."""

    items: tuple[Item, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. `tint` 0 to 4 shades it by magnitude; the figure is always printed."""

    runs: Runs
    align: Literal["left", "right", "center"] = "left"
    tint: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `widths` are weights of the columns; every row is as long as `header`."""

    caption: str
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    caption_shown: bool = True
    row_heads: bool = False
    """The first column names its row."""
    share: float = 1.0
    """How much of the text's width it takes, where the format has a width."""


@dataclass(frozen=True, slots=True)
class Label:
    """One line of a label table: its name and its lines of text."""

    name: str
    lines: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class LabelTable:
    """The facts of an entry as name and value."""

    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Callout:
    """A set-off box: warnings for the analyst, or notes."""

    kind: Literal["warning", "note"]
    title: str
    lines: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """The place of the table of contents, which each writer makes from the headings."""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page, where the format has pages."""


Block = Heading | Paragraph | ListBlock | Table | LabelTable | Callout | Contents | PageBreak


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet; `width` in characters."""

    title: str
    width: int
    kind: SheetKind = "text"


SheetValue = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the workbook. On paper only the first `printed` columns appear: all of a
    wide list on one page could not be read."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[SheetValue, ...], ...]
    printed: int


@dataclass(frozen=True, slots=True)
class Document:
    """One issue. `issue_line` is 2026年10月号（第7号）; `sample_mark` is printed on every page,
    sheet and file when it is not None; `created` is the fixed time stamp of the files."""

    title: str
    issue_line: str
    edition_line: str | None
    publisher: str
    facts: tuple[tuple[str, str], ...]
    sample_mark: str | None
    created: datetime
    blocks: tuple[Block, ...]
    sheets: tuple[Sheet, ...] = field(default=())

    @property
    def headings(self) -> Iterator[Heading]:
        """The headings of the contents, in order."""
        return (b for b in self.blocks if isinstance(b, Heading) and b.listed)


def plain(runs: Runs) -> str:
    """The text of runs."""
    return "".join(run.text for run in runs)


def text(content: str | None, lang: Lang = "ja", link: str | None = None, *marks: Mark) -> Runs:
    """One run as a tuple; nothing for no text."""
    return (Run(content, lang, link, marks),) if content else ()
