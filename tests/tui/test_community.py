"""Comments, what cites a paper, its submitter and all its authors, in the preview and when reading."""

import zlib
from datetime import timedelta

import pytest
from textual.app import App
from textual.pilot import Pilot

from kit.discussions import comment, detail, reply, repo
from papertui.model.community import Community, HubUser, StoredCommunity, community_from_json, community_json
from papertui.model.feed import Feed, FeedName
from papertui.model.paper import Paper
from papertui.model.trend import Observation, growth
from papertui.settings import Settings
from papertui.sources.huggingface_community import read_community
from papertui.tui.glyphs import ASCII, UNICODE, Glyphs
from papertui.tui.widgets.community_text import CommunityView, community_blocks
from papertui.tui.widgets.paper_text import PaperExtras, blocks, folded_authors
from papertui.tui.widgets.preview import Preview
from papertui.tui.widgets.side_pane import SidePane
from tui.conftest import NOW, House
from tui.screen import lines, main, notice, press, region_of, rest, until

FULL = read_community(
    detail(
        comments=[
            comment("c1", "See [the code](https://github.com/a/b).", hour=9),
            reply("c2", "c1", "Thank you, works.", hour=16),
        ],
        linkedModels=[repo(f"lab/model-{n}", n, 1000 * n) for n in range(5)],
        numTotalModels=17,
    )
)
AUTOMATIC = Settings(refresh=True, prefetch=())


def many_authors(house: House, number: int = 40) -> None:
    first, *others = house.stand_in.papers
    names = tuple(f"Author Number{place}" for place in range(number))
    house.stand_in.papers = (first._replace(authors=names, comments=2, submitter="lichen"), *others)
    house.archive.keep_feed(Feed(FeedName("trending"), house.stand_in.papers, NOW, "huggingface"))


def page(app: App[None]) -> str:
    """Return the text of the preview, however its lines are broken."""
    previews = main(app).query(Preview)  # mounted after the first frame
    if not previews:
        return ""
    region = previews.first().region
    rows = lines(app)[region.y : region.bottom]
    return " ".join(" ".join(row[region.x : region.right] for row in rows).split())


async def page_has(pilot: Pilot[None], text: str) -> None:
    await until(pilot, lambda: text in page(pilot.app).replace("\u00a0", " "))


def first_id(house: House) -> str:
    return house.stand_in.papers[0].id


async def test_comments_and_what_cites_a_paper_appear_when_the_reader_rests_on_it(house: House) -> None:
    many_authors(house, 3)
    house.stand_in.communities[first_id(house)] = FULL
    async with house.app(settings=AUTOMATIC).run_test(size=(140, 50)) as pilot:
        await page_has(pilot, "2 comments as of just now · x opens the discussion")
        text = page(pilot.app).replace("\u00a0", " ")
        for words in (
            "submitted by Li Chen (lichen)", "Ada Reader (ada) · 9 h ago", "See the code (https://github.com/a/b).",
            "Bo Reader (bo) · 2 h ago", "17 models citing this paper", "lab/model-4 4.0k downloads · 4 likes",
            "and 14 more", "1 Space citing this paper", "lab/demo 9 likes",
        ):  # fmt: skip
            assert words in text, words
    assert house.stand_in.asked == [f"community {first_id(house)}"]


@pytest.mark.slow
async def test_a_reader_who_scrolls_past_asks_nothing_and_refresh_asks_again(house: House) -> None:
    many_authors(house, 3)
    ids = [paper.id for paper in house.stand_in.papers]
    house.stand_in.communities = {ids[0]: FULL, ids[4]: FULL}
    async with house.app(settings=AUTOMATIC).run_test(size=(140, 50)) as pilot:
        await pilot.press("j", "j", "j", "j")
        await until(pilot, lambda: house.stand_in.asked)
        assert house.stand_in.asked == [f"community {ids[4]}"]
        await page_has(pilot, "2 comments")
        await pilot.press("R")
        await until(pilot, lambda: house.stand_in.asked.count(f"community {ids[4]}") == 2)
        await pilot.press("g", "g")
        await until(pilot, lambda: f"community {ids[0]}" in house.stand_in.asked)


async def test_without_the_setting_the_service_is_asked_only_when_a_paper_is_opened(house: House) -> None:
    many_authors(house, 3)
    house.stand_in.communities[first_id(house)] = FULL
    async with house.app().run_test(size=(140, 50)) as pilot:
        await rest(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: f"community {first_id(house)}" in house.stand_in.asked)
        await press(pilot, "G")
        await page_has(pilot, "Thank you, works.")
        await pilot.press("escape", "enter")
        await page_has(pilot, "Sparse Attention")
    assert house.stand_in.asked.count(f"community {first_id(house)}") == 1


async def test_offline_the_stored_comments_are_shown_with_their_age(house: House) -> None:
    many_authors(house, 3)
    body = zlib.compress(community_json(FULL).encode())
    house.archive.keep_community(first_id(house), NOW - timedelta(days=3), body)
    async with house.app(offline=True, settings=AUTOMATIC).run_test(size=(140, 50)) as pilot:
        await page_has(pilot, "2 comments as of 3 days ago")
        assert "offline" not in page(pilot.app)
        await press(pilot, "j", "k", "R")
    assert house.stand_in.asked == []


async def test_offline_comments_that_are_not_stored_are_said_to_be_missing(house: House) -> None:
    many_authors(house, 3)
    async with house.app(offline=True).run_test(size=(140, 50)) as pilot:
        await page_has(pilot, "Comments are not stored, and papertui is offline.")


async def test_a_failure_is_said_where_the_comments_would_be(house: House) -> None:
    many_authors(house, 3)
    house.stand_in.failing = True
    async with house.app(settings=AUTOMATIC).run_test(size=(140, 50)) as pilot:
        await page_has(pilot, "Comments could not be loaded. The stand-in cannot be reached")
        assert notice(pilot.app) == ""


@pytest.mark.slow
async def test_x_opens_the_discussion_and_a_click_a_model(house: House) -> None:
    many_authors(house, 3)
    house.stand_in.communities[first_id(house)] = FULL
    async with house.app(settings=AUTOMATIC).run_test(size=(140, 50)) as pilot:
        await page_has(pilot, "lab/model-4")
        await press(pilot, "x")
        place = region_of(pilot.app, "lab/model-4")
        await pilot.click(offset=(place.x + 1, place.y))
        await until(pilot, lambda: len(house.opened) == 2)
    assert house.opened == [
        f"https://huggingface.co/papers/{first_id(house)}#community",
        "https://huggingface.co/lab/model-4",
    ]


@pytest.mark.slow
async def test_the_menu_opens_models_and_spaces(house: House) -> None:
    many_authors(house, 3)
    house.stand_in.communities[first_id(house)] = FULL
    async with house.app(settings=AUTOMATIC).run_test(size=(140, 50)) as pilot:
        await page_has(pilot, "lab/model-4")
        await press(pilot, "K", "end", "enter")
        await until(pilot, lambda: house.opened)
    assert house.opened == ["https://huggingface.co/spaces/lab/demo"]


async def test_a_paper_of_another_source_has_no_discussion(house: House) -> None:
    paper = Paper("doi:10.1000/x", "Elsewhere", sources=("a.example",))
    house.archive.keep_feed(Feed(FeedName("trending"), (paper,), NOW, "a.example"))
    async with house.app(settings=AUTOMATIC).run_test(size=(140, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "x")
        assert notice(pilot.app) == "Only papers of arXiv have a discussion on Hugging Face."
    assert house.opened == []


# --- authors -----------------------------------------------------------------------------------------


async def test_authors_are_folded_to_fit_and_shown_by_key_and_click(house: House) -> None:
    many_authors(house)
    async with house.app().run_test(size=(120, 40)) as pilot:
        await page_has(pilot, "more 2604.00001")
        assert "Author Number39" not in page(pilot.app)
        await press(pilot, "E")
        assert "Author Number39" in page(pilot.app)
        await press(pilot, "E")
        assert "Author Number39" not in page(pilot.app)
        place = region_of(pilot.app, "more")
        await pilot.click(offset=(place.x, place.y))
        await page_has(pilot, "Author Number39")


async def test_a_matching_author_is_never_folded_away(house: House) -> None:
    many_authors(house)
    async with house.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "/", *"number39")
        await page_has(pilot, "Author Number39")


@pytest.mark.parametrize("number", [1, 2, 3, 14, 15, 40, 664])
@pytest.mark.parametrize("measure", [10, 40, 80])
def test_folded_authors_name_all_or_say_how_many_are_left(number: int, measure: int) -> None:
    names = [f"A. Writer{place}" for place in range(number)]
    text = folded_authors(names, measure, 2, "…")
    shown_names = text.split(" … ")[0].split(", ")
    assert shown_names == names[: len(shown_names)]
    left = number - len(shown_names)
    assert text.endswith(f"… and\u00a0{left}\u00a0more") if left else text == ", ".join(names)
    assert number < 664 or left > 600


# --- the sections ------------------------------------------------------------------------------------


def test_sections_are_plain_ascii_with_ascii_signs() -> None:
    paper = Paper("2604.00001", "T", comments=2)
    view = CommunityView(StoredCommunity(FULL, NOW))
    assert all(
        block.text.replace("\u00a0", " ").isascii() for block in community_blocks(paper, view, ASCII, NOW, key="x")
    )


def test_nothing_is_said_about_a_paper_without_comments() -> None:
    paper = Paper("2604.00001", "T")
    assert community_blocks(paper, CommunityView(is_loading=True), UNICODE, NOW) == ()


def test_an_empty_community_survives_the_store() -> None:
    for community in (Community(), Community(HubUser("a", "b")), FULL):
        assert community_from_json(community_json(community)) == community


@pytest.mark.parametrize("size", [(3, 2), (20, 6), (60, 18), (300, 80)])
async def test_every_size_draws_the_sections(house: House, size: tuple[int, int]) -> None:
    many_authors(house)
    house.stand_in.communities[first_id(house)] = FULL
    async with house.app().run_test(size=size) as pilot:
        await rest(pilot)
        await press(pilot, "enter", "E")
        await until(pilot, lambda: f"community {first_id(house)}" in house.stand_in.asked)
        await press(pilot, "G", "x")
        assert main(pilot.app).query_one(Preview).is_attached


# --- votes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("glyphs", "line"), [(UNICODE, "▅  ▅█ 4 – – ~4 8"), (ASCII, "-  -^ 4 - - ~4 8")])
def test_votes_a_day_have_numbers_and_gaps(glyphs: Glyphs, line: str) -> None:
    votes = {6: 10, 5: 14, 2: 26, 1: 34}
    seen = growth([Observation(NOW - timedelta(days=back), number) for back, number in votes.items()])
    extras = PaperExtras(growth=seen, today=NOW.date())
    text = next(block.text for block in blocks(Paper("1", "T", upvotes=34), glyphs, extras) if block.role == "votes")
    assert text.replace("\u00a0", " ") == f"34 votes, +8 since 28 Apr; a day: {line}"


@pytest.mark.slow
async def test_the_pane_at_the_right_shows_comments_and_what_cites_the_paper(house: House) -> None:
    many_authors(house, 3)
    house.stand_in.communities[first_id(house)] = FULL
    async with house.app(settings=AUTOMATIC).run_test(size=(200, 60)) as pilot:
        await rest(pilot)
        await press(pilot, "P")
        side = main(pilot.app).query_one(SidePane)
        await until(pilot, lambda: any(entry.text.startswith("lab/model-4") for entry in side.entries))
        await until(pilot, lambda: any("See the code" in entry.text for entry in side.entries))
        await rest(pilot)
        text = "\n".join(row[-42:].strip() for row in lines(pilot.app))
        for words in (
            "Comments\nSee the code (https://github.com/a/b).\nAda Reader  ", "9 h ago\n",
            "Models\nlab/model-4  ", "4.0k downloads\n", "14 more on Hugging Face", "Spaces\nlab/demo", "9 likes",
            "Similar papers",
        ):  # fmt: skip
            assert words in text, (words, text)
        place = next(y for y, row in enumerate(lines(pilot.app)) if "lab/demo" in row[-42:])
        await pilot.click(offset=(165, place))
        await until(pilot, lambda: house.opened)
        assert house.opened == ["https://huggingface.co/spaces/lab/demo"]
