"""Confidence means what it says, and the signs of a misread sentence are seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fit_confidence import (
    NOMINAL,
    READINGS,
    USABLE,
    Reading,
    calibration_error,
    load,
    out_of_fold,
    proposal_of,
    read_rows,
)

from pipeline.model import CheckResult, Origin
from pipeline.settings import Settings
from pipeline.translate import confidence_weights
from pipeline.translate.confidence import BASE, chance, confidence
from pipeline.translate.engine import Effort, Proposal
from pipeline.translate.signals import signals
from pipeline.vocab import load_vocabulary

GLOSSARY = Path(__file__).resolve().parent.parent / "glossary"
MISREAD = READINGS.with_name("misread.jsonl")
"""Renderings of an earlier engine, kept as examples of what the signals see."""
ROWS = read_rows([READINGS])
GATE = Settings.model_fields["accept_confidence"].default


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return load([READINGS], load_vocabulary(GLOSSARY))


def test_the_readings_are_many_long_and_rated() -> None:
    sentences = {row["zh"] for row in ROWS if row["kind"] not in NOMINAL}
    assert len(sentences) >= 200
    assert sum(len(zh) >= 45 for zh in sentences) >= 150
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
        taken = (p >= GATE) & ~np.array([one.blocked for one in chosen])
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
    for weights in (confidence_weights.SENTENCE, confidence_weights.NOMINAL):
        assert max(weights.values()) <= 0


def found_in(part: str, wrong: bool) -> dict[str, float]:
    """The signals of the example that holds `part`, by its rating."""
    row = next(
        row
        for row in read_rows([MISREAD])
        if part in row["zh"] and (row["rating"] < USABLE) == wrong
    )
    return signals(row["zh"], row["kind"], proposal_of(row), ())


@pytest.mark.parametrize(
    ("part", "signal"),
    [
        ("支持钢铁企业由长流程", "bare_head"),
        ("从事服装干洗", "juxtaposed"),
        ("动态更新，逐一销号", "split_noun"),
        ("整治内容及要求", "turned_pair"),
        ("给予通行便利", "extra_commas"),
        ("改造完成率不低于八成", "dangling"),
        ("远距离供热改造", "inverted"),
        ("原则上要同步建设铁路专用线", "toward"),
        ("建立恶臭异味扰民问题台账", "relative"),
        ("半封闭式硅锰合金", "scrambled"),
        ("（三）申请程序", "unsteady"),
        ("由四级调整为三级", "strain"),
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
    plain = Proposal(JA)
    assert confidence("kanji", ZH, (), plain) == 0.0
    assert confidence("argos", ZH, (), plain) <= BASE["argos"]
    clean = confidence("transfer", ZH, (), plain)
    warned = confidence("transfer", ZH, (WARNING,), plain, "heading")
    assert confidence("transfer", ZH, (), plain, "heading") > warned
    assert confidence("transfer", ZH, (BLOCKING,), plain) <= 0.3
    assert confidence("memory", ZH, (BLOCKING,)) <= 0.3
    assert confidence("memory", ZH, (WARNING,)) < 1.0
    for doubt in (
        Proposal(JA, unknown_share=0.2), Proposal(JA, flags=("fragments",)),
        Proposal(JA, effort=Effort(16.0, 10)),
    ):  # fmt: skip
        assert clean > confidence("transfer", ZH, (), doubt)
    steady, unsteady = (Proposal(JA, effort=Effort(1.0, 3, share)) for share in (1.0, 0.6))
    assert confidence("transfer", ZH, (), steady, "heading") > confidence(
        "transfer", ZH, (), unsteady, "heading"
    )


@pytest.mark.parametrize(
    "text", ["", "。", "的" * 4000, "不" * 4000, "A、" * 3000, "（" * 3000, "，" * 4000, "\x00😀"]
)
def test_odd_text_has_signals_too(text: str) -> None:
    origins = [
        Origin(zh_start=i, zh_end=i + 1, ja_start=i, ja_end=i + 1, kind="lexicon")
        for i in range(min(len(text), 1_000))
    ]
    for spans in ((), origins, origins[::-1]):
        found = signals(text, "sentence", Proposal(text, origins=tuple(spans)), ())
        assert all(-1 <= value <= 3 for value in found.values())


def test_origins_beyond_the_text_are_left_alone() -> None:
    stray = Origin(zh_start=900, zh_end=950, ja_start=900, ja_end=950, kind="lexicon")
    assert signals(ZH, "sentence", Proposal(JA, origins=(stray,)), ())["single"] == 0
