"""Quantified targets: indicator, value, unit, comparator, base and target year, scope, clause."""

from __future__ import annotations

from pipeline.targets.cues import TargetCues, load_target_cues
from pipeline.targets.extract import TargetExtractor
from pipeline.targets.reading import Reading
from pipeline.targets.years import plan_end

__all__ = ["Reading", "TargetCues", "TargetExtractor", "load_target_cues", "plan_end"]
