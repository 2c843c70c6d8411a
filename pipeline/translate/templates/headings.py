"""The heading of an entry as a full Japanese sentence: who did what with which document."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ISSUED = re.compile(r"「(.{1,300})」の公布に関する(?:.{0,80}の)?(?:通知|通告|公告|書簡)")
_COMMENT = re.compile(
    r"「(.{1,300})」に対する意見募集に関する(?:.{0,80}の)?(?:通知|通告|公告|書簡)"
)
_HEADLINE = re.compile(
    r"(.{2,40}?)、(.{2,300})を(公布|公表|通報|発表|通知|公告|開催|発令|解除|開始)"
)
_ALARM = re.compile(r"(.{0,80}警報)の?(発令|解除)に関する(?:.{0,80}の)?(?:通知|通告|公告)")

_VERBS = {
    "law": "を公布した",
    "plan": "を公布した",
    "standard": "を公布した",
    "notice": "を発出した",
    "announcement": "を公告した",
    "draft_for_comment": "に対する意見募集を開始した",
    "interpretation": "を公表した",
    "data_release": "を公表した",
    "news": "を発表した",
    "other": "を公表した",
}
_PASSIVE = {
    "を公布した": "が公布された",
    "を発出した": "が発出された",
    "を公告した": "が公告された",
    "を公表した": "が公表された",
    "を発表した": "が発表された",
    "に対する意見募集を開始した": "に対する意見募集が開始された",
}


def _quoted(title: str) -> str:
    if title.startswith("「") and title.endswith("」") and "」" not in title[1:-1]:
        return title
    return f"「{title.replace('「', '『').replace('」', '』')}」"


_PAPER = {
    "law": "法規", "plan": "計画", "standard": "基準", "notice": "通知", "announcement": "公告",
    "draft_for_comment": "意見募集案", "interpretation": "解説資料", "data_release": "データ",
    "news": "ニュース", "other": "資料",
}  # fmt: skip


def untitled_sentence(issuer_ja: str, measures_ja: Sequence[str], document_type: str) -> str:
    """The heading of an entry whose title nobody could read in Japanese: who published a paper
    of what kind on which measures."""
    paper = _PAPER.get(document_type, "資料")
    about = "及び".join(measures_ja[:2])
    subject = f"{about}に関する{paper}" if about else paper
    verb = _VERBS.get(document_type, "を公表した")
    if not issuer_ja:
        return f"{subject}{_PASSIVE[verb]}。"
    return f"{issuer_ja}が{subject}{verb}。"


def heading_sentence(issuer_ja: str, title_ja: str, document_type: str) -> str:
    """Issuer が「…」を公布した。 and its like, by document type and the title's own wording.

    An empty issuer gives the passive (「…」が公布された。). An unknown type reads 公表した.
    """
    title = title_ja.strip().rstrip("。")
    verb = _VERBS.get(document_type, "を公表した")
    issued, comment, alarm = (p.fullmatch(title) for p in (_ISSUED, _COMMENT, _ALARM))
    if issued:
        title, verb = issued[1], "を公布した"
    elif comment:
        title, verb = comment[1], "に対する意見募集を開始した"
    elif alarm:
        done = f"{alarm[1]}を{alarm[2]}した"
        if issuer_ja:
            return f"{issuer_ja}が{done}。"
        return f"{alarm[1]}が{alarm[2]}された。"
    headline = _HEADLINE.fullmatch(title)
    if headline and issuer_ja and headline[1] == issuer_ja:
        return f"{issuer_ja}が{headline[2]}を{headline[3]}した。"
    if verb == "を公告した" and title.endswith(("公告", "通告")):
        verb = "を公表した"
    if not title:
        title = "題名不明"
    if not issuer_ja:
        return f"{_quoted(title)}{_PASSIVE[verb]}。"
    return f"{issuer_ja}が{_quoted(title)}{verb}。"
