"""The abstracts of bookmarks, in a separate file: they are large, never change, and are rarely needed.

An abstract is written once, before its bookmark, and stays when the bookmark is removed, because that may be undone.
The file is not kept in memory. It is memory-mapped and searched: from its end for a few papers, in full for many.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from papertui.core.safe import safe
from papertui.store.files import Files
from papertui.store.lines import PREFIX, LineFile, record_of

_ID, _ABSTRACT = b'"id": ', b', "abstract": '
#: Above this number of papers, one pass over the file is faster than a search for each.
_FEW = 8


class Abstracts:
    """Abstracts by the id of their paper. Writers need the library's lock; readers do not.

    Args:
        path: the file.
        files: the operating system calls.
    """

    def __init__(self, path: Path, files: Files) -> None:
        self._lines = LineFile(path, files)

    def keep(self, abstracts: Mapping[str, str]) -> None:
        """Store abstracts durably; those already stored are not written again.

        Raises:
            OSError: they cannot be written.
        """
        stored = self.get(abstracts)
        fresh = {id_: text for id_, text in abstracts.items() if text and stored.get(id_) != text}
        self._lines.write([{"id": id_, "abstract": text} for id_, text in fresh.items()])

    def get(self, ids: Iterable[str]) -> dict[str, str]:
        """The abstracts of papers, as far as they are stored and undamaged.

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
                    place = text.rfind(name, 0, place)  # an older line may be intact
        return found

    def missing(self, ids: Collection[str]) -> frozenset[str]:
        """The ids whose abstracts are missing or damaged.

        Raises:
            OSError: the file cannot be read.
        """
        return frozenset(ids).difference(self.get(ids))

    def damaged(self) -> int:
        """The number of damaged lines.

        Raises:
            OSError: the file cannot be read.
        """
        return self._lines.damaged()

    def rewrite(self, fresh: Mapping[str, str]) -> None:
        """Reduce the file to the last intact line of each paper, and add `fresh`.

        Raises:
            OSError: the file cannot be read or written.
        """
        records = {str(record.get("id")): record for record in self._lines.records()}
        added = {id_: {"id": id_, "abstract": text} for id_, text in fresh.items()}
        self._lines.rewrite({**records, **added}.values())

    @contextmanager
    def _mapped(self) -> Iterator[mmap.mmap | None]:
        if not self._lines.size():
            yield None
            return
        with self._lines.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            yield text


def _places(text: mmap.mmap) -> dict[bytes, int]:
    """The position of the last line of each paper."""
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
    """The abstract in the line whose id is at `place`."""
    begin, end = place - PREFIX, text.find(b"\n", place)
    if begin < 0 or end < 0:
        return None
    record = record_of(text[begin:end])
    abstract = None if record is None else record.get("abstract")
    return abstract if isinstance(abstract, str) else None
