"""Keeps the memory of a long session flat: the libraries keep thousands of drawn pieces that are never needed again."""

from __future__ import annotations

from rich.segment import Segment
from textual.app import App
from textual.strip import Strip

#: Seconds between two looks, and the entries from which a cache is emptied.
_INTERVAL, _MOST = 5.0, 512


def keep_flat(app: App[None]) -> None:
    """Look after the caches from now on."""
    app.set_interval(_INTERVAL, empty_large_caches)


def empty_large_caches() -> None:
    """Empty the caches that have grown large; what is on the screen is cached again when it is drawn.

    Rich keeps 16,384 segments that were cut in two, each with both parts, and Textual 1,024 blank lines, each with the
    pieces it was divided into. A reader who opens dialogs over long lists fills them within some thousand keys.
    """
    for cached in (Segment._split_cells, Strip.blank):  # noqa: SLF001 - there is no other way to limit this cache
        if cached.cache_info().currsize > _MOST:
            cached.cache_clear()
