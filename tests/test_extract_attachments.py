"""Spreadsheets, OFD, archives and old office formats: read in full, in part, or said why not."""

from __future__ import annotations

import io
import subprocess
import time
import zipfile
from datetime import datetime
from pathlib import Path

import docx
import openpyxl
import pytest

from pipeline.extract import libreoffice, read_attachment

PART = "各有关单位要按照职责分工，认真抓好落实，切实改善环境空气质量。"


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def ofd(*pages: list[tuple[float, float, str]], extra: dict[str, bytes] | None = None) -> bytes:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(
        f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>{listed}</ofd:Pages>"
        "</ofd:Document>",
    }
    for n, texts in enumerate(pages):
        objects = "".join(
            f'<ofd:TextObject Boundary="{x} {y} {len(text) * 5} 5"><ofd:TextCode X="0" Y="4">{text}'
            "</ofd:TextCode></ofd:TextObject>"
            for x, y, text in texts
        )
        parts[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
            f"<ofd:Page {space}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content>"
            "</ofd:Page>"
        )
    return zipped({**{name: text.encode() for name, text in parts.items()}, **(extra or {})})


# --- spreadsheets -------------------------------------------------------------------------------


def test_a_sheet_is_a_table_of_what_it_shows() -> None:
    day = datetime(2026, 3, 5)  # noqa: DTZ001 (a sheet knows no zones)
    data = workbook(清单=[
        ["序号", None, "企业", "限值", "日期"], [1, None, "甲厂", 0.1 + 0.2, day],
        [None], [2, None, "乙厂\n（北区）", 35, None],
    ])  # fmt: skip
    reading = read_attachment(data, "附件.xlsx")
    assert reading.unread is None
    (table,) = reading.blocks
    assert table.rows == (
        ("序号", "企业", "限值", "日期"),
        ("1", "甲厂", "0.3", "2026-03-05"),
        ("2", "乙厂 （北区）", "35", ""),
    )
    assert "甲厂" in table.text


def test_a_share_is_read_as_it_is_shown() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["县区", "达标率", "完成"])
    sheet.append(["甲区", 0.876, 1])
    sheet["B2"].number_format = sheet["C2"].number_format = "0.0%"
    out = io.BytesIO()
    book.save(out)
    (table,) = read_attachment(out.getvalue(), "表.xlsx").blocks
    assert table.rows == (("县区", "达标率", "完成"), ("甲区", "87.6%", "100%"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "表.xls",
            "<table><tr><td>县区<td>目标</tr><tr><td>甲区<td>33</tr></table>",
        ),
        ("表.csv", "\ufeff县区,目标\r\n甲区,33\r\n"),
    ],
)
def test_tables_in_other_clothes_are_tables(name: str, text: str) -> None:
    for encoding in ("utf-8", "gb18030"):
        reading = read_attachment(text.encode(encoding), name)
        assert reading.unread is None
        assert reading.blocks[0].rows == (("县区", "目标"), ("甲区", "33"))


def test_a_word_file_saved_as_a_page_is_read_and_a_login_page_is_not() -> None:
    office = '<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><p>一、目标</p></html>'
    assert read_attachment(office.encode(), "方案.doc").blocks[0].text == "一、目标"
    login = "<html><body><p>请先登录</p></body></html>"
    assert "web page" in (read_attachment(login.encode(), "方案.doc").unread or "")


def test_several_sheets_stand_under_their_names() -> None:
    reading = read_attachment(workbook(甲=[["一"]], 空=[], 乙=[["二"]]), "a.xlsx")
    assert [(b.kind, b.text) for b in reading.blocks] == [
        ("heading", "甲"), ("table", "一"), ("heading", "乙"), ("table", "二"),
    ]  # fmt: skip


def test_a_sheet_too_long_is_read_in_part_and_says_so() -> None:
    reading = read_attachment(workbook(长=[[n, "x"] for n in range(5100)]), "a.xlsx")
    assert len(reading.blocks[0].rows) == 5000
    assert "only the first part" in (reading.unread or "")


def test_an_excel_file_without_text_or_sense_is_unread() -> None:
    assert "no text" in (read_attachment(workbook(空=[[None]]), "a.xlsx").unread or "")
    broken = zipped({"xl/workbook.xml": b"<x/>"})
    assert "cannot be read" in (read_attachment(broken, "a.xlsx").unread or "")


# --- OFD ----------------------------------------------------------------------------------------


def test_ofd_lines_are_read_in_order_and_joined() -> None:
    data = ofd(
        [(60, 20, "关于印发方案的通知"), (20, 60, PART[:12]), (20 + 60, 60.5, PART[12:24]),
         (20, 70, PART[24:])],
        [(20, 20, "一、总体要求"), (20, 30, PART)],
    )  # fmt: skip
    reading = read_attachment(data, "附件.ofd")
    assert reading.unread is None
    texts = [block.text for block in reading.blocks]
    assert texts[0] == "关于印发方案的通知"
    assert PART in texts
    assert ("heading", "一、总体要求") in [(b.kind, b.text) for b in reading.blocks]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ofd([]), "no text"),
        (zipped({"OFD.xml": b"<x/>"}), "no text"),
        (zipped({"OFD.xml": b"not xml"}), "OFD"),
        (zipped({"OFD.xml": b"<OFD><DocRoot>Doc_9/D.xml</DocRoot></OFD>"}), "lacks its part"),
        (zipped({"OFD.xml": b"<OFD><DocRoot>../../etc/passwd</DocRoot></OFD>"}), "lacks its part"),
    ],
)
def test_an_ofd_that_cannot_be_read_says_why(data: bytes, words: str) -> None:
    reading = read_attachment(data, "a.ofd")
    assert reading.blocks == ()
    assert words in (reading.unread or "")


def test_entities_of_an_ofd_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密" * 20)
    hostile = (
        f'<!DOCTYPE p [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY a "{"甲" * 100}">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20}">' for n in range(1, 9)).replace("a0", "a")
        + ']><Page><TextObject Boundary="1 1 9 9"><TextCode>公开文字一二三四五六七&e;&a8;'
        "</TextCode></TextObject></Page>"
    )
    data = ofd([(1, 1, "x")], extra={"Doc_0/Pages/Page_0/Content.xml": hostile.encode()})
    reading = read_attachment(data, "a.ofd")
    text = "".join(block.text for block in reading.blocks)
    assert "机密" not in text
    assert len(text) < 1000


# --- archives -----------------------------------------------------------------------------------


def test_an_archive_is_read_member_by_member() -> None:
    inner = zipped({"附件3.docx": word("第三个附件的内容。")})
    data = zipped({
        "附件1.docx": word("第一个附件的内容。"),
        "说明/附件2.xlsx": workbook(表=[["企业", "甲厂"]]),
        "内层.zip": inner, "__MACOSX/._x": b"\0", "录音.mp3": b"ID3",
    })  # fmt: skip
    reading = read_attachment(data, "附件.zip")
    text = "\n".join(block.text for block in reading.blocks)
    for wanted in ("附件1.docx", "第一个附件的内容。", "甲厂", "附件3.docx", "第三个附件的内容。"):
        assert wanted in text
    assert reading.unread == "unread in the archive: 录音.mp3 (unknown kind of file (mp3))"


def test_names_in_gbk_are_names() -> None:
    plain = zipped({"AAAAAAAA.txt": PART.encode()})
    data = plain.replace(b"AAAAAAAA", "附件说明".encode("gbk"))
    assert read_attachment(data, "a.zip").blocks[0].text == "附件说明.txt"


def nested(depth: int) -> bytes:
    data = zipped({"a.txt": PART.encode()})
    for _ in range(depth):
        data = zipped({"a.zip": data})
    return data


def lying() -> bytes:
    """A directory that promises fewer bytes than the member unpacks to."""
    data = bytearray(zipped({"a.txt": b"0" * 3_000_000}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + place
        data[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (nested(5), "archive within an archive"),
        (zipped({}), "no files"),
        (zipped({"a.txt": b"0" * 30_000_000}), "zip bomb"),
        (zipped({f"{n}.txt": b"0" * 4_900_000 for n in range(20)}), "80 MB"),
        (lying(), "a.txt"),
        (b"PK\x03\x04 and nothing more", "unpacked"),
    ],
    ids=["nested", "empty", "bomb", "bombs", "lying", "torn"],
)
def test_hostile_archives_are_refused(data: bytes, words: str) -> None:
    reading = read_attachment(data, "a.zip")
    assert words in (reading.unread or "")
    assert sum(len(block.text) for block in reading.blocks) < 10_000


def test_a_word_file_stored_in_an_archive_is_not_the_archive() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("附件.docx", word(PART))
        archive.writestr("附件.txt", PART * 2)
    reading = read_attachment(out.getvalue(), "a.zip")
    assert [block.text for block in reading.blocks] == ["附件.docx", PART, "附件.txt", PART * 2]


# --- LibreOffice --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    if libreoffice.installed() is None:
        pytest.skip("LibreOffice is not installed: old office formats stay unread")
    made = {"doc": libreoffice.convert(word(PART), "docx", "doc")}
    made["xls"] = libreoffice.convert(workbook(表=[["企业", "限值"], ["甲厂", 35]]), "xlsx", "xls")
    return made


def test_old_formats_are_read_through_libreoffice(old: dict[str, bytes]) -> None:
    assert old["doc"].startswith(b"\xd0\xcf\x11\xe0")
    assert [b.text for b in read_attachment(old["doc"], "附件.doc").blocks] == [PART]
    assert [b.text for b in read_attachment(old["doc"], "附件.wps").blocks] == [PART]
    (table,) = read_attachment(old["xls"], "附件.xls").blocks
    assert table.rows == (("企业", "限值"), ("甲厂", "35"))


def test_without_libreoffice_the_reason_and_the_remedy_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(libreoffice, "_PLACES", ())
    reading = read_attachment(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc")
    assert "LibreOffice is not installed; save it as .docx" in (reading.unread or "")


def test_a_converter_that_hangs_is_ended_with_its_children(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {tmp_path}/child\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr(libreoffice, "_PLACES", (str(program),))
    started = time.monotonic()
    with pytest.raises(libreoffice.ConversionError, match="longer than"):
        libreoffice.convert(b"x", "doc", "docx", seconds=0.5)
    assert time.monotonic() - started < 30
    child = (tmp_path / "child").read_text().strip()
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False
    ).stdout.strip()
    assert state[:1] in ("", "Z")


def test_files_with_more_pages_than_are_read_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.extract.ofd._MAX_PAGES", 2)
    pages = [[(10.0, 20.0 * n, f"第{n}页写明的是一项措施。")] for n in range(1, 6)]
    reading = read_attachment(ofd(*pages), "附件.ofd")
    assert "第2页" in reading.blocks[-1].text
    assert reading.unread == "only the first 2 of its 5 pages were read"
