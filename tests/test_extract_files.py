"""Attached and handed-in files: read in full, or refused with a reason that names the remedy."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
import typst

from pipeline.extract import UnreadableFile, read_attachment, read_file
from pipeline.extract.files import saved_url
from pipeline.issues import Code

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PART = "各有关单位要按照职责分工，认真抓好落实，切实改善环境空气质量。"


def make_pdf(body: str) -> bytes:
    import noto_cjk_sans_jp_regular as font

    folder = Path(font.__file__).parent
    source = '#set page(width: 12cm, height: 16cm)\n#set text(font: "Noto Sans CJK JP", 10pt)\n'
    return bytes(typst.compile((source + body).encode(), font_paths=[str(folder)]))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return make_pdf(
        "#align(center)[甲川市扬尘污染防治工作方案]\n\n甲环发〔2026〕3号\n\n一、总体要求\n\n"
        + PART * 4
        + "\n\n二、任务分工\n\n#table(columns: 3, [序号], [任务], [单位], [1], [清洁取暖], [甲局],"
        "[2], [扬尘治理], [乙局])\n\n甲川市生态环境局\n\n2026年3月5日"
    )


def make_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("甲川市生态环境局关于印发分工表的通知")
    document.add_paragraph("甲环发〔2026〕3号")
    document.add_paragraph("各区（县）人民政府：")
    document.add_paragraph(PART)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("任务", "单位", "扬尘治理", "甲局"),
        strict=True,
    ):  # fmt: skip
        cell.text = text
    document.add_paragraph("甲川市生态环境局")
    document.add_paragraph("2026年3月5日")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- attachments ------------------------------------------------------------------------------


def test_pdf_paragraphs_are_joined_and_tables_kept(pdf: bytes) -> None:
    reading = read_attachment(pdf, "附件.pdf", "application/pdf")
    assert reading.unread is None
    texts = [block.text for block in reading.blocks]
    assert PART * 4 in texts
    (table,) = [block for block in reading.blocks if block.kind == "table"]
    assert table.rows == (
        ("序号", "任务", "单位"), ("1", "清洁取暖", "甲局"), ("2", "扬尘治理", "乙局")
    )  # fmt: skip
    assert [block.kind for block in reading.blocks if "总体" in block.text] == ["heading"]


def test_the_narrow_space_beside_digits_is_no_space() -> None:
    reading = read_attachment(
        make_pdf(
            "到2028年，PM2.5浓度降到29微克/立方米。\n\n甲局#h(1cm)乙局\n\nAir Quality Plan 2028"
        ),
        "附件.pdf",
    )
    texts = [block.text for block in reading.blocks]
    assert texts == ["到2028年，PM2.5浓度降到29微克/立方米。", "甲局 乙局", "Air Quality Plan 2028"]


def test_docx_goes_through_the_same_blocks() -> None:
    reading = read_attachment(make_docx(), "附件.docx")
    assert reading.unread is None
    assert [block.kind for block in reading.blocks] == [
        "paragraph", "paragraph", "paragraph", "paragraph", "table", "signature", "signature",
    ]  # fmt: skip
    assert reading.blocks[4].rows == (("任务", "单位"), ("扬尘治理", "甲局"))


def test_a_file_is_known_by_its_bytes_not_its_name(pdf: bytes) -> None:
    assert read_attachment(pdf, "附件.doc").unread is None
    assert read_attachment(make_docx(), "下载").unread is None
    page = read_attachment(b"<!DOCTYPE html><html><body>login</body></html>", "a.pdf")
    assert page.unread is not None
    assert "web page" in page.unread


def test_a_scanned_pdf_is_unread_with_the_reason() -> None:
    reading = read_attachment(make_pdf("#rect(width: 5cm, height: 5cm)"), "扫描件.pdf")
    assert not reading.blocks
    assert "no text layer" in (reading.unread or "")


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.pdf", "empty"),
        (b"%PDF-1.7 broken", "a.pdf", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "as .docx and add"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.wps", "WPS"),
        (zipped(xl__workbook_dot_xml=b"<x/>"), "a.xlsx", "Excel"),
        (zipped(OFD_dot_xml=b"<x/>"), "a.ofd", "OFD"),
        (b"Rar!\x1a\x07\x00", "a.rar", "unpack"),
        (zipped(word__document_dot_xml=b"<broken"), "a.docx", "cannot be read"),
        (zipped(word__document_dot_xml=b"0" * 30_000_000), "a.docx", "zip bomb"),
        (b"PK\x03\x04word/document", "a.docx", "unpacked"),
        (b"\x00\x01\x02", "a.bin", "unknown kind"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, name: str, words: str) -> None:
    reading = read_attachment(data, name)
    assert not reading.blocks
    assert words in (reading.unread or "")


def test_text_files_are_read_in_either_encoding() -> None:
    text = f"一、目标\n{PART}"
    for encoding in ("utf-8", "gb18030"):
        reading = read_attachment(text.encode(encoding), "a.txt")
        assert [block.text for block in reading.blocks] == ["一、目标", PART]


# --- files handed in --------------------------------------------------------------------------


def test_saved_page_knows_its_family_and_address(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        "<!-- saved from url=(0041)https://sthjj.example.gov.cn/t20260305_1.html -->"
        "<title>关于甲的通知</title><h1>关于甲的通知</h1><span>发布时间：2026-03-05</span>"
        f"<div class=TRS_Editor><p>{PART * 3}</p></div>",
        encoding="utf-8",
    )
    (result,) = read_file(path, fetched_at=NOW)
    notice = result.notice
    assert notice is not None
    assert notice.url == "https://sthjj.example.gov.cn/t20260305_1.html"
    assert (notice.origin, notice.source_id) == ("add", "manual")
    assert notice.date_publication == "2026-03-05"
    again = next(read_file(path, fetched_at=NOW)).notice
    assert again == notice


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="https://a.example/1.html">', "https://a.example/1.html"),
        ('<meta name="Url" content="https://a.example/2.html">', "https://a.example/2.html"),
        ('<meta name="Url" content="./t20260305_1.html">', ""),
        ("", ""),
    ],
)
def test_saved_pages_tell_their_address(head: str, url: str) -> None:
    assert saved_url(f"<html><head>{head}</head><body>x</body></html>".encode()) == url


def test_pdf_and_word_files_become_notices(tmp_path: Path, pdf: bytes) -> None:
    (tmp_path / "plan.pdf").write_bytes(pdf)
    (tmp_path / "notice.docx").write_bytes(make_docx())
    plan = next(read_file(tmp_path / "plan.pdf", fetched_at=NOW)).notice
    word = next(read_file(tmp_path / "notice.docx", fetched_at=NOW)).notice
    assert plan is not None
    assert word is not None
    assert plan.title == "甲川市扬尘污染防治工作方案"
    assert word.title == "甲川市生态环境局关于印发分工表的通知"
    for notice in (plan, word):
        assert notice.url is None
        assert notice.document_number == "甲环发〔2026〕3号"
        assert notice.date_placed == "2026-03-05"
        assert notice.date_basis == "document"
    assert word.addressees == "各区（县）人民政府"


def lines(path: Path, *records: object) -> Path:
    text = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text(text, encoding="utf-8")
    return path


def test_json_lines_of_notices(tmp_path: Path) -> None:
    url = "https://a.example/reports"
    path = lines(
        tmp_path / "n.jsonl",
        {"id": "1", "title": "甲市3月空气质量", "body": PART, "url": url, "date": "2026-04-02",
         "relevance": "air", "places": ["甲市"]},
        {"id": "2", "title": "甲市4月空气质量", "body": PART, "url": url, "date": "2026-05"},
        {"id": "3", "title": "2025年工作方案", "body": PART, "url": "", "date": "",
         "doc_number": "甲环发[2025]7号"},
        {"id": "4", "title": "2025年工作方案", "body": PART},
        {"id": "5", "title": "关于甲的通知", "body": PART, "url": "https://a.example/5"},
    )  # fmt: skip
    found = list(read_file(path, fetched_at=NOW))
    notices = [result.notice for result in found if result.notice]
    assert len({notice.id for notice in notices}) == 5, "one address may carry several notices"
    assert [notice.date_placed for notice in notices] == [
        "2026-04-02", "2026-05", "2025", "2025", None,
    ]  # fmt: skip
    assert [notice.date_basis for notice in notices] == [
        "publication", "publication", "number", "title", None,
    ]  # fmt: skip
    assert notices[2].document_number == "甲环发〔2025〕7号"
    assert [issue.code for issue in found[4].issues] == [Code.DATE_MISSING]
    assert [result.notice for result in read_file(path, fetched_at=NOW)] == notices


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{oops", ["line 1", "not JSON", "one JSON object a line"]),
        ('{"title": "甲", "body": "乙"}\n[1]', ["line 2", "not a JSON object"]),
        ('{"body": "乙"}', ["line 1", "'title'", "missing"]),
        ('{"title": "甲", "body": "  "}', ["'body'", "empty"]),
        ('{"title": "甲", "body": ["乙"]}', ["'body'", "list", "text in quotes"]),
        ('{"title": "甲", "body": "乙", "date": "昨天"}', ["'date'", "昨天", "YYYY-MM-DD"]),
        ('{"title": "甲", "body": "乙", "date": "2026-13"}', ["'date'"]),
        ("  ", ["empty"]),
    ],
)
def test_bad_lines_name_file_line_field_and_remedy(
    tmp_path: Path, content: str, words: list[str]
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableFile) as caught:
        list(read_file(path, fetched_at=NOW))
    assert all(word in str(caught.value) for word in ["bad.jsonl", *words])


def test_other_files_are_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(zipped(xl__workbook_dot_xml=b"<x/>"))
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 broken")
    for name, words in (("a.xlsx", "save it as PDF"), ("a.pdf", "PDF"), ("none.pdf", "No such")):
        with pytest.raises(UnreadableFile, match=words):
            list(read_file(tmp_path / name, fetched_at=NOW))


def test_the_open_corpus_is_read_without_loss() -> None:
    corpus = Path(__file__).parent.parent.parent / "shared" / "corpus" / "notices_dev.jsonl"
    if not corpus.is_file():
        pytest.skip(f"{corpus} is absent: the labelled corpus is not part of the project")
    records = [json.loads(line) for line in corpus.read_text("utf-8").splitlines()]
    found = [result.notice for result in read_file(corpus, fetched_at=NOW)]
    assert len({notice.id for notice in found if notice}) == len(records)
    for record, notice in zip(records, found, strict=True):
        assert notice is not None
        kept = len("".join(notice.body.split()))
        assert kept >= 0.95 * len("".join(record["body"].replace("|", "").split()))
