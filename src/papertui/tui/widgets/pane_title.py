"""The line over a pane: what it shows, and whether keys go to it."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import cut, filled
from papertui.tui.theme import Styles


def title_style(styles: Styles, *, has_focus: bool) -> Style:
    return styles.name if has_focus else styles.faint


def pane_title(
    title: str,
    width: int,
    base: Style,
    styles: Styles,
    glyphs: Glyphs,
    *,
    has_focus: bool,
) -> Strip:
    """Return the line over a pane.

    The sign before the title of the pane with the focus is the one of the cursor, so that it is seen without colours.

    Args:
        title: what the pane shows.
        width: the width of the line.
        base: the background.
        styles: the styles of the theme.
        glyphs: the signs.
        has_focus: whether keys go to the pane.
    """
    style = title_style(styles, has_focus=has_focus)
    sign = glyphs.bar if has_focus else " "
    shown = cut(title, max(0, width - 1), glyphs.ellipsis)
    return filled([Segment(sign, styles.primary), Segment(shown, style)], base, width)
