"""The preview of a paper (title, authors, facts, summary, abstract, keywords and links), and any other page of text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import ClassVar, Literal, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.worker import Worker

from papertui.model.document import Document, DocumentPart
from papertui.model.paper import Paper
from papertui.search.results import Highlight
from papertui.tui.glyphs import Glyphs
from papertui.tui.reading_place import ReadingPlace, TextLayout
from papertui.tui.text_layout import filled, marks_within, painted, window
from papertui.tui.theme import Styles, make_styles
from papertui.tui.widgets.citations_hidden import Places, shown_text, without_citations
from papertui.tui.widgets.figures import Figures
from papertui.tui.widgets.lazy_lines import LazyLines, Line, block_height, broken, rows_of
from papertui.tui.widgets.pane_title import title_style
from papertui.tui.widgets.paper_text import GAP, Block, PaperExtras, blocks, document_blocks

#: Maximum width of a line of text, in cells.
MEASURE = 80
#: A terminal copies what it shows: ordinary signs.
_SHOWN = str.maketrans({"\u00a0": " ", "\u2011": "-"})
#: The search field of each block role.
_FIELDS = {"title": "title", "authors": "authors", "short": "tldr", "text": "abstract", "faint": "keywords"}


#: The roles of blocks whose facts stand between dots, which do not end a line.
_LISTED = {"facts", "votes"}
#: What letters are besides the text of their block: a link, a match, the chosen link or match, a highlight,
#: the selection.
Look = Literal["linked", "match", "chosen", "marked", "selected"]
#: The looks that also have a sign in the margin.
_SIGNED = frozenset({"marked", "selected"})
#: Returns the looks of letters of a block, by its number: start, end and look.
Marks = Callable[[int], Sequence[tuple[int, int, Look]]]


class PageLook(NamedTuple):
    """How a paper on the whole screen is set."""

    width: int = MEASURE  # of a line, in cells
    columns: int = 1  # 2 on screens with room for it


#: Cells between two columns.
_GUTTER = 4
#: Drawn lines that are kept.
_MOST_DRAWN = 400
#: Seconds in which heights are measured at once, and between two changes of the length of the text.
_SLICE, _PAUSE, _REPAINT = 0.006, 0.004, 0.15


def _no_rows(_: DocumentPart) -> int:
    return 0


class _Look(NamedTuple):
    """What a drawn line depends on."""

    first: Line
    #: The one beside it in the second column.
    second: Line | None
    base: Style
    width: int
    left: int


class Preview(ScrollView, can_focus=True, inherit_bindings=False):
    """One paper, with lines of at most 80 columns."""

    DEFAULT_CSS = """
    Preview {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
    }
    """

    #: Minimum width for wider margins.
    ROOMY: ClassVar[int] = 60

    centered: reactive[bool] = reactive(False, init=False)  # noqa: FBT003 - a reactive's first value
    heading: reactive[str] = reactive("Paper", init=False)

    class LinkClicked(Message):
        """A link of the paper was clicked."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    class ActionClicked(Message):
        """Something was clicked that runs an action."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    class PlaceClicked(Message):
        """A letter of the text was clicked."""

        def __init__(self, block: int, letter: int) -> None:
            super().__init__()
            self.block = block
            self.letter = letter

    class TextDrawnOver(Message):
        """The mouse was drawn from one letter to another; each is a block and the place of the letter in it."""

        def __init__(self, first: tuple[int, int], last: tuple[int, int]) -> None:
            super().__init__()
            self.first = first
            self.last = last

    class Moved(Message):
        """Another part of the text is visible, or its lines are others."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._paper: Paper | None = None
        self._highlight: Highlight | None = None
        self._extras = PaperExtras()
        self._lines = LazyLines()
        self._is_moving = False
        self._left = 0
        self._document_blocks: tuple[object, Sequence[Block]] = (None, ())
        self._hides_citations = False
        self._look = PageLook()
        self._marks: Marks | None = None
        self._figures: Figures | None = None
        #: Cells to the left of wide lines that are out of sight, by part of the document.
        self._pans: Mapping[int, int] = {}
        self._styles: dict[str, Style] = {}
        #: The place to stay at, however the text changes and its lines are broken, and the id of its paper.
        self._wanted: tuple[str, ReadingPlace] | None = None
        self._base: Style | None = None
        #: What is drawn of lines, by their number: for as long as they look the same.
        self._drawn: dict[int, tuple[_Look, Strip]] = {}
        #: The letter where the mouse was pressed, and whether it was drawn from there since.
        self._pressed: tuple[int, int] | None = None
        self._is_drawn = False

    def show(
        self,
        paper: Paper | None,
        *,
        highlight: Highlight | None = None,
        extras: PaperExtras = PaperExtras(),  # noqa: B008 - immutable
    ) -> None:
        """Show `paper`. Another paper is shown from its top; the same one keeps the scroll position."""
        if paper is self._paper and highlight is self._highlight and extras == self._extras:
            return  # several parts of the app ask for it, some of them after one key
        other = paper is None or self._paper is None or paper.id != self._paper.id
        place = None if other else self.place
        self._paper, self._highlight, self._extras = paper, highlight, extras
        self._set_lines()
        if other:
            self.scroll_to(y=0, animate=False, force=True)
        elif place is not None and self._wanted is None and (number := self._layout.paragraph_of(place)) is not None:
            self._put(number, round(place.part * self._lines.height(number)))
        self._seek()
        self.refresh()

    @property
    def paper(self) -> Paper | None:
        """The paper shown."""
        return self._paper

    @property
    def paper_id(self) -> str:
        """The id of the paper shown; empty if there is none."""
        return "" if self._paper is None else self._paper.id

    @property
    def place(self) -> ReadingPlace | None:
        """The place at the top of the page; ``None`` at the beginning of the text."""
        if self._wanted is not None and self._wanted[0] == self.paper_id:
            return self._wanted[1]
        return self._layout.place_at(self.scroll_offset.y) if self.scroll_offset.y else None

    @property
    def _layout(self) -> TextLayout:
        lines = self._lines
        return TextLayout([block.text for block in lines.blocks], lines.starts, len(lines))

    def go_to(self, id_: str, place: ReadingPlace | None) -> None:
        """Go to a place in the text of a paper once that is shown, and stay there; ``None`` goes nowhere."""
        self._wanted = None if place is None else (id_, place)
        self._seek()

    def _seek(self) -> None:
        if self._wanted is None or self._wanted[0] != self.paper_id or not self._lines.blocks:
            return
        place = self._wanted[1]
        number = self._layout.paragraph_of(place)
        if number is not None:
            self._put(number, round(place.part * self._lines.height(number)))
        elif self._extras.document is not None:  # another text than before
            self._fit()
            self.scroll_to(y=round(place.whole * len(self._lines)), animate=False, force=True)

    def _put(self, number: int, row: int, above: int = 0) -> None:
        """Scroll to a line of a block, with `above` lines above it, which are measured as well."""
        self._lines.height(number)
        start = -1
        while start != self._lines.start(number):
            start = self._lines.start(number)
            self._move_to(max(0, start + row - above))
            self._measure_visible()
        self._fit()

    def release(self) -> None:
        """Stay where the reader scrolls to from now on."""
        self._wanted = None

    def _lay_out_again(self) -> None:
        """Break the lines again, and keep the place in the text."""
        place = self.place
        self._set_lines()
        if self._wanted is None:
            self.go_to(self.paper_id, place)
        else:  # it may be a place in a paper that is not shown yet
            self._seek()

    def parts(self, measure: int) -> Sequence[Block]:
        """Return the blocks to show, for lines of `measure` cells."""
        if self._paper is None:
            return ()
        shown = self._blocks(self._paper, measure)
        if self._figures is None or self.centered or self._extras.brief:
            return shown
        # Only below everything else: then no line moves when it comes.
        room = self.scrollable_content_region.height - sum(block_height(block, measure) for block in shown) - 1
        rows = self._figures.thumbnail_rows(self._paper, measure, room)
        return [*shown, GAP, Block("picture", "", rows=rows)] if rows else shown

    def _text_blocks(self, measure: int) -> Sequence[Block]:
        """Return the blocks of the document."""
        document, figures = self._extras.document, self._figures
        if document is None:
            return ()
        # Not the height of the page, which changes with each line that appears below it.
        height = self.app.size.height
        looks = (self._hides_citations,) if figures is None else (self._hides_citations, figures, measure, height)
        state = (document, looks)
        if self._document_blocks[0] != state:
            rows = partial(figures.rows, measure, height) if figures is not None else _no_rows
            made = tuple(document_blocks(document, self._glyphs, rows))
            if self._hides_citations:
                made = tuple(without_citations(document, made))
            self._document_blocks = state, made
        return self._document_blocks[1]

    def _blocks(self, paper: Paper, measure: int) -> Sequence[Block]:
        text = self._text_blocks(measure)
        shown = blocks(paper, self._glyphs, self._extras, measure, text)
        folded = next((block.text for block in shown if block.action == "authors"), "")
        if folded and self._highlight is not None and not self._extras.all_authors:
            everybody = ", ".join(paper.authors)
            visible = len(folded.rpartition(f" {self._glyphs.ellipsis} ")[0])
            if any(end > visible for _, end in self._highlight(everybody, "authors")):  # a match is never folded away
                return blocks(paper, self._glyphs, self._extras._replace(all_authors=True), measure, text)
        return shown

    def on_resize(self) -> None:
        self._lay_out_again()

    def watch_centered(self) -> None:
        self._lay_out_again()

    def notify_style_update(self) -> None:
        """Redraw with the colours of another theme."""
        super().notify_style_update()
        self._base = None
        self._lay_out_again()  # its width may be another one

    # --- lines ---------------------------------------------------------------------------------------

    @property
    def columns(self) -> int:
        """The number of columns that fit; two only on the whole screen."""
        width = self.scrollable_content_region.width
        fits = width >= 2 * self._look.width + _GUTTER + 2
        return 2 if self.centered and self._look.columns > 1 and fits else 1

    @property
    def measure(self) -> int:
        """The width of a line."""
        width = self.scrollable_content_region.width
        side = 3 if width >= self.ROOMY else 1
        return max(10, min(self._look.width if self.centered else MEASURE, width - 2 * side))

    @property
    def page_height(self) -> int:
        """The number of lines that are visible, in all columns."""
        return self.scrollable_content_region.height * self.columns

    def _set_lines(self) -> None:
        width = self.scrollable_content_region.width
        measure, columns = self.measure, self.columns
        side = 3 if width >= self.ROOMY else 1
        self._left = (width - measure * columns - _GUTTER * (columns - 1)) // 2 if self.centered else side
        parts = self.parts(measure) if width > 0 else ()
        if len(parts) == len(self._lines.blocks) and tuple(parts) == tuple(self._lines.blocks):
            parts = self._lines.blocks  # its controller need not look at them again
        self._styles = _role_styles(make_styles(self.app.theme_variables))
        known = self._lines.known if self._lines.measure == measure and len(parts) > 1 else None
        # A paper beside the list has its title above it.
        self._lines = LazyLines(parts, self._lines_of, measure, int(self.centered), known)
        self._fit()
        if not self._lines.is_exact:
            self._measure_soon(self._lines)
        self.refresh()
        self.post_message(self.Moved())

    def _measure_soon(self, lines: LazyLines) -> None:
        measure: Callable[[], Coroutine[None, None, None]] = partial(self._measure_rest, lines)
        _: Worker[None] = self.run_worker(measure, group="measure", exclusive=True)

    def _fit(self) -> None:
        """Measure what is visible, and set the length of the text."""
        self._measure_visible()
        size = Size(self.scrollable_content_region.width, self._length)
        if size != self.virtual_size:
            # Setting the reactive would lay out the whole screen again for every paper.
            self.set_reactive(Preview.virtual_size, size)
            self._scroll_update(size)

    @property
    def _length(self) -> int:
        """The lines to scroll over: in two columns the last ones are in the second one at the end."""
        height = self.scrollable_content_region.height
        return len(self._lines) if self.columns == 1 else max(height, len(self._lines) - height)

    def _measure_visible(self) -> None:
        """Measure the visible lines and a page around them; the block at the top stays where it is."""
        if self._lines.is_exact or self._is_moving:
            return
        page = max(1, self.page_height)
        top = round(self.scroll_y)
        number, height = self._lines.block_at(top), 0
        offset = top - self._lines.start(number)
        while self._lines.measure_rows(max(0, top - page), top + 2 * page):
            height = self._lines.height(number)
            top = self._lines.start(number) + min(offset, max(0, height - 1))
        self._move_to(top)

    def _move_to(self, top: int) -> None:
        """Scroll without measuring: the lines moved, and the reader sees the same ones."""
        if top != round(self.scroll_y):
            self._is_moving = True
            size = Size(self.scrollable_content_region.width, self._length)
            self.set_reactive(Preview.virtual_size, size)
            self.scroll_to(y=top, animate=False, force=True)
            self._is_moving = False
            self.refresh()

    async def _measure_rest(self, lines: LazyLines) -> None:
        """Measure the other blocks in slices, so that no key waits."""
        await asyncio.sleep(_REPAINT)  # the first lines are painted before
        heights: dict[int, int] = {}
        shown = end = monotonic()
        for number in lines.unknown():
            if monotonic() > end:
                await asyncio.sleep(_PAUSE)
                if self._lines is not lines:
                    return
                if monotonic() > shown + _REPAINT:
                    self._use_heights(heights)
                    heights, shown = {}, monotonic()
                end = monotonic() + _SLICE
            heights[number] = block_height(lines.blocks[number], lines.measure)
        self._use_heights(heights)
        self.post_message(self.Moved())

    def _use_heights(self, heights: Mapping[int, int]) -> None:
        top = round(self.scroll_y)
        number = self._lines.block_at(top)
        offset = top - self._lines.start(number)
        self._lines.use(heights)
        self._move_to(self._lines.start(number) + min(offset, max(0, self._lines.height(number) - 1)))
        self._fit()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._measure_visible()
            if self.centered:
                self.post_message(self.Moved())

    def _lines_of(self, number: int) -> list[Line]:
        """Lay out a block."""
        block, styles = self._lines.blocks[number], self._styles
        style = styles[block.role]
        measure = self._lines.measure
        if block.role == "rule":
            return [Line([Segment(self._glyphs.rule * measure, style)])]
        if block.rows:
            return list(self._figures.lines(block.part, block.rows, measure)) if self._figures is not None else []
        if not block.text:
            return [Line()]
        own = self._marks(number) if self._marks else ()
        marks = [(start, end, styles[look]) for start, end, look in own]
        signed = [(start, end) for start, end, look in own if look in _SIGNED]
        marks[:0] = [(start, end, styles[look]) for start, end, look in block.looks]
        if self._highlight and block.searched:
            found = self._highlight(block.text, _FIELDS.get(block.role, ""))
            marks += [(start, end, styles["hit"]) for start, end in found]
        if block.role == "code":  # never wrapped, so that columns stay aligned
            return [self._wide_line(block, style, marks)._replace(is_signed=bool(signed))]
        if rows := rows_of(block, measure):
            return self._rows_of_a_formula(block, rows, style, own)
        shown = shown_text(block).translate(_SHOWN)
        places = Places(block)
        if block.hidden:
            marks = [(places.shown(start), places.shown(end), look) for start, end, look in marks]
            signed = [(places.shown(start), places.shown(end)) for start, end in signed]
        mark = f"{block.mark} " if block.mark else ""
        first = " " * block.indent + mark
        further = " " * cell_len(first)
        lines = []
        separator = f" {self._glyphs.dot}" if block.role in _LISTED else ""
        for start, after in broken(block, measure):
            end = after if after == len(shown) else start + len(shown[start:after].removesuffix(separator))
            line = painted(shown[start:end], style, marks_within(marks, start, end))
            if before := first if not start else further:
                line = [Segment(before, styles["faint"]), *line]
            is_signed = any(first < end and last > start for first, last in signed)
            letters = places.whole(start), places.whole(end, is_end=True)
            lines.append(Line(line, block.url, block.action, *letters, cell_len(before), is_signed))
        return lines or [Line()]

    def _rows_of_a_formula(
        self, block: Block, rows: Sequence[str], style: Style, looks: Sequence[tuple[int, int, Look]]
    ) -> list[Line]:
        """Lay out a formula over several lines; what is drawn over a part of it is drawn over all of it."""
        over = [self._styles[look] for _, _, look in looks if look != "linked"]
        lead, size = Segment(" " * block.indent), len(block.text)
        is_signed = any(look in _SIGNED for _, _, look in looks)
        letters = [(0, size), *[(size + 1, 0)] * (len(rows) - 1)]
        return [
            Line([lead, Segment(row, sum(over, style))], None, "", start, end, block.indent, is_signed)
            for row, (start, end) in zip(rows, letters, strict=True)
        ]

    def wide_room(self, block: Block) -> int:
        """Return the cells for a line that is not wrapped."""
        if self.columns > 1:
            return self.measure - block.indent
        return self.scrollable_content_region.width - self._left - block.indent - 1

    def _wide_line(self, block: Block, style: Style, marks: Sequence[tuple[int, int, Style]]) -> Line:
        """Lay out a line of a table or listing, with signs where it goes on out of sight."""
        room, pan = self.wide_room(block), self._pans.get(block.part, 0)
        lead = " " * block.indent
        if not pan and cell_len(block.text) <= room:
            return Line([Segment(lead), *painted(block.text, style, marks)], end=len(block.text), lead=block.indent)
        start, end = window(block.text, pan, room - 1)
        line = painted(block.text[start:end], style, marks_within(marks, start, end))
        if pan and start:
            lead = lead[:-1] + self._glyphs.arrow_left
        goes_on = end < len(block.text.rstrip())
        after = [Segment(self._glyphs.arrow_right, self._styles["faint"])] if goes_on else []
        return Line([Segment(lead, self._styles["faint"]), *line, *after], None, "", start, end, block.indent)

    # --- the page, set by its controller -------------------------------------------------------------

    @property
    def text_blocks(self) -> Sequence[Block]:
        """The blocks that are shown."""
        return self._lines.blocks

    def set_look(self, look: PageLook) -> None:
        """Set width and columns of papers on the whole screen; the place in the text is kept."""
        if look != self._look:
            self._look = look
            if self.is_attached:
                self._lay_out_again()

    def hide_citations(self, *, hides: bool) -> None:
        """Hide citations in the text, or show them; the place in the text is kept."""
        if hides != self._hides_citations:
            self._hides_citations = hides
            if self.is_attached:
                self._lay_out_again()

    def set_marks(self, marks: Marks | None) -> None:
        """Set what is drawn over the text."""
        self._marks = marks
        self.redraw_marks()

    def redraw_marks(self) -> None:
        """Draw again what is drawn over the text."""
        self._lines.forget()
        self.refresh()

    def set_figures(self, figures: Figures | None) -> None:
        """Set how figures are shown; the place in the text is kept."""
        self._figures = figures
        if self.is_attached:
            self._lay_out_again()

    def redraw_figures(self) -> None:
        """Draw figures again that take the same lines as before."""
        self._lines.forget()
        self.refresh()

    def set_pans(self, pans: Mapping[int, int]) -> None:
        """Set how far wide lines are moved to the left."""
        self._pans = dict(pans)
        self._lines.forget()
        self.refresh()

    @property
    def document(self) -> Document | None:
        """The full text that is shown, if any."""
        return self._extras.document

    def line_of_top(self, below: int) -> int:
        """Return the line `below` lines under the top."""
        return int(self.scroll_offset.y) + below

    def row_of(self, block: int) -> int:
        """Return the first line of a block; of one that was not visible yet, an estimate."""
        return self._lines.start(block)

    @property
    def top_block(self) -> int:
        """The number of the block at the top; at the beginning of the text the first one."""
        return self._lines.block_at(self.scroll_offset.y) if self._lines.blocks else 0

    @property
    def first_letter(self) -> tuple[int, int]:
        """The block and the first letter of the line at the top."""
        block = self.top_block
        lines = self._lines.lines(block)
        row = max(0, min(int(self.scroll_offset.y) - self._lines.start(block), len(lines) - 1))
        return block, lines[row].start

    @property
    def visible_blocks(self) -> range:
        """The numbers of the visible blocks."""
        if not self._lines.blocks:
            return range(0)
        top = self.scroll_offset.y
        return range(self._lines.block_at(top), self._lines.block_at(top + max(1, self.page_height) - 1) + 1)

    @property
    def near_blocks(self) -> range:
        """The numbers of the blocks at most a page away from the visible ones."""
        if not self._lines.blocks:
            return range(0)
        top, page = self.scroll_offset.y, max(1, self.page_height)
        return range(self._lines.block_at(max(0, top - page)), self._lines.block_at(top + 2 * page - 1) + 1)

    @property
    def share(self) -> float:
        """How much of the text is above the end of the page, from 0 to 1."""
        return min(1.0, (self.scroll_offset.y + self.page_height) / max(1, len(self._lines)))

    def place_of(self, block: int) -> ReadingPlace:
        """Return the place of the beginning of a block."""
        lines = self._lines
        return ReadingPlace.at(lines.blocks[block].text, 0.0, lines.start(block) / max(1, len(lines)))

    def line_at(self, block: int, letter: int) -> int:
        """Return the line of a letter, counted from the first line of its block."""
        lines = self._lines.lines(block)
        return max((place for place, line in enumerate(lines) if line.start <= letter), default=0)

    def reveal(self, block: int, letter: int = 0, *, above: int | None = None) -> None:
        """Scroll to a letter; it stays where it is if it is visible, unless it is to have `above` lines above it."""
        self._wanted = None
        self._lines.height(block)
        row = self._lines.start(block) + self.line_at(block, letter)
        top, page = self.scroll_offset.y, max(1, self.page_height)
        if above is None:
            if top <= row < top + page:
                return
            above = page // 3
        self._put(block, self.line_at(block, letter), above)
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        if self._is_drawn:
            self._is_drawn = False
            return
        line = self._lines.line(self._row_at(event)[0])
        if line.action:
            self.post_message(self.ActionClicked(line.action))
        elif line.url:
            self.post_message(self.LinkClicked(line.url))
        elif (letter := self._letter_at(event)) is not None:
            self.post_message(self.PlaceClicked(*letter))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._is_drawn = False
        self._pressed = self._letter_at(event) if self.centered and event.button == 1 else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pressed is None or event.button != 1:
            self._pressed = None
        elif (letter := self._letter_at(event)) is not None and (letter != self._pressed or self._is_drawn):
            self._is_drawn = True
            self.post_message(self.TextDrawnOver(self._pressed, letter))

    def on_mouse_up(self) -> None:
        self._pressed = None

    def _row_at(self, event: events.MouseEvent) -> tuple[int, int]:
        """Return the line under the mouse, and the cells before the mouse in it."""
        x, y = event.x - self._left, event.y - self.gutter.top
        shift = self._lines.measure + _GUTTER
        column = 1 if self.columns > 1 and x >= shift else 0
        return y + self.scroll_offset.y + column * self.scrollable_content_region.height, x - column * shift

    def _letter_at(self, event: events.MouseEvent) -> tuple[int, int] | None:
        """Return the block and the letter under the mouse."""
        row, x = self._row_at(event)
        line = self._lines.line(row)
        cells = x - line.lead
        if not line.end or cells < 0:
            return None
        number = self._lines.block_at(row)
        block = self._lines.blocks[number]
        places = Places(block)
        start, end = places.shown(line.start), places.shown(line.end)
        _, letters = window(shown_text(block)[start:end], 0, cells)
        return (number, places.whole(start + letters)) if start + letters < end else None

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines of the region of the text.

        Not through Textual's cache of styled lines, as in the list: it keeps lines by their place on the screen, so
        that each step would lay out all of them again. A line of a picture has up to a hundred colours.
        """
        top, width, painted = self.gutter.top, self.region.width, self.scrollable_content_region.width
        if self._base is None:  # Textual works it out again for every line, which takes a fifth of the time
            self._base = self.rich_style
        base, filters, (_, background) = self._base, self.get_line_filters(), self.background_colors
        strips = []
        for y in crop.line_range:
            if y >= top:
                strip = self._line(y - top, painted, base)
            else:
                strip = self._heading_line(base) if y == 0 else Strip.blank(width, base)
            strip = strip.adjust_cell_length(width, base)
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip.crop(*crop.column_span))
        return strips

    def render_line(self, y: int) -> Strip:
        return self._line(y, self.scrollable_content_region.width, self.rich_style)

    def _heading_line(self, base: Style) -> Strip:
        styles = make_styles(self.app.theme_variables)
        style = title_style(styles, has_focus=self.has_focus)  # the divider beside it shows the focus as well
        return filled([Segment(" " * self._left), Segment(self.heading, style)], base, self.size.width)

    def _line(self, y: int, width: int, base: Style) -> Strip:
        row = y + self.scroll_offset.y
        if row >= len(self._lines):
            return Strip.blank(width, base)
        first = self._lines.line(row)
        second = self._lines.line(row + self.scrollable_content_region.height) if self.columns > 1 else None
        look = _Look(first, second, base, width, self._left)
        drawn = self._drawn.get(row)
        if drawn is None or drawn[0] != look:
            if len(self._drawn) >= _MOST_DRAWN:
                self._drawn.clear()
            drawn = self._drawn[row] = look, self._draw(look)
        return drawn[1]

    def _draw(self, look: _Look) -> Strip:
        line = [*self._margin(look.left, look.first), *look.first.segments]
        if look.second is None:
            return filled(line, look.base, look.width)
        measured = look.left + self._lines.measure
        other = [*self._margin(_GUTTER, look.second), *look.second.segments]
        return Strip.join([filled(line, look.base, measured), filled(other, look.base, look.width - measured)])

    def _margin(self, width: int, line: Line) -> list[Segment]:
        """Return the blanks before a line, with a sign at one with a highlighted passage."""
        if not line.is_signed or width < 1:
            return [Segment(" " * width)]
        before = max(0, width - 2)
        return [
            Segment(" " * before),
            Segment(self._glyphs.edge, self._styles["sign"]),
            Segment(" " * (width - before - 1)),
        ]


def _role_styles(styles: Styles) -> dict[str, Style]:
    """Return the style of each block role, and of matched letters."""
    return {
        "title": styles.strong,
        "authors": styles.authors,
        "facts": styles.faint,
        "votes": styles.accent,
        "short": styles.growth,
        "head": styles.name,
        "text": styles.text,
        "faint": styles.faint,
        "link": styles.primary,
        "hit": styles.hit,
        "code": styles.text,
        "formula": styles.authors,
        "rule": styles.faint,
        "emphasis": Style(italic=True),
        "strong": Style(bold=True),
        "picture": styles.faint,
        "linked": styles.primary,
        "match": styles.hit,
        "chosen": styles.chosen,
        "marked": styles.selected,
        "selected": styles.chosen,
        "sign": styles.accent,
    }


class Sheet(Preview):
    """Text laid out like papers: lines of at most 80 columns, with clickable links."""

    #: Full line width matters more than margins: the plain text of a mail needs it.
    ROOMY = MEASURE + 6

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self.set_reactive(Preview.centered, True)  # noqa: FBT003 - a value
        self._parts: tuple[Block, ...] = ()
        self._name = ""

    def show_page(self, name: str, parts: Sequence[Block]) -> None:
        """Show `parts`: from the top, but a changed page `name` with the same text under the reader's eyes."""
        if name == self._name and parts is self._parts:
            return
        other, self._name = name != self._name, name
        place = None if other else self._place()
        self._parts = tuple(parts)
        self._set_lines()
        if other:
            self.scroll_to(y=0, animate=False, force=True)
        elif place is not None:
            self._return_to(*place)

    def _place(self) -> tuple[str, int] | None:
        """Return the heading of the first visible line and the lines below it; ``None`` at the top."""
        top = round(self.scroll_offset.y)
        above = [number for number in range(self.top_block + 1) if self._is_heading(number)] if top else []
        return (self._parts[above[-1]].text, top - self.row_of(above[-1])) if above else None

    def _return_to(self, heading: str, below: int) -> None:
        numbers = range(len(self._parts))
        number = next((one for one in numbers if self._is_heading(one) and self._parts[one].text == heading), None)
        if number is not None:
            self.scroll_to(y=self.row_of(number) + below, animate=False, force=True)

    def _is_heading(self, number: int) -> bool:
        return self._parts[number].role in {"title", "head"}

    def parts(self, measure: int) -> Sequence[Block]:  # noqa: ARG002 - pages do not depend on it
        return self._parts
