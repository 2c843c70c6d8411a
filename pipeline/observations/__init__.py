"""Observed air quality that notices release: values, periods, places and changes on last year."""

from __future__ import annotations

from pipeline.observations.cues import ObservationCues, load_observation_cues
from pipeline.observations.extract import ObservationExtractor, is_release

__all__ = ["ObservationCues", "ObservationExtractor", "is_release", "load_observation_cues"]
