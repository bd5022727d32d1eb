"""Sentences name the keys that are in force, not the default ones."""

import asyncio
import re

import pytest

from papertui.digest.model import Failure
from papertui.digest.outbox import Ledger
from papertui.model.feed import Feed, FeedName
from papertui.settings import Settings
from papertui.tui.keymap import Keymap
from tui.conftest import NOW, House
from tui.screen import appears, last_notice, lines, notice, press, rest, shown

pytestmark = pytest.mark.slow

#: Every action that a sentence names, with a key that no action has by default.
KEYS = {
    "refresh": "f2",
    "undo": "f3",
    "bookmark": "f4",
    "read_all": "f5",
    "view_1": "f6",
    "filter": "f7",
    "earlier": "f8",
    "follow": "f9",
    "search": "f10",
    "online": "f11",
    "digest": "f12",
    "pdf": "ctrl+l",
    "read_paper": "ctrl+y",
    "back": "ctrl+g",
}
REMAPPED = Settings(refresh=False, keys=KEYS)
DEFAULTS = {key for action in KEYS for key in Keymap().names(action).split()}


def names(text: str, words: str) -> bool:
    """Whether `text` contains `words`, and no default key of a remapped action."""
    named = set(re.findall(r"[\w+/\[]+", text.replace("today's", "")))
    assert not named & DEFAULTS, text
    return words in " ".join(text.split())


async def test_the_check_finds_default_keys() -> None:
    assert names("f3 undoes this.", "f3 undoes")
    for sentence in ("u undoes this.", "Press / to search.", "Refresh (R) them.", "Esc cancels."):
        assert set(re.findall(r"[\w+/\[]+", sentence)) & DEFAULTS, sentence


async def test_notices(stored: House) -> None:
    async with stored.app(settings=REMAPPED).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        for keys, words in (
            (("f4", "f4"), "f3 undoes"),
            (("space", "space", "f4", "f4"), "f3 undoes"),
            (("f5",), "f5 reverts"),
            (("9",), "f9 adds"),
            (("f11",), "f11 searches"),
            (("a", "x", "ctrl+s", "a", "backspace", "ctrl+s"), "f3 undoes"),
        ):
            await press(pilot, *keys)
            assert names(last_notice(pilot.app), words), words


async def test_notices_about_feeds(house: House) -> None:
    async with house.app(offline=True, settings=REMAPPED).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert names(notice(pilot.app), "f2 to fetch")
    house.stand_in.goes_on = asyncio.Event()
    async with house.app(settings=REMAPPED).run_test(size=(120, 30)) as pilot:
        await appears(pilot, "fetching")
        await pilot.press("ctrl+g")
        await appears(pilot, "Refresh cancelled")
        assert names(last_notice(pilot.app), "f2 refreshes")


async def test_notices_about_mail_and_files(stored: House) -> None:
    stored.stand_in.goes_on = asyncio.Event()
    Ledger(stored.home / "mailed.db").note_failure(Failure(NOW, "day", "day:2026-04-30", "No server.", NOW.date()))
    async with stored.app(settings=REMAPPED).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert names(notice(pilot.app), "f12 shows the log of mails")
        await press(pilot, "ctrl+g")
        await pilot.press("ctrl+l")
        await appears(pilot, "Downloading the PDF")
        assert names(last_notice(pilot.app), "Ctrl+g cancels")
        await pilot.press("ctrl+g")
        await appears(pilot, "Download cancelled")


async def test_a_paper_without_full_text(stored: House) -> None:
    stored.stand_in.papers = ()
    async with stored.app(settings=REMAPPED).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "ctrl+y")
        assert "No full text available. Ctrl+l opens the PDF." in shown(pilot.app)


async def test_empty_lists(stored: House) -> None:
    async with stored.app(settings=REMAPPED).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        for keys, words in (
            (("6",), "f4 bookmarks"),
            (("f6", "f7", "u", "f5", "f2"), "f7 changes"),
            (("f10", *"zzqqxx"), "Ctrl+g"),
        ):
            await press(pilot, *keys)
            assert names("\n".join(line[:60] for line in lines(pilot.app)[2:-2]), words)
        assert "Ctrl+y go to list" in lines(pilot.app)[-1]
        assert "Ctrl+g back" in lines(pilot.app)[-1]


async def test_empty_feeds(house: House) -> None:
    house.stand_in.failing = True
    house.archive.keep_feed(Feed(FeedName("trending"), house.stand_in.papers, NOW, "huggingface"))
    for feed, words in (
        ("rising", "f2 fetches"),
        ("daily:2026-04-26", "f8 opens"),
        ("arxiv:cs.XX", "f2 refreshes"),
    ):
        async with house.app(feed, settings=REMAPPED).run_test(size=(120, 30)) as pilot:
            await rest(pilot)
            assert names("\n".join(line[:60] for line in lines(pilot.app)[2:-3]), words), feed


async def test_dialogs(stored: House) -> None:
    stored.library.add(stored.stand_in.papers[:2], NOW)
    library = stored.services(REMAPPED).library
    library.tag([paper.id for paper in stored.stand_in.papers[:2]], ["todo"])
    library.save_collection("Mine", "tag:todo")
    async with stored.app(settings=REMAPPED).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "C", "d")
        assert names(notice(pilot.app), "f3 on the main screen")
        await press(pilot, "escape", "t", "down", "d")
        assert names(notice(pilot.app), "f3 on the main screen")
    async with stored.app(demo=True, settings=REMAPPED).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "e", "enter")
        assert names(notice(pilot.app), "Refresh (f2) or bookmark (f4)")
