"""What each family asks for next: paging, APIs behind shells, replies, and where it stops."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
from listing_helpers import OCTOBER, TRS, read, rows, source

from pipeline.families import FetchRequest, families, get
from pipeline.model import Column


def test_every_family_answers_to_its_id() -> None:
    for name, family in families.items():
        assert family.id == name
    with pytest.raises(KeyError, match="trs_wcm"):
        get("unknown")


def test_a_source_starts_at_each_column() -> None:
    src = source("https://a.example/x/").model_copy(
        update={"columns": (Column(url="https://a.example/x/"), Column(url="https://a.example/y/"))}
    )
    for family in families.values():
        requests = family.start(src, OCTOBER)
        # A search asks once for each of its words.
        assert list(dict.fromkeys(request.column for request in requests)) == [0, 1]
        assert {request.kind for request in requests} == {"list"}


# --- TRS --------------------------------------------------------------------------------------


def test_trs_pages_forward_from_a_commented_script() -> None:
    script = '<script>//createPageHTML(3, 0, "index", "shtml");</script>'
    first = read("trs_wcm", f"<ul>{rows('2026-10-20', '2026-10-12')}</ul>{script}", TRS)
    assert first.parsed
    assert [item.date for item in first.items] == ["2026-10-20", "2026-10-12"]
    assert first.items[0].url == "https://sthjj.example.gov.cn/tzgg/t20261020_0.html"
    (second,) = first.next
    assert (second.url, second.page) == (TRS.replace("index", "index_1"), 2)
    last = read(
        "trs_wcm", f"<ul>{rows('2026-10-02', '2026-10-01')}</ul>{script}", second.url,
        source(TRS, "trs_wcm"), request=FetchRequest(second.url, page=3),
    )  # fmt: skip
    assert last.next == ()


def test_trs_pages_backward_where_the_column_says_so() -> None:
    body = f"<ul>{rows('2026-10-20', '2026-10-12')}</ul><script>var countPage = 21;</script>"
    page = read("trs_wcm", body, TRS, source(TRS, "trs_wcm", params={"paging": "reverse"}))
    assert [request.url.rsplit("/", 1)[-1] for request in page.next] == ["index_19.shtml"]


def test_paging_stops_when_all_items_are_older_than_the_window() -> None:
    script = '<script>createPageHTML(9, 0, "index", "shtml")</script>'
    older = read("trs_wcm", f"<ul>{rows('2026-09-30', '2026-09-01')}</ul>{script}", TRS)
    mixed = read("trs_wcm", f"<ul>{rows('2026-10-01', '2026-09-01')}</ul>{script}", TRS)
    assert older.items
    assert not older.next
    assert mixed.next


def test_the_same_title_under_two_addresses_is_two_items() -> None:
    form = '<li><a href="./{n}.html">典型案例的通报第三批</a><span>{d}</span></li>'
    page = read("trs_wcm", f"<ul>{rows('2026-10-20', '2026-10-20', form=form)}</ul>", TRS)
    assert len(page.items) == 2


def test_nfcms_numbers_pages_by_themselves() -> None:
    url = "https://sthjj.example.gov.cn/tzgg/index.html"
    body = f"<ul>{rows('2026-10-20', '2026-10-12')}</ul><div>共 4 页</div>"
    first = read("nfcms", body, url)
    assert [request.url for request in first.next] == [url.replace("index", "index_2")]
    linked = body + '<a href="index_5.html">下一页</a>'
    assert read("nfcms", linked, url).next[0].url.endswith("/index_5.html")


def test_a_missing_later_page_ends_a_column_but_a_missing_first_is_an_error() -> None:
    later = read("nfcms", "gone", TRS, request=FetchRequest(TRS, page=2), status=404)
    first = read("nfcms", "gone", TRS, status=404)
    assert later.parsed
    assert not later.items
    assert not first.parsed
    assert "404" in (first.reason or "")


# --- Hanweb -----------------------------------------------------------------------------------

JCMS = "https://sthjt.example.gov.cn/col/col89427/index.html?uid=401023&pageNum=1"
RECORD = (
    "<record><![CDATA[<li class=\"cf\"><a href='/art/2026/10/{d}/art_89427_{n}.html' "
    "title='关于第{n}号大气项目的公告'>关于第{n}号…</a><span>2026-10-{d}</span></li>]]></record>"
)


def datastore(total: int, numbers: range) -> str:
    records = "".join(RECORD.format(n=n, d=30 - n) for n in numbers)
    return (
        f"<datastore><totalrecord>{total}</totalrecord><totalpage>3</totalpage>"
        f"<recordset>{records}</recordset></datastore>"
    )


def test_jcms_reads_inline_records_then_posts_one_based_ranges() -> None:
    shell = (
        "<script>var p = {unitid:'401023', webid:19, webname:'甲川局', perpage:'2'}</script>"
        f"<script type='text/xml'>{datastore(14, range(1, 7))}</script>"
    )
    first = read("hanweb_jcms", shell, JCMS)
    assert first.total == 14
    assert len(first.items) == 6
    assert first.items[0].title == "关于第1号大气项目的公告"
    assert first.items[0].date == "2026-10-29"
    (ask,) = first.next
    assert (ask.method, ask.url) == (
        "POST", "https://sthjt.example.gov.cn/module/web/jpage/dataproxy.jsp"
    )  # fmt: skip
    form = parse_qs((ask.body or b"").decode())
    assert (form["startrecord"], form["endrecord"]) == (["7"], ["12"])
    assert (form["columnid"], form["unitid"], form["webid"]) == (["89427"], ["401023"], ["19"])
    second = read(
        "hanweb_jcms", datastore(14, range(7, 13)), ask.url, source(JCMS, "hanweb_jcms"),
        request=ask,
    )  # fmt: skip
    form = parse_qs((second.next[0].body or b"").decode())
    assert form["startrecord"] == ["13"]
    third = read(
        "hanweb_jcms", datastore(14, range(13, 15)), ask.url, source(JCMS, "hanweb_jcms"),
        request=second.next[0],
    )  # fmt: skip
    assert len(third.items) == 2
    assert third.next == ()


def test_jcms_asks_at_once_where_the_shell_holds_no_records() -> None:
    page = read("hanweb_jcms", "<div>正在加载</div>", JCMS)
    assert not page.items
    assert parse_qs((page.next[0].body or b"").decode())["startrecord"] == ["1"]


def test_jcms_survives_unclosed_and_nested_cdata() -> None:
    body = (
        "<html><body><datastore><totalrecord>2</totalrecord><recordset>"
        "<record><![CDATA[<a href='/art/2026/10/9/art_1_1.html'>关于<![CDATA[甲]]>项目的公告</a>"
        "<b>2026-10-09</b>]]></record><record><![CDATA[<a href=/art/2026/10/8/art_1_2.html>"
        "关于乙项目环评的公告</a>2026-10-08</record></recordset></datastore>"
    )
    ask = FetchRequest("https://a.example/module/web/jpage/dataproxy.jsp", page=2)
    page = read("hanweb_jcms", body, ask.url, source(JCMS, "hanweb_jcms"), request=ask)
    assert [item.date for item in page.items] == ["2026-10-09", "2026-10-08"]


def test_jcms_reply_without_records_is_a_changed_layout() -> None:
    ask = FetchRequest("https://a.example/module/web/jpage/dataproxy.jsp", page=2)
    page = read("hanweb_jcms", "<html>错误</html>", ask.url, source(JCMS), request=ask)
    assert not page.parsed
    assert page.reason


JPAAS = "https://www.example.gov.cn/zwgk/index.html"
SHELL = """<script type="text/javascript"
 url="/api-gateway/jpaas-publish-server/front/page/build/unit"
 queryData="{'webId':'8d828e408d90447786ddbe128d495e9e','pageId':'1b5','parseType':'buildstatic','pageType':'column','tagId':'右侧内容','editType':'null'}"></script>"""


def test_jpaas_reads_ids_from_the_shell_and_gets_the_unit() -> None:
    shell = read("hanweb_jpaas", SHELL, JPAAS)
    (ask,) = shell.next
    assert ask.method == "GET"
    assert "/build/unit?" in ask.url
    query = parse_qs(ask.url.split("?")[1])
    assert query["webId"] == ["8d828e408d90447786ddbe128d495e9e"]
    assert "editType" not in query
    listing = rows(*["2026-10-20"] * 5, form="<li><a href=/art/2026/{n} title='{t}'>{t}</a>"
                   "<span class=fr>{d}</span></li>")  # fmt: skip
    reply = json.dumps({"success": True, "data": {"html": f"<ul>{listing}</ul>"}})
    page = read("hanweb_jpaas", reply, ask.url, source(JPAAS), request=ask)
    assert len(page.items) == 5
    assert page.items[0].url.startswith("https://www.example.gov.cn/art/2026/")
    assert "pageNo" in page.next[0].url
    old = reply.replace("2026-10-20", "2026-09-20")
    assert not read("hanweb_jpaas", old, ask.url, source(JPAAS), request=ask).next


def test_jpaas_reply_without_markup_is_a_changed_layout() -> None:
    ask = FetchRequest("https://a.example/front/page/build/unit?webId=1")
    page = read("hanweb_jpaas", '{"success":false}', ask.url, source(JPAAS), request=ask)
    assert not page.parsed


# --- JSON lists -------------------------------------------------------------------------------

GK = "https://sthjj.example.gov.cn/gkmlpt/index#3155"


def test_gkmlpt_goes_from_shell_to_api_and_ends_at_404() -> None:
    shell = read("gkmlpt", "<script>window._CONFIG = { SID: '755001' };</script>", GK)
    (ask,) = shell.next
    assert ask.url == "https://sthjj.example.gov.cn/gkmlpt/api/all/3155?page=1&sid=755001"
    reply = {
        "classify": {"id": 3155, "post_count": 120},
        "articles": [
            {
                "id": 1, "title": "关于扬尘治理的通知", "publisher": "甲川市生态环境局",
                "url": "https://sthjj.example.gov.cn/gkmlpt/content/1/1/post_1.html",
                "identifier": "000/2026-1", "date": 1791475200, "created_at": "2026-10-12 09:00:00",
            }
        ],
    }  # fmt: skip
    page = read("gkmlpt", json.dumps(reply), ask.url, source(GK), request=ask)
    assert page.total == 120
    (item,) = page.items
    assert item.date == "2026-10-12"
    assert item.hints["索引号"] == "000/2026-1"
    assert item.hints["成文日期"] == "2026-10-09"
    (more,) = page.next
    assert "page=2" in more.url
    end = read("gkmlpt", "not found", more.url, source(GK), request=more, status=404)
    assert end.parsed
    assert not end.items
    assert not end.next


def test_ucap_channel_search_pages_by_total() -> None:
    shell = read("ucap", "<script>var channelId = '5310';</script>", "https://a.example/list.html")
    (ask,) = shell.next
    assert "/common/search/5310?" in ask.url
    results = [
        {"title": "关于<em>臭氧</em>管控的通知", "url": "/a/t1_1.html",
         "publishedTimeStr": "2026-10-12 09:00:00"}
    ]  # fmt: skip
    reply = json.dumps({"data": {"results": results, "total": 41, "rows": 20}})
    page = read("ucap", reply, ask.url, source(ask.url), request=ask)
    assert page.items[0].title == "关于臭氧管控的通知"
    assert page.items[0].date == "2026-10-12"
    assert page.next[0].url.endswith("page=2")
    last = FetchRequest(ask.url.replace("page=1", "page=3"), page=3)
    assert not read("ucap", reply, last.url, source(ask.url), request=last).next


def test_govcn_library_flat_grouped_and_plain_json() -> None:
    entry = {"title": "国务院<em>关于</em>某某的意见", "url": "https://www.gov.cn/c.htm",
             "pubtimeStr": "2026.10.12", "pcode": "国发〔2026〕9号", "puborg": "-"}  # fmt: skip
    url = "https://sousuo.www.gov.cn/search-gov/data?t=zhengcelibrary_gw&p=1&n=5"
    flat = read("govcn", json.dumps({"searchVO": {"listVO": [entry]}}), url)
    grouped = read("govcn", json.dumps({"searchVO": {"catMap": {"gw": {"listVO": [entry]}}}}), url)
    plain = read("govcn", json.dumps([
        {"TITLE": "某某意见", "URL": "https://www.gov.cn/d.htm", "DOCRELPUBTIME": "2026-10-12"}
    ]), url)  # fmt: skip
    for page in (flat, grouped):
        (item,) = page.items
        assert (item.title, item.date) == ("国务院关于某某的意见", "2026-10-12")
        assert item.hints == {"文号": "国发〔2026〕9号"}
        assert "p=2" in page.next[0].url
    assert plain.items[0].date == "2026-10-12"
    assert not read("govcn", '{"error": 1}', url).parsed
    assert read("govcn", '{"searchVO": {"listVO": []}}', url).parsed


def test_eportal_portlet_json() -> None:
    url = "https://a.example/eportal/ui?portal.url=/portlet/xxgkml&pageNo=1&pageSize=20"
    reply = {"result": [{"url": "/sthj/1.shtml", "title": "关于甲的通知", "fbrq": "2026-10-12"}]}
    page = read("eportal", json.dumps(reply), url)
    assert page.items[0].url == "https://a.example/sthj/1.shtml"
    assert "pageNo=2" in page.next[0].url
    assert not read("eportal", '{"a": 1}', url).parsed
