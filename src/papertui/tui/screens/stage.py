"""The main screen's stage: its regions, how they show a shelf, and how the reader moves among them."""

from __future__ import annotations

from datetime import date
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.screen import Screen

from papertui.core.document import Document
from papertui.core.feed import Feed, FeedName
from papertui.core.paper import Paper
from papertui.core.search import Highlight
from papertui.core.search.completion import Known
from papertui.core.shelf import Shelf
from papertui.core.wording import grouped
from papertui.tui.keymap import ACTIONS, bindings, shown_key
from papertui.tui.signs import Signs
from papertui.tui.widgets.keyline import Key, KeyLine
from papertui.tui.widgets.noticeline import NoticeLine
from papertui.tui.widgets.paperlist import PaperList
from papertui.tui.widgets.papertext import Beside
from papertui.tui.widgets.preview import Preview
from papertui.tui.widgets.searchbox import SearchBox
from papertui.tui.widgets.tabstrip import TabStrip

#: Seconds within which a second g means "to the top".
_TWICE = 1.0
_ORDER_WORDS = {
    "votes": "by votes",
    "rising": "rising first",
    "newest": "newest first",
    "stars": "by stars of the code",
    "comments": "by comments",
    "title": "by title",
    "rating": "best rated first",
    "state": "by reading state",
    "tags": "by tag",
}
_SHOW_WORDS = {"unread": "unread only", "kept": "bookmarked only", "code": "with code only",
               "replaced": "new versions only", "rated": "rated only", "note": "with a note only",
               "tagged": "tagged only", "untagged": "without tags only"}  # fmt: skip


class Stage(Screen[None]):
    """The regions of the main screen. What happens on it is told by `Browse`."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]  # noqa: RUF012
    AUTO_FOCUS = "PaperList"

    shelf: reactive[Shelf] = reactive(Shelf(Feed(FeedName("trending"), ())), init=False, repaint=False)

    def __init__(self, signs: Signs, today: date, shelf: Shelf, *, compact: bool = False) -> None:
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
        """What the first frame needs, from top to bottom."""
        yield self.strip
        yield self.search_box
        with Horizontal(id="body"):
            yield self.papers
        yield self.keys

    async def furnish(self) -> None:
        """Puts in what can wait until the list is on the screen: it is seen a moment later, and sooner than read."""
        await self.query_one("#body").mount(self.preview)
        await self.mount(self.notice, before=self.keys)
        await self.search_box.prepare()

    # --- showing ---------------------------------------------------------------------------------

    @property
    def searched_words(self) -> str:
        """What is searched, where that is not the open view."""
        return ""

    def highlighter(self) -> Highlight | None:
        """What finds the searched letters in a text, ``None`` while nothing is searched."""
        return None

    def typed(self, query: str) -> None:
        """Something else stands in the search line."""

    def known(self) -> Known:
        """What a filter that is being typed can be completed to."""
        return Known()

    def empty_words(self) -> tuple[str, ...]:
        """What to say where there is no paper to show."""
        return ()

    def watch_shelf(self, old: Shelf, new: Shelf) -> None:
        """Draws the shelf; the cursor follows its paper, and goes to the top where another list begins."""
        cursor = self.papers.cursor
        if old.query != new.query or (old.feed.name, old.feed.origin) != (new.feed.name, new.feed.origin):
            cursor = 0
        elif old.rows is not new.rows and cursor < old.size:
            same = new.row_of(old.paper(cursor).id)
            cursor = cursor if same is None else same
        # What came from the service behind the reader's back must not move the row under the cursor.
        self.draw(cursor, steady=old.feed is not new.feed and old.query == new.query and old.feed.name == new.feed.name)

    def draw(self, cursor: int, *, steady: bool = False) -> None:
        """Shows the shelf in every region, the cursor on a row; `steady` keeps that row where it is."""
        self.show_list(cursor, steady=steady)
        self.show_paper_next()
        self.show_keys()

    def show_list(self, cursor: int, *, steady: bool = False) -> None:
        """Shows the list with the cursor on a row, and how many papers there are."""
        self.papers.show(
            self.shelf, cursor=cursor, highlight=self.highlighter(), empty=self.empty_words(), steady=steady
        )
        self.search_box.tell(self.tally())

    def show_paper_next(self) -> None:
        """Shows the paper under the cursor in the frame after this one: the list must not wait for it."""
        if not self._paper_due:
            self._paper_due = True
            self.call_after_refresh(self.show_paper)

    def show_paper(self) -> None:
        """Shows the paper under the cursor beside the list."""
        self._paper_due = False
        self.preview.show(self.paper, highlight=self.highlighter(), beside=self.beside())

    def beside(self) -> Beside:
        """What is told of the paper under the cursor beside what it is."""
        context, paper = self.shelf.context, self.paper
        if paper is None:
            return Beside()
        document, note = self.full_text(paper) if self.is_reading else (None, "")
        growth, reasons = context.growths.get(paper.id), context.reasons.get(paper.id, ())
        return Beside(growth, reasons, self.today, document, note, self.shelf.marks.get(paper.id))

    def full_text(self, paper: Paper) -> tuple[Document | None, str]:
        """The full text of a paper that is read, and what is to be said of it."""
        del paper
        return None, ""

    def on_paper_list_cursor_moved(self, message: PaperList.CursorMoved) -> None:
        """The preview follows the cursor."""
        message.stop()
        self.show_paper_next()

    def tally(self) -> str:
        """How many papers are shown, of how many, and in what order."""
        shelf = self.shelf
        words = [f"{len(shelf.selected)} selected"] if shelf.selected else []
        words += [_ORDER_WORDS[shelf.order]] if shelf.order != "feed" and shelf.found is None else []
        if shelf.show != "all":
            words.append(_SHOW_WORDS.get(shelf.show, f"{shelf.show} only"))
        of = shelf.total if shelf.of is None else shelf.of
        fit = shelf.size if shelf.found is None or shelf.show != "all" else max(shelf.size, shelf.found.total)
        number = f"{grouped(fit)} of {grouped(of)}" if fit != of or shelf.query else grouped(of)
        if of:
            words.append(number if shelf.query else f"{number} paper{'s' if of != 1 else ''}")
        if self.searched_words:
            words.append(self.searched_words)
        return f" {self.signs.dot} ".join(words)

    def show_keys(self) -> None:
        """Shows the keys that work where the reader is."""
        if self.search_box.is_typing:
            arrows = "up/down" if self.signs.star == "*" else "↑↓"
            self.keys.show((Key("type", "to search", "search"), Key(arrows, "choose", "down"),
                            Key("Enter", "to the list", "leave_search"), Key("Esc", "back", "back")))  # fmt: skip
            return
        if self.is_reading:
            here = {
                "back": "back",
                "next": "next paper",
                "bookmark": "bookmark",
                "browse": "open",
                "pdf": "PDF",
                "help": "help",
            }
        elif self.shelf.selected:
            here = {
                "bookmark": "bookmark",
                "tags": "tags",
                "state": "state",
                "rate": "rate",
                "export": "export",
                "select": "select",
                "select_to_here": "to here",
                "back": "none",
                "help": "help",
            }
        else:
            here = {action.name: action.bar for action in ACTIONS if action.bar}
        active = {bound.binding.id: bound.binding for bound in self.active_bindings.values() if bound.enabled}
        self.keys.show(
            tuple(Key(shown_key(active[name].key), word, name) for name, word in here.items() if name in active)
        )

    @property
    def paper(self) -> Paper | None:
        """The paper under the cursor."""
        row = self.papers.cursor
        return self.shelf.paper(row) if 0 <= row < self.shelf.size else None

    @property
    def is_reading(self) -> bool:
        """Whether one paper has the whole screen."""
        return self.has_class("-reading")

    def set_reading(self, *, reading: bool) -> None:
        """Gives the paper the whole screen, or the list its place again."""
        self.set_class(reading, "-reading")
        self.preview.centered = reading
        self.show_paper_next()
        self.set_focus(self.preview if reading else self.papers)
        self.show_keys()

    def on_descendant_focus(self) -> None:
        """The keys that work depend on where the reader is."""
        self.show_keys()

    # --- moving ----------------------------------------------------------------------------------

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
        """One paper down, or one line while reading."""
        self._move(1, 1)

    def action_up(self) -> None:
        """One paper up, or one line while reading."""
        self._move(-1, -1)

    def action_half_down(self) -> None:
        """Half a page down."""
        self._move(max(1, self.papers.page // 2), self.preview.size.height // 2)

    def action_half_up(self) -> None:
        """Half a page up."""
        self._move(-max(1, self.papers.page // 2), -(self.preview.size.height // 2))

    def action_page_down(self) -> None:
        """A page down."""
        self._move(self.papers.page, max(1, self.preview.size.height - 2))

    def action_page_up(self) -> None:
        """A page up."""
        self._move(-self.papers.page, -max(1, self.preview.size.height - 2))

    def action_top(self) -> None:
        """To the first paper."""
        if self._in_preview:
            self.preview.scroll_to(y=0, animate=False, force=True)
        else:
            self.papers.move_to(0)

    def action_first(self) -> None:
        """To the first paper when pressed twice, as ``g g`` in vi."""
        now = monotonic()
        if now - self._pressed_first <= _TWICE:
            self._pressed_first = 0.0
            self.action_top()
        else:
            self._pressed_first = now

    def action_bottom(self) -> None:
        """To the last paper."""
        if self._in_preview:
            self.preview.scroll_end(animate=False, force=True)
        else:
            self.papers.move_to(self.shelf.size - 1)

    def action_next_pane(self) -> None:
        """From list to paper and back."""
        self._other_pane()

    def action_previous_pane(self) -> None:
        """From list to paper and back."""
        self._other_pane()

    def _other_pane(self) -> None:
        if self.is_reading or not self.preview.display:
            return
        self.set_focus(self.papers if self._in_preview else self.preview)

    def action_compact(self) -> None:
        """One line a paper, or two."""
        self.papers.compact = not self.papers.compact

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While one types, the sign that begins a search is a letter like any other."""
        del parameters
        return not (action == "search" and self.search_box.is_typing)

    async def action_search(self) -> None:
        """To the search line."""
        if self.is_reading:
            self.set_reading(reading=False)
        self.set_focus(await self.search_box.prepare())

    def action_leave_search(self) -> None:
        """From the search line to the list."""
        self.set_focus(self.papers)

    def action_back(self) -> None:
        """One step back, never out of the program."""
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
        """A key that was clicked does what it says."""
        message.stop()
        await self.run_action(message.action)
