"""``[sync]``, read and written."""

from pathlib import Path

import pytest

from papertui.errors import SettingsError
from papertui.settings import Settings, SyncSettings
from papertui.settings.edit import SettingsFile
from papertui.settings.toml_file import as_toml, load, parse

SECRET = "https://me:s3cret@example.org/papers.git"


def test_the_table_is_read() -> None:
    assert parse('[sync]\nremote = "/media/stick/x.git"\nauto = true').sync == SyncSettings(
        "/media/stick/x.git", auto=True
    )
    assert parse("[sync]\n").sync == SyncSettings()


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("[sync]\nremotes = 1", 2, "unknown setting “remotes” in [sync]. Allowed: remote, auto"),
        ("[sync]\nremote = 1", 2, "“remote” must be a folder or the URL of a git repository"),
        ('[sync]\n\nremote = "ext::sh -c x"', 3, "“remote”: “ext::sh -c x” is refused"),
        ('[sync]\nremote = "x"\nauto = "yes"', 3, "“auto” must be true or false"),
        ("sync = 1", 1, "“sync” must be a table"),
    ],
)
def test_invalid_sync_settings_report_their_line(text: str, line: int, expected: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse(text, "here.toml")
    assert str(raised.value).startswith(f"here.toml, line {line}: {expected}")


def test_writing_the_table_changes_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('# mine\n[app]\ntheme = "ink"  # dark\n', encoding="utf-8")
    path.chmod(0o640)
    file = SettingsFile(path)
    assert file.sync_with("/media/x.git", auto=True).sync == SyncSettings("/media/x.git", auto=True)
    assert file.sync_with("/media/y.git", auto=None).sync == SyncSettings("/media/y.git", auto=True)
    text = path.read_text(encoding="utf-8")
    assert text.startswith('# mine\n[app]\ntheme = "ink"  # dark\n')
    assert load(path).sync == SyncSettings("/media/y.git", auto=True)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_password_makes_the_file_private_and_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.touch(mode=0o644)
    SettingsFile(path).sync_with(SECRET, auto=None)
    assert path.stat().st_mode & 0o777 == 0o600
    shown = as_toml(load(path))
    assert "s3cret" not in shown
    assert 'remote = "https://***@example.org/papers.git"' in shown


def test_as_toml_is_read_back() -> None:
    settings = Settings(sync=SyncSettings("git@example.org:x.git", auto=True))
    assert parse(as_toml(settings)) == settings
    assert parse(as_toml(Settings())) == Settings()
