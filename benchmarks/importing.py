"""Measure how fast `papertui import` reads arXiv's metadata snapshot, and its memory.

    python benchmarks/importing.py FILE [--json]

FILE is a snapshot, real or generated with ``benchmarks/enlarge.py --snapshot``. The real command runs in a new home:
once, again (which must change nothing), and then the first search, which builds the index. As a baseline that holds on
any machine, a simple loop parses the same lines with `json.loads` and writes them to SQLite, without converting TeX,
making text safe or detecting known papers.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from terminal import compiled


def _anonymous(pid: int) -> int:
    """Return the private memory of a process and its descendants in KiB."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text(encoding="ascii", errors="replace")
            group = os.getpgid(int(folder.name))
        except (OSError, ValueError):
            continue
        if group == pid and "RssAnon:" in status:
            total += int(status.split("RssAnon:")[1].split()[0])
    return total


def run(home: Path, *argv: str) -> tuple[float, float, str]:
    """Run a command and return its seconds, its peak memory in MiB, and its output."""
    began, most = time.perf_counter(), 0
    said = home / "said"
    with said.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "papertui", *argv],
            stdout=out, stderr=out, start_new_session=True, env={**os.environ, "PAPERTUI_HOME": str(home)},
        )  # fmt: skip
        while child.poll() is None:
            most = max(most, _anonymous(child.pid))
            time.sleep(0.05)
    return time.perf_counter() - began, most / 1024, said.read_text(encoding="utf-8").strip().splitlines()[-1]


def plain_loop(path: Path, folder: Path) -> tuple[float, int]:
    """Return the seconds of the baseline, and the number of lines."""
    began = time.perf_counter()
    base = sqlite3.connect(folder / "plain.db", isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("CREATE TABLE papers (id TEXT PRIMARY KEY, title, authors, categories, abstract)")
    lines = 0
    base.execute("BEGIN")
    with path.open("rb") as file:
        for line in file:
            row = json.loads(line)
            facts = row["id"], row["title"], row["authors"], row["categories"], row["abstract"]
            base.execute("INSERT OR IGNORE INTO papers VALUES (?, ?, ?, ?, ?)", facts)
            lines += 1
            if not lines % 10_000:
                base.execute("COMMIT")
                base.execute("BEGIN")
    base.execute("COMMIT")
    base.close()
    return time.perf_counter() - began, lines


def only_parsed(path: Path) -> float:
    """Return the seconds that `json.loads` alone takes."""
    began = time.perf_counter()
    with path.open("rb") as file:
        for line in file:
            json.loads(line)
    return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        plain, lines = plain_loop(options.file, home)
        parsed = only_parsed(options.file)
        first, memory, said = run(home, "import", str(options.file))
        again, _, same = run(home, "import", str(options.file))
        indexed, index_memory, _ = run(home, "search", "--limit", "1", "models")
    figures: dict[str, float | int | str] = {
        "lines": lines,
        "lines a second": round(lines / first),
        "lines a second, json.loads alone": round(lines / parsed),
        "beside json.loads alone": round(first / parsed, 2),
        "MiB, import, most": round(memory),
        "said": said,
        "lines a second, again": round(lines / again),
        "said again": same,
        "first search, which makes the index, s": round(indexed, 1),
        "MiB, making the index, most": round(index_memory),
        "beside json.loads and a plain insert": round(first / plain, 2),
    }
    print(json.dumps(figures, indent=1) if options.json else "\n".join(f"{n:<42} {v}" for n, v in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
