"""The five files of an issue say the same, are stable, and are written in one step."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pdfplumber
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from render_fixture import bulletin, entries, sections

from pipeline.model import Coverage, Entry, Section
from pipeline.render import WRITERS, RenderError, build_tree, file_stem, render
from pipeline.render.fonts import load_fonts, stand_ins
from pipeline.render.names import SAMPLE, UNREVIEWED
from pipeline.render.tree import Heading, Paragraph, Table, plain

GOLDEN = Path(__file__).parent / "golden" / "bulletin.md"
# As printed: the latecomer (13) stands in 補遺, after the last of その他 (14).
ORDER = [f"2026-10-{n:03d}" for n in (*range(1, 13), 14, 13)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The fixture's issue as a sample, in every format."""
    out = tmp_path_factory.mktemp("out")
    return {path.suffix[1:]: path for path in render(bulletin(sample=True), out)}


@pytest.fixture(scope="module")
def pages(files: dict[str, Path]) -> list[str]:
    """The text of each page of the PDF, without white space."""
    with pdfplumber.open(files["pdf"]) as pdf:
        return [_squeezed(page.extract_text()) for page in pdf.pages]


def _squeezed(text: str | None) -> str:
    # One glyph of the font serves both dashes, so a PDF tells them no more apart.
    return re.sub(r"\s", "", text or "").replace("—", "―")


def _docx_text(path: Path) -> str:
    body = docx.Document(str(path)).element.body
    return "".join(node.text or "" for node in body.iter(qn("w:t")))


def _rows(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(path)
    return list(book[sheet].iter_rows(min_row=3, values_only=True))


# --- names and formats ---------------------------------------------------------------------


def test_writes_five_files_with_ascii_names(files: dict[str, Path]) -> None:
    assert set(files) == set(WRITERS) == {"md", "html", "pdf", "docx", "xlsx"}
    assert {path.name for path in files.values()} == {f"geppo_2026-10.{name}" for name in WRITERS}
    assert sorted(p.name for p in files["md"].parent.iterdir()) == sorted(
        p.name for p in files.values()
    )


def test_edition_is_named_in_ascii_and_on_the_cover(tmp_path: Path) -> None:
    issue = bulletin(edition="北九州市")
    (path,) = render(issue, tmp_path, ["md"], edition_id="kitakyushu")
    assert path.name == "geppo_2026-10_kitakyushu.md"
    assert "**北九州市版**" in path.read_text("utf-8")
    unnamed = file_stem(issue)
    assert unnamed.isascii()
    assert unnamed != file_stem(bulletin(edition="大阪市"))


def test_window_label_is_kept() -> None:
    assert file_stem(bulletin(label="2015-01..2026-12")) == "geppo_2015-01..2026-12"


def test_refuses_unknown_formats_and_unfit_labels(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"unknown format epub; known formats are md, html"):
        render(bulletin(), tmp_path, ["md", "epub"])
    with pytest.raises(RenderError, match="cannot be part of a file name"):
        render(bulletin(label="../../x"), tmp_path, ["md"])
    assert list(tmp_path.iterdir()) == []


# --- one content ---------------------------------------------------------------------------


def test_same_entries_in_the_same_order_everywhere(files: dict[str, Path]) -> None:
    markdown = files["md"].read_text("utf-8")
    assert re.findall(r"^#{3,4} (2026-10-\d{3})　.*した。$", markdown, re.M) == ORDER
    page = BeautifulSoup(files["html"].read_text("utf-8"), "html.parser")
    assert [a.select_one(".number").text for a in page.select("article.entry")] == ORDER
    word = docx.Document(str(files["docx"])).element.body
    names = [node.get(qn("w:name")) for node in word.iter(qn("w:bookmarkStart"))]
    assert [name for name in names if name.startswith("e_")] == [
        "e_" + number.replace("-", "_") for number in ORDER
    ]
    assert [row[0] for row in _rows(files["xlsx"], "一覧")] == ORDER
    with files["pdf"].open("rb") as file:
        titles = [item[1] for item in PDFDocument(PDFParser(file)).get_outlines()]
    found = [title for title in titles if "した。" in title]
    headings = [entry.heading for number in ORDER for entry in entries() if entry.number == number]
    assert [_squeezed(t) for t in found] == [_squeezed(h) for h in headings]


def test_every_heading_and_original_title_is_in_every_format(
    files: dict[str, Path], pages: list[str]
) -> None:
    printed = "".join(pages)
    html = BeautifulSoup(files["html"].read_text("utf-8"), "html.parser").get_text()
    sheet = "".join(str(row) for row in _rows(files["xlsx"], "一覧"))
    word = _docx_text(files["docx"])
    for entry in entries():
        for words in (entry.heading, entry.title_zh):
            for text in (html, sheet, word):
                assert words in text
            assert _squeezed(words) in printed


def test_markdown_equals_the_golden_file(files: dict[str, Path]) -> None:
    assert files["md"].read_text("utf-8") == GOLDEN.read_text("utf-8"), (
        f"if the change is wanted, copy {files['md']} over {GOLDEN}"
    )


def test_unreviewed_entries_are_marked_in_every_format(
    files: dict[str, Path], pages: list[str]
) -> None:
    # Thirteen entries and the plan; the legend explains the mark once more.
    page = BeautifulSoup(files["html"].read_text("utf-8"), "html.parser")
    assert len(page.select(".unreviewed")) == 14
    assert not page.select("#e_2026_10_001 ~ p.mark .unreviewed")
    assert files["md"].read_text("utf-8").count(UNREVIEWED) == 15
    assert _docx_text(files["docx"]).count(UNREVIEWED) == 15
    assert "".join(pages).count(UNREVIEWED) == 15
    column = [row[10] for row in _rows(files["xlsx"], "一覧")]
    assert column == ["校閲済", *[UNREVIEWED] * 13]


def test_sample_mark_is_on_every_page_sheet_and_file(
    files: dict[str, Path], pages: list[str]
) -> None:
    assert len(pages) > 5
    assert all(SAMPLE in page for page in pages)
    book = openpyxl.load_workbook(files["xlsx"])
    for sheet in book:
        assert SAMPLE in sheet["A1"].value
        assert SAMPLE in sheet.oddHeader.center.text
    html = files["html"].read_text("utf-8")
    assert f'<p class="sample" role="note">{SAMPLE}</p>' in html
    assert f'@top-center {{ content: "{SAMPLE}"; }}' in html
    word = docx.Document(str(files["docx"]))
    assert SAMPLE in word.sections[0].header.paragraphs[0].text
    assert SAMPLE in _docx_text(files["docx"])
    assert files["md"].read_text("utf-8").startswith(f"**{SAMPLE}**")


def test_a_real_issue_bears_no_sample_mark(tmp_path: Path) -> None:
    for path in render(bulletin(), tmp_path):
        content = path.read_bytes()
        if path.suffix == ".pdf":
            with pdfplumber.open(path) as pdf:
                content = "".join(p.extract_text() for p in pdf.pages).encode()
        assert "見本".encode() not in content


# --- the tree ------------------------------------------------------------------------------


def _sections_of(**changes: object) -> list[str]:
    tree = build_tree(bulletin(**changes))
    return [plain(b.runs) for b in tree.blocks if isinstance(b, Heading) and b.level == 1]


def test_sections_stand_in_the_order_of_the_layout() -> None:
    assert _sections_of() == [
        "今月のポイント", "今月の動き", "中央政府", "重点地域", "連携都市", "その他", "補遺",
        "意見募集中の案件", "用語の手引き", "収集状況", "掲載しなかった資料", "日付不明の資料",
        "凡例・免責", "奥付", "全文和訳（仮訳）",
    ]  # fmt: skip
    bare = _sections_of(highlights=(), terms=(), unplaced=(), plans=(), left_out=())
    assert "今月のポイント" not in bare
    assert "日付不明の資料" not in bare
    assert "掲載しなかった資料" in bare, "what was left out is always accounted for"


def test_heading_levels_have_no_gaps() -> None:
    level = 0
    for block in build_tree(bulletin()).blocks:
        if isinstance(block, Heading):
            assert block.level <= level + 1
            level = block.level


def test_counts_agree_with_the_entries() -> None:
    table = _table("措置区分ごとの掲載件数（単位：件）")
    rows = {plain(row[0].runs): [plain(cell.runs) for cell in row[1:]] for row in table.rows}
    assert [plain(cell.runs) for cell in table.header[1:]] == [
        "中央政府", "重点地域", "連携都市", "その他", "補遺", "計",
    ]  # fmt: skip
    assert rows["法令・基準"] == ["1", "1", "1", "－", "－", "3"]
    assert rows["掲載件数"] == ["4", "1", "5", "3", "1", "14"]


def test_consultations_stand_in_order_of_deadline() -> None:
    rows = [[plain(cell.runs) for cell in row[:3]] for row in _table("意見募集の期限").rows]
    assert rows == [
        ["2026年10月30日", "締切済", "2026-10-007"],
        ["2026年11月20日", "募集中", "2026-10-002"],
    ]


def test_coverage_is_printed_in_japanese() -> None:
    names = [plain(row[1].runs) for row in _table("収集状況").rows]
    assert names == ["正常", "正常", "正常", "新着なし", "遮断", "名前解決不可", "未検証"]


def test_a_search_is_printed_beside_the_failure() -> None:
    rows = (
        Coverage(source_id="a", name_ja="甲", health="http_error", searched=True),
        Coverage(source_id="b", name_ja="乙", health="http_error"),
    )
    printed = [plain(row[1].runs) for row in _table("収集状況", coverage=rows).rows]
    assert printed == ["HTTPエラー（検索で補完）", "HTTPエラー"]
    texts = [plain(b.runs) for b in build_tree(bulletin(coverage=rows)).blocks
             if isinstance(b, Paragraph)]  # fmt: skip
    assert "情報源 2件（HTTPエラー2件。うち検索で補完1件）" in texts


def _table(caption: str, **changes: object) -> Table:
    blocks = build_tree(bulletin(**changes)).blocks
    return next(b for b in blocks if isinstance(b, Table) and b.caption == caption)


def test_an_entry_of_no_section_is_still_printed() -> None:
    tree = build_tree(bulletin(sections=sections()[:-1]))
    headings = [b for b in tree.blocks if isinstance(b, Heading)]
    assert [b.number for b in headings if b.role == "entry"] == [*ORDER[:-1], "2026-10-013"]
    assert "その他（節の指定なし）" in [plain(b.runs) for b in headings]


def test_an_entry_named_twice_is_printed_once_and_referred_to() -> None:
    extra = Section(id="again", heading="再掲の節", numbers=("2026-10-001",))
    tree = build_tree(bulletin(sections=(*sections(), extra)))
    anchors = [b.anchor for b in tree.blocks if isinstance(b, Heading)]
    assert anchors.count("e_2026_10_001") == 1
    assert any("再掲：2026-10-001" in plain(getattr(b, "runs", ())) for b in tree.blocks)


def test_refuses_unknown_and_repeated_numbers() -> None:
    wrong = Section(id="x", heading="X", numbers=("2026-10-099",))
    with pytest.raises(RenderError, match="2026-10-099"):
        build_tree(bulletin(sections=(*sections(), wrong)))
    with pytest.raises(RenderError, match=r"used twice: 2026-10-001"):
        build_tree(bulletin(entries=(*entries(), entries()[0])))


def test_partial_and_missing_dates_are_not_invented(files: dict[str, Path]) -> None:
    rows = {row[0]: row for row in _rows(files["xlsx"], "一覧")}
    assert rows["2026-10-001"][5].date().isoformat() == "2026-10-05"
    assert rows["2026-10-012"][5] is None
    assert rows["2026-10-012"][12] == "2026年10月"
    assert "| 公表日／成文日 | 記載なし／2026年10月 |" in files["md"].read_text("utf-8")


def test_an_empty_issue_renders(tmp_path: Path) -> None:
    empty = bulletin(
        entries=(), sections=(), plans=(), coverage=(), left_out=(), unplaced=(), terms=(),
        notes=(), highlights=(), date_issue=None, issue_number=None, contact=None,
    )  # fmt: skip
    assert len(render(empty, tmp_path)) == 5
    assert "当期に掲載する公表はなかった" in (tmp_path / "geppo_2026-10.md").read_text("utf-8")


def test_bilingual_plans_show_both_columns(tmp_path: Path) -> None:
    (path,) = render(bulletin(), tmp_path, ["html"], plan_mode="bilingual")
    page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    table = next(t for t in page.select("article.plan table") if "対訳" in t.caption.text)
    cells = [cell.get_text() for cell in table.select("tbody tr")[0].select("td")]
    assert cells == ["一、总体要求", "一、全体要求"]


def test_a_doubtful_sentence_is_marked_with_its_original_beneath(files: dict[str, Path]) -> None:
    page = BeautifulSoup(files["html"].read_text("utf-8"), "html.parser")
    plan = page.select_one("article.plan")
    assert "大気環境の質は" in plan.select_one(".doubtful").text
    assert "原文：守住环境空气质量" in plan.select_one("p.source").text
    # A sentence without Japanese shows its original, marked.
    assert "严防散煤复烧。［要確認］" in plan.text


# --- each format ---------------------------------------------------------------------------


def test_pdf_is_tagged_outlined_and_embeds_its_fonts(files: dict[str, Path]) -> None:
    with files["pdf"].open("rb") as file:
        document = PDFDocument(PDFParser(file))
        assert resolve1(document.catalog["MarkInfo"])["Marked"] is True
        assert resolve1(document.catalog["Lang"]).startswith(b"ja")
        outline = list(document.get_outlines())
    assert len(outline) >= len(ORDER) + 15
    fonts = {}
    with pdfplumber.open(files["pdf"]) as pdf:
        for page in pdf.pages:
            for font in (resolve1(page.page_obj.resources.get("Font")) or {}).values():
                descendant = resolve1(resolve1(resolve1(font)["DescendantFonts"])[0])
                descriptor = resolve1(descendant["FontDescriptor"])
                embedded = {"FontFile", "FontFile2", "FontFile3"} & set(descriptor)
                fonts[str(descendant["BaseFont"])] = bool(embedded)
    assert fonts
    assert all(fonts.values())
    assert all("NotoSansCJKjp" in name for name in fonts)


def test_pdf_lines_obey_japanese_line_breaking(files: dict[str, Path]) -> None:
    lines: dict[tuple[int, int], list[tuple[float, str]]] = {}
    with pdfplumber.open(files["pdf"]) as pdf:
        for number, page in enumerate(pdf.pages):
            for char in page.chars:
                place = (number, round(float(char["bottom"])))
                lines.setdefault(place, []).append((float(char["x0"]), char["text"]))
    assert len(lines) > 300
    for line in lines.values():
        words = "".join(text for _, text in sorted(line))
        assert (
            words[0] not in "、。，．）」』】〕》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ：；？！"
        ), words
        assert words[-1] not in "（「『【〔《", words


@pytest.mark.parametrize("name", list(WRITERS))
def test_rebuilding_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    (first,) = render(bulletin(), tmp_path / "a", [name])
    (second,) = render(bulletin(), tmp_path / "b", [name])
    assert first.read_bytes() == second.read_bytes()


def test_html_is_self_contained_and_navigable(files: dict[str, Path]) -> None:
    page = BeautifulSoup(files["html"].read_text("utf-8"), "html.parser")
    assert page.html["lang"] == "ja"
    assert not page.select("script, img, iframe, link, [src]")
    ids = [node["id"] for node in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for link in page.select("a[href^='#']"):
        assert link["href"][1:] in ids
    assert all("noreferrer" in a["rel"] for a in page.select("a[href^='http']"))
    levels = [int(node.name[1]) for node in page.select("h1, h2, h3, h4, h5, h6")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in page.select("table:not(.labels)"):
        assert table.caption.text
        assert all(th.get("scope") == "col" for th in table.select("thead th"))
    assert page.select_one(".labels td span[lang=zh-Hans]").text.startswith("关于印发")


def test_word_has_east_asian_fonts_grids_and_links(files: dict[str, Path]) -> None:
    word = docx.Document(str(files["docx"]))
    body = word.element.body
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "GeppoCell"):
        fonts = word.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "游ゴシック"
        assert word.styles[name].element.rPr.find(qn("w:lang")).get(qn("w:eastAsia")) == "ja-JP"
    chinese = next(t for t in body.iter(qn("w:t")) if (t.text or "").startswith("关于印发"))
    properties = chinese.getparent().rPr
    assert properties.rFonts.get(qn("w:eastAsia")) == "SimSun"
    assert properties.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"
    for table in body.iter(qn("w:tbl")):
        grid = [int(c.get(qn("w:w"))) for c in table.find(qn("w:tblGrid"))]
        assert 0 < sum(grid) <= 9411
        for row in table.iter(qn("w:tr")):
            assert len(row.findall(qn("w:tc"))) == len(grid)
    bookmarks = [b.get(qn("w:name")) for b in body.iter(qn("w:bookmarkStart"))]
    assert all(len(name) <= 40 for name in bookmarks)
    anchors = {h.get(qn("w:anchor")) for h in body.iter(qn("w:hyperlink"))} - {None}
    assert anchors <= set(bookmarks)
    assert {"e_2026_10_001", "s_central"} <= anchors
    assert not list(body.iter(qn("w:instrText"))), "no field that asks to be updated"


def test_workbook_has_filters_frozen_headers_dates_and_links(files: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(files["xlsx"])
    assert book.sheetnames == ["一覧", "目標値", "収集状況", "除外一覧", "用語"]
    for sheet in book:
        assert sheet.auto_filter.ref.startswith("A2:")
        assert sheet.freeze_panes == "B3"
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
    first = book["一覧"]
    assert first["F3"].is_date
    assert first["R3"].hyperlink.target == entries()[0].url
    assert first.print_area == "'一覧'!$A$1:$L$16"
    assert first.row_dimensions[3].height > 45, "six issuers need several lines"
    assert len(_rows(files["xlsx"], "目標値")) == 5
    assert [row[0] for row in _rows(files["xlsx"], "除外一覧")] == ["不掲載", "不掲載", "日付不明"]


# --- failures ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()]
)
def test_a_failed_write_leaves_the_old_file(
    failure: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = render(bulletin(), tmp_path, ["md"])
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises((RenderError, KeyboardInterrupt)) as caught:
        render(bulletin(title="別の題名"), tmp_path, ["md"])
    if isinstance(failure, OSError):
        assert "No space left on device" in str(caught.value)
        assert str(path) in str(caught.value)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(RenderError, match=r"cannot write .*out"):
        render(bulletin(), tmp_path / "out", ["md"])


def test_a_missing_font_is_named_and_the_other_files_are_written(tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    with pytest.raises(RenderError, match=rf"no font in {fonts} \(no such folder\)"):
        render(bulletin(), tmp_path / "a", ["pdf"], font_dir=fonts)
    fonts.mkdir()
    with pytest.raises(RenderError, match=r"empty.*GEPPO_FONT_DIR.*written: geppo_2026-10.md"):
        render(bulletin(), tmp_path / "b", ["pdf", "md"], font_dir=fonts)
    assert [p.name for p in (tmp_path / "b").iterdir()] == ["geppo_2026-10.md"]
    (fonts / "broken.otf").write_bytes(b"not a font")
    with pytest.raises(RenderError, match=r"broken\.otf cannot be read"):
        render(bulletin(), tmp_path / "c", ["pdf"], font_dir=fonts)


def test_a_character_without_a_glyph_is_printed_as_its_code_point(tmp_path: Path) -> None:
    first, *rest = entries()
    odd = "笑顔😀と𐎀の見出し👨‍👩‍👧"
    update = {"heading": odd, "title_zh": odd, "warnings": (odd,), "text": f"## 概要\n\n- {odd}\n"}
    plain = Entry.model_validate(first.model_dump() | update)
    issue = bulletin(entries=(plain, *rest), title="月報😀", highlights=(odd,))
    files = {path.suffix: path for path in render(issue, tmp_path, ["pdf", "html"])}
    with pdfplumber.open(files[".pdf"]) as pdf:
        words = "".join(_squeezed(page.extract_text()) for page in pdf.pages)
        title = str(pdf.metadata.get("Title"))
    shown = "笑顔〔U+1F600〕と〔U+10380〕の見出し〔U+1F468〕〔U+1F469〕〔U+1F467〕"
    assert words.count(shown) >= 4
    assert "月報〔U+1F600〕" in words
    assert "月報" in title
    assert "笑顔😀と" in files[".html"].read_text("utf-8")


def test_fonts_that_set_no_japanese_are_named() -> None:
    fonts = load_fonts(None)
    assert stand_ins(fonts, ["大気", "a😀a"]) == {0x1F600: "〔U+1F600〕"}
    latin = replace(fonts, characters=frozenset(range(32, 127)))
    with pytest.raises(RenderError, match=r"lack \d+ of the characters .* GEPPO_FONT_DIR"):
        stand_ins(latin, ["abc"])


def test_fonts_of_a_folder_are_used(tmp_path: Path) -> None:
    import noto_cjk_sans_jp_regular

    (tmp_path / "regular.otf").symlink_to(noto_cjk_sans_jp_regular.FONT_PATH)
    (path,) = render(bulletin(), tmp_path / "out", ["pdf"], font_dir=tmp_path)
    with pdfplumber.open(BytesIO(path.read_bytes())) as pdf:
        assert "中国大気環境政策月報" in _squeezed(pdf.pages[0].extract_text())
