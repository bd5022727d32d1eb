"""For you in the app: the view, thumbs, the order, and the dialog of reasons."""

import pytest

from kit.fictional_papers import fictional_papers
from papertui.model.feed import Feed, FeedName
from papertui.model.ordering import Order
from papertui.settings.toml_file import load
from tui.conftest import NOW, House
from tui.screen import appears, main, notice, papers, press, rest, shown, titles, until

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(house: House) -> House:
    """Sixty papers in Trending, every sixth of which is about drafters; five of these are bookmarked."""
    made = [
        paper._replace(
            title=f"Drafter {place}", abstract="Speculative drafter tokens, verified by a target.", upvotes=0
        )
        if place % 6 == 0
        else paper._replace(upvotes=0)
        for place, paper in enumerate(fictional_papers(60))
    ]
    house.archive.keep_feed(Feed(FeedName("trending"), tuple(made), NOW, "huggingface"))
    house.library.add([paper for paper in made if paper.title.startswith("Drafter")][:5], NOW)
    return house


async def test_the_view_shows_papers_with_their_reasons(shop: House) -> None:
    async with shop.app("foryou").run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: papers(pilot.app).state.size)
        assert titles(pilot.app)[0].startswith("Drafter")
        await appears(pilot, "Here: ")
        assert "For you" in shown(pilot.app)


async def test_the_side_pane_has_the_reasons_of_the_view_only(shop: House) -> None:
    async with shop.app("foryou").run_test(size=(200, 40)) as pilot:
        await until(pilot, lambda: papers(pilot.app).state.size)
        await rest(pilot)
        await press(pilot, "P")
        await appears(pilot, "Why it is here")
        await appears(pilot, "like Drafter")
        await press(pilot, "1")
        await until(pilot, lambda: "Similar papers" in shown(pilot.app) and "Why it is here" not in shown(pilot.app))


async def test_a_thumb_down_leaves_the_view_and_is_stored(shop: House) -> None:
    async with shop.app("foryou").run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: papers(pilot.app).state.size)
        await rest(pilot)
        first = titles(pilot.app)[0]
        await press(pilot, "minus")
        await until(pilot, lambda: titles(pilot.app)[0] != first)
        assert "Thumb down" in notice(pilot.app)
        assert list(main(pilot.app)._services.foryou.thumbs().values()) == [False]
        await press(pilot, "R")
        await until(pilot, lambda: papers(pilot.app).state.size)
        assert first not in titles(pilot.app)


async def test_the_same_thumb_again_is_taken_back(shop: House) -> None:
    async with shop.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "plus")
        await appears(pilot, "thumb up")
        await press(pilot, "plus")
        await until(pilot, lambda: "taken back" in notice(pilot.app))
        assert main(pilot.app)._services.foryou.thumbs() == {}


async def test_the_learned_order_of_a_feed(shop: House) -> None:
    async with shop.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        main(pilot.app)._arrange.set_order(Order.FOR_YOU)
        await until(pilot, lambda: papers(pilot.app).state.context.liking)
        await until(pilot, lambda: all(title.startswith("Drafter") for title in titles(pilot.app)[:8]))


async def test_reasons_are_muted_in_the_dialog_and_the_view_is_ranked_again(shop: House) -> None:
    async with shop.app("foryou").run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: papers(pilot.app).state.size)
        await rest(pilot)
        await press(pilot, "w")
        await appears(pilot, "drafter")
        await press(pilot, "m")
        await appears(pilot, "Muted “word:")
        (muted,) = load(shop.home / "settings.toml").foryou.mute
        word = muted.removeprefix("word:")
        await press(pilot, "escape")
        await until(pilot, lambda: f"Here: {word}," not in shown(pilot.app) and "Here: " in shown(pilot.app))


async def test_a_reason_is_pinned_and_that_is_undone_in_the_dialog(shop: House) -> None:
    settings = shop.home / "settings.toml"
    async with shop.app("foryou").run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: papers(pilot.app).state.size)
        await rest(pilot)
        await press(pilot, "w")
        await appears(pilot, "p pin or unpin")
        await appears(pilot, "tokens")
        await press(pilot, "p")
        await appears(pilot, "(pinned)")
        assert load(settings).foryou.pin == ("word:drafter",)
        await press(pilot, "u")
        await until(pilot, lambda: load(settings).foryou.pin == ())


async def test_bookmarking_trains_in_the_background(shop: House) -> None:
    async with shop.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        foryou = main(pilot.app)._services.foryou
        assert foryou._learned is None, "nothing is learned at the start"
        await press(pilot, "b")
        await until(pilot, lambda: foryou._learned is not None)
