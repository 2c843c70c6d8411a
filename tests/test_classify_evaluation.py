"""The evaluator of labelled notices, and the floors the product must keep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.classify import Analyzer
from pipeline.classify.labelled import NoticesError, notice_of, read_notices
from pipeline.classify.measures import LONG, MeasureStage
from pipeline.classify.relevance import RelevanceStage
from pipeline.classify.train import LONG_PRIOR, fit, labelled, train
from pipeline.classify.weights import weights_of
from pipeline.classify.words import data_of, fit_words, words_of
from pipeline.evaluation.notices import calibration_error, evaluate_notices, family_of
from pipeline.vocab import Vocabulary, load_vocabulary

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "glossary"
GOLD = ROOT / "tests" / "gold"
CORPUS = ROOT.parent / "shared" / "corpus" / "notices_dev.jsonl"
CORPUS_FLOORS = {
    "relevance_f1": 0.99,
    "measures_micro_f1": 0.82,
    "places_f1": 0.93,
    "level_accuracy": 0.97,
    "doc_type_accuracy": 0.96,
    "targets_f1": 0.88,
    "targets_precision": 0.90,
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(GLOSSARY)


def line(**changes: Any) -> dict[str, Any]:
    record = {
        "id": "x",
        "title": "沈阳市空气质量持续改善行动计划",
        "body": "一、目标\n到2030年，沈阳市PM2.5浓度比2025年下降10%，NOx和VOCs排放总量下降8%。",
        "date": "2026-01-05",
        "url": None,
        "relevance": "air",
        "measure_types": ["plan_target"],
        "places": ["沈阳市", "辽宁省"],
        "level": "city",
        "doc_type": "plan",
        "key_plan": True,
        "targets": [
            {"indicator": "PM2.5浓度", "value": "-10", "unit": "%", "base_year": "2025",
             "target_year": "2030"},
            {"indicator": "NOx和VOCs排放总量", "value": "-8", "unit": "%", "base_year": "",
             "target_year": "2030"},
            {"indicator": "治理资金", "value": "3", "unit": "亿元", "base_year": "",
             "target_year": ""},
        ],
    }  # fmt: skip
    record.update(changes)
    return record


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def test_a_right_answer_scores_full(vocabulary: Vocabulary, tmp_path: Path) -> None:
    path = write(tmp_path / "gold.jsonl", line())
    figures = evaluate_notices(path, vocabulary, GLOSSARY / "cues")
    assert figures["n"] == 1
    for name in ("relevance_f1", "level_accuracy", "doc_type_accuracy", "places_f1",
                 "key_plan_f1", "targets_f1", "targets_precision"):  # fmt: skip
        assert figures[name] == 1.0, name
    assert "measures_macro_f1" not in figures


def test_wrong_answers_are_counted_and_written(vocabulary: Vocabulary, tmp_path: Path) -> None:
    wrong = line(
        level="central", doc_type="law", places=["沈阳市", "虚构之城"], key_plan=False,
        targets=[{"indicator": "PM2.5浓度", "value": "-11", "unit": "%"}],
    )  # fmt: skip
    path, errors = write(tmp_path / "gold.jsonl", wrong), tmp_path / "errors.jsonl"
    figures = evaluate_notices(path, vocabulary, GLOSSARY / "cues", errors)
    assert figures["level_accuracy"] == figures["doc_type_accuracy"] == 0.0
    assert figures["places_f1"] == 0.5
    assert figures["targets_f1"] == 0.0
    missed = [json.loads(text) for text in errors.read_text(encoding="utf-8").splitlines()]
    assert {m["what"] for m in missed} >= {"level", "doc_type", "places", "targets", "key_plan"}
    assert any(m["given"] == "unresolvable name" for m in missed)


def test_labels_are_judged_on_air_records_alone(vocabulary: Vocabulary, tmp_path: Path) -> None:
    other = line(relevance="not_air", measure_types=["industry"], targets=[])
    path = write(tmp_path / "gold.jsonl", line(), other)
    figures = evaluate_notices(path, vocabulary, GLOSSARY / "cues")
    assert figures["relevance_accuracy"] == 0.5
    assert figures["targets_f1"] == 1.0


def test_a_title_may_leave_measure_types_open(vocabulary: Vocabulary, tmp_path: Path) -> None:
    title = line(body="", targets=[])
    del title["measure_types"]
    figures = evaluate_notices(write(tmp_path / "gold.jsonl", title), vocabulary, GLOSSARY / "cues")
    assert "measures_micro_f1" not in figures
    assert figures["places_f1"] == figures["doc_type_accuracy"] == 1.0


def test_the_product_sees_four_fields_alone() -> None:
    notice = notice_of(line(document_number="国发〔2020〕1号", date="2021"))
    assert notice.document_number is None
    assert notice.date_publication == "2021"
    assert notice_of(line(date="去年")).date_publication is None


@pytest.mark.parametrize(
    ("indicator", "unit", "family"),
    [
        ("优良天数比率", "%", "aqi_days"),
        ("重度及以上污染天数", "天", "heavy_days"),
        ("氮氧化物排放总量", "%", "nox"),
        ("散煤替代", "万户", "households"),
        ("淘汰柴油货车", "万辆", "vehicles"),
        ("钢铁产能", "万吨", "capacity"),
        ("集中供热普及率", "%", "other"),
    ],
)
def test_families(indicator: str, unit: str, family: str) -> None:
    assert family_of(indicator, unit) == family


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "line 1"),
        ('{"title": "x"}', "body"),
        ("", "no notice"),
        ("3", "title"),
    ],
)
def test_a_malformed_file_is_named(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(NoticesError, match=words):
        read_notices(path)
    with pytest.raises(NoticesError, match="cannot be read"):
        read_notices(tmp_path / "absent.jsonl")


def test_own_gold_keeps_its_floors(vocabulary: Vocabulary) -> None:
    floors = json.loads((GOLD / "floors.json").read_text(encoding="utf-8"))["notices"]
    for name, wanted in floors.items():
        figures = evaluate_notices(ROOT / name, vocabulary, GLOSSARY / "cues")
        for metric, floor in wanted.items():
            assert float(str(figures[metric])) >= floor, (name, metric, figures[metric])


def test_open_corpus_keeps_its_floors(vocabulary: Vocabulary) -> None:
    if not CORPUS.is_file():
        pytest.skip(f"{CORPUS} is absent: the labelled real notices are not part of the project")
    figures = evaluate_notices(CORPUS, vocabulary, GLOSSARY / "cues")
    for metric, floor in CORPUS_FLOORS.items():
        assert float(str(figures[metric])) >= floor, (metric, figures[metric])


def test_the_trainer_learns_what_tells_the_classes_apart() -> None:
    rows = [{"a": 1.0, "b": 1.0}, {"a": 1.0}, {"b": 1.0}, {}] * 5
    weights = fit(rows, [1, 1, 0, 0] * 5, {"": 0.1})
    assert weights["a"] > 2 > abs(weights["b"])
    assert weights["bias"] < 0


def test_plain_words_tell_what_no_cue_names() -> None:
    texts = [
        {"泊位", "今年"},
        {"泊位", "靠泊"},
        {"泊位"},
        {"炉渣", "今年"},
        {"炉渣"},
        {"炉渣", "窑"},
    ]
    truth = [{"mobile"}] * 3 + [{"industry"}] * 3
    model, others = fit_words(texts, truth, ["mobile", "industry"])
    assert set(model.weights) == {"泊位", "炉渣"}, "words of one or two notices tell no subject"
    seen = model.scores({"泊位", "未见"})
    assert seen["mobile"] > 0.7 > 0.3 > seen["industry"]
    assert model.scores(set())["mobile"] == model.means["mobile"] == 0.5
    assert words_of(data_of(model)) == model
    for words, score in zip(texts, others, strict=True):
        seen = model.scores(words)
        assert abs(score["mobile"] - 0.5) < abs(seen["mobile"] - 0.5), (
            "a text never speaks for itself"
        )


def test_an_example_is_named_by_its_id_else_by_its_title(vocabulary: Vocabulary) -> None:
    analyzer = Analyzer(vocabulary, GLOSSARY / "cues")
    untold = {name: value for name, value in line().items() if name != "id"}
    names = [one.name for one in labelled(analyzer, [line(), untold])]
    assert names == ["x", line()["title"]]


def test_training_gives_a_usable_model_and_the_same_each_time(vocabulary: Vocabulary) -> None:
    analyzer = Analyzer(vocabulary, GLOSSARY / "cues")
    records = read_notices(GLOSSARY / "labelled" / "notices.jsonl")[:40]
    examples = labelled(analyzer, records)
    model = train(examples)
    assert model == train(labelled(analyzer, records))
    assert model["relevance"]["weights"]["title_air"] > 0
    assert model["measures"]["weights"]["title"] > 0
    assert set(model["measures"]["offsets"]) == set(vocabulary.measures.by_id)


def test_long_texts_move_what_is_expected_of_them(vocabulary: Vocabulary) -> None:
    analyzer = Analyzer(vocabulary, GLOSSARY / "cues")
    records = read_notices(GLOSSARY / "labelled" / "notices.jsonl")
    short, long = records[:40], [one for one in records if len(str(one["body"])) > LONG]
    unseen = train(labelled(analyzer, short))
    assert unseen["long"] == {
        "bias": LONG_PRIOR["bias"],
        "weights": {name: value for name, value in LONG_PRIOR.items() if name != "bias"},
    }
    seen = train(labelled(analyzer, [*short, *long]))
    assert seen["long"]["weights"]["chapter"] > unseen["long"]["weights"]["chapter"]
    assert seen["measures"] == unseen["measures"], "short texts have a model of their own"


def test_the_calibration_error_is_the_distance_of_promise_and_fact() -> None:
    assert calibration_error([(1.0, True), (0.0, False)]) == 0
    assert calibration_error([(0.9, True), (0.9, False)]) == pytest.approx(0.4)
    kept = [(0.75, True)] * 3 + [(0.75, False)]
    assert calibration_error(kept) == pytest.approx(0)
    assert calibration_error([*kept, *[(0.25, True)] * 4]) == pytest.approx(0.375)


def test_probabilities_mean_what_they_say_on_notices_not_trained_on(
    vocabulary: Vocabulary,
) -> None:
    analyzer = Analyzer(vocabulary, GLOSSARY / "cues")
    examples = labelled(analyzer, read_notices(GLOSSARY / "labelled" / "notices.jsonl"))
    tools = analyzer.tools
    air: list[tuple[float, bool]] = []
    given: list[tuple[float, bool]] = []
    for fold in range(5):
        weights = weights_of(train([one for turn, one in enumerate(examples) if turn % 5 != fold]))
        relevance = RelevanceStage(tools.relevance, weights.relevance)
        measures = MeasureStage(tools.measures, weights)
        for one in examples[fold::5]:
            air.append((relevance.probability(one.relevance), bool(one.air)))
            if one.labels is None:
                continue
            scored, count = measures.weigh(one.measures, one.label_signals.__getitem__)
            given += [(label.score, label.label in one.labels) for label in scored[:count]]
    assert calibration_error(air) < 0.04
    assert calibration_error(given) < 0.08
