"""Renders one paper as one or two lines of the list.

Columns: the bar of the cursor (or the symbol of a selected paper), votes right-aligned in four columns, the star, and
the title from the ninth column on.
"""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from papertui.model.bookmark import STATES
from papertui.model.format import count, day, first_author, plural
from papertui.model.paper import Paper
from papertui.model.trend import gained, spark
from papertui.search.results import Highlight
from papertui.tui.glyphs import Glyphs
from papertui.tui.list_state import ListState
from papertui.tui.text_layout import cut, runs
from papertui.tui.theme import Styles

#: Cells before the title.
INDENT = 8
#: Free cells after the title.
_MARGIN = 2
#: Minimum width of a compact row that shows the author.
_ROOM_FOR_AUTHOR = 72


def _margin(paper: Paper, shelf: ListState, looks: Styles, signs: Glyphs, *, here: bool) -> list[Segment]:
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


def _edge(paper: Paper, shelf: ListState, looks: Styles, signs: Glyphs, *, here: bool) -> Segment:
    """Return the first column of a row: a distinct symbol, for terminals without colours."""
    if paper.id in shelf.selected:
        return Segment(signs.selected, looks.chosen if here else looks.name)
    return Segment(signs.bar if here else " ", looks.primary)


def _titled(paper: Paper, shelf: ListState, looks: Styles) -> Style:
    return looks.faint if paper.id in shelf.read else looks.strong


def title_line(
    paper: Paper,
    shelf: ListState,
    looks: Styles,
    signs: Glyphs,
    width: int,
    *,
    here: bool,
    highlight: Highlight | None,
) -> list[Segment]:
    """Render the first line: votes, star and title."""
    text = cut(paper.title, width - INDENT - _MARGIN, signs.ellipsis)
    spans = highlight(text, "title") if highlight else ()
    return [
        *_margin(paper, shelf, looks, signs, here=here),
        *runs(text, _titled(paper, shelf, looks), spans, looks.hit),
    ]


def facts_line(
    paper: Paper,
    shelf: ListState,
    looks: Styles,
    signs: Glyphs,
    width: int,
    *,
    here: bool,
    today: date,
    highlight: Highlight | None,
) -> list[Segment]:
    """Render the second line: author, date, own annotations, growth of votes, reasons and other facts."""
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
    """Return first author and date, as far as they are known."""
    when = paper.featured or (paper.published.date() if paper.published else None)
    return [part for part in (first_author(paper.authors), day(when, today) if when else "") if part]


def said(paper: Paper, shelf: ListState, looks: Styles, signs: Glyphs, room: int) -> list[Segment]:
    """Render rating, state, note symbol and tags of a bookmark in at most `room` cells."""
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
        text = cut(f"{' ' if made else ''}{text}", room, signs.ellipsis)  # noqa: PLW2901 - the truncated text
        if not text.strip():
            break
        made.append(Segment(text, style))
        room -= cell_len(text)
    return made


def growth_words(paper: Paper, shelf: ListState, signs: Glyphs) -> str:
    """Return the sparkline and gain of votes: no sparkline without enough data, empty without a gain."""
    grown = shelf.context.growths.get(paper.id)
    if grown is None or grown.gain <= 0:
        return ""
    return f"{spark(grown.curve, signs.levels)} {gained(grown)}".strip()


def facts(paper: Paper, shelf: ListState, signs: Glyphs) -> list[str]:
    """Return personal reasons, repository stars, comments, public reasons, and organisation or category."""
    reasons = shelf.context.reasons.get(paper.id, ())
    parts = [reason.words for reason in reasons if not reason.is_public]
    if paper.stars:
        parts.append(f"{signs.repo} {count(paper.stars)}")
    if paper.comments:
        parts.append(plural(paper.comments, "comment"))
    parts += [reason.words for reason in reasons if reason.is_public]
    if paper.organization:
        parts.append(paper.organization)
    elif paper.categories:
        parts.append(paper.categories[0])
    return parts


def compact_line(
    paper: Paper,
    shelf: ListState,
    looks: Styles,
    signs: Glyphs,
    width: int,
    *,
    here: bool,
    today: date,
    highlight: Highlight | None,
) -> list[Segment]:
    """Render the paper in one line: the date at the end, and the first author if there is space."""
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
