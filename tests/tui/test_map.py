"""The screen of the map."""

import pytest

from kit.subjects import SUBJECTS, of_subjects, subject_of
from papertui.services.paper_map import PaperMap
from papertui.settings import Settings
from papertui.tui.glyphs import UNICODE
from papertui.tui.map_pages import map_section
from papertui.tui.widgets.bar_rows import BarRows
from tui.conftest import NOW, House
from tui.screen import is_on_main, lines, press, region_of, rest, shown, titles, until

PAPERS = of_subjects()


@pytest.fixture
def filled(house: House) -> House:
    house.archive.remember(PAPERS, NOW)
    house.library.add([paper for paper in PAPERS if subject_of(paper) == "robot"][:14], NOW)
    return house


async def test_a_cluster_opens_as_a_feed_and_back_leads_to_its_row(filled: House) -> None:
    async with filled.app(offline=True).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        before = lines(pilot.app)[0]
        await press(pilot, "M")
        await until(pilot, lambda: "Clusters of everything stored" in shown(pilot.app))
        assert "Map: stored papers" in lines(pilot.app)[0]
        assert "80 papers, 14 bookmarks" in lines(pilot.app)[0]
        rows = pilot.app.screen.query_one("#clusters", BarRows)
        await press(pilot, "j", "j")
        row = lines(pilot.app)[region_of(pilot.app, rows.rows[2].label).y]
        assert "█" in row, row
        number = int(str(rows.rows[2].cells[-2]))
        assert f" {number}  █" in row, "the number is beside the bar"
        await press(pilot, "enter")
        await until(pilot, lambda: len(titles(pilot.app)) == number)
        # Search and order work as in other views, and are taken off first.
        await press(pilot, "/", *"study", "enter")
        await rest(pilot)
        assert len(titles(pilot.app)) == number
        await press(pilot, "escape", "s", "t")
        assert is_on_main(pilot.app)
        assert titles(pilot.app) == sorted(titles(pilot.app))
        await press(pilot, "escape")
        assert is_on_main(pilot.app)
        await press(pilot, "escape")
        await until(pilot, lambda: bool(pilot.app.screen.query("#clusters")))
        await until(pilot, lambda: pilot.app.screen.query_one("#clusters", BarRows).cursor == 2)
        await press(pilot, "escape")
        await rest(pilot)
        assert is_on_main(pilot.app)
        assert lines(pilot.app)[0] == before, "back at the feed before the map"


async def test_the_library_has_a_map_and_the_mouse_works(filled: House) -> None:
    async with filled.app(offline=True).run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "M")
        await until(pilot, lambda: "Clusters of everything stored" in shown(pilot.app))
        await press(pilot, "l")
        await until(pilot, lambda: "Clusters of your library" in shown(pilot.app))
        label = pilot.app.screen.query_one("#clusters", BarRows).rows[0].label
        await pilot.click(offset=region_of(pilot.app, label).offset)
        await until(pilot, lambda: is_on_main(pilot.app) and bool(titles(pilot.app)))
        kept = {paper.title for paper in PAPERS if subject_of(paper) == "robot"}
        assert set(titles(pilot.app)) <= kept
        await press(pilot, "M")
        await until(pilot, lambda: "Clusters of your library" in shown(pilot.app))
        await pilot.click(offset=region_of(pilot.app, "Stored").offset)
        await until(pilot, lambda: "Clusters of everything stored" in shown(pilot.app))


async def test_without_papers_a_sentence_says_why(house: House) -> None:
    async with house.app(offline=True).run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        await press(pilot, "M")
        await until(pilot, lambda: "A map needs 12 stored papers" in shown(pilot.app))
        await press(pilot, "enter", "j", "l")
        await until(pilot, lambda: "A map of your library needs 12 bookmarks; there are 0" in shown(pilot.app))
        await press(pilot, "M")
        assert is_on_main(pilot.app)


@pytest.mark.slow
async def test_any_size_can_be_drawn_in_ascii(filled: House) -> None:
    settings = Settings(refresh=False, signs="ascii")
    async with filled.app(offline=True, settings=settings).run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "M")
        await until(pilot, lambda: "Clusters of everything stored" in shown(pilot.app))
        for width, height in ((3, 2), (60, 18), (300, 80)):
            await pilot.resize_terminal(width, height)
            await press(pilot, "G", "pagedown")
            assert len(lines(pilot.app)) == height
        assert shown(pilot.app).isascii()
        assert any(subject in shown(pilot.app) for subject in SUBJECTS)


def test_one_paper_is_named_in_the_singular() -> None:
    few = PaperMap(is_kept=True, clusters=(), papers=1, placed=0, kept=0, weeks=(0,), last=None, today=NOW.date())
    assert "there is 1 so far" in map_section(few, UNICODE).note
    assert "there are 2 so far" in map_section(few._replace(is_kept=False, papers=2), UNICODE).note
