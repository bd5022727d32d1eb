"""Library actions: bookmarks, tags, notes, reading states, ratings and undo; changes of other windows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from textual.app import SuspendNotSupported

from papertui.errors import PaperNotFoundError, PapertuiError, StoreError, UsageError
from papertui.model.bookmark import RATINGS, STATES, Bookmark, State, TagEdit
from papertui.model.changes import UndoResult
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.tui import wiring
from papertui.tui.keymap import ACTIONS, shown_key
from papertui.tui.screens.selecting import Selecting
from papertui.tui.widgets.paperlist import PaperList

#: Seconds between two checks whether another process changed the library.
_LOOK_EVERY = 0.5
_NEXT: Mapping[State, State] = dict(zip(STATES, (*STATES[1:], STATES[0]), strict=True))
_NO_RATING = "0"

Done = TypeVar("Done")


class Shelving(Selecting):
    """The main screen with the library. Stars and tags on the screen follow the disk."""

    _stamp: object = None
    _looking: asyncio.Task[object] | None = None
    #: The tags in use, for completion.
    tags: tuple[str, ...] = ()

    # --- watching the library --------------------------------------------------------------------

    def key_of(self, name: str) -> str:
        """Return the key of an action for display."""
        return next(shown_key(action.keys.split(",")[0]) for action in ACTIONS if action.name == name)

    def library_changed(self, before: Mapping[str, Bookmark]) -> None:
        """Called after bookmarks changed; `before` are the previous ones."""

    def watch_library(self) -> None:
        """Start watching the library for changes of other windows and commands."""
        self.set_interval(_LOOK_EVERY, self._look)

    def _look(self) -> None:
        # A disk that does not respond (a network folder) must neither block the screen nor pile up checks.
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(asyncio.to_thread(self.services.library.stamp))
            self._looking.add_done_callback(self._looked)

    def _looked(self, look: asyncio.Task[object]) -> None:
        if look.cancelled() or isinstance(look.exception(), StoreError):
            return  # reported by the next action on the library
        if look.result() != self._stamp and self.is_attached:
            self.run_worker(self._read_again(), group="library")

    async def _read_again(self) -> None:
        async with self._library_lock:
            try:
                await self.read_library(unless=self._stamp)
            except StoreError as problem:
                self.notice.tell(str(problem), warning=True)
        self._tell_library()

    def _tell_library(self) -> None:
        for sentence in self.services.library.take_notices():
            self.notice.tell(sentence, warning=True)

    async def read_library(self, *, unless: object = None) -> None:
        """Show the current library; do nothing if its stamp is still `unless`.

        Raises:
            StoreError: the library cannot be read. The screen stays as it is until the file changes.
        """
        stamp = await asyncio.to_thread(self.services.library.stamp)
        if unless is not None and stamp == unless:
            return
        # Taken before reading: a change in between is seen by the next check.
        self._stamp = stamp
        marks = await asyncio.to_thread(self.services.library.by_id)
        before = self.shelf.marks
        self.tags = tuple(sorted({tag for mark in marks.values() for tag in mark.tags}))
        self.shelf = self.shelf.with_marks(marks=marks)
        self.forget_stored()
        self.show_state()
        self.library_changed(before)

    async def _changed(self, work: Callable[[], Done], papers: tuple[Paper, ...] = ()) -> Done | None:
        """Run `work` in a thread and show the changed library, or the error.

        Two quick key presses are two changes, one after the other. A bundled paper is not stored, so it is bookmarked
        before it is tagged, rated and so on.
        """
        async with self._library_lock:
            try:
                try:
                    done = await asyncio.to_thread(work)
                except PaperNotFoundError:
                    if not papers:
                        raise
                    await asyncio.to_thread(self.services.library.keep, papers)
                    done = await asyncio.to_thread(work)
                await self.read_library()
            except PapertuiError as problem:
                self.notice.tell(str(problem), warning=True)
                return None
        self._tell_library()
        return done

    # --- bookmarks -----------------------------------------------------------------------------------

    def action_bookmark(self) -> None:
        """Bookmark the papers, or remove their bookmarks if all have one. The star follows the disk."""
        if papers := self.subject():
            self.run_worker(self._keep_or_release(papers), group="library")

    def on_paper_list_star_clicked(self, message: PaperList.StarClicked) -> None:
        message.stop()
        if (paper := self.paper) is not None:
            self.run_worker(self._keep_or_release((paper,)), group="library")

    async def _keep_or_release(self, papers: tuple[Paper, ...]) -> None:
        library = self.services.library
        undo = self.key_of("undo")
        if len(papers) == 1:
            kept = await self._changed(lambda: library.toggle(papers[0]))
            if kept is not None:
                self.notice.tell("Bookmark added." if kept else f"Bookmark removed. {undo} undoes this.")
            return
        if all(paper.id in self.shelf.kept for paper in papers):
            gone = await self._changed(lambda: library.release(paper.id for paper in papers))
            if gone is not None:
                self.notice.tell(f"{plural(len(gone), 'bookmark')} removed. {undo} undoes this.")
        else:
            new = await self._changed(lambda: library.keep(papers))
            if new is not None:
                self.notice.tell(f"{plural(len(new), 'bookmark')} added.")

    # --- tags, notes, states, ratings --------------------------------------------------------------------

    def action_tags(self) -> None:
        if papers := self.subject():
            borne = [mark.tags if (mark := self.shelf.marks.get(paper.id)) else () for paper in papers]
            dialog = wiring.tags(self.services.library, self.signs, self.about(papers), borne)
            self.app.push_screen(dialog, lambda wish: self._tag(papers, wish))

    def _tag(self, papers: tuple[Paper, ...], wish: TagEdit | None) -> None:
        if wish is not None:
            self.run_worker(self._write_tags(papers, wish), group="library")

    async def _write_tags(self, papers: tuple[Paper, ...], wish: TagEdit) -> None:
        ids = [paper.id for paper in papers]
        changed = await self._changed(
            lambda: self.services.library.tag(ids, wish.add, wish.remove), papers if wish.add else ()
        )
        if changed is not None:
            words = " ".join([*(f"+{tag}" for tag in wish.add), *(f"-{tag}" for tag in wish.remove)])
            self.notice.tell(f"{words} on {plural(len(changed), 'paper')}." if changed else "No tags changed.")

    def action_note(self) -> None:
        if (paper := self.paper) is None:
            return
        mark = self.shelf.marks.get(paper.id)

        async def save(text: str) -> None:
            await self._write_note(paper, text)

        dialog = wiring.note(self.about((paper,)), mark.note if mark else "", save, self._edit)
        self.app.push_screen(dialog)

    async def _write_note(self, paper: Paper, text: str) -> None:
        """Save a note.

        Raises:
            PapertuiError: the note could not be saved.
        """
        library = self.services.library
        async with self._library_lock:
            try:
                await asyncio.to_thread(library.note, paper.id, text)
            except PaperNotFoundError:
                await asyncio.to_thread(library.keep, (paper,))
                await asyncio.to_thread(library.note, paper.id, text)
            await self.read_library()
        self.notice.tell("Note saved." if text else f"Note removed. {self.key_of('undo')} undoes this.")

    def _edit(self, text: str) -> str:
        """Suspend the app and edit `text` in the reader's editor; return the result.

        Raises:
            PapertuiError: the editor could not be started, or failed.
        """
        try:
            with self.app.suspend():
                return wiring.edited(text)
        except SuspendNotSupported as error:
            raise UsageError("This terminal cannot run an editor; edit the note here.") from error

    def action_state(self) -> None:
        if papers := self.subject():
            mark = self.shelf.marks.get(papers[0].id)
            # Setting a state on a paper without a bookmark means that the reader starts reading it.
            state = "reading" if mark is None else _NEXT[mark.state]
            self.run_worker(self._write_state(papers, state), group="library")

    async def _write_state(self, papers: tuple[Paper, ...], state: State) -> None:
        ids = [paper.id for paper in papers]
        changed = await self._changed(lambda: self.services.library.set_state(ids, state), papers)
        if changed is not None:
            where = f" on {plural(len(changed), 'paper')}" if len(papers) > 1 else ""
            self.notice.tell(f"Reading state{where}: {state}.")

    def action_rate(self) -> None:
        if not (papers := self.subject()):
            return
        choices = {str(number): self.signs.star * number for number in RATINGS} | {_NO_RATING: "no rating"}
        mark = self.shelf.marks.get(papers[0].id)
        now = str(mark.rating) if mark is not None and mark.rating else _NO_RATING
        self.app.push_screen(
            wiring.choice("Rate", self.about(papers), choices, now, "$accent"),
            lambda chosen: self._rate(papers, chosen),
        )

    def _rate(self, papers: tuple[Paper, ...], chosen: str | None) -> None:
        if chosen is not None:
            self.run_worker(self._write_rating(papers, int(chosen) or None), group="library")

    async def _write_rating(self, papers: tuple[Paper, ...], rating: int | None) -> None:
        ids = [paper.id for paper in papers]
        changed = await self._changed(lambda: self.services.library.rate(ids, rating), papers)
        if changed is not None:
            where = f" on {plural(len(changed), 'paper')}" if len(papers) > 1 else ""
            self.notice.tell(f"Rating{where}: {rating or 'none'}.")

    # --- undo and redo ----------------------------------------------------------------------------

    def action_undo(self) -> None:
        self.run_worker(self._turn_and_tell(self.undone), group="library")

    def action_redo(self) -> None:
        self.run_worker(self._turn_and_tell(self.redone), group="library")

    async def _turn_and_tell(self, turn: Callable[[], Awaitable[str]]) -> None:
        if sentence := await turn():
            self.notice.tell(sentence)

    async def undone(self) -> str:
        """Undo one change; return a sentence about it."""
        return await self._turned(self.services.library.undo, "Undone", "Nothing to undo.")

    async def redone(self) -> str:
        """Redo one change; return a sentence about it."""
        return await self._turned(self.services.library.redo, "Redone", "Nothing to redo.")

    async def _turned(self, turn: Callable[[], UndoResult | None], word: str, nothing: str) -> str:
        found: list[UndoResult | None] = []
        await self._changed(lambda: found.append(turn()))
        if not found:
            return ""  # the error is already shown
        undone = found[0]
        return nothing if undone is None else " ".join((f"{word}: {undone.step.in_words}.", *undone.left))

    def action_history(self) -> None:
        self.app.push_screen(wiring.history(self.services.library, self.services.feeds.now(), self.undone, self.redone))
