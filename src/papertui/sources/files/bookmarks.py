"""Detect and read files of bookmarks: papertui's own JSON, BibTeX, RIS, lists of ids."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence

from papertui.core import text
from papertui.errors import SourceError, UsageError
from papertui.sources.decode import json_value
from papertui.sources.files import Batch
from papertui.sources.files.bibtex import read_bibtex
from papertui.sources.files.idlist import is_id_list, read_ids
from papertui.sources.files.opening import Opened, whole
from papertui.sources.files.own import is_own, own_lines, read_own
from papertui.sources.files.pagetext import is_page_text
from papertui.sources.files.ris import read_ris

_Reader = Callable[[Opened, bytes, int, int], Iterator[Batch]]
#: A library of a hundred thousand papers is much smaller.
_LARGEST_BIBLIOGRAPHY = 32 << 20
_IS_RIS = re.compile(r"\s*TY {1,2}- ?\w")
_IS_BIBTEX = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def reader_of_bookmarks(head: bytes, *, cut: bool) -> _Reader | None:
    """Return the reader for a file of bookmarks that begins with `head`; ``None`` for other files.

    Args:
        head: the first bytes of the file.
        cut: whether the file may be longer.
    """
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith((b"{", b"[")):
        return _read_own if is_own(start) else None
    if b"\0" in start and not head.startswith(_UTF_16):
        return None
    words = _words(head)
    if start.startswith(b"<"):
        return None
    if _IS_RIS.match(words) or _IS_BIBTEX.search(words):
        return _read_bibliography
    lines = words.splitlines()
    if is_page_text(lines[:-1]):
        return None
    return _read_ids if is_id_list(lines[:-1] if cut else lines) else None


def _words(data: bytes) -> str:
    """Decode bytes roughly, precisely enough to find ids and to detect the format."""
    return data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig", "replace")


def _read_bibliography(file: Opened, head: bytes, place: int, number: int) -> Iterator[Batch]:
    """Read BibTeX or RIS."""
    del place, number
    data = whole(file.stream, _LARGEST_BIBLIOGRAPHY)
    read = read_ris(data) if _IS_RIS.match(_words(head)) else read_bibtex(data)
    yield Batch((), read.bad, 0, read.entries, file.done(), kept=read.kept, unit="entry", notices=read.notices)


def _read_ids(file: Opened, head: bytes, place: int, number: int) -> Iterator[Batch]:
    del head, place, number
    written = text.safe(_words(whole(file.stream)))
    ids, bad = read_ids(written)
    yield Batch((), bad, 0, written.count("\n") + 1, file.done(), ids=ids)


def _read_own(file: Opened, head: bytes, place: int, number: int) -> Iterator[Batch]:
    del place, number
    data = whole(file.stream)
    records: Sequence[object]
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"["):
        try:
            value = json_value(data, "The file")
        except SourceError as error:
            raise UsageError("The file is not valid JSON, or truncated. Export it again.") from error
        records = value if isinstance(value, list) else [value]
    else:
        records = own_lines(data)
    papers, kept, bad = read_own(records)
    yield Batch(papers, bad, 0, len(records), file.done(), kept=kept, unit="entry")
