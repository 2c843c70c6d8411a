"""One opened project: settings, clock, evidence, store and the heavy instruments, made once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline import families
from pipeline.archive import Archive
from pipeline.dates import Window
from pipeline.model import Source
from pipeline.review import BulletinFile, IssueFolder
from pipeline.review.folder import all_folders
from pipeline.settings import Settings
from pipeline.sources import load_sources
from pipeline.store import Store
from pipeline.vocab import Vocabulary, load_vocabulary
from pipeline.vocab.places import load_places

if TYPE_CHECKING:  # the heavy instruments are imported where they are first used
    from pipeline.classify import Analyzer
    from pipeline.translate.cascade import Translator

MONTHS_ZONE = ZoneInfo("Asia/Shanghai")
"""Months are those of publication in China."""
_ISSUE = re.compile(r"\d{4}-\d{2}(?:\.\.\d{4}-\d{2})?")


@dataclass(frozen=True)
class Sample:
    """The shipped sample month: its evidence, its sources, its bulletin.yml."""

    folder: Path
    month: str
    today: datetime
    visits: tuple[int, ...]
    bulletin: BulletinFile

    @property
    def warc(self) -> Path:
        return self.folder / "sample.warc.gz"


class Project:
    """Everything a step needs. Close it when done (it is a context manager)."""

    def __init__(
        self,
        settings: Settings,
        *,
        now: datetime,
        sources_dir: Path,
        sample: Sample | None = None,
    ) -> None:
        self.settings = settings
        self.now = now
        self.sample = sample
        self.sources_dir = sources_dir
        self.store = Store(settings.store_url)
        self.archive = Archive(settings.archive_dir)

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_: object) -> None:
        self.archive.close()
        self.store.close()

    @property
    def today(self) -> date:
        """Today where months are counted."""
        return self.now.astimezone(MONTHS_ZONE).date()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return load_vocabulary(self.settings.glossary_dir)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Every declared source. Raises SourceError naming each fault, unknown families and
        places among them."""
        places = load_places(self.settings.glossary_dir / "places.csv").by_id
        return load_sources(self.sources_dir, families=families.families, places=places)

    @cached_property
    def sources_by_id(self) -> Mapping[str, Source]:
        return {source.id: source for source in self.sources}

    @cached_property
    def analyzer(self) -> Analyzer:
        from pipeline.classify import Analyzer

        return Analyzer(self.vocabulary, self.settings.glossary_dir / "cues", self.learned_path)

    @cached_property
    def translator(self) -> Translator:
        from pipeline.translate.cascade import build_translator
        from pipeline.translate.memory_file import load_memory, load_seeds
        from pipeline.translate.memory_slots import name_finder

        glossary_dir = self.settings.glossary_dir
        memory = load_memory(
            self.memory_path, name_finder(self.vocabulary), load_seeds(glossary_dir)
        )
        return build_translator(
            self.vocabulary, glossary_dir, self.settings, memory, decodings=self.store
        )

    @property
    def memory_path(self) -> Path:
        """Approved sentences: the analysts' words, so they lie with the issues, not in data/."""
        return self._taught_dir / "memory.jsonl"

    @property
    def learned_path(self) -> Path:
        """What `geppo learn` drew from the analysts' decisions; absent where nothing was."""
        return self._taught_dir / "learned.yml"

    @property
    def _taught_dir(self) -> Path:
        folder = self.settings.bulletins_dir
        return folder / f"sample-{self.sample.month}" if self.sample else folder

    def label(self, window: Window) -> str:
        """The folder name of an issue; the sample's never meets a real month's."""
        return f"sample-{window.label}" if self.sample else window.label

    def folder(self, window: Window) -> IssueFolder:
        return IssueFolder(self.settings.bulletins_dir, self.label(window))

    def monthly_folders(self) -> list[IssueFolder]:
        """All monthly issues of this project (sample or real), in order."""
        return [folder for folder in self.issue_folders() if ".." not in folder.label]

    def issue_folders(self) -> list[IssueFolder]:
        """The same and its special issues, in order of label."""
        prefix = "sample-" if self.sample else ""
        return [
            folder
            for folder in all_folders(self.settings.bulletins_dir)
            if folder.label.startswith(prefix)
            and _ISSUE.fullmatch(folder.label.removeprefix(prefix))
        ]
