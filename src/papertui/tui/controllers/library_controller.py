"""The library: bookmarks and what the reader adds to them.

The screen follows the file, also when another window or command changes it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from textual.app import SuspendNotSupported

from papertui.errors import PaperNotFoundError, StoreError, UsageError
from papertui.model.bookmark import RATINGS, STATES, State, TagEdit
from papertui.model.changes import UndoResult
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.services.library import LibraryService
from papertui.services.note_drafts import NoteDrafts
from papertui.services.read_state import ReadState
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.feed_controller import FeedController
from papertui.tui.controllers.list_controller import ListController, describe
from papertui.tui.controllers.search_controller import SearchController
from papertui.tui.controllers.tab_controller import TabController

#: Seconds between two checks whether another process changed the library.
_CHECK_INTERVAL = 0.5

Result = TypeVar("Result")


class LibraryController:
    """Changes the library, one change after the other, and shows it."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        search: SearchController,
        tabs: TabController,
        feeds: FeedController,
        library: LibraryService,
        read_state: ReadState,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._search = search
        self._tabs = tabs
        self._feeds = feeds
        self._library = library
        self._read_state = read_state
        #: Set when the bookmarks are shown, or cannot be read.
        self.loaded = asyncio.Event()
        self._lock = asyncio.Lock()
        self._stamp: object = None
        self._check: asyncio.Task[object] | None = None

    # --- following the file --------------------------------------------------------------------------

    async def start(self) -> None:
        """Show the library, and start watching it."""
        with self._notice.errors():
            async with self._lock:
                await self._feeds.show_library()
                await self._reload()
            self._notice.warn_each((*self._library.take_notices(), *self._read_state.take_notices()))
        self.loaded.set()
        self._screen.set_interval(_CHECK_INTERVAL, self._look)

    def _look(self) -> None:
        # A disk that does not respond (a network folder) must neither block the screen nor pile up checks.
        if self._check is None or self._check.done():
            self._check = asyncio.create_task(asyncio.to_thread(self._library.stamp))
            self._check.add_done_callback(self._looked)

    def _looked(self, check: asyncio.Task[object]) -> None:
        if check.cancelled() or isinstance(check.exception(), StoreError):
            return  # reported by the next action on the library
        if check.result() != self._stamp and self._screen.is_attached:
            in_background(self._screen, self.follow, group="library")

    async def follow(self) -> None:
        """Show what another process, or a sync, changed."""
        async with self._lock:
            with self._notice.errors():
                await self._reload(unless=self._stamp)
        self._notice.warn_each(self._library.take_notices())

    async def _reload(self, *, unless: object = None) -> None:
        """Show the current library; do nothing if its stamp is still `unless`.

        Raises:
            StoreError: the library cannot be read. The screen stays as it is until the file changes.
        """
        stamp = await asyncio.to_thread(self._library.stamp)
        if unless is not None and stamp == unless:
            return
        # Taken before reading: a change in between is seen by the next check.
        self._stamp = stamp
        marks = await asyncio.to_thread(self._library.by_id)
        before = self._lists.state.marks
        self._lists.update(self._lists.state.with_marks(marks=marks))
        self._search.forget_stored()
        await self._tabs.count_queue()
        if before.keys() != marks.keys():
            self._tabs.count_new()  # a muted paper counts while it is bookmarked
        self._feeds.bookmarks_changed(frozenset(marks.keys() - before.keys()))

    # --- changing ------------------------------------------------------------------------------------

    async def edit(self, work: Callable[[], Result], papers: tuple[Paper, ...] = ()) -> Result:
        """Run `work` in a thread and show the changed library.

        Two quick key presses are two changes, one after the other. A bundled paper is not stored, so `papers` are
        bookmarked before they are tagged, rated and so on.

        Raises:
            PapertuiError: the change could not be made.
        """
        async with self._lock:
            try:
                result = await asyncio.to_thread(work)
            except PaperNotFoundError:
                if not papers:
                    raise
                await asyncio.to_thread(self._library.keep, papers)
                result = await asyncio.to_thread(work)
            await self._reload()
        self._notice.warn_each(self._library.take_notices())
        return result

    async def toggle_bookmarks(self, papers: tuple[Paper, ...]) -> None:
        """Bookmark papers, or remove their bookmarks if all have one. The star follows the disk."""
        undo = self._context.keys.name("undo")
        library = self._library
        with self._notice.errors():
            if len(papers) == 1:
                is_bookmarked = await self.edit(lambda: library.toggle(papers[0]))
                words = "Bookmark added." if is_bookmarked else f"Bookmark removed. {undo} undoes this."
            elif self._lists.state.kept.issuperset(paper.id for paper in papers):
                removed = await self.edit(lambda: library.release(paper.id for paper in papers))
                words = f"{plural(len(removed), 'bookmark')} removed. {undo} undoes this."
            else:
                added = await self.edit(lambda: library.keep(papers))
                words = f"{plural(len(added), 'bookmark')} added."
            self._notice.show_message(words)

    async def undo(self) -> str:
        """Undo one change; return a sentence about it.

        Raises:
            PapertuiError: the change cannot be undone.
        """
        return _undo_words("Undone", await self.edit(self._library.undo)) or "Nothing to undo."

    async def redo(self) -> str:
        """Redo one change; return a sentence about it.

        Raises:
            PapertuiError: the change cannot be redone.
        """
        return _undo_words("Redone", await self.edit(self._library.redo)) or "Nothing to redo."


def _undo_words(word: str, result: UndoResult | None) -> str:
    return "" if result is None else " ".join((f"{word}: {result.step.in_words}.", *result.left))


_NEXT_STATE: Mapping[State, State] = dict(zip(STATES, (*STATES[1:], STATES[0]), strict=True))
_NO_RATING = "0"


class AnnotationController:
    """Annotates papers; a paper without a bookmark gets one."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        library: LibraryController,
        service: LibraryService,
        drafts: NoteDrafts,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._library = library
        self._service = service
        self._drafts = drafts

    # --- tags ----------------------------------------------------------------------------------------

    def edit_tags(self, papers: tuple[Paper, ...]) -> None:
        """Open the tags dialog."""
        from papertui.tui.dialogs.tags import TagsDialog  # noqa: PLC0415 - the first frame needs no dialog

        marks = self._lists.state.marks
        tags = [marks[paper.id].tags if paper.id in marks else () for paper in papers]
        dialog = TagsDialog(self._service, self._context.glyphs, self._context.keys, describe(papers), tags)
        self._screen.app.push_screen(dialog, partial(self._apply_tags, papers))

    def _apply_tags(self, papers: tuple[Paper, ...], edit: TagEdit | None) -> None:
        if edit is not None:
            in_background(self._screen, self._write_tags, papers, edit, group="library")

    async def _write_tags(self, papers: tuple[Paper, ...], edit: TagEdit) -> None:
        ids = [paper.id for paper in papers]
        with self._notice.errors():
            changed = await self._library.edit(
                lambda: self._service.tag(ids, edit.add, edit.remove), papers if edit.add else ()
            )
            words = " ".join([*(f"+{tag}" for tag in edit.add), *(f"-{tag}" for tag in edit.remove)])
            self._notice.show_message(f"{words} on {plural(len(changed), 'paper')}." if changed else "No tags changed.")

    # --- notes ---------------------------------------------------------------------------------------

    def edit_note(self, paper: Paper) -> None:
        """Open the note dialog."""
        from papertui.tui.dialogs.note import NoteDialog  # noqa: PLC0415 - imports Textual's text area

        mark = self._lists.state.marks.get(paper.id)
        text = mark.note if mark else ""
        self._screen.app.push_screen(
            NoteDialog(
                describe((paper,)),
                paper.id,
                text,
                partial(self._write_note, paper),
                self._edit_in_editor,
                self._drafts,
            )
        )

    async def show_drafts(self) -> None:
        """Say which note was being typed when an earlier process ended."""
        if left := await asyncio.to_thread(self._drafts.left):
            mark = self._lists.state.marks.get(left[0])
            others = f" and {len(left) - 1} more" if len(left) > 1 else ""
            self._notice.warn(
                f"The note on {left[0] if mark is None else f'“{mark.paper.title}”'}{others} was not saved. "
                f"{self._context.keys.name('note')} on that paper opens your draft."
            )

    async def _write_note(self, paper: Paper, text: str) -> None:
        """Save a note.

        Raises:
            PapertuiError: the note could not be saved.
        """
        await self._library.edit(lambda: self._service.note(paper.id, text), (paper,))
        undo = self._context.keys.name("undo")
        self._notice.show_message("Note saved." if text else f"Note removed. {undo} undoes this.")

    def _edit_in_editor(self, text: str) -> str:
        """Suspend the app and edit `text` in the reader's editor; return the result.

        Raises:
            PapertuiError: the editor could not be started, or failed.
        """
        from papertui.services.programs import edit_text  # noqa: PLC0415 - needed only for an editor

        try:
            with self._screen.app.suspend():
                return edit_text(text, os.environ)
        except SuspendNotSupported as error:
            raise UsageError("This terminal cannot run an editor; edit the note here.") from error

    # --- states and ratings --------------------------------------------------------------------------

    async def next_state(self, papers: tuple[Paper, ...]) -> None:
        mark = self._lists.state.marks.get(papers[0].id)
        # Setting a state on a paper without a bookmark means that the reader starts reading it.
        state: State = "reading" if mark is None else _NEXT_STATE[mark.state]
        ids = [paper.id for paper in papers]
        with self._notice.errors():
            changed = await self._library.edit(lambda: self._service.set_state(ids, state), papers)
            self._notice.show_message(f"Reading state{_on(papers, changed)}: {state}.")

    def ask_rating(self, papers: tuple[Paper, ...]) -> None:
        """Open the dialog to rate papers."""
        from papertui.tui.dialogs.dialog import ChoiceDialog  # noqa: PLC0415 - the first frame needs no dialog

        star = self._context.glyphs.star
        choices = {str(number): star * number for number in RATINGS} | {_NO_RATING: "no rating"}
        mark = self._lists.state.marks.get(papers[0].id)
        current = str(mark.rating) if mark is not None and mark.rating else _NO_RATING
        dialog = ChoiceDialog("Rate", describe(papers), choices, current, "$accent")
        self._screen.app.push_screen(dialog, partial(self._rate, papers))

    def _rate(self, papers: tuple[Paper, ...], choice: str | None) -> None:
        if choice is not None:
            in_background(self._screen, self._write_rating, papers, int(choice) or None, group="library")

    async def _write_rating(self, papers: tuple[Paper, ...], rating: int | None) -> None:
        ids = [paper.id for paper in papers]
        with self._notice.errors():
            changed = await self._library.edit(lambda: self._service.rate(ids, rating), papers)
            self._notice.show_message(f"Rating{_on(papers, changed)}: {rating or 'none'}.")


def _on(papers: tuple[Paper, ...], changed: tuple[str, ...]) -> str:
    return f" on {plural(len(changed), 'paper')}" if len(papers) > 1 else ""
