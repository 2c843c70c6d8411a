"""Scans: told from text, kept and named where they stay unread, and marked where recognised."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import typst
from notices import labels, notice
from PIL import Image
from rapidfuzz.distance import Levenshtein

from pipeline.drafts import make_draft
from pipeline.extract import ocr, read_attachment, read_file
from pipeline.extract.recognised import Found, clean, lines_of
from pipeline.families.base import Page
from pipeline.families.trs_wcm import TrsWcm
from pipeline.issues import Code
from pipeline.misread import WARNING, may_be_misread
from pipeline.model import Attachment, Block, Target
from pipeline.settings import Settings
from pipeline.translate.cascade import build_translator
from pipeline.translate.targets import target_row
from pipeline.vocab import Vocabulary, load_vocabulary

ROOT = Path(__file__).resolve().parents[1]
LINES = (
    "岚县生态环境局文件", "岚环发〔2026〕12号", "关于印发秋季扬尘整治方案的通知",
    "各乡镇人民政府：",
    "现将方案印发给你们，请认真组织实施，并于每月底报送进展。", "一、工作目标",
    "到2026年12月底，全县可吸入颗粒物平均浓度降至71微克/立方米，优良天数不少于248天。",
    "二、主要措施", "（一）工地出入口一律设置冲洗设施，未达到要求的不得开工。",
    "（二）城区主干道每日机械化清扫不少于3次。", "岚县生态环境局", "2026年9月18日",
)  # fmt: skip
needs_engine = pytest.mark.skipif(
    ocr.installed() is None, reason="the OCR extra is not installed (make setup-ocr)"
)


# --- material ---------------------------------------------------------------------------------


def typeset(source: str) -> bytes:
    import noto_cjk_sans_jp_regular as font

    head = '#set page(paper: "a5")\n#set text(font: "Noto Sans CJK JP", 12pt, lang: "zh")\n'
    folder = Path(font.__file__).parent
    return bytes(typst.compile((head + source).encode(), font_paths=[str(folder)]))


def pictures(source: str, dpi: int = 150, angle: float = 0.0) -> list[Image.Image]:
    """The pages of a text as a scanner sees them."""
    document = pypdfium2.PdfDocument(typeset(source))
    pages = [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    document.close()
    return [page.rotate(angle, expand=angle % 90 == 0, fillcolor="white") for page in pages]


def as_pdf(pages: Sequence[Image.Image]) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return out.getvalue()


def encoded(page: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    page.save(out, kind)
    return out.getvalue()


TEXT = "\n\n".join(LINES)
BLANK = Image.new("RGB", (600, 840), "white")


def found(text: str, left: float, top: float, width: float, turn: float = 0.0) -> Found:
    """A line 20 pixels high; `turn` in degrees about the image's corner."""
    sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
    corners = ((left, top), (left + width, top), (left + width, top + 20), (left, top + 20))
    turned = tuple((x * cosine - y * sine, x * sine + y * cosine) for x, y in corners)
    return Found(text, turned, 0.99)


class FakeEngine:
    """Reads each picture it is shown as the next of its pages."""

    def __init__(self, *pages: Sequence[str]) -> None:
        self.pages = list(pages)
        self.sizes: list[tuple[int, int]] = []

    def read(self, image: Image.Image) -> Sequence[Found]:
        self.sizes.append(image.size)
        lines = self.pages.pop(0)
        return tuple(found(line, 60, 60 + 40 * n, 20 * len(line)) for n, line in enumerate(lines))


class Broken:
    def read(self, image: Image.Image) -> Sequence[Found]:
        raise RuntimeError("no memory")


# --- without the extra ------------------------------------------------------------------------


def test_a_scan_without_an_engine_stays_unread_and_names_the_remedy() -> None:
    reading = read_attachment(as_pdf([BLANK]), "附件.pdf", find_engine=lambda: None)
    assert not reading.blocks
    assert not reading.recognised
    assert "no text layer" in (reading.unread or "")
    assert "make setup-ocr" in (reading.unread or "")


def mixed() -> bytes:
    """Two pages of text with a scanned page between them."""
    sheet = pypdfium2.PdfDocument(typeset(f"{TEXT}\n\n#pagebreak()\n\n附则\n\n{LINES[4]}"))
    scan = pypdfium2.PdfDocument(as_pdf([BLANK]))
    sheet.import_pages(scan, [0], 1)
    out = io.BytesIO()
    sheet.save(out)
    return out.getvalue()


def test_a_scanned_page_among_others_is_told() -> None:
    reading = read_attachment(mixed(), "附件.pdf", find_engine=lambda: None)
    assert LINES[6] in [block.text for block in reading.blocks]
    assert "(2)" in (reading.unread or "")
    assert "make setup-ocr" in (reading.unread or "")


def test_an_empty_page_is_no_scan() -> None:
    made = typeset(f"{TEXT}\n\n#pagebreak()\n\n#pagebreak()\n\n{LINES[4]}")
    reading = read_attachment(made, "附件.pdf", find_engine=FakeEngine)
    assert reading.unread is None
    assert not reading.recognised


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_picture_without_an_engine_stays_unread(kind: str) -> None:
    reading = read_attachment(encoded(BLANK, kind), "附件1", find_engine=lambda: None)
    assert not reading.blocks
    assert "picture" in (reading.unread or "")
    assert "make setup-ocr" in (reading.unread or "")


def test_a_linked_picture_is_a_file_where_the_link_calls_it_so() -> None:
    page = Page(
        "https://sthj.lan.example/tzgg/202609/t20260918_1.html",
        f"""<html><head><title>关于扬尘整治的通知</title></head><body><h1>关于扬尘整治的通知</h1>
        <div class="TRS_Editor"><p>{LINES[4]}</p><p>{LINES[6]}</p>
        <p><a href="./W020.jpg">附件1：责任分工表</a></p><p><a href="./P2.png">扫描件.png</a></p>
        <p><a href="./W021.jpg"><img src="./W021.jpg"></a></p></div></body></html>""".encode(),
    )
    files = [url.rsplit("/", 1)[-1] for url, _ in TrsWcm().read_article(page).attachments]
    assert files == ["W020.jpg", "P2.png"]


# --- with any engine --------------------------------------------------------------------------


def test_pages_come_in_order_and_paragraphs_are_joined() -> None:
    first, second = LINES[4][:14], LINES[4][14:]
    engine = FakeEngine([*LINES[:4], first, second], [*LINES[5:], "- 2 -"])
    reading = read_attachment(as_pdf([BLANK, BLANK]), "附件.pdf", find_engine=lambda: engine)
    assert reading.recognised
    assert reading.unread is None
    texts = [block.text for block in reading.blocks]
    assert texts[:2] == list(LINES[:2])
    assert texts[-1] == LINES[-1]
    kinds = {block.text: block.kind for block in reading.blocks}
    assert kinds[LINES[5]] == "heading"
    assert kinds[LINES[-1]] == "signature"
    assert "- 2 -" not in texts
    assert len(engine.sizes) == 2


def test_only_the_scanned_page_of_a_file_is_recognised() -> None:
    engine = FakeEngine([LINES[7], LINES[9]])
    reading = read_attachment(mixed(), "附件.pdf", find_engine=lambda: engine)
    texts = [block.text for block in reading.blocks]
    assert reading.recognised
    assert (
        texts.index(LINES[6]) < len(texts) - 1 - texts[::-1].index(LINES[9]) < texts.index("附则")
    )
    assert len(engine.sizes) == 1


def test_long_scans_are_read_in_part_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_MAX_PAGES", 2)
    engine = FakeEngine(LINES[:6], LINES[6:])
    reading = read_attachment(as_pdf([BLANK] * 5), "附件.pdf", find_engine=lambda: engine)
    assert reading.blocks
    assert "only 2 of its 5 scanned pages" in (reading.unread or "")


def test_time_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_MAX_SECONDS", -1.0)
    engine = FakeEngine(LINES)
    reading = read_attachment(as_pdf([BLANK] * 3), "附件.pdf", find_engine=lambda: engine)
    assert "only 1 of its 3 scanned pages" in (reading.unread or "")


def test_huge_pages_are_drawn_small() -> None:
    engine = FakeEngine(LINES)
    big = io.BytesIO()
    Image.new("L", (3000, 9000), "white").save(big, "PDF", resolution=20)
    assert read_attachment(big.getvalue(), "图.pdf", find_engine=lambda: engine).recognised
    assert max(engine.sizes[0]) <= 2500


@pytest.mark.parametrize("data", [as_pdf([BLANK]), encoded(BLANK, "PNG")])
def test_an_engine_that_fails_or_finds_nothing_leaves_the_file_unread(data: bytes) -> None:
    failed = read_attachment(data, "附件", find_engine=Broken)
    assert "recognition failed (RuntimeError)" in (failed.unread or "")
    nothing = read_attachment(data, "附件", find_engine=lambda: FakeEngine([]))
    assert "no text was recognised" in (nothing.unread or "")
    assert not nothing.recognised


def test_broken_and_inflated_pictures_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = encoded(BLANK, "PNG")[:60]
    assert "cannot be read" in (read_attachment(cut, "a.png", find_engine=FakeEngine).unread or "")
    monkeypatch.setattr(ocr, "_MAX_PIXELS", 1000)
    large = read_attachment(encoded(BLANK, "PNG"), "a.png", find_engine=FakeEngine)
    assert "megapixels" in (large.unread or "")


class Turned:
    """An engine that reads a page only when its dark corner lies at the top left."""

    def read(self, image: Image.Image) -> Sequence[Found]:
        if image.convert("L").tobytes()[0] > 100:
            upright = Found("乱码乱码", ((10, 10), (30, 10), (30, 200), (10, 200)), 0.4)
            return (upright,)
        return tuple(found(line, 60, 60 + 40 * n, 20 * len(line)) for n, line in enumerate(LINES))


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_on_its_side_is_turned(angle: int) -> None:
    page = BLANK.copy()
    page.paste("black", (0, 0, 40, 40))
    data = encoded(page.rotate(angle, expand=True), "PNG")
    reading = read_attachment(data, "附件.png", find_engine=Turned)
    assert LINES[1] in [block.text for block in reading.blocks]


# --- the layout of a page ---------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0.0, 1.5, -2.0])
def test_a_skewed_table_keeps_its_rows(turn: float) -> None:
    rows = (("序号", "县区", "目标"), ("1", "东岭区", "44.0"), ("2", "西河区", "47.5"))
    boxes = [found("附件2　各县区年度目标任务分解表一览", 200, 100, 700, turn)]
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            box = found(cell, 150 + 300 * column, 160 + 50 * number, 22 * len(cell), turn)
            boxes.append(box)
    boxes.append(found("注：目标以国家考核结果为准，剔除沙尘。", 150, 330, 600, turn))
    pieces = [piece for piece, _, _ in lines_of(boxes[::-1], 0.4)]
    assert [piece.kind for piece in pieces] == ["line", "table", "line"]
    assert pieces[1].rows == rows


def test_a_cell_of_two_lines_is_one_cell() -> None:
    boxes = [
        found("县区", 100, 100, 44), found("目标值（微克", 300, 100, 160),
        found("每立方米）", 300, 124, 120), found("甲区", 100, 160, 44), found("44", 320, 160, 40),
    ]  # fmt: skip
    (piece,) = [piece for piece, _, _ in lines_of(boxes, 0.4)]
    assert piece.rows == (("县区", "目标值（微克每立方米）"), ("甲区", "44"))


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [f"左栏第{n}行的正文文字" for n in range(6)]
    right = [f"右栏第{n}行的正文文字" for n in range(6)]
    boxes = [found("公报", 400, 40, 200)]
    for n, (one, other) in enumerate(zip(left, right, strict=True)):
        boxes += [found(one, 60, 100 + 40 * n, 380), found(other, 520, 104 + 40 * n, 380)]
    boxes.append(found("本期由某某市生态环境局编印并负责解释", 200, 400, 520))
    texts = [piece.text for piece, _, _ in lines_of(boxes, 0.4)]
    assert texts == ["公报", *left, *right, "本期由某某市生态环境局编印并负责解释"]


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("(一)推进治理;加强监测", "（一）推进治理；加强监测"),
        ("细颗粒物（PM2.5)浓度为 46.5 微克", "细颗粒物（PM2.5）浓度为46.5微克"),
        ("同比下降3.8%,其中", "同比下降3.8%，其中"),
        ("GB 3095-2012", "GB 3095-2012"),
    ],
)
def test_marks_of_recognised_text_are_those_of_chinese(raw: str, wanted: str) -> None:
    assert clean(raw) == wanted


# --- nothing recognised is trusted ------------------------------------------------------------

CLAIM = "全县可吸入颗粒物平均浓度降至71微克/立方米"
TARGET = Target(
    indicator="可吸入颗粒物", family="pm10", value=71, unit="μg/m3", comparators=("at_most",),
    clause=CLAIM,
)  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(ROOT / "glossary")


def test_what_only_a_scan_says_is_doubtful_in_summary_plan_and_targets(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    settings = Settings(home=ROOT, data_dir=tmp_path, bulletins_dir=tmp_path)
    translator = build_translator(vocabulary, ROOT / "glossary", settings)
    typed = Block(kind="paragraph", text="各单位应于每月底报送进展情况。")
    scan = Block(kind="paragraph", text=f"{CLAIM}。")
    item = notice(
        "https://x.example/1", "关于印发扬尘整治方案的通知", blocks=(typed, scan),
        attachments=(
            Attachment(url="https://x.example/1.pdf", name="方案.pdf", blocks=(scan,),
                       recognised=True),
        ),
    )  # fmt: skip
    draft = make_draft(
        item, labels(item, key_plan=True), (TARGET,), translator, vocabulary, full_plan=True
    )
    segments = [*draft.summary, *draft.targets, *(s for b in draft.plan for s in b.segments)]
    doubted = [one for one in segments if "71" in one.zh]
    assert doubted
    assert all(one.state in ("doubtful", "untranslated") for one in doubted)
    assert draft.targets[0].state == "doubtful"
    own = [one for one in segments if one.zh == typed.text]
    assert not [c for one in own for c in one.checks if c.code == Code.ATTACHMENT_OCR]
    assert any(WARNING in line and "方案.pdf" in line for line in draft.warnings)
    misread = may_be_misread(item)
    assert WARNING in target_row(TARGET, vocabulary, misread=misread(CLAIM)).value
    assert not misread(typed.text)


def test_what_the_page_says_too_is_no_misreading() -> None:
    block = Block(kind="paragraph", text=f"{CLAIM}。")
    scan = Attachment(url="https://x.example/1.pdf", name="1.pdf", blocks=(block,), recognised=True)
    copy = Attachment(url="https://x.example/1.docx", name="1.docx", blocks=(block,))
    item = notice("https://x.example/1", "通知", attachments=(scan, copy))
    assert not may_be_misread(item)(CLAIM)
    alone = notice("https://x.example/1", "通知", attachments=(scan,))
    assert may_be_misread(alone)(CLAIM)
    assert may_be_misread(notice("https://x.example/2", "通知", recognised=True))("任何一句")


def test_a_scan_handed_in_is_a_notice_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.extract.files.read_attachment", _with_a_fake_engine)
    path = tmp_path / "扫描件.pdf"
    path.write_bytes(as_pdf([BLANK]))
    (made,) = read_file(path, fetched_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert made.notice
    assert made.notice.recognised
    assert made.notice.document_number == "岚环发〔2026〕12号"
    assert Code.ATTACHMENT_OCR in [issue.code for issue in made.issues]


def _with_a_fake_engine(data: bytes, name: str) -> object:
    return read_attachment(data, name, find_engine=lambda: FakeEngine(LINES))


# --- the engine of the extra ------------------------------------------------------------------


def errors(text: str, blocks: Sequence[Block]) -> float:
    """Share of characters that are wrong."""
    read = "".join("".join(block.text.split()) for block in blocks)
    wanted = "".join(text.split())
    return Levenshtein.distance(wanted, read) / len(wanted)


@needs_engine
@pytest.mark.parametrize("angle", [0.0, -1.5, 90.0, 180.0])
def test_scanned_notices_are_read_nearly_without_errors(angle: float) -> None:
    reading = read_attachment(as_pdf(pictures(TEXT, angle=angle)), "附件.pdf")
    assert reading.recognised
    assert reading.unread is None
    assert errors(TEXT, reading.blocks) < 0.01


@needs_engine
def test_the_engine_asks_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr("socket.socket.connect", refuse)
    ocr.installed.cache_clear()
    reading = read_attachment(encoded(pictures(TEXT)[0], "JPEG"), "附件.jpg")
    assert reading.recognised
    assert errors(TEXT, reading.blocks) < 0.01
