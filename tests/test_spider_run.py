"""The child process by itself: what it says to its parent, and that it does not outlive it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.sample import SAMPLE
from pipeline.sources import load_sources


def spec(folder: Path, **settings: object) -> Path:
    sources = load_sources(SAMPLE.folder / "sources")
    handler = "spiders.handlers.ReplayHandler"
    path = folder / "spec.json"
    path.write_text(
        json.dumps(
            {
                "sources": [source.model_dump(mode="json") for source in sources],
                "start": "2026-10-01",
                "end": "2026-11-01",
                "label": "2026-10",
                "now": "2026-11-01T00:00:00Z",
                "fixed_clock": True,
                "hosts_at_once": 2,
                "settings": {
                    "ARCHIVE_DIR": str(folder / "archive"),
                    "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
                    "REPLAY_WARC": str(SAMPLE.warc),
                    "DOWNLOAD_DELAY": 0,
                    "AUTOTHROTTLE_ENABLED": False,
                    **settings,
                },
            }
        ),
        encoding="utf-8",
    )
    return path


def run(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "spiders.run", str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=SAMPLE.folder.parents[1],
    )


def test_a_child_whose_parent_is_gone_ends_at_once(tmp_path: Path) -> None:
    ended = run(spec(tmp_path, DOWNLOAD_DELAY=0.5))
    assert ended.returncode == 0, ended.stderr
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len([event for event in events if event["event"] == "started"]) <= 2
    for event in events:
        if event["event"] == "report":
            assert event["report"]["health"] == "spider_error"
            assert "stopped before the end" in event["report"]["message"]


@pytest.mark.parametrize("text", ["{}", "not json", '{"sources": [], "surprise": 1}'])
def test_a_wrong_description_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "spec.json"
    path.write_text(text)
    ended = run(path)
    assert ended.returncode == 1
    assert "ValidationError" in ended.stderr
