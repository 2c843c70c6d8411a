"""What may differ between two sentences that the memory takes for one: a date, a figure, the name
of a place or a body, the title of a document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipeline.vocab import Vocabulary
from pipeline.vocab.places import Gazetteer

Kind = Literal["document", "place", "body", "day", "month_day", "month", "year", "figure"]

_QUOTES = str.maketrans("“”‘’「」『』﹝﹞[]【】", '""\'\'""""〔〕〔〕〔〕')
_MARKS: dict[Kind, str] = {
    "document": "\ue000", "place": "\ue001", "body": "\ue002", "day": "\ue003",
    "month_day": "\ue004", "month": "\ue005", "year": "\ue006", "figure": "\ue007",
}  # fmt: skip
_ANY_MARK = re.compile("[\ue000-\ue007]")
_DOCUMENT = re.compile("《([^《》]+)》")
_QUOTED = re.compile("「([^「」]+)」")
# Dates count as one slot each: in 10月10日 no figure tells which is which.
_TOKEN = re.compile(
    r"(?P<day>(?<![0-9])[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日)"
    r"|(?P<month>(?<![0-9])[0-9]{4}年[0-9]{1,2}月)"
    r"|(?P<year>(?<![0-9])[0-9]{4}年(?!度))"
    r"|(?P<month_day>(?<![0-9])[0-9]{1,2}月[0-9]{1,2}日)"
    r"|(?P<figure>(?<![A-Za-z.0-9])[0-9]+(?:\.[0-9]+)?"
    r"(?:(?![A-Za-z0-9])|(?=(?:mg|kg|km|kW|kWh|MW|GW|m|t)(?![A-Za-z0-9]))))"
)


class Name(NamedTuple):
    """Characters [start, end) of a text that name a place or a body, and its Japanese."""

    start: int
    end: int
    ja: str
    kind: Kind


Names = Callable[[str], Sequence[Name]]
"""Finds names in Chinese text, in order, not overlapping."""

Render = Callable[[str], str | None]
"""Japanese of a document's title, None where it is not to be trusted."""


class Filler(NamedTuple):
    """What stands in a slot: its Chinese, and its Japanese (None for a title, until rendered)."""

    kind: Kind
    zh: str
    ja: str | None


@dataclass(frozen=True)
class Shape:
    """A sentence with slots: its pattern, and the fillers in the order of the Chinese."""

    pattern: str
    fillers: tuple[Filler, ...]


@dataclass(frozen=True)
class Frame:
    """Japanese with slots: literal texts, and numbers of fillers between them."""

    parts: tuple[str | int, ...]

    def fill(self, fillers: Sequence[Filler], render: Render | None) -> str | None:
        """The Japanese with other fillers; None where a title has no Japanese."""
        texts: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                texts.append(part)
                continue
            filler = fillers[part]
            ja = filler.ja
            if ja is None:
                ja = render(filler.zh) if render else None
            if ja is None:
                return None
            texts.append(ja)
        return "".join(texts)


def memory_key(zh: str) -> str:
    """The sentence as the memory compares it: NFKC, one form of quotes, no white space."""
    return "".join(unicodedata.normalize("NFKC", zh).translate(_QUOTES).split())


def place_finder(gazetteer: Gazetteer) -> Names:
    """Place names by the gazetteer, where the text gives the full name."""

    def find(text: str) -> list[Name]:
        found = []
        for match in gazetteer.find(text):
            place = gazetteer.by_id[match.id]
            if text[match.start : match.end] == place.zh:
                found.append(Name(match.start, match.end, place.ja, "place"))
        return found

    return find


def name_finder(vocabulary: Vocabulary) -> Names:
    """Names of bodies and, outside them, of places."""
    places = place_finder(vocabulary.gazetteer)

    def find(text: str) -> list[Name]:
        found = [
            Name(match.start, match.end, match.organization.ja, "body")
            for match in vocabulary.organizations.find(text)
        ]
        found += [name for name in places(text) if not _overlaps(name.start, name.end, found)]
        return sorted(found)

    return find


def _overlaps(start: int, end: int, taken: Iterable[tuple[int, int, object, object]]) -> bool:
    return any(a < end and start < b for a, b, _, _ in taken)


def shape_of(key: str, names: Names | None) -> Shape:
    """The slots of a sentence given as `memory_key`."""
    if _ANY_MARK.search(key):
        return Shape(key, ())
    titles = list(_DOCUMENT.finditer(key))
    spans: list[tuple[int, int, Filler | None]] = [
        (m.start(1), m.end(1), Filler("document", m[1], None) if len(titles) == 1 else None)
        for m in titles
    ]
    for name in names(key) if names else ():
        if not any(a < name.end and name.start < b for a, b, _ in spans):
            spans.append(
                (name.start, name.end, Filler(name.kind, key[name.start : name.end], name.ja))
            )
    spans.sort(key=lambda span: span[0])
    parts: list[str] = []
    fillers: list[Filler] = []
    position = 0
    for start, end, filler in [*spans, (len(key), len(key), None)]:
        parts.append(_tokens(key[position:start], fillers))
        if filler is not None:
            parts.append(_MARKS[filler.kind])
            fillers.append(filler)
        else:
            parts.append(key[start:end])
        position = end
    return Shape("".join(parts), tuple(fillers))


def _tokens(text: str, fillers: list[Filler]) -> str:
    def mark(match: re.Match[str]) -> str:
        kind = _kind(match)
        fillers.append(Filler(kind, match[0], match[0]))
        return _MARKS[kind]

    return _TOKEN.sub(mark, text)


def _kind(match: re.Match[str]) -> Kind:
    return next(kind for kind in _MARKS if kind == match.lastgroup)


def frame_of(shape: Shape, ja: str) -> Frame | None:
    """Where the fillers of a sentence stand in its Japanese; None unless each stands there
    exactly once and no other figure does."""
    spans: list[tuple[int, int, int]] = []
    taken: list[tuple[int, int]] = []
    for number, filler in enumerate(shape.fillers):
        if filler.kind == "document":
            quoted = list(_QUOTED.finditer(ja))
            if len(quoted) != 1 or ja.count("「") != 1 or ja.count("」") != 1:
                return None
            spans.append((quoted[0].start(1), quoted[0].end(1), number))
    taken += [(start, end) for start, end, _ in spans]
    for number, filler in enumerate(shape.fillers):
        if filler.kind in ("place", "body"):
            start = _only(ja, filler.ja or "", taken)
            if start is None:
                return None
            spans.append((start, start + len(filler.ja or ""), number))
    taken = [(start, end) for start, end, _ in spans]
    figures = _align_tokens(shape, ja, taken)
    if figures is None:
        return None
    spans += figures
    if not spans:
        return None
    parts: list[str | int] = []
    position = 0
    for start, end, number in sorted(spans):
        parts += [ja[position:start], number]
        position = end
    return Frame((*parts, ja[position:]))


def _only(ja: str, name: str, taken: Sequence[tuple[int, int]]) -> int | None:
    """Where a name stands outside the spans taken, if exactly once."""
    starts = [
        match.start()
        for match in re.finditer(re.escape(name), ja)
        if not any(a < match.end() and match.start() < b for a, b in taken)
    ]
    return starts[0] if name and len(starts) == 1 else None


def _align_tokens(
    shape: Shape, ja: str, taken: Sequence[tuple[int, int]]
) -> list[tuple[int, int, int]] | None:
    wanted = {
        (filler.kind, filler.zh): number
        for number, filler in enumerate(shape.fillers)
        if filler.kind not in ("document", "place", "body")
    }
    count = sum(f.kind not in ("document", "place", "body") for f in shape.fillers)
    found: list[tuple[int, int, int]] = []
    for match in _TOKEN.finditer(ja):
        if any(a < match.end() and match.start() < b for a, b in taken):
            continue
        number = wanted.get((_kind(match), match[0]))
        if number is None:
            return None
        found.append((match.start(), match.end(), number))
    return found if len(found) == count == len(wanted) else None
