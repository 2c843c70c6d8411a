"""Analysts' Markdown becomes blocks of the tree; nothing in it becomes markup of a page."""

from __future__ import annotations

import pytest

from pipeline.render.body import markdown_blocks
from pipeline.render.tree import Heading, Item, ListBlock, Paragraph, Run, Table, plain


def _words(source: str) -> list[str]:
    return [plain(b.runs) for b in markdown_blocks(source, 3) if isinstance(b, Paragraph)]


def test_japanese_lines_join_without_a_space() -> None:
    assert _words("大気汚染の\n防止を図る。\nPM2.5 and\nozone") == [
        "大気汚染の防止を図る。 PM2.5 and ozone"
    ]


def test_headings_lists_tables_and_emphasis() -> None:
    source = (
        "# 概要\n\n**強い**語と*弱い*語。\n\n- 一\n    - 一の一\n- 二\n\n1. 甲\n2. 乙\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    heading, paragraph, bullets, numbers, table = markdown_blocks(source, 4)
    assert heading == Heading(4, "part", (Run("概要"),), listed=False)
    assert isinstance(paragraph, Paragraph)
    assert [run.marks for run in paragraph.runs] == [("strong",), (), ("em",), ()]
    inner = ListBlock((Item((Run("一の一"),)),))
    assert bullets == ListBlock((Item((Run("一"),), (inner,)), Item((Run("二"),))))
    assert isinstance(numbers, ListBlock)
    assert numbers.ordered
    assert isinstance(table, Table)
    assert [plain(cell.runs) for cell in table.rows[0]] == ["1", "2"]


@pytest.mark.parametrize(
    "raw",
    [
        "<script>alert(1)</script>",
        "<div onclick='x'>",
        "</div></body>",
        "<!-- hidden -->",
        "<?php echo 1 ?>",
        "a <b>bold</b> word",
        "<svg/onload=alert(1)>",
    ],
)
def test_raw_html_stays_text(raw: str) -> None:
    assert _words(raw) == [raw]


def test_links_keep_only_addresses_a_reader_may_follow() -> None:
    (paragraph,) = markdown_blocks(
        "[良](https://a.example/) [悪](javascript:alert(1)) <https://b.example/> ![絵](x.png)", 3
    )
    assert isinstance(paragraph, Paragraph)
    links = {run.text.strip(): run.link for run in paragraph.runs}
    assert links["良"] == "https://a.example/"
    assert links["悪"] is None
    assert links["https://b.example/"] == "https://b.example/"
    assert links["［図：絵］"] is None


def test_link_definitions_are_text_not_lost() -> None:
    assert _words("[1]: https://a.example/ 注記") == ["[1]: https://a.example/ 注記"]


def test_a_quotation_without_kana_is_chinese() -> None:
    zh, ja = markdown_blocks("> 加快淘汰落后产能。\n\n本文\n\n> 原文はこうである。", 3)[::2]
    assert isinstance(zh, Paragraph)
    assert isinstance(ja, Paragraph)
    assert (zh.style, zh.runs[0].lang) == ("source", "zh")
    assert (ja.style, ja.runs[0].lang) == ("source", "ja")


def test_ragged_tables_are_filled() -> None:
    (table,) = markdown_blocks("| a | b | c |\n|---|---|---|\n| 1 |\n| 1 | 2 | 3 | 4 |\n", 3)
    assert isinstance(table, Table)
    assert {len(row) for row in table.rows} | {len(table.header)} | {len(table.widths)} == {3}


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 20_000,
        "![" * 10_000,
        "[a](" * 5_000,
        ">" * 5_000,
        "- " * 4_000,
        "*" * 20_000,
        "**a" * 5_000,
        "`" * 20_001,
        "\n".join(" " * (4 * n) + "- x" for n in range(300)),
        "\n".join("> " * n + "x" for n in range(1, 300)),
        "|" * 5_000 + "\n" + "|---" * 5_000,
    ],
)
def test_hostile_markdown_ends_and_keeps_text(bomb: str) -> None:
    assert markdown_blocks(f"前文\n\n{bomb}\n\n後文", 3)


def test_empty_text_gives_nothing() -> None:
    assert markdown_blocks(" \n\u200b\n", 3) == ()
