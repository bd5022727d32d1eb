"""One paper as one or two lines of the list.

Columns: the cursor's bar (or the sign of a selected paper), votes set right in four, the star, and from the ninth on
the title.
"""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from papertui.core.bookmark import STATES
from papertui.core.context import gained, spark
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
    kept, new = paper.id in shelf.kept, paper.id in shelf.context.new
    mark = Segment(signs.star, looks.accent) if kept else Segment(signs.new if new else " ", looks.growth)
    return [
        _edge(paper, shelf, looks, signs, here=here),
        Segment(f"{shown:>4} ", looks.accent if hot else looks.faint),
        mark,
        Segment(" "),
    ]


def _edge(paper: Paper, shelf: Shelf, looks: Looks, signs: Signs, *, here: bool) -> Segment:
    """What stands at the edge of a row: told by its shape where there are no colours."""
    if paper.id in shelf.selected:
        return Segment(signs.selected, looks.chosen if here else looks.name)
    return Segment(signs.bar if here else " ", looks.primary)


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
    shelf: Shelf,
    looks: Looks,
    signs: Signs,
    width: int,
    *,
    here: bool,
    today: date,
    highlight: Highlight | None,
) -> list[Segment]:
    """The second line: who, when, what the reader says, how votes grew, what else there is, why the paper is here."""
    dot = f" {signs.dot} "
    first = dot.join(who_and_when(paper, today))
    grown = growth_words(paper, shelf, signs)
    rest = dot.join(facts(paper, shelf, signs))
    room = width - INDENT - _MARGIN
    own = said(paper, shelf, looks, signs, room // 2)
    taken = sum(cell_len(segment.text) for segment in own) + (len(dot) if own else 0)
    room -= taken
    first = cut(first, room, signs.ellipsis)
    grown = grown if cell_len(first) + cell_len(grown) + len(dot) <= room else ""
    used = cell_len(first) + (cell_len(grown) + len(dot) if grown else 0)
    rest = cut(f"{dot if used else ''}{rest}", max(0, room - used), signs.ellipsis) if rest else ""
    return [
        Segment(signs.bar if here else " ", looks.primary),
        Segment(" " * (INDENT - 1)),
        *runs(first, looks.faint, highlight(first) if highlight else (), looks.hit),
        *([Segment(dot if first else "", looks.faint), *own] if own else []),
        *([Segment(dot if first else "", looks.faint), Segment(grown, looks.growth)] if grown else []),
        *runs(rest, looks.faint, highlight(rest) if highlight else (), looks.hit),
    ]


def who_and_when(paper: Paper, today: date) -> list[str]:
    """First author and day, as far as they are known."""
    when = paper.featured or (paper.published.date() if paper.published else None)
    return [part for part in (first_author(paper.authors), day(when, today) if when else "") if part]


def said(paper: Paper, shelf: Shelf, looks: Looks, signs: Signs, room: int) -> list[Segment]:
    """What the reader says of a kept paper, in at most `room` cells: rating, state, sign of a note, tags."""
    mark = shelf.marks.get(paper.id)
    if mark is None:
        return []
    parts = [(signs.star * (mark.rating or 0), looks.accent)] if mark.rating else []
    if mark.state != STATES[0]:
        parts.append((mark.state, looks.growth))
    if mark.note:
        parts.append((signs.note, looks.accent))
    parts += [(f"#{tag}", looks.primary) for tag in mark.tags]
    made: list[Segment] = []
    for text, style in parts:
        text = cut(f"{' ' if made else ''}{text}", room, signs.ellipsis)  # noqa: PLW2901 - what is left of it
        if not text.strip():
            break
        made.append(Segment(text, style))
        room -= cell_len(text)
    return made


def growth_words(paper: Paper, shelf: Shelf, signs: Signs) -> str:
    """The curve of votes and what was gained; no curve where too little is known, nothing where nothing was gained."""
    grown = shelf.context.growths.get(paper.id)
    if grown is None or grown.gain <= 0:
        return ""
    return f"{spark(grown.curve, signs.levels)} {gained(grown)}".strip()


def facts(paper: Paper, shelf: Shelf, signs: Signs) -> list[str]:
    """Why the paper is here, stars of the code, comments; what everybody sees and where it is from at the end."""
    reasons = shelf.context.reasons.get(paper.id, ())
    seen_by_all = [reason for reason in reasons if reason.startswith("HF ")]
    parts = [reason for reason in reasons if reason not in seen_by_all]
    if paper.stars:
        parts.append(f"{signs.repo} {count(paper.stars)}")
    if paper.comments:
        parts.append(plural(paper.comments, "comment"))
    parts += seen_by_all
    if paper.organization:
        parts.append(paper.organization)
    elif paper.categories:
        parts.append(paper.categories[0])
    return parts


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
    if grown := growth_words(paper, shelf, signs).rpartition(" ")[2]:
        end = f"{grown:>4}  {end:>6}"
    if width >= _ROOM_FOR_AUTHOR:
        end = f"{cut(first_author(paper.authors), 22, signs.ellipsis)}  {end:>6}"
    own = said(paper, shelf, looks, signs, max(0, width - INDENT - _MARGIN - cell_len(end)) // 4)
    if own:
        own.append(Segment("  "))
    taken = sum(cell_len(segment.text) for segment in own) + cell_len(end)
    text = cut(paper.title, max(0, width - INDENT - _MARGIN - taken - 2), signs.ellipsis)
    gap = width - INDENT - _MARGIN - cell_len(text) - taken
    spans = highlight(text) if highlight else ()
    return [
        *_margin(paper, shelf, looks, signs, here=here),
        *runs(text, _titled(paper, shelf, looks), spans, looks.hit),
        Segment(" " * max(0, gap)),
        *own,
        Segment(end, looks.faint),
    ]
