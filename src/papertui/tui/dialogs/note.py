"""The note dialog: a note on a paper, edited in the app or in $EDITOR. Typed text is never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from papertui.errors import StoreError
from papertui.model.safe_text import safe
from papertui.services.note_drafts import NoteDraft, NoteDrafts
from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.widgets.key_line import KeyHint, KeyLine

_HINTS = (
    KeyHint("Esc", "save and close", "keep"),
    KeyHint("Ctrl+g", "edit in $EDITOR", "edit"),
    KeyHint("empty text", "removes the note"),
)
_STORED = KeyHint("Ctrl+r", "stored note", "restore")
#: Seconds between two drafts of a text that changes.
_DRAFT_INTERVAL = 1.0

#: Saves a text as the note.
Save = Callable[[str], Awaitable[None]]
#: Opens a text in the reader's editor; returns the result.
Edit = Callable[[str], str]


class NoteArea(TextArea):
    """The text area; pasted text is sanitised first."""

    async def _on_paste(self, event: events.Paste) -> None:
        event.text = safe(event.text)  # Textual's own handler runs after this one


class NoteDialog(Dialog[None]):
    """A small editor. Every way of closing it saves the text; undo reverts that.

    What is typed is also saved as a draft, every second, for the case that the program does not get to closing it. The
    next dialog of this paper then begins with the draft.
    """

    DEFAULT_CSS = """
    NoteDialog > Vertical { height: 80%; max-width: 90; }
    NoteDialog TextArea, NoteDialog TextArea:focus {
        border: none; height: 1fr; padding: 0 1; background: $background; color: $foreground;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+s", "keep", "Save and close", priority=True),
        Binding("ctrl+g", "edit", "Edit in $EDITOR", priority=True),
        Binding("ctrl+r", "restore", "Take the stored note back", priority=True),
    ]

    def __init__(self, about: str, id_: str, text: str, save: Save, edit: Edit, drafts: NoteDrafts) -> None:
        """Create the dialog.

        Args:
            about: the paper, in a few words.
            id_: its id.
            text: the current note.
            save: saves the note; raises `PapertuiError` when that fails.
            edit: opens the reader's editor; raises `PapertuiError` when there is none.
            drafts: the drafts of all notes.
        """
        super().__init__()
        self._about = about
        self._paper_id = id_
        self._text = text
        self._write = save
        self._edit = edit
        self._drafts = drafts
        self._draft: NoteDraft | None = None
        #: Held while the draft is read, written or removed: one at a time, in this order.
        self._draft_lock = asyncio.Lock()
        self._drafted = text
        self._is_draft_failing = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.title_line("Note", self._about)
            yield NoteArea(self._text, soft_wrap=True, show_line_numbers=False, tab_behavior="indent", theme="css")
            yield self.notice
            yield KeyLine(_HINTS, wraps=True)

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.move_cursor(area.document.end)
        area.focus()
        self._open_draft()
        self.set_interval(_DRAFT_INTERVAL, self._keep_draft)

    # --- drafts --------------------------------------------------------------------------------------

    @work(group="draft")
    async def _open_draft(self) -> None:
        async with self._draft_lock:
            draft = self._draft = await asyncio.to_thread(self._drafts.open, self._paper_id)
        found = draft.found
        if found is None:
            return
        if found.text.strip() == self._text.strip():
            await self._drop_draft()
            return
        area = self.query_one(TextArea)
        # A key may have been pressed while the draft was read.
        typed = area.text.removeprefix(self._text)
        self._drafted = found.text
        self._replace(found.text + typed)
        self.query_one(KeyLine).show((_STORED, *_HINTS))
        since = "" if found.note.strip() == self._text.strip() else " The stored note has changed since then."
        self.notice.warn(
            f"This is your unsaved draft of {found.at.astimezone():%d %B, %H:%M}.{since} "
            "Ctrl+r takes the stored note back."
        )

    def _keep_draft(self) -> None:
        """Save the text as the draft if it has changed and no earlier one is being written."""
        if self._draft is not None and not self._draft_lock.locked():
            text = self.query_one(TextArea).text
            if text != self._drafted:
                self._write_draft(self._draft, text)

    @work(group="draft")
    async def _write_draft(self, draft: NoteDraft, text: str) -> None:
        async with self._draft_lock:
            self._drafted = text
            if text.strip() == self._text.strip():
                await asyncio.to_thread(draft.remove)  # the stored note needs none
                return
            try:
                await asyncio.to_thread(draft.save, text, self._text)
            except StoreError as error:
                if not self._is_draft_failing:  # said once; the draft is tried again with the next change
                    self.notice.warn(str(error))
                self._is_draft_failing = True
            else:
                self._is_draft_failing = False

    async def _drop_draft(self) -> None:
        async with self._draft_lock:
            self._drafted = self._text
            if self._draft is not None:
                await asyncio.to_thread(self._draft.remove)

    def _replace(self, text: str) -> None:
        """Replace the text; the editor's undo takes that back."""
        area = self.query_one(TextArea)
        area.replace(text, (0, 0), area.document.end)
        area.move_cursor(area.document.end)

    def action_restore(self) -> None:
        if self.query_one(TextArea).text != self._text:
            self._replace(self._text)
            self.notice.show_message("This is the stored note again; Ctrl+z brings the other text back.")

    # --- saving --------------------------------------------------------------------------------------

    async def save(self) -> bool:
        """Save the text without surrounding blank lines; return whether that succeeded. If not, the text stays."""
        text = self.query_one(TextArea).text.strip()
        if text != self._text.strip():
            with self.notice.errors():
                await self._write(text)
                self._text = text
        is_saved = text == self._text.strip()
        if is_saved:
            await self._drop_draft()
        return is_saved

    async def action_keep(self) -> None:
        if await self.save():
            self.dismiss(None)

    def action_edit(self) -> None:
        area = self.query_one(TextArea)
        with self.notice.errors():
            area.text = self._edit(area.text)
        area.move_cursor(area.document.end)
