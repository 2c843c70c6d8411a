"""What an issue prints of the air, of related documents and of consultations, in every format."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import openpyxl
import pytest
from render_fixture import bulletin

from pipeline.model import AirRow, Bulletin, RelatedRow
from pipeline.render import render

RELATED = RelatedRow(
    kind="implements", title="大気質再向上行動計画", title_zh="空气质量再提升行动计划",
    number="国発〔2026〕18号", entry="2026-10-001",
)  # fmt: skip


@pytest.fixture(scope="module")
def issue() -> Bulletin:
    plain = bulletin()
    entries = []
    for entry in plain.entries:
        changes: dict[str, object] = {}
        if entry.number == "2026-10-006":
            untitled = RelatedRow(kind="repeals", title_zh="旧<b>办法</b>")
            rows = tuple(row.model_copy(update={"now": "34％［現況］"}) for row in entry.targets)
            changes = {"related": (RELATED, untitled), "targets": rows}
        if entry.deadline:
            changes = {"contacts": ("電子メール：a@b.example", "郵送：北京市<i>某</i>号")}
        entries.append(entry.model_copy(update=changes))
    air = (
        AirRow(
            place="天津市", period="2026年9月", pm25="26μg/m³（7.1%減）", days="80.0%",
            entries=("2026-10-003",),
        ),
    )  # fmt: skip
    return plain.model_copy(update={"entries": tuple(entries), "air": air})


@pytest.fixture(scope="module")
def files(issue: Bulletin, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("out")
    return {path.suffix[1:]: path for path in render(issue, out, ("md", "html", "xlsx"))}


def test_the_air_of_the_partner_cities_is_a_table(files: dict[str, Path]) -> None:
    text = files["md"].read_text(encoding="utf-8")
    line = next(unescape(line) for line in text.splitlines() if "26μg/m³（7.1%減）" in line)
    for words in ("天津市", "2026年9月", "80.0%", "2026-10-003", "－"):
        assert words in line
    assert "連携都市の大気質の状況" in text


def test_related_documents_link_to_their_entries(files: dict[str, Path]) -> None:
    text = files["html"].read_text(encoding="utf-8")
    assert "「大気質再向上行動計画」（国発〔2026〕18号）の実施版" in text
    at = text.index("の実施版（記事")
    assert 'href="#e_2026_10_001"' in text[at : at + 200]
    assert "旧&lt;b&gt;办法&lt;/b&gt;" in text
    assert "を廃止" in text


def test_where_to_send_opinions_stands_in_the_entry_and_in_the_list(
    files: dict[str, Path],
) -> None:
    text = files["html"].read_text(encoding="utf-8")
    assert text.count('href="mailto:a@b.example"') >= 4
    assert "<i>某" not in text
    assert "意見提出先" in text


def test_the_present_state_stands_beside_a_target(files: dict[str, Path]) -> None:
    text = files["md"].read_text(encoding="utf-8")
    assert "現況" in text
    assert "34％［現況］" in text


def test_the_workbook_holds_the_same(files: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(files["xlsx"])
    assert book["大気質"]["C3"].value == "26μg/m³（7.1%減）"
    cells = {str(cell.value) for row in book["一覧"].iter_rows() for cell in row}
    assert any("の実施版（記事2026-10-001）" in cell for cell in cells)
    assert any("a@b.example" in cell for cell in cells)


def test_an_issue_without_them_prints_nothing_of_them(tmp_path: Path) -> None:
    (path,) = render(bulletin(), tmp_path, ("md",))
    text = path.read_text(encoding="utf-8")
    for words in ("大気質の状況", "現況", "意見提出先", "関連文書"):
        assert words not in text
