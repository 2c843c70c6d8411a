"""geppo models: packages from a file and from an index served on this machine."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from argos_builder import EN_JA, ZH_EN, build_package
from conftest import Geppo

from pipeline.translate.models import (
    DOWNLOADS,
    DownloadError,
    Offered,
    download,
    installed_packages,
    read_index,
    resolve,
)

AGENT = "Geppo-test"
ZH_JA = [("推进", "推進"), ("大气", "大気"), ("污染", "汚染"), ("治理", "対策"), ("。", "。")]


@dataclass
class Web:
    """What the server holds and how it misbehaves."""

    files: dict[str, bytes] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    """Path -> bytes after which the line breaks, once."""
    tags: bool = True
    moved: dict[str, str] = field(default_factory=dict)
    ranges: list[str | None] = field(default_factory=list)
    url: str = ""


def handler(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.headers["User-Agent"] == AGENT or "Geppo/" in self.headers["User-Agent"]
            if self.path in web.moved:
                self.send_response(302)
                self.send_header("Location", web.moved[self.path])
                self.end_headers()
                return
            data = web.files.get(self.path)
            if data is None:
                self.send_error(404)
                return
            tag = f'"{hashlib.sha256(data).hexdigest()[:8]}"'
            wanted, start = self.headers.get("Range"), 0
            if self.path != "/index.json":
                web.ranges.append(wanted)
            if wanted and self.headers.get("If-Range") == tag:
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
                if start >= len(data):
                    self.send_error(416)
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(data) - start))
            if web.tags:
                self.send_header("ETag", tag)
            self.end_headers()
            end = web.cut.pop(self.path, len(data))
            self.wfile.write(data[start:end])

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(web))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    web.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield web
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("argos")
    build_package(folder / "zh_en.argosmodel", "zh", "en", ZH_EN)
    build_package(folder / "en_ja.argosmodel", "en", "ja", EN_JA)
    build_package(folder / "zh_ja.argosmodel", "zh", "ja", ZH_JA, "0.2")
    return folder


def offer_of(web: Web, file: Path, *, sums: bool = True, version: str = "0.1") -> dict[str, object]:
    """Serve a package; returns its entry in the index, in Argos's own form."""
    source, target = file.stem.split("_")
    data = file.read_bytes()
    web.files[f"/v1/{file.name}"] = data
    row: dict[str, object] = {
        "package_version": version, "argos_version": "1.9.0", "from_code": source,
        "from_name": source, "to_code": target, "to_name": target,
        "links": [f"{web.url}/v1/{file.name}", "ipfs://QmExample"],
        "code": f"translate-{source}_{target}",
    }  # fmt: skip
    extra = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} if sums else {}
    return row | extra


def serve_index(web: Web, rows: list[dict[str, object]]) -> str:
    web.files["/index.json"] = json.dumps(rows).encode()
    return f"{web.url}/index.json"


def fetch(web: Web, folder: Path, row: dict[str, object]) -> Path:
    [offer] = read_index(serve_index(web, [row]), AGENT)
    return download(offer, folder, AGENT, lambda name, done, total: None)


# --- the whole way ------------------------------------------------------------------------------


def test_one_command_and_the_next_run_drafts_with_argos(
    geppo: Geppo, web: Web, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [offer_of(web, packages / f"{name}.argosmodel") for name in ("zh_en", "en_ja")]
    monkeypatch.setenv("GEPPO_ARGOS_INDEX", serve_index(web, rows))
    assert "no Argos package" in geppo("models", "check").err
    ran = geppo("models", "download", "zh", "ja")
    assert ran.code == 0, ran.err
    assert ran.out.count("sha256 agrees") == 2
    assert "推进大气污染治理。 → 推進大気汚染対策。" in geppo("models", "check").out
    listed = geppo("models", "list").out
    assert "zh→en  0.1" in listed
    assert "licence: not stated" in listed
    assert "2 packages" in listed
    assert geppo("models", "download", "zh", "ja").out.count("is installed already") == 2
    line = {
        "id": "x-1", "title": "天津市生态环境局关于推进大气污染治理的通知", "date": "2026-10-05",
        "body": "推进大气污染治理。", "url": "https://sthj.tj.example/1.html",
    }  # fmt: skip
    (tmp_path / "in.jsonl").write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    assert geppo("add", tmp_path / "in.jsonl").code == 0
    assert geppo("draft", "--month", "2026-10").code == 0
    [facts] = (tmp_path / "bulletins" / "2026-10" / "machine").glob("2026-10-001.json")
    draft = json.loads(facts.read_text(encoding="utf-8"))["draft"]
    engines = {s["engine"] for s in draft["summary"]}
    engines |= {name for s in draft["summary"] for name, _ in s["alternatives"]}
    assert "argos" in engines


def test_install_from_a_file(geppo: Geppo, packages: Path) -> None:
    file = packages / "zh_ja.argosmodel"
    good = hashlib.sha256(file.read_bytes()).hexdigest()
    refused = geppo("models", "install", file, "--sha256", "0" * 64)
    assert (refused.code, "sha256" in refused.err) == (2, True)
    assert geppo("models", "install", file, "--sha256", good).code == 0
    assert "zh_ja-0.2" in geppo("models", "check").out


def test_without_a_network_the_remedy_is_named(
    geppo: Geppo, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        port = closed.server_address[1]
    monkeypatch.setenv("GEPPO_ARGOS_INDEX", f"http://127.0.0.1:{port}/index.json")
    ran = geppo("models", "download", "zh", "ja")
    assert ran.code == 1
    for said in (f"cannot reach 127.0.0.1:{port}", "geppo models install FILE"):
        assert said in ran.err
    assert "Traceback" not in ran.err


# --- the index ----------------------------------------------------------------------------------


def offered(source: str, target: str, version: str = "1.0") -> Offered:
    return Offered(source, target, version, ("https://argos.example/p",))


def test_a_direct_package_is_preferred_and_the_newest_taken() -> None:
    pivot = [offered("zh", "en", "1.9"), offered("zh", "en", "1.10"), offered("en", "ja")]
    assert [o.version for o in resolve(pivot, "zh", "ja")] == ["1.10", "1.0"]
    assert resolve([*pivot, offered("zh", "ja")], "zh", "ja") == [offered("zh", "ja")]
    with pytest.raises(DownloadError, match="no way from ja to zh; it has en→ja, zh→en"):
        resolve(pivot, "ja", "zh")
    with pytest.raises(DownloadError, match="neither language"):
        resolve(pivot, "fr", "de")


def test_entries_that_cannot_be_used_are_passed_over(web: Web) -> None:
    good = {"from_code": "zh", "to_code": "en", "package_version": "1", "links": ["v1/p"]}
    rows = [
        good, good | {"type": "sbd"}, good | {"links": ["ipfs://Qm"]}, good | {"links": None},
        good | {"from_code": "../../etc"}, good | {"sha256": "no", "size": "big"}, 7,
    ]  # fmt: skip
    found = read_index(serve_index(web, rows), AGENT)  # type: ignore[arg-type]
    assert found == [Offered("zh", "en", "1", (f"{web.url}/v1/p",))] * 2


@pytest.mark.parametrize("data", [b"<html>", b'{"a": 1}', b"[" * 100_000, b"\xff"])
def test_what_is_no_index_is_named(web: Web, data: bytes) -> None:
    web.files["/index.json"] = data
    with pytest.raises(DownloadError, match="GEPPO_ARGOS_INDEX"):
        read_index(f"{web.url}/index.json", AGENT)


@pytest.mark.parametrize(
    "url",
    [
        "http://argos.example/index.json",
        "ftp://argos.example/i",
        "file:///etc/passwd",
        "index.json",
    ],
)
def test_only_https_is_spoken_abroad(url: str) -> None:
    with pytest.raises(DownloadError, match="only https"):
        read_index(url, AGENT)


def test_a_redirect_to_plain_http_is_refused(web: Web) -> None:
    web.moved["/index.json"] = "http://argos.example/index.json"
    with pytest.raises(DownloadError, match="only https"):
        read_index(f"{web.url}/index.json", AGENT)
    web.moved["/index.json"] = "/other.json"
    web.files["/other.json"] = b"[]"
    assert read_index(f"{web.url}/index.json", AGENT) == []


# --- packages -----------------------------------------------------------------------------------


def test_a_broken_line_is_continued(web: Web, packages: Path, tmp_path: Path) -> None:
    row = offer_of(web, packages / "zh_ja.argosmodel")
    web.cut["/v1/zh_ja.argosmodel"] = 2_000
    with pytest.raises(DownloadError, match="run the command again to continue"):
        fetch(web, tmp_path, row)
    assert fetch(web, tmp_path, row).name == "translate-zh_ja-0_2"
    assert web.ranges == [None, "bytes=2000-"]
    assert list((tmp_path / DOWNLOADS).iterdir()) == []
    assert [p.version for p in installed_packages(tmp_path)] == ["0.2"]


def test_a_file_that_changed_meanwhile_is_fetched_anew(
    web: Web, packages: Path, tmp_path: Path
) -> None:
    web.files["/v1/zh_ja.argosmodel"] = b"x" * 5_000
    web.cut["/v1/zh_ja.argosmodel"] = 2_000
    offer = Offered("zh", "ja", "0.2", (f"{web.url}/v1/zh_ja.argosmodel",))
    with pytest.raises(DownloadError):
        download(offer, tmp_path, AGENT, lambda *_: None)
    assert fetch(web, tmp_path, offer_of(web, packages / "zh_ja.argosmodel")).is_dir()


def test_a_complete_file_left_behind_does_not_stick(
    web: Web, packages: Path, tmp_path: Path
) -> None:
    row = offer_of(web, packages / "zh_ja.argosmodel", version="0.2")
    web.cut["/v1/zh_ja.argosmodel"] = 10
    with pytest.raises(DownloadError):
        fetch(web, tmp_path, row)
    [part] = (tmp_path / DOWNLOADS).glob("*.argosmodel")
    part.write_bytes(web.files["/v1/zh_ja.argosmodel"])
    assert fetch(web, tmp_path, row).is_dir()


def test_without_a_tag_nothing_is_left_over(web: Web, packages: Path, tmp_path: Path) -> None:
    web.tags = False
    row = offer_of(web, packages / "zh_ja.argosmodel")
    web.cut["/v1/zh_ja.argosmodel"] = 2_000
    with pytest.raises(DownloadError, match="after 2000 of"):
        fetch(web, tmp_path, row)
    assert list((tmp_path / DOWNLOADS).iterdir()) == []
    assert fetch(web, tmp_path, row).is_dir()


@pytest.mark.parametrize(
    ("change", "said"),
    [({"sha256": "0" * 64}, "sha256"), ({"size": 7}, "the index says 7")],
)
def test_what_differs_from_the_index_is_not_installed(
    web: Web, packages: Path, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    row = offer_of(web, packages / "zh_ja.argosmodel") | change
    with pytest.raises(Exception, match=said):
        fetch(web, tmp_path, row)
    assert installed_packages(tmp_path) == []
    assert list((tmp_path / DOWNLOADS).iterdir()) == []


def test_a_missing_package_is_named_and_the_next_link_tried(
    web: Web, packages: Path, tmp_path: Path
) -> None:
    row = offer_of(web, packages / "zh_ja.argosmodel", sums=False)
    assert isinstance(row["links"], list)
    row["links"] = [f"{web.url}/gone", *row["links"]]
    assert fetch(web, tmp_path, row).is_dir()
    row["links"] = [f"{web.url}/gone"]
    with pytest.raises(DownloadError, match="answered 404"):
        fetch(web, tmp_path, row)


def test_the_licence_is_quoted_where_a_package_states_one(packages: Path, tmp_path: Path) -> None:
    from pipeline.translate.argos_install import install_package

    folder = install_package(packages / "zh_ja.argosmodel", None, tmp_path)
    (folder / "README.md").write_text("# Model\n\n* License: CC BY 4.0\n", encoding="utf-8")
    assert installed_packages(tmp_path)[0].licence == "License: CC BY 4.0 (README.md)"
    (folder / "LICENSE").write_text("\nMIT License\n\nCopyright\n", encoding="utf-8")
    assert installed_packages(tmp_path)[0].licence == "MIT License (LICENSE)"


def test_of_two_installed_versions_the_newer_works(packages: Path, tmp_path: Path) -> None:
    from pipeline.translate.argos import ArgosEngine
    from pipeline.translate.argos_install import install_package

    for version in ("0.10", "0.9"):
        file = tmp_path / version / "p.argosmodel"
        file.parent.mkdir()
        build_package(file, "zh", "ja", ZH_JA, version)
        install_package(file, None, tmp_path / "m")
    assert ArgosEngine(tmp_path / "m", lambda request, ja: 0).version == "zh_ja-0.10"


def test_a_damaged_folder_is_named(geppo: Geppo, tmp_path: Path) -> None:
    (tmp_path / "data" / "models" / "stray").mkdir(parents=True)
    ran = geppo("models", "list")
    assert (ran.code, "metadata.json is missing" in ran.err) == (2, True)
    shutil.rmtree(tmp_path / "data" / "models")
    assert "0 packages" in geppo("models", "list").out
