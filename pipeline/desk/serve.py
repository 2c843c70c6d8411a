"""Bind the desk to an address of this machine, and serve it until it is interrupted."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from pipeline.desk.app import desk_app
from pipeline.desk.shelf import Shelf
from pipeline.errors import GeppoError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class DeskError(GeppoError):
    """The desk cannot be reached at the address asked for. The message says what to do."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free. Raises DeskError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        made = socket.socket(family, kind, protocol)
    except OSError as error:
        raise DeskError(f"--host {host}: no address of that name; use 127.0.0.1") from error
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen()
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise DeskError(
                f"port {port} of {host} is in use, perhaps by another geppo desk; "
                f"end that, or choose another: geppo desk --port {port + 1 if port < 65535 else 0}"
            ) from error
        raise DeskError(
            f"cannot serve at {host} port {port}: {error.strerror}; choose another --host or --port"
        ) from error
    return made


def serve(listening: socket.socket, home: Path, *, host: str, sample: bool = False) -> None:
    """Serve the project above `home` until interrupted (KeyboardInterrupt). `host` is the name
    the desk was asked to answer to."""
    shelf = Shelf(home, sample=sample)
    try:
        shelf.project()  # a wrong setting is said at once, not on the first page
        server(shelf, _names(host)).run(sockets=[listening])
    finally:
        shelf.close()


def server(shelf: Shelf, hosts: Sequence[str]) -> uvicorn.Server:
    """The web server of a desk."""
    return uvicorn.Server(
        uvicorn.Config(
            desk_app(shelf, hosts),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=2,
        )
    )


def _names(host: str) -> list[str]:
    """The names a browser may ask for: any other is that of a page that had it rebound here."""
    known = [*LOOPBACK, host]
    if host in ("0.0.0.0", "::"):
        own = socket.gethostname()
        known += [own, socket.getfqdn()]
        known += [str(info[4][0]) for info in socket.getaddrinfo(own, None)]
    return list(dict.fromkeys(known))
