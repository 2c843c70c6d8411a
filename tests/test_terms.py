"""The glossary: what it must hold, and how terms are found in text."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from pipeline.vocab import Glossary, Matcher, VocabularyError, lint, load_vocabulary
from pipeline.vocab.matching import Span
from pipeline.vocab.terms import TERM_COLUMNS, load_terms

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_terms(ROOT / "glossary" / "terms.csv")


def write_terms(path: Path, *rows: dict[str, str]) -> Path:
    base = dict.fromkeys(TERM_COLUMNS, "") | {
        "category": "x", "status": "confirmed", "evidence": "標準訳語",
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, TERM_COLUMNS)
        writer.writeheader()
        writer.writerows(base | row for row in rows)
    return path


# --- what the glossary holds --------------------------------------------------------------


def test_the_glossary_is_large_and_every_term_is_complete(glossary: Glossary) -> None:
    assert len(glossary.terms) >= 1000
    assert all(term.zh and term.ja and term.evidence for term in glossary.terms)
    assert len(glossary.by_zh) == len(glossary.terms)


def test_the_repository_vocabulary_has_no_lint() -> None:
    assert lint(ROOT / "glossary") == []


@pytest.mark.parametrize(
    ("zh", "ja"),
    [
        ("细颗粒物", "微小粒子状物質"),
        ("燃煤电厂", "石炭火力発電所"),
        ("燃煤锅炉", "石炭焚きボイラー"),
        ("排污许可证", "汚染物質排出許可証"),
        ("罚款", "過料"),
        ("罚金", "罰金"),
        ("高污染燃料禁燃区", "高汚染燃料使用禁止区域"),
        ("“十四五”规划", "第14次五カ年計画"),
        ("超低排放", "超低濃度排出"),
        ("生态环境厅", "生態環境庁"),
    ],
)
def test_preferred_japanese(glossary: Glossary, zh: str, ja: str) -> None:
    assert glossary.by_zh[zh].ja == ja


@pytest.mark.parametrize(
    ("zh", "admitted"),
    [
        ("超低排放", "超低排出"),
        ("重污染天气", "重汚染天気"),
        ("印发", "配布"),
        ("实施方案", "実施プラン"),
        ("污染防治", "汚染対策"),
        ("排污许可证", "排出許可証"),
    ],
)
def test_admitted_variants(glossary: Glossary, zh: str, admitted: str) -> None:
    assert admitted in glossary.by_zh[zh].admitted


def test_choices_left_to_the_analyst_are_marked(glossary: Glossary) -> None:
    for zh in ("超低排放", "重污染天气", "印发", "罚款", "扬尘", "无组织排放", "绩效分级"):
        assert glossary.by_zh[zh].status == "to_confirm", zh


def test_glosses_stand_apart_from_the_term(glossary: Glossary) -> None:
    term = glossary.by_zh["散煤"]
    assert term.ja == "散煤"
    assert term.first_mention is not None
    assert term.first_mention.startswith(term.ja + "（")
    with_gloss = [term.zh for term in glossary.terms if "（" in term.ja]
    assert with_gloss == []


def test_terms_are_nouns(glossary: Glossary) -> None:
    verbs = [t.zh for t in glossary.terms if t.ja.endswith(("する", "させる", "される", "ない"))]
    assert verbs == []


def test_known_pairs_are_carried_over() -> None:
    path = SHARED / "translation" / "glossary-facts.csv"
    if not path.exists():
        pytest.skip("../shared/translation/glossary-facts.csv is absent")
    vocabulary = load_vocabulary(ROOT / "glossary")
    missing = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["category"] in ("verb", "function"):
                continue
            known = row["zh"] in vocabulary.glossary.by_zh
            if not known and vocabulary.gazetteer.resolve(row["zh"]) is None:
                missing.append(row["zh"])
    # Verbs, alone or with their object, belong to the lexicon and not among the terms.
    assert set(missing) <= {"下降", "降低", "上升", "责令改正"}


# --- finding terms ------------------------------------------------------------------------


def found(glossary: Glossary, text: str) -> list[str]:
    matches = glossary.match(text)
    assert all(text[match.start : match.end] == match.term.zh for match in matches)
    return [match.term.zh for match in matches]


def test_the_longest_term_wins(glossary: Glossary) -> None:
    assert found(glossary, "修订重污染天气应急预案") == ["修订", "重污染天气应急预案"]


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("生态环境部门依法处罚", "生态环境部"),
        ("公安部门配合", "公安部"),
        ("水中氨氮浓度", "氨"),
        ("城市人民政府划定的区域", "市人民政府"),
        ("（以下简称本办法）", "以下"),
        ("市场监管部门负责", "监管"),
        ("保护臭氧层", "臭氧"),
        ("标准化工作", "标准"),
    ],
)
def test_a_term_is_not_found_inside_a_longer_word(
    glossary: Glossary, text: str, absent: str
) -> None:
    assert absent in glossary.by_zh
    assert absent not in found(glossary, text)


def test_a_guarded_term_is_still_found_elsewhere(glossary: Glossary) -> None:
    assert found(glossary, "氨氮和氨排放、氨") == ["氨氮", "氨排放", "氨"]


def test_latin_terms_do_not_cut_latin_words(glossary: Glossary) -> None:
    assert "VOCs" in glossary.by_zh
    assert "VOCs" not in found(glossary, "NMVOCs")
    assert "VOCs" in found(glossary, "各类VOCs。")


def test_matching_agrees_with_a_plain_search() -> None:
    random.seed(20261001)
    words = {"".join(random.choices("甲乙丙丁", k=random.randint(1, 4))) for _ in range(25)}
    guards = {"甲": ["甲乙", "丙甲"], "乙丙": ["甲乙丙丁"]}
    matcher = Matcher(words, guards)
    for _ in range(200):
        text = "".join(random.choices("甲乙丙丁、", k=40))
        assert matcher.longest(text) == plain_longest(text, words, guards)


def plain_longest(text: str, words: set[str], guards: dict[str, list[str]]) -> list[Span]:
    spans = []
    for word in words:
        for start in range(len(text)):
            if not text.startswith(word, start):
                continue
            end = start + len(word)
            shielded = any(
                text.startswith(guard, at) and at + len(guard) >= end
                for guard in guards.get(word, [])
                for at in range(max(0, end - len(guard)), start + 1)
            )
            if not shielded:
                spans.append(Span(start, end, word))
    spans.sort(key=lambda span: (span.start - span.end, span.start))
    kept: list[Span] = []
    for span in spans:
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept)


def test_hostile_text_is_matched_whole(glossary: Glossary) -> None:
    text = "氨氮" * 100_000 + "生态环境部门" * 10_000
    matches = glossary.match(text)
    assert len(matches) == 110_000
    assert matches[-1].end == len(text)


def test_no_terms_no_matches() -> None:
    assert Glossary([], "0").match("大气") == []


# --- files that cannot be read ------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"zh": "大气", "ja": ""}, "terms.csv line 2, field ja: is empty"),
        (
            {"zh": "大气", "ja": "大気", "status": "sure"},
            "field status: 'sure' is unknown; use one",
        ),
        ({"zh": "大气", "ja": "大気", "evidence": ""}, "field evidence: is empty"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: dict[str, str], message: str) -> None:
    path = write_terms(tmp_path / "terms.csv", row)
    with pytest.raises(VocabularyError) as error:
        load_terms(path)
    assert message in str(error.value)


def test_a_term_given_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    row = {"zh": "大气", "ja": "大気"}
    path = write_terms(tmp_path / "terms.csv", row, {"zh": "水", "ja": "水"}, row)
    with pytest.raises(VocabularyError, match=r"line 4.*already stands in line 2"):
        load_terms(path)


def test_a_wrong_header_names_the_column(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text("zh,ja,comment\n大气,大気,\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"terms\.csv line 1: header differs.*comment"):
        load_terms(path)


def test_a_stray_comma_is_reported(tmp_path: Path) -> None:
    path = write_terms(tmp_path / "terms.csv", {"zh": "大气", "ja": "大気"})
    path.write_text(path.read_text(encoding="utf-8") + "水,水,,\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match="has 4 cells instead of 11"):
        load_terms(path)


def test_an_unclosed_quotation_mark_is_reported(tmp_path: Path) -> None:
    path = write_terms(tmp_path / "terms.csv")
    path.write_text(path.read_text(encoding="utf-8") + '"大气,大気\n', encoding="utf-8")
    with pytest.raises(VocabularyError, match="quotation marks"):
        load_terms(path)


def test_a_file_in_another_encoding_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_bytes("zh,ja\n大气,大気\n".encode("gb18030"))
    with pytest.raises(VocabularyError, match="is not UTF-8"):
        load_terms(path)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match=r"terms\.csv: cannot be read"):
        load_terms(tmp_path / "terms.csv")


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    path = write_terms(tmp_path / "terms.csv", {"zh": "大气", "ja": "大気"})
    path.write_text(
        "\ufeff" + path.read_text(encoding="utf-8") + "\n,,,,,,,,,,\n", encoding="utf-8"
    )
    assert [term.zh for term in load_terms(path).terms] == ["大气"]


def test_the_hash_names_the_content(tmp_path: Path) -> None:
    path = write_terms(tmp_path / "terms.csv", {"zh": "大气", "ja": "大気"})
    first = load_terms(path).hash
    assert load_terms(path).hash == first
    write_terms(path, {"zh": "大气", "ja": "大気環境"})
    assert load_terms(path).hash != first
