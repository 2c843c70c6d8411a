"""The set phrases of glossary/memory, held to what the checks ask of every translation."""

from __future__ import annotations

from pathlib import Path

from pipeline.checks import run_checks
from pipeline.translate.memory_file import load_seeds
from pipeline.vocab import VocabularyError, load_vocabulary


def seed_faults(glossary_dir: Path) -> list[str]:
    """What an analyst should repair in the set phrases, one sentence each."""
    vocabulary = load_vocabulary(glossary_dir)
    try:
        seeds = load_seeds(glossary_dir)
    except VocabularyError as error:
        return [str(error)]
    return [
        f"memory, {seed.zh}: {check.message}; correct {seed.ja}"
        for seed in seeds
        for check in run_checks(seed.zh, seed.ja, seed.kind, vocabulary)
    ]
