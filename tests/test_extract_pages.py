"""Frozen pages of many skins, each beside what a careful reader finds on it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation.pages import ManifestError, evaluate_pages, is_clean
from pipeline.extract import extract
from pipeline.families import Page, detect, families
from pipeline.families.body import CONTAINERS
from pipeline.families.listing import read_items
from pipeline.families.static import StaticFamily

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "tests" / "pages"
SHARED = ROOT.parent / "shared" / "pages" / "manifest.jsonl"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
LINES = [json.loads(line) for line in (PAGES / "manifest.jsonl").read_text("utf-8").splitlines()]
ARTICLES = [line for line in LINES if line["kind"] != "gov_list"]
LISTS = [line for line in LINES if line["kind"] == "gov_list"]


FAMILIES = [family for family in families.values() if isinstance(family, StaticFamily)]


def plain(text: str | None) -> str:
    return "".join((text or "").split())


def load(line: dict[str, Any]) -> Page:
    return Page(line["url"] or "", (PAGES / line["file"]).read_bytes())


@pytest.mark.parametrize("line", ARTICLES, ids=lambda line: line["file"])
def test_article(line: dict[str, Any]) -> None:
    page = load(line)
    assert detect(page).id == line["family"]
    extraction = extract(page, fetched_at=NOW, raw_sha256="0" * 64, source_id="test")
    notice = extraction.notice
    assert notice is not None
    assert plain(notice.title) == plain(line["title"])
    assert notice.date_publication == line["publish_date"]
    assert plain(notice.document_number) == plain(line["doc_number"])
    body = plain(notice.body)
    assert plain(line["body_first_40_chars"]) in body
    assert plain(line["body_last_40_chars"]) in body
    assert is_clean(notice.body.split("\n"))
    expected = [page.resolve(file["href"]) for file in line["attachments"]]
    assert [file.url for file in notice.attachments] == expected


@pytest.mark.parametrize("line", LISTS, ids=lambda line: line["file"])
def test_list(line: dict[str, Any]) -> None:
    page = load(line)
    items, reason = read_items(page, None)
    assert reason is None
    found = [(item.url, item.date, item.title) for item in items]
    assert found == [
        (page.resolve(item["href"]), item["date"], item["title"]) for item in line["items"]
    ]


@pytest.mark.parametrize("line", ARTICLES, ids=lambda line: line["file"])
def test_article_of_a_skin_never_seen(line: dict[str, Any]) -> None:
    known = {*CONTAINERS, *(name for family in FAMILIES for name in family.skin.containers)}
    text = re.sub(
        r"(?<=[\"' =])[A-Za-z_-]{4,30}(?=[\"' >])",
        lambda match: "box" if match[0].lower() in known else match[0],
        load(line).text,
    )
    page = Page(line["url"] or "", text.encode())
    notice = extract(page, fetched_at=NOW, raw_sha256="0" * 64, source_id="test").notice
    assert notice is not None
    assert plain(notice.title) == plain(line["title"])
    assert notice.date_publication == line["publish_date"]
    assert plain(line["body_first_40_chars"]) in plain(notice.body)
    assert plain(line["body_last_40_chars"]) in plain(notice.body)
    assert is_clean(notice.body.split("\n"))


def test_own_pages_score_full_marks() -> None:
    figures = evaluate_pages(PAGES / "manifest.jsonl")
    shares = {name: figures[name] for name in figures if name not in
              ("n", "seconds", "per_second", "by_kind")}  # fmt: skip
    assert set(shares) == {
        "title", "date", "doc_number", "body_start", "body_end", "body_clean",
        "attachments_f1", "items_f1",
    }  # fmt: skip
    assert set(shares.values()) == {1.0}
    assert figures["n"] == len(LINES)


def test_real_pages_reach_their_floors() -> None:
    if not SHARED.is_file():
        pytest.skip(f"{SHARED} is absent: the labelled real pages are not part of the project")
    figures = evaluate_pages(SHARED)
    floors = {
        "title": 0.95, "date": 0.97, "doc_number": 0.95, "body_start": 0.98, "body_end": 0.95,
        "body_clean": 0.97, "attachments_f1": 0.90, "items_f1": 0.90,
    }  # fmt: skip
    for name, floor in floors.items():
        value = figures[name]
        assert isinstance(value, float)
        assert value >= floor, name


def test_evaluation_counts_misses(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<title>关于甲的公告</title><p>发布日期：2026-03-05</p><div id=zoom><p>"
        + "本公告自发布之日起施行，请有关单位遵照执行，特此公告。" * 3
        + "</p></div>",
        encoding="utf-8",
    )
    line = {
        "file": "a.html", "kind": "gov", "url": None, "title": "另一个标题",
        "publish_date": "2026-03-06", "doc_number": "甲〔2026〕1号",
        "body_first_40_chars": "页面上没有的文字", "body_last_40_chars": "特此公告。",
        "attachments": [{"href": "x/1.pdf"}],
    }  # fmt: skip
    manifest = tmp_path / "m.jsonl"
    manifest.write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    figures = evaluate_pages(manifest)
    assert figures["title"] == figures["date"] == figures["doc_number"] == 0.0
    assert figures["body_start"] == 0.0
    assert figures["body_end"] == 1.0
    assert figures["attachments_f1"] == 0.0
    assert "items_f1" not in figures


def test_furniture_words_inside_sentences_are_not_furniture() -> None:
    assert is_clean(["申请人应当打印表格并签字盖章后提交。"])
    assert not is_clean(["正文。", "【打印】"])
    assert not is_clean(["责任编辑：甲"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", ["line 1", "not JSON"]),
        ('{"file": "x.html", "kind": "gov", "title": "t"}', ["x.html", "beside"]),
        ('{"file": "x.html"}', ["line 1", "'kind'"]),
        ("", ["no lines"]),
    ],
)
def test_bad_manifest_is_named(tmp_path: Path, content: str, words: list[str]) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        evaluate_pages(path)
    assert all(word in str(caught.value) for word in [*words, "m.jsonl"])
