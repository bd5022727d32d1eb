"""Tags, notes, reading states and ratings of papers, and the dialogs that ask for them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial

from textual.app import SuspendNotSupported

from papertui.errors import UsageError
from papertui.model.bookmark import RATINGS, STATES, State, TagEdit
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.services.library import LibraryService
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.controllers.library_controller import LibraryController
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.selection_controller import describe

_NEXT_STATE: Mapping[State, State] = dict(zip(STATES, (*STATES[1:], STATES[0]), strict=True))
_NO_RATING = "0"


class AnnotationController:
    """Annotates papers; a paper without a bookmark gets one."""

    def __init__(
        self, context: ScreenContext, lists: ListController, library: LibraryController, service: LibraryService
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._library = library
        self._service = service

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
            self._screen.run_worker(self._write_tags(papers, edit), group="library")

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
            NoteDialog(describe((paper,)), text, partial(self._write_note, paper), self._edit_in_editor)
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
        from papertui.tui.dialogs.choice import ChoiceDialog  # noqa: PLC0415 - the first frame needs no dialog

        star = self._context.glyphs.star
        choices = {str(number): star * number for number in RATINGS} | {_NO_RATING: "no rating"}
        mark = self._lists.state.marks.get(papers[0].id)
        current = str(mark.rating) if mark is not None and mark.rating else _NO_RATING
        dialog = ChoiceDialog("Rate", describe(papers), choices, current, "$accent")
        self._screen.app.push_screen(dialog, partial(self._rate, papers))

    def _rate(self, papers: tuple[Paper, ...], choice: str | None) -> None:
        if choice is not None:
            self._screen.run_worker(self._write_rating(papers, int(choice) or None), group="library")

    async def _write_rating(self, papers: tuple[Paper, ...], rating: int | None) -> None:
        ids = [paper.id for paper in papers]
        with self._notice.errors():
            changed = await self._library.edit(lambda: self._service.rate(ids, rating), papers)
            self._notice.show_message(f"Rating{_on(papers, changed)}: {rating or 'none'}.")


def _on(papers: tuple[Paper, ...], changed: tuple[str, ...]) -> str:
    return f" on {plural(len(changed), 'paper')}" if len(papers) > 1 else ""
