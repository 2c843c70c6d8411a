"""Labels of notices: relevance, measure types, places, level, document type, key plan."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.classify import Analyzer, CueError
from pipeline.classify.labelled import notice_of, read_notices
from pipeline.classify.measures import LONG
from pipeline.extract.plaintext import blocks_of_text
from pipeline.model import Classification, Notice, Span, notice_id
from pipeline.vocab import Vocabulary, load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = ROOT / "glossary"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(GLOSSARY)


@pytest.fixture(scope="module")
def analyzer(vocabulary: Vocabulary) -> Analyzer:
    return Analyzer(vocabulary, GLOSSARY / "cues")


def notice(title: str, body: str, number: str | None = None) -> Notice:
    return Notice(
        id=notice_id(title),
        source_id="test",
        url=None,
        title=title,
        blocks=blocks_of_text(body),
        document_number=number,
        raw_sha256="",
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        extractor="test",
    )


def label(analyzer: Analyzer, title: str, body: str, number: str | None = None) -> Classification:
    return analyzer.classify(analyzer.analyse(notice(title, body, number)))


PLAN = """廊坊市人民政府办公室
关于印发廊坊市空气质量持续改善行动计划实施方案的通知
各县（市、区）人民政府：
一、总体要求
（一）指导思想。统筹产业、能源、交通结构调整，推进秸秆禁烧和烟花爆竹管控。
二、优化产业结构
钢铁、焦化企业完成超低排放改造，淘汰落后产能。（责任单位：市生态环境局、北京海关驻廊坊办事处）
三、优化交通结构
淘汰国四柴油货车，发展铁路专用线。
抄送：邯郸市人民政府，上海市生态环境局。"""


def test_a_plan_is_labelled_with_evidence(analyzer: Analyzer) -> None:
    found = label(analyzer, "廊坊市空气质量持续改善行动计划实施方案", PLAN)
    assert found.is_air
    assert found.relevance.rule == "title-cue:空气质量"
    assert {"plan_target", "industry", "mobile"} <= {m.id for m in found.measures}
    assert [p.id for p in found.places] == ["131000", "130000"]
    assert (found.level, found.document_type, found.key_plan) == ("city", "plan", True)
    assert all(m.spans for m in found.measures)


def test_evidence_points_at_the_original_characters(analyzer: Analyzer) -> None:
    given = notice(
        "關於PM 2. 5污染防治的通知", "天津市:\n加強 揚 塵 治理，ＰＭ２．５ 濃度下降。" * 3
    )
    found = analyzer.classify(analyzer.analyse(given))
    spans: list[Span] = [*found.relevance.spans]
    for measure in found.measures:
        spans.extend(measure.spans)
    for place in found.places:
        spans.extend(place.spans)
    assert spans
    for span in spans:
        raw = given.title if span.where == "title" else given.body
        assert raw[span.start : span.end] == span.text != ""


@pytest.mark.parametrize(
    ("title", "body", "rule"),
    [
        (
            "空气自动监测站运维项目公开招标公告",
            "预算金额90万元，投标人须递交投标文件。",
            "procurement",
        ),
        ("空气源热泵设备", "中标商按采购需求供货，最高限价三百万元。PM2.5。", "procurement"),
        ("关于含氢氯氟烃生产配额的公示", "依据大气污染防治法，公示期五天。", "ozone-layer"),
        ("公开招聘大气监测人员的公告", "报名时间为三月，笔试面试后聘用。", "recruitment"),
        ("喷涂线项目环境影响报告书受理公示", "废气经处理后排放。", "eia"),
        ("开展主题党日活动 助力大气监测", "党员重温入党誓词。", "party"),
        ("某省气象灾害防御条例", "第一条 为了防御大雾、霾等灾害。", "meteorology"),
        ("碳排放权交易管理办法", "重点排放单位应当清缴配额。", "carbon-market"),
        ("烟花爆竹安全管理办法", "第一条 为保障公共安全，制定本办法。", "fireworks-safety"),
        ("城市营商环境提升方案", "改善空气质量也是环境。", "figurative-environment"),
    ],
)
def test_vetoes_beat_the_topic(analyzer: Analyzer, title: str, body: str, rule: str) -> None:
    found = label(analyzer, title, body)
    assert not found.is_air
    assert found.relevance.rule == f"veto:{rule}"
    assert not found.measures


def test_fireworks_for_the_sake_of_air_are_air(analyzer: Analyzer) -> None:
    found = label(
        analyzer, "淄博市关于禁止燃放烟花爆竹的通告", "为防治大气污染，改善空气质量，决定禁止燃放。"
    )
    assert found.is_air
    assert found.measures[0].id == "dust_area"


@pytest.mark.parametrize(
    "body",
    ["全市上下要有更加大气的城市品格，招商引资再上台阶。", "演出大气磅礴，观众掌声雷动。"],
)
def test_figurative_air_is_not_air(analyzer: Analyzer, body: str) -> None:
    assert not label(analyzer, "湘潭市委召开工作会议", body).is_air


def test_footers_and_copies_name_no_places(analyzer: Analyzer) -> None:
    body = (
        "为改善空气质量，珠海市决定加强扬尘管控，各工地落实湿法作业。" * 4
        + "\n抄送：天津市生态环境局、唐山市人民政府。\n版权所有：广州市生态环境局"
    )
    found = label(analyzer, "关于加强扬尘管控的通知", body)
    assert [p.id for p in found.places] == ["440400", "440000"]


def test_a_county_brings_its_city_and_a_district_gives_way_to_it(analyzer: Analyzer) -> None:
    found = label(analyzer, "沂源县开展秸秆禁烧", "沂源县严禁露天焚烧秸秆，减少大气污染。")
    assert [p.id for p in found.places] == ["370323", "370300", "370000"]
    assert found.level == "city"
    found = label(analyzer, "荣昌区启动空气污染应对", "荣昌区减少扬尘，改善空气质量。")
    assert [p.id for p in found.places] == ["500000"]
    assert found.level == "city"


def test_the_document_number_names_the_issuer(analyzer: Analyzer) -> None:
    body = "各区人民政府：为改善我市空气质量，加强柴油货车管控。"
    found = label(analyzer, "关于加强柴油货车管控的通知", body, "津政办发〔2024〕3号")
    assert [p.id for p in found.places] == ["120000"]
    assert found.places[0].rule == "document-number"


def test_state_and_region_levels(analyzer: Analyzer) -> None:
    central = label(
        analyzer, "关于加强臭氧污染防治的通知", "生态环境部近日印发通知，控制VOCs排放。"
    )
    assert (central.level, [p.id for p in central.places]) == ("central", ["100000"])
    region = label(analyzer, "长三角区域大气污染防治协作会议召开", "联防联控，共享空气质量数据。")
    assert region.level == "region"
    assert next(p.id for p in region.places) == "r-yrd"
    department = label(analyzer, "珠海市通知", "珠海市生态环境部门加强大气执法。")
    assert department.level == "city"


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("某市扬尘污染防治条例（征求意见稿）", "现公开征求意见。", "draft_for_comment"),
        ("《大气污染防治条例》解读", "一、修订背景", "interpretation"),
        ("水泥工业大气污染物排放标准", "本标准规定了排放限值。", "standard"),
        ("唐山市大气污染防治条例", "第一条 为防治大气污染，制定本条例。", "law"),
        ("关于划定禁燃区的通告", "现通告如下。", "announcement"),
        ("关于解除重污染天气黄色预警的通知", "决定解除预警。", "notice"),
        ("唐山市2023年大气污染综合治理工作方案", "工作目标如下。", "notice"),
        ("关于印发空气质量改善行动计划的通知", "现印发给你们。", "plan"),
        ("唐山市召开秋冬季攻坚动员会", "3日，唐山市召开会议。", "news"),
        ("9月份全省环境空气质量状况", "优良天数比例为90%，同比上升。", "data_release"),
        ("关于新增监测点位的复函", "同意新增。", "other"),
    ],
)
def test_document_types(analyzer: Analyzer, title: str, body: str, kind: str) -> None:
    assert label(analyzer, title, body).document_type == kind


def test_records_near_the_line_are_to_be_checked(analyzer: Analyzer) -> None:
    clear = label(analyzer, "大气污染防治条例", "防治大气污染，改善空气质量。")
    assert not clear.needs_check
    sheets = [
        label(analyzer, "关于公布优秀环境科技成果名单的通知", "包括污水、固废、烟气治理等方向。"),
        label(analyzer, "环保工作综述", "推进锅炉改造、污水处理、废气治理和垃圾分类。"),
    ]
    assert any(sheet.needs_check for sheet in sheets)


def test_a_label_near_the_line_is_to_be_checked(analyzer: Analyzer) -> None:
    records = read_notices(GLOSSARY / "labelled" / "notices.jsonl")[:120]
    line = analyzer.tools.weights.threshold
    for record in records:
        found = analyzer.classify(analyzer.analyse(notice_of(record)))
        if any(abs(measure.score - line) < 0.05 for measure in found.measures):
            assert found.needs_check


@pytest.mark.parametrize(
    ("title", "body", "places", "level"),
    [
        (
            "关于加油站执法问题的复函",
            "北京市环境保护局：你局请示收悉。依法处罚油气排放。" + "请遵照执行。" * 12
            + "\n生态环境部办公厅",
            ["100000"],
            "central",
        ),
        ("中日大气合作会议在北京召开", "双方交流PM2.5治理。", ["jp", "100000"], "central"),
        (
            "重庆市生态环境局 四川省生态环境厅关于联合防治大气污染的通知",
            "两地开展联合执法。",
            ["500000", "510000"],
            "city",
        ),
        (
            "长株潭打响治气硬仗",
            "湖南省政府召开会议，长沙、湘潭PM2.5浓度要降到38微克/立方米。",
            ["430100", "430300", "430000", "r-czt"],
            "province",
        ),
    ],
)  # fmt: skip
def test_who_speaks_and_of_where(
    analyzer: Analyzer, title: str, body: str, places: list[str], level: str
) -> None:
    found = label(analyzer, title, body)
    assert [p.id for p in found.places] == places
    assert found.level == level


def test_titles_and_bodies_alone(analyzer: Analyzer) -> None:
    title = label(analyzer, "廊坊市关于延长重污染天气Ⅱ级应急响应时间的通知", "")
    assert (title.is_air, title.document_type) == (True, "notice")
    assert title.measures[0].id == "heavy_episode"
    body = label(
        analyzer,
        "",
        "邯郸市扬尘污染防治条例\n第一条 为防治扬尘污染，制定本条例。\n第二条 本条例适用于本市。",
    )
    assert (body.is_air, body.document_type) == (True, "law")


HOSTILE = {
    "empty": "",
    "blank": " \n\u3000\n",
    "one character": "气",
    "digits": "1" * 300_000,
    "brackets": "（〔《" * 100_000,
    "spaces": "PM 2. 5 " * 37_000,
    "headings": "一、优化结构\n" * 42_000,
    "years": "比2015年" * 50_000,
    "targets": "PM2.5浓度下降10%，" * 25_000,
    "places": "天津市、" * 75_000,
    "numbers": "〔2026〕3号" * 37_000,
    "latin": "Volatile organic compounds in the air " * 7_000,
    "mixed": "一、总体目标\n到2030年，天津市PM2.5浓度比2025年下降10%，超低排放。" * 7_500,
    "filler": "大\u200b气\ufeff污 染" * 37_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_do_not_break_it(analyzer: Analyzer, name: str) -> None:
    analysed = analyzer.analyse(notice("关于大气污染防治的通知", HOSTILE[name]))
    found = analyzer.classify(analysed)
    analyzer.extract_targets(analysed)
    assert found.relevance.id in ("air", "not_air")


def test_spaces_script_and_width_do_not_change_the_labels(analyzer: Analyzer) -> None:
    plain = label(
        analyzer, "沈阳市扬尘治理方案", "沈阳市控制PM2.5浓度，关闭燃煤锅炉，治理建筑工地扬尘。"
    )
    noisy = label(
        analyzer,
        "瀋陽市揚塵治理方案",
        "瀋陽市 控 制 ＰＭ ２. ５ 濃度，關閉燃煤鍋爐，治理建筑工地揚 塵。",
    )
    assert [m.id for m in plain.measures] == [m.id for m in noisy.measures]
    assert [p.id for p in plain.places] == [p.id for p in noisy.places]


def test_labelling_twice_gives_the_same(analyzer: Analyzer) -> None:
    analysed = analyzer.analyse(notice("廊坊市空气质量改善实施方案", PLAN))
    assert analyzer.classify(analysed) == analyzer.classify(analysed)


def test_the_words_of_the_document_rejoin_to_the_text(analyzer: Analyzer) -> None:
    analysed = analyzer.analyse(notice("大气污染防治", PLAN))
    assert analysed.doc.text == analysed.view.text
    assert "超低排放改造" in {token.text for token in analysed.doc}


@pytest.mark.parametrize(
    ("bodies", "number", "rule"),
    [
        (("生态环境部",), None, "issuing-body:生态环境部"),
        (("生态环境部", "国家能源局"), "环大气〔2026〕7号", "issuing-body:生态环境部"),
        ((), "环办大气函〔2026〕7号", "document-number:生态环境部办公厅"),
    ],
)
def test_a_header_of_the_state_stands_above_those_addressed(
    analyzer: Analyzer, bodies: tuple[str, ...], number: str | None, rule: str
) -> None:
    found = header(analyzer, "关于做好冬季大气污染防治工作的通知", bodies, number)
    assert found.level == "central"
    assert [(p.id, p.role, p.rule) for p in found.places] == [("100000", "issuer", rule)]
    reply = header(analyzer, "关于唐山市大气污染防治工作的复函", bodies, number)
    assert reply.level == "central"
    assert [(p.id, p.role) for p in reply.places] == [("130200", "target"), ("100000", "issuer")]


def test_a_local_header_is_not_of_the_state(analyzer: Analyzer) -> None:
    title = "关于做好冬季大气污染防治工作的通知"
    for body, number in (("天津市生态环境局", "津环〔2026〕7号"), ("发展和改革委员会", None)):
        assert header(analyzer, title, (body,), number).level == "city"


def header(
    analyzer: Analyzer, title: str, bodies: tuple[str, ...], number: str | None
) -> Classification:
    body = "天津市、北京市生态环境局：\n现就大气污染防治工作通知如下。\n一、加强机动车排放管控。"
    given = notice(title, body, number).model_copy(update={"issuing_bodies": bodies})
    return analyzer.classify(analyzer.analyse(given))


def test_sections_have_levels_and_extents(analyzer: Analyzer) -> None:
    analysed = analyzer.analyse(notice("方案", PLAN))
    heads = [(s.level, s.heading) for s in analysed.structure.sections]
    assert (1, "优化产业结构") in heads
    assert (2, "指导思想") in heads
    first = next(s for s in analysed.structure.sections if s.heading == "总体要求")
    second = next(s for s in analysed.structure.sections if s.heading == "优化产业结构")
    assert first.end == second.start


def statute(*chapters: str) -> str:
    """A long statute of such chapters, in which no subject fills much of the text."""
    filler = "人民政府应当组织有关部门研究，听取意见，明确分工，并按照程序报告结果。" * 6
    texts = ["第一章 总则", *chapters, "第八章 法律责任"]
    body = [f"{text}\n第{'一二三四五六七八'[turn]}条 {filler}" for turn, text in enumerate(texts)]
    assert len("\n".join(body)) > LONG
    return "\n".join(body) + "\n违反本条例的，处一万元以上十万元以下罚款。"


def test_a_chapter_of_a_comprehensive_statute_gives_its_label(analyzer: Analyzer) -> None:
    chapters = (
        "第二章 防治措施", "第一节 燃煤污染防治", "第二节 机动车船污染防治", "第三节 扬尘污染防治",
        "第三章 重点区域大气污染联合防治", "第四章 重污染天气应对",
    )  # fmt: skip
    found = label(analyzer, "河北省大气污染防治条例", statute(*chapters))
    assert {one.id for one in found.measures} == {
        "law_standard", "permit_enforcement", "energy_coal", "mobile", "dust_area", "regional",
        "heavy_episode",
    }  # fmt: skip


def test_the_items_of_an_article_are_no_chapters(analyzer: Analyzer) -> None:
    items = "（一）防治燃煤的；（二）防治机动车船的；（三）联合防治的；"
    chapters = ("第二章 一般规定", "第三章 防治措施", "第四章 扬尘", "第五章 监督", "第六章 其他")
    body = statute(*chapters).replace("第四条", f"有下列情形之一的：\n{items}\n第四条")
    found = label(analyzer, "河北省扬尘污染防治条例", body)
    assert {one.id for one in found.measures} == {"law_standard", "dust_area"}


def test_a_heading_ends_where_its_first_article_begins(analyzer: Analyzer) -> None:
    body = "第二章 扬尘污染防治 第六条 机动车应当密闭。第三章 附则 第七条 本办法自公布起施行。"
    analysed = analyzer.analyse(notice("扬尘污染防治办法", body))
    assert [s.heading for s in analysed.structure.sections] == ["扬尘污染防治", "附则"]
    view = analysed.view
    assert all(view.text[: s.heading_end].endswith(s.heading) for s in analysed.structure.sections)


def test_numbered_works_are_headings(analyzer: Analyzer) -> None:
    body = "工程一：清洁运输。更新货车。\n专项二、扬尘管控。清扫道路。\n行动三：绿色能源。"
    sections = analyzer.analyse(notice("行动方案", body)).structure.sections
    assert [(s.level, s.heading) for s in sections] == [
        (1, "清洁运输"), (1, "扬尘管控"), (1, "绿色能源"),
    ]  # fmt: skip


def _copied(tmp_path: Path) -> Path:
    cues = tmp_path / "cues"
    shutil.copytree(GLOSSARY / "cues", cues)
    return cues


def test_an_edited_word_list_changes_labels_and_version(
    vocabulary: Vocabulary, analyzer: Analyzer, tmp_path: Path
) -> None:
    cues = _copied(tmp_path)
    path = cues / "relevance.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("decoys: [", "decoys: [大气工程, ", 1),
        encoding="utf-8",
    )
    edited = Analyzer(vocabulary, cues)
    assert edited.version != analyzer.version


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("relevance.yml", "strong: 大气", "strong"),
        ("relevance.yml", "strong: [大气", "YAML"),
        ("measures.yml", "- {id: no_such_type, strong: [甲]}", "no_such_type"),
        ("measures.yml", "strong: [甲]", "list"),
        ("documents.yml", "rules: []", "rules"),
        ("documents.yml", "rules: [{id: x, type: poem}]", "type"),
        ("weights.json", "{}", "train"),
        ("targets.yml", "units: 3", "units"),
    ],
)
def test_a_broken_cue_file_is_named(
    vocabulary: Vocabulary, tmp_path: Path, file: str, content: str, words: str
) -> None:
    cues = _copied(tmp_path)
    (cues / file).write_text(content, encoding="utf-8")
    with pytest.raises(Exception, match=words) as caught:
        Analyzer(vocabulary, cues)
    assert file in str(caught.value)


def test_a_missing_cue_file_is_named(vocabulary: Vocabulary, tmp_path: Path) -> None:
    with pytest.raises(CueError, match=r"relevance\.yml"):
        Analyzer(vocabulary, tmp_path)
