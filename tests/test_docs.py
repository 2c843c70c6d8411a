"""The README keeps its word: what it names exists, and what exists is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from pipeline.families import families
from pipeline.render import WRITERS
from pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> set[str]:
    import pipeline.cli.commands  # noqa: F401
    from pipeline.cli.app import app

    group = typer.main.get_command(app)
    return set(group.commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    assert f"GEPPO_{name.upper()}" in README


def test_every_setting_named_exists() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "pipeline").rglob("*.py"))
    for name in re.findall(r"GEPPO_[A-Z_]+", README):
        assert name.removeprefix("GEPPO_").lower() in Settings.model_fields or name in code, name


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_documented(name: str) -> None:
    assert re.search(rf"`?geppo {name}\b|`{name}`", README), name


def test_every_command_named_exists() -> None:
    named = set(re.findall(r"geppo ([a-z]+)\b", README)) - {"command"}
    assert named <= commands() | {"is"}, named - commands()


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z]+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_files_named_exist() -> None:
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / name).exists(), name


def test_formats_and_the_example_family_exist() -> None:
    for suffix in WRITERS:
        assert f".{suffix}" in README
    assert {"trs_wcm", "auto"} <= set(families)


def test_the_example_source_is_valid(tmp_path: Path) -> None:
    from pipeline.sources import load_sources

    example = re.search(r"```yaml\n# spiders/sources/(\S+)\n(.*?)```", README, re.DOTALL)
    assert example
    path = tmp_path / example[1]
    path.parent.mkdir(parents=True)
    path.write_text(example[2], encoding="utf-8")
    [source] = load_sources(tmp_path)
    assert source.family in families
