"""A scrolling page of text blocks."""

from __future__ import annotations

from collections.abc import Sequence

from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.paper_text import Block
from papertui.tui.widgets.preview import MEASURE, Preview


class Sheet(Preview):
    """Text laid out like papers: lines of at most 80 columns, with clickable links."""

    #: Full line width matters more than margins: the plain text of a mail needs it.
    ROOMY = MEASURE + 6

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self.set_reactive(Preview.centered, True)  # noqa: FBT003 - a value
        self._parts: tuple[Block, ...] = ()
        self._name = ""

    def show_page(self, name: str, parts: Sequence[Block]) -> None:
        """Show `parts`, from the top unless the page `name` is already shown."""
        if name == self._name and parts is self._parts:
            return
        other, self._name, self._parts = name != self._name, name, tuple(parts)
        self._set_lines()
        if other:
            self.scroll_to(y=0, animate=False, force=True)

    def parts(self) -> Sequence[Block]:
        return self._parts
