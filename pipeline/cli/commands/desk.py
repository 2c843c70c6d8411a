"""geppo desk: the analysts' local web page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import SampleOption, app
from pipeline.cli.commands.main_job import out
from pipeline.cli.progress import console
from pipeline.loopback import is_loopback


@app.command(epilog="Example: geppo desk --port 8320")
def desk(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")
    ] = 8320,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help="Address to serve at. Others than this machine's own "
            "loopback let everybody in the network read it.",
        ),
    ] = "127.0.0.1",
    sample: SampleOption = False,
) -> None:
    """Show issues, entries, evidence, sources and consultations in a browser; it changes nothing.
    Ends with Ctrl-C."""
    from pipeline.desk import bind, serve  # the web server, for this command alone

    with bind(host, port) as listening:
        if not is_loopback(host):
            console.print(
                f"warning: {host} is not the loopback address: whoever reaches this machine can "
                "read these pages, drafts among them; nobody is asked for a password",
                markup=False,
                soft_wrap=True,
            )
        shown = f"[{host}]" if ":" in host else host
        out.print(f"geppo desk: http://{shown}:{listening.getsockname()[1]}/  (Ctrl-C ends it)")
        try:
            serve(listening, Path.cwd(), host=host, sample=sample)
        except KeyboardInterrupt:
            out.print("geppo desk: ended")
