"""Constructions of statutes: how far a denial, a duty, a case or an order reaches."""

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
    ("zh", "said", "unsaid"),
    [
        # a denial reaches what is left undone, not what is wrong to do
        ("未安装除尘设备或者拒绝接受检查的，责令改正。", ["設置せず", "拒否した"], ["拒否しな"]),
        ("未取得许可证，并造成污染的，责令改正。", ["取得せず", "引き起こした"], []),
        ("未及时清理路面，并报告主管部门的，予以警告。", ["整理せず", "報告しなかった"], []),
        ("未安装、使用或者擅自拆除监测设备的，责令改正。", ["使用せず", "撤去した"], []),
        ("未采取措施或者违反规定排放废气的，责令改正。", ["講じず", "排出した"], []),
        ("未使用或者损坏防尘设施的，责令改正。", ["使用せず", "損壊した場合"], []),
        ("未设置围挡或者擅自拆除围挡的，责令改正。", ["設置せず", "撤去した"], []),
        ("未建立台账或者未保存三年的，责令改正。", ["構築せず", "保存しなかった"], []),
        ("未采取防尘措施运输渣土的，责令改正。", ["講じずに", "輸送した場合"], ["輸送しな"]),
        ("未采取有效措施防止扬尘的，责令改正。", ["防止しなかった場合"], ["講じずに"]),
        ("发现违法行为不及时查处的，给予处分。", ["発見しても", "処分しなかった"], []),
        ("或者设备未粘贴标牌的，责令改正。", ["又は設備が"], ["が又は"]),
        # a case that no 的 closes
        (
            "违反本条例规定，销售不合格燃油，由市场监督管理部门责令改正。",
            ["規定に違反し", "販売した場合は"],
            [],
        ),
        ("制定方案，由主管部门组织实施。", ["策定し"], ["場合"]),
        # a duty left undone
        (
            "应当公开监测结果而未公开的，责令改正。",
            ["公開しなければならないにもかかわらず", "公開しなかった場合"],
            [],
        ),
        (
            "依法应当登记，未登记的，责令改正。",
            ["登録しなければならないにもかかわらず", "登録しなかった"],
            [],
        ),
        ("该活动不需要编制报告书。", ["作成する必要はない"], ["必要がある"]),
        # 或者 and 并 inside a phrase join what stands there
        ("其他限制或者排斥供应商的行为。", ["供給業者を制限又は排除する行為"], []),
        (
            "严重影响或者可能严重影响水质的项目。",
            ["影響を与え、又は", "おそれがあるプロジェクト"],
            [],
        ),
        ("鼓励、支持农户购买新型炉具。", ["購入することを奨励、支援する"], []),
        # provisions
        ("披露前款规定的信息。", ["前項に規定する情報"], []),
        ("执行国家规定的标准。", ["国が規定する基準"], []),
        ("未按照许可证规定记录。", ["許可証の規定に従い", "記録しない"], []),
        ("除了登记前款规定的事项外，还应当报告。", ["前項に規定する事項", "ほか"], []),
        # who undergoes, what fits, what passed
        ("向被许可人颁发证书。", ["許可を受ける人"], []),
        ("有与规模相适应的管理人员。", ["規模に見合った管理"], []),
        ("使用经依法检定合格的仪器。", ["検定に合格した"], []),
        ("设备布置在厂区一侧。", ["側に配置する"], []),
        ("负责已确定建设单位的建设用地的监督管理。", ["定めた建設用地"], []),
        # times and places that hold a clause
        ("在租赁期限届满后，应当停止使用。", ["満了後"], []),
        ("在监测点周边50米范围内堆放物料。", ["50mの範囲内で"], []),
        # figures
        (
            "浓度值低于国家规定的排放标准百分之三十的，减按百分之七十五征收税款。",
            ["排出基準を30%下回った場合", "75%に減額して"],
            [],
        ),
        # an order reaches what follows
        ("责令停止施工，恢复原状，处一万元罚款。", ["命じ", "原状回復をさせ"], []),
        # commas inside what a body is in charge of
        (
            "环卫部门负责露天焚烧落叶，随意倾倒渣土的监督管理。",
            ["野焼き", "監督管理を担当する"],
            [],
        ),
        # a clause that is whole is not read on over its comma
        (
            "应当对提交的材料进行审查，对符合条件的，颁发证书。",
            ["材料に対し審査を行", "条件に適合するものに対し"],
            ["材料に対し条件"],
        ),
    ],
)
def test_reach(engine: TransferEngine, zh: str, said: list[str], unsaid: list[str]) -> None:
    ja = engine.translate(zh, "sentence").ja
    assert [part for part in said if part not in ja] == [], ja
    assert [part for part in unsaid if part in ja] == [], ja
