"""The styles lines are drawn with, made from the colours of the theme.

Made here once a theme, not by component classes: a style sheet with one class a style costs a quarter of the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rich.style import Style


class Looks(NamedTuple):
    """The styles of papertui. The grounds have a background; all others are laid over one.

    Attributes:
        ground: behind list and search line.
        panel: behind the lines at top and bottom and the paper.
        cursor: behind the row under the cursor.
        calm: the same while another pane has the keys.
        picked: behind rows that were selected.
        text: plain text.
        strong: titles, unread papers.
        faint: what is said in passing, papers that were read.
        primary: headings, keys, links.
        name: the program's name and keys.
        chosen: the open view.
        accent: what stands out: many votes, the star.
        authors: names.
        growth: what is good news, "in short".
        hit: letters that were searched for.
    """

    ground: Style
    panel: Style
    cursor: Style
    calm: Style
    picked: Style
    text: Style
    strong: Style
    faint: Style
    primary: Style
    name: Style
    chosen: Style
    accent: Style
    authors: Style
    growth: Style
    hit: Style


def looks(colors: Mapping[str, str]) -> Looks:
    """The styles of the theme with these `colors`: Textual's theme variables."""
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
