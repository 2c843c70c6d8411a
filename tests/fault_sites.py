"""One small site a fault: what real bureaus' sites were seen to do, on hosts of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from faults import Answer, Asked, FaultWeb, html, zipped

from pipeline.model import Column, Source

TEXT = "各区人民政府，各有关单位：为持续改善环境空气质量，加强扬尘污染防治，现将有关事项通知如下。"
Item = tuple[str, str, str]


def article(title: str, extra: str = "", *, meta: str = "2026-10-08", shown: str = "") -> str:
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{meta} 09:00">'
        f"</head><body><h1>{title}</h1><p>{shown}</p>"
        f'<div class="TRS_Editor"><p>{TEXT * 10}</p>{extra}</div></body></html>'
    )


def listing(items: Sequence[Item], more: str = "") -> str:
    lines = "".join(
        f'<li><span class="date">{day}</span><a href="{href}" title="{title}">{title}</a></li>'
        for href, title, day in items
    )
    notes = "<p>甲市生态环境局通知公告栏目。</p>" * 40
    return f'<html><body><ul class="list">{lines}</ul>{more}{notes}</body></html>'


def titles(number: int, day: str = "2026-10-08") -> list[Item]:
    return [
        (f"./202610/t20261008_{n}.html", f"关于第{n}号扬尘污染防治工作的通知", day)
        for n in range(1, number + 1)
    ]


@dataclass
class Case:
    """A site: how it is declared, what its list page answers, and what must come of it.

    `health` and `codes` are the source's health and the issues it must raise; `kept` how many
    articles and `files` how many attachments must be in the archive afterwards.
    """

    name: str
    health: str
    codes: set[str] = field(default_factory=set)
    kept: int = 0
    files: int = 0
    source: dict[str, Any] = field(default_factory=dict)
    build: Callable[[FaultWeb, str], None] = lambda web, host: None

    @property
    def host(self) -> str:
        return f"{self.name}.example"

    def declared(self) -> Source:
        given: dict[str, Any] = {
            "id": self.name,
            "name": "甲市生态环境局",
            "name_ja": "甲市生態環境局",
            "family": "trs_wcm",
            "level": "city",
            "place": "100000",
            "issuer": "甲市生态环境局",
            "columns": (Column(url=f"http://{self.host}/tz/"),),
            "evidence": "written for this test",
        }
        made = dict(self.source)
        if "paths" in made or "params" in made:
            params = made.pop("params", {})
            made["columns"] = tuple(
                Column(url=f"http://{self.host}{path}", params=params)
                for path in made.pop("paths", ("/tz/",))
            )
        return Source(**(given | made))


CASES: list[Case] = []


def case(
    health: str, *codes: str, kept: int = 0, files: int = 0, **source: Any
) -> Callable[[Callable[[FaultWeb, str], None]], Callable[[FaultWeb, str], None]]:
    def register(build: Callable[[FaultWeb, str], None]) -> Callable[[FaultWeb, str], None]:
        name = build.__name__.replace("_", "-")
        CASES.append(Case(name, health, set(codes), kept, files, source, build))
        return build

    return register


def add_articles(web: FaultWeb, host: str, items: Sequence[Item], folder: str = "/tz/") -> None:
    for href, title, day in items:
        web.add(host, folder + href.removeprefix("./"), article(title, meta=day))


def list_answer(answer: Answer | str) -> Callable[[FaultWeb, str], None]:
    return lambda web, host: web.add(host, "/tz/", answer)


def one_bad_article(web: FaultWeb, host: str, bad: Answer) -> None:
    """A list of two articles, the second of which is answered badly."""
    items = titles(2)
    web.add(host, "/tz/", listing(items))
    add_articles(web, host, items[:1])
    web.add(host, "/tz/202610/t20261008_2.html", bad)


# --- paging, interfaces, shells -----------------------------------------------------------------


@case("ok", kept=9, params={"paging": "reverse"})
def reverse_paging(web: FaultWeb, host: str) -> None:
    items = titles(9)
    script = '<script>//createPageHTML(3, 0, "index", "html");\nvar countPage = 3</script>'
    for first, target in ((0, "/tz/"), (3, "/tz/index_1.html"), (6, "/tz/index_0.html")):
        web.add(host, target, listing(items[first : first + 3], script))
    add_articles(web, host, items)


def _dataproxy(web: FaultWeb, host: str, *, post: int) -> None:
    items = [(f"/art/2026/10/8/art_77_{n}.html", f"关于第{n}号工作的通知", "2026-10-08")
             for n in range(1, 51)]  # fmt: skip
    shell = "<script>var a={columnid:77,unitid:88,webid:1,perpage:15}; 'dataproxy.jsp'</script>"
    web.add(host, "/col/col77/index.html", f"<html><body>{shell}</body></html>")

    def answer(asked: Asked) -> Answer:
        if asked.method == "POST" and post != 200:
            return html("Not Implemented", post)
        first, last = int(asked.fields["startrecord"]), int(asked.fields["endrecord"])
        records = "".join(
            "<record><![CDATA[<li><script>//<![CDATA[\nvar n=1;\n//]]></script>"
            f'<a href={href} title="{title}">{title}</a><span>{day}</span></li>]]></record>'
            for href, title, day in items[first - 1 : last]
        )
        return html(f"<datastore><totalrecord>50</totalrecord><recordset>{records}</recordset>")

    web.add(host, "/module/web/jpage/dataproxy.jsp", answer)
    add_articles(web, host, items, folder="")


_JCMS: dict[str, Any] = {"family": "hanweb_jcms", "paths": ("/col/col77/index.html",)}


@case("ok", kept=50, **_JCMS)
def dataproxy_with_broken_cdata(web: FaultWeb, host: str) -> None:
    _dataproxy(web, host, post=200)


@case("ok", kept=50, **_JCMS)
def post_answered_501(web: FaultWeb, host: str) -> None:
    _dataproxy(web, host, post=501)


@case("ok", kept=3, family="hanweb_jpaas", paths=("/zwgk/index.html",))
def cookie_required_and_ids_rotate(web: FaultWeb, host: str) -> None:
    numbers = count(1)
    given: dict[str, str] = {}
    items = [(f"/art/2026/art_{n:032x}.html", f"关于第{n}号工作的通知", "2026-10-08")
             for n in range(1, 4)]  # fmt: skip

    def shell(asked: Asked) -> Answer:
        given["page"] = f"{next(numbers):032x}"
        query = f"{{'webId':'{1:032x}','pageId':'{given['page']}','parseType':'buildstatic'}}"
        unit = '/api-gateway/jpaas-publish-server/front/page/build/unit" queryData="' + query
        page = html(f'<html><body><script url="{unit}"></script></body></html>')
        return page.with_header("Set-Cookie", "SESSION=abc; Path=/")

    def unit(asked: Asked) -> Answer:
        if "SESSION=abc" not in asked.headers.get("Cookie", ""):
            return html("Forbidden", 403)
        if asked.method != "GET":
            return html("Not Implemented", 501)
        if asked.fields["pageId"] != given["page"]:
            return html("gone", 404)
        lines = "".join(f"<li><a href={href} title={title}>{title}</a><span>{day}</span></li>"
                        for href, title, day in items)  # fmt: skip
        return html(json.dumps({"success": True, "data": {"html": f"<ul>{lines}</ul>"}}))

    web.add(host, "/zwgk/index.html", shell)
    web.add(host, "/api-gateway/jpaas-publish-server/front/page/build/unit", unit)
    add_articles(web, host, items, folder="")


@case("ok", kept=2)
def cookie_by_redirect_to_itself(web: FaultWeb, host: str) -> None:
    items = titles(2)

    def shell(asked: Asked) -> Answer:
        if "seen=1" in asked.headers.get("Cookie", ""):
            return html(listing(items))
        there = html("", 302).with_header("Location", "/tz/")
        return there.with_header("Set-Cookie", "seen=1")

    web.add(host, "/tz/", shell)
    add_articles(web, host, items)


@case("ok", "list_not_to_the_end", kept=3, family="gkmlpt", paths=("/gkmlpt/index#3155",))
def page_2_is_404(web: FaultWeb, host: str) -> None:
    items = [(f"/gkmlpt/content/1/1234/post_{n}.html", f"关于第{n}号工作的通知", "2026-10-08")
             for n in range(1, 4)]  # fmt: skip
    web.add(host, "/gkmlpt/index", "<script>window._CONFIG = {SID: '200000'}</script>")

    def answer(asked: Asked) -> Answer:
        if asked.fields["page"] != "1":
            return html("<title>404</title>", 404)
        articles = [{"title": title, "url": f"http://{host}{href}", "first_publish_time": day}
                    for href, title, day in items]  # fmt: skip
        return html(json.dumps({"classify": {"post_count": 90}, "articles": articles}))

    web.add(host, "/gkmlpt/api/all/3155", answer)
    add_articles(web, host, items, folder="")


@case("ok", kept=2)
def decoy_items_in_comments(web: FaultWeb, host: str) -> None:
    items = titles(2)
    decoys = "".join(
        f'<!-- <li><span class="date">2026-10-0{n}</span>'
        f'<a href="./202610/t20261001_9{n}.html">关于示例条目的通知之{n}</a></li> -->'
        for n in range(1, 5)
    )
    web.add(host, "/tz/", listing(items).replace("<ul", decoys + "<ul").replace("<li>", "<li>", 1))
    add_articles(web, host, items)


@case("ok", kept=1, family="zycms")
def truncated_anchors(web: FaultWeb, host: str) -> None:
    whole = "关于印发甲市重污染天气应急预案的通知"
    href = "/hbhjt/" + "1" * 21 + ".html"
    line = (
        f'<ul id="lbUR"><li><div class="lis_title fl td2"><a class="titleBT" href="{href}" '
        f'title="{whole}">关于印发甲市重污染...</a></div><div class="lis_date">2026-10-08</div>'
        "</li></ul>"
    )
    web.add(host, "/tz/", f"<html><body>{line}</body></html>")
    web.add(host, href, article(whole))


# --- lists that are none ------------------------------------------------------------------------


@case("empty", "empty_list")
def dead_column(web: FaultWeb, host: str) -> None:
    web.add(host, "/tz/", listing(()))


@case("ok", "empty_list", kept=1, paths=("/tz/", "/gg/"))
def one_of_two_columns_dead(web: FaultWeb, host: str) -> None:
    web.add(host, "/tz/", listing(titles(1)))
    web.add(host, "/gg/", listing((), "<p>暂无内容</p>"))
    add_articles(web, host, titles(1))


_LONG = "<p>栏目导航与说明文字，供页面填充之用。</p>" * 60
for _name, _health, _code, _answer in (
    ("script-shell", "layout_changed", "layout_changed", html(f"<div id=app></div>{_LONG}")),
    ("status-412", "blocked", "blocked", html("<script>var a=1</script>", 412)),
    ("status-521", "blocked", "blocked", html("<script>document.cookie='a'</script>", 521)),
    ("challenge-with-200", "blocked", "blocked",
     html("<script>document.cookie='__jsl_clearance=1';location.reload()</script>")),
    ("directory-403", "http_error", "http_error", html("<h1>403 Forbidden</h1>", 403)),
    ("status-500", "http_error", "http_error", html("<h1>500</h1>", 500)),
    ("home-by-302", "redirected", "redirected_away", html("", 302).with_header("Location", "/")),
    ("error-page-with-200", "http_error", "soft_404",
     html("<title>出错了</title><p>抱歉，您访问的页面不存在或已被删除</p>")),
    ("no-answer", "timeout", "timeout", Answer(manner="hang")),
    ("slow-loris", "timeout", "timeout", Answer(b"<html>" * 400, manner="drip")),
    ("reset", "http_error", "http_error", Answer(manner="reset")),
    ("cut-off", "http_error", "http_error", Answer(b"<html><ul>", manner="cut")),
    ("truncated-gzip", "http_error", "http_error", zipped(listing(titles(40)), keep=0.6)),
    ("broken-gzip", "http_error", "http_error",
     Answer(b"\x1f\x8b\x08 no gzip at all").with_header("Content-Encoding", "gzip")),
    ("redirect-loop", "redirected", "redirected_away",
     html("", 302).with_header("Location", "/tz/")),
    ("redirect-chain-without-end", "redirected", "redirected_away",
     html("", 302).with_header("Location", "/tz/?next=1")),
    ("body-of-50-mb", "http_error", "attachment_too_large",
     Answer(manner="huge", size=50_000_000)),
    ("gzip-bomb", "http_error", "attachment_too_large", zipped("0" * 5_000_000)),
):  # fmt: skip
    CASES.append(Case(_name, _health, {_code}, build=list_answer(_answer)))


# --- articles and files that fail beside a list that is read ------------------------------------

for _name, _code, _answer in (
    ("article-500", "http_error", html("", 500)),
    ("article-404", "http_error", html("<h1>404</h1>", 404)),
    ("article-412", "blocked", html("", 412)),
    ("article-gone-with-200", "soft_404", html("<title>404</title><p>页面不存在</p>")),
    ("article-to-home", "redirected_away", html("", 302).with_header("Location", "/index.html")),
    ("article-in-a-circle", "redirected_away",
     html("", 302).with_header("Location", "/tz/202610/t20261008_2.html")),
    ("article-reset", "http_error", Answer(manner="reset")),
    ("article-cut-off", "http_error", Answer(b"<html>", manner="cut")),
    ("article-half-zipped", "http_error", zipped(article("关于甲的通知"), keep=0.5)),
    ("article-never-comes", "timeout", Answer(manner="hang")),
    ("article-of-50-mb", "attachment_too_large", Answer(manner="huge", size=50_000_000)),
):  # fmt: skip
    CASES.append(
        Case(_name, "ok", {_code}, kept=1,
             build=lambda web, host, bad=_answer: one_bad_article(web, host, bad))
    )  # fmt: skip


@case("ok", kept=3)
def titles_that_repeat(web: FaultWeb, host: str) -> None:
    items = [(href, "关于公开征求意见的通知", day) for href, _, day in titles(3)]
    web.add(host, "/tz/", listing(items))
    add_articles(web, host, items)


@case("ok", "ignored_by_rule", kept=1)
def an_item_on_another_site(web: FaultWeb, host: str) -> None:
    away = ("https://mp.weixin.example.com/s/k3", "一图读懂：橙色预警期间怎么做", "2026-10-09")
    web.add(host, "/tz/", listing([away, *titles(1)]))
    add_articles(web, host, titles(1))


@case("ok", kept=2)
def an_item_that_is_a_pdf(web: FaultWeb, host: str) -> None:
    paper = ("./202610/P020261008.pdf", "甲市扬尘污染防治标准", "2026-10-09")
    web.add(host, "/tz/", listing([paper, *titles(1)]))
    add_articles(web, host, titles(1))
    pdf = Answer(b"%PDF-1.4 broken", headers=(("Content-Type", "application/pdf"),))
    web.add(host, "/tz/202610/P020261008.pdf", pdf)


@case("ok", "http_error", kept=2, files=2)
def files_beside_their_articles(web: FaultWeb, host: str) -> None:
    items = [("./202610/t20261008_1.html", "关于第1号工作的通知", "2026-10-08"),
             ("../gg/202610/t20261008_2.html", "关于第2号工作的公告", "2026-10-08")]  # fmt: skip
    web.add(host, "/tz/", listing(items))
    links = '<p><a href="./P1.pdf">附件1.pdf</a></p>'
    shared = f'<p><a href="http://{host}/tz/202610/P1.pdf">附件1.pdf</a></p>'
    lost = '<p><a href="P2.pdf">附件2.pdf</a> <a href="P3.pdf">附件3.pdf</a></p>'
    web.add(host, "/tz/202610/t20261008_1.html", article(items[0][1], links))
    web.add(host, "/gg/202610/t20261008_2.html", article(items[1][1], shared + lost))
    for target in ("/tz/202610/P1.pdf", "/gg/202610/P2.pdf"):
        web.add(host, target, Answer(b"%PDF-1.4 " + target.encode()))


@case("ok", kept=1)
def gbk_bytes_called_utf_8(web: FaultWeb, host: str) -> None:
    web.add(host, "/tz/", Answer(listing(titles(1)).encode("gb18030")))
    web.add(host, "/tz/202610/t20261008_1.html",
            Answer(article("关于第1号扬尘污染防治工作的通知").encode("gb18030")))  # fmt: skip


@case("ok", kept=1)
def a_charset_that_is_none(web: FaultWeb, host: str) -> None:
    odd = "text/html; charset=utf8mb4-zh"
    web.add(host, "/tz/", html(listing(titles(1))).with_header("Content-Type", odd))
    page = html(article("关于第1号扬尘污染防治工作的通知"))
    web.add(host, "/tz/202610/t20261008_1.html", page.with_header("Content-Type", odd))


@case("ok", kept=1)
def dates_that_disagree(web: FaultWeb, host: str) -> None:
    web.add(host, "/tz/", listing(titles(1)))
    page = article(
        "关于第1号扬尘污染防治工作的通知", meta="2026-10-20", shown="发布日期：2026-10-08"
    )
    web.add(host, "/tz/202610/t20261008_1.html", page)
