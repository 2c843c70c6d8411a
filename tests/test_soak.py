"""The soak of `make soak`, small enough for every run of the tests."""

from __future__ import annotations

from pathlib import Path

from soak import soak


def test_killed_runs_on_failing_sites_lose_and_repeat_nothing(tmp_path: Path) -> None:
    found = soak(tmp_path, pages=200, hosts=5, kills=3, seed=11)
    assert found.kills == 3
    assert (found.lost, found.repeated, found.wrong) == ((), (), ())
    assert found.pages > 150
    assert found.collected + found.accounted == found.pages
    assert 0 < found.accounted < 0.15 * found.pages
