from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.bulletin import (
    EntryInput,
    IssueInput,
    LabelError,
    compose,
    home_place,
    period_ja,
)
from pipeline.dates import month_window, span_window
from pipeline.model import Bulletin, Section, Source, SourceReport
from pipeline.review import BulletinFile
from pipeline.review.entry_file import EntryFile, EntryFront
from pipeline.vocab import Vocabulary, load_vocabulary

ROOT = Path(__file__).resolve().parents[1]
MONTH = month_window("2026-10", date(2026, 11, 5))
NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(ROOT / "glossary")


def item(number: int, **front: Any) -> EntryInput:
    values: dict[str, Any] = {
        "number": f"2026-10-{number:03d}", "notice": f"n-{number}", "heading": "見出し",
        "title_zh": "关于印发方案的通知", "document_type": "notice", "level": "city",
        "places": ("120000 天津市",), "date_publication": "2026-10-05",
    }  # fmt: skip
    return EntryInput(EntryFile(front=EntryFront(**(values | front)), body="## 概要\n"))


def source(source_id: str, place: str, status: str = "active") -> Source:
    return Source(
        id=source_id, name=source_id, name_ja=source_id, family="auto", level="city",
        place=place, issuer="x", status=status, evidence="test",
    )  # fmt: skip


def report(source_id: str, health: str = "ok", parsed: bool = True) -> SourceReport:
    return SourceReport(source_id=source_id, health=health, list_parsed=parsed, started_at=NOW)


def issue(*entries: EntryInput, **fields: Any) -> IssueInput:
    values: dict[str, Any] = {
        "window": MONTH, "label": "2026-10", "file": BulletinFile(number=3), "entries": entries,
        "sources": (), "reports": {}, "counts": {},
    }  # fmt: skip
    return IssueInput(**(values | fields))


def flat(bulletin: Bulletin) -> dict[str, Section]:
    found = {}
    for section in bulletin.sections:
        found[section.id] = section
        found |= {sub.id: sub for sub in section.subsections}
    return found


def test_sections_run_from_the_state_to_the_cities(vocabulary: Vocabulary) -> None:
    bulletin = compose(
        issue(
            item(1, level="central", places=("100000 全国",)),
            item(2, level="region", places=("r-yrd 長江デルタ",)),
            item(3),
            item(4, places=("410100 鄭州市",)),
        ),
        vocabulary,
    )
    assert [s.id for s in bulletin.sections] == ["central", "region", "partners", "other"]
    sections = flat(bulletin)
    assert sections["central"].numbers == ("2026-10-001",)
    assert sections["region"].numbers == ("2026-10-002",)
    assert sections["place-120000"].numbers == ("2026-10-003",)
    assert sections["other"].numbers == ("2026-10-004",)


def test_a_partner_place_names_its_japanese_partners(vocabulary: Vocabulary) -> None:
    heading = flat(compose(issue(), vocabulary))["place-120000"].heading
    assert heading == "天津市（北九州市・四日市市・神戸市）"


def test_every_entry_stands_in_exactly_one_section(vocabulary: Vocabulary) -> None:
    entries = [item(n, places=(p,)) for n, p in enumerate(("130200", "130000", "130400"), 1)]
    bulletin = compose(issue(*entries), vocabulary)
    numbers = [n for section in flat(bulletin).values() for n in section.numbers]
    assert sorted(numbers) == ["2026-10-001", "2026-10-002", "2026-10-003"]


def test_the_narrowest_partner_place_is_home(vocabulary: Vocabulary) -> None:
    assert home_place(["130200"], vocabulary) == "130200"  # 唐山市, not 河北省
    assert home_place(["130100"], vocabulary) == "130000"  # 石家荘市 lies in 河北省
    assert home_place(["440100", "120000"], vocabulary) == "440000"  # the issuer first
    assert home_place(["410000"], vocabulary) is None


def test_a_city_without_news_says_so_with_the_sources_really_read(vocabulary: Vocabulary) -> None:
    sources = tuple(source(f"tj{n}", "120000") for n in range(3))
    reports = {
        "tj0": report("tj0", "empty"), "tj1": report("tj1", "blocked", parsed=False),
        "tj2": report("tj2", "ok", parsed=False),
    }  # fmt: skip
    bulletin = compose(issue(sources=sources, reports=reports), vocabulary)
    assert flat(bulletin)["place-120000"].note == (
        "当月、該当する公表は確認されませんでした（調査した情報源：1件）。"
    )


def test_coverage_tells_the_states_apart(vocabulary: Vocabulary) -> None:
    sources = (
        source("read", "120000"), source("blocked", "120000"),
        source("never", "120000", "unverified"),
        source("unparsed", "120000"), source("later", "120000"), source("hand", "120000", "manual"),
        source("old", "120000", "retired"),
    )  # fmt: skip
    reports = {
        "read": report("read"), "blocked": report("blocked", "blocked", parsed=False),
        "unparsed": report("unparsed", "ok", parsed=False),
    }  # fmt: skip
    rows = compose(
        issue(sources=sources, reports=reports, counts={"read": 4, "manual": 2}), vocabulary
    ).coverage
    assert {row.source_id: (row.health, row.notices) for row in rows} == {
        "read": ("ok", 4), "blocked": ("blocked", 0), "never": ("unverified", 0),
        "unparsed": ("unverified", 0), "later": ("not_run", 0), "hand": ("manual", 0),
        "manual": ("manual", 2),
    }  # fmt: skip


def test_a_search_is_told_beside_the_failure_it_made_up_for(vocabulary: Vocabulary) -> None:
    sources = (source("tj0", "120000"), source("tj1", "120000"))
    searched = report("tj0", "http_error", parsed=False).model_copy(update={"swept": 3})
    reports = {"tj0": searched, "tj1": report("tj1", "http_error", parsed=False)}
    made = compose(issue(sources=sources, reports=reports), vocabulary)
    assert [(row.health, row.searched) for row in made.coverage] == [
        ("http_error", True), ("http_error", False),
    ]  # fmt: skip
    assert "調査していない" in (flat(made)["place-120000"].note or ""), "no list was read"


def test_an_edition_puts_its_cities_first_and_repeats_none(vocabulary: Vocabulary) -> None:
    partner = vocabulary.partners.by_id["kitakyushu"]
    bulletin = compose(issue(item(1)), vocabulary, partner)
    assert bulletin.sections[0].id == "own"
    own = [sub.id for sub in bulletin.sections[0].subsections]
    assert own == ["place-120000", "place-310000", "place-420100", "place-130200", "place-130400"]
    others = next(s for s in bulletin.sections if s.id == "partners")
    assert not {sub.id for sub in others.subsections} & set(own)
    assert bulletin.edition == "北九州市"


def test_supplements_and_undated_have_sections_of_their_own(vocabulary: Vocabulary) -> None:
    bulletin = compose(issue(item(1, late=True), item(2, undated=True)), vocabulary)
    sections = flat(bulletin)
    assert sections["late"].numbers == ("2026-10-001",)
    assert sections["undated"].numbers == ("2026-10-002",)
    assert sections["place-120000"].numbers == ()


def test_what_an_analyst_writes_for_a_place_is_understood(vocabulary: Vocabulary) -> None:
    bulletin = compose(issue(item(1, places=("天津市",))), vocabulary)
    assert bulletin.entries[0].places == ("天津市",)


@pytest.mark.parametrize(
    ("field", "value"), [("places", ("アトランティス",)), ("measures", ("dust",))]
)
def test_an_unknown_label_names_entry_and_field(
    vocabulary: Vocabulary, field: str, value: tuple[str, ...]
) -> None:
    with pytest.raises(LabelError, match=rf"2026-10-001: {field}: '{value[0]}'"):
        compose(issue(item(1, **{field: value})), vocabulary)


def test_periods_in_japanese() -> None:
    assert period_ja(MONTH) == "2026年10月"
    assert period_ja(span_window("2015-01..2026-12")) == "2015年1月～2026年12月"


def test_terms_of_the_issue_are_those_that_need_a_word(vocabulary: Vocabulary) -> None:
    every = vocabulary.glossary.terms
    glossed = next(term for term in every if term.first_mention)
    noted = next(term for term in every if term.note and term.status == "confirmed")
    doubtful = next(term for term in every if term.status == "to_confirm" and not term.note)
    entry = item(1, title_zh=f"关于{glossed.zh}的通知")
    entry = replace(entry, summary_zh=(f"有关{noted.zh}。", f"有关{doubtful.zh}。"))
    terms = {term.zh: term.note for term in compose(issue(entry), vocabulary).terms}
    assert glossed.first_mention in terms[glossed.zh]
    assert terms[noted.zh] == noted.note
    assert terms[doubtful.zh] == "訳語は要確認"
    assert all(terms.values())


def test_where_no_source_was_read_nothing_is_claimed(vocabulary: Vocabulary) -> None:
    sections = flat(compose(issue(), vocabulary))
    told = "当月は、情報源を調査していない（収集状況を参照）。"
    assert {sections[name].note for name in ("central", "region", "place-120000")} == {told}
    period = issue(window=span_window("2015-01..2016-12"), label="2015-01..2016-12")
    assert flat(compose(period, vocabulary))["central"].note == told.replace("当月", "当該期間")


def test_state_and_regions_count_the_sources_of_their_level(vocabulary: Vocabulary) -> None:
    sources = tuple(
        source(name, "100000").model_copy(update={"level": level})
        for name, level in (("mee", "central"), ("gov", "central"), ("jjj", "region"))
    )
    reports = {"mee": report("mee"), "gov": report("gov", "timeout"), "jjj": report("jjj", "empty")}
    sections = flat(compose(issue(sources=sources, reports=reports), vocabulary))
    for name in ("central", "region"):
        assert sections[name].note == (
            "当月、該当する公表は確認されませんでした（調査した情報源：1件）。"
        )
