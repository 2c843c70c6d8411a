"""Small safe file operations: a crash leaves either the old file or the new one."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pipeline.review.errors import ReviewError


def write_atomic(path: Path, data: bytes) -> None:
    """Write through a temporary file in the same folder, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read_utf8(path: Path) -> str:
    """The text of a file people edit. Raises ReviewError where it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ReviewError(
            path, f"byte {error.start}", "is not UTF-8", "save the file as UTF-8 and run again"
        ) from error


def digest(data: bytes) -> str:
    """sha256 of a file's bytes, line ends aside: an editor that only changes CRLF edits nothing."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()
