"""Keeps the memory of a long session flat: the libraries keep thousands of drawn pieces that are never needed again."""

from __future__ import annotations

from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.app import App
from textual.dom import DOMNode
from textual.strip import Strip

#: Seconds between two looks, and the entries from which a cache is emptied.
_INTERVAL, _MOST = 5.0, 512
#: Pairs of colours, with the widget that uses them: some more than the widgets of the largest screen.
_MOST_COLORS = 64


def keep_flat(app: App[None]) -> None:
    """Look after the caches from now on."""

    def look() -> None:
        forget_closed(app)
        empty_large_caches()

    app.set_interval(_INTERVAL, look)


def forget_closed(app: App[None]) -> None:
    """Forget the widgets of closed dialogs that wait for changes of the app.

    A text area waits for another theme, and Textual forgets it only when the theme does change: until then, each note
    that was ever opened stays in memory, with its dialog.
    """
    watched: dict[str, list[tuple[DOMNode, object]]] = vars(app).get("__watchers", {})
    for watchers in watched.values():
        watchers[:] = [(node, watch) for node, watch in watchers if node.is_attached or node is app]


def empty_large_caches() -> None:
    """Empty the caches that have grown large; what is on the screen is cached again when it is drawn.

    Rich keeps 16,384 segments that were cut in two, each with both parts, and Textual 1,024 blank lines, each with the
    pieces it was divided into. A reader who opens dialogs over long lists fills them within some thousand keys.
    """
    for cached in (Segment._split_cells, Strip.blank):  # noqa: SLF001 - there is no other way to limit this cache
        if cached.cache_info().currsize > _MOST:
            cached.cache_clear()
    # Textual computes two styles of a widget in a cached method. The key of that cache includes the object with all the
    # drawn lines of the widget, so it keeps the lines of the last 1,024 widgets, most of them in closed dialogs.
    colors = StylesCache.get_inner_outer
    if colors.cache_info().currsize > _MOST_COLORS:
        colors.cache_clear()
