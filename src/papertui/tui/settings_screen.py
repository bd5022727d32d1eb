"""The settings screen: every setting with its meaning and value, changed in place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar, Literal, NamedTuple

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from papertui.errors import PapertuiError, UsageError
from papertui.services.settings import SettingsService, SettingState, value_words
from papertui.settings import Settings
from papertui.settings.types import TomlValue
from papertui.tui.controllers.context import in_background
from papertui.tui.dialogs.key import KeyDialog
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import ACTIONS, READING_ACTIONS, Action, Keymap, setting_name, shown_keys
from papertui.tui.text_layout import cut
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.notice_line import NoticeLine
from papertui.tui.widgets.text_line import TextLine

#: Cells of the names of settings, and of the actions of keys.
_NAME, _ACTION = 19, 46
#: Cells of a value before its meaning, which is shown if this many cells are left for it.
_VALUE, _FEWEST = 24, 30
#: Cells around a row: the blanks at its ends, and the scrollbar.
_AROUND = 3
_SECTIONS = {
    "app": "App",
    "mute": "Mute",
    "hooks": "Hooks",
    "digest": "Digest",
    "mail": "Mail",
    "sync": "Sync",
    "keys": "Keys",
    "feeds": "Feeds",
}
#: What Enter does on a row, in the key line.
_VERBS = {
    "switch": "turn on or off",
    "choice": "next value",
    "theme": "choose",
    "key": "press another key",
    "do": "run",
}

Leave = Literal["feeds"]


class Row(NamedTuple):
    """A row of the list: a setting, the keys of an action, or something to do."""

    section: str
    name: str
    state: SettingState | None = None
    action: Action | None = None
    #: What a command does.
    about: str = ""

    @property
    def kind(self) -> str:
        if self.state is not None:
            return self.state.setting.type.kind
        return "do" if self.action is None else "key"

    @property
    def words(self) -> str:
        """What is searched, in lower case."""
        parts = [_SECTIONS[self.section], self.name, self.about]
        if self.state is not None:
            parts += [self.state.setting.meaning, value_words(self.state.value, self.kind)]
        elif self.action is not None:
            parts += [self.action.title, self.action.group]
        return " ".join(parts).casefold()


class SettingRows(OptionList, can_focus=False):
    """The list; the search line has the focus and moves the cursor."""


class Sections(OptionList):
    """The sections at the left."""

    BINDINGS: ClassVar[list[BindingType]] = [("j", "cursor_down", "Down"), ("k", "cursor_up", "Up")]


class SettingsScreen(ModalScreen[Leave | None]):
    """Sections, the settings that match the search line, and the meaning of the one under the cursor."""

    DEFAULT_CSS = """
    SettingsScreen { background: $background; layout: vertical; }
    SettingsScreen .title { height: 1; background: $panel; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    SettingsScreen Input, SettingsScreen Input:focus {
        border: none; height: 1; padding: 0 1; background: $background; color: $foreground;
    }
    SettingsScreen Input > .input--placeholder { color: $faint; }
    SettingsScreen #panes { height: 1fr; }
    SettingsScreen OptionList, SettingsScreen OptionList:focus {
        border: none; height: 1fr; max-height: 100%; background: $background; background-tint: $background 0%;
        padding: 0; scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    SettingsScreen Sections, SettingsScreen Sections:focus {
        width: 14; background: $panel; background-tint: $panel 0%; padding: 0;
    }
    SettingsScreen.-narrow Sections { display: none; }
    SettingsScreen SettingRows { width: 1fr; }
    SettingsScreen OptionList > .option-list--option-disabled { color: $foreground; }
    SettingsScreen SettingRows > .option-list--option-highlighted {
        background: $cursor; color: $foreground; text-style: $cursor-text-style;
    }
    SettingsScreen Sections > .option-list--option-highlighted {
        background: $panel; color: $primary; text-style: bold;
    }
    SettingsScreen Sections:focus > .option-list--option-highlighted {
        background: $cursor; color: $primary; text-style: $cursor-text-style;
    }
    SettingsScreen #detail { height: auto; max-height: 50%; background: $panel; padding: 0 1; }
    SettingsScreen #meaning { height: auto; max-height: 4; }
    SettingsScreen #value { display: none; margin-top: 1; }
    SettingsScreen.-editing #value { display: block; }
    SettingsScreen NoticeLine { background: $panel; padding: 0; }
    SettingsScreen KeyLine { background: $panel; }
    SettingsScreen.-low #meaning { max-height: 2; }
    SettingsScreen.-low #value { margin-top: 0; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (84, "-wide")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012
    AUTO_FOCUS = "#search"

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "back", "Back"),
        ("ctrl+r", "reset", "Reset to the default"),
        ("tab,shift+tab", "other_pane", "Sections"),
    ]

    def __init__(
        self,
        service: SettingsService,
        glyphs: Glyphs,
        keys: Keymap,
        apply: Callable[[Settings], None],
        choose_theme: Callable[[Callable[[str], object]], None],
        send_test: Callable[[], Awaitable[str]],
    ) -> None:
        """Create the screen.

        Args:
            service: reads and changes the settings.
            glyphs: the symbols to draw with.
            keys: the keys in force.
            apply: uses changed settings at once, where that is possible.
            choose_theme: asks for a theme and calls its argument with the name.
            send_test: mails a test; returns what became of it.
        """
        super().__init__()
        self._service = service
        self._glyphs = glyphs
        self._keys = keys
        self._apply = apply
        self._choose_theme = choose_theme
        self._send_test = send_test
        self._search, self._value = TextLine("type to search"), TextLine()
        self._search.id, self._value.id = "search", "value"
        self._notice = NoticeLine()
        self._key_line = KeyLine()
        self._rows: tuple[Row, ...] = ()
        #: What the list shows, by place; ``None`` for a heading.
        self._shown: list[Row | None] = []
        self._edited: Row | None = None

    def compose(self) -> ComposeResult:
        yield Static(
            Content.assemble(("Settings", "bold $primary"), (f"   {self._service.path}", "$faint")), classes="title"
        )
        yield self._search
        with Horizontal(id="panes"):
            yield Sections()
            yield SettingRows()
        with Vertical(id="detail"):
            yield Static(id="meaning")
            yield self._value
            yield self._notice
        yield self._key_line

    def on_mount(self) -> None:
        self.query_one(Sections).add_options([Option(f" {title}") for title in _SECTIONS.values()])
        self._show()
        in_background(self, self._read, group="settings")

    def on_resize(self) -> None:
        self._show()

    async def _read(self) -> None:
        """Read the file: another program may have changed it."""
        with self._notice.errors():
            before = self._service.settings
            if await asyncio.to_thread(self._service.read) != before:
                self._apply(self._service.settings)
        self._show()

    # --- rows ----------------------------------------------------------------------------------------

    def _all_rows(self) -> tuple[Row, ...]:
        states = [Row(state.table.name, state.setting.key, state) for state in self._service.states()]
        test = Row("mail", "Send a test", about="mail the digest as it is now to yourself; nothing is recorded")
        mail_end = max(place for place, row in enumerate(states) if row.section == "mail") + 1
        keys = [Row("keys", action.title, action=action) for action in (*ACTIONS, *READING_ACTIONS)]
        feeds = Row("feeds", "Your feeds", about="follow, unfollow and hide feeds")
        return (*states[:mail_end], test, *states[mail_end:], *keys, feeds)

    def _show(self) -> None:
        """Show the rows that match, with the cursor on the same one."""
        if not self.query(SettingRows):
            return
        rows = self.query_one(SettingRows)
        words = self._search.value.casefold().split()
        current = self._row
        self._rows = self._all_rows()
        self._shown = []
        for row in self._rows:
            if all(word in row.words for word in words):
                if not any(shown is not None and shown.section == row.section for shown in self._shown):
                    self._shown.append(None)
                self._shown.append(row)
        width = max(20, (rows.size.width or self.size.width) - _AROUND)
        rows.clear_options()
        rows.add_options([self._option(place, width) for place in range(len(self._shown))])
        places = [place for place, row in enumerate(self._shown) if row is not None]
        same = [place for place in places if self._name_of(self._shown[place]) == self._name_of(current)]
        rows.highlighted = next(iter(same or places), None)
        if not places:
            self._notice.warn("No setting has these words.")
        elif str(self._notice.content) == "No setting has these words.":
            self._notice.dismiss()
        self._show_detail()

    @staticmethod
    def _name_of(row: Row | None) -> tuple[str, str] | None:
        return None if row is None else (row.section, row.name)

    @property
    def _row(self) -> Row | None:
        place = self.query_one(SettingRows).highlighted
        return self._shown[place] if place is not None and place < len(self._shown) else None

    def _option(self, place: int, width: int) -> Option:
        row = self._shown[place]
        if row is None:
            following = self._shown[place + 1]
            title = _SECTIONS[following.section] if following is not None else ""
            return Option(Content.assemble("\n" if place else "", (f" {title}", "bold $primary")), disabled=True)
        return Option(self._line(row, width))

    def _line(self, row: Row, width: int) -> Content:
        ellipsis, changed = self._glyphs.ellipsis, self._is_changed(row)
        room = min(_ACTION if row.kind == "key" else _NAME, width * 2 // 3)
        name = cut(row.name, room - 2, ellipsis)
        gap = " " * (room - cell_len(name))
        mark = f"{self._glyphs.new} " if changed else "  "
        left = width - room - 2
        about = row.state.setting.meaning if row.state is not None and left >= _VALUE + _FEWEST else ""
        value = cut(self._value_of(row), max(1, _VALUE - 2 if about else left), ellipsis)
        space = " " * (_VALUE - cell_len(value)) if about else ""
        return Content.assemble(
            (mark, "$accent"),
            (name, "$primary" if row.kind == "do" else ""),
            gap,
            (value, "bold" if changed else "$faint" if row.kind == "do" else ""),
            (f"{space}{cut(about, max(1, left - _VALUE), ellipsis)}" if about else "", "$faint"),
        )

    def _is_changed(self, row: Row) -> bool:
        """Whether the file sets it."""
        if row.action is not None:
            return self._service.is_key_set(setting_name(row.action))
        return row.state is not None and row.state.is_set

    def _value_of(self, row: Row) -> str:
        if row.action is not None:
            return self._keys.names(setting_name(row.action))
        if row.state is None:
            return row.about if row.kind == "do" else ""
        if row.state.overridden:
            return f"{row.state.overridden} is set"
        words = value_words(row.state.value, row.kind)
        return words or "not set"

    # --- the meaning of the row under the cursor -----------------------------------------------------

    @on(SettingRows.OptionHighlighted)
    def _follow_cursor(self, message: SettingRows.OptionHighlighted) -> None:
        if isinstance(message.option_list, SettingRows):
            self._show_detail()
        elif self.query_one(Sections).has_focus:
            self._go_to(list(_SECTIONS)[message.option_index])

    def _go_to(self, section: str) -> None:
        place = 0
        while place < len(self._shown) and ((row := self._shown[place]) is None or row.section != section):
            place += 1
        if place < len(self._shown):
            rows = self.query_one(SettingRows)
            rows.highlighted = place
            self.call_after_refresh(rows.scroll_to_highlight, top=True)

    def _show_detail(self) -> None:
        row = self._row
        self.query_one("#meaning", Static).update(self._detail(row) if row is not None else Content(""))
        if row is not None and not self.query_one(Sections).has_focus:
            self.query_one(Sections).highlighted = list(_SECTIONS).index(row.section)
        self._show_keys()

    def _detail(self, row: Row) -> Content:
        dot = f" {self._glyphs.dot} "
        if row.state is not None:
            state = row.state
            meaning = state.setting.meaning
            default = value_words(state.default, row.kind) or "not set"
            facts = [state.kind_words, f"default: {default}"]
            facts += [f"{state.overridden} overrides it"] if state.overridden else []
            facts += ["from the next start"] if state.is_at_start else []
        elif row.action is not None:
            meaning = row.action.title
            facts = [row.action.group, f"default: {shown_keys(row.action.keys)}"]
        else:
            meaning, facts = row.about, []
        meaning = meaning[:1].upper() + meaning[1:]
        return Content.assemble((f"{row.name}  ", "bold"), meaning, (f"\n{dot.join(facts)}" if facts else "", "$faint"))

    def _show_keys(self) -> None:
        row = self._row
        if self._edited is not None:
            hints = [KeyHint("Enter", "save", "save"), KeyHint("Esc", "cancel", "back")]
        else:
            verb = _VERBS.get(row.kind, "edit") if row is not None else "edit"
            hints = [KeyHint("Enter", verb, "edit")]
            hints += [KeyHint("Ctrl+r", "default", "reset")] if row is not None and self._is_changed(row) else []
            hints += [KeyHint("Tab", "sections", "other_pane")] if self.has_class("-wide") else []
            hints += [KeyHint("Esc", "close", "back")]
        self._key_line.show(hints)

    @on(KeyLine.Pressed)
    async def _run_pressed_action(self, message: KeyLine.Pressed) -> None:
        await self.run_action(message.action)

    # --- moving --------------------------------------------------------------------------------------

    @on(Input.Changed, "#search")
    def _find(self) -> None:
        """Show what matches, with the cursor on the first row whose name does."""
        self._show()
        words = self._search.value.casefold().split()
        if words:
            named = [
                place
                for place, row in enumerate(self._shown)
                if row is not None and all(word in row.name.casefold() for word in words)
            ]
            rows = [place for place, row in enumerate(self._shown) if row is not None]
            self.query_one(SettingRows).highlighted = next(iter(named or rows), None)

    def on_key(self, event: events.Key) -> None:
        """Move in the list, and change values with the arrows, while the search line has the focus."""
        if not self._search.has_focus:
            return
        page = max(1, self.query_one(SettingRows).size.height - 1)
        moves = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1, "pagedown": page, "pageup": -page}
        turns = {"left": -1, "right": 1}
        row = self._row
        if event.key in moves:
            self._move(moves[event.key])
        elif event.key in turns and not self._search.value and row is not None and row.kind in {"switch", "choice"}:
            self._turn(row, turns[event.key])
        else:
            return
        event.stop()
        event.prevent_default()

    def _move(self, by: int) -> None:
        rows = self.query_one(SettingRows)
        places = [place for place, row in enumerate(self._shown) if row is not None]
        if places and rows.highlighted is not None:
            at = places.index(rows.highlighted) if rows.highlighted in places else 0
            rows.highlighted = places[max(0, min(at + by, len(places) - 1))]
            if rows.highlighted == places[0]:
                rows.scroll_to(y=0, animate=False)  # with its heading

    def action_other_pane(self) -> None:
        if self._edited is not None:
            return
        sections = self.query_one(Sections)
        if sections.has_focus or not self.has_class("-wide"):
            self._search.focus()
        else:
            sections.focus()

    def action_back(self) -> None:
        if self._edited is not None:
            self._stop_editing()
        elif self.query_one(Sections).has_focus:
            self._search.focus()
        elif self._search.value:
            self._search.clear()
        else:
            self.dismiss(None)

    # --- changing ------------------------------------------------------------------------------------

    @on(OptionList.OptionSelected)
    def _select(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        if isinstance(message.option_list, Sections):
            self._go_to(list(_SECTIONS)[message.option_index])
            self._search.focus()
        else:
            self._stop_editing()
            self.action_edit()

    @on(Input.Submitted, "#search")
    def action_edit(self) -> None:
        """Change the setting under the cursor, in the way of its kind."""
        if (row := self._row) is None:
            return
        if row.kind in {"switch", "choice"}:
            self._turn(row, 1)
        elif row.kind == "theme":
            self._choose_theme(lambda name: self._set(row, name))
        elif row.action is not None:
            self.app.push_screen(KeyDialog(row.action, self._keys), self._set_keys)
        elif row.section == "feeds":
            self.dismiss("feeds")
        elif row.state is None:
            in_background(self, self._mail_test, group="mail-test", exclusive=True)
        else:
            self._start_editing(row)

    def _turn(self, row: Row, by: int) -> None:
        """Set the next value of a switch or choice."""
        if row.state is None:
            return
        value = row.state.value
        if isinstance(value, bool):
            self._set(row, not value)
        else:
            choices = row.state.setting.type.choices
            at = choices.index(str(value)) if value in choices else -1
            self._set(row, choices[(at + by) % len(choices)])

    def _start_editing(self, row: Row) -> None:
        if row.state is None:
            return
        self._edited = row
        self.add_class("-editing")
        line = self._value
        line.value = value_words(row.state.value, row.kind)
        line.cursor_position = len(line.value)
        line.placeholder = row.state.setting.type.allowed
        line.focus()
        self._notice.dismiss()
        self._show_keys()

    def _stop_editing(self) -> None:
        if self._edited is not None:
            self._edited = None
            self.remove_class("-editing")
            self._notice.dismiss()
            self._search.focus()
            self._show_keys()

    @on(Input.Changed, "#value")
    def _check(self, message: Input.Changed) -> None:
        """Check what is typed."""
        if self._edited is None or self._edited.state is None:
            return
        try:
            self._service.parsed(self._edited.state, message.value)
        except UsageError as error:
            self._notice.warn(str(error))
        else:
            self._notice.dismiss()

    @on(Input.Submitted, "#value")
    def action_save(self) -> None:
        row = self._edited
        if row is None or row.state is None:
            return
        with self._notice.errors():
            value = self._service.parsed(row.state, self._value.value)
            self._stop_editing()
            self._set(row, value)

    def action_reset(self) -> None:
        """Reset the setting under the cursor to its default."""
        row = self._row
        if self._edited is not None or row is None or not self._is_changed(row):
            return
        if row.action is not None:
            self._set_keys({setting_name(row.action): None})
        else:
            self._set(row, None)

    def _set(self, row: Row, value: TomlValue | None) -> None:
        state = row.state
        if state is not None:
            words = f"{row.name} has its default" if value is None else f"{row.name} is saved"
            later = " It is used from the next start." if state.is_at_start else ""
            self._change(lambda: self._service.set(state, value), f"{words}.{later}")

    def _set_keys(self, changes: dict[str, str | None] | None) -> None:
        if changes:
            name = next(reversed(changes))
            self._change(lambda: self._service.set_keys(changes), "", keys_of=name)

    def _change(self, change: Callable[[], Settings], words: str, keys_of: str = "") -> None:
        in_background(self, self._run_change, change, words, keys_of, group="settings")

    async def _run_change(self, change: Callable[[], Settings], words: str, keys_of: str) -> None:
        """Write a change, then use it."""
        problem: PapertuiError | None = None
        try:
            await asyncio.to_thread(change)
        except PapertuiError as error:
            problem = error
        if not self.is_attached:
            return
        self._apply(self._service.settings)
        self._show()
        if problem is not None:
            self._notice.warn(str(problem))
        else:
            self._notice.show_message(words or f"Keys: {self._keys.names(keys_of)}.")

    async def _mail_test(self) -> None:
        self._notice.warn(f"Sending a test {self._glyphs.ellipsis}")
        with self._notice.errors():
            self._notice.show_message(await self._send_test())
