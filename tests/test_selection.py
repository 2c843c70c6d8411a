from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from notices import labels, notice

from pipeline.dates import month_window, span_window
from pipeline.model import Copy
from pipeline.review.events import Decision
from pipeline.selection import Candidate, Elsewhere, Selection, placement, select

MONTH = month_window("2026-10", date(2026, 11, 5))
NOWHERE = Elsewhere(frozenset(), {})
URL = "https://sthj.tj.example/a/1.html"


def choose(*candidates: Candidate, **options: Any) -> Selection:
    values: dict[str, Any] = {
        "decisions": {}, "own_numbers": {}, "elsewhere": NOWHERE, "issued": False,
        "sources": {}, "option": "--month 2026-10",
    }  # fmt: skip
    window = options.pop("window", MONTH)
    return select(candidates, window, **(values | options))


def candidate(url: str = URL, *, air: bool = True, **fields: Any) -> Candidate:
    item = notice(url, fields.pop("title", "关于印发方案的通知"), **fields)
    return Candidate(item, labels(item, air=air))


@pytest.mark.parametrize(
    ("placed", "expected"),
    [
        ("2026-10-01", "inside"), ("2026-10-31", "inside"), ("2026-09-30", "outside"),
        ("2026-11-01", "outside"), ("2026-10", "inside"), ("2026-11", "outside"),
        ("2026", "unknown"), ("2025", "outside"), (None, "unknown"),
    ],
)  # fmt: skip
def test_placement_in_a_month(placed: str | None, expected: str) -> None:
    assert placement(notice(URL, "甲", date_publication=placed), MONTH) == expected


def test_a_year_lies_inside_a_window_that_holds_it() -> None:
    item = notice(URL, "甲", date_publication="2019")
    assert placement(item, span_window("1990-01..2026-12")) == "inside"


def test_distractors_are_left_out_with_score_rule_and_command() -> None:
    item = candidate(air=False, date_publication="2026-10-05", title="招标公告")
    result = choose(item)
    assert result.chosen == ()
    [left] = result.left_out
    assert (left.title, left.score, left.rule) == ("招标公告", 0.1, "title-cue:大气")
    assert left.command == f"geppo include {item.notice.id} --month 2026-10"


def test_undated_is_unplaced_for_a_month_and_kept_in_a_window() -> None:
    item = candidate()
    assert [x.notice_id for x in choose(item).unplaced] == [item.notice.id]
    [kept] = choose(item, window=span_window("1990-01..2026-12")).chosen
    assert kept.undated


def test_an_issued_month_still_lists_what_it_could_not_place() -> None:
    assert len(choose(candidate(), issued=True).unplaced) == 1


def test_undated_distractor_is_listed_too() -> None:
    assert len(choose(candidate(air=False)).left_out) == 1


def decision(include: bool, label: str = "2026-10") -> dict[str, Decision]:
    key = notice(URL, "x").id
    return {key: Decision(include=include, label=label, who="田中", reason="水質")}


def test_include_beats_labels_and_date() -> None:
    assert choose(candidate(air=False), decisions=decision(True)).chosen
    assert choose(
        candidate(date_publication="2026-10-05", air=False), decisions=decision(True, "x")
    ).chosen


def test_include_for_another_issue_does_not_move_the_date() -> None:
    other = candidate(date_publication="2026-08-05")
    assert not choose(other, decisions=decision(True, "2026-08")).chosen


def test_exclude_beats_everything_and_says_who_and_why() -> None:
    item = candidate(date_publication="2026-10-05")
    result = choose(item, decisions=decision(False), own_numbers={item.notice.id: "2026-10-001"})
    assert result.chosen == ()
    assert result.left_out[0].rule == "excluded by 田中: 水質"


def test_a_notice_printed_in_another_month_is_not_printed_again() -> None:
    item = candidate(date_publication="2026-10-05")
    assert not choose(item, elsewhere=Elsewhere(frozenset({item.notice.id}), {})).chosen


def test_nor_is_one_whose_copy_was_printed() -> None:
    printed = notice("https://mee.example/1", "甲")
    copy = Copy(source_id="mee", url="https://mee.example/1")
    item = candidate(date_publication="2026-10-05", also_at=(copy,))
    assert not choose(item, elsewhere=Elsewhere(frozenset({printed.id}), {})).chosen


def test_a_special_issue_may_repeat_what_months_printed() -> None:
    item = candidate(date_publication="2026-10-05")
    window = span_window("2026-01..2026-12")
    assert choose(item, window=window, elsewhere=Elsewhere(frozenset({item.notice.id}), {})).chosen


def test_a_latecomer_joins_the_open_draft_of_its_month() -> None:
    own = {"n-other": "2026-10-001"}
    item = candidate(date_publication="2026-10-05")
    assert [c.late for c in choose(item, own_numbers=own).chosen] == [False]


def test_after_issue_a_latecomer_goes_to_the_next_month_as_supplement() -> None:
    item = candidate(date_publication="2026-10-05")
    assert not choose(item, issued=True).chosen
    november = month_window("2026-11", date(2026, 12, 5))
    issued = Elsewhere(frozenset(), {"2026-10": datetime(2026, 11, 10, tzinfo=UTC)})
    [kept] = choose(item, window=november, elsewhere=issued).chosen
    assert kept.late


def test_a_month_never_issued_makes_no_supplement() -> None:
    november = month_window("2026-11", date(2026, 12, 5))
    assert not choose(candidate(date_publication="2026-10-05"), window=november).chosen


def test_an_issued_month_keeps_its_own_entries() -> None:
    item = candidate(date_publication="2026-10-05")
    assert choose(item, issued=True, own_numbers={item.notice.id: "2026-10-001"}).chosen
