"""What may go wrong while an issue is written."""

from __future__ import annotations

from pipeline.errors import GeppoError


class RenderError(GeppoError):
    """An issue cannot be written. The message names the file, folder or characters and the
    remedy."""
