"""Old office formats through LibreOffice, where it is installed: a process of its own, without
macros, links or a user's profile, and with an end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from pathlib import Path

_PLACES = (
    "/usr/bin/soffice",
    "/usr/local/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
_SECONDS = 90.0
_MAX_BYTES = 60_000_000
_FILTERS = {
    "doc": "MS Word 97", "wps": "MS Word 97", "rtf": "Rich Text Format",
    "xls": "MS Excel 97", "et": "MS Excel 97",
}  # fmt: skip
"""How a file is to be read: left to guess, it takes any bytes for text."""
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_PROFILE = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="{_SECURITY}"><prop oor:name="DisableMacrosExecution" oor:op="fuse">\
<value>true</value></prop></item>
<item oor:path="{_SECURITY}"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse">\
<value>true</value></prop></item>
<item oor:path="{_SECURITY}"><prop oor:name="DisableActiveContent" oor:op="fuse">\
<value>true</value></prop></item>
</oor:items>
"""


class ConversionError(Exception):
    """A file could not be converted. The message is a clause for the analyst."""


def installed() -> Path | None:
    """Where LibreOffice is, in its usual places; None where it is not."""
    return next((Path(place) for place in _PLACES if Path(place).is_file()), None)


def convert(data: bytes, ending: str, target: str, *, seconds: float = _SECONDS) -> bytes:
    """The bytes of a file (named by its ending: doc, wps, xls, et, rtf) in the format `target`
    (docx, xlsx). Raises ConversionError."""
    program = installed()
    if program is None:
        raise ConversionError("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / f"file.{ending}"
        source.write_bytes(data)
        settings = folder / "profile" / "user"
        settings.mkdir(parents=True)
        (settings / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        _run(program, source, target, folder, seconds)
        made = folder / "out" / f"file.{target}"
        if not made.is_file():
            raise ConversionError("LibreOffice could not read it")
        if made.stat().st_size > _MAX_BYTES:
            raise ConversionError("LibreOffice made more than 60 MB of it")
        return made.read_bytes()


def _run(program: Path, source: Path, target: str, folder: Path, seconds: float) -> None:
    command = [
        str(program), "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to", target, "--outdir", str(folder / "out"), str(source),
    ]  # fmt: skip
    reader = _FILTERS.get(source.suffix.lstrip("."))
    if reader:
        command.insert(-1, f"--infilter={reader}")
    # Its own home: nothing of the user's is read or written.
    environment = {"HOME": str(folder), "PATH": os.defpath, "LANG": "C.UTF-8"}
    try:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise ConversionError(f"LibreOffice could not be started ({error.strerror})") from error
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise ConversionError(f"LibreOffice took longer than {seconds:.0f} s") from error
    finally:
        # soffice is a starter: the program behind it ends with its session.
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
