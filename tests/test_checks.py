"""The checks catch what matters and stay quiet on sound Japanese."""

from __future__ import annotations

import pytest
from small_vocabulary import small_vocabulary

from pipeline.checks import has_blocking, run_checks
from pipeline.issues import Code
from pipeline.model import CheckResult


def findings(zh: str, ja: str, kind: str = "sentence") -> tuple[CheckResult, ...]:
    return run_checks(zh, ja, kind, small_vocabulary())  # type: ignore[arg-type]


def codes(zh: str, ja: str) -> set[str]:
    return {check.code for check in findings(zh, ja) if check.severity == "blocking"}


SOUND = [
    ("全年压减煤炭消费2.8万吨。", "通年で石炭消費を2万8000トン削減する。"),
    ("处五千元以上五万元以下的罚款。", "5000元以上5万元以下の過料に処する。"),
    ("淘汰国三及以下排放标准车辆1,200辆。", "国家第3段階以下の排出基準の車両1200台を淘汰する。"),
    ("“十四五”期间完成百分之二十。", "第14次五カ年計画期間中に20%を完了する。"),
    ("（十六）强化管理", "(16)管理の強化"),
    ("第二十三条 禁止露天焚烧。", "第23条 野焼きを禁止する。"),
    ("2027年底前完成改造。", "2027年末までに改造を完了する。"),
    ("PM2.5浓度由38微克/立方米降至33微克/立方米。", "PM2.5濃度を38μg/m³から33μg/m³に低下させる。"),
    ("浓度不低于一级标准的，应当报告。", "1級基準を下回らない場合は、報告しなければならない。"),
    ("各单位应当采取措施。", "各事業者は措置を講じなければならない。"),
    ("不断提高监测水平。", "モニタリングの水準を絶えず高める。"),
    ("工作时间为8:00至18:30。", "作業時間は8時から18時30分までとする。"),
    ("深圳市发布通知。", "深圳市が通知を公布した。"),
    ("二氧化硫和一氧化碳浓度达标。", "二酸化硫黄及び一酸化炭素の濃度が基準を達成した。"),
    ("每辆车补贴3万元。", "1台当たり3万元を補助する。"),
    ("暂不具备条件的地区除外。", "条件を備えていない地域は、この限りでない。"),
]


@pytest.mark.parametrize(("zh", "ja"), SOUND)
def test_sound_japanese_is_not_blocked(zh: str, ja: str) -> None:
    assert codes(zh, ja) == set()


@pytest.mark.parametrize(
    ("zh", "ja", "code"),
    [
        ("下降10%。", "11%低下させる。", Code.NUMBER_MISMATCH),
        ("投资3.5亿元。", "投資額は3.5万元である。", Code.NUMBER_MISMATCH),
        ("投资3.5亿元。", "投資する。", Code.NUMBER_MISMATCH),
        ("第十二条 规定如下。", "第11条 規定は次のとおり。", Code.NUMBER_MISMATCH),
        ("“十五五”时期推进。", "第14次五カ年計画期間中に推進する。", Code.NUMBER_MISMATCH),
        ("依据环发〔2025〕3号文件。", "環発〔2025〕8号文書に基づく。", Code.NUMBER_MISMATCH),
        ("产量为800至1200吨。", "生産量は1200から800トンとする。", Code.NUMBER_MISMATCH),
        ("甲乙两地分别下降10%和5%。", "両地はそれぞれ5%、10%低下させる。", Code.NUMBER_MISMATCH),
        ("PM2.5浓度下降。", "PM10濃度を低下させる。", Code.NUMBER_MISMATCH),
        ("提高2.3个百分点。", "2.3%上昇した。", Code.NUMBER_MISMATCH),
        ("于6月30日前报送。", "6月30日以降に提出する。", Code.DATE_MISMATCH),
        ("自2026年1月1日起施行。", "2026年1月1日まで施行する。", Code.DATE_MISMATCH),
        ("自2026年1月1日起施行。", "2026年11月1日から施行する。", Code.DATE_MISMATCH),
        ("至次年3月31日。", "同年3月31日までとする。", Code.DATE_MISMATCH),
        ("浓度为30微克/立方米。", "濃度は30mg/m³である。", Code.UNIT_MISMATCH),
        ("有效期5年。", "有効期間は5カ月とする。", Code.UNIT_MISMATCH),
        ("新增200万千瓦。", "200万kWhを新たに設ける。", Code.UNIT_MISMATCH),
        ("不得排放污染物。", "汚染物質を排出しなければならない。", Code.NEGATION_LOST),
        ("原则上不再新建锅炉。", "原則としてボイラーを新設する。", Code.NEGATION_LOST),
        ("未取得许可的，不得排放。", "許可を得た場合は、排出してはならない。", Code.NEGATION_LOST),
        ("未达标城市制定规划。", "基準達成の都市は計画を策定する。", Code.NEGATION_LOST),
        ("推进改造。", "改造を禁止する。", Code.NEGATION_LOST),
        ("除应急抢险外，停止作业。", "緊急復旧は作業を停止する。", Code.EXCEPTION_LOST),
        ("原则上采用清洁运输。", "クリーン輸送を採用する。", Code.EXCEPTION_LOST),
        ("不强制推行。", "推進しない。", Code.EXCEPTION_LOST),
        ("力争达到80%。", "80%とする。", Code.EXCEPTION_LOST),
        ("所有企业应当安装。", "企業は設置しなければならない。", Code.NUMBER_MISMATCH),
        ("半数以上的加油站完成改造。", "ガソリンスタンドは改造を完了する。", Code.NUMBER_MISMATCH),
        ("到2025年，比重达20%左右。", "2025年までに、割合を20%とする。", Code.DIRECTION_CHANGED),
        ("到2025年，比重达20%。", "2025年以降、割合を20%とする。", Code.DATE_MISMATCH),
        ("甲下降20%，乙下降15%。", "甲を15%、乙を20%低下させる。", Code.NUMBER_MISMATCH),
        ("二氧化硫浓度达标。", "二酸化窒素の濃度が基準を達成した。", Code.NUMBER_MISMATCH),
        ("应当采取措施。", "措置を講じなくてもよい。", Code.NEGATION_LOST),
        ("浓度下降4%。", "濃度が4%上昇した。", Code.DIRECTION_CHANGED),
        ("浓度下降4%，比率上升2%。", "濃度が4%上昇し、割合が2%低下した。", Code.DIRECTION_CHANGED),
        ("比例不低于80%。", "割合を80%以下とする。", Code.DIRECTION_CHANGED),
        ("控制在30天以内。", "30日以上とする。", Code.DIRECTION_CHANGED),
        ("县级以上人民政府负责。", "県級以下の人民政府が担当する。", Code.DIRECTION_CHANGED),
        ("推进超低排放改造。", "超低排放改造を推進する。", Code.TERM_FORBIDDEN),
        ("加强大气污染治理。", "大気污染対策を強化する。", Code.RESIDUAL_CHINESE),
        ("加强监测。", "監測を加強する。", Code.RESIDUAL_CHINESE),
        ("加强大气污染治理工作。", "大気汚染対策対策対策対策を強化する。", Code.REPETITION),
        ("全面加强各类工业企业大气污染防治设施的运行管理。", "強化する。", Code.LENGTH_RATIO),
        ("加强管理。", "", Code.UNTRANSLATED),
    ],
)  # fmt: skip
def test_an_error_is_blocked(zh: str, ja: str, code: Code) -> None:
    assert code in codes(zh, ja)


def test_a_missing_term_is_a_warning_only() -> None:
    found = findings("加强大气污染治理。", "空気の汚れへの取組を強化する。")
    missing = {check.zh for check in found if check.code == Code.TERM_MISSING}
    assert missing == {"大气污染", "治理"}
    assert not has_blocking(found)


def test_an_admitted_form_is_accepted() -> None:
    found = findings("治理挥发性有机物。", "VOCを処理する。")
    assert not [check for check in found if check.code in (Code.TERM_MISSING, Code.TERM_FORBIDDEN)]


def test_style_findings_never_block() -> None:
    found = findings("加强管理。", "管理を強化します")
    assert found
    assert not has_blocking(found)


@pytest.mark.parametrize(
    ("ja", "part"),
    [
        ("都市で対策を強化し、監督に、。", "助詞と係り先"),
        ("濃度を低下する取組を進める。", "自動詞・他動詞"),
        ("企業は、物質を処理廃棄物を協同する。", "目的語"),
        ("車両の走行の走行を禁止する。", "同じ語が続いている"),
        ("大気汚染対策の強化。", "述語が抜けていないか"),
        ("の対策を強化する。", "助詞と係り先"),
    ],
)
def test_a_broken_sentence_says_where_to_look(ja: str, part: str) -> None:
    found = findings("加强大气污染治理工作。", ja)
    assert any(part in check.message for check in found)
    assert all(check.severity == "warning" for check in found if check.code == Code.STYLE)


@pytest.mark.parametrize(
    "ja",
    [
        "大気汚染対策を強化し、施設を改造する企業を支援する。",
        "本市を対象として、計画を策定しなければならない。",
        "各地は、それぞれ対策を実施する。",
    ],
)
def test_a_sound_sentence_has_no_remark_of_style(ja: str) -> None:
    assert not [c for c in findings("加强大气污染治理工作。", ja) if c.code == Code.STYLE]


def test_messages_are_japanese_and_name_the_figure() -> None:
    found = findings("下降10%。", "11%低下させる。")
    assert "原文の数値「10%」が訳文にない" in [check.message for check in found]


HOSTILE = [
    "", "。", "5" * 5000, "一" * 5000, "（" * 3000, "不得" * 2000, "啊" * 5000, "\x00\u202e😀",
    "1" + ",000" * 1500, "十" * 4000, "12:" * 2000, "除" * 3000 + "外",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_odd_text_is_checked_without_failing(text: str) -> None:
    for zh, ja in ((text, text), (text, "訳文。"), ("原文不得10%。", text)):
        findings(zh, ja)
