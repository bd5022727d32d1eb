"""Renders one paper as one, two or three lines of the list.

Columns: the bar of the cursor (or the symbol of a selected paper), votes and their growth if any paper of the list has
some, the bookmark, and the title. A title that needs more than one line goes on in the second one, before the facts.
Facts that do not fit are left out as a whole, the least important first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from papertui.model.bookmark import RATINGS, STATES
from papertui.model.format import count, first_author, plural
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.model.trend import gained
from papertui.search.results import Highlight, Span
from papertui.tui.glyphs import Glyphs
from papertui.tui.list_state import ListState
from papertui.tui.text_layout import cut, filled, runs, within, wrap
from papertui.tui.theme import Styles
from papertui.tui.widgets.pane_title import title_style

#: Cells of the votes, and of their growth, each with a blank.
_VOTES = 5
#: Cells of the stars of the repository at the end of a row, and the fewest cells of a row with that column.
_STARS, ROOM_FOR_STARS = 8, 88
#: The column that the list is sorted by.
_SORTED = Style(underline=True)
#: Annotations may take one part in this number from the line of a title.
_SHARE = 3
#: The same for why a paper is in Alerts.
_SHARE_OF_ALERTS = 2
#: Cells for the number of annotations that do not fit.
_MORE = 3
#: Free cells after the title.
_MARGIN = 2
#: Minimum width of a compact row that shows the author, beside a title that is hardly ever cut.
_ROOM_FOR_AUTHOR = 110
#: Maximum width of the author in a compact row.
_AUTHOR_WIDTH = 22
#: Between the end of a title and the facts on the same line.
_GAP = 3
#: Fewer cells than this after the end of a title stay empty.
_FEWEST = 12
#: Cells shown before the first match in a title whose beginning is left out.
_BEFORE_HIT = 12


class _Fact(NamedTuple):
    """A part of the line of facts."""

    segments: Sequence[Segment]
    #: The facts with the greatest number are left out first.
    rank: int = 0

    @property
    def cells(self) -> int:
        return _width(self.segments)


class RowPainter(NamedTuple):
    """Draws papers as lines of the list."""

    state: ListState
    styles: Styles
    glyphs: Glyphs
    today: date
    highlight: Highlight | None
    #: Whether the stars of repositories are a column, not one of the facts.
    has_stars: bool = False
    #: Whether keys go to the list.
    has_focus: bool = True

    @property
    def indent(self) -> int:
        """Cells before the title."""
        return 3 + _VOTES * (self.state.has_votes + self.state.has_growth)

    def heading(self, width: int, base: Style) -> Strip:
        """Return the line over the list, with the names of the columns."""
        style = title_style(self.styles, has_focus=self.has_focus)

        def name(text: str, order: Order) -> Segment:
            return Segment(text, style + _SORTED if self.state.order is order else style)

        before = [name("votes", Order.VOTES)] if self.state.has_votes else []
        if self.state.has_growth:
            before += [Segment(" "), name("+24h", Order.RISING)]
        before.append(Segment(" " * (self.indent - _width(before))))
        after = [name("GitHub", Order.STARS), Segment(" " * _MARGIN)] if self.has_stars else []
        title = Segment(cut("Papers", max(0, width - _width([*before, *after])), self.glyphs.ellipsis), style)
        gap = width - _width([*before, title, *after])
        return filled([*before, title, Segment(" " * max(0, gap)), *after], base, width)

    def order_at(self, x: int, width: int) -> Order:
        """Return the order that a click on the heading asks for."""
        if self.has_stars and x >= width - _STARS:
            return Order.STARS
        if x < _VOTES * self.state.has_votes:
            return Order.VOTES
        return Order.RISING if x < self.indent - 3 else Order.FEED

    @property
    def star_columns(self) -> range:
        """The columns of the bookmark, with a cell around it for the mouse."""
        return range(self.indent - 3, self.indent)

    def lines(self, paper: Paper, width: int, number: int, *, is_cursor: bool) -> list[list[Segment]]:
        """Return the paper in `number` lines."""
        if number == 1:
            return [self.compact_line(paper, width, is_cursor=is_cursor)]
        room = max(2, width - self.indent - _MARGIN - _STARS * self.has_stars)
        title = paper.title
        spans = self._spans(title, "title")
        style = self._title_style(paper)
        first, *further = wrap(title, room) or [(0, 0)]
        shown = [[*self._margin(paper, is_cursor=is_cursor), *self._part(title, first, style, spans)]]
        shown[0] += self._stars(paper, width - _width(shown[0]))
        if further:
            rest = further[0][0], len(title)
            if number == 2:  # noqa: PLR2004 - the facts follow the rest of the title
                shown.append(self._rest_and_facts(paper, rest, room, spans))
            else:
                shown.append(self._fitted(title, rest, room, style, spans))
                shown.append(self._facts_line(paper, room))
        else:
            shown.append(self._facts_line(paper, room))
            if number > 2:  # noqa: PLR2004 - a line is left
                short = cut(paper.tldr or "", room, self.glyphs.ellipsis)
                shown.append(runs(short, self.styles.faint, self._spans(short, "tldr"), self.styles.hit))
        edge = Segment(self._bar if is_cursor else " ", self._bar_style), Segment(" " * (self.indent - 1))
        return [shown[0], *([*edge, *line] for line in shown[1:])]

    def _part(self, text: str, part: Span, style: Style, spans: Sequence[Span]) -> list[Segment]:
        """Return a part of a text, with its matches marked."""
        start, end = part
        return runs(text[start:end], style, within(spans, start, end), self.styles.hit)

    def _fitted(self, text: str, part: Span, room: int, style: Style, spans: Sequence[Span]) -> list[Segment]:
        """Return a part of a text in at most `room` cells; what is cut is not where the first match is."""
        start, end = part
        if cell_len(text[start:end]) <= room:
            return self._part(text, part, style, spans)
        ellipsis = self.glyphs.ellipsis
        hit, hit_end = next((span for span in spans if span[0] >= start), (start, start))
        shown = cut(text[start:end], room, ellipsis)
        if hit_end <= start + len(shown) - len(ellipsis):
            kept = start + len(shown) - len(ellipsis)
            return [*self._part(text, (start, kept), style, spans), Segment(ellipsis, style)]
        begin = text.rfind(" ", start, max(start, hit - _BEFORE_HIT)) + 1 or max(start, hit - _BEFORE_HIT)
        shown = cut(text[begin:end], room - cell_len(ellipsis), ellipsis)
        is_cut = shown != text[begin:end]
        kept = begin + len(shown) - (len(ellipsis) if is_cut else 0)
        tail = [Segment(ellipsis, style)] if is_cut else []
        return [Segment(ellipsis, style), *self._part(text, (begin, kept), style, spans), *tail]

    def _rest_and_facts(self, paper: Paper, rest: Span, room: int, spans: Sequence[Span]) -> list[Segment]:
        """Return the rest of a title, and after it as many facts as fit.

        The reader's annotations, and why a paper is muted or in Alerts, are shown even if the title must be cut.
        """
        most = room // (_SHARE_OF_ALERTS if self.state.feed.name.kind == "alerts" else _SHARE)
        own = _fitting(self._own(paper, most), most, self._dot)
        reserved = _width(own) + _GAP if own else 0
        segments = self._fitted(paper.title, rest, room - reserved, self._title_style(paper), spans)
        if own:
            segments += [Segment(" " * _GAP), *own]
        between = self._dot if own else Segment(" " * _GAP)
        left = room - _width(segments) - len(between.text)
        facts = _fitting(self._known(paper, room), left, self._dot) if left >= _FEWEST else []
        return [*segments, between, *facts] if facts else segments

    def _facts_line(self, paper: Paper, room: int) -> list[Segment]:
        """Return author, date, own annotations and other facts, as many as fit."""
        first, *others = self._known(paper, room) or [_Fact(())]
        return _fitting([first, *self._own(paper, room // 2), *others], room, self._dot)

    @property
    def _dot(self) -> Segment:
        return Segment(f" {self.glyphs.dot} ", self.styles.faint)

    def _own(self, paper: Paper, room: int) -> list[_Fact]:
        """Return what the reader's settings and bookmark say about a paper, and why it is in Alerts."""
        rule = self.state.rule(paper.id)
        reasons = self.state.context.reasons.get(paper.id, ())
        texts = [(reason.words, self.styles.growth) for reason in reasons if reason.kind == "alert"]
        texts += [] if rule is None else [(rule.words, self.styles.faint)]
        facts = [_Fact([Segment(cut(words, room, self.glyphs.ellipsis), style)]) for words, style in texts]
        if signs := self._news(paper):
            facts = [_Fact(signs), *facts]
        return [*facts, *([_Fact(own)] if (own := self._annotations(paper, room)) else [])]

    def _news(self, paper: Paper) -> list[Segment]:
        """Return that a paper is withdrawn, or that a new version of it is out."""
        words = ", ".join(one.sign for one in self.state.context.news.get(paper.id, ()))
        return [Segment(words, self.styles.accent)] if words else []

    def _known(self, paper: Paper, room: int) -> list[_Fact]:
        """Return the facts of a paper in the order in which they are shown."""
        styles = self.styles
        reasons = self.state.context.reasons.get(paper.id, ())
        texts = [
            (_first_author(paper.authors, room), 0),
            (paper.day_text(self.today), 1),
            *((reason.words, 2) for reason in reasons if not reason.is_public and reason.kind != "alert"),
            (f"{self.glyphs.repo} {count(paper.stars)}" if paper.stars and not self.has_stars else "", 4),
            (plural(paper.comments, "comment") if paper.comments else "", 5),
            (paper.organization or next(iter(paper.categories), ""), 3),
        ]
        return [_Fact(runs(text, styles.faint, self._spans(text), styles.hit), rank) for text, rank in texts if text]

    def compact_line(self, paper: Paper, width: int, *, is_cursor: bool) -> list[Segment]:
        """Return the paper in one line: the date at the end, and the first author if there is space."""
        end = paper.day_text(self.today)
        if width >= _ROOM_FOR_AUTHOR:
            end = f"{_first_author(paper.authors, _AUTHOR_WIDTH)}  {end:>6}"
        stars = self._stars(paper, _STARS)
        room = width - self.indent - _MARGIN - _width(stars)
        own = self._annotations(paper, max(0, room - cell_len(end)) // 4)
        if (signs := self._news(paper)) and _width(signs) + _width(own) < (room - cell_len(end)) // 2:
            own = [*signs, *([Segment(" ")] if own else []), *own]
        if own:
            own.append(Segment("  "))
        room -= _width(own) + cell_len(end)
        title = self._fitted(
            paper.title,
            (0, len(paper.title)),
            max(2, room - 2),
            self._title_style(paper),
            self._spans(paper.title, "title"),
        )
        return [
            *self._margin(paper, is_cursor=is_cursor),
            *title,
            Segment(" " * max(0, room - _width(title))),
            *own,
            Segment(end, self.styles.faint),
            *stars,
        ]

    def _stars(self, paper: Paper, room: int) -> list[Segment]:
        """Return the stars of the repository at the end of `room` cells."""
        if not self.has_stars:
            return []
        text = count(paper.stars) if paper.stars else ""
        return [Segment(f"{text:>{max(0, room - _MARGIN)}}", self.styles.faint)]

    def _margin(self, paper: Paper, *, is_cursor: bool) -> list[Segment]:
        state, styles, glyphs = self.state, self.styles, self.glyphs
        votes = paper.upvotes
        hot = state.hot is not None and votes is not None and votes >= state.hot
        star = Segment(glyphs.star, styles.accent)
        new = Segment(glyphs.new if paper.id in state.context.new else " ", styles.growth)
        columns = []
        if state.has_votes:
            columns.append(
                Segment(f"{'' if votes is None else count(votes):>4} ", styles.accent if hot else styles.faint)
            )
        if state.has_growth:
            columns.append(Segment(f"{self._growth(paper):>4} ", styles.growth))
        return [
            self._edge(paper, is_cursor=is_cursor),
            *columns,
            star if paper.id in state.kept else new,
            Segment(" "),
        ]

    def _edge(self, paper: Paper, *, is_cursor: bool) -> Segment:
        """Return the first column of a row: a distinct symbol, for terminals without colours."""
        if paper.id in self.state.selected:
            return Segment(self.glyphs.selected, self.styles.chosen if is_cursor else self.styles.name)
        return Segment(self._bar if is_cursor else " ", self._bar_style)

    @property
    def _bar(self) -> str:
        """The sign of the cursor, which shows without colours whether keys go to the list."""
        return self.glyphs.bar if self.has_focus else self.glyphs.bar_blurred

    @property
    def _bar_style(self) -> Style:
        return self.styles.primary if self.has_focus else self.styles.faint

    def _title_style(self, paper: Paper) -> Style:
        return self.styles.faint if paper.id in self.state.read else self.styles.strong

    def _spans(self, text: str, field: str = "") -> Sequence[Span]:
        return self.highlight(text, field) if self.highlight else ()

    def _annotations(self, paper: Paper, room: int) -> list[Segment]:
        """Return rating, state, note symbol and tags of a bookmark in at most `room` cells; none of them is cut."""
        bookmark = self.state.marks.get(paper.id)
        if bookmark is None:
            return []
        styles, glyphs = self.styles, self.glyphs
        parts = [(f"{bookmark.rating}/{RATINGS[-1]}", styles.accent)] if bookmark.rating else []
        if bookmark.state != STATES[0]:
            parts.append((bookmark.state, styles.growth))
        if bookmark.note:
            parts.append((glyphs.note, styles.accent))
        parts += [(f"#{tag}", styles.primary) for tag in bookmark.tags]
        segments: list[Segment] = []
        hidden = 0
        for place, (text, style) in enumerate(parts):
            shown = f"{' ' if segments else ''}{text}"
            reserved = _MORE if hidden or place + 1 < len(parts) else 0
            if cell_len(shown) + reserved > room:
                hidden += 1
                continue
            segments.append(Segment(shown, style))
            room -= cell_len(shown)
        if hidden and segments:
            segments.append(Segment(f" +{hidden}", styles.faint))
        return segments

    def _growth(self, paper: Paper) -> str:
        """Return the gain of votes; empty without one."""
        growth = self.state.context.growths.get(paper.id)
        return gained(growth) if growth is not None and growth.gain > 0 else ""


def _first_author(authors: Sequence[str], room: int) -> str:
    """Return the first author and the number of others, or less of that where it does not fit; no name is cut."""
    full = first_author(authors)
    family = authors[0].rsplit(" ", 1)[-1] if authors else ""
    options = (full, *authors[:1], full.replace(authors[0], family, 1) if authors else "", family)
    return next((name for name in options if cell_len(name) <= room), "")


def _width(segments: Sequence[Segment]) -> int:
    return sum(cell_len(segment.text) for segment in segments)


def _fitting(facts: Sequence[_Fact], room: int, separator: Segment) -> list[Segment]:
    """Return as many facts as fit into `room` cells: those with the greatest rank are left out first."""
    gap = cell_len(separator.text)
    shown = list(facts)
    while shown and sum(fact.cells + gap for fact in shown) - gap > room:
        shown.remove(max(reversed(shown), key=lambda fact: fact.rank))
    segments: list[Segment] = []
    for fact in shown:
        segments += [separator, *fact.segments] if segments else fact.segments
    return segments
