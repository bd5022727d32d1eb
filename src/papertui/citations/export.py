"""Export the library or other papers: as text, as files, or to Zotero."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from papertui.archive.archive import Archive
from papertui.citations.formats import FORMATS, Format
from papertui.citations.model import CitedPaper, ExportOptions
from papertui.errors import SourceError, UsageError
from papertui.files import read_file, write_file
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.identity import arxiv_id_of_doi, doi_of, folded
from papertui.model.merge import filled
from papertui.model.paper import Paper
from papertui.model.record import iso
from papertui.services.types import Clock

if TYPE_CHECKING:
    from papertui.citations.bibtex_parse import BibtexFile

#: A larger file is not a bibliography.
_LARGEST = 64 << 20
_DEFAULTS = ExportOptions()
_TRIES = 5
#: Zotero accepts one request at a time and is slow for each item.
_AT_ONCE = 50
_PUSHED = "pushed to zotero"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class AppendResult(NamedTuple):
    """The result of adding to a bibliography."""

    added: tuple[str, ...]  # The ids of the added papers
    already_there: int  # How many papers it already contained
    notice: str = ""  # A message about the file, or empty


class NoteFiles(NamedTuple):
    """The result of writing into a folder of notes."""

    written: int  # New or changed files
    same: int  # Unchanged files
    foreign: tuple[str, ...]  # Names of files that papertui did not create and did not change


class Exporter:
    """Exports papers. Every method except `push` blocks; all raise `StoreError`.

    Args:
        archive: newer data of bookmarked papers, and papers that are not bookmarked.
        library: the bookmarks.
        zotero: sends items to Zotero.
        now: the clock.
    """

    def __init__(
        self,
        archive: Archive,
        library: Library,
        zotero: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]],
        now: Clock,
    ) -> None:
        self._archive = archive
        self._library = library
        self._zotero = zotero
        self._now = now

    def export(self, form: Format, ids: Iterable[str] | None = None, options: ExportOptions = _DEFAULTS) -> str:
        """Papers as text in a format.

        Args:
            form: the format.
            ids: the papers in order; by default all bookmarks, the newest first. Papers that are not stored are left
                out.
            options: what to include.
        """
        return FORMATS[form].render(self.cited(ids, exact=FORMATS[form].exact), options)

    def write(
        self, path: Path, form: Format, ids: Iterable[str] | None = None, options: ExportOptions = _DEFAULTS
    ) -> int:
        """Write papers to a file, replacing its content; returns its size in bytes."""
        # The format determines the line ends, on every platform.
        data = self.export(form, ids, options).encode("utf-8", "replace")
        write_file(path, data)
        return len(data)

    def append(
        self, path: Path, form: Format, ids: Iterable[str] | None = None, options: ExportOptions = _DEFAULTS
    ) -> AppendResult:
        """Append papers to a BibTeX file that does not contain their arXiv id or DOI. Its content does not change.

        Raises:
            UsageError: the encoding or state of the file does not allow it, or another program keeps changing it.
            StoreError: it cannot be read or written.
        """
        from papertui.citations.bibtex_parse import existing_entries  # noqa: PLC0415 - needed only here

        if not FORMATS[form].appends:
            names = (f"--format {name}" for name, known in FORMATS.items() if known.appends)
            raise UsageError(f"--append needs {' or '.join(names)}.")
        cited = self.cited(ids)
        for _ in range(_TRIES):
            seen = read_file(path, _LARGEST)
            old = seen.data or b""
            text, notice = _bibliography(path, old)
            existing = existing_entries(text)
            missing = [one for one in cited if not _is_in(existing, one)]
            if not missing:
                return AppendResult((), len(cited))
            fresh = _with_free_keys(missing, existing.keys)
            new = FORMATS[form].render(fresh, options)
            if notice and not new.isascii():
                raise UsageError(
                    f"{path} is not in UTF-8, which the new entries need. Convert it, for example with "
                    f"“iconv -f cp1252 -t utf-8”, then try again."
                )
            if not existing.closed:
                raise UsageError(f"The last entry of {path} is not closed. Close it, then try again.")
            end = "\r\n" if "\r\n" in text else "\n"
            data = old + (_between(text) + new).replace("\n", end).encode("utf-8")
            if write_file(path, data, seen):
                return AppendResult(tuple(one.paper.id for one in fresh), len(cited) - len(fresh), notice)
        raise UsageError(f"Another program keeps changing {path}, so nothing was added. Save it there, then try again.")

    def leaves(self, folder: Path, ids: Iterable[str] | None = None) -> NoteFiles:
        """Write a file for each paper into a folder of notes, keeping the reader's own text in these files.

        Raises:
            UsageError: there is no such folder.
            StoreError: a file cannot be read or written; files written before that stay.
        """
        from papertui.citations.obsidian import obsidian_name, obsidian_note  # noqa: PLC0415 - needed only here

        if not folder.is_dir():
            raise UsageError(f"There is no folder {folder}. Create it, or check its name.")
        written = same = 0
        foreign: list[str] = []
        for one in self.cited(ids):
            name = obsidian_name(one.paper.id)
            seen = read_file(folder / name, _LARGEST)
            try:
                old = None if seen.data is None else seen.data.decode("utf-8")
            except UnicodeDecodeError:
                foreign.append(name)
                continue
            new = obsidian_note(one, old)
            if new is None:
                foreign.append(name)
            elif new == old:
                same += 1
            elif write_file(folder / name, new.encode("utf-8", "replace"), seen):
                written += 1
            else:
                foreign.append(name)
        return NoteFiles(written, same, tuple(foreign))

    async def push(self, ids: Iterable[str] | None = None) -> tuple[int, int]:
        """Send papers to Zotero; returns the number of papers sent and of those skipped.

        Zotero does not report what it contains. So bookmarks that were sent before are skipped; papers named by `ids`
        are always sent.

        Raises:
            SourceError: Zotero is not running, or rejects the papers.
        """
        from papertui.citations.zotero import zotero_item  # noqa: PLC0415 - needed only here

        cited = await asyncio.to_thread(self.cited, ids)
        fresh = cited if ids is not None else await asyncio.to_thread(self._not_pushed, cited)
        for start in range(0, len(fresh), _AT_ONCE):
            some = fresh[start : start + _AT_ONCE]
            try:
                await self._zotero([zotero_item(one) for one in some])
            except SourceError as problem:
                raise SourceError(f"{problem}{_given(start)}") from problem
            await asyncio.to_thread(self._note_pushed, some)
        return len(fresh), len(cited) - len(fresh)

    def cited(self, ids: Iterable[str] | None = None, *, exact: bool = False) -> list[CitedPaper]:
        """Papers with their citation keys and bookmarks.

        Args:
            ids: the papers; by default all bookmarks.
            exact: return bookmarked papers as they were saved, without newer data such as the journal.
        """
        from papertui.citations.keys import keys_of  # noqa: PLC0415 - compiles many patterns

        marks = {mark.paper.id: mark for mark in self._library.all()}
        wanted = list(marks) if ids is None else list(dict.fromkeys(ids))
        wholes = self._library.whole(id_ for id_ in wanted if id_ in marks)
        stored = self._archive.papers(id_ for id_ in wanted if not exact or id_ not in marks)
        papers = {id_: paper for id_ in wanted if (paper := _paper(wholes.get(id_), stored.get(id_))) is not None}
        # Keys are unique within the library, so that a paper's key does not depend on the set that is exported.
        keys = keys_of(
            [*papers.values(), *(mark.paper for id_, mark in marks.items() if id_ not in papers)],
            {
                papers[id_].id if id_ in papers else id_: mark.entry.key
                for id_, mark in marks.items()
                if mark.entry is not None
            },
        )
        return [CitedPaper(paper, _marked(marks.get(id_), paper), keys[paper.id]) for id_, paper in papers.items()]

    def _not_pushed(self, cited: Sequence[CitedPaper]) -> list[CitedPaper]:
        return [one for one in cited if not self._archive.recall(f"{_PUSHED} {one.paper.id}")]

    def _note_pushed(self, cited: Sequence[CitedPaper]) -> None:
        for one in cited:
            self._archive.note(f"{_PUSHED} {one.paper.id}", iso(self._now()))


def _paper(kept: Paper | None, stored: Paper | None) -> Paper | None:
    """The saved paper with newer data and, if it has one by now, its better id."""
    if kept is None or stored is None:
        return kept or stored
    return filled(kept, stored)._replace(id=stored.id)


def _marked(mark: Bookmark | None, paper: Paper) -> Bookmark | None:
    return None if mark is None else mark._replace(paper=paper)


def _given(number: int) -> str:
    return f" {number} papers were sent before that and will not be sent again." if number else ""


def _bibliography(path: Path, data: bytes) -> tuple[str, str]:
    """The text of a bibliography, and a notice if it is not in UTF-8."""
    if data.startswith(_UTF_16):
        raise UsageError(f"{path} is in UTF-16, which BibTeX cannot read. Convert it to UTF-8, then try again.")
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        # Ids and keys are ASCII, which is the same in all other encodings of bibliographies.
        return data.decode("latin-1"), f"{path} is not in UTF-8; the new entries are plain ASCII."


def _between(text: str) -> str:
    """The separator between the existing entries and the new ones."""
    if not text or text.endswith(("\n\n", "\r\n\r\n")):
        return ""
    return "\n" if text.endswith(("\n", "\r")) else "\n\n"


def _with_free_keys(cited: Sequence[CitedPaper], keys: Iterable[str]) -> list[CitedPaper]:
    """Papers with keys that are free in a bibliography: their own if possible."""
    from papertui.citations.keys import free_key  # noqa: PLC0415 - compiles many patterns

    taken = {key.lower() for key in keys}
    free: list[CitedPaper] = []
    for one in cited:
        key = free_key(one.key, taken)
        taken.add(key.lower())
        free.append(one._replace(key=key))
    return free


def _is_in(existing: BibtexFile, cited: CitedPaper) -> bool:
    paper = cited.paper
    if paper.id.startswith("title/"):  # without an id, the title and the key or the year must be the same
        from papertui.citations.reference import reference  # noqa: PLC0415 - needed only here

        ref, title = reference(cited), folded(cited.paper.title)
        return bool({(title, ref.own_key.lower()), (title, f"{(ref.date or ('',))[0]}")} & existing.titles)
    doi = doi_of(paper.doi) if paper.doi else None
    if doi is None and paper.id.startswith("doi:"):
        doi = paper.id[4:]
    return paper.id in existing.ids or (
        doi is not None and (doi in existing.dois or arxiv_id_of_doi(doi) in existing.ids)
    )
