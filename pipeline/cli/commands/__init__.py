"""The commands, each group in its file; importing them registers them."""

from pipeline.cli.commands import (
    desk,
    evaluate,
    evidence,
    explain,
    learn,
    main_job,
    memory,
    models,
    review,
    sources,
    vocabulary,
)

__all__ = [
    "desk",
    "evaluate",
    "evidence",
    "explain",
    "learn",
    "main_job",
    "memory",
    "models",
    "review",
    "sources",
    "vocabulary",
]
