"""geppo learn: what analysts decided is put to use, and never makes a figure worse.

tests/gold/decisions.jsonl holds notices of four kinds which their analyst labels otherwise than the
machine, some by a convention of the house no rule could know: eight of each kind to decide, five
like them, in other words, to be held out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Geppo

from pipeline.classify import Analyzer, CueError
from pipeline.classify.labelled import notice_of, read_notices
from pipeline.classify.learned import UNLEARNED, Learned, Weight, column_of, load_learned, moved
from pipeline.classify.signals import Row, learn_signals
from pipeline.classify.train import labelled
from pipeline.learn import Judged, Learner, Lesson
from pipeline.model import Notice, Push
from pipeline.vocab import load_vocabulary

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "glossary"
LINES = [
    json.loads(line)
    for line in (ROOT / "tests/gold/decisions.jsonl").read_text(encoding="utf-8").splitlines()
]
DECIDED = [line for line in LINES if not line["held_out"]]
HELD_OUT = [line for line in LINES if line["held_out"]]


def notice(line: Mapping[str, Any]) -> Notice:
    return notice_of(line).model_copy(update={"source_id": line.get("source", "s-1")})


def judged(line: Mapping[str, Any]) -> Judged:
    air = line["relevance"] == "air"
    measures = frozenset(line["measure_types"]) if air else None
    return Judged(notice(line), air, measures, f"2026-10 {line['title']}")


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer(load_vocabulary(GLOSSARY), GLOSSARY / "cues")


@pytest.fixture(scope="module")
def gold() -> Sequence[Mapping[str, Any]]:
    return read_notices(GLOSSARY / "labelled" / "notices.jsonl")


@pytest.fixture(scope="module")
def learner(analyzer: Analyzer, gold: Sequence[Mapping[str, Any]]) -> Learner:
    return Learner(analyzer, labelled(analyzer, gold))


@pytest.fixture(scope="module")
def lesson(learner: Learner) -> Lesson:
    return learner.learn([judged(line) for line in DECIDED], UNLEARNED)


def corrections(analyzer: Analyzer, lines: Sequence[Mapping[str, Any]]) -> int:
    """How many labels an analyst would have to correct."""
    wrong = 0
    for line in lines:
        found = analyzer.classify(analyzer.analyse(notice(line)))
        wrong += found.is_air != (line["relevance"] == "air")
        wrong += len({label.id for label in found.measures} ^ set(line["measure_types"]))
    return wrong


def taught(analyzer: Analyzer, learned: Learned, tmp_path: Path) -> Analyzer:
    path = tmp_path / "learned.yml"
    path.write_text(learned.to_text(), encoding="utf-8")
    return Analyzer(analyzer.tools.vocabulary, GLOSSARY / "cues", path)


# --- what is learned --------------------------------------------------------------------------


def test_consistent_corrections_help_notices_like_them(
    analyzer: Analyzer, lesson: Lesson, tmp_path: Path
) -> None:
    assert lesson.better
    assert not lesson.worse
    before = corrections(analyzer, HELD_OUT)
    assert corrections(taught(analyzer, lesson.learned, tmp_path), HELD_OUT) < before / 2


def test_gold_stays_as_it_was(
    analyzer: Analyzer, gold: Sequence[Mapping[str, Any]], lesson: Lesson, tmp_path: Path
) -> None:
    after = taught(analyzer, lesson.learned, tmp_path)
    assert corrections(after, gold) <= corrections(analyzer, gold)


def test_a_lesson_is_a_few_words_an_analyst_can_check(lesson: Lesson) -> None:
    found = {(one.label, one.signal): one for one in lesson.learned.weights}
    assert len(found) < 12
    assert found["air", "source:x-association"].weight < 0
    assert found["carbon_synergy", "title:单车"].weight > 0
    assert all(one.decisions >= 3 for one in lesson.learned.weights)


def test_the_same_decisions_teach_the_same(learner: Learner, lesson: Lesson) -> None:
    again = learner.learn([judged(line) for line in reversed(DECIDED)], UNLEARNED)
    assert again.learned == lesson.learned
    assert again.figures == lesson.figures


def test_five_corrections_of_a_kind_suffice(learner: Learner) -> None:
    bicycles = [line for line in DECIDED if line["kind"] == "bicycle"][:5]
    found = learner.learn([judged(line) for line in bicycles], UNLEARNED)
    assert [(one.label, one.decisions) for one in found.learned.weights] == [("carbon_synergy", 5)]


def test_more_decisions_are_measured_against_what_was_learned(
    learner: Learner, lesson: Lesson
) -> None:
    bicycles = [line for line in DECIDED if line["kind"] == "bicycle"]
    first = learner.learn([judged(line) for line in bicycles], UNLEARNED)
    both = learner.learn([judged(line) for line in DECIDED], first.learned)
    assert both.learned == lesson.learned
    was = {(f.on, f.name): f.before for f in both.figures}
    plain = {(f.on, f.name): f.before for f in lesson.figures}
    assert was["decisions", "corrections"] < plain["decisions", "corrections"]


# --- what is refused --------------------------------------------------------------------------


def _contradictory(line: Mapping[str, Any], turn: int) -> Judged:
    found = judged(line)
    return found if turn % 2 else replace(found, measures=frozenset({"economic"}))


def _not_vehicles(line: Mapping[str, Any], turn: int) -> Judged:
    text = {**line, "body": line["body"] + f"\n（第{turn}次印发）"}
    return replace(judged(text), measures=frozenset(line["measure_types"]) - {"mobile"})


def _bicycles(gold: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [line for line in DECIDED if line["kind"] == "bicycle"]


def _vehicles(gold: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [line for line in gold if line["measure_types"][:1] == ["mobile"]][:30]


@pytest.mark.parametrize(
    ("which", "change"), [(_bicycles, _contradictory), (_vehicles, _not_vehicles)]
)
def test_contradictory_and_malicious_decisions_teach_nothing(
    learner: Learner,
    gold: Sequence[Mapping[str, Any]],
    which: Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]],
    change: Callable[[Mapping[str, Any], int], Judged],
) -> None:
    found = learner.learn([change(line, turn) for turn, line in enumerate(which(gold))], UNLEARNED)
    assert found.learned.weights == ()
    assert not found.better
    assert not found.worse
    assert found.unheeded


def row(signals: Sequence[str], truth: bool, chance: float = 0.9, decided: bool = True) -> Row:
    return Row(chance, truth, signals, decided)


def test_a_signal_is_learned_where_the_machine_is_overruled_more_than_confirmed() -> None:
    overruled = [row(["title:甲", "title:的"], False)] * 4
    confirmed = [row(["title:乙", "title:的"], True)] * 4
    (found,) = learn_signals("mobile", [*overruled, *confirmed], 0.4)
    assert (found.signal, found.decisions) == ("title:甲", 4)
    assert found.weight < -1
    assert learn_signals("mobile", overruled[:2], 0.4) == []
    balanced = [*overruled, *([row(["title:甲", "title:的"], True)] * 2)]
    assert learn_signals("mobile", balanced, 0.4) == []


def test_labelled_notices_hold_against_decisions() -> None:
    overruled = [row(["cue:甲"], False)] * 4
    (alone,) = learn_signals("mobile", overruled, 0.4)
    known = [row(["cue:甲"], True, decided=False)] * 40
    against = learn_signals("mobile", [*overruled, *known], 0.4)
    assert not against or against[0].weight > alone.weight / 4


# --- the layer --------------------------------------------------------------------------------


def test_pushes_add_up_in_log_odds() -> None:
    up = Push(signal="title:甲", weight=1.0, decisions=3)
    assert moved(0.3, ()) == 0.3
    assert moved(0.5, (up,)) == pytest.approx(0.7311, abs=1e-4)
    assert moved(moved(0.2, (up,)), (up.model_copy(update={"weight": -1.0}),)) == pytest.approx(0.2)


def test_the_file_reads_back_as_written(tmp_path: Path) -> None:
    kept = Learned(
        (Weight(label="air", signal="title:室内", weight=-2.5, decisions=6),), frozenset({"n-1:ab"})
    )
    path = tmp_path / "learned.yml"
    path.write_text(kept.to_text(), encoding="utf-8")
    assert load_learned(path) == kept
    assert load_learned(tmp_path / "absent.yml") == UNLEARNED
    path.write_text(UNLEARNED.to_text(), encoding="utf-8")
    assert load_learned(path) == UNLEARNED


@pytest.mark.parametrize(
    "text", ["weights: 3", "weights: [{label: air}]", "other: 1", "weights: [", "- air"]
)
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "learned.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CueError, match=re.escape(str(path))):
        load_learned(path)


def test_what_is_learned_is_shown_on_the_label(analyzer: Analyzer, tmp_path: Path) -> None:
    weights = (
        Weight(label="air", signal="veto:recruitment", weight=6.0, decisions=5),
        Weight(label="mobile", signal="always", weight=9.0, decisions=5),
        Weight(label="dust_area", signal="cue:扬尘", weight=-9.0, decisions=5),
    )
    found = taught(analyzer, Learned(weights), tmp_path)
    line = {"title": "公开招聘扬尘治理监督员的公告", "body": "报名后笔试面试，录用者巡查工地扬尘。"}
    plain = analyzer.classify(analyzer.analyse(notice(line)))
    labels = found.classify(found.analyse(notice(line)))
    assert (plain.relevance.id, plain.relevance.rule) == ("not_air", "veto:recruitment")
    assert (labels.relevance.id, labels.relevance.rule) == ("air", "learned:veto:recruitment")
    assert [push.weight for push in labels.relevance.learned] == [6.0]
    assert labels.measures[0].id == "mobile"
    assert labels.measures[0].rule == "learned:always"
    taken = next(label for label in labels.considered if label.id == "dust_area")
    assert [push.signal for push in taken.learned] == ["cue:扬尘"]
    assert found.version != analyzer.version


@pytest.mark.parametrize(
    ("url", "column"),
    [
        ("https://sthj.example.cn/zwgk/tzgg/202610/t20261003_12.html", "sthj.example.cn/zwgk/tzgg"),
        ("https://sthj.example.cn/art/2026/10/3/art_1.html", "sthj.example.cn/art"),
        ("https://sthj.example.cn/1.html", None),
        (None, None),
    ],
)
def test_the_column_of_a_page(url: str | None, column: str | None) -> None:
    assert column_of(url) == column


# --- the command ------------------------------------------------------------------------------


@pytest.fixture
def month(geppo: Geppo, tmp_path: Path) -> Geppo:
    """A month of the notices to decide, drafted."""
    lines = [
        {
            **line,
            "id": f"x-{turn}",
            "date": "2026-10-05",
            "url": f"https://{line['kind']}.example/news/{turn}.html",
        }
        for turn, line in enumerate(DECIDED)
        if line["kind"] in ("association", "bicycle")
    ]
    path = tmp_path / "notices.jsonl"
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text, encoding="utf-8")
    assert geppo("add", path).code == 0
    assert geppo("draft", "--month", "2026-10").code == 0
    return geppo


def entries(tmp_path: Path) -> Mapping[str, Path]:
    """The entry files by the Chinese title of their notice."""
    found = {}
    for path in sorted((tmp_path / "bulletins" / "2026-10" / "entries").glob("*.md")):
        title = re.search(r"^title_zh: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert title
        found[title[1]] = path
    return found


def relabel(path: Path, measures: Sequence[str]) -> None:
    text = path.read_text(encoding="utf-8")
    listed = "".join(f"- {name}\n" for name in measures)
    path.write_text(
        re.sub(r"^measures:\n(?:- .+\n)+", f"measures:\n{listed}", text, flags=re.MULTILINE),
        encoding="utf-8",
    )


UNTOUCHED = ("淄博市投放共享单车两万辆", "共享单车与公交接驳方案公布")


def decide(geppo: Geppo, tmp_path: Path) -> None:
    """What the analyst of DECIDED does with the drafted month, two notices apart."""
    files = entries(tmp_path)
    for line in DECIDED:
        path = files.get(line["title"])
        if path is None or line["title"] in (
            "水泥罐车抛洒治理见成效",
            "唐山市水泥罐车智慧洗车台上线",
        ):
            continue
        if line["relevance"] == "not_air":
            ran = geppo(
                "exclude", path.stem, "--reason", "室内空气の資料", "--who", "田中",
                "--month", "2026-10",
            )  # fmt: skip
            assert ran.code == 0, ran.err
        else:
            relabel(path, line["measure_types"])


def test_without_decisions_there_is_nothing_to_learn_from(month: Geppo, tmp_path: Path) -> None:
    ran = month("learn")
    assert ran.code == 0, ran.err
    assert "nothing to learn from" in ran.out
    assert not (tmp_path / "bulletins" / "learned.yml").exists()


def test_a_month_s_decisions_are_learned_and_applied(month: Geppo, tmp_path: Path) -> None:
    decide(month, tmp_path)
    learned = tmp_path / "bulletins" / "learned.yml"
    human = {path: path.read_bytes() for path in entries(tmp_path).values()}
    tried = month("learn", "--dry-run")
    assert tried.code == 0, tried.err
    assert "dry run" in tried.out
    assert not learned.exists()
    ran = month("learn")
    assert ran.code == 0, ran.err
    for words in (
        "before",
        "after",
        "corrections",
        "column:association",
        "title:单车",
        "learned.yml",
    ):
        assert words in ran.out, words
    assert month("learn").out.count("learned before") == 1
    assert month("draft", "--month", "2026-10").code == 0
    files = entries(tmp_path)
    # A file a person touched stays; one nobody touched is labelled anew.
    for title in UNTOUCHED:
        assert "- carbon_synergy" in files[title].read_text(encoding="utf-8")
        del human[files[title]]
    assert human == {path: path.read_bytes() for path in human}
    shown = month("explain", files[UNTOUCHED[0]].stem)
    assert "[learned:title:单车]" in shown.out
    assert "分析者の判断から: title:单车 +" in shown.out


def test_an_exclusion_for_another_reason_teaches_nothing(month: Geppo, tmp_path: Path) -> None:
    for path in list(entries(tmp_path).values())[:6]:
        ran = month("exclude", path.stem, "--reason", "他の項目と重複", "--month", "2026-10")
        assert ran.code == 0, ran.err
    assert "nothing to learn from" in month("learn").out


def test_contradictory_decisions_are_refused_by_name(month: Geppo, tmp_path: Path) -> None:
    files = [path for title, path in entries(tmp_path).items() if "单车" in title]
    for turn, path in enumerate(files):
        relabel(path, ["mobile", "carbon_synergy"] if turn % 2 else ["economic"])
    ran = month("learn")
    assert ran.code == 1
    assert "refused" in ran.out
    assert "would still label otherwise" in ran.out
    assert files[0].stem in ran.out
    assert not (tmp_path / "bulletins" / "learned.yml").exists()


def test_a_label_that_is_none_is_named(month: Geppo, tmp_path: Path) -> None:
    path = next(iter(entries(tmp_path).values()))
    relabel(path, ["smog"])
    ran = month("learn")
    assert ran.code == 2
    assert path.name in ran.err
    assert "smog" in ran.err
