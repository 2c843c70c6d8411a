"""What the desk keeps between two pages: the open project, and files already read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pipeline.opening import opened
from pipeline.project import Project

T = TypeVar("T")
_Stamp = tuple[object, ...]


class Shelf:
    """The open project; opened again on a new day, and when its vocabulary or a source changed."""

    def __init__(self, home: Path, *, sample: bool = False) -> None:
        """`home` is a folder of the project. Nothing is opened yet."""
        self.sample = sample
        self._home = home
        self._open = ExitStack()
        self._project: Project | None = None
        self._stamp: _Stamp = ()
        self._files: dict[Path, tuple[_Stamp, Any]] = {}

    def project(self) -> Project:
        """The project as its files are now. Raises SettingsError, StoreError."""
        if self._project is None or self._stamp != _stamp(self._project):
            self.close()
            self._project, _ = self._open.enter_context(
                opened(sample=self.sample, folder=self._home)
            )
            self._stamp = _stamp(self._project)
        return self._project

    def read(self, path: Path, reader: Callable[[Path], T]) -> T:
        """`reader(path)`, kept until the file changes. What it raises is not kept."""
        state = path.stat()
        stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
        kept = self._files.get(path)
        if kept is None or kept[0] != stamp:
            kept = (stamp, reader(path))
            self._files[path] = kept
        value: T = kept[1]
        return value

    def close(self) -> None:
        """Close the project; a later page opens it again."""
        self._project = None
        self._open.close()


def _stamp(project: Project) -> _Stamp:
    now = datetime.now(project.now.tzinfo)
    return (now.date(), *_changes(project.settings.glossary_dir), *_changes(project.sources_dir))


def _changes(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".csv", ".yml", ".txt"):
            yield path, path.stat().st_mtime_ns
