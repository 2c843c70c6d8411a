"""One line of a list: its link, whole title, date, and the fields it tells."""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.families.base import Element
from pipeline.families.datetext import find_dates, split_day, url_date
from pipeline.families.dom import squeeze, text_of, tidy
from pipeline.families.labels import LABELS, clean_value

_SKIPPED = ("javascript:", "mailto:", "tel:", "#", "data:")
_OPENED = re.compile(
    r"[\"']((?:https?:)?/[^\"'\s()]{2,300}|(?:\.{1,2}/)?[\w./-]{1,200}\.s?html?(?:\?[^\"'\s]{0,200})?)[\"']"
)
_PUBLISHED = re.compile(r"(?:发布|公开|公布)(?:日期|时间)\D{0,4}")
_OTHER = re.compile(r"(?:成文|生成|实施|施行|失效|废止|印发|有效期)")
# A date before a title is set apart; one that the title itself begins with is not.
_LEADING = re.compile(r"(?:\s|.[\s\])）】]|\d[^\d至到\-—~～]).{6}")
# A column's name before a title; where the whole title is told, it says whether that belongs.
_TAG = re.compile(r"^[\[【][^\[\]【】]{1,12}[\]】]\s{0,3}(?=.)")
_LONGEST = 3000


def href_of(anchor: Element) -> str | None:
    """Where a link leads: by its address, else by the page its script opens."""
    href = (anchor.get("href") or "").strip()
    if href and not href.lower().startswith(_SKIPPED):
        return href
    script = anchor.get("onclick") or ""
    if href.lower().startswith("javascript:"):
        script += f" {href}"
    opened = _OPENED.search(script)
    return opened[1] if opened else None


def title_of_line(anchor: Element, item: Element) -> str:
    """The whole title: the attribute where the text is cut short, without the list's date."""
    shown = text_of(anchor)
    told = tidy(anchor.get("title") or "")
    uncut = re.sub(r"(?:\.{2,}|…+|。{2,})$", "", shown).strip()
    stem = _TAG.sub("", uncut)
    whole = len(told) > len(stem) or (uncut != shown and len(told) == len(stem))
    if told and whole and squeeze(stem)[:6] in squeeze(told):
        return told
    dates = list(find_dates(shown))
    if dates and dates[-1][1] >= len(shown) - 3 and dates[-1][0] >= 6:
        shown = shown[: dates[-1][0]].rstrip("[(（【 ")
    elif dates and dates[0][0] <= 2 and _LEADING.match(shown[dates[0][1] - 1 :]):
        shown = shown[dates[0][1] :].lstrip("])）】 ")
    return shown.lstrip("·•▪◆■●>» ") or told


def hints_of_line(item: Element) -> dict[str, str]:
    """Fields told by the line's own metadata table (zycms), by label."""
    found: dict[str, str] = {}
    cells = [cell for cell in item.iter("td", "th", "dt", "dd") if isinstance(cell.tag, str)]
    for label, value in pairwise(cells):
        name = LABELS.get(squeeze(text_of(label)).strip("：:"))
        if name and label.getparent() is value.getparent():
            text = clean_value(text_of(value))
            if text and squeeze(text) not in LABELS:
                found.setdefault(name, text)
    return found


def date_of_line(item: Element, anchor: Element, url: str) -> str | None:
    """The date of one line: one labelled 发布, else an element that is a date alone, else the
    first in the line's text, else (where `url` is given) the one in its address."""
    # Joined by spaces: a day and its month often stand in neighbouring elements.
    whole = tidy(" ".join(str(text) for text in item.itertext()))[:_LONGEST]
    labelled = _PUBLISHED.search(whole)
    if labelled:
        for start, _, value in find_dates(whole[labelled.end() : labelled.end() + 24]):
            if start == 0:
                return value
    alone = _lone_date(item, anchor)
    if alone:
        return alone
    title = text_of(anchor)
    rest = whole.replace(title, " ", 1) if len(title) > 10 else whole
    for text in (rest, whole):
        for start, _, value in find_dates(text):
            if not _OTHER.search(text[max(0, start - 8) : start]):
                return value
    piece = split_day(rest, url)
    told = url_date(url)
    return piece or (told if told and len(told) == 10 else None)


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
        found = list(find_dates(text))
        if len(found) == 1 and found[0][1] - found[0][0] >= len(text) - 12:
            if element not in within:
                return found[0][2]
            inside = inside or found[0][2]
    return inside
