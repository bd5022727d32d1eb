"""Random keys, clicks, wheel turns and sizes: the app never ends by itself."""

import subprocess
import sys

import pytest

from kit.pages import ROOT

KEYS = 2000


@pytest.mark.slow
@pytest.mark.parametrize("seed", [4])
def test_random_keys_do_not_end_the_app(seed: int) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "monkey.py"), "--keys", str(KEYS), "--seed", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"No crash in {KEYS:,} events" in done.stdout
