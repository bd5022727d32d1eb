"""How fast `papertui import` takes in lines of arXiv's metadata snapshot, and how much memory it needs.

    python benchmarks/importing.py FILE [--json]

FILE is a snapshot, real or made by ``benchmarks/enlarge.py --snapshot``. The real command is run in a home of its own:
once, once more (which must change nothing), and then the first search, which makes the index. Beside it, as an anchor
that holds on any machine, the same lines are read by `json.loads` and written to SQLite by a plain loop, which sets no
TeX, makes nothing safe and knows no paper a second time.
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
    """KiB of memory of their own that a process and all below it have."""
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
    """Seconds, the most MiB at any moment, and what a command said."""
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
    """Seconds of the anchor, and how many lines there are."""
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        plain, lines = plain_loop(options.file, home)
        first, memory, said = run(home, "import", str(options.file))
        again, _, same = run(home, "import", str(options.file))
        indexed, index_memory, _ = run(home, "search", "--limit", "1", "models")
    figures: dict[str, float | int | str] = {
        "lines": lines,
        "lines a second": round(lines / first),
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
