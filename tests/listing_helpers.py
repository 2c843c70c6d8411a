"""Sources and list markup for the tests of the families."""

from __future__ import annotations

from typing import Any

from pipeline.dates import Window, span_window
from pipeline.families import FetchRequest, Page, get
from pipeline.families.base import ListPage
from pipeline.model import Column, Source

OCTOBER = span_window("2026-10..2026-10")


def source(url: str, family: str = "auto", **more: Any) -> Source:
    params = more.pop("params", {})
    fields: dict[str, Any] = {
        "id": "test", "name": "甲川市生态环境局", "name_ja": "甲川市生態環境局", "family": family,
        "level": "city", "place": "130200", "issuer": "甲川市生态环境局", "evidence": "test",
        "columns": (Column(url=url, params=params),), **more,
    }  # fmt: skip
    return Source(**fields)


def rows(*dates: str, form: str = '<li><a href="./{n}.html">{t}</a><span>{d}</span></li>') -> str:
    title = "关于加强秋冬季大气污染防治工作的通知第{}号"
    return "".join(
        form.format(n=f"t{d.replace('-', '')}_{i}", t=title.format(i), d=d)
        for i, d in enumerate(dates)
    )


def read(
    family: str,
    body: str,
    url: str,
    src: Source | None = None,
    window: Window = OCTOBER,
    request: FetchRequest | None = None,
    status: int = 200,
) -> ListPage:
    src = src or source(url, family)
    request = request or FetchRequest(url)
    return get(family).read_list(Page(url, body.encode(), status), request, src, window)


TRS = "https://sthjj.example.gov.cn/tzgg/index.shtml"
