"""The abstracts of bookmarks, in a file of their own: they are much, never change, and are seldom asked for.

An abstract is written once, before the bookmark it belongs to, and stays when the paper is released, since that may be
undone. What is kept in memory is where each begins.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from papertui.core.safe import safe
from papertui.store.files import Files
from papertui.store.ledger import Ledger, record_of

_NAMED = re.compile(rb'\{"sum": "[0-9a-f]{8}", "id": ("(?:[^"\\]|\\.)*"), "abstract": ')


class Abstracts:
    """Abstracts by the id of their paper. Writers must take turns; readers need not.

    Args:
        path: the file.
        files: the operating system.
    """

    def __init__(self, path: Path, files: Files) -> None:
        self.path = path
        self._ledger = Ledger(path, files)
        self._lock = threading.Lock()
        self._places: dict[str, int] = {}
        self._seen = 0
        self._file: tuple[int, int] | None = None

    def keep(self, abstracts: Mapping[str, str]) -> None:
        """Keeps abstracts, durably; those that are there already are not written again.

        Raises:
            OSError: they cannot be written.
        """
        there = self.get(abstracts)
        fresh = {id_: text for id_, text in abstracts.items() if text and there.get(id_) != text}
        self._ledger.write([{"id": id_, "abstract": text} for id_, text in fresh.items()])

    def get(self, ids: Iterable[str]) -> dict[str, str]:
        """The abstracts of papers, as far as they are here and sound.

        Raises:
            OSError: the file cannot be read.
        """
        found: dict[str, str] = {}
        with self._lock:
            self._look()
            places = {id_: self._places[id_] for id_ in ids if id_ in self._places}
        if not places:
            return {}
        for id_, text in zip(places, self._ledger.at(places.values()), strict=True):
            record = record_of(text)
            if record is not None and record.get("id") == id_ and isinstance(record.get("abstract"), str):
                found[id_] = safe(record["abstract"])
        return found

    def missing(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of `ids` whose abstracts are not here, or not sound.

        Raises:
            OSError: the file cannot be read.
        """
        asked = frozenset(ids)
        return asked.difference(self.get(asked))

    def damaged(self) -> int:
        """How many lines are not as they were written.

        Raises:
            OSError: the file cannot be read.
        """
        return sum(record_of(line.text) is None for line in self._ledger.lines())

    def _look(self) -> None:
        """Finds the lines that were added since the last look; all of them, if it is another file."""
        try:
            found = self._ledger.path.stat()
        except FileNotFoundError:
            self._file, self._seen = None, 0
            self._places.clear()
            return
        file = found.st_dev, found.st_ino
        if file != self._file or found.st_size < self._seen:
            self._file, self._seen = file, 0
            self._places.clear()
        if found.st_size == self._seen:
            return
        for line in self._ledger.lines(self._seen):
            self._seen = line.place + len(line.text) + 1
            if named := _NAMED.match(line.text):
                self._places[json.loads(named[1])] = line.place
