"""The tags dialog: a line to add and remove tags, and a list to tick, rename, merge and delete them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from papertui.errors import PapertuiError
from papertui.model.bookmark import TagEdit, begun, read_tags
from papertui.model.format import plural
from papertui.services.library import LibraryService
from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.glyphs import Glyphs

_HINT = "+todo -old, or just todo"
_KEYS = (("Enter", "apply"), ("Tab", "complete"), ("Down", "go to list"), ("Space", "tick"),
         ("r", "rename or merge"), ("d", "delete everywhere"), ("Esc", "cancel"))  # fmt: skip
#: Tags longer than this do not widen the column.
_LONGEST = 28


class _Known(Suggester):
    """Completes the tag being typed."""

    def __init__(self, fitting: Callable[[str], list[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._fitting = fitting

    async def get_suggestion(self, value: str) -> str | None:
        before, part = begun(value)
        # A suggestion can only continue the text, so it must start with the typed part.
        matches = [tag for tag in self._fitting(part) if tag.casefold().startswith(part.casefold())] if part else []
        return before + matches[0] if matches and matches[0] != part else None


class TagsDialog(Dialog[TagEdit]):
    """Returns the tags to add and to remove."""

    DEFAULT_CSS = """
    Tags OptionList { margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("space", "tick", "Add or remove"),
        ("r", "rename", "Rename or merge"),
        ("d,delete", "drop", "Delete from all bookmarks"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
    ]

    def __init__(self, library: LibraryService, signs: Glyphs, about: str, borne: Sequence[Sequence[str]]) -> None:
        """Create the dialog.

        Args:
            library: provides the tags in use.
            signs: the symbols for ticks.
            about: the papers to tag, in a few words.
            borne: the current tags of each paper.
        """
        super().__init__()
        self._library = library
        self._signs = signs
        self._about = about
        self._of = max(1, len(borne))
        self._bear: dict[str, int] = {}
        for tags in borne:
            for tag in {tag.casefold() for tag in tags}:
                self._bear[tag] = self._bear.get(tag, 0) + 1
        self._used: dict[str, int] = {}
        self._wish: dict[str, bool] = {}
        self._renaming = ""
        self._shown: list[str] = []

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.head("Tags", self._about)
            yield Input(placeholder=_HINT, suggester=_Known(self._fitting), select_on_focus=False)
            yield self.voice()
            yield OptionList()
            yield self.keys_line(*_KEYS)

    def on_mount(self) -> None:
        self.query_one(OptionList).display = False
        self.run_worker(self._read(), exclusive=True, group="tags")

    async def _read(self) -> None:
        try:
            self._used = await asyncio.to_thread(self._library.tags)
        except PapertuiError as problem:
            self.say(str(problem))
        self._list()

    def _fitting(self, part: str) -> list[str]:
        """Return the tags in use that start with `part`, then those containing it; tags of these papers first."""
        part = part.casefold()
        fit = [tag for tag in self._used if tag.casefold().startswith(part)]
        fit += [tag for tag in self._used if part and part in tag.casefold() and tag not in fit]
        return sorted(fit, key=lambda tag: (not tag.casefold().startswith(part), -self._bear.get(tag.casefold(), 0)))

    def _list(self) -> None:
        listed = self.query_one(OptionList)
        place = listed.highlighted or 0
        line = self.query_one(Input).value
        self._shown = self._fitting(begun(line)[1] if not self._renaming else line)
        listed.clear_options()
        listed.add_options([Option(self._row(tag)) for tag in self._shown])
        listed.display = bool(self._shown)
        if self._shown:
            listed.highlighted = min(place, len(self._shown) - 1)

    def _row(self, tag: str) -> Content:
        borne = self._bear.get(tag.casefold(), 0)
        wish = self._wish.get(tag)
        if wish is None:
            sign = self._signs.selected if borne == self._of else "-" if borne else " "
            sign, style = f" {sign} ", "$primary"
        else:
            sign, style = (" + ", "bold $growth") if wish else (" × " if self._signs.star == "★" else " . ", "$accent")
        some = f"   on {borne} of these {self._of}" if 0 < borne < self._of else ""
        gap = " " * max(2, min(_LONGEST, max(map(cell_len, self._shown))) - cell_len(tag) + 2)
        return Content.assemble((sign, style), (f"#{tag}", "bold"), (f"{gap}{self._used[tag]:>3}{some}", "$faint"))

    def on_input_changed(self, message: Input.Changed) -> None:
        message.stop()
        self._list()

    def on_key(self, event: events.Key) -> None:
        line, listed = self.query_one(Input), self.query_one(OptionList)
        if line.has_focus and event.key == "down" and self._shown:
            listed.focus()
        elif line.has_focus and event.key == "tab" and self._complete(line):
            pass
        elif listed.has_focus and event.key in {"up", "k"} and not listed.highlighted:
            line.focus()
        else:
            return
        event.stop()
        event.prevent_default()

    @staticmethod
    def _complete(line: Input) -> bool:
        """Accept the suggestion; return whether there was one."""
        before = line.value
        line.action_cursor_right()
        return line.value != before

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        if self._renaming:
            self.run_worker(self._rename(self._renaming, message.value), exclusive=True, group="tags")
        else:
            self._end()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        # Without ticks or typed text, Enter toggles the tag under the cursor.
        message.stop()
        if not self._wish and not self.query_one(Input).value.strip():
            self._turn(self._shown[message.option_index])
        self._end()

    def _end(self) -> None:
        typed = read_tags(self.query_one(Input).value)
        add = (*typed.add, *(tag for tag, given in self._wish.items() if given))
        remove = (*typed.remove, *(tag for tag, given in self._wish.items() if not given))
        wish = TagEdit(add, remove)
        self.dismiss(wish if wish.add or wish.remove else None)

    def _at(self) -> str | None:
        """The tag under the cursor, while the list has the focus."""
        listed = self.query_one(OptionList)
        place = listed.highlighted
        return self._shown[place] if listed.has_focus and place is not None and place < len(self._shown) else None

    def action_tick(self) -> None:
        if (tag := self._at()) is not None:
            self._turn(tag)
            self._list()

    def _turn(self, tag: str) -> None:
        borne = self._bear.get(tag.casefold(), 0)
        turns: list[bool | None] = [None]
        turns += [True] if borne < self._of else []
        turns += [False] if borne else []
        wish = turns[(turns.index(self._wish.get(tag)) + 1) % len(turns)]
        if wish is None:
            self._wish.pop(tag, None)
        else:
            self._wish[tag] = wish

    def action_rename(self) -> None:
        if (tag := self._at()) is not None:
            self._renaming = tag
            line = self.query_one(Input)
            self.say(
                f"New name for “{tag}” on all bookmarks. If the tag already exists, the two are merged. "
                "Enter = rename, Esc = cancel"
            )
            line.value = tag
            line.focus()
            line.cursor_position = len(tag)

    async def _rename(self, old: str, new: str) -> None:
        merged = new.strip().casefold() in {tag.casefold() for tag in self._used if tag != old}
        try:
            changed = await asyncio.to_thread(self._library.rename_tag, old, new)
        except PapertuiError as problem:
            self.say(str(problem))
            return
        self._bear[new.strip().casefold()] = max(
            self._bear.get(new.strip().casefold(), 0), self._bear.pop(old.casefold(), 0)
        )
        number = plural(len(changed), "paper")
        words = f"Merged “{old}” into" if merged else f"Renamed “{old}” to"
        self._stop_renaming(f"{words} “{new.strip()}” on {number}.")
        await self._read()

    def _stop_renaming(self, sentence: str = "") -> None:
        self._renaming = ""
        self.query_one(Input).value = ""
        self.say(sentence)

    def action_drop(self) -> None:
        if (tag := self._at()) is not None:
            self.run_worker(self._drop(tag), exclusive=True, group="tags")

    async def _drop(self, tag: str) -> None:
        try:
            ids = [mark.paper.id for mark in await asyncio.to_thread(self._library.bookmarks)]
            changed = await asyncio.to_thread(lambda: self._library.tag(ids, (), (tag,)))
        except PapertuiError as problem:
            self.say(str(problem))
            return
        self._bear.pop(tag.casefold(), None)
        self._wish.pop(tag, None)
        self.say(f"Removed “{tag}” from {plural(len(changed), 'paper')}. u on the main screen restores it.")
        await self._read()

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def action_close(self) -> None:
        if self._renaming:
            self._stop_renaming()
        else:
            self.dismiss(None)
