"""The library, or other papers, for other tools: as text, as files, and straight to Zotero."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from papertui.core.bookmark import Bookmark
from papertui.core.citation import Choices, Cited, Format
from papertui.core.identity import arxiv_id_of_doi, doi_of
from papertui.core.paper import Paper
from papertui.core.reconcile import filled
from papertui.core.record import iso
from papertui.desk.doors import Clock, OpenLibrary
from papertui.errors import SourceError, UsageError
from papertui.store.archive import Archive
from papertui.store.outfile import read_out, write_out

#: Bibliographies of people are smaller; what is larger is something else.
_LARGEST = 64 << 20
_USUAL = Choices()
_TRIES = 5
#: Zotero takes one transfer at a time, and its time over each item.
_AT_ONCE = 50
_PUSHED = "pushed to zotero"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class There(Protocol):
    """What a bibliography has already."""

    @property
    def keys(self) -> frozenset[str]: ...  # noqa: D102 - as in `papertui.sources.files.bibtex`
    @property
    def ids(self) -> frozenset[str]: ...  # noqa: D102 - as above
    @property
    def dois(self) -> frozenset[str]: ...  # noqa: D102 - as above
    @property
    def closed(self) -> bool: ...  # noqa: D102 - as above


class Forms(Protocol):
    """The formats of other tools, loaded when they are first needed."""

    def written(self, cited: Sequence[Cited], form: Format, choices: Choices) -> str:
        """Papers as the text of a file."""
        ...

    def keys(self, papers: Iterable[Paper]) -> Mapping[str, str]:
        """The key of each paper, by its id."""
        ...

    def free_key(self, key: str, taken: Container[str]) -> str:
        """A key like `key` that is not among those `taken`, which are in small letters."""
        ...

    def there(self, bibliography: str) -> There:
        """What a file for BibTeX has already."""
        ...

    def leaf(self, cited: Cited, there: str | None) -> str | None:
        """A paper as a file of a folder of notes, see `papertui.core.citation.leaf`."""
        ...

    def leaf_name(self, id_: str) -> str:
        """What that file is called."""
        ...

    def zotero_item(self, cited: Cited) -> Mapping[str, Any]:
        """A paper as an item of Zotero."""
        ...


class Appended(NamedTuple):
    """What was added to a bibliography.

    Attributes:
        added: the ids of the papers that were added.
        there: how many were there already.
        notice: what the reader should know of the file; empty where there is nothing.
    """

    added: tuple[str, ...]
    there: int
    notice: str = ""


class Leaves(NamedTuple):
    """What was written into a folder of notes.

    Attributes:
        written: files that are new or were changed.
        same: how many said the same already.
        foreign: names of files that papertui did not begin, and left alone.
    """

    written: int
    same: int
    foreign: tuple[str, ...]


class Exporter:
    """Gives papers to other tools. Every method but `push` blocks; all raise `StoreError`."""

    def __init__(
        self,
        archive: Archive,
        library: OpenLibrary,
        forms: Forms,
        zotero: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]],
        now: Clock,
    ) -> None:
        """Makes an exporter.

        Args:
            archive: knows of papers what was learnt since they were kept, and papers that are not kept.
            library: the bookmarks.
            forms: the formats.
            zotero: gives some items to Zotero.
            now: tells the time.
        """
        self._archive = archive
        self._library = library
        self._forms = forms
        self._zotero = zotero
        self._now = now

    def export(self, form: Format, ids: Iterable[str] | None = None, choices: Choices = _USUAL) -> str:
        """Papers as the text of a file.

        Args:
            form: the format.
            ids: of which papers, in this order; all that are kept, the newest first, unless told. Those that are
                stored nowhere are left out.
            choices: what goes in.
        """
        return self._forms.written(self.cited(ids, exact=form == "json"), form, choices)

    def write(self, path: Path, form: Format, ids: Iterable[str] | None = None, choices: Choices = _USUAL) -> int:
        """Puts papers into a file, in place of what it held; returns how many bytes it has."""
        # The line ends are those of the format, on every platform.
        data = self.export(form, ids, choices).encode("utf-8", "replace")
        write_out(path, data)
        return len(data)

    def append(self, path: Path, form: Format, ids: Iterable[str] | None = None, choices: Choices = _USUAL) -> Appended:
        """Adds to a file for BibTeX what it does not have, told by arXiv id and DOI; what it holds stays as it is.

        Raises:
            UsageError: the file is in an encoding, or in a state, in which nothing can be added to it.
            StoreError: it cannot be read or written, or somebody else changes it all the time.
        """
        if form not in {"bibtex", "biblatex"}:
            raise UsageError("--append adds to a file for BibTeX; choose --format bibtex or biblatex.")
        cited = self.cited(ids)
        for _ in range(_TRIES):
            seen = read_out(path, _LARGEST)
            old = seen.data or b""
            text, notice = _bibliography(path, old)
            there = self._forms.there(text)
            missing = [one for one in cited if not _is_there(one.paper, there)]
            if not missing:
                return Appended((), len(cited))
            fresh = self._with_free_keys(missing, there.keys)
            new = self._forms.written(fresh, form, choices)
            if notice and not new.isascii():
                raise UsageError(
                    f"{path} is not in UTF-8, and what is to be added needs it. Convert it, for example with "
                    f"“iconv -f cp1252 -t utf-8”, then try again."
                )
            if not there.closed:
                raise UsageError(f"The last entry of {path} is not closed, so nothing was added. Mend it first.")
            end = "\r\n" if "\r\n" in text else "\n"
            data = old + (_between(text) + new).replace("\n", end).encode("utf-8")
            if write_out(path, data, seen):
                return Appended(tuple(one.paper.id for one in fresh), len(cited) - len(fresh), notice)
        raise UsageError(f"{path} is being changed by another program. Save it there, then try again.")

    def leaves(self, folder: Path, ids: Iterable[str] | None = None) -> Leaves:
        """Writes a file for each paper into a folder of notes; what the reader wrote into these files stays.

        Raises:
            UsageError: there is no such folder.
            StoreError: a file cannot be read or written; those written before stay.
        """
        if not folder.is_dir():
            raise UsageError(f"There is no folder {folder}. Make it first, or check its name.")
        written = same = 0
        foreign: list[str] = []
        for one in self.cited(ids):
            name = self._forms.leaf_name(one.paper.id)
            seen = read_out(folder / name, _LARGEST)
            try:
                old = None if seen.data is None else seen.data.decode("utf-8")
            except UnicodeDecodeError:
                foreign.append(name)
                continue
            new = self._forms.leaf(one, old)
            if new is None:
                foreign.append(name)
            elif new == old:
                same += 1
            elif write_out(folder / name, new.encode("utf-8", "replace"), seen):
                written += 1
            else:
                foreign.append(name)
        return Leaves(written, same, tuple(foreign))

    async def push(self, ids: Iterable[str] | None = None) -> tuple[int, int]:
        """Gives papers to Zotero; returns how many, and how many of them it had been given before.

        Zotero does not say what it has. So of the library only those are given that were not given before; papers
        that are named by `ids` are given in any case.

        Raises:
            SourceError: Zotero does not run here, or does not take them.
        """
        cited = await asyncio.to_thread(self.cited, ids)
        fresh = cited if ids is not None else await asyncio.to_thread(self._not_pushed, cited)
        for start in range(0, len(fresh), _AT_ONCE):
            some = fresh[start : start + _AT_ONCE]
            try:
                await self._zotero([self._forms.zotero_item(one) for one in some])
            except SourceError as problem:
                raise SourceError(f"{problem}{_given(start)}") from problem
            await asyncio.to_thread(self._note_pushed, some)
        return len(fresh), len(cited) - len(fresh)

    def cited(self, ids: Iterable[str] | None = None, *, exact: bool = False) -> list[Cited]:
        """Papers with their keys and what is said of them.

        Args:
            ids: which ones; all that are kept unless told.
            exact: whether kept papers are told as they were kept; otherwise with what was learnt of them since, such
                as where they were published.
        """
        marks = {mark.paper.id: mark for mark in self._library().all()}
        chosen = list(marks) if ids is None else list(dict.fromkeys(ids))
        wholes = self._library().whole(id_ for id_ in chosen if id_ in marks)
        stored = self._archive.papers(id_ for id_ in chosen if not exact or id_ not in marks)
        papers = {id_: paper for id_ in chosen if (paper := _paper(wholes.get(id_), stored.get(id_))) is not None}
        # Keys are told apart within the library, too, so that a paper's key does not change with what is exported.
        keys = self._forms.keys([*papers.values(), *(mark.paper for id_, mark in marks.items() if id_ not in papers)])
        return [Cited(paper, _marked(marks.get(id_), paper), keys[paper.id]) for id_, paper in papers.items()]

    def _with_free_keys(self, cited: Sequence[Cited], keys: Iterable[str]) -> list[Cited]:
        """Papers with keys that nobody in a bibliography bears: their own, as far as that may be."""
        taken = {key.lower() for key in keys}
        free: list[Cited] = []
        for one in cited:
            key = self._forms.free_key(one.key, taken)
            taken.add(key.lower())
            free.append(one._replace(key=key))
        return free

    def _not_pushed(self, cited: Sequence[Cited]) -> list[Cited]:
        return [one for one in cited if not self._archive.recall(f"{_PUSHED} {one.paper.id}")]

    def _note_pushed(self, cited: Sequence[Cited]) -> None:
        for one in cited:
            self._archive.note(f"{_PUSHED} {one.paper.id}", iso(self._now()))


def _paper(kept: Paper | None, stored: Paper | None) -> Paper | None:
    """A paper as it was kept, with what was learnt since; its better id, if it has one by now."""
    if kept is None or stored is None:
        return kept or stored
    return filled(kept, stored)._replace(id=stored.id)


def _marked(mark: Bookmark | None, paper: Paper) -> Bookmark | None:
    return None if mark is None else mark._replace(paper=paper)


def _given(number: int) -> str:
    return f" {number} papers were given to it before that, and will not be given again." if number else ""


def _bibliography(path: Path, data: bytes) -> tuple[str, str]:
    """The text of a bibliography, and a sentence about its encoding where it is not UTF-8."""
    if data.startswith(_UTF_16):
        raise UsageError(f"{path} is in UTF-16, which BibTeX does not read. Convert it to UTF-8, then try again.")
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        # Ids and keys are in ASCII, which all other encodings of bibliographies share.
        return data.decode("latin-1"), f"{path} is not in UTF-8; what was added is in plain ASCII."


def _between(text: str) -> str:
    """What parts the entries that are added from those that are there."""
    if not text or text.endswith(("\n\n", "\r\n\r\n")):
        return ""
    return "\n" if text.endswith(("\n", "\r")) else "\n\n"


def _is_there(paper: Paper, there: There) -> bool:
    doi = doi_of(paper.doi) if paper.doi else None
    if doi is None and paper.id.startswith("doi:"):
        doi = paper.id[4:]
    return paper.id in there.ids or (doi is not None and (doi in there.dois or arxiv_id_of_doi(doi) in there.ids))
