"""What news items and notices leave out or say in passing, and clauses inside phrases."""

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
        # who does it, named from the writer's side
        (
            "我局会同市公安局对黑烟车进行路检。",
            "当局は、市公安局と共同で黒煙車に対し路上検査を行う。",
        ),
        # who says so
        (
            "监测数据显示，三季度PM2.5平均浓度同比下降6%。",
            "モニタリングデータによると、第3四半期、PM2.5平均濃度は前年同期比6%低下した。",
        ),
        (
            "记者从市生态环境局获悉，该市启动重污染天气橙色预警。",
            "記者が市生態環境局から得た情報によると、同市は、"
            "重度汚染天気のオレンジ色警報を開始する。",
        ),
        # what is to come is not past, whatever else was
        (
            "近日，该市发布方案，将于12月1日起实施限行。",
            "先ごろ、同市は方案を公布し、12月1日から通行制限を実施する。",
        ),
        # since when, until when
        (
            "“十四五”以来，全市淘汰黄标车2万辆。",
            "第14次五カ年計画以来、全市は黄標車2万台を淘汰した。",
        ),
        ("许可证有效期至2028年5月31日。", "許可証有効期間は、2028年5月31日までとする。"),
        # whether
        ("检查车辆是否符合排放要求。", "車両が排出要求に適合するか否かを検査する。"),
        # for what reason
        (
            "不得因车流量小而停用油气回收设施。",
            "車流量が小さいことを理由に油ガス回収施設の使用を停止してはならない。",
        ),
        (
            "不得以设备检修为由降低处理效率。",
            "設備点検・補修を理由に処理効率を低減してはならない。",
        ),
        # quantities in a row; a rate and its sum
        (
            "新车、旧车和农机的补助比例分别达到90%、60%和30%。",
            "新車、古い車両及び農業機械の補助割合をそれぞれ90%、60%及び30%とする。",
        ),
        ("电采暖用户每千瓦时补贴0.2元。", "電気暖房利用者は、1kWh当たり0.2元を補助する。"),
        # a level and above, of an alert
        ("黄色及以上预警期间，停止土石方作业。", "黄色以上の警報期間中、土石作業を停止する。"),
        # both … and, neither … nor
        (
            "既不申报也不整改的企业，责令停产。",
            "申告せず、かつ、是正しない企業は、生産停止を命じる。",
        ),
        (
            "既要控制扬尘，又要控制油烟。",
            "飛散粉じんを抑制しなければならず、また、油煙を抑制しなければならない。",
        ),
        # said of each verb, heard once
        (
            "防尘设施应当同时设计、同时施工。",
            "防じん施設は、同時に設計、施工しなければならない。",
        ),
        # by oneself or by order
        (
            "企业篡改或者指使他人篡改台账的，处以罚款。",
            "企業が台帳を改ざんし、又は他人に台帳を改ざんするよう指示した場合は、過料に処する。",
        ),
        # what falls short, and what is still left undone
        (
            "环境保护措施不完善的不予审批。",
            "環境保護措置が整っていなかった場合は、審査・許可しない。",
        ),
        (
            "整改后仍未达到要求的，责令停产。",
            "是正後、要求になお達しなかった場合は、生産停止を命じる。",
        ),
        # whatever, whoever
        (
            "凡没有法定依据的检查事项一律取消。",
            "すべての法定の根拠のない検査事項は一律に取り消す。",
        ),
        ("凡未办理手续的，一律不得开工。", "手続を行わなかった場合は、一律に着工してはならない。"),
        (
            "不愿参加的企业可以申请退出。",
            "参加することを希望しない企業は、撤退を申請することができる。",
        ),
        ("该设备占总量六成左右。", "当該設備は総量6割程度を占める。"),
        ("确保供暖安全。", "暖房供給の安全を確保する。"),
        ("要求企业提供台账记录。", "企業に台帳記録を提供するよう求める。"),
        (
            "确保监测数据真实有效。",
            "モニタリングデータが真実かつ有効なことを確保する。",
        ),
        (
            "选派业务骨干充实执法队伍。",
            "業務中核人材を選抜して派遣し、法執行部隊を充実させる。",
        ),
        ("实行执法责任追究制。", "法執行責任追及制を実行する。"),
    ],
)
def test_news_and_clauses(engine: TransferEngine, zh: str, ja: str) -> None:
    assert engine.translate(zh, "sentence").ja == ja
