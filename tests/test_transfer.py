"""The transfer engine on sentences of every construction it claims, and on hostile input."""

from __future__ import annotations

import csv
import json
import unicodedata
from pathlib import Path

import pytest
from sacrebleu.metrics import CHRF

from pipeline.model import SegmentKind
from pipeline.translate.transfer import LexiconError, TransferEngine
from pipeline.vocab import load_vocabulary

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "glossary"
SHARED = ROOT.parent / "shared" / "translation"


@pytest.fixture(scope="module")
def engine() -> TransferEngine:
    return TransferEngine(load_vocabulary(GLOSSARY), GLOSSARY / "lexicon", GLOSSARY / "patterns")


@pytest.mark.parametrize(
    ("zh", "kind", "ja"),
    [
        ("加强餐饮油烟治理。", "sentence", "飲食店の油煙対策を強化する。"),
        ("应当定期检查锅炉。", "sentence", "ボイラーを定期的に検査しなければならない。"),
        ("不得擅自拆除除尘设备。", "sentence", "集じん設備を無断で撤去してはならない。"),
        ("本条例自2031年5月1日起施行。", "formula", "本条例は、2031年5月1日から施行する。"),
        ("（三）完善预警机制", "heading", "(3)警報メカニズムの整備"),
        ("第二章 监督管理", "heading", "第2章 監督管理"),
        (
            "构成犯罪的，依法追究刑事责任。",
            "legal",
            "犯罪を構成した場合は、法に基づき刑事責任を追及する。",
        ),
    ],
)
def test_whole_sentences(engine: TransferEngine, zh: str, kind: SegmentKind, ja: str) -> None:
    assert engine.translate(zh, kind).ja == ja


@pytest.mark.parametrize(
    ("zh", "parts", "absent"),
    [
        # negation, prohibition, exception
        ("未按照规定报告的，不予受理。", ["しなかった場合は", "受理しない"], []),
        ("未配备或者未正常使用防尘设施的，责令改正。", ["配備せず", "使用しなかった"], []),
        ("严禁露天焚烧垃圾。", ["厳禁する"], ["奨励"]),
        ("除应急救援外，不再审批新建项目。", ["除き", "ない"], []),
        ("但是，法律另有规定的除外。", ["別段の定め", "この限りでない"], []),
        # coordination and its scope
        ("优化产业和能源结构。", ["及び", "最適化する"], ["と、"]),
        ("生产、销售或者进口不合格油品的，处罚款。", ["生産", "販売", "又は", "輸入"], []),
        # serial verbs, pivots
        ("鼓励企业采用先进技术。", ["企業が", "採用することを奨励する"], []),
        ("责令企业停止生产。", ["企業に", "停止するよう命じる"], []),
        ("加快推进清洁取暖。", ["推進を加速する"], []),
        # 将, 以…为, 对…进行, 由, 在…内
        ("将扬尘治理费用纳入预算。", ["を予算に組み入れる"], []),
        ("以改善空气质量为核心，加强管理。", ["改善を中核とし"], []),
        ("对重点企业进行检查。", ["重点企業に対し", "検査を行う"], []),
        ("由市政府负责。", ["が", "担当する"], []),
        ("在三个工作日内报告。", ["3営業日以内に"], []),
        # modality shared over a chain
        ("企业应当建立台账，记录数据。", ["構築し", "記録しなければならない"], ["ならず"]),
        # relative clauses
        ("排放污染物的单位应当登记。", ["排出する機関は"], []),
        # numbers, units, comparison, direction
        ("力争到2030年，优良天数比率达到90%以上。", ["2030年までに", "90%以上", "目指す"], []),
        ("比2025年下降12%左右。", ["2025年比", "12%程度", "低下"], ["上昇"]),
        ("处二万元以上十万元以下的罚款。", ["2万元以上10万元以下の"], []),
        ("淘汰20蒸吨/小时以下锅炉40台。", ["20蒸気トン/時以下", "40台"], []),
        ("同比上升1.5个百分点。", ["前年同期比", "1.5ポイント", "上昇した"], ["低下"]),
        ("“十六五”期间继续减排。", ["第16次五カ年計画"], ["十六五"]),
        ("根据环大气〔2031〕7号文件，制定本方案。", ["〔2031〕7号"], []),
        ("控制在25微克/立方米以内。", ["25μg/m³以内"], []),
        ("记录保存期限不得少于三年。", ["保存期限は、3年以上と", "ならない"], []),
        ("三分之一以上的企业完成改造。", ["3分の1以上"], []),
        ("低于排放标准百分之三十的，减按百分之七十五征收。", ["30%", "75%"], ["100分の"]),
        ("每日7:30至19:30禁止通行。", ["7:30から19:30まで"], []),
        ("整改问题35个，建设充电站20个。", ["35件", "20か所"], ["個"]),
        ("“2+26”城市空气质量同比改善。", ["「2+26」"], []),
        ("根据津环发〔2031〕3号文件，制定本方案。", ["津环发〔2031〕3号の文書に基づき"], []),
        # compounds: an action before a shell noun, before its object, after a verb
        ("依据污染预报信息，发布预警。", ["汚染予報情報に基づき"], ["予報し"]),
        ("检查处理固体废物的企业。", ["固形廃棄物を処理する企業を検査する"], []),
        ("检测单位应当登记。", ["検査機関は"], ["を検"]),
        ("生活垃圾处理率不低于60%。", ["処理率を60%以上"], []),
        # a clause that leans on the next
        ("市政府应当会同有关部门，制定方案。", ["市政府は、", "共同で", "策定しなければ"], []),
        ("应当按照国家有关规定，采取措施。", ["国の関係規定に従い"], ["規定し"]),
        ("从事爆破作业，不得污染大气。", ["に当たっては"], []),
        # relative clauses
        ("划定禁止使用高排放机械的区域。", ["使用を禁止する地域を画定"], []),
        ("其他负有监督管理职责的部门负责。", ["その他の監督管理職責を負う部門は"], []),
        ("报告生态环境部门。", ["生態環境部門に報告"], []),
        # negation: its scope, permission, two verbs with one object
        ("企业可以不予公开。", ["公開しないことができる"], []),
        ("未经检验合格的，不得使用。", ["合格していな"], ["受けずに合格"]),
        ("未安装设备、不正常使用设备或者未采取措施的，处罚款。", ["せず"], ["設置し、"]),
        # results
        ("1-6月PM2.5浓度较去年同期下降5%。", ["低下した"], ["させ"]),
    ],
)
def test_constructions(
    engine: TransferEngine, zh: str, parts: list[str], absent: list[str]
) -> None:
    ja = engine.translate(zh, "sentence").ja
    assert [part for part in parts if part not in ja] == [], ja
    assert [part for part in absent if part in ja] == [], ja


@pytest.mark.parametrize(
    ("zh", "ja"),
    [
        ("大连市召开臭氧污染防治推进会 整治露天焚烧与餐饮油烟",
         "大連市、オゾン汚染防止推進会議を開催\u3000野焼き及び飲食店の油煙の整備"),
        ("保护蓝天——大连市启动移动源整治专项行动",
         "青空の保護――大連市、移動発生源整備特別行動を開始"),
    ],
)  # fmt: skip
def test_the_parts_of_a_headline_are_read_apart(engine: TransferEngine, zh: str, ja: str) -> None:
    assert engine.translate(zh, "title").ja == ja


def test_a_season_compared_is_an_aim_where_it_is_a_target(engine: TransferEngine) -> None:
    zh = "2026年10月至2027年3月，全市PM2.5平均浓度同比下降4%。"
    assert engine.translate(zh, "target").ja.endswith("低下させる。")
    assert engine.translate(zh, "sentence").ja.endswith("低下した。")


@pytest.mark.parametrize(
    ("zh", "ja"),
    [("质量", "質"), ("城市", "都市"), ("货车", "貨物車"), ("产品", "製品"), ("运输", "輸送"),
     ("办法", "弁法"), ("措施", "措置"), ("结构", "構造"), ("水平", "水準"), ("单位", "機関")],
)  # fmt: skip
def test_false_friends_are_words(engine: TransferEngine, zh: str, ja: str) -> None:
    answer = engine.translate(zh, "title")
    assert answer.ja == ja
    assert answer.unknown_share == 0


def test_unknown_words_are_counted_and_marked(engine: TransferEngine) -> None:
    answer = engine.translate("加强魑魅魍魉治理。", "sentence")
    assert answer.unknown_share == pytest.approx(4 / 8)
    assert any(origin.kind == "kanji" for origin in answer.origins)


def test_origins_lie_in_both_texts_and_in_order(engine: TransferEngine) -> None:
    zh = " 第三条  全市PM2.5浓度下降１０％（含开发区），由《某某办法》规定。"
    answer = engine.translate(zh, "sentence")
    assert answer.origins
    at = 0
    for origin in answer.origins:
        assert 0 <= origin.zh_start < origin.zh_end <= len(zh)
        assert at <= origin.ja_start < origin.ja_end <= len(answer.ja)
        at = origin.ja_end


@pytest.mark.parametrize(
    "zh",
    ["", " ", "。。。，，，；", "（（（《《“", "））》》”", "12345", "-" * 300, "🌫️🚗",
     "\x00\x07\u200b",
     "The quick brown fox; 100% <b>", "不不不不不得不得", "的的的的的的", "（" * 2000, "，" * 3000,
     "由由由对对对将将将在在在", "加強環境保護，減少污染", "一二三四五六七八九十" * 50],
)  # fmt: skip
def test_odd_input_never_fails(engine: TransferEngine, zh: str) -> None:
    kinds: tuple[SegmentKind, ...] = ("sentence", "title", "heading")
    for kind in kinds:
        answer = engine.translate(zh, kind)
        assert 0 <= answer.unknown_share <= 1


def test_long_input_grows_linearly_and_is_cut_with_a_flag(engine: TransferEngine) -> None:
    answer = engine.translate("加强企业排放污染物监测管理" * 600, "sentence")
    assert "too_long" in answer.flags


def test_effort_tells_hard_sentences_from_plain_ones(engine: TransferEngine) -> None:
    plain = engine.translate("加强移动源污染防治。", "measure").effort
    hard = engine.translate(
        "对限期整改仍不达标拒不改正的该淘汰未淘汰的依规处置到位。", "measure"
    ).effort
    assert 0 < plain.words < hard.words
    assert plain.cost / plain.words < hard.cost / hard.words
    assert plain.steady == 1.0
    assert engine.translate("加强移动源污染防治", "heading").effort.steady > 0.9


def test_deterministic(engine: TransferEngine) -> None:
    zh = "各有关部门要加强协作，依法查处违法行为，推进企业转型升级。"
    again = TransferEngine(load_vocabulary(GLOSSARY), GLOSSARY / "lexicon", GLOSSARY / "patterns")
    assert engine.translate(zh, "measure") == again.translate(zh, "measure")


def test_bad_data_names_file_and_remedy(tmp_path: Path) -> None:
    vocabulary = load_vocabulary(GLOSSARY)
    with pytest.raises(LexiconError, match="no lexicon files"):
        TransferEngine(vocabulary, tmp_path, GLOSSARY / "patterns")
    (tmp_path / "a.csv").write_text("zh,ja\n环境,環境\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="first line"):
        TransferEngine(vocabulary, tmp_path, GLOSSARY / "patterns")
    header = "zh,ja,pos,class,frame,noun,notes\n"
    (tmp_path / "a.csv").write_text(header + "环境,環境,zz,,,,\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"a\.csv:2: unknown pos 'zz'"):
        TransferEngine(vocabulary, tmp_path, GLOSSARY / "patterns")
    (tmp_path / "grammar.yml").write_text('rules: [{r: "NP -> N", op: nope}]', encoding="utf-8")
    with pytest.raises(LexiconError, match="unknown op 'nope'"):
        TransferEngine(vocabulary, GLOSSARY / "lexicon", tmp_path)


def test_bad_word_classes_name_file_and_remedy(tmp_path: Path) -> None:
    patterns = GLOSSARY / "patterns"
    for path in (*patterns.glob("grammar*.yml"), patterns / "objects.yml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(LexiconError, match=r"words\.yml: not readable"):
        TransferEngine(load_vocabulary(GLOSSARY), GLOSSARY / "lexicon", tmp_path)
    (tmp_path / "words.yml").write_text("agents: [人]", encoding="utf-8")
    with pytest.raises(LexiconError, match="needs exactly the lists"):
        TransferEngine(load_vocabulary(GLOSSARY), GLOSSARY / "lexicon", tmp_path)


def test_a_term_is_not_found_inside_its_longer_word(engine: TransferEngine) -> None:
    assert "成型炭" not in engine.translate("大型煤炭企业", "title").ja


def test_lexicon_is_large_and_japanese() -> None:
    words: set[str] = set()
    for path in (GLOSSARY / "lexicon").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                words.add(row["zh"])
                assert not set(row["ja"] + row["noun"]) & set("产环质结单设气标动护应"), row
    assert len(words) >= 3500


@pytest.mark.parametrize(
    ("name", "floor"), [("pairs_dev.jsonl", 70.0), ("pairs_real_dev.jsonl", 66.0)]
)
def test_open_reference_pairs(engine: TransferEngine, name: str, floor: float) -> None:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"reference pairs not here: {path}")
    metric = CHRF(word_order=0)

    def plain(text: str) -> str:
        text = "".join(unicodedata.normalize("NFKC", text).split())
        return text.replace("『", "「").replace("』", "」")

    scores: list[float] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        ja = plain(engine.translate(pair["zh"], pair["kind"]).ja)
        references = [plain(r) for r in (pair["ja"], pair.get("ja_alt")) if r]
        scores.append(max(metric.sentence_score(ja, [r]).score for r in references))
    assert sum(scores) / len(scores) >= floor


def test_open_invariants_never_fail_in_silence(engine: TransferEngine) -> None:
    path = SHARED / "invariants_dev.jsonl"
    if not path.exists():
        pytest.skip(f"invariants not here: {path}")
    silent: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        answer = engine.translate(case["zh"], "sentence")
        ja = "".join(unicodedata.normalize("NFKC", answer.ja).split())
        wanted = all(
            any("".join(unicodedata.normalize("NFKC", w).split()) in ja for w in group)
            for group in case["must_contain_any"]
        )
        forbidden = any(word in ja for word in case["must_not_contain"])
        if (not wanted or forbidden) and not answer.flags:
            silent.append(f"{case['zh']} -> {answer.ja}")
    assert silent == []
