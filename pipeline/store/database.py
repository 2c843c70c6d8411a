"""The database beneath the tables: opening it, transactions, faults as messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from pipeline.errors import GeppoError
from pipeline.store.tables import metadata


class StoreError(GeppoError):
    """The store cannot be used. The message names the file and the remedy."""


P = ParamSpec("P")
T = TypeVar("T")
D = TypeVar("D", bound="Database")


def guarded(
    method: Callable[Concatenate[D, P], T],
) -> Callable[Concatenate[D, P], T]:
    """Turn the database's own errors into a message a person can act on."""

    @wraps(method)
    def call(self: D, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except DatabaseError as error:
            raise StoreError(self._remedy(error)) from error

    return call


class Database:
    """The database at a SQLAlchemy URL: opening, transactions, faults."""

    def __init__(self, url: str, *, wait: float = 15) -> None:
        """Opens or makes the tables. `wait`: seconds to wait while another geppo writes.
        Raises StoreError."""
        self.url = url
        self.place = make_url(url).render_as_string(hide_password=True)
        database = make_url(url).database
        arguments: dict[str, object] = {}
        if url.startswith("sqlite"):
            if database and database != ":memory:":
                Path(database).parent.mkdir(parents=True, exist_ok=True)
                self.place = database
            arguments = {"timeout": wait}
        self._engine = create_engine(url, connect_args=arguments)
        if url.startswith("sqlite"):
            event.listen(self._engine, "connect", _tune_sqlite)
        self._create()

    @guarded
    def _create(self) -> None:
        metadata.create_all(self._engine)
        for table in metadata.tables.values():
            for index in table.indexes:  # of a store made before they were added
                index.create(self._engine, checkfirst=True)

    def _remedy(self, error: DatabaseError) -> str:
        text = str(error.orig)
        if "locked" in text or "busy" in text:
            return (
                f"the store {self.place} is locked: another geppo is running; "
                "wait for it to end, then run the command again"
            )
        if "malformed" in text or "not a database" in text:
            return (
                f"the store {self.place} is damaged ({text}); move it away and run the command "
                "again: all of it is rebuilt from the archive and the issue folders"
            )
        if "full" in text:
            return f"no room to write the store {self.place}: free disk space, then run again"
        if "readonly" in text or "unable to open" in text:
            return f"cannot write the store {self.place} ({text}): check the folder's permissions"
        return f"the store {self.place} failed: {text}"

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection


def _tune_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
