"""Faults as messages: what is wrong, where, what to do, and the exit code."""

from __future__ import annotations

import errno
import sys

import click

from pipeline.archive import ArchiveError
from pipeline.bulletin import LabelError
from pipeline.crawl import CrawlError
from pipeline.extract.files import UnreadableFile
from pipeline.render.errors import RenderError
from pipeline.review import ReviewError
from pipeline.settings import SettingsError
from pipeline.sources import SourceError
from pipeline.steps.issue import PublishError
from pipeline.store import StoreError
from pipeline.vocab import VocabularyError

EXIT_FAILED = 1
EXIT_INPUT = 2
EXIT_INTERRUPTED = 130


class InputError(Exception):
    """What the user gave cannot be used. The message says how to write it."""


_INPUT = (
    InputError, LabelError, ReviewError, SettingsError, SourceError, UnreadableFile,
    VocabularyError,
)  # fmt: skip
_FAILED = (ArchiveError, CrawlError, PublishError, RenderError, StoreError)


def report(error: Exception) -> int:
    """Print what went wrong on standard error; return the exit code.

    An error nobody foresaw is raised again, with its trace: hiding it would hide the fault.
    """
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return EXIT_INPUT
    if isinstance(error, click.Abort):
        return _say("interrupted; run the same command again to continue", EXIT_INTERRUPTED)
    if isinstance(error, _INPUT):
        return _say(str(error), EXIT_INPUT)
    if isinstance(error, _FAILED):
        return _say(str(error), EXIT_FAILED)
    if isinstance(error, OSError):
        place = error.filename or "a file"
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return _say(
                f"cannot write {place}: {error.strerror}; free disk space and run the same "
                "command again, nothing is lost",
                EXIT_FAILED,
            )
        return _say(f"{place}: {error.strerror or error}; check the path and its permissions", 1)
    raise error


def _say(message: str, code: int) -> int:
    print(f"geppo: {message}", file=sys.stderr)  # noqa: T201
    return code
