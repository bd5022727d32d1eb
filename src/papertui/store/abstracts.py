"""The abstracts of bookmarks, in a file of their own: they are much, never change, and are seldom asked for.

An abstract is written once, before the bookmark it belongs to, and stays when the paper is released, since that may be
undone. Nothing of the file is kept in memory: it is searched where it lies, from its end for one paper or a few, as a
whole for many.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from papertui.core.safe import safe
from papertui.store.files import Files
from papertui.store.ledger import PREFIX, Ledger, record_of

_ID, _ABSTRACT = b'"id": ', b', "abstract": '
#: To look for so many one by one takes about as long as to look through all.
_FEW = 8


class Abstracts:
    """Abstracts by the id of their paper. Writers must take turns; readers need not.

    Args:
        path: the file.
        files: the operating system.
    """

    def __init__(self, path: Path, files: Files) -> None:
        self._ledger = Ledger(path, files)

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
        asked = {b"%b%b%b" % (_ID, json.dumps(id_).encode("ascii"), _ABSTRACT): id_ for id_ in ids}
        found: dict[str, str] = {}
        with self._mapped() as text:
            if text is None or not asked:
                return found
            places = _places(text) if len(asked) > _FEW else None
            for name, id_ in asked.items():
                place = text.rfind(name) if places is None else places.get(name, -1)
                while place >= 0:
                    if (abstract := _abstract(text, place)) is not None:
                        found[id_] = safe(abstract)
                        break
                    place = text.rfind(name, 0, place)  # perhaps an older line is sound
        return found

    def missing(self, ids: Collection[str]) -> frozenset[str]:
        """Those of `ids` whose abstracts are not here, or not sound.

        Raises:
            OSError: the file cannot be read.
        """
        return frozenset(ids).difference(self.get(ids))

    def damaged(self) -> int:
        """How many lines are not as they were written.

        Raises:
            OSError: the file cannot be read.
        """
        return self._ledger.damaged()

    def rewrite(self, fresh: Mapping[str, str]) -> None:
        """Leaves the last sound line about each paper, and adds `fresh`.

        Raises:
            OSError: the file cannot be read or written.
        """
        records = {str(record.get("id")): record for record in self._ledger.records()}
        added = {id_: {"id": id_, "abstract": text} for id_, text in fresh.items()}
        self._ledger.rewrite({**records, **added}.values())

    @contextmanager
    def _mapped(self) -> Iterator[mmap.mmap | None]:
        if not self._ledger.size():
            yield None
            return
        with self._ledger.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            yield text


def _places(text: mmap.mmap) -> dict[bytes, int]:
    """Where the last line about each paper names it."""
    places: dict[bytes, int] = {}
    line = 0
    while True:
        begin = line + PREFIX
        end = text.find(_ABSTRACT, begin) + len(_ABSTRACT)
        if end < begin:
            return places
        places[text[begin:end]] = begin
        line = text.find(b"\n", end) + 1
        if not line:
            return places


def _abstract(text: mmap.mmap, place: int) -> str | None:
    """The abstract in the line that names its paper at `place`."""
    begin, end = place - PREFIX, text.find(b"\n", place)
    if begin < 0 or end < 0:
        return None
    record = record_of(text[begin:end])
    abstract = None if record is None else record.get("abstract")
    return abstract if isinstance(abstract, str) else None
