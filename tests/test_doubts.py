"""Labels near the line go to the analyst as 要確認: in the entry's warnings and in what is left
out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from conftest import ROOT

from pipeline.dates import month_window
from pipeline.entries import label_doubts
from pipeline.model import Classification, Label, LeftOut, Notice
from pipeline.render.phrases import left_out_ja
from pipeline.selection import Candidate, Elsewhere, select
from pipeline.vocab.measures import load_measures


def labels(**changed: object) -> Classification:
    values: dict[str, object] = {
        "notice_id": "n-1", "level": "city", "document_type": "notice",
        "document_type_rule": "x", "version": "1",
        "relevance": Label(id="air", score=0.62, rule="title-cue:尾气"),
        "measures": (
            Label(id="mobile", score=0.43, rule="x"), Label(id="industry", score=0.9, rule="x"),
        ),
        "considered": (Label(id="dust_area", score=0.35, rule="x"),),
    }  # fmt: skip
    return Classification.model_validate(values | changed)


def test_the_warning_names_what_to_check_and_how_sure_it_is() -> None:
    measures = load_measures(ROOT / "glossary" / "measures.yml")
    found = label_doubts(labels(doubts=("air", "mobile", "dust_area")), measures)
    assert found == [
        "大気分野の資料かどうか要確認（大気である確率62%）。",
        "措置区分は要確認：移動発生源対策（43%、付与）、粉じん・面的発生源対策（35%、付与せず）。",
    ]
    assert label_doubts(labels(), measures) == []


@pytest.mark.parametrize(("doubts", "marked"), [(("air",), True), ((), False)])
def test_a_doubtful_notice_is_marked_where_it_is_left_out(
    doubts: tuple[str, ...], marked: bool
) -> None:
    notice = Notice(
        id="n-1", source_id="x", url=None, title="综述", date_placed="2026-10-05",
        raw_sha256="", fetched_at=datetime(2026, 10, 6, tzinfo=UTC), extractor="t",
    )  # fmt: skip
    relevance = Label(id="not_air", score=0.4, rule="other-subject:water")
    found = select(
        [Candidate(notice, labels(relevance=relevance, measures=(), doubts=doubts))],
        month_window("2026-10", datetime(2026, 11, 1, tzinfo=UTC).date()),
        decisions={}, own_numbers={}, elsewhere=Elsewhere(frozenset(), {}), issued=False,
        sources={}, option="--month 2026-10",
    )  # fmt: skip
    (left,) = found.left_out
    assert isinstance(left, LeftOut)
    assert left_out_ja(left).startswith("要確認：") == marked
    assert "水環境" in left_out_ja(left)
