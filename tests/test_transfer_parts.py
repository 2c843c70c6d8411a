"""The parts of the transfer engine: inflection, numerals, normalisation, brackets."""

from __future__ import annotations

import pytest

from pipeline.translate.transfer import brackets, numerals
from pipeline.translate.transfer import morphology as mo
from pipeline.translate.transfer.normalize import enumerator, normalize, to_arabic


@pytest.mark.parametrize(
    ("lemma", "cls", "renyo", "negative", "cut", "past"),
    [
        ("強化する", "suru", "強化し", "強化しない", "強化せず", "強化した"),
        ("高める", "ichidan", "高め", "高めない", "高めず", "高めた"),
        ("減らす", "godan", "減らし", "減らさない", "減らさず", "減らした"),
        ("行う", "godan", "行い", "行わない", "行わず", "行った"),
        ("従う", "godan", "従い", "従わない", "従わず", "従った"),
        ("築く", "godan", "築き", "築かない", "築かず", "築いた"),
        ("防ぐ", "godan", "防ぎ", "防がない", "防がず", "防いだ"),
        ("ある", "godan", "あり", "ない", "なく", "あった"),
        ("高い", "i", "高く", "高くない", "高くなく", "高かった"),
        ("有効である", "da", "有効であり", "有効ではない", "有効ではなく", "有効であった"),
    ],
)
def test_inflection(
    lemma: str, cls: mo.VerbClass, renyo: str, negative: str, cut: str, past: str
) -> None:
    assert mo.renyo(lemma, cls) == renyo
    assert mo.negative(lemma, cls) == negative
    assert mo.negative_renyo(lemma, cls) == cut
    assert mo.past(lemma, cls) == past


@pytest.mark.parametrize(
    ("lemma", "cls"),
    [("届け出る", "ichidan"), ("得る", "ichidan"), ("用いる", "ichidan"), ("図る", "godan"),
     ("削減する", "suru"), ("高い", "i"), ("有効である", "da"), ("行う", "godan")],
)  # fmt: skip
def test_class_from_the_ending(lemma: str, cls: mo.VerbClass) -> None:
    assert mo.guess_class(lemma) == cls


def test_passive_and_causative() -> None:
    assert mo.passive("焼却する", "suru") == ("焼却される", "ichidan")
    assert mo.passive("行う", "godan") == ("行われる", "ichidan")
    assert mo.causative("低下する", "suru") == ("低下させる", "ichidan")


@pytest.mark.parametrize(
    ("text", "ja"),
    [("二十八", "28"), ("一百零三", "103"), ("二〇二六", "2026"), ("十", "10"), ("两", "2"),
     ("百", "100")],
)  # fmt: skip
def test_chinese_numerals(text: str, ja: str) -> None:
    assert to_arabic(text) == ja


UNITS = {"吨": "トン", "万元": "万元", "个工作日": "営業日", "户": "戸", "微克/立方米": "μg/m³"}


@pytest.mark.parametrize(
    ("text", "ja"),
    [
        ("1.5亿吨", "1.5億トン"),
        ("二十个工作日", "20営業日"),
        ("3.5%～9%", "3.5%～9%"),
        ("百分之五十", "50%"),
        ("2031年6月30日", "2031年6月30日"),
        ("2021—2025年", "2021～2025年"),
        ("第五十二条第二款", "第52条第2項"),
        ("十六五", "第16次五カ年計画"),
        ("12万户", "12万戸"),
        ("30微克/立方米", "30μg/m³"),
        ("国发〔2031〕9号", "国発〔2031〕9号"),
    ],
)
def test_numeral_tokens(text: str, ja: str) -> None:
    found = numerals.find(text, UNITS, {"发": "発"})
    assert ja in [f.ja for f in found if (f.start, f.end) == (0, len(text))]


def test_normalisation_keeps_a_map_to_the_source() -> None:
    zh = "降 到１０％,即ＰＭ2.5"
    normalized = normalize(zh)
    assert normalized.text == "降到10%，即PM2.5"
    assert [zh[i] for i in normalized.source[:4]] == ["降", "到", "１", "０"]
    assert normalized.source[-1] == len(zh)


@pytest.mark.parametrize(
    ("text", "prefix"),
    [("一、总则", "1. "), ("（十六）强化", "(16)"), ("第三章监督", "第3章 "), ("1.目标", "1. "),
     ("1.5万吨", ""), ("第三条规定的", ""), ("第二十条企业", "第20条 "), ("强化", "")],
)  # fmt: skip
def test_enumerators(text: str, prefix: str) -> None:
    assert enumerator(text)[0] == prefix


def test_brackets_shield_punctuation_and_survive_imbalance() -> None:
    assert [part[2] for part in brackets.split("甲（乙，丙），丁", "，")] == ["，", ""]
    assert brackets.brackets("（（《") == []
    assert [tuple(p) for p in brackets.brackets("甲《乙（丙）》丁")] == [(1, 7)]
