"""gkmlpt, Guangdong's platform for disclosed information: a JSON list and server-made details.

The detail page embeds its record as JSON. Its `publish_time` is the last re-publication and
`gkml_data.date` is 成文日期; the date of publication is `first_publish_time` or the one shown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from pipeline.dates import Window
from pipeline.families.base import (
    Article,
    DateKind,
    FetchRequest,
    ListItem,
    ListPage,
    Page,
    parse_html,
)
from pipeline.families.datetext import epoch_date, meta_date
from pipeline.families.dom import squeeze, text_of, tidy
from pipeline.families.labels import clean_value
from pipeline.families.listing import list_page, unique
from pipeline.families.reading import Skin
from pipeline.families.static import StaticFamily, as_json, column_params, next_page
from pipeline.model import Source

_SID = re.compile(r"[\"']?SID[\"']?\s{0,3}:\s{0,3}[\"'](\d{1,12})[\"']")
_DETAIL = re.compile(r"[\"']?DETAIL[\"']?\s{0,3}:\s{0,3}(?=\{)")
_FIELDS = {
    "identifier": "索引号", "document_number": "文号", "publisher": "发布机构", "date": "成文日期",
    "validity": "有效性", "keywords": "主题词",
}  # fmt: skip


def _day(value: Any) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return epoch_date(int(value))
    return meta_date(value) if isinstance(value, str) else None


def read_detail(page: Page) -> dict[str, Any] | None:
    """The record embedded in a detail page, or None."""
    match = _DETAIL.search(page.text)
    found = as_json(page.text[match.end() :]) if match else None
    return found if isinstance(found, dict) else None


class Gkmlpt(StaticFamily):
    """gkmlpt sites. Column URL: /gkmlpt/index#<column id>, or a parameter `column_id`."""

    id: ClassVar[str] = "gkmlpt"
    marks: ClassVar[tuple[tuple[str, float], ...]] = (
        ("window._CONFIG", 0.9), ("/gkmlpt/api/", 0.9), ("/gkmlpt/content/", 0.6),
    )  # fmt: skip
    address: ClassVar[re.Pattern[str] | None] = re.compile(r"/gkmlpt/(?:content|index|api)")
    skin: ClassVar[Skin] = Skin(
        containers=("article-content",), title=("h1.title.document-number",), date=()
    )

    def read_list(
        self, page: Page, request: FetchRequest, source: Source, window: Window
    ) -> ListPage:
        if "/gkmlpt/api/" in request.url:
            return self._api(page, request, window)
        params = column_params(request, source)
        column = params.get("column_id") or urlsplit(request.url).fragment
        sid = params.get("sid") or (found[1] if (found := _SID.search(page.text)) else None)
        if not column.isdigit():
            return ListPage(
                parsed=False, reason="the column names no id: write its URL as /gkmlpt/index#3155"
            )
        url = urljoin(page.url, f"/gkmlpt/api/all/{column}?page=1" + (f"&sid={sid}" if sid else ""))
        return ListPage(next=(replace(request, url=url, parent_url=request.url),))

    def _api(self, page: Page, request: FetchRequest, window: Window) -> ListPage:
        if page.status == 404 and request.page > 1:
            return ListPage()
        reply = as_json(page.text)
        entries = reply.get("articles") if isinstance(reply, dict) else None
        if not isinstance(entries, list) or not isinstance(reply, dict):
            return ListPage(parsed=False, reason="the reply holds no list of articles")
        items = unique(
            ListItem(page.resolve(str(url)), tidy(str(entry.get("title") or "")), date, hints)
            for entry in entries
            if isinstance(entry, dict) and (url := entry.get("url") or entry.get("post_url"))
            for date, hints in [_told(entry)]
        )
        classify = reply.get("classify")
        count = classify.get("post_count") if isinstance(classify, dict) else None
        total = count if isinstance(count, int) else None
        url = re.sub(r"([?&]page=)\d+", rf"\g<1>{request.page + 1}", request.url)
        return list_page(items, None, (next_page(request, url),), window, total=total)

    def read_article(self, page: Page, source: Source | None = None) -> Article:
        article = super().read_article(page, source)
        detail = read_detail(page)
        if detail is None:
            return article
        fields = dict(article.fields)
        data = detail.get("gkml_data")
        for name, label in _FIELDS.items():
            value = data.get(name) if isinstance(data, dict) else None
            told = _day(value) if name == "date" else clean_value(str(value or ""))
            if told:
                fields.setdefault(label, told)
        dates = list(article.dates)
        first = _day(detail.get("first_publish_time"))
        if first:
            stamp: tuple[DateKind, str] = ("table", first)
            dates.append(stamp)
        body = article.body
        content = detail.get("content")
        if isinstance(content, str) and "body" not in (source.selectors if source else {}):
            inner = parse_html(f"<div>{content}</div>")
            shown = len(squeeze(text_of(body))) if body is not None else 0
            if len(squeeze(text_of(inner))) > 1.2 * shown:
                body = inner
        title = article.title or tidy(str(detail.get("title") or "")) or None
        files = {**dict(_files(page, detail)), **dict(article.attachments)}
        return replace(
            article, fields=fields, dates=tuple(dict.fromkeys(dates)), body=body, title=title,
            attachments=tuple(files.items()),
        )  # fmt: skip


def _told(entry: dict[str, Any]) -> tuple[str | None, dict[str, str]]:
    date = _day(entry.get("first_publish_time")) or _day(entry.get("created_at"))
    hints = {
        label: str(entry[name])
        for name, label in (("identifier", "索引号"), ("publisher", "发布机构"))
        if clean_value(str(entry.get(name) or ""))
    }
    written = _day(entry.get("date"))
    if written:
        hints["成文日期"] = written
    return date or written, hints


def _files(page: Page, detail: dict[str, Any]) -> list[tuple[str, str]]:
    entries = detail.get("attachment")
    return [
        (page.resolve(str(entry["url"])), str(entry.get("name") or entry["url"]))
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and entry.get("url")
    ]
