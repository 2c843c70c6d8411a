"""Speed of reading, labelling and drafting, each beside a known yardstick in the same run.

Run by `make bench`; figures are printed, ratios are what carries over between machines.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from notices import notice
from web.build import build_web
from web.content import load_docs
from web.response import Response

from pipeline.classify import Analyzer
from pipeline.extract import extract
from pipeline.families import detect
from pipeline.families.base import Page
from pipeline.model import Notice
from pipeline.translate.cascade import build_translator
from pipeline.translate.segment import split_sentences
from pipeline.vocab import Vocabulary, load_vocabulary

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(ROOT / "glossary")


@pytest.fixture(scope="module")
def notices() -> list[Notice]:
    """The notices of the sample web, cut or repeated to 1,500 characters."""
    texts = [
        (doc.title, (doc.text * (1 + 1500 // max(len(doc.text), 1)))[:1500])
        for doc in load_docs().values()
        if len(doc.text) > 200
    ]
    return [notice(f"https://x.example/{n}", *text) for n, text in enumerate(texts)]


def per_second(work: Callable[[T], object], items: Sequence[T], rounds: int = 3) -> float:
    """Items a second of CPU time, the best of some rounds after one to warm up."""
    work(items[0])
    best = 0.0
    for _ in range(rounds):
        started = time.process_time()
        for item in items:
            work(item)
        best = max(best, len(items) / (time.process_time() - started))
    return best


def told(name: str, mine: float, yardstick: str, other: float) -> None:
    print(f"\n{name}: {mine:,.0f}/s; {yardstick}: {other:,.0f}/s; ratio {mine / other:.2f}")


def bench_labels_and_targets(vocabulary: Vocabulary, notices: list[Notice]) -> None:
    import jieba

    jieba.setLogLevel(60)
    analyzer = Analyzer(vocabulary, ROOT / "glossary" / "cues")

    def label(item: Notice) -> None:
        analysed = analyzer.analyse(item)
        analyzer.classify(analysed)
        analyzer.extract_targets(analysed)

    mine = per_second(label, notices)
    other = per_second(lambda item: jieba.lcut(item.title + item.body), notices, rounds=1)
    told("labels and targets, notices of 1,500 characters", mine, "jieba.lcut", other)
    assert mine >= 0.75 * other


def fetch(url: str) -> Response | None:
    """The page of the sample web at a URL."""
    parts = urlsplit(url)
    make = build_web().pages.get((parts.netloc, parts.path))
    return make() if make else None


def bench_pages() -> None:
    import trafilatura

    pages = [
        Page(url=url, body=response.body, content_type="text/html")
        for url in build_web().articles.values()
        if (response := fetch(url)) is not None and b"<html" in response.body[:2000]
    ][:80]

    def read(page: Page) -> None:
        # A page keeps what it has parsed; each reading starts from the bytes.
        fresh = Page(page.url, page.body, content_type=page.content_type)
        extract(
            fresh, family=detect(fresh), fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
            raw_sha256="0" * 64, source_id="bench",
        )  # fmt: skip

    mine = per_second(read, pages)
    other = per_second(lambda page: trafilatura.bare_extraction(page.body), pages)
    told("article pages", mine, "trafilatura", other)
    assert mine >= 2 * other


def bench_sentences(vocabulary: Vocabulary) -> None:
    from types import SimpleNamespace

    settings = SimpleNamespace(argos_dir=Path("/nonexistent"), accept_confidence=0.75)
    translator = build_translator(vocabulary, ROOT / "glossary", settings)  # type: ignore[arg-type]
    # Each sentence once: the transfer engine remembers what it has just parsed.
    sentences = sorted({zh for doc in load_docs().values() for zh in split_sentences(doc.body)})
    mine = per_second(translator.translate, sentences[::3], rounds=1)
    told("sentences drafted and checked", mine, "wanted", 60.0)
    assert mine >= 60
