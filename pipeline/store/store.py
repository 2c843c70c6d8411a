"""The tables: what was derived, keyed so that nothing is done twice.

Everything in them can be made again from the archive and the issue folders; no human word lives
here. SQLite by default, PostgreSQL by URL.
"""

from __future__ import annotations

from pipeline.store.keys import KeyTables
from pipeline.store.notices import NoticeTables
from pipeline.store.runs import RunTables


class Store(NoticeTables, KeyTables, RunTables):
    """The tables at a SQLAlchemy URL; opened once a command, closed at its end."""
