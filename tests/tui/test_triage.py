"""The triage on the screen: keys, counts, undo, fast typing, failures, and the queue."""

import sys

import pytest
from textual import events

from kit.papers import plain
from kit.recorded import day
from papertui.library.bookmarks import Library
from papertui.model.feed import Feed, FeedName
from papertui.model.queue import LATER
from papertui.services.library import LibraryService
from papertui.settings import Settings
from papertui.sources.huggingface_parse import read_entries
from tui.conftest import NOW, TITLES, House
from tui.screen import (
    appears,
    is_on_main,
    lines,
    notice,
    papers,
    press,
    region_of,
    rest,
    shown,
    titles,
    until,
)

pytestmark = pytest.mark.slow


def _bookmarks(house: House) -> dict[str, tuple[str, ...]]:
    """Return the tags of the bookmarks by title, as another process reads them."""
    marks = Library(house.home / "bookmarks.json", house.home / "backups").all()
    return {mark.paper.title: mark.tags for mark in marks}


def _elsewhere(house: House) -> LibraryService:
    library = Library(house.home / "bookmarks.json", house.home / "backups")
    return LibraryService(library, lambda: NOW, house.archive.better_ids, house.archive.papers)


async def test_each_key_decides_and_goes_on(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "Z")
        assert "1 of 5" in shown(pilot.app)
        assert TITLES[0] in shown(pilot.app)
        assert "We study sparse attention at scale." in shown(pilot.app)
        await press(pilot, "b")
        assert "2 of 5" in shown(pilot.app)
        assert f"★ kept: {TITLES[0]}" in shown(pilot.app)
        await press(pilot, "l", "s", "r", "s")
        assert _bookmarks(stored) == {TITLES[0]: (), TITLES[1]: (LATER,)}
        assert stored.archive.read_ids() == {paper.id for paper in stored.stand_in.papers[2:]}
        text = shown(pilot.app)
        assert "Inbox zero" in text
        assert "5 papers, 1 kept, 1 for later, 1 read, 2 skipped." in text
        assert "Open the queue, with 1 paper of this list." in text


async def test_nothing_is_offered_twice_and_a_run_goes_on(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "Z", "s", "b", "escape")
        assert is_on_main(pilot.app)
        assert papers(pilot.app).paper == stored.stand_in.papers[2]
        await press(pilot, "Z")
        assert "3 of 5" in shown(pilot.app)
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "Z")
        assert "3 of 5" in shown(pilot.app)
        await press(pilot, "left")
        assert "Kept" in shown(pilot.app)
        await press(pilot, "n", "s", "s", "s", "escape", "Z")
        assert "Inbox zero" in shown(pilot.app)
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "Z")
        assert notice(pilot.app) == "Nothing to decide: all 5 papers are read or bookmarked."


async def test_undo_steps_back_and_takes_the_decision_back(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "Z", "s", "b", "l")
        await press(pilot, "u")
        assert "3 of 5" in shown(pilot.app)
        assert _bookmarks(stored) == {TITLES[1]: ()}
        await press(pilot, "u", "u")
        assert "1 of 5" in shown(pilot.app)
        assert (_bookmarks(stored), stored.archive.read_ids()) == ({}, frozenset())
        await press(pilot, "u")
        assert "Nothing to take back here." in notice(pilot.app)
        # Each decision of the library was one step: the undo of the list takes them back one by one.
        await press(pilot, "b", "l", "escape", "u")
        assert _bookmarks(stored) == {TITLES[0]: ()}


async def test_a_decision_is_replaced_by_another_one(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "Z", "b", "s", "left", "left", "s")
        assert _bookmarks(stored) == {}
        assert "3 of 5" in shown(pilot.app)
        await press(pilot, "left", "b")
        assert _bookmarks(stored) == {TITLES[1]: ()}
        assert stored.archive.read_ids() == {stored.stand_in.papers[0].id}


async def test_tags_have_number_keys(stored: House) -> None:
    other = _elsewhere(stored)
    for number, tag in ((11, "agents"), (12, "agents"), (13, "nlp")):
        paper = plain(number)._replace(title=f"Something {number}")
        other.keep([paper])
        other.tag([paper.id], [tag])
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "Z")
        assert "1 #agents  2 #nlp" in shown(pilot.app)
        await press(pilot, "2")
        assert _bookmarks(stored)[TITLES[0]] == ("nlp",)
        await press(pilot, "t", *"new idea, x", "enter")
        assert _bookmarks(stored)[TITLES[1]] == ("new idea", "x")
        assert "1 #agents  2 #nlp  3 #new idea  4 #x" in shown(pilot.app)
        await press(pilot, "9")
        assert "No tag has the number 9 yet. t keeps the paper with new tags." in notice(pilot.app)
        await press(pilot, "3")
        assert _bookmarks(stored)[TITLES[2]] == ("new idea",)


async def test_keys_faster_than_the_disk_are_all_acted_on(stored: House) -> None:
    many = tuple(plain(number)._replace(title=f"Number {number}") for number in range(1, 41))
    stored.archive.keep_feed(Feed(FeedName("trending"), many, NOW, "huggingface"))
    app = stored.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        for key in ("Z", *"sblr" * 9, *"uuuu", *"ssss"):
            app.post_message(events.Key(key, key))
        await appears(pilot, "37 of 40")
        await until(pilot, lambda: len(stored.archive.read_ids()) == 2 * 8 + 4 and len(_bookmarks(stored)) == 2 * 8)
        marks = _bookmarks(stored)
        assert sorted(marks) == sorted(f"Number {4 * row + column}" for row in range(8) for column in (2, 3))
        assert len(stored.library.steps(100)) == 2 * 9 + 2


async def test_keys_before_the_bookmarks_are_known_wait_for_them(stored: House) -> None:
    stored.library.add(stored.stand_in.papers[:2], NOW)
    app = stored.app()
    async with app.run_test(size=(80, 24)) as pilot:
        for key in "Zsbu":
            app.post_message(events.Key(key, key))
        await appears(pilot, "taken back: kept")
        await until(pilot, lambda: set(_bookmarks(stored)) == set(TITLES[:2]))
        assert "2 of 3" in shown(app)
        assert stored.archive.read_ids() == {stored.stand_in.papers[2].id}


async def test_quitting_at_once_loses_nothing(stored: House) -> None:
    app = stored.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        for key in ("Z", "b", "b", "b"):
            app.post_message(events.Key(key, key))
        await until(pilot, lambda: "4 of 5" in shown(app))
        app.post_message(events.Key("ctrl+q", None))
        await until(pilot, lambda: app._exit)
    assert set(_bookmarks(stored)) == set(TITLES[:3])


async def test_what_cannot_be_written_is_not_decided(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "Z", "s")
        lock = stored.home / "bookmarks.json.lock"
        lock.unlink(missing_ok=True)
        lock.mkdir()  # a folder is no lock, so nothing can be written
        await press(pilot, "b")
        assert f"“{TITLES[1]}” is not decided. The bookmarks in" in " ".join(notice(pilot.app).split())
        assert "★" not in shown(pilot.app)
        lock.rmdir()
        await press(pilot, "s", "s", "s")
        assert "2 of 5" in shown(pilot.app)
        await press(pilot, "b")
        assert "Inbox zero" in shown(pilot.app)
        assert set(_bookmarks(stored)) == {TITLES[1]}


async def test_reading_returns_to_the_triage(stored: House) -> None:
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "Z", "s", "enter")
        assert is_on_main(pilot.app)
        await appears(pilot, "We begin.")
        await press(pilot, "escape")
        assert "2 of 5" in shown(pilot.app)
        assert not is_on_main(pilot.app)
        # A paper that was opened is still to be decided about, and waits in the queue unread.
        await press(pilot, "l", "escape")
        assert stored.archive.read_ids() == {stored.stand_in.papers[0].id}
        await press(pilot, "enter", "escape")
        assert is_on_main(pilot.app)


async def test_a_search_offers_its_matches(stored: House) -> None:
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"agents", "enter", "Z")
        assert "1 of 1" in shown(pilot.app)
        assert "“agents”" in lines(pilot.app)[0]
        await press(pilot, "b")
        assert "Inbox zero" in shown(pilot.app)
        await press(pilot, "escape", "escape", "Z")
        assert "1 of 4" in shown(pilot.app)


async def test_the_whole_archive_is_not_triaged(stored: House) -> None:
    async with stored.app("archive").run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "Z")
        assert "Search first" in notice(pilot.app)


async def test_every_key_can_be_clicked(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "Z")

        async def click(word: str) -> None:
            region = region_of(pilot.app, word)
            await pilot.click(offset=(region.x, region.y))
            await rest(pilot)

        for word in ("b keep", "l later", "s skip", "r read", "u undo", "h back"):
            await click(word)
        assert "3 of 5" in shown(pilot.app)
        assert _bookmarks(stored) == {TITLES[0]: (), TITLES[1]: (LATER,)}
        await click("t tags")
        await press(pilot, *"new", "enter")
        assert _bookmarks(stored)[TITLES[2]] == ("new",)
        await click("1 #new")
        assert _bookmarks(stored)[TITLES[3]] == ("new",)
        await click("Esc list")
        assert is_on_main(pilot.app)


@pytest.mark.parametrize("size", [(3, 2), (60, 18), (160, 50)])
async def test_every_size_shows_title_and_keys(stored: House, size: tuple[int, int]) -> None:
    async with stored.app(settings=Settings(refresh=False, signs="ascii")).run_test(size=size) as pilot:
        await rest(pilot)
        await press(pilot, "Z")
        assert len(lines(pilot.app)) == size[1]
        if size >= (60, 18):
            assert TITLES[0] in shown(pilot.app)
            assert "We study" in shown(pilot.app)
            for words in ("b keep", "l later", "s skip", "r read", "u undo", "Esc list", "1 of 5"):
                assert words in shown(pilot.app)
            assert set(shown(pilot.app)) - {"É", "\xa0"} <= set(map(chr, range(128)))  # of a name and a link
        await press(pilot, *"bsslu")
        await pilot.resize_terminal(61, 19)
        await press(pilot, *"ss")
        assert "Inbox zero" in shown(pilot.app)


async def test_the_next_tab_is_offered_at_the_end(stored: House) -> None:
    stored.archive.keep_feed(Feed(FeedName("weekly", "2026-W18"), (plain(30), plain(31)), NOW, "huggingface"))
    async with stored.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "Z", *"sssss")
        assert "Go on with Weekly: 2 papers to decide about." in shown(pilot.app)
        await press(pilot, "n")
        assert "1 of 2" in shown(pilot.app)
        assert "Weekly 2026 week 18" in lines(pilot.app)[0]


async def test_wide_screens_list_what_was_decided_and_what_comes(stored: House) -> None:
    async with stored.app().run_test(size=(160, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "Z", "b", "l")
        beside = [line[:46].strip() for line in lines(pilot.app)[2:7]]
        assert beside[:3] == [f"★ {TITLES[0]}", f"› {TITLES[1]}", f"▌   {TITLES[2]}"]
        await pilot.click("TriageList", offset=(8, 4))
        await press(pilot, "s")
        assert stored.archive.read_ids() == {stored.stand_in.papers[3].id}
        assert "5 of 5" in shown(pilot.app)
        await pilot.resize_terminal(100, 40)
        await until(pilot, lambda: TITLES[0] not in shown(pilot.app))


# --- the queue -------------------------------------------------------------------------------------


async def test_the_queue_has_a_tab_while_papers_wait(stored: House) -> None:
    async with stored.app().run_test(size=(160, 40)) as pilot:
        await rest(pilot)
        assert "Queue" not in lines(pilot.app)[0]
        await press(pilot, "L", "j", "L")
        assert notice(pilot.app) == "Put into the queue, to read later. u undoes this."
        assert "Queue 2" in lines(pilot.app)[0]
        assert _bookmarks(stored) == {TITLES[0]: (LATER,), TITLES[1]: (LATER,)}
        await press(pilot, "9")
        assert set(titles(pilot.app)) == set(TITLES[:2])
        await press(pilot, "enter", "escape")
        assert "Queue 1" in lines(pilot.app)[0]
        assert len(titles(pilot.app)) == 2  # no row vanishes under the cursor
        await press(pilot, "R")
        assert len(titles(pilot.app)) == 1
        await press(pilot, "L")
        assert notice(pilot.app) == "Taken out of the queue. u undoes this."
        assert "Queue" in lines(pilot.app)[0]
        await press(pilot, "1")
        assert "Queue" not in lines(pilot.app)[0]
        await press(pilot, "u")
        assert "Queue 1" in lines(pilot.app)[0]


async def test_the_queue_is_triaged(stored: House) -> None:
    other = _elsewhere(stored)
    for paper in stored.stand_in.papers[:4]:
        other.keep([paper])
        other.tag([paper.id], [LATER])
    async with stored.app("queue").run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "Z")
        assert "1 of 4" in shown(pilot.app)
        await press(pilot, *"bslr")
        assert len(_bookmarks(stored)) == 3
        assert sorted(_bookmarks(stored).values()) == [(), (LATER,), (LATER,)]
        await press(pilot, "escape", "R", "Z")
        assert "1 of 1" in shown(pilot.app)


async def test_the_library_is_triaged_without_losing_bookmarks(stored: House) -> None:
    stored.library.add(stored.stand_in.papers[:4], NOW)
    stored.archive.mark_read([stored.stand_in.papers[0].id], True, NOW)
    async with stored.app("library").run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "Z")
        assert "1 of 3" in shown(pilot.app)
        await press(pilot, *"sbl")
        assert "Inbox zero" in shown(pilot.app)
        assert sorted(_bookmarks(stored).values()) == [(), (), (), (LATER,)]
        assert len(stored.archive.read_ids()) == 2


async def test_an_empty_queue_says_what_fills_it(stored: House) -> None:
    async with stored.app("queue").run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        assert "Your queue is empty." in shown(pilot.app)
        await press(pilot, "Z")
        assert notice(pilot.app) == "There are no papers to decide about."


# --- a morning -------------------------------------------------------------------------------------


@pytest.mark.recorded
async def test_forty_papers_with_five_kept_and_tagged_take_at_most_sixty_keys(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """Play a day: all tags but one are known, two papers are for later, and a slip is taken back."""
    forty = read_entries(day("2026-02-03")).papers[:40]
    house.archive.keep_feed(Feed(FeedName("trending"), forty, NOW, "huggingface"))
    other = _elsewhere(house)
    for number, tag in enumerate(("agents", "video", "survey"), start=1):
        other.keep([plain(number)])
        other.tag([plain(number).id], [tag])
    app = house.app()
    keys = 0
    async with app.run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        for burst, then in (
            (["Z"], "1 of 40"),
            ("sss1sssss2ssslssu1sssst", "#agents 1"),  # the dialog is there
            ("nlp", "nlp"),
            (["enter"], "kept #nlp"),
            ("ssss4ssssslssssssss", "Inbox zero"),
            (["escape"], "Trending"),
        ):
            for key in burst:
                app.post_message(events.Key(key, key if len(key) == 1 else None))
                keys += 1
            await appears(pilot, then)
        await until(pilot, lambda: is_on_main(app) and len(house.archive.read_ids()) == 33)
        ours = {paper.title for paper in forty}
        tags = sorted(tags for title, tags in _bookmarks(house).items() if title in ours)
        assert tags == sorted([("agents",), ("survey",), ("agents",), ("nlp",), ("nlp",), (LATER,), (LATER,)])
        await press(pilot, "Z")
        assert "Inbox zero" in shown(app)
    with capsys.disabled():
        sys.stdout.write(f"[{keys} keys for 40 papers, 5 kept and tagged]")
    assert keys <= 60
