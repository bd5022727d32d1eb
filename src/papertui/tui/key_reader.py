"""Counts and sequences of keys: what is pending, what may follow, and what a key completes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from papertui.tui.keymap import ACTIONS, READING_ACTIONS, Keymap, setting_name, shown_key

#: Actions that move by a count of steps.
STEPS = frozenset({"down", "up", "half_down", "half_up", "page_down", "page_up"})
#: Actions for which a count is the number of a row.
ROWS = frozenset({"first", "top", "bottom"})
#: Actions that run as often as a count says.
REPEATED = frozenset({"next", "previous", "next_view", "previous_view", "earlier", "later", "select", "undo", "redo"})
COUNTED = STEPS | ROWS | REPEATED
#: What follows a pending key, in a few words; another action is described by its title.
_WORDS = {
    "first": "first paper",
    "next_view": "next tab",
    "previous_view": "previous tab",
    "copy_link": "copy the link",
    "copy_bibtex": "copy as BibTeX",
    "next_pane": "next pane",
    "previous_pane": "previous pane",
}
#: The same after a count. Actions without words here take a count as well.
_COUNTED_WORDS = {
    "down": "down",
    "up": "up",
    "bottom": "that row",
    "next": "next",
    "previous": "previous",
    "half_down": "half pages down",
    "half_up": "half pages up",
    "next_view": "tabs on",
    "previous_view": "tabs back",
    "earlier": "earlier",
    "later": "later",
    "select": "select",
    "undo": "undo",
    "redo": "redo",
}
_LONGEST_COUNT = 4
#: Terminals send Alt with a digit as Esc and the digit, which Textual reads as the sign that macOS types with Option.
_ALT_DIGITS = {
    name: f"alt+{digit}"
    for digit, name in enumerate(
        (
            "º",
            "inverted_exclamation_mark",
            "trade_mark_sign",
            "pound_sign",
            "cent_sign",
            "infinity",
            "section_sign",
            "pilcrow_sign",
            "bullet",
            "ª",
        )
    )
}


class Follower(NamedTuple):
    """A key that may follow what is pending."""

    key: str  # for display
    action: str  # by setting name; empty if further keys follow
    words: str


class KeyPress(NamedTuple):
    """What a key did."""

    #: ``pass``: nothing is pending, the key is handled as usual. ``wait``: more keys are to follow. ``run``: run the
    #: action. ``unknown``: no action has these keys.
    kind: Literal["pass", "wait", "run", "unknown"]
    action: str = ""  # by setting name
    times: int | None = None  # the count, if one was typed and the action takes it
    keys: str = ""  # for display, of an unknown sequence


class KeyReader:
    """Reads keys one by one.

    A digit that no action has begins a count; within a count every digit belongs to it. So where digits open tabs,
    ``0`` begins a count (``0 5 j``), as does Alt with a digit. The action that the count is for gets it; for an action
    that takes no count it is forgotten.
    """

    def __init__(self, keys: Keymap, *, reading: bool = False) -> None:
        self._actions = keys.reading if reading else keys.actions
        self._beginnings = {keys[:size] for keys in self._actions for size in range(1, len(keys))}
        self._typed: tuple[str, ...] = ()
        self._digits = ""

    @property
    def is_pending(self) -> bool:
        return bool(self._typed or self._digits)

    @property
    def pending(self) -> str:
        """The pending count and keys for display."""
        return " ".join(filter(None, (self._digits, shown_key(" ".join(self._typed)))))

    @property
    def count(self) -> int | None:
        return int(self._digits) or None if self._digits else None

    def cancel(self) -> bool:
        """Forget what is pending; return whether anything was."""
        was_pending = self.is_pending
        self._typed, self._digits = (), ""
        return was_pending

    def press(self, key: str) -> KeyPress:
        key = _ALT_DIGITS.get(key, key)
        sequence = (*self._typed, key)
        action, count = self._actions.get(sequence), self.count
        is_free = action is None and sequence not in self._beginnings
        if not self._typed and (self._digits or is_free) and (digit := _digit(key)):
            self._digits = (self._digits + digit)[-_LONGEST_COUNT:]
            return KeyPress("wait")
        if action is None and sequence in self._beginnings:
            self._typed = sequence
            return KeyPress("wait")
        was_pending = self.cancel()
        if action is None:
            return KeyPress("unknown", keys=shown_key(" ".join(sequence))) if sequence[:-1] else KeyPress("pass")
        # The binding of Alt with a digit would not be found by the name that Textual has for the key.
        if not was_pending and key not in _ALT_DIGITS.values():
            return KeyPress("pass")
        return KeyPress("run", action, count if action in COUNTED else None)

    def followers(self) -> Iterator[Follower]:
        """Yield what may follow, in the order of the actions."""
        if self._typed:
            yield from self._continuations()
            return
        first_keys = {action: keys[0] for keys, action in reversed(list(self._actions.items())) if len(keys) == 1}
        for action, words in _COUNTED_WORDS.items():
            if action in first_keys:
                yield Follower(shown_key(first_keys[action]), action, words)

    def _continuations(self) -> Iterator[Follower]:
        size = len(self._typed)
        titles = {setting_name(action): action.title for action in (*READING_ACTIONS, *ACTIONS)}
        deeper: set[str] = set()
        for keys, action in self._actions.items():
            if keys[:size] != self._typed:
                continue
            key = keys[size]
            if len(keys) == size + 1:
                yield Follower(shown_key(key), action, _WORDS.get(action, titles[action]))
            elif key not in deeper:
                deeper.add(key)
                yield Follower(shown_key(key), "", "more")


def _digit(key: str) -> str:
    """Return the digit that `key` or Alt with it is; empty for another key."""
    digit = key.removeprefix("alt+")
    return digit if len(digit) == 1 and digit.isascii() and digit.isdigit() else ""
