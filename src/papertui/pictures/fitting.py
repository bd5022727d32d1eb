"""How many cells a picture takes."""

from __future__ import annotations

from papertui.pictures.kitty import MOST_CELLS

#: Width of a cell in the pixels that pages are written for; terminals on fine screens have more.
_PIXELS = 8
#: How much higher than wide a cell is where the terminal does not say.
USUAL_RATIO = 2.0


def fitted(
    size: tuple[int, int], most: tuple[int, int], *, ratio: float = USUAL_RATIO, grows: bool = False
) -> tuple[int, int]:
    """Return columns and rows for a picture of a size in pixels.

    Args:
        size: width and height in pixels.
        most: the greatest number of columns and rows.
        ratio: how much higher than wide a cell is.
        grows: whether a small picture is enlarged.
    """
    width, height = size[0] / _PIXELS, size[1] / (_PIXELS * ratio)
    columns, rows = (max(1, min(one, MOST_CELLS)) for one in most)
    scale = min(columns / width, rows / height)
    if not grows:
        scale = min(scale, 1.0)
    return max(1, min(columns, round(width * scale))), max(1, min(rows, round(height * scale)))
