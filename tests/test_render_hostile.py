"""Scraped text is literal text in every format."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import docx
import markdown
import openpyxl
import pdfplumber
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from lxml import etree
from render_fixture import HOSTILE, hostile_bulletin

from pipeline.render import render
from pipeline.render.layout import MAX_COLUMNS, pieces, split_columns
from pipeline.render.markdown import escape
from pipeline.render.text import GETA, anchor, clean, date_ja, safe_url
from pipeline.render.tree import Cell, Table, text

STEERING = "\u202e\u2066\u200b\ufeff\x00\x0b\x1b\x02\x03\ue000"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("hostile")
    return {path.suffix[1:]: path for path in render(hostile_bulletin(), out)}


@dataclass(frozen=True)
class Printed:
    """What a reader of the PDF gets: text without white space, links, right edge, page width."""

    words: str
    links: tuple[str, ...]
    edge: float
    width: float


@pytest.fixture(scope="module")
def printed(files: dict[str, Path]) -> Printed:
    with pdfplumber.open(files["pdf"]) as pdf:
        return Printed(
            "".join(re.sub(r"\s", "", page.extract_text()) for page in pdf.pages),
            tuple(link.get("uri") or "" for page in pdf.pages for link in page.hyperlinks),
            max(float(char["x1"]) for page in pdf.pages for char in page.chars),
            float(pdf.pages[0].width),
        )


def _html(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def test_html_shows_hostile_text_and_runs_none_of_it(files: dict[str, Path]) -> None:
    page = _html(files["html"])
    words = page.get_text()
    for hostile in HOSTILE:
        assert hostile in words
        assert any(hostile == cell.get_text() for cell in page.select("td")), hostile
    assert not page.select("script, img, iframe, object, embed, form, link, base, svg")
    for node in page.find_all(True):
        assert not [name for name in node.attrs if name.startswith("on") or name == "src"]
    for link in page.select("[href]"):
        assert re.match(r"https?://|mailto:|#", link["href"])
        assert not re.search(r"[<>\"'\s]", link["href"]) or "%" in link["href"]
    assert "<script>alert('raw')</script>" in words


def test_markdown_shows_hostile_text_literally(files: dict[str, Path]) -> None:
    source = files["md"].read_text("utf-8")
    page = BeautifulSoup(markdown.markdown(source, extensions=["tables"]), "html.parser")
    words = page.get_text()
    for hostile in HOSTILE:
        assert hostile in words
    assert not page.select("script, img, code, h1 em")
    for link in page.select("a[href]"):
        assert re.match(r"https?://|#", link["href"])


@pytest.mark.parametrize("hostile", [*HOSTILE, "12. a", "1) b", "---", "===", "C:\\#x &#35; &lt;"])
def test_markdown_escape_survives_a_markdown_reader(hostile: str) -> None:
    page = BeautifulSoup(markdown.markdown(escape(hostile)), "html.parser")
    assert page.get_text() == hostile
    assert {node.name for node in page.find_all(True)} == {"p"}


def test_pdf_shows_hostile_text_literally(printed: Printed) -> None:
    for hostile in HOSTILE:
        assert re.sub(r"\s", "", hostile) in printed.words
    assert "root:" not in printed.words
    assert printed.links
    assert not [link for link in printed.links if link and not link.startswith("http")]
    assert printed.edge <= printed.width, "long tokens break inside the page"


def test_word_shows_hostile_text_literally(files: dict[str, Path]) -> None:
    body = docx.Document(str(files["docx"])).element.body
    paragraphs = [
        "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
        for paragraph in body.iter(qn("w:p"))
    ]
    for hostile in HOSTILE:
        assert hostile in paragraphs
    with zipfile.ZipFile(files["docx"]) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
        targets = re.findall(
            r'Target="([^"]*)"[^>]*External', package.read("word/_rels/document.xml.rels").decode()
        )
    assert targets
    assert all(target.startswith(("http://", "https://", "mailto:")) for target in targets)


def test_workbook_holds_text_and_no_formula(files: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(files["xlsx"])
    values = []
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{sheet.title}!{cell.coordinate}"
                values.append(cell.value)
    for hostile in HOSTILE:
        assert hostile in values
    with zipfile.ZipFile(files["xlsx"]) as package:
        for name in package.namelist():
            assert b"<f>" not in package.read(name)


def test_control_characters_are_nowhere(files: dict[str, Path]) -> None:
    texts = [files["md"].read_text("utf-8"), files["html"].read_text("utf-8")]
    with zipfile.ZipFile(files["docx"]) as package:
        texts.append(package.read("word/document.xml").decode())
    with zipfile.ZipFile(files["xlsx"]) as package:
        texts.append(package.read("xl/sharedStrings.xml").decode())
    for words in texts:
        assert not set(STEERING) & set(words)
        assert f"制御{GETA}文字{GETA}逆順ゼロ幅" in words


def test_very_long_titles_are_whole(files: dict[str, Path], printed: Printed) -> None:
    long = "长" * 5_000 + "x" * 5_000
    assert long in files["html"].read_text("utf-8")
    assert long in files["md"].read_text("utf-8")
    with zipfile.ZipFile(files["docx"]) as package:
        assert long in package.read("word/document.xml").decode()
    book = openpyxl.load_workbook(files["xlsx"])
    assert long in [cell.value for cell in book["一覧"]["D"]]
    assert printed.words.count("长") == 5_000
    assert "x" * 300 in printed.words


def test_thirty_columns_scroll_in_html_and_are_cut_on_paper(files: dict[str, Path]) -> None:
    page = _html(files["html"])
    wide = next(t for t in page.select(".scroll.wide table") if "列30" in t.get_text())
    assert len(wide.select("thead th")) == 30
    body = docx.Document(str(files["docx"])).element.body
    for table in body.iter(qn("w:tbl")):
        assert len(table.find(qn("w:tblGrid"))) <= MAX_COLUMNS


# --- the parts -----------------------------------------------------------------------------


def test_split_columns_keeps_every_column_once() -> None:
    header = tuple(Cell(text(f"c{n}")) for n in range(30))
    table = Table("表", header, (header,), tuple(float(n + 1) for n in range(30)))
    parts = split_columns(table)
    assert [part.caption for part in parts][:2] == ["表（1／5）", "表（2／5）"]
    seen = [cell for part in parts for cell in part.header[1:]]
    assert tuple(seen) == header[1:]
    assert all(part.header[0] == header[0] for part in parts)
    assert split_columns(parts[0]) == (parts[0],)


@pytest.mark.parametrize(
    "words", ["", "短い", "https://a.example/b?c=d&e=f", "x" * 500, "漢字" + "/" * 40 + "漢字"]
)
def test_pieces_lose_nothing(words: str) -> None:
    assert "".join(pieces(words)) == words
    assert "".join(pieces(words, in_cell=True)) == words
    assert max((len(p) for p in pieces(words) if p.isascii()), default=0) < 30


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a\tb\nc\r\nd\u2028e\u0085f", "a b c  d e f"),
        ("\u202eabc\u2069\u200f\ufeff\u00ad", "abc"),
        ("a\x00b\x1bc\x7fd\ue000e", GETA.join("abcde")),
        ("a\ud800b\ufffec\ufffdd\U0010fffde", GETA.join("abcde")),
        ("〔2026〕88号\u3000ＡＢ", "〔2026〕88号\u3000ＡＢ"),
    ],
)  # fmt: skip
def test_clean(words: str, expected: str) -> None:
    assert clean(words) == expected
    assert clean(clean(words)) == clean(words)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/中文?q=1#x", "https://a.example/%E4%B8%AD%E6%96%87?q=1#x"),
        ('http://a.example/"><b>', "http://a.example/%22%3E%3Cb%3E"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        (" https://a.example/ ", "https://a.example/"),
        ("javascript:alert(1)", None),
        ("JAVASCRIPT:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("//a.example/x", None),
        ("https://", None),
        ("https://[bad", None),
        ("https://a.example/" + "x" * 3000, None),
        ("", None),
        (None, None),
    ],
)
def test_safe_url(address: str | None, expected: str | None) -> None:
    assert safe_url(address) == expected


def test_dates_and_anchors() -> None:
    dates = [date_ja(d) for d in ("2026-10-05", "2026-10", "2026", None)]
    assert dates == ["2026年10月5日", "2026年10月", "2026年", None]
    assert anchor("e", "2026-10-016") == "e_2026_10_016"
    assert anchor("e", "2015-01..2026-12-003") == "e_2015_01_2026_12_003"
