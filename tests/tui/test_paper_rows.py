"""Papers as rows of the list: whole titles, and what the reader knows about a paper beside them."""

import pytest

from kit.papers import plain
from papertui.model.feed import Feed, FeedName
from papertui.settings import Settings
from tui.conftest import NOW, House
from tui.screen import lines, main, papers, press, rest, shown

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
        rows = [line[:66] for line in lines(pilot.app)[2:4]]
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


@pytest.mark.slow
@pytest.mark.parametrize("query", ["scale", "every"])
async def test_a_cut_title_shows_the_part_with_the_match(house: House, query: str) -> None:
    title = f"{LONG}, and What Remains to Be Seen"
    house.archive.keep_feed(Feed(FeedName("trending"), (plain(60)._replace(title=title),), NOW, "huggingface"))
    async with house.app(settings=Settings(refresh=False, compact=True)).run_test(size=(60, 18)) as pilot:
        await press(pilot, "slash", *query, "enter")
        row = lines(pilot.app)[2]
        assert query.capitalize() in row
        assert "…" in row.partition(query.capitalize())[0]
