"""The pictures of every screen, ``python screenshots/gallery.py``."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kit.recorded import HAVE_RECORDED, hub

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"


@pytest.fixture(scope="module")
def gallery() -> ModuleType:
    sys.path.insert(0, str(FOLDER))
    try:
        return importlib.import_module("gallery")
    finally:
        sys.path.remove(str(FOLDER))


def test_names_are_used_once(gallery: ModuleType) -> None:
    names = [picture.name for picture in gallery.SCREENS]
    assert len(names) == len(set(names))


def test_screens_that_do_not_exist_yet_are_skipped(gallery: ModuleType) -> None:
    assert gallery.missing(gallery.Picture("x", ("down", ":text", "!j"))) == ""
    assert gallery.missing(gallery.Picture("x", ("down", "no_such_action"))) == "no_such_action"


@pytest.mark.recorded
@pytest.mark.slow
@pytest.mark.skipif(not HAVE_RECORDED, reason="no recorded days")
async def test_a_picture_shows_growth_and_bookmarks(gallery: ModuleType, tmp_path: Path) -> None:
    picture = next(one for one in gallery.SCREENS if one.name == "list")
    with hub() as server:
        await gallery.prepare(str(tmp_path), server)
        svg = await gallery.take(picture, "80x24", "paper", str(tmp_path), server)
    text = svg.replace("&#160;", " ")
    assert "Trending" in text
    assert "★" in text
    assert "+16" in text
