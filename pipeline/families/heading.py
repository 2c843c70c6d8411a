"""The title of an article page: the heading it displays, and what its metadata call it."""

from __future__ import annotations

import re

from pipeline.families.base import Element, Page
from pipeline.families.body import Layout
from pipeline.families.datetext import find_dates
from pipeline.families.dom import BLOCK_TAGS, select, squeeze, text_of, tidy, tokens, words

_HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "ucaptitle"})
_TITLE_WORDS = frozenset({"title", "tit", "headline", "biaoti", "bt", "articletit"})
_NOT_TITLE = frozenset({"sub", "subtitle", "site", "logo", "column", "nav", "print", "search"})
_STRONG_TAGS = frozenset(words("b strong font center p td th div span dt legend caption h5 h6"))
_SITE_WORD = re.compile(
    r"网$|网站|门户|频道|政府$|[日晚早时周]报$|在线$|要闻$|[局厅委部]$|平台|中心$|公报|新闻|财经|资讯|公开$|栏目|首页"
)
_SITE = re.compile(
    r"[\u4e00-\u9fa5]{0,10}[市省县区州盟旗国][\u4e00-\u9fa5]{0,8}"
    r"(?:局|厅|委员会|政府|[门政]\S{0,4}网站?|网站|网)"
)
# Words of which names of columns and empty page titles are made.
_COLUMN = re.compile(
    r"(?:通知|公告|公示|通告|政策|法规|法律|规范性|文件|动态|要闻|信息|解读|新闻|政务|公开|工作|环境|环保|大气|"
    r"规划|计划|标准|专题|详情|详细|内容|正文|页面?|首页|栏目?|列表|中心|法定|主动|目录|指南|发布|媒体|"
    r"最新|重要|部门|其他|征求|意见|征集|互动|交流|监督|管理|保护|生态|统计|数据){1,5}"
)
_KINDS = (
    r"(?:通知|公告|通告|函|通报|公示|意见|方案|办法|规定|细则|条例|决定|批复|规划|计划|报告|标准|"
    r"解读|答复|指南|名单|清单|预案|要点|措施|说明|情况|问答|令)"
)
_TRAIL = re.compile(
    r"(?:您?的?当前|您现在的|您的|所在)位置|(?:网站)?(?:首页|主页)\s?(?:>|»|›|/|-|—|→|&gt;)"
)
_TYPICAL = re.compile(rf"关于.{{6,}}|.{{6,}}{_KINDS}(?:[（(].{{1,20}}[）)])?")
_ENDED = re.compile(rf"{_KINDS}(?:[（(].{{1,20}}[）)])?$")
_CUT = re.compile(r"\s{0,5}(?:_{1,3}|\||｜|-{1,2}|—{1,2}|–)\s{0,5}(?=[^_|｜]{1,40}$)")
_LEAD = re.compile(r"([^-_|｜—–\s]{2,30})\s?[-_|｜—–\s]{1,3}(?=\S{4})")
_META_TITLES = ("articletitle", "og:title", "title")
_TRAILING_NUMBER = re.compile(
    r"[（(]\s{0,3}[\u4e00-\u9fa5]{0,12}[〔\[﹝［【(（]?\d{4}[〕\]﹞］】)）年]?\s{0,3}第?\d{1,5}号\s{0,3}[）)]$"
)
_BROKEN = re.compile(r"(?<=[\u4e00-\u9fa5，、》）”])\s{1,4}(?=[\u4e00-\u9fa5《（“])")
_LARGE = re.compile(r"font-size:(?:1[89]|[2-4]\d)(?:\.\d)?p[xt]|font-weight:(?:bold|[6-9]00)")
_FACTS = re.compile(r"(?:时间|日期|来源|作者|发布人|浏览|点击|访问)\S{0,3}[：:]")
_FIRST = 16


def strip_site(title: str, site_names: tuple[str, ...] = ()) -> str:
    """A <title> without the names of site and column at its end, or before it."""
    for _ in range(4):
        match = next(reversed(list(_CUT.finditer(title))), None)
        if match is None or match.start() < 4:
            break
        end = squeeze(title[match.end() :])
        certain = "_" in match[0] or "|" in match[0]
        known = _SITE_WORD.search(end) or _COLUMN.fullmatch(end) or end in site_names
        if not (certain or known):
            break
        title = title[: match.start()]
    title = tidy(title)
    while (match := _LEAD.match(title)) and is_column(match[1]):
        title = title[match.end() :]
    return title


def find_heading(
    page: Page, layout: Layout, body: Element | None, known: tuple[str, ...]
) -> Element | None:
    """The displayed heading: the family's (`known` selectors), else the one the page's own title
    agrees with, else the most prominent before the text."""
    for css in known:
        found = [element for element in select(page.tree, css) if len(text_of(element)) >= 4]
        if found:
            return found[0]
    told = [
        squeeze(strip_site(text))
        for text in (page.meta.get("articletitle"), _title_tag(page))
        if text and not is_column(text)
    ]
    limit = layout.index[body] if body is not None and body in layout.index else len(layout.order)
    end = layout.last[body] if body is not None and body in layout.last else limit
    best: tuple[float, Element] | None = None
    for position, element in enumerate(layout.order[: end + 1]):
        prominence = _prominence(element)
        if not prominence or element in layout.furniture or element in layout.links:
            continue
        text = squeeze(text_of(element))
        if not 4 <= len(text) <= 200 or "位置" in text[:10]:
            continue
        agreed = any(_same_title(text, other) for other in told)
        typical = _TYPICAL.fullmatch(text) is not None
        # Inside the body only what the page itself calls its title, or its very first heading;
        # plans have headings too.
        first = typical and position <= limit + _FIRST
        if position > limit and not (agreed or first):
            continue
        if prominence < 0.7 and not (agreed or typical):
            continue
        if prominence < 0.7 and position > limit and not _facts_follow(layout, element):
            continue
        value = 4.0 * agreed + prominence + 1.2 * typical
        value -= 2 * bool(tokens(element) & _NOT_TITLE) + 5 * is_column(text)
        value += min(position / max(limit, 1), 1.0) + 0.02 * agreed * min(len(text), 60)
        if best is None or value > best[0]:
            best = (value, element)
    if best is None or best[0] < 1.5:
        return None
    return best[1]


def _prominence(element: Element) -> float:
    """How much an element looks like a heading: by its tag, its name, its type, or as a line."""
    if element.tag in _HEADING_TAGS:
        return 1.5 if element.tag == "h1" else 1.0
    if tokens(element) & _TITLE_WORDS:
        return 0.7
    if element.tag not in _STRONG_TAGS:
        return 0.0
    if element.tag in ("b", "strong", "center") or (element.get("size") or "") in tuple("4567"):
        return 0.5
    style = (element.get("style") or "").replace(" ", "").lower()
    if _LARGE.search(style):
        return 0.5
    return 0.3 if len(squeeze(element.text or "")) >= 6 and len(element) <= 3 else 0.0


def _facts_follow(layout: Layout, element: Element) -> bool:
    """Whether a line of facts (date, source, readers) follows, as it does a displayed title; a
    document's own title inside its text is followed by its number or its addressees."""
    at = layout.last[element] + 1
    parts = [element.tail or ""]
    for node in layout.order[at : at + 4]:
        parts += [node.text or "", *(child.tail or "" for child in node)]
    first = next((text for part in parts if (text := tidy(part))), "")
    alone = any(start <= 1 and end >= len(first) - 1 for start, end, _ in find_dates(first))
    return alone or bool(_FACTS.search(tidy(" ".join(parts))[:20]))


def heading_text(element: Element) -> str:
    """What a heading says: its lines joined, with the headings of the same kind beside it that
    only together make a title."""
    parts = [_joined(element)]
    for step in (-1, 1):
        node: Element | None = element
        while node is not None:
            beside = node.getprevious() if step < 0 else node.getnext()
            between = (beside if step < 0 else node).tail if beside is not None else None
            if (
                beside is None or beside.tag != element.tag
                or beside.get("class") != element.get("class") or (between or "").strip()
            ):  # fmt: skip
                break
            text = _joined(beside)
            first = text if step < 0 else parts[-1]
            if not text or is_column(text) or _ENDED.search(first):
                break
            if element.tag not in _HEADING_TAGS and not _one_title(first, parts, text, step):
                break
            parts.insert(0, text) if step < 0 else parts.append(text)
            node = beside
    return "".join(parts) if len(parts) > 1 else parts[0]


def _one_title(first: str, parts: list[str], text: str, step: int) -> bool:
    """Whether two plain lines are one title: 关于 in the first alone, its kind at the end."""
    second = parts[0] if step < 0 else text
    return "关于" in first and "关于" not in second and bool(_ENDED.search(second))


def _joined(element: Element) -> str:
    text = text_of(element)
    broken = any(child.tag in BLOCK_TAGS for child in element.iterdescendants())
    return _BROKEN.sub("", text) if broken else text


def is_column(text: str) -> bool:
    """Whether a text names a column, a site or a trail of them rather than a document."""
    plain = squeeze(text)
    if _TRAIL.match(plain):
        return True
    parts = [part for part in re.split(r"[-_|｜—–·]|\s", tidy(text)) if part]
    return bool(parts) and all(_COLUMN.fullmatch(part) or _SITE.fullmatch(part) for part in parts)


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


def title_of(
    page: Page, fields: dict[str, str], heading: Element | None, *, override: bool
) -> str | None:
    """The title by the heading, the page's table, its metadata and its <title>; None where all of
    them name columns at most. `override`: the source's own selector chose the heading."""
    shown = heading_text(heading) if heading is not None else None
    if override and shown:
        return shown
    sites = tuple(squeeze(page.meta.get(name, "")) for name in ("sitename", "columnname"))
    told = next((page.meta[name] for name in _META_TITLES if name in page.meta), None)
    tag = strip_site(_title_tag(page), sites) or None
    told = None if told and is_column(told) else told
    tag = None if tag and is_column(tag) else tag
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
