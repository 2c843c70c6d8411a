"""Reading an article page: title, dates, labelled facts, body, attachments.

One reader for all families; a family adds what it knows (`Skin`), a source its selectors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.families.base import Article, DateKind, Element, Page
from pipeline.families.body import Layout, find_body, lay_out
from pipeline.families.datetext import find_dates, first_date, meta_date, split_day, url_date
from pipeline.families.dom import select, text_of, tidy
from pipeline.families.heading import find_heading, title_of
from pipeline.families.labels import clean_value, read_fields
from pipeline.families.links import read_links
from pipeline.model import Source


@dataclass(frozen=True)
class Skin:
    """What a family knows of its articles: names (id or class) of body containers, and CSS
    selectors of title and displayed date, in order of trust."""

    containers: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    date: tuple[str, ...] = ()


_META_DATES = ("pubdate", "publishdate", "maketime", "article:published_time", "publish_date",
               "publishtime", "pubtime", "weibo: article:create_at", "og:release_date")  # fmt: skip
_META_SOURCES = ("contentsource", "source", "mediaid")
# Stamps of the editing system; at midnight to the second they come from a migration.
_STORED_DATES = ("firstpublishedtime",)
_MIGRATED = re.compile(r"(?:23:59:59|00:00:00)$")
_OTHER_DATE = re.compile(
    r"(?:成文|生成|发文|实施|施行|失效|废止|生效|印发|截止|截至|有效期|制发|签署|更新|今天|现在)"
    r"\s{0,3}(?:日期|时间|日|期)?\s{0,3}[：:]?\s{0,3}$"
)
_PUBLISHED = re.compile(r"(?:发布|发表|公开|公布|公示|发稿|上传)(?:日期|时间|于)?\D{0,6}$")
_JSON_LD = re.compile(r"\"(?:datePublished|pubDate|publishTime)\"\s{0,4}:\s{0,4}\"([^\"]{8,40})\"")
_LONE_NUMBER = re.compile(
    r"[\u4e00-\u9fa5]{2,12}[〔\[﹝［【(（]\d{4}[〕\]﹞］】)）]\s?\d{1,5}\s?号"
)
_ABOVE_ELEMENTS = 12
_REACH = 4000
_FACTS = re.compile(r"(?:来源|浏览|访问|点击|字体|字号)[^，。]{0,4}[：:]")
_VARIABLE = re.compile(
    r"\bvar\s{1,3}(?:pub|publish|fabu|release)\w{0,12}\s{0,3}=\s{0,3}[\"']([\d\s:年月日./-]{8,24})"
)
_LABELLED = re.compile(r"(发布|发表|公开)?(?:日期|时间)\s{0,2}[：:]\s{0,2}$")
_ABOVE = 240
_FIRST_LINES = 12
_TOP = 160
_ORIGINAL = re.compile(
    r"原(?:文|稿|载)?(?:发布|刊发|发表|刊登|刊载)?(?:日期|时间)\s{0,3}[：:]\s{0,3}"
)


def read_article(page: Page, skin: Skin, source: Source | None = None) -> Article:
    """Read one article page. Never raises for bad markup; SelectorError for a bad selector."""
    layout = lay_out(page.tree)
    chosen = dict(source.selectors) if source else {}
    missed: list[str] = []

    def picked(name: str) -> Element | None:
        css = chosen.get(name)
        if not css:
            return None
        found = select(page.tree, css)
        if not found:
            missed.append(name)
            return None
        return max(found, key=lambda element: len(text_of(element)))

    body = picked("body")
    if body is None:
        body = find_body(layout, skin.containers)
    if body is None:
        # Some skins hide the text until their script has run.
        layout = lay_out(page.tree, unhide=True)
        body = find_body(layout, skin.containers)
    fields = read_fields(layout, body)
    number = picked("document_number")
    if number is not None:
        value = clean_value(re.sub(r"^[^：:]{0,8}[：:]", "", text_of(number)))
        if value:
            fields["文号"] = value
    title_element = picked("title")
    if title_element is None:
        title_element = find_heading(page, layout, body, skin.title)
    title = title_of(page, fields, title_element, override="title" in chosen)
    if "文号" not in fields and (lone := _lone_number(layout, title_element, body)):
        fields["文号"] = lone
    before = _before(layout, body, title_element)
    above = _before(layout, title_element, None)[-_ABOVE:]
    dates = _dates(page, layout, body, fields, (before, above), picked("date"), skin)
    attachments, links = read_links(page, layout, body, title_element)
    origin = fields.get("来源") or next(
        (page.meta[name] for name in _META_SOURCES if name in page.meta), None
    )
    return Article(
        title=title,
        fields=fields,
        dates=dates,
        body=body,
        attachments=attachments,
        links=links,
        heading=tidy(
            f"{text_of(title_element) if title_element is not None else ''} {before[-400:]}"
            f" {_number_above(layout, title_element)}"
        ),
        content_source=clean_value(origin) if origin else None,
        missed=tuple(missed),
    )


def _before(layout: Layout, body: Element | None, title: Element | None) -> str:
    """The text from the title (or the page's start) to the body, that of links left out."""
    if body is None:
        return ""
    if title is not None and title in layout.index and layout.inside(title, body):
        # The container wraps the heading too: what follows it closely is the line of facts.
        following = layout.order[layout.last[title] + 1 : layout.last[title] + 12]
        return tidy(" ".join(f"{node.text or ''} {node.tail or ''}" for node in following))[:200]
    parts: list[str] = []
    stack: list[Element | str] = [layout.root]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        if item is body:
            return tidy(" ".join(parts))[-_REACH:]
        if item.tail:
            stack.append(item.tail)
        if item not in layout.index:
            continue
        if item is title:
            # Titles name dates of their own.
            parts.clear()
            continue
        if item not in layout.links or body in layout.links:
            stack.extend(reversed(item))
            if item.text:
                stack.append(item.text)
    return ""


def _number_above(layout: Layout, title: Element | None) -> str:
    """A document number that stands alone in one of the elements just before the title."""
    if title is None or title not in layout.index:
        return ""
    at = layout.index[title]
    for element in reversed(layout.order[max(0, at - _ABOVE_ELEMENTS) : at]):
        text = tidy(element.text or "")
        if _LONE_NUMBER.fullmatch(text) and element not in layout.links:
            return text
    return ""


def _lone_number(layout: Layout, title: Element | None, body: Element | None) -> str | None:
    """A document number that is all an element between title and body says."""
    if title not in layout.index or body not in layout.index:
        return None
    for element in layout.order[layout.index[title] : layout.index[body]]:
        text = tidy(element.text or "")
        if _LONE_NUMBER.fullmatch(text) and not (
            element in layout.links or element in layout.furniture
        ):
            return text
    return None


def _displayed(text: str) -> str | None:
    """The date of publication shown: one labelled so, else the last unlabelled one."""
    plain: str | None = None
    for start, end, value in find_dates(text):
        label = text[max(0, start - 16) : start]
        if _PUBLISHED.search(label):
            return value
        today = "星期" in text[end : end + 6] or "今天" in label
        if plain is None and not today and not _OTHER_DATE.search(label):
            plain = value
    return plain


def _original(layout: Layout) -> str | None:
    """The day on which a reposted page says its original was published."""
    for element in layout.order:
        for text in (element.text, element.tail):
            if text and "原" in text:
                match = _ORIGINAL.search(text)
                value = first_date(text[match.end() : match.end() + 24]) if match else None
                if value:
                    return value
    return None


def _stamped(page: Page, layout: Layout, body: Element | None) -> str | None:
    """A displayed date that is no plain text above the body: a <time>, one that a script writes
    behind its label, or a labelled one in the first lines of the container of the body."""
    start = layout.index[body] if body in layout.index else len(layout.order)
    for element in layout.order[: start + _FIRST_LINES]:
        if element.tag == "time" and element not in layout.furniture:
            stamp = meta_date(element.get("datetime"))
            if stamp and len(stamp) == 10:
                return stamp
    for script in page.tree.iter("script"):
        named = _VARIABLE.search(script.text or "")
        if named:
            return first_date(named[1])
        value = first_date((script.text or "")[:300])
        if value:
            previous, parent = script.getprevious(), script.getparent()
            label = (
                previous.tail if previous is not None else parent.text if parent is not None else ""
            )
            if _PUBLISHED.search(
                tidy(label or (text_of(previous) if previous is not None else ""))
            ):
                return value
    if body is None:
        return None
    top = text_of(body)[:_TOP]
    for begin, _, value in find_dates(top):
        labelled = _LABELLED.search(top[max(0, begin - 16) : begin])
        if labelled and (labelled[1] or _FACTS.search(top[max(0, begin - 60) : begin + 60])):
            return value
    return None


def _dates(
    page: Page,
    layout: Layout,
    body: Element | None,
    fields: dict[str, str],
    around: tuple[str, str],
    picked: Element | None,
    skin: Skin,
) -> tuple[tuple[DateKind, str], ...]:
    """Each date of publication the page tells, in order of trust. `around` is the text between
    title and body, and that above the title."""
    before, above = around
    found: list[tuple[DateKind, str | None]] = [("displayed", _original(layout))]
    if picked is not None:
        found.append(("displayed", first_date(text_of(picked))))
    for css in skin.date:
        found.extend(("displayed", first_date(text_of(node))) for node in select(page.tree, css))
    found.append(("displayed", _displayed(before)))
    found.append(("table", first_date(fields.get("发布日期"))))
    if not any(value for _, value in found):
        found.append(("displayed", _stamped(page, layout, body)))
    found.extend(("meta", meta_date(page.meta.get(name))) for name in _META_DATES)
    for name in _STORED_DATES:
        stamp = page.meta.get(name)
        if stamp:
            found.append(("stored" if _MIGRATED.search(stamp) else "meta", meta_date(stamp)))
    if not any(value for _, value in found):
        found.extend(("meta", meta_date(stated)) for stated in _JSON_LD.findall(page.text)[:1])
        found.append(("displayed", _displayed(above)))
        found.append(("displayed", split_day(before, "") or split_day(above, "")))
    found.append(("url", url_date(page.url)))
    order = ("displayed", "table", "meta", "url", "stored")
    kept = dict.fromkeys((kind, value) for kind, value in found if value)
    return tuple(sorted(kept, key=lambda pair: order.index(pair[0])))
