"""Measure the memory and time of a PDF download: papertui and curl, small and large files, in one run.

``python benchmarks/downloads.py`` serves PDFs on loopback, and downloads each in a separate process. Peak memory is the
kernel's figure for the process; time is from start to end, including Python's start.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from kit.pdf_server import a_pdf, pdf_server
from kit.shell import command, environment

#: Starts a program from a small process: the peak memory of a fork begins with that of its parent.
_STARTER = """
import os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - began, usage.ru_maxrss, os.waitstatus_to_exitcode(status), flush=True)
os._exit(0)
"""


def ran(argv: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Run a program and return its seconds and its peak memory in MB."""
    starter = [sys.executable, "-S", "-c", _STARTER, *argv]
    done = subprocess.run(starter, env=env, capture_output=True, text=True, check=True)
    seconds, peak, code = done.stdout.split()
    if code != "0":
        raise SystemExit(f"{argv[0]} failed: {done.stderr}")
    return float(seconds), int(peak) / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", type=int, nargs="+", default=[1, 20, 200], help="megabytes")
    arguments.add_argument("--times", type=int, default=3)
    asked = arguments.parse_args()
    curl = shutil.which("curl")
    peaks = []
    for size in asked.sizes:
        with pdf_server(body=a_pdf(size * 2**20)) as server, tempfile.TemporaryDirectory() as folder:
            ours, theirs = [], []
            for number in range(asked.times):
                env = environment(PAPERTUI_HOME=f"{folder}/{number}", PAPERTUI_ARXIV_SITE_URL=server.address)
                ours.append(ran(command("pdf", "2604.26951"), env))
                if curl:
                    ran_curl = ran([curl, "-s", "-o", f"{folder}/curl", f"{server.address}/pdf/2604.26951"], env)
                    theirs.append(ran_curl)
            seconds, peak = (statistics.median(figures) for figures in zip(*ours, strict=True))
            peaks.append(peak)
            line = f"{size:>5} MB  papertui {seconds:6.2f} s  {peak:6.1f} MB"
            if theirs:
                line += f"   curl {statistics.median(figure for figure, _ in theirs):6.2f} s"
            print(line)
    print(f"memory: the largest takes {max(peaks) / peaks[0]:.2f} times what the smallest does")


if __name__ == "__main__":
    main()
