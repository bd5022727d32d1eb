"""Search beyond the open feed: everything, the library, the services, similar papers; and explanations."""

import gc

import pytest

from kit.papers import plain
from papertui.tui.widgets.search_box import SearchBox
from tui.conftest import NOW, House
from tui.screen import appears, is_typing, lines, main, press, rest, search_text, shown, titles

pytestmark = pytest.mark.slow


def _older(house: House) -> None:
    """Store papers that are not in the open feed."""
    titles = ("Quantum error correction", "Sparse coding of odours", "Frogs")
    papers = [plain(100 + number)._replace(title=title, github=None) for number, title in enumerate(titles)]
    house.archive.remember(papers, NOW)
    house.library.add([papers[0]], NOW)


async def test_one_key_widens_the_search(stored: House) -> None:
    _older(stored)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"quantm")
        assert "No matches in Trending." in shown(pilot.app)
        await press(pilot, "ctrl+t")
        assert "0 of 8 · 1 similar · in everything" in lines(pilot.app)[1]
        assert "Quantum error correction" in lines(pilot.app)[3]
        await press(pilot, *["backspace"] * 6, *"sparse")
        assert "2 of 8 · in everything" in lines(pilot.app)[1]
        assert set(titles(pilot.app)) == {"Sparse Attention at Scale", "Sparse coding of odours"}
        await press(pilot, *["backspace"] * 6, *"quantm", "ctrl+t")
        assert "0 of 1 · 1 similar · in your library" in lines(pilot.app)[1]
        await press(pilot, *["backspace"] * 6, *"sparse", "ctrl+t")
        assert "1 of 5 · in Trending" in lines(pilot.app)[1]
        await press(pilot, "escape", "escape")
        assert "5 papers" in lines(pilot.app)[1]


async def test_matches_can_be_bookmarked_and_are_found_as_bookmarked(stored: House) -> None:
    _older(stored)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "ctrl+t", "slash", *"frogs", "enter", "b")
        assert {mark.paper.title for mark in stored.library.all()} == {"Quantum error correction", "Frogs"}
        await press(pilot, "slash", *[" "], *"is:bookmarked")
        assert "1 of 8" in lines(pilot.app)[1]
        await press(pilot, "escape", *"is:bookmarked ")
        assert "2 of 8" in lines(pilot.app)[1]


async def test_more_like_this(stored: House) -> None:
    _older(stored)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "m")
        first = stored.stand_in.papers[0]
        assert f"/ like:{first.id}" in lines(pilot.app)[1]
        assert "in everything" in lines(pilot.app)[1]
        assert first.title not in titles(pilot.app)
        await press(pilot, "escape")
        assert "5 papers" in lines(pilot.app)[1]


async def test_the_services_are_searched_on_demand(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "ctrl+o")
        assert "Type a query first" in shown(pilot.app)
        stored.stand_in.papers = (*stored.stand_in.papers, plain(200)._replace(title="Zebra stripes"))
        await press(pilot, "slash", *"zebra is:unread", "ctrl+o")
        assert "search zebra 100" in stored.stand_in.asked
        assert "Zebra stripes" in lines(pilot.app)[2]
        assert "1 of 6 · in everything" in lines(pilot.app)[1]
        stored.stand_in.failing = True
        await press(pilot, "ctrl+o")
        assert "cannot be reached" in shown(pilot.app)
        assert "Zebra stripes" in lines(pilot.app)[2]


async def test_offline_does_not_search_the_services(stored: House) -> None:
    async with stored.app(offline=True).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"zebra", "ctrl+o")
        assert "runs with --offline" in shown(pilot.app)
    assert stored.stand_in.asked == []


async def test_a_search_is_explained_when_the_typing_pauses(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"difusion is:redd ")
        assert "is:redd" not in shown(pilot.app).split("\n", 2)[2]
        await appears(pilot, "is not valid")
        text = shown(pilot.app)
        assert "“is:redd” is not valid; write is:unread, is:read or is:bookmarked." in text
        assert "Showing results for “diffusion” for “difusion”." in text
        assert "Diffusion Language Models" in lines(pilot.app)[3]
        await press(pilot, "escape")
        assert "is not valid" not in shown(pilot.app)


async def test_tab_completes_a_filter_or_moves_on(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"is:un", "tab")
        assert search_text(pilot.app) == "is:unread"
        assert is_typing(pilot.app)
        main(pilot.app).query_one(SearchBox).put("author:")
        surname = stored.stand_in.papers[0].authors[0].split()[-1]
        await press(pilot, *surname[:2].lower(), "tab")
        assert search_text(pilot.app).lower() == f"author:{surname}".lower()
        await press(pilot, "tab")
        assert not is_typing(pilot.app)


async def test_everything_includes_the_bundled_papers(house: House) -> None:
    async with house.app(demo=True).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "ctrl+t", "slash", *"agents")
        assert "of 105 · in everything" in lines(pilot.app)[1]


async def test_an_unreadable_archive_is_reported(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        stored.archive.close()
        for path in stored.home.glob("archive.db*"):
            path.unlink()
        (stored.home / "archive.db").mkdir()
        await press(pilot, "ctrl+t", "slash", *"sparse")
        assert "archive.db" in shown(pilot.app)
        assert pilot.app.is_running


async def test_quitting_right_after_a_change_leaves_no_warning(stored: House) -> None:
    async with stored.app().run_test() as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"sparse")
        # Quitting cancels all workers, also one that has not run yet. A coroutine that never runs is a warning, which
        # Python would print below the prompt.
        main(pilot.app)._search.forget_stored()
        pilot.app.workers.cancel_all()
        await rest(pilot)
        gc.collect()
