"""Importance: points by the analysts' file, each with its reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.classify.cues import CueError
from pipeline.extract.plaintext import blocks_of_text
from pipeline.importance import Importance, Weights, highlights, importance, load_weights
from pipeline.model import Classification, Label, Link, Notice, PlaceLabel, Target
from pipeline.vocab import Vocabulary, load_vocabulary

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "glossary" / "importance.yml"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TARGET = Target(indicator="PM2.5", family="pm25", value="30", unit="μg/m3", clause="x")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(ROOT / "glossary")


@pytest.fixture(scope="module")
def weights(vocabulary: Vocabulary) -> Weights:
    return load_weights(FILE, vocabulary)


def notice(body: str = "正文。") -> Notice:
    return Notice(
        id="n-1", source_id="x", url=None, title="题", blocks=blocks_of_text(body),
        raw_sha256="0" * 64, fetched_at=EPOCH, extractor="test",
    )  # fmt: skip


def labels(place: str = "130200", **fields: Any) -> Classification:
    return Classification.model_validate(
        {
            "notice_id": "n-1", "relevance": Label(id="air", score=0.9, rule="t"), "level": "city",
            "document_type": "notice", "document_type_rule": "t", "version": "1",
            "places": (PlaceLabel(id=place, role="issuer", rule="t"),), **fields,
        }
    )  # fmt: skip


def score(
    vocabulary: Vocabulary, weights: Weights, body: str = "正文。", *,
    targets: int = 0, links: tuple[Link, ...] = (), deadline: str | None = None, **fields: Any,
) -> Importance:  # fmt: skip
    return importance(
        notice(body), labels(**fields), [TARGET] * targets, links, vocabulary, weights,
        deadline=deadline,
    )  # fmt: skip


def test_the_points_are_the_sum_of_the_reasons_and_the_first_weighs_most(
    vocabulary: Vocabulary, weights: Weights
) -> None:
    found = score(vocabulary, weights, document_type="plan", key_plan=True, targets=3)
    points = [reason.points for reason in found.reasons]
    assert found.score == sum(points)
    assert points == sorted(points, reverse=True)
    assert found.line.startswith(f"{found.score:g}点：重点計画（+5）、計画・方案（+4）")


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ({"document_type": "news"}, {"document_type": "plan"}),
        ({"level": "city"}, {"level": "central"}),
        ({"place": "410100"}, {"place": "130200"}),
        ({}, {"targets": 2}),
        ({}, {"body": "不得露天焚烧。"}),
        ({}, {"body": "2027年底前完成。"}),
        ({}, {"deadline": "2026-11-20"}),
        ({}, {"links": (Link(kind="implements", title="甲计划", rule="t"),)}),
    ],
)
def test_what_weighs_more(
    vocabulary: Vocabulary, weights: Weights, less: dict[str, Any], more: dict[str, Any]
) -> None:
    assert score(vocabulary, weights, **less).score < score(vocabulary, weights, **more).score


def test_many_targets_do_not_outweigh_everything(vocabulary: Vocabulary, weights: Weights) -> None:
    few, many = (score(vocabulary, weights, targets=n).score for n in (6, 600))
    assert few == many


def test_news_of_a_ban_bans_nothing(vocabulary: Vocabulary, weights: Weights) -> None:
    plain, told = (
        score(vocabulary, weights, body, document_type="news").score for body in ("", "严禁焚烧。")
    )
    assert plain == told


def test_a_county_of_a_partner_city_counts_as_the_city(
    vocabulary: Vocabulary, weights: Weights
) -> None:
    found = score(vocabulary, weights, place="120116")
    assert "連携地域（天津市）" in found.line


def test_candidates_are_the_best_above_the_line(weights: Weights) -> None:
    scored = [(f"2026-10-{n:03d}", Importance(float(n), ())) for n in range(1, 20)]
    found = highlights(scored, weights)
    assert [number for number, _ in found][:2] == ["2026-10-019", "2026-10-018"]
    assert len(found) == weights.highlights
    assert highlights([("2026-10-001", Importance(0.5, ()))], weights) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key_plan": "viel"}, "key_plan"),
        ({"document_type": {"poem": 3}}, "poem"),
        ({"measures": {"noise": 1}}, "noise"),
        ({"targets": {"each": 10_000, "max": 1}}, "targets each"),
        ({"level": ["city"]}, "level"),
    ],
)
def test_a_faulty_file_is_named_with_its_field(
    tmp_path: Path, vocabulary: Vocabulary, change: dict[str, Any], said: str
) -> None:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8")) | change
    path = tmp_path / "importance.yml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(CueError, match=rf"importance\.yml.*{said}"):
        load_weights(path, vocabulary)
