"""The popup of a citation: its reference, and what can be done with it."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.widgets.key_line import KeyHint, KeyLine

ReferenceAction = Literal["read", "keep", "browse", "copy", "go"]


class ReferenceDialog(Dialog[ReferenceAction]):
    """Returns what to do with the reference.

    Args:
        mark: the number or label of the reference.
        text: the entry.
        id_: the paper that it names, or an empty string.
        has_link: whether the entry has an address.
    """

    DEFAULT_CSS = """
    ReferenceDialog { align: center bottom; background: transparent; }
    ReferenceDialog > Vertical { max-width: 84; margin-bottom: 1; padding: 1 2; }
    ReferenceDialog VerticalScroll { height: auto; max-height: 40vh; }
    ReferenceDialog VerticalScroll Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter", "choose('read')", "Read"),
        ("b", "choose('keep')", "Bookmark"),
        ("o", "choose('browse')", "Browser"),
        ("y", "choose('copy')", "Copy"),
        ("g", "choose('go')", "Go to it"),
        ("q,backspace", "close", "Close"),
    ]

    def __init__(self, mark: str, text: str, id_: str, *, has_link: bool) -> None:
        super().__init__()
        self._mark = mark
        self._text = text
        self._names_paper = id_
        self._has_link = has_link

    def compose(self) -> ComposeResult:
        hints = [KeyHint("y", "copy", "choose('copy')"), KeyHint("g", "go to it", "choose('go')")]
        if self._has_link:
            hints.insert(0, KeyHint("o", "open the link", "choose('browse')"))
        if self._names_paper:
            hints[:0] = [KeyHint("Enter", "read it here", "choose('read')"), KeyHint("b", "keep", "choose('keep')")]
        with Vertical():
            yield self.title_line(f"Reference {self._mark}".rstrip(), self._names_paper)
            with VerticalScroll(can_focus=False):
                yield Static(Content(self._text))
            yield KeyLine([*hints, KeyHint("Esc", "close", "close")], wraps=True)

    def action_choose(self, what: ReferenceAction) -> None:
        if (what in {"read", "keep"} and not self._names_paper) or (what == "browse" and not self._has_link):
            what = "go"
        self.dismiss(what)
