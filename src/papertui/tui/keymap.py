"""Every action of the app with its keys: the one list that bindings, help, palette and the key line are made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from textual.binding import Binding

from papertui.errors import SettingsError


class Action(NamedTuple):
    """Something the reader can do.

    Attributes:
        name: its name in the settings, and of the method ``action_NAME`` of the screen.
        keys: Textual key names, joined by commas.
        title: what it does, for help and palette.
        group: the part of the help it stands in.
        bar: a word for the key line; empty: not shown there.
        moves_keys: whether the keys pressed next may go elsewhere. Such an action is done before any further key is
            looked at, or a quick typist's letters would still reach the pane that was left.
    """

    name: str
    keys: str
    title: str
    group: str
    bar: str = ""
    moves_keys: bool = False


MOVE, FIND, PAPER, SHELF, VIEW, APP = "Move", "Find", "This paper", "Library", "Views", "papertui"

ACTIONS = (
    Action("down", "j,down", "Next paper, or scroll down while reading", MOVE),
    Action("up", "k,up", "Previous paper, or scroll up while reading", MOVE),
    Action("half_down", "ctrl+d", "Half a page down", MOVE),
    Action("half_up", "ctrl+u", "Half a page up", MOVE),
    Action("page_down", "pagedown,ctrl+f", "A page down", MOVE),
    Action("page_up", "pageup,ctrl+b", "A page up", MOVE),
    Action("first", "g", "First paper (press it twice)", MOVE),
    Action("top", "home", "First paper", MOVE),
    Action("bottom", "G,end", "Last paper", MOVE),
    Action("next", "n", "Next hit, or next unread paper", MOVE),
    Action("previous", "N", "Previous hit, or previous unread paper", MOVE),
    Action("next_pane", "tab", "Next pane", MOVE),
    Action("previous_pane", "shift+tab", "Previous pane", MOVE),
    Action(
        "search",
        "slash",
        "Search as you type; Tab completes author:, since: ...",
        FIND,
        "search",
        moves_keys=True,
    ),
    Action("scope", "ctrl+t", "Where to search: this view, your library, everything stored", FIND),
    Action("online", "ctrl+o", "Ask the services, too, for what is searched", FIND),
    Action("like", "m", "More like this paper, among everything stored", FIND),
    Action("back", "escape", "One step back: clear the search, leave the paper", FIND, moves_keys=True),
    Action("sort", "s", "Sort by the next order", FIND, "sort"),
    Action(
        "filter",
        "f",
        "Next filter; in the library also state, rating, note, tags",
        FIND,
        "filter",
    ),
    Action("read_paper", "enter", "Read the paper, or go from the search to the list", PAPER, "read", moves_keys=True),
    Action("browse", "o", "Open in the browser", PAPER, "open"),
    Action("pdf", "p", "Open the PDF, downloaded if need be", PAPER),
    Action("code", "c", "Open the code in the browser", PAPER),
    Action("copy_link", "y", "Copy the link", PAPER),
    Action("mark_read", "r", "Mark read, or unread again", PAPER),
    Action("bookmark", "b", "Bookmark, or remove the bookmark", SHELF, "bookmark"),
    Action("tags", "t", "Tags: add, remove, rename, merge", SHELF, "tags"),
    Action("note", "a", "Write a note on the paper", SHELF, "note"),
    Action("state", "S", "Reading state: to read, reading, read", SHELF),
    Action("rate", "asterisk", "Rate the paper, 1 to 5", SHELF),
    Action("select", "space", "Select papers: this group is then about all of them", SHELF, "select"),
    Action("select_to_here", "V", "Select from the last selected paper to this one", SHELF),
    Action("select_all", "ctrl+a", "Select all that is shown, or nothing any more", SHELF),
    Action("collections", "C", "Collections: saved searches of your library, and its tags", SHELF),
    Action("export", "e", "Export: BibTeX, RIS, CSL-JSON, Markdown, CSV, JSON, Zotero", SHELF),
    Action("copy_bibtex", "Y", "Copy as BibTeX", SHELF),
    Action("undo", "u", "Undo the last change of the library", SHELF),
    Action("redo", "ctrl+r", "Do again what was undone", SHELF),
    Action("history", "H", "History: all changes of the library", SHELF),
    *(Action(f"view({number})", str(number), f"The view with tab {number}", VIEW) for number in range(1, 10)),
    Action("previous_view", "h,left", "Previous view", VIEW),
    Action("next_view", "l,right", "Next view", VIEW),
    Action("earlier", "left_square_bracket", "Previous day, week or month", VIEW),
    Action("later", "right_square_bracket", "Next day, week or month", VIEW),
    Action("refresh", "R", "Fetch this view anew", VIEW),
    Action("follow", "F", "Your feeds: follow, leave, hide, put in order", VIEW),
    Action("digest", "D", "Digest: see it, choose what is in it, mail it", VIEW),
    Action("tab_left", "less_than_sign", "Move this tab to the left", VIEW),
    Action("tab_right", "greater_than_sign", "Move this tab to the right", VIEW),
    Action("read_all", "A", "Mark all that is shown read; again: take that back", VIEW),
    Action("compact", "z", "One line a paper, or two", VIEW),
    Action("theme", "T", "Next theme: dark, light, high contrast", APP),
    Action("help", "question_mark", "All keys", APP, "help"),
    Action("palette", "ctrl+p", "Command palette", APP),
    Action("quit", "q,ctrl+q", "Quit", APP),
)

#: How keys are written for readers where Textual's own names are long.
_SHOWN = {
    "slash": "/",
    "asterisk": "*",
    "space": "Space",
    "question_mark": "?",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left": "←",
    "right": "→",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "up": "↑",
    "down": "↓",
}


def setting_name(action: Action) -> str:
    """What the action is called in the settings: ``view(1)`` is ``view_1``."""
    return action.name.replace("(", "_").rstrip(")")


def shown_key(key: str) -> str:
    """A key as readers write it: ``ctrl+d`` is ``Ctrl+d``."""
    key = key.strip()
    if key in _SHOWN:
        return _SHOWN[key]
    return key.replace("ctrl+", "Ctrl+")


def shown_keys(keys: str) -> str:
    """Several keys as readers write them: ``j  ↓``."""
    return "  ".join(shown_key(key) for key in keys.split(","))


def bindings() -> list[Binding]:
    """The default keys of every action."""
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


def chosen_keys(choices: Mapping[str, str]) -> dict[str, str]:
    """The keys of every action when the reader's `choices` are put over the defaults, by setting name.

    Raises:
        SettingsError: a choice names no action, or one key is left with two actions.
    """
    known = {setting_name(action): action for action in ACTIONS}
    for name in choices:
        if name not in known:
            raise SettingsError(
                f"The settings give a key to “{name}”, which is no action. Actions are: {', '.join(sorted(known))}."
            )
    keys = {name: choices.get(name, action.keys) for name, action in known.items()}
    owner: dict[str, str] = {}
    for name, several in keys.items():
        for key in (part.strip() for part in several.split(",")):
            if key in owner:
                raise SettingsError(
                    f"The key “{shown_key(key)}” is given to both “{owner[key]}” and “{name}”. "
                    "Give one of them another key in [keys] of the settings."
                )
            owner[key] = name
    return keys
