"""A vocabulary with a handful of terms, so that tests do not depend on the glossary's growth."""

from __future__ import annotations

from functools import lru_cache

from pipeline.vocab import Glossary, Measures, Organizations, Partners, Term, Vocabulary
from pipeline.vocab.places import Gazetteer, Place


def term(zh: str, ja: str, admitted: tuple[str, ...] = (), forbidden: tuple[str, ...] = ()) -> Term:
    return Term(
        zh=zh, ja=ja, admitted=admitted, forbidden=forbidden, reading=None, category="test",
        first_mention=None, note=None, status="confirmed", evidence="test",
    )  # fmt: skip


TERMS = (
    term("大气污染", "大気汚染"),
    term("治理", "対策", ("処理",), ("治理",)),
    term("优良天数比率", "優良日数の割合", ("優良日数比率",)),
    term("超低排放改造", "超低濃度排出改造", (), ("超低排放",)),
    term("挥发性有机物", "揮発性有機化合物", ("VOC",)),
    term("PM2.5浓度", "PM2.5濃度"),
    term("燃煤锅炉", "石炭焚きボイラー"),
    term("氮氧化物排放总量", "窒素酸化物排出総量"),
)


@lru_cache(maxsize=1)
def small_vocabulary() -> Vocabulary:
    places = (
        Place("100000", "全国", "全国", None, None, "country", None),
        Place("120000", "天津市", "天津市", None, None, "province", "100000", ("天津",)),
        Place("440300", "深圳市", "深圳市", None, None, "prefecture", "100000", ("深圳",)),
    )
    gazetteer = Gazetteer(places, "g")
    return Vocabulary(
        glossary=Glossary(TERMS, "t"),
        gazetteer=gazetteer,
        partners=Partners((), gazetteer),
        measures=Measures(()),
        organizations=Organizations((), (), {}, gazetteer, "o"),
        hash="small",
    )
