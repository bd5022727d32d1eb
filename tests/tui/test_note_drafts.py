"""The draft of a note in the note dialog."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from papertui.services.note_drafts import NoteDrafts
from tui.conftest import NOW, House
from tui.screen import appears, is_on_main, last_notice, notice, press, rest, shown, until

pytestmark = pytest.mark.slow


def _files(house: House) -> list[Path]:
    return sorted((house.home / "drafts").glob("*.json"))


def _texts(house: House) -> list[str]:
    return [json.loads(path.read_text(encoding="utf-8"))["text"] for path in _files(house)]


def _area(pilot: Pilot[None]) -> TextArea:
    return pilot.app.screen.query_one(TextArea)


def _leave(house: House, text: str, note: str = "") -> None:
    """Leave a draft of the first paper, as a killed process does."""
    draft = NoteDrafts(house.home / "drafts", lambda: NOW).open(house.stand_in.papers[0].id)
    draft.save(text, note)
    assert draft._lock is not None
    draft._lock.release()


async def test_typed_text_is_a_draft_until_it_is_saved(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "a")
        assert _files(stored) == []
        await pilot.press(*"idea")
        await until(pilot, lambda: _texts(stored) == ["idea"])
        await pilot.press(*"s")
        await until(pilot, lambda: _texts(stored) == ["ideas"])
        await pilot.press(*["backspace"] * 5)
        await until(pilot, lambda: not _files(stored))  # as the stored note is, so nothing can be lost
        await pilot.press(*"idea")
        await until(pilot, lambda: _texts(stored) == ["idea"])
        await press(pilot, "escape")
        await until(pilot, lambda: is_on_main(pilot.app))
        assert list((stored.home / "drafts").iterdir()) == []
        assert [mark.note for mark in stored.library.all()] == ["idea"]


async def test_a_left_draft_is_the_text_of_the_next_dialog(stored: House) -> None:
    _leave(stored, "unsaved thought")
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await appears(pilot, f"The note on {stored.stand_in.papers[0].id} was not saved. a on that paper opens your")
        await press(pilot, "a")
        await appears(pilot, "This is your unsaved draft of 30 April")
        assert "Ctrl+r stored note" in shown(pilot.app)
        assert _area(pilot).text == "unsaved thought"
        await press(pilot, *"!", "escape")
        await until(pilot, lambda: is_on_main(pilot.app))
        assert [mark.note for mark in stored.library.all()] == ["unsaved thought!"]
        assert _files(stored) == []
        await press(pilot, "a")
        assert "unsaved draft" not in shown(pilot.app)


async def test_one_key_takes_the_stored_note_back(stored: House) -> None:
    service = stored.app()._main._annotations._service
    service.keep(stored.stand_in.papers[:1])
    service.note(stored.stand_in.papers[0].id, "stored note, changed since")
    _leave(stored, "unsaved thought", "stored note")
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "a")
        await appears(pilot, "The stored note has changed since then.")
        await press(pilot, "ctrl+r")
        assert _area(pilot).text == "stored note, changed since"
        await press(pilot, "ctrl+z")
        assert _area(pilot).text == "unsaved thought"
        await press(pilot, "ctrl+r")
        await until(pilot, lambda: not _files(stored))
        await press(pilot, "escape")
        await until(pilot, lambda: is_on_main(pilot.app))
        assert [mark.note for mark in stored.library.all()] == ["stored note, changed since"]
        assert len(stored.library.steps()) == 2, "nothing was changed"


async def test_a_draft_of_what_is_stored_is_not_offered(stored: House) -> None:
    _leave(stored, "  \n")
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "a")
        await until(pilot, lambda: not _files(stored))
        assert "unsaved draft" not in shown(pilot.app)
        assert _area(pilot).text == ""


async def test_drafts_that_cannot_be_written_do_not_stop_the_typing(stored: House) -> None:
    (stored.home / "drafts").write_bytes(b"not a folder")
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "a")
        await pilot.press(*"idea")
        await appears(pilot, "The draft of this note cannot be saved")
        pilot.app.screen.query_one("NoticeLine").dismiss()  # type: ignore[attr-defined]
        draft = pilot.app.screen._drafted  # type: ignore[attr-defined]
        await pilot.press(*"s!")
        await until(pilot, lambda: pilot.app.screen._drafted != draft)  # type: ignore[attr-defined]
        await rest(pilot)
        assert notice(pilot.app) == "", f"said twice: {last_notice(pilot.app)}"
        assert _area(pilot).text == "ideas!"
        await press(pilot, "escape")
        await until(pilot, lambda: is_on_main(pilot.app))
        assert [mark.note for mark in stored.library.all()] == ["ideas!"]


async def test_quitting_saves_the_note_and_leaves_no_draft(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "a", *"idea")
        await until(pilot, lambda: _texts(stored) == ["idea"])
        await pilot.app.action_quit()
    assert [mark.note for mark in stored.library.all()] == ["idea"]
    assert _files(stored) == []
