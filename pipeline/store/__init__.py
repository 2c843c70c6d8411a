"""The store: what was derived, keyed so that nothing is done twice."""

from pipeline.store.store import Store, StoreError

__all__ = ["Store", "StoreError"]
