"""Scrapy settings: plain constants. A run overrides what depends on it (see spiders.run)."""

from __future__ import annotations

BOT_NAME = "geppo"
SPIDER_LOADER_CLASS = "spiders.loader.SourceLoader"

# --- manners: one request at a time and host, slower when the site is slow ----------------
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Geppo"
USER_AGENT = "Geppo/0.1 (+https://geppo.example.org/; monthly air-policy bulletin)"
CONCURRENT_REQUESTS = 2  # more would only wait their turn, and a stop waits for them all
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.5
DOWNLOAD_DELAY_JITTER = 0.0  # half the delay would be no delay to rely on
CRAWL_DELAY_MAX = 30.0
"""The most seconds that a Crawl-delay in robots.txt is granted."""
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 2.5
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
COOKIES_ENABLED = True

# --- speed --------------------------------------------------------------------------------
CONCURRENT_ITEMS = 1  # Scrapy starts so many tasks for each page, and there are no items
WARN_ON_GENERATOR_RETURN_VALUE = False  # it would parse our source code for each page

# --- failures -----------------------------------------------------------------------------
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 30_000_000
DOWNLOAD_WARNSIZE = 0
RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 500, 502, 503, 504, 522, 524]
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
BLOCK_RETRIES = 2
"""How often a source that blocks is asked again, all its requests together."""
BLOCK_BACKOFF = 60.0
"""Seconds before the first of them; each further one waits twice as long. 0 while replaying."""

# --- the project's own --------------------------------------------------------------------
ARCHIVE_DIR: str | None = None
"""Folder of the evidence. Nothing is fetched without it."""
RECHECK_HOURS = 20.0
"""A page already held is asked for again only after so many hours ..."""
RECHECK_UNDATED_HOURS = 168.0
"""... and only after so many where its list does not say that it is of the window."""
MAX_LIST_PAGES = 200
"""A guard against lists without end; a family stops where items are older than the window."""
MAX_UNDATED_PAGES = 5
"""How far a list is paged that gives no dates to stop at."""
MAX_DETAILS: int | None = None
"""At most so many articles a source, without attachments: for probes."""
REVISIT: dict[str, dict[str, dict[str, str]]] = {}
"""Source id -> URL -> list hints: pages to ask for besides those of the lists."""
REPLAY_WARC: str | None = None
REPLAY_VISIT = 1
LOOPBACK_PORT: int | None = None

_NETWORK = "scrapy.downloadermiddlewares"
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    # Bodies are decompressed first, so that the archive holds what a reader reads, and every
    # answer, redirects included, is archived before anything reacts to it.
    f"{_NETWORK}.httpcompression.HttpCompressionMiddleware": None,
    "spiders.compression.WholeBodyMiddleware": 650,
    "spiders.middlewares.ArchiveMiddleware": 640,
    "spiders.middlewares.SourceOptionsMiddleware": 90,
    "spiders.middlewares.RedirectGuardMiddleware": 630,
    "spiders.middlewares.BlockMiddleware": 595,
    f"{_NETWORK}.cookies.CookiesMiddleware": None,
    "spiders.middlewares.HostCookiesMiddleware": 700,
    f"{_NETWORK}.httpauth.HttpAuthMiddleware": None,
    f"{_NETWORK}.httpproxy.HttpProxyMiddleware": None,
}
SPIDER_MIDDLEWARES: dict[str, int | None] = {"spiders.limits.LimitsMiddleware": 900}
EXTENSIONS: dict[str, int | None] = {
    "spiders.health.HealthExtension": 10,
    "spiders.sweep.SweepExtension": 20,
    "scrapy.extensions.throttle.AutoThrottle": None,
    "spiders.manners.PoliteThrottle": 0,
    # A crawl takes no commands, and writes nothing into the user's home.
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.logstats.LogStats": None,
}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
LOG_LEVEL = "INFO"
STATS_DUMP = False
