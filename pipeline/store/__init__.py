"""The store: what was derived, keyed so that nothing is done twice."""

from pipeline.store.database import StoreError
from pipeline.store.store import Store

__all__ = ["Store", "StoreError"]
