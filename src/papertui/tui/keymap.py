"""Every action of the app with its keys: the single source of bindings, help, palette, key line and linear mode.

Loads no Textual, which linear mode does without.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import NamedTuple

from papertui.errors import SettingsError
from papertui.tui.key_presets import PRESETS


class Action(NamedTuple):
    """An action of the main screen."""

    #: The name in the settings, and of the method ``action_NAME`` of the screen.
    name: str
    #: Textual key names, separated by commas; a sequence has blanks between its keys: ``g g``.
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


#: The name of the preset in the settings, among the names of actions.
PRESET = "preset"
MOVE, FIND, PAPER, LIBRARY, FEEDS, APP = "Move", "Find", "This paper", "Library", "Feeds", "papertui"
TRIAGE = "Triage"

ACTIONS = (
    Action("down", "j,down", "Next paper; scroll down while reading", MOVE),
    Action("up", "k,up", "Previous paper; scroll up while reading", MOVE),
    Action("half_down", "ctrl+d", "Half a page down", MOVE),
    Action("half_up", "ctrl+u", "Half a page up", MOVE),
    Action("page_down", "pagedown,ctrl+f", "Page down", MOVE),
    Action("page_up", "pageup,ctrl+b", "Page up", MOVE),
    Action("first", "g g", "First paper; with a count, that row", MOVE),
    Action("top", "home", "First paper", MOVE),
    Action("bottom", "G,end", "Last paper; with a count, that row", MOVE),
    Action("next", "n", "Next match or new paper, also in the next tab; else unread", MOVE),
    Action("previous", "N", "Previous match or new paper; else unread", MOVE),
    Action("next_pane", "tab", "Next pane", MOVE),
    Action("previous_pane", "shift+tab", "Previous pane", MOVE),
    Action("split_left", "left_parenthesis", "Move the split of list and paper to the left, or up", MOVE),
    Action("split_right", "right_parenthesis", "Move the split of list and paper to the right, or down", MOVE),
    Action("next_side", "P", "Side pane: places to go, what belongs to the paper, or none", MOVE),
    Action(
        "search",
        "slash",
        "Search as you type; Tab completes author:, since: ...",
        FIND,
        "search",
        moves_keys=True,
    ),
    Action("scope", "ctrl+t", "Search in this view, everything stored or your library", FIND),
    Action("online", "ctrl+o", "Also search the online services", FIND),
    Action("meaning", "ctrl+e", "Search by meaning, by words only, or by what fits better", FIND),
    Action("like", "m", "Find similar papers among everything stored", FIND),
    Action("alert", "exclamation_mark", "Alert me to new papers: of this search, or like this one", FIND),
    Action("back", "escape", "Go back: leave the paper; take off search, filter, order", FIND, moves_keys=True),
    Action("sort", "s", "Sort: a menu of orders; the same letter again reverses", FIND, "sort"),
    Action(
        "filter",
        "f",
        "Filter: a menu with numbers; the same letter again removes",
        FIND,
        "filter",
    ),
    Action("read_paper", "enter", "Read the paper; from the search, go to the list", PAPER, "read", moves_keys=True),
    Action("browse", "o", "Open in the browser", PAPER, "open"),
    Action("pdf", "p", "Open the PDF; download it first if needed", PAPER),
    Action("code", "c", "Open the code repository in the browser", PAPER),
    Action("topics", "K", "Authors, keywords, submitter: show their papers, follow them", PAPER),
    Action("discuss", "x", "Open the discussion on Hugging Face in the browser", PAPER),
    Action("versions", "d", "Versions: what changed, word by word", PAPER),
    Action("authors", "E", "Show all authors, or fold them again", PAPER),
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
    Action("sync", "U", "Sync the library with your other machines", LIBRARY),
    *(Action(f"view({number})", f"{number},g {number}", f"Open tab {number}", FEEDS) for number in range(1, 10)),
    Action("previous_view", "h,left,g T", "Previous tab", FEEDS),
    Action("next_view", "l,right,g t", "Next tab", FEEDS),
    Action("earlier", "left_square_bracket", "Previous day, week or month", FEEDS),
    Action("later", "right_square_bracket", "Next day, week or month", FEEDS),
    Action("refresh", "R", "Refresh this feed", FEEDS),
    Action("follow", "F", "Your feeds: follow, unfollow, hide", FEEDS),
    Action("digest", "D", "Digest: preview, configure and mail it", FEEDS),
    Action("trends", "W", "Trends: topics, papers per day, your reading", FEEDS),
    Action("map", "M", "Map: clusters of the stored or your kept papers, with names", FEEDS),
    Action("tab_left", "less_than_sign", "Move this tab left", FEEDS),
    Action("tab_right", "greater_than_sign", "Move this tab right", FEEDS),
    Action("triage", "Z", "Triage: decide about the new papers one by one", FEEDS, "triage", moves_keys=True),
    Action("read_all", "A", "Mark all papers shown as read; press again to revert", FEEDS),
    Action("compact", "z", "One, two or three lines per paper", FEEDS),
    Action("settings", "comma", "Settings: look, feeds, mail, keys and all others", APP),
    Action("theme", "T", "Themes: each is shown while you choose", APP),
    Action("help", "question_mark", "Show all keys", APP, "help"),
    Action("welcome", "f1", "Welcome: the first keys, what to follow, colours", APP),
    Action("palette", "ctrl+p", "Command palette", APP),
    Action("command", "colon", "Command line, with the commands of the shell", APP, moves_keys=True),
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

READING = "Reading"
#: The keys of a paper on the whole screen, beside those of the actions above, which find and next are among.
READING_ACTIONS = (
    Action("page_outline", "O", "Outline: go to a section", READING, "outline"),
    Action("page_next_section", "right_curly_bracket,right_square_bracket", "Next section", READING),
    Action("page_previous_section", "left_curly_bracket,left_square_bracket", "Previous section", READING),
    Action("page_next_link", "tab", "Next citation, link or wide table; Enter follows it", READING, "links"),
    Action("page_previous_link", "shift+tab", "Previous citation, link or wide table", READING),
    Action("page_return", "backspace", "Back to where you were, also in another paper", READING),
    Action("page_pan_left", "h,left", "See the left of a wide table or listing", READING),
    Action("page_pan_right", "l,right", "See the right of a wide table or listing", READING),
    Action("page_narrower", "less_than_sign", "Shorter lines", READING),
    Action("page_wider", "greater_than_sign", "Longer lines", READING),
    Action("page_columns", "equals_sign", "One or two columns of text", READING),
    Action("page_beside", "B", "Show or hide the outline beside the text", READING),
    Action("page_copy", "y", "Copy: link, paragraph, formula, quote, citation", READING, "copy"),
    Action("page_figure", "i", "Show the nearest figure large; n and p go on there", READING),
    Action("page_pipe", "vertical_line", "Pipe the text or the section to a command", READING),
    Action("page_mark", "m", "Set a mark, named by the next letter", READING),
    Action("page_to_mark", "apostrophe", "Go to a mark, named by the next letter", READING),
    Action("page_select", "v", "Select a sentence, to highlight or copy it", READING),
    Action("page_highlights", "quotation_mark", "Highlighted passages: go to one, comment, remove", READING),
    Action("page_citations", "C", "Hide citations in the text, or show them", READING),
)
#: The actions that would leave the paper or act on the list behind it: their keys do nothing else while reading.
_NOT_WHILE_READING = frozenset(
    {
        *(f"view_{number}" for number in range(1, 10)),
        *("next_pane", "previous_pane", "split_left", "split_right", "next_side", "scope", "online", "like"),
        *("sort", "filter", "previous_view", "next_view", "earlier", "later", "tab_left", "tab_right"),
        *("compact", "read_all", "select_to_here", "select_all", "copy_link"),
    }
)

#: Textual's names of keys that differ from those of Unicode.
_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
#: Short forms of Textual's long key names.
_SHOWN = {
    "slash": "/",
    "asterisk": "*",
    "colon": ":",
    "comma": ",",
    "f1": "F1",
    "dollar_sign": "$",
    "circumflex_accent": "^",
    "underscore": "_",
    "plus": "+",
    "minus": "-",
    "space": "Space",
    "question_mark": "?",
    "exclamation_mark": "!",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left": "←",
    "right": "→",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "vertical_line": "|",
    "apostrophe": "'",
    "quotation_mark": '"',
    "equals_sign": "=",
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


def key_sequence(text: str) -> tuple[str, ...]:
    """Return the Textual names of the keys of ``g t``; a sign stands for its name."""
    return tuple(key_name(key) if len(key) == 1 else key for key in text.split())


def key_name(sign: str) -> str:
    """Return Textual's name of the key of a sign: ``/`` is ``slash``, a letter or digit its own name."""
    if sign.isalnum():
        return sign
    name = unicodedata.name(sign, sign).casefold().replace("-", "_").replace(" ", "_")
    return _NAMES.get(name, name)


def shown_key(key: str) -> str:
    """Format a key for display: ``ctrl+d`` is ``Ctrl+d``, the sequence ``g less_than_sign`` is ``g <``."""
    return " ".join(_shown_part(part) for part in key.split())


def _shown_part(key: str) -> str:
    if key in _SHOWN:
        return _SHOWN[key]
    *modifiers, last = key.split("+")
    return "+".join([*(modifier.capitalize() for modifier in modifiers), _SHOWN.get(last, last)])


def shown_keys(keys: str) -> str:
    """Format several keys for display: ``j  ↓``."""
    return "  ".join(shown_key(key) for key in keys.split(","))


def _free_keys(
    keys: Mapping[str, str], choices: Mapping[str, str], own: AbstractSet[str], shared: AbstractSet[str]
) -> dict[str, str]:
    """Return the default keys of the actions `own` without those that the reader chose for one of `shared`."""
    taken = {key.strip() for name in shared & choices.keys() for key in choices[name].split(",")}
    return {name: ",".join(key for key in keys[name].split(",") if key not in taken) for name in own - choices.keys()}


class Keymap:
    """The keys in force: the defaults, overridden by a preset and by the choices from the settings."""

    def __init__(self, choices: Mapping[str, str] = MappingProxyType({})) -> None:
        """Override the default keys by `choices`, which are keys by setting name, and the name of a preset.

        Raises:
            SettingsError: see `use`.
        """
        #: Textual key names, separated by commas, of every action by setting name.
        self.keys: Mapping[str, str] = {}
        #: Those of them that are not the default keys.
        self.changed: Mapping[str, str] = {}
        #: The setting names of the actions of the main screen by the keys that run them.
        self.actions: Mapping[tuple[str, ...], str] = {}
        #: The same while a paper covers the screen.
        self.reading: Mapping[tuple[str, ...], str] = {}
        self.use(choices)

    def use(self, choices: Mapping[str, str]) -> None:
        """Override the default keys by others; if they are wrong, the keys stay as they are.

        Raises:
            SettingsError: a choice names an unknown action or preset, or two actions share a key.
        """
        actions = {setting_name(action): action for action in (*TRIAGE_ACTIONS, *READING_ACTIONS, *ACTIONS)}
        preset = choices.get(PRESET, "")
        if preset not in PRESETS:
            known = ", ".join(filter(None, PRESETS))
            raise SettingsError(f"“{preset}” is not a preset of keys. {PRESET} under [keys] can be {known}.")
        for name in choices:
            if name not in actions and name != PRESET:
                known = ", ".join(sorted(actions))
                raise SettingsError(f"“{name}” under [keys] in the settings is not an action. Actions are: {known}.")
        chosen = {**PRESETS[preset].keys, **choices}
        if chosen.get("first") == "g":  # as settings written for earlier versions have it, where it was pressed twice
            chosen["first"] = "g g"
        keys = {name: chosen.get(name, action.keys) for name, action in actions.items()}
        main, triage, reading = (set(map(setting_name, group)) for group in (ACTIONS, TRIAGE_ACTIONS, READING_ACTIONS))
        keys |= _free_keys(keys, chosen, triage - main, {*TRIAGE_MOVES, *(triage & main)})
        keys |= _free_keys(keys, choices, reading, choices.keys() - {*_NOT_WHILE_READING, PRESET})
        _by_sequence({name: keys[name] for name in map(setting_name, TRIAGE_ACTIONS)})
        self.actions = _by_sequence({name: keys[name] for name in map(setting_name, ACTIONS)})
        own = _by_sequence({name: keys[name] for name in map(setting_name, READING_ACTIONS)})
        first = {sequence[0] for sequence in own}
        stays = {
            keys: name for keys, name in self.actions.items() if name not in _NOT_WHILE_READING and keys[0] not in first
        }
        self.reading = {**stays, **own}
        self.keys = keys
        self.changed = {name: several for name, several in keys.items() if several != actions[name].keys}

    def name(self, action: str) -> str:
        """Return the first key of an action (by setting name) for display in a sentence."""
        return shown_key(self.keys[action].split(",")[0])

    def names(self, action: str) -> str:
        """Return all keys of an action for display."""
        return shown_keys(self.keys[action])


def _by_sequence(keys: Mapping[str, str]) -> Mapping[tuple[str, ...], str]:
    """Return the setting names of actions by the keys that run them.

    Raises:
        SettingsError: two actions share a key, or one begins the keys of another.
    """
    owner: dict[tuple[str, ...], str] = {}
    for name, several in keys.items():
        for text in filter(None, several.split(",")):
            sequence = key_sequence(text)
            if sequence in owner:
                raise SettingsError(
                    f"The key “{shown_key(text)}” is assigned to both “{owner[sequence]}” and “{name}”. "
                    "Change one of them under [keys] in the settings."
                )
            owner[sequence] = name
    for sequence, name in owner.items():
        for size in range(1, len(sequence)):
            if (other := owner.get(sequence[:size])) is not None:
                first, whole = shown_key(" ".join(sequence[:size])), shown_key(" ".join(sequence))
                raise SettingsError(
                    f"The key “{first}” is assigned to “{other}” and begins “{whole}” of “{name}”. "
                    "Change one of them under [keys] in the settings."
                )
    return owner
