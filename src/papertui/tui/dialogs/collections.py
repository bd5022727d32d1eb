"""A dialog of collections (saved searches of the library), reading states and tags."""

from __future__ import annotations

import asyncio
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from papertui.model.bookmark import STATES
from papertui.model.format import plural
from papertui.services.library import LibraryService
from papertui.tui.dialogs.dialog import Dialog, DialogList, column_gap
from papertui.tui.keymap import Keymap
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.text_line import TextLine

_HINTS = (KeyHint("Enter", "open"), KeyHint("d", "delete collection", "delete"), KeyHint("Esc", "close", "close"))


class _Collection(NamedTuple):
    """A line of the list."""

    name: str
    query: str
    about: str  # the query, or the number of papers
    is_saved: bool = False  # saved by the reader, so it can be deleted


class CollectionsDialog(Dialog[str]):
    """Returns the query to search for in the library."""

    DEFAULT_CSS = """
    CollectionsDialog DialogList { margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("d,delete", "delete", "Delete the collection")]

    def __init__(self, library: LibraryService, keys: Keymap, query: str) -> None:
        """Create the dialog.

        Args:
            library: stores the collections.
            keys: the keys of the main screen.
            query: the current search, which can be saved; empty when there is none.
        """
        super().__init__()
        self._library = library
        self._keys = keys
        self._query = query.strip()
        self._collections: list[_Collection] = []
        self._shown: list[_Collection] = []

    def compose(self) -> ComposeResult:
        hint = "filter; to save a search, search the library first"
        if self._query:
            hint = f"name for “{self._query}”, Enter = save"
        with Vertical():
            yield self.title_line("Collections", "saved searches of your library")
            yield TextLine(hint)
            yield self.notice
            yield DialogList()
            yield KeyLine(_HINTS, wraps=True)

    def on_mount(self) -> None:
        if not self._query:
            self.query_one(DialogList).focus()
        self._reload()

    @work(group="collections", exclusive=True)
    async def _reload(self) -> None:
        with self.notice.errors():
            await self._read()

    async def _read(self) -> None:
        saved = await asyncio.to_thread(self._library.collections)
        tags = await asyncio.to_thread(self._library.tags)
        states = [(state, f"state:{state.replace(' ', '-')}") for state in STATES]
        filters = [*states, ("with a note", "has:note"), ("rated 4 and 5", "rating:4"), ("without tags", "-has:tag")]
        self._collections = [
            *(_Collection(name, query, query, is_saved=True) for name, query in saved.items()),
            *(_Collection(name, query, query) for name, query in filters),
            *(
                _Collection(f"#{tag}", f"tag:{tag}", plural(number, "paper"))
                for tag, number in tags.items()
                if " " not in tag
            ),
        ]
        self._show()

    def _show(self) -> None:
        line, rows = self.query_one(Input), self.query_one(DialogList)
        part = "" if self._query else line.value.strip().casefold()
        self._shown = [one for one in self._collections if part in one.name.casefold()]
        names = [one.name for one in self._shown]
        rows.show([_row(one, column_gap(one.name, names)) for one in self._shown])
        if self._shown and not self._query and not line.has_focus:
            rows.focus()

    @on(Input.Changed)
    def _filter(self) -> None:
        if not self._query:
            self._show()

    @on(Input.Submitted)
    def _save_or_open(self, message: Input.Submitted) -> None:
        name = message.value.strip()
        if self._query and name:
            self._save(name)
        elif not self._query and self._shown:
            self.dismiss(self._shown[0].query)

    @work(group="collections", exclusive=True)
    async def _save(self, name: str) -> None:
        with self.notice.errors():
            await asyncio.to_thread(self._library.save_collection, name, self._query)
            self.query_one(Input).value = ""
            self.notice.warn(f"Saved “{name}”.")
            await self._read()

    @on(DialogList.OptionSelected)
    def _open(self, message: DialogList.OptionSelected) -> None:
        self.dismiss(self._shown[message.option_index].query)

    def action_delete(self) -> None:
        row = self.query_one(DialogList).row
        if row is None:
            return
        if self._shown[row].is_saved:
            self._delete(self._shown[row].name)
        else:
            self.notice.warn("Only collections you saved can be deleted.")

    @work(group="collections", exclusive=True)
    async def _delete(self, name: str) -> None:
        with self.notice.errors():
            await asyncio.to_thread(self._library.drop_collection, name)
            self.notice.warn(f"Deleted “{name}”. {self._keys.name('undo')} on the main screen restores it.")
            await self._read()


def _row(one: _Collection, gap: str) -> Content:
    return Content.assemble((f" {one.name}", "bold" if one.is_saved else ""), (f"{gap}{one.about}", "$faint"))
