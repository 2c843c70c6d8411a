"""Links between documents: what a notice cites, implements, amends, repeals, interprets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.extract.plaintext import blocks_of_text
from pipeline.links import Library, Reference, find_links, names_of, resolve, shown_title
from pipeline.model import Link, Notice

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def notice(title: str, body: str = "", number: str | None = None) -> Notice:
    return Notice(
        id="n-1", source_id="x", url=None, title=title, blocks=blocks_of_text(body),
        document_number=number, raw_sha256="0" * 64, fetched_at=EPOCH, extractor="test",
    )  # fmt: skip


def links(title: str, body: str = "", number: str | None = None) -> list[tuple[str, str]]:
    return [(x.kind, x.number or x.title or "") for x in find_links(notice(title, body, number))]


PLAN = "关于印发《甲市空气质量持续改善行动方案》的通知"


@pytest.mark.parametrize(
    ("title", "body", "wanted"),
    [
        (
            PLAN,
            "为贯彻落实《空气质量再提升行动计划》（国发〔2026〕18号）精神，制定本方案。",
            [("implements", "国发〔2026〕18号")],
        ),
        (
            PLAN,
            "根据《全国秋冬季攻坚行动方案》和《乙省秋冬季攻坚行动方案》要求，制定本方案。",
            [("implements", "全国秋冬季攻坚行动方案"), ("implements", "乙省秋冬季攻坚行动方案")],
        ),
        (
            PLAN,
            "根据《中华人民共和国大气污染防治法》，制定本方案。",
            [("cites", "中华人民共和国大气污染防治法")],
        ),
        (PLAN, "根据国发〔2026〕18号要求，制定本方案。", [("implements", "国发〔2026〕18号")]),
        (
            PLAN,
            "执行《锅炉大气污染物排放标准》（GB 13271-2014）。",
            [("cites", "GB 13271-2014")],
        ),
        (
            "甲市锅炉管理办法",
            "本办法自2027年1月1日起施行，《甲市锅炉管理暂行办法》（甲政发〔2015〕3号）同时废止。",
            [("repeals", "甲政发〔2015〕3号")],
        ),
        (
            "关于修改《甲市机动车排放管理办法》的决定",
            "将第三条修改为：略。",
            [("amends", "甲市机动车排放管理办法")],
        ),
        ("关于废止《甲市烟花爆竹通告》的通知", "", [("repeals", "甲市烟花爆竹通告")]),
        ("《甲市扬尘管理办法》政策解读", "", [("interprets", "甲市扬尘管理办法")]),
        ("一图读懂：甲市空气质量达标规划", "", [("interprets", "甲市空气质量达标规划")]),
        (
            "关于转发《秋冬季大气攻坚行动方案》的通知",
            "",
            [("implements", "秋冬季大气攻坚行动方案")],
        ),
    ],
)
def test_what_a_notice_does_with_another_document(
    title: str, body: str, wanted: list[tuple[str, str]]
) -> None:
    assert links(title, body) == wanted


@pytest.mark.parametrize(
    "body",
    [
        "《甲市空气质量持续改善行动方案》已经市政府同意，现印发给你们。",
        "《丙省甲市空气质量持续改善行动方案》已印发，原有规定同时废止。",
        "甲政发〔2026〕7号\n现将方案印发给你们。",
        "据《中国环境报》报道，附《征求意见反馈单》。",
        "以下简称《方案》。",
        "",
    ],
)
def test_the_notice_itself_and_papers_are_no_links(body: str) -> None:
    assert links(PLAN, body, "甲政发〔2026〕7号") == []


def test_a_task_to_revise_a_catalogue_amends_nothing() -> None:
    assert links(PLAN, "研究修订《产业结构调整指导目录》。") == [("cites", "产业结构调整指导目录")]


def test_a_document_is_one_link_of_its_strongest_kind() -> None:
    body = "按《甲市旧锅炉办法》检查。\n《甲市旧锅炉办法》（甲政发〔2015〕3号）同时废止。"
    (found,) = find_links(notice("甲市新锅炉办法", body))
    assert (found.kind, found.title) == ("repeals", "甲市旧锅炉办法")
    assert found.number == "甲政发〔2015〕3号"


def test_evidence_points_at_the_original() -> None:
    body = "为落实《空 气质量再提升行动计划》( 国发[2026]18号 )，制定本方案。"
    (found,) = find_links(notice(PLAN, body))
    assert found.span is not None
    assert body[found.span.start : found.span.end] == found.span.text
    assert found.number == "国发〔2026〕18号"


def test_links_find_the_notice_of_the_store_or_stay_outside() -> None:
    state = "国务院关于印发《空气质量再提升行动计划》的通知"
    library = Library(
        [
            Reference("n-state", state, "国发〔2026〕18号"),
            Reference("n-rule", "甲市扬尘管理办法"),
            Reference("n-twin-1", "乙市锅炉管理办法"),
            Reference("n-twin-2", "乙市锅炉管理办法"),
            Reference("n-qa", "《空气质量再提升行动计划》答记者问"),
        ]
    )

    def to(**fields: str) -> str | None:
        (found,) = resolve([Link(kind="cites", rule="test", **fields)], library, "n-1")
        return found.to

    assert to(number="国发〔2026〕18号") == "n-state"
    assert to(title="空气质量再提升行动计划") == "n-state"
    assert to(title="甲市扬尘管理办法", number="甲政发〔2020〕1号") == "n-rule"
    assert to(title="乙市锅炉管理办法") is None
    assert to(title="从未见过的文件") is None


def test_a_notice_does_not_refer_to_itself() -> None:
    library = Library([Reference("n-1", "甲市扬尘管理办法", "甲政发〔2026〕1号")])
    (found,) = resolve([Link(kind="cites", title="甲市扬尘管理办法", rule="t")], library, "n-1")
    assert found.to is None


def test_names_of_a_document() -> None:
    assert "空气质量再提升行动计划" in names_of("国务院关于印发〈空气质量再提升行动计划〉的通知")
    assert names_of("《甲市扬尘管理办法》解读") == frozenset()
    assert shown_title("国务院关于印发〈空气质量再提升行动计划〉的通知") == "空气质量再提升行动计划"
    assert shown_title("甲市扬尘管理办法") == "甲市扬尘管理办法"


@pytest.mark.parametrize(
    "body",
    [
        "《" * 300_000, "《甲乙丙丁戊己》" * 40_000, "〔2026〕" * 60_000,
        "国发〔2026〕18号" * 30_000,
        "根据" * 150_000, "《甲乙丙丁戊己庚》废止" * 25_000, "（" * 300_000, "\x00" * 1000,
    ],
)  # fmt: skip
def test_hostile_bodies_are_read_to_their_end(body: str) -> None:
    assert len(find_links(notice("关于废止《" * 50 + "甲", body))) <= 60
