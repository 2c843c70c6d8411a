"""Small helpers over lxml trees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lxml import etree
from lxml.cssselect import CSSSelector

from pipeline.families.base import Element


def words(text: str) -> tuple[str, ...]:
    """The words of a space-separated list."""
    return tuple(text.split())


BLOCK_TAGS = frozenset(
    words(
        "address article aside blockquote body br caption center dd details div dl dt fieldset "
        "figure figcaption footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre "
        "section table tbody td tfoot th thead tr ul"
    )
)
SKIPPED_TAGS = frozenset(
    words(
        "script style noscript template head select option button input textarea iframe object "
        "embed svg canvas audio video map"
    )
)
_TOKEN = re.compile(r"[a-z0-9]+|[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")
_HIDDEN = re.compile(r"(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden)")


class SelectorError(ValueError):
    """A CSS selector of a source file cannot be read. The message names it."""


@lru_cache(maxsize=512)
def _compiled(css: str) -> CSSSelector:
    try:
        return CSSSelector(css, translator="html")
    except Exception as error:
        raise SelectorError(f"selector {css!r} is not valid CSS: {error}") from error


def select(root: Element, css: str) -> list[Element]:
    """The elements that match. Raises SelectorError for a malformed selector."""
    found = _compiled(css)(root)
    if not isinstance(found, list):
        return []
    return [element for element in found if isinstance(element, etree._Element)]


def squeeze(text: str) -> str:
    """Without any white space."""
    return "".join(text.split())


def tidy(text: str) -> str:
    """White space runs as one space, none at the ends."""
    return " ".join(text.split())


def text_of(element: Element) -> str:
    """The tidy text of an element, scripts and styles left out."""
    return tidy("".join(iter_text(element)))


def iter_text(root: Element) -> Iterator[str]:
    """The texts inside an element in order, scripts and styles left out, a space at blocks."""
    stack: list[Element | str] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
            continue
        if item is not root and item.tail:
            stack.append(item.tail)
        if not isinstance(item.tag, str) or item.tag in SKIPPED_TAGS:
            continue
        if item.tag in BLOCK_TAGS:
            yield " "
            stack.append(" ")
        stack.extend(reversed(item))
        if item.text:
            stack.append(item.text)


def walk(root: Element, skip: frozenset[Element] | set[Element] = frozenset()) -> Iterator[Element]:
    """Elements in document order; SKIPPED_TAGS and `skip` with all beneath them left out."""
    stack = [root]
    while stack:
        node = stack.pop()
        if not isinstance(node.tag, str) or node.tag in SKIPPED_TAGS or node in skip:
            continue
        yield node
        stack.extend(reversed(node))


@lru_cache(maxsize=4096)
def name_words(named: str) -> frozenset[str]:
    """The words of ids and classes, lower-case: `xl-mesLeft` is xl, mes, left."""
    return frozenset(word.lower() for word in _TOKEN.findall(named))


def tokens(element: Element) -> frozenset[str]:
    """The words of an element's id and classes."""
    return name_words(f"{element.get('id') or ''} {element.get('class') or ''}")


def names(element: Element) -> Iterable[str]:
    """The id and the classes of an element, lower-case and whole."""
    named = (element.get("id") or "") + " " + (element.get("class") or "")
    return named.lower().split()


def hidden(element: Element) -> bool:
    """Whether the element's own style hides it."""
    style = element.get("style")
    return bool(style and _HIDDEN.search(style.lower()))
