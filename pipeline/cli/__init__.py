"""The `geppo` command. One file a group of commands; errors become one clear message."""

from __future__ import annotations

import sys

from pipeline.cli.app import app
from pipeline.cli.errors import EXIT_INTERRUPTED, report


def main() -> None:
    """Entry point: run a command; 0 done, 1 failed, 2 wrong input, 130 interrupted."""
    import pipeline.cli.commands  # noqa: F401 - registers the commands

    try:
        code = app(standalone_mode=False)  # typer gives the code of an Exit back as a value
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except Exception as error:  # the last place where a fault can become a message
        code = report(error)
    if code == EXIT_INTERRUPTED:
        print("interrupted; run the same command again to continue", file=sys.stderr)  # noqa: T201
    sys.exit(code or 0)
