"""Decoding with Pillow, the extra ``papertui[pictures]``. It takes its time: never on the event loop."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from papertui.errors import PictureError
from papertui.pictures.image import facts, refuse_bomb
from papertui.pictures.sixel import Paletted

if TYPE_CHECKING:
    from PIL.Image import Image

#: Colours of a picture in half blocks: with fewer runs of the same colour, a line is drawn faster.
_COLOURS = 128
#: Colours of a picture in sixels: those that terminals have registers for.
_REGISTERS = 256
#: Bytes of a PNG file that are sent as they came; a larger one is made smaller first, where that is possible.
_SENT_AS_IT_CAME = 1 << 20
#: Bytes that are sent at most.
_MOST_SENT = 4 << 20
#: Pixels of a cell in a picture that is made smaller: those of a fine screen.
_CELL = (16, 32)
_EXTRA = "install papertui[pictures]"

Colour = tuple[int, int, int]


class Run(NamedTuple):
    """Cells side by side with the same two colours."""

    cells: int
    upper: Colour
    lower: Colour


@cache
def can_decode() -> bool:
    """Whether the extra is installed."""
    return find_spec("PIL") is not None


def size_of(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels.

    Raises:
        PictureError: it cannot be decoded, or is too large.
    """
    found = facts(data)
    if found.width and found.height:
        return found.width, found.height
    image = _opened(data)
    return image.size


def half_blocks(data: bytes, columns: int, rows: int) -> Sequence[Sequence[Run]]:
    """Return the rows of a picture, each cell an upper and a lower half.

    Raises:
        PictureError: it cannot be decoded, or is too large.
    """
    image = _flat(data, (columns, 2 * rows))
    from PIL.Image import Dither, Resampling  # noqa: PLC0415 - as above

    image = image.resize((columns, 2 * rows), Resampling.BOX)  # the mean of what is under a cell, without halos
    image = image.quantize(_COLOURS, dither=Dither.NONE)
    palette = _palette(image)
    pixels = image.tobytes()
    made = []
    for row in range(rows):
        upper, lower = (pixels[line * columns : (line + 1) * columns] for line in (2 * row, 2 * row + 1))
        made.append(
            [
                Run(len(list(same)), palette[top], palette[bottom])
                for (top, bottom), same in groupby(zip(upper, lower, strict=True))
            ]
        )
    return made


def paletted(data: bytes, room: tuple[int, int]) -> Paletted:
    """Return a picture with few colours, as large as a rectangle of pixels takes it.

    Raises:
        PictureError: it cannot be decoded, or is too large.
    """
    image = _flat(data, room)
    from PIL.Image import Dither, Resampling  # noqa: PLC0415 - as above

    scale = min(room[0] / image.width, room[1] / image.height)
    size = max(1, min(room[0], round(image.width * scale))), max(1, min(room[1], round(image.height * scale)))
    if size != image.size:
        image = image.resize(size, Resampling.LANCZOS)
    image = image.quantize(_REGISTERS, dither=Dither.NONE)
    return Paletted(*image.size, tuple(_palette(image)), image.tobytes())


def _palette(image: Image) -> list[Colour]:
    levels = image.getpalette() or []
    return [(levels[at], levels[at + 1], levels[at + 2]) for at in range(0, len(levels) - 2, 3)]


def sendable(data: bytes, columns: int, rows: int) -> bytes:
    """Return a PNG file for a terminal: the file as it came, unless it is another format or large.

    Raises:
        PictureError: it cannot be decoded, or is too large.
    """
    found = facts(data)
    if found.is_ready and (len(data) <= _SENT_AS_IT_CAME or (not can_decode() and len(data) <= _MOST_SENT)):
        return data
    if found.is_ready and not can_decode():
        raise PictureError(f"The picture has {len(data) / 2**20:.0f} MB, too many to send to the terminal; {_EXTRA}.")
    image = _flat(data, (columns * _CELL[0], rows * _CELL[1]))
    image.thumbnail((columns * _CELL[0], rows * _CELL[1]))
    made = BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def _opened(data: bytes) -> Image:
    found = facts(data)
    if found.format == "SVG":
        raise PictureError("The picture is an SVG drawing, which only a browser shows.")
    if not can_decode():
        raise PictureError(f"Showing {found.format} pictures needs an extra package; {_EXTRA}.")
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - optional, and seldom needed

    try:
        image = Image.open(BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP"))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise PictureError("The picture is damaged.") from error
    refuse_bomb(*image.size)
    return image


def _flat(data: bytes, size: tuple[int, int]) -> Image:
    """Decode a picture that is needed in about this size; what is transparent becomes white, as on paper."""
    image = _opened(data)
    from PIL import Image  # noqa: PLC0415 - as above

    try:
        image.draft("RGB", size)  # a JPEG is decoded in about the size that is needed
        if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
            layer = image.convert("RGBA")
            image = Image.new("RGBA", layer.size, "white")
            image.alpha_composite(layer)
        return image.convert("RGB")
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error) as error:
        raise PictureError("The picture is damaged.") from error
