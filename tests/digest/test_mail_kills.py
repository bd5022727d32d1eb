"""Kills at every step of sending: a confirmed mail is never sent twice, and no period is lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kit.shell import SRC

pytestmark = pytest.mark.slow

HARNESS = Path(__file__).with_name("mail_kills.py")


def test_a_digest_is_mailed_once_despite_kills() -> None:
    done = subprocess.run(
        [sys.executable, HARNESS, "--steps", "--kills", "8"],
        env=os.environ | {"PYTHONPATH": f"{SRC}{os.pathsep}{HARNESS.parents[1]}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ["16", "8"]
    assert done.stdout.count("none lost") == 2
