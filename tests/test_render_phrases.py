"""The Japanese of remarks, rules and sources in an issue's coverage and lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from render_fixture import bulletin

from pipeline.model import Coverage, Health, LeftOut, SourceStatus
from pipeline.render.names import HEALTH_JA
from pipeline.render.phrases import remark_ja, rule_ja, source_ja
from pipeline.render.sheets import sheets

ROOT = Path(__file__).resolve().parents[1]
URL = "https://hbj.example/list?a=1"


def test_every_health_has_a_name() -> None:
    wanted = {*get_args(Health), *get_args(Coverage.model_fields["health"].annotation)}
    named = {name for name in wanted if isinstance(name, str)}
    assert "spider_error" in named
    assert named | (set(get_args(SourceStatus)) - {"active", "retired"}) <= HEALTH_JA.keys()
    assert HEALTH_JA["spider_error"] == "収集処理の失敗"


@pytest.mark.parametrize(
    ("message", "ja"),
    [
        (f"blocked with status 412 at {URL}", f"閲覧を拒否された（状態コード412、{URL}）"),
        (f"no such host: hbj.example ({URL})", f"ホスト名hbj.exampleを解決できない（{URL}）"),
        (f"column {URL} is empty", f"一覧に項目がない（{URL}）"),
        (
            f"not fetched: 1, blocked, robots.txt forbids this page ({URL})",
            f"取得できないページ：1件（遮断。例：robots.txtにより取得が禁じられている（{URL}））",
        ),
        (
            f"2 in the window, 3 promised; list page 2: status 404 at {URL}",
            f"対象期間内は2件（想定は3件以上）；一覧の2ページ目：状態コード404（{URL}）",
        ),
        (
            "declared manual; 毎月5日に確認する。",
            "「手動確認」として登録している；毎月5日に確認する。",
        ),
        (
            f"no repeated dated links found at {URL}; searched instead: 4 found, 3 of them in the "
            "window",
            f"日付のある一覧が見当たらない（{URL}）；サイト内検索で補完した（4件、うち対象期間内3件）",
        ),
        (
            f"searched instead, without an answer: status 500 at {URL}",
            f"サイト内検索も読み取れない（状態コード500（{URL}））",
        ),
        ("something new: 3", "something new: 3"),
    ],
)
def test_remarks_are_japanese(message: str, ja: str) -> None:
    assert remark_ja(message) == ja


def test_a_source_without_remark_and_a_hostile_one() -> None:
    assert remark_ja(None) is None
    deep = "list page 1: " * 20_000
    told = remark_ja(deep)
    assert told is not None
    assert told.startswith("一覧の1ページ目：")
    assert remark_ja("(http://" * 30_000) == "(http://" * 30_000


@pytest.mark.parametrize(
    ("rule", "ja"),
    [
        ("veto:procurement", "対象外（調達・入札）"),
        ("other-subject:water", "他分野が主題（水環境）"),
        ("title-cue:扬尘", "題名の語「扬尘」"),
        ("no usable date", "使用できる日付がない"),
        ("excluded by 田中: 対象外", "田中が除外：対象外"),
        ("excluded by 田中: -", "田中が除外"),
        ("veto:new-rule", "対象外（new-rule）"),
        ("domain:water", "domain:water"),
    ],
)
def test_rules_are_japanese(rule: str, ja: str) -> None:
    assert rule_ja(rule) == ja


def test_every_veto_and_subject_of_the_cues_has_a_name() -> None:
    cues = yaml.safe_load((ROOT / "glossary/cues/relevance.yml").read_text(encoding="utf-8"))
    rules = [f"veto:{veto['id']}" for veto in cues["vetoes"]]
    rules += [f"other-subject:{subject}" for subject in cues["others"]]
    assert not [rule for rule in rules if re.search("[a-z]", rule_ja(rule))]


def test_a_notice_added_by_hand_shows_where_it_is_from() -> None:
    assert source_ja("manual", "https://www.mee.example/1.html") == "www.mee.example"
    assert source_ja("manual", None) == "手動追加"
    assert source_ja("manual", "http://[") == "手動追加"
    assert source_ja("天津市生態環境局", URL) == "天津市生態環境局"


def test_the_titles_column_stands_only_where_a_title_was_rendered() -> None:
    given = LeftOut(
        notice_id="n-1", title="关于采购的公告", source="manual", url=None, score=0.03,
        rule="veto:procurement", command="geppo include n-1",
    )  # fmt: skip
    for title_ja, shown in ((None, False), ("調達に関する公告", True)):
        issue = bulletin().model_copy(
            update={"left_out": (given.model_copy(update={"title_ja": title_ja}),), "unplaced": ()}
        )
        listed = next(sheet for sheet in sheets(issue, [], {}) if sheet.name == "除外一覧")
        assert ("題名（和訳・未校閲）" in [column.title for column in listed.columns]) is shown
        assert all(len(row) == len(listed.columns) for row in listed.rows)
        assert "対象外（調達・入札）" in listed.rows[0]
