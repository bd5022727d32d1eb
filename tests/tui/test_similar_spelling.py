"""The rule above papers that match only by another spelling, and searches that are half typed."""

import pytest
from textual.pilot import Pilot

from kit.papers import plain
from tui.conftest import NOW, House
from tui.screen import appears, lines, list_lines, notice, papers, press, rest, selected, titles

pytestmark = pytest.mark.slow

_TITLES = ("Gödel numbers", "A model of speech", "Models of video", "Unrelated frogs")


@pytest.fixture
def models(house: House) -> House:
    """A stored feed with one paper that has “godel” and two that have “model”."""
    house.stand_in.papers = tuple(
        plain(number)._replace(title=title, abstract="Nothing.") for number, title in enumerate(_TITLES, 1)
    )
    return house


async def _search(pilot: Pilot[None], query: str) -> None:
    await rest(pilot)
    await press(pilot, "slash", *query)


async def test_the_rule_is_between_the_two_kinds(models: House) -> None:
    async with models.app().run_test(size=(120, 30)) as pilot:
        await _search(pilot, "godel")
        screen = list_lines(pilot.app)
        assert "1 of 4 · 2 similar" in lines(pilot.app)[1]
        assert "Gödel numbers" in screen[0]
        assert screen[2].startswith("─────── similar spelling ─")
        assert "odel" in screen[3]
        assert titles(pilot.app)[0] == "Gödel numbers"
        # The cursor goes past the rule in one step and both rows are marked.
        await press(pilot, "enter", "j")
        assert papers(pilot.app).cursor == 1
        assert [line[0] for line in list_lines(pilot.app)[0:5]] == [" ", " ", "─", "▌", "▌"]
        await press(pilot, "z")
        assert [line[:8] for line in list_lines(pilot.app)[1:2]] == ["─" * 7 + " "]
        await press(pilot, "escape")
        assert "similar spelling" not in "\n".join(lines(pilot.app))


async def test_a_click_hits_the_row_under_it_and_never_the_rule(models: House) -> None:
    async with models.app().run_test(size=(120, 30)) as pilot:
        await _search(pilot, "godel")
        await press(pilot, "enter")
        for y, row in ((0, 0), (1, 0), (3, 1), (4, 1), (2, 1), (5, 2), (6, 2), (2, 2), (0, 0)):
            await pilot.click("PaperList", offset=(20, y + papers(pilot.app).gutter.top))
            await rest(pilot)
            assert papers(pilot.app).cursor == row, y


@pytest.mark.parametrize("height", [8, 9, 10, 11])
async def test_the_rule_scrolls_into_view_with_the_first_row_below_it(models: House, height: int) -> None:
    async with models.app().run_test(size=(60, height)) as pilot:
        await _search(pilot, "godel")
        await press(pilot, "enter", "G")
        widget = papers(pilot.app)
        shown = widget.scrollable_content_region.height
        assert widget.scroll_offset.y == max(0, 7 - shown)
        assert any("odel" in line for line in lines(pilot.app)[-5:])
        await press(pilot, "k")
        if shown > 2:
            assert any("similar spelling" in line for line in lines(pilot.app))
        await press(pilot, "g", "g")
        assert widget.scroll_offset.y == 0


async def test_a_misspelt_query_is_answered_below_the_rule(models: House) -> None:
    async with models.app().run_test(size=(120, 30)) as pilot:
        await _search(pilot, "gdoel numbrs")
        assert "0 of 4 · 1 similar" in lines(pilot.app)[1]
        assert "similar spelling" in list_lines(pilot.app)[0]
        assert "Gödel numbers" in list_lines(pilot.app)[1]
        await appears(pilot, "Showing results for")
        await press(pilot, "enter", "ctrl+a")
        assert selected(pilot.app) == []
        assert "only have a similar spelling" in notice(pilot.app)
        await press(pilot, "space")
        assert selected(pilot.app) == ["Gödel numbers"]


async def test_actions_on_all_leave_similar_spellings_out(models: House) -> None:
    async with models.app().run_test(size=(120, 30)) as pilot:
        await _search(pilot, "godel")
        await press(pilot, "enter", "ctrl+a")
        assert selected(pilot.app) == ["Gödel numbers"]
        assert "Not selected: 2 papers with a similar spelling only." in notice(pilot.app)
        await press(pilot, "ctrl+a")
        assert selected(pilot.app) == []
        await press(pilot, "A")
        await appears(pilot, "1 paper marked as read.")
        assert models.archive.read_ids() == {plain(1).id}


async def test_everything_stored_has_the_rule_too(models: House) -> None:
    models.archive.remember([plain(50)._replace(title="A modal verb"), plain(51)._replace(title="Gödel again")], NOW)
    async with models.app().run_test(size=(120, 30)) as pilot:
        await _search(pilot, "godel")
        await press(pilot, "ctrl+t")
        assert "2 of 6 · 2 similar · in everything" in lines(pilot.app)[1]
        assert sorted(titles(pilot.app)[:2]) == ["Gödel again", "Gödel numbers"]
        await press(pilot, "enter", "ctrl+a")
        assert selected(pilot.app) == ["Gödel again", "Gödel numbers"]


@pytest.mark.parametrize(
    ("query", "explained"),
    [
        ("author:", "Add a value directly after “author:”"),
        ("since:20", "is not a date"),
        ("since:2026-13", "is not a date"),
        ("until:2027-02-31", "is not a date"),
        ("is:", "Add a value"),
        ("is:xyz", "is not valid"),
        ("stars:>", "is not a number"),
        ("votes:abc", "is not a number"),
        ("like:26", "needs the id of a stored paper"),
        ('"', ""),
        ("-", ""),
    ],
)
@pytest.mark.parametrize("scope", [0, 1])
async def test_the_list_is_never_emptied_by_what_is_not_understood(
    models: House, query: str, explained: str, scope: int
) -> None:
    async with models.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, *["ctrl+t"] * scope, "slash")
        for end, key in enumerate(query):
            await press(pilot, key)
            # The beginning of a name may also be a word of some papers.
            assert papers(pilot.app).state.size == 4 or (papers(pilot.app).state.size and ":" not in query[: end + 1])
        if explained:
            await appears(pilot, explained)
        await press(pilot, "escape")
        assert papers(pilot.app).state.size == 4


async def test_names_match_by_their_beginning_while_they_are_typed(models: House) -> None:
    models.library.add([plain(2)._replace(title=_TITLES[1])], NOW)
    async with models.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "j", "t", *"+todo", "enter", "slash", *"tag:")
        assert papers(pilot.app).state.size == 4
        for key in "todo":
            await press(pilot, key)
            assert titles(pilot.app) == ["A model of speech"]
