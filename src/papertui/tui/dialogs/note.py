"""The note dialog: a note on a paper, edited in the app or in $EDITOR. Typed text is never lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from papertui.model.safe_text import safe
from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.widgets.key_line import KeyHint, KeyLine

_HINTS = (
    KeyHint("Esc", "save and close", "keep"),
    KeyHint("Ctrl+g", "edit in $EDITOR", "edit"),
    KeyHint("empty text", "removes the note"),
)

#: Saves a text as the note.
Save = Callable[[str], Awaitable[None]]
#: Opens a text in the reader's editor; returns the result.
Edit = Callable[[str], str]


class _NoteArea(TextArea):
    """The text area; pasted text is sanitised first."""

    async def _on_paste(self, event: events.Paste) -> None:
        event.text = safe(event.text)  # Textual's own handler runs after this one


class NoteDialog(Dialog[None]):
    """A small editor. Every way of closing it saves the text; undo reverts that."""

    DEFAULT_CSS = """
    NoteDialog > Vertical { height: 80%; max-width: 90; }
    NoteDialog TextArea, NoteDialog TextArea:focus {
        border: none; height: 1fr; padding: 0 1; background: $background; color: $foreground;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+s", "keep", "Save and close", priority=True),
        Binding("ctrl+g", "edit", "Edit in $EDITOR", priority=True),
    ]

    def __init__(self, about: str, text: str, save: Save, edit: Edit) -> None:
        """Create the dialog.

        Args:
            about: the paper, in a few words.
            text: the current note.
            save: saves the note; raises `PapertuiError` when that fails.
            edit: opens the reader's editor; raises `PapertuiError` when there is none.
        """
        super().__init__()
        self._about = about
        self._text = text
        self._write = save
        self._edit = edit

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.title_line("Note", self._about)
            yield _NoteArea(self._text, soft_wrap=True, show_line_numbers=False, tab_behavior="indent", theme="css")
            yield self.notice
            yield KeyLine(_HINTS, wraps=True)

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.move_cursor(area.document.end)
        area.focus()

    async def save(self) -> bool:
        """Save the text without surrounding blank lines; return whether that succeeded. If not, the text stays."""
        text = self.query_one(TextArea).text.strip()
        if text != self._text.strip():
            with self.notice.errors():
                await self._write(text)
                self._text = text
        return text == self._text.strip()

    async def action_keep(self) -> None:
        if await self.save():
            self.dismiss(None)

    def action_edit(self) -> None:
        area = self.query_one(TextArea)
        with self.notice.errors():
            area.text = self._edit(area.text)
        area.move_cursor(area.document.end)
