"""geppo models: the optional Argos translation packages."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from pipeline.cli.app import app
from pipeline.cli.commands.main_job import out
from pipeline.cli.progress import console
from pipeline.errors import InputError
from pipeline.settings import Settings, load_settings
from pipeline.translate.argos import ArgosEngine
from pipeline.translate.argos_install import install_package
from pipeline.translate.models import (
    Offered,
    download,
    installed_packages,
    read_index,
    resolve,
)

SENTENCE = "推进大气污染治理。"
"""What `check` has translated; it may be any sentence."""

models = typer.Typer(help="Argos translation packages (optional).", no_args_is_help=True)
app.add_typer(models, name="models")


@models.callback()
def _group() -> None:
    """Argos translation packages (optional)."""


def _settings() -> Settings:
    return load_settings(Path.cwd())


@models.command("list", epilog="Example: geppo models list")
def show_installed() -> None:
    """List the installed packages: direction, version, size, what they say of their licence."""
    folder = _settings().argos_dir
    packages = installed_packages(folder)
    for package in packages:
        out.print(
            f"{package.from_code}→{package.to_code}  {package.version}  "
            f"{package.size / 1e6:.1f} MB  {package.folder.name}\n"
            f"  licence: {package.licence or 'not stated in the package'}",
            markup=False,
        )
    out.print(f"{len(packages)} packages in {folder}", markup=False)


@models.command("check", epilog="Example: geppo models check")
def check() -> None:
    """Say whether the packages lead from Chinese to Japanese and decode a sentence."""
    folder = _settings().argos_dir
    engine = ArgosEngine(folder, lambda request, ja: 0)
    begun = time.perf_counter()
    answer = engine.raw(SENTENCE)
    took = time.perf_counter() - begun
    if answer is None:
        raise InputError(
            f"{engine.available().reason or 'the packages decode nothing'}; "
            "run geppo models download zh ja, or geppo models install FILE"
        )
    out.print(f"{engine.version}: {SENTENCE} → {answer} ({took:.1f} s with loading)", markup=False)


@models.command("install", epilog="Example: geppo models install translate-zh_en-1_9.argosmodel")
def install(
    file: Annotated[Path, typer.Argument(help="An .argosmodel file.")],
    sha256: Annotated[
        str | None, typer.Option("--sha256", help="Refuse the file unless this is its sha256.")
    ] = None,
) -> None:
    """Install a package from a file, checked and unpacked safely."""
    out.print(f"installed {install_package(file, sha256, _settings().argos_dir)}", markup=False)


@models.command("download", epilog="Example: geppo models download zh ja")
def fetch(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Language, e.g. zh.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Language, e.g. ja.")],
) -> None:
    """Fetch packages from Argos's own index, direct or by way of English, and install them.

    The next run drafts with them. The licence of each package is its author's to state; see
    geppo models list.
    """
    settings = _settings()
    offers = resolve(read_index(settings.argos_index, settings.user_agent), source, target)
    have = {(p.from_code, p.to_code, p.version) for p in installed_packages(settings.argos_dir)}
    for offer in offers:
        if (offer.from_code, offer.to_code, offer.version) in have:
            out.print(f"{offer.name} is installed already", markup=False)
            continue
        folder = _download(offer, settings)
        checked = "sha256 agrees" if offer.sha256 else "the index gives no sha256"
        out.print(f"installed {folder} ({checked})", markup=False)


def _download(offer: Offered, settings: Settings) -> Path:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    if not console.is_terminal:
        console.print(f"{offer.name} ...", markup=False)
        return download(offer, settings.argos_dir, settings.user_agent, _quiet)
    with Progress(*columns, TransferSpeedColumn(), console=console) as bars:
        task = bars.add_task(offer.name, total=offer.size)

        def tell(_name: str, done: int, total: int | None) -> None:
            bars.update(task, completed=done, total=total or offer.size)

        return download(offer, settings.argos_dir, settings.user_agent, tell)


def _quiet(_name: str, _done: int, _total: int | None) -> None:
    """A log needs no moving bar."""
