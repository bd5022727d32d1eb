"""Renders one paper as one or two lines of the list.

Columns: the bar of the cursor (or the symbol of a selected paper), votes right-aligned in four columns, the star, and
the title from the ninth column on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from papertui.model.bookmark import STATES
from papertui.model.format import count, first_author, plural
from papertui.model.paper import Paper
from papertui.model.trend import gained, spark
from papertui.search.results import Highlight, Span
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
#: Maximum width of the author in a compact row.
_AUTHOR_WIDTH = 22


class RowPainter(NamedTuple):
    """Draws papers as lines of the list."""

    state: ListState
    styles: Styles
    glyphs: Glyphs
    today: date
    highlight: Highlight | None

    def title_line(self, paper: Paper, width: int, *, is_cursor: bool) -> list[Segment]:
        """Return the first line: votes, star and title."""
        text = cut(paper.title, width - INDENT - _MARGIN, self.glyphs.ellipsis)
        return [
            *self._margin(paper, is_cursor=is_cursor),
            *runs(text, self._title_style(paper), self._spans(text, "title"), self.styles.hit),
        ]

    def facts_line(self, paper: Paper, width: int, *, is_cursor: bool) -> list[Segment]:
        """Return the second line: author, date, own annotations, growth of votes, reasons and other facts."""
        styles, ellipsis = self.styles, self.glyphs.ellipsis
        dot = f" {self.glyphs.dot} "
        room = width - INDENT - _MARGIN
        own = self._annotations(paper, room // 2)
        room -= _width(own) + (len(dot) if own else 0)
        first = cut(dot.join(_author_and_date(paper, self.today)), room, ellipsis)
        growth = self._growth(paper)
        growth = growth if cell_len(first) + cell_len(growth) + len(dot) <= room else ""
        used = cell_len(first) + (cell_len(growth) + len(dot) if growth else 0)
        rest = dot.join(self._facts(paper))
        rest = cut(f"{dot if used else ''}{rest}", max(0, room - used), ellipsis) if rest else ""
        separator = Segment(dot if first else "", styles.faint)
        return [
            Segment(self.glyphs.bar if is_cursor else " ", styles.primary),
            Segment(" " * (INDENT - 1)),
            *runs(first, styles.faint, self._spans(first), styles.hit),
            *([separator, *own] if own else []),
            *([separator, Segment(growth, styles.growth)] if growth else []),
            *runs(rest, styles.faint, self._spans(rest), styles.hit),
        ]

    def compact_line(self, paper: Paper, width: int, *, is_cursor: bool) -> list[Segment]:
        """Return the paper in one line: the date at the end, and the first author if there is space."""
        end = paper.day_text(self.today)
        if gain := self._growth(paper).rpartition(" ")[2]:
            end = f"{gain:>4}  {end:>6}"
        if width >= _ROOM_FOR_AUTHOR:
            end = f"{cut(first_author(paper.authors), _AUTHOR_WIDTH, self.glyphs.ellipsis)}  {end:>6}"
        room = width - INDENT - _MARGIN
        own = self._annotations(paper, max(0, room - cell_len(end)) // 4)
        if own:
            own.append(Segment("  "))
        room -= _width(own) + cell_len(end)
        text = cut(paper.title, max(0, room - 2), self.glyphs.ellipsis)
        return [
            *self._margin(paper, is_cursor=is_cursor),
            *runs(text, self._title_style(paper), self._spans(text), self.styles.hit),
            Segment(" " * max(0, room - cell_len(text))),
            *own,
            Segment(end, self.styles.faint),
        ]

    def _margin(self, paper: Paper, *, is_cursor: bool) -> list[Segment]:
        state, styles, glyphs = self.state, self.styles, self.glyphs
        votes = paper.upvotes
        hot = state.hot is not None and votes is not None and votes >= state.hot
        star = Segment(glyphs.star, styles.accent)
        new = Segment(glyphs.new if paper.id in state.context.new else " ", styles.growth)
        return [
            self._edge(paper, is_cursor=is_cursor),
            Segment(f"{'' if votes is None else count(votes):>4} ", styles.accent if hot else styles.faint),
            star if paper.id in state.kept else new,
            Segment(" "),
        ]

    def _edge(self, paper: Paper, *, is_cursor: bool) -> Segment:
        """Return the first column of a row: a distinct symbol, for terminals without colours."""
        if paper.id in self.state.selected:
            return Segment(self.glyphs.selected, self.styles.chosen if is_cursor else self.styles.name)
        return Segment(self.glyphs.bar if is_cursor else " ", self.styles.primary)

    def _title_style(self, paper: Paper) -> Style:
        return self.styles.faint if paper.id in self.state.read else self.styles.strong

    def _spans(self, text: str, field: str = "") -> Sequence[Span]:
        return self.highlight(text, field) if self.highlight else ()

    def _annotations(self, paper: Paper, room: int) -> list[Segment]:
        """Return rating, state, note symbol and tags of a bookmark in at most `room` cells."""
        bookmark = self.state.marks.get(paper.id)
        if bookmark is None:
            return []
        styles, glyphs = self.styles, self.glyphs
        parts = [(glyphs.star * bookmark.rating, styles.accent)] if bookmark.rating else []
        if bookmark.state != STATES[0]:
            parts.append((bookmark.state, styles.growth))
        if bookmark.note:
            parts.append((glyphs.note, styles.accent))
        parts += [(f"#{tag}", styles.primary) for tag in bookmark.tags]
        segments: list[Segment] = []
        for text, style in parts:
            shown = cut(f"{' ' if segments else ''}{text}", room, glyphs.ellipsis)
            if not shown.strip():
                break
            segments.append(Segment(shown, style))
            room -= cell_len(shown)
        return segments

    def _growth(self, paper: Paper) -> str:
        """Return the sparkline and gain of votes: no sparkline without enough data, empty without a gain."""
        growth = self.state.context.growths.get(paper.id)
        if growth is None or growth.gain <= 0:
            return ""
        return f"{spark(growth.curve, self.glyphs.levels)} {gained(growth)}".strip()

    def _facts(self, paper: Paper) -> list[str]:
        """Return why it is muted, personal reasons, stars, comments, public reasons, and organisation or category."""
        reasons = self.state.context.reasons.get(paper.id, ())
        rule = self.state.rule(paper.id)
        parts = [] if rule is None else [rule.words]
        parts += [reason.words for reason in reasons if not reason.is_public]
        if paper.stars:
            parts.append(f"{self.glyphs.repo} {count(paper.stars)}")
        if paper.comments:
            parts.append(plural(paper.comments, "comment"))
        parts += [reason.words for reason in reasons if reason.is_public]
        if paper.organization:
            parts.append(paper.organization)
        elif paper.categories:
            parts.append(paper.categories[0])
        return parts


def _width(segments: Sequence[Segment]) -> int:
    return sum(cell_len(segment.text) for segment in segments)


def _author_and_date(paper: Paper, today: date) -> list[str]:
    """Return first author and date, as far as they are known."""
    return [part for part in (first_author(paper.authors), paper.day_text(today)) if part]
