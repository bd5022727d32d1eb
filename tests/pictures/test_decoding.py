"""What is known of a picture without decoding it, and decoding: sizes, limits, half blocks, files to send."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from kit.pngs import a_bomb, a_png
from papertui.errors import PictureError
from papertui.pictures.decoding import half_blocks, sendable, size_of
from papertui.pictures.fitting import fitted
from papertui.pictures.image import facts


def saved(image: Image.Image, kind: str) -> bytes:
    made = BytesIO()
    image.save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize(("kind", "name"), [("PNG", "PNG"), ("JPEG", "JPEG"), ("GIF", "GIF"), ("WEBP", "WebP")])
def test_format_and_size_are_known(kind: str, name: str) -> None:
    data = saved(Image.new("RGB", (123, 45), "red"), kind)
    found = facts(data)
    assert found.format == name
    if name != "WebP":
        assert (found.width, found.height) == (123, 45)
    assert size_of(data) == (123, 45)


def test_a_progressive_jpeg_with_a_long_header_is_understood() -> None:
    made = BytesIO()
    Image.new("RGB", (321, 77)).save(made, "JPEG", progressive=True, exif=b"Exif\0\0" + bytes(3000))
    assert facts(made.getvalue())[:3] == ("JPEG", 321, 77)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (a_bomb(), "The picture has 60,000 x 60,000 pixels; papertui shows at most 50 million."),
        (b"<html>no</html>", "What the service sent is not a picture."),
        (b"", "What the service sent is not a picture."),
        (a_png(5, 5)[:20], "The picture is damaged."),
        (b"\xff\xd8\xff\xe0\x00", "The picture is damaged."),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(PictureError) as error:
        half_blocks(data, 10, 5)
    assert str(error.value) == words


@pytest.mark.parametrize("cut", [45, 60, 100])
def test_half_a_file_is_no_crash(cut: int) -> None:
    data = saved(Image.effect_noise((64, 64), 90), "PNG")
    with pytest.raises(PictureError, match="damaged"):
        half_blocks(data[:cut], 10, 5)


def test_a_drawing_is_left_to_browsers() -> None:
    with pytest.raises(PictureError, match="SVG"):
        half_blocks(b'<?xml version="1.0"?>\n<svg xmlns="x"/>', 10, 5)


def test_half_blocks_have_the_colours_of_the_picture() -> None:
    image = Image.new("RGB", (80, 80), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 39, 39), fill=(255, 0, 0))
    rows = half_blocks(saved(image, "PNG"), 8, 4)
    assert len(rows) == 4
    assert [sum(run.cells for run in row) for row in rows] == [8] * 4
    assert rows[0][0].cells == 4
    assert (rows[0][0].upper, rows[0][-1].upper, rows[3][0].lower) == ((255, 0, 0), (255, 255, 255), (255, 255, 255))


def test_what_is_transparent_is_white_as_on_paper() -> None:
    rows = half_blocks(saved(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG"), 4, 2)
    assert {run.upper for row in rows for run in row} == {(255, 255, 255)}
    assert facts(saved(Image.new("RGBA", (4, 4)), "PNG")).is_transparent
    assert not facts(a_png(4, 4)).is_transparent


def test_a_png_is_sent_as_it_came_and_others_become_one() -> None:
    png = a_png(500, 300)
    assert sendable(png, 40, 12) is png
    made = sendable(saved(Image.new("RGB", (500, 300), "blue"), "JPEG"), 40, 12)
    assert facts(made)[:3] == ("PNG", 500, 300)


def test_a_large_png_is_made_smaller_before_it_is_sent() -> None:
    large = a_png(3000, 2000, noise=1_500_000)
    made = sendable(large, 40, 12)
    found = facts(made)
    assert (found.format, found.width, found.height) == ("PNG", 576, 384)
    assert len(made) < 200_000


@pytest.mark.parametrize(
    ("size", "most", "expected"),
    [
        ((400, 200), (100, 40), (50, 12)),
        ((4000, 2000), (80, 40), (80, 20)),
        ((200, 4000), (80, 30), (3, 30)),
        ((1, 1), (80, 30), (1, 1)),
        ((50_000, 10), (80, 30), (80, 1)),
        ((9000, 9000), (1000, 1000), (297, 148)),
    ],
)
def test_pictures_fit_and_keep_their_shape(
    size: tuple[int, int], most: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert fitted(size, most) == expected
    grown = fitted((40, 20), most, grows=True)
    assert grown[0] <= most[0]
    assert grown[1] <= most[1]
