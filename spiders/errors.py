"""The ways a request can bring nothing, each by name."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from pipeline.archive import ArchiveError
from pipeline.issues import Code
from pipeline.model import Health

# Scrapy has no exceptions of their own for these.
_ROBOTS = "robots.txt"
_REDIRECTS = "max redirections reached"


class BlockedError(IgnoreRequest):
    """The site asks for proof of a browser or refuses us."""


class RedirectedAwayError(IgnoreRequest):
    """The page was answered by a redirect that leads somewhere else."""


class SoftMissingError(IgnoreRequest):
    """A page with status 200 that says there is no such page."""


class CutOffError(IgnoreRequest):
    """The body ended before its end."""


class TooLargeError(IgnoreRequest):
    """The body unpacks to more than the setting max_attachment_bytes allows."""


def is_missing(error: BaseException) -> bool:
    """Whether the site said that there is no such page."""
    if isinstance(error, HttpError):
        return error.response.status in (404, 410)
    return isinstance(error, SoftMissingError)


def refuses_method(error: BaseException) -> bool:
    """Whether the site knows the address but not this way of asking."""
    return isinstance(error, HttpError) and error.response.status in (405, 501)


def issue_code(error: BaseException) -> Code | None:
    """The issue a failure is where it is narrower than the health it points to, else None."""
    if isinstance(error, SoftMissingError):
        return Code.SOFT_404
    if isinstance(error, DownloadCancelledError | TooLargeError):
        return Code.ATTACHMENT_TOO_LARGE
    if isinstance(error, IgnoreRequest) and _ROBOTS in str(error):
        return Code.ROBOTS_DENIED
    return None


def classify(error: BaseException) -> tuple[Health, str]:
    """The health a failed request points to, and the failure in words."""
    if isinstance(error, HttpError):
        return "http_error", f"status {error.response.status} at {error.response.url}"
    names: tuple[tuple[type[BaseException], Health], ...] = (
        (ArchiveError, "spider_error"),
        (BlockedError, "blocked"),
        (RedirectedAwayError, "redirected"),
        (SoftMissingError, "http_error"),
        (CutOffError, "http_error"),
        (CannotResolveHostError, "dns_failure"),
        (DownloadTimeoutError, "timeout"),
    )
    text = str(error) or type(error).__name__
    for kind, health in names:
        if isinstance(error, kind):
            return health, text
    if isinstance(error, DownloadCancelledError | TooLargeError):
        return "http_error", f"larger than the setting max_attachment_bytes allows: {text}"
    if isinstance(error, IgnoreRequest) and _ROBOTS in text:
        return "blocked", "robots.txt forbids this page"
    if isinstance(error, IgnoreRequest) and _REDIRECTS in text:
        return "redirected", "redirected again and again"
    if isinstance(error, ResponseDataLossError):
        return "http_error", "the connection ended before the page did"
    return "http_error", f"{type(error).__name__}: {text}"[:300]
