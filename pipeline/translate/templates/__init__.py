"""Templates for titles and set formulae, and the full-sentence heading of an entry."""

from __future__ import annotations

from pipeline.translate.templates.headings import heading_sentence, untitled_sentence
from pipeline.translate.templates.titles import TitleTemplates

__all__ = ["TitleTemplates", "heading_sentence", "untitled_sentence"]
