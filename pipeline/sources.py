"""Source files: one YAML file a source, `<folder>/<level>/<id>.yml`; the folder gives the level
of a file that names none."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import yaml
from pydantic import ValidationError

from pipeline.errors import InputError
from pipeline.model import Column, Expected, Level, Source

_OF_LISTS = frozenset({"list_item", "list_link", "list_date", "next"})
_REMEDIES = {
    "missing": "add this field",
    "extra_forbidden": "remove it, or correct its spelling; the fields are those of model.Source",
    "literal_error": "choose one of the values named",
    "string_type": "write text here",
    "string_pattern_mismatch": "use small letters, digits and hyphens, for example tianjin-sthj",
    "tuple_type": "write a list, each item on a line that begins with a hyphen",
    "dict_type": "write `name: value` pairs",
}


class SourceError(InputError):
    """One or more source files are wrong. The message has a line for each fault: the file, the
    line where it is known, the field, what is wrong, and the remedy."""


class _Loader(yaml.SafeLoader):
    """YAML without the types nobody means: dates and codes stay as they are written."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_sources(
    folder: Path,
    *,
    families: Collection[str] | None = None,
    places: Collection[str] | None = None,
) -> tuple[Source, ...]:
    """Every source of a folder, in the order of level and id.

    `families` and `places` are the known ids; None leaves them unchecked. Raises SourceError with
    all faults of all files at once.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder; source files belong in <folder>/<level>/")
    faults: list[str] = []
    found: dict[str, tuple[Source, Path]] = {}
    for path in sorted(folder.rglob("*.yml")):
        source = _load(path, faults)
        if source is None:
            continue
        faults.extend(_misplaced(source, path, folder, families, places))
        if source.id in found:
            faults.append(
                f"{path}: id: {source.id} is already the id of {found[source.id][1]}; "
                "every source needs an id of its own"
            )
        found[source.id] = (source, path)
    faults.extend(f"{path}: source files end in .yml; rename it" for path in folder.rglob("*.yaml"))
    if faults:
        raise SourceError("\n".join(faults))
    order = get_args(Level)
    sources = (source for source, _ in found.values())
    return tuple(sorted(sources, key=lambda source: (order.index(source.level), source.id)))


def source_by_id(sources: Iterable[Source], source_id: str) -> Source:
    """The source with this id. Raises SourceError naming the ids that come closest."""
    known = {source.id: source for source in sources}
    if source_id in known:
        return known[source_id]
    near = [name for name in sorted(known) if name.split("-")[0] == source_id.split("-")[0]]
    hint = f"; did you mean {', '.join(near)}?" if near else "; see geppo sources list"
    raise SourceError(f"no source {source_id!r}{hint}")


def sweep_of(source: Source) -> Source | None:
    """The source as its search alone: one column, of the search's family, promising nothing;
    None where it has no search."""
    sweep = source.sweep
    if sweep is None:
        return None
    article = {name: css for name, css in source.selectors.items() if name not in _OF_LISTS}
    return source.model_copy(
        update={
            "family": sweep.family,
            "columns": (Column(url=sweep.url, name="站内搜索", params=sweep.params),),
            "selectors": article | sweep.selectors,
            "expected": Expected(),
            "sweep": None,
        }
    )


def web_address(text: str) -> str:
    """`text`, where it is an address that can be asked for. Raises SourceError."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or text != "".join(text.split()):
        raise SourceError(
            f"{text!r} is no web address; write it whole, for example https://sthj.example.cn/tzgg/"
        )
    return text


def _load(path: Path, faults: list[str]) -> Source | None:
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # a subclass of SafeLoader
    except UnicodeDecodeError:
        faults.append(f"{path}: not UTF-8; save the file as UTF-8")
        return None
    except OSError as error:
        faults.append(f"{path}: cannot be read: {error.strerror}")
        return None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: 2026-13-40 is no date
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        what = getattr(error, "problem", None) or "not readable"
        faults.append(f"{path}{where}: broken YAML: {what}; check indentation, colons and quotes")
        return None
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        faults.append(f"{path}: no `name: value` pairs; see the other files of this folder")
        return None
    repeated = _repeated(node)
    for name, line in repeated:
        faults.append(f"{path}:{line}: {name}: written twice; keep one")
    try:
        source = Source.model_validate(_in_folder(path.parent.name) | _texts(data))
    except ValidationError as error:
        for fault in error.errors():
            field = ".".join(str(part) for part in fault["loc"])
            line = _line(node, fault["loc"])
            remedy = _REMEDIES.get(fault["type"], "correct the value")
            faults.append(f"{path}:{line}: {field}: {fault['msg']}; {remedy}")
        return None
    return None if repeated else source


def _in_folder(name: str) -> dict[str, str]:
    """What the folder of a file says where the file does not."""
    return {"level": name} if name in get_args(Level) else {}


def _misplaced(
    source: Source,
    path: Path,
    folder: Path,
    families: Collection[str] | None,
    places: Collection[str] | None,
) -> list[str]:
    faults = []
    if path.stem != source.id:
        faults.append(f"{path}: id: {source.id} differs from the file name; rename one of them")
    if path.parent != folder and path.parent.name != source.level:
        faults.append(
            f"{path}: level: {source.level}, but the file lies in {path.parent.name}/; "
            f"move it to {source.level}/ or correct the level"
        )
    named = {"family": source.family}
    if source.sweep:
        named["sweep.family"] = source.sweep.family
    faults += [
        f"{path}: {field}: {family} is unknown; choose one of {', '.join(sorted(families))}"
        for field, family in named.items()
        if families is not None and family not in families
    ]
    if places is not None and source.place not in places:
        faults.append(
            f"{path}: place: {source.place} is not in glossary/places.csv; "
            "use the six-digit code or region id found there"
        )
    if source.status in ("active", "unverified", "blocked") and not source.columns:
        faults.append(f"{path}: columns: empty; give at least one list page, or set status: manual")
    if source.status == "manual" and source.manual_check is None:
        faults.append(f"{path}: manual_check: missing; say how often and what to check by hand")
    if source.status == "active" and source.checked_at is None:
        faults.append(f"{path}: checked_at: missing; an active source was seen live on some day")
    addresses = {f"columns.{n}.url": column.url for n, column in enumerate(source.columns)}
    if source.sweep:
        addresses["sweep.url"] = source.sweep.url
    for field, url in addresses.items():
        if not url.startswith(("http://", "https://")):
            faults.append(f"{path}: {field}: {url} is no web address; begin with https://")
    return faults


def _texts(data: dict[Any, Any]) -> dict[str, Any]:
    """The fields that are text although YAML reads a number: codes, dates and parameters."""
    fields = {str(name): value for name, value in data.items()}
    for name in ("place", "checked_at", "valid_until"):
        if isinstance(fields.get(name), int):
            fields[name] = str(fields[name])
    columns = fields.get("columns")
    if isinstance(columns, list):
        fields["columns"] = [_with_texts(column) for column in columns]
    if "sweep" in fields:
        fields["sweep"] = _with_texts(fields["sweep"])
    return fields


def _with_texts(part: object) -> object:
    if not isinstance(part, dict) or not isinstance(part.get("params"), dict):
        return part
    return {**part, "params": {str(k): _text(v) for k, v in part["params"].items()}}


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _repeated(node: yaml.MappingNode) -> list[tuple[str, int]]:
    """The keys written twice at the top of a file, which YAML itself passes over in silence."""
    names: set[str] = set()
    repeated = []
    for key, _ in node.value:
        if key.value in names:
            repeated.append((str(key.value), key.start_mark.line + 1))
        names.add(key.value)
    return repeated


def _line(node: yaml.Node, location: tuple[int | str, ...]) -> int:
    """The line of a field, or of what should hold it."""
    line = node.start_mark.line + 1
    for part in location:
        below: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    line, below = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            below = node.value[part]
            line = below.start_mark.line + 1
        if below is None:
            return line
        node = below
    return line
