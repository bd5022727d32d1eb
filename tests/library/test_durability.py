"""Bookmarks survive kills, failing disks and concurrent programs: short runs of the harness."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import papertui

pytestmark = pytest.mark.slow

HARNESS = Path(__file__).with_name("kill_harness.py")
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(papertui.__file__).parents[1])}


@pytest.mark.parametrize(
    ("task", "least"),
    [
        (["--kills", "40", "--size", "20"], 40),
        (["--steps", "--small"], 60),
        (["--errors", "--small"], 60),
        (["--crowd", "12"], 4),
    ],
    ids=["at random moments and in a write", "at each step", "when each step fails", "eight at once"],
)
def test_nothing_acknowledged_is_lost(task: list[str], least: int) -> None:
    done = subprocess.run(
        [sys.executable, HARNESS, *task], env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    summary = done.stdout.split("\n")[1]
    assert "nothing lost" in summary or "the old state or the new one" in summary
    assert int(summary.split()[0]) >= least


def test_no_intact_row_is_lost_whatever_the_damage() -> None:
    script = HARNESS.with_name("damaged_files.py")
    done = subprocess.run(
        [sys.executable, script, "--files", "33", "--size", "25", "--large", "0", "--seed", "7"],
        env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "(100.00%), 0 bookmarks missing with backup and journal, 0 losses not reported" in done.stdout
