"""The help screen: all keys as currently configured, and the search syntax, searched as you type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widgets import Input

from papertui.commands.table import COMMANDS
from papertui.model.format import wrapped
from papertui.search.language import help_lines
from papertui.tui.commands import Command, ranked
from papertui.tui.dialogs.palette import PaletteDialog, PaletteForm
from papertui.tui.keymap import ACTIONS, READING_ACTIONS, TRIAGE, TRIAGE_ACTIONS, Keymap, setting_name
from papertui.tui.triage_state import MOST_TAGS
from papertui.tui.widgets.key_line import KeyHint

_TABS = tuple(action for action in ACTIONS if action.name.startswith("view("))
#: Cells of the column of keys.
_KEYS = 20
_LEAST_WORDS = 12
#: Keys that mean another one while nothing is typed; ``/`` begins typing.
_BEFORE_TYPING = {"j": "down", "k": "up", "q": "escape", "question_mark": "escape", "slash": ""}
_SEARCH, _COMMANDS, _MOUSE, _SETTINGS = "Search", "Command line", "Mouse", "Settings"
_MOUSE_LINES = (
    ("click a paper", "Select it; twice: read it; with Ctrl: add it to the selection"),
    ("click", "Its star: bookmark; a tab, a link or a key: use it"),
)


class _FilterLine(Input):
    """The filter: until something is typed, the keys that move and close in other lists do so here, too."""

    def __init__(self, words: str) -> None:
        super().__init__(words, placeholder="type to search the keys", select_on_focus=False)
        #: Whether every letter is typed, after a slash.
        self.takes_letters = False

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape" and self.value:
            event.stop()
            event.prevent_default()
            self.clear()
            self.takes_letters = False
            return
        if self.value or self.takes_letters or event.key not in _BEFORE_TYPING:
            return
        event.stop()
        event.prevent_default()
        self.takes_letters = event.key == "slash"
        if key := _BEFORE_TYPING[event.key]:
            self.app.simulate_key(key)


def help_dialog(
    keys: Keymap,
    run: Callable[[str], object],
    search: Callable[[str], object],
    type_command: Callable[[str], object],
    *,
    words: str = "",
) -> PaletteDialog:
    """Make the help screen, which returns the action to run.

    Args:
        keys: the keys in force.
        run: runs an action.
        search: puts an example into the search line.
        type_command: puts a command into the command line.
        words: what is searched at first.
    """
    commands = [*_actions(keys, run)]
    commands += [Command(about, _SEARCH, partial(search, example), example) for example, about in help_lines()]
    for spec in COMMANDS:
        usage = f":{spec.word} {spec.usage}".rstrip()
        commands.append(Command(_sentence(spec.about), _COMMANDS, partial(type_command, f"{spec.word} "), usage))
    commands += [Command(about, _MOUSE, lambda: None, gesture) for gesture, about in _MOUSE_LINES]
    commands.append(Command("Change keys under [keys] in the settings: papertui config edit", _SETTINGS, lambda: None))
    return PaletteDialog(commands, lambda: None, _form(words))


def _actions(keys: Keymap, run: Callable[[str], object]) -> Iterator[Command]:
    # With default keys, one line describes all tabs.
    has_default_tabs = all(keys.keys[setting_name(action)] == action.keys for action in _TABS)
    for action in ACTIONS:
        if action not in _TABS or not has_default_tabs:
            yield Command(action.title, action.group, partial(run, action.name), keys.names(setting_name(action)))
        elif action is _TABS[0]:
            yield Command("Open that tab", action.group, partial(run, action.name), f"1 to {len(_TABS)}")
    for action in READING_ACTIONS:
        names = keys.names(setting_name(action))
        yield Command(action.title, action.group, partial(run, f"reading('{action.name}')"), names)
    yield from _triage(keys, lambda _: run("triage"))


def triage_help(keys: Keymap, run: Callable[[str], object]) -> PaletteDialog:
    """Make the help of the triage, which returns the action to run."""
    return PaletteDialog(list(_triage(keys, run)), lambda: None, _form())


def _triage(keys: Keymap, run: Callable[[str], object]) -> Iterator[Command]:
    yield Command("Keep with that tag", TRIAGE, lambda: None, f"1 to {MOST_TAGS}")
    for action in TRIAGE_ACTIONS:
        yield Command(action.title, TRIAGE, partial(run, action.name), keys.names(setting_name(action)))


def _form(words: str = "") -> PaletteForm:
    return PaletteForm(
        "-help",
        (KeyHint("type", "to search"), KeyHint("Enter", "run", "run"), KeyHint("Esc", "close", "close")),
        "No key has these words.",
        _listed,
        _row,
        partial(_FilterLine, words),
    )


def _listed(query: str, commands: Sequence[Command]) -> list[Command | str]:
    """Return the commands by group, each group below its name; the best first if something is typed."""
    if query.strip():
        return list(ranked(query, commands))
    rows: list[Command | str] = []
    for group, of_group in groupby(commands, key=lambda command: command.group):
        rows += [group, *of_group]
    return rows


def _row(command: Command, width: int) -> Content:
    keys = command.keys + " " * (_KEYS - cell_len(command.keys))
    lines = wrapped(command.title, max(_LEAST_WORDS, width - _KEYS - 1))
    if cell_len(command.keys) >= _KEYS:  # the words keep their column, below
        lines = ["", *lines]
    return Content.assemble((f" {keys}", "$accent"), f"\n{'':{_KEYS + 1}}".join(lines))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
