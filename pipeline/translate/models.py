"""Argos packages: what is installed, and fetching one more from Argos's own package index.

The one place of the translation rooms that opens the network, and only when a person asks.
https alone is spoken, save to this very machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from pipeline.errors import GeppoError
from pipeline.loopback import is_loopback
from pipeline.translate.argos import package_metadata, version_key
from pipeline.translate.argos_install import MAX_TOTAL, PackageError, install_package

DOWNLOADS = ".downloads"
"""Folder, inside that of the packages, of what is not yet complete."""
MAX_INDEX = 10_000_000
TIMEOUT = 60.0
"""Seconds without a byte after which a server counts as gone."""
PIVOT = "en"
_LICENCE_FILE = re.compile(r"(?:licen[cs]e|copying|notice)(?:\.\w+)?", re.IGNORECASE)
_LICENCE_LINE = re.compile(
    r"\b(?:licen[cs]ed?|creative commons|CC[- ]?BY|CC0|MIT|Apache|GPL)\b", re.IGNORECASE
)
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})?")

Told = Callable[[str, int, int | None], None]
"""Called while a file comes: its name, bytes so far, bytes in all (None: not known)."""


class DownloadError(GeppoError):
    """The index or a package cannot be fetched. The message says why and what to do."""


@dataclass(frozen=True)
class Installed:
    """An installed package: its direction, version, folder, size in bytes, and what its own
    files say of its licence (None: nothing)."""

    from_code: str
    to_code: str
    version: str
    folder: Path
    size: int
    licence: str | None


@dataclass(frozen=True)
class Offered:
    """A package of the index. `size` (bytes) and `sha256` where the index gives them."""

    from_code: str
    to_code: str
    version: str
    links: tuple[str, ...]
    size: int | None = None
    sha256: str | None = None

    @property
    def name(self) -> str:
        return f"translate-{self.from_code}_{self.to_code}-{self.version.replace('.', '_')}"


class _RangeRefusedError(DownloadError):
    """The server has nothing after what is there already."""


# --- installed ----------------------------------------------------------------------------------


def installed_packages(folder: Path) -> list[Installed]:
    """The packages in a folder. Raises PackageError where one is damaged."""
    try:
        rows = package_metadata(folder)
    except ValueError as error:
        raise PackageError(str(error)) from error
    found = []
    for row in rows:
        path = folder / row["folder"]
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        version = row["package_version"]
        found.append(
            Installed(row["from_code"], row["to_code"], version, path, size, _licence(path))
        )
    return found


def _licence(folder: Path) -> str | None:
    """The first line about a licence in a package's licence file, README or metadata."""
    named = [path for path in sorted(folder.iterdir()) if _LICENCE_FILE.fullmatch(path.name)]
    for path in [*named, folder / "README.md", folder / "metadata.json"]:
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")[:20_000]
        lines = [line.strip(' \t#*",') for line in text.splitlines()]
        if path in named:
            lines = [line for line in lines if line][:1]
        else:
            lines = [line for line in lines if _LICENCE_LINE.search(line)]
        if lines:
            return f"{lines[0][:120]} ({path.name})"
    return None


# --- the index ----------------------------------------------------------------------------------


def read_index(address: str, user_agent: str) -> list[Offered]:
    """The packages Argos offers. Raises DownloadError."""
    with _open(address, user_agent, {}) as answer:
        data = answer.read(MAX_INDEX + 1)
    if len(data) > MAX_INDEX:
        raise DownloadError(f"{address}: more than {MAX_INDEX} bytes; it is no package index")
    try:
        rows = json.loads(data)
        if not isinstance(rows, list):
            raise ValueError("no list")
    except (ValueError, RecursionError) as error:
        raise DownloadError(
            f"{address} is no package index ({error}); check GEPPO_ARGOS_INDEX"
        ) from error
    return [offer for row in rows if (offer := _offered(row, address))]


def _offered(row: Any, address: str) -> Offered | None:
    """One entry of the index; None for another type of package, or one without links."""
    if not isinstance(row, dict) or row.get("type", "translate") != "translate":
        return None
    source, target = str(row.get("from_code", "")), str(row.get("to_code", ""))
    links = row.get("links")
    if not _CODE.fullmatch(source) or not _CODE.fullmatch(target) or not isinstance(links, list):
        return None
    urls = tuple(urljoin(address, str(link)) for link in links)
    urls = tuple(url for url in urls if urlsplit(url).scheme in ("https", "http"))
    size, sha = row.get("size"), row.get("sha256")
    if not urls:
        return None
    return Offered(
        source, target, str(row.get("package_version", "0")), urls,
        size if isinstance(size, int) and size > 0 else None,
        sha.lower() if isinstance(sha, str) and re.fullmatch("[0-9A-Fa-f]{64}", sha) else None,
    )  # fmt: skip


def resolve(offers: Sequence[Offered], source: str, target: str) -> list[Offered]:
    """The newest packages that lead from one language to the other: one direct, or two by way of
    English. Raises DownloadError."""
    best: dict[tuple[str, str], Offered] = {}
    for offer in offers:
        pair = (offer.from_code, offer.to_code)
        if pair not in best or _newer(offer, best[pair]):
            best[pair] = offer
    if (source, target) in best:
        return [best[source, target]]
    if (source, PIVOT) in best and (PIVOT, target) in best:
        return [best[source, PIVOT], best[PIVOT, target]]
    near = [f"{a}→{b}" for a, b in sorted(best) if source in (a, b) or target in (a, b)]
    raise DownloadError(
        f"the index offers no way from {source} to {target}; it has "
        f"{', '.join(near[:12]) or 'neither language'}"
    )


def _newer(one: Offered, other: Offered) -> bool:
    return version_key(one.version) > version_key(other.version)


# --- fetching -----------------------------------------------------------------------------------


def download(offer: Offered, folder: Path, user_agent: str, told: Told) -> Path:
    """Fetch a package and install it into `folder`; returns its own folder.

    An interrupted file is continued where the server can say that it is still the same one.
    Size and sha256 are compared where the index gives them. Raises DownloadError, PackageError.
    """
    (folder / DOWNLOADS).mkdir(parents=True, exist_ok=True)
    part = folder / DOWNLOADS / f"{offer.name}.argosmodel"
    failures: list[str] = []
    for link in offer.links:
        try:
            _fetch_anew(link, part, user_agent, lambda done, total: told(offer.name, done, total))
            break
        except DownloadError as error:
            failures.append(str(error))
    else:
        raise DownloadError("; ".join(failures))
    try:
        if offer.size is not None and part.stat().st_size != offer.size:
            raise DownloadError(
                f"{offer.name}: {part.stat().st_size} bytes came, the index says {offer.size}; "
                "run the command again"
            )
        return install_package(part, offer.sha256, folder)
    finally:
        _forget(part)


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _tag_file(part).unlink(missing_ok=True)


def _tag_file(part: Path) -> Path:
    return part.with_name(part.name + ".etag")


def _fetch_anew(
    url: str, part: Path, user_agent: str, told: Callable[[int, int | None], None]
) -> None:
    try:
        _fetch(url, part, user_agent, told)
    except _RangeRefusedError:
        _forget(part)
        _fetch(url, part, user_agent, told)


def _fetch(url: str, part: Path, user_agent: str, told: Callable[[int, int | None], None]) -> None:
    """One file, continued where part of it is there. What came stays when the line breaks, if
    the server gave a tag to continue by."""
    done = part.stat().st_size if part.exists() else 0
    tag = _tag_file(part).read_text(encoding="utf-8") if _tag_file(part).exists() else ""
    headers = {}
    if done and tag.startswith(f"{url}\n"):
        headers = {"Range": f"bytes={done}-", "If-Range": tag.split("\n", 1)[1]}
    with _open(url, user_agent, headers) as answer:
        continued = answer.status == 206 and _starts_at(answer.headers, done)
        if answer.status == 206 and not continued:
            _forget(part)
            raise DownloadError(f"{url}: the server continued elsewhere; run the command again")
        done = done if continued else 0
        length = answer.headers.get("Content-Length", "")
        total = done + int(length) if length.isdigit() else None
        etag = answer.headers.get("ETag", "")
        if not continued:
            _forget(part)
            if etag and not etag.startswith("W/"):
                _tag_file(part).write_text(f"{url}\n{etag}", encoding="utf-8")
        if (total or 0) > MAX_TOTAL:
            raise DownloadError(f"{url}: {total} bytes; the limit is {MAX_TOTAL}")
        told(done, total)
        try:
            with part.open("ab" if continued else "wb") as file:
                while chunk := answer.read(1 << 18):
                    file.write(chunk)
                    done += len(chunk)
                    if done > MAX_TOTAL:
                        raise DownloadError(f"{url}: more than {MAX_TOTAL} bytes; stopped")
                    told(done, total)
        except (HTTPException, TimeoutError, ConnectionError) as error:
            raise _broken(url, part, done, total) from error
    if total is not None and done != total:
        raise _broken(url, part, done, total)


def _broken(url: str, part: Path, done: int, total: int | None) -> DownloadError:
    kept = _tag_file(part).exists()
    if not kept:
        _forget(part)
    again = "run the command again to continue" if kept else "run the command again"
    return DownloadError(f"{url}: the line broke after {done} of {total or '?'} bytes; {again}")


def _starts_at(headers: HTTPMessage, offset: int) -> bool:
    return headers.get("Content-Range", "").startswith(f"bytes {offset}-")


# --- the line -----------------------------------------------------------------------------------


@contextmanager
def _open(url: str, user_agent: str, headers: dict[str, str]) -> Iterator[Any]:
    """A GET answered with 200 or 206. Raises DownloadError."""
    _refuse_plain(url)
    request = Request(url, headers={"User-Agent": user_agent, **headers})
    try:
        with _opener(url).open(request, timeout=TIMEOUT) as answer:
            yield answer
    except HTTPError as error:
        with error:
            if error.code == 416 and "Range" in headers:
                raise _RangeRefusedError(url) from error
            raise DownloadError(
                f"{url}: the server answered {error.code} {error.reason}; try again later, or "
                "see that the address still holds"
            ) from error
    except URLError as error:
        raise _offline(url, error.reason) from error
    except (HTTPException, TimeoutError, ConnectionError) as error:
        raise _offline(url, error) from error


def _offline(url: str, reason: object) -> DownloadError:
    return DownloadError(
        f"cannot reach {urlsplit(url).netloc} ({reason}); connect this machine and run the "
        "command again, or fetch the .argosmodel file elsewhere and run "
        "geppo models install FILE"
    )


class _SafeRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        _refuse_plain(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(url: str) -> OpenerDirector:
    # This machine is never reached by way of a proxy.
    proxies = [ProxyHandler({})] if is_loopback(urlsplit(url).hostname or "") else []
    return build_opener(_SafeRedirects(), *proxies)


def _refuse_plain(url: str) -> None:
    parts = urlsplit(url)
    local = is_loopback(parts.hostname or "")
    if parts.scheme == "https" or (parts.scheme == "http" and local):
        return
    raise DownloadError(f"{url}: only https addresses are fetched; set GEPPO_ARGOS_INDEX to one")
