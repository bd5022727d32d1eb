"""The help screen: all keys as currently configured, and the search syntax, searched as you type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widgets import Input

from papertui.commands.table import COMMANDS
from papertui.model.format import wrapped
from papertui.search.language import help_lines
from papertui.tui.commands import Command
from papertui.tui.dialogs.palette import PaletteDialog
from papertui.tui.keymap import ACTIONS, Keymap, setting_name
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

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, select_on_focus=False)
        #: Whether every letter is typed, after a slash.
        self.takes_letters = False

    def on_key(self, event: events.Key) -> None:
        if self.value or self.takes_letters or event.key not in _BEFORE_TYPING:
            return
        event.stop()
        event.prevent_default()
        self.takes_letters = event.key == "slash"
        if key := _BEFORE_TYPING[event.key]:
            self.app.simulate_key(key)


class HelpScreen(PaletteDialog):
    """All keys by group, and the search syntax. Returns the action to run.

    Typing filters.
    """

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > Vertical { width: 100%; max-width: 100; margin-top: 0; max-height: 96%; }
    HelpScreen DialogList, HelpScreen DialogList:focus, HelpScreen.-high DialogList { max-height: 100vh; height: 1fr; }
    HelpScreen > Vertical { height: 96%; }
    HelpScreen DialogList > .option-list--option-disabled { color: $primary; }
    """

    PLACEHOLDER = "type to search the keys"
    HINTS = (KeyHint("type", "to search"), KeyHint("Enter", "run", "run"), KeyHint("Esc", "close", "close"))
    NOTHING = "No key has these words."

    def __init__(
        self,
        keys: Keymap,
        run: Callable[[str], object],
        search: Callable[[str], object],
        type_command: Callable[[str], object],
        *,
        words: str = "",
    ) -> None:
        """Create the page.

        Args:
            keys: the keys in force.
            run: runs an action.
            search: puts an example into the search line.
            type_command: puts a command into the command line.
            words: what is searched at first.
        """
        self._keys = keys
        self._run = run
        self._search = search
        self._type_command = type_command
        self._words = words
        super().__init__(list(self._commands_of_help()), lambda: None)

    @property
    def _has_default_tabs(self) -> bool:
        """Whether each tab has its number as key, so that one line describes them all."""
        return all(self._keys.keys[setting_name(action)] == action.keys for action in _TABS)

    def _commands_of_help(self) -> Iterator[Command]:
        for action in ACTIONS:
            keys = self._keys.names(setting_name(action))
            if action in _TABS and self._has_default_tabs:
                if action is _TABS[0]:
                    yield Command("Open that tab", action.group, partial(self._run, action.name), f"1 to {len(_TABS)}")
                continue
            yield Command(action.title, action.group, partial(self._run, action.name), keys)
        for example, about in help_lines():
            yield Command(about, _SEARCH, partial(self._search, example), example)
        for spec in COMMANDS:
            usage = f":{spec.word} {spec.usage}".rstrip()
            yield Command(_sentence(spec.about), _COMMANDS, partial(self._type_command, f"{spec.word} "), usage)
        for gesture, about in _MOUSE_LINES:
            yield Command(about, _MOUSE, lambda: None, gesture)
        yield Command("Change keys under [keys] in the settings: papertui config edit", _SETTINGS, lambda: None)

    def listed(self, query: str) -> list[Command | str]:
        """Return the commands by group, each group below its name; the best first if something is typed."""
        if query.strip():
            return super().listed(query)
        rows: list[Command | str] = []
        for group, commands in groupby(self._commands, key=lambda command: command.group):
            rows += [group, *commands]
        return rows

    def row(self, command: Command, width: int) -> Content:
        keys = command.keys + " " * max(1, _KEYS - cell_len(command.keys))
        first, *more = wrapped(command.title, max(_LEAST_WORDS, width - cell_len(keys) - 1))
        return Content.assemble(
            (f" {keys}", "$accent"), "\n".join([first, *(" " * (_KEYS + 1) + line for line in more)])
        )

    def make_line(self) -> Input:
        line = _FilterLine(self.PLACEHOLDER)
        line.value = self._words
        return line

    def action_close(self) -> None:
        line = self.query_one(_FilterLine)
        if line.value:
            line.clear()
            line.takes_letters = False
        else:
            super().action_close()


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
