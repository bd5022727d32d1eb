"""Makes the cells of pictures: decodes in threads, sends to the terminal, and keeps what is needed again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Literal, NamedTuple

from textual.app import App

from papertui.pictures.decoding import can_decode, half_blocks, sendable, size_of
from papertui.pictures.image import facts
from papertui.settings import Pictures
from papertui.tui.terminal_pictures import TerminalPictures
from papertui.tui.widgets.figures import Cells, block_cells, kitty_cells

Way = Literal["kitty", "blocks", "none"]
#: Pictures in half blocks that are kept: some hundred kilobytes each.
_KEPT = 16
#: Colour systems of `rich` that pictures need.
_COLOURS = frozenset({"truecolor", "256"})


class PictureKey(NamedTuple):
    """A figure, or without `src` the thumbnail, of a paper."""

    paper: str
    src: str


class _Sized(NamedTuple):
    key: PictureKey
    columns: int
    rows: int


class PictureLoader:
    """Pictures of any size in cells.

    Args:
        app: says which colours reach the terminal.
        terminal: the terminal.
        setting: how the reader wants pictures.
        is_unicode: whether there are other signs than those of ASCII.
    """

    def __init__(self, app: App[object], terminal: TerminalPictures, setting: Pictures, *, is_unicode: bool) -> None:
        self._app = app
        self._setting = setting
        self._is_unicode = is_unicode
        self.terminal = terminal
        self.way: Way = "none"
        self._blocks: OrderedDict[_Sized, Cells] = OrderedDict()
        self._transparent: dict[PictureKey, bool] = {}

    def use(self, setting: Pictures) -> bool:
        """Use another setting from now on; return whether it is another one."""
        is_other, self._setting = setting != self._setting, setting
        return is_other

    @property
    def is_plain(self) -> bool:
        """Whether signs and colours are too few for any picture."""
        return not self._is_unicode or self._app.no_color or self._app.console.color_system not in _COLOURS

    @property
    def draws_alone(self) -> bool:
        """Whether the terminal draws a single picture by itself, on a screen of its own."""
        return self._setting == "auto" and not self.is_plain and self.way != "kitty" and self.terminal.draws_alone

    async def decide(self) -> None:
        """Decide how pictures are shown; the terminal is asked if it matters."""
        if self._setting == "off" or self.is_plain:
            self.way = "none"
            return
        if self._setting == "auto" and not self._app.is_headless:
            await self.terminal.ask()
            await self.terminal.settled()
        if self._setting == "auto" and self.terminal.places:
            self.way = "kitty"
        else:
            self.way = "blocks" if await asyncio.to_thread(can_decode) else "none"

    # --- cells ---------------------------------------------------------------------------------------

    def cells(self, key: PictureKey, columns: int, rows: int) -> Cells | None:
        """Return the cells of a picture if they can be drawn now."""
        sized = _Sized(key, columns, rows)
        if self.way == "kitty":
            held = self.terminal.held(sized)
            if held is None:
                return None
            return kitty_cells(held, is_transparent=self._transparent.get(key, False))
        if sized in self._blocks:
            self._blocks.move_to_end(sized)
        return self._blocks.get(sized)

    async def size(self, data: bytes) -> tuple[int, int]:
        """Return width and height in pixels.

        Raises:
            PictureError: it cannot be decoded, or is too large.
        """
        return await asyncio.to_thread(size_of, data)

    async def load(self, key: PictureKey, columns: int, rows: int, data: bytes) -> None:
        """Make the cells of a picture.

        Raises:
            PictureError: it cannot be decoded, or is too large.
        """
        if self.way == "kitty":
            png = await asyncio.to_thread(sendable, data, columns, rows)
            self._transparent[key] = facts(png).is_transparent
            await self.terminal.send(_Sized(key, columns, rows), png, columns, rows)
        elif self.way == "blocks":
            cells = await asyncio.to_thread(lambda: block_cells(half_blocks(data, columns, rows)))
            self._blocks[_Sized(key, columns, rows)] = cells
            while len(self._blocks) > _KEPT:
                self._blocks.popitem(last=False)
