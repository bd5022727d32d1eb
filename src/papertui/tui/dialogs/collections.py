"""Collections: searches saved under a name, and below them the tags in use, to choose one from."""

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

from papertui.core.bookmark import STATES
from papertui.core.wording import plural
from papertui.desk.keeping import Keeper
from papertui.errors import PapertuiError
from papertui.tui.dialogs.dialog import Dialog

_KEYS = (("Enter", "opens"), ("d", "drops a collection"), ("Esc", "closes"))

#: Longer names do not set what is behind them in a column.
_LONGEST = 28


class _Entry(NamedTuple):
    """A line of the list.

    Attributes:
        name: what it is called.
        query: the search behind it.
        about: what is said of it in passing.
        saved: whether it is a collection, which can be dropped.
    """

    name: str
    query: str
    about: str
    saved: bool = False


class Collections(Dialog[str]):
    """Ends with the query that is to be searched for in the library."""

    DEFAULT_CSS = """
    Collections OptionList { margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("d,delete", "drop", "Drop the collection"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
    ]

    def __init__(self, library: Keeper, query: str) -> None:
        """Asks.

        Args:
            library: keeps the collections.
            query: the search in force, which can be saved; empty where there is none.
        """
        super().__init__()
        self._library = library
        self._query = query.strip()
        self._entries: list[_Entry] = []
        self._shown: list[_Entry] = []

    def compose(self) -> ComposeResult:
        """A line for the name of another one, or to look for one; the list below it."""
        hint = (
            f"a name for “{self._query}”, Enter saves it"
            if self._query
            else "search the library first to save a search"
        )
        with Vertical():
            yield self.head("Collections", "searches of your library, saved")
            yield Input(placeholder=hint if self._query else f"look for one; {hint}", select_on_focus=False)
            yield self.voice()
            yield OptionList()
            yield self.keys_line(*_KEYS)

    def on_mount(self) -> None:
        """Shows the list as soon as it is read."""
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
        """From the line down into the list, and from its top up to the line."""
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
        """While nothing can be saved, the line looks for a collection."""
        message.stop()
        if not self._query:
            self._list()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Saves the search under the name that was typed, or opens the first one that was found."""
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
        self.say(f"“{name}” is saved.")
        await self._read()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Opens what was chosen."""
        message.stop()
        self.dismiss(self._shown[message.option_index].query)

    def action_drop(self) -> None:
        """Drops the collection under the cursor; tags and states stay."""
        listed = self.query_one(OptionList)
        place = listed.highlighted
        if not listed.has_focus or place is None or place >= len(self._shown):
            return
        entry = self._shown[place]
        if entry.saved:
            self.run_worker(self._drop(entry.name), exclusive=True, group="collections")
        else:
            self.say("This one is always there; only searches you saved can be dropped.")

    async def _drop(self, name: str) -> None:
        try:
            await asyncio.to_thread(self._library.drop_collection, name)
        except PapertuiError as problem:
            self.say(str(problem))
            return
        self.say(f"“{name}” was dropped; u on the main screen brings it back.")
        await self._read()

    def action_down(self) -> None:
        """The next one."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """The one before."""
        self.query_one(OptionList).action_cursor_up()
