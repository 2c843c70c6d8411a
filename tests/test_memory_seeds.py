"""The set phrases of glossary/memory: sound, many, and used where no analyst has spoken."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import pytest

from pipeline.settings import Settings
from pipeline.steps.seeds import seed_faults
from pipeline.translate.cascade import Translator, build_translator
from pipeline.translate.memory import Memory, MemoryRow
from pipeline.translate.memory_file import SEED_COLUMNS, load_seeds
from pipeline.translate.memory_slots import frame_of, memory_key, name_finder, shape_of
from pipeline.vocab import Vocabulary, VocabularyError, load_vocabulary

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "glossary"


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    return load_vocabulary(GLOSSARY)


@lru_cache(maxsize=1)
def translator() -> Translator:
    settings = Settings(home=ROOT, data_dir=Path("/nonexistent"), bulletins_dir=Path("/none"))
    return build_translator(vocabulary(), GLOSSARY, settings)


def test_every_set_phrase_passes_every_check() -> None:
    assert seed_faults(GLOSSARY) == []


def test_there_are_many_and_nearly_all_figures_and_names_are_slots() -> None:
    seeds = load_seeds(GLOSSARY)
    assert len(seeds) >= 300
    names = name_finder(vocabulary())
    shapes = [(shape_of(memory_key(seed.zh), names), seed.ja) for seed in seeds]
    slotted = [frame_of(shape, ja) for shape, ja in shapes if shape.fillers]
    assert len(slotted) >= 150
    assert sum(frame is None for frame in slotted) <= 0.02 * len(slotted)
    patterns = [shape.pattern for shape, _ in shapes]
    assert len(set(patterns)) == len(patterns), "two set phrases for one pattern"


@pytest.mark.parametrize(
    ("zh", "kind", "ja"),
    [
        ("本办法自2027年3月1日起施行。", "legal", "本弁法は、2027年3月1日から施行する。"),
        (
            "本办法由广州市生态环境局负责解释。", "legal",
            "本弁法の解釈は、広州市生態環境局が行う。",
        ),
        (
            "情节严重的，处20万元以上100万元以下的罚款。", "legal",
            "情状の重い者は、20万元以上100万元以下の過料に処する。",
        ),
        (
            "现将《扬尘污染防治办法》予以公布，自2027年3月1日起施行。", "formula",
            "ここに「飛散粉じん汚染防止弁法」を公布し、2027年3月1日から施行する。",
        ),
        (
            "武汉市自2027年1月9日9时起解除重污染天气橙色预警。", "sentence",
            "武漢市は、2027年1月9日9時に重度汚染天気のオレンジ色警報を解除する。",
        ),
        (
            "2027年4月，全市PM2.5平均浓度为28微克/立方米，同比下降6.7%。", "sentence",
            "2027年4月、全市のPM2.5平均濃度は28μg/m³で、前年同期比で6.7%低下した。",
        ),
    ],
)  # fmt: skip
def test_other_dates_bodies_figures_and_titles_fit(zh: str, kind: str, ja: str) -> None:
    segment = translator().translate(zh, kind)  # type: ignore[arg-type]
    assert (segment.layer, segment.engine, segment.ja) == ("memory", "memory-seed-slots", ja)
    assert segment.accepted
    assert segment.confidence < 1


def test_an_analysts_row_comes_first_even_where_only_its_slots_fit() -> None:
    row = MemoryRow(
        "本办法自2026年1月1日起施行。", "この弁法は、2026年1月1日に施行する。", "legal", "田中",
        "2026-10-05",
    )  # fmt: skip
    names = name_finder(vocabulary())
    memory = Memory([row], names, load_seeds(GLOSSARY))
    settings = Settings(home=ROOT, data_dir=Path("/nonexistent"), bulletins_dir=Path("/none"))
    with_row = build_translator(vocabulary(), GLOSSARY, settings, memory)
    for zh in ("本办法自2026年10月1日起施行。", "本办法自2028年10月1日起施行。"):
        segment = with_row.translate(zh, "legal")
        assert segment.ja.startswith("この弁法は")
        assert segment.engine == "memory-slots"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([["甲。", "甲。", "formula", ""], ["甲。", "乙。", "formula", ""]], "already stands in"),
        ([["甲。", "", "formula", ""]], "field ja: is empty"),
        ([["甲。", "甲。", "phrase", ""]], "field kind"),
    ],
)
def test_a_faulty_file_is_named(tmp_path: Path, lines: list[list[str]], said: str) -> None:
    folder = tmp_path / "memory"
    folder.mkdir()
    with (folder / "own.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([SEED_COLUMNS, *lines])
    with pytest.raises(VocabularyError, match=said) as caught:
        load_seeds(tmp_path)
    assert "own.csv line" in str(caught.value)


def test_without_set_phrases_there_are_none(tmp_path: Path) -> None:
    assert load_seeds(tmp_path) == ()
