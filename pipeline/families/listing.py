"""Reading list pages: the repeated, dated links of a column.

No selectors are needed; a source's `list_item`, `list_link` and `list_date` override the search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.dates import Window, first_day
from pipeline.families.base import Element, FetchRequest, ListItem, ListPage, Page
from pipeline.families.datetext import find_dates
from pipeline.families.dom import names, select, squeeze, text_of, tidy, tokens, words
from pipeline.families.embedded import read_markup, read_objects, read_records, with_plain_links
from pipeline.families.listdate import date_of_line
from pipeline.families.listline import hints_of_line, href_of, title_of_line
from pipeline.model import Source

_ITEM_TAGS = frozenset({"li", "tr", "dd", "dl", "p", "div", "td", "article", "section", "ul"})
_OUTSIDE = frozenset(
    words(
        "footer foot nav navigator menu crumb crumbs breadcrumb friendlink sidebar copyright pager "
        "pagination hot rank"
    )
)
_EMPTY = re.compile(
    r"暂无(?:数据|内容|信息|记录|相关)|没有(?:找到)?(?:相关|符合)|无相关(?:信息|数据|内容)"
)
_NEXT = re.compile(r"[>›»\s]*(?:下一?页|下页|后一页|next)[>›»\s]*", re.IGNORECASE)
_ARTICLE_FILE = re.compile(r"\d{3,}[^/]{0,80}\.(?:s?html?|jsp|pdf)(?:[?#]|$)|[?&]\w{0,12}id=\w{2,}")
_FETCHES = re.compile(
    r"\$\.(?:ajax|get|post|getjson)\b|\bfetch\(|xmlhttprequest|axios|v-for|new vue"
)
_LIST_NAMES = frozenset(words("list lists newslist listbox conlist"))


@dataclass(frozen=True)
class _Candidate:
    item: ListItem
    dated: bool
    group: tuple[object, ...]


def _outside(element: Element) -> bool:
    node: Element | None = element
    while node is not None and node.tag not in ("body", "html"):
        if node.tag in ("nav", "footer", "header") or tokens(node) & _OUTSIDE:
            return True
        node = node.getparent()
    return False


def _rivals(other: Element, href: str) -> bool:
    """Whether another link is a title of its own, not a category, an icon or 详情."""
    if href_of(other) in (None, href):
        return False
    words = squeeze(text_of(other) or other.get("title") or "")
    return len(words) >= 5 and words[0] not in "[【（("


def _container(anchor: Element, href: str) -> Element:
    """The widest element around an anchor that holds no other page's link: its list line."""
    node = anchor
    for _ in range(8):
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html", "tbody", "table"):
            break
        shared = _is_shared(parent, href)
        if parent.tag in ("ul", "ol") and node.tag == "li":
            # Some skins make each line a list of its own: title, issuer and date are its <li>.
            outer = parent.getparent()
            row = not shared and len(parent) > 1 and outer is not None
            return parent if row and outer is not None and _is_shared(outer, href) else node
        if shared and not (node.tag in ("td", "div", "span") and parent.tag == "tr"):
            break
        node = parent
        if node.tag == "tr":
            break
    return node


def _is_shared(element: Element, href: str) -> bool:
    return any(_rivals(other, href) for other in element.iter("a"))


def _signature(item: Element) -> tuple[object, ...]:
    signature: list[object] = [item.tag]
    node = item.getparent()
    while node is not None and len(signature) < 4:
        signature.append((node.tag, node.get("class") or "", node.get("id") or ""))
        node = node.getparent()
    return tuple(signature)


def _candidates(page: Page, tree: Element) -> list[_Candidate]:
    found: list[_Candidate] = []
    seen: set[str] = set()
    for anchor in tree.iter("a"):
        href = href_of(anchor)
        if href is None:
            continue
        title = text_of(anchor) or tidy(anchor.get("title") or "")
        if len(squeeze(title)) < 5:
            continue
        item = _container(anchor, href)
        url = page.resolve(href)
        if url in seen or _outside(item):
            continue
        date, shown = date_of_line(item, anchor, url)
        seen.add(url)
        found.append(
            _Candidate(
                ListItem(url, title_of_line(anchor, item), date, hints_of_line(item)),
                shown, _signature(item),
            )
        )  # fmt: skip
    return found


def _looks_undated(group: list[_Candidate]) -> bool:
    """Whether lines without any date are still a list of articles: long titles, numbered files."""
    length = sum(len(candidate.item.title) for candidate in group) / len(group)
    return (
        len(group) >= 3
        and length >= 12
        and all(_ARTICLE_FILE.search(candidate.item.url) for candidate in group)
    )


def find_items(page: Page) -> tuple[ListItem, ...]:
    """The items of the page's main list: the group of like lines that carries most dates, else
    the list that stands in a script."""
    plain = with_plain_links(page)
    found = _main_list(page, page.tree if plain is None else plain)
    if found:
        return found
    written = (_main_list(page, tree) for tree in read_markup(page))
    return read_records(page)[0] or read_objects(page) or next(filter(None, written), ())


def _main_list(page: Page, tree: Element) -> tuple[ListItem, ...]:
    groups: dict[tuple[object, ...], list[_Candidate]] = {}
    for candidate in _candidates(page, tree):
        groups.setdefault(candidate.group, []).append(candidate)

    def value(group: list[_Candidate]) -> float:
        dated = sum(candidate.dated for candidate in group)
        known = sum(candidate.item.date is not None for candidate in group)
        length = sum(min(len(candidate.item.title), 40) for candidate in group) / len(group)
        return (3 * dated + known) * (0.3 + length / 40) - 0.5 * (len(group) - known)

    ranked = sorted(groups.values(), key=value, reverse=True)
    if not ranked:
        return ()
    if not any(candidate.item.date or candidate.dated for candidate in ranked[0]):
        ranked = [group for group in ranked if _looks_undated(group)]
        ranked.sort(key=len, reverse=True)
        if not ranked:
            return ()
    return tuple(candidate.item for candidate in ranked[0])


def _selected(page: Page, source: Source) -> tuple[ListItem, ...] | None:
    """The items by the source's selectors; None where it has none."""
    lines = source.selectors.get("list_item")
    if not lines:
        return None
    found: list[ListItem] = []
    for item in select(page.tree, lines):
        links = (
            select(item, source.selectors["list_link"]) if "list_link" in source.selectors else []
        )
        anchor = next(
            (
                link
                for link in (links or [item, *item.iter("a")])
                if link.tag == "a" and href_of(link)
            ),
            None,
        )
        if anchor is None:
            continue
        url = page.resolve(href_of(anchor) or "")
        date: str | None = None
        if "list_date" in source.selectors:
            for element in select(item, source.selectors["list_date"]):
                date = date or next((value for *_, value in find_dates(text_of(element))), None)
        found.append(
            ListItem(
                url,
                title_of_line(anchor, item),
                date or date_of_line(item, anchor, url)[0],
                hints_of_line(item),
            )
        )
    return tuple(found)


def looks_empty(page: Page) -> bool:
    """Whether the page is a list that says it has no entries, or whose list element is empty and
    waits for no script."""
    return bool(_EMPTY.search(page.text)) or any(
        not _filled_by_script(page, element) for element in _empty_lists(page)
    )


def _empty_lists(page: Page) -> list[Element]:
    return [
        element
        for element in page.tree.iter("ul", "ol", "tbody", "div")
        if tokens(element) & _LIST_NAMES and not text_of(element)
    ]


def _filled_by_script(page: Page, element: Element) -> bool:
    """Whether a script of the page names an empty element, or fetches what to show."""
    named = [name for name in names(element) if len(name) >= 3]
    for script in page.tree.iter("script"):
        text = (script.text or "").lower()
        if any(re.search(rf"[\"'#.]{re.escape(name)}[\"'\s]", text) for name in named):
            return True
        if _FETCHES.search(text):
            return True
    return False


def why_unread(page: Page) -> str:
    """Why a page gave no items, for the person who mends its source."""
    if any(_filled_by_script(page, element) for element in _empty_lists(page)):
        return "the list is filled by a script; name its interface or another column"
    return "no repeated dated links found"


def read_items(page: Page, source: Source | None) -> tuple[tuple[ListItem, ...], str | None]:
    """(items, reason). `reason` is why the list could not be read, None when it was (even
    empty). Raises SelectorError for a malformed selector of the source."""
    if page.status >= 400:
        return (), f"HTTP status {page.status}"
    chosen = _selected(page, source) if source else None
    if chosen:
        return unique(chosen), None
    if chosen is not None and source is not None:
        found = find_items(page)
        if not found and looks_empty(page):
            return (), None
        return (), f"selector list_item ({source.selectors['list_item']}) matched nothing"
    found = find_items(page)
    if found:
        return unique(found), None
    return ((), None) if looks_empty(page) else ((), why_unread(page))


def unique(items: Iterable[ListItem]) -> tuple[ListItem, ...]:
    """Each URL once, in order; the same title under two URLs stays twice."""
    kept: dict[str, ListItem] = {}
    for item in items:
        kept.setdefault(item.url, item)
    return tuple(kept.values())


def all_older(items: Sequence[ListItem], window: Window) -> bool:
    """Whether every dated item lies before the window (and there is one)."""
    dates = [item.date for item in items if item.date]
    return bool(dates) and all(first_day(date) < window.start for date in dates)


def next_link(page: Page, source: Source | None) -> str | None:
    """The URL behind 下一页, or behind the source's `next` selector."""
    css = source.selectors.get("next") if source else None
    anchors = select(page.tree, css) if css else page.tree.iter("a")
    for anchor in anchors:
        href = href_of(anchor)
        if href and (css or _NEXT.fullmatch(text_of(anchor) or anchor.get("title") or "-")):
            url = page.resolve(href)
            if url.split("#")[0] != page.url.split("#")[0]:
                return url
    return None


def list_page(
    items: tuple[ListItem, ...],
    reason: str | None,
    following: Sequence[FetchRequest],
    window: Window,
    *,
    total: int | None = None,
    sorted_by_date: bool = True,
) -> ListPage:
    """A ListPage that stops paging where its items are older than the window."""
    if reason is not None:
        return ListPage(items=items, parsed=False, reason=reason, total=total)
    stop = not items or (sorted_by_date and all_older(items, window))
    return ListPage(items=items, next=() if stop else tuple(following), total=total)
