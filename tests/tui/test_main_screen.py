import re

import pytest
from textual.events import Key

from papertui.errors import SettingsError
from papertui.model.feed import Feed, FeedName, parse_feed_name
from papertui.model.paper import Paper
from papertui.services.read_state import ReadState
from papertui.settings import Settings
from papertui.tui.keymap import ACTIONS
from tui.conftest import NOW, House
from tui.screen import (
    is_typing,
    lines,
    list_lines,
    main,
    notice,
    papers,
    press,
    region_of,
    rest,
    search_text,
    shown,
    titles,
    until,
)  # fmt: skip


@pytest.mark.slow
async def test_a_fresh_stored_feed_is_shown_without_a_request(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        text = shown(pilot.app)
        assert "Sparse Attention at Scale" in text
        assert "updated just now" in text
        assert "5 papers" in text
        assert "We study sparse attention at scale." in text, text
    assert stored.stand_in.asked == []


@pytest.mark.slow
async def test_the_first_start_without_network_shows_the_starter_feed(house: House) -> None:
    house.stand_in.failing = True
    async with house.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        text = shown(pilot.app)
        assert "starter feed" in text
        assert "Showing papers bundled with papertui." in text
        assert "Summary (papertui's own words)" in text
        house.stand_in.failing = False
        await press(pilot, "R")
        text = shown(pilot.app)
        assert "Sparse Attention at Scale" in text
        assert "starter feed" not in text


async def test_a_failed_refresh_keeps_the_stored_feed_and_shows_its_age(house: House) -> None:
    house.archive.keep_feed(
        Feed(FeedName("trending"), house.stand_in.papers, NOW.replace(hour=15), "huggingface")
    )  # fmt: skip
    house.stand_in.failing = True
    async with house.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        text = shown(pilot.app)
        assert "Sparse Attention at Scale" in text
        assert "updated 3 h ago" in text
        assert "cannot be reached" in text
        assert "This list was updated 3 h ago." in text


@pytest.mark.slow
async def test_a_suspiciously_empty_response_keeps_the_stored_feed(stored: House) -> None:
    stored.stand_in.papers = ()
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "R")
        assert "Sparse Attention at Scale" in shown(pilot.app)
        assert "the stored list is kept" in shown(pilot.app)


@pytest.mark.slow
async def test_the_cursor_follows_its_paper_after_a_refresh(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "j", "j")
        before = papers(pilot.app).paper
        stored.stand_in.papers = tuple(reversed(stored.stand_in.papers))[:4]
        await press(pilot, "R")
        after = papers(pilot.app).paper
        assert before is not None
        assert after is not None
        assert after.id == before.id


@pytest.mark.slow
async def test_the_star_appears_after_saving_and_after_a_restart(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "j", "b")
        assert "★ Diffusion Language Models" in shown(pilot.app)
        assert "★ Library 1" in lines(pilot.app)[0]
        assert len(stored.library.ids()) == 1
        await press(pilot, "b", "b")
        assert len(stored.library.ids()) == 1
    async with stored.app("library").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert "★ Diffusion Language Models" in shown(pilot.app)


@pytest.mark.slow
async def test_no_star_when_saving_fails(stored: House) -> None:
    newer = '{"meta": {"1": {"schema": 999}}, "bookmarks": {}}'
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        (stored.home / "bookmarks.json").write_text(newer, encoding="utf-8")
        await press(pilot, "b")
        assert "★ Sparse" not in shown(pilot.app)
        assert "999" in notice(pilot.app)
    assert (stored.home / "bookmarks.json").read_text(encoding="utf-8") == newer


@pytest.mark.slow
async def test_search_as_you_type(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"langauge difusion")
        assert "similar spelling" in list_lines(pilot.app)[0]
        assert "Diffusion Language Models" in list_lines(pilot.app)[1]
        assert "0 of 5 · 1 similar" in lines(pilot.app)[1]
        await press(pilot, "escape")
        assert len(titles(pilot.app)) == 5
        assert is_typing(pilot.app)
        await press(pilot, "escape")
        assert papers(pilot.app).has_focus
        await press(pilot, "escape", "escape")
        assert pilot.app.is_running
        assert "5 papers" in lines(pilot.app)[1]


@pytest.mark.slow
async def test_typing_before_the_index_is_ready_loses_no_letter(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await pilot.press("slash", *"robots")
        await rest(pilot)
        assert "/ robots" in lines(pilot.app)[1]
        assert "Robots That Read" in list_lines(pilot.app)[0]
        await press(pilot, "enter", "n")
        assert papers(pilot.app).has_focus
        assert "No more matches." in shown(pilot.app)


@pytest.mark.slow
async def test_a_search_without_matches(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"zzqqxx")
        assert "No matches in Trending." in shown(pilot.app)
        await press(pilot, "escape")
        assert "Sparse Attention at Scale" in shown(pilot.app)


@pytest.mark.slow
async def test_reading_marks_papers_and_n_opens_the_next(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "enter")
        assert not papers(pilot.app).display
        await press(pilot, "n")
        assert len(stored.archive.read_ids()) == 2
        await press(pilot, "escape")
        assert papers(pilot.app).has_focus
        assert papers(pilot.app).cursor == 1
        await press(pilot, "n")
        assert papers(pilot.app).cursor == 2
        await press(pilot, "r", "r")
        assert len(stored.archive.read_ids()) == 2


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40), (200, 60)])
async def test_a_paper_can_be_read_at_every_size(stored: House, size: tuple[int, int]) -> None:
    async with stored.app().run_test(size=size) as pilot:
        await rest(pilot)
        await press(pilot, "enter")
        assert not papers(pilot.app).display
        assert "We study sparse attention at scale." in shown(pilot.app)
        await press(pilot, "escape")
        assert papers(pilot.app).display


@pytest.mark.slow
async def test_sort_orders_and_filters(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "s", "v")
        assert "by votes ×" in lines(pilot.app)[1]
        assert "On " in list_lines(pilot.app)[0]
        await press(pilot, "f", "u")
        assert "unread only ×" in lines(pilot.app)[1]
        await press(pilot, "r")
        assert len(titles(pilot.app)) == 5
        await press(pilot, "A", "R")
        assert "No papers match this filter." in shown(pilot.app)


@pytest.mark.slow
async def test_previous_and_next_day(house: House) -> None:
    async with house.app("daily").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert "Daily 30 Apr" in lines(pilot.app)[0]
        await press(pilot, "right_square_bracket")
        assert "is the latest list" in shown(pilot.app)
        for _ in range(4):
            await press(pilot, "left_square_bracket")
        assert "daily:2026-04-24 None" in house.stand_in.asked
        assert "Daily 24 Apr" in lines(pilot.app)[0]


@pytest.mark.slow
async def test_tabs_by_key_and_by_mouse(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "6")
        assert "Your library is empty." in shown(pilot.app)
        await press(pilot, "7")
        assert "5 papers" in lines(pilot.app)[1]
        region = region_of(pilot.app, " Trending ")
        await pilot.click(offset=(region.x + 2, region.y))
        await rest(pilot)
        assert papers(pilot.app).state.feed.name == FeedName("trending")
        region = region_of(pilot.app, "Robots That Read")
        await pilot.click(offset=(region.x + 2, region.y))
        await rest(pilot)
        assert papers(pilot.app).cursor == 3
        await pilot.click(offset=(6, region.y))
        await rest(pilot)
        assert len(stored.library.ids()) == 1
        region = region_of(pilot.app, "help")
        await pilot.click(offset=(region.x, region.y))
        await rest(pilot)
        assert "type to search the keys" in shown(pilot.app)


@pytest.mark.slow
async def test_links_open_in_the_browser(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "o")
        assert [url.split("/")[3] for url in stored.opened] == ["papers"]
        assert "Opened https://" in shown(pilot.app)


@pytest.mark.slow
async def test_the_doi_is_opened_and_copied_before_any_other_link(stored: House) -> None:
    stored.library.add([Paper("2604.00077", "A", url="https://x.org/a", doi="10.1145/7")], NOW)
    async with stored.app("library").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "o", "y")
        assert stored.opened == ["https://doi.org/10.1145/7"]
        assert "Copied https://doi.org/10.1145/7" in shown(pilot.app)


@pytest.mark.slow
async def test_help_lists_every_key(stored: House) -> None:
    async with stored.app().run_test(size=(110, 140)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark")
        text = shown(pilot.app)
        assert all(action.title in text for action in ACTIONS if not action.name.startswith("view("))
        assert re.search(r"1 to 9 +Open that tab", text)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40), (200, 60)])
async def test_the_terminal_can_be_resized(stored: House, size: tuple[int, int]) -> None:
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "j")
        await pilot.resize_terminal(*size)
        await rest(pilot)
        rows = lines(pilot.app)
        assert len(rows) == size[1]
        assert any("Diffusion Language Models" in row and "▌" in row for row in rows)
        assert "help" in rows[-1]
        assert ("We study diffusion language models." in shown(pilot.app)) == (size != (60, 18))


@pytest.mark.slow
async def test_offline_and_demo_make_no_request(stored: House) -> None:
    for offline, demo in ((True, False), (False, True)):
        async with stored.app(offline=offline, demo=demo).run_test(size=(120, 30)) as pilot:
            await rest(pilot)
            await press(pilot, "R", "2", "3")
    assert stored.stand_in.asked == []


@pytest.mark.slow
async def test_keys_can_be_changed_and_conflicts_are_errors(stored: House) -> None:
    settings = Settings(keys={"bookmark": "B"})
    async with stored.app(settings=settings).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "b")
        assert stored.library.ids() == frozenset()
        await press(pilot, "B")
        assert len(stored.library.ids()) == 1
        assert "B bookmark" in lines(pilot.app)[-1]
    with pytest.raises(SettingsError, match="both"):
        stored.app(settings=Settings(keys={"bookmark": "s"}))


@pytest.mark.slow
async def test_ascii_signs(stored: House) -> None:
    settings = Settings(signs="ascii")
    async with stored.app(settings=settings).run_test(size=(70, 20)) as pilot:
        await rest(pilot)
        await press(pilot, "b")
        assert shown(pilot.app).isascii() or not [
            c for c in shown(pilot.app) if not c.isascii() and c not in "É▁▂▃▄▅▆▇█ "
        ]


@pytest.mark.slow
async def test_a_crash_exits_with_1(stored: House) -> None:
    app = stored.app()

    async def crash() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await rest(pilot)
            app.call_later(lambda: 1 // 0)
            await until(pilot, lambda: not app.is_running)

    with pytest.raises(ZeroDivisionError):
        await crash()
    assert app.return_code == 1


@pytest.mark.slow
async def test_fast_key_presses_reach_the_right_pane(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await pilot.press("slash", *"robots", "enter", "b", "slash", *"/a", "escape", "escape", "j", "b")
        await rest(pilot)
        assert search_text(pilot.app) == ""
        kept = {mark.paper.title for mark in stored.library.all()}
        assert "Robots That Read" in kept
        assert len(kept) == 2


@pytest.mark.slow
@pytest.mark.parametrize("feed", ["weekly:2026-W18", "arxiv:cs.CL", "https://journal.example/feed"])
async def test_the_last_feed_is_remembered_on_a_quick_quit(stored: House, feed: str) -> None:
    name = parse_feed_name(feed)
    app = stored.app(offline=True)
    async with app.run_test() as pilot:
        await rest(pilot)
        for other in ("2", "3", "1"):
            await pilot.press(other)
        main(app).open_feed(name)
        await pilot.press("q")
    assert app.return_code == 0
    last = ReadState(stored.archive, lambda: NOW).last_feed()
    assert last == (FeedName("weekly") if name.kind == "weekly" else name)


@pytest.mark.slow
async def test_help_lists_each_tab_when_a_tab_key_was_changed(stored: House) -> None:
    changed = Settings(refresh=False, keys={"view_3": "3,ctrl+w"})
    async with stored.app(settings=changed).run_test(size=(110, 110)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark")
        assert re.search(r"3  Ctrl\+w +Open tab 3", shown(pilot.app))


def test_help_titles_fit_on_one_line() -> None:
    assert [action.title for action in ACTIONS if len(action.title) > 60] == []


async def test_keys_that_arrive_while_the_app_closes_are_ignored(stored: House) -> None:
    app = stored.app()
    async with app.run_test() as pilot:
        await rest(pilot)
    assert not app.screen_stack
    await app.on_event(Key("8", "8"))
