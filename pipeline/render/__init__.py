"""Writes an issue as Markdown, HTML, PDF, Word and Excel from one content tree."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.model import Bulletin
from pipeline.render.build import build_tree
from pipeline.render.docx import write_docx
from pipeline.render.errors import RenderError
from pipeline.render.html import write_html
from pipeline.render.markdown import write_markdown
from pipeline.render.pdf import write_pdf
from pipeline.render.plans import PlanMode
from pipeline.render.registry import Writer
from pipeline.render.xlsx import write_xlsx

__all__ = ["WRITERS", "RenderError", "build_tree", "file_stem", "render"]

WRITERS: dict[str, Writer] = {
    "md": write_markdown,
    "html": write_html,
    "pdf": write_pdf,
    "docx": write_docx,
    "xlsx": write_xlsx,
}
"""The formats by file ending. A new format is one module and one line here."""

_LABEL = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,80}")


def render(
    bulletin: Bulletin,
    out: Path,
    formats: Sequence[str] | None = None,
    *,
    font_dir: Path | None = None,
    edition_id: str | None = None,
    plan_mode: PlanMode = "japanese",
) -> tuple[Path, ...]:
    """Write `bulletin` into folder `out` and return the files, in the order of `formats`.

    Files are called `geppo_<label>[_<edition>].<format>`, in ASCII; `edition_id` names the
    edition (the partner's id), else a short hash of its Japanese name does. Each file is
    replaced in one step: whatever happens, the old file or the whole new one is there.
    A format that fails does not keep the others from being written.

    Raises RenderError for an unknown format, a label unfit for a file name, a font that is
    missing or sets no Japanese, and a folder that cannot be written.
    """
    chosen = tuple(dict.fromkeys(formats)) if formats is not None else tuple(WRITERS)
    unknown = [name for name in chosen if name not in WRITERS]
    if unknown:
        raise RenderError(
            f"unknown format {', '.join(unknown)}; known formats are {', '.join(WRITERS)}"
        )
    stem = file_stem(bulletin, edition_id)
    document = build_tree(bulletin, plan_mode)
    written: list[Path] = []
    failures: list[RenderError] = []
    for name in chosen:
        try:
            content = WRITERS[name](document, font_dir)
        except RenderError as error:
            failures.append(error)
            continue
        path = out / f"{stem}.{name}"
        _replace(path, content)
        written.append(path)
    if failures:
        others = f" (written: {', '.join(p.name for p in written)})" if written else ""
        raise RenderError("; ".join(str(error) for error in failures) + others) from failures[0]
    return tuple(written)


def file_stem(bulletin: Bulletin, edition_id: str | None = None) -> str:
    """The name of the files without their ending. Raises RenderError for an unfit label."""
    parts = [bulletin.label]
    if edition_id or bulletin.edition:
        name = edition_id or bulletin.edition or ""
        plain = _LABEL.fullmatch(name) is not None
        parts.append(name if plain else hashlib.sha256(name.encode()).hexdigest()[:8])
    if not _LABEL.fullmatch(bulletin.label):
        raise RenderError(
            f"label {bulletin.label!r} cannot be part of a file name; "
            "use letters, digits, '.', '_' and '-', for example 2026-10"
        )
    return "_".join(("geppo", *parts))


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside `path`, then put it in its place in one step."""
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".geppo-", suffix=path.suffix)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; the bulletin is for everyone the folder is for.
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        raise RenderError(
            f"cannot write {path}: {error.strerror or error}; "
            "free space or choose a folder you may write to"
        ) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
