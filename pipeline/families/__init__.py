"""CMS families by id. A family reads bytes and says what to fetch next; it fetches nothing."""

from __future__ import annotations

from pipeline.families.auto import Auto
from pipeline.families.base import (
    Article,
    Family,
    FetchRequest,
    ListItem,
    ListPage,
    Page,
)
from pipeline.families.dom import SelectorError
from pipeline.families.eportal import Eportal
from pipeline.families.gkmlpt import Gkmlpt
from pipeline.families.govcn import Govcn
from pipeline.families.hanweb_jcms import HanwebJcms
from pipeline.families.hanweb_jpaas import HanwebJpaas
from pipeline.families.nfcms import Nfcms
from pipeline.families.search import SiteSearch, SoGov
from pipeline.families.trs_wcm import TrsWcm
from pipeline.families.ucap import Ucap
from pipeline.families.zycms import Zycms

__all__ = [
    "Article",
    "Family",
    "FetchRequest",
    "ListItem",
    "ListPage",
    "Page",
    "SelectorError",
    "detect",
    "families",
    "get",
]

families: dict[str, Family] = {
    family.id: family
    for family in (
        TrsWcm(), HanwebJcms(), HanwebJpaas(), Gkmlpt(), Nfcms(), Ucap(), Zycms(), Eportal(),
        Govcn(), Auto(), SiteSearch(), SoGov(),
    )
}  # fmt: skip
"""Every family by id; where two are equally sure of a page, the earlier one reads it."""


def get(id: str) -> Family:
    """The family of this id. Raises KeyError naming the families there are."""
    if id not in families:
        raise KeyError(f"no family {id!r}; there are {', '.join(families)}")
    return families[id]


def detect(page: Page) -> Family:
    """The family that is surest of a page; `auto` for a page no family knows."""
    return max(families.values(), key=lambda family: family.recognises(page))
