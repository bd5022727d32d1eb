"""Papers of a large file as the values of their columns.

The processes that parse the file make them, so that the one that writes the archive has little left to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from papertui.archive.rows import COLUMNS, paper_of
from papertui.model.paper import Paper, page_url, pdf_url

#: The values of `FileRow`, in a plain tuple: it passes between processes in a third of the time.
PackedRow = tuple[Any, ...]


class FileRow(NamedTuple):
    """A paper with an arXiv id, with the facts that arXiv's metadata snapshot has."""

    title_key: int | None
    id: str
    title: str
    abstract: str
    authors: str | None  # lists are JSON text, as in the table
    published: int | None  # microseconds since 1970 UTC
    categories: str | None
    sources: str | None
    doi: str | None
    journal_ref: str | None


_PLACES = {name: place for place, name in enumerate(FileRow._fields)}
TITLE_KEY, ID, DOI = _PLACES["title_key"], _PLACES["id"], _PLACES["doi"]
#: In the order of `COLUMNS`, the place of each value in a `FileRow`; -1 for an address, -2 for nothing.
_MADE = {"url": -1, "pdf": -1}
_FILLED = [_PLACES.get(name, _MADE.get(name, -2)) for name in COLUMNS]
_URL, _PDF = COLUMNS.index("url"), COLUMNS.index("pdf")

#: Inserts the row number, the time of the file and a `FileRow`.
INSERT = (
    "INSERT INTO papers (row, first_seen, seen, moment, "  # noqa: S608 - constants
    f"{', '.join(FileRow._fields)}, url, pdf) VALUES (?1, ?2, ?2, ifnull(?{_PLACES['published'] + 3}, ?2), "
    f"{', '.join(f'?{place + 3}' for place in _PLACES.values())}, "
    f"'{page_url('')}' || ?{ID + 3}, '{pdf_url('')}' || ?{ID + 3})"
)


def columns_of(row: PackedRow) -> tuple[Any, ...]:
    """Return the values of `COLUMNS` of the paper in `row`."""
    values = [row[place] if place >= 0 else None for place in _FILLED]
    values[_URL], values[_PDF] = page_url(row[ID]), pdf_url(row[ID])
    return tuple(values)


def file_papers(rows: Sequence[PackedRow]) -> list[Paper]:
    """Return the papers in `rows`."""
    return [paper_of(columns_of(row)) for row in rows]
