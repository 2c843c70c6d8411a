"""Markdown files with YAML front matter: split, check, write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ValidationError

from pipeline.dates import PartialDate
from pipeline.review.errors import ReviewError

_FENCE = "---"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where PyYAML has it: an issue's files are read on every run."""

M = TypeVar("M", bound=BaseModel)


def _as_text(value: object) -> object:
    """YAML reads an unquoted 2026-10-05 as a date and 2026 as a number: both mean the text."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else value


HumanDate = Annotated[PartialDate, BeforeValidator(_as_text)]
"""A partial date as people write it in YAML."""


def split(path: Path, text: str) -> tuple[dict[str, Any], str]:
    """Front matter and body of a file. Raises ReviewError."""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip() != _FENCE or _FENCE not in (line.strip() for line in lines[1:]):
        raise ReviewError(
            path, "front matter", "no block between two lines ---", "restore it from machine/"
        )
    end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    try:
        front = yaml.load("\n".join(lines[1:end]), _LOADER)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: 2026-13-40 is no date
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 2}" if mark else "front matter"
        problem = getattr(error, "problem", None) or f"no valid YAML ({error})"
        raise ReviewError(path, where, problem, "correct the YAML (quote texts with : or #)") from (
            error
        )
    if not isinstance(front, dict):
        raise ReviewError(path, "front matter", "no key: value lines", "restore it from machine/")
    return front, "\n".join(lines[end + 1 :]).strip("\n") + "\n"


def validate(path: Path, model: type[M], values: Mapping[str, Any]) -> M:
    """The checked record of a file's values. Raises ReviewError naming the first bad field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "front matter"
        remedy = (
            "remove it, or check its spelling"
            if first["type"] == "extra_forbidden"
            else "correct it and run again"
        )
        raise ReviewError(path, field, first["msg"], remedy) from error


def join(values: Mapping[str, Any], body: str) -> str:
    """A file of front matter and body."""
    front = yaml.safe_dump(
        dict(values), allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=False
    )
    return f"{_FENCE}\n{front}{_FENCE}\n\n{body.strip(chr(10))}\n"
