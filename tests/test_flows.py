"""Prefect: the declared deployments are real, and a run through the flows gives the same."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

DECLARED = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("deployment", DECLARED["deployments"], ids=lambda item: item["name"])
def test_every_deployment_names_a_flow_that_exists(deployment: dict[str, str]) -> None:
    path, name = deployment["entrypoint"].split(":")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    [function] = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    assert any("flow" in ast.dump(decorator) for decorator in function.decorator_list)
    assert not function.args.posonlyargs
    assert len(function.args.defaults) == len(function.args.args), "a schedule gives no argument"


def test_the_draft_is_made_on_the_first_and_the_fifth_at_six_in_tokyo() -> None:
    [draft] = [d for d in DECLARED["deployments"] if d["entrypoint"].endswith("draft_flow")]
    assert draft["schedules"] == [{"cron": "0 6 1,5 * *", "timezone": "Asia/Tokyo"}]


def test_the_flows_give_what_the_steps_give_and_stay_in_the_data_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = os.environ | {
        "GEPPO_HOME": str(ROOT),
        "GEPPO_DATA_DIR": str(tmp_path / "data"),
        "GEPPO_BULLETINS_DIR": str(tmp_path / "bulletins"),
        "HOME": str(home),
    }
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", "--sample"]

    def run(*options: str) -> dict[str, bytes]:
        ran = subprocess.run(
            [*command, *options],
            env=environment, capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        assert "Traceback" not in ran.stderr
        folder = tmp_path / "bulletins" / "sample-2026-10"
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    direct = run()
    assert run("--prefect") == direct
    assert (tmp_path / "data" / "prefect").is_dir()
    assert list(home.rglob("*")) == []
