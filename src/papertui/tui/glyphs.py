"""The symbols used for drawing: a Unicode set and an ASCII set."""

from __future__ import annotations

from typing import NamedTuple


class Glyphs(NamedTuple):
    """A set of symbols."""

    bar: str  # marks the row under the cursor
    bar_blurred: str  # the same while keys go to another pane
    star: str  # a bookmarked paper
    repo: str  # before the stars of a repository
    dot: str  # between two facts
    ellipsis: str  # for truncated text
    slash: str  # at the start of the search line
    rule: str  # draws a horizontal line
    warn: str  # before a notice
    spin: str  # frames of the spinner
    arrow_left: str
    arrow_right: str
    new: str  # a paper added since the last visit of the feed
    levels: str  # draw a sparkline, the lowest first
    selected: str  # a selected paper
    note: str  # a paper with a note
    edge: str  # beside a pane with the focus
    grip: str  # the divider under the mouse
    fills: str  # draw a horizontal bar, the narrowest first

    @property
    def up_down(self) -> str:
        """The names of two keys."""
        return "↑↓" if self.is_unicode else "up/down"

    @property
    def is_unicode(self) -> bool:
        return not self.star.isascii()


UNICODE = Glyphs(
    "▌", "▏", "★", "✦", "·", "…", "/", "─", "!", "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "‹", "›", "•", "▁▂▃▄▅▆▇█", "✓", "✎", "▎", "┃", "▏▎▍▌▋▊▉█"
)
ASCII = Glyphs(
    ">", ":", "*", "stars", "-", "~", "/", "-", "!", "|/-\\", "<", ">", "+", "_.-=^", "x", "note", "|", "#", "="
)
