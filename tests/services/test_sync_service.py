"""Setup and status of sync."""

from pathlib import Path

import pytest

from kit.machines import Clock, git
from kit.papers import plain
from kit.sync import syncing
from papertui.errors import SettingsError, SourceError, UsageError
from papertui.library.bookmarks import Library
from papertui.settings import SyncSettings
from papertui.settings.toml_file import load
from papertui.sync.service import SyncService


def machine(home: Path, syncs: SyncSettings | None = None) -> tuple[Library, SyncService]:
    library = Library(home / "bookmarks.json", home / "backups")
    return library, syncing(library, home, Clock(), syncs)


async def test_one_command_sets_up_and_syncs(tmp_path: Path) -> None:
    library, services = machine(tmp_path)
    library.add([plain(1)], Clock()())
    with pytest.raises(SettingsError, match="Sync is not set up"):
        await services.sync()
    assert (await services.status()).remote is None
    found = await services.setup(str(tmp_path / "papers.git"), auto=True)
    assert (found.made, found.done.sent, found.shown) == (True, 1, str(tmp_path / "papers.git"))
    assert load(tmp_path / "settings.toml").sync == SyncSettings(str(tmp_path / "papers.git"), auto=True)
    assert (await services.sync()).sent == 0
    status = await services.status()
    assert (status.state.waiting, status.state.ahead, status.state.failure) == (0, 0, "")
    assert git(tmp_path / "papers.git", "rev-list", "--count", "papertui") == "1"


@pytest.mark.slow
async def test_paths_are_stored_as_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, services = machine(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert (await services.setup("papers.git")).shown == str(tmp_path / "papers.git")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert (await services.setup("~/papers.git")).shown == str(tmp_path / "papers.git")
    with pytest.raises(UsageError, match=r"home folder in ~.* does not exist"):
        await services.setup("~nobody-of-that-name/papers.git")


async def test_an_unreachable_remote_is_set_up_and_changes_wait(tmp_path: Path) -> None:
    library, services = machine(tmp_path)
    for number in (1, 2):
        library.add([plain(number)], Clock()())
    with pytest.raises(SourceError) as raised:
        await services.setup("https://me:s3cret@127.0.0.1:9/papers.git")
    message = str(raised.value)
    assert message.startswith("https://***@127.0.0.1:9/papers.git cannot be reached (")
    assert message.endswith("2 changes wait here. The remote is set up. “papertui sync” tries again.")
    assert "s3cret" not in message
    assert load(tmp_path / "settings.toml").sync.remote == "https://me:s3cret@127.0.0.1:9/papers.git"
    assert (await services.status()).remote == "https://***@127.0.0.1:9/papers.git"


async def test_invalid_remotes_are_not_set_up(tmp_path: Path) -> None:
    _, services = machine(tmp_path)
    for text in ("-x", "ext::sh", str(tmp_path / "no" / "folder.git")):
        with pytest.raises(UsageError):
            await services.setup(text)
    assert not (tmp_path / "settings.toml").exists()
    assert (await services.status()).remote is None


async def test_before_the_first_sync_all_changes_wait(tmp_path: Path) -> None:
    library, services = machine(tmp_path, SyncSettings(str(tmp_path / "gone.git")))
    for number in (1, 2):
        library.add([plain(number)], Clock()())
    status = await services.status()
    assert (status.state.synced, status.state.waiting, status.state.ahead) == (None, 2, 0)
    with pytest.raises(SourceError, match="2 changes wait here"):
        await services.sync()
    (tmp_path / "sync" / "refs" / "heads" / "papertui").write_text("0")
    assert "damaged" in (await services.status()).state.failure
