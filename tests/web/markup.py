"""Templates, and bodies as the editors of each family leave them in the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .content import Doc
from .files import blocks

_STYLE = {
    "mee": "div", "hanweb": "span", "nfcms": "p", "gkmlpt": "span", "plain": "br", "ids": "div",
    "ucap": "span",
}  # fmt: skip
_NUMBERLESS = ("plain", "nfcms", "trs_web")
"""Skins without a metadata table: there the 文号 is the first line of the body."""
_OPEN = {
    "p": ("<p>　　", "</p>"),
    "div": ("<div>　　", "</div>"),
    "span": ('<p style="text-indent: 2em;"><span style="font-size: 16px;">', "</span></p>"),
    "br": ("　　", "<br>"),
}


def clock(doc: Doc) -> str:
    """The time of day at which a notice was put up."""
    seed = int(doc.digest(6), 16)
    return f"{9 + seed % 9:02d}:{seed // 9 % 60:02d}:{seed // 540 % 60:02d}"


def chinese_date(day: str | None) -> str:
    """2026-10-05 as 2026年10月05日."""
    if not day:
        return ""
    year, month, dom = day.split("-")
    return f"{year}年{month}月{dom}日"


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)
_ENVIRONMENT.globals.update(clock=clock, cn=chinese_date)


def render(template: str, **values: Any) -> str:
    """One page."""
    return _ENVIRONMENT.get_template(template).render(**values)


def body_html(doc: Doc, skin: str, links: Sequence[tuple[str, str]]) -> Markup:
    """The body's markup. `links` are the attachments (name, href): a line naming one becomes
    its link, the others follow at the end."""
    style = _STYLE.get(skin, "p")
    opening, closing = _OPEN[style]
    left = dict(links)
    parts: list[str] = []
    if skin in _NUMBERLESS and doc.number and doc.number not in doc.body[:200]:
        parts.append(_line(f"^ {doc.number}", opening, closing, style, left, skin))
    lines = iter(filter(None, (line.strip() for line in doc.body.splitlines())))
    table: list[str] = []
    for line in lines:
        if line.startswith("|"):
            table.append(line)
            continue
        parts.extend(_table(table))
        table = []
        parts.append(_line(line, opening, closing, style, left, skin))
    parts.extend(_table(table))
    parts.extend(
        f"{opening}附件：{_anchor(name, href, skin)}{closing}" for name, href in left.items()
    )
    return Markup("\n".join(parts))


def _line(
    line: str, opening: str, closing: str, style: str, left: dict[str, str], skin: str
) -> str:
    if line[0] in "^>":
        align = "center" if line[0] == "^" else "right"
        tag = "div" if style in ("div", "br") else "p"
        return f'<{tag} style="text-align: {align};">{escape(line[1:].strip())}</{tag}>'
    if len(line) < 80 and (line.startswith("附件") or line[0].isdigit()):
        for name in list(left):
            stem = name.rsplit(".", 1)[0].lstrip("0123456789.")
            if stem in line:
                prefix = "附件：" if line.startswith("附件") else ""
                return f"{opening}{prefix}{_anchor(name, left.pop(name), skin)}{closing}"
    return f"{opening}{escape(line)}{closing}"


def _anchor(name: str, href: str, skin: str) -> str:
    extra = {
        "mee": ' appendix="true" otheroptions="{}"',
        "nfcms": f' class="nfw-cms-attachment" attachment-id="{href.split("/")[-2]}"'
        f' download="{escape(name)}"',
    }.get(skin, ' target="_blank"')
    return f'<a{extra} href="{escape(href)}">{escape(name)}</a>'


def _table(lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    (rows,) = blocks("\n".join(lines))
    assert not isinstance(rows, str)
    made = "".join(
        "<tr>" + "".join(f"<td><p>{escape(cell)}</p></td>" for cell in row) + "</tr>"
        for row in rows
    )
    return [f'<table border="1" cellspacing="0" width="100%"><tbody>{made}</tbody></table>']
