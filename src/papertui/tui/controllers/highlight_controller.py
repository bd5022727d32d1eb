"""Highlighted passages of the open paper: selecting, highlighting, comments, the list, and their look on the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.model.passages import Passage, PassageKey, PassageRange, PassageText
from papertui.services.library import LibraryService
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.library_controller import LibraryController
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.dialogs.menu import Menu, MenuItem, MenuKey
from papertui.tui.page_selection import Selection, Unit, is_of_the_paper, word_at
from papertui.tui.page_text import PageText
from papertui.tui.text_layout import cut
from papertui.tui.widgets.key_line import KeyHint
from papertui.tui.widgets.preview import Look, Preview

#: The letters of a passage in the list.
_SHOWN = 64
#: Longer texts are searched for a passage at a time, so that no key waits.
_LONG = 300_000
_GONE = "No longer in this text"


class HighlightController:
    """What can be done with passages of the open paper.

    Args:
        context: the screen.
        preview: the page.
        lists: knows the paper and its bookmark.
        library: changes bookmarks.
        service: the library.
        go: goes to a letter of a block, from which one can return.
        show_keys: shows the keys that apply now.
    """

    def __init__(
        self,
        context: ScreenContext,
        preview: Preview,
        lists: ListController,
        library: LibraryController,
        service: LibraryService,
        go: Callable[[int, int], None],
        show_keys: Callable[[], None],
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._preview = preview
        self._lists = lists
        self._library = library
        self._service = service
        self._go = go
        self._show_keys = show_keys
        self._text = PageText((), None)
        self._passages: tuple[Passage, ...] = ()
        self._found: dict[PassageKey, PassageRange | None] = {}
        self._known: tuple[PageText, PassageText] | None = None
        self._selection: Selection | None = None

    # --- following the page --------------------------------------------------------------------------

    def follow(self, text: PageText) -> None:
        """After another text is shown, or the bookmark changed."""
        paper = self._lists.paper
        mark = None if paper is None else self._lists.state.marks.get(paper.id)
        passages = () if mark is None else mark.highlights
        if text is self._text and passages == self._passages:
            return
        if text is not self._text:
            self._found.clear()
            self.leave()
        self._text, self._passages = text, passages
        missing = [passage for passage in passages if passage.key not in self._found]
        if missing and text.document is not None:
            in_background(self._screen, self._locate, text, missing, group="passages", exclusive=True)
        else:
            self._preview.redraw_marks()

    async def _locate(self, text: PageText, passages: Sequence[Passage]) -> None:
        """Find passages in the text."""
        whole = self._passage_text()
        pauses = sum(len(block.text) for block in text.blocks) > _LONG
        for passage in passages:
            found = whole.find(passage)
            if text is not self._text:
                return
            self._found[passage.key] = found
            if pauses:
                await asyncio.sleep(0)
        self._preview.redraw_marks()

    def _passage_text(self) -> PassageText:
        if self._known is None or self._known[0] is not self._text:
            parts = () if self._text.document is None else self._text.document.parts
            blocks = self._text.blocks
            texts = [block.text if is_of_the_paper(block) else "" for block in blocks]
            ids = [parts[block.part].id if 0 <= block.part < len(parts) else "" for block in blocks]
            self._known = self._text, PassageText(texts, ids)
        return self._known[1]

    def looks(self, block: int) -> list[tuple[int, int, Look]]:
        """Return what is highlighted or selected in a block."""
        found = (self._found.get(passage.key) for passage in self._passages)
        ranges: list[tuple[PassageRange, Look]] = [(one, "marked") for one in found if one is not None]
        if self._selection is not None:
            ranges.append((self._selection.range, "selected"))
        size = len(self._text.blocks[block].text)
        return [
            (one.start if block == one.first else 0, one.end if block == one.last else size, look)
            for one, look in ranges
            if one.first <= block <= one.last
        ]

    # --- selecting -----------------------------------------------------------------------------------

    @property
    def is_selecting(self) -> bool:
        return self._selection is not None

    @property
    def hints(self) -> Sequence[KeyHint]:
        """The keys while something is selected."""
        keys = self._context.keys
        arrows = f"{keys.name('down')} {keys.name('up')}"
        return (
            KeyHint("h", "highlight", "reading('select_highlight')"),
            KeyHint("c", "with a comment", "reading('select_comment')"),
            KeyHint(arrows, "longer, shorter", "reading('select_down')"),
            KeyHint("J K", "move", "reading('select_move_down')"),
            KeyHint("o", "other end", "reading('select_turn')"),
            KeyHint("p", "paragraph", "reading('select_paragraph')"),
            KeyHint("y", "copy", "reading('select_copy')"),
            KeyHint(keys.name("back"), "leave", "back"),
        )

    def start(self, block: int, letter: int) -> None:
        """Select the sentence at a letter, or the next one."""
        self._select(Selection.at(self._text, block, letter))
        if self._selection is None:
            self._notice.show_message("There is no text to select here.")

    def draw(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        """Select the words from one letter to another, which are block and place."""
        blocks = self._text.blocks
        if blocks is not self._preview.text_blocks:
            return
        (first, start), (last, letter) = min(one, other), max(one, other)
        if not (is_of_the_paper(blocks[first]) and is_of_the_paper(blocks[last])):
            return
        start, end = word_at(blocks[first].text, start)[0], word_at(blocks[last].text, letter)[1]
        if first == last:
            self._select(Selection(self._text, Unit(first, start, end)))
        else:
            ends = Unit(first, start, len(blocks[first].text)), Unit(last, 0, end)
            self._select(Selection(self._text, *ends))

    def _select(self, selection: Selection | None) -> None:
        self._selection = selection
        self._preview.redraw_marks()
        self._show_keys()

    def leave(self) -> bool:
        """Select nothing; return whether anything was selected."""
        if self._selection is None:
            return False
        self._select(None)
        return True

    def take(self, key: str) -> bool:
        """Take a key while something is selected; return whether it is one of those."""
        if self._selection is None:
            return False
        keys = self._context.keys.keys
        names = {"J": "move_down", "K": "move_up", "o": "turn", "p": "paragraph", "h": "highlight", "c": "comment"}
        names |= {"y": "copy"} | {one.strip(): name for name in ("down", "up") for one in keys[name].split(",")}
        if key not in names:
            return False
        self.run(names[key])
        return True

    def run(self, name: str) -> None:
        """Do something with the selection."""
        if (selection := self._selection) is None:
            return
        actions: Mapping[str, Callable[[], object]] = {
            "down": partial(selection.extend, 1),
            "up": partial(selection.extend, -1),
            "move_down": partial(selection.move, 1),
            "move_up": partial(selection.move, -1),
            "turn": selection.turn,
            "paragraph": selection.whole_paragraphs,
            "highlight": self._highlight,
            "comment": self._highlight_with_comment,
            "copy": self._copy,
        }
        actions[name]()
        if self._selection is selection:
            self._preview.redraw_marks()
            self._preview.reveal(selection.cursor.block, selection.cursor.start)

    def _copy(self) -> None:
        if (passage := self._selected()) is not None:
            self.leave()
            self._screen.app.copy_to_clipboard(passage.quote)
            self._notice.show_message("Copied the passage.")

    # --- highlighting --------------------------------------------------------------------------------

    def _selected(self) -> Passage | None:
        if self._selection is None:
            return None
        where = self._selection.range
        at = self._text.section_at(where.first)
        section = self._text.headings[at].text if at >= 0 else ""
        passage = self._passage_text().passage(where, section, self._context.now())
        return passage if passage.quote else None

    def _highlight(self) -> None:
        if (passage := self._selected()) is not None and (paper := self._lists.paper) is not None:
            self.leave()
            in_background(self._screen, self._write, paper, passage, group="library")

    async def _write(self, paper: Paper, passage: Passage) -> None:
        with self._notice.errors():
            await self._keep(paper, passage)

    async def _keep(self, paper: Paper, passage: Passage) -> None:
        """Keep a passage.

        Raises:
            PapertuiError: it could not be written.
        """
        was_kept = paper.id in self._lists.state.kept
        changed = await self._library.edit(lambda: self._service.highlight(paper.id, passage), (paper,))
        undo = self._context.keys.name("undo")
        if not changed:
            self._notice.show_message("This passage is highlighted already.")
        elif was_kept:
            self._notice.show_message(f"Passage highlighted. {undo} undoes this.")
        else:
            self._notice.show_message(f"Passage highlighted, and the paper bookmarked. {undo} undoes this.")

    def _highlight_with_comment(self) -> None:
        passage, paper = self._selected(), self._lists.paper
        if passage is None or paper is None:
            return
        self.leave()

        async def save(text: str) -> None:
            await self._keep(paper, passage._replace(comment=text))

        from papertui.tui.dialogs.comment import CommentDialog  # noqa: PLC0415 - imports Textual's text area

        old = next((one.comment for one in self._passages if one.key == passage.key), "")
        self._screen.app.push_screen(CommentDialog(passage.section, passage.quote, old, save, is_new=not old))

    # --- the highlighted passages --------------------------------------------------------------------

    def click(self, block: int, letter: int) -> None:
        """Show the comment on the passage at a letter."""
        for passage in self._passages:
            where = self._found.get(passage.key)
            if where is not None and (where.first, where.start) <= (block, letter) < (where.last, where.end):
                self._edit_comment(passage)
                return

    def open_list(self) -> None:
        """Show the highlighted passages of the paper, to go to one, to comment on it or to remove it."""
        if not self._passages:
            key = self._context.keys.name("page_select")
            self._notice.show_message(f"Nothing is highlighted in this paper. {key} selects a sentence.")
            return
        keys = (
            MenuKey("c", "c comment", lambda place: self._edit_comment(self._passages[int(place)], menu)),
            MenuKey("d", "d remove", lambda place: self._remove(menu, self._passages[int(place)])),
        )
        menu = Menu(
            plural(len(self._passages), "highlight"),
            self._items(),
            beside=self._preview,
            glyphs=self._context.glyphs,
            opener=self._context.keys.keys["page_highlights"],
            keys=keys,
        )
        self._screen.app.push_screen(menu, self._go_to_chosen)

    def _items(self) -> list[MenuItem]:
        glyphs = self._context.glyphs
        visible = self._preview.visible_blocks
        items = []
        for place, passage in enumerate(self._passages):
            where = self._found.get(passage.key)
            quote = cut(passage.quote.replace("\n", " "), _SHOWN, glyphs.ellipsis)
            items.append(
                MenuItem(
                    str(place),
                    quote,
                    is_current=where is not None and where.first in visible,
                    direction=glyphs.note if passage.comment else "",
                    section=_GONE if passage.key in self._found and where is None else passage.section,
                )
            )
        return sorted(items, key=lambda item: item.section == _GONE)

    def _go_to_chosen(self, place: str | None) -> None:
        if place is None:
            return
        passage = self._passages[int(place)]
        if (where := self._found.get(passage.key)) is None:
            self._edit_comment(passage)  # shows the whole quote
        else:
            self._go(where.first, where.start)

    def _edit_comment(self, passage: Passage, menu: Menu | None = None) -> None:
        paper = self._lists.paper
        if paper is None:
            return

        async def save(text: str) -> None:
            await self._library.edit(lambda: self._service.comment(paper.id, passage.key, text))
            undo = self._context.keys.name("undo")
            self._notice.show_message("Comment saved." if text else f"Comment removed. {undo} undoes this.")
            self._take_passages(paper)
            if menu is not None:
                menu.show(self._items())

        from papertui.tui.dialogs.comment import CommentDialog  # noqa: PLC0415 - as above

        self._screen.app.push_screen(CommentDialog(passage.section, passage.quote, passage.comment, save))

    def _remove(self, menu: Menu, passage: Passage) -> None:
        if (paper := self._lists.paper) is not None:
            in_background(self._screen, self._remove_one, menu, paper, passage, group="library")

    async def _remove_one(self, menu: Menu, paper: Paper, passage: Passage) -> None:
        with self._notice.errors():
            await self._library.edit(lambda: self._service.remove_highlight(paper.id, passage.key))
            self._notice.show_message(f"Highlight removed. {self._context.keys.name('undo')} undoes this.")
            self._take_passages(paper)
            self._preview.redraw_marks()
            if self._passages:
                menu.show(self._items())
            else:
                menu.dismiss(None)

    def _take_passages(self, paper: Paper) -> None:
        """Take the passages as they are in the library now."""
        mark = self._lists.state.marks.get(paper.id)
        self._passages = () if mark is None else mark.highlights
