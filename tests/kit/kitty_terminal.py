"""Kitty's graphics protocol as a terminal reads it, written from its documentation and not from papertui.

https://sw.kovidgoyal.net/kitty/graphics-protocol/
"""

import re
import unicodedata
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kit.pseudo_terminal import PseudoTerminal, Screen, whole_end

#: Keys of control data, and what their values may be: the tables "Control data reference".
_KEYS = {
    "a": re.compile(r"[tTqpdfac]"),
    "q": re.compile(r"[012]"),
    "f": re.compile(r"24|32|100"),
    "t": re.compile(r"[dfts]"),
    "m": re.compile(r"[01]"),
    "U": re.compile(r"[01]"),
    "d": re.compile(r"[aAiInNcCfFpPqQrRxXyYzZ]"),
    **dict.fromkeys(("i", "c", "r", "s", "v"), re.compile(r"\d{1,10}")),
}
_COMMAND = re.compile(rb"\x1b_G([^;\x1b]*)(?:;([A-Za-z0-9+/=]*))?\x1b\\")
#: A placeholder of which not all diacritics may have come.
_OPEN_CELL = re.compile(rb"\xf4\x8e\xbb\xae[\x80-\xff]{0,12}\Z")
_UNFINISHED = re.compile(rb"\x1b(?:_[^\x1b]*(?:\x1b)?|P[^\x1b]*|\[[\d;:?>=$ ]*)?\Z")
_TOKEN = re.compile(
    rb"(?P<apc>\x1b_[^\x1b]*\x1b\\)|\x1b\[(?P<sgr>[\d;:]*)m|(?P<screen>\x1b\[\?1049[hl])|(?P<name>\x1b\[>0?q)"
    rb"|\x1b\[(?P<question>16t|c)"
    rb"|\x1b\[(?P<numbers>[\d;]*)(?P<move>[ABCDGHJKXd])|\x1b\[[\d;:<=>?$ ]*[A-Za-z@`]"
    rb"|\x1b[P\]][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()]B|\x1b[=>78c]"
)


class ProtocolError(AssertionError):
    """The program does not keep to the protocol."""


@dataclass
class Image:
    """A transmitted picture with its virtual placement."""

    png: bytes
    columns: int
    rows: int


class Cell(NamedTuple):
    """A cell in which a picture is drawn."""

    image: int
    row: int
    column: int


#: Blocks in which later versions of Unicode than 6.0, on which the list is fixed, have further such characters.
_LATER = (
    *(range(0x870, 0x900), range(0x9FE, 0xA00), range(0x1AB0, 0x1B00), range(0x1CF4, 0x1D00), range(0x1DE7, 0x1DFE)),
    *(range(0xA674, 0xA67C), range(0xA69E, 0xA6A0), range(0xFE27, 0xFE30), range(0x10300, 0x10400)),
    *(range(0x10AE5, 0x10AE7), range(0x10D00, 0x11000), range(0x11000, 0x1D180)),
)


def diacritics() -> tuple[str, ...]:
    """The list of kitty: characters of class 230 without decomposition, without those that fuse with letters."""
    fused = {0x300, 0x301, 0x302, 0x303, 0x304, 0x306, 0x307, 0x308, 0x309, 0x30A, 0x30B, 0x30C, 0x30F, 0x311, 0x313}
    fused |= {0x314, 0x342, 0x653, 0x654}
    return tuple(
        char
        for code in range(0x300, 0x1D245)
        if code not in fused
        and not any(code in block for block in _LATER)
        and unicodedata.combining(char := chr(code)) == 230
        and unicodedata.category(char) == "Mn"
        and not unicodedata.decomposition(char)
    )


@dataclass
class KittyGraphics:
    """The state of a terminal with the protocol."""

    size: tuple[int, int] = (100, 30)
    name: str = "kitty(0.42.1)"
    #: What it answers to DA1, and width and height of its cells in pixels.
    attributes: str = "62;52"
    cell: tuple[int, int] = (10, 20)
    images: dict[int, Image] = field(default_factory=dict)
    #: All pictures that were ever held.
    seen: list[Image] = field(default_factory=list)
    commands: list[dict[str, str]] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    _first: dict[str, str] | None = None  # of a transmission that goes on
    _data: bytes = b""
    _rest: bytes = b""
    _at: tuple[int, int] = (0, 0)
    _colour: int | None = None

    def feed(self, data: bytes) -> None:
        """Read output of the program."""
        data = self._rest + data
        cut = _UNFINISHED.search(data)
        end = cut.start() if cut else len(data)
        end = whole_end(data[:end])
        if not cut and (cell := _OPEN_CELL.search(data[:end])):
            end = cell.start()
        self._rest, data = data[end:], data[:end]
        place = 0
        for found in _TOKEN.finditer(data):
            self._print(data[place : found.start()])
            place = found.end()
            self._obey(found)
        self._print(data[place:])

    def _obey(self, found: re.Match[bytes]) -> None:
        if found["apc"]:
            self.command(found["apc"])
        elif found["move"]:
            self._move(found["move"].decode(), [int(one or 0) for one in found["numbers"].split(b";")])
        elif found["sgr"] is not None:
            self._set_colour(found["sgr"].decode())
        elif found["screen"]:
            self.cells.clear()
        elif found["name"]:
            self.answers.append(f"\x1bP>|{self.name}\x1b\\".encode())
        elif found["question"] == b"c":
            self.answers.append(f"\x1b[?{self.attributes}c".encode())
        elif found["question"]:
            self.answers.append(b"\x1b[6;%d;%dt" % (self.cell[1], self.cell[0]))

    def _move(self, what: str, numbers: list[int]) -> None:
        """Move the cursor, or clear cells."""
        row, column = self._at
        count = max(1, numbers[0])
        match what:
            case "H":
                row, column = count - 1, max(1, (*numbers, 1)[1]) - 1
            case "A" | "B":
                row += count if what == "B" else -count
            case "C" | "D":
                column += count if what == "C" else -count
            case "G":
                column = count - 1
            case "d":
                row = count - 1
            case _:
                width, all_below = self.size[0], what == "J" and numbers[0] != 1
                last = {"X": column + count, "K": column if numbers[0] == 1 else width}.get(what, width)
                first = 0 if what in "KJ" and numbers[0] else column
                gone = [
                    at for at in self.cells if (at[0] == row and first <= at[1] < last) or (all_below and at[0] > row)
                ]
                for at in [*self.cells] if what == "J" and numbers[0] == 2 else gone:
                    del self.cells[at]
        self._at = row, column

    def _set_colour(self, text: str) -> None:
        """Follow the foreground colour, which names a picture."""
        codes = [int(code or 0) for code in text.split(";")]
        at = 0
        while at < len(codes):
            code = codes[at]
            if code in (38, 48):
                size = 3 if codes[at + 1] == 2 else 1
                values = codes[at + 2 : at + 2 + size]
                if code == 38:
                    self._colour = values[0] << 16 | values[1] << 8 | values[2] if size == 3 else values[0]
                at += 1 + size
            elif code in (0, 39) or 30 <= code < 38 or 90 <= code < 98:
                self._colour = None
            at += 1

    def _print(self, data: bytes) -> None:
        row, column = self._at
        text = data.decode("utf-8", "replace")
        place = 0
        while place < len(text):
            char = text[place]
            place += 1
            if char == "\n":
                row, column = row + 1, 0
            elif char == "\r":
                column = 0
            elif char == "\b":
                column -= 1
            elif char == "\U0010eeee":
                marks = ""
                while place < len(text) and unicodedata.combining(text[place]):
                    marks += text[place]
                    place += 1
                if marks:
                    self.cells[row, column] = self._cell(marks)
                else:  # tmux writes it once more, with all that belongs to it
                    self.cells.pop((row, column), None)
                column += 1
            elif not unicodedata.combining(char) and char.isprintable():
                wide = unicodedata.east_asian_width(char) in "WF"
                for _ in range(2 if wide else 1):
                    self.cells.pop((row, column), None)
                    column += 1
        self._at = row, column

    def _cell(self, marks: str) -> Cell:
        numbers = [_NUMBERS[mark] for mark in marks]
        if len(numbers) not in (1, 2, 3):
            raise ProtocolError(f"a placeholder with {len(numbers)} diacritics")
        if self._colour is None:
            raise ProtocolError("a placeholder without a colour")
        high = numbers[2] if len(numbers) == 3 else 0
        return Cell(high << 24 | self._colour, numbers[0], numbers[1] if len(numbers) > 1 else 0)

    # --- commands ------------------------------------------------------------------------------------

    def command(self, data: bytes) -> None:
        """Obey one command."""
        found = _COMMAND.fullmatch(data)
        if found is None:
            raise ProtocolError(f"not a graphics command: {data[:80]!r}")
        control = found[1].decode()
        keys = dict(pair.split("=", 1) for pair in control.split(","))
        if len(keys) != control.count(",") + 1:
            raise ProtocolError(f"a key is given twice: {control}")
        for key, value in keys.items():
            if key not in _KEYS or not _KEYS[key].fullmatch(value):
                raise ProtocolError(f"{key}={value}")
        payload = found[2] or b""
        self.commands.append(keys)
        if self._first is not None:
            self._go_on(keys, payload)
        elif keys.get("a", "t") == "q":
            if keys.get("s") != "1" or keys.get("v") != "1" or len(b64decode(payload, validate=True)) != 3:
                raise ProtocolError("a question is a picture of one pixel")
            self.answers.append(b"\x1b_Gi=%s;OK\x1b\\" % keys["i"].encode())
        elif keys.get("a") == "d":
            self._delete(keys)
        elif keys.get("a") in ("t", "T"):
            self._begin(keys, payload)
        else:
            raise ProtocolError(f"unknown action: {control}")

    def _begin(self, keys: dict[str, str], payload: bytes) -> None:
        if not 0 < int(keys.get("i", 0)) < 1 << 32:
            raise ProtocolError("a picture needs an identity of 32 bits")
        if keys.get("f") != "100" or keys.get("t", "d") != "d":
            raise ProtocolError("this terminal takes PNG files in the stream only")
        if keys.get("U") == "1" and not (0 < int(keys["c"]) <= 297 and 0 < int(keys["r"]) <= 297):
            raise ProtocolError("a virtual placement has columns and rows")
        if keys.get("q") != "2":
            raise ProtocolError("the answer would arrive as keys")
        self._first, self._data = keys, b""
        self._add(keys, payload)

    def _go_on(self, keys: dict[str, str], payload: bytes) -> None:
        if set(keys) - {"m", "q"}:
            raise ProtocolError(f"further pieces have only m and q: {keys}")
        self._add(keys, payload)

    def _add(self, keys: dict[str, str], payload: bytes) -> None:
        more = keys.get("m") == "1"
        if len(payload) > 4096 or (more and len(payload) % 4):
            raise ProtocolError(f"a piece of {len(payload)} letters")
        self._data += payload
        if not more:
            first, self._first = self._first, None
            assert first is not None
            png = b64decode(self._data, validate=True)
            image = Image(png, int(first["c"]), int(first["r"]))
            self.seen.append(image)
            if png.startswith(b"\x89PNG"):
                self.images[int(first["i"])] = image

    def _delete(self, keys: dict[str, str]) -> None:
        if keys.get("d") not in ("i", "I", "a", "A"):
            raise ProtocolError(f"unknown deletion: {keys}")
        if keys["d"] in "aA":
            self.images.clear()
        elif keys["d"] == "I":
            self.images.pop(int(keys["i"]), None)

    def drawn(self) -> dict[int, set[tuple[int, int]]]:
        """Return which cells of which pictures the reader sees: those of pictures that the terminal holds."""
        found: dict[int, set[tuple[int, int]]] = {}
        for cell in self.cells.values():
            image = self.images.get(cell.image)
            if image is not None and cell.row < image.rows and cell.column < image.columns:
                found.setdefault(cell.image, set()).add((cell.row, cell.column))
        return found


_NUMBERS = {mark: number for number, mark in enumerate(diacritics())}


class KittyTerminal(PseudoTerminal):
    """A program in a terminal that draws pictures."""

    graphics: KittyGraphics

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (100, 30)) -> None:
        self.graphics = self._made(size)
        super().__init__(argv, {"TERM": "xterm-kitty", **env}, size)

    def _made(self, size: tuple[int, int]) -> KittyGraphics:
        return KittyGraphics(size)

    def _took(self, data: bytes) -> None:
        self.graphics.feed(data)
        for answer in self.graphics.answers:
            self.press(answer)
        self.graphics.answers.clear()

    def until_drawn(self, *sizes: int) -> None:
        """Wait until whole pictures of so many cells are seen, and no others."""
        try:
            self.until(lambda _: sorted(map(len, self.graphics.drawn().values())) == sorted(sizes))
        except AssertionError as error:
            drawn = {identity: len(cells) for identity, cells in self.graphics.drawn().items()}
            raise AssertionError(f"{sizes} is not {drawn}\n{error}") from error

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self.screen = Screen(columns, rows)
        self.graphics.cells.clear()  # all is drawn again
        self.graphics.size = columns, rows
        self.set_size(columns, rows)
