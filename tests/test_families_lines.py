"""HTML lists: which lines are items, their titles and dates, and selectors that repair them."""

from __future__ import annotations

import pytest
from listing_helpers import OCTOBER, TRS, read, rows, source

from pipeline.dates import Window, month_window
from pipeline.families import Page, SelectorError, detect

# --- HTML lists -------------------------------------------------------------------------------

ZYCMS = """<ul id="lbUR">{}</ul>"""
ZYCMS_LINE = """<li><div class="lis_suoyin">000/2026-{n}</div><div class="lis_title fl td2">
<a class="titleBT" href="/hb/10130000000000000000{n}.html"
title="关于甲川市第{n}批涉气企业绩效评级结果的公示">关于甲川市第{n}批...</a>
<div class="dasite"><table><tr><td>名称</td><td>公示</td></tr>
<tr><td>发布机构</td><td>大气科</td><td>文号</td><td>甲环〔2026〕{n}号</td></tr></table></div></div>
<div class="lis_date">{d}</div></li>"""


def test_zycms_lines_carry_metadata_and_are_not_sorted() -> None:
    body = ZYCMS.format(
        ZYCMS_LINE.format(n=10, d="2026-09-01") + ZYCMS_LINE.format(n=11, d="2026-08-01")
    ) + '<a href="index_2.html">下一页</a>'  # fmt: skip
    page = read("zycms", body, "https://a.example/hb/index.html")
    assert page.items[0].title == "关于甲川市第10批涉气企业绩效评级结果的公示"
    assert page.items[0].hints["文号"] == "甲环〔2026〕10号"
    assert page.items[0].hints["发布机构"] == "大气科"
    assert page.next, "an unsorted list is read on although this page is older than the window"


def test_an_empty_column_is_read_and_a_changed_layout_is_not() -> None:
    for empty in ("<ul class='list'></ul>", "<div>暂无数据</div>"):
        page = read("auto", empty, TRS)
        assert page.parsed
        assert not page.items
    changed = read("auto", "<div id='app'></div><script src='/app.js'></script>", TRS)
    assert not changed.parsed
    assert changed.reason


@pytest.mark.parametrize(
    "markup",
    [
        "<div id='list'></div><script>load('#list', '/api/news?page=1')</script>",
        "<ul class='news-list'></ul><script>$.ajax({url: '/api/news'})</script>",
        "<ul class='list'><li v-for='x in rows'></li></ul><script>new Vue({el: '.list'})</script>",
    ],
)
def test_a_list_that_a_script_fills_is_never_an_empty_one(markup: str) -> None:
    page = read("auto", markup, TRS)
    assert not page.parsed
    assert not page.items
    assert "filled by a script" in (page.reason or "")


def test_lines_whose_script_tells_no_address_are_a_named_failure() -> None:
    line = '<li><a href="javascript:void(0)" onclick="show({0})">关于第{0}批绩效分级的公示</a></li>'
    page = read("auto", f"<ul>{''.join(line.format(n) for n in range(9))}</ul>", TRS)
    assert not page.parsed
    assert page.reason


def test_a_shown_day_without_a_year_is_never_replaced_by_the_address() -> None:
    """The year may come from an address near the day; a date that contradicts it may not."""
    line = "<li><a href='{0}'>关于开展第{1}轮臭氧污染帮扶的通知</a><span>{2}</span></li>"
    lines = (
        ("/art/2026/3/2/art_1_1.html", 1, "10-20"),
        ("/art/2026/10/18/art_1_2.html", 2, "10-19"),
        ("/art/2025/12/30/art_1_3.html", 3, "01-02"),
    )
    page = read("auto", f"<ul>{''.join(line.format(*each) for each in lines)}</ul>", TRS)
    assert [item.date for item in page.items] == [None, "2026-10-19", "2026-01-02"]


def test_navigation_footer_and_comments_give_no_items() -> None:
    link = '<li><a href="/{0}.html">甲川市人民政府办公厅网站链接{0}</a><span>2026-10-01</span></li>'
    nav = "".join(link.format(n) for n in range(30))
    body = (
        f"<div class=nav><ul>{nav}</ul></div><!--<ul>{nav}</ul>-->"
        f"<ul class=news>{rows('2026-10-20', '2026-10-12')}</ul>"
        f"<div class=footer><ul>{nav}</ul></div>"
    )
    assert len(read("auto", body, TRS).items) == 2


def test_items_may_leave_the_host_or_be_files() -> None:
    body = (
        '<ul><li><a href="./W020261012.pdf">甲川市空气质量达标规划全文</a>'
        "<span>2026-10-12</span></li>"
        '<li><a href="https://mp.weixin.qq.com/s/abc">一图读懂空气质量达标规划</a>'
        "<span>2026-10-11</span>"
        "</li></ul>"
    )
    urls = [item.url for item in read("auto", body, TRS).items]
    assert urls == [
        "https://sthjj.example.gov.cn/tzgg/W020261012.pdf", "https://mp.weixin.qq.com/s/abc",
    ]  # fmt: skip


def test_category_links_do_not_hide_a_lines_date() -> None:
    form = (
        '<li><a href="/zcfg/">[政策法规文件]</a><a href="./{n}.html">{t}</a>'
        '<a href="/jd/{n}.html">解读</a><em>{d}</em></li>'
    )
    page = read("auto", f"<ul>{rows('2026-10-20', '2026-10-12', form=form)}</ul>", TRS)
    assert [item.date for item in page.items] == ["2026-10-20", "2026-10-12"]


@pytest.mark.parametrize(
    "form",
    [
        '<ul class=row><li><a href="./{n}.html">{t}</a></li><li>大气科</li><li>{d}</li></ul>',
        '<dt><a href="./{n}.html">{t}</a></dt><dd>{d}</dd>',
        '<dl><dt>{d}</dt><dd><a href="./{n}.html">{t}</a></dd><dd>成文日期：2020-01-01</dd></dl>',
        "<tr><td>1</td><td><a href='./{n}.html'>{t}</a></td><td>甲环〔2026〕1号</td><td>{d}</td>",
        '<div><i>{d}</i><h3><a href="./{n}.html">{t}</a></h3><a href="./{n}.html">详情</a></div>',
        '<a href="./{n}.html"><em>{d}</em><b>{t}</b></a>',
    ],
)
def test_lines_of_many_shapes(form: str) -> None:
    table = form.startswith("<tr")
    body = rows("2026-10-20", "2026-10-12", "2026-10-08", form=form)
    wrapped = f"<table>{body}</table>" if table else f"<div class=con>{body}</div>"
    page = read("auto", wrapped, TRS)
    assert [item.date for item in page.items] == ["2026-10-20", "2026-10-12", "2026-10-08"]
    assert all(item.title.startswith("关于加强秋冬季") for item in page.items)


def test_a_single_line_is_a_list() -> None:
    page = read("auto", f"<div class=box><ul>{rows('2026-10-20')}</ul></div>", TRS)
    assert [item.date for item in page.items] == ["2026-10-20"]


def test_selectors_of_the_source_repair_a_redesign() -> None:
    body = (
        "<section>" + "".join(
            f'<b class=row><i class=go onclick=x>看</i><a class=t href="/x/{n}">短题{n}</a>'
            f"<u class=d>更新 2026-10-0{n}</u></b>" for n in range(1, 4)
        ) + "</section>"
    )  # fmt: skip
    selectors = {"list_item": ".row", "list_link": "a.t", "list_date": ".d"}
    page = read("auto", body, TRS, source(TRS, selectors=selectors))
    assert [(item.title, item.date) for item in page.items] == [
        ("短题1", "2026-10-01"), ("短题2", "2026-10-02"), ("短题3", "2026-10-03"),
    ]  # fmt: skip
    missed = read("auto", body, TRS, source(TRS, selectors={"list_item": ".gone"}))
    assert not missed.parsed
    assert ".gone" in (missed.reason or "")
    with pytest.raises(SelectorError, match="li\\[\\["):
        read("auto", body, TRS, source(TRS, selectors={"list_item": "li[["}))


def test_next_selector_overrides_the_link() -> None:
    body = f"<ul>{rows('2026-10-20', '2026-10-12')}</ul><a id=more href='?p=2'>更多</a>"
    page = read("auto", body, TRS, source(TRS, selectors={"next": "#more"}))
    assert page.next[0].url == TRS + "?p=2"
    assert read("auto", body, TRS).next == ()


def test_unknown_pages_fall_to_auto() -> None:
    assert detect(Page("", b"<p>x</p>")).id == "auto"
    assert detect(Page("", b"")).id == "auto"
    assert month_window("2026-10", OCTOBER.start) == Window(OCTOBER.start, OCTOBER.end, "2026-10")


@pytest.mark.parametrize(
    ("shown", "told", "title"),
    [
        ("[通知公告]关于做好秋冬季...", "关于做好秋冬季扬尘防治工作的通知", "told"),
        ("【解读】关于做好秋冬季...", "【解读】关于做好秋冬季扬尘防治工作的通知", "told"),
        ("【解读】关于做好扬尘防治工作的通知", "关于做好扬尘防治工作的通知", "shown"),
        ("[通知公告]关于做好秋冬季...", "", "shown"),
    ],
)
def test_a_column_named_before_a_cut_title_is_no_part_of_it(
    shown: str, told: str, title: str
) -> None:
    lines = "".join(
        f'<li><a href="/a/t2026101{n}_1{n}.html" title="{told}">{shown}</a> 2026-10-1{n}</li>'
        for n in range(1, 4)
    )
    found = read("auto", f"<ul>{lines}</ul>", "https://a.example/")
    assert {item.title for item in found.items} == {told if title == "told" else shown}


TITLES = (
    "关于开展加油站油气回收抽查的公告",
    "乙川市九月份环境空气质量排名",
    "关于臭氧攻坚帮扶情况的通报",
)
DAYS = ("2026-10-22", "2026-10-19", "2026-10-09")
LINKS = ("/zwgk/a/9001.html", "/zwgk/a/9002.html", "/zwgk/a/9003.html")
ROWS = tuple(zip(TITLES, DAYS, LINKS, strict=True))


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="{u}">{t}</a></p><p class="time">{d}</p>',
        '<p class="time">{d}</p><p><a href="{u}">{t}</a></p>',
        '<dl><dt>{d}</dt><dd><a href="{u}">{t}</a></dd></dl>',
        '<dt><a href="{u}">{t}</a></dt><dd>{d}</dd>',
        '<dd>{d}</dd><dt><a href="{u}">{t}</a></dt>',
        '<li><a href="javascript:void(0)" onclick="openDetail(\'{u}\')">{t}</a><i>{d}</i></li>',
        '<li><a href="javascript:show(\'{u}\', 1)" title="{t}">{t}</a><i>{d}</i></li>',
        '<li><a href="{u}" title="{t}">{t}…</a><i>{d}</i></li>',
        '<tr><td>{r}</td><td><a href="{u}">{t}</a></td></tr>',
        "<li><a href='{u}'>{t}</a><i>{r}</i></li>",
    ],
)
def test_lines_are_read_however_title_and_date_stand(line: str) -> None:
    body = "".join(
        line.format(t=title, d=day, u=link, r="-".join(reversed(day.split("-"))))
        for title, day, link in ROWS
    )
    body = f"<table>{body}</table>" if line.startswith("<tr") else body
    found = read("auto", f"<div class='con'>{body}</div>", "https://a.example/zwgk/")
    assert [(item.title, item.date, item.url.removeprefix("https://a.example"))
            for item in found.items] == list(ROWS)  # fmt: skip


def test_a_script_that_opens_no_page_is_no_link() -> None:
    scripts = ("window.print()", "doZoom('18')", "share('weixin')", "go(-1)", "show('9001')")
    lines = "".join(
        f'<li><a href="javascript:void(0)" onclick="{script}">关于某项工作的通知公告</a> 2026-10-01'
        for script in scripts
    )
    assert not read("auto", f"<ul>{lines}</ul>", "https://a.example/").items
