"""What a reader sees at a glance: nothing cut although there is space, nothing doubled, the focus and edges clear."""

import pytest
from textual.containers import Vertical

from kit.papers import plain
from papertui.model.bookmark import Bookmark
from papertui.model.feed import Feed, FeedName, Follow
from papertui.model.reasons import Reason
from papertui.settings import Settings
from papertui.tui.glyphs import UNICODE
from papertui.tui.text_layout import wrap
from papertui.tui.widgets.key_line import KeyLine
from papertui.tui.widgets.paper_text import PaperExtras, blocks
from papertui.tui.widgets.side_pane import SidePane
from tui.conftest import NOW, House
from tui.screen import appears, lines, main, papers, press, region_of, rest, search_text, shown


@pytest.mark.parametrize("measure", range(30, 90, 3))
def test_facts_stay_whole_and_no_line_begins_with_a_dot(measure: int) -> None:
    paper = plain(1)._replace(
        upvotes=41,
        comments=3,
        stars=2300,
        models=2,
        datasets=1,
        organization="ShanghaiTech University",
        submitter="ada",
    )
    shown = {block.role: block.text for block in blocks(paper, UNICODE, measure=measure)}
    for text in (shown["facts"], shown["votes"]):
        whole = text.translate({0xA0: " ", 0x2011: "-"})
        rows = [whole[start:end] for start, end in wrap(text, measure)]
        assert not [row for row in rows if row.startswith("·")]
        for fact in ("41 votes", "3 comments", "✦ 2.3k", "2 models", "1 data set", "submitted by reader-d33"):
            assert fact not in whole or any(fact in row for row in rows), (fact, rows)


@pytest.mark.parametrize("width", [112, 124, 136])
async def test_no_line_of_facts_ends_with_a_dot(house: House, width: int) -> None:
    paper = plain(1)._replace(upvotes=41, comments=3, stars=2300, models=2, organization="ShanghaiTech University")
    house.stand_in.papers = (paper._replace(submitter="ada"),)
    async with house.app().run_test(size=(width, 30)) as pilot:
        await rest(pilot)
        place = region_of(pilot.app, "ShanghaiTech")
        facts = [line[place.x :].rstrip(" █▌▐│") for line in lines(pilot.app)[place.y - 1 : place.y + 6]]
        assert any(line.endswith("submitted by ada") for line in facts)
        assert not [line for line in facts if line.endswith("·")]


def test_the_note_of_the_reader_is_the_last_of_the_facts() -> None:
    extras = PaperExtras(reasons=(Reason("daily", "HF daily"),), mark=Bookmark(plain(1), NOW, note="Mine."))
    texts = [block.text for block in blocks(plain(1), UNICODE, extras)]
    assert texts.index("Here: HF daily") < texts.index("Your note")


async def test_the_focus_and_the_place_are_in_the_panes(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "j")
        heading, _, _, row = lines(pilot.app)[2:6]
        assert heading.split() == ["votes", "Papers", "Paper", "2", "of", "5"]
        assert row.startswith("▌")
        await press(pilot, "tab")
        assert lines(pilot.app)[5].startswith("▏")
        assert lines(pilot.app)[2].split() == [*heading.split()[:2], "▎", *heading.split()[2:]]


async def test_a_narrow_key_line_has_the_keys_that_matter_most(stored: House) -> None:
    async with stored.app().run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        words = lines(pilot.app)[-1]
        for hint in ("/ search", "Enter read", "b bookmark", "o open", "? help"):
            assert hint in words
        await press(pilot, "P")
        assert "Esc back to the list" in lines(pilot.app)[-1]
        await press(pilot, "escape", "colon")
        assert "↑↓ history" in lines(pilot.app)[-1]


@pytest.mark.parametrize("width", [50, 60, 80])
async def test_facts_of_a_feed_are_shown_as_a_whole_or_not_at_all(stored: House, width: int) -> None:
    follow = Follow("cl", "Language", FeedName("arxiv", "cs.CL"))
    stored.archive.keep_feed(Feed(follow.name, stored.stand_in.papers, NOW, "arxiv"))
    settings = Settings(refresh=False, follows=(follow,))
    async with stored.app(settings=settings).run_test(size=(width, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "F")
        await appears(pilot, "arxiv:cs.CL")
        await rest(pilot)
        row = next(line for line in lines(pilot.app) if "Language · arxiv" in line)
        assert "…" not in row
        assert ("updated just now" in row) is (width == 80)
        assert "5 unread of 5" in row or width == 50
        assert "URL" in shown(pilot.app) or width == 50


@pytest.mark.parametrize("signs", ["unicode", "ascii"])
async def test_the_pane_over_the_list_has_an_edge(stored: House, signs: str) -> None:
    settings = Settings(refresh=False, signs=signs)  # type: ignore[arg-type]
    async with stored.app(settings=settings).run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "P")
        region = main(pilot.app).query_one(SidePane).region
        edge = {row[region.right - 1] for row in lines(pilot.app)[region.y : region.bottom]}
        assert edge == {"│" if signs == "unicode" else "|"}


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 18), (120, 40)])
async def test_a_dialog_ends_below_its_keys(stored: House, size: tuple[int, int]) -> None:
    async with stored.app().run_test(size=size) as pilot:
        await rest(pilot)
        for key in ("ctrl+p", "T", "C"):
            await press(pilot, key)
            screen = pilot.app.screen
            assert screen.query_one(Vertical).region.bottom == screen.query_one(KeyLine).region.bottom + 1, key
            await press(pilot, "escape")


async def test_groups_of_the_help_are_apart(stored: House) -> None:
    async with stored.app().run_test(size=(120, 60)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark")
        region = region_of(pilot.app, "Find")
        assert not lines(pilot.app)[region.y - 1][region.x : region.x + 60].strip()


async def test_reasons_of_a_menu_keep_their_distance_from_the_border(stored: House) -> None:
    async with stored.app().run_test(size=(60, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "f")
        row = next(line for line in lines(pilot.app) if "only in the library" in line)
        assert "library │" in row


@pytest.mark.slow
async def test_two_escapes_leave_a_search_and_entering_it_again_offers_filters(stored: House) -> None:
    async with stored.app().run_test(size=(80, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"zzzz", "escape")
        assert search_text(pilot.app) == ""
        assert "author:" not in shown(pilot.app)
        await press(pilot, "escape")
        assert papers(pilot.app).has_focus
        await press(pilot, "slash")
        await appears(pilot, "author:")
        assert "also since:7d" in shown(pilot.app)


@pytest.mark.slow
async def test_after_a_search_the_cursor_is_where_the_reader_was_or_went(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "j", "j", "j")
        before = papers(pilot.app).paper
        query = stored.stand_in.papers[1].title.split()[0].lower()
        await press(pilot, "slash", *query, "escape", "escape")
        assert papers(pilot.app).paper == before, "the search led nowhere"
        await press(pilot, "slash", *query, "enter")
        found = papers(pilot.app).paper
        assert found != before
        await press(pilot, "escape")
        assert search_text(pilot.app) == ""
        assert papers(pilot.app).paper == found


async def test_what_is_chosen_stays_chosen_when_more_values_arrive(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"is:", "down", "down")
        main(pilot.app)._completions.update_soon()
        await press(pilot, "enter")
        assert search_text(pilot.app) == "is:unread"
