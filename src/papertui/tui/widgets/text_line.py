"""The input of one line in dialogs and in the search line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.suggester import Suggester
from textual.widgets import Input

from papertui.model.safe_text import safe

#: More than any query, path or list of tags; a page pasted by mistake is cut.
_LONGEST = 10_000


class TextLine(Input):
    """An input into which several lines can be pasted: they become one, instead of all but the first being lost."""

    def __init__(
        self,
        placeholder: str = "",
        *,
        join: Callable[[Sequence[str]], str] = " ".join,
        suggester: Suggester | None = None,
        compact: bool = False,
        select_on_focus: bool = False,
    ) -> None:
        """Create the line.

        Args:
            placeholder: shown while the line is empty.
            join: makes one line of several pasted ones, which are not blank.
            suggester: completes what is typed.
            compact: without a border.
            select_on_focus: select the text when the line gets the focus.
        """
        super().__init__(placeholder=placeholder, suggester=suggester, compact=compact, select_on_focus=select_on_focus)
        self._join = join

    def _pasted(self, text: str) -> str:
        text = safe(text[:_LONGEST])
        if "\n" not in text:
            return text
        return self._join([line.strip() for line in text.split("\n") if line.strip()])

    def _on_paste(self, event: events.Paste) -> None:
        event.text = self._pasted(event.text)  # Textual's own handler runs after this one
