"""The one error of the vocabulary."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InputError


class VocabularyError(InputError):
    """A vocabulary file is wrong. The message names the file, line, field and remedy."""

    @classmethod
    def at(
        cls, path: Path, line: int | None, field: str | None, problem: str, remedy: str
    ) -> VocabularyError:
        place = path.name + (f" line {line}" if line else "")
        named = f", field {field}" if field else ""
        return cls(f"{place}{named}: {problem}; {remedy}")
