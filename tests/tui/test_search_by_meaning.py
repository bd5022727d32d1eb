"""Searches by meaning: their place in the search line, the key that chooses, and the sentence that is highlighted."""

import pytest

from kit.papers import plain
from tui.conftest import NOW, House
from tui.screen import appears, lines, press, rest, search_text, titles

pytestmark = pytest.mark.slow

_TITLES = ("Four-bit quantization of weights", "Folding of proteins", "Robotic manipulation")
_ABSTRACTS = (
    "Large networks are slow. Their compression lets them fit into mobile devices.",
    "Amino acid sequences determine structures. Molecules are sampled.",
    "A policy learns from demonstrations. It acts in households.",
)
_QUERY = "shrinking huge nets for phones"


@pytest.fixture
def three(house: House) -> House:
    """A stored feed of three papers."""
    house.stand_in.papers = tuple(
        plain(number)._replace(title=title, abstract=abstract)
        for number, (title, abstract) in enumerate(zip(_TITLES, _ABSTRACTS, strict=True), 1)
    )
    return house


@pytest.mark.parametrize("scope", [0, 1])
async def test_meaning_decides_if_nobody_wrote_the_words(three: House, scope: int) -> None:
    async with three.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, *["ctrl+t"] * scope, "slash", *_QUERY)
        assert titles(pilot.app)[0] == _TITLES[0]
        assert "by meaning" in lines(pilot.app)[1]
        await appears(pilot, "By meaning: no title has these words. Ctrl+e changes what a search looks for.")
        await press(pilot, "escape")
        assert "by meaning" not in lines(pilot.app)[1]


async def test_papers_elsewhere_that_have_the_words_are_named(three: House) -> None:
    three.archive.remember([plain(7)._replace(title="Shrinking huge nets for phones")], NOW)
    async with three.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *_QUERY)
        assert titles(pilot.app)[0] == _TITLES[0]
        await appears(pilot, "By meaning: no title here has these words. 1 paper in everything stored has them: Ctrl+t")
        await press(pilot, "ctrl+t")
        assert titles(pilot.app)[0] == "Shrinking huge nets for phones"
        assert "by meaning" not in lines(pilot.app)[1]


async def test_a_key_chooses_what_a_search_looks_for(three: House) -> None:
    async with three.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"proteins")
        assert "meaning" not in lines(pilot.app)[1]
        await press(pilot, "ctrl+e")
        assert "by meaning" in lines(pilot.app)[1]
        assert titles(pilot.app)[0] == _TITLES[1]
        assert search_text(pilot.app) == "proteins"
        await press(pilot, "ctrl+e")
        assert "1 of 3 · words only" in lines(pilot.app)[1]
        await press(pilot, "ctrl+e")
        assert "1 of 3" in lines(pilot.app)[1]
        assert "words only" not in lines(pilot.app)[1]


async def test_the_nearest_sentence_is_highlighted(three: House) -> None:
    async with three.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *_QUERY)
        highlight = pilot.app.screen._lists.highlight  # type: ignore[attr-defined]
        ((start, end),) = highlight(_ABSTRACTS[0], "abstract")
        assert _ABSTRACTS[0][start:end] in {
            "Large networks are slow.",
            "Their compression lets them fit into mobile devices.",
        }
        assert highlight(_TITLES[1], "title") == ()
