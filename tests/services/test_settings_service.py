"""Settings, changed one at a time in the file."""

import stat
from pathlib import Path

import pytest

from papertui.errors import SettingsError, StoreError, UsageError
from papertui.services.settings import TABLES, SettingsService, SettingState, value_words
from papertui.settings import Settings
from papertui.settings.edit import ChangedMeanwhileError
from papertui.settings.toml_file import load

FILE = """\
# my settings
[app]
theme = "nord"  # calm
compact = true

[mail]
url = "smtp://ada:secret@mail.example.org:587"
"""


def service_over(path: Path, text: str | None = None, **environ: str) -> SettingsService:
    if text is not None:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    service = SettingsService(path, Settings(), environ)
    service.read()
    return service


def state_of(service: SettingsService, table: str, key: str) -> SettingState:
    return next(state for state in service.states() if state.path == (table, key))


def test_every_setting_of_the_tables_is_there(tmp_path: Path) -> None:
    states = service_over(tmp_path / "settings.toml").states()
    assert len(states) == sum(len(table.settings) for table in TABLES)
    assert all(state.setting.meaning and state.kind_words and not state.is_set for state in states)
    assert all(state.value == state.default for state in states)


def test_a_change_keeps_comments_and_what_others_wrote_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    service = service_over(path, FILE)
    path.write_text(FILE + '\n[digest]\ntop = 3  # "few"\n', encoding="utf-8")  # an editor, meanwhile
    settings = service.set(state_of(service, "app", "compact"), value=False)
    assert path.read_text(encoding="utf-8") == (
        FILE.replace("compact = true", "compact = false") + '\n[digest]\ntop = 3  # "few"\n'
    )
    assert settings.digest.top == 3
    assert not settings.compact


def test_a_setting_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    service = service_over(path, FILE)
    state = state_of(service, "app", "theme")
    path.write_text(FILE.replace("nord", "dracula"), encoding="utf-8")
    with pytest.raises(ChangedMeanwhileError, match=r"“theme” was changed in .* meanwhile, so nothing was written"):
        service.set(state, "ink")
    assert state_of(service, "app", "theme").value == "dracula", "the new value is shown"
    service.set(state_of(service, "app", "theme"), "ink")
    assert load(path).theme == "ink"


def test_a_reset_removes_the_setting(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    service = service_over(path, FILE)
    state = state_of(service, "app", "theme")
    assert (state.value, state.default, state.is_set) == ("nord", "auto", True)
    service.set(state, None)
    assert path.read_text(encoding="utf-8") == FILE.replace('theme = "nord"  # calm\n', "")
    assert not state_of(service, "app", "theme").is_set


@pytest.mark.parametrize(
    ("table", "key", "text", "value"),
    [
        ("digest", "top", "12", 12),
        ("hooks", "timeout", "2.5", 2.5),
        ("app", "compact", "on", True),
        ("app", "prefetch", "daily, texts", ("daily", "texts")),
        ("app", "pdf_viewer", "zathura '{file}' --fork", ("zathura", "{file}", "--fork")),
        ("mute", "authors", "Ada Lovelace, C. Babbage", ("Ada Lovelace", "C. Babbage")),
        ("mail", "to", "ada@example.org,bob@example.org", ("ada@example.org", "bob@example.org")),
        ("app", "pdf_folder", "  ", None),
    ],
)
def test_typed_values_are_stored_as_they_are_shown(
    table: str, key: str, text: str, value: object, tmp_path: Path
) -> None:
    service = service_over(tmp_path / "settings.toml")
    parsed = service.parsed(state_of(service, table, key), text)
    assert parsed == value
    service.set(state_of(service, table, key), parsed)
    state = state_of(service, table, key)
    shown = value_words(state.value, state.setting.type.kind)
    assert service.parsed(state, shown) == (state.value if shown else None)
    if value is not None:
        assert state.value == value


@pytest.mark.parametrize(
    ("table", "key", "text", "sentence"),
    [
        ("digest", "top", "many", "“top” must be an integer from 1 to 100."),
        ("digest", "top", "101", "“top” must be an integer from 1 to 100."),
        ("app", "feed", "nowhere", "“feed” must be"),
        ("app", "prefetch", "daily, all", "“prefetch” must be a list of"),
        ("app", "pdf_folder", "papers", "“pdf_folder” must be the full path of a folder"),
        ("app", "pdf_viewer", "zathura '", "a closing quotation mark is missing."),
        ("mail", "from", "ada", "“from”: "),
        ("digest", "feeds", "archive", "“archive” cannot be a section of a digest"),
        ("app", "compact", "perhaps", "“compact” must be true or false."),
    ],
)
def test_a_wrong_value_is_one_sentence(table: str, key: str, text: str, sentence: str, tmp_path: Path) -> None:
    service = service_over(tmp_path / "settings.toml")
    with pytest.raises(UsageError) as caught:
        service.parsed(state_of(service, table, key), text)
    assert sentence in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_password_is_neither_shown_nor_lost(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    service = service_over(path, FILE)
    state = state_of(service, "mail", "url")
    assert "secret" not in repr(state)
    assert service.set(state, state.value).mail.server is not None, "nothing changed"
    assert path.read_text(encoding="utf-8") == FILE
    with pytest.raises(SettingsError, match="Type the whole address with its password"):
        service.set(state, "smtp://ada@mail.example.org:25")
    assert path.read_text(encoding="utf-8") == FILE
    service.set(state, "smtp://bob@mail.example.org:25")
    assert "secret" not in path.read_text(encoding="utf-8")


def test_a_new_password_makes_the_file_private(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[app]\n", encoding="utf-8")
    path.chmod(0o644)
    service = service_over(path)
    service.set(state_of(service, "mail", "url"), "smtp://ada:secret@mail.example.org")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "secret" not in repr(service.states())


def test_variables_that_override_are_named(tmp_path: Path) -> None:
    service = service_over(tmp_path / "settings.toml", PAPERTUI_MAIL_TO="ada@example.org")
    assert state_of(service, "mail", "to").overridden == "PAPERTUI_MAIL_TO"
    assert state_of(service, "mail", "from").overridden == ""


def test_keys_are_set_and_reset(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    service = service_over(path, '[keys]\nsearch = "f"\n')
    service.set_keys({"bookmark": "B", "search": None})
    assert dict(load(path).keys) == {"bookmark": "B"}
    assert service.is_key_set("bookmark")
    assert not service.is_key_set("search")


def test_a_damaged_file_is_reported_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    service = service_over(path, FILE)
    path.write_text("[app\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="line 1"):
        service.read()
    assert service.settings.theme == "nord", "the settings in force stay"
    with pytest.raises(SettingsError, match="line 1"):
        service.set(state_of(service, "app", "theme"), "ink")
    assert path.read_text(encoding="utf-8") == "[app\n"


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    service = SettingsService(tmp_path / "file" / "settings.toml", Settings(), {})
    with pytest.raises((StoreError, SettingsError)) as caught:
        service.set(state_of(service, "app", "theme"), "ink")
    assert "settings.toml" in str(caught.value)
