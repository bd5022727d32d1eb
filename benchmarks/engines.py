"""The search and its alternatives behind the same interface."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import sqlite3
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from papertui.archive.archive import Archive
from papertui.model.paper import Paper
from papertui.search.disk import SearchIndex
from papertui.search.index import Index
from papertui.search.updates import IndexUpdates

#: Finds papers: numbers of the matching titles, the best first.
Find = Callable[[str, int], Sequence[int]]
_NOW = datetime(2026, 4, 30, tzinfo=UTC)
_BATCH = 10_000


def stored(papers: Iterator[Paper], home: Path) -> tuple[Archive, SearchIndex]:
    """Create an archive of `papers` and its index."""
    home.mkdir(parents=True, exist_ok=True)
    archive = Archive(home / "archive.db")
    while batch := list(islice(papers, _BATCH)):
        archive.remember(batch, _NOW)
    index = SearchIndex(home / "index", IndexUpdates(archive.database), archive.papers)
    index.fresh(patient=True)
    return archive, index


def asking_ids(index: Index) -> Callable[[str, int], Sequence[str]]:
    """Return a search of the index that returns ids."""
    return lambda query, limit: index.ids(match.place for match in index.search(query, limit).matches)


def token_set(texts: Sequence[str]) -> Find:
    """Rapidfuzz over whole titles: every title is compared, in two threads."""
    lowered = [text.lower() for text in texts]

    def find(query: str, limit: int) -> Sequence[int]:
        scores = process.cdist([query.lower()], lowered, scorer=fuzz.token_set_ratio, dtype=np.float32, workers=2)[0]
        best: list[int] = np.argpartition(-scores, min(limit, len(scores) - 1))[:limit].tolist()
        return sorted(best, key=lambda place: -scores[place])

    return find


def trigrams(texts: Sequence[str]) -> Find:
    """SQLite's full text search with trigrams, ranked by bm25."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE papers USING fts5(text, tokenize='trigram')")
    base.executemany("INSERT INTO papers(rowid, text) VALUES (?, ?)", enumerate(texts))

    def find(query: str, limit: int) -> Sequence[int]:
        groups = {word[at : at + 3].replace('"', "") for word in query.split() for at in range(max(1, len(word) - 2))}
        asked = " OR ".join(f'"{group}"' for group in sorted(groups))
        sql = "SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY rank LIMIT ?"
        return [place for (place,) in base.execute(sql, (asked, limit))]

    return find


def frizbee(texts: Sequence[str]) -> Find | None:
    """The fuzzy matcher frizbee, with one slip allowed per four letters; ``None`` if it is not installed."""
    try:
        module: Any = import_module("frizbee")
    except ImportError:
        return None
    stock = module.Haystacks(list(texts))

    def find(query: str, limit: int) -> Sequence[int]:
        typos = max(1, len(query.replace(" ", "")) // 4)
        matcher = module.Matcher(query, max_typos=typos, max_items=limit)
        return [match.index for match in matcher.match_list(stock)[:limit]]

    return find


class Fzf:
    """fzf in a pseudo terminal: keys are typed one by one, and it has settled when its counter stops changing."""

    #: Milliseconds without output from fzf after which it has settled.
    QUIET = 60.0

    def __init__(self, texts: Sequence[str], folder: Path) -> None:
        path = folder / "titles.txt"
        path.write_text("\n".join(texts), encoding="utf-8")
        self._pid, self._terminal = pty.fork()
        if not self._pid:
            with path.open() as titles:
                os.dup2(titles.fileno(), 0)
            os.execvp("fzf", ["fzf", "--no-mouse", "--no-color", "--tiebreak=index"])
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        self._settled(minimum=2.0)

    @staticmethod
    def is_there() -> bool:
        """Whether fzf is installed."""
        return shutil.which("fzf") is not None

    def type(self, letter: str) -> float:
        """Type a letter and return the milliseconds until the list has settled."""
        began = time.perf_counter()
        os.write(self._terminal, letter.encode())
        return (self._settled() - began) * 1000

    def clear(self) -> None:
        """Clear the query."""
        os.write(self._terminal, b"\x15")
        self._settled()

    def close(self) -> None:
        """Kill fzf."""
        os.write(self._terminal, b"\x1b")
        os.close(self._terminal)
        os.waitpid(self._pid, 0)

    def _settled(self, minimum: float = 0.0) -> float:
        """Return the time of the last output that changed something."""
        began = last = time.perf_counter()
        while True:
            ready, _, _ = select.select([self._terminal], [], [], self.QUIET / 1000)
            now = time.perf_counter()
            if ready:
                data = os.read(self._terminal, 65536)
                # The spinner alone is not a result; while it turns, fzf is still working.
                last = now if re.search(rb"[\w/]", data) or data else last
            elif now - began >= minimum:
                return last


def batch_fzf(texts: Sequence[str], folder: Path) -> Find | None:
    """``fzf --filter``, once per query; ``None`` if it is not installed."""
    if not Fzf.is_there():
        return None
    path = folder / "numbered.txt"
    path.write_text("".join(f"{place}\t{text}\n" for place, text in enumerate(texts)), encoding="utf-8")

    def find(query: str, limit: int) -> Sequence[int]:
        asked = ["fzf", "--filter", query, "--delimiter", "\t", "--nth", "2"]
        with path.open("rb") as titles:
            done = subprocess.run(asked, stdin=titles, capture_output=True, check=False)
        return [int(line.split(b"\t")[0]) for line in done.stdout.splitlines()[:limit]]

    return find
