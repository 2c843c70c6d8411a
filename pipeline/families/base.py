"""What a CMS family is: a reader of bytes that says what to fetch next, and fetches nothing.

A family knows how one content-management system lays out lists and articles. The same
functions serve collection, rebuilding, trying a source, evaluation and tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol
from urllib.parse import urljoin

from lxml import etree

from pipeline.dates import PartialDate, Window
from pipeline.families.decode import decode, visible
from pipeline.model import Source

Element = etree._Element

_CLOSED = re.compile(r"</(?:[hH][tT][mM][lL]|[bB][oO][dD][yY])\s{0,9}>")
_XML_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")


@dataclass(frozen=True)
class Page:
    """One response. `url` is "" where a saved file does not say where it came from."""

    url: str
    body: bytes
    status: int = 200
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _decoded(self) -> tuple[str, str, bool]:
        text, encoding, guessed = decode(self.body, self.content_type)
        return visible(text), encoding, guessed

    @property
    def text(self) -> str:
        """The page as text; the bytes decide the encoding."""
        return self._decoded[0]

    @property
    def encoding(self) -> str:
        return self._decoded[1]

    @property
    def encoding_guessed(self) -> bool:
        """The bytes contradict the declared charset, or some could not be read."""
        return self._decoded[2]

    @cached_property
    def tree(self) -> Element:
        """The parsed page, without comments: commented-out items are no items."""
        return parse_html(self.text)

    @cached_property
    def meta(self) -> Mapping[str, str]:
        """Meta tags by lower-case name; the first filled one counts."""
        found: dict[str, str] = {}
        for element in self.tree.iter("meta"):
            name = (element.get("name") or element.get("property") or "").strip().lower()
            content = " ".join((element.get("content") or "").split())
            if name and content:
                found.setdefault(name, content)
        return found

    @property
    def address(self) -> str:
        """The page's URL, or what its metadata call so; "" when neither is told."""
        return self.url or self.meta.get("url", "")

    @cached_property
    def base(self) -> str:
        """What relative links are relative to."""
        for element in self.tree.iter("base"):
            if element.get("href"):
                return urljoin(self.url, str(element.get("href")))
        return self.url

    def resolve(self, href: str) -> str:
        """An absolute URL where the page has one; `href` itself when it cannot be joined."""
        href = href.strip()
        try:
            return urljoin(self.base, href)
        except ValueError:
            return href


def parse_html(text: str) -> Element:
    """`text` as a tree. Text after a stray </html> is kept; never raises."""
    # libxml2 stops at the first </html>, and some sites paste whole pages into their header.
    text = _XML_DECLARATION.sub("", _CLOSED.sub("", text.replace("\x00", "")), count=1)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.ParserError:
        root = None
    return root if root is not None else etree.Element("html")


@dataclass(frozen=True)
class FetchRequest:
    """A request to make. `column` is the index of the source's column, `page` its list page."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["list", "detail", "attachment"] = "list"
    page: int = 1
    column: int = 0
    parent_url: str | None = None


@dataclass(frozen=True)
class ListItem:
    """One line of a list. `hints` are fields the list already tells, by Chinese label."""

    url: str
    title: str
    date: PartialDate | None = None
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ListPage:
    """What a list response held and what to ask for next.

    `parsed` is False when the expected structure is absent (the layout changed, or the page is
    no list); an empty list that was really read has parsed=True and no items.
    """

    items: tuple[ListItem, ...] = ()
    next: tuple[FetchRequest, ...] = ()
    total: int | None = None
    parsed: bool = True
    reason: str | None = None


DateKind = Literal["displayed", "table", "meta", "url", "list", "stored"]
"""Where a date of publication was found, in order of trust. `stored` is a weak metadata stamp."""


@dataclass(frozen=True)
class Article:
    """One article page, read but not yet understood.

    `fields` are the label -> value pairs of the 公开目录 table, labels normalised (文号 ...).
    `heading` is text standing above the body that may name a document number. `missed` are the
    source's selectors that found nothing.
    """

    title: str | None
    fields: Mapping[str, str] = field(default_factory=dict)
    dates: tuple[tuple[DateKind, PartialDate], ...] = ()
    body: Element | None = None
    attachments: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    heading: str = ""
    content_source: str | None = None
    missed: tuple[str, ...] = ()


class Family(Protocol):
    """A CMS family."""

    @property
    def id(self) -> str:
        """Its name in source files."""

    def recognises(self, page: Page) -> float:
        """How surely (0..1) this page is of the family."""

    def start(self, source: Source, window: Window) -> tuple[FetchRequest, ...]:
        """The first requests of a source, one a column."""

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        """The items of a list response. No `next` once a page's dated items are all older than
        the window."""

    def read_article(self, page: Page, source: Source | None = None) -> Article:
        """The parts of an article page."""
