"""What tests of the whole share: a project of their own, and the command run in it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


Geppo = Callable[..., Ran]


@pytest.fixture
def geppo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Geppo:
    """Run `geppo ARGS...` in this process, with data and bulletins under tmp_path."""
    monkeypatch.setenv("GEPPO_HOME", str(ROOT))
    monkeypatch.setenv("GEPPO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("GEPPO_BULLETINS_DIR", str(tmp_path / "bulletins"))

    def run(*arguments: object) -> Ran:
        from pipeline.cli import main

        monkeypatch.setattr(sys, "argv", ["geppo", *map(str, arguments)])
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1 if end.code else 0
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return run
