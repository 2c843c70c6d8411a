"""Where the body of an article page is: a known container, or the densest text.

A known container wins only while it holds most of what the densest one holds, so that a skin
whose container moved is still read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.families.base import Element
from pipeline.families.dom import BLOCK_TAGS, SKIPPED_TAGS, hidden, name_words, squeeze, words

# Ids and classes of body containers, in order of trust: editors' own wrappers first.
CONTAINERS = words(
    "trs_editor_view trs_editor trs_ueditor ucap-content articleins zoomcon zoom con_con "
    "ivs_content info_cont panel_article logpanel details-content detailcon endtext artibody "
    "article_content articlecontent articletext article-content content_article article-body "
    "article_body pages_content trs_preappend gkxl-article zwxl-content maintextbox message-box "
    "zy_content main_content h_dl_c xl-xqnr conn newscontent news_content text_content "
    "js_content rm_txt_con rwb_zw art_contextbox js-article article_txt detail-content"
)
_NEGATIVE = frozenset(
    words(
        "footer foot copyright nav navigator menu crumb crumbs breadcrumb comment comments gentie "
        "tie sidebar related relate recommend rank hot ad ads advert adv login banner friendlink "
        "friend search statement disclaimer"
    )
)
_INLINE = frozenset(
    words(
        "a abbr b big br cite code em font h1 h2 h3 h4 h5 h6 i ins mark p q s small span strike "
        "strong sub sup u pre label o:p ucapcontent center blockquote"
    )
)
_WHOLE = frozenset({"html", "body", "form"})
_ASIDE = frozenset({"nav", "footer", "aside"})
_SENTENCE = re.compile(r"[，。；！？、,;]")
_LONG = 300


@dataclass
class Layout:
    """One pass over a page: its elements in order and how much running text lies where.

    `weight` is running text (characters) beneath an element, links and furniture left out.
    """

    root: Element
    order: list[Element] = field(default_factory=list)
    index: dict[Element, int] = field(default_factory=dict)
    last: dict[Element, int] = field(default_factory=dict)
    weight: dict[Element, float] = field(default_factory=dict)
    score: dict[Element, float] = field(default_factory=dict)
    links: set[Element] = field(default_factory=set)
    furniture: set[Element] = field(default_factory=set)
    named: dict[str, list[Element]] = field(default_factory=dict)

    def inside(self, element: Element, container: Element) -> bool:
        return self.index[container] <= self.index[element] <= self.last[container]


@lru_cache(maxsize=4096)
def _named(identifier: str, classes: str) -> tuple[tuple[str, ...], bool]:
    """The names an element goes by, and whether one of their words marks furniture."""
    named = f"{identifier} {classes}"
    return tuple(named.lower().split()), bool(name_words(named) & _NEGATIVE)


def lay_out(root: Element, *, unhide: bool = False) -> Layout:
    """Measure a page. Linear in its size. `unhide`: what styles hide counts as shown."""
    page = Layout(root)
    stack: list[tuple[Element, bool, bool, Element]] = [(root, False, False, root)]
    own: dict[Element, float] = {}
    order = page.order
    while stack:
        node, linked, dropped, container = stack.pop()
        tag = node.tag
        if tag in SKIPPED_TAGS or not isinstance(tag, str):
            continue
        linked = linked or tag == "a"
        identifier, classes = node.get("id"), node.get("class")
        if identifier or classes:
            called, negative = _named(identifier or "", classes or "")
            for name in called:
                page.named.setdefault(name, []).append(node)
            dropped = dropped or (negative and tag not in _WHOLE)
        dropped = dropped or tag in _ASIDE or (not unhide and hidden(node) and tag not in _WHOLE)
        if tag not in _INLINE:
            container = node
        page.index[node] = len(order)
        order.append(node)
        if linked:
            page.links.add(node)
        if dropped:
            page.furniture.add(node)
        else:
            _weigh(node, linked, container, own)
        for child in reversed(node):
            stack.append((child, linked, dropped, container))
    _sum_up(page, own)
    return page


def _weigh(node: Element, linked: bool, container: Element, own: dict[Element, float]) -> None:
    if linked:
        return
    for text in (node.text, *(child.tail for child in node)):
        if not text or len(text) < 2:
            continue
        text = squeeze(text)
        size = len(text)
        if size < 2:
            continue
        marks = len(_SENTENCE.findall(text))
        if marks or size >= 25:
            own[container] = own.get(container, 0.0) + size + 4 * min(marks, size // 6)


def _sum_up(page: Layout, own: dict[Element, float]) -> None:
    for element in page.order:
        page.last[element] = page.index[element]
    for element, weight in own.items():
        page.score[element] = page.score.get(element, 0.0) + weight
        parent, share = element.getparent(), 0.9
        while parent is not None and share > 0.4:
            page.score[parent] = page.score.get(parent, 0.0) + weight * share
            parent, share = parent.getparent(), share - 0.3
        page.weight[element] = page.weight.get(element, 0.0) + weight
    for element in reversed(page.order):
        parent = element.getparent()
        if parent is None or parent not in page.index:
            continue
        page.last[parent] = max(page.last[parent], page.last[element])
        page.weight[parent] = page.weight.get(parent, 0.0) + page.weight.get(element, 0.0)


def _known(page: Layout, containers: tuple[str, ...]) -> Element | None:
    short: Element | None = None
    for name in containers:
        named = dict.fromkeys(page.named.get(name, ()))  # id and class may both carry the name
        found = [element for element in named if element not in page.furniture]
        if not found:
            continue
        best = max(found, key=lambda element: page.weight.get(element, 0.0))
        if len(found) > 1:
            best = _together(page, found, best)
        if page.weight.get(best, 0.0) >= 40:
            return _innermost(page, best, containers)
        if short is None and len(squeeze("".join(map(str, best.itertext())))) >= 10:
            short = best
    return short


def _innermost(page: Layout, chosen: Element, containers: tuple[str, ...]) -> Element:
    """The smallest known container inside that still holds the text: a skin's outer one also
    wraps title and date."""
    for name in containers:
        for element in page.named.get(name, ()):
            held = page.weight.get(element, 0.0)
            if page.inside(element, chosen) and held >= 0.85 * page.weight[chosen]:
                chosen = element
    return chosen


def _together(page: Layout, found: list[Element], best: Element) -> Element:
    """A body split into several like containers under one parent is the parent."""
    parent = best.getparent()
    if parent is None or parent.tag in ("body", "html"):
        return best
    siblings = [element for element in found if element.getparent() is parent]
    total = sum(page.weight.get(element, 0.0) for element in siblings)
    if len(siblings) > 1 and total > 1.1 * page.weight.get(best, 0.0):
        return parent
    return best


def _narrowed(page: Layout, node: Element) -> Element:
    """The box inside that holds nearly all of the text. A box that also wraps the heading, or
    the whole page, is left for one that holds most of it; a lone paragraph is never a body."""
    for _ in range(40):
        total = page.weight.get(node, 0.0)
        child = max(node, key=lambda element: page.weight.get(element, 0.0), default=None)
        if child is None or child not in page.index or _is_paragraph(child):
            return node
        wide = node.tag in ("html", "body", "form") or any(True for _ in node.iter("h1"))
        if page.weight.get(child, 0.0) < (0.6 if wide else 0.9) * total:
            return node
        node = child
    return node


def _is_paragraph(element: Element) -> bool:
    """Whether an element is one run of text: no blocks inside, and few line breaks."""
    blocks = [child for child in element.iterdescendants() if child.tag in BLOCK_TAGS]
    return all(child.tag == "br" for child in blocks) and len(blocks) < 3


def find_body(page: Layout, containers: tuple[str, ...] = ()) -> Element | None:
    """The element that holds an article's body, or None for a page without running text."""
    known = _known(page, (*containers, *CONTAINERS))
    ranked = sorted(page.score.items(), key=lambda pair: -pair[1])
    dense = next(
        (element for element, _ in ranked[:20] if element.tag not in ("html", "form")), None
    )
    if dense is not None:
        dense = _narrowed(page, dense)
    if known is None or dense is None:
        return known if known is not None else dense
    if dense is known or page.inside(dense, known):
        return known
    # A short notice beside a long metadata table or disclaimer is still the notice.
    held, rival = page.weight.get(known, 0.0), page.weight.get(dense, 0.0)
    share = 0.35 if page.inside(known, dense) else 0.25
    return dense if rival >= _LONG and held < share * rival else known
