"""Sixel as a terminal reads it, written from DEC's manual of the VT330 and VT340 and not from papertui.

https://vt100.net/docs/vt3xx-gp/chapter14.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kit.kitty_terminal import Cell, KittyGraphics, KittyTerminal, ProtocolError

Colour = tuple[int, int, int]
_DEVICE_CONTROL = re.compile(rb"\x1bP([\d;]*)q([^\x1b]*)\x1b\\")
_CODE = re.compile(rb'"([\d;]*)|#([\d;]*)|!(\d+)([?-~])|([?-~])|([$-])')


@dataclass
class Bitmap:
    """A picture as it is seen: of each line, the pixels that were drawn."""

    width: int
    height: int
    lines: list[list[Colour | None]]


def decode(data: bytes) -> Bitmap:
    """Return the pixels of a whole sequence."""
    found = _DEVICE_CONTROL.fullmatch(data)
    if found is None:
        raise ProtocolError(f"not a sixel sequence: {data[:60]!r}")
    if found[1].split(b";")[1:2] != [b"1"]:
        raise ProtocolError("the background would be filled")
    reader, place = _Reader(), 0
    while place < len(found[2]):
        code = _CODE.match(found[2], place)
        if code is None:
            raise ProtocolError(f"no sixel code: {found[2][place : place + 20]!r}")
        reader.read(code)
        place = code.end()
    return reader.bitmap()


class _Reader:
    """The state of a terminal within a sequence."""

    def __init__(self) -> None:
        self._size: tuple[int, int] | None = None
        self._palette: dict[int, Colour] = {}
        self._ink: Colour | None = None
        self._lines: list[list[Colour | None]] = []
        self._column = self._top = 0

    def read(self, code: re.Match[bytes]) -> None:
        if code[1] is not None:
            self._take_size(*map(int, code[1].split(b";")))
        elif code[2] is not None:
            self._take_ink(*map(int, code[2].split(b";")))
        elif code[6] == b"$":
            self._column = 0
        elif code[6] == b"-":
            self._column, self._top = 0, self._top + 6
        elif code[3] is not None:
            self._draw(int(code[3]), code[4][0] - 63)
        else:
            self._draw(1, code[5][0] - 63)

    def _take_size(self, high: int, wide: int, width: int, height: int) -> None:
        if (high, wide) != (1, 1) or self._size is not None:
            raise ProtocolError("pixels are squares, as is said once before the first one")
        self._size = width, height
        self._lines = [[None] * width for _ in range(height)]

    def _take_ink(self, number: int, *levels: int) -> None:
        if not 0 <= number < 256:
            raise ProtocolError(f"register {number}")
        if levels:
            if levels[0] != 2 or len(levels) != 4 or max(levels[1:]) > 100:
                raise ProtocolError(f"a colour {levels}")
            self._palette[number] = _of_255(levels[1], levels[2], levels[3])
        self._ink = self._palette[number]

    def _draw(self, count: int, bits: int) -> None:
        if self._ink is None:
            raise ProtocolError("pixels without a colour")
        end = self._column + count
        for bit in range(6):
            if not bits >> bit & 1:
                continue
            if self._top + bit >= len(self._lines) or end > len(self._lines[0]):
                raise ProtocolError("pixels outside of the picture")
            self._lines[self._top + bit][self._column : end] = [self._ink] * count
        self._column = end

    def bitmap(self) -> Bitmap:
        if self._size is None:
            raise ProtocolError("the size is not said")
        return Bitmap(*self._size, self._lines)


def _of_255(red: int, green: int, blue: int) -> Colour:
    return round(red * 2.55), round(green * 2.55), round(blue * 2.55)


@dataclass
class SixelGraphics(KittyGraphics):
    """The state of a terminal with sixels and without Kitty's protocol: text and erasing remove pixels of cells."""

    name: str = "foot(1.20.2)"
    attributes: str = "62;4;22"
    drawings: list[Bitmap] = field(default_factory=list)

    def command(self, data: bytes) -> None:
        """Answer no question about Kitty's protocol, as such terminals do."""
        self.commands.append({})
        if b"a=q" not in data:
            raise ProtocolError(f"sent to a terminal that cannot draw it: {data[:60]!r}")

    def _obey(self, found: re.Match[bytes]) -> None:
        if not found[0].startswith(b"\x1bP"):
            super()._obey(found)
            return
        bitmap = decode(found[0])
        self.drawings.append(bitmap)
        (row, column), (width, height) = self._at, self.cell
        rows, columns = -(-bitmap.height // height), -(-bitmap.width // width)
        if row + rows >= self.size[1] or column + columns > self.size[0]:
            raise ProtocolError("the screen would scroll")
        for y in range(rows):
            for x in range(columns):
                self.cells[row + y, column + x] = Cell(len(self.drawings), y, x)

    def left(self) -> dict[int, int]:
        """Return of how many cells of which drawing, counted from 1, there are pixels."""
        counts: dict[int, int] = {}
        for cell in self.cells.values():
            counts[cell.image] = counts.get(cell.image, 0) + 1
        return counts


class SixelTerminal(KittyTerminal):
    """A program in a terminal that draws sixels."""

    graphics: SixelGraphics

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (100, 30)) -> None:
        super().__init__(argv, {"TERM": "foot", **env}, size)

    def _made(self, size: tuple[int, int]) -> SixelGraphics:
        return SixelGraphics(size)

    def until_only(self, columns: int, rows: int) -> None:
        """Wait until the last drawing fills so many cells, and no pixels of others are seen."""
        self.until(lambda _: self.graphics.left() == {len(self.graphics.drawings): columns * rows})
