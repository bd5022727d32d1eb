"""A small menu beside the list: one line per choice, with a letter, a number, and a mark at the current one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.option_list import Option

from papertui.model.format import grouped
from papertui.tui.dialogs.dialog import Dialog, DialogList
from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import cut
from papertui.tui.widgets.text_line import TextLine

#: A menu without letters and with more choices than this has a line to filter them.
_MANY = 12
#: Cells of a row besides the label and what follows it: blanks, mark and letter.
_AROUND = 6
#: The same and the border and scrollbar of the box.
_FRAME = 3
_LEAST_WIDTH = 24
#: Letters that move in the menu.
_MOVES = "jk"
_LETTERS = "abcdefghilmnopqrstuvwxyz"


class MenuItem(NamedTuple):
    """One choice."""

    id: str
    label: str
    #: Chooses the item; empty for none.
    letter: str = ""
    #: How many papers it would show; ``None`` while that is not known, or if it does not apply.
    number: int | None = None
    is_current: bool = False
    #: After the label of the current item, such as the arrow of its direction.
    direction: str = ""
    #: Why the item cannot be chosen now: it is dimmed, with this reason in place of the count.
    reason: str = ""
    #: The heading of the items with the same section.
    section: str = ""


class MenuKey(NamedTuple):
    """Another action on the item under the cursor."""

    key: str
    #: What it does, with the key: shown in the border, where a click runs it as well.
    words: str
    #: Called with the id of the item; the menu stays.
    run: Callable[[str], None]


def free_letters(wanted: Sequence[str], taken: Collection[str]) -> list[str]:
    """Return a letter for each item: the one it wants, or the first that nobody wants if that one is `taken`."""
    spare = (letter for letter in _LETTERS if letter not in taken and letter not in wanted)
    return [next(spare, "") if letter in taken or letter in _MOVES else letter for letter in wanted]


class Menu(Dialog[str]):
    """Returns the id of the chosen item. It opens beside the list, so that list and preview stay visible.

    A letter or Enter chooses. Escape, the key that opened the menu and a click outside close it.
    """

    DEFAULT_CSS = """
    Menu { align: left top; background: transparent; }
    Menu > Vertical {
        width: auto; max-width: 100%; max-height: 100%; padding: 0; background: $background;
        border: round $faint; border-title-color: $primary; border-title-style: bold; border-subtitle-color: $faint;
    }
    Menu.-ascii > Vertical { border: ascii $faint; }
    Menu DialogList, Menu DialogList:focus, Menu.-high DialogList {
        width: auto; max-height: 100%; background: $background; background-tint: $background 0%;
        scrollbar-background: $background; text-overflow: clip;
    }
    Menu DialogList > .option-list--option { padding: 0; }
    Menu DialogList > .option-list--option-highlighted { background: $cursor; color: $foreground; }
    Menu DialogList > .option-list--option-disabled { color: $faint; }
    Menu Input, Menu Input:focus { background: $panel; }
    """

    def __init__(
        self,
        title: str,
        items: Sequence[MenuItem],
        *,
        beside: Widget,
        glyphs: Glyphs,
        opener: str = "",
        about: str = "",
        keys: Sequence[MenuKey] = (),
    ) -> None:
        """Create the menu.

        Args:
            title: in the border.
            items: the choices; `show` replaces them.
            beside: the list; the menu opens at its right edge, or at the bottom if there is no space.
            glyphs: the signs to draw with.
            opener: the keys that opened the menu, separated by commas: they close it, unless an item has that letter.
            about: what more can be done, in a few words.
            keys: other keys; such a menu has no line to filter its choices.
        """
        super().__init__()
        self._title = title
        self._items = tuple(items)
        self._shown: list[MenuItem] = []
        self._beside = beside
        self._glyphs = glyphs
        self._opener = {key.strip() for key in opener.split(",")}
        self._about = f" {glyphs.dot} ".join(filter(None, (about, *(key.words for key in keys))))
        self._keys = {key.key: key for key in keys}
        self._is_long = len(items) > _MANY and not any(item.letter for item in items) and not keys

    def compose(self) -> ComposeResult:
        self.set_class(not self._glyphs.is_unicode, "-ascii")
        with Vertical() as box:
            box.border_title = self._title
            box.border_subtitle = self._clickable(self._about) or None
            if self._is_long:
                yield TextLine("filter")
            yield DialogList()

    def on_mount(self) -> None:
        self._draw()
        rows = self.query_one(DialogList)
        current = [place for place, item in self._choosable() if item.is_current]
        if current:
            rows.highlighted = self._row_of(current[0])
        if not self._is_long:
            rows.focus()

    def _clickable(self, about: str) -> str:
        """Return the words below the choices; those of keys run them by a click."""
        for key in self._keys.values():
            about = about.replace(key.words, f"[@click=screen.run_key('{key.key}')]{key.words}[/]")
        return about

    def action_run_key(self, key: str) -> None:
        rows = self.query_one(DialogList)
        if rows.highlighted is not None:
            _, _, place = (rows.get_option_at_index(rows.highlighted).id or "").partition("-")
            if place:
                self._keys[key].run(self._shown[int(place)].id)

    def show(self, items: Sequence[MenuItem]) -> None:
        """Show other values of the items, such as counts that are known now; the cursor stays."""
        self._items = tuple(items)
        if self.is_mounted:
            self._draw()

    # --- drawing -------------------------------------------------------------------------------------

    def _draw(self) -> None:
        typed = self.query(Input)
        part = typed.first().value.strip().casefold() if typed else ""
        self._shown = [item for item in self._items if part in item.label.casefold()]
        rows = self.query_one(DialogList)
        place = rows.highlighted
        width = self._width()
        rows.clear_options()
        rows.add_options(self._options(width))
        rows.display = bool(self._shown)
        rows.styles.width = width
        if self._shown:
            first = next((self._row_of(place) for place, _ in self._choosable()), None)
            rows.highlighted = first if place is None or part else min(place, rows.option_count - 1)
        self._place(width)

    def _width(self) -> int:
        """Return the width of the rows: as wide as all items need, so that it does not change while one types."""
        needed = [cell_len(item.label) + _AROUND + cell_len(_after(item)) + 2 for item in self._items]
        widest = max([*needed, cell_len(self._title) + 4, cell_len(self._about) + 4, _LEAST_WIDTH])
        return max(2, min(widest, self.app.size.width - _FRAME))

    def _options(self, width: int) -> Iterable[Option]:
        section = ""
        for place, item in enumerate(self._shown):
            if item.section != section:
                section = item.section
                yield Option(Content.assemble((f" {section}", "bold $primary")), disabled=True)
            yield Option(self._row(item, width), id=f"item-{place}", disabled=bool(item.reason))

    def _row(self, item: MenuItem, width: int) -> Content:
        mark = self._glyphs.selected if item.is_current else " "
        after = cut(
            _after(item), max(0, width - _AROUND - min(cell_len(item.label), width // 2)), self._glyphs.ellipsis
        )
        label = cut(item.label, max(1, width - _AROUND - cell_len(after) - bool(after)), self._glyphs.ellipsis)
        gap = " " * max(1, width - 5 - cell_len(label) - cell_len(after) - 1)
        style = "$faint" if item.reason else "bold" if item.is_current else ""
        return Content.assemble(
            (f" {mark}", "$accent"),
            (f" {item.letter or ' '} ", "$faint" if item.reason else "$primary"),
            (label, style),
            gap,
            (after, "$faint"),
            " ",
        )

    def _place(self, width: int) -> None:
        """Put the box beside the list, where it fits on the screen."""
        height = len(list(self.query_one(DialogList).options)) + 2 + self._is_long
        box = self.query_one(Vertical)
        box.styles.offset = beside(self._beside.region, Size(width + 2, height), self.app.size)

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    # --- choosing ------------------------------------------------------------------------------------

    def _choosable(self) -> Iterable[tuple[int, MenuItem]]:
        return ((place, item) for place, item in enumerate(self._shown) if not item.reason)

    def _row_of(self, place: int) -> int:
        return self.query_one(DialogList).get_option_index(f"item-{place}")

    def on_key(self, event: events.Key) -> None:
        """Choose by a letter; move in the list while a filter is typed."""
        rows = self.query_one(DialogList)
        if self._is_long and not rows.has_focus:
            if event.key == "down":
                rows.action_cursor_down()
            elif event.key == "up":
                rows.action_cursor_up()
            else:
                return
        elif (item := next((one for _, one in self._choosable() if one.letter == event.character), None)) is not None:
            self.dismiss(item.id)
        elif event.key in self._keys:
            self.action_run_key(event.key)
        elif event.key in self._opener:
            self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()

    @on(Input.Changed)
    def _filter(self) -> None:
        self._draw()

    @on(Input.Submitted)
    def _choose_highlighted(self) -> None:
        self.query_one(DialogList).action_select()

    @on(DialogList.OptionSelected)
    def _choose(self, message: DialogList.OptionSelected) -> None:
        _, _, place = (message.option_id or "").partition("-")
        self.dismiss(self._shown[int(place)].id)

    def on_click(self, event: events.Click) -> None:
        if self.get_widget_at(event.screen_x, event.screen_y)[0] is self:
            self.dismiss(None)


def _after(item: MenuItem) -> str:
    """Return what is shown at the end of a row."""
    if item.reason:
        return item.reason
    count = "" if item.number is None else grouped(item.number)
    return " ".join(filter(None, (item.direction, count)))


def beside(neighbour: Region, size: Size, screen: Size) -> Offset:
    """Return where a box of `size` goes: right of its neighbour if it fits there, else at the lower right."""
    right = neighbour.right < screen.width
    x = max(0, min(neighbour.right if right else screen.width - size.width, screen.width - size.width))
    y = neighbour.y if right else screen.height - 1 - size.height
    return Offset(x, max(0, min(y, screen.height - size.height)))
