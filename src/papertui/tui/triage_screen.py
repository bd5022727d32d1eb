"""The triage screen: one paper at a time, and a key for each decision."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen

from papertui.tui.commands import run_command
from papertui.tui.controllers.context import in_background
from papertui.tui.controllers.triage_controller import TriageController
from papertui.tui.keymap import ACTIONS, TRIAGE_ACTIONS, TRIAGE_MOVES, setting_name
from papertui.tui.triage_state import MOST_TAGS
from papertui.tui.widgets.key_line import KeyLine
from papertui.tui.widgets.preview import Preview
from papertui.tui.widgets.triage_list import TriageList
from papertui.tui.widgets.triage_view import TriageView

_MOVES = tuple(action for action in ACTIONS if action.name in TRIAGE_MOVES)


def _bindings() -> list[BindingType]:
    made: list[BindingType] = [
        Binding(action.keys, action.name, action.title, id=setting_name(action))
        for action in (*TRIAGE_ACTIONS, *_MOVES)
    ]
    made += [Binding(str(number), f"tag({number})", f"Keep with tag {number}") for number in range(1, MOST_TAGS + 1)]
    return [*made, Binding("space", "page_down", "Page down", id="select"), Binding("q", "back", "Back to the list")]


class TriageScreen(ModalScreen[None]):
    """Regions, key bindings and actions; the controller decides what they show and do."""

    DEFAULT_CSS = """
    TriageScreen { background: $background; layout: vertical; }
    TriageScreen TriageHead { background: $panel; }
    TriageScreen Horizontal { height: 1fr; }
    TriageScreen TriagePage { width: 1fr; height: 1fr; }
    TriageScreen.-narrow TriageList { display: none; }
    TriageScreen KeyLine { padding: 0 1; max-height: 2; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]  # noqa: RUF012 - Textual declares it so
    AUTO_FOCUS = "TriagePage"
    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    def __init__(self, controller: TriageController, view: TriageView) -> None:
        super().__init__()
        self._controller = controller
        self._view = view
        view.screen = self
        self._bindings.apply_keymap(dict(view.keys.changed))

    def compose(self) -> ComposeResult:
        view = self._view
        yield view.head
        with Horizontal():
            yield view.list
            yield view.page
        yield view.notice
        yield view.status
        yield view.tags
        yield view.key_line

    def on_mount(self) -> None:
        self._controller.show()

    def on_resize(self) -> None:
        self._controller.show()

    @on(KeyLine.Pressed)
    async def _run_pressed_action(self, message: KeyLine.Pressed) -> None:
        await self.run_action(message.action)

    @on(TriageList.Clicked)
    def _show_clicked(self, message: TriageList.Clicked) -> None:
        self._controller.show_place(message.place)

    @on(Preview.LinkClicked)
    def _open_link(self, message: Preview.LinkClicked) -> None:
        self._controller.open_link(message.url)

    # --- decisions -----------------------------------------------------------------------------------

    def action_bookmark(self) -> None:
        self._controller.decide("keep")

    def action_triage_later(self) -> None:
        self._controller.decide("later")

    def action_triage_skip(self) -> None:
        self._controller.decide("skip")

    def action_mark_read(self) -> None:
        self._controller.decide("read")

    def action_tag(self, number: int) -> None:
        self._controller.keep_with(number)

    def action_tags(self) -> None:
        self._controller.ask_tags()

    def action_undo(self) -> None:
        self._controller.undo()

    # --- moving --------------------------------------------------------------------------------------

    def action_triage_previous(self) -> None:
        self._controller.step(-1)

    def action_triage_next(self) -> None:
        self._controller.step(1)

    def _scroll(self, lines: int) -> None:
        self._view.page.scroll_relative(y=lines, animate=False, force=True)

    def action_down(self) -> None:
        self._scroll(1)

    def action_up(self) -> None:
        self._scroll(-1)

    def action_half_down(self) -> None:
        self._scroll(self._view.page.size.height // 2)

    def action_half_up(self) -> None:
        self._scroll(-(self._view.page.size.height // 2))

    def action_page_down(self) -> None:
        self._scroll(max(1, self._view.page.size.height - 2))

    def action_page_up(self) -> None:
        self._scroll(-max(1, self._view.page.size.height - 2))

    def action_top(self) -> None:
        self._view.page.scroll_to(y=0, animate=False, force=True)

    def action_bottom(self) -> None:
        self._view.page.scroll_end(animate=False, force=True)

    # --- leaving -------------------------------------------------------------------------------------

    def action_read_paper(self) -> None:
        self._controller.read()

    def action_browse(self) -> None:
        self._controller.browse()

    def action_back(self) -> None:
        if self._view.notice.is_warning:
            self._view.notice.dismiss()
        self._controller.leave()

    def action_triage(self) -> None:
        self._controller.leave()

    def action_help(self) -> None:
        from papertui.tui.help_screen import triage_help  # noqa: PLC0415 - needed only for the help

        self.app.push_screen(triage_help(self._view.keys, self._run), run_command)

    def _run(self, action: str) -> None:
        in_background(self, self.run_action, action, group="help")
