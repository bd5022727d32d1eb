"""Measure how fast `papertui import` reads arXiv's metadata snapshot and indexes it, and its memory.

    python benchmarks/importing.py FILE [--against SRC] [--short] [--json]

FILE is a snapshot, real or generated with ``benchmarks/enlarge.py --snapshot``; ``--short`` takes its first 20,000
lines. The real importer runs in a new home: reading alone, again (which must change nothing), and the index of it all,
with the vectors. ``--against`` names the ``src`` folder of another version, which does the same in turn. Times are CPU
seconds of all processes, which other programs on the machine change little; two cores that have nothing else to do
read twice as many lines in a second as one CPU second pays for, as long as both are busy. As baselines that hold on any
machine, the same lines are parsed with `json.loads` alone, and by a simple loop that writes them to SQLite, without
converting TeX, making text safe or detecting known papers.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

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


#: Reads a snapshot without making the index, in this and in earlier versions.
_READ = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from papertui.archive.archive import Archive
from papertui.importers.service import Importer
archive = Archive(Path(sys.argv[2]) / "archive.db")
result = Importer(archive, lambda: datetime.now(UTC)).run(Path(sys.argv[1]), lambda _: None)
print(f"{result.added} new, {result.changed} changed, {result.same} unchanged")
"""
#: Makes 1,000 papers searchable in an archive with an index, three times; prints the milliseconds.
_ADD = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from papertui.archive.archive import Archive
from papertui.importers.json_lines import read_lines
from papertui.search.disk import SearchIndex
from papertui.search.updates import IndexUpdates
home = Path(sys.argv[2])
archive = Archive(home / "archive.db")
index = SearchIndex(home / "index", IndexUpdates(archive.database), archive.papers)
index.fresh().search("models", 10)
with open(sys.argv[1], "rb") as file:
    lines = [line for line, _ in zip(file, range(3000))]
for part in range(3):
    rows = read_lines(1, lines[part * 1000 : part * 1000 + 1000]).rows
    rows = [(row[0], f"9912.{part}{number:04}", *row[2:]) for number, row in enumerate(rows)]
    archive.remember_rows(rows, datetime.now(UTC))
    wall, cpu = time.perf_counter(), time.process_time()
    found = index.fresh().search("id:9912.00000", 10)
    print(round(1000 * (time.perf_counter() - wall)), round(1000 * (time.process_time() - cpu)), end=" ")
"""
_SHORT = 20_000


class Run(NamedTuple):
    """What a command took, with all its processes."""

    seconds: float
    cpu: float
    #: The most anonymous memory, in MiB.
    memory: float
    said: str


def run(home: Path, source: Path | None, *argv: str) -> Run:
    """Run Python with `argv`, and the package in `source`."""
    environ = {**os.environ, "PAPERTUI_HOME": str(home)}
    if source is not None:
        environ["PYTHONPATH"] = str(source)
    began, most = time.perf_counter(), 0
    said = home / "said"
    with said.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, *argv], stdout=out, stderr=out, start_new_session=True, env=environ, cwd=home
        )
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                child.returncode = status
                break
            most = max(most, _anonymous(child.pid))
            time.sleep(0.05)
    lines = said.read_text(encoding="utf-8").strip().splitlines()
    if status:
        raise SystemExit("\n".join(lines))
    cpu = usage.ru_utime + usage.ru_stime
    return Run(time.perf_counter() - began, cpu, most / 1024, lines[-1] if lines else "")


def measured(path: Path, lines: int, parsed: float, source: Path | None) -> dict[str, float | int | str]:
    """Return the figures of one version; `parsed` is what `json.loads` alone takes."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first = run(home, source, "-c", _READ, str(path), folder)
        again = run(home, source, "-c", _READ, str(path), folder)
        index = run(home, source, "-m", "papertui", "search", "--limit", "1", "models")
        added = run(home, None, "-c", _ADD, str(path), folder).said if source is None else ""
    figures: dict[str, float | int | str] = {
        "read, CPU us a line": round(first.cpu / lines * 1e6, 1),
        "read, beside json.loads alone": round(first.cpu / parsed, 2),
        "read, lines a second on two idle cores": round(2 * lines / first.cpu),
        "read, lines a second now": round(lines / first.seconds),
        "read, MiB": round(first.memory),
        "said": first.said,
        "again, CPU us a line": round(again.cpu / lines * 1e6, 1),
        "said again": again.said,
        "index, CPU us a paper": round(index.cpu / lines * 1e6, 1),
        "index, s now": round(index.seconds, 1),
        "index, MiB": round(index.memory),
    }
    if added:
        figures["1,000 more papers searchable, ms and CPU ms, three times"] = added
    return figures


def plain_loop(path: Path, folder: Path) -> tuple[float, int]:
    """Return the CPU seconds of the baseline, and the number of lines."""
    began = time.process_time()
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
    return time.process_time() - began, lines


def only_parsed(path: Path) -> float:
    """Return the CPU seconds that `json.loads` alone takes."""
    began = time.process_time()
    with path.open("rb") as file:
        for line in file:
            json.loads(line)
    return time.process_time() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--against", type=Path, metavar="SRC")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled()
    with tempfile.TemporaryDirectory() as folder:
        path = options.file.resolve()
        if options.short:
            path = Path(folder) / "short"
            with options.file.open("rb") as file, path.open("wb") as out:
                out.writelines(itertools.islice(file, _SHORT))
        plain, lines = plain_loop(path, Path(folder))
        parsed = only_parsed(path)
        figures: dict[str, float | int | str] = {
            "lines": lines,
            "json.loads alone, lines a CPU second": round(lines / parsed),
            "json.loads and a plain insert, CPU us a line": round(plain / lines * 1e6, 1),
        }
        figures |= measured(path, lines, parsed, None)
        if options.against is not None:
            other = measured(path, lines, parsed, options.against.resolve())
            figures |= {f"other: {name}": value for name, value in other.items()}
    print(json.dumps(figures, indent=1) if options.json else "\n".join(f"{n:<62} {v}" for n, v in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
