"""Scores of understanding on labelled notices: relevance, labels, places, targets.

The product sees title, body, url and date only. Families and units are judged by the fixed
tables of this module, names of places by glossary/places.csv.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pipeline.classify import Analyzer
from pipeline.classify.labelled import NoticesError, notice_of, read_notices
from pipeline.model import Classification, Label, Target
from pipeline.vocab import Gazetteer, Vocabulary

Result = dict[str, object]
_BINS = 10
_MIN_TYPE = 3
"""A measure type counts in the macro figure from this many reference records."""
_NAMES = {"日本": "jp", "全国": "100000"}
_POLLUTANTS = (
    ("pm25", r"PM2\.5|细颗粒物"), ("pm10", r"PM10|可吸入颗粒物"), ("o3", r"臭氧|O3"),
    ("so2", r"二氧化硫|SO2|硫氧化物|SOx"), ("no2", r"二氧化氮|NO2"),
    ("nox", r"氮氧化物|NOx"), ("voc", r"挥发性有机物|VOC"), ("co", r"一氧化碳|CO浓度|^CO"),
)  # fmt: skip
_FAMILIES = (
    ("heavy_days", r"重度.{0,4}污染天|重度及以上污染$|重污染天"),
    ("aqi_days", r"优良|达标天数|AQI.{0,2}达标|空气质量达标率|二级.{0,6}天数"),
    ("dust", r"降尘"),
    *_POLLUTANTS,
    ("coal", r"煤炭|煤.{0,3}消费|散煤|散烧煤|燃煤|削煤|压煤"),
    ("capacity", r"产能"),
)
_UNITS = {
    "微克/立方米": ("ug/m3", 1), "微克每立方米": ("ug/m3", 1), "μg/m3": ("ug/m3", 1),
    "ug/m3": ("ug/m3", 1), "μg/m³": ("ug/m3", 1), "毫克/立方米": ("mg/m3", 1),
    "%": ("%", 1), "天": ("日", 1), "日": ("日", 1), "个": ("日", 1),
    "个百分点": ("point", 1), "百分点": ("point", 1), "ポイント": ("point", 1),
    "吨": ("t", 1), "t": ("t", 1), "万吨": ("t", 10**4), "万t": ("t", 10**4),
    "亿吨": ("t", 10**8), "亿t": ("t", 10**8),
    "户": ("household", 1), "戸": ("household", 1), "万户": ("household", 10**4),
    "万戸": ("household", 10**4), "辆": ("unit", 1), "台": ("unit", 1), "万辆": ("unit", 10**4),
    "万台": ("unit", 10**4), "吨/月·平方公里": ("t/km2", 1), "吨/平方公里·月": ("t/km2", 1),
    "吨/（月·平方公里）": ("t/km2", 1), "t/(月·km2)": ("t/km2", 1),
}  # fmt: skip
_UNSCORED = frozenset({"元", "亿元", "万元", "家", "个企业", "社", "户企业", "家企业"})
Key = tuple[str, Decimal, str, str, str]


@dataclass
class _Count:
    """True positives, what was given, what was wanted."""

    hit: int = 0
    given: int = 0
    wanted: int = 0

    def add(self, wanted: Iterable[object], given: Iterable[object]) -> None:
        expected, found = Counter(wanted), Counter(given)
        self.hit += (expected & found).total()
        self.given += found.total()
        self.wanted += expected.total()

    @property
    def f1(self) -> float:
        total = self.given + self.wanted
        return 2 * self.hit / total if total else 1.0

    @property
    def precision(self) -> float:
        return self.hit / self.given if self.given else 1.0


@dataclass
class _Scores:
    counts: dict[str, _Count] = field(default_factory=dict)
    shares: dict[str, list[bool]] = field(default_factory=dict)
    sure: dict[str, list[tuple[float, bool]]] = field(default_factory=dict)
    errors: list[Mapping[str, object]] = field(default_factory=list)

    def surely(self, name: str, chance: float, true: bool) -> None:
        self.sure.setdefault(name, []).append((chance, true))

    def count(self, name: str) -> _Count:
        return self.counts.setdefault(name, _Count())

    def share(self, name: str, right: bool) -> None:
        self.shares.setdefault(name, []).append(right)

    def mean(self, name: str) -> float:
        values = self.shares[name]
        return sum(values) / len(values)


def evaluate_notices(
    path: Path,
    vocabulary: Vocabulary,
    cues_dir: Path,
    errors: Path | None = None,
    learned: Path | None = None,
) -> Result:
    """The figures of a labelled file: metric -> number. `errors` receives every miss, one JSON
    object a line, with the rules and evidence of the product; `learned` is what analysts taught.
    Raises NoticesError."""
    records = read_notices(path)
    analyzer = Analyzer(vocabulary, cues_dir, learned)
    notices = [notice_of(record) for record in records]
    began = time.perf_counter()
    labelled = []
    for notice in notices:
        analysed = analyzer.analyse(notice)
        labelled.append((analyzer.classify(analysed), analyzer.extract_targets(analysed)))
    seconds = time.perf_counter() - began
    scores = _Scores()
    for record, (found, targets) in zip(records, labelled, strict=True):
        _judge(record, found, targets, vocabulary.gazetteer, scores)
    if errors is not None:
        text = "".join(json.dumps(e, ensure_ascii=False) + "\n" for e in scores.errors)
        errors.write_text(text, encoding="utf-8")
    return {
        "n": len(records),
        "seconds": round(seconds, 4),
        "per_second": round(len(records) / seconds, 1) if seconds else 0.0,
        **_figures(scores),
    }


def _figures(scores: _Scores) -> dict[str, float]:
    figures = {
        "relevance_f1": scores.count("relevance").f1,
        "relevance_accuracy": scores.mean("relevance"),
        "level_accuracy": scores.mean("level"),
        "doc_type_accuracy": scores.mean("doc_type"),
    }
    types = [
        count for name, count in scores.counts.items()
        if name.startswith("measure:") and count.wanted >= _MIN_TYPE
    ]  # fmt: skip
    if scores.count("measures").wanted:
        figures["measures_micro_f1"] = scores.count("measures").f1
    if types:
        figures["measures_macro_f1"] = sum(count.f1 for count in types) / len(types)
    for name in ("places", "key_plan", "targets"):
        if scores.count(name).wanted:
            figures[f"{name}_f1"] = scores.count(name).f1
    if scores.count("targets").wanted:
        figures["targets_precision"] = scores.count("targets").precision
    for name, sure in scores.sure.items():
        figures[f"{name}_calibration_error"] = calibration_error(sure)
    figures["to_check"] = scores.mean("to_check")
    if "misses_to_check" in scores.shares:
        figures["misses_to_check"] = scores.mean("misses_to_check")
    return {name: round(value, 4) for name, value in figures.items()}


def calibration_error(sure: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: how far, on average, the probability of ten equal bins lies
    from the share that came true. 0 is perfect."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, true in sure:
        bins.setdefault(min(int(chance * _BINS), _BINS - 1), []).append((chance, true))
    apart = (abs(sum(c for c, _ in some) - sum(t for _, t in some)) for some in bins.values())
    return sum(apart) / len(sure)


def _judge(
    record: Mapping[str, Any],
    found: Classification,
    targets: Sequence[Target],
    gazetteer: Gazetteer,
    scores: _Scores,
) -> None:
    air = record["relevance"] == "air"
    name = str(record.get("id") or record["title"])

    def miss(what: str, wanted: object, given: object, labels: Iterable[Label] = ()) -> None:
        scores.errors.append(
            {
                "id": name, "title": record["title"], "what": what, "wanted": wanted,
                "given": given,
                "evidence": [
                    {"id": label.id, "rule": label.rule, "score": label.score,
                     "spans": [span.text for span in label.spans]}
                    for label in labels
                ],
            }
        )  # fmt: skip

    scores.count("relevance").add(["air"] * air, ["air"] * found.is_air)
    scores.share("relevance", air == found.is_air)
    scores.surely("relevance", found.relevance.score, air)
    scores.share("to_check", found.needs_check)
    if air != found.is_air:
        scores.share("misses_to_check", "air" in found.doubts)
        miss("relevance", record["relevance"], found.relevance.id, [found.relevance])
    for what, wanted, given in (
        ("level", record["level"], found.level),
        ("doc_type", record["doc_type"], found.document_type),
    ):
        scores.share(what, wanted == given)
        if wanted != given:
            miss(what, wanted, given, [Label(id=given, score=1, rule=found.document_type_rule)])
    if not air:
        return
    if "measure_types" in record:
        wanted_types = set(record["measure_types"])
        given_types = {label.id for label in found.measures}
        scores.count("measures").add(wanted_types, given_types)
        for kind in wanted_types | given_types:
            scores.count(f"measure:{kind}").add(wanted_types & {kind}, given_types & {kind})
        for label in found.measures:
            scores.surely("measures", label.score, label.id in wanted_types)
        for kind in wanted_types ^ given_types:
            scores.share("misses_to_check", kind in found.doubts)
        if wanted_types != given_types:
            miss("measures", sorted(wanted_types), sorted(given_types), found.measures)
    _judge_places(record, found, gazetteer, scores, miss)
    scores.count("key_plan").add(["key"] * bool(record.get("key_plan")), ["key"] * found.key_plan)
    if bool(record.get("key_plan")) != found.key_plan:
        rule = found.key_plan_rule or found.document_type_rule
        miss("key_plan", bool(record.get("key_plan")), found.key_plan,
             [Label(id="key_plan", score=1, rule=rule)])  # fmt: skip
    wanted_targets = [key for line in record.get("targets") or [] for key in _gold_keys(line)]
    stated = (target for target in targets if not target.doubtful)
    given_targets = [key for target in stated if (key := _target_key(target)) is not None]
    scores.count("targets").add(wanted_targets, given_targets)
    if Counter(wanted_targets) != Counter(given_targets):
        spare = Counter(given_targets) - Counter(wanted_targets)
        lost = Counter(wanted_targets) - Counter(given_targets)
        miss("targets", [_shown(key) for key in lost], [_shown(key) for key in spare])


def _judge_places(
    record: Mapping[str, Any],
    found: Classification,
    gazetteer: Gazetteer,
    scores: _Scores,
    miss: Any,
) -> None:
    wanted = set()
    for place in record["places"]:
        resolved = _NAMES.get(place) or gazetteer.resolve(place)
        if resolved is None:
            miss("places", place, "unresolvable name")
        # An unresolvable name stays as a name no product id equals: a miss.
        wanted.add(resolved or f"?{place}")
    given = {place.id for place in found.places}
    scores.count("places").add(wanted, given)
    if wanted != given:
        labels = [Label(id=p.id, score=1, rule=p.rule, spans=p.spans) for p in found.places]
        miss("places", sorted(wanted), sorted(given), labels)


def family_of(indicator: str, unit: str = "") -> str:
    """The family of an indicator's Chinese name by the evaluator's own table."""
    if unit in ("辆", "万辆"):
        return "vehicles"
    if unit in ("户", "万户"):
        return "households"
    for family, pattern in _FAMILIES:
        if re.search(pattern, indicator):
            return family
    return "other"


def _gold_keys(line: Mapping[str, Any]) -> list[Key]:
    unit = str(line.get("unit") or "").strip()
    if unit in _UNSCORED:
        return []
    try:
        value = Decimal(str(line["value"]))
    except (InvalidOperation, KeyError) as error:
        raise NoticesError(f"a target has no number as value: {line}; correct it") from error
    indicator = str(line["indicator"])
    parts = [p for p in re.split(r"[、和与及]", indicator) if p]
    joint = [family_of(p) for p in parts if any(re.search(rx, p) for _, rx in _POLLUTANTS)]
    families = (
        joint if len(joint) == len(parts) and len(parts) > 1 else [family_of(indicator, unit)]
    )
    base, target = str(line.get("base_year") or ""), str(line.get("target_year") or "")
    name, factor = _UNITS.get(unit, (unit, 1))
    return [(family, value * factor, name, base, target) for family in families]


def _target_key(target: Target) -> Key | None:
    if target.unit in _UNSCORED:
        return None
    name, factor = _UNITS.get(target.unit, (target.unit, 1))
    return (
        target.family, target.value * factor, name, target.base_year or "",
        target.target_year or "",
    )  # fmt: skip


def _shown(key: Key) -> str:
    family, value, unit, base, target = key
    return f"{family} {value.normalize():f} {unit} {base or '-'} -> {target or '-'}"
