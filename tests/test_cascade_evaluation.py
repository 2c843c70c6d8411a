"""The evaluator judges by its own tables: a perfect translator scores full, a liar does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from small_vocabulary import small_vocabulary

from pipeline.checks import has_blocking, run_checks
from pipeline.evaluation import figures
from pipeline.evaluation.terms import evaluate_terms
from pipeline.evaluation.translation import (
    EvaluationError,
    Result,
    evaluate_invariants,
    evaluate_translation,
)
from pipeline.settings import Settings
from pipeline.translate.cascade import Translator, build_translator
from pipeline.translate.engine import Availability, Proposal, Request
from pipeline.translate.memory import Memory
from pipeline.vocab import load_vocabulary

GOLD = Path(__file__).parent / "gold"
SHARED = Path(__file__).parents[2] / "shared" / "translation"


class Dictionary:
    name = "transfer"
    version = "1"

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known

    def available(self) -> Availability:
        return Availability(True)

    def translate(self, requests: Sequence[Request]) -> list[Proposal | None]:
        return [Proposal(self.known[r.zh]) if r.zh in self.known else None for r in requests]


def translator(known: dict[str, str]) -> Translator:
    return Translator([Dictionary(known)], Memory(), None, small_vocabulary(), gate=0.5)


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def references(path: Path) -> Translator:
    return translator({str(row["zh"]): str(row["ja"]) for row in rows(path)})


def test_the_own_gold_references_are_sound() -> None:
    """Each reference agrees with its own fields, and the product's checks hardly ever block it."""
    path = GOLD / "pairs.jsonl"
    assert len(rows(path)) >= 80
    result = evaluate_translation(path, references(path), small_vocabulary())
    assert result["chrf"] == pytest.approx(100, abs=0.01)
    for name in ("numbers_kept", "negation_kept", "direction_kept"):
        assert result[name] == 1.0
    assert result["residual_chinese"] == 0.0
    assert result["invariant_errors_accepted"] == 0
    assert result["accepted"] >= 0.9
    assert set(result["by_kind"]) >= {"title", "heading", "target", "measure", "legal", "formula"}


@pytest.mark.parametrize("name", ["pairs_dev", "pairs_real_dev"])
def test_open_references_are_hardly_ever_blocked(name: str) -> None:
    path = SHARED / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is absent: the open reference pairs are not part of the project")
    result = evaluate_translation(path, references(path), small_vocabulary())
    assert result["invariant_errors_accepted"] == 0
    blocked = [
        row["zh"]
        for row in rows(path)
        if has_blocking(run_checks(str(row["zh"]), str(row["ja"]), "sentence", small_vocabulary()))
    ]
    assert len(blocked) <= 1


SWAPS = (("低下", "上昇"), ("ならない", "よい"), ("以上", "以下"), ("以内", "以上"))


def corrupt(ja: str) -> str:
    for before, after in SWAPS:
        if before in ja:
            return ja.replace(before, after, 1)
    return "".join("7" if char.isdigit() else char for char in ja)


def test_corrupted_references_are_not_accepted() -> None:
    path = GOLD / "pairs.jsonl"
    chosen = [row for row in rows(path) if row["numbers"] or row["direction"]]
    lying = translator({str(row["zh"]): corrupt(str(row["ja"])) for row in chosen})
    accepted = [
        row["zh"]
        for row in chosen
        if corrupt(str(row["ja"])) != row["ja"] and lying.translate(str(row["zh"])).accepted
    ]
    assert len(accepted) <= len(chosen) * 0.05


def test_an_unfaithful_line_counts_against_the_accepted(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    line = {
        "zh": "完成20项。", "ja": "20件を完了する。", "kind": "sentence", "numbers": ["21"],
        "negation": True, "direction": "up", "terms": [["项", "件"], ["完成", "達成"]],
    }  # fmt: skip
    path.write_text(json.dumps(line), encoding="utf-8")
    out = tmp_path / "out.jsonl"
    result = evaluate_translation(
        path, translator({"完成20项。": "20件を完了する。"}), small_vocabulary(), out=out
    )
    assert result["numbers_kept"] == result["negation_kept"] == result["direction_kept"] == 0.0
    assert result["invariant_errors_accepted"] == 1
    assert result["reference_terms"] == 0.5
    assert "term_accuracy" not in result
    assert json.loads(out.read_text(encoding="utf-8"))["layer"] == "transfer"


def test_a_refused_line_scores_its_text_without_the_mark(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"zh": "大气", "ja": "大気", "kind": "heading"}\n', encoding="utf-8")
    result = evaluate_translation(path, translator({}), small_vocabulary())
    assert result["chrf"] == pytest.approx(100)
    assert result["accepted"] == 0.0
    assert "chrf_accepted" not in result


def test_invariants_tell_a_flagged_failure_from_a_silent_one(tmp_path: Path) -> None:
    path = tmp_path / "invariants.jsonl"
    lines = [
        {"zh": zh, "kind": "number", "must_contain_any": [["5件", "五件"]],
         "must_not_contain": ["50件"]}
        for zh in ("共五件。", "共查处五件。", "计五件。", "约有若干。")
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    known = {"共五件。": "５件。", "共查处五件。": "6件。", "计五件。": "多数。"}
    result = evaluate_invariants(path, translator(known), small_vocabulary())
    assert result["passed"] == 0.25
    assert result["silent_errors"] == 1
    assert result["by_kind"]["number"]["n"] == 4


def test_terms_are_scored_by_form_and_cover(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(
        "zh,ja,category\n治理,対策,a\n污染,汚染,a\n监测,モニタリング,b\n", encoding="utf-8"
    )
    known = {"治理": "処理", "污染": "よごれ"}
    result = evaluate_terms(path, translator(known), small_vocabulary())
    assert result["exact"] == pytest.approx(1 / 3, abs=1e-4)
    assert result["covered"] == pytest.approx(2 / 3, abs=1e-4)
    assert result["by_kind"]["b"]["covered"] == 0.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "line 1: no JSON"),
        ('{"zh": "甲"}', "field ja is missing"),
        ("[1]", "field zh is missing"),
        ("", "holds no line"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=message):
        evaluate_translation(path, translator({}), small_vocabulary())
    with pytest.raises(EvaluationError, match="cannot be read"):
        evaluate_invariants(tmp_path / "absent", translator({}), small_vocabulary())
    with pytest.raises(EvaluationError):
        evaluate_terms(path, translator({}), small_vocabulary())


def test_an_unknown_engine_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="available: transfer"):
        evaluate_translation(GOLD / "pairs.jsonl", translator({}), small_vocabulary(), "deepl")


@pytest.mark.parametrize(
    ("wanted", "text", "kept"),
    [
        ("20000", "2万元以上", True),
        ("20000", "20,000元", True),
        ("20000", "二万元", True),
        ("20000", "20万元", False),
        ("10%", "10%", True),
        ("10%", "110%", False),
        ("10%", "10ポイント", False),
        ("10%", "10~20%", True),
        ("14", "第14次五カ年計画", True),
        ("14", "第13次五カ年計画", False),
        ("2025年", "2025年まで", True),
        ("2025年", "12025年", False),
        ("2018年1月1日", "2018年1月1日", True),
        ("2018年1月1日", "2018年11月1日", False),
        ("2", "2.立法", True),
        ("0.4", "0.4程度", True),
        ("235000000", "2億3500万元", True),
    ],
)
def test_figures_are_read_in_every_spelling(wanted: str, text: str, kept: bool) -> None:
    assert figures.number_kept(wanted, figures.plain(text)) is kept


def test_residual_chinese_is_seen_outside_quoted_originals() -> None:
    assert figures.residual_chinese(figures.plain("大気污染"))
    assert not figures.residual_chinese(figures.plain("大気汚染（原文：大气污染）"))
    assert not figures.residual_chinese(figures.plain("深圳市、瀋陽市"))


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    root = Path(__file__).parents[1]
    data = tmp_path_factory.mktemp("data")
    settings = Settings(home=root, data_dir=data, bulletins_dir=data)
    return build_translator(load_vocabulary(root / "glossary"), root / "glossary", settings)


MOST = ("invariant_errors_accepted", "residual_chinese_accepted", "silent_errors")
"""Metrics of which less is better: their floor is a ceiling."""


@pytest.mark.parametrize(
    ("section", "file", "evaluate"),
    [
        ("translation", "pairs.jsonl", evaluate_translation),
        ("invariants", "invariants.jsonl", evaluate_invariants),
    ],
)
def test_the_product_keeps_its_floors(
    product: Translator, section: str, file: str, evaluate: Callable[..., Result]
) -> None:
    floors = json.loads((GOLD / "floors.json").read_text(encoding="utf-8"))[section]
    result = evaluate(GOLD / file, product, product.vocabulary)
    missed = {
        name: (result[name], floor)
        for name, floor in floors.items()
        if (result[name] > floor if name in MOST else result[name] < floor)
    }
    assert not missed


@pytest.mark.parametrize(("name", "floor"), [("pairs_dev", 45), ("pairs_real_dev", 25)])
def test_open_pairs_reach_their_marks(product: Translator, name: str, floor: float) -> None:
    path = SHARED / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is absent: the open reference pairs are not part of the project")
    result = evaluate_translation(path, product, product.vocabulary)
    assert result["chrf"] >= floor
    assert result["invariant_errors_accepted"] == 0
