"""The digest screen: preview, plain text, log of mails and schedule, beside the options."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar, Literal, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen

from papertui.digest.service import DigestPreview, DigestService
from papertui.tui.controllers.context import Activity, in_background
from papertui.tui.controllers.digest_mail_controller import DigestMailController, DigestScheduleController
from papertui.tui.controllers.digest_preview_controller import (
    SECTION,
    DigestChanged,
    DigestOptionsController,
    DigestPreviewController,
    RecordRead,
)
from papertui.tui.digest_pages import keys_page, log_page, preview_page, schedule_page, text_page
from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.notice_line import NoticeLine
from papertui.tui.widgets.option_rows import OptionRows
from papertui.tui.widgets.paper_text import Block
from papertui.tui.widgets.preview import Preview, Sheet
from papertui.tui.widgets.tab_strip import Tab, TabStrip

PageName = Literal["preview", "text", "log", "schedule", "keys"]
_PAGES: tuple[PageName, ...] = get_args(PageName)
#: The tabs; the page of keys has none.
_TABS = (Tab("Preview", "Look"), Tab("Plain text", "Text"), Tab("Mails", "Mails"), Tab("Schedule", "When"))
#: Every key of this screen, for the page of keys.
_KEYS = (
    ("1 2 3 4", "preview, plain text, log of mails, schedule"),
    ("h l ← →", "previous page, next page"),
    ("Tab", "switch between text and options"),
    ("j k g G", "down, up, top, end; also Ctrl+d, Ctrl+u, PgDn, PgUp, Space"),
    ("p", "papers of a day or of a week"),
    ("+ -", "more or fewer papers per section"),
    ("Space", "in the options: turn a section on or off, change a value (also ← →)"),
    ("< >", "in the options: move a section up or down"),
    ("i x", "install the schedule shown on page 4; remove it"),
    ("w", "save the options in the settings"),
    ("t", "send the shown digest to yourself as a test"),
    ("s", "mail the digest; mail it again if it was already mailed"),
    ("R", "compose the digest again"),
    ("Esc", "one step back: cancel a question or composing, then close"),
)


class DigestScreen(ModalScreen[None]):
    """Pages of text beside the options; below 120 columns only one of the two is shown."""

    DEFAULT_CSS = """
    DigestScreen { background: $background; layout: vertical; }
    DigestScreen #panes { height: 1fr; }
    DigestScreen Sheet { width: 1fr; height: 1fr; }
    DigestScreen OptionRows { width: 36; height: 1fr; max-height: 100%; }
    DigestScreen.-narrow OptionRows { display: none; width: 1fr; }
    DigestScreen.-narrow.-choosing OptionRows { display: block; }
    DigestScreen.-narrow.-choosing Sheet { display: none; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - Textual declares it so
    AUTO_FOCUS = "Sheet"

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q", "back", "Back"),
        *((str(number), f"page({number})", f"Page {number}") for number in range(1, 5)),
        ("l,right", "turn_page(1)", "Next page"),
        ("h,left", "turn_page(-1)", "Previous page"),
        ("tab,shift+tab", "other_pane", "Switch between text and options"),
        ("j,down", "scroll_by(1)", "Down"),
        ("k,up", "scroll_by(-1)", "Up"),
        ("ctrl+d", "scroll_page(0.5)", "Half a page down"),
        ("ctrl+u", "scroll_page(-0.5)", "Half a page up"),
        ("pagedown,space,ctrl+f", "scroll_page(1)", "A page down"),
        ("pageup,ctrl+b", "scroll_page(-1)", "A page up"),
        ("g,home", "to_end(-1)", "Top"),
        ("G,end", "to_end(1)", "End"),
        ("p", "period", "Day or week"),
        ("plus,equals_sign", "papers(1)", "More papers"),
        ("minus", "papers(-1)", "Fewer papers"),
        ("w", "save", "Save the options in the settings"),
        ("R", "look", "Compose again"),
        ("s", "send", "Send now"),
        ("t", "test", "Send a test"),
        ("enter,y", "confirm", "Confirm"),
        ("i", "install", "Install the schedule"),
        ("x", "remove", "Remove the schedule"),
        ("question_mark", "keys", "All keys"),
    ]

    def __init__(
        self,
        service: DigestService,
        glyphs: Glyphs,
        notice_below: NoticeLine,
        open_link: Callable[[str], bool],
        *,
        offline: bool,
    ) -> None:
        """Create the screen.

        Args:
            service: composes, mails and schedules the digest.
            glyphs: the symbols to draw with.
            notice_below: shows the result of a mail when this screen is already closed.
            open_link: opens a URL in the browser; returns whether it could be started.
            offline: whether network access is disabled.
        """
        super().__init__()
        self._service = service
        self._glyphs = glyphs
        self._open_in_browser = open_link
        self._sheet = Sheet(glyphs)
        self._rows = OptionRows(glyphs)
        self._strip = TabStrip(glyphs)
        self._notice = NoticeLine()
        self._key_line = KeyLine()
        self._page: PageName = "preview"
        # Laying out a large digest takes a while.
        self._cached: dict[PageName, tuple[DigestPreview, tuple[Block, ...]]] = {}

        self._activity = Activity(self, glyphs, self._show_state)
        self._preview = DigestPreviewController(self, self._notice, self._activity, service, offline=offline)
        self._options = DigestOptionsController(self, self._notice, service, self._preview)
        self._mail = DigestMailController(self, self._notice, notice_below, self._activity, service, self._preview)
        self._schedule = DigestScheduleController(self, service, self._preview, self._mail)

    def compose(self) -> ComposeResult:
        yield self._strip
        with Horizontal(id="panes"):
            yield self._sheet
            yield self._rows
        yield self._notice
        yield self._key_line

    def on_mount(self) -> None:
        self._service.forget_left()
        self._show()
        self._preview.compose()

    # --- showing -------------------------------------------------------------------------------------

    @on(DigestChanged)
    def _show(self) -> None:
        """Show everything again."""
        if self._mail.question is not None:
            self._focus_text()
        self._sheet.show_page(self._page, self._blocks())
        self._rows.show(self._schedule.rows() if self._page == "schedule" else self._options.rows())
        self._show_state()
        self._show_keys()

    @on(RecordRead)
    def _read_schedule(self) -> None:
        self._schedule.read_installed()

    def _blocks(self) -> Sequence[Block]:
        if self._page == "keys":
            return tuple(keys_page(_KEYS))
        if self._page == "log":
            return tuple(log_page(self._preview.record))
        if self._page == "schedule":
            return tuple(schedule_page(self._preview.record, self._schedule.times, *self._schedule.plan))
        preview, problem = self._preview.preview, self._preview.problem
        if preview is None:
            return (Block("faint", problem or f"Composing the digest {self._glyphs.ellipsis}"),)
        cached = self._cached.get(self._page)
        if cached is None or cached[0] is not preview:
            path = self._service.settings_path
            page = preview_page(preview, self._glyphs, path) if self._page == "preview" else text_page(preview, path)
            cached = self._cached[self._page] = preview, tuple(page)
        return cached[1]

    def _show_state(self) -> None:
        """Show the tabs, and the current activity or the state of the digest."""
        words = self._activity.words or self._preview.state_words
        self._strip.show(_TABS, _PAGES.index(self._page), words, busy=self._activity.is_running)

    def on_descendant_focus(self) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        """Show the keys for the focused pane."""
        if self._mail.question is not None:
            self._key_line.show((KeyHint("Enter", "yes", "confirm"), KeyHint("Esc", "no", "back")))
            return
        if self._rows.has_focus:
            hints = [KeyHint("Space", "change", "choose"), KeyHint("Tab", "text", "other_pane")]
            if self._page != "schedule":
                hints += [KeyHint("< >", "move", "keys"), KeyHint("w", "save", "save")]
        elif self._page == "schedule":
            hints = [KeyHint("i", "install", "install"), KeyHint("Tab", "time and days", "other_pane")]
            hints += [KeyHint("x", "remove", "remove")] if self._preview.record.installed else []
        else:
            hints = [
                KeyHint("s", "send", "send"),
                KeyHint("t", "test", "test"),
                KeyHint("Tab", "options", "other_pane"),
            ]
            hints += [KeyHint("p", "day/week", "period")]
            hints += [KeyHint("+ -", "papers", "papers(1)")]
            hints += [KeyHint("w", "save", "save")] if self._service.is_changed else []
        self._key_line.show((*hints, KeyHint("?", "keys", "keys"), KeyHint("Esc", "back", "back")))

    @on(KeyLine.Pressed)
    async def _run_pressed_action(self, message: KeyLine.Pressed) -> None:
        await self.run_action(message.action)

    # --- pages ---------------------------------------------------------------------------------------

    def _open_page(self, page: PageName) -> None:
        """Open a page, focus its text and cancel a pending question."""
        self._mail.cancel()
        self._page = page
        self._focus_text()
        self._show()

    def _focus_text(self) -> None:
        self.remove_class("-choosing")
        self.set_focus(self._sheet)

    @on(TabStrip.TabClicked)
    def _open_tab(self, message: TabStrip.TabClicked) -> None:
        self.action_page(message.place + 1)

    def action_page(self, number: int) -> None:
        self._open_page(_PAGES[number - 1])

    def action_turn_page(self, by: int) -> None:
        self.action_page((_PAGES.index(self._page) + by) % len(_TABS) + 1)

    def action_keys(self) -> None:
        self._open_page("keys")

    def action_other_pane(self) -> None:
        is_choosing = not self._rows.has_focus
        self.set_class(is_choosing, "-choosing")
        self.set_focus(self._rows if is_choosing else self._sheet)
        self._show()

    def action_scroll_by(self, lines: int) -> None:
        self._sheet.scroll_relative(y=lines, animate=False, force=True)

    def action_scroll_page(self, pages: float) -> None:
        self.action_scroll_by(round(pages * max(1, self._sheet.size.height - 2)))

    def action_to_end(self, way: int) -> None:
        if way < 0:
            self._sheet.scroll_to(y=0, animate=False, force=True)
        else:
            self._sheet.scroll_end(animate=False, force=True)

    @on(Preview.LinkClicked)
    def _open_link(self, message: Preview.LinkClicked) -> None:
        in_background(self, self._open_url, message.url, group="browser")

    async def _open_url(self, url: str) -> None:
        opened = await asyncio.to_thread(self._open_in_browser, url)
        words = f"Opened {url}" if opened else f"No browser could be started. Open {url}"
        self._notice.show_message(words, warning=not opened)

    def action_back(self) -> None:
        """Go one step back. Composing is cancelled; a mail being sent continues."""
        if self._mail.cancel():
            self._show_keys()
        elif self._rows.has_focus:
            self.action_other_pane()
        elif self._page == "keys":
            self._open_page("preview")
        else:
            self._mail.leave()
            if self.is_current:  # a second quick key would close the screen below
                self.dismiss(None)

    # --- options -------------------------------------------------------------------------------------

    def action_period(self) -> None:
        self._options.next_period()
        self._schedule.fit_period()

    def action_papers(self, by: int) -> None:
        self._options.change_papers(by)

    def action_save(self) -> None:
        in_background(self, self._options.save, group="keep")

    def action_look(self) -> None:
        self._preview.compose()

    def action_choose(self) -> None:
        self._rows.action_select()

    @on(OptionRows.Turned)
    def _turn(self, message: OptionRows.Turned) -> None:
        if self._page == "schedule":
            self._schedule.change(message.row, message.by)
        elif message.row == "period":
            self.action_period()
        else:
            self._options.change(message.row, message.by)

    @on(OptionRows.Pressed)
    async def _press(self, message: OptionRows.Pressed) -> None:
        if message.row.startswith(SECTION):
            self._options.toggle_section(message.row.removeprefix(SECTION))
        else:
            await self.run_action(message.row)

    @on(OptionRows.Moved)
    def _move(self, message: OptionRows.Moved) -> None:
        self._options.move_section(message.row.removeprefix(SECTION), message.by)

    # --- mail and schedule ---------------------------------------------------------------------------

    def action_send(self) -> None:
        self._show_missing_settings()
        self._mail.ask_to_send()
        self._show()

    def action_test(self) -> None:
        self._show_missing_settings()
        self._mail.send_test()

    def _show_missing_settings(self) -> None:
        if self._preview.lacks_settings and self._page != "preview":
            self._open_page("preview")

    def action_confirm(self) -> None:
        self._mail.confirm()
        self._show_keys()

    def action_install(self) -> None:
        if self._page == "schedule":
            self._schedule.ask_to_install()
            self._show()
        else:
            self._open_page("schedule")

    def action_remove(self) -> None:
        self._schedule.ask_to_remove()
        self._show()
