"""Entries as they are in a library after an import."""

from datetime import UTC, datetime

from papertui.citations.formats import FORMATS, Format
from papertui.citations.keys import keys_of
from papertui.citations.model import CitedPaper, ExportOptions
from papertui.importers.batch import ImportedBookmark
from papertui.importers.bibtex import read_bibtex
from papertui.model.bookmark import Bookmark
from papertui.model.identity import identified

ADDED = datetime(2026, 5, 1, tzinfo=UTC)
NOTHING_MORE = ExportOptions()


def imported(text: str) -> list[ImportedBookmark]:
    """Read a bibliography in which every entry can be read."""
    read = read_bibtex(text.encode())
    assert read.bad == ()
    return list(read.kept)


def cited(text: str) -> list[CitedPaper]:
    """Read a bibliography, bookmark its papers, and assign their keys."""
    marks = [
        Bookmark(identified(one.paper), one.added or ADDED, one.tags, one.note, one.state, one.rating, one.entry)
        for one in imported(text)
    ]
    keys = keys_of(
        [mark.paper for mark in marks], {mark.paper.id: mark.entry.key for mark in marks if mark.entry is not None}
    )
    return [CitedPaper(mark.paper, mark, keys[mark.paper.id]) for mark in marks]


def one_cited(text: str) -> CitedPaper:
    """Read a bibliography of one entry."""
    (one,) = cited(text)
    return one


def rendered(form: Format, *ones: CitedPaper, options: ExportOptions = NOTHING_MORE) -> str:
    """Export papers in a format."""
    return FORMATS[form].render(ones, options)
