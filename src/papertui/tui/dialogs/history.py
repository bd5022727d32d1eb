"""The history dialog: the changes of the library, newest first, with undo and redo."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from papertui.errors import PapertuiError
from papertui.model.changes import ChangeSet
from papertui.model.format import day
from papertui.services.library import LibraryService
from papertui.tui.dialogs.dialog import Dialog

#: Number of changes shown; undo reaches further back.
_MOST = 300

#: Undoes or redoes one change; returns a sentence about the result.
Turn = Callable[[], Awaitable[str]]


class HistoryDialog(Dialog[None]):
    """The changes with their times."""

    DEFAULT_CSS = """
    History > Vertical { max-width: 90; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("u", "undo", "Undo"),
        ("ctrl+r", "redo", "Redo"),
        ("q,H", "close", "Close"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
    ]

    def __init__(self, library: LibraryService, now: datetime, undo: Turn, redo: Turn) -> None:
        """Create the dialog.

        Args:
            library: stores the history.
            now: the current time, UTC.
            undo: undoes one change.
            redo: redoes one change.
        """
        super().__init__()
        self._library = library
        self._now = now
        self._undo = undo
        self._redo = redo

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.head("History", "changes of your library")
            yield OptionList()
            yield self.voice()
            yield self.keys_line(("u", "undo"), ("Ctrl+r", "redo"), ("Esc", "close"))

    def on_mount(self) -> None:
        self.run_worker(self._read(), exclusive=True, group="history")

    async def _read(self) -> None:
        try:
            steps = await asyncio.to_thread(self._library.log, _MOST)
        except PapertuiError as problem:
            self.say(str(problem))
            return
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options([Option(row) for row in self._rows(steps)])
        listed.display = bool(steps)
        if steps:
            listed.focus()
        else:
            self.say("No changes yet.")

    def _rows(self, steps: tuple[ChangeSet, ...]) -> list[Content]:
        gone = _taken_back(steps)
        times = [self._when(step.at) for step in steps]
        width = max(map(len, times), default=0)
        rows = []
        for step, time in zip(steps, times, strict=True):
            style = "strike $faint" if step.number in gone else "$faint" if step.undoes or step.redoes else ""
            rows.append(Content.assemble((f" {time:>{width}}  ", "$faint"), (step.in_words, style)))
        return rows

    def _when(self, at: datetime) -> str:
        clock = f"{at.astimezone():%H:%M}"
        return clock if at.date() == self._now.date() else f"{day(at.date(), self._now.date())} {clock}"

    async def action_undo(self) -> None:
        self.say(await self._undo())
        await self._read()

    async def action_redo(self) -> None:
        self.say(await self._redo())
        await self._read()

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()


def _taken_back(steps: tuple[ChangeSet, ...]) -> frozenset[int]:
    """Return the numbers of the changes that are currently undone."""
    gone: set[int] = set()
    for step in reversed(steps):
        if step.undoes is not None:
            gone.add(step.undoes)
        elif step.redoes is not None:
            gone.discard(step.redoes)
    return frozenset(gone)
