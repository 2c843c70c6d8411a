"""One document on many sites is one notice.

Two notices are the same document when they share the 文号 and their titles agree, or when their
normalised titles agree and their texts overlap with the same figures. The most authoritative
copy is kept; the others become its `also_at`. An interpretation (解读) never merges with the
document it explains: its title differs and it has no 文号 of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from pipeline.dates import is_full
from pipeline.model import Copy, Notice, Source

_SPACE = re.compile(r"\s+")
_WRAPPING = re.compile(
    r"关于(?:转发|印发|发布|公布)|的(?:通知|公告|通告)$|^【[^】]{1,10}】|^转载[：:]"
)
_MARKS = re.compile(r"[《》〈〉“”\"'‘’（）()〔〕\[\]【】、，。：:；;—\-]")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_LEVELS = {"central": 0, "region": 1, "province": 2, "city": 3}
_SHINGLE = 8
_READ = 20_000
"""Characters of a body that are compared; plans differ well before."""


@dataclass(frozen=True)
class Merge:
    """`kept` carries `also_at`; `copies` are the ids that are now part of it."""

    kept: Notice
    copies: tuple[str, ...]


def normal_title(title: str) -> str:
    """A title without what sites add or drop: 关于印发, 的通知, quotes, spaces."""
    bare = _WRAPPING.sub("", _SPACE.sub("", title))
    return _MARKS.sub("", _WRAPPING.sub("", bare))


def same_document(one: Notice, other: Notice) -> bool:
    """Whether two notices are one document published twice."""
    titles = (normal_title(one.title), normal_title(other.title))
    numbers = (one.document_number, other.document_number)
    if numbers[0] and numbers[1]:
        # A number given twice is one document; a title quite unlike it is a misread number.
        same_number = _bare(numbers[0]) == _bare(numbers[1])
        return same_number and fuzz.partial_ratio(*titles) >= 60
    if fuzz.ratio(*titles) < 95:
        return False
    if one.source_id == other.source_id and _days_differ(one, other):
        # Alerts and monthly figures repeat their title and most of their text.
        return one.content_hash == other.content_hash
    return _overlap(one.body, other.body) >= 0.8


def dedupe(
    notices: Iterable[Notice],
    others: Mapping[str, Iterable[Notice]],
    sources: Mapping[str, Source],
) -> tuple[Merge, ...]:
    """The merges among `notices`, and with `others` (notice id -> stored candidates).

    Deterministic: order of input does not matter, and a second run over the result is empty.
    """
    pool: dict[str, Notice] = {notice.id: notice for notice in notices}
    groups = _Groups()
    by_title: dict[str, list[str]] = defaultdict(list)
    by_number: dict[str, list[str]] = defaultdict(list)
    for notice in list(pool.values()):
        for candidate in others.get(notice.id, ()):
            pool.setdefault(candidate.id, candidate)
    for notice in sorted(pool.values(), key=lambda item: item.id):
        peers = list(by_title[normal_title(notice.title)])
        by_title[normal_title(notice.title)].append(notice.id)
        if notice.document_number:
            peers += by_number[_bare(notice.document_number)]
            by_number[_bare(notice.document_number)].append(notice.id)
        for peer in dict.fromkeys(peers):
            if not groups.joined(peer, notice.id) and same_document(pool[peer], notice):
                groups.join(peer, notice.id)
    merges = []
    for members in groups.groups():
        ranked = sorted((pool[key] for key in members), key=lambda item: _rank(item, sources))
        kept, copies = ranked[0], ranked[1:]
        merges.append(
            Merge(
                kept=kept.model_copy(update={"also_at": _copies(kept, copies)}),
                copies=tuple(copy.id for copy in copies),
            )
        )
    return tuple(merges)


def _copies(kept: Notice, copies: list[Notice]) -> tuple[Copy, ...]:
    found = {copy.url: copy for copy in kept.also_at}
    for notice in copies:
        for copy in notice.also_at:
            found.setdefault(copy.url, copy)
        if notice.url:
            found[notice.url] = Copy(
                source_id=notice.source_id,
                url=notice.url,
                date_publication=notice.date_publication,
            )
    found.pop(kept.url or "", None)
    return tuple(sorted(found.values(), key=lambda copy: (copy.source_id, copy.url)))


def _rank(notice: Notice, sources: Mapping[str, Source]) -> tuple[int, int, int, str, str]:
    """Most authoritative first: the issuer's own site, then the higher level, then the one
    with the most facts and the earliest date."""
    source = sources.get(notice.source_id)
    own = bool(source) and any(
        source is not None and (source.issuer in body or body in source.issuer)
        for body in notice.issuing_bodies
    )
    level = _LEVELS[source.level] if source else 9
    return (
        0 if own else 1,
        level,
        0 if notice.document_number else 1,
        notice.date_publication or "9999",
        notice.id,
    )


def _bare(number: str) -> str:
    return _MARKS.sub("", _SPACE.sub("", number))


def _days_differ(one: Notice, other: Notice) -> bool:
    dates = (one.date_publication, other.date_publication)
    return bool(dates[0] and dates[1] and dates[0] != dates[1] and is_full(dates[0]))


def _overlap(one: str, other: str) -> float:
    """Share of the shorter text's shingles found in the longer; 0 where the figures differ."""
    texts = sorted((_SPACE.sub("", one)[:_READ], _SPACE.sub("", other)[:_READ]), key=len)
    if len(texts[0]) < _SHINGLE:
        return 1.0 if texts[0] == texts[1] else 0.0
    short, long = (
        {text[i : i + _SHINGLE] for i in range(len(text) - _SHINGLE + 1)} for text in texts
    )
    figures = [set(_FIGURE.findall(text)) for text in texts]
    if figures[0] and len(figures[0] & figures[1]) / len(figures[0]) < 0.9:
        return 0.0
    return len(short & long) / len(short)


class _Groups:
    """Union-find over notice ids."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def _root(self, key: str) -> str:
        while self._parent.setdefault(key, key) != key:
            key = self._parent[key]
        return key

    def joined(self, one: str, other: str) -> bool:
        return self._root(one) == self._root(other)

    def join(self, one: str, other: str) -> None:
        roots = sorted((self._root(one), self._root(other)))
        self._parent[roots[1]] = roots[0]

    def groups(self) -> list[list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._parent):
            found[self._root(key)].append(key)
        return [members for members in found.values() if len(members) > 1]
