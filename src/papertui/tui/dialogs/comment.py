"""The dialog for the comment on a highlighted passage."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.dialogs.note import NoteArea, Save
from papertui.tui.widgets.key_line import KeyHint, KeyLine


class CommentDialog(Dialog[None]):
    """Shows a passage and edits the comment on it. Every way of closing it saves the text; undo reverts that.

    Args:
        about: where the passage is.
        quote: the passage.
        text: the current comment.
        save: saves the comment; raises `PapertuiError` when that fails.
        is_new: whether closing it also highlights the passage.
    """

    DEFAULT_CSS = """
    CommentDialog > Vertical { height: 70%; max-width: 90; }
    CommentDialog VerticalScroll { height: auto; max-height: 40%; margin-bottom: 1; }
    CommentDialog VerticalScroll Static { height: auto; padding: 0 1; color: $faint; }
    CommentDialog TextArea, CommentDialog TextArea:focus {
        border: none; height: 1fr; padding: 0 1; background: $background; color: $foreground;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+s", "keep", "Save and close", priority=True)]

    def __init__(self, about: str, quote: str, text: str, save: Save, *, is_new: bool = False) -> None:
        super().__init__()
        self._about = about
        self._quote = quote
        self._text = text
        self._write = save
        self._is_new = is_new

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.title_line("Comment", self._about)
            with VerticalScroll(can_focus=False):
                yield Static(Content(self._quote))
            yield NoteArea(self._text, soft_wrap=True, show_line_numbers=False, tab_behavior="indent", theme="css")
            yield self.notice
            words = "highlight and close" if self._is_new else "save and close"
            yield KeyLine((KeyHint("Esc", words, "keep"),), wraps=True)

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.move_cursor(area.document.end)
        area.focus()

    async def save(self) -> bool:
        """Save the text without surrounding blank lines; return whether that succeeded. If not, the text stays."""
        text = self.query_one(TextArea).text.strip()
        if text == self._text.strip() and not self._is_new:
            return True
        with self.notice.errors():
            await self._write(text)
            self._text, self._is_new = text, False
        return text == self._text.strip() and not self._is_new

    async def action_keep(self) -> None:
        if await self.save():
            self.dismiss(None)
