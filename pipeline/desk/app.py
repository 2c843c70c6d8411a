"""The addresses of the desk, and the rules every answer keeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.desk import pages, words
from pipeline.desk.pages import MissingError, Page, UnreadableError
from pipeline.desk.shelf import Shelf
from pipeline.errors import GeppoError
from pipeline.render import names
from pipeline.render.phrases import left_out_ja, remark_ja, rule_ja, source_ja
from pipeline.render.text import clean_lines, date_ja, safe_url
from pipeline.standing import figure_ja, period_ja

POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_TOKYO = ZoneInfo("Asia/Tokyo")


def desk_app(shelf: Shelf, hosts: Sequence[str]) -> Starlette:
    """The desk over an open project, answering to these host names alone.

    Pages are made one at a time, on the thread that serves.
    """
    templates = _templates()

    def respond(template: str, status: int = 200, **values: Any) -> Response:
        text = templates.get_template(template).render(sample_desk=shelf.sample, **values)
        return HTMLResponse(text, status)

    def route(path: str, page: Callable[[Request], Page]) -> Route:
        async def endpoint(request: Request) -> Response:
            made = page(request)
            if made.to is not None:
                return RedirectResponse(made.to)
            return respond(made.template, **(made.values or {}))

        return Route(path, endpoint)

    async def missing(_: Request, error: Exception) -> Response:
        assert isinstance(error, MissingError)
        return respond(
            "error.html", 404, title="ページがない", what=str(error), remedy=error.remedy
        )

    async def refused(_: Request, error: Exception) -> Response:
        answer = respond(
            "error.html", 405, title="要求を受け付けない",
            what="この画面は閲覧専用である（GETのみ）。", remedy="変更は、表示のコマンドによる。",
        )  # fmt: skip
        answer.headers["allow"] = "GET, HEAD"
        return answer

    async def unknown(_: Request, error: Exception) -> Response:
        return respond(
            "error.html", 404, title="ページがない", what="この番地にページはない。",
            remedy="上の見出しから選び直すこと。",
        )  # fmt: skip

    async def unreadable(_: Request, error: Exception) -> Response:
        return respond(
            "error.html", 500, title="ファイルを読み取れない", what=str(error),
            remedy="表示のファイルと項目を直し、このページを再度読み込むこと。",
        )  # fmt: skip

    async def fault(_: Request, error: Exception) -> Response:
        return respond(
            "error.html", 500, title="表示に失敗した", what=f"{type(error).__name__}: {error}",
            remedy="画面を起動した端末の記録を添えて、システム担当者に連絡すること。",
        )  # fmt: skip

    handlers: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
        MissingError: missing,
        404: unknown,
        405: refused,
        UnreadableError: unreadable,
        GeppoError: unreadable,
        Exception: fault,
    }
    issue = "/issues/{label}"
    return Starlette(
        routes=[
            route("/", lambda _: pages.home(shelf)),
            route(
                issue,
                lambda r: pages.issue_page(shelf, r.path_params["label"], r.query_params),
            ),
            route(
                f"{issue}/left-out", lambda r: pages.left_out_page(shelf, r.path_params["label"])
            ),
            route(
                f"{issue}/coverage", lambda r: pages.coverage_page(shelf, r.path_params["label"])
            ),
            route(
                f"{issue}/entries/{{number}}", lambda r: pages.entry_page(shelf, **r.path_params)
            ),
            route(
                f"{issue}/entries/{{number}}/plan",
                lambda r: pages.plan_page(shelf, **r.path_params),
            ),
            route("/notices/{notice}", lambda r: pages.notice_page(shelf, r.path_params["notice"])),
            route("/sources", lambda _: pages.sources_page(shelf)),
            route("/consultations", lambda _: pages.consultations_page(shelf)),
            Route("/desk.css", _style),
        ],
        middleware=[
            Middleware(_Rules),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
        ],
        exception_handlers=handlers,
    )


async def _style(_: Request) -> Response:
    style = (files("pipeline.desk") / "templates" / "desk.css").read_bytes()
    return Response(style, media_type="text/css")


class _Rules:
    """Puts the headers on every answer, refusals among them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, headed)


def _templates() -> Environment:
    """Templates that escape everything, and show scraped text as the one line it is."""
    environment = Environment(
        loader=PackageLoader("pipeline.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_literal,
    )
    filters: dict[str, Callable[..., object]] = {
        "date": lambda value: date_ja(value) or "記載なし",
        "moment": _moment,
        "url": safe_url,
        "rule": rule_ja,
        "remark": remark_ja,
        "period": period_ja,
    }
    environment.filters |= filters
    environment.globals |= {
        "words": words,
        "names": names,
        "left_out_ja": left_out_ja,
        "source_ja": source_ja,
        "figure_ja": figure_ja,
        "health_ja": words.health_ja,
    }
    return environment


def _literal(value: object) -> object:
    """What is printed of a value: no control character, nothing that turns the line around."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean_lines(value)
    return "" if value is None else value


def _moment(value: datetime | None) -> str:
    if value is None:
        return "記載なし"
    return f"{value.astimezone(_TOKYO):%Y-%m-%d %H:%M}"
