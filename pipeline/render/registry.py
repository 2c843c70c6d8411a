"""What a writer is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.render.tree import Document

Writer = Callable[[Document, Path | None], bytes]
"""From the tree (and the folder of the fonts, None for the packages') to the file's bytes."""
