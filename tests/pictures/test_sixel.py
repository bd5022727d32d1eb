"""Sixels: what is sent, read by a decoder that was written from DEC's manual, is the picture."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from kit.kitty_terminal import ProtocolError
from kit.sixel_terminal import Bitmap, SixelGraphics, decode
from papertui.pictures import sixel
from papertui.pictures.decoding import paletted

#: Levels of red, green and blue are said in percent.
_ROUNDED = 2


def saved(image: Image.Image) -> bytes:
    made = BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def drawn(image: Image.Image, room: tuple[int, int]) -> Bitmap:
    return decode(sixel.drawing(paletted(saved(image), room)).encode())


def differences(bitmap: Bitmap, image: Image.Image) -> list[int]:
    """Return by how much each pixel differs at most."""
    found = []
    for y, line in enumerate(bitmap.lines):
        for x, pixel in enumerate(line):
            assert pixel is not None, f"nothing is drawn at {x}, {y}"
            wanted = image.getpixel((x, y))
            assert isinstance(wanted, tuple)
            found.append(max(abs(one - other) for one, other in zip(pixel, wanted, strict=True)))
    return found


@pytest.mark.parametrize("size", [(1, 1), (7, 6), (64, 13), (5, 12), (300, 41)])
def test_a_drawing_comes_back_pixel_by_pixel(size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=(200, 30, 60), outline=(0, 0, 0))
    bitmap = drawn(image, size)
    assert (bitmap.width, bitmap.height) == size
    assert max(differences(bitmap, image)) <= _ROUNDED


def test_a_picture_of_many_colours_comes_close() -> None:
    image = Image.merge(
        "RGB", (Image.linear_gradient("L"), Image.linear_gradient("L").rotate(90), Image.radial_gradient("L"))
    ).resize((128, 96))
    bitmap = drawn(image, (128, 96))
    found = differences(bitmap, image)
    assert sum(found) / len(found) < 12
    assert len({pixel for line in bitmap.lines for pixel in line}) <= 256


def test_a_picture_fills_its_room_and_keeps_its_shape() -> None:
    image = Image.new("RGB", (400, 100), "blue")
    for room, size in (((200, 200), (200, 50)), ((1000, 100), (400, 100)), ((800, 900), (800, 200))):
        bitmap = drawn(image, room)
        assert (bitmap.width, bitmap.height) == size


def test_flat_colours_take_few_bytes() -> None:
    text = sixel.drawing(paletted(saved(Image.new("RGB", (1000, 600), "white")), (1000, 600)))
    assert len(text) < 2_000


def test_it_is_drawn_at_a_cell_in_one_step_and_stays_below_its_limits() -> None:
    graphics = SixelGraphics()
    picture = paletted(saved(Image.new("RGB", (95, 41), "red")), (95, 41))
    text = sixel.at(4, 2, sixel.drawing(picture))
    assert text.startswith("\x1b[?2026h\x1b7")
    assert text.endswith("\x1b8\x1b[?2026l")
    graphics.feed(text.encode())
    assert set(graphics.cells) == {(row, column) for row in (2, 3, 4) for column in range(4, 14)}
    with pytest.raises(ProtocolError, match="scroll"):
        graphics.feed(sixel.at(4, 27, sixel.drawing(picture)).encode())


@pytest.mark.parametrize(
    ("answer", "supported"),
    [("\x1b[?62;4;22c", True), ("\x1b[?63;1;2;4c", True), ("\x1b[?4;6c", False), ("\x1b[?1;2c", False)],
)
def test_the_fourth_attribute_says_that_there_are_sixels(answer: str, *, supported: bool) -> None:
    said = sixel.attributes(answer)
    assert said is not None
    assert sixel.is_supported(said) is supported


def test_other_answers_say_nothing() -> None:
    assert sixel.attributes("\x1b[6;20;10t") is None
    assert sixel.cell_size("\x1b[?62;4c") is None
    assert sixel.cell_size("\x1b[6;0;0t") is None
    assert sixel.cell_size("\x1b[6;21;9t") == (9, 21)


def test_xterm_is_sent_no_larger_pictures_than_it_draws() -> None:
    assert sixel.room((200, 50), (8, 17), "foot(1.20)") == (1600, 850)
    assert sixel.room((200, 50), (8, 17), "XTerm(390)") == (1000, 850)
