"""What the first bytes of a picture say, without decoding it: its format, its size, whether it is transparent."""

from __future__ import annotations

import struct
from typing import Literal, NamedTuple

from papertui.errors import PictureError

Format = Literal["PNG", "JPEG", "GIF", "WebP", "SVG"]
#: Larger pictures are refused before anything is decoded: a small file can hold billions of pixels.
MOST_PIXELS = 50_000_000
#: The greatest width and height of a picture that kitty takes.
_LONGEST_SIDE = 10_000
_PNG = b"\x89PNG\r\n\x1a\n"
#: Of PNG: the colour types with transparency.
_WITH_ALPHA = frozenset({4, 6})
#: Markers of JPEG that state the size: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, table B.1
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE = frozenset({0x01, *range(0xD0, 0xDA)})


class ImageFacts(NamedTuple):
    """What is known of a picture before it is decoded."""

    format: Format
    #: In pixels; 0 if only decoding would tell.
    width: int = 0
    height: int = 0
    is_transparent: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether a terminal can decode it itself."""
        return self.format == "PNG" and 0 < max(self.width, self.height) <= _LONGEST_SIDE


def facts(data: bytes) -> ImageFacts:
    """Return what the first bytes of a picture say.

    Raises:
        PictureError: it is no picture, damaged, or too large.
    """
    found = _facts(data)
    refuse_bomb(found.width, found.height)
    return found


def refuse_bomb(width: int, height: int) -> None:
    """Refuse a size that would fill the memory.

    Raises:
        PictureError: it has too many pixels.
    """
    if width * height > MOST_PIXELS:
        raise PictureError(
            f"The picture has {width:,} x {height:,} pixels; papertui shows at most {MOST_PIXELS // 1_000_000} million."
        )


def _facts(data: bytes) -> ImageFacts:
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return ImageFacts("JPEG", *_jpeg_size(data))
    if data.startswith(b"GIF8") and len(data) >= struct.calcsize("<6xHH"):
        width, height = struct.unpack_from("<6xHH", data)
        return ImageFacts("GIF", width, height, is_transparent=True)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return ImageFacts("WebP", is_transparent=True)
    head = data[:1000].lstrip().lower()
    if head.startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        return ImageFacts("SVG")
    raise PictureError("What the service sent is not a picture.")


def _png(data: bytes) -> ImageFacts:
    try:
        kind, width, height, colours = struct.unpack_from(">8x4x4sIIxB", data)
    except struct.error as error:
        raise _damaged() from error
    if kind != b"IHDR" or not width or not height:
        raise _damaged()
    return ImageFacts("PNG", width, height, colours in _WITH_ALPHA or b"tRNS" in data[:2000])


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Return width and height from the frame header of a JPEG file."""
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:  # noqa: PLR2004 - each marker begins so
            break
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 if marker in _ALONE else 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4])  # noqa: PLR2004
    raise _damaged()


def _damaged() -> PictureError:
    return PictureError("The picture is damaged.")
