"""Answers that are not what was asked for: challenges, disguised 404s, redirects to nowhere.

Pure functions over bytes and URLs, linear in the size of the page.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from pipeline.families.decode import decode

Problem = Literal["challenge", "soft_404", "http_error", "redirect"]

_HEAD = 120_000
_BLOCK_STATUS = {412, 429, 521}
_SUSPECT_STATUS = {200, 202, 403, 405, 503}
_SHORT = 400
"""Characters of visible text below which a page is no article and no list."""

_CHALLENGE_MARKS = (
    "__jsl_clearance", "acw_sc__v", "$_ts", "cf-chl", "_waf_", "waf_captcha", "challenge-platform",
    "人机验证", "安全验证", "滑动验证", "拖动滑块", "请输入验证码", "访问过于频繁", "访问被拦截",
    "您的访问可能", "疑似攻击", "网站防火墙", "请开启javascript", "请启用javascript",
)  # fmt: skip
_MOVES = ("location.reload", "location.href", "location.replace", "window.location", "location=")
_MISSING = re.compile(
    r"\b404\b|not found|页面不存在|页面未找到|页面没有找到|网页不存在"
    r"|找不到(?:该|您|此)?[^<]{0,8}页|(?:页面|文章|内容|信息)(?:已经?)?(?:被)?(?:删除|移除|下线)|访问的页面",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,200})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,5000}>")
_SPACE = re.compile(r"\s+")
_HOME = re.compile(r"/?(?:(?:index|default|home)\.(?:s?html?|jsp|aspx?|php))?")
_ERROR_PATH = re.compile(r"/(?:404|error|errors|notfound|50[0-9])(?:[./]|$)", re.IGNORECASE)
_COMMON_SECOND = {"gov", "com", "org", "net", "ac", "edu", "co"}


def visible_text(html: str) -> str:
    """The text a reader would see: scripts, styles, comments and tags left out."""
    for opening, closing in (("<script", "</script"), ("<style", "</style"), ("<!--", "-->")):
        html = _cut(html, opening, closing)
    return _SPACE.sub(" ", _TAG.sub(" ", html)).strip()


def _cut(html: str, opening: str, closing: str) -> str:
    folded, kept, position = html.lower(), [], 0
    if len(folded) != len(html):
        folded = html
    while (start := folded.find(opening, position)) >= 0:
        kept.append(html[position:start])
        end = folded.find(closing, start)
        if end < 0:
            return "".join(kept)
        position = end
    kept.append(html[position:])
    return "".join(kept)


def problem(status: int, body: bytes, content_type: str | None, kind: str) -> Problem | None:
    """Why a response is no content, or None.

    `kind` is what was asked for; an HTML page in place of an attachment is a disguised 404.
    """
    if status in _BLOCK_STATUS:
        return "challenge"
    html = _html(body, content_type)
    if html is not None and status in _SUSPECT_STATUS:
        seen = visible_text(html)
        if is_challenge(html, seen):
            return "challenge"
        if status == 200 and (is_missing(html, seen) or kind == "attachment"):
            return "soft_404"
    if 300 <= status < 400 and status != 304:
        return "redirect"
    return "http_error" if status >= 400 else None


def is_challenge(html: str, seen: str) -> bool:
    """Whether a page asks for proof of a browser or of a human instead of answering."""
    if len(seen) >= _SHORT:
        return False
    folded = html.lower()
    if any(mark in folded for mark in _CHALLENGE_MARKS):
        return True
    return "document.cookie" in folded and any(move in folded for move in _MOVES) and not seen


def is_missing(html: str, seen: str) -> bool:
    """Whether a page with status 200 says that there is no such page."""
    title = _TITLE.search(html)
    if len(seen) >= _SHORT:
        return False
    return bool((title and _MISSING.search(title[1])) or _MISSING.search(seen))


def _html(body: bytes, content_type: str | None) -> str | None:
    declared = (content_type or "").lower()
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<datastore", b"<?xml", b"{", b"[", b"%pdf")):
        return None
    if not (start.startswith(b"<") or (not declared and b"<html" in start)):
        return None
    return decode(body[:_HEAD], content_type)[0]


def site(host: str) -> str:
    """The registered name of a host: mee.gov.cn of www.mee.gov.cn, example.cn of a.example.cn."""
    labels = host.lower().split(".")
    size = 3 if len(labels) > 2 and labels[-2] in _COMMON_SECOND else 2
    return ".".join(labels[-size:])


def is_government(host: str) -> bool:
    """Whether a host is one of the governments the sources belong to."""
    return re.search(r"\.gov\.(?:cn|hk|mo)$", "." + host.lower()) is not None


def redirect_problem(url: str, target: str, kind: str) -> str | None:
    """Why a redirect leads away from what was asked for, in words, or None.

    Another scheme or host of the same site is fine; so is, for an article, another government
    host. The site's home page in place of anything else says that the page is gone.
    """
    old, new = urlsplit(url), urlsplit(target)
    if new.scheme not in ("http", "https"):
        return f"redirected to {target}"
    if _ERROR_PATH.search(new.path):
        return f"redirected to the error page {target}"
    if _HOME.fullmatch(new.path) and not new.query and not _HOME.fullmatch(old.path):
        return f"redirected to the home page {target}"
    old_host, new_host = old.hostname or "", new.hostname or ""
    if site(old_host) == site(new_host):
        return None
    if kind != "list" and is_government(new_host):
        return None
    return f"redirected to another site, {target}"
