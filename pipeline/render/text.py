"""Text at the door: what any character of a page becomes before it enters the content tree.

Scraped text is literal text in every format. What no format can hold (control characters,
lone surrogates, private-use characters that mean nothing outside their own font) becomes the
geta mark 〓, the sign Japanese printers set for a missing character. Characters that only steer
layout (bidi controls, zero-width spaces, joiners) are dropped, so that a line shows the order
in which it is stored.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

GETA = "〓"
_TOKYO = ZoneInfo("Asia/Tokyo")
_MAX_URL = 2000

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_ILLEGAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef"
    "\ufffd-\uffff\U000f0000-\U0010ffff]"
)
_BREAKS = re.compile("[\t\n\r\x85\u2028\u2029]")


def clean(text: str) -> str:
    """`text` as one line that every format can hold: breaks and tabs become spaces."""
    return _ILLEGAL.sub(GETA, _INVISIBLE.sub("", _BREAKS.sub(" ", text)))


def clean_lines(text: str) -> str:
    """`text` cleaned as by `clean`, with its line feeds kept."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(clean(line.replace("\t", "    ")) for line in unified.split("\n"))


def clip(text: str, limit: int) -> str:
    """At most `limit` characters of `text`; the cut is shown as an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def safe_url(url: str | None) -> str | None:
    """`url` when it is an http, https or mailto address a reader may follow, else None.

    Characters that could end an attribute or a field are percent-encoded; addresses over
    2,000 characters are refused, for Excel and Typst cannot hold them.
    """
    if not url:
        return None
    address = quote(clean(url).strip(), safe="!#$%&'()*+,/:;=?@[]~", encoding="utf-8")
    if len(address) > _MAX_URL:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and parts.netloc:
        return address
    if parts.scheme == "mailto" and "@" in parts.path:
        return address
    return None


def anchor(prefix: str, name: str) -> str:
    """An ASCII anchor that HTML, Typst and Word accept: `e_2026_10_016`."""
    return f"{prefix}_" + re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_")


def date_ja(value: str | None) -> str | None:
    """A partial date in Japanese: 2026年10月5日, 2026年10月 or 2026年."""
    if value is None:
        return None
    parts = [int(part) for part in value.split("-")]
    return "".join(f"{number}{unit}" for number, unit in zip(parts, "年月日", strict=False))


def day_ja(moment: datetime | None) -> str | None:
    """The day of an aware datetime in Tokyo, in Japanese."""
    if moment is None:
        return None
    day = moment.astimezone(_TOKYO)
    return f"{day.year}年{day.month}月{day.day}日"
