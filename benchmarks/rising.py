"""Show the trending papers on recorded days, replayed one by one with growing votes.

    python benchmarks/rising.py [--days 8]

The recorded responses have the final votes of each paper. They are replayed as if each paper had received them over its
first days, and two papers have a constructed history: one that slowly reached 200 votes, and one that gained 40 on its
last day. The real commands run once a day, `papertui refresh` and `papertui list rising`; the table shows the head of
the list, and the rank of the same papers by votes alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


def _replay() -> ModuleType:
    spec = importlib.util.spec_from_file_location("replay", SHARED / "hub" / "replay.py")
    if spec is None or spec.loader is None or not (SHARED / "recorded").is_dir():
        sys.exit("The recorded answers (../shared) are not beside the project; there is nothing to replay.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _grown(votes: int, days: int) -> int:
    """Return the votes some days after a paper was featured that has `votes` in the end."""
    return round(votes * (1 - math.exp(-(days + 0.5) / 1.5)))


def _papertui(home: str, address: str, day: str, *argv: str) -> str:
    environ = {**os.environ, "PAPERTUI_HOME": home, "HF_ENDPOINT": address, "PAPERTUI_NOW": f"{day}T18:00:00Z"}
    done = subprocess.run([sys.executable, "-m", "papertui", *argv], env=environ, capture_output=True, check=True)
    return done.stdout.decode()


def main() -> None:
    """Replay the days and print the table."""
    parser = argparse.ArgumentParser(
        description="Show the trending papers on recorded days, replayed with growing votes."
    )
    parser.add_argument("--days", type=int, default=8, help="the number of days to replay")
    asked = parser.parse_args()
    replay = _replay()
    data = SHARED / "recorded"
    days = sorted(path.stem for path in (data / "hf_daily").glob("????-??-??.json"))[-asked.days :]
    slow = fast = ""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as home:
        for number, day in enumerate(days):
            server = replay.serve(data, today=day)
            hub = server.RequestHandlerClass.hub
            if not slow:
                slow = hub.days[days[0]][0]["paper"]["id"]
                fast = hub.days[days[0]][1]["paper"]["id"]
            for featured, entries in hub.days.items():
                age = (date.fromisoformat(day) - date.fromisoformat(featured)).days
                for entry in entries:
                    entry["paper"]["upvotes"] = _grown(entry["paper"]["upvotes"], age)
            hub.by_id[slow][1]["paper"]["upvotes"] = 200 - 3 * (len(days) - 1 - number)
            hub.by_id[fast][1]["paper"]["upvotes"] = 60 if number == len(days) - 1 else 20
            _papertui(
                home, f"http://127.0.0.1:{server.server_port}", day, "refresh", f"daily:{days[0]}", "trending", "daily"
            )
            rows = json.loads(
                _papertui(home, f"http://127.0.0.1:{server.server_port}", day, "list", "rising", "--offline", "--json")
            )
            server.shutdown()
            server.server_close()
    _print(rows, {slow: "slowly reached 200", fast: "gained 40 in a day"})


def _print(rows: list[dict[str, Any]], notes: dict[str, str]) -> None:
    by_votes = sorted(rows, key=lambda row: -row["upvotes"])
    print("rising  by votes  votes  featured    paper")
    for place, row in enumerate(rows, 1):
        if place <= 15 or row["id"] in notes:
            mark = f"   <- {notes[row['id']]}" if row["id"] in notes else ""
            votes = by_votes.index(row) + 1
            print(f"{place:6}  {votes:8}  {row['upvotes']:5}  {row['featured']}  {row['title'][:60]}{mark}")


if __name__ == "__main__":
    main()
