"""WARC records as the archive writes them, and a recorded web to replay.

A record carries one header besides the standard ones, `Geppo-Capture`: JSON with the source, the
kind, the parent and what the list said of the item, so that an index can be rebuilt from WARC
files alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import signal
import string
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any, Literal
from urllib.parse import quote, urldefrag, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.errors import GeppoError

Kind = Literal["list", "detail", "attachment", "robots"]
Headers = tuple[tuple[str, str], ...]

_FACTS = "Geppo-Capture"
_PRINTABLE = string.punctuation
# Bodies are archived decoded, so headers that describe the transfer would be wrong.
_TRANSFER = {"transfer-encoding", "content-encoding", "content-length", "connection", "keep-alive"}


class ArchiveError(GeppoError):
    """Evidence cannot be read or written. The message names the file and the remedy."""


@dataclass(frozen=True)
class Capture:
    """What is known of one response besides its bytes.

    `request` is `GET` or, for another method, as `request_key` writes it. `hints` are what the
    list said of the item (title, date, column). `problem` says why the bytes are no content
    (challenge, soft_404, http_error, redirect), else None.
    """

    url: str
    source_id: str
    kind: Kind
    status: int
    fetched_at: datetime
    headers: Headers = ()
    parent_url: str | None = None
    request: str = "GET"
    hints: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None

    @property
    def content_type(self) -> str | None:
        return header(self.headers, "Content-Type")


@dataclass(frozen=True)
class Recorded:
    """One record read back: where it lies, the hash of its payload, and the payload itself,
    which is None where the record only says that known bytes were seen again."""

    capture: Capture
    sha256: str
    offset: int
    body: bytes | None


def header(headers: Headers, name: str) -> str | None:
    """The first value of a header that is not empty, or None."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted and value), None)


def plain_headers(headers: Headers) -> Headers:
    """Headers as a WARC can hold them: one line each, ASCII (other characters percent-encoded),
    without those that describe the transfer."""
    plain = ((quote(name, safe=_PRINTABLE), " ".join(value.split())) for name, value in headers)
    return tuple(
        (name, value if value.isascii() else quote(value, safe=_PRINTABLE + " "))
        for name, value in plain
        if name and ":" not in name and name.lower() not in _TRANSFER
    )


def request_key(method: str, body: bytes = b"") -> str:
    """How a request is told apart besides its URL: `GET`, or `POST <base64 of the body>`."""
    return "GET" if method == "GET" else f"{method} {base64.b64encode(body).decode()}"


def stamp(when: datetime) -> str:
    """An instant in UTC, of fixed width, so that text order is time order."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def write(
    writer: WARCWriter, capture: Capture, body: bytes, sha256: str, held: tuple[str, str] | None
) -> None:
    """Writes one record: the whole response, or a revisit where the bytes are already `held`
    (the URL and the WARC-Date they were archived under). Headers as of `plain_headers`."""
    facts: dict[str, Any] = {
        "source": capture.source_id,
        "kind": capture.kind,
        "status": capture.status,
        "request": capture.request,
        "parent": capture.parent_url,
        "hints": dict(capture.hints),
        "problem": capture.problem,
    }
    date_text = stamp(capture.fetched_at)
    identity = "\n".join((capture.url, capture.request, date_text, sha256, capture.source_id))
    fields = {
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, identity)}>",
        "WARC-Date": date_text,
        "WARC-Payload-Digest": f"sha256:{sha256}",
        _FACTS: json.dumps({key: value for key, value in facts.items() if value}, sort_keys=True),
    }
    http = None
    if capture.url.startswith(("http:", "https:")):
        headers = list(capture.headers)
        http = StatusAndHeaders(f"{capture.status} -", headers, protocol="HTTP/1.1")
    if held:
        fields["WARC-Profile"] = writer.REVISIT_PROFILE_1_1
        fields["WARC-Refers-To-Target-URI"], fields["WARC-Refers-To-Date"] = held
        body = b""
    record = writer.create_warc_record(
        capture.url,
        "revisit" if held else "response" if http else "resource",
        payload=BytesIO(body),
        length=len(body),
        warc_content_type="" if http else capture.content_type or "application/octet-stream",
        warc_headers_dict=fields,
        http_headers=http,
    )
    writer.write_record(record)


def read(path: Path, start: int = 0) -> Iterator[Recorded]:
    """The whole records of a WARC file from byte `start`. A truncated or damaged record ends the
    reading, as after a killed writer. Raises ArchiveError where the file cannot be opened."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise ArchiveError(f"cannot read {path}: {error.strerror}; restore the file") from error
    with stream:
        stream.seek(start)
        with _interrupts_held():
            records = ArchiveIterator(stream)
        while True:
            try:
                with _interrupts_held():
                    record = next(records, None)
                    if record is None:
                        return
                    found = _recorded(record, record.raw_stream.read(), records.get_record_offset())
            except (ArchiveLoadFailed, EOFError, OSError, ValueError):
                return
            if found:
                yield found
            elif record.rec_type != "warcinfo":
                return


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C within is heard at the end: warcio catches every exception in places, and would take
    an interrupt for a stream that cannot tell its position, so a whole record for a damaged one."""
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: heard.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            before(*heard[0])


def read_body(path: Path, offset: int) -> bytes:
    """The payload of the record at a byte offset. Raises ArchiveError."""
    for found in read(path, offset):
        if found.body is not None and found.offset == offset:
            return found.body
        break
    raise ArchiveError(
        f"{path}: the record at byte {offset} is missing or damaged; restore the file from a "
        "backup, or delete the archive's index and collect again"
    )


def _recorded(record: ArcWarcRecord, body: bytes, offset: int) -> Recorded | None:
    """The record as written by `write`; None where it is cut off or not ours."""
    fields = record.rec_headers
    text = fields.get_header(_FACTS)
    sha256 = (fields.get_header("WARC-Payload-Digest") or "").removeprefix("sha256:")
    revisit = record.rec_type == "revisit"
    if not text or (not revisit and hashlib.sha256(body).hexdigest() != sha256):
        return None
    facts = json.loads(text)
    headers = record.http_headers.headers if record.http_headers else []
    content_type = fields.get_header("Content-Type")
    if record.rec_type == "resource" and content_type:
        headers = [("Content-Type", content_type)]
    capture = Capture(
        url=fields.get_header("WARC-Target-URI"),
        source_id=facts["source"],
        kind=facts["kind"],
        status=facts["status"],
        fetched_at=datetime.fromisoformat(fields.get_header("WARC-Date")),
        headers=tuple((name, value) for name, value in headers),
        parent_url=facts.get("parent"),
        request=facts.get("request", "GET"),
        hints=facts.get("hints", {}),
        problem=facts.get("problem"),
    )
    return Recorded(capture, sha256, offset, None if revisit else body)


class UnknownHostError(LookupError):
    """The recorded web has no such host."""


@dataclass(frozen=True)
class Answer:
    """What the recorded web answers."""

    status: int
    headers: Headers
    body: bytes


class ReplayWeb:
    """A WARC file as a web: what each URL answered at the time of one visit.

    The visits are the days on which the file was recorded, in order, the first being 1. At visit
    k a URL answers what was recorded last on or before that day; a URL recorded only later, or
    never, is a 404; a host never recorded raises UnknownHostError. `recorded_at` is when the
    visit began.
    """

    def __init__(self, path: Path, visit: int = 1) -> None:
        """Reads the file once. Raises ArchiveError if it holds nothing, ValueError if there is
        no such visit."""
        self.path = path
        records = list(read(path))
        if not records:
            raise ArchiveError(f"{path} holds no recorded page; record it again")
        days = sorted({_day(found) for found in records})
        if not 1 <= visit <= len(days):
            raise ValueError(f"visit {visit}: {path} holds visits 1 to {len(days)}")
        self.recorded_at = min(
            found.capture.fetched_at for found in records if _day(found) == days[visit - 1]
        )
        self._bodies = {found.sha256: found.offset for found in records if found.body is not None}
        self._hosts = {urlsplit(found.capture.url).netloc for found in records}
        self._pages: dict[tuple[str, str], tuple[Capture, str]] = {}
        for found in records:
            if _day(found) <= days[visit - 1]:
                key = (found.capture.url, found.capture.request)
                self._pages[key] = (found.capture, found.sha256)

    def answer(self, method: str, url: str, body: bytes = b"") -> Answer:
        """The recorded response to a request. Raises UnknownHostError."""
        target = urldefrag(url).url
        if urlsplit(target).netloc not in self._hosts:
            raise UnknownHostError(urlsplit(target).netloc)
        page = self._pages.get((target, request_key(method, body)))
        if page is None:
            return Answer(404, (("Content-Type", "text/html; charset=utf-8"),), b"")
        capture, sha256 = page
        return Answer(capture.status, capture.headers, read_body(self.path, self._bodies[sha256]))


def _day(found: Recorded) -> date:
    return found.capture.fetched_at.astimezone(UTC).date()
