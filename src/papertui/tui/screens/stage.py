"""The layout of the main screen: its regions, how they show a list of papers, and navigation."""

from __future__ import annotations

from datetime import date
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.screen import Screen

from papertui.model.document import Document
from papertui.model.feed import Feed, FeedName
from papertui.model.filters import ListFilter
from papertui.model.format import grouped
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.search.language import CompletionValues
from papertui.search.results import Highlight
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import ACTIONS, bindings, shown_key
from papertui.tui.list_state import ListState
from papertui.tui.widgets.keyline import KeyHint, KeyLine
from papertui.tui.widgets.noticeline import NoticeLine
from papertui.tui.widgets.paperlist import PaperList
from papertui.tui.widgets.papertext import Beside
from papertui.tui.widgets.preview import Preview
from papertui.tui.widgets.searchbox import SearchBox
from papertui.tui.widgets.tabstrip import TabStrip

#: Seconds within which a second g goes to the top.
_TWICE = 1.0


class Stage(Screen[None]):
    """The regions of the main screen. The subclasses add the actions."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]  # noqa: RUF012
    AUTO_FOCUS = "PaperList"

    shelf: reactive[ListState] = reactive(ListState(Feed(FeedName("trending"), ())), init=False, repaint=False)

    def __init__(self, signs: Glyphs, today: date, shelf: ListState, *, compact: bool = False) -> None:
        super().__init__()
        self.signs = signs
        self.today = today
        self.papers = PaperList(signs, today=today, compact=compact)
        self.preview = Preview(signs)
        self.search_box = SearchBox(self.typed, self.known, slash=signs.slash, ellipsis=signs.ellipsis)
        self.strip = TabStrip(ellipsis=signs.ellipsis)
        self.notice = NoticeLine()
        self.keys = KeyLine()
        self._pressed_first = 0.0
        self._paper_due = False
        self.set_reactive(Stage.shelf, shelf)

    def compose(self) -> ComposeResult:
        # Only what the first frame needs; see `furnish`.
        yield self.strip
        yield self.search_box
        with Horizontal(id="body"):
            yield self.papers
        yield self.keys

    async def furnish(self) -> None:
        """Mount the widgets that can wait until the list is painted."""
        await self.query_one("#body").mount(self.preview)
        await self.mount(self.notice, before=self.keys)
        await self.search_box.prepare()

    # --- showing ---------------------------------------------------------------------------------

    @property
    def searched_words(self) -> str:
        """The scope of the search in words; empty for the open feed."""
        return ""

    def highlighter(self) -> Highlight | None:
        """Return the function that finds matched letters in a text; ``None`` without a search."""
        return None

    def typed(self, query: str) -> None:
        """Called when the text in the search line changed."""

    def known(self) -> CompletionValues:
        """Return the completions of filters."""
        return CompletionValues()

    def empty_words(self) -> tuple[str, ...]:
        """Return what to show when there are no papers."""
        return ()

    def watch_shelf(self, old: ListState, new: ListState) -> None:
        """Draw the list. The cursor follows its paper; it goes to the top when another list is shown."""
        cursor = self.papers.cursor
        if old.query != new.query or (old.feed.name, old.feed.origin) != (new.feed.name, new.feed.origin):
            cursor = 0
        elif old.rows is not new.rows and cursor < old.size:
            same = new.row_of(old.paper(cursor).id)
            cursor = cursor if same is None else same
        # A background refresh must not move the row under the cursor.
        self.draw(cursor, steady=old.feed is not new.feed and old.query == new.query and old.feed.name == new.feed.name)

    def draw(self, cursor: int, *, steady: bool = False) -> None:
        """Update every region, with the cursor on a row; `steady` keeps that row at its place on the screen."""
        self.show_list(cursor, steady=steady)
        self.show_paper_next()
        self.show_keys()

    def show_list(self, cursor: int, *, steady: bool = False) -> None:
        """Show the list with the cursor on a row, and the number of papers."""
        self.papers.show(
            self.shelf, cursor=cursor, highlight=self.highlighter(), empty=self.empty_words(), steady=steady
        )
        self.search_box.tell(self.tally())

    def show_paper_next(self) -> None:
        """Show the paper under the cursor in the next frame, so that the list does not wait for it."""
        if not self._paper_due:
            self._paper_due = True
            self.call_after_refresh(self.show_paper)

    def show_paper(self) -> None:
        """Show the paper under the cursor in the preview."""
        self._paper_due = False
        self.preview.show(self.paper, highlight=self.highlighter(), beside=self.beside())

    def beside(self) -> Beside:
        """Return what is shown about the paper besides its own facts."""
        context, paper = self.shelf.context, self.paper
        if paper is None:
            return Beside()
        document, note = self.full_text(paper) if self.is_reading else (None, "")
        growth, reasons = context.growths.get(paper.id), context.reasons.get(paper.id, ())
        return Beside(growth, reasons, self.today, document, note, self.shelf.marks.get(paper.id))

    def full_text(self, paper: Paper) -> tuple[Document | None, str]:
        """Return the full text of the open paper, or a note about its state."""
        del paper
        return None, ""

    def on_paper_list_cursor_moved(self, message: PaperList.CursorMoved) -> None:
        message.stop()
        self.show_paper_next()

    def tally(self) -> str:
        """Return the number of papers shown, the total and the order, in words."""
        shelf = self.shelf
        words = [f"{len(shelf.selected)} selected"] if shelf.selected else []
        words += [shelf.order.value.words] if shelf.order is not Order.FEED and shelf.found is None else []
        if shelf.show is not ListFilter.ALL:
            words.append(shelf.show.value.words)
        out_of = shelf.total if shelf.of is None else shelf.of
        fit = (
            shelf.size
            if shelf.found is None or shelf.show is not ListFilter.ALL
            else max(shelf.size, shelf.found.total)
        )
        number = f"{grouped(fit)} of {grouped(out_of)}" if fit != out_of or shelf.query else grouped(out_of)
        if out_of:
            words.append(number if shelf.query else f"{number} paper{'s' if out_of != 1 else ''}")
        if self.searched_words:
            words.append(self.searched_words)
        return f" {self.signs.dot} ".join(words)

    def show_keys(self) -> None:
        """Show the keys for the focused pane."""
        if self.search_box.is_typing:
            arrows = "up/down" if self.signs.star == "*" else "↑↓"
            self.keys.show(
                (
                    KeyHint("type", "to search", "search"),
                    KeyHint(arrows, "select", "down"),
                    KeyHint("Enter", "go to list", "leave_search"),
                    KeyHint("Esc", "back", "back"),
                )
            )
            return
        if self.is_reading:
            names = {
                "back": "back",
                "next": "next paper",
                "bookmark": "bookmark",
                "browse": "open",
                "pdf": "PDF",
                "help": "help",
            }
        elif self.shelf.selected:
            names = {
                "bookmark": "bookmark",
                "tags": "tags",
                "state": "state",
                "rate": "rate",
                "export": "export",
                "select": "select",
                "select_to_here": "to here",
                "back": "clear",
                "help": "help",
            }
        else:
            names = {action.name: action.bar for action in ACTIONS if action.bar}
        active = {bound.binding.id: bound.binding for bound in self.active_bindings.values() if bound.enabled}
        self.keys.show(
            tuple(KeyHint(shown_key(active[name].key), word, name) for name, word in names.items() if name in active)
        )

    @property
    def paper(self) -> Paper | None:
        """The paper under the cursor, if any."""
        row = self.papers.cursor
        return self.shelf.paper(row) if 0 <= row < self.shelf.size else None

    @property
    def is_reading(self) -> bool:
        """Whether a paper is shown on the whole screen."""
        return self.has_class("-reading")

    def set_reading(self, *, reading: bool) -> None:
        """Show the paper on the whole screen, or the list again."""
        self.set_class(reading, "-reading")
        self.preview.centered = reading
        self.show_paper_next()
        self.set_focus(self.preview if reading else self.papers)
        self.show_keys()

    def on_descendant_focus(self) -> None:
        self.show_keys()

    # --- navigation ----------------------------------------------------------------------------------

    @property
    def _in_preview(self) -> bool:
        return self.preview.has_focus

    def _scroll(self, lines: int) -> None:
        self.preview.scroll_relative(y=lines, animate=False, force=True)

    def _move(self, rows: int, lines: int) -> None:
        if self._in_preview:
            self._scroll(lines)
        else:
            self.papers.move(rows)

    def action_down(self) -> None:
        self._move(1, 1)

    def action_up(self) -> None:
        self._move(-1, -1)

    def action_half_down(self) -> None:
        self._move(max(1, self.papers.page // 2), self.preview.size.height // 2)

    def action_half_up(self) -> None:
        self._move(-max(1, self.papers.page // 2), -(self.preview.size.height // 2))

    def action_page_down(self) -> None:
        self._move(self.papers.page, max(1, self.preview.size.height - 2))

    def action_page_up(self) -> None:
        self._move(-self.papers.page, -max(1, self.preview.size.height - 2))

    def action_top(self) -> None:
        if self._in_preview:
            self.preview.scroll_to(y=0, animate=False, force=True)
        else:
            self.papers.move_to(0)

    def action_first(self) -> None:
        """Go to the first paper when pressed twice, as ``g g`` in vi."""
        now = monotonic()
        if now - self._pressed_first <= _TWICE:
            self._pressed_first = 0.0
            self.action_top()
        else:
            self._pressed_first = now

    def action_bottom(self) -> None:
        if self._in_preview:
            self.preview.scroll_end(animate=False, force=True)
        else:
            self.papers.move_to(self.shelf.size - 1)

    def action_next_pane(self) -> None:
        self._other_pane()

    def action_previous_pane(self) -> None:
        self._other_pane()

    def _other_pane(self) -> None:
        if self.is_reading or not self.preview.display:
            return
        self.set_focus(self.papers if self._in_preview else self.preview)

    def action_compact(self) -> None:
        self.papers.compact = not self.papers.compact

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # While typing, the search key is an ordinary letter.
        del parameters
        return not (action == "search" and self.search_box.is_typing)

    async def action_search(self) -> None:
        if self.is_reading:
            self.set_reading(reading=False)
        self.set_focus(await self.search_box.prepare())

    def action_leave_search(self) -> None:
        self.set_focus(self.papers)

    def action_back(self) -> None:
        """Go one step back; never quits the app."""
        if self.search_box.is_typing:
            if self.search_box.text:
                self.search_box.clear()
            else:
                self.set_focus(self.papers)
        elif self.is_reading:
            self.set_reading(reading=False)
        elif self.notice.is_told:
            self.notice.dismiss()
        elif self.search_box.text:
            self.search_box.clear()
        else:
            self.set_focus(self.papers)

    async def on_key_line_pressed(self, message: KeyLine.Pressed) -> None:
        message.stop()
        await self.run_action(message.action)
