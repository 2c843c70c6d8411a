"""Lists that stand in scripts: record sets, arrays of objects, and lines that open by script."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any

from lxml import etree

from pipeline.families.base import Element, ListItem, Page, parse_html
from pipeline.families.datetext import find_dates, meta_date
from pipeline.families.dom import squeeze, text_of, tidy
from pipeline.families.listline import ADDRESSES, href_of

_TOTAL = re.compile(r"<totalrecord>\s{0,5}(\d{1,7})")
_RECORD = re.compile(r"<record>(.{0,8000}?)</record>", re.DOTALL)
_BARE = re.compile(r"<!\[CDATA\[(.{0,8000}?)\]\]>(?=\s{0,20}(?:</record>|<record>|</))", re.DOTALL)

_ARRAY = re.compile(r"\[\s{0,200}[\[{]")
_BARE_KEY = re.compile(r"([{,]\s{0,40})([A-Za-z_]\w{0,40})(?=\s{0,4}:)")
_SINGLE = re.compile(r"'((?:[^'\\\n]|\\.){0,2000})'")
_TITLE_KEY = re.compile(r"(?:title|subject|biaoti)$|^(?:name|bt)$", re.IGNORECASE)
_URL_KEY = re.compile(r"(?:url|link|href|path)$", re.IGNORECASE)
_PUBLISHED_KEY = re.compile(r"pub|release|reltime|fb", re.IGNORECASE)
_DATE_KEY = re.compile(r"date|time|rq$|sj$", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|[./]|[\w-]+\.s?html?|[\w/-]+\?")
_PUSHED = re.compile(r"\.push\(\s{0,20}(?=\{)")
_LINK = re.compile(r"<a\s[^<>]{0,300}href")
_ESCAPED = re.compile(r"\\([\"'/])")
_TAGS = re.compile(r"<[^<>]{1,200}>")
_MAX_ARRAYS = 40
_LONGEST = 200_000

_OPENING = re.compile(r"\b(?:data-(?:href|url|link)|onclick)\s*=", re.IGNORECASE)
_ASIDE = re.compile(r"<td|全文|详情|详细|查看", re.IGNORECASE)
_MORE = re.compile(
    r"(?:点击|查看|阅读|了解|浏览)?(?:全文|详情|详细|更多|原文|内容|查看|阅读)[>》›»…\]]{0,3}"
)
_NAVIGATES = re.compile(r"location|\bopen\b|window\.|go(?:to|url)|href|view|detail", re.IGNORECASE)
_LEAST = 3


def read_records(page: Page) -> tuple[tuple[ListItem, ...], int | None, int | None]:
    """(items, total records, records here) of a <datastore>, a reply's or one inlined in a shell;
    the last is None where there is no record set at all."""
    text = page.text
    total = _TOTAL.search(text)
    records = _RECORD.findall(text) or _BARE.findall(text)
    items: dict[str, ListItem] = {}
    for record in records:
        inner = record.replace("<![CDATA[", "").replace("]]>", "")
        tree = parse_html(f"<div>{inner}</div>")
        anchor = next((node for node in tree.iter("a") if node.get("href")), None)
        if anchor is None:
            continue
        dates = [value for *_, value in find_dates(text_of(tree))]
        title = tidy(anchor.get("title") or "") or text_of(anchor)
        url = page.resolve(anchor.get("href") or "")
        items.setdefault(url, ListItem(url, title, dates[-1] if dates else None))
    present = bool(records) or total is not None
    return (
        tuple(items.values()),
        int(total[1]) if total else None,
        len(records) if present else None,
    )


def read_objects(page: Page) -> tuple[ListItem, ...]:
    """The items of the longest array of objects with title and address in the page's scripts."""
    best: tuple[ListItem, ...] = ()
    for script in page.tree.iter("script"):
        for array in _arrays(script.text or ""):
            items = tuple(item for entry in array if (item := _item_of(page, entry)) is not None)
            dated = sum(item.date is not None for item in items)
            # Menus are arrays of titles and addresses too; they carry no dates.
            if len(items) > len(best) and 2 * dated >= len(items):
                best = items
    return best


def read_markup(page: Page) -> Iterator[Element]:
    """The trees of lists that a script writes, or that wait as text in the page."""
    for holder in page.tree.iter("script", "textarea", "template", "noscript"):
        text = holder.text or ""
        if len(_LINK.findall(text)) >= _LEAST:
            yield parse_html(_ESCAPED.sub(r"\1", text))


def _arrays(script: str) -> Iterator[list[Any]]:
    """The arrays of objects of a script, at any depth, each once."""
    decoder = json.JSONDecoder(strict=False)
    pushed = []
    for match in _PUSHED.finditer(script):
        with suppress(ValueError, RecursionError):
            pushed.append(_decoded(decoder, script, match.end())[0])
    yield pushed
    end = 0
    for count, match in enumerate(_ARRAY.finditer(script)):
        if count >= _MAX_ARRAYS:
            return
        if match.start() < end:
            continue
        try:
            found, end = _decoded(decoder, script, match.start())
        except (ValueError, RecursionError):
            continue
        waiting: deque[Any] = deque([found])
        while waiting:
            node = waiting.popleft()
            if isinstance(node, list):
                yield node
                waiting.extend(entry for entry in node if isinstance(entry, dict | list))
            elif isinstance(node, dict):
                waiting.extend(value for value in node.values() if isinstance(value, dict | list))


def _decoded(decoder: json.JSONDecoder, script: str, start: int) -> tuple[Any, int]:
    """(value, where it ends) of the literal at `start`. Raises ValueError where there is none."""
    try:
        return decoder.raw_decode(script, start)
    except ValueError:
        # A literal of the language rather than JSON: bare keys and single quotes.
        quoted = _SINGLE.sub(lambda text: json.dumps(text[1]), script[start : start + _LONGEST])
        return decoder.raw_decode(_BARE_KEY.sub(r'\1"\2"', quoted))[0], start


def _item_of(page: Page, entry: Any) -> ListItem | None:
    if isinstance(entry, list):
        # A row of values without names.
        row = [value for value in entry if isinstance(value, str)]
        urls = [value for value in row if _ADDRESS.match(value)]
        days = [value for value in row if value not in urls and meta_date(value[:24])]
        rest = [value for value in row if value not in urls and value not in days]
        entry = dict(zip(("url", "date"), (urls[:1] or [""]) + days[:1], strict=False))
        entry["title"] = max(rest, key=len, default="")
    if not isinstance(entry, dict):
        return None
    told = {str(key): str(value) for key, value in entry.items() if isinstance(value, str | int)}
    title = next((value for key, value in told.items() if _TITLE_KEY.search(key)), "")
    url = next(
        (value for key, value in told.items() if _URL_KEY.search(key) and _ADDRESS.match(value)), ""
    )
    title = tidy(_TAGS.sub("", title))
    if len(squeeze(title)) < 5 or not url:
        return None
    stamps = [key for key in told if _DATE_KEY.search(key)]
    stamps.sort(key=lambda key: not _PUBLISHED_KEY.search(key))
    date = next((day for key in stamps if (day := meta_date(told[key]))), None)
    return ListItem(page.resolve(url), title, date)


def with_plain_links(page: Page) -> Element | None:
    """A copy of the page's tree in which lines that open by script, and table rows whose link
    stands in another cell than their title, carry a plain link; None where there are no such."""
    scripted = _OPENING.search(page.text) is not None
    if not scripted and not _ASIDE.search(page.text):
        return None
    tree = deepcopy(page.tree)
    made = sum(_link_line(element) for element in _scripted(tree)) if scripted else 0
    for line in [*tree.iter("tr"), *_lines_read_on(tree)]:
        made += _link_row(line)
    return tree if made >= _LEAST else None


def _scripted(tree: Element) -> list[Element]:
    """Elements that lead to an address of their own and hold no link."""
    found: list[Element] = []
    for element in tree.iter(
        "tr", "li", "div", "p", "span", "td", "dl", "dd", "h3", "h4", "section"
    ):
        script = element.get("onclick")
        named = any(element.get(name) for name in ADDRESSES)
        leads = (named or (script and _NAVIGATES.search(script))) and href_of(element)
        if leads and not any(href_of(anchor) for anchor in element.iter("a")):
            found.append(element)
    return found


def _link_line(element: Element) -> int:
    """Turn what names a line into a link to where the line leads; 1 if there was such."""
    address = href_of(element)
    named = _naming(element)
    if address is None or named is None:
        return 0
    _wrap(named, address)
    return 1


def _lines_read_on(tree: Element) -> list[Element]:
    """The widest element around each 阅读全文 that holds no other link."""
    found: dict[Element, None] = {}
    for anchor in tree.iter("a"):
        if not _MORE.fullmatch(squeeze(text_of(anchor))):
            continue
        line = anchor
        for _ in range(4):
            parent = line.getparent()
            if parent is None or sum(1 for _ in parent.iter("a")) > 1:
                break
            line = parent
        if line is not anchor and line.tag not in ("tr", "table", "body", "html"):
            found[line] = None
    return list(found)


def _link_row(row: Element) -> int:
    """Give a line's title the link that stands beside it as 查看 or 下载; 1 if there was such."""
    anchors = [anchor for anchor in row.iter("a") if href_of(anchor)]
    if not anchors or any(len(squeeze(text_of(anchor))) >= 5 for anchor in anchors):
        return 0
    named = _naming(row)
    if named is None or any(True for _ in named.iter("a")) or named.tag == "th":
        return 0
    _wrap(named, href_of(anchors[0]) or "")
    return 1


def _naming(line: Element) -> Element | None:
    """The innermost element of a line with the longest text of its own that is no date."""
    best: tuple[int, Element] | None = None
    for element in line.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "a"):
            continue
        text = squeeze(element.text or "")
        heading = element.tag in ("h2", "h3", "h4", "h5", "h6")
        if len(text) < 5 or any(True for _ in find_dates(text[:12])):
            continue
        size = min(len(text), 60) + 100 * heading
        if best is None or size > best[0]:
            best = size, element
    return best[1] if best else None


def _wrap(element: Element, href: str) -> None:
    anchor = etree.Element("a", href=href)
    anchor.text, element.text = element.text, None
    element.insert(0, anchor)
