"""The preview of a paper (title, authors, facts, summary, abstract, keywords and links), and any other page of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from papertui.model.paper import Paper
from papertui.search.results import Highlight
from papertui.tui.glyphs import Glyphs
from papertui.tui.reading_place import ReadingPlace, TextLayout
from papertui.tui.text_layout import filled, runs, within, wrap
from papertui.tui.theme import Styles, make_styles
from papertui.tui.widgets.pane_title import title_style
from papertui.tui.widgets.paper_text import Block, PaperExtras, blocks

#: Maximum width of a line of text, in cells.
MEASURE = 80
#: Minimum width of a line of text, in cells.
_LEAST = 10
#: A terminal copies what it shows: ordinary signs.
_SHOWN = str.maketrans({"\u00a0": " ", "\u2011": "-"})
#: The search field of each block role.
_FIELDS = {"title": "title", "authors": "authors", "short": "tldr", "text": "abstract", "faint": "keywords"}


class Line(NamedTuple):
    """One line as drawn, and what a click on it does."""

    segments: Sequence[Segment] = ()
    url: str | None = None
    action: str = ""


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

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._paper: Paper | None = None
        self._highlight: Highlight | None = None
        self._extras = PaperExtras()
        self._lines: list[Line] = []
        self._left = 0
        self._layout = TextLayout()
        #: The place to stay at, however the text changes and its lines are broken, and the id of its paper.
        self._wanted: tuple[str, ReadingPlace] | None = None
        self._base: Style | None = None

    def show(
        self,
        paper: Paper | None,
        *,
        highlight: Highlight | None = None,
        extras: PaperExtras = PaperExtras(),  # noqa: B008 - immutable
    ) -> None:
        """Show `paper`. Another paper is shown from its top; the same one keeps the scroll position."""
        other = paper is None or self._paper is None or paper.id != self._paper.id
        self._paper, self._highlight, self._extras = paper, highlight, extras
        self._set_lines()
        if other:
            self.scroll_to(y=0, animate=False, force=True)
        self._seek()
        self.refresh()

    @property
    def paper_id(self) -> str:
        """The id of the paper shown; empty if there is none."""
        return "" if self._paper is None else self._paper.id

    @property
    def place(self) -> ReadingPlace | None:
        """The place at the top of the page; ``None`` at the beginning of the text."""
        if self._wanted is not None and self._wanted[0] == self.paper_id:
            return self._wanted[1]
        return self._layout.place_at(self.scroll_offset.y)

    def go_to(self, id_: str, place: ReadingPlace | None) -> None:
        """Go to a place in the text of a paper once that is shown, and stay there; ``None`` goes nowhere."""
        self._wanted = None if place is None else (id_, place)
        self._seek()

    def _seek(self) -> None:
        if self._wanted is None or self._wanted[0] != self.paper_id or not self._layout.lines:
            return
        place = self._wanted[1]
        line = self._layout.line_of(place)
        if line is None and self._extras.document is not None:  # another text than before
            line = round(place.whole * self._layout.lines)
        if line is not None:
            self.scroll_to(y=line, animate=False, force=True)

    def release(self) -> None:
        """Stay where the reader scrolls to from now on."""
        self._wanted = None

    def _lay_out_again(self) -> None:
        """Break the lines again, and keep the place in the text."""
        place = self.place
        self._set_lines()
        self.go_to(self.paper_id, place)

    def parts(self, measure: int) -> Sequence[Block]:
        """Return the blocks to show, for lines of `measure` cells."""
        if self._paper is None:
            return ()
        shown = blocks(self._paper, self._glyphs, self._extras, measure)
        folded = next((block.text for block in shown if block.action == "authors"), "")
        if folded and self._highlight is not None and not self._extras.all_authors:
            everybody = ", ".join(self._paper.authors)
            visible = len(folded.rpartition(f" {self._glyphs.ellipsis} ")[0])
            if any(end > visible for _, end in self._highlight(everybody, "authors")):  # a match is never folded away
                return blocks(self._paper, self._glyphs, self._extras._replace(all_authors=True), measure)
        return shown

    def on_resize(self) -> None:
        self._lay_out_again()

    def watch_centered(self) -> None:
        self._lay_out_again()

    def notify_style_update(self) -> None:
        """Redraw with the colours of another theme."""
        super().notify_style_update()
        self._base = None
        self._set_lines()

    def _set_lines(self) -> None:
        width = self.scrollable_content_region.width
        side = 3 if width >= self.ROOMY else 1
        measure = max(10, min(MEASURE, width - 2 * side))
        self._left = (width - measure) // 2 if self.centered else side
        self._lines = []
        starts, parts = [], self.parts(measure) if width > 0 else ()
        if parts:
            if self.centered:  # otherwise its title is above
                self._lines.append(Line())
            styles = _role_styles(make_styles(self.app.theme_variables))
            for block in parts:
                starts.append(len(self._lines))
                self._set_block(block, measure, styles)
            self._lines.append(Line())
        self._layout = TextLayout([block.text for block in parts], starts, len(self._lines))
        size = Size(width, len(self._lines))
        if size != self.virtual_size:
            # Setting the reactive would lay out the whole screen again for every paper.
            self.set_reactive(Preview.virtual_size, size)
            self._scroll_update(size)
        self.refresh()

    def _set_block(self, block: Block, measure: int, styles: dict[str, Style]) -> None:
        style = styles[block.role]
        if block.role == "rule":
            self._lines.append(Line([Segment(self._glyphs.rule * measure, style)]))
            return
        if not block.text:
            self._lines.append(Line())
            return
        if block.role == "code":  # never wrapped, so that columns stay aligned
            self._lines.append(Line([Segment(" " * block.indent + block.text, style)]))
            return
        spans = self._highlight(block.text, _FIELDS.get(block.role, "")) if self._highlight and block.searched else ()
        shown = block.text.translate(_SHOWN)
        mark = f"{block.mark} " if block.mark else ""
        first = " " * block.indent + mark
        further = " " * cell_len(first)
        for start, end in wrap(block.text, max(_LEAST, measure - len(further))):
            line = runs(shown[start:end], style, within(spans, start, end), styles["hit"])
            if before := first if not start else further:
                line = [Segment(before, styles["faint"]), *line]
            self._lines.append(Line(line, block.url, block.action))

    def on_click(self, event: events.Click) -> None:
        row = event.y - self.gutter.top + self.scroll_offset.y
        line = self._lines[row] if 0 <= row < len(self._lines) else Line()
        if line.action:
            self.post_message(self.ActionClicked(line.action))
        elif line.url:
            self.post_message(self.LinkClicked(line.url))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        if self.gutter.top and crop.y == 0 and strips:
            styles, width = make_styles(self.app.theme_variables), self.size.width
            style = title_style(styles, has_focus=self.has_focus)  # the divider beside it shows the focus as well
            line = filled([Segment(" " * self._left), Segment(self.heading, style)], self.rich_style, width)
            strips[0] = line.crop(crop.x, crop.right)
        return strips

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y
        # Textual works it out again for every line, which takes a fifth of the time.
        if self._base is None:
            self._base = self.rich_style
        base = self._base
        if row >= len(self._lines):
            return Strip.blank(width, base)
        return filled([Segment(" " * self._left), *self._lines[row].segments], base, width)


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
        """Show `parts`, from the top unless the page `name` is already shown."""
        if name == self._name and parts is self._parts:
            return
        other, self._name, self._parts = name != self._name, name, tuple(parts)
        self._set_lines()
        if other:
            self.scroll_to(y=0, animate=False, force=True)

    def parts(self, measure: int) -> Sequence[Block]:  # noqa: ARG002 - pages do not depend on it
        return self._parts
