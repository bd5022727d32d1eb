"""Measure the gaps between requests to arXiv when two processes fetch eight feeds each at the same time.

    python benchmarks/pacing.py [--feeds 8]

Both run the real `papertui refresh` on one home, against the recorded services, which respond 429 to requests that come
too early. The figures are the times of the requests as recorded by the service.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
#: arXiv's terms of use: no more than one request in three seconds. https://info.arxiv.org/help/api/tou.html
GAP = 3.0


def main() -> int:
    """Run the processes and print the gaps; the exit code is 0 if all were long enough."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=8, help="the number of feeds each process fetches")
    number = parser.parse_args().feeds
    spec = importlib.util.spec_from_file_location("replay", SHARED / "hub" / "replay.py")
    if spec is None or spec.loader is None or not (SHARED / "recorded").is_dir():
        sys.exit("The recorded responses (../shared) are not beside the project.")
    replay = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(replay)
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder, "journal")
        server = replay.serve(SHARED / "recorded", journal=journal, strict_pace=True)
        address = f"http://127.0.0.1:{server.server_port}"
        environ = {
            **os.environ,
            "PAPERTUI_HOME": str(Path(folder, "home")),
            "HF_ENDPOINT": address,
            **{f"PAPERTUI_ARXIV_{name}_URL": f"{address}/arxiv" for name in ("API", "RSS", "SITE")},
        }
        asked = [
            [sys.executable, "-m", "papertui", "refresh", *(f"arxiv-search:all:word{who}x{n}" for n in range(number))]
            for who in (1, 2)
        ]
        running = [subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) for command in asked]
        codes = [process.wait() for process in running]
        server.shutdown()
        server.server_close()
        lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    times = sorted(line["time"] for line in lines if line["path"].startswith("/arxiv"))
    refused = sum(line["status"] == 429 for line in lines)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    print(
        f"{len(times)} requests of 2 processes with {number} feeds each: "
        f"shortest gap {min(gaps):.3f} s, longest {max(gaps):.3f} s, refused {refused}, exit codes {codes}"
    )
    return 0 if min(gaps) >= GAP and not refused and not any(codes) else 1


if __name__ == "__main__":
    sys.exit(main())
