"""ZIP containers opened with care: sizes are checked before a byte is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib

_MAX_UNPACKED = 80_000_000
_MAX_MEMBER = 60_000_000
_MAX_RATIO = 200
_MAX_MEMBERS = 20_000
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, EOFError, RuntimeError
)  # fmt: skip


class ZipError(Exception):
    """The container cannot or must not be unpacked. The message is a clause for the analyst."""


class Zip:
    """The members of a ZIP in memory. Raises ZipError for what is broken, locked or inflated."""

    def __init__(self, data: bytes, what: str) -> None:
        """`what` names the kind of file in messages ("the Word file")."""
        self._what = what
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            members = self._archive.infolist()
        except _BROKEN as error:
            raise ZipError(f"{what} cannot be unpacked ({type(error).__name__})") from error
        if len(members) > _MAX_MEMBERS:
            raise ZipError(f"{what} holds more than {_MAX_MEMBERS} parts")
        if sum(member.file_size for member in members) > _MAX_UNPACKED:
            raise ZipError(f"{what} unpacks to more than 80 MB")
        for member in members:
            if member.file_size > 5_000_000 and member.file_size > (
                _MAX_RATIO * member.compress_size
            ):
                raise ZipError(f"{what} looks like a zip bomb")
        if any(member.flag_bits & 1 for member in members):
            raise ZipError(f"{what} is encrypted")
        self.members = {_name(member): member for member in members if not member.is_dir()}

    def read(self, name: str) -> bytes:
        """The bytes of a member. Raises ZipError, also where there is no such member."""
        member = self.members.get(name)
        if member is None:
            raise ZipError(f"{self._what} lacks its part {name}")
        try:
            # A directory may lie about sizes: no more is unpacked than it promised.
            with self._archive.open(member) as stream:
                data = stream.read(min(member.file_size, _MAX_MEMBER) + 1)
        except _BROKEN as error:
            raise ZipError(f"{self._what} cannot be unpacked ({type(error).__name__})") from error
        if len(data) > member.file_size or len(data) > _MAX_MEMBER:
            raise ZipError(f"{self._what} looks like a zip bomb")
        return data


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; Chinese tools write it in GBK and do not say so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.orig_filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def names(data: bytes) -> frozenset[str]:
    """The names of the members; empty where the bytes are no readable ZIP."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except _BROKEN:
        return frozenset()
