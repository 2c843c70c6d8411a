"""Title and formula templates, and entry headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model import SegmentKind
from pipeline.translate.templates import TitleTemplates, heading_sentence, untitled_sentence
from pipeline.translate.transfer import LexiconError, TransferEngine
from pipeline.vocab import load_vocabulary

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary"


@pytest.fixture(scope="module")
def templates() -> TitleTemplates:
    vocabulary = load_vocabulary(GLOSSARY)
    engine = TransferEngine(vocabulary, GLOSSARY / "lexicon", GLOSSARY / "patterns")
    return TitleTemplates(vocabulary, engine, GLOSSARY / "patterns")


@pytest.mark.parametrize(
    ("zh", "ja"),
    [
        ("大连市人民政府关于印发《大连市锅炉管理办法》的通知",
         "「大連市ボイラー管理弁法」の公布に関する大連市人民政府の通知"),
        ("大连市人民政府关于印发大连市锅炉管理办法的通知",
         "「大連市ボイラー管理弁法」の公布に関する大連市人民政府の通知"),
        ("关于公开征求《船舶排放标准（征求意见稿）》意见的公告",
         "「船舶排出基準(意見募集稿)」に対する意見募集に関する公告"),
        ("大连市生态环境局等十二部门关于印发《大连市锅炉管理办法》的通知",
         "「大連市ボイラー管理弁法」の公布に関する大連市生態環境局等12部門の通知"),
        ("大连市生态环境局 大连市财政局关于印发《大连市锅炉管理办法》的通知",
         "「大連市ボイラー管理弁法」の公布に関する大連市生態環境局、大連市財政局の通知"),
        ("《大连市锅炉管理办法》解读", "「大連市ボイラー管理弁法」の解説"),
        ("关于禁止燃放烟花爆竹的通告", "花火・爆竹の打上げの禁止に関する通告"),
        ("关于解除重污染天气橙色预警的通知", "重度汚染天気オレンジ色警報の解除に関する通知"),
    ],
)  # fmt: skip
def test_titles(templates: TitleTemplates, zh: str, ja: str) -> None:
    answer = templates.render(zh, "title")
    assert answer is not None
    assert answer.ja == ja
    assert all(
        0 <= o.zh_start < o.zh_end <= len(zh) and o.ja_end <= len(ja) for o in answer.origins
    )


@pytest.mark.parametrize(
    ("zh", "kind", "parts"),
    [
        ("特此通知。", "sentence", ["以上、通知する。"]),
        ("现将《大连市锅炉管理办法》印发给你们，请认真贯彻执行。", "formula",
         ["ここに「大連市ボイラー管理弁法」を公布する", "されたい。"]),
        ("经市人民政府同意，现印发给你们，请严格检查锅炉。", "formula",
         ["同意を得て", "厳格に検査されたい"]),
        ("现将有关事项通知如下：", "formula", ["次のとおり通知する。"]),
    ],
)  # fmt: skip
def test_formulae(templates: TitleTemplates, zh: str, kind: SegmentKind, parts: list[str]) -> None:
    answer = templates.render(zh, kind)
    assert answer is not None
    assert [part for part in parts if part not in answer.ja] == [], answer.ja


@pytest.mark.parametrize(
    "zh",
    ["", "关于", "《", "《》解读", "的通知", "加强监测", "关于的通知", "大" * 5000,
     "《《《关于印发》的通知"],
)  # fmt: skip
def test_no_template_no_answer(templates: TitleTemplates, zh: str) -> None:
    answer = templates.render(zh, "title")
    assert answer is None or answer.ja


def test_titles_do_not_answer_for_sentences(templates: TitleTemplates) -> None:
    assert templates.render("关于加强监测的通知", "sentence") is None


@pytest.mark.parametrize(
    ("issuer", "title", "kind", "ja"),
    [
        ("大連市人民政府", "「大連市ボイラー管理弁法」の公布に関する大連市人民政府の通知", "notice",
         "大連市人民政府が「大連市ボイラー管理弁法」を公布した。"),
        ("生態環境部", "「船舶排出基準」に対する意見募集に関する公告", "draft_for_comment",
         "生態環境部が「船舶排出基準」に対する意見募集を開始した。"),
        ("大連市", "オレンジ色警報の解除に関する通知", "notice",
         "大連市がオレンジ色警報を解除した。"),
        ("生態環境部", "2031年の大気質", "data_release",
         "生態環境部が「2031年の大気質」を公表した。"),
        ("生態環境部", "生態環境部、1月の大気質の状況を通報", "news",
         "生態環境部が1月の大気質の状況を通報した。"),
        ("某市", "秋季対策に関する通知", "notice", "某市が「秋季対策に関する通知」を発出した。"),
        ("", "大気汚染防止条例", "law", "「大気汚染防止条例」が公布された。"),
        ("某市", "「甲」の解説", "interpretation", "某市が「『甲』の解説」を公表した。"),
    ],
)  # fmt: skip
def test_heading_sentences(issuer: str, title: str, kind: str, ja: str) -> None:
    assert heading_sentence(issuer, title, kind) == ja


def test_broken_templates_name_the_file(tmp_path: Path) -> None:
    vocabulary = load_vocabulary(GLOSSARY)
    engine = TransferEngine(vocabulary, GLOSSARY / "lexicon", GLOSSARY / "patterns")
    path = tmp_path / "templates.yml"
    with pytest.raises(LexiconError, match=r"templates\.yml"):
        TitleTemplates(vocabulary, engine, tmp_path)
    path.write_text('titles: [{zh: "{a:doc}的通知", ja: "{b}の通知"}]', encoding="utf-8")
    with pytest.raises(LexiconError, match="slots of zh and ja differ"):
        TitleTemplates(vocabulary, engine, tmp_path)


def test_an_unreadable_title_gives_way_to_what_is_known() -> None:
    assert untitled_sentence(
        "大連市生態環境局", ["移動発生源対策", "VOC・オゾン対策", "経済的手法"], "news"
    ) == ("大連市生態環境局が移動発生源対策及びVOC・オゾン対策に関するニュースを発表した。")
    assert untitled_sentence("", [], "other") == "資料が公表された。"
