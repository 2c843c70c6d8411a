"""The sites of `sites.yml`, and where each family puts its articles and files."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .content import Doc, File

SITES = Path(__file__).parent / "sites.yml"
SCHEME = "https"


@dataclass(frozen=True)
class Column:
    """One column. `path` is its folder, or the id its family knows it by."""

    id: str
    name: str
    path: str
    unit: str
    url: str


@dataclass(frozen=True)
class Extra:
    """A list line whose link leads nowhere on purpose, for a named reason."""

    column: str
    title: str
    href: str
    date: str
    reason: str


@dataclass(frozen=True)
class Site:
    """One site. `layout` and `article` name template variants of the TRS family."""

    id: str
    host: str
    name: str
    name_ja: str
    level: str
    place: str
    issuer: str
    family: str
    columns: Mapping[str, Column]
    districts: tuple[str, ...]
    layout: str = "plain"
    article: str = "plain"
    ext: str = "html"
    per_page: int = 20
    paging: str = "forward"
    climb: str = ""
    commented: bool = False
    inline: bool = False
    challenge: bool = False
    dead: bool = False
    search: bool = False
    """It has a site search."""
    gone_at: int | None = None
    """The visit from which its columns are gone; its articles stay."""
    disallow: tuple[str, ...] = ()
    extra: tuple[Extra, ...] = field(default=())

    @property
    def base(self) -> str:
        return f"{SCHEME}://{self.host}"

    @property
    def code(self) -> str:
        """A ten-digit 网站标识码."""
        return str(int(hashlib.sha256(self.id.encode()).hexdigest(), 16))[:10]


def load_sites(path: Path = SITES) -> dict[str, Site]:
    """Every site by id."""
    return {entry["id"]: _site(entry) for entry in yaml.safe_load(path.read_text("utf-8"))}


def _site(entry: dict[str, Any]) -> Site:
    raw = dict(entry)
    base = f"{SCHEME}://{raw['host']}"
    columns = {
        key: Column(key, value["name"], value["path"], value.get("unit", ""),
                    base + column_target(raw["family"], value, raw.get("ext", "html")))
        for key, value in raw.pop("columns").items()
    }  # fmt: skip
    raw["layout"] = raw.pop("list", "plain")
    raw["extra"] = tuple(Extra(**item) for item in raw.get("extra", ()))
    raw["districts"] = tuple(raw.get("districts", ()))
    raw["disallow"] = tuple(raw.get("disallow", ()))
    return Site(columns=columns, **raw)


def column_target(family: str, column: Mapping[str, str], ext: str) -> str:
    """The address of a column's first list page on its host."""
    path = column["path"]
    if family == "hanweb_jcms":
        return f"/col/col{path}/index.html?uid={column['unit']}&pageNum=1"
    if family == "gkmlpt":
        return f"/gkmlpt/index#{path}"
    if family == "ucap":
        return f"/{path}/list.shtml"
    if family == "eportal":
        return (
            "/eportal/ui?moduleId=5&portal.url=/portlet/xxgkml!queryList.portlet"
            f"&pageNo=1&pageSize=20&flmc=tcfl&fldm={path}"
        )
    if family == "govcn":
        return path
    return f"{path}index.{ext}"


def article_url(site: Site, doc: Doc) -> str:
    """The URL of a notice, as its family forms it."""
    column = site.columns[doc.column]
    day = (doc.published or "").replace("-", "")
    month = day[:6]
    number = doc.digest(7, digits=True)
    if doc.served_as == "pdf":
        return f"{site.base}/cmsres/{doc.digest(2)}/{doc.digest(32)}.pdf"
    match site.family:
        case "trs_wcm":
            folder = doc.folder or (f"/{site.climb}/" if site.climb else column.path)
            target = f"{folder}{month}/t{day}_{number}.{site.ext}"
        case "zycms":
            target = f"{column.path}1013{doc.digest(17, digits=True)}.html"
        case "nfcms":
            target = f"{column.path}content/post_4{number}.html"
        case "gkmlpt":
            target = f"/gkmlpt/content/{number[:1]}/{number[:4]}/post_{number}.html"
        case "govcn":
            target = f"/zhengce/content/{month}/content_{number}.htm"
        case "hanweb_jcms":
            year, mon, dom = day[:4], int(day[4:6]), int(day[6:])
            target = f"/art/{year}/{mon}/{dom}/art_{column.path}_{number}.html"
        case "ucap":
            target = f"/{column.path}/{month}/{doc.digest(32)}.shtml"
        case "hanweb_jpaas":
            target = f"{column.path}art/{day[:4]}/art_{doc.digest(32)}.html"
        case "eportal":
            target = f"/sthj/{column.id}/{day}{doc.digest(10, digits=True)}/index.shtml"
        case _:
            target = f"{column.path}{day or 'view'}/{doc.digest(32)}.html"
    return site.base + target


def file_href(site: Site, doc: Doc, file: File, position: int) -> str:
    """The link to an attachment as the article writes it: often relative to the article."""
    day = (doc.published or "20261001").replace("-", "")
    number = doc.digest(11, digits=True) + str(position)
    named = hashlib.sha256(f"{doc.id}/{position}".encode()).hexdigest()[:32]
    match site.family:
        case "trs_wcm":
            return f"./P0{day}{number}.{file.format}"
        case "nfcms":
            return f"/attachment/0/{number[:3]}/{number[:6]}/4{number[:7]}{position}.{file.format}"
        case "hanweb_jcms":
            return f"/module/download/downfile.jsp?classid=0&filename={named}.{file.format}"
        case _:
            return f"/cmsfiles/{day[:6]}/{named}.{file.format}"


def list_href(site: Site, list_url: str, url: str) -> str:
    """The link to an article as its list writes it: relative in TRS, absolute paths elsewhere."""
    if not url.startswith(site.base):
        return url
    target = url.removeprefix(site.base)
    if site.family != "trs_wcm":
        return url if site.family in ("nfcms", "govcn") else target
    folder = posixpath.dirname(list_url.removeprefix(site.base))
    relative = posixpath.relpath(target, folder)
    return relative if relative.startswith("..") else f"./{relative}"
