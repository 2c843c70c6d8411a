"""OFD (GB/T 33190), the Chinese layout format: a ZIP of XML pages of placed text."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from lxml import etree

from pipeline.extract.attachments import Reading
from pipeline.extract.layout import Line, joined, without_running_heads
from pipeline.extract.pieces import Piece
from pipeline.extract.structure import classify
from pipeline.extract.zips import Zip, ZipError
from pipeline.families.dom import squeeze, tidy

_MAX_PAGES = 300
_MAX_CHARACTERS = 600_000
_SAME_LINE = 6.0
"""Points between the tops of two text objects of one line."""
_POINTS = 72 / 25.4
"""An OFD measures in millimetres, the joining of lines in points."""


def read_ofd(data: bytes) -> Reading:
    """The blocks of an OFD file; scanned, broken and locked ones are `unread`."""
    try:
        container = Zip(data, "the OFD file")
        parts = list(_parts(container))
        pages = list(_pages(container, parts[:_MAX_PAGES]))
    except ZipError as error:
        return Reading(unread=str(error))
    except (etree.LxmlError, ValueError) as error:
        return Reading(unread=f"the OFD file cannot be read ({type(error).__name__})")
    lines = without_running_heads([line for page in pages for line in page], len(pages))
    pieces = joined(lines)
    if len(squeeze("".join(piece.text for piece in pieces))) < 10:
        return Reading(unread="the OFD file holds no text (probably scanned)")
    cut = f"only the first {len(pages)} of its {len(parts)} pages were read"
    return Reading(classify(pieces), cut if len(pages) < len(parts) else None)


def _parse(container: Zip, name: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    root = etree.fromstring(container.read(name), parser)
    if root is None:
        raise ZipError(f"the OFD file's part {name} is no XML")
    return root


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (node for node in root.iter("{*}" + name))


def _located(base: str, location: str) -> str:
    """A part's name: absolute within the container, or relative to the part that names it."""
    return posixpath.normpath(posixpath.join("/" + posixpath.dirname(base), location)).lstrip("/")


def _parts(container: Zip) -> Iterator[str]:
    """The names of the parts that hold pages, in order."""
    for body in _all(_parse(container, "OFD.xml"), "DocRoot"):
        document = _located("OFD.xml", (body.text or "").strip())
        for page in _all(_parse(container, document), "Page"):
            location = page.get("BaseLoc")
            if location:
                yield _located(document, location)


def _pages(container: Zip, parts: Sequence[str]) -> Iterator[list[Line]]:
    size = 0
    for part in parts:
        lines = _lines(_parse(container, part))
        size += sum(len(piece.text) for piece, _, _ in lines)
        yield lines
        if size > _MAX_CHARACTERS:
            return


def _lines(page: etree._Element) -> list[Line]:
    placed: list[tuple[float, float, float, str]] = []
    for element in _all(page, "TextObject"):
        box = [_number(value) * _POINTS for value in (element.get("Boundary") or "").split()[:4]]
        text = "".join("".join(map(str, code.itertext())) for code in _all(element, "TextCode"))
        if len(box) == 4 and text.strip():
            placed.append((box[1], box[0], box[0] + box[2], text))
    placed.sort()
    edge = max((right for _, _, right, _ in placed), default=0.0)
    lines: list[Line] = []
    row: list[tuple[float, float, str]] = []
    top = 0.0
    for y, left, right, text in [*placed, (float("inf"), 0.0, 0.0, "")]:
        if row and y - top > _SAME_LINE:
            row.sort()
            lines.append((Piece(tidy("".join(part for _, _, part in row))), row[-1][1], edge))
            row = []
        if not row:
            top = y
        row.append((left, right, text))
    return lines


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
