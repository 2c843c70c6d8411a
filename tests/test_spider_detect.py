"""Challenges and disguised errors are told from content, in time linear to the page."""

from __future__ import annotations

import pytest

from spiders import detect

ARTICLE = "<html><title>通知</title><body>" + "<p>为改善环境空气质量，现通知如下。</p>" * 60
CHALLENGES = [
    (412, b"", "text/html"),
    (521, b"<script>document.cookie</script>", "text/html"),
    (200, b"<script>var $_ts={};</script>", "text/html"),
    (200, b"<html><script>document.cookie='a';location.href='/'</script></html>", None),
    (202, "<title>网站防火墙</title><p>请稍候</p>".encode("gb18030"), "text/html"),
    (403, "<body>访问被拦截</body>".encode(), "text/html"),
]


@pytest.mark.parametrize(("status", "body", "kind"), CHALLENGES)
def test_challenges_are_told_from_content(status: int, body: bytes, kind: str | None) -> None:
    assert detect.problem(status, body, kind, "list") == "challenge"


@pytest.mark.parametrize(
    ("status", "text", "asked", "found"),
    [
        (200, ARTICLE, "detail", None),
        (200, ARTICLE + "<script>document.cookie='a';location.href='b'</script>", "detail", None),
        (200, ARTICLE + "<p>请输入验证码</p>", "detail", None),
        (200, "<html><ul></ul><p>暂无内容</p>", "list", None),
        (200, "<title>404</title><p>您访问的页面不存在</p>", "detail", "soft_404"),
        (200, "<p>抱歉，该文章已被删除</p>", "detail", "soft_404"),
        (200, ARTICLE, "attachment", "soft_404"),
        (200, '{"data": "404 not found"}', "list", None),
        (404, "<h1>404</h1>", "detail", "http_error"),
        (302, "", "list", "redirect"),
        (304, "", "detail", None),
    ],
)
def test_disguised_errors_are_told_from_content(
    status: int, text: str, asked: str, found: str | None
) -> None:
    assert detect.problem(status, text.encode(), "text/html", asked) == found


@pytest.mark.parametrize("piece", ["<script", "<!--", "<style>", "<a <b ", "<" * 9, "Ａ<script>"])
def test_hostile_pages_are_read_in_linear_time(piece: str) -> None:
    body = (piece * (300_000 // len(piece))).encode()
    assert detect.problem(200, body, "text/html", "list") in (None, "soft_404", "challenge")
