"""The transfer engine on figures, conditions and the labels of articles, as notices word them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.translate.transfer import TransferEngine
from pipeline.vocab import load_vocabulary

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary"


@pytest.fixture(scope="module")
def engine() -> TransferEngine:
    vocabulary = load_vocabulary(GLOSSARY)
    return TransferEngine(vocabulary, GLOSSARY / "lexicon", GLOSSARY / "patterns")


@pytest.mark.parametrize(
    ("zh", "ja"),
    [
        ("落后机组应当关停整合。", "閉鎖・統合しなければならない。"),
        ("通行记录保存时间不低于两年。", "通行記録保存期間を2年以上とする。"),
        ("检修计划应当至少提前十日报备。", "少なくとも10日前までに届け出なければならない。"),
        ("2027年6月底前完成不少于80家。", "2027年6月末までに、80社以上を完了する。"),
        ("B级企业高炉停产30%。", "B級企業高炉は30%の生産停止を行う。"),
        ("应当达到与新建企业相同的排放要求。", "新設企業と同じ排出要求に達し"),
        ("核查停产措施是否落实到位。", "生産停止措置が徹底して実行されるか否かを検証する。"),
        ("对在线监测点位作出说明。", "オンライン測定地点について説明を行う。"),
        ("（目的） 为了加强扬尘污染防治，制定本规定。",
         "(目的) 飛散粉じん汚染防止を強化するため、本規定を策定する。"),
        ("区域内禁止使用国二排放标准的机械。", "区域内では、国二排出基準の機械の使用を禁止する。"),
        ("焦化行业是颗粒物排放的重点领域。", "コークス製造業は、粒子状物質排出の重点分野である。"),
        ("浓度已低于20微克/立方米的市，不予奖励。", "濃度が既に20μg/m³を下回った市に対しては、"),
        ("每辆车补贴2万元。", "2万元を補助する。"),
        ("市政府决定调整禁用区域。", "の調整を決定する。"),
        ("研讨会在本市举行。", "研究討論会は本市で開催される。"),
        # a title on a line of its own, what a provision says, where a thing is placed
        ("关于推进污水资源化利用的指导意见", "汚水資源化利用の推進に関する指導意見"),
        ("本法第二条规定，企业为纳税人，应当依法缴税。", "第2条の規定によれば、"),
        ("把治污摆在更加重要的位置。", "を一層重要な位置に位置付ける。"),
        ("推广一批成熟的工艺和装备。", "一連の成熟した工程及び装備を普及させる。"),
        # harm, fitness, duration; what 由 opens is no case; a heading and its first item
        ("公民有保护环境不受噪声污染的义务。", "環境を騒音公害から保護する義務を負う。"),
        ("因污染环境造成损害的，应当承担责任。", "汚染することにより損害を生じさせた場合は、"),
        ("除采取本条例第四条规定的措施以外，还应当洒水。", "規定する措置を講じるほか、"),
        ("违反本法规定，排放黑烟的，由公安部门暂扣行驶证，责令维修。", "差し押さえ、補修を命"),
        ("闲置三个月以上的用地，由建设单位进行绿化。", "3カ月以上遊休化する用地は、"),
        ("清单应当明确执法事项、依据、主体等内容。", "法執行事項、根拠、主体等の内容を明確に"),
        ("三、保障措施（一）加强组织领导。", "(1)組織的指導を強化する。"),
        ("努力使排放标准与治理目标相衔接。", "排出基準を対策目標と整合させるよう努める。"),
    ],
)  # fmt: skip
def test_what_notices_say_of_figures(engine: TransferEngine, zh: str, ja: str) -> None:
    said = engine.translate(zh, "sentence").ja
    assert ja in said, said
