"""Rule-based transfer from Chinese policy prose to Japanese (公用文, である体).

normalisation -> segmentation over glossary, lexicon and general dictionary -> weighted chart
parse of each clause by the grammar in `glossary/patterns/` -> Japanese phrases -> sentence.
Pure and deterministic; the same vocabulary and files give the same Japanese.
"""

from __future__ import annotations

from pipeline.translate.transfer.engine import TransferEngine, Transferred
from pipeline.translate.transfer.lexicon import LexiconError

__all__ = ["LexiconError", "TransferEngine", "Transferred"]
