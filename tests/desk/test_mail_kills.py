"""Killed at every step of sending: never two mails where one was confirmed, never a period lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kit.shell import SRC

HARNESS = Path(__file__).with_name("mail_kills.py")


@pytest.mark.parametrize("task", [["--kills", "25"], ["--steps"]], ids=["at random moments", "at each step"])
def test_a_digest_is_mailed_once_when_killed(task: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, HARNESS, *task],
        env=os.environ | {"PYTHONPATH": f"{SRC}{os.pathsep}{HARNESS.parents[1]}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "none lost" in done.stdout
    assert int(done.stdout.split("\n")[1].split()[0]) >= 16
