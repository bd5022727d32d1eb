"""Counts and sequences, without a screen."""

import pytest

from papertui.errors import SettingsError
from papertui.tui.key_presets import PRESETS
from papertui.tui.key_reader import COUNTED, KeyPress, KeyReader
from papertui.tui.keymap import ACTIONS, READING_ACTIONS, Keymap, setting_name, shown_key


def press(reader: KeyReader, keys: str) -> list[KeyPress]:
    return [reader.press(key) for key in keys.split()]


def kinds(reader: KeyReader, keys: str) -> str:
    return " ".join(one.kind for one in press(reader, keys))


def vim() -> KeyReader:
    return KeyReader(Keymap({"preset": "vim"}))


def test_a_digit_that_opens_a_tab_is_no_count() -> None:
    reader = KeyReader(Keymap())
    assert kinds(reader, "5 j 9 b") == "pass pass pass pass"
    assert not reader.is_pending


@pytest.mark.parametrize("keys", ["0 5 j", "alt+5 j", "infinity j", "0 0 5 j", "0 5 down"])
def test_zero_or_alt_with_a_digit_begins_a_count(keys: str) -> None:
    assert press(KeyReader(Keymap()), keys)[-1] == KeyPress("run", "down", 5)


@pytest.mark.parametrize(
    ("keys", "action", "count"),
    [
        ("5 j", "down", 5),
        ("1 2 G", "bottom", 12),
        ("1 0 k", "up", 10),
        ("2 ctrl+d", "half_down", 2),
        ("3 n", "next", 3),
        ("7 g g", "first", 7),
        ("2 g t", "next_view", 2),
        ("g g", "first", None),
        ("g T", "previous_view", None),
        ("g 3", "view_3", None),
        ("alt+3", "view_3", None),
        ("pound_sign", "view_3", None),
        ("4 g 3", "view_3", None),
        ("y y", "copy_link", None),
        ("1 2 3 4 5 6 j", "down", 3456),
        ("0 j", "down", None),
    ],
)
def test_keys_of_vim(keys: str, action: str | None, count: int | None) -> None:
    last = press(vim(), keys)[-1]
    assert (last.action or None, last.times) == (action, count)


def test_a_count_is_forgotten_by_an_action_that_takes_none() -> None:
    reader = vim()
    assert press(reader, "5 b") == [KeyPress("wait"), KeyPress("run", "bookmark")]
    assert kinds(reader, "j") == "pass"


def test_an_unknown_sequence_is_named_and_forgotten() -> None:
    reader = vim()
    assert press(reader, "g slash")[-1] == KeyPress("unknown", keys="g /")
    assert not reader.is_pending
    assert kinds(reader, "5 percent_sign") == "wait pass"


def test_pending_keys_and_what_may_follow() -> None:
    reader = vim()
    press(reader, "2 g")
    assert (reader.pending, reader.count) == ("2 g", 2)
    shown = {follower.key: follower.words for follower in reader.followers()}
    assert {"g", "t", "T", "1", "9"} == shown.keys() - {str(digit) for digit in range(2, 9)}
    assert shown["t"] == "next tab"
    assert reader.cancel()
    assert not reader.cancel()
    press(reader, "3")
    assert {"j", "k", "G", "n", "Ctrl+d"} <= {follower.key for follower in reader.followers()}
    reader.cancel()
    reader = KeyReader(Keymap({"preset": "emacs", "rate": "ctrl+x r s", "state": "ctrl+x r w"}))
    press(reader, "ctrl+x")
    more = [follower for follower in reader.followers() if follower.key == "r"]
    assert [(follower.action, follower.words) for follower in more] == [("", "more")]


@pytest.mark.parametrize("preset", list(filter(None, PRESETS)))
def test_presets_are_complete_and_free_of_conflicts(preset: str) -> None:
    keys = Keymap({"preset": preset})
    assert PRESETS[preset].keys.keys() <= {setting_name(action) for action in (*ACTIONS, *READING_ACTIONS)}
    assert all(keys.name(setting_name(action)).strip() for action in ACTIONS)
    single = {part for sequence in keys.actions for part in sequence}
    assert not {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+v"} & single
    assert not [key for key in single if key.startswith("ctrl+") and key[-1].isupper()]


def test_the_presets_do_as_the_programs_they_are_named_after() -> None:
    emacs, newsboat = Keymap({"preset": "emacs"}), Keymap({"preset": "newsboat"})
    assert emacs.actions["ctrl+n",] == "down"
    assert emacs.actions["ctrl+x", "ctrl+c"] == "quit"
    assert (newsboat.actions["p",], newsboat.actions["Q",], newsboat.actions["q",]) == ("previous", "quit", "back")


def test_a_key_of_a_preset_can_be_chosen_otherwise() -> None:
    keys = Keymap({"preset": "vim", "copy_link": "y l", "view_1": "f9"})
    assert (keys.name("copy_link"), keys.name("view_1"), keys.name("view_2")) == ("y l", "f9", "g 2")
    with pytest.raises(SettingsError, match="“Q” is assigned to both"):
        Keymap({"preset": "newsboat", "sort": "Q"})
    with pytest.raises(SettingsError, match=r"not a preset of keys\. .* vim, emacs, newsboat"):
        Keymap({"preset": "vi"})


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"sort": "g"}, "“g” is assigned to “sort” and begins “g g”"),
        ({"sort": "b x"}, "“b” is assigned to “bookmark” and begins “b x” of “sort”"),
        ({"sort": "g g"}, "“g g” is assigned to both"),
    ],
)
def test_a_key_cannot_both_act_and_begin_a_sequence(choices: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Keymap(choices)


def test_signs_and_earlier_settings_are_understood() -> None:
    keys = Keymap({"first": "g", "tags": "ctrl+x ?", "note": "ctrl+x <"})
    assert keys.actions["g", "g"] == "first"
    assert keys.actions["ctrl+x", "question_mark"] == "tags"
    assert shown_key("ctrl+x less_than_sign") == "Ctrl+x <"
    assert shown_key("alt+left_square_bracket") == "Alt+["


def test_counted_actions_exist() -> None:
    assert {setting_name(action) for action in ACTIONS} >= COUNTED
