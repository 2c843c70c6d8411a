"""Every setting once. Read at the command line's edge and passed down as an argument."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.errors import InputError


class SettingsError(InputError):
    """A setting is wrong or the project root cannot be found. The message names the remedy."""


class Settings(BaseSettings):
    """Settings, each from the environment variable GEPPO_<NAME>.

    Paths: `home` holds pyproject.toml and glossary/; `data_dir` (archive, store, runs) and
    `bulletins_dir` lie under it unless moved.
    """

    model_config = SettingsConfigDict(env_prefix="GEPPO_", frozen=True, extra="ignore")

    home: Path
    data_dir: Path
    bulletins_dir: Path
    database_url: str | None = None
    """SQLAlchemy URL; None means SQLite in data_dir."""
    user_agent: str = "Geppo/0.1 (+https://geppo.example.org/; monthly air-policy bulletin)"
    contact: str = "geppo@example.org"
    timezone: str = "Asia/Tokyo"
    download_delay: float = Field(default=2.5, ge=0)
    """Seconds between two requests to one host."""
    accept_confidence: float = Field(default=0.82, ge=0, le=1)
    """Segments below it are shown as doubtful (要確認)."""
    inbox_dir: Path | None = None
    """Files to be added by hand (geppo add --inbox); None means data_dir/inbox."""
    models_dir: Path | None = None
    """Installed Argos packages; None means data_dir/models."""
    argos_index: str = (
        "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
    )
    """Argos's package index, asked by `geppo models download` alone."""
    font_dir: Path | None = None
    """Folder with the fonts of the PDF; None means the Noto packages."""
    max_attachment_bytes: int = Field(default=30_000_000, gt=0)

    @property
    def glossary_dir(self) -> Path:
        return self.home / "glossary"

    @property
    def archive_dir(self) -> Path:
        return self.data_dir / "archive"

    @property
    def inbox(self) -> Path:
        return self.inbox_dir or self.data_dir / "inbox"

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'geppo.sqlite3'}"

    @property
    def argos_dir(self) -> Path:
        return self.models_dir or self.data_dir / "models"


def find_home(start: Path) -> Path:
    """The project root: GEPPO_HOME, else the nearest ancestor of `start` that holds
    pyproject.toml and glossary/. Raises SettingsError."""
    named = os.environ.get("GEPPO_HOME")
    if named:
        home = Path(named)
        if not (home / "glossary").is_dir():
            raise SettingsError(
                f"GEPPO_HOME is {named}, but {home / 'glossary'} is no folder; "
                "point GEPPO_HOME at the project root"
            )
        return home.resolve()
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file() and (folder / "glossary").is_dir():
            return folder
    raise SettingsError(
        f"no project root above {start}: run geppo inside the project, or set GEPPO_HOME"
    )


def load_settings(start: Path) -> Settings:
    """The settings for a command run in folder `start`. Raises SettingsError."""
    home = find_home(start.resolve())
    defaults: dict[str, Path] = {"home": home}
    for name, folder in (("data_dir", "data"), ("bulletins_dir", "bulletins")):
        if f"GEPPO_{name.upper()}" not in os.environ:
            defaults[name] = home / folder
    try:
        return Settings(**defaults)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "GEPPO_" + str(first["loc"][0]).upper()
        raise SettingsError(f"setting {name}: {first['msg']}") from error
