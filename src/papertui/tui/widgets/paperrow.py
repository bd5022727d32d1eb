"""One paper as one or two lines of the list.

Columns: the cursor's bar, votes set right in four, the star, and from the ninth column on the title.
"""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from papertui.core.paper import Paper
from papertui.core.search import Highlight
from papertui.core.shelf import Shelf
from papertui.core.wording import count, day, first_author, plural
from papertui.tui.looks import Looks
from papertui.tui.signs import Signs
from papertui.tui.typeset import cut, runs

#: Cells before the title.
INDENT = 8
#: Free cells behind the title.
_MARGIN = 2
#: From this width on a compact row has room for the author as well.
_ROOM_FOR_AUTHOR = 72


def _margin(paper: Paper, shelf: Shelf, looks: Looks, signs: Signs, *, here: bool) -> list[Segment]:
    votes = paper.upvotes
    shown = "" if votes is None else count(votes)
    hot = shelf.hot is not None and votes is not None and votes >= shelf.hot
    kept = paper.id in shelf.kept
    return [
        Segment(signs.bar if here else " ", looks.primary),
        Segment(f"{shown:>4} ", looks.accent if hot else looks.faint),
        Segment(signs.star if kept else " ", looks.accent),
        Segment(" "),
    ]


def _titled(paper: Paper, shelf: Shelf, looks: Looks) -> Style:
    return looks.faint if paper.id in shelf.read else looks.strong


def title_line(
    paper: Paper,
    shelf: Shelf,
    looks: Looks,
    signs: Signs,
    width: int,
    *,
    here: bool,
    highlight: Highlight | None,
) -> list[Segment]:
    """The first line: votes, star and title."""
    text = cut(paper.title, width - INDENT - _MARGIN, signs.ellipsis)
    spans = highlight(text, "title") if highlight else ()
    return [
        *_margin(paper, shelf, looks, signs, here=here),
        *runs(text, _titled(paper, shelf, looks), spans, looks.hit),
    ]


def facts_line(
    paper: Paper,
    looks: Looks,
    signs: Signs,
    width: int,
    *,
    here: bool,
    today: date,
    highlight: Highlight | None,
) -> list[Segment]:
    """The second line: who, when, and what else there is."""
    text = cut(facts(paper, signs, today), width - INDENT - _MARGIN, signs.ellipsis)
    spans = highlight(text) if highlight else ()
    return [
        Segment(signs.bar if here else " ", looks.primary),
        Segment(" " * (INDENT - 1)),
        *runs(text, looks.faint, spans, looks.hit),
    ]


def facts(paper: Paper, signs: Signs, today: date) -> str:
    """First author, day, stars of the code, comments and laboratory, as far as they are known."""
    parts = [first_author(paper.authors)]
    if when := paper.featured or (paper.published.date() if paper.published else None):
        parts.append(day(when, today))
    if paper.stars:
        parts.append(f"{signs.repo} {count(paper.stars)}")
    if paper.comments:
        parts.append(plural(paper.comments, "comment"))
    if paper.organization:
        parts.append(paper.organization)
    elif paper.categories:
        parts.append(paper.categories[0])
    return f" {signs.dot} ".join(part for part in parts if part)


def compact_line(
    paper: Paper,
    shelf: Shelf,
    looks: Looks,
    signs: Signs,
    width: int,
    *,
    here: bool,
    today: date,
    highlight: Highlight | None,
) -> list[Segment]:
    """The whole paper in one line: the day at its end, and the first author where there is room."""
    when = paper.featured or (paper.published.date() if paper.published else None)
    end = day(when, today) if when else ""
    if width >= _ROOM_FOR_AUTHOR:
        end = f"{cut(first_author(paper.authors), 22, signs.ellipsis)}  {end:>6}"
    room = max(0, width - INDENT - _MARGIN - cell_len(end) - 2)
    text = cut(paper.title, room, signs.ellipsis)
    gap = width - INDENT - _MARGIN - cell_len(text) - cell_len(end)
    spans = highlight(text) if highlight else ()
    return [
        *_margin(paper, shelf, looks, signs, here=here),
        *runs(text, _titled(paper, shelf, looks), spans, looks.hit),
        Segment(" " * max(0, gap)),
        Segment(end, looks.faint),
    ]
