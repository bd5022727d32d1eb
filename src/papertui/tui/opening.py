"""Opens screens that are loaded when they are first asked for: the first frame needs none of them."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from papertui.desk.letterbox import Letterbox
from papertui.tui.signs import Signs


def digest_screen(
    letterbox: Letterbox,
    signs: Signs,
    tell: Callable[[str, bool], None],
    open_page: Callable[[str], bool],
    *,
    offline: bool,
) -> Screen[None]:
    """The digest: to look at, to change, to mail; `tell` says on the screen below what became of a mail."""
    from papertui.tui.digest.screen import DigestScreen  # noqa: PLC0415

    return DigestScreen(letterbox, signs, tell, open_page, offline=offline)
