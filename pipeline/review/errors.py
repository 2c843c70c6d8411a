"""What can be wrong with an analyst's file."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InputError


class ReviewError(InputError):
    """A file of the human layer cannot be read. The message names file, field and remedy."""

    def __init__(self, path: Path, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {field}: {problem}; {remedy}")
        self.path = path
        self.field = field
