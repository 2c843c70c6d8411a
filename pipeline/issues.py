"""The named issues a run can raise.

Nothing is lost silently: a record is handled, ignored by a named rule, or raises one of these.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Severity(StrEnum):
    """How much an issue asks of a reader."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Code(StrEnum):
    """Every issue code of the project."""

    # transport
    BLOCKED = "blocked"
    DNS_FAILURE = "dns_failure"
    TIMEOUT = "timeout"
    HTTP_ERROR = "http_error"
    REDIRECTED_AWAY = "redirected_away"
    SOFT_404 = "soft_404"
    ROBOTS_DENIED = "robots_denied"
    SPIDER_ERROR = "spider_error"
    # lists
    EMPTY_LIST = "empty_list"
    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"
    LAYOUT_CHANGED = "layout_changed"
    LIST_NOT_TO_THE_END = "list_not_to_the_end"
    IGNORED_BY_RULE = "ignored_by_rule"
    # extraction
    SELECTOR_MISSED = "selector_missed"
    TITLE_MISSING = "title_missing"
    DATE_MISSING = "date_missing"
    DATE_DISAGREEMENT = "date_disagreement"
    BODY_TOO_SHORT = "body_too_short"
    BODY_INCOMPLETE = "body_incomplete"
    ENCODING_GUESSED = "encoding_guessed"
    FILE_UNREADABLE = "file_unreadable"
    ATTACHMENT_UNREADABLE = "attachment_unreadable"
    ATTACHMENT_OCR = "attachment_ocr"
    ATTACHMENT_TOO_LARGE = "attachment_too_large"
    # understanding
    UNKNOWN_DOCUMENT_TYPE = "unknown_document_type"
    PLACE_UNKNOWN = "place_unknown"
    NEAR_THRESHOLD = "near_threshold"
    TARGET_DOUBTFUL = "target_doubtful"
    DUPLICATE_MERGED = "duplicate_merged"
    REVISED = "revised"
    VANISHED = "vanished"
    # Japanese
    NUMBER_MISMATCH = "number_mismatch"
    DATE_MISMATCH = "date_mismatch"
    UNIT_MISMATCH = "unit_mismatch"
    NEGATION_LOST = "negation_lost"
    EXCEPTION_LOST = "exception_lost"
    DIRECTION_CHANGED = "direction_changed"
    TERM_MISSING = "term_missing"
    TERM_FORBIDDEN = "term_forbidden"
    UNTRANSLATED = "untranslated"
    RESIDUAL_CHINESE = "residual_chinese"
    REPETITION = "repetition"
    LENGTH_RATIO = "length_ratio"
    BRACKETS = "brackets"
    STYLE = "style"
    # review
    EDIT_CONFLICT = "edit_conflict"
    FRONT_MATTER_INVALID = "front_matter_invalid"


class Issue(BaseModel):
    """One thing a person should know about.

    `source` is a source id, `notice` a notice id, `message` an English sentence for the log,
    `url` where to look. Equal content gives an equal `id`, so a re-run does not repeat it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    stage: str
    message: str
    severity: Severity = Severity.WARNING
    source: str | None = None
    notice: str | None = None
    url: str | None = None

    @property
    def id(self) -> str:
        key = "\x1f".join(
            (self.code, self.stage, self.source or "", self.notice or "", self.message)
        )
        return hashlib.sha256(key.encode()).hexdigest()[:16]
