"""Consultations: until when and where to send, as the text gives it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.consultations import consultation, contact_lines
from pipeline.extract.plaintext import blocks_of_text
from pipeline.model import Classification, Contact, Label, Notice

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TITLE = "关于公开征求《甲市锅炉大气污染物排放标准（征求意见稿）》意见的通知"


def notice(title: str, body: str) -> Notice:
    return Notice(
        id="n-1", source_id="x", url=None, title=title, blocks=blocks_of_text(body),
        date_publication="2026-10-20", date_placed="2026-10-20",
        raw_sha256="0" * 64, fetched_at=EPOCH, extractor="test",
    )  # fmt: skip


def labels(document_type: str = "draft_for_comment") -> Classification:
    return Classification.model_validate(
        {
            "notice_id": "n-1", "relevance": Label(id="air", score=0.9, rule="t"), "level": "city",
            "document_type": document_type, "document_type_rule": "t", "version": "1",
        }
    )  # fmt: skip


def contact(body: str) -> Contact:
    found = consultation(notice(TITLE, body), labels())
    assert found is not None
    return found.contact


def test_all_parts_of_a_block_of_contacts() -> None:
    body = (
        "请于2026年11月30日前将意见反馈我局。\n联 系 人：王某某\n"
        "联系电话：022-00000001、00000002\n传真：022-00000003\n电子邮箱：daqi@sthj.example\n"
        "通讯地址：甲市南开区复康路某号，邮编：300000"
    )
    found = consultation(notice(TITLE, body), labels())
    assert found is not None
    assert found.deadline == "2026-11-30"
    assert found.document == "甲市锅炉大气污染物排放标准（征求意见稿）"
    assert contact_lines(found.contact) == (
        "電子メール：daqi@sthj.example",
        "郵送：甲市南开区复康路某号（郵便番号300000）",
        "電話：022-00000001、00000002",
        "FAX：022-00000003",
        "担当：王某某",
    )


def test_contacts_in_running_text() -> None:
    found = contact(
        "可通过以下方式提出：（一）登录甲市生态环境局网站“意见征集”专栏；"
        "（二）信函寄至甲市复康路某号大气处（邮政编码300000）；（三）发送至邮箱a_b@sthj.example。"
        "联系人及电话：大气处 李某，（022）00000004。"
    )
    assert found.platform == "甲市生态环境局网站"
    assert found.address == "甲市复康路某号大气处"
    assert found.email == "a_b@sthj.example"
    assert found.phone == "（022）00000004"


def test_an_address_in_brackets_behind_the_addressee() -> None:
    found = contact(
        "可以将意见寄送省人大常委会法制工作委员会（甲市维明南大街某号，邮政编码：050000）。"
    )
    assert (found.address, found.postcode) == ("甲市维明南大街某号", "050000")


def test_what_is_not_given_is_absent() -> None:
    found = contact("有关意见请书面反馈。")
    assert found == Contact()
    assert contact_lines(found) == ()


def test_an_electronic_address_is_no_postal_one() -> None:
    assert contact("电子邮件地址：a@b.example。").address is None


@pytest.mark.parametrize(
    ("title", "document_type"),
    [
        ("甲市扬尘管理办法", "law"),
        ("《甲市扬尘管理办法》征求意见情况解读", "interpretation"),
        ("甲市召开征求意见座谈会", "news"),
    ],
)
def test_other_notices_are_no_consultations(title: str, document_type: str) -> None:
    assert consultation(notice(title, "邮箱：a@b.example"), labels(document_type)) is None


@pytest.mark.parametrize(
    "body",
    [
        "", "a" * 300_000, "电话" * 100_000, "地址：" * 80_000, "1" * 300_000, "a@" * 100_000,
        "联系人：" + "甲" * 200_000, "登录" * 100_000, "https://" * 30_000, "寄至（" * 60_000,
    ],
)  # fmt: skip
def test_hostile_bodies_are_read_to_their_end(body: str) -> None:
    assert consultation(notice(TITLE, body), labels()) is not None
