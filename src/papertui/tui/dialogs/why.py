"""The dialog of what speaks for a paper, where each reason can be muted and pinned."""

from __future__ import annotations

import asyncio
from typing import ClassVar, NamedTuple

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from papertui.model.paper import Paper
from papertui.services.foryou import ForYouService, ReasonName, Tuned, Why
from papertui.tui.dialogs.dialog import Dialog, DialogList
from papertui.tui.widgets.key_line import KeyHint, KeyLine

_HINTS = (
    KeyHint("m", "mute", "mute"),
    KeyHint("p", "pin or unpin", "pin"),
    KeyHint("u", "undo", "undo"),
    KeyHint("Esc", "close", "close"),
)
_DONE = {"mute": "Muted", "pin": "Pinned", "clear": "Neither muted nor pinned:"}
_NOTHING = "Nothing is learned yet. Bookmark papers, or give them thumbs."


class _WhyLine(NamedTuple):
    """A reason in the list."""

    reason: ReasonName
    head: str  # its share, or ``like``
    words: str
    is_pinned: bool = False


class WhyDialog(Dialog[bool]):
    """Returns whether a reason was muted or pinned."""

    DEFAULT_CSS = """
    WhyDialog > Vertical { max-width: 90; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("m", "mute", "Mute"),
        ("p", "pin", "Pin"),
        ("u", "undo", "Undo"),
        ("q,w", "close", "Close"),
    ]

    def __init__(self, foryou: ForYouService, paper: Paper) -> None:
        """Create the dialog.

        Args:
            foryou: knows the reasons.
            paper: the paper.
        """
        super().__init__()
        self._foryou = foryou
        self._paper = paper
        self._lines: list[_WhyLine] = []
        self._changed = False
        self._last: ReasonName | None = None

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.title_line("Why", self._paper.title)
            yield DialogList()
            yield self.notice
            yield KeyLine(_HINTS, wraps=True)

    @work(exclusive=True, group="why")
    async def on_mount(self) -> None:
        with self.notice.errors():
            await self._read()

    async def _read(self) -> None:
        whys = await asyncio.to_thread(self._foryou.whys, [self._paper])
        why = whys[self._paper.id]
        self._lines = _lines(why)
        rows = self.query_one(DialogList)
        rows.show([Content.assemble((f" {line.head:>4}  ", "$faint"), line.words) for line in self._lines])
        if self._lines:
            rows.focus()
        else:
            self.notice.warn("Nothing that you keep speaks for it." if why.learned_from else _NOTHING)

    def action_mute(self) -> None:
        self._tune("mute")

    def action_pin(self) -> None:
        self._tune("pin")

    def action_undo(self) -> None:
        if self._last is not None:
            self._store(self._last, "clear")

    def _tune(self, what: Tuned) -> None:
        row = self.query_one(DialogList).row
        if row is not None:
            line = self._lines[row]
            self._store(line.reason, "clear" if what == "pin" and line.is_pinned else what)

    @work(exclusive=True, group="why")
    async def _store(self, reason: ReasonName, what: Tuned) -> None:
        with self.notice.errors():
            await asyncio.to_thread(self._foryou.tune, reason, what)
            self._changed, self._last = True, None if what == "clear" else reason
            await self._read()
            self.notice.warn(f"{_DONE[what]} “{reason}”, under [foryou] in the settings.")

    def action_close(self) -> None:
        self.dismiss(self._changed)


def _lines(why: Why) -> list[_WhyLine]:
    shares = [*why.people, *why.words]
    lines = [
        _WhyLine(
            one.name,
            f"{one.share:.0%}",
            one.name.value + (f", you kept {one.kept}" if one.kept else "") + (" (pinned)" if one.is_pinned else ""),
            one.is_pinned,
        )
        for one in shares
    ]
    likes = (_WhyLine(ReasonName("paper", one.paper.id), "like", one.paper.title) for one in why.like)
    return [*lines, *likes]
