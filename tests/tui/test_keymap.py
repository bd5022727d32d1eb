import pytest

from papertui.errors import SettingsError
from papertui.tui.keymap import ACTIONS, bindings, chosen_keys, setting_name, shown_keys
from papertui.tui.palette import fits
from papertui.tui.screens.browse import Browse


def test_every_action_can_be_done() -> None:
    for action in ACTIONS:
        assert callable(getattr(Browse, f"action_{action.name.split('(', maxsplit=1)[0]}"))


def test_no_key_is_given_twice_and_none_that_terminals_cannot_tell() -> None:
    keys = [key for action in ACTIONS for key in action.keys.split(",")]
    assert len(keys) == len(set(keys))
    assert not {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+v"} & set(keys)
    assert not [key for key in keys if key.startswith("ctrl+") and key[-1].isupper()]


def test_the_keys_of_the_contract() -> None:
    keys = {setting_name(action): action.keys for action in ACTIONS}
    assert keys["down"] == "j,down"
    assert keys["search"] == "slash"
    assert (keys["bookmark"], keys["mark_read"], keys["copy_link"]) == ("b", "r", "y")
    assert (keys["refresh"], keys["help"], keys["palette"]) == ("R", "question_mark", "ctrl+p")
    library = ("bookmark", "tags", "note", "export", "copy_bibtex", "undo", "redo", "select")
    assert [keys[name] for name in library] == ["b", "t", "a", "e", "Y", "u", "ctrl+r", "space"]
    assert len(bindings()) == len(ACTIONS)


def test_choices_go_over_the_defaults() -> None:
    assert chosen_keys({"bookmark": "B,Q"})["bookmark"] == "B,Q"
    assert chosen_keys({})["sort"] == "s"


@pytest.mark.parametrize(("choices", "told"), [({"fly": "x"}, "no action"), ({"sort": "b"}, "both")])
def test_a_wrong_choice_is_told(choices: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        chosen_keys(choices)


def test_keys_as_readers_write_them() -> None:
    assert shown_keys("pagedown,ctrl+f") == "PgDn  Ctrl+f"
    assert shown_keys("left_square_bracket") == "["


def test_the_palette_finds_by_the_beginnings_of_words() -> None:
    assert fits("book", "Bookmark, or remove the bookmark")
    assert fits("rem book", "Bookmark, or remove the bookmark")
    assert not fits("ookmark", "Bookmark")
    assert fits("", "Anything")
