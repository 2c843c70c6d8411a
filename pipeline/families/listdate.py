"""The date of one line of a list, whole or in pieces.

What a line shows beats what its address says. A day without a year takes the year the list
shows beside it, else that of the address if it lies near; else it has no date.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from pipeline.dates import partial
from pipeline.families.base import Element
from pipeline.families.datetext import find_dates, meta_date, plain, split_day, url_date
from pipeline.families.dom import squeeze, text_of, tidy, tokens, words

_PUBLISHED = re.compile(r"(?:发布|公开|公布)(?:日期|时间)\D{0,4}")
_PUBLISHED_HEAD = re.compile(r"(?:信息)?(?:发布|公开|公布)(?:日期|时间)")
_OTHER = re.compile(r"(?:成文|生成|实施|施行|失效|废止|印发|有效期|截止|截至|公示期)")
_SHORT = re.compile(
    r"[\[(（【]?\s?(1[0-2]|0?[1-9])[-/.月]\s?(3[01]|[12]\d|0?[1-9])日?\s?[\])）】]?"
)
_SHORT_YEAR = re.compile(
    r"[\[(（【]?(\d{2})([-/.])(1[0-2]|0[1-9])\2(3[01]|[12]\d|0[1-9])[\])）】]?"
)
_YEAR = re.compile(r"[\[(（【—\s-]{0,4}((?:19|20)\d{2})\s?(?:年度?)?[\])）】—\s-]{0,4}")
_CHOSEN = frozenset(words("on active cur current selected now this sel hover checked"))
_STAMPS = ("datetime", "data-date", "data-time")
_NEAR = timedelta(days=31)
_LONGEST = 3000
_REACH = 6


def date_of_line(item: Element, anchor: Element, url: str) -> tuple[str | None, bool]:
    """(date, whether the line shows one). The date is that which the line shows, else that of
    its address; None where a shown day cannot be completed."""
    # Joined by spaces: a day and its month often stand in neighbouring elements.
    whole = tidy(" ".join(str(text) for text in item.itertext()))[:_LONGEST]
    title = text_of(anchor)
    rest = whole.replace(title, " ", 1) if len(title) > 10 else whole
    shown = _shown(item, anchor, whole, rest) or _beside(item)
    if shown:
        return shown, True
    short = _short(item, anchor)
    if short:
        return _completed(*short, item, url), True
    pieces = split_day(rest, url) or split_day(whole, url)
    if pieces:
        return pieces, True
    told = url_date(url)
    return (told if told and len(told) == 10 else None), False


def _shown(item: Element, anchor: Element, whole: str, rest: str) -> str | None:
    """The whole date a line shows: in its column, labelled 发布, in an element of its own, in an
    attribute, in its text."""
    in_column = _in_column(item)
    if in_column:
        return in_column
    for text in (whole, anchor.get("title") or ""):
        labelled = _PUBLISHED.search(text)
        if labelled:
            for start, _, value in find_dates(text[labelled.end() : labelled.end() + 24]):
                if start == 0:
                    return value
    alone = _lone_date(item, anchor)
    if alone:
        return alone
    for element in item.iter():
        for name in _STAMPS:
            stamped = meta_date(element.get(name)) if isinstance(element.tag, str) else None
            if stamped and len(stamped) == 10:
                return stamped
    for text in (rest, whole):
        for start, _, value in find_dates(text):
            if not _OTHER.search(text[max(0, start - 8) : start]):
                return value
    return next((value for *_, value in find_dates(tidy(anchor.get("title") or "")[-24:])), None)


def _in_column(item: Element) -> str | None:
    """The date in the column of a table that its head calls 发布日期."""
    if item.tag != "tr":
        return None
    table = item.getparent()
    while table is not None and table.tag != "table":
        table = table.getparent()
    head = next(table.iter("tr"), None) if table is not None else None
    if head is None or head is item:
        return None
    for at, cell in enumerate(_cells(head)):
        if _PUBLISHED_HEAD.fullmatch(squeeze(text_of(cell))):
            cells = _cells(item)
            if at < len(cells) == len(_cells(head)):
                return next((value for *_, value in find_dates(text_of(cells[at]))), None)
    return None


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _lone_date(item: Element, anchor: Element) -> str | None:
    """The date of an element that holds little else, one outside the link before one inside."""
    inside: str | None = None
    within = set(anchor.iterdescendants())
    for element in item.iter():
        if not isinstance(element.tag, str) or element is anchor or element.text is None:
            continue
        text = tidy(element.text)
        if not 8 <= len(text) <= 30 or _OTHER.search(text):
            continue
        value = _only_date(text)
        if value:
            if element not in within:
                return value
            inside = inside or value
    return inside


def _only_date(text: str) -> str | None:
    short = _SHORT_YEAR.fullmatch(plain(text))
    if short:
        return partial(2000 + int(short[1]), int(short[3]), int(short[4]))
    found = list(find_dates(text))
    if len(found) == 1 and found[0][1] - found[0][0] >= len(text) - 12:
        return found[0][2]
    return None


def _beside(item: Element) -> str | None:
    """The date in a link-less neighbour of a line: <dt>title</dt><dd>date</dd>, the one before
    it where the list begins with a date, or the text beside a link that has no line of its own."""
    if item.tag == "a":
        return _in_text_beside(item)
    siblings = item.getparent()
    first = (
        next((other for other in siblings if _has_link(other) or _date_alone(other)), item)
        if siblings is not None
        else item
    )
    neighbour = item.getnext() if _has_link(first) else item.getprevious()
    return None if neighbour is None or _has_link(neighbour) else _date_alone(neighbour)


def _in_text_beside(anchor: Element) -> str | None:
    after = tidy(anchor.tail or "")[:24]
    for start, _, value in find_dates(after):
        if start <= 2:
            return value
    following = anchor.getnext()
    if not after and following is not None and following.tag not in ("a", "br"):
        alone = _only_date(text_of(following)[:40])
        if alone:
            return alone
    previous = anchor.getprevious()
    parent = anchor.getparent()
    told = previous.tail if previous is not None else parent.text if parent is not None else ""
    before = tidy(told or "")[-24:]
    for _, end, value in reversed(list(find_dates(before))):
        if end >= len(before) - 2:
            return value
    return None


def _has_link(element: Element) -> bool:
    return element.tag == "a" or next(element.iter("a"), None) is not None


def _date_alone(element: Element) -> str | None:
    """The date with which an element's text begins, or that stands in its first words."""
    text = text_of(element)[:60] if isinstance(element.tag, str) else ""
    return next((value for _, _, value in find_dates(text)), None)


def _short(item: Element, anchor: Element) -> tuple[int, int] | None:
    """(month, day) of a date without a year that stands alone in the line, outside its title."""
    for element in item.iter():
        if not isinstance(element.tag, str):
            continue
        for text in (element.text if element is not anchor else None,
                     element.tail if element is not item else None):  # fmt: skip
            match = _SHORT.fullmatch(plain(tidy(text or "")))
            if match and partial(2024, int(match[1]), int(match[2])):
                return int(match[1]), int(match[2])
    return None


def _completed(month: int, day: int, item: Element, url: str) -> str | None:
    year = _year_of_list(item)
    if year:
        return partial(year, month, day)
    told = url_date(url)
    if told is None:
        return None
    if len(told) == 7:
        return partial(int(told[:4]), month, day) if int(told[5:]) == month else None
    written = date.fromisoformat(told)
    for number in (written.year, written.year - 1, written.year + 1):
        value = partial(number, month, day)
        if value and abs(date.fromisoformat(value) - written) <= _NEAR:
            return value
    return None


def _year_of_list(item: Element) -> int | None:
    """The year a list shows: in a cell of the line, in the heading before it, in the chosen tab."""
    for element in item.iter():
        year = _year(element)
        if year:
            return year
    node: Element | None = item
    for _ in range(_REACH):
        if node is None or node.tag in ("body", "html"):
            break
        for other in node.itersiblings(preceding=True):
            year = _year(other) or _chosen_year(other)
            if year:
                return year
        node = node.getparent()
    return None


def _chosen_year(element: Element) -> int | None:
    """The year of the chosen tab or option among several."""
    for inner in element.iter():
        if not isinstance(inner.tag, str):
            continue
        if inner.tag == "option" and inner.get("selected") is not None:
            match = _YEAR.fullmatch(tidy(inner.text or ""))
            if match:
                return int(match[1])
        elif tokens(inner) & _CHOSEN and (year := _year(inner)):
            return year
    return None


def _year(element: Element) -> int | None:
    """The year an element holds and nothing else."""
    if not isinstance(element.tag, str) or len(element) > 3:
        return None
    match = _YEAR.fullmatch(text_of(element)[:12])
    return int(match[1]) if match else None
