"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import re
import subprocess
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

RECORDS = (
    "errors",
    "model",
    "collected",
    "understood",
    "misread",
    "issues",
    "dates",
    "settings",
    "loopback",
)
ROOMS = ("vocab", "sources", "archive", "held", "warc", "store", "families")
STAGES = (
    "extract", "crawl", "dedupe", "classify", "targets", "observations", "links", "importance",
    "consultations", "summarize", "summary_facts", "translate", "checks",
    "drafts", "learn", "standing", "review", "entries", "selection", "back_matter", "bulletin",
    "render", "evaluation",
)  # fmt: skip
WORK = ("project", "steps", "sample", "opening")
DESK = ("desk",)
EDGE = ("flows", "cli")
LAYERS = (RECORDS, ROOMS, STAGES, WORK, DESK, EDGE)
SPIDERS_MAY = {*RECORDS, "sources", "archive", "held", "warc", "families"}


def modules(package: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "pipeline" and len(parts) > 1 else None


def layer(name: str) -> int:
    return next((index for index, rooms in enumerate(LAYERS) if name in rooms), 0)


def test_every_room_has_its_place() -> None:
    known = {name for rooms in LAYERS for name in rooms}
    found = {
        path.stem if path.is_file() else path.name
        for path in (ROOT / "pipeline").iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
    }
    assert found - {"__init__"} <= known


def test_imports_go_one_way() -> None:
    wrong = []
    for path, tree in modules("pipeline"):
        here = room("pipeline." + path.relative_to(ROOT / "pipeline").parts[0].removesuffix(".py"))
        if here in (None, "__init__"):
            continue
        for name in imports(tree):
            there = room(name)
            if there and any(there in rooms for rooms in LAYERS) and layer(there) > layer(here):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_nothing_but_the_command_line_imports_the_desk() -> None:
    importers = {
        path.relative_to(ROOT / "pipeline").parts[0]
        for path, tree in modules("pipeline")
        if any(room(name) == "desk" for name in imports(tree))
    }
    assert importers <= {"desk", "cli"}


def test_pipeline_never_imports_spiders_and_nothing_imports_tests() -> None:
    for package in ("pipeline", "spiders"):
        for path, tree in modules(package):
            tops = {name.split(".")[0] for name in imports(tree)}
            assert "tests" not in tops, path
            assert package == "spiders" or "spiders" not in tops, path


def test_spiders_import_transport_knowledge_only() -> None:
    for path, tree in modules("spiders"):
        rooms = {room(name) for name in imports(tree)} - {None}
        assert rooms <= SPIDERS_MAY, f"{path}: {rooms - SPIDERS_MAY}"


@pytest.mark.parametrize(
    ("library", "module"),
    [
        ("prefect", "pipeline/flows.py"),
        ("argostranslate", "pipeline/translate/argos.py"),
        ("ctranslate2", "pipeline/translate/argos.py"),
        ("rapidocr", "pipeline/extract/ocr.py"),
    ],
)
def test_one_module_alone_imports(library: str, module: str) -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for package in ("pipeline", "spiders")
        for path, tree in modules(package)
        if any(name.split(".")[0] == library for name in imports(tree))
    }
    assert found <= {module}


def test_files_are_one_sitting_long() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for package in ("pipeline", "spiders")
        for path, _ in modules(package)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 470
    }
    assert long == {}


# --- the lock ---------------------------------------------------------------------------------

LOCK = [
    line.split("==")
    for line in (ROOT / "requirements.lock").read_text().splitlines()
    if line and not line.startswith("#")
]


def test_the_lock_pins_exactly_and_names_no_host() -> None:
    assert all(len(parts) == 2 for parts in LOCK)
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|file:|--index|--find-links", text)


def test_the_lock_of_the_extra_pins_what_the_base_lacks() -> None:
    text = (ROOT / "requirements-ocr.lock").read_text()
    assert not re.search(r"https?://|file:|--index|--find-links", text)
    pins = [line.split("==") for line in text.splitlines() if not line.startswith("#")]
    assert all(len(parts) == 2 for parts in pins)
    names = {name for name, _ in pins}
    assert not names & {name for name, _ in LOCK}
    assert not names & {"torch", "paddlepaddle", "pymupdf", "opencv-python"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = project["project"]["optional-dependencies"]["ocr"]
    assert {re.split(r"[<>=]", item, maxsplit=1)[0] for item in declared} <= names


def test_the_lock_leaves_out_what_must_not_come() -> None:
    names = {name.lower() for name, _ in LOCK}
    banned = {"torch", "stanza", "minisbd", "scikit-learn", "onnxruntime", "playwright", "selenium"}
    assert not names & banned
    assert not [name for name in names if name.startswith(("nvidia", "cuda", "triton"))]


def test_the_lock_holds_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split(r"[<>=~! ;\[]", item, maxsplit=1)[0].lower() for item in declared}
    locked = {name.lower().replace("_", "-") for name, _ in LOCK}
    assert {name.replace("_", "-") for name in names} <= locked


@pytest.mark.parametrize(("name", "version"), LOCK, ids=[name for name, _ in LOCK])
def test_every_package_of_the_lock_is_there_and_imports(name: str, version: str) -> None:
    distribution = importlib.metadata.distribution(name)
    assert distribution.version == version
    top = (distribution.read_text("top_level.txt") or "").split()
    if not top:
        files = distribution.files or []
        top = sorted({f.parts[0] for f in files if len(f.parts) == 2 and f.name == "__init__.py"})
    stubs = ("types-", "lxml-stubs")
    for module in top:
        if name.startswith(stubs) or module.startswith("_") or module in ("tests", "test"):
            continue
        if not re.fullmatch(r"[A-Za-z_]\w*", module) or module == "argostranslate":
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(module)


def test_argostranslate_package_registry_imports_without_stanza() -> None:
    importlib.import_module("argostranslate.package")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("stanza")


# --- words that do not belong -----------------------------------------------------------------


def test_nothing_names_a_registry_host_or_a_private_path() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    pattern = re.compile(r"pypi\.org|pythonhosted|--(?:extra-)?index-url|/(?:root|home)/\w")
    for name in listed:
        path = ROOT / name
        if path.suffix in (".gz", ".pdf", ".docx", ".png") or name == "tests/test_house.py":
            continue
        if path.is_file():
            assert not pattern.search(path.read_text(encoding="utf-8", errors="replace")), name
