import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import SettingsError, UsageError
from papertui.model.feed import Follow
from papertui.paths import paths_under, platform_paths
from papertui.settings import SIGNS, THEMES, MuteSettings, Settings
from papertui.settings.schema import TABLES, Setting, Table
from papertui.settings.toml_file import as_toml, load, parse


def test_an_empty_file_is_the_defaults() -> None:
    assert parse("") == parse("[app]\n[keys]\n") == Settings()


def test_every_setting_is_read() -> None:
    text = """
        [app]
        theme = "paper-contrast"
        feed = "daily"
        compact = true
        signs = "ascii"
        [keys]
        bookmark = "b,space"
        view_1 = "f1"
    """
    keys = {"bookmark": "b,space", "view_1": "f1"}
    assert parse(text) == Settings("paper-contrast", "daily", compact=True, signs="ascii", keys=keys)


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (
            '[app]\ntheme = "pink"',
            2,
            '“theme” must be "ink", "paper", "ink-contrast", "paper-contrast", "ansi" or "auto"',
        ),
        ("[app]\n\n# a comment\ntheme = 3", 4, "“theme” must be"),
        ('[app]\nfeed = "nonsense"', 2, '“feed” must be "last" or the name of a feed'),
        ('[app]\nfeed = "daily:yesterday"', 2, "“feed” must be"),
        ('[app]\ncompact = "yes"', 2, "“compact” must be true or false"),
        ("[app]\ncompact = 1", 2, "“compact” must be true or false"),
        ('[app]\ntheme = "ink"\nsigns = [\n  "unicode",\n]\n', 3, "“signs” must be"),
        ('[app]\ntehme = "ink"', 2, "unknown setting “tehme” in [app]. Allowed: theme, feed, compact, signs"),
        ("[app]\nsub.theme = 1", 2, "unknown setting “sub” in [app]"),
        (
            'theme = "ink"',
            1,
            "It belongs in the table [app]. Allowed tables: [app], [digest], [feeds.NAME], [foryou], [hooks], [keys]",
        ),
        ('[app]\ntheme = "ink"\n\n[ap]\n', 4, "unknown table or setting “ap”"),
        ("\napp = 3", 2, "“app” must be a table"),
        ("[[app]]", 1, "“app” must be a table"),
        ('app = { theme = "ink", signs = "ansi" }', 1, "“signs” must be"),
        ('app.compact = false\napp.signs = ""', 2, "“signs” must be"),
        ("[keys]\nquit = 1", 2, "“quit” must be one or more keys"),
        ('[keys]\nquit = ""', 2, "“quit” must be one or more keys"),
        ('[keys]\nquit = "q,,w"', 2, "“quit” must be one or more keys"),
        ('[keys]\n"two words" = []', 2, "“two words” must be"),
        ('x = """\n[app]\ntheme = 1\n"""\n[app]\ntheme = 2', 1, "unknown table or setting “x”"),
        ('[app]\ntheme = """pi\nnk"""', 2, "“theme” must be"),
        ("[app]\ntheme = ink", 2, "Invalid value"),
        ("[app]\ntheme = 'ink", 2, "Settings are TOML"),
        ("[app]\n[app]", 2, "Cannot declare"),
        ("[app]\r\ncompact = 1\r\n", 2, "“compact” must be"),
        ("a = " + "[" * 5000, 1, "nested too deeply"),
    ],
)
def test_invalid_settings_report_line_and_allowed_values(text: str, line: int, expected: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse(text, "here.toml")
    sentence = str(raised.value)
    assert sentence.startswith(f"here.toml, line {line}: ")
    assert expected in sentence
    assert sentence.endswith(".")
    assert sentence.isprintable()


def test_file_encoding_and_read_errors(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xef\xbb\xbf[app]\r\ncompact = true\r\n")
    assert load(file) == Settings(compact=True)
    file.write_bytes(b"[app]\n# caf\xe9\n")
    with pytest.raises(SettingsError, match=r"settings\.toml, line 2: this is not UTF-8"):
        load(file)
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load(tmp_path)


@given(
    theme=st.sampled_from(THEMES),
    feed=st.sampled_from(["last", "daily", "weekly:2026-W18", 'hf-search:"quoted" \\ words', "hf-search:é\x7f\x01"]),
    compact=st.booleans(),
    signs=st.sampled_from(SIGNS),
    keys=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters=","), min_size=1).filter(str.strip),
    ),
)
def test_as_toml_is_read_back(theme: str, feed: str, compact: bool, signs: str, keys: dict[str, str]) -> None:
    settings = Settings(theme, feed, compact, signs, keys=keys)  # type: ignore[arg-type] # hypothesis knows strings only
    assert parse(as_toml(settings)) == settings


def test_as_toml_names_the_allowed_values() -> None:
    text = as_toml(Settings())
    assert tomllib.loads(text)["keys"] == {}
    for word in (*THEMES, *SIGNS, "last", "true or false"):
        assert word in text


_SET_BY_OTHER_TABLES = {"follows", "mute", "foryou", "hooks", "digest", "mail", "sync", "keys"}


def test_the_table_has_every_field_and_no_other() -> None:
    for table in TABLES:
        fields = set(table.holds._fields)
        fields -= _SET_BY_OTHER_TABLES if table.holds is Settings else set()
        fields -= {"key"} if table.holds is Follow else set()  # the name of the table
        fields -= {"feeds"} if table.holds is MuteSettings else set()  # tables with the names of feeds
        assert {setting.name for setting in table.settings} == fields, table.name
    assert {table.name for table in TABLES} >= _SET_BY_OTHER_TABLES - {"follows", "keys"}


@pytest.mark.parametrize(
    ("table", "setting"),
    [pytest.param(table, setting, id=f"{table.name}-{setting.key}") for table in TABLES for setting in table.settings],
)
def test_every_setting_rejects_wrong_types_and_accepts_its_default(table: Table, setting: Setting) -> None:
    with pytest.raises((ValueError, UsageError)):
        setting.type.read({"a": 1})
    default = table.default(setting)
    if default is not None:
        value = setting.type.read(list(default) if isinstance(default, tuple) else default)
        assert value == table.holds._field_defaults[setting.name]
    assert setting.meaning
    assert setting.meaning.isprintable()


def test_the_example_is_written_back() -> None:
    example = Path(__file__).parents[2] / "docs" / "settings-example.toml"
    settings = parse(example.read_text(encoding="utf-8"))
    assert parse(as_toml(settings)) == settings


def test_one_folder_holds_everything(tmp_path: Path) -> None:
    places = paths_under(tmp_path)
    assert places.settings == tmp_path / "settings.toml"
    assert places.bookmarks == tmp_path / "bookmarks.json"
    assert places.archive == tmp_path / "archive.db"
    assert places.sync == tmp_path / "sync"
    assert (places.backups, places.index_folder, places.cache) == (
        tmp_path / "backups",
        tmp_path / "index",
        tmp_path / "cache",
    )


def test_the_platforms_folders_are_separate() -> None:
    places = platform_paths()
    assert places.settings.name == "settings.toml"
    assert "papertui" in places.archive.parts
    assert places.cache.parent != places.archive.parent
