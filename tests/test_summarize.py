"""Summaries: who does what by when, from 80 characters or 20,000."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.model import Block, Classification, DocumentType, Label, Notice, Target
from pipeline.summarize import MAX_LINE, MAX_LINES, closing_date, shorten, summarize

PLAN = """为深入推进大气污染防治，持续改善空气质量，制定本方案。
一、总体要求
（一）指导思想。全面贯彻落实有关会议精神，推进产业、能源、交通结构调整，坚持源头治理。
（二）主要目标。到2028年，全市PM2.5平均浓度控制在29微克/立方米以内，优良天数比率达到82%以上。
二、优化产业结构
（三）加快淘汰落后产能。2027年底前，淘汰35蒸吨/小时及以下燃煤锅炉120台。（市工信局牵头，市生态环境局配合）
（四）推进超低排放改造。全市钢铁企业完成全流程超低排放改造，实施清洁运输。
三、优化交通结构
（五）推广新能源汽车。城市公交、出租车新增车辆全部使用新能源汽车，淘汰国三柴油货车3200辆。
四、保障措施
（六）加强组织领导。各级各部门要高度重视，提高认识，切实加强组织领导。
本方案自2026年3月1日起施行，有效期3年。"""

LAW = """第一章 总则
第一条 为了防治扬尘污染，保护和改善大气环境，根据有关法律，结合本市实际，制定本条例。
第二条 本条例适用于本市行政区域内的扬尘污染防治及其监督管理。
第三条 市人民政府应当加强对扬尘污染防治工作的领导，建立协调机制。
第四条 任何单位和个人不得在城区露天焚烧垃圾。
第五条 施工单位应当采取围挡、覆盖、洒水等措施。
第六条 本条例自2026年5月1日起施行。"""


def notice_of(text: str, title: str = "关于印发方案的通知", **fields: object) -> Notice:
    blocks = tuple(Block(kind="paragraph", text=line) for line in text.split("\n"))
    return Notice(
        id="n-1", source_id="s", url=None, title=title, blocks=blocks, raw_sha256="0",
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC), extractor="1", **fields,
    )  # type: ignore[arg-type]  # fmt: skip


def classified(document_type: DocumentType = "plan") -> Classification:
    return Classification(
        notice_id="n-1", relevance=Label(id="air", score=1.0, rule="t"), level="city",
        document_type=document_type, document_type_rule="t", version="1",
    )  # fmt: skip


def kinds(text: str, document_type: DocumentType = "plan", **fields: object) -> dict[str, str]:
    lines = summarize(notice_of(text, **fields), classified(document_type), ())
    return {line.kind: line.zh for line in lines}


def test_a_plan_tells_purpose_targets_and_measures() -> None:
    lines = summarize(notice_of(PLAN), classified(), ())
    assert 4 <= len(lines) <= MAX_LINES
    found = [line.zh for line in lines]
    assert found[0].startswith("为深入推进大气污染防治")
    assert any("29微克/立方米" in zh for zh in found)
    assert any("120台" in zh or "3200辆" in zh for zh in found)
    text = "".join(found)
    assert "会议精神" not in text
    assert "高度重视" not in text
    assert "牵头" not in text


def test_extracted_targets_pull_their_sentence_in() -> None:
    from decimal import Decimal

    clause = "淘汰国三柴油货车3200辆"
    target = Target(
        indicator="柴油货车", family="vehicles", value=Decimal(3200), unit="辆", clause=clause
    )
    lines = summarize(notice_of(PLAN), classified(), (target,))
    assert any(clause in line.zh for line in lines)


def test_a_law_tells_scope_prohibition_and_commencement() -> None:
    found = kinds(LAW, "law", title="市扬尘污染防治条例")
    assert found["purpose"].startswith("为了防治扬尘污染")
    assert found["scope"].startswith("本条例适用于")
    assert "不得" in found["prohibition"]
    assert found["date"] == "本条例自2026年5月1日起施行。"


def test_lines_are_sentences_of_the_source() -> None:
    for text in (PLAN, LAW):
        for line in summarize(notice_of(text), classified(), ()):
            assert line.zh.rstrip("。") in text


def test_a_short_body_gives_what_it_has() -> None:
    text = "市指挥部决定自12月5日12时起启动重污染天气黄色预警。请各单位落实减排措施。"
    lines = summarize(notice_of(text), classified("announcement"), ())
    assert 1 <= len(lines) <= 2
    assert any("启动重污染天气黄色预警" in line.zh for line in lines)


def test_empty_bodies_and_noise_give_nothing() -> None:
    assert summarize(notice_of(""), classified(), ()) == ()
    assert summarize(notice_of("附件：方案.pdf\n联系电话：010-1234\n"), classified(), ()) == ()


def test_a_long_body_is_read_whole_and_stays_short() -> None:
    lines_in = (f"（{n}）推进第{n}类企业深度治理，2027年底前完成改造{n}家。" for n in range(700))
    text = "\n".join(lines_in)
    assert len(text) > 18_000
    lines = summarize(notice_of(text), classified(), ())
    assert len(lines) <= MAX_LINES
    assert all(len(line.zh) <= MAX_LINE for line in lines)


@pytest.mark.parametrize(
    "text", ["。" * 20000, "，" * 20000, "为" * 20000, "（一）" * 5000, "1" * 20000]
)
def test_odd_bodies_never_raise(text: str) -> None:
    summarize(notice_of(text), classified(), ())


def test_a_long_sentence_is_cut_where_nothing_is_lost() -> None:
    head = "推进钢铁、水泥、焦化等重点行业超低排放改造，加强全过程管理，"
    tail = "推动企业绿色发展，" * 20 + "形成良好氛围。"
    assert shorten(head + tail, 60).endswith("。")
    assert len(shorten(head + tail, 60)) <= 60


@pytest.mark.parametrize(
    "tail",
    [
        "但不得新增产能。",
        "其中市区下降10%。",
        "除应急抢险外。",
        "未完成的停产整治。",
        "应当依法处罚。",
    ],
)
def test_a_cut_never_loses_force_or_figures(tail: str) -> None:
    zh = "推进重点行业治理，" + "加强统筹协调，" * 20 + tail
    assert shorten(zh, 60).endswith(tail)


def test_a_cut_never_ends_in_an_open_clause() -> None:
    zh = "对完成改造的企业，" + "按照有关规定和要求并结合本地区实际情况" * 6 + "，给予支持。"
    assert shorten(zh, 60) == zh


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("现公开征求意见，请于2026年5月20日前反馈。", "2026-05-20"),
        ("公开征求意见。意见反馈截止时间为2026年6月3日。", "2026-06-03"),
        ("征求意见时间自2026年4月1日起至2026年4月30日止。", "2026-04-30"),
        ("请于5月8日前将书面意见反馈至我局。", "2026-05-08"),
        ("请于1月8日前将书面意见反馈至我局。", "2027-01-08"),
        ("征求意见期限：自公布之日起30日内提出意见。", "2026-05-01"),
        ("请于2026年13月40日前反馈意见。", None),
        ("本办法自2026年5月20日起施行。", None),
        ("欢迎提出意见。", None),
    ],
)
def test_the_closing_date_of_a_consultation(text: str, expected: str | None) -> None:
    notice = notice_of(text, title="关于征求意见的通知", date_publication="2026-04-01")
    assert closing_date(notice) == expected
