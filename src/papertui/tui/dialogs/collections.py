"""A dialog of collections (saved searches of the library), reading states and tags."""

from __future__ import annotations

import asyncio
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from papertui.errors import PapertuiError
from papertui.model.bookmark import STATES
from papertui.model.format import plural
from papertui.services.library import LibraryService
from papertui.tui.dialogs.dialog import Dialog

_KEYS = (("Enter", "open"), ("d", "delete collection"), ("Esc", "close"))

#: Names longer than this do not widen the column.
_LONGEST = 28


class _Entry(NamedTuple):
    """A line of the list."""

    name: str
    query: str
    #: Secondary text: the query, or the number of papers.
    about: str
    #: Whether it is a collection, which can be deleted.
    saved: bool = False


class CollectionsDialog(Dialog[str]):
    """Returns the query to search for in the library."""

    DEFAULT_CSS = """
    Collections OptionList { margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("d,delete", "drop", "Delete the collection"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
    ]

    def __init__(self, library: LibraryService, query: str) -> None:
        """Create the dialog.

        Args:
            library: stores the collections.
            query: the current search, which can be saved; empty when there is none.
        """
        super().__init__()
        self._library = library
        self._query = query.strip()
        self._entries: list[_Entry] = []
        self._shown: list[_Entry] = []

    def compose(self) -> ComposeResult:
        hint = (
            f"name for “{self._query}”, Enter = save" if self._query else "to save a search, search the library first"
        )
        with Vertical():
            yield self.head("Collections", "saved searches of your library")
            yield Input(placeholder=hint if self._query else f"filter; {hint}", select_on_focus=False)
            yield self.voice()
            yield OptionList()
            yield self.keys_line(*_KEYS)

    def on_mount(self) -> None:
        self.query_one(OptionList).display = False
        if not self._query:
            self.query_one(OptionList).focus()
        self.run_worker(self._read(), exclusive=True, group="collections")

    async def _read(self) -> None:
        try:
            saved = await asyncio.to_thread(self._library.collections)
            tags = await asyncio.to_thread(self._library.tags)
        except PapertuiError as problem:
            self.say(str(problem))
            return
        entries = [_Entry(name, query, query, saved=True) for name, query in saved.items()]
        entries += [_Entry(state, query, query) for state in STATES for query in (f"state:{state.replace(' ', '-')}",)]
        entries += [_Entry("with a note", "has:note", "has:note"), _Entry("rated 4 and 5", "rating:4", "rating:4")]
        entries += [_Entry("without tags", "-has:tag", "-has:tag")]
        entries += [
            _Entry(f"#{tag}", f"tag:{tag}", plural(number, "paper")) for tag, number in tags.items() if " " not in tag
        ]
        self._entries = entries
        self._list()

    def _list(self) -> None:
        listed = self.query_one(OptionList)
        part = "" if self._query else self.query_one(Input).value.strip().casefold()
        place = listed.highlighted or 0
        self._shown = [entry for entry in self._entries if part in entry.name.casefold()]
        listed.clear_options()
        listed.add_options([Option(self._row(entry)) for entry in self._shown])
        listed.display = bool(self._shown)
        if self._shown:
            listed.highlighted = min(place, len(self._shown) - 1)
            if not self._query and not self.query_one(Input).has_focus:
                listed.focus()

    def _row(self, entry: _Entry) -> Content:
        gap = " " * max(2, min(_LONGEST, max(cell_len(one.name) for one in self._shown)) - cell_len(entry.name) + 2)
        return Content.assemble((f" {entry.name}", "bold" if entry.saved else ""), (f"{gap}{entry.about}", "$faint"))

    def on_key(self, event: events.Key) -> None:
        line, listed = self.query_one(Input), self.query_one(OptionList)
        if line.has_focus and event.key == "down" and self._shown:
            listed.focus()
        elif listed.has_focus and event.key in {"up", "k"} and not listed.highlighted:
            line.focus()
        else:
            return
        event.stop()
        event.prevent_default()

    def on_input_changed(self, message: Input.Changed) -> None:
        message.stop()
        if not self._query:
            self._list()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        name = message.value.strip()
        if self._query and name:
            self.run_worker(self._save(name), exclusive=True, group="collections")
        elif not self._query and self._shown:
            self.dismiss(self._shown[0].query)

    async def _save(self, name: str) -> None:
        try:
            await asyncio.to_thread(self._library.save_collection, name, self._query)
        except PapertuiError as problem:
            self.say(str(problem))
            return
        self.query_one(Input).value = ""
        self.say(f"Saved “{name}”.")
        await self._read()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(self._shown[message.option_index].query)

    def action_drop(self) -> None:
        listed = self.query_one(OptionList)
        place = listed.highlighted
        if not listed.has_focus or place is None or place >= len(self._shown):
            return
        entry = self._shown[place]
        if entry.saved:
            self.run_worker(self._drop(entry.name), exclusive=True, group="collections")
        else:
            self.say("Only collections you saved can be deleted.")

    async def _drop(self, name: str) -> None:
        try:
            await asyncio.to_thread(self._library.drop_collection, name)
        except PapertuiError as problem:
            self.say(str(problem))
            return
        self.say(f"Deleted “{name}”. u on the main screen restores it.")
        await self._read()

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()
