"""The themes, and the styles made from their colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rich.style import Style
from textual.theme import Theme

#: The variables of a theme from which the styles are made.
_USED = (
    "foreground",
    "background",
    "panel",
    "cursor",
    "selected",
    "faint",
    "primary",
    "accent",
    "authors",
    "growth",
    "hit",
)


class Styles(NamedTuple):
    """The styles of drawn lines. The first five are backgrounds; the others are applied over one of them.

    They are computed here, not by component classes: a style sheet with one class per style takes a quarter of the
    start-up time.
    """

    ground: Style  # list and search line
    panel: Style  # top line, bottom line and preview
    cursor: Style  # row under the cursor
    cursor_blurred: Style  # row under the cursor while another pane has the focus; row under the mouse
    selected: Style  # selected rows
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


def make_styles(variables: Mapping[str, str]) -> Styles:
    """Return the styles for the variables of a theme.

    The row under the cursor is reversed if the theme says so: the colours of a terminal are not known.
    """
    # Rich names the colours of the terminal without the prefix that Textual uses.
    colors = {name: variables[name].removeprefix("ansi_") for name in _USED}
    text = colors["foreground"]
    reverse = variables["cursor-text-style"] == "reverse" or None
    return Styles(
        ground=Style(color=text, bgcolor=colors["background"]),
        panel=Style(color=text, bgcolor=colors["panel"]),
        cursor=Style(color=text, bgcolor=colors["cursor"], reverse=reverse),
        cursor_blurred=Style(color=text, bgcolor=colors["panel"]),
        selected=Style(color=text, bgcolor=colors["selected"]),
        text=Style(color=text),
        strong=Style(color=text, bold=True),
        faint=Style(color=colors["faint"]),
        primary=Style(color=colors["primary"]),
        name=Style(color=colors["primary"], bold=True),
        chosen=Style(color=colors["primary"], bgcolor=colors["background"], bold=True, reverse=True)
        if reverse
        else Style(color=colors["background"], bgcolor=colors["primary"], bold=True),
        accent=Style(color=colors["accent"]),
        authors=Style(color=colors["authors"]),
        growth=Style(color=colors["growth"]),
        hit=Style(color=colors["hit"], underline=True),
    )


def _theme(name: str, *, dark: bool, colors: dict[str, str], variables: dict[str, str]) -> Theme:
    return Theme(
        name=name,
        dark=dark,
        primary=colors["primary"],
        secondary=colors["authors"],
        accent=colors["accent"],
        foreground=colors["text"],
        background=colors["background"],
        surface=colors["background"],
        panel=colors["panel"],
        success=colors["growth"],
        warning=colors["accent"],
        error=colors["alarm"],
        text_alpha=1.0,
        variables={
            "faint": colors["faint"],
            "cursor": colors["cursor"],
            "selected": colors["selected"],
            "authors": colors["authors"],
            "growth": colors["growth"],
            "hit": colors["hit"],
            "scrollbar": colors["cursor"],
            "scrollbar-background": colors["background"],
            "scrollbar-hover": colors["faint"],
            "scrollbar-active": colors["primary"],
            "scrollbar-background-hover": colors["background"],
            "scrollbar-background-active": colors["background"],
            "scrollbar-corner-color": colors["background"],
            "input-cursor-background": colors["text"],
            "input-cursor-foreground": colors["background"],
            "input-selection-background": colors["cursor"],
            "cursor-text-style": "none",
            **variables,
        },
    )


INK = _theme(
    "ink",
    dark=True,
    colors={
        "background": "#15171c",
        "panel": "#1c1f26",
        "text": "#d8dbe2",
        "faint": "#848b9a",
        "cursor": "#272c37",
        "selected": "#1d2a3f",
        "primary": "#8ab4f8",
        "accent": "#f2a65a",
        "authors": "#c58af9",
        "growth": "#9ccfd8",
        "hit": "#ffd479",
        "alarm": "#f28b82",
    },
    variables={},
)

PAPER = _theme(
    "paper",
    dark=False,
    colors={
        "background": "#faf8f3",
        "panel": "#f0ece2",
        "text": "#24262b",
        "faint": "#6b6d74",
        "cursor": "#e4dece",
        "selected": "#dde7f2",
        "primary": "#1a5fb4",
        "accent": "#9e480b",
        "authors": "#7b3fa0",
        "growth": "#236c48",
        "hit": "#9a3b00",
        "alarm": "#a51d2d",
    },
    variables={},
)

INK_CONTRAST = _theme(
    "ink-contrast",
    dark=True,
    colors={
        "background": "#000000",
        "panel": "#0d0d0d",
        "text": "#ffffff",
        "faint": "#c8c8c8",
        "cursor": "#333a4d",
        "selected": "#0d2547",
        "primary": "#a8c9ff",
        "accent": "#ffb767",
        "authors": "#dcb3ff",
        "growth": "#b4eef7",
        "hit": "#ffe08a",
        "alarm": "#ff9d94",
    },
    variables={},
)

PAPER_CONTRAST = _theme(
    "paper-contrast",
    dark=False,
    colors={
        "background": "#ffffff",
        "panel": "#f2f2f2",
        "text": "#000000",
        "faint": "#3d3d3d",
        "cursor": "#d6d6d6",
        "selected": "#d3e3f7",
        "primary": "#003f8c",
        "accent": "#7a3300",
        "authors": "#4f1273",
        "growth": "#0b4a2b",
        "hit": "#6e2200",
        "alarm": "#7d0012",
    },
    variables={},
)

THEMES = (INK, PAPER, INK_CONTRAST, PAPER_CONTRAST)
