"""Reading an article page: title, dates, labelled facts, body, attachments.

One reader for all families; a family adds what it knows (`Skin`), a source its selectors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.families.base import Article, DateKind, Element, Page
from pipeline.families.body import Layout, find_body, lay_out
from pipeline.families.datetext import find_dates, first_date, meta_date, url_date
from pipeline.families.dom import select, squeeze, text_of, tidy, tokens
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


_TITLE_TAGS = frozenset({"h1", "h2", "h3", "h4", "ucaptitle"})
_TITLE_WORDS = frozenset({"title", "tit", "headline", "biaoti", "bt", "articletit"})
_NOT_TITLE = frozenset({"sub", "subtitle", "site", "logo", "column", "nav", "print", "search"})
_SITE_WORD = re.compile(
    r"网$|网站|门户|频道|政府$|[日晚早时周]报$|在线$|要闻$|[局厅委部]$|平台|中心$|公报|新闻|财经|资讯|公开$|栏目|首页"
)
_CUT = re.compile(r"\s{0,5}(?:_{1,3}|\||｜|-{1,2}|—{1,2}|–)\s{0,5}(?=[^_|｜]{1,40}$)")
_META_TITLES = ("articletitle", "og:title", "title")
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
_TRAILING_NUMBER = re.compile(
    r"[（(]\s{0,3}[\u4e00-\u9fa5]{0,12}[〔\[﹝［【(（]?\d{4}[〕\]﹞］】)）年]?\s{0,3}第?\d{1,5}号\s{0,3}[）)]$"
)
_JSON_LD = re.compile(r"\"(?:datePublished|pubDate|publishTime)\"\s{0,4}:\s{0,4}\"([^\"]{8,40})\"")
_LONE_NUMBER = re.compile(
    r"[\u4e00-\u9fa5]{2,12}[〔\[﹝［【(（]\d{4}[〕\]﹞］】)）]\s?\d{1,5}\s?号"
)
_ABOVE_ELEMENTS = 12
_REACH = 4000
_ABOVE = 240


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
        title_element = _heading(page, layout, body, skin)
    title = _title(page, fields, title_element, override="title" in chosen)
    before = _before(layout, body, title_element)
    above = _before(layout, title_element, None)[-_ABOVE:]
    dates = _dates(page, fields, before, above, picked("date"), skin)
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


def strip_site(title: str, site_names: tuple[str, ...] = ()) -> str:
    """A <title> without the names of site and column at its end."""
    for _ in range(4):
        match = next(reversed(list(_CUT.finditer(title))), None)
        if match is None or match.start() < 4:
            break
        end = squeeze(title[match.end() :])
        certain = "_" in match[0] or "|" in match[0]
        if not (certain or _SITE_WORD.search(end) or end in site_names):
            break
        title = title[: match.start()]
    return tidy(title)


def _heading(page: Page, layout: Layout, body: Element | None, skin: Skin) -> Element | None:
    """The displayed heading: the family's, else the one the page's own title agrees with."""
    for css in skin.title:
        found = [element for element in select(page.tree, css) if len(text_of(element)) >= 4]
        if found:
            return found[0]
    told = [
        squeeze(strip_site(text))
        for text in (page.meta.get("articletitle"), _title_tag(page))
        if text
    ]
    limit = layout.index[body] if body is not None and body in layout.index else len(layout.order)
    end = layout.last[body] if body is not None and body in layout.last else limit
    best: tuple[float, Element] | None = None
    for position, element in enumerate(layout.order):
        if position > end:
            break
        words = tokens(element)
        is_heading = element.tag in _TITLE_TAGS
        if not is_heading and not (words & _TITLE_WORDS):
            continue
        if element in layout.furniture or element in layout.links:
            continue
        text = squeeze(text_of(element))
        if not 4 <= len(text) <= 200 or "位置" in text[:10]:
            continue
        agreed = any(_same_title(text, other) for other in told)
        value = (
            4.0 * agreed + is_heading + 0.5 * (element.tag == "h1") - 2 * bool(words & _NOT_TITLE)
        )
        value += min(position / max(limit, 1), 1.0) + 0.02 * agreed * min(len(text), 60)
        # Inside the body only what the page itself calls its title; plans have headings too.
        if (position <= limit or agreed) and (best is None or value > best[0]):
            best = (value, element)
    if best is None or best[0] < 1.5:
        return None
    return best[1]


def _same_title(shown: str, told: str) -> bool:
    """Whether a heading and a told title are one: the site's name in a heading is not enough."""
    if shown in told:
        # What follows a whole title behind a dash is the column and the site.
        whole = len(shown) >= 6 and told.startswith(tuple(shown + dash for dash in "-_|—–｜"))
        return len(shown) >= 0.55 * len(told) or (whole and not _SITE_WORD.search(shown))
    return len(told) >= 6 and told in shown


def _title_tag(page: Page) -> str:
    for element in page.tree.iter("title"):
        if element.text and element.text.strip():
            return tidy(element.text)
    return ""


def _title(
    page: Page, fields: dict[str, str], heading: Element | None, *, override: bool
) -> str | None:
    shown = tidy(text_of(heading)) if heading is not None else None
    if override and shown:
        return shown
    sites = tuple(squeeze(page.meta.get(name, "")) for name in ("sitename", "columnname"))
    told = next((page.meta[name] for name in _META_TITLES if name in page.meta), None)
    tag = strip_site(_title_tag(page), sites) or None
    listed = fields.get("标题")
    if shown and len(squeeze(shown)) >= 4:
        shown = _without_number(shown)
        if squeeze(shown) in (squeeze(other or "") for other in (told, tag)):
            # A catalogue may shorten the name; two that agree to the letter are right.
            return shown
        for other in (told, listed, tag):
            if other and _same_title(squeeze(shown), squeeze(other)):
                return shown if squeeze(shown) in squeeze(other) else _without_number(other)
    told = _without_number(strip_site(told, sites)) if told else None
    for other in (listed, told, shown, tag):
        if other and len(squeeze(other)) >= 2:
            return other
    return None


def _without_number(title: str) -> str:
    shorter = _TRAILING_NUMBER.sub("", title).strip()
    return shorter if len(shorter) >= 6 else title


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


def _dates(
    page: Page,
    fields: dict[str, str],
    before: str,
    above: str,
    picked: Element | None,
    skin: Skin,
) -> tuple[tuple[DateKind, str], ...]:
    found: list[tuple[DateKind, str | None]] = []
    if picked is not None:
        found.append(("displayed", first_date(text_of(picked))))
    for css in skin.date:
        found.extend(("displayed", first_date(text_of(node))) for node in select(page.tree, css))
    found.append(("displayed", _displayed(before)))
    found.append(("table", first_date(fields.get("发布日期"))))
    found.extend(("meta", meta_date(page.meta.get(name))) for name in _META_DATES)
    for name in _STORED_DATES:
        stamp = page.meta.get(name)
        if stamp:
            found.append(("stored" if _MIGRATED.search(stamp) else "meta", meta_date(stamp)))
    if not any(value for _, value in found):
        found.extend(("meta", meta_date(stated)) for stated in _JSON_LD.findall(page.text)[:1])
        found.append(("displayed", _displayed(above)))
    found.append(("url", url_date(page.url)))
    order = ("displayed", "table", "meta", "url", "stored")
    kept = dict.fromkeys((kind, value) for kind, value in found if value)
    return tuple(sorted(kept, key=lambda pair: order.index(pair[0])))
