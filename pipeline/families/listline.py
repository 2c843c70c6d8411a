"""One line of a list: its link, whole title, and the fields it tells."""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.families.base import Element
from pipeline.families.datetext import find_dates
from pipeline.families.dom import squeeze, text_of, tidy
from pipeline.families.labels import LABELS, clean_value

_SKIPPED = ("javascript:", "mailto:", "tel:", "#", "data:")
ADDRESSES = ("data-href", "data-url", "data-link")
_ADDRESS = re.compile(r"https?://|\.{0,2}/[\w.]|[\w/-]+\.s?html?|[\w/-]+\?")
_OPENED = re.compile(
    r"[\"']((?:https?:)?/[^\"'\s()]{2,300}|(?:\.{1,2}/)?[\w./-]{1,200}\.s?html?(?:\?[^\"'\s]{0,200})?)[\"']"
)
# A date before a title is set apart; one that the title itself begins with is not.
_LEADING = re.compile(r"(?:\s|.[\s\])）】]|\d[^\d至到\-—~～]).{6}")
# A column's name before a title; where the whole title is told, it says whether that belongs.
_TAG = re.compile(r"^[\[【][^\[\]【】]{1,12}[\]】]\s{0,3}(?=.)")
_FIGURES = re.compile(r"[\d\s年月日时分:：./-]")
_DAY = re.compile(r"[\[(（]?\d{1,2}[-/.月]\d{1,2}日?[\])）]?")
_TOLD = re.compile(
    r"^(?:标题|名称|题目)\s?[：:]\s?|\s?(?:发布|更新|发文)?(?:日期|时间)\s?[：:][\d\s年月日:：./-]*$|\s?[\[(（]\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[\])）]$"
)


def href_of(anchor: Element) -> str | None:
    """Where a link leads: by its address, else by the page its script opens."""
    href = (anchor.get("href") or "").strip()
    if href and not href.lower().startswith(_SKIPPED):
        return href
    for name in ADDRESSES:
        told = (anchor.get(name) or "").strip()
        if _ADDRESS.match(told):
            return told
    script = anchor.get("onclick") or ""
    if href.lower().startswith("javascript:"):
        script += f" {href}"
    opened = _OPENED.search(script)
    return opened[1] if opened else None


def title_of_line(anchor: Element, item: Element) -> str:
    """The whole title: the attribute where the text is cut short, without the list's date."""
    shown = _named(anchor)
    told = tidy(_TOLD.sub("", _TOLD.sub("", tidy(anchor.get("title") or ""))))
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


def _named(anchor: Element) -> str:
    """What a link names: its heading or its first line, where it also wraps a date and a
    summary."""
    headings = [text_of(inner) for inner in anchor.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    named = max(headings, key=len, default="")
    if len(squeeze(named)) >= 5:
        return named
    lines = [text_of(inner) for inner in anchor.iter("p", "div") if not len(inner)]
    if len(lines) < 2:
        return _without_day(anchor)
    return next((line for line in lines if len(_FIGURES.sub("", line)) >= 5), text_of(anchor))


def _without_day(anchor: Element) -> str:
    """The text of a link without the day, told without its year, in an element at its end."""
    shown = text_of(anchor)
    last = text_of(anchor[-1]) if len(anchor) and isinstance(anchor[-1].tag, str) else ""
    return shown.removesuffix(last).rstrip() if _DAY.fullmatch(last) else shown


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
