"""Tags, notes, states, ratings, undo and collections on the screen."""

import pytest
from textual import events
from textual.widgets import Input, TextArea

from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.feed import FeedName
from papertui.services.library import LibraryService
from tui.conftest import NOW, House
from tui.screen import appears, lines, notice, papers, press, rest, search_text, shown, titles, until
from tui.test_hostile_text import EVIL, FORBIDDEN

pytestmark = pytest.mark.slow


def _mark(house: House, place: int = 0) -> Bookmark:
    """Return the bookmark of the paper at `place` in the feed, as another process reads it."""
    id_ = house.stand_in.papers[place].id
    return next(mark for mark in Library(house.home / "bookmarks.json", house.home / "backups").all()
                if mark.paper.id == id_)  # fmt: skip


def _elsewhere(house: House) -> LibraryService:
    """Return the library as another window has it."""
    library = Library(house.home / "bookmarks.json", house.home / "backups")
    return LibraryService(library, lambda: NOW, house.archive.better_ids, house.archive.papers)


# --- tags ------------------------------------------------------------------------------------------


async def test_tagging_bookmarks_the_paper(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "t", *"+todo nlp", "enter")
        assert _mark(stored).tags == ("todo", "nlp")
        assert "#todo #nlp" in lines(pilot.app)[3]
        assert "+todo +nlp on 1 paper." in shown(pilot.app)
        await press(pilot, "t", *"-todo", "enter")
        assert _mark(stored).tags == ("nlp",)
        await press(pilot, "u")
        assert _mark(stored).tags == ("todo", "nlp")


async def test_tags_are_completed_and_ticked(stored: House) -> None:
    stored.library.add(stored.stand_in.papers[:3], NOW)
    other = _elsewhere(stored)
    papers = [paper.id for paper in stored.stand_in.papers]
    other.tag(papers[:2], ["todo"], [])
    other.tag(papers[1:3], ["Transformers"], [])
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "space", "space", "t")
        text = shown(pilot.app)
        assert "2 papers" in text
        assert "✓ #todo" in text
        assert "- #Transformers    2   on 1 of these 2" in text
        await press(pilot, *"tra", "tab")
        assert pilot.app.screen.query_one(Input).value == "Transformers"
        assert "#todo" not in shown(pilot.app).split("#Transformers", 1)[1]
        await press(pilot, *["backspace"] * 12, "down", "space")
        assert "× #todo" in shown(pilot.app)
        await press(pilot, "j", "space", "enter")
        assert _mark(stored, 0).tags == ("Transformers",)
        assert _mark(stored, 1).tags == ("Transformers",)
        await press(pilot, "u")
        assert _mark(stored, 0).tags == ("todo",)
        assert _mark(stored, 1).tags == ("todo", "Transformers")


async def test_enter_on_a_tag_adds_it(stored: House) -> None:
    stored.library.add(stored.stand_in.papers[:2], NOW)
    _elsewhere(stored).tag([stored.stand_in.papers[1].id], ["todo"], [])
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "t", "down", "enter")
        assert _mark(stored).tags == ("todo",)


async def test_tags_are_renamed_merged_and_deleted(stored: House) -> None:
    papers = [paper.id for paper in stored.stand_in.papers]
    stored.library.add(stored.stand_in.papers[:3], NOW)
    other = _elsewhere(stored)
    other.tag(papers[:2], ["nlp"], [])
    other.tag(papers[2:3], ["language"], [])
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "t", "down", "r")
        assert "New name for “nlp” on all bookmarks." in shown(pilot.app)
        await press(pilot, "escape")
        assert pilot.app.screen.query_one(Input).value == ""
        await press(pilot, "down", "r", *["backspace"] * 3, *"language", "enter")
        assert "Merged “nlp” into “language” on 2 papers." in shown(pilot.app)
        assert [_mark(stored, place).tags for place in range(3)] == [("language",)] * 3
        await press(pilot, "down", "d")
        assert "Removed “language” from 3 papers." in shown(pilot.app)
        assert [_mark(stored, place).tags for place in range(3)] == [()] * 3
        await press(pilot, "escape", "u", "u")
        assert [_mark(stored, place).tags for place in range(3)] == [("nlp",), ("nlp",), ("language",)]


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (200, 60)])
async def test_many_tags_leave_space_for_the_keys(stored: House, size: tuple[int, int]) -> None:
    stored.library.add(stored.stand_in.papers[:1], NOW)
    _elsewhere(stored).tag([stored.stand_in.papers[0].id], [f"tag-{number}" for number in range(80)], [])
    async with stored.app().run_test(size=size) as pilot:
        await rest(pilot)
        for key, words in (("t", "Esc cancel"), ("C", "Esc close"), ("H", "Esc close")):
            await press(pilot, key)
            assert words in shown(pilot.app), key
            await press(pilot, "escape")


async def test_escape_in_the_dialog_changes_nothing(stored: House) -> None:
    async with stored.app().run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        await press(pilot, "t", *"todo", "escape")
        assert not stored.library.ids()
        await press(pilot, "t", "enter")
        assert not stored.library.ids()


# --- notes -----------------------------------------------------------------------------------------


async def test_a_note_is_written_shown_and_undone(stored: House) -> None:
    async with stored.app().run_test(size=(140, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "b", "a", *"Compare with")
        await press(pilot, "enter", "space", *"table 2", "ctrl+s")
        assert _mark(stored).note == "Compare with\n table 2"
        text = shown(pilot.app)
        assert "Your note" in text
        assert "Compare with" in text
        assert "✎" in lines(pilot.app)[3]
        await press(pilot, "u")
        assert _mark(stored).note == ""


async def test_escape_and_quit_save_the_note(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "a", *"One", "escape")
        assert _mark(stored).note == "One"
        await press(pilot, "a", "escape")
        assert len(_elsewhere(stored).log(10)) == 1, "opening a note changes nothing"
        await press(pilot, "a", *" two")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: _mark(stored).note == "One two")
    assert not pilot.app.is_running


async def test_a_note_that_cannot_be_saved_stays_open(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "b", "a", *"Dear")
        kept = (stored.home / "bookmarks.json").read_bytes()
        (stored.home / "bookmarks.json").write_text('{"meta": {"1": {"schema": 999}}, "bookmarks": {}}', "utf-8")
        await press(pilot, "escape")
        assert pilot.app.screen.query_one(TextArea).text == "Dear"
        assert "999" in shown(pilot.app)
        (stored.home / "bookmarks.json").write_bytes(kept)
        await press(pilot, "escape")
        assert _mark(stored).note == "Dear"


async def test_an_editor_needs_a_terminal(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "a", *"Dear", "ctrl+g")
        assert "cannot run an editor" in shown(pilot.app)
        assert pilot.app.screen.query_one(TextArea).text == "Dear"


# --- state and rating ------------------------------------------------------------------------------


async def test_state_and_rating(stored: House) -> None:
    async with stored.app().run_test(size=(140, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "S")
        assert _mark(stored).state == "reading"
        assert "reading" in lines(pilot.app)[3]
        await press(pilot, "S")
        assert _mark(stored).state == "read"
        await press(pilot, "asterisk", "4")
        assert _mark(stored).rating == 4
        assert "4/5" in lines(pilot.app)[3]
        assert "4 of 5" in shown(pilot.app)
        await press(pilot, "asterisk", "down", "down", "enter")
        assert _mark(stored).rating is None
        await press(pilot, "asterisk", "escape")
        await press(pilot, "u")
        assert _mark(stored).rating == 4


async def test_the_library_is_sorted_and_filtered(stored: House) -> None:
    papers = [paper.id for paper in stored.stand_in.papers]
    stored.library.add(stored.stand_in.papers[:3], NOW)
    other = _elsewhere(stored)
    other.rate(papers[1:2], 5)
    other.rate(papers[2:3], 2)
    other.set_state(papers[2:3], "reading")
    other.tag(papers[:1], ["todo"], [])
    async with stored.app("library").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "s", "r")
        assert "by rating" in lines(pilot.app)[1]
        assert "Diffusion Language Models" in lines(pilot.app)[2]
        await press(pilot, "s", "e")
        assert "A Survey of Agents" in lines(pilot.app)[2]
        await press(pilot, "f", "g")
        assert "reading only" in lines(pilot.app)[1]
        assert len(titles(pilot.app)) == 1
        await press(pilot, "1")
        assert "5 papers" in lines(pilot.app)[1]


async def test_search_filters_see_new_tags_ratings_and_states(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"sparse", "enter")
        await press(pilot, "t", *"todo", "enter", "asterisk", "3", "escape", "escape")
        for query in ("tag:todo", "rating:3 ", "state:to-read"):
            await press(pilot, "slash", *query)
            assert "1 of 5" in lines(pilot.app)[1], query
            await press(pilot, "escape", "escape")


# --- undo and redo --------------------------------------------------------------------------------


async def test_undo_works_after_a_restart(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "u")
        assert "Nothing to undo." in shown(pilot.app)
        await press(pilot, "space", "space", "t", *"todo", "enter")
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "u")
        assert "Undone: " in shown(pilot.app)
        assert "todo" in shown(pilot.app)
        assert not stored.library.ids()
        await press(pilot, "ctrl+r")
        assert _mark(stored, 1).tags == ("todo",)
        await press(pilot, "ctrl+r")
        assert "Nothing to redo." in shown(pilot.app)


async def test_history_lists_the_changes(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "H")
        assert "No changes yet." in shown(pilot.app)
        await press(pilot, "escape", "b", "t", *"todo", "enter", "H")
        assert "bookmark" in shown(pilot.app)
        assert "todo" in shown(pilot.app)
        await press(pilot, "u")
        assert "Undone: " in shown(pilot.app)
        assert _mark(stored).tags == ()
        await press(pilot, "ctrl+r", "escape")
        assert _mark(stored).tags == ("todo",)


# --- collections -----------------------------------------------------------------------------------


async def test_a_search_is_saved_and_opened_from_any_tab(stored: House) -> None:
    stored.library.add(stored.stand_in.papers[:3], NOW)
    _elsewhere(stored).tag([stored.stand_in.papers[1].id], ["todo"], [])
    async with stored.app("library").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"tag:todo", "enter", "C", *"Mine", "enter")
        assert "Saved “Mine”." in shown(pilot.app)
        await press(pilot, "escape", "escape", "1", "C")
        await press(pilot, "enter")
        assert papers(pilot.app).state.feed.name == FeedName("library")
        assert search_text(pilot.app) == "tag:todo"
        assert len(titles(pilot.app)) == 1
        await press(pilot, "C", "down", "d")
        assert "Deleted “Mine”." in shown(pilot.app)
        await press(pilot, "d")
        assert "Only collections you saved can be deleted." in shown(pilot.app)
        await press(pilot, "escape", "u")
        assert _elsewhere(stored).collections() == {"Mine": "tag:todo"}


# --- two windows -----------------------------------------------------------------------------------


async def test_changes_of_another_window_are_shown_and_the_cursor_stays(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "j", "j")
        other = _elsewhere(stored)
        other.keep(stored.stand_in.papers[:2])
        await appears(pilot, "★ Diffusion Language Models")
        assert "★ Sparse Attention at Scale" in shown(pilot.app)
        other.tag([stored.stand_in.papers[0].id], ["todo"], [])
        await appears(pilot, "#todo")
        assert papers(pilot.app).cursor == 2
        await press(pilot, "6", "j")
        assert papers(pilot.app).paper == stored.stand_in.papers[1]
        other.keep(stored.stand_in.papers[2:4])
        await appears(pilot, "★ Robots That Read")
        paper = papers(pilot.app).paper
        assert paper is not None
        assert paper.id == stored.stand_in.papers[1].id
        other.release([paper.id])
        await appears(pilot, "★ Library 3")
        other.keep(stored.stand_in.papers[4:])
        await appears(pilot, "★ On ")
        now = papers(pilot.app).paper
        assert now is not None
        assert now.id == paper.id, "no row vanishes under the cursor"


async def test_new_papers_of_the_library_appear_after_the_search(stored: House) -> None:
    stored.library.add(stored.stand_in.papers[:2], NOW)
    async with stored.app("library").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"models", "enter")
        _elsewhere(stored).keep(stored.stand_in.papers[2:3])
        await appears(pilot, "★ Library 3")
        assert search_text(pilot.app) == "models"
        assert len(titles(pilot.app)) == 1
        await press(pilot, "escape", "escape")
        assert "A Survey of Agents" in shown(pilot.app)


# --- hostile text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [("t",), ("t", "down", "r"), ("a",), ("enter",), ("C",), ("H",), ("space", "t")])
async def test_hostile_tags_and_notes_are_harmless(stored: House, keys: tuple[str, ...]) -> None:
    stored.library.add(stored.stand_in.papers[:2], NOW)
    other = _elsewhere(stored)
    id_ = stored.stand_in.papers[0].id
    other.tag([id_], [EVIL, "[/]", "[@click=app.quit]x[/]"], [])
    other.note(id_, f"{EVIL}\n[bold]{EVIL}")
    other.save_collection(EVIL, "tag:[/]")
    async with stored.app("library").run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "G", *keys)
        text = shown(pilot.app)
        assert not FORBIDDEN.findall(text)
        assert pilot.app.is_running
        if keys in {("t",), ("enter",)}:
            assert "[@click=app.quit]x[/]" in text


async def test_a_pasted_escape_sequence_is_harmless(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "a")
        pilot.app.post_message(events.Paste("a\x1b[31mb\x9b2Jc"))
        await rest(pilot)
        assert not FORBIDDEN.findall(shown(pilot.app))
        assert pilot.app.screen.query_one(TextArea).text == "abc"


async def test_an_unreadable_library_is_reported_once(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "b")
        (stored.home / "bookmarks.json").write_text('{"meta": {"1": {"schema": 999}}, "bookmarks": {}}', "utf-8")
        await appears(pilot, "999")
        await press(pilot, "escape")
        await pilot.pause(1.2)  # at least one more check, except on a slow machine, where this shows less
        assert notice(pilot.app) == ""
        assert "★ Sparse" in shown(pilot.app)
