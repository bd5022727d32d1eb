"""The two themes of papertui and their high-contrast variants."""

from __future__ import annotations

from textual.theme import Theme


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
            "picked": colors["picked"],
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
        "picked": "#1d2a3f",
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
        "picked": "#dde7f2",
        "primary": "#1a5fb4",
        "accent": "#b5520d",
        "authors": "#7b3fa0",
        "growth": "#26734d",
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
        "picked": "#0d2547",
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
        "picked": "#d3e3f7",
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
