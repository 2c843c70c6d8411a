"""What verbs are done to decides between object and compound."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.translate.transfer import LexiconError, TransferEngine
from pipeline.translate.transfer.preferences import load_preferences
from pipeline.vocab import load_vocabulary

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary"


@pytest.fixture(scope="module")
def engine() -> TransferEngine:
    return TransferEngine(load_vocabulary(GLOSSARY), GLOSSARY / "lexicon", GLOSSARY / "patterns")


@pytest.mark.parametrize(
    ("zh", "said"),
    [
        ("建设主管部门应当加强检查。", "建設主管部門は"),
        ("监督施工质量的检查情况。", "施工"),
        ("检验机构应当保存检测数据三年。", "検査機関は"),
        ("使用单位应当办理备案。", "使用機関は"),
        ("重点排放单位有下列情形之一的，责令改正。", "重点排出事業者が"),
        ("加强车辆维修活动的监督。", "活動の監督"),
    ],
)
def test_a_verb_does_not_take_what_it_is_never_done_to(
    engine: TransferEngine, zh: str, said: str
) -> None:
    assert said in engine.translate(zh, "sentence").ja


@pytest.mark.parametrize(
    ("verb", "noun", "action", "sign"),
    [
        ("排放", "大气污染物", False, -1),
        ("排放", "单位", False, 1),
        ("施工", "质量", False, 1),
        ("开展", "监测", True, -1),
        ("排放", "云彩", False, 0),
        ("思考", "单位", False, 0),
    ],
)
def test_costs(verb: str, noun: str, action: bool, sign: int) -> None:
    cost = load_preferences(GLOSSARY / "patterns").cost(verb, noun, action)
    assert (cost > 0) - (cost < 0) == sign


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nouns: {}", "needs exactly the keys nouns, verbs, inert, impersonal"),
        ("nouns: {a: [x]}\nverbs: [{takes: [b], verbs: [y]}]", "no class 'b' under nouns"),
        ("nouns: {a: [x]}\nverbs: [{takes: [a]}]", "group 1 of verbs: needs a list verbs"),
        ("nouns: {a: [x]}\nverbs: []\ninert: [b]", "no class 'b' under nouns"),
        (
            "nouns: {a: [x]}\nverbs: [{takes: [a], verbs: [y]}, {takes: [], verbs: [y]}]",
            "y stands in two groups",
        ),
    ],
)
def test_bad_files_name_place_and_remedy(tmp_path: Path, text: str, says: str) -> None:
    rest = "".join(f"\n{key}: []" for key in ("inert", "impersonal") if key not in text)
    (tmp_path / "objects.yml").write_text(
        text if text == "nouns: {}" else text + rest, encoding="utf-8"
    )
    with pytest.raises(LexiconError, match=says):
        load_preferences(tmp_path)
