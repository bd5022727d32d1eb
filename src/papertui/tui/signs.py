"""The signs rows and lines are drawn with: one set for Unicode terminals, one in plain ASCII."""

from __future__ import annotations

from typing import NamedTuple


class Signs(NamedTuple):
    """A set of signs, each one cell wide.

    Attributes:
        bar: marks the row under the cursor.
        star: a paper that is kept.
        repo: goes before the stars of a repository.
        dot: stands between two facts.
        ellipsis: stands for what was cut off.
        slash: begins the search line.
        rule: draws a line between two regions.
        warn: begins a notice.
        spin: turns while something is fetched.
        arrow_left: "earlier".
        arrow_right: "later".
        new: a paper that was not there at the last look.
        levels: draw a curve, the lowest first.
        selected: a paper that was selected.
        note: a paper the reader wrote something about.
    """

    bar: str
    star: str
    repo: str
    dot: str
    ellipsis: str
    slash: str
    rule: str
    warn: str
    spin: str
    arrow_left: str
    arrow_right: str
    new: str
    levels: str
    selected: str
    note: str


UNICODE = Signs("▌", "★", "☆", "·", "…", "/", "─", "!", "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "‹", "›", "•", "▁▂▃▄▅▆▇█", "✓", "✎")
ASCII = Signs(">", "*", "stars", "-", "~", "/", "-", "!", "|/-\\", "<", ">", "+", "_.-=^", "x", "note")
