"""The styles of drawn lines, derived from the colours of the theme.

They are computed here, not by component classes: a style sheet with one class per style takes a quarter of the start-up
time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rich.style import Style


class Looks(NamedTuple):
    """The styles of papertui. The first five are backgrounds; the others are applied over one of them."""

    ground: Style  # list and search line
    panel: Style  # top line, bottom line and preview
    cursor: Style  # row under the cursor
    calm: Style  # row under the cursor while another pane has the focus; row under the mouse
    picked: Style  # selected rows
    text: Style  # plain text
    strong: Style  # titles, unread papers
    faint: Style  # secondary text, read papers
    primary: Style  # headings, keys, links
    name: Style  # name of the program, keys
    chosen: Style  # open tab
    accent: Style  # many votes, the star
    authors: Style  # names
    growth: Style  # gained votes, "in short"
    hit: Style  # matched letters


def looks(colors: Mapping[str, str]) -> Looks:
    """Return the styles for `colors`, the variables of a Textual theme."""
    text = colors["foreground"]
    return Looks(
        ground=Style(color=text, bgcolor=colors["background"]),
        panel=Style(color=text, bgcolor=colors["panel"]),
        cursor=Style(color=text, bgcolor=colors["cursor"]),
        calm=Style(color=text, bgcolor=colors["panel"]),
        picked=Style(color=text, bgcolor=colors["picked"]),
        text=Style(color=text),
        strong=Style(color=text, bold=True),
        faint=Style(color=colors["faint"]),
        primary=Style(color=colors["primary"]),
        name=Style(color=colors["primary"], bold=True),
        chosen=Style(color=colors["background"], bgcolor=colors["primary"], bold=True),
        accent=Style(color=colors["accent"]),
        authors=Style(color=colors["authors"]),
        growth=Style(color=colors["growth"]),
        hit=Style(color=colors["hit"], underline=True),
    )
