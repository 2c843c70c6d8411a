"""Which places a notice is about, where its title or text says it only by hints."""

from __future__ import annotations

from pathlib import Path

import pytest
from notices import notice

from pipeline.classify import Analyzer
from pipeline.model import Classification
from pipeline.vocab import load_vocabulary

GLOSSARY = Path(__file__).resolve().parent.parent / "glossary"
MIRROR = "https://news.example.cn/1.html"
ORDER = "全市各工地即日起停止土石方作业，渣土车不得上路，道路增加洒水频次，确保环境空气质量。"


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer(load_vocabulary(GLOSSARY), GLOSSARY / "cues")


def label(
    analyzer: Analyzer, title: str, body: str = "", url: str = MIRROR, *bodies: str
) -> Classification:
    given = notice(url, title, body, issuing_bodies=bodies)
    return analyzer.classify(analyzer.analyse(given))


def ids(found: Classification) -> list[str]:
    return [place.id for place in found.places]


def test_the_issuing_body_stands_for_a_place_the_text_does_not_name(analyzer: Analyzer) -> None:
    title = "关于加强扬尘管控的紧急通知"
    assert ids(label(analyzer, title, ORDER)) == []
    found = label(analyzer, title, ORDER, MIRROR, "邯郸市生态环境局")
    assert ids(found) == ["130400", "130000"]
    assert found.places[0].rule == "issuing-body"


def test_the_site_of_a_government_names_its_place(analyzer: Analyzer) -> None:
    found = label(analyzer, "关于加强扬尘管控的紧急通知", ORDER, "https://sthjj.zibo.gov.cn/1.html")
    assert ids(found) == ["370300", "370000"]
    assert found.places[0].rule == "site-of-place"
    # What a title says weighs more than where it was published.
    other = label(analyzer, "潍坊市扬尘管控通告", ORDER, "https://sthjj.zibo.gov.cn/1.html")
    assert ids(other) == ["370700", "370000"]


@pytest.mark.parametrize(
    ("title", "wanted", "level"),
    [
        ("关于推进玻璃行业超低排放的意见", ["100000"], "central"),
        ("关于全市玻璃企业限产的通知", [], "city"),
        ("玻璃企业告别黑烟囱", [], "city"),
        ("川渝携手治理跨界大气污染", ["r-cc", "510000", "500000"], "region"),
        ("湖南省长株潭地区大气联防工作通知", ["430000", "r-czt"], "province"),
        ("昆山市大气污染防治工作意见", ["320583", "320500", "320000"], "city"),
        ("仙桃市大气污染防治工作意见", ["429004", "420000"], "city"),
        ("2025年10月河北省各市及雄安新区空气质量状况", ["133100", "130000"], "province"),
        ("苏北五市大气办联席会议召开", ["320000"], "province"),
        ("酒泉城区清洁取暖改造", ["620900", "620000"], "city"),
    ],
)
def test_titles_without_a_text(
    analyzer: Analyzer, title: str, wanted: list[str], level: str
) -> None:
    found = label(analyzer, title)
    assert (ids(found), found.level) == (wanted, level)


def test_a_place_is_named_once(analyzer: Analyzer) -> None:
    found = label(analyzer, "京津冀三地统一重污染应急措施")
    assert len(ids(found)) == len(set(ids(found)))


@pytest.mark.parametrize(
    ("title", "body", "wanted"),
    [
        (
            "关于开展钢铁企业绩效分级的通知",
            "各市生态环境局：\n请组织企业申报绩效分级，材料报我厅大气处。\n"
            "联系地址：太原市某路9号\n山西省生态环境厅",
            ["140000"],
        ),
        (
            "省大气办部署冬季攻坚",
            "湖北省大气办12月1日在武汉召开会议，要求各市州完成优良天数目标。",
            ["420000"],
        ),
        (
            "天津市考察团来厦学习大气治理",
            "5月10日，考察团参观厦门市空气质量管理平台，厦门介绍轻微污染天气应对经验。",
            ["350200", "350000"],
        ),
        (
            "江苏省公布3起机动车排放检验典型案例",
            "案例一：睢宁县某检测站替检。案例二：无锡某公司删除数据。案例三：泰州一检测站造假。",
            ["320000", "320324", "320300", "320200", "321200"],
        ),
    ],
)
def test_addresses_venues_guests_and_cases(
    analyzer: Analyzer, title: str, body: str, wanted: list[str]
) -> None:
    assert ids(label(analyzer, title, body)) == wanted


def test_a_company_that_is_not_named_is_no_issuer(analyzer: Analyzer) -> None:
    body = "邯郸市生态环境局查处一起伪造烟气监测数据案件，罚款20万元。邯郸市已通报各县。"
    found = label(analyzer, "关于河北某钢铁公司伪造数据案的通报", body)
    assert (ids(found), found.level) == (["130400", "130000"], "city")
