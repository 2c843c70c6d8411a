"""Installing an Argos package from a local file: checked, unpacked safely, all or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.errors import InputError

MAX_TOTAL = 2_000_000_000
"""Bytes a package may unpack to."""
MAX_RATIO = 400
"""Unpacked bytes for one packed byte, beyond which a member is taken for a bomb."""
MAX_MEMBERS = 2_000
_NEEDED = ("from_code", "to_code", "package_version")


class PackageError(InputError):
    """A package cannot be installed. The message says why and what to do."""


def install_package(file: Path, sha256: str | None, folder: Path) -> Path:
    """Install an .argosmodel file into `folder`; returns the package's own folder.

    `sha256` (hex) is compared when given. An installed package of the same folder name is
    replaced only once the new one is complete. Raises PackageError.
    """
    if not file.is_file():
        raise PackageError(f"{file} is no file; give the path of an .argosmodel file")
    if sha256 and (given := _sha256(file)) != sha256.lower():
        raise PackageError(
            f"{file}: sha256 is {given}, expected {sha256.lower()}; download the file again"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".install-", dir=folder) as scratch:
        try:
            with zipfile.ZipFile(file) as archive:
                top = _check_members(file, archive)
                _unpack(file, archive, Path(scratch))
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
            raise PackageError(
                f"{file} is no readable package ({error}); download it again"
            ) from error
        except OSError as error:
            raise PackageError(f"{file} cannot be unpacked into {folder}: {error}") from error
        fresh = Path(scratch) / top
        _check_package(file, fresh)
        target = folder / top
        if target.exists():
            shutil.rmtree(target)
        os.replace(fresh, target)
    return target


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _check_members(file: Path, archive: zipfile.ZipFile) -> str:
    """The one top folder of the archive. Raises PackageError for unsafe or odd members."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise PackageError(f"{file} holds {len(members)} files; that is no Argos package")
    tops: set[str] = set()
    total = 0
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        unsafe = path.is_absolute() or ".." in path.parts or ":" in member.filename
        if unsafe or not path.parts:
            raise PackageError(f"{file}: unsafe path {member.filename!r} inside; do not use it")
        if (member.external_attr >> 16) & 0o170000 == 0o120000:
            raise PackageError(f"{file}: link {member.filename!r} inside; do not use it")
        total += member.file_size
        if member.file_size > 1_000_000 and member.file_size > MAX_RATIO * member.compress_size:
            raise PackageError(f"{file}: {member.filename!r} unpacks suspiciously large")
        tops.add(path.parts[0])
    if total > MAX_TOTAL:
        raise PackageError(f"{file} would unpack to {total} bytes; the limit is {MAX_TOTAL}")
    if len(tops) != 1 or next(iter(tops)).startswith("."):
        raise PackageError(f"{file} must hold exactly one folder; it is no Argos package")
    return tops.pop()


def _unpack(file: Path, archive: zipfile.ZipFile, scratch: Path) -> None:
    written = 0
    for member in archive.infolist():
        target = scratch / PurePosixPath(member.filename.replace("\\", "/"))
        if member.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("wb") as sink:
            written += _copy(source, sink, min(member.file_size, MAX_TOTAL - written), file)


def _copy(source: IO[bytes], sink: IO[bytes], limit: int, file: Path) -> int:
    """Copy at most `limit` bytes; more than the archive declared is refused."""
    copied = 0
    while chunk := source.read(1 << 20):
        copied += len(chunk)
        if copied > limit:
            raise PackageError(f"{file} unpacks to more than it declares; do not use it")
        sink.write(chunk)
    return copied


def _check_package(file: Path, folder: Path) -> None:
    try:
        metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PackageError(f"{file}: metadata.json is missing or damaged ({error})") from error
    missing = [key for key in _NEEDED if not isinstance(metadata, dict) or not metadata.get(key)]
    if missing:
        raise PackageError(f"{file}: metadata.json lacks {', '.join(missing)}")
    if metadata.get("type", "translate") != "translate":
        raise PackageError(f"{file} is no translation package (type {metadata['type']!r})")
    if not (folder / "model" / "model.bin").is_file():
        raise PackageError(f"{file}: model/model.bin is missing")
    if not any((folder / name).is_file() for name in ("sentencepiece.model", "bpe.model")):
        raise PackageError(f"{file}: sentencepiece.model (or bpe.model) is missing")
