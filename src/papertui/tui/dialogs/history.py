"""The history dialog: the changes of the library, newest first, with undo and redo."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from papertui.model.changes import ChangeSet
from papertui.model.format import day
from papertui.services.library import LibraryService
from papertui.tui.dialogs.dialog import Dialog, DialogList
from papertui.tui.widgets.key_line import KeyHint, KeyLine

#: Number of changes shown; undo reaches further back.
_MOST = 300
_HINTS = (KeyHint("u", "undo", "undo"), KeyHint("Ctrl+r", "redo", "redo"), KeyHint("Esc", "close", "close"))

#: Undoes or redoes one change; returns a sentence about the result.
Undo = Callable[[], Awaitable[str]]


class HistoryDialog(Dialog[None]):
    """The changes with their times."""

    DEFAULT_CSS = """
    HistoryDialog > Vertical { max-width: 90; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("u", "undo", "Undo"),
        ("ctrl+r", "redo", "Redo"),
        ("q,H", "close", "Close"),
    ]

    def __init__(self, library: LibraryService, now: datetime, undo: Undo, redo: Undo) -> None:
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
            yield self.title_line("History", "changes of your library")
            yield DialogList()
            yield self.notice
            yield KeyLine(_HINTS, wraps=True)

    @work(exclusive=True, group="history")
    async def on_mount(self) -> None:
        with self.notice.errors():
            await self._read()

    async def _read(self) -> None:
        steps = await asyncio.to_thread(self._library.log, _MOST)
        rows = self.query_one(DialogList)
        rows.show(self._rows(steps))
        if steps:
            rows.focus()
        else:
            self.notice.warn("No changes yet.")

    def _rows(self, steps: Sequence[ChangeSet]) -> list[Content]:
        undone = _undone_numbers(steps)
        times = [self._time(step.at) for step in steps]
        width = max(map(len, times), default=0)
        rows = []
        for step, time in zip(steps, times, strict=True):
            style = "strike $faint" if step.number in undone else "$faint" if step.undoes or step.redoes else ""
            rows.append(Content.assemble((f" {time:>{width}}  ", "$faint"), (step.in_words, style)))
        return rows

    def _time(self, at: datetime) -> str:
        clock = f"{at.astimezone():%H:%M}"
        return clock if at.date() == self._now.date() else f"{day(at.date(), self._now.date())} {clock}"

    async def action_undo(self) -> None:
        await self._change(self._undo)

    async def action_redo(self) -> None:
        await self._change(self._redo)

    async def _change(self, change: Undo) -> None:
        with self.notice.errors():
            self.notice.warn(await change())
            await self._read()


def _undone_numbers(steps: Sequence[ChangeSet]) -> frozenset[int]:
    """Return the numbers of the changes that are currently undone; `steps` are the newest first."""
    undone: set[int] = set()
    for step in reversed(steps):
        if step.undoes is not None:
            undone.add(step.undoes)
        elif step.redoes is not None:
            undone.discard(step.redoes)
    return frozenset(undone)
