"""The screen of trends."""

from datetime import date, timedelta

import pytest

from kit.papers import plain
from papertui.model.paper import Paper
from papertui.settings import Settings
from papertui.tui.widgets.bar_rows import BarRows
from tui.conftest import NOW, House
from tui.screen import is_on_main, lines, main, press, region_of, rest, search_text, shown, titles, until


def papers_of_weeks() -> list[Paper]:
    """Return papers of six weeks: “world models” rises in the last one, and “fine-tuning” is gone."""
    papers = []
    for ago in range(6):
        for number in range(20):
            keywords: tuple[str, ...] = ("world models",) if not ago and number < 8 else ("x",)
            keywords = ("world models", "fine-tuning") if ago and number < 4 else keywords
            day = date(2026, 4, 30) - timedelta(days=7 * ago)
            title = f"Worlds {number} of week {ago}" if "world models" in keywords else f"Other {number} {ago}"
            papers.append(plain(100 * ago + number)._replace(title=title, featured=day, keywords=keywords))
    return papers


@pytest.fixture
def filled(house: House) -> House:
    house.archive.remember(papers_of_weeks(), NOW)
    house.archive.mark_read(["2604.00000", "2604.00001", "2604.00002"], True, NOW)
    house.library.add([plain(3)], NOW - timedelta(days=1))
    return house


async def test_topics_days_and_reading_are_shown_with_numbers(filled: House) -> None:
    async with filled.app(offline=True).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "W")
        text = shown(pilot.app)
        assert "Rising keywords" in text
        row = lines(pilot.app)[region_of(pilot.app, "world models").y]
        assert "▅▅▅▅▅█  40.0 %  20.0 %" in row, text
        assert "Falling keywords" in text
        assert "Thu 30 Apr      20  ████" in text
        assert "██ 3" in text
        assert "20 papers in 7 days to 30 Apr" in text
        # The pane at the right has rows of days and weeks; Tab goes there.
        await press(pilot, "tab", "G", "escape")
        assert is_on_main(pilot.app)


async def test_a_row_opens_its_papers_and_is_found_again(filled: House) -> None:
    async with filled.app(offline=True).run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "W", "j", "enter")
        await until(pilot, lambda: search_text(pilot.app).startswith('keyword:"fine-tuning"'))
        await rest(pilot)
        assert all(title.startswith("Worlds") for title in titles(pilot.app))
        assert len(titles(pilot.app)) == 20
        await press(pilot, "W")
        assert pilot.app.screen.query_one("#topics", BarRows).cursor == 1
        await press(pilot, "home", "enter")
        await until(pilot, lambda: search_text(pilot.app).endswith("since:2026-04-24 until:2026-04-30"))
        await rest(pilot)
        assert len(titles(pilot.app)) == 8


async def test_days_and_weeks_open_their_papers_by_mouse(filled: House) -> None:
    async with filled.app(offline=True).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "W")
        await pilot.click(offset=region_of(pilot.app, "Thu 23 Apr").offset)
        await until(pilot, lambda: search_text(pilot.app) == "since:2026-04-23 until:2026-04-23")
        await rest(pilot)
        assert len(titles(pilot.app)) == 20
        await press(pilot, "W")
        await pilot.click(offset=region_of(pilot.app, "27 Apr     ·").offset)
        await until(pilot, lambda: search_text(pilot.app).startswith("is:read,bookmarked"))
        await rest(pilot)
        assert len(titles(pilot.app)) == 4


async def test_without_papers_a_sentence_says_why(house: House) -> None:
    async with house.app(offline=True).run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        await press(pilot, "W")
        text = " ".join(shown(pilot.app).split())
        assert "No papers of the last 12 weeks are stored." in text
        assert "Papers that you read or bookmark are counted here" in text
        await press(pilot, "enter", "j", "G", "W")
        assert is_on_main(pilot.app)
        assert search_text(pilot.app) == ""


async def test_weeks_are_chosen_with_the_keys_of_tabs(filled: House) -> None:
    async with filled.app(offline=True).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "W", "1")
        assert "the 60 papers of the 3 weeks before." in shown(pilot.app)
        await press(pilot, "h")
        assert "Trends, 26 weeks" in lines(pilot.app)[0]


@pytest.mark.slow
@pytest.mark.parametrize("signs", ["unicode", "ascii"])
async def test_any_size_and_theme_can_be_drawn(filled: House, signs: str) -> None:
    settings = Settings(refresh=False, signs=signs)  # type: ignore[arg-type]
    async with filled.app(offline=True, settings=settings).run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "W")
        for width, height in ((3, 2), (20, 6), (60, 18), (110, 30), (300, 80), (59, 18)):
            await pilot.resize_terminal(width, height)
            await press(pilot, "tab", "G", "pagedown", "g")
            assert len(lines(pilot.app)) == height
        if signs == "ascii":
            assert shown(pilot.app).isascii()
        pilot.app.theme = "paper"
        await rest(pilot)
        await press(pilot, "escape")
        assert pilot.app.screen is main(pilot.app)
