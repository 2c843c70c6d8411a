"""Files that belong to an article: which links are attachments and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from pipeline.families.base import Element, Page
from pipeline.families.body import Layout
from pipeline.families.dom import text_of, tidy, tokens, words
from pipeline.families.listline import href_of

EXTENSIONS = frozenset(words("pdf doc docx xls xlsx wps et ofd ceb zip rar 7z ppt pptx txt csv"))
_PICTURES = frozenset(words("jpg jpeg png tif tiff"))
_HANDLER = re.compile(
    r"/module/download/|downfile\.jsp|file-download\?|/document/download|downloadfile|"
    r"/attach(?:ment)?/download|download\.(?:jsp|do|action|ashx|aspx|php)",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{2,5})(?:$|[&#?;])")
_MARKS = frozenset({"nfw-cms-attachment"})
_SHOWN = re.compile(r"附件|附表|\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar|7z|pptx?)\b", re.IGNORECASE)
_SHOWN_PICTURE = re.compile(r"附件|附表|\.(?:jpe?g|png|tiff?)\b", re.IGNORECASE)
_BOX = frozenset(words("attachment attachments attach fj fujian xgfj appendix appendixs annex"))
_BOX_TITLE = re.compile(r"附件|相关文档|相关下载|文件下载|文档下载|资料下载")
_OUTSIDE = frozenset(words("comment comments gentie tie sidebar related relate recommend app"))


def extension(text: str) -> str | None:
    """The file extension at the end of a URL's path or a name, lower-case."""
    match = _EXTENSION.search(text.strip())
    return match[1].lower() if match else None


def is_attachment(anchor: Element, href: str) -> bool:
    """Whether a link is a file rather than a page."""
    if href.lower().startswith(("javascript:", "mailto:", "tel:", "#", "data:")) or not href:
        return False
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    ending = extension(parts.path)
    if ending in EXTENSIONS:
        return True
    if ending in _PICTURES:
        # A picture is a file of the notice where the link calls it so; else it is an illustration.
        return bool(_SHOWN_PICTURE.search(f"{text_of(anchor)} {anchor.get('download') or ''}"))
    if _MARKS & set((anchor.get("class") or "").split()) or anchor.get("appendix") == "true":
        return ending not in ("html", "htm", "shtml")
    if _HANDLER.search(href):
        return True
    named = anchor.get("download") or anchor.get("showname") or ""
    return extension(named) in EXTENSIONS


def attachment_name(anchor: Element, href: str) -> str:
    """What the page calls the file: the link's words, else its attributes, else the file name."""
    words = text_of(anchor)
    if re.fullmatch(r"[\[（(【]?\s*(?:点击)?(?:此处)?(?:下载|查看|附件|浏览)\s*[\]）)】]?", words):
        words = ""
    for name in (words, anchor.get("download"), anchor.get("showname"), anchor.get("title")):
        if name and tidy(name):
            return tidy(name)
    return unquote(urlsplit(href).path.rsplit("/", 1)[-1]) or href


def read_links(
    page: Page, layout: Layout, body: Element | None, title: Element | None = None
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """(attachments, other links) as (url, name). Attachments may stand outside the body, in a
    box of their own, but not above the title, in navigation, footer or comments; each file counts
    once. Other links are those of the body."""
    files: dict[str, str] = {}
    links: dict[str, str] = {}
    start = min((layout.index[top] for top in (body, title) if top in layout.index), default=0)
    for anchor in layout.order[start:]:
        if anchor.tag != "a":
            continue
        href = href_of(anchor) or ""
        in_body = body is not None and layout.inside(anchor, body)
        if not href or (not in_body and anchor in layout.furniture):
            continue
        url = page.resolve(href)
        if is_attachment(anchor, href):
            if in_body or _announced(anchor):
                files.setdefault(url, attachment_name(anchor, href))
        elif in_body and url.startswith("http"):
            links.setdefault(url, text_of(anchor))
    for url in _shown_files(page):
        files.setdefault(url, unquote(urlsplit(url).path.rsplit("/", 1)[-1]))
    return tuple(files.items()), tuple(links.items())


def _shown_files(page: Page) -> Iterator[str]:
    """Files that a frame shows on the page, by themselves or through a viewer (?file=…)."""
    for frame in page.tree.iter("iframe", "embed", "object"):
        address = (frame.get("src") or frame.get("data") or "").strip()
        try:
            told = parse_qs(urlsplit(address).query).get("file", [address])[0]
            if extension(urlsplit(told).path) in EXTENSIONS:
                yield page.resolve(told)
        except ValueError:
            continue


def _announced(anchor: Element) -> bool:
    """Whether a file outside the body is presented as the article's: it shows a file name, or
    stands in a box of attachments."""
    shown = f"{text_of(anchor)} {anchor.get('download') or ''} {anchor.get('title') or ''}"
    evident = bool(_SHOWN.search(shown)) or bool(_MARKS & set((anchor.get("class") or "").split()))
    node: Element | None = anchor
    for step in range(12):
        if node is None or node.tag in ("body", "html"):
            break
        words = tokens(node)
        if node.tag in ("header", "footer", "nav", "aside") or words & _OUTSIDE:
            return False
        if step < 5 and not evident:
            previous = node.getprevious()
            beside = (node.text or "") + (text_of(previous)[:20] if previous is not None else "")
            evident = bool(words & _BOX) or bool(_BOX_TITLE.search(beside))
        node = node.getparent()
    return evident
