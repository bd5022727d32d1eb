"""The strip of a first start: what the screen shows and the first keys. It never takes the focus."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from papertui.tui.keymap import Keymap
from papertui.tui.widgets.key_line import KeyHint, KeyLine

#: The keys worth knowing first, in words by action.
FIRST_KEYS = {
    "down": "next paper",
    "read_paper": "read it",
    "search": "search",
    "bookmark": "bookmark",
    "help": "all keys",
}
ABOUT = "The list shows the papers that people vote for now, and the text of the chosen one."


def first_hints(keys: Keymap) -> list[KeyHint]:
    """Return the keys worth knowing first."""
    return [KeyHint(keys.name(action), words, action) for action, words in FIRST_KEYS.items()]


class WelcomeStrip(Vertical):
    """A few lines above the key line; one line on a low screen."""

    SCOPED_CSS = False  # a rule is about the screen around it
    DEFAULT_CSS = """
    WelcomeStrip { height: auto; background: $panel; }
    WelcomeStrip Static { height: auto; max-height: 2; padding: 0 1; }
    MainScreen.-low WelcomeStrip Static, MainScreen.-low WelcomeStrip #first { display: none; }
    """

    def __init__(self, keys: Keymap) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        yield Static(Content.assemble(("Welcome.  ", "bold $primary"), ABOUT))
        first = KeyLine(first_hints(self._keys))
        first.id = "first"
        yield first
        keys = self._keys
        yield KeyLine(
            [
                KeyHint(keys.name("welcome"), "welcome: what to follow, colours", "welcome"),
                KeyHint(keys.name("back"), "close", "close_welcome"),
            ]
        )
