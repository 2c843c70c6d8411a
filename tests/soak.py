"""A soak of collecting: `make soak`. Thousands of pages on failing sites, killed again and again.

Every page ends up in the archive with its true bytes, once, or is named by an issue of the last
run. Politeness delays are off: the hosts are all on this machine.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from fault_sites import Case, article, listing
from faults import Answer, Asked, FaultWeb, html, serve, zipped

from pipeline import crawl as crawling
from pipeline.archive import Archive
from pipeline.crawl import Progress, crawl
from pipeline.dates import Window
from pipeline.issues import Issue
from pipeline.model import SourceReport
from pipeline.settings import Settings

MONTH = Window(date(2026, 10, 1), date(2026, 11, 1), "2026-10")
NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
TRANSPORT = {"DOWNLOAD_TIMEOUT": 0.7, "LOG_LEVEL": "ERROR"}
LIST_SIZE = 20
FAULTS = ("500", "reset", "drip", "gzip", "circle", "huge", "cut", "hang", "gone")
SHARE = 0.12
"""How many of the pages fail, half of them only the first time."""


@dataclass
class Site:
    """What a site holds: URL -> the bytes a reader should have in the end."""

    case: Case
    pages: dict[str, bytes] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Outcome:
    """What a soak gave. `lost` and `repeated` must be empty, and `wrong`: other bytes."""

    pages: int
    collected: int
    accounted: int
    lost: tuple[str, ...]
    repeated: tuple[str, ...]
    wrong: tuple[str, ...]
    kills: int
    runs: int
    seconds: float
    requests: int


def bad(fault: str, target: str, good: bytes) -> Answer:
    """The answer of a page in one of its faults."""
    match fault:
        case "500":
            return html("<h1>500</h1>", 500)
        case "gzip":
            return zipped(good.decode("utf-8", "replace") * 5, keep=0.5)
        case "circle":
            return html("", 302).with_header("Location", target)
        case "huge":
            return Answer(manner="huge", size=50_000_000)
        case "cut":
            return Answer(good[:50], manner="cut")
        case "drip":
            return Answer(good, manner="drip")
        case "gone":
            return html("<title>404</title><p>页面不存在</p>")
        case "reset" | "hang":
            return Answer(manner=fault)  # type: ignore[arg-type]
    raise ValueError(fault)


def build(web: FaultWeb, number: int, size: int, dice: random.Random) -> Site:
    """One site of about `size` pages: lists, articles and files."""
    site = Site(Case(f"site-{number:02d}", "ok"))
    host = site.case.host
    articles = max(round(size / 1.55), 1)
    items = [
        (f"./202610/t202610{1 + n % 28:02d}_{number}{n:04d}.html",
         f"关于第{number}-{n}号大气污染防治工作的通知", f"2026-10-{1 + n % 28:02d}")
        for n in range(articles)
    ]  # fmt: skip
    lists = -(-articles // LIST_SIZE)
    script = f'<script>createPageHTML({lists}, 0, "index", "html");</script>'
    for place in range(lists):
        target = f"/tz/index_{place}.html" if place else "/tz/"
        some = items[place * LIST_SIZE : (place + 1) * LIST_SIZE]
        _add(web, site, host, target, listing(some, script), dice, lasting=False)
    for n, (href, title, day) in enumerate(items):
        link = f'<p><a href="./P{n}.pdf">附件{n}.pdf</a></p>' if n % 2 else ""
        target = "/tz/" + href.removeprefix("./")
        site.pages[f"http://{host}{target}"] = b""
        _add(web, site, host, target, article(title, link, meta=day), dice)
        if link:
            body = b"%PDF-1.4 " + dice.randbytes(2000)
            _add(web, site, host, f"/tz/202610/P{n}.pdf", body, dice)
    return site


def _add(
    web: FaultWeb,
    site: Site,
    host: str,
    target: str,
    content: str | bytes,
    dice: random.Random,
    *,
    lasting: bool = True,
) -> None:
    body = content.encode() if isinstance(content, str) else content
    kind = "text/html" if isinstance(content, str) else "application/pdf"
    if isinstance(content, str) and dice.random() < 0.1:
        body = content.encode("gb18030")  # called utf-8 by its header, or nothing at all
        kind = dice.choice(["text/html; charset=utf-8", "text/html; charset=x-unknown"])
    good = Answer(body, headers=(("Content-Type", kind),))
    url = f"http://{host}{target}"
    if "/202610/" in target:
        site.pages[url] = body
    if dice.random() >= SHARE:
        web.add(host, target, good)
        return
    fault = bad(dice.choice(FAULTS), target, body)
    if lasting and dice.random() < 0.5:
        site.broken.add(url)
        web.add(host, target, fault)
        return
    left = [1]

    def once(asked: Asked) -> Answer:
        return fault if left and left.pop() else good

    web.add(host, target, once)


class Run:
    """Collections over the sites, one after another, into one archive."""

    def __init__(self, sites: Sequence[Site], folder: Path, port: int) -> None:
        self.sites = sites
        self.port = port
        self.archive = folder / "archive"
        self.settings = Settings(
            home=folder, data_dir=folder / "data", bulletins_dir=folder,
            max_attachment_bytes=1_000_000,
        )  # fmt: skip
        self.issues: list[Issue] = []
        self.reports: tuple[SourceReport, ...] = ()

    def once(self, kill_after: int | None = None) -> bool:
        """One collection, killed after so many answers; whether it was killed."""
        children: list[subprocess.Popen[bytes]] = []
        start = crawling._start
        self.issues = []
        heard: dict[str, int] = {}
        dead: list[int] = []

        def spy(*given: object) -> subprocess.Popen[bytes]:
            children.append(start(*given))  # type: ignore[arg-type]
            return children[0]

        def tell(event: Progress) -> None:
            self.issues.extend(event.issues)
            if event.state == "reading":
                # Lines come now and then: what counts is how far the source is.
                heard[event.source_id] = event.fetched
            if kill_after and not dead and sum(heard.values()) >= kill_after:
                dead.append(children[0].pid)
                os.kill(children[0].pid, signal.SIGKILL)

        crawling._start = spy  # type: ignore[assignment]
        try:
            self.reports = crawl(
                [site.case.declared() for site in self.sites], MONTH, settings=self.settings,
                archive_dir=self.archive, now=NOW, loopback_port=self.port, transport=TRANSPORT,
                progress=tell,
            )  # fmt: skip
        finally:
            crawling._start = start
        return children[0].returncode == -signal.SIGKILL


def soak(folder: Path, *, pages: int, hosts: int, kills: int, seed: int) -> Outcome:
    """Collects about `pages` pages of `hosts` sites, killed `kills` times, and takes stock."""
    dice = random.Random(seed)
    web = FaultWeb()
    sites = [build(web, number, pages // hosts, dice) for number in range(hosts)]
    started = time.monotonic()
    killed = runs = 0
    with serve(web) as port:
        run = Run(sites, folder, port)
        while killed < kills:
            runs += 1
            killed += run.once(kill_after=dice.randint(3, max(pages // max(2 * kills, 1), 6)))
            if runs > 3 * kills + 3:
                break
        for _ in range(3):  # what failed once is there the next night; lists may hide lists
            runs += 1
            run.once()
    seconds = time.monotonic() - started
    return _stock(sites, run, killed, runs, seconds, web.asked.total())


def _stock(
    sites: Sequence[Site], run: Run, kills: int, runs: int, seconds: float, requests: int
) -> Outcome:
    named = " ".join(issue.message for issue in run.issues)
    lost, repeated, wrong = list[str](), list[str](), list[str]()
    collected = accounted = total = 0
    with Archive(run.archive) as archive:
        held = Counter(
            document.url
            for kind in ("detail", "attachment")
            for document in archive.documents(kind=kind, repeats=True)  # type: ignore[arg-type]
        )
        repeated += [url for url, times in held.items() if times > 1]
        for site in sites:
            for url, body in site.pages.items():
                total += 1
                document = archive.latest(url)
                if document is not None:
                    collected += 1
                    if hashlib.sha256(body).hexdigest() != document.sha256:
                        wrong.append(url)
                    archive.get(document.sha256)
                elif url in named or _hidden(url, site, run.issues):
                    accounted += 1
                else:
                    lost.append(url)
    return Outcome(
        total, collected, accounted, tuple(lost), tuple(repeated), tuple(wrong), kills, runs,
        seconds, requests,
    )  # fmt: skip


def _hidden(url: str, site: Site, issues: Sequence[Issue]) -> bool:
    """Whether a file is missing because its article is, which an issue names."""
    if not url.endswith(".pdf"):
        return False
    number = url.rpartition("/P")[2].removesuffix(".pdf")
    parent = next((page for page in site.pages if page.endswith(f"{int(number):04d}.html")), "")
    return parent in site.broken and any(parent in issue.message for issue in issues)


def main() -> int:
    """Runs the whole soak and tells its figures. Exit code 1 where a page was lost."""
    with tempfile.TemporaryDirectory() as folder:
        found = soak(Path(folder), pages=2000, hosts=20, kills=20, seed=5)
    sys.stdout.write(
        f"{found.pages} pages: {found.collected} collected, {found.accounted} accounted for, "
        f"{len(found.lost)} lost, {len(found.repeated)} twice, {len(found.wrong)} wrong; "
        f"{found.kills} kills, {found.runs} runs, {found.requests} requests, "
        f"{found.seconds:.0f} s\n"
    )
    for url in (*found.lost, *found.repeated, *found.wrong)[:20]:
        sys.stdout.write(f"  {url}\n")
    return 1 if found.lost or found.repeated or found.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
