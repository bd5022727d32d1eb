"""The colours of papertui, computed from any Textual theme, with enough contrast to be read.

Contrast is the ratio of WCAG 2.2: 4.5 for text, 3 for secondary text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from textual.color import Color
from textual.theme import Theme

#: The least contrast of text, and of secondary text.
TEXT_CONTRAST, FAINT_CONTRAST = 4.5, 3.0
#: The colours of text by variable of the theme; `FAINT` is secondary text.
TEXTS = ("foreground", "primary", "accent", "authors", "growth", "hit", "error")
FAINT = "faint"
#: The colours behind text.
GROUNDS = ("background", "panel", "cursor", "selected")
#: Added to each minimum: Textual's own conversions of colours round.
_MARGIN = 0.15
#: Black or white on any ground has at least this contrast, so that every colour can be moved far enough.
_GROUND_CONTRAST = 8.0
_STEPS = 50
_BLACK, _WHITE = Color(0, 0, 0), Color(255, 255, 255)
#: How much of the text colour, or of the primary colour, is in a background that is made.
_PANEL, _CURSOR, _SELECTED, _FAINT_PART = 0.04, 0.12, 0.16, 0.6
#: A panel that differs from the background by more than this ratio would be another page.
_PANEL_CONTRAST = 1.35


def _luminance(color: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


def contrast(one: str | Color, other: str | Color) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    lights = sorted(_luminance(Color.parse(color)) for color in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _moved(color: Color, to: Color, others: Iterable[Color], least: float) -> Color:
    """Return `color`, moved towards `to` until its contrast with all `others` is at least `least`."""
    others = list(others)
    for step in range(_STEPS + 1):
        moved = color.blend(to, step / _STEPS, alpha=1.0)
        if min(contrast(moved, other) for other in others) >= least:
            return moved
    return to


def _near(color: Color, ground: Color, extreme: Color, most: float) -> Color:
    """Return `color`, moved towards `ground` until their contrast is at most `most`, and text can be read on it."""
    for step in range(_STEPS + 1):
        moved = color.blend(ground, step / _STEPS, alpha=1.0)
        if contrast(moved, ground) <= most and contrast(moved, extreme) >= _GROUND_CONTRAST:
            return moved
    return ground


def completed(theme: Theme, given: Mapping[str, str] = MappingProxyType({})) -> Theme:
    """Return a theme with all colours that papertui uses.

    Args:
        theme: any Textual theme.
        given: colours of ours by name, which are used as they are.
    """
    if theme.ansi:
        return _terminal_colors(theme)
    plain = theme.to_color_system().generate()
    back = Color.parse(plain["background"])
    extreme = _WHITE if contrast(back, _WHITE) >= contrast(back, _BLACK) else _BLACK
    # A background of middle lightness leaves no room for text.
    back = _moved(back, _BLACK if extreme == _WHITE else _WHITE, (extreme,), _GROUND_CONTRAST)
    text = Color.parse(plain["foreground"])
    primary, panel = Color.parse(plain["primary"]), Color.parse(plain["panel"])
    colors = {
        "background": back,
        "panel": _near(panel, back, extreme, _PANEL_CONTRAST) if theme.panel else back.blend(text, _PANEL, alpha=1.0),
        "cursor": back.blend(text, _CURSOR, alpha=1.0),
        "selected": back.blend(primary, _SELECTED, alpha=1.0),
    }
    for name in ("cursor", "selected"):
        colors[name] = _near(colors[name], back, extreme, 21)
    colors |= {name: Color.parse(value) for name, value in given.items() if name in GROUNDS}
    grounds = list(colors.values())
    texts = {
        "text": text,
        "primary": primary,
        "accent": Color.parse(plain["accent"]),
        "authors": Color.parse(plain["secondary"]),
        "growth": Color.parse(plain["success"]),
        "hit": Color.parse(plain["warning"]),
        "alarm": Color.parse(plain["error"]),
    }
    colors |= {name: _moved(color, extreme, grounds, TEXT_CONTRAST + _MARGIN) for name, color in texts.items()}
    faint = back.blend(colors["text"], _FAINT_PART, alpha=1.0)
    colors["faint"] = _moved(faint, extreme, grounds, FAINT_CONTRAST + _MARGIN)
    return with_colors(theme, {name: color.hex for name, color in colors.items()} | dict(given))


def with_colors(theme: Theme, colors: Mapping[str, str]) -> Theme:
    """Return `theme` with all colours of ours, by the names of the themes as files."""
    return replace(
        theme,
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
        boost=None,
        text_alpha=1.0,
        dark=_luminance(Color.parse(colors["background"])) < _luminance(Color.parse(colors["text"])),
        variables={
            **{name: value for name, value in theme.variables.items() if name.startswith("block-cursor")},
            **{name: colors[name] for name in ("faint", "cursor", "selected", "authors", "growth", "hit")},
            **bar_and_input(colors["background"], colors["text"], colors["cursor"], colors["faint"], colors["primary"]),
        },
    )


def bar_and_input(ground: str, text: str, cursor: str, faint: str, primary: str) -> dict[str, str]:
    """Return the variables for scrollbars and inputs."""
    return {
        "scrollbar": cursor,
        "scrollbar-background": ground,
        "scrollbar-hover": faint,
        "scrollbar-active": primary,
        "scrollbar-background-hover": ground,
        "scrollbar-background-active": ground,
        "scrollbar-corner-color": ground,
        "input-cursor-background": text,
        "input-cursor-foreground": ground,
        "input-selection-background": cursor,
        "cursor-text-style": "none",
    }


def _terminal_colors(theme: Theme) -> Theme:
    """Return an ANSI theme in the 16 colours of the terminal, on its own background.

    Which of them are light is not known, so the row under the cursor is reversed instead of coloured.
    """
    text = ground = "ansi_default"
    fallback = theme.secondary or theme.primary
    colors = {
        **bar_and_input(ground, text, "ansi_bright_black", "ansi_bright_black", theme.primary),
        "input-cursor-background": ground,
        "input-cursor-foreground": text,
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_bright_white",
        "background": ground,
        "surface": ground,
        "panel": ground,
        "foreground": text,
        "cursor": ground,
        "selected": ground,
        "cursor-text-style": "reverse",
        "ansi-background": ground,
        "ansi-foreground": text,
        "faint": "ansi_bright_black",
        "authors": fallback,
        "growth": theme.success or fallback,
        "hit": theme.warning or theme.primary,
    }
    return replace(theme, variables={**theme.variables, **colors})


def used_backgrounds(variables: Mapping[str, str]) -> Sequence[str]:
    """Return the colours behind text in the variables of a theme."""
    return [variables[name] for name in GROUNDS]
