"""Cue words: the analysts' YAML files, and finding their words in a text in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, cast

import yaml

from pipeline.vocab import Matcher, VocabularyError


class CueError(VocabularyError):
    """A cue file cannot be used. The message names the file, the field and the remedy."""


class Hit(NamedTuple):
    """Characters [start, end) of a view that spell a cue word worth `points`."""

    start: int
    end: int
    word: str
    points: float


@dataclass(frozen=True)
class WordList:
    """Cue words of one label and what each is worth, and the longer words that are not meant."""

    id: str
    points: Mapping[str, float]
    decoys: frozenset[str]


class Finder:
    """Finds the words of many lists in one pass over a text."""

    def __init__(self, lists: Iterable[WordList]) -> None:
        self.lists = tuple(lists)
        # By word, the lists it is in and its points there: None for a decoy.
        self._uses: dict[str, list[tuple[str, float | None]]] = {}
        for one in self.lists:
            for word, points in {**one.points, **dict.fromkeys(one.decoys)}.items():
                self._uses.setdefault(word, []).append((one.id, points))
        self._matcher = Matcher(self._uses)

    def find(self, text: str) -> dict[str, list[Hit]]:
        """By list id, the words found: of overlapping ones the longest."""
        found: dict[str, list[Hit]] = {one.id: [] for one in self.lists}
        reached = dict.fromkeys(found, 0)
        # By start, longer first: one sweep keeps the leftmost and longest of what overlaps.
        spans = sorted(self._matcher.occurrences(text), key=lambda span: (span[0], -span[1]))
        for start, end, word in spans:
            for name, points in self._uses[word]:
                if start >= reached[name]:
                    reached[name] = end
                    if points is not None:
                        found[name].append(Hit(start, end, word, points))
        return found


def read_yaml(path: Path) -> object:
    """The content of a cue file. Raises CueError."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CueError(f"{path}: cannot be read ({error.strerror}); restore the file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CueError(f"{path}: is not valid YAML ({error}); correct it") from error


def words_of(path: Path, entry: Mapping[str, object], field: str) -> tuple[str, ...]:
    """A list of words of a cue file; absent means none. Raises CueError."""
    value = entry.get(field, [])
    if not isinstance(value, list) or not all(isinstance(word, str | int) for word in value):
        raise CueError(f"{path}: field {field} is no list of words; write [甲, 乙]")
    return tuple(str(word) for word in cast(Sequence[object], value))


def mapping_of(path: Path, value: object, field: str) -> Mapping[str, object]:
    """A mapping of a cue file. Raises CueError."""
    if not isinstance(value, dict):
        raise CueError(f"{path}: {field} is no mapping; write its fields below it")
    return cast(Mapping[str, object], value)


def files_hash(paths: Iterable[Path]) -> str:
    """A short hash of the files' contents. Raises CueError when one cannot be read."""
    digest = hashlib.sha256()
    for path in paths:
        try:
            digest.update(path.read_bytes())
        except OSError as error:
            raise CueError(
                f"{path}: cannot be read ({error.strerror}); restore the file"
            ) from error
    return digest.hexdigest()[:12]
