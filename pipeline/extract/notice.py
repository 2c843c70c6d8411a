"""An archived page to a notice: the body as blocks and the 公文要素 around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from pipeline.extract import headers
from pipeline.extract.blocks import blocks_of
from pipeline.extract.plaintext import blocks_of_text
from pipeline.families import detect
from pipeline.families.base import Article, Family, Page
from pipeline.families.datetext import meta_date
from pipeline.families.dom import SelectorError, squeeze
from pipeline.issues import Code, Issue, Severity
from pipeline.model import Attachment, Block, Notice, Source, notice_id

EXTRACTOR = "4"
"""Version of the readers; a new one makes every page be read again."""

_FILES = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"{\\rtf")
"""How the bytes of files begin, whatever their URL or content type says."""
_HINTS = {"title": "标题", "date": "发布日期"}
_SPANS = re.compile(r"\b(?:col|row)span\s{0,3}=\s{0,3}[\"']?\d{1,9}[\"']?", re.IGNORECASE)
_SECOND_READER_LIMIT = 1_000_000
_SHORT = 40
_SUSPICIOUS = 200
_GONE = re.compile(
    r"404|页面不存在|页面未找到|页面没有找到|您访问的页面|找不到(?:该|此)?(?:页面|网页)|"
    r"Not Found|已被删除",
    re.IGNORECASE,
)

Basis = Literal["publication", "document", "number", "title"]


class _Report(Protocol):
    def __call__(self, code: Code, message: str, severity: Severity = ...) -> None: ...


@dataclass(frozen=True)
class Extraction:
    """The notice of a page, or None where it holds none, and what a person should know."""

    notice: Notice | None
    issues: tuple[Issue, ...] = ()


def place_date(
    date_publication: str | None,
    date_document: str | None,
    document_number: str | None,
    title: str | None,
) -> tuple[str | None, Basis | None]:
    """The date that decides a notice's month and where it comes from: 发布日期, else 成文日期,
    else the year of the document number, else that of the title; (None, None) if all fail."""
    choices: tuple[tuple[str | None, Basis], ...] = (
        (date_publication, "publication"),
        (date_document, "document"),
        (headers.year_of_number(document_number), "number"),
        (headers.year_of_title(title), "title"),
    )
    return next(((value, basis) for value, basis in choices if value), (None, None))


def extract(
    page: Page,
    *,
    source: Source | None = None,
    family: Family | None = None,
    fetched_at: datetime,
    raw_sha256: str,
    source_id: str,
    origin: Literal["crawl", "add"] = "crawl",
    hints: Mapping[str, str] | None = None,
) -> Extraction:
    """Read one archived article page.

    `hints` are fields known from the list: `title`, `date`, and others by Chinese label (文号,
    索引号 ...); the page beats them. Never raises for what a page holds; a page without title and
    body gives no notice and an error.
    """
    if page.body.startswith(_FILES):
        # Such a notice needs what this module defines.
        from pipeline.extract.linked import extract_file

        return extract_file(
            page, source=source, fetched_at=fetched_at, raw_sha256=raw_sha256,
            source_id=source_id, origin=origin, hints=hints or {},
        )  # fmt: skip
    family = family or detect(page)
    url = page.url or None
    key = url or raw_sha256
    issues: list[Issue] = []

    def report(code: Code, message: str, severity: Severity = Severity.WARNING) -> None:
        issues.append(
            Issue(
                code=code, stage="extract", message=message, severity=severity,
                source=source_id, notice=notice_id(key), url=url,
            )
        )  # fmt: skip

    try:
        article = family.read_article(page, source)
    except SelectorError as error:
        report(Code.SELECTOR_MISSED, f"{error}; correct it in the source file", Severity.ERROR)
        article = family.read_article(page, None)
    for name in article.missed:
        report(Code.SELECTOR_MISSED, f"selector {name!r} of {source_id} matched nothing")
    if page.encoding_guessed:
        report(Code.ENCODING_GUESSED, f"read as {page.encoding} against its declared charset",
               Severity.INFO)  # fmt: skip
    told = {_HINTS.get(name, name): value for name, value in (hints or {}).items() if value}
    title = article.title or told.get("标题")
    blocks = blocks_of(article.body, title) if article.body is not None else ()
    if not (source and "body" in source.selectors and "body" not in article.missed):
        blocks = _completed(page, article, blocks, title, report)
    if _is_gone(title, blocks):
        report(Code.SOFT_404, "the page says that it does not exist", Severity.ERROR)
        return Extraction(None, tuple(issues))
    if not title:
        title = next((block.text for block in blocks if len(block.text) <= 120), None)
        report(Code.TITLE_MISSING, "no title found; the first line of the body stands for it")
    if not title:
        report(Code.TITLE_MISSING, "neither title nor body found", Severity.ERROR)
        return Extraction(None, tuple(issues))
    notice = Notice(
        id=notice_id(key),
        source_id=source_id,
        url=url,
        title=title,
        blocks=blocks,
        raw_sha256=raw_sha256,
        fetched_at=fetched_at,
        extractor=EXTRACTOR,
        origin=origin,
        attachments=tuple(Attachment(url=link, name=name) for link, name in article.attachments),
        content_source=article.content_source,
        **_header(article, blocks, title, told, source, report),
    )
    return Extraction(notice, tuple(issues))


def _is_gone(title: str | None, blocks: tuple[Block, ...]) -> bool:
    size = sum(len(block.text) for block in blocks)
    top = (title or "") + "".join(block.text for block in blocks[:3])
    return size < 300 and len(title or "") < 40 and _GONE.search(top) is not None


def _completed(
    page: Page,
    article: Article,
    blocks: tuple[Block, ...],
    title: str | None,
    report: _Report,
) -> tuple[Block, ...]:
    """The blocks, or a second reader's where ours are suspiciously short."""
    size = sum(len(squeeze(block.text)) for block in blocks)
    if size >= _SUSPICIOUS or (size >= _SHORT and len(page.text) < 40_000):
        return blocks
    other = second_opinion(page)
    found = len(squeeze(other))
    if found > max(3 * size, _SUSPICIOUS):
        report(Code.BODY_INCOMPLETE, f"body of {size} characters; a second reader found {found}")
        return blocks_of_text(other, title)
    if size < _SHORT and not article.attachments:
        report(Code.BODY_TOO_SHORT, f"the body has {size} characters and no attachments")
    return blocks


def second_opinion(page: Page) -> str:
    """The page's main text as trafilatura reads it; "" when it finds none. Slow."""
    # Imported here: it costs half a second that most runs never need.
    import trafilatura

    # Spans multiply a table's cells without bound in its reader.
    text = _SPANS.sub(" ", page.text[:_SECOND_READER_LIMIT])
    return (
        trafilatura.extract(text, include_comments=False, include_tables=True, favor_recall=True)
        or ""
    )


def _header(
    article: Article,
    blocks: tuple[Block, ...],
    title: str,
    told: dict[str, str],
    source: Source | None,
    report: _Report,
) -> dict[str, Any]:
    """The 公文要素 of a notice, by field name."""
    fields = {**told, "来源": article.content_source or "", **article.fields}
    number = headers.document_number(fields, blocks, article.heading, title)
    written = headers.document_date(fields, blocks)
    published, candidates, disagree = headers.publication_date(
        article, meta_date(told.get("发布日期"))
    )
    if disagree:
        seen = ", ".join(f"{kind} {value}" for kind, value in candidates)
        report(Code.DATE_DISAGREEMENT, f"dates of publication differ: {seen}")
    placed, basis = place_date(published, written, number, title)
    if published is None:
        report(Code.DATE_MISSING, f"no date of publication; placed by {basis or 'nothing'}")
    issuer = source.issuer if source else None
    return {
        "document_number": number,
        "index_number": fields.get("索引号"),
        "issuing_bodies": headers.issuing_bodies(fields, title, blocks, number, issuer),
        "addressees": headers.addressees(blocks),
        "date_publication": published,
        "date_document": written,
        "date_placed": placed,
        "date_basis": basis,
        "validity": fields.get("有效性"),
    }
