"""geppo explain: each decision with its evidence; and what an issue makes of what it explains."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Geppo

from pipeline.model import Bulletin, Notice, Span
from pipeline.steps.explain import in_context

STATE = {
    "id": "x-1",
    "title": "国务院关于印发《空气质量再提升行动计划》的通知",
    "body": "国发〔2026〕99号\n各省、自治区、直辖市人民政府：\n现将《空气质量再提升行动计划》"
    "印发给你们，请认真贯彻执行。\n到2030年，全国PM2.5平均浓度比2025年下降15%。不得露天焚烧。",
    "url": "https://www.gov.example/1.html", "date": "2026-10-05",
}  # fmt: skip
CITY = {
    "id": "x-2",
    "title": "唐山市人民政府关于印发《唐山市空气质量持续改善实施方案》的通知",
    "body": "为贯彻落实《空气质量再提升行动计划》（国发〔2026〕99号），结合我市实际，制定本方案。\n"
    "到2030年，全市PM2.5平均浓度控制在30微克/立方米以内。",
    "url": "https://www.ts.example/2.html", "date": "2026-10-12",
}  # fmt: skip
RELEASE = {
    "id": "x-3",
    "title": "唐山市2026年9月环境空气质量状况",
    "body": "9月，全市PM2.5平均浓度为34微克/立方米，同比下降8.1%；优良天数比率为83.3%。",
    "url": "https://www.ts.example/3.html", "date": "2026-10-14",
}  # fmt: skip
DRAFT = {
    "id": "x-4",
    "title": "关于公开征求《唐山市锅炉大气污染物排放标准（征求意见稿）》意见的通知",
    "body": "请于2026年11月30日前将意见反馈唐山市生态环境局。电子邮箱：daqi@ts.example",
    "url": "https://www.ts.example/4.html", "date": "2026-10-20",
}  # fmt: skip


@pytest.fixture
def drafted(geppo: Geppo, tmp_path: Path) -> Geppo:
    """A month of four notices, drafted."""
    path = tmp_path / "notices.jsonl"
    lines = (json.dumps(line, ensure_ascii=False) for line in (STATE, CITY, RELEASE, DRAFT))
    path.write_text("\n".join(lines), encoding="utf-8")
    assert geppo("add", path).code == 0
    ran = geppo("draft", "--month", "2026-10")
    assert ran.code == 0, ran.err
    return geppo


def number_of(geppo: Geppo, title: str, tmp_path: Path) -> str:
    for path in sorted((tmp_path / "bulletins" / "2026-10" / "entries").glob("*.md")):
        if title in path.read_text(encoding="utf-8"):
            return path.stem
    raise AssertionError(f"{title} has no entry")


def test_a_city_s_plan_stands_beside_its_parent_and_its_air(drafted: Geppo, tmp_path: Path) -> None:
    ran = drafted("bulletin", "--month", "2026-10")
    assert ran.code == 0, ran.err
    folder = tmp_path / "bulletins" / "2026-10"
    bulletin = Bulletin.model_validate_json((folder / "out" / "bulletin.json").read_bytes())
    entries = {entry.title_zh: entry for entry in bulletin.entries}
    city, state = entries[CITY["title"]], entries[STATE["title"]]
    (related,) = [row for row in city.related if row.kind == "implements"]
    assert related.entry == state.number
    assert related.number == "国発〔2026〕99号"
    release = entries[RELEASE["title"]].number
    (target,) = city.targets
    assert target.now == f"34μg/m³（8.1%減）［2026年9月、{release}］"
    assert [(row.place, row.pm25, row.days) for row in bulletin.air] == [
        ("唐山市", "34μg/m³（8.1%減）", "83.3%")
    ]
    draft = entries[DRAFT["title"]]
    assert draft.deadline == "2026-11-30"
    assert draft.contacts == ("電子メール：daqi@ts.example",)
    # The more important come first in their section, whatever the dates; numbers are in order.
    section = next(s for s in bulletin.sections if s.id == "partners")
    numbers = next(s.numbers for s in section.subsections if s.id == "place-130200")
    assert numbers[0] == city.number
    assert list(numbers) == sorted(numbers)
    proposed = json.loads((folder / "machine" / "highlights.json").read_bytes())
    assert proposed[0]["entry"] in (state.number, city.number)
    assert "点：" in proposed[0]["reason"]
    assert bulletin.highlights == ()


def test_drafting_again_does_no_work_again(drafted: Geppo, tmp_path: Path) -> None:
    folder = tmp_path / "bulletins" / "2026-10"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ran = drafted("draft", "--month", "2026-10")
    assert "4 unchanged" in ran.out
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert before == after


def test_labels_are_shown_with_their_evidence(drafted: Geppo, tmp_path: Path) -> None:
    number = number_of(drafted, CITY["title"], tmp_path)
    ran = drafted("explain", number)
    assert ran.code == 0, ran.err
    for words in (
        CITY["title"], number, "relevance: air", "place: 130200 唐山市 (issuer)",
        "document type:", "key plan:", "targets (1)",
        "〖全市PM2.5平均浓度控制在30微克/立方米以内〗",
        "implements: 《空气质量再提升行动计划》 国发〔2026〕99号 -> n-", "[link:carried-out]",
        "importance", "連携地域（唐山市）（+2）",
    ):  # fmt: skip
        assert words in ran.out, words


def test_released_figures_are_shown_with_their_clauses(drafted: Geppo, tmp_path: Path) -> None:
    ran = drafted("explain", number_of(drafted, RELEASE["title"], tmp_path))
    assert "observations (2)" in ran.out
    assert "唐山市 2026年9月 pm25 34μg/m³（8.1%減）" in ran.out
    assert "〖全市PM2.5平均浓度为34微克/立方米〗" in ran.out


def test_a_consultation_is_shown(drafted: Geppo, tmp_path: Path) -> None:
    ran = drafted("explain", number_of(drafted, DRAFT["title"], tmp_path))
    assert "until 2026-11-30" in ran.out
    assert "電子メール：daqi@ts.example" in ran.out


def test_a_notice_can_be_named_by_its_id_before_it_has_an_entry(
    geppo: Geppo, tmp_path: Path
) -> None:
    path = tmp_path / "one.jsonl"
    hostile = RELEASE | {"title": "唐山市空气质量\u001b[31m[bold]月报", "body": "\u202e正文[/red]"}
    path.write_text(json.dumps(hostile, ensure_ascii=False), encoding="utf-8")
    assert geppo("add", path).code == 0
    from pipeline.model import notice_id

    ran = geppo("explain", notice_id(RELEASE["url"]), "--month", "2026-10")
    assert ran.code == 0, ran.err
    assert "[bold]月报" in ran.out
    assert "\u001b" not in ran.out
    assert "\u202e" not in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2026-10-001",), "neither a notice of the store nor an entry of 2026-10"),
        (("n-000000000000", "--month", "2026-10"), "n-000000000000"),
        (("S-001",), "--window"),
    ],
)
def test_an_unknown_subject_says_how_to_write_it(
    geppo: Geppo, arguments: tuple[str, ...], said: str
) -> None:
    ran = geppo("explain", *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_evidence_of_another_text_stands_alone() -> None:
    notice = Notice.model_validate(
        {
            "id": "n-1", "source_id": "x", "url": None, "title": "甲乙丙丁", "raw_sha256": "0" * 64,
            "fetched_at": "2026-01-01T00:00:00Z", "extractor": "t",
        }
    )  # fmt: skip
    found = in_context(notice, Span(where="title", start=1, end=2, text="乙"))
    assert (found.before, found.text, found.after) == ("甲", "乙", "丙丁")
    moved = in_context(notice, Span(where="title", start=9, end=12, text="不在"))
    assert (moved.before, moved.text, moved.after) == ("", "不在", "")


LEFT = {
    "id": "x-5",
    "title": "唐山市生态环境局关于污水处理厂提标改造的通知",
    "body": "各县（市、区）：为改善水环境质量，加强污水处理厂提标改造，削减化学需氧量和氨氮，"
    "保护饮用水水源。",
    "url": "https://www.ts.example/5.html", "date": "2026-10-21",
}  # fmt: skip


def test_a_notice_left_out_shows_why_and_what_people_said(geppo: Geppo, tmp_path: Path) -> None:
    path = tmp_path / "left.jsonl"
    path.write_text(json.dumps(LEFT, ensure_ascii=False), encoding="utf-8")
    assert geppo("add", path).code == 0
    from pipeline.model import notice_id

    left = notice_id(LEFT["url"])
    ran = geppo("explain", left, "--month", "2026-10")
    assert ran.code == 0, ran.err
    assert "relevance: not_air" in ran.out
    assert "〖污水〗" in ran.out
    assert (
        geppo("exclude", left, "--reason", "水質", "--who", "田中", "--month", "2026-10").code == 0
    )
    assert "analyst: excluded  [田中: 水質 (2026-10)]" in geppo("explain", left).out


def test_the_same_is_given_as_json(drafted: Geppo, tmp_path: Path) -> None:
    number = number_of(drafted, CITY["title"], tmp_path)
    ran = drafted("explain", number, "--json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert found["entry"] == number
    relevance = next(one for one in found["decisions"] if one["kind"] == "relevance")
    assert relevance["value"] == "air"
    assert relevance["evidence"]
    assert relevance["learned"] == []
    assert found["targets"][0]["family"] == "pm25"
    assert found["links"][0]["kind"] == "implements"
