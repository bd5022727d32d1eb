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
    body, place = found[2], 0
    size = None
    palette: dict[int, Colour] = {}
    ink: Colour | None = None
    pixels: dict[tuple[int, int], Colour] = {}
    column = top = 0
    while place < len(body):
        code = _CODE.match(body, place)
        if code is None:
            raise ProtocolError(f"no sixel code: {body[place : place + 20]!r}")
        place = code.end()
        if code[1] is not None:
            wide, high, *size = map(int, code[1].split(b";"))
            if (wide, high) != (1, 1) or pixels:
                raise ProtocolError("pixels are squares, as is said before the first one")
        elif code[2] is not None:
            number, *levels = map(int, code[2].split(b";"))
            if not 0 <= number < 256:
                raise ProtocolError(f"register {number}")
            if levels:
                if levels[0] != 2 or len(levels) != 4 or max(levels[1:]) > 100:
                    raise ProtocolError(f"a colour {levels}")
                palette[number] = (levels[1], levels[2], levels[3])
            ink = palette[number]
        elif code[6] == b"$":
            column = 0
        elif code[6] == b"-":
            column, top = 0, top + 6
        else:
            count, letter = (int(code[3]), code[4]) if code[3] is not None else (1, code[5])
            bits = letter[0] - 63
            if ink is None:
                raise ProtocolError("pixels without a colour")
            for at in range(column, column + count):
                for bit in range(6):
                    if bits >> bit & 1:
                        pixels[top + bit, at] = ink
            column += count
    if size is None or len(size) != 2:
        raise ProtocolError("the size is not said")
    width, height = size
    if any(not (row < height and at < width) for row, at in pixels):
        raise ProtocolError("pixels outside of the picture")
    return Bitmap(width, height, [[_of_255(pixels.get((row, at))) for at in range(width)] for row in range(height)])


def _of_255(colour: Colour | None) -> Colour | None:
    return None if colour is None else (*(round(level * 2.55) for level in colour),)  # type: ignore[return-value]


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
