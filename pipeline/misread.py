"""Which sentences of a notice rest on optical recognition alone: they may be misread."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.model import Notice

WARNING = "文字認識（要確認）"
"""How an analyst is told."""
_APART = re.compile(r"[\n\t。；;|]")


def may_be_misread(notice: Notice) -> Callable[[str], bool]:
    """Tells of a Chinese text taken from the notice whether any of it stands only in what was
    recognised in a scan. Where a scan is part of the notice, a text found nowhere counts too."""
    if notice.recognised:
        return lambda text: True
    scans = [attachment for attachment in notice.attachments if attachment.recognised]
    if not scans:
        return lambda text: False
    scanned = {block for attachment in scans for block in attachment.blocks}
    typed = _plain(
        notice.title + "\n".join(block.text for block in notice.blocks if block not in scanned)
    )
    for attachment in notice.attachments:
        if not attachment.recognised:
            typed += _plain("\n".join(block.text for block in attachment.blocks))
    return lambda text: any(part not in typed for part in map(_plain, _APART.split(text)) if part)


def scans_of(notice: Notice) -> tuple[str, ...]:
    """The names of the notice's files whose text was recognised."""
    return tuple(attachment.name for attachment in notice.attachments if attachment.recognised)


def _plain(text: str) -> str:
    return "".join(text.split())
