"""公文要素: document numbers, dates, issuers, addressees; and where each is taken from."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipeline.extract import extract, headers, place_date
from pipeline.families import Page
from pipeline.families.datetext import find_dates, first_date, meta_date, url_date
from pipeline.issues import Code
from pipeline.model import Block, Source

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SENTENCE = "各有关单位要按照职责分工，认真抓好落实，切实改善环境空气质量。"


def page(body: str, head: str = "", url: str = "https://a.example/x.html") -> Page:
    return Page(url, f"<html><head>{head}</head><body>{body}</body></html>".encode())


def article(
    inner: str, meta: str = "", head: str = "", url: str = "https://a.example/x.html"
) -> Page:
    return page(
        f"<h1>关于加强扬尘治理的通知</h1><div class=info>{meta}</div><div id=zoom>{inner}"
        f"<p>{SENTENCE}</p><p>{SENTENCE}</p></div>", head, url,
    )  # fmt: skip


def read(one: Page, **more: object):  # type: ignore[no-untyped-def]
    return extract(one, fetched_at=NOW, raw_sha256="a" * 64, source_id="test", **more)  # type: ignore[arg-type]


def blocks(*lines: str) -> list[Block]:
    return [Block(kind="paragraph", text=line) for line in lines]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("甲环发〔2026〕3号", "甲环发〔2026〕3号"),
        ("甲环发[2026]3号", "甲环发〔2026〕3号"),
        ("甲环函（2026） 12 号", "甲环函〔2026〕12号"),
        ("甲环规字﹝２０２６﹞５号", "甲环规字〔2026〕5号"),
        ("环办大气函【2026】第 128 号", "环办大气函〔2026〕128号"),
        ("国令第707号", "国令第707号"),
        ("生态环境部令 第 23 号", "生态环境部令第23号"),
        ("公告2026年第12号", "公告2026年第12号"),
        ("2026年 第 5 号", "2026年第5号"),
    ],
)
def test_numbers_in_their_standard_form(written: str, number: str) -> None:
    assert headers.normalise_number(written) == number


@pytest.mark.parametrize("empty", ["", "-", "----", "无", "〔〕号", ",", "　", None])
def test_empty_marks_are_no_number(empty: str | None) -> None:
    fields = {"文号": empty} if empty is not None else {}
    assert headers.document_number(fields, blocks(SENTENCE), "", "关于甲的通知") is None


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (["甲环发〔2026〕3号", "各区人民政府："], "甲环发〔2026〕3号"),
        (["甲川市人民政府令", "第179号", "《办法》已经通过。"], "甲川市人民政府令第179号"),
        (["（2021年7月27日中华人民共和国国务院令第746号公布）"], "国务院令第746号"),
        (["生态环境部公告", "2026年第5号"], "生态环境部公告2026年第5号"),
        (["生态环境部　公 告", "（2026年 第5号）"], "生态环境部公告2026年第5号"),
        (["国务院公报2007年第23号"], None),
        (["根据《甲川市方案》（甲政发〔2025〕1号）要求，现通知如下。"], None),
        (["按照甲政办〔2025〕7号文件，我局组织编制了本方案。"], None),
        (["正文第一段，没有文号。"] * 5 + ["甲环发〔2026〕9号"], None),
    ],
)
def test_the_number_is_stated_near_the_top_and_never_cited(
    lines: list[str], number: str | None
) -> None:
    assert headers.document_number({}, blocks(*lines), "", "关于甲的通知") == number


def test_the_table_beats_the_text_and_the_title_is_last() -> None:
    first = blocks("甲环函〔2026〕1号")
    assert headers.document_number({"文号": "甲环发〔2026〕2号"}, first, "", None) == (
        "甲环发〔2026〕2号"
    )
    assert headers.document_number({}, [], "", "关于甲的通知（甲发改〔2026〕4号）") == (
        "甲发改〔2026〕4号"
    )


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("发布时间：2026-03-05 16:10", "2026-03-05"),
        ("2026年3月5日", "2026-03-05"),
        ("2026 年 3 月 15 日", "2026-03-15"),
        ("二〇二六年三月五日", "2026-03-05"),
        ("一九九六年十二月二十九日", "1996-12-29"),
        ("二○二六年十月十日", "2026-10-10"),
        ("[2026/03/05]", "2026-03-05"),
        ("２０２６．０３．０５", "2026-03-05"),
        ("2026-02-30", None),
        ("PM2.5为2026.35微克", None),
        ("编号20260305123", None),
    ],
)
def test_dates_as_pages_write_them(text: str, date: str | None) -> None:
    assert first_date(text) == date


def test_months_only_when_asked_for() -> None:
    assert first_date("2026年3月") is None
    assert first_date("2026年3月", months=True) == "2026-03"
    assert meta_date("2026-03-05\xa016:00") == "2026-03-05"
    assert meta_date("20260305") == "2026-03-05"
    assert meta_date("1791475200") == "2026-10-09"
    assert meta_date("soon") is None
    assert [date for *_, date in find_dates("2026-01-02至2026-01-31")] == [
        "2026-01-02", "2026-01-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "date"),
    [
        ("https://a/202603/t20260305_1.shtml", "2026-03-05"),
        ("https://a/art/2026/3/5/art_1_2.html", "2026-03-05"),
        ("https://a/zhengce/content/2019-01/21/content_1.htm", "2019-01-21"),
        ("https://a/20260305/0123456789abcdef0123456789abcdef/c.html", "2026-03-05"),
        ("https://a/n1/2026/0305/c1-2.html", "2026-03-05"),
        ("https://a/15/0703/16/ABC.html", "2015-07-03"),
        ("https://a/zhengce/content/202603/content_7.htm", "2026-03"),
        ("https://a/content/post_20261399.html", None),
    ],
)
def test_dates_in_addresses(url: str, date: str | None) -> None:
    assert url_date(url) == date


def test_displayed_beats_table_beats_meta_beats_address() -> None:
    table = "<table><tr><td>发布日期：</td><td>2026-03-06</td></tr></table>"
    head = '<meta name="PubDate" content="2026-03-07">'
    url = "https://a.example/202603/t20260308_1.html"
    shown = "<span>2026-03-05</span>"
    cases = [
        (table + article("", shown).text, head, "2026-03-05"),
        (table + article("").text, head, "2026-03-06"),
        (article("").text, head, "2026-03-07"),
        (article("").text, "", "2026-03-08"),
    ]
    for body, top, expected in cases:
        result = read(page(body, top, url))
        assert result.notice.date_publication == expected
        assert result.notice.date_basis == "publication"


def test_dates_more_than_a_day_apart_raise_an_issue() -> None:
    near = read(article("", "2026-03-05", '<meta name="PubDate" content="2026-03-06">'))
    far = read(article("", "2026-03-05", '<meta name="PubDate" content="2026-03-07">'))
    assert Code.DATE_DISAGREEMENT not in {issue.code for issue in near.issues}
    (issue,) = [issue for issue in far.issues if issue.code == Code.DATE_DISAGREEMENT]
    assert "2026-03-05" in issue.message
    assert "2026-03-07" in issue.message


def test_other_dates_are_not_the_date_of_publication() -> None:
    meta = "成文日期：2026-03-01 实施日期：2026-04-01 有效期至：2030-01-01 发布时间：2026年03月05日"
    notice = read(article("", meta)).notice
    assert notice.date_publication == "2026-03-05"
    assert notice.date_document == "2026-03-01"


def test_an_undated_page_is_placed_by_what_it_tells() -> None:
    signed = article("<p>甲川市生态环境局</p><p>2026年3月2日</p>")
    result = read(signed)
    assert result.notice.date_publication is None
    assert (result.notice.date_placed, result.notice.date_basis) == ("2026-03-02", "document")
    assert Code.DATE_MISSING in {issue.code for issue in result.issues}
    assert place_date(None, None, "甲环发〔2025〕3号", "2024年方案") == ("2025", "number")
    assert place_date(None, None, None, "甲川市2024年工作方案") == ("2024", "title")
    assert place_date(None, None, None, "关于甲的通知") == (None, None)


def test_hints_of_the_list_fill_what_the_page_lacks() -> None:
    hints = {"date": "2026-03-09", "文号": "甲环发〔2026〕8号", "title": "列表标题", "索引号": "1"}
    notice = read(article(""), hints=hints).notice
    assert notice.date_publication == "2026-03-09"
    assert notice.document_number == "甲环发〔2026〕8号"
    assert notice.title == "关于加强扬尘治理的通知"
    assert notice.index_number == "1"
    assert read(article("", "2026-03-05"), hints=hints).notice.date_publication == "2026-03-05"


@pytest.mark.parametrize(
    ("title", "lines", "issuers"),
    [
        ("甲川市生态环境局关于印发方案的通知", [], ("甲川市生态环境局",)),
        ("甲川市生态环境局 甲川市公安局关于甲的通告", [], ("甲川市生态环境局", "甲川市公安局")),
        ("中共中央 国务院关于甲的意见", [], ("中共中央", "国务院")),
        ("关于甲的通知", ["甲川市住房和城乡建设局"], ("甲川市住房和城乡建设局",)),
    ],
)
def test_issuing_bodies(title: str, lines: list[str], issuers: tuple[str, ...]) -> None:
    signed = [Block(kind="signature", text=line) for line in lines]
    assert headers.issuing_bodies({}, title, signed, None, None) == issuers


def test_issuers_fall_back_to_order_table_and_source() -> None:
    bodies = headers.issuing_bodies
    assert bodies({}, "扬尘办法", [], "甲川市人民政府令第57号", None) == ("甲川市人民政府",)
    assert bodies({"发布机构": "甲川市生态环境局"}, "办法", [], None, "乙局") == (
        "甲川市生态环境局",
    )
    assert bodies({}, "办法", [], None, "甲川市生态环境局") == ("甲川市生态环境局",)


def test_addressees_are_the_opening_line_with_a_colon() -> None:
    told = headers.addressees(blocks("甲环发〔2026〕3号", "各区（县）人民政府，市直有关单位："))
    assert told == "各区（县）人民政府，市直有关单位"
    assert headers.addressees(blocks("现将有关事项通知如下：", "一、要求")) is None


def test_metadata_tables_of_several_skins() -> None:
    padded = (
        "<table><tr><td><b>索 引 号：</b></td><td>0001</td><td><b>主题分类：</b></td><td></td></tr>"
        "<tr><td><b>发文机关：</b></td><td>甲川市生态环境局</td>"
        "<td><b>有 效 性：</b></td><td>有效</td></tr>"
        "</table>"
    )
    inside = "<ul><li>索引号：0001 发布机构：甲川市生态环境局 有效性：有效</li></ul>"
    bracketed = (
        "<ol><li>[索引号] 0001</li><li>[发文机关] <i>甲川市生态环境局</i></li>"
        "<li>[有效性] 有效</li></ol>"
    )
    for table in (padded, inside, bracketed):
        notice = read(page(table + article("").text)).notice
        assert notice.index_number == "0001"
        assert notice.validity == "有效"
        assert notice.issuing_bodies == ("甲川市生态环境局",)


def test_gkmlpt_traps() -> None:
    detail = {
        "title": "关于甲的通知", "content": f"<p>甲环发〔2026〕3号</p><p>{SENTENCE * 3}</p>",
        "first_publish_time": "2026-03-05 10:00:00", "publish_time": "2027-10-01 10:00:00",
        "gkml_data": {"document_number": "", "date": "2026-03-01", "identifier": "000/1"},
        "attachment": [{"url": "/attachment/1.docx", "name": "附件.docx"}],
    }  # fmt: skip
    body = (
        f"<h1>关于甲的通知</h1><script>window._CONFIG = {{DETAIL: {json.dumps(detail)}}}</script>"
    )
    notice = read(page(body, url="https://a.example/gkmlpt/content/1/2/post_3.html")).notice
    assert notice.date_publication == "2026-03-05"
    assert notice.date_document == "2026-03-01"
    assert notice.document_number == "甲环发〔2026〕3号"
    assert notice.attachments[0].url == "https://a.example/attachment/1.docx"


def test_selectors_of_the_source_override() -> None:
    source = Source(
        id="test", name="甲", name_ja="甲", family="auto", level="city", place="130200",
        issuer="甲川市生态环境局", evidence="test",
        selectors={"title": ".a", "body": ".b", "date": ".c", "document_number": ".d"},
    )  # fmt: skip
    body = (
        "<h1>站点名称</h1><i class=a>真正的标题</i><i class=c>公示 2026.03.05</i>"
        "<i class=d>编号：甲〔2026〕1号</i>"
        f"<div id=zoom>{SENTENCE * 9}</div><u class=b>{SENTENCE}</u>"
    )
    notice = read(page(body), source=source).notice
    assert (notice.title, notice.date_publication) == ("真正的标题", "2026-03-05")
    assert (notice.document_number, notice.body) == ("甲〔2026〕1号", SENTENCE)
    broken = source.model_copy(update={"selectors": {"body": ".gone", "title": "h1[["}})
    codes = [issue.code for issue in read(page(body), source=broken).issues]
    assert Code.SELECTOR_MISSED in codes


def test_encoding_is_decided_by_the_bytes() -> None:
    text = (
        f"<meta charset=utf-8><title>关于甲的通知</title><div id=zoom><p>{SENTENCE * 3}</p></div>"
    )
    guessed = read(Page("https://a.example/1.html", text.encode("gb18030")))
    assert SENTENCE in guessed.notice.body
    assert Code.ENCODING_GUESSED in {issue.code for issue in guessed.issues}
    declared = Page("", text.replace("utf-8", "gb2312").encode("gb18030"))
    assert (declared.encoding, declared.encoding_guessed) == ("gb18030", False)
    marked = Page("", b"\xef\xbb\xbf" + text.encode())
    assert marked.text.startswith("<meta")
    cut = Page("", text.encode()[:-20] + b"\xe6")
    assert cut.encoding == "utf-8"


def test_error_pages_with_status_200_are_no_notices() -> None:
    result = read(page("<h1>404</h1><p>您访问的页面不存在或已被删除</p>", "<title>404</title>"))
    assert result.notice is None
    assert Code.SOFT_404 in {issue.code for issue in result.issues}
