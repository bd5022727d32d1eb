"""The page of a paper site, saved as text: some lines of navigation, then titles and abstracts in turn.

The button “Subscribe” runs into the first title. Pages have no ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from papertui.importers.batch import SOURCE, BadRecord, Batch
from papertui.importers.files import Head, OpenedFile, read_whole
from papertui.model import text
from papertui.model.paper import Paper

#: The button, directly before the first title: ``SubscribeAttention Is All You Need``, or with a blank.
_GLUED = re.compile(r"\s*(?:Subscribe)\s*(\S.*)")
#: Titles are shorter, abstracts longer.
_LONGEST_TITLE, _SHORTEST_ABSTRACT = 300, 80
_LONGEST_FURNITURE = 200


def is_page_text(head: Head) -> bool:
    return b"\0" not in head.data and _first_title([line for line in head.lines[:-1] if line.strip()]) is not None


def read_page_text(file: OpenedFile) -> Iterator[Batch]:
    page = read_whole(file.stream).decode("utf-8", "replace")
    papers, bad = _read_page(text.safe(page.removeprefix("\ufeff")))
    yield Batch(tuple(papers), tuple(bad), 0, page.count("\n") + 1, file.done())


def _read_page(page: str) -> tuple[list[Paper], list[BadRecord]]:
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
