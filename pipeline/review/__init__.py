"""The human layer: the analysts' files of an issue, and what they decided.

Machine text is rewritten freely; a file a person touched is never written again.
"""

from pipeline.review.errors import ReviewError
from pipeline.review.events import Decision, Event, Events, decisions
from pipeline.review.folder import BulletinFile, IssueFolder

__all__ = [
    "BulletinFile",
    "Decision",
    "Event",
    "Events",
    "IssueFolder",
    "ReviewError",
    "decisions",
]
