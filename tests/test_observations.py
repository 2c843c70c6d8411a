"""Released figures: the gold of invented releases, and what is hard in single sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.classify import Analyzer
from pipeline.classify.cues import CueError
from pipeline.extract.plaintext import blocks_of_text
from pipeline.model import Classification, Label, Notice, Observation, PlaceLabel
from pipeline.observations import ObservationExtractor, is_release, load_observation_cues
from pipeline.vocab import Vocabulary, load_vocabulary

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "tests" / "gold" / "observations.jsonl"
FLOORS = ROOT / "tests" / "gold" / "floors.json"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(ROOT / "glossary")


@pytest.fixture(scope="module")
def extractor(vocabulary: Vocabulary) -> ObservationExtractor:
    cues = load_observation_cues(ROOT / "glossary" / "cues" / "observations.yml")
    return ObservationExtractor(cues, vocabulary.gazetteer)


def notice(title: str, body: str, date: str | None = "2026-10-12") -> Notice:
    return Notice(
        id="n-000000000001", source_id="x", url=None, title=title,
        blocks=blocks_of_text(body), date_publication=date, date_placed=date,
        raw_sha256="0" * 64, fetched_at=EPOCH, extractor="test",
    )  # fmt: skip


def labels(*places: str, document_type: str = "data_release") -> Classification:
    return Classification(
        notice_id="n-000000000001", relevance=Label(id="air", score=0.9, rule="test"),
        places=tuple(PlaceLabel(id=place, role="issuer", rule="test") for place in places),
        level="city", document_type=document_type, document_type_rule="test", version="1",
    )  # fmt: skip


@dataclass
class Score:
    hit: int = 0
    given: int = 0
    wanted: int = 0
    changes: int = 0
    changes_hit: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, line: dict[str, Any], found: Iterable[Observation], gazetteer: Any) -> None:
        want = {}
        for o in line["observations"]:
            place = gazetteer.resolve(o["place"])
            change = None if o["change"] is None else (Decimal(o["change"]), o["change_unit"])
            want[(o["family"], Decimal(o["value"]), o["unit"], o["period"], place)] = change
        got = {
            (o.family, o.value, o.unit, o.period, o.place): (
                None if o.change is None else (o.change, o.change_unit)
            )
            for o in found
        }
        both = want.keys() & got.keys()
        self.hit += len(both)
        self.given += len(got)
        self.wanted += len(want)
        self.changes += sum(want[key] is not None or got[key] is not None for key in both)
        self.changes_hit += sum(want[key] == got[key] is not None for key in both)
        self.misses += [f"{line['id']} missed {key}" for key in want.keys() - both]
        self.misses += [f"{line['id']} wrong {key}" for key in got.keys() - both]
        self.misses += [
            f"{line['id']} change {key}: {want[key]} != {got[key]}"
            for key in both
            if want[key] != got[key]
        ]

    def figures(self) -> dict[str, float]:
        return {
            "precision": self.hit / max(1, self.given),
            "recall": self.hit / max(1, self.wanted),
            "changes": self.changes_hit / max(1, self.changes),
        }


def gold() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def score(extractor: ObservationExtractor, vocabulary: Vocabulary, batch: int | None) -> Score:
    analyzer = Analyzer(vocabulary, ROOT / "glossary" / "cues")
    total = Score()
    for line in gold():
        if batch in (None, line["batch"]):
            read = notice(line["title"], line["body"], line["date"])
            classified = analyzer.classify(analyzer.analyse(read))
            total.add(line, extractor.extract(read, classified), vocabulary.gazetteer)
    return total


def test_gold_scores_stay_above_their_floors(
    extractor: ObservationExtractor, vocabulary: Vocabulary
) -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))["observations"]
    result = score(extractor, vocabulary, None)
    figures = result.figures()
    low = {name: figures[name] for name, floor in floors.items() if figures[name] < floor}
    assert not low, (low, result.misses)


def read(extractor: ObservationExtractor, body: str, title: str = "", **fields: Any) -> list[str]:
    title = title or "唐山市2026年9月环境空气质量状况"
    place = fields.pop("place", "130200")
    return [
        f"{o.family} {o.value}{o.unit} {o.period} {o.place} {o.change}{o.change_unit or ''}"
        for o in extractor.extract(notice(title, body), labels(place, **fields))
    ]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            "9月，全市PM2.5平均浓度为29微克/立方米，同比下降6.5%。",
            ["pm25 29μg/m3 2026-09 130200 -6.5%"],
        ),
        ("全市PM2.5浓度同比下降6.5%，降至29微克/立方米。", ["pm25 29μg/m3 2026-09 130200 -6.5%"]),
        (
            "PM2.5浓度由去年同期的31微克/立方米降至29微克/立方米。",
            ["pm25 29μg/m3 2026-09 130200 None"],
        ),
        ("优良天数25天，较上年同期增加2天。", ["aqi_days 25日 2026-09 130200 2日"]),
        ("综合指数为3.86，同比改善4.0%。", ["index 3.86 2026-09 130200 -4.0%"]),
        ("优良天数比率83.3%，同比改善4.0个百分点。", ["aqi_days 83.3% 2026-09 130200 4.0ポイント"]),
        (
            "2025年10月至2026年3月，全市PM2.5浓度为60微克/立方米。",
            ["pm25 60μg/m3 2025-10..2026-03 130200 None"],
        ),
        ("前9个月，PM10平均浓度70微克/立方米。", ["pm10 70μg/m3 2026-01..2026-09 130200 None"]),
        ("1—9月居第六，9月居第八；综合指数2.44。", ["index 2.44 2026-01..2026-09 130200 None"]),
        ("今年前8月，全市PM2.5浓度33μg/m³。", ["pm25 33μg/m3 2026-01..2026-08 130200 None"]),
        ("今年8月，全市PM2.5浓度28μg/m³。", ["pm25 28μg/m3 2026-08 130200 None"]),
        ("8月，全市PM2.5浓度为28微克/立方米。", ["pm25 28μg/m3 2026-08 130200 None"]),
        (
            "优良天数25天，占83.3%，比2025年同期增加2天。",
            ["aqi_days 25日 2026-09 130200 2日", "aqi_days 83.3% 2026-09 130200 None"],
        ),
        (
            "PM2.5平均浓度29微克/立方米，去年同期31微克/立方米，下降6.5%。",
            ["pm25 29μg/m3 2026-09 130200 -6.5%"],
        ),
        (
            "PM2.5浓度29微克/立方米，臭氧浓度160微克/立方米。与上年同期相比，PM2.5持平，臭氧下降5.3%。",
            ["pm25 29μg/m3 2026-09 130200 0%", "o3 160μg/m3 2026-09 130200 -5.3%"],
        ),
        (
            "9月综合指数较好的依次为滦州市（2.61）、迁安市（2.98）。",
            ["index 2.61 2026-09 130284 None", "index 2.98 2026-09 130283 None"],
        ),
        (
            "2026年1月1日至8月31日，重度污染天3天。截至9月底，优良天数201天。",
            [
                "heavy_days 3日 2026-01..2026-08 130200 None",
                "aqi_days 201日 2026-01..2026-09 130200 None",
            ],
        ),
        ("截至9月18日，优良天数201天。", []),
        ("9月2日至9月30日，PM2.5浓度29微克/立方米。", []),
    ],
)
def test_a_figure_is_read_with_period_place_and_change(
    extractor: ObservationExtractor, body: str, wanted: list[str]
) -> None:
    assert read(extractor, body) == wanted


@pytest.mark.parametrize(
    "body",
    [
        "预计9月PM2.5平均浓度为30微克/立方米。",
        "全年PM2.5目标为32微克/立方米，优良天数不少于280天。",
        "9月18日，PM2.5浓度达到96微克/立方米。",
        "PM2.5平均浓度控制在30微克/立方米以内。",
        "PM2.5小时浓度最高为212微克/立方米。",
        "首要污染物为PM2.5的有11天，臭氧超标12天。",
        "PM2.5浓度在20～30微克/立方米之间。",
        "受邻近城市影响，唐山市与天津市PM2.5浓度为30微克/立方米。",
        "优良天数为48天。",
        "主城区PM2.5平均浓度为30微克/立方米，168个重点城市平均为33微克/立方米。",
        "市区PM2.5平均浓度为30微克/立方米。",
        "9月，唐山市区PM2.5平均浓度为30微克/立方米。",
        "全省PM2.5平均浓度为30%。",
        "今年以来，PM2.5平均浓度为30微克/立方米。",
        "硝酸盐占PM2.5的27.8%。",
    ],
)
def test_what_is_no_released_figure_is_left_out(extractor: ObservationExtractor, body: str) -> None:
    assert read(extractor, body) == []


def test_a_change_from_another_time_is_no_change_on_last_year(
    extractor: ObservationExtractor,
) -> None:
    assert read(extractor, "PM2.5浓度29微克/立方米，环比上升8.0%，同比下降6.5%。") == [
        "pm25 29μg/m3 2026-09 130200 -6.5%"
    ]
    assert read(extractor, "PM2.5浓度29微克/立方米，较2019年下降40%。") == [
        "pm25 29μg/m3 2026-09 130200 None"
    ]


def test_a_city_whose_name_ends_in_the_word_for_city(extractor: ObservationExtractor) -> None:
    body = "|城市|综合指数|上年同期|改善率（%）|\n|运城市|4.40|4.62|4.8|\n|地级城市平均|4.10|4.2|2|"
    assert read(extractor, body, "山西省2026年9月空气质量", place="140000") == [
        "index 4.40 2026-09 140800 -4.8%",
        "index 4.10 2026-09 140000 -2%",
    ]


def test_a_head_below_another_may_lack_its_first_cell(extractor: ObservationExtractor) -> None:
    body = (
        "|区域|PM2.5（μg/m3）||达标率（%）||\n"
        "|2026年1-9月|2025年1-9月|2026年1-9月|2025年1-9月|\n"
        "|香洲区|17|18|94.5|92.7|"
    )
    assert read(extractor, body, "珠海市2026年1—9月空气质量对比", place="440400") == [
        "pm25 17μg/m3 2026-01..2026-09 440402 None",
        "pm25 18μg/m3 2025-01..2025-09 440402 None",
        "aqi_days 94.5% 2026-01..2026-09 440402 None",
        "aqi_days 92.7% 2025-01..2025-09 440402 None",
    ]


def test_the_nation_and_the_province_are_not_the_city(extractor: ObservationExtractor) -> None:
    body = "339个城市PM2.5平均浓度为26微克/立方米；全省PM2.5平均浓度为33微克/立方米。"
    assert [line.split()[3] for line in read(extractor, body)] == ["100000", "130000"]


def test_a_heading_settles_the_place_below_it(extractor: ObservationExtractor) -> None:
    body = (
        "一、长三角地区\nPM2.5平均浓度为18微克/立方米。\n"
        "二、汾渭平原\nPM2.5平均浓度为22微克/立方米。"
    )
    assert [line.split()[3] for line in read(extractor, body, place="100000")] == ["r-yrd", "r-fw"]


def test_a_rank_and_its_evidence(extractor: ObservationExtractor) -> None:
    body = "9月，唐山市空气质量综合指数为3.86，在全省排名第7位。"
    (found,) = extractor.extract(notice("唐山市9月空气质量月报", body), labels("130200"))
    assert found.rank == 7
    assert found.span is not None
    assert body[found.span.start : found.span.end] == found.span.text
    assert found.span.text.endswith("综合指数为3.86")


def test_a_list_from_the_worst_gives_no_ranks(extractor: ObservationExtractor) -> None:
    body = "9月，空气质量较差的后3位依次为邯郸市、石家庄市、保定市。"
    assert read(extractor, body) == []


def test_only_releases_are_read(extractor: ObservationExtractor) -> None:
    body = "2026年9月，全市PM2.5平均浓度为29微克/立方米。"
    assert read(extractor, body, title="唐山市扬尘污染防治办法", document_type="law") == []
    assert read(extractor, body, title="唐山市秋冬季攻坚行动方案", document_type="plan") == []
    assert is_release("唐山市9月份空气质量排名", "news")


@pytest.mark.parametrize(
    "body",
    [
        "", "\x00\ud7ff", "PM2.5" * 60_000, "PM2.5浓度为5。" * 30_000, "同比下降" * 70_000,
        "1—9月" * 60_000, "|" * 300_000, "PM2.5、" * 50_000 + "分别为" + "1、" * 20_000,
        "（" * 300_000, "9" * 300_000, "第90百分位数" * 40_000, "北京市、" * 70_000,
        "依次为北京市、天津市，" * 20_000, "|甲|" + "PM2.5|" * 20_000 + "\n|乙|" + "5|" * 20_000,
    ],
)  # fmt: skip
def test_hostile_bodies_are_read_to_their_end(extractor: ObservationExtractor, body: str) -> None:
    assert isinstance(read(extractor, body), list)


def test_a_faulty_file_of_words_is_named(tmp_path: Path) -> None:
    path = tmp_path / "observations.yml"
    path.write_text("families: [{family: pm25, unit: x, better: big}]", encoding="utf-8")
    with pytest.raises(CueError, match=r"observations\.yml.*better"):
        load_observation_cues(path)


@pytest.mark.parametrize("written", ["1,020", "1，020", "1020"])
def test_thousands_parted_by_commas_are_no_smaller_figure(
    extractor: ObservationExtractor, written: str
) -> None:
    text = f"2026年9月，全市PM10平均浓度为{written}微克/立方米，PM2.5平均浓度为31微克/立方米。"
    found = extractor.extract(notice("沈阳市2026年9月空气质量状况", text), labels("210100"))
    assert [(one.family, str(one.value)) for one in found] == [("pm25", "31")]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "沈阳市2026年国庆假期空气质量状况",
            "假期全市PM2.5平均浓度为31微克/立方米，同比下降11.4%。",
        ),
        ("2026年春节期间空气质量状况", "全市PM2.5平均浓度为31微克/立方米，优良天数比率为86.8%。"),
        ("沈阳市空气质量状况", "2026年国庆中秋长假全市PM2.5平均浓度为31微克/立方米。"),
    ],
)
def test_the_figures_of_a_holiday_are_not_those_of_the_year(
    extractor: ObservationExtractor, title: str, text: str
) -> None:
    assert extractor.extract(notice(title, text), labels("210100")) == ()


def test_a_holiday_that_only_explains_leaves_the_period(extractor: ObservationExtractor) -> None:
    text = "2026年9月，受中秋假期燃放影响，全市PM2.5平均浓度为31微克/立方米。"
    found = extractor.extract(notice("沈阳市空气质量状况", text), labels("210100"))
    assert [(one.period, str(one.value)) for one in found] == [("2026-09", "31")]
