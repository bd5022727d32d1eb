"""The table of files that can be imported.

To add a kind, write a file of this package with a function that recognises its first bytes and one that yields its
content in batches, and add an entry to `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from papertui.errors import UsageError
from papertui.importers.batch import Batch
from papertui.importers.bibtex import is_bibtex, read_bibtex_file
from papertui.importers.csl import is_csl, read_csl_file
from papertui.importers.csv_table import is_csv_table, read_csv_table
from papertui.importers.endnote import is_endnote, read_endnote_file
from papertui.importers.files import UNPACKING_ERRORS, Head, OpenedFile, open_file
from papertui.importers.id_list import is_id_list, read_id_list
from papertui.importers.json_lines import is_json_lines, read_json_lines
from papertui.importers.own_json import is_own_json, read_own_json
from papertui.importers.own_markdown import is_own_list, is_own_note, read_own_list, read_own_note
from papertui.importers.page_text import is_page_text, read_page_text
from papertui.importers.pubmed import is_pubmed, read_pubmed_file
from papertui.importers.responses import is_atom, is_json_array, read_atom, read_daily_papers
from papertui.importers.ris import is_ris, read_ris_file
from papertui.importers.web_of_science import is_web_of_science, read_web_of_science_file


class ImportKind(NamedTuple):
    """A kind of file."""

    #: For the help, the documentation, and the sentence about files of an unknown kind.
    title: str
    #: What becomes of its content: bookmarks, or papers in the archive.
    content: Literal["bookmarks", "papers"]
    #: Whether a file that begins so is of this kind.
    fits: Callable[[Head], bool]
    #: Yields the content of a file.
    read: Callable[[OpenedFile], Iterator[Batch]]


#: The first kind that fits counts.
KINDS = (
    ImportKind("papertui's JSON", "bookmarks", is_own_json, read_own_json),
    ImportKind("papertui's list in Markdown", "bookmarks", is_own_list, read_own_list),
    ImportKind("papertui's notes in Markdown", "bookmarks", is_own_note, read_own_note),
    ImportKind("CSV with a header row", "bookmarks", is_csv_table, read_csv_table),
    ImportKind("RIS", "bookmarks", is_ris, read_ris_file),
    ImportKind("EndNote (.enw)", "bookmarks", is_endnote, read_endnote_file),
    ImportKind("PubMed (.nbib)", "bookmarks", is_pubmed, read_pubmed_file),
    ImportKind("Web of Science (plain text)", "bookmarks", is_web_of_science, read_web_of_science_file),
    ImportKind("CSL-JSON", "bookmarks", is_csl, read_csl_file),
    ImportKind("BibTeX and BibLaTeX", "bookmarks", is_bibtex, read_bibtex_file),
    ImportKind("arXiv's metadata snapshot (JSON lines)", "papers", is_json_lines, read_json_lines),
    ImportKind("Hugging Face's daily papers (JSON)", "papers", is_json_array, read_daily_papers),
    ImportKind("arXiv's query API (Atom)", "papers", is_atom, read_atom),
    ImportKind("paper sites saved as text", "papers", is_page_text, read_page_text),
    ImportKind("lists of arXiv ids, DOIs or URLs", "bookmarks", is_id_list, read_id_list),
)


def read_file(path: Path, *, place: int = 0, number: int = 0) -> Iterator[Batch]:
    """Yield the papers of a file, batch by batch.

    Args:
        path: the file.
        place: the bytes of its content to skip, from an earlier `Batch.place`.
        number: the lines in those bytes.

    Raises:
        UsageError: it cannot be read, or its format is unknown.
    """
    with open_file(path) as file:
        try:
            head = file.head()
        except UNPACKING_ERRORS as error:
            raise UsageError(f"The file {path} is damaged: it cannot be decompressed. Download it again.") from error
        kind = next((kind for kind in KINDS if kind.fits(head)), None)
        if kind is None:
            *titles, last = (kind.title for kind in KINDS)
            raise UsageError(
                f"The file {path} has an unknown format. papertui reads {', '.join(titles)}, and {last}, plain or "
                "compressed with gzip or zip."
            )
        yield from kind.read(file._replace(place=place, number=number))
