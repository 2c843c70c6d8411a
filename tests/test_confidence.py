"""Confidence means what it says, and the signs of a misread sentence are seen."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from fit_confidence import (
    NOMINAL,
    READINGS,
    USABLE,
    Reading,
    calibration_error,
    load,
    origins_of,
    out_of_fold,
)

from pipeline.model import CheckResult, Origin
from pipeline.translate import confidence_weights
from pipeline.translate.confidence import BASE, chance, confidence
from pipeline.translate.signals import signals
from pipeline.vocab import load_vocabulary

GLOSSARY = Path(__file__).resolve().parent.parent / "glossary"
ROWS = [json.loads(line) for line in READINGS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return load([READINGS], load_vocabulary(GLOSSARY))


def test_the_readings_are_many_long_and_rated() -> None:
    sentences = {row["zh"] for row in ROWS if row["kind"] not in NOMINAL}
    assert len(sentences) >= 200
    assert median(map(len, sentences)) >= 45
    assert {row["rating"] for row in ROWS} == {0, 1, 2, 3}
    assert len({(row["zh"], row["ja"]) for row in ROWS}) == len(ROWS)
    assert all(row["why"] for row in ROWS if row["rating"] == 0)


def test_confidence_is_the_share_that_is_right(readings: list[Reading]) -> None:
    """On sentences the model did not see while it was fitted."""
    for nominal, most, least in ((False, 0.08, 0.85), (True, 0.15, 0.85)):
        chosen = [one for one in readings if one.nominal == nominal]
        names = sorted(chosen[0].found)
        x = np.array([[one.found[name] for name in names] for one in chosen])
        y = np.array([float(one.rating >= USABLE) for one in chosen])
        p = out_of_fold(x, y, [one.zh for one in chosen])
        assert calibration_error(p, y) <= most
        taken = (p >= 0.8) & ~np.array([one.blocked for one in chosen])
        assert taken.sum() >= 15
        assert y[taken].mean() >= least
        assert y[taken].mean() - y[~taken].mean() >= 0.3


def test_the_weights_in_use_fit_the_readings(readings: list[Reading]) -> None:
    for nominal in (False, True):
        chosen = [one for one in readings if one.nominal == nominal]
        p = np.array([chance(one.found, nominal) for one in chosen])
        y = np.array([float(one.rating >= USABLE) for one in chosen])
        assert calibration_error(p, y) <= 0.1
    assert set(confidence_weights.SENTENCE) == set(readings[0].found)


def test_no_oddity_raises_confidence() -> None:
    good = {"legal"}
    for weights in (confidence_weights.SENTENCE, confidence_weights.NOMINAL):
        assert all(weight <= 0.5 for name, weight in weights.items() if name not in good)


def found_in(part: str, wrong: bool) -> dict[str, float]:
    """The signals of the first reading of a sentence that holds `part`, by its rating."""
    row = next(
        row for row in ROWS if part in row["zh"] and (row["rating"] < USABLE) == wrong
    )  # fmt: skip
    return signals(
        row["zh"], row["ja"], row["kind"], origins_of(row["origins"]), row["unknown_share"],
        row["flags"], (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("part", "signal"),
    [
        ("支持钢铁企业由长流程", "bare_head"),
        ("防治扬尘污染费用", "juxtaposed"),
        ("使用预拌混凝土", "juxtaposed"),
        ("原始监测记录保存期限", "split_noun"),
        ("处罚标准", "turned_pair"),
        ("接入燃烧装置", "extra_commas"),
        ("储能设施建设", "dangling"),
        ("远距离供热改造", "inverted"),
        ("绩效等级高的企业", "toward"),
    ],
)
def test_a_misread_sentence_shows_it(part: str, signal: str) -> None:
    assert found_in(part, wrong=True)[signal] > 0


@pytest.mark.parametrize("part", ["到2027年底，全市细颗粒物", "责令停产整治", "与2020年相比"])
def test_a_sound_sentence_shows_little(part: str) -> None:
    found = found_in(part, wrong=False)
    assert not any(found[name] for name in ("bare_head", "split_noun", "dangling", "two_objects"))


ZH, JA = "加强监测。", "モニタリングを強化する。"
WARNING = CheckResult(code="style", severity="warning", message="x")
BLOCKING = CheckResult(code="number_mismatch", severity="blocking", message="x")


def test_layers_and_findings_bound_confidence() -> None:
    assert confidence("human", ZH, ()) == confidence("memory", ZH, ()) == 1.0
    assert confidence("kanji", ZH, (), ja=JA) == 0.0
    assert confidence("argos", ZH, (), ja=JA) <= BASE["argos"]
    clean = confidence("transfer", ZH, (), ja=JA)
    assert clean > confidence("transfer", ZH, (WARNING,), ja=JA)
    assert confidence("transfer", ZH, (BLOCKING,), ja=JA) <= 0.3
    assert confidence("memory", ZH, (BLOCKING,)) <= 0.3
    assert confidence("memory", ZH, (WARNING,)) < 1.0
    assert clean > confidence("transfer", ZH, (), 0.2, ja=JA)
    assert clean > confidence("transfer", ZH, (), 0.0, ("fragments",), ja=JA)


@pytest.mark.parametrize(
    "text", ["", "。", "的" * 4000, "不" * 4000, "A、" * 3000, "（" * 3000, "，" * 4000, "\x00😀"]
)
def test_odd_text_has_signals_too(text: str) -> None:
    origins = [
        Origin(zh_start=i, zh_end=i + 1, ja_start=i, ja_end=i + 1, kind="lexicon")
        for i in range(min(len(text), 1_000))
    ]
    for spans in ((), origins, origins[::-1]):
        found = signals(text, text, "sentence", spans, 0.0, (), ())
        assert all(-1 <= value <= 3 for value in found.values())


def test_origins_beyond_the_text_are_left_alone() -> None:
    stray = Origin(zh_start=900, zh_end=950, ja_start=900, ja_end=950, kind="lexicon")
    assert signals(ZH, JA, "sentence", [stray], 0.0, (), ())["single"] == 0
