"""TMX 1.4: the memory for other translation tools, and theirs for us.

Read with the standard library's parser as a stream. A file that declares entities is refused: a
few lines of them can unfold to gigabytes, and a memory needs none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import cast, get_args
from xml.etree import ElementTree
from xml.parsers import expat

from pipeline.errors import InputError
from pipeline.model import SegmentKind
from pipeline.translate.memory import MemoryRow

MAX_SEGMENT = 20_000
"""Characters of one segment, beyond which a file is taken for damaged."""
MAX_DEPTH = 50
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODES = frozenset(("bpt", "ept", "ph", "it", "ut"))
"""Elements inside a segment that hold another format's codes, not text."""


class TmxError(InputError):
    """A TMX file cannot be used. The message names the file, the line and the remedy."""


def write_tmx(rows: Iterable[MemoryRow], now: datetime, version: str) -> bytes:
    """The rows as a TMX 1.4 document, zh-CN to ja, in their order. `now` is aware; `version` is
    the program's."""
    root = ElementTree.Element("tmx", version="1.4")
    ElementTree.SubElement(
        root, "header",
        {
            "creationtool": "Geppo", "creationtoolversion": version, "segtype": "sentence",
            "o-tmf": "Geppo", "adminlang": "en", "srclang": "zh-CN", "datatype": "plaintext",
            "creationdate": now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
        },
    )  # fmt: skip
    body = ElementTree.SubElement(root, "body")
    for row in rows:
        unit = ElementTree.SubElement(body, "tu")
        props = {"kind": row.kind, "provenance": row.provenance, "entry": row.entry}
        for name, value in props.items():
            if value:
                ElementTree.SubElement(unit, "prop", type=f"x-{name}").text = _legal(value)
        if row.note:
            ElementTree.SubElement(unit, "note").text = _legal(row.note)
        source = ElementTree.SubElement(unit, "tuv", {_LANG: "zh-CN"})
        ElementTree.SubElement(source, "seg").text = _legal(row.zh)
        who = {"creationid": _legal(row.reviewer)} if row.reviewer else {}
        when = {"creationdate": row.date.replace("-", "") + "T000000Z"} if row.date else {}
        target = ElementTree.SubElement(unit, "tuv", {_LANG: "ja", **who, **when})
        ElementTree.SubElement(target, "seg").text = _legal(row.ja)
    ElementTree.indent(root)
    out = BytesIO()
    ElementTree.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue() + b"\n"


def _legal(text: str) -> str:
    """Without the control characters XML cannot carry."""
    return _ILLEGAL.sub("", text)


@dataclass(frozen=True)
class TmxRead:
    """The rows of a file, and how many of its units hold no Chinese and Japanese pair."""

    rows: tuple[MemoryRow, ...]
    skipped: int


@dataclass
class _Variant:
    language: str
    who: str | None
    when: str | None
    text: list[str] = field(default_factory=list)
    length: int = 0


@dataclass
class _Unit:
    who: str | None
    when: str | None
    variants: list[_Variant] = field(default_factory=list)
    props: dict[str, str] = field(default_factory=dict)
    note: list[str] = field(default_factory=list)


def read_tmx(path: Path, who: str, today: date) -> TmxRead:
    """The Chinese-Japanese units of a TMX file as imported rows.

    The file's own creationid and creationdate are kept; where it has none, `who` and `today`
    stand instead. `note` says which file a row came from and who imported it. Raises TmxError.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TmxError(f"{path} cannot be read ({error.strerror}); check the path") from error
    reader = _Reader(path)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.entity
    reader.line = lambda: parser.CurrentLineNumber
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise TmxError(
            f"{path}, line {error.lineno}: no well-formed XML "
            f"({expat.ErrorString(error.code)}); export it again"
        ) from error
    if not reader.is_tmx:
        raise TmxError(f"{path}: no TMX file; its first element must be <tmx>")
    rows = [row for unit in reader.units if (row := _row(unit, path.name, who, today))]
    return TmxRead(tuple(rows), len(reader.units) - len(rows))


class _Reader:
    """Collects units while the parser walks; what TMX does not define is passed over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: list[str] = []
        self._prop: str | None = None
        self.units: list[_Unit] = []
        self.is_tmx = False
        self.line: Callable[[], int] = lambda: 0

    def entity(self, name: str, *_: object) -> None:
        raise TmxError(
            f"{self._path}, line {self.line()}: declares the entity {name!r}; "
            "export it without entities"
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open:
            self.is_tmx = name == "tmx"
        self._open.append(name)
        if len(self._open) > MAX_DEPTH:
            raise TmxError(
                f"{self._path}, line {self.line()}: elements stand {MAX_DEPTH} deep in each other; "
                "it is no sound TMX file, export it again"
            )
        if name == "tu":
            self.units.append(_Unit(who=_who(attributes), when=_when(attributes)))
        elif name == "tuv" and self.units:
            language = attributes.get("xml:lang") or attributes.get("lang") or ""
            self.units[-1].variants.append(
                _Variant(
                    language.lower().replace("_", "-").split("-")[0],
                    _who(attributes),
                    _when(attributes),
                )
            )
        elif name == "prop":
            self._prop = attributes.get("type")

    def end(self, name: str) -> None:
        self._open.pop()
        if name == "prop":
            self._prop = None

    def text(self, data: str) -> None:
        inside = self._open
        if "tu" not in inside or not self.units:
            return
        unit = self.units[-1]
        if "seg" in inside and unit.variants:
            if not _CODES.intersection(inside[inside.index("seg") :]):
                self._add(unit.variants[-1], data)
        elif inside[-1] == "prop" and self._prop:
            unit.props[self._prop] = unit.props.get(self._prop, "") + data
        elif inside[-1] == "note":
            unit.note.append(data)

    def _add(self, variant: _Variant, data: str) -> None:
        variant.text.append(data)
        variant.length += len(data)
        if variant.length > MAX_SEGMENT:
            raise TmxError(
                f"{self._path}, line {self.line()}: a segment of more than {MAX_SEGMENT} "
                "characters; split it into sentences"
            )


def _who(attributes: dict[str, str]) -> str | None:
    return attributes.get("changeid") or attributes.get("creationid")


def _when(attributes: dict[str, str]) -> str | None:
    return attributes.get("changedate") or attributes.get("creationdate")


def _row(unit: _Unit, file: str, who: str, today: date) -> MemoryRow | None:
    texts = {
        variant.language: (" ".join("".join(variant.text).split()), variant)
        for variant in unit.variants
    }
    zh, _ = texts.get("zh", ("", None))
    ja, variant = texts.get("ja", ("", None))
    if not zh or not ja or variant is None:
        return None
    kind = unit.props.get("x-kind", "sentence").strip()
    notes = [f"{file}, imported by {who} on {today.isoformat()}", "".join(unit.note).strip()]
    return MemoryRow(
        zh, ja,
        cast(SegmentKind, kind if kind in get_args(SegmentKind) else "sentence"),
        variant.who or unit.who or who,
        _date(variant.when) or _date(unit.when) or today.isoformat(),
        unit.props.get("x-entry", "").strip() or None,
        "imported",
        "; ".join(filter(None, notes)),
    )  # fmt: skip


def _date(stamp: str | None) -> str | None:
    """YYYY-MM-DD of a TMX stamp (YYYYMMDDThhmmssZ); None where it is no date."""
    if not stamp or not re.fullmatch(r"[0-9]{8}(T[0-9]{6}Z?)?", stamp):
        return None
    try:
        return date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8])).isoformat()
    except ValueError:
        return None
