"""The command line: an input below the list, with the candidates for the word that is typed."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.key_line import KeyHint
from papertui.tui.widgets.text_line import TextLine

#: Candidates before the chosen one that stay in view.
_BEFORE = 2


class _CommandInput(TextLine):
    """The input; the keys of completion, history and leaving are passed to the command line."""

    def on_key(self, event: events.Key) -> None:
        keys = {
            "tab": lambda line: line.complete(1),
            "shift+tab": lambda line: line.complete(-1),
            "up": lambda line: line.recall(-1),
            "ctrl+p": lambda line: line.recall(-1),
            "down": lambda line: line.recall(1),
            "ctrl+n": lambda line: line.recall(1),
            "escape": CommandLine.leave,
            "ctrl+g": CommandLine.leave,
        }
        line = next(node for node in self.ancestors if isinstance(node, CommandLine))
        if (act := keys.get(event.key)) is not None or (event.key == "backspace" and not self.value):
            event.stop()
            event.prevent_default()
            (act or CommandLine.leave)(line)


class CommandLine(Vertical):
    """The line after ``:``; hidden while it is not in use."""

    DEFAULT_CSS = """
    CommandLine { height: auto; display: none; background: $panel; }
    CommandLine.-shown { display: block; }
    CommandLine > Static { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    CommandLine Horizontal { height: 1; }
    CommandLine Horizontal Static { width: 2; padding: 0 0 0 1; color: $primary; }
    CommandLine Input, CommandLine Input:focus {
        border: none; height: 1; padding: 0; background: $panel; background-tint: $panel 0%;
    }
    """

    class Entered(Message):
        """A line was entered."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Changed(Message):
        """The typed text changed, by a letter."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Left(Message):
        """The line was left without a command."""

    def __init__(self) -> None:
        super().__init__()
        self._line = _CommandInput(compact=True)
        self._line.cursor_blink = False
        self._menu = Static()
        self._typed = ""
        self._about = ""
        self._candidates: Sequence[str] = ()
        self._chosen: int | None = None
        self._history: list[str] = []
        self._place = 0

    def compose(self) -> ComposeResult:
        yield self._menu
        with Horizontal():
            yield Static(":")
            yield self._line

    @staticmethod
    def hints(glyphs: Glyphs) -> Sequence[KeyHint]:
        """Return the keys of the line."""
        history = KeyHint(glyphs.up_down, "history")
        return (KeyHint("Enter", "run"), KeyHint("Tab", "complete"), history, KeyHint("Esc", "close"))

    @property
    def is_open(self) -> bool:
        return self.has_class("-shown")

    @property
    def text(self) -> str:
        return self._line.value

    def open(self, text: str = "") -> None:
        self.add_class("-shown")
        self._place = len(self._history)
        self._put(text)
        self._typed = text
        self.post_message(self.Changed(text))
        self.screen.set_focus(self._line)

    def close(self) -> None:
        self.remove_class("-shown")

    def leave(self) -> None:
        self.post_message(self.Left())

    def remember(self, line: str) -> None:
        """Add a line to the history; the same line twice in a row is one."""
        if line.strip() and self._history[-1:] != [line]:
            self._history.append(line)

    # --- completion ----------------------------------------------------------------------------------

    def show_candidates(self, line: str, candidates: Sequence[str], about: str) -> None:
        """Show what `line`, if it is still typed, can become; `about` describes its command."""
        if line == self._typed:
            self._candidates, self._chosen = candidates, None
            self._about = about
            self._draw()

    def _draw(self) -> None:
        words = [candidate.rpartition(" ")[2] for candidate in self._candidates]
        first = max(0, (self._chosen or 0) - _BEFORE)
        shown = [
            (f"{word}  ", "bold $primary" if place == self._chosen else "$faint")
            for place, word in enumerate(words[first:], first)
        ]
        self._menu.update(Content.assemble(*shown, *([(self._about, "$faint")] if not shown else [])))

    def complete(self, by: int) -> None:
        """Put the next candidate into the line, around the ends; a single one at once, to be continued."""
        if not self._candidates:
            return
        if len(self._candidates) == 1:
            only = self._candidates[0]
            self._put(only if only.endswith("/") else f"{only} ")
            self._report()
            return
        if self._chosen is None:
            self._chosen = 0 if by > 0 else len(self._candidates) - 1
        else:
            self._chosen = (self._chosen + by) % len(self._candidates)
        self._put(self._candidates[self._chosen])
        self._draw()

    def recall(self, by: int) -> None:
        """Put an earlier or later line of the history into the line; after the last one, an empty line."""
        self._place = max(0, min(self._place + by, len(self._history)))
        self._put(self._history[self._place] if self._place < len(self._history) else "")
        self._report()

    def _put(self, text: str) -> None:
        with self._line.prevent(Input.Changed):
            self._line.value = text
        self._line.cursor_position = len(text)

    def _report(self) -> None:
        self._typed = self._line.value
        self.post_message(self.Changed(self._typed))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._report()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(self._line.value))
