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
        # the doers of two clauses inside a larger one
        (
            "在气温持续下降、取暖需求明显上升的情况下，各区加强巡查。",
            "気温が引き続き低下し、暖房需要が明らかに上昇する状況の下で、各区は巡回を強化する。",
        ),
        # what was not done before
        (
            "未办理手续即开工的，责令停工。",
            "手続を行わず、着工した場合は、作業停止を命じる。",
        ),
        # bare nouns to the end of a sentence go on a list
        (
            "范围包括江北市、河东市，云岭县、青山县，石桥镇。",
            "範囲は、江北市、河東市、雲嶺県、青山県及び石橋鎮を含む。",
        ),
        # what a clause is about is no content of the clause's verb
        (
            "对拒不整改的，依法追究相关人员的责任。",
            "是正を拒むものに対し、法に基づき関連人員の責任を追及する。",
        ),
        ("——分类指导，突出重点。", "——分類して指導し、重点を絞る。"),
        ("建设节水型园区。", "節水型団地を建設する。"),
        ("努力减少扬尘，完善台账。", "飛散粉じんを減らし、台帳を整備するよう努める。"),
        ("加快老旧锅炉的淘汰进程。", "老朽化したボイラーの淘汰を加速する。"),
        (
            "新建和迁建年运量较大的物流园区，原则上接入铁路专用线。",
            "年輸送量の比較的大きな物流団地を新設・移転建設するに当たっては、"
            "原則として専用鉄道線に接続する。",
        ),
        # what is made of a thing: 将 A 划定为 B, 将 A 设计为 B
        ("依法将主城区划定为低排放区。", "法に基づき主要市街区域を低排出区域に指定する。"),
        ("推动将货场改造为物流园区。", "貨物場の物流団地への改造を推し進める。"),
        # a heading with its first item on one line
        (
            "四、优化能源结构 （十一）大力发展清洁能源。",
            "4. エネルギー構造の最適化\u3000(11)クリーンエネルギーを強力に発展させる。",
        ),
        # what turns to something else
        (
            "推进使用煤气发生炉的工业炉窑改用天然气。",
            "石炭ガス発生炉を使用する工業炉窯の天然ガスへの切替えを推進する。",
        ),
        (
            "推动以煤为燃料的工业炉窑改用清洁能源。",
            "石炭を燃料とする工業炉窯のクリーンエネルギーへの切替えを推し進める。",
        ),
        (
            "控制新建、扩建水泥和平板玻璃等高排放建设项目。",
            "セメント及び板ガラス等の高排出建設プロジェクトの新設、拡張を抑制する。",
        ),
        # a quality does nothing to an object
        ("加强功能性吸附催化材料研发。", "機能性吸着触媒材料の研究開発を強化する。"),
        ("实施全面节约战略。", "全面的な節約戦略を実施する。"),
        # an adverb on both verbs is said once
        (
            "擅自拆除或者擅自停用治理设施。",
            "処理施設を無断で撤去し、又はその使用を停止する。",
        ),
        ("预警分黄色、橙色、红色三级。", "警報は、黄色、オレンジ色及び赤色の3級に分かれる。"),
        ("维护公平竞争的市场秩序。", "公正競争の市場秩序を維持する。"),
    ],
)
def test_clauses(engine: TransferEngine, zh: str, ja: str) -> None:
    assert engine.translate(zh, "sentence").ja == ja


@pytest.mark.parametrize(
    ("zh", "ja"),
    [
        # a verb that takes no such object is the name of an action before the noun
        ("培育节水产业，扎实做好节能工作。", "節水産業を育成し、省エネ業務を着実に適切に行う。"),
        ("推动运输方式绿色低碳转型。", "輸送方式のグリーン・低炭素への転換を推し進める。"),
        (
            "启动涂料排放标准及监测技术规范修订研究工作。",
            "塗料排出基準及びモニタリング技術規範の改正検討業務を開始する。",
        ),
        ("增强居民节约意识。", "住民節約意識を強める。"),
        # an action does nothing to what a 的 parts from it
        (
            "将完成情况作为攻坚战成效考核的重要内容。",
            "達成状況を攻略戦成果審査・評価の重要な内容とする。",
        ),
        ("形成可复制可推广的治理经验。", "応用可能な、普及可能な対策経験を形成する。"),
        # nothing stands between と and する
        ("排污费全部作为治理资金。", "汚染物質排出費はすべて対策資金とする。"),
        (
            "新能源货车成为新采购车辆的主体。",
            "新エネルギー貨物車は、新たに調達する車両の主体となる。",
        ),
        (
            "被置换设备关停后，新设备方可投入运行。",
            "置換を受ける設備の閉鎖後、新設備は、運転を開始することができる。",
        ),
        (
            "需要保留的审批事项，由市级部门公布清单。",
            "保留する必要がある審査・許可事項は、市級部門がリストを公表する。",
        ),
        (
            "将扬尘污染防治，确认为区级财政事权。",
            "飛散粉じん汚染防止を区級財政上の権限と確認する。",
        ),
        (
            "扬尘污染得到有效控制，环境问题逐步得到解决。",
            "飛散粉じん汚染は効果的に抑制され、環境問題は段階的に解決される。",
        ),
        (
            "具备使用天然气条件的企业，应当停用燃煤锅炉。",
            "天然ガスを使用する条件を備える企業は、石炭焚きボイラーの使用を停止しなければならない。",
        ),
        ("减少不合理用能。", "不合理なエネルギー使用を減らす。"),
        (
            "有序推进以电代煤，稳妥推进以气代煤。",
            "石炭から電気への転換を秩序立てて推進し、石炭からガスへの転換を適切かつ慎重に推進する。",
        ),
        # no comma parts a verb from what it takes
        (
            "结合当地产业结构和大气环境保护要求，实施锅炉升级改造。",
            "現地の産業構造及び大気環境保護要求を踏まえ、ボイラー高度化改造を実施する。",
        ),
        # what does nothing itself is what the thing is done to
        ("监管体系基本建立。", "監督管理体系は基本的に構築される。"),
        (
            "引导长流程炼钢转型为短流程炼钢。",
            "長流程製鋼の短流程製鋼への転換を誘導する。",
        ),
    ],
)
def test_what_verbs_take(engine: TransferEngine, zh: str, ja: str) -> None:
    assert engine.translate(zh, "sentence").ja == ja


@pytest.mark.parametrize(
    ("zh", "ja"),
    [
        (
            "各级党委政府要扛起生态环境保护政治责任，层层压实责任，久久为功。",
            "各級党委員会・政府は、生態環境保護の政治的責任を担い、各段階で責任を徹底し、"
            "長期にわたり粘り強く取り組まなければならない。",
        ),
        (
            "各地要严查严处违法行为，形成有力震慑。",
            "各地は、違法行為を厳格に調査・処分し、強い抑止力を発揮しなければならない。",
        ),
        (
            "落实增值税、企业所得税等税收优惠政策，降低企业融资成本。",
            "増値税、企業所得税等の税制優遇政策を着実に実行し、企業の資金調達コストを低減する。",
        ),
        ("法院审结案件20起。", "裁判所は、案件20件の審理を終える。"),
        # a fixed phrase: curbed is the start of works, nobody starts them
        (
            "严防高耗能项目盲目上马。",
            "エネルギー多消費型プロジェクトのむやみな着工を厳重に防止する。",
        ),
    ],
)
def test_words_of_governance(engine: TransferEngine, zh: str, ja: str) -> None:
    assert engine.translate(zh, "sentence").ja == ja
