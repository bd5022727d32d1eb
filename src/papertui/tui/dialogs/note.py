"""A note on a paper, written in the app or in the reader's own editor. What was typed is never lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from papertui.core.safe import safe
from papertui.errors import PapertuiError
from papertui.tui.dialogs.dialog import Dialog

_KEYS = (("Esc", "keeps the note"), ("Ctrl+g", "goes on in $EDITOR"), ("empty", "takes the note away"))

#: Keeps a text as the note.
Save = Callable[[str], Awaitable[None]]
#: Has the reader change a text in an editor of their own.
Edit = Callable[[str], str]


class _Area(TextArea):
    """The editor; what is pasted into it is made harmless first."""

    async def _on_paste(self, event: events.Paste) -> None:
        event.text = safe(event.text)  # Textual calls its own handler after this one


class Note(Dialog[None]):
    """A small editor. Every way out of it keeps what was typed; undo takes that back."""

    DEFAULT_CSS = """
    Note > Vertical { height: 80%; max-width: 90; }
    Note TextArea, Note TextArea:focus {
        border: none; height: 1fr; padding: 0 1; background: $background; color: $foreground;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+s", "keep", "Keep the note", priority=True),
        Binding("ctrl+g", "edit", "In $EDITOR", priority=True),
    ]

    def __init__(self, about: str, text: str, save: Save, edit: Edit) -> None:
        """Opens the editor.

        Args:
            about: the paper, in a few words.
            text: the note as it is.
            save: keeps the note; raises `PapertuiError` where that failed.
            edit: opens the reader's own editor; raises `PapertuiError` where there is none.
        """
        super().__init__()
        self._about = about
        self._text = text
        self._save = save
        self._edit = edit

    def compose(self) -> ComposeResult:
        """The text, and what can be done with it."""
        with Vertical():
            yield self.head("Note", self._about)
            yield _Area(self._text, soft_wrap=True, show_line_numbers=False, tab_behavior="indent", theme="css")
            yield self.voice()
            yield self.keys_line(*_KEYS)

    def on_mount(self) -> None:
        """One goes on writing where the note ends."""
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.move_cursor(area.document.end)
        area.focus()

    @property
    def text(self) -> str:
        """What stands in the editor, without blank lines around it."""
        return self.query_one(TextArea).text.strip()

    async def keep(self) -> bool:
        """Keeps what was typed; whether that could be done. If not, it stays where it is, and the reason is said."""
        if self.text == self._text.strip():
            return True
        text = self.text
        try:
            await self._save(text)
        except PapertuiError as problem:
            self.say(str(problem))
            return False
        self._text = text
        return True

    async def action_keep(self) -> None:
        """Keeps the note and closes."""
        if await self.keep():
            self.dismiss(None)

    def action_edit(self) -> None:
        """Goes on in the reader's own editor."""
        area = self.query_one(TextArea)
        try:
            area.text = self._edit(area.text)
        except PapertuiError as problem:
            self.say(str(problem))
        area.move_cursor(area.document.end)
