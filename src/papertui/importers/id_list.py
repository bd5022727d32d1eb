"""A list of papers by arXiv id, DOI or address: one per line, with comments after ``#``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from papertui.importers.batch import BadRecord, Batch
from papertui.importers.files import Head, OpenedFile, read_whole, rough_text
from papertui.importers.json_records import BadRecordError
from papertui.model import text
from papertui.model.paper_ids import ids_in, in_words, why_not_arxiv

#: ``#3`` in a line of words is not a comment.
_COMMENT = re.compile(r"^\s*#.*$|\s#(?!\d{1,3}\b).*$")
#: The number of first lines that decide whether a file is a list.
_LOOKED_AT = 40
#: The share of lines with an id and nothing else that no other text has.
_SHARE = 4


def is_id_list(head: Head) -> bool:
    """Whether most of the first lines name papers; or the first one or some of them, by nothing but an id."""
    if head.start.startswith(b"<"):
        return False
    lines = [line for _, line in _content(head.lines[:-1] if head.cut else head.lines)][:_LOOKED_AT]
    named = [line for line in lines if ids_in(line)]
    bare = [line for line in named if len(line.split()) == 1]
    is_shared = len(bare) > 1 and _SHARE * len(bare) >= len(lines)
    return 2 * len(named) > len(lines) or is_shared or (bool(bare) and bare[0] == lines[0])


def read_id_list(file: OpenedFile) -> Iterator[Batch]:
    written = text.safe(rough_text(read_whole(file.stream)))
    ids, bad = _read_ids(written)
    yield Batch((), bad, 0, written.count("\n") + 1, file.done(), ids=ids)


def _read_ids(written: str) -> tuple[tuple[str, ...], tuple[BadRecord, ...]]:
    """Return the ids without duplicates, and the lines that name no paper."""
    ids: dict[str, None] = {}
    bad: list[BadRecord] = []
    for number, line in _content(written.splitlines()):
        try:
            ids[_id(line)] = None
        except BadRecordError as problem:
            bad.append(BadRecord(number, str(problem)))
    return tuple(ids), tuple(bad)


def _content(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines with content and their numbers, without comments, bullets and commas around them."""
    for number, line in enumerate(lines, 1):
        # An address may contain a “#”, but no blank before it.
        if content := _COMMENT.sub("", line).strip().lstrip("-*• ").rstrip(",;").strip("<>\"' "):
            yield number, content


def _id(line: str) -> str:
    """Return the id of the paper that a line names.

    Raises:
        BadRecordError: it names none, or several.
    """
    ids = ids_in(line)
    if not ids:
        raise BadRecordError(why_not_arxiv(line) or "not an arXiv id, a DOI or the URL of a paper")
    if len(ids) > 1:
        raise BadRecordError(f"several papers, {in_words(ids)}; write one per line")
    return ids[0]
