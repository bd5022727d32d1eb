"""Recognise and read files of bookmarks: papertui's own JSON, id lists, saved pages, bibliographies."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from papertui.errors import SourceError, UsageError
from papertui.importers.batch import SOURCE, BadRecord, Batch, ImportedBookmark
from papertui.importers.bibtex import read_bibtex
from papertui.importers.files import OpenedFile, read_whole
from papertui.importers.ris import read_ris
from papertui.model import text
from papertui.model.bookmark import RATINGS, STATES
from papertui.model.paper import Paper, paper_id
from papertui.model.record import moment_from, paper_from_record
from papertui.model.safe_text import safe
from papertui.model.text import web_url
from papertui.sources.body import json_value

# The page of a paper site, saved as text: some lines of navigation, then titles and abstracts in turn.
#
# The button “Subscribe” runs into the first title. Pages have no ids.

#: The button, directly before the first title: ``SubscribeAttention Is All You Need``, or with a blank.
_GLUED = re.compile(r"\s*(?:Subscribe)\s*(\S.*)")
#: Titles are shorter, abstracts longer.
_LONGEST_TITLE, _SHORTEST_ABSTRACT = 300, 80
_LONGEST_FURNITURE = 200


def is_page_text(lines: Sequence[str]) -> bool:
    """Whether these first lines of a file are such a page."""
    return _first_title([line for line in lines if line.strip()]) is not None


def read_page(page: str) -> tuple[list[Paper], list[BadRecord]]:
    """Return the papers of a page, without ids, and the lines that are neither title nor abstract."""
    numbered = [(number, line) for number, line in enumerate(page.splitlines(), 1) if line.strip()]
    start = _first_title([line for _, line in numbered])
    papers: list[Paper] = []
    bad: list[BadRecord] = []
    at = len(numbered) if start is None else start
    while at + 1 < len(numbered):
        number, title = numbered[at]
        if at == start and (glued := _GLUED.match(title)):
            title = glued[1]
        abstract = numbered[at + 1][1]
        if len(title) <= _LONGEST_TITLE and len(abstract) >= max(_SHORTEST_ABSTRACT, len(title)):
            papers.append(Paper("", text.title(title), text.prose(abstract), sources=(SOURCE,)))
            at += 2
        else:
            bad.append(BadRecord(number, "neither a title nor an abstract"))
            at += 1
    if at < len(numbered) and papers:
        bad.append(BadRecord(numbered[at][0], "a title without an abstract"))
    return papers, bad


def _first_title(lines: Sequence[str]) -> int | None:
    """Return the index of the first title among the lines that are not blank."""
    for place, (line, following) in enumerate(pairwise(lines)):
        if place > _LONGEST_FURNITURE:
            return None
        if _GLUED.match(line) and len(following) >= _SHORTEST_ABSTRACT:
            return place
    # Without the button: the first short line from which short and long lines alternate.
    for place, line in enumerate(lines[:_LONGEST_FURNITURE]):
        turns = lines[place : place + 4]
        if (
            len(turns) > 1
            and len(line) <= _LONGEST_TITLE
            and all((len(turn) >= _SHORTEST_ABSTRACT) == bool(number % 2) for number, turn in enumerate(turns))
        ):
            return place
    return None


# A list of papers by arXiv id, DOI or address: one per line, with comments after ``#``.

_COMMENT = re.compile(r"(?:^|\s)#.*$")
#: The number of first lines that decide whether a file is a list; a minority of them may be something else.
_LOOKED_AT = 40


def is_id_list(lines: Sequence[str]) -> bool:
    """Whether the first lines of a file are such a list: most of them name papers."""
    said = list(_said(lines))[:_LOOKED_AT]
    named = sum(_id(line) is not None for _, line in said)
    return named > 0 and 2 * named > len(said)


def read_ids(written: str) -> tuple[tuple[str, ...], tuple[BadRecord, ...]]:
    """Return the ids without duplicates, and the lines that name no paper."""
    ids: dict[str, None] = {}
    bad: list[BadRecord] = []
    for number, line in _said(written.splitlines()):
        id_ = _id(line)
        if id_ is None:
            bad.append(BadRecord(number, "not an arXiv id, DOI or address of a paper"))
        else:
            ids[id_] = None
    return tuple(ids), tuple(bad)


def _said(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines with content and their numbers, without comments, bullets and commas around them."""
    for number, line in enumerate(lines, 1):
        # An address may contain a “#”, but no blank before it.
        if content := _COMMENT.sub("", line).strip().lstrip("-*• ").rstrip(",;").strip("<>\"' "):
            yield number, content


def _id(line: str) -> str | None:
    try:
        return paper_id(line)
    except UsageError:
        return None


# papertui's own JSON, as written by ``export --format json`` and the ``--json`` of other commands.

_BOOKMARK = re.compile(rb'"bookmark"\s*:\s*(?:null|\{)')
_ID = re.compile(rb'"id"\s*:')
_ADDRESSES = ("url", "pdf", "github", "project", "thumbnail")
#: papertui never writes a deeper nesting.
_DEEPEST = 8


def is_own(head: bytes) -> bool:
    """Whether JSON that begins with `head` is papertui's: only its records have the key ``bookmark``."""
    return _BOOKMARK.search(head) is not None and _ID.search(head) is not None


def read_own(
    records: Iterable[object],
) -> tuple[tuple[Paper, ...], tuple[ImportedBookmark, ...], tuple[BadRecord, ...]]:
    """Return the papers that are not bookmarked, the bookmarks, and the records that are neither."""
    papers: list[Paper] = []
    kept: list[ImportedBookmark] = []
    bad: list[BadRecord] = []
    for number, record in enumerate(records, 1):
        made = _made_safe(record, 0) if isinstance(record, dict) else {}
        try:
            paper = _entered(paper_from_record(made))
        except (ValueError, UsageError):
            bad.append(BadRecord(number, "not a paper with an id and a title"))
            continue
        bookmark = made.get("bookmark")
        if isinstance(bookmark, dict):
            kept.append(_kept(paper, bookmark))
        else:
            papers.append(paper)
    return tuple(papers), tuple(kept), tuple(bad)


def _entered(paper: Paper) -> Paper:
    """Validate a paper from outside: its id must be valid, and its addresses must be web addresses.

    Raises:
        UsageError: its id is not valid.
    """
    addresses: dict[str, Any] = {name: web_url(value) for name in _ADDRESSES if (value := getattr(paper, name))}
    media = tuple(url for url in map(web_url, paper.media) if url is not None)
    return paper._replace(id=paper_id(paper.id), media=media, **addresses)


def own_lines(written: bytes) -> list[object]:
    """Return the records of JSON lines; an invalid line counts as an unreadable record."""
    return [_loaded(line) for line in written.splitlines() if line.strip()]


def _loaded(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _kept(paper: Paper, told: dict[str, Any]) -> ImportedBookmark:
    tags, note, rating = told.get("tags"), told.get("note"), told.get("rating")
    is_rating = isinstance(rating, int) and not isinstance(rating, bool) and rating in RATINGS
    return ImportedBookmark(
        paper,
        added=moment_from(told.get("added")),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        note=note if isinstance(note, str) else "",
        state=next((state for state in STATES if state == told.get("state")), STATES[0]),
        rating=rating if is_rating else None,
        whole=True,
    )


def _made_safe(value: Any, depth: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return safe(value)
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [_made_safe(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {name: _made_safe(item, depth + 1) for name, item in value.items()}
    return value


# Detect and read files of bookmarks: papertui's own JSON, BibTeX, RIS, lists of ids.

_Reader = Callable[[OpenedFile, bytes, int, int], Iterator[Batch]]
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


def _read_bibliography(file: OpenedFile, head: bytes, place: int, number: int) -> Iterator[Batch]:
    """Read BibTeX or RIS."""
    del place, number
    data = read_whole(file.stream, _LARGEST_BIBLIOGRAPHY)
    read = read_ris(data) if _IS_RIS.match(_words(head)) else read_bibtex(data)
    yield Batch((), read.bad, 0, read.entries, file.done(), kept=read.kept, unit="entry", notices=read.notices)


def _read_ids(file: OpenedFile, head: bytes, place: int, number: int) -> Iterator[Batch]:
    del head, place, number
    written = text.safe(_words(read_whole(file.stream)))
    ids, bad = read_ids(written)
    yield Batch((), bad, 0, written.count("\n") + 1, file.done(), ids=ids)


def _read_own(file: OpenedFile, head: bytes, place: int, number: int) -> Iterator[Batch]:
    del place, number
    data = read_whole(file.stream)
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
