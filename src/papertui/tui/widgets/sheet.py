"""A page of blocks of text that scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from papertui.tui.signs import Signs
from papertui.tui.widgets.papertext import Block
from papertui.tui.widgets.preview import MEASURE, Preview


class Sheet(Preview):
    """Text set as papers are: in a measure of at most 80 columns, with links that can be clicked."""

    #: A whole measure matters more than space around it: the plain text of a mail fills it.
    ROOMY = MEASURE + 6

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self.set_reactive(Preview.centered, True)  # noqa: FBT003 - its value
        self._parts: tuple[Block, ...] = ()
        self._name = ""

    def lay(self, name: str, parts: Sequence[Block]) -> None:
        """Shows `parts`, from their top unless the sheet of this `name` is there already."""
        if name == self._name and parts is self._parts:
            return
        other, self._name, self._parts = name != self._name, name, tuple(parts)
        self._set_lines()
        if other:
            self.scroll_to(y=0, animate=False, force=True)

    def parts(self) -> Sequence[Block]:
        """What there is to read."""
        return self._parts
