"""Bodies to blocks: nothing of the document lost, nothing of the page kept."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.extract.blocks import blocks_of
from pipeline.extract.plaintext import blocks_of_text
from pipeline.families.base import parse_html
from pipeline.model import Block


def html(body: str, title: str | None = None) -> tuple[Block, ...]:
    return blocks_of(parse_html(f"<div>{body}</div>"), title)


def kinds(blocks: Sequence[Block]) -> list[tuple[str, int]]:
    return [(block.kind, block.level) for block in blocks]


def test_levels_of_headings_and_run_in_paragraphs() -> None:
    found = html(
        "<p>一、总体要求</p><p>（一）主要目标</p><p>1.工业源</p><p>（1）钢铁</p>"
        "<p>（二）深化治理。各企业要在年底前完成改造，逾期未完成的依法处理。</p>"
        "<p>第二章　监督管理</p>"
        "<p>第三条　本办法所称扬尘，是指松散颗粒物质。</p><p>普通段落，不是标题。</p>"
    )
    assert kinds(found) == [
        ("heading", 1), ("heading", 2), ("heading", 3), ("heading", 4), ("paragraph", 2),
        ("heading", 1), ("paragraph", 0), ("paragraph", 0),
    ]  # fmt: skip


def test_div_br_and_indent_separate_paragraphs() -> None:
    found = html(
        "　　甲段。<br>　　乙段。<div>丙段。<div>丁段。</div></div>戊段。<p>己<b>段</b>。</p>"
    )
    assert [block.text for block in found] == [
        "甲段。",
        "乙段。",
        "丙段。",
        "丁段。",
        "戊段。",
        "己段。",
    ]


def test_subscripts_stay_in_their_word() -> None:
    (block,) = html(
        "<p>PM<sub>2.5</sub>浓度35μg/m<sup>3</sup>，<span>O</span><sub> 3 </sub>达标</p>"
    )
    assert block.text == "PM2.5浓度35μg/m3，O3达标"


def test_title_inside_the_body_and_signature() -> None:
    found = html(
        "<p align=center>甲川市生态环境局</p><p align=center>关于印发方案的通知</p>"
        "<p>各区人民政府：</p>"
        "<p>现将方案印发给你们，请认真执行。</p><p>附件：1.方案</p><p>2.分工表</p>"
        "<p>甲川市生态环境局</p><p>2026年3月5日</p><p>（此件公开发布）</p>",
        "甲川市生态环境局关于印发方案的通知",
    )
    assert [block.kind for block in found] == [
        "title", "paragraph", "paragraph", "list_item", "list_item", "signature", "signature",
        "paragraph",
    ]  # fmt: skip


def test_tables_keep_rows_spans_and_single_text() -> None:
    (block,) = html(
        "<table><thead><tr><th>序号</th><th>任务</th><th colspan=2>单位</th></tr></thead>"
        "<tr><td rowspan=2>1</td><td><p>治理</p><p>扬尘</p></td><td>甲局</td><td>乙局</td></tr>"
        "<tr><td>清洁取暖</td><td>丙局</td></tr></table>"
    )
    assert block.kind == "table"
    assert block.rows == (
        ("序号", "任务", "单位", "单位"),
        ("1", "治理 扬尘", "甲局", "乙局"),
        ("1", "清洁取暖", "丙局", ""),
    )
    assert block.text.split("\n")[1] == "1\t治理 扬尘\t甲局\t乙局"


def test_layout_tables_are_only_containers() -> None:
    found = html(
        "<table><tr><td><p>甲段落。</p><table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td>"
        "</tr></table><p>乙段落。</p></td></tr></table>"
    )
    assert [block.kind for block in found] == ["paragraph", "table", "paragraph"]


@pytest.mark.parametrize(
    "furniture",
    [
        "【打印】【关闭窗口】", "打印 关闭", "字体：[ 大 中 小 ]", "上一篇：关于乙的通知",
        "下一篇：没有了",
        "分享到： 微信 微博", "责任编辑：甲某", "（责任编辑：甲某）",
        "扫一扫在手机打开当前页", "浏览次数：12",
        "版权所有：甲川市生态环境局 甲ICP备00000001号",
        "您现在的位置：首页 > 公告", "原标题：另一标题", "- - -",
        "Copyright © 2026 甲网",
    ],
)  # fmt: skip
def test_furniture_lines_go(furniture: str) -> None:
    found = html(f"<p>{furniture}</p><p>正文在这里，内容完整。</p><p>{furniture}</p>")
    assert [block.text for block in found] == ["正文在这里，内容完整。"]


@pytest.mark.parametrize(
    "kept",
    [
        "请将申请表打印并盖章后报送我局。",
        "本活动的责任编辑应当对稿件内容负责。",
        "企业应当在显著位置张贴“扫一扫”举报二维码，并公布监督电话，接受社会监督，任何单位不得遮挡。",
        "上一篇章的规定同样适用于本章。",
        "来源解析结果表明，机动车是首要来源。",
        "编制单位：甲川市环境科学研究院",
        "分享经验、交流做法，推动工作落实。",
    ],
)
def test_sentences_that_use_such_words_stay(kept: str) -> None:
    assert [block.text for block in html(f"<p>{kept}</p><p>正文。</p>")] == [kept, "正文。"]


def test_editors_note_inside_the_last_paragraph_goes() -> None:
    found = html("<p>正文到此为止。（责任编辑：甲某）</p>")
    assert [block.text for block in found] == ["正文到此为止。"]


def test_related_links_after_the_body_go_but_attachments_stay() -> None:
    links = "".join(f"<p><a href='/{n}.html'>另一条新闻的标题第{n}条</a></p>" for n in range(5))
    found = html(
        "<p>正文到此为止。</p><p><a href='/a.pdf'>附件1.方案.pdf</a></p>"
        f"<h3>相关阅读</h3>{links}<p>更多</p>"
    )
    assert [block.text for block in found] == ["正文到此为止。", "附件1.方案.pdf"]


def test_scripts_styles_hidden_and_share_boxes_go() -> None:
    found = html(
        "<style>p{}</style><script>var a='脚本';</script>"
        "<div class='bdsharebuttonbox'>微信 微博</div>"
        "<p style='display:none'>隐藏</p><p>正文在这里，内容完整，一字不少。</p>"
    )
    assert [block.text for block in found] == ["正文在这里，内容完整，一字不少。"]


def test_a_body_that_is_itself_called_share_or_print_stays() -> None:
    body = "正文在这里，内容完整。" * 20
    assert html(f"<div class='print share'><p>{body}</p></div>")[0].text == body


def test_plain_text_tables() -> None:
    found = blocks_of_text(
        "一、目标\n| 指标 | 2025年 |\n| --- | --- |\n| PM2.5 | 38 |\n"
        "二、任务\n序号\t任务\n1\t治理扬尘\n结束。"
    )
    assert [block.kind for block in found] == ["heading", "table", "heading", "table", "paragraph"]
    assert found[1].rows == (("指标", "2025年"), ("PM2.5", "38"))
    assert found[3].rows == (("序号", "任务"), ("1", "治理扬尘"))


def test_text_flattened_by_a_mirror_is_parted_without_loss() -> None:
    part = "坚持精准治污、科学治污、依法治污，持续改善环境空气质量。"
    text = "关于印发方案的通知　　各区人民政府：" + part * 4 + "一、总体要求。" + part * 6 + (
        "二、重点任务。（一）工业源。" + part * 8 + "（二）移动源。" + part * 5
    )  # fmt: skip
    found = blocks_of_text(text)
    assert len(found) >= 6
    assert "".join(block.text for block in found).replace(" ", "") == text.replace("\u3000", "")


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 4000 + "正文。" + "</div>" * 4000,
        "<span>" * 50000,
        "<table><tr>" + "<td rowspan=65000 colspan=1000>x</td>" * 60 + "</tr>" + "<tr><td>y" * 200,
        "<p>" + "（〔2026〕" * 40000,
        "<p>" + "打印" * 60000 + "x",
        "<p>" + "2026年" * 60000,
        "<a href='http://[bad/x.pdf'>附件</a>" * 500,
        "<p>&#xD800;&#0;\u202e甲</p>",
        "<!--" * 40000,
    ],
)
def test_hostile_bodies_neither_crash_nor_stall(body: str) -> None:
    assert isinstance(html(body, "标题标题"), tuple)
    assert isinstance(blocks_of_text(body, "标题标题"), tuple)
