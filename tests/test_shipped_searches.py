"""The searches that shipped sources name: what each would be asked, and that its results are read.

The markup is that of each vendor's result page as a crawler's selectors described it.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote, unquote_plus

import pytest

from pipeline.dates import span_window
from pipeline.families import Page, families, get
from pipeline.model import Source
from pipeline.sources import load_sources, sweep_of

SHIPPED = load_sources(Path(__file__).parents[1] / "spiders" / "sources", families=families)
OWN = {"site_search", "so_gov"}
SEARCHES = {
    source.id: search
    for source in SHIPPED
    if (search := source if source.family in OWN else sweep_of(source)) is not None
}
OCTOBER = span_window("2026-10..2026-10")
FOUND = (
    ("关于加强建筑工地扬尘污染防治工作的通知", "/zwgk/tzgg/202610/t20261012_1.html", "2026-10-12"),
    ("秋冬季大气污染综合治理方案政策解读", "/zwgk/zcjd/202610/t20261009_2.html", "2026-10-09"),
)


def each(line: str) -> str:
    """The line once a result: {t} title, {c} cut title, {u} address, {e} encoded, {d} day."""
    return "".join(
        line.replace("{t}", title).replace("{c}", title[:9] + "...").replace("{u}", url)
        .replace("{e}", quote("https://www.jia.gov.cn" + url, safe="")).replace("{d}", day)
        for title, url, day in FOUND
    )  # fmt: skip


JSEARCH = each(
    '<div class="jsearch-result-box"><div class="jsearch-result-title"><a href="visit/link.do?'
    'url={e}&amp;q=1">{t}</a></div><div class="jsearch-result-abs">一段摘要文字，供读者参考。'
    '<span class="jsearch-result-date">{d}</span></div></div>'
)
HITS = '<div class="main-content"><ul id="hits">' + each(
    '<li><div class="com-title"><div><a title="{t}" href="{u}">{c}</a></div></div><div '
    'class="right"><div><span class="source-name">甲市</span><span class="source-time">{d}'
    "</span></div></div></li>"
) + "</ul></div>"  # fmt: skip
PAGES = {
    "hebei-sthjt": '<div class="cms_search_result"><ul>' + each(
        '<li><div class="ssuo_a"><a href="{u}" title="{t}">{c}</a></div><p class="search_topic">'
        '<label>通知</label></p><div class="ssuo_bt"><span>{d}</span></div></li>') + "</ul></div>",
    "shandong-sthj": '<div class="search-inform">' + each(
        '<div class="iteminform"><div class="iteminform-top"><span>[通知]</span><a href="{u}">'
        '{t}</a></div><div class="iteminform-time">发布时间：{d}</div></div>') + "</div>",
    "liaoning-sthj": '<div class="cx_cont"><ul>' + each(
        '<li><a href="{u}">{t}</a><span>{d}</span><p>一段摘要文字，供读者参考。</p></li>')
        + "</ul></div>",
    "tangshan-gov": '<div class="main_body"><div class="searchList">' + each(
        '<div><a href="{u}" title="{t}">[通知公告]{c}</a><span>{d}</span></div>') + "</div></div>",
    "yrd-anhui-sthjt": '<div class="leftbar"><div class="searchlistw">' + each(
        '<ul><li class="search-title"><a href="{u}">{t}</a></li><li class="search-resources">'
        '<span class="author">甲局</span><span class="date">{d}</span></li><li class="search-url">'
        '<a href="{u}">www.jia.gov.cn{u}</a></li></ul>') + "</div></div>",
    "handan-gov": '<div id="column1"><div><table><tr><td class="searchresult"><ol>' + each(
        '<li><div><a href="{u}">{t}</a></div><div class="pubtime">{d} 09:10:00</div></li>')
        + "</ol></td></tr></table></div></div>",
    "jiangsu-sthjt": f'<div id="jsearch-result-items">{JSEARCH}</div>',
    "jjj-henan-sthjt": f"<div>{JSEARCH}</div>",
    "hunan-sthjt": HITS,
    "xiangtan-gov": HITS,
}  # fmt: skip


def listed(search: Source, body: str) -> list[tuple[str, str, str | None]]:
    request = get(search.family).start(search, OCTOBER)[0]
    page = Page("https://www.jia.gov.cn/search", body.encode())
    found = get(search.family).read_list(page, request, search, OCTOBER)
    assert found.parsed, found.reason
    return [
        (item.title, item.url.removeprefix("https://www.jia.gov.cn"), item.date)
        for item in found.items
    ]


@pytest.mark.parametrize("source_id", PAGES)
def test_result_pages_are_read(source_id: str) -> None:
    body = f"<html><head><meta charset='utf-8'></head><body>{PAGES[source_id]}</body></html>"
    assert listed(SEARCHES[source_id], body) == list(FOUND)


def reply(**names: str) -> list[dict[str, str]]:
    told = ("title", "url", "date")
    return [
        {names.get(name, name): value for name, value in zip(told, row, strict=True)}
        for row in FOUND
    ]


JCSE = [
    each(
        '<div class="jcse-news-title"><span>[公告]</span><a href="visit/link.do?url={e}">{t}</a>'
        '</div><div class="jcse-news-other-info"><a>www.jia.gov.cn</a><span>{d}</span></div>|'
    ).split("|")[n]
    for n in range(2)
]
IGS = {"page": {"totalPages": 1, "content": reply(date="trs_time")}}
SOGOV = {"data": {"search": {"totalHits": 2, "searchs": reply(url="viewUrl", date="docDate")}}}
REPLIES: dict[str, object] = {
    "tianjin-sthj": IGS,
    "tianjin-gov": IGS,
    "nanjing-sthjj": IGS,
    "shanxi-sthjt": {"data": {"total": 2, "data": reply(url="docpuburl", date="docpubtime")}},
    "fujian-sthjt": {"count": "2", "docs": reply(date="pubtime")},
    "guangdong-sthjt": {"data": {"news": {"total": 2, "list": reply(date="pub_time")}}},
    "zibo-gov": {"total": 2, "result": JCSE},
    "yrd-zhejiang-sthjt": {"total": 2, "result": JCSE},
    "beijing-sthjj": SOGOV,
    "taiyuan-gov": SOGOV,
    "shenyang-gov": SOGOV,
}


@pytest.mark.parametrize("source_id", REPLIES)
def test_replies_are_read(source_id: str) -> None:
    body = json.dumps(REPLIES[source_id], ensure_ascii=False)
    assert listed(SEARCHES[source_id], body) == list(FOUND)


def test_every_search_is_covered_here_and_asks_for_its_words() -> None:
    assert set(SEARCHES) == set(PAGES) | set(REPLIES)
    for search in SEARCHES.values():
        for ask in get(search.family).start(search, OCTOBER):
            asked = unquote_plus(ask.url) + unquote_plus((ask.body or b"").decode())
            assert "{" not in asked, search.id
            assert any(word in asked for word in ("大气", "扬尘", "臭氧", "PM2.5", "重污染天气",
                                                  "挥发性有机物", "机动车排放"))  # fmt: skip
