"""Constructions of plans, notices and cover letters, each with a sentence of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.translate.transfer import TransferEngine
from pipeline.vocab import load_vocabulary

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary"


@pytest.fixture(scope="module")
def engine() -> TransferEngine:
    return TransferEngine(load_vocabulary(GLOSSARY), GLOSSARY / "lexicon", GLOSSARY / "patterns")


@pytest.mark.parametrize(
    ("zh", "ja"),
    [
        # what cannot act does nothing to an object
        ("完善对环境受害者的法律援助制度。", "環境被害者に対する法律援助制度を整備する。"),
        ("实行有利于节能的价格政策。", "省エネに資する価格政策を実行する。"),
        # a verb that changes a quality does not stand before it in one word
        ("各城市进一步改善空气质量。", "各都市は大気質をさらに改善する。"),
        # resultative 好
        ("落实好清洁运输补贴政策。", "クリーン輸送補助政策を着実に実行する。"),
        # a problem told in a clause
        ("着力解决企业拖延治理的问题。", "力を入れて企業が対策を引き延ばす問題を解決する。"),
        # a list of actions before the action on them all
        ("加强涂料生产、销售、使用环节监管。", "塗料生産及び販売・使用段階監督管理を強化する。"),
        # a denial stops before what is said with an adverb of its own
        ("不予办理备案或者依法取缔。", "届出を処理せず、又は法に基づき取り締まる。"),
    ],
)
def test_clauses(engine: TransferEngine, zh: str, ja: str) -> None:
    assert engine.translate(zh, "sentence").ja == ja
