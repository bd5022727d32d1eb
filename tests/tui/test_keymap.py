import string

import pytest
from textual.keys import _character_to_key

from papertui.errors import SettingsError
from papertui.tui.bindings import bindings
from papertui.tui.keymap import ACTIONS, READING_ACTIONS, TRIAGE_ACTIONS, Keymap, key_name, setting_name, shown_keys
from papertui.tui.main_screen import MainScreen


def test_every_action_has_a_method() -> None:
    methods = {f"action_{action.name.partition('(')[0]}" for action in ACTIONS}
    assert [name for name in methods if not hasattr(MainScreen, name)] == []


def test_default_keys_are_unique_and_work_in_every_terminal() -> None:
    keys = [key for action in ACTIONS for key in action.keys.split(",")]
    assert len(keys) == len(set(keys))
    assert not {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+v"} & set(keys)
    assert not [key for key in keys if key.startswith("ctrl+") and key[-1].isupper()]


def test_default_keys() -> None:
    keys = {setting_name(action): action.keys for action in ACTIONS}
    assert keys["down"] == "j,down"
    assert keys["search"] == "slash"
    assert (keys["bookmark"], keys["mark_read"], keys["copy_link"]) == ("b", "r", "y")
    assert (keys["refresh"], keys["help"], keys["palette"]) == ("R", "question_mark", "ctrl+p")
    library = ("bookmark", "tags", "note", "export", "copy_bibtex", "undo", "redo", "select")
    assert [keys[name] for name in library] == ["b", "t", "a", "e", "Y", "u", "ctrl+r", "space"]
    assert len(bindings()) == len(ACTIONS)


def test_chosen_keys_override_the_defaults() -> None:
    keys = Keymap({"bookmark": "B,Q", "refresh": "f5"})
    assert keys.keys["bookmark"] == "B,Q"
    assert (keys.name("bookmark"), keys.names("bookmark")) == ("B", "B  Q")
    assert keys.name("sort") == "s"
    assert Keymap().name("refresh") == "R"


@pytest.mark.parametrize(("choices", "message"), [({"fly": "x"}, "not an action"), ({"sort": "b"}, "both")])
def test_invalid_keys_are_errors(choices: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Keymap(choices)


def test_keys_of_the_triage_give_way_to_chosen_keys() -> None:
    keys = Keymap({"down": "s", "sort": "j", "undo": "h", "previous_view": "left"})
    assert (keys.keys["triage_skip"], keys.keys["triage_previous"]) == ("", "left,backspace")
    with pytest.raises(SettingsError, match="triage_skip"):
        Keymap({"undo": "Q", "triage_skip": "Q"})
    names = {setting_name(action) for action in (*ACTIONS, *READING_ACTIONS, *TRIAGE_ACTIONS)}
    assert Keymap().keys.keys() == names


def test_formatted_keys() -> None:
    assert shown_keys("pagedown,ctrl+f") == "PgDn  Ctrl+f"
    assert shown_keys("left_square_bracket") == "["


def test_names_of_signs_are_those_of_textual() -> None:
    for sign in f"{string.punctuation}{string.ascii_letters}{string.digits} é£":
        assert key_name(sign) == _character_to_key(sign)


def test_keys_of_reading_give_way_to_chosen_keys() -> None:
    keys = Keymap({"bookmark": "O", "sort": "equals_sign"})
    assert keys.keys["page_outline"] == ""
    assert keys.reading["O",] == "bookmark"
    assert keys.reading["equals_sign",] == "page_columns", "no list is sorted while reading"
    assert keys.reading["slash",] == "search"
    assert ("1",) not in keys.reading


def test_keys_of_reading_work_in_every_terminal() -> None:
    keys = [key for action in READING_ACTIONS for key in action.keys.split(",")]
    assert len(keys) == len(set(keys))
    assert not [key for key in keys if key.startswith("ctrl+")]
