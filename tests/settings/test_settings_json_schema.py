"""The JSON Schema of the settings agrees with how papertui reads them."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from papertui.errors import SettingsError
from papertui.settings import Settings
from papertui.settings.json_schema import KeySetting, settings_schema
from papertui.settings.schema import TABLES, InvalidSettingError, Setting, Table, read_settings
from papertui.settings.toml_file import as_toml, parse
from papertui.tui.key_presets import PRESETS
from papertui.tui.keymap import ACTIONS, READING_ACTIONS, TRIAGE_ACTIONS, setting_name

DOCS = Path(__file__).resolve().parents[2] / "docs"
KEYS = tuple(
    KeySetting(name, "", "") for name in {setting_name(one) for one in (*ACTIONS, *READING_ACTIONS, *TRIAGE_ACTIONS)}
)
SCHEMA = settings_schema((KeySetting("preset", "", "", tuple(filter(None, PRESETS))), *KEYS))
VALIDATOR = Draft202012Validator(SCHEMA)


def _places(text: str) -> list[tuple[Any, ...]]:
    """Where the schema refuses a settings file: the path of each wrong value or name."""
    places = set()
    for error in VALIDATOR.iter_errors(tomllib.loads(text)):
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            path = (*path, next(name for name in error.instance if name not in error.schema["properties"]))
        elif error.parent is None and error.validator == "dependentRequired":
            path = (*path, "password_command")
        if "propertyNames" in error.absolute_schema_path:
            path = (*path, error.instance)
        places.add(path)
    return sorted(places, key=str)


def _is_accepted(text: str) -> bool:
    assert _places(text) == []
    parse(text)
    return True


def test_the_schema_is_valid_and_every_setting_is_described() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for table in TABLES:
        for setting in table.settings:
            assert setting.type.schema, f"{table.name}.{setting.key} has no schema"
            assert _property(table, setting)["description"] == setting.meaning


def _property(table: Table, setting: Setting) -> Any:
    of_each = {"feeds.NAME": SCHEMA["$defs"]["feed"], "mute.feeds.NAME": SCHEMA["$defs"]["mute"]}
    found = of_each.get(table.name) or SCHEMA["properties"][table.name]
    return found["properties"][setting.key]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_defaults_match_their_own_schema(table: Table) -> None:
    for setting in table.settings:
        schema = _property(table, setting)
        default = table.default(setting)
        assert schema.get("default") == (list(default) if isinstance(default, tuple) else default)
        if default is not None:
            assert Draft202012Validator(schema).is_valid(schema["default"]), (table.name, setting.key)


def test_real_settings_files_are_accepted() -> None:
    assert _is_accepted("")
    assert _is_accepted(as_toml(Settings()))
    example = (DOCS / "settings-example.toml").read_text(encoding="utf-8")
    assert _is_accepted(example)
    shown = "\n".join(line.removeprefix("# ") if " = " in line else line for line in example.splitlines())
    tomllib.loads(shown)  # with the settings that the example has as comments
    assert _places(shown) == []


ACCEPTED = [
    '[app]\ntheme = "nord"\nfeed = "arxiv:cs.CL"\npdf_folder = "~/papers"\npdf_viewer = ["zathura", "{file}"]',
    '[app]\ntabs = ["trending", "mine"]\nprefetch = ["texts"]\n[feeds.mine]\narxiv = "cs.CL+cs.LG"\nevery = " 30 min "',
    '[feeds."Nature.1"]\nurl = "https://ada@example.org/feed"\npassword_command = "pass feed"\ngroups = ["a/b"]',
    '[mute]\nwords = ["a survey"]\ncategories = ["cs.CR", "econ", "cs.*"]\n[mute.feeds.trending]\nwords = ["x"]',
    '[mail]\nfrom = "papertui <a@example.org>"\nto = "a@b.org, c@d.org"\nurl = "SMTP://localhost"',
    '[mail]\npassword_command = ["pass", "mail"]\nunsubscribe = "mailto:a@b.org"',
    '[mail]\nto = ["a@b.org", "c@d.org"]\nunsubscribe = "https://example.org/out"',
    '[hooks]\ntimeout = 3\nread = []\nrefresh = ["say", ""]\n[sync]\nremote = ""\nauto = true',
    '[foryou]\nmute = ["author:Ada Lovelace"]\nexplore = 0.5\ndays = 0\n[keys]\npreset = "vim"\nbookmark = "b, space"',
    '[digest]\nperiod = "week"\ntop = 100\nfeeds = ["library"]\ntemplates = "my templates"\nsend_empty = false',
    *(f'[feeds.x]\narxiv = "cs.CL"\nevery = "{text}"' for text in ("5 min", "0005m", "300m", "9999 m", "1h", "0001 d")),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_papertui_accepts_the_schema_accepts(text: str) -> None:
    assert _is_accepted(text)


REFUSED = [
    '[app]\nsigns = "ansi"',
    "[app]\ntheme = 3",
    '[app]\ncompact = "yes"',
    '[app]\ntehme = "ink"',
    "[ap]\nx = 1",
    'theme = "ink"',
    "app = 3",
    '[app]\nprefetch = ["all"]',
    '[app]\npdf_folder = "papers"',
    '[app]\ntabs = ["a", "a"]',
    '[app]\npdf_viewer = "zathura"',
    '[app]\npdf_viewer = [""]',
    '[app]\nfeed = " "',
    "[app]\ntabs = [1]",
    '[feeds.last]\narxiv = "cs.CL"',
    '[feeds."a b"]\narxiv = "cs.CL"',
    '[feeds.x]\ntitle = "X"',
    '[feeds.x]\narxiv = "cs.CL"\nauthor = "Ada"',
    '[feeds.x]\narxiv = " "',
    '[feeds.x]\narxiv = "cs.CL"\nevery = "4 min"',
    '[feeds.x]\narxiv = "cs.CL"\nevery = "0 h"',
    '[feeds.x]\narxiv = "cs.CL"\nevery = "1 week"',
    '[feeds.x]\narxiv = "cs.CL"\nhidden = "no"',
    '[feeds.x]\narxiv = "cs.CL"\ngroups = "Journals"',
    '[mute]\nwords = "survey"',
    '[mute]\ncategories = ["cs/CR"]',
    '[mute]\nword = ["x"]',
    "[mute.feeds.trending]\nx = 1",
    "[foryou]\nexplore = 0.6",
    "[foryou]\ndays = -1",
    "[foryou]\ndays = true",
    "[hooks]\ntimeout = 0",
    '[hooks]\nread = "notify-send"',
    "[digest]\ntop = 0",
    "[digest]\ntop = 101",
    '[digest]\nperiod = "month"',
    '[mail]\nfrom = "ada"',
    "[mail]\nto = [3]",
    '[mail]\nurl = "https://example.org"',
    "[mail]\npassword_command = []",
    '[mail]\nunsubscribe = "http://example.org"',
    "[sync]\nauto = 1",
    "[sync]\nremote = []",
    "[keys]\nbookmark = 3",
    '[keys]\nbookmark = "b,"',
    '[keys]\nbookmark = ""',
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_papertui_refuses_the_schema_refuses_in_the_same_place(text: str) -> None:
    with pytest.raises(InvalidSettingError) as refused:
        read_settings(tomllib.loads(text))
    assert {place[: len(refused.value.path)] for place in _places(text)} == {refused.value.path}


#: What depends on other settings, on files, or on what a name means.
BEYOND = [
    '[app]\ntheme = "no-such-theme"', '[app]\nfeed = "nonsense"', '[app]\ntabs = ["nonsense"]',
    '[digest]\nfeeds = ["archive"]', '[mute.feeds.nonsense]\nwords = ["x"]', '[mail]\nto = ["a@b@c"]',
    '[feeds.x]\narxiv = "cs.CL"\n[feeds.y]\narxiv = "cs.CL"', '[feeds.x]\narxiv = "no category!"',
]  # fmt: skip


@pytest.mark.parametrize("text", BEYOND)
def test_what_only_papertui_can_check(text: str) -> None:
    """The documentation says so. A text that moves to `REFUSED` makes the schema better."""
    assert _places(text) == []
    with pytest.raises(SettingsError):
        parse(text)


def test_the_app_checks_the_names_of_keys_and_so_does_the_schema() -> None:
    assert _places('[keys]\nbokmark = "b"') == [("keys", "bokmark")]
    assert _places('[keys]\npreset = "vi"') == [("keys", "preset")]


def test_the_schema_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
