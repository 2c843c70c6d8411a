"""Constructions that read smoothly when misread: rendered soundly, or not accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.settings import Settings
from pipeline.translate.cascade import Translator, build_translator
from pipeline.translate.kanji import to_kanji
from pipeline.translate.pitfalls import pitfalls
from pipeline.translate.templates.headings import heading_sentence
from pipeline.vocab import load_vocabulary

GLOSSARY = Path(__file__).resolve().parent.parent / "glossary"


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(
        home=home, data_dir=home / "data", bulletins_dir=home / "out", argos_dir=home / "none"
    )
    return build_translator(load_vocabulary(GLOSSARY), GLOSSARY, settings)


@pytest.mark.parametrize(
    ("zh", "said"),
    [
        ("未按期完成的实施停产治理。", "しなかった場合は"),
        ("未按证排污的依法从严处罚。", "処罰する"),
        ("达不到排放标准的依法关停。", "達しなかった場合は"),
        ("改善幅度不足1微克的不予奖励。", "未満である場合は、奨励しない"),
        ("验收不合格的项目，不予拨付资金。", "プロジェクトに対しては、"),
        ("抽查散煤使用率为零，山区不高于3%。", "ゼロであり、"),
        ("严厉打击治污设施不正常运行等违法行为。", "不正常な運転等の違法行為"),
    ],
)
def test_cases_without_a_comma_and_denied_modifiers(
    translator: Translator, zh: str, said: str
) -> None:
    assert said in translator.translate(zh).ja


@pytest.mark.parametrize(
    "zh",
    [
        "被处罚两次以上的施工单位，列入黑名单。",
        "完成一家、销号一家。",
        "完成改造的工序，不再参与错峰生产。",
        "只有经检验合格的车辆，方可上路行驶。",
        "重污染天数不得多于上年。",
        "并非所有企业都需要停产。",
        "既不能一关了之，也不能放任不管。",
    ],
)
def test_what_is_misread_is_not_accepted(translator: Translator, zh: str) -> None:
    assert not translator.translate(zh).accepted


@pytest.mark.parametrize(
    ("zh", "sound", "wrong"),
    [
        ("未按证排污的依法从严处罚。", "従わない場合は、厳格に処罰する。", "厳格化は処罰しない。"),
        ("使用率为零。", "使用率はゼロである。", "使用率を検査する。"),
        ("整改一个、销号一个。", "1件是正するごとに抹消する。", "1件及び抹消1件を是正する。"),
        ("提升精细化管理水平", "きめ細かな管理の水準の向上", "水準のきめ細かな管理の向上"),
        ("对3家未落实的企业处罚。", "実行しない3社を処罰する。", "3社が実行しない企業を処罰する。"),
        ("淘汰时限", "淘汰の期限", "期限の淘汰"),
        (
            "只有合格车辆，方可行驶。",
            "合格車両に限り、走行できる。",
            "合格車両があり、走行できる。",
        ),
        ("不得多于去年。", "前年を上回ってはならない。", "前年としてはならない。"),
        (
            "非经批准不得拆除。",
            "承認を受けずに撤去してはならない。",
            "承認を経て撤去してはならない。",
        ),
        ("不再受理申请。", "以後、申請を受理しない。", "申請を受理しない。"),
    ],
)
def test_a_pitfall_is_named_only_where_one_fell(zh: str, sound: str, wrong: str) -> None:
    assert pitfalls(zh, sound) == ()
    assert pitfalls(zh, wrong)


@pytest.mark.parametrize(
    ("zh", "number"),
    [
        ("钢铁工业大气污染物排放标准（DB14/ 1929—2026）", "DB14/1929—2026"),
        ("锅炉大气污染物排放标准（DB11/T 447-2015）", "DB11/T 447-2015"),
        ("工作指南（T/CAEPI 12—2020）", "T/CAEPI 12—2020"),
    ],
)
def test_numbers_of_standards_stay(translator: Translator, zh: str, number: str) -> None:
    assert number in translator.translate(zh, "heading").ja


def test_quarters_of_a_year(translator: Translator) -> None:
    for zh in ("2026年四季度环境空气质量状况", "2026年4季度环境空气质量状况"):
        assert "2026年第4四半期" in translator.translate(zh, "title").ja


@pytest.mark.parametrize("zh", ["2026年3月2日", "2026年3月2日印发", "天津市人民政府办公厅"])
def test_a_signature_or_date_is_no_sentence(translator: Translator, zh: str) -> None:
    assert not translator.translate(zh).ja.endswith("。")


def test_a_heading_names_no_notice_twice() -> None:
    assert heading_sentence("某市", "対策の通知", "notice") == "某市が「対策の通知」を発出した。"
    assert heading_sentence("某市", "対策の公告", "announcement").endswith("」を公表した。")
    assert heading_sentence("", "対策の通知", "notice") == "「対策の通知」が発出された。"


def test_xiamen_has_one_form() -> None:
    assert to_kanji("厦门大厦") == "厦門大厦"


def test_headings_have_the_brackets_of_the_style_guide(translator: Translator) -> None:
    ja = translator.translate("（二）工业源治理（2026年底前完成）", "heading").ja
    assert ja.startswith("（2）")
    assert ja.endswith("）")
    assert "(" not in ja
