"""Every action of the app with its keys: the single source of bindings, help, palette and key line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from textual.binding import Binding

from papertui.errors import SettingsError


class Action(NamedTuple):
    """An action of the main screen."""

    #: The name in the settings, and of the method ``action_NAME`` of the screen.
    name: str
    #: Textual key names, separated by commas.
    keys: str
    #: What it does, for help and palette.
    title: str
    #: The section of the help.
    group: str
    #: A word for the key line; empty: not shown there.
    bar: str = ""
    #: Whether it moves the focus. Such an action runs before any further key is handled; otherwise the next letters of
    #: a fast typist would still reach the pane that lost the focus.
    moves_keys: bool = False


MOVE, FIND, PAPER, LIBRARY, FEEDS, APP = "Move", "Find", "This paper", "Library", "Feeds", "papertui"
TRIAGE = "Triage"

ACTIONS = (
    Action("down", "j,down", "Next paper; scroll down while reading", MOVE),
    Action("up", "k,up", "Previous paper; scroll up while reading", MOVE),
    Action("half_down", "ctrl+d", "Half a page down", MOVE),
    Action("half_up", "ctrl+u", "Half a page up", MOVE),
    Action("page_down", "pagedown,ctrl+f", "Page down", MOVE),
    Action("page_up", "pageup,ctrl+b", "Page up", MOVE),
    Action("first", "g", "First paper (press twice)", MOVE),
    Action("top", "home", "First paper", MOVE),
    Action("bottom", "G,end", "Last paper", MOVE),
    Action("next", "n", "Next match, or next unread paper", MOVE),
    Action("previous", "N", "Previous match, or previous unread paper", MOVE),
    Action("next_pane", "tab", "Next pane", MOVE),
    Action("previous_pane", "shift+tab", "Previous pane", MOVE),
    Action("split_left", "left_parenthesis", "Move the split of list and paper to the left, or up", MOVE),
    Action("split_right", "right_parenthesis", "Move the split of list and paper to the right, or down", MOVE),
    Action("next_side", "P", "Side pane: places to go, similar papers, or none", MOVE),
    Action(
        "search",
        "slash",
        "Search as you type; Tab completes author:, since: ...",
        FIND,
        "search",
        moves_keys=True,
    ),
    Action("scope", "ctrl+t", "Search in this feed, your library or everything stored", FIND),
    Action("online", "ctrl+o", "Also search the online services", FIND),
    Action("like", "m", "Find similar papers among everything stored", FIND),
    Action("back", "escape", "Go back: clear the search, leave the paper", FIND, moves_keys=True),
    Action("sort", "s", "Next sort order", FIND, "sort"),
    Action(
        "filter",
        "f",
        "Next filter; in the library also state, rating, note, tags",
        FIND,
        "filter",
    ),
    Action("read_paper", "enter", "Read the paper; from the search, go to the list", PAPER, "read", moves_keys=True),
    Action("browse", "o", "Open in the browser", PAPER, "open"),
    Action("pdf", "p", "Open the PDF; download it first if needed", PAPER),
    Action("code", "c", "Open the code repository in the browser", PAPER),
    Action("copy_link", "y", "Copy the link", PAPER),
    Action("mark_read", "r", "Mark as read or unread", PAPER),
    Action("thumb_up", "plus", "Thumb up: For you learns that you like it", PAPER),
    Action("thumb_down", "minus", "Thumb down: For you learns that you do not want it", PAPER),
    Action("why", "w", "Why For you ranks it so; mute and pin reasons", PAPER),
    Action("bookmark", "b", "Add or remove the bookmark", LIBRARY, "bookmark"),
    Action("queue", "L", "Read later: put into the queue, or take out", LIBRARY),
    Action("tags", "t", "Add, remove, rename or merge tags", LIBRARY, "tags"),
    Action("note", "a", "Edit the note on the paper", LIBRARY, "note"),
    Action("state", "S", "Next reading state: to read, reading, read", LIBRARY),
    Action("rate", "asterisk", "Rate the paper from 1 to 5", LIBRARY),
    Action("select", "space", "Select papers; this group then acts on the selection", LIBRARY, "select"),
    Action("select_to_here", "V", "Select from the last selected paper to this one", LIBRARY),
    Action("select_all", "ctrl+a", "Select all papers shown, or none", LIBRARY),
    Action("collections", "C", "Collections: saved searches, states and tags of your library", LIBRARY),
    Action("export", "e", "Export: BibTeX, RIS, CSL-JSON, Markdown, CSV, JSON, Zotero", LIBRARY),
    Action("copy_bibtex", "Y", "Copy as BibTeX", LIBRARY),
    Action("undo", "u", "Undo the last change of the library", LIBRARY),
    Action("redo", "ctrl+r", "Redo the last undone change", LIBRARY),
    Action("history", "H", "History of all changes of the library", LIBRARY),
    *(Action(f"view({number})", str(number), f"Open tab {number}", FEEDS) for number in range(1, 10)),
    Action("previous_view", "h,left", "Previous tab", FEEDS),
    Action("next_view", "l,right", "Next tab", FEEDS),
    Action("earlier", "left_square_bracket", "Previous day, week or month", FEEDS),
    Action("later", "right_square_bracket", "Next day, week or month", FEEDS),
    Action("refresh", "R", "Refresh this feed", FEEDS),
    Action("follow", "F", "Your feeds: follow, unfollow, hide", FEEDS),
    Action("digest", "D", "Digest: preview, configure and mail it", FEEDS),
    Action("tab_left", "less_than_sign", "Move this tab left", FEEDS),
    Action("tab_right", "greater_than_sign", "Move this tab right", FEEDS),
    Action("triage", "Z", "Triage: decide about the new papers one by one", FEEDS, "triage", moves_keys=True),
    Action("read_all", "A", "Mark all papers shown as read; press again to revert", FEEDS),
    Action("compact", "z", "One, two or three lines per paper", FEEDS),
    Action("theme", "T", "Next theme: dark, light, high contrast", APP),
    Action("help", "question_mark", "Show all keys", APP, "help"),
    Action("palette", "ctrl+p", "Command palette", APP),
    Action("suspend", "ctrl+z", "Suspend; the shell's fg returns to papertui", APP),
    Action("quit", "q,ctrl+q,ctrl+c", "Quit", APP),
)

#: The keys of the triage. Those with the name of an action above share its keys.
TRIAGE_ACTIONS = (
    Action("bookmark", "b", "Keep: bookmark the paper, go to the next", TRIAGE, "keep"),
    Action("triage_later", "l", "Later: into the queue, go to the next", TRIAGE, "later"),
    Action("triage_skip", "s", "Skip: mark as read; in the queue: drop", TRIAGE, "skip"),
    Action("mark_read", "r", "I have read it: mark as read, go to the next", TRIAGE, "read"),
    Action("tags", "t", "Keep with tags", TRIAGE, "tags"),
    Action("read_paper", "enter", "Read the full text; back returns to the triage", TRIAGE, "text"),
    Action("browse", "o", "Open in the browser", TRIAGE),
    Action("undo", "u", "Take the last decision back", TRIAGE, "undo"),
    Action("triage_previous", "h,left,backspace", "Previous paper; decide again", TRIAGE, "back"),
    Action("triage_next", "n,right", "Pass over; the paper comes again at the end", TRIAGE),
    Action("back", "escape", "Back to the list; the triage goes on there later", TRIAGE, "list"),
)
#: The other actions with the same keys in the triage.
TRIAGE_MOVES = ("down", "up", "half_down", "half_up", "page_down", "page_up", "top", "bottom", "help", "triage")

#: Short forms of Textual's long key names.
_SHOWN = {
    "slash": "/",
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
    "space": "Space",
    "question_mark": "?",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left": "←",
    "right": "→",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "backspace": "Backspace",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "up": "↑",
    "down": "↓",
}


def setting_name(action: Action) -> str:
    """Return the name of the action in the settings: ``view(1)`` is ``view_1``."""
    return action.name.replace("(", "_").rstrip(")")


def shown_key(key: str) -> str:
    """Format a key for display: ``ctrl+d`` is ``Ctrl+d``."""
    key = key.strip()
    if key in _SHOWN:
        return _SHOWN[key]
    return key.replace("ctrl+", "Ctrl+")


def shown_keys(keys: str) -> str:
    """Format several keys for display: ``j  ↓``."""
    return "  ".join(shown_key(key) for key in keys.split(","))


def bindings() -> list[Binding]:
    """Return bindings of the default keys of every action."""
    return [
        Binding(
            action.keys,
            action.name,
            action.title,
            id=setting_name(action),
            show=bool(action.bar),
            priority=action.moves_keys,
        )
        for action in ACTIONS
    ]


def _free_triage_keys(keys: Mapping[str, str], choices: Mapping[str, str]) -> dict[str, str]:
    """Return the default keys of the triage without those that the reader chose for another action there."""
    main = {setting_name(action) for action in ACTIONS}
    shared = {*TRIAGE_MOVES, *(name for action in TRIAGE_ACTIONS if (name := setting_name(action)) in main)}
    taken = {key.strip() for name in shared & choices.keys() for key in choices[name].split(",")}
    own = [name for action in TRIAGE_ACTIONS if (name := setting_name(action)) not in {*main, *choices}]
    return {name: ",".join(key for key in keys[name].split(",") if key not in taken) for name in own}


class Keymap:
    """The keys in force: the defaults, overridden by the choices from the settings."""

    def __init__(self, choices: Mapping[str, str] = MappingProxyType({})) -> None:
        """Override the default keys by `choices`, which are keys by setting name.

        Raises:
            SettingsError: a choice names an unknown action, or two actions share a key.
        """
        actions = {setting_name(action): action for action in (*TRIAGE_ACTIONS, *ACTIONS)}
        for name in choices:
            if name not in actions:
                known = ", ".join(sorted(actions))
                raise SettingsError(f"“{name}” under [keys] in the settings is not an action. Actions are: {known}.")
        #: Textual key names, separated by commas, of every action by setting name.
        keys = {name: choices.get(name, action.keys) for name, action in actions.items()}
        self.keys: Mapping[str, str] = {**keys, **_free_triage_keys(keys, choices)}
        self._check_unique(map(setting_name, ACTIONS))
        self._check_unique(map(setting_name, TRIAGE_ACTIONS))

    def _check_unique(self, names: Iterable[str]) -> None:
        owner: dict[str, str] = {}
        for name in names:
            for key in (part.strip() for part in self.keys[name].split(",")):
                if key in owner:
                    raise SettingsError(
                        f"The key “{shown_key(key)}” is assigned to both “{owner[key]}” and “{name}”. "
                        "Change one of them under [keys] in the settings."
                    )
                owner[key] = name

    def name(self, action: str) -> str:
        """Return the first key of an action (by setting name) for display in a sentence."""
        return shown_key(self.keys[action].split(",")[0])

    def names(self, action: str) -> str:
        """Return all keys of an action for display."""
        return shown_keys(self.keys[action])
