"""Faults as messages: what is wrong, where, what to do, and the exit code."""

from __future__ import annotations

import errno
import sys

import typer

from pipeline.errors import GeppoError

EXIT_FAILED = 1
EXIT_INPUT = 2
EXIT_INTERRUPTED = 130


def report(error: Exception) -> int:
    """Print what went wrong on standard error; return the exit code.

    An error nobody foresaw is raised again, with its trace: hiding it would hide the fault.
    """
    if isinstance(error, typer.Abort):
        return EXIT_INTERRUPTED
    show = getattr(error, "show", None)
    if callable(show):  # a usage error; typer carries a private copy of click's classes
        show()
        return EXIT_INPUT
    if isinstance(error, GeppoError):
        return _say(str(error), error.exit_code)
    if isinstance(error, OSError):
        place = error.filename or "a file"
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return _say(
                f"cannot write {place}: {error.strerror}; free disk space and run the same "
                "command again, nothing is lost",
                EXIT_FAILED,
            )
        fault = error.strerror or str(error)
        return _say(f"{place}: {fault}; check the path and its permissions", EXIT_FAILED)
    raise error


def _say(message: str, code: int) -> int:
    print(f"geppo: {message}", file=sys.stderr)  # noqa: T201
    return code
