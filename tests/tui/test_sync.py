"""Syncing the library from the app."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from kit.machines import Clock, git
from kit.papers import plain
from kit.sync import syncing
from papertui.library.bookmarks import Library
from papertui.settings import Settings, SyncSettings
from papertui.settings.edit import SettingsFile
from tui.conftest import House
from tui.screen import appears, last_notice, lines, notice, papers, press, rest, shown, until


def other_machine(tmp_path: Path, remote: Path) -> Library:
    """Return the library of another machine, after it synced with `remote`, which has one bookmark."""
    home = tmp_path / "other"
    library = Library(home / "bookmarks.json", home / "backups")
    library.add([plain(77)], Clock()())
    SettingsFile(home / "settings.toml").sync_with(str(remote), auto=None)
    return library


def settings(remote: Path | str) -> Settings:
    return Settings(refresh=False, sync=SyncSettings(str(remote)))


def kept(pilot: Pilot[None]) -> set[str]:
    return set(papers(pilot.app).state.kept)


async def test_a_sync_sends_and_receives_and_undo_goes_on(stored: House, tmp_path: Path) -> None:
    remote = tmp_path / "papers.git"
    library = other_machine(tmp_path, remote)
    await syncing(library, tmp_path / "other", Clock()).setup(str(remote))
    async with stored.app(settings=settings(remote)).run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "b", "U")
        assert last_notice(pilot.app).endswith(" sent, 1 bookmark changed here, 2 bookmarks in total.")
        assert kept(pilot) == {"2604.00077", "2604.00001"}
        await press(pilot, "u", "u")
        assert "2604.00001" not in kept(pilot)
        await press(pilot, "U")
        assert "Synced: " in last_notice(pilot.app)
    assert int(git(remote, "rev-list", "--count", "papertui")) >= 3


async def test_without_a_setup_one_sentence_says_how(stored: House) -> None:
    async with stored.app().run_test(size=(120, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "U")
        assert notice(pilot.app).startswith("Sync is not set up. Run “papertui sync setup REMOTE”")
        assert "sync" not in lines(pilot.app)[0]


async def test_a_setup_in_another_terminal_is_noticed(stored: House, tmp_path: Path) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await syncing(stored.library, stored.home, Clock()).setup(str(tmp_path / "papers.git"))
        await press(pilot, "U")
        assert last_notice(pilot.app) == "Synced: nothing to send, nothing received, 0 bookmarks in total."


async def test_a_failure_is_a_sentence_and_stays_in_the_status(stored: House, tmp_path: Path) -> None:
    remote = tmp_path / "papers.git"
    await syncing(stored.library, stored.home, Clock()).setup(str(remote))
    remote.rename(tmp_path / "unplugged.git")
    async with stored.app(settings=settings(remote)).run_test(size=(120, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "b", "U")
        assert "cannot be reached" in notice(pilot.app)
        assert "1 change waits here." in notice(pilot.app)
        assert "sync failed" in lines(pilot.app)[0]
        await press(pilot, "escape", "ctrl+p", *"sync status")
        assert "Show the sync status (sync failed)" in shown(pilot.app)
        await press(pilot, "enter")
        await appears(pilot, "1 change to send. The last sync failed.")
        (tmp_path / "unplugged.git").rename(remote)
        await press(pilot, "U")
        await until(pilot, lambda: notice(pilot.app).startswith("Synced: 1 change sent"))
        assert "sync failed" not in lines(pilot.app)[0]


@pytest.mark.slow
async def test_a_failed_sync_in_the_background_is_shown_at_the_start(stored: House, tmp_path: Path) -> None:
    service = syncing(stored.library, stored.home, Clock(), SyncSettings(str(tmp_path / "gone.git")))
    with pytest.raises(Exception, match="cannot be reached"):
        await service.sync(background=True)
    async with stored.app(settings=settings(tmp_path / "gone.git")).run_test(size=(120, 24)) as pilot:
        await until(pilot, lambda: "sync failed" in lines(pilot.app)[0])


async def test_without_the_network_nothing_is_synced(stored: House, tmp_path: Path) -> None:
    async with stored.app(offline=True, settings=settings(tmp_path / "gone.git")).run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "U")
        assert notice(pilot.app) == "papertui runs with --offline. Restart it without --offline to sync."
