"""Places, partners, measure types, organizations and the cutter."""

from __future__ import annotations

import shutil
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from pipeline.vocab import (
    Cutter,
    Gazetteer,
    Organizations,
    Vocabulary,
    VocabularyError,
    lint,
    load_vocabulary,
    organization_ja,
)

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "glossary"
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(GLOSSARY)


@pytest.fixture(scope="module")
def gazetteer(vocabulary: Vocabulary) -> Gazetteer:
    return vocabulary.gazetteer


@pytest.fixture(scope="module")
def organizations(vocabulary: Vocabulary) -> Organizations:
    return vocabulary.organizations


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the glossary folder to damage."""
    copy = tmp_path / "glossary"
    copy.mkdir()
    for path in GLOSSARY.iterdir():
        if path.is_file():
            shutil.copy(path, copy)
    return copy


def found(gazetteer: Gazetteer, text: str, *context: str) -> list[str]:
    return [match.id for match in gazetteer.find(text, context)]


# --- places: the data ---------------------------------------------------------------------


def test_every_province_and_prefecture_is_there(gazetteer: Gazetteer) -> None:
    kinds = [place.kind for place in gazetteer.places]
    assert kinds.count("province") == 34
    assert kinds.count("prefecture") >= 333
    assert kinds.count("county") >= 2000


@pytest.mark.parametrize(
    ("place_id", "ja"),
    [
        ("100000", "全国"), ("110000", "北京市"), ("210100", "瀋陽市"), ("500000", "重慶市"),
        ("350200", "厦門市"), ("440000", "広東省"), ("320000", "江蘇省"), ("210000", "遼寧省"),
        ("610000", "陝西省"), ("130400", "邯鄲市"), ("370300", "淄博市"), ("430300", "湘潭市"),
        ("440300", "深セン市"), ("410100", "鄭州市"), ("130900", "滄州市"),
        ("150000", "内モンゴル自治区"),
        ("522700", "黔南プイ族ミャオ族自治州"),
        ("411624", "沈丘県"), ("210103", "瀋河区"), ("320583", "昆山市"),
        ("jp", "日本"), ("810000", "香港"), ("820000", "マカオ"),
    ],
)  # fmt: skip
def test_japanese_names(gazetteer: Gazetteer, place_id: str, ja: str) -> None:
    assert gazetteer.by_id[place_id].ja == ja


def test_partner_places_have_readings(vocabulary: Vocabulary) -> None:
    for place_id in vocabulary.partners.places:
        assert vocabulary.gazetteer.by_id[place_id].reading, place_id


def test_the_gloss_is_apart_from_the_name(gazetteer: Gazetteer) -> None:
    assert gazetteer.by_id["350200"].gloss == "厦門市（アモイ市）"


# --- places: finding them -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("天津市生态环境局", ["120000"]),
        ("天津、唐山两地", ["120000", "130200"]),
        ("京津冀及周边地区秋冬季方案", ["r-jjj"]),
        ("京津冀协同发展", ["r-jjj-core"]),
        ("“2+26”城市", ["r-jjj"]),
        ("长三角地区和汾渭平原", ["r-yrd", "r-fw"]),
        ("粤港澳大湾区", ["r-gba"]),
        ("川渝地区", ["r-cc"]),
        ("苏皖鲁豫交界地区", ["r-sulu"]),
        ("闽粤赣三省", ["350000", "440000", "360000"]),
        ("长春市朝阳区", ["220100", "220104"]),
        ("山东省淄博市沂源县", ["370000", "370300", "370323"]),
        ("吉林省吉林市", ["220000", "220200"]),
        ("重庆市万盛经开区", ["500000", "z-wansheng"]),
    ],
)
def test_places_in_a_text(gazetteer: Gazetteer, text: str, ids: list[str]) -> None:
    assert found(gazetteer, text) == ids


@pytest.mark.parametrize(
    "text",
    [
        "大同小异", "长治久安", "日照时数较长", "各市和县人民政府", "黄河南岸", "三明治",
        "文山会海", "阿里巴巴集团", "老城区改造", "新城区建设", "全国人大常委会审议",
        "保山好水", "来宾名单",
        "出海口整治", "南京路步行街", "武汉大学", "三河市场", "北京时间", "海关中心",
    ],
)  # fmt: skip
def test_ordinary_words_are_no_places(gazetteer: Gazetteer, text: str) -> None:
    assert found(gazetteer, text) == []


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("太原、大同、朔州", "140200"),
        ("大同、朔州、太原", "140200"),
        ("山西大同", "140200"),
        ("大同市", "140200"),
        ("日照生态环境部门", "371100"),
        ("大同市方案要求，大同今年达标", "140200"),
        ("广州、深圳、佛山和中山", "442000"),
    ],
)
def test_a_strict_name_counts_where_the_text_supports_it(
    gazetteer: Gazetteer, text: str, place_id: str
) -> None:
    assert place_id in found(gazetteer, text)


def test_a_shared_name_needs_its_province_or_the_issuer(gazetteer: Gazetteer) -> None:
    assert found(gazetteer, "鼓楼区方案") == []
    assert found(gazetteer, "鼓楼区方案", "320100") == ["320106"]
    assert found(gazetteer, "南京市各区：玄武区、鼓楼区")[-1] == "320106"


def test_matches_spell_the_place_and_do_not_overlap(gazetteer: Gazetteer) -> None:
    text = "北京市、天津市、河北省石家庄市长安区，长江三角洲和山西、陕西"
    matches = gazetteer.find(text)
    for match in matches:
        place = gazetteer.by_id[match.id]
        assert text[match.start : match.end] in (place.zh, *place.aliases)
    ends = [0, *(match.end for match in matches)]
    assert all(end <= match.start for end, match in zip(ends, matches, strict=False))


def test_long_hostile_text(gazetteer: Gazetteer) -> None:
    text = "鼓楼区" * 30_000 + "大同、" * 30_000 + "津冀" * 20_000 + "太原"
    matches = gazetteer.find(text)
    assert matches[-1].id == "140100"
    assert sum(match.id == "140200" for match in matches) == 0
    assert sum(match.id == "120000" for match in matches) == 20_000


# --- places: what contains what -----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        ("全国", "100000"), ("日本", "jp"), ("津", "120000"), ("珠三角", "r-prd"),
        ("长株潭", "r-czt"),
        ("吉林", "220000"), ("海南", "460000"), ("沂源县", "370323"), ("荣昌区", "500153"),
        ("岳塘区", "430304"), ("北京市朝阳区", "110105"), ("淄博市沂源县", "370323"),
        ("320000", "320000"),
        ("朝阳区", None), ("甲市", None), ("", None), ("天津市河北省", None), ("在天津市", None),
    ],
)  # fmt: skip
def test_resolve(gazetteer: Gazetteer, name: str, place_id: str | None) -> None:
    assert gazetteer.resolve(name) == place_id


def test_ancestors_and_up(gazetteer: Gazetteer) -> None:
    assert gazetteer.ancestors("370323") == ("370300", "370000", "100000")
    assert gazetteer.up("370323") == "370300"
    assert gazetteer.up("500153") == "500000"
    assert gazetteer.up("370300") == "370300"
    assert gazetteer.up("370000") == "370000"


def test_contains(gazetteer: Gazetteer) -> None:
    assert gazetteer.contains("r-yrd", "320583")
    assert gazetteer.contains("r-jjj", "130200")
    assert gazetteer.contains("r-fw", "610100")
    assert not gazetteer.contains("r-fw", "320100")
    assert not gazetteer.contains("370300", "370000")
    assert not gazetteer.contains("r-yrd", "999999")
    assert "r-jjj-core" in gazetteer.regions_of("130400")


# --- partners and measure types -----------------------------------------------------------


@pytest.mark.parametrize(
    ("place_id", "partners"),
    [
        ("120116", {"kitakyushu", "yokkaichi", "kobe"}),
        ("440100", {"hyogo"}),
        ("440400", {"hyogo", "jesc"}),
        ("130400", {"kitakyushu", "nagano"}),
        ("210100", {"kawasaki", "toyama"}),
        ("320500", {"fukuoka"}),
        ("110105", {"tokyo"}),
        ("140200", {"saitama"}),
        ("370323", {"jcea"}),
        ("430300", {"jica"}),
        ("430000", set()),
        ("r-yrd", set()),
    ],
)
def test_partners_of(vocabulary: Vocabulary, place_id: str, partners: set[str]) -> None:
    assert {partner.id for partner in vocabulary.partners_of(place_id)} == partners


def test_partner_places_stand_once_in_order(vocabulary: Vocabulary) -> None:
    assert vocabulary.partners.places[:2] == ("120000", "310000")
    assert len(set(vocabulary.partners.places)) == len(vocabulary.partners.places)


def test_the_fourteen_measure_types(vocabulary: Vocabulary) -> None:
    assert list(vocabulary.measures.by_id) == [
        "plan_target", "industry", "energy_coal", "mobile", "voc_ozone", "dust_area",
        "heavy_episode", "monitoring_science", "law_standard", "permit_enforcement", "economic",
        "regional", "carbon_synergy", "public_international",
    ]  # fmt: skip
    assert vocabulary.measures.by_id["economic"].name_ja == "経済的手法"


# --- organizations ------------------------------------------------------------------------


def test_there_are_enough_organizations(organizations: Organizations) -> None:
    assert len(organizations.organizations) >= 150


@pytest.mark.parametrize(
    ("name", "ja", "level"),
    [
        ("生态环境部", "生態環境部", "central"),
        ("河北省生态环境厅", "河北省生態環境庁", "province"),
        ("天津市生态环境局", "天津市生態環境局", "city"),
        ("石家庄市长安区人民政府", "石家荘市長安区人民政府", "city"),
        ("大同市人民政府办公室", "大同市人民政府弁公室", "city"),
        ("天津市发展改革委", "天津市発展改革委員会", "city"),
        ("广西壮族自治区人大常委会", "広西チワン族自治区人民代表大会常務委員会", "province"),
        ("山东省淄博市沂源县人民政府", "山東省淄博市沂源県人民政府", "city"),
        ("国家发展改革委", "国家発展改革委員会", "central"),
    ],
)
def test_names_of_organizations(
    organizations: Organizations, name: str, ja: str, level: str
) -> None:
    organization = organizations.resolve(name)
    assert organization is not None
    assert (organization.ja, organization.level) == (ja, level)
    assert organization_ja(name, organizations) == ja


@pytest.mark.parametrize(
    "name", ["", "甲乙丙", "各市人民政府", "生态环境局", "财政部门", "市发展改革委"]
)
def test_no_organization(organizations: Organizations, name: str) -> None:
    assert organizations.resolve(name) is None
    assert organizations.ja(name) is None


def test_issuers_of_a_joint_notice(organizations: Organizations) -> None:
    text = "财政部 生态环境部门 唐山市生态环境局、市发展改革委"
    matches = organizations.find(text)
    assert [match.organization.zh for match in matches] == ["财政部", "唐山市生态环境局"]
    assert [text[m.start : m.end] for m in matches] == ["财政部", "唐山市生态环境局"]


@pytest.mark.parametrize(
    ("number", "zh"),
    [
        ("环大气〔2026〕9号", "生态环境部"),
        ("环大气函[2026]9号", "生态环境部大气环境司"),
        ("津环气候〔2026〕5号", "天津市生态环境局"),
        ("沪府办发 〔2026〕 2号", "上海市人民政府办公厅"),
        ("国发〔2026〕4号", "国务院"),
        ("苏环办(2026)14号", "江苏省生态环境厅"),
        ("〔2026〕3号", None),
        ("2026年第2号", None),
        ("", None),
        ("甲环发〔2026〕3号", None),
    ],
)
def test_by_prefix(organizations: Organizations, number: str, zh: str | None) -> None:
    organization = organizations.by_prefix(number)
    assert (organization and organization.zh) == zh


def test_a_shared_prefix_needs_the_place(organizations: Organizations) -> None:
    number = "宁政发〔2026〕1号"
    assert organizations.by_prefix(number) is None
    nanjing = organizations.by_prefix(number, place="320100")
    assert nanjing is not None
    assert nanjing.zh == "南京市人民政府"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("京津冀晋鲁豫六省市会商", ["r-jjj-core", "140000", "370000", "410000"]),
        ("沪苏签署协议", ["310000", "320000"]),
        ("推进沪苏高速沿线治理", []),
        ("津冀港口岸电", ["120000", "130000"]),
        ("苏皖鲁毗邻地区", ["320000", "340000", "370000"]),
    ],
)
def test_one_character_names_stand_in_runs(
    gazetteer: Gazetteer, text: str, places: list[str]
) -> None:
    assert found(gazetteer, text) == places


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://sthjj.tangshan.gov.cn/tzgg/1.html", "130200"),
        ("http://www.cq.gov.cn/", "500000"),
        ("https://www.gov.cn/zhengce/1.htm", "100000"),
        ("https://news.example.cn/tangshan.gov.cn/1.html", None),
        ("no url", None),
    ],
)
def test_a_government_site_names_its_place(
    gazetteer: Gazetteer, url: str, place: str | None
) -> None:
    assert gazetteer.of_url(url) == place


# --- the whole ----------------------------------------------------------------------------


def test_the_hash_names_the_whole_vocabulary(vocabulary: Vocabulary, folder: Path) -> None:
    assert load_vocabulary(folder).hash == vocabulary.hash
    partners = folder / "partners.yml"
    partners.write_text(partners.read_text(encoding="utf-8") + "# x\n", encoding="utf-8")
    assert load_vocabulary(folder).hash != vocabulary.hash


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("places.csv", "prefecture,370000,淄博", "prefecture,379999,淄博", "379999 is no place"),
        ("places.csv", "淄博市,淄博市,", "淄博市,,", "field ja: is empty"),
        ("places.csv", ",prefecture,370000,淄博", ",town,370000,淄博", "'town' is unknown"),
        ("partners.yml", '"440000"', '"449999"', "partners.yml, field places: 449999 is no place"),
        ("partners.yml", "kind: city", "kind: town", "field kind: 'town' is unknown"),
        ("partners.yml", "id: hyogo", "id: fukuoka", "field id: stands twice"),
        ("partners.yml", "- id: hyogo", "- id: [hyogo", "is no valid YAML"),
        (
            "measures.yml",
            "name_ja: 経済的手法",
            "name_ja:",
            "field name_ja: is missing in entry 11",
        ),
        ("organizations.csv", "100000,central", "999999,central", "999999 is no place"),
    ],
)
def test_a_damaged_file_is_named(folder: Path, name: str, old: str, new: str, message: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(VocabularyError) as error:
        load_vocabulary(folder)
    assert name in str(error.value)
    assert message in str(error.value)
    assert lint(folder) == [str(error.value)]


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("terms.csv", "试甲,試験甲,,試験甲,,x,,,confirmed,提案,", "is preferred and forbidden"),
        (
            "terms.csv",
            "试甲,試験甲,試験乙,試験乙,,x,,,confirmed,提案,",
            "is admitted and forbidden",
        ),
        ("terms.csv", "试甲,試験甲,試験甲,,,x,,,confirmed,提案,", "is preferred and admitted"),
        ("terms.csv", "试甲,试验甲,,,,x,,,confirmed,提案,", "holds 试验, not Japanese"),
        ("terms.csv", "试甲,試験甲,,,,x,,,confirmed,提案,乙丙", "does not contain the term"),
        ("places.csv", "999901,试市,試市,,,prefecture,,,,,,,,", "has no parent"),
        ("places.csv", "999901,试市,試市,,,province,370300,,,,,,,", "is not of a higher level"),
        ("places.csv", "r-shi,试区,試区,,,region,,,,,,,,", "has no members"),
        ("places.csv", "999901,试市,試市,,,prefecture,370000,试市,,,,,,", "is its own alias"),
        ("organizations.csv", "试局,試局,生态环境厅办,,100000,central,", None),
        ("organizations.csv", "试部,試部,国务院办公厅,,100000,central,", "belongs to"),
    ],
)
def test_lint_finds_a_fault(folder: Path, name: str, line: str, message: str | None) -> None:
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    faults = lint(folder)
    if message is None:
        assert faults == []
    else:
        assert len(faults) == 1
        assert message in faults[0]


# --- cutting ------------------------------------------------------------------------------

SENTENCES = (
    "为进一步做好秋冬季大气污染防治工作，甲市生态环境局制定了本实施方案。",
    "到2030年，全市细颗粒物年均浓度降至28微克/立方米以下，优良天数比率达到85%。",
    "推进钢铁行业超低排放改造，2027年底前完成3家企业的全流程改造。",
    "禁止在划定区域内使用高排放非道路移动机械，违者处五千元罚款。",
    "加强加油站、储油库油气回收设施的运行监管，夏季鼓励夜间加油。",
    "京津冀及周边地区启动重污染天气橙色预警，各区县执行Ⅱ级应急响应。",
    "（一）优化能源结构。有序推进散煤替代，稳步实施“煤改电”“煤改气”工程。",
    "生态环境、公安、交通运输等部门建立联合执法机制，开展路检路查。",
    "鼓励挥发性有机物重点企业实施源头替代，使用低VOCs含量的水性涂料。",
    "天津市、石家庄市和邯郸市共同开展区域联防联控，统一预警标准。",
    "对未落实扬尘防治措施的建筑工地，责令限期整改，并纳入信用评价。",
    "第二十三条　违反本条例规定的，由市人民政府生态环境主管部门责令改正。",
    "完善环境空气质量自动监测网络，加快建设臭氧前体物组分监测站点。",
    "安排专项资金3.5亿元，对提前淘汰国四柴油货车的车主给予补贴。",
    "\t表1  主要指标 (单位: μg/m3)\r\nPM2.5\u3000PM10  O3-8h 😀",
)


def test_the_pieces_rejoin_exactly(vocabulary: Vocabulary) -> None:
    cutter = Cutter(vocabulary.words)
    for sentence in SENTENCES:
        assert "".join(cutter.cut(sentence)) == sentence
    assert cutter.cut("") == []


def test_terms_and_names_stay_whole(vocabulary: Vocabulary) -> None:
    cutter = Cutter(vocabulary.words)
    pieces = cutter.cut("天津市生态环境局印发重污染天气应急预案，推进挥发性有机物综合治理")
    assert {"天津市生态环境局", "重污染天气应急预案", "挥发性有机物综合治理"} <= set(pieces)


def test_rjieba_and_jieba_cut_alike(vocabulary: Vocabulary, tmp_path: Path) -> None:
    pytest.importorskip("rjieba")
    fast = Cutter(vocabulary.words, backend="rjieba")
    slow = Cutter(vocabulary.words, cache_dir=tmp_path, backend="jieba")
    same = total = 0
    for sentence in SENTENCES:
        ours, theirs = fast.cut(sentence), slow.cut(sentence)
        blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
        same += sum(block.size for block in blocks)
        total += max(len(ours), len(theirs))
    assert same / total >= 0.999


def test_jieba_is_silent_and_keeps_to_its_folder(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cutter = Cutter(["超低排放"], cache_dir=tmp_path / "cache", backend="jieba")
    assert cutter.cut("推进超低排放改造") == ["推进", "超低排放", "改造"]
    assert list((tmp_path / "cache").iterdir())
    assert capfd.readouterr() == ("", "")


def test_jieba_needs_a_folder() -> None:
    with pytest.raises(ValueError, match="cache_dir"):
        Cutter(["甲乙"], backend="jieba")
