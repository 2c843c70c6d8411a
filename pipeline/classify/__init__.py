"""Understanding a notice: relevance, measure types, places, level, document type, key plan."""

from __future__ import annotations

from pipeline.classify.analyzer import Analyzer
from pipeline.classify.cues import CueError
from pipeline.classify.document import Analysed
from pipeline.classify.structure import Section, Structure

__all__ = ["Analysed", "Analyzer", "CueError", "Section", "Structure"]
