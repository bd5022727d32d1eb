"""The menu of a paper's authors, keywords, organisation, category and submitter."""

import pytest
from textual.pilot import Pilot

from papertui.model.feed import Feed, FeedName
from papertui.model.paper import Paper
from papertui.model.topics import topics_of
from papertui.settings import Settings
from papertui.settings.toml_file import load
from papertui.tui.dialogs.menu import Menu
from tui.conftest import NOW, House
from tui.screen import is_on_main, last_notice, press, region_of, rest, search_text, shown, titles, until

HUB = FeedName("trending")


@pytest.fixture
def known(house: House) -> House:
    """Five papers with topics: three by Li Yuan, two submitted by one user."""
    facts = (
        {"authors": ("Li Yuan", "Wen Wang"), "keywords": ("sparse attention",), "organization": "Example Lab",
         "categories": ("cs.CL",), "submitter": "lichen"},
        {"authors": ("Li Yuan",), "submitter": "lichen"},
        {"authors": ("Ye Tian", "Li Yuan"), "keywords": ("sparse attention", "agents")},
        {"authors": ("Yuan Li",)},
        {"authors": tuple(f"Author Number{place}" for place in range(30))},
    )  # fmt: skip
    papers = tuple(paper._replace(**more) for paper, more in zip(house.stand_in.papers, facts, strict=True))  # type: ignore[arg-type]
    house.archive.keep_feed(Feed(HUB, papers, NOW, "huggingface"))
    return house


async def opened(pilot: Pilot[None]) -> Menu:
    await press(pilot, "K")
    await until(pilot, lambda: isinstance(pilot.app.screen, Menu))
    menu = pilot.app.screen
    assert isinstance(menu, Menu)
    return menu


async def row_is(pilot: Pilot[None], *words: str) -> None:
    """Wait until a row of the menu consists of `words` between its borders."""
    await until(pilot, lambda: any(tuple(line.strip("│ ").split()) == words for line in boxed(pilot)))


def boxed(pilot: Pilot[None]) -> list[str]:
    return [line[line.index("│") : line.rindex("│")] for line in shown(pilot.app).split("\n") if line.count("│") > 1]


@pytest.mark.slow
async def test_every_topic_has_the_number_of_its_stored_papers(known: House) -> None:
    async with known.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await opened(pilot)
        for row in (
            ("Authors",), ("Li", "Yuan", "3"), ("Wen", "Wang", "1"), ("Keywords",), ("sparse", "attention", "2"),
            ("Organisation",), ("Example", "Lab", "1"), ("Categories",), ("cs.CL", "1"), ("Submitted", "by"),
            ("lichen", "2"),
        ):  # fmt: skip
            await row_is(pilot, *row)
        await press(pilot, "K")
        assert is_on_main(pilot.app)


async def test_enter_shows_the_stored_papers_of_an_author(known: House) -> None:
    async with known.app("daily:2026-04-28", offline=True).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "1")
        await opened(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: search_text(pilot.app) == 'author:"Li Yuan"')
        await until(pilot, lambda: len(titles(pilot.app)) == 3)


@pytest.mark.slow
async def test_following_is_announced_marked_and_taken_back(known: House) -> None:
    async with known.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await opened(pilot)
        await row_is(pilot, "Li", "Yuan", "3")
        await press(pilot, "f")
        await row_is(pilot, "Li", "Yuan", "+", "3")
        await press(pilot, "escape")
        assert last_notice(pilot.app) == "Following Li Yuan. F shows your feeds."
        assert "Li Yuan" in shown(pilot.app).split("\n")[0]
        await opened(pilot)
        await row_is(pilot, "Li", "Yuan", "+", "3")
        await press(pilot, "f", "escape")
        assert last_notice(pilot.app) == "No longer following Li Yuan."
        assert "Li Yuan" not in shown(pilot.app).split("\n")[0]


@pytest.mark.slow
async def test_an_organisation_and_papers_like_one_are_followed_in_alerts(known: House) -> None:
    async with known.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        assert "Alerts" not in shown(pilot.app).split("\n")[0]
        await opened(pilot)
        await press(pilot, "j", "j", "j", "f")
        await row_is(pilot, "Example", "Lab", "+", "1")
        await press(pilot, "j", "j", "f", "escape")
        await until(pilot, lambda: last_notice(pilot.app) == "Following papers like this one. F shows your feeds.")
        assert "Alerts" in shown(pilot.app).split("\n")[0]
        assert "Example Lab" not in shown(pilot.app).split("\n")[0]
        stored = load(known.home / "settings.toml").follows
        assert [(follow.title, str(follow.name)) for follow in stored] == [
            ("Example Lab", "org:Example Lab"), ("Sparse Attention at Scale", "like:2604.00001"),
        ]  # fmt: skip


async def test_the_papers_of_a_submitter_are_shown_offline(known: House) -> None:
    async with known.app(offline=True).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await opened(pilot)
        await press(pilot, "end", "enter")
        await until(pilot, lambda: len(titles(pilot.app)) == 2)


@pytest.mark.slow
async def test_many_authors_are_folded_and_everything_works_by_mouse(known: House) -> None:
    async with known.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "G")
        await opened(pilot)
        place = region_of(pilot.app, "18 more")
        await pilot.click(offset=(place.x, place.y))
        await rest(pilot)
        await press(pilot, "end", "k")
        await until(pilot, lambda: "Author Number29 " in "\n".join(boxed(pilot)))
        place = region_of(pilot.app, "f follow")
        await pilot.click(offset=(place.x, place.y))
        await row_is(pilot, "Author", "Number29", "+", "1")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(3, 2), (20, 6), (60, 18), (300, 80)])
async def test_the_menu_opens_at_every_size(known: House, size: tuple[int, int]) -> None:
    async with known.app(settings=Settings(refresh=False, signs="ascii")).run_test(size=size) as pilot:
        await rest(pilot)
        await opened(pilot)
        await press(pilot, "end", "home", "escape")
        assert is_on_main(pilot.app)


def test_a_quote_in_a_name_cannot_break_the_query() -> None:
    topic = topics_of(Paper("1", "T", authors=('Ada "Countess" Lovelace',)))[0]
    assert topic.query == 'author:"Ada  Countess  Lovelace"'
