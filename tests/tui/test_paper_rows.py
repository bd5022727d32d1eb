"""Papers as rows of the list: whole titles, and what the reader knows about a paper beside them."""

from datetime import timedelta

import pytest
from rich.cells import cell_len
from textual.app import App

from kit.papers import plain
from kit.recorded import HAVE_RECORDED, recorded_papers
from papertui.model.bookmark import Bookmark
from papertui.model.feed import Feed, FeedName
from papertui.model.paper import Paper
from papertui.model.trend import Observation, PaperContext, gained, growth
from papertui.model.versions import PaperNews
from papertui.settings import Settings
from papertui.tui.glyphs import UNICODE
from papertui.tui.list_state import ListState
from papertui.tui.theme import INK, make_styles
from papertui.tui.widgets.paper_row import ROOM_FOR_STARS, RowPainter
from tui.conftest import NOW, House
from tui.screen import list_lines, main, papers, press, rest, shown

LONG = "Turning the TIDE: Cross-Architecture Distillation for Diffusion Large Language Models at Every Scale"


@pytest.mark.parametrize(("size", "most"), [((120, 40), 0.1), ((80, 24), 0.25)])
async def test_few_titles_are_cut(house: House, size: tuple[int, int], most: float) -> None:
    async with house.app(demo=True).run_test(size=size) as pilot:
        await rest(pilot)
        widget = papers(pilot.app)
        painter, width = widget._painter, widget.scrollable_content_region.width
        rows = [widget.state.paper(row) for row in range(widget.state.size)]
        cut = 0
        for paper in rows:
            drawn = painter.lines(paper, width, 2, is_cursor=False)
            text = " ".join("".join(segment.text for segment in line[2:]) for line in drawn)
            cut += "".join(paper.title.split()) not in "".join(text.split())
        assert len(rows) > 0
        assert cut <= most * len(rows), f"{cut} of {len(rows)}"


@pytest.mark.slow
@pytest.mark.parametrize("title", [LONG, "A short one"])
async def test_annotations_are_shown_beside_a_long_title(house: House, title: str) -> None:
    paper = plain(50)._replace(title=title)
    house.library.add([paper], NOW)
    async with house.app("library").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        services = main(pilot.app)._services
        services.library.tag([paper.id], ["graphs"])
        services.library.rate([paper.id], 4)
        await press(pilot, "1", "6")
        rows = [line[:66] for line in list_lines(pilot.app)[0:2]]
        assert title.split(maxsplit=1)[0] in rows[0]
        assert "#graphs" in rows[1]
        assert "4/5" in rows[1]


@pytest.mark.slow
async def test_feeds_without_votes_have_no_column_for_them(house: House) -> None:
    voteless = tuple(plain(number)._replace(title=f"Paper {number}", upvotes=None) for number in (1, 2))
    house.archive.keep_feed(Feed(FeedName("arxiv", "cs.CL"), voteless, NOW, "arxiv"))
    async with house.app("arxiv:cs.CL").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert "▌  Paper 1" in shown(pilot.app)
        await press(pilot, "b")
        assert "▌★ Paper 1" in shown(pilot.app)


def painted(state: ListState, width: int, number: int) -> list[list[str]]:
    """Return the lines of all rows of a list."""
    app = App[None]()
    app.register_theme(INK)
    app.theme = INK.name
    has_stars = width >= ROOM_FOR_STARS and any(paper.stars for paper in state.feed.papers)
    painter = RowPainter(state, make_styles(app.get_css_variables()), UNICODE, NOW.date(), None, has_stars)
    rows = [painter.lines(state.paper(row), width, number, is_cursor=False) for row in range(state.size)]
    return [["".join(segment.text for segment in line) for line in lines] for lines in rows]


def listed(*papers: Paper) -> ListState:
    feed = Feed(FeedName("trending"), papers)
    return ListState(Feed(FeedName("trending"), ())).with_feed(feed)


@pytest.mark.recorded
@pytest.mark.slow
@pytest.mark.skipif(not HAVE_RECORDED, reason="no recorded days")
@pytest.mark.parametrize(("width", "most"), [(59, 0.25), (79, 0.02), (66, 0.1), (93, 0.02)])
def test_rows_of_all_recorded_days(width: int, most: float) -> None:
    state = listed(*recorded_papers())
    for number in (1, 2, 3):
        cut = 0
        for paper, lines in zip(map(state.paper, range(state.size)), painted(state, width, number), strict=True):
            assert len(lines) == number
            assert all(cell_len(line) <= width for line in lines), lines
            whole = "".join(paper.title.split())
            cut += whole not in "".join("".join(line[8:] for line in lines).split()) and "…" in "".join(lines[:2])
        assert number == 1 or cut <= most * state.size, (number, cut, state.size)


@pytest.mark.slow
def test_names_and_tags_are_left_out_as_a_whole() -> None:
    paper = plain(1)._replace(title="A", authors=("Bartholomew Featherstonehaugh-Cholmondeley", "B"))
    tags = ("neural networks", "to discuss on Monday", "x")
    mark = Bookmark(paper, NOW, tags=tags)
    state = listed(paper).with_marks(marks={paper.id: mark})
    for width in range(14, 130):
        for number in (1, 2):
            text = "\n".join(painted(state, width, number)[0])
            assert "…" not in text, text
            names = [word for word in text.split() if word.startswith(("Barth", "Feath"))]
            assert set(names) <= {"Bartholomew", "Featherstonehaugh-Cholmondeley"}
            left = [f"#{tag}" for tag in tags if f"#{tag}" not in text]
            assert not any(f"#{tag[:2]}" in text for tag in tags[:2] if f"#{tag}" in left), text
            if "#" in text and left:
                assert f" +{len(left)}" in text


def test_growth_is_on_one_scale() -> None:
    def seen(days: float, votes: int) -> Observation:
        return Observation(NOW - timedelta(days=days), votes)

    day, three_days = growth([seen(1, 10), seen(0, 26)]), growth([seen(3, 10), seen(0, 26)])
    slow, once = growth([seen(6, 10), seen(0, 12)]), growth([seen(0, 26)])
    assert [gained(one) for one in (day, three_days, slow, once) if one is not None] == ["+16", "+5", "", ""]
    fast = growth([seen(1, 10), seen(0, 4010)])
    assert fast is not None
    assert gained(fast) == "+4k"


def test_stars_are_a_column_only_where_there_is_room() -> None:
    state = listed(plain(1)._replace(title="One", stars=12_300), plain(2)._replace(title="Two"))
    narrow, wide = painted(state, 80, 2), painted(state, 100, 2)
    assert "✦ 12k" in narrow[0][1]
    assert wide[0][0].rstrip().endswith("12k")
    assert "12k" not in wide[0][1]


@pytest.mark.slow
@pytest.mark.parametrize("query", ["scale", "every"])
async def test_a_cut_title_shows_the_part_with_the_match(house: House, query: str) -> None:
    title = f"{LONG}, and What Remains to Be Seen"
    house.archive.keep_feed(Feed(FeedName("trending"), (plain(60)._replace(title=title),), NOW, "huggingface"))
    async with house.app(settings=Settings(refresh=False, compact=True)).run_test(size=(60, 18)) as pilot:
        await press(pilot, "slash", *query, "enter")
        row = list_lines(pilot.app)[0]
        assert query.capitalize() in row
        assert "…" in row.partition(query.capitalize())[0]


async def test_a_list_that_scrolls_draws_only_its_new_lines(stored: House) -> None:
    async with stored.app().run_test(size=(120, 10)) as pilot:
        await rest(pilot)
        listed = papers(pilot.app)
        top = listed.gutter.top
        before = listed.render_lines(listed.size.region)[top:]
        listed.scroll_to(y=2, animate=False, force=True)
        after = listed.render_lines(listed.size.region)[top:]
        assert listed.scroll_offset.y == 2
        moved = list(zip(before[2:], after, strict=False))
        assert len(moved) > 2
        assert all(old is new for old, new in moved)


@pytest.mark.parametrize("height", [1, 2, 3])
def test_a_row_of_any_height_says_that_a_new_version_is_out(height: int) -> None:
    paper = plain(1)._replace(title="A title of some words")
    news = {paper.id: (PaperNews(paper.id, "new-version", NOW, 2, 1),)}
    (row,) = painted(listed(paper).with_context(PaperContext(news=news)), 60, height)
    assert "v2 is out" in "".join(row)
