"""Pasting into one-line inputs: several lines become one, and ids find their paper."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from kit.papers import plain
from tui.conftest import NOW, House
from tui.screen import is_typing, lines, notice, papers, press, rest, search_text, shown, titles

pytestmark = pytest.mark.slow


async def _paste(pilot: Pilot[None], text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await rest(pilot)


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("Diffusion\nLanguage Models", "Diffusion Language Models"),
        ("Diffusion\r\nLanguage\r\nModels\r\n", "Diffusion Language Models"),
        ("\n\n  Diffusion  \r\r\tLanguage\tModels\n", "Diffusion Language Models"),
        ("Diffusion\u2028Language Models", "Diffusion Language Models"),
        ("Diffusion Lang\u202euage\x1b[31m Models", "Diffusion Language Models"),
        ("\n", ""),
        ("", ""),
        ("👩" + "\u200d👩" * 800, "👩" + "\u200d👩" * 7),
    ],
)
async def test_several_lines_pasted_into_the_search_line_are_one(stored: House, pasted: str, line: str) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash")
        await _paste(pilot, pasted)
        assert search_text(pilot.app) == line
        assert is_typing(pilot.app)
        if line.startswith("D"):
            assert titles(pilot.app)[0] == "Diffusion Language Models"


async def test_lines_are_pasted_at_the_cursor_and_over_a_selection(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"ab", "left")
        await _paste(pilot, "x\ny")
        assert search_text(pilot.app) == "ax yb"
        await press(pilot, "shift+home")
        await _paste(pilot, "q\r\nr")
        assert search_text(pilot.app) == "q rb"


async def test_pasted_lines_are_tags_of_their_own(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "t")
        await _paste(pilot, "machine learning\r\n+todo\r\n")
        assert pilot.app.screen.query_one(Input).value == "machine learning, +todo"
        await press(pilot, "enter")
        assert stored.library.all()[0].tags == ("machine learning", "todo")


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("https://example.org/a/very/lo\nng/feed.xml\n", "https://example.org/a/very/long/feed.xml"),
        ("author:Li\nChen", "author:Li Chen"),
        ("https://example.org/a.xml\nhttps://example.org/b.xml", "https://example.org/a.xml"),
    ],
)
async def test_a_wrapped_address_of_a_feed_is_one_address(stored: House, pasted: str, line: str) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "F")
        await _paste(pilot, pasted)
        assert pilot.app.screen.query_one(Input).value == line
        assert ("Several addresses" in shown(pilot.app)) == ("b.xml" in pasted)


@pytest.mark.parametrize("keys", [("C",), ("e", "tab")])
async def test_other_lines_take_several_lines(stored: House, keys: tuple[str, ...]) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"models", "enter", *keys)
        field = pilot.app.screen.query_one(Input)
        field.value = ""
        field.focus()
        await _paste(pilot, "one\ntwo\n")
        assert field.value == "one two"


@pytest.mark.parametrize(
    "text",
    [
        "https://arxiv.org/abs/2604.00101v2", "[2604.00101]", "arXiv:2604.00101 [cs.CL]\n",
        "10.48550/arXiv.2604.00101", "2604.00101v1.pdf", "quantum\nhttps://huggingface.co/papers/2604.00101 models",
    ],
)  # fmt: skip
async def test_a_pasted_id_finds_the_stored_paper(stored: House, text: str) -> None:
    stored.archive.remember([plain(101)._replace(title="Frogs", github=None)], NOW)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash")
        await _paste(pilot, text)
        assert titles(pilot.app)[0] == "Frogs"
        assert "in everything" in lines(pilot.app)[1]
        await press(pilot, "escape")
        assert "5 papers" in lines(pilot.app)[1]


async def test_an_id_of_the_open_feed_stays_in_the_feed(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash")
        await _paste(pilot, f"https://arxiv.org/pdf/{stored.stand_in.papers[2].id}")
        assert titles(pilot.app) == ["A Survey of Agents"]
        assert "in everything" not in lines(pilot.app)[1]


# --- anywhere on the main screen ---------------------------------------------------------------------


@pytest.mark.parametrize("keys", [(), ("enter",), ("tab",)])
async def test_an_address_pasted_anywhere_fetches_and_shows_its_paper(stored: House, keys: tuple[str, ...]) -> None:
    stored.stand_in.papers = (*stored.stand_in.papers, plain(101)._replace(title="Frogs", github=None))
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, *keys)
        await _paste(pilot, "https://arxiv.org/abs/2604.00101v2\n")
        assert titles(pilot.app) == ["Frogs"]
        assert papers(pilot.app).paper is not None
        assert not is_typing(pilot.app)
        assert "paper 2604.00101" in stored.stand_in.asked
        await press(pilot, "b", "escape")
        assert stored.library.ids() == {"2604.00101"}
        assert len(titles(pilot.app)) == 5


async def test_an_address_pasted_into_the_search_line_is_fetched(stored: House) -> None:
    stored.stand_in.papers = (*stored.stand_in.papers, plain(101)._replace(title="Frogs", github=None))
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash")
        await _paste(pilot, "https://huggingface.co/papers/2604.00101")
        assert titles(pilot.app) == ["Frogs"]
        assert is_typing(pilot.app)


async def test_ordinary_text_pasted_into_the_list_is_searched(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await _paste(pilot, "Diffusion\nlanguage\n")
        assert search_text(pilot.app) == "Diffusion language"
        assert is_typing(pilot.app)
        assert titles(pilot.app)[0] == "Diffusion Language Models"


async def test_several_pasted_ids_are_a_result_list(stored: House) -> None:
    stored.stand_in.papers = (*stored.stand_in.papers, plain(101)._replace(title="Frogs", github=None))
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await _paste(pilot, "2604.00101\nhttps://arxiv.org/pdf/2604.00003\n2604.00999")
        assert titles(pilot.app) == ["Frogs", "A Survey of Agents"]
        assert "2 papers · as pasted" in lines(pilot.app)[1]
        assert "2604.00999" in notice(pilot.app)
        await press(pilot, "j", "b")
        assert stored.library.ids() == {"2604.00003"}
        assert titles(pilot.app) == ["Frogs", "A Survey of Agents"]
        await press(pilot, "escape")
        assert len(titles(pilot.app)) == 5


async def test_a_paper_that_does_not_exist_is_a_sentence(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await _paste(pilot, "2604.00999")
        assert "does not know the paper 2604.00999" in notice(pilot.app)


async def test_offline_a_paper_that_is_not_stored_is_a_sentence(stored: House) -> None:
    async with stored.app(offline=True).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await _paste(pilot, "10.1000/xyz123")
        assert "doi:10.1000/xyz123 is not stored, and papertui is offline." in notice(pilot.app)


async def test_pasting_nothing_does_nothing(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await _paste(pilot, " \n\x1b[0m")
        assert len(titles(pilot.app)) == 5
        assert not is_typing(pilot.app)
