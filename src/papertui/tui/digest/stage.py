"""The layout of the digest screen and its navigation."""

from __future__ import annotations

from typing import ClassVar, Literal, get_args

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.timer import Timer

from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.choices import OptionRows
from papertui.tui.widgets.keyline import KeyHint, KeyLine
from papertui.tui.widgets.noticeline import NoticeLine
from papertui.tui.widgets.sheet import Sheet
from papertui.tui.widgets.tabstrip import Tab, TabStrip

PageName = Literal["preview", "text", "log", "schedule", "keys"]
_TABS = (Tab("Preview", "Look"), Tab("Plain text", "Text"), Tab("Mails", "Mails"), Tab("Schedule", "When"))
#: Seconds between two frames of the spinner.
_TURN = 0.1
#: Every key of this screen, for the page of keys.
KEYS = (
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


class DigestStage(ModalScreen[None]):
    """Pages of text beside the options; below 120 columns only one of the two is shown."""

    DEFAULT_CSS = """
    DigestStage { background: $background; layout: vertical; }
    DigestStage #letter { height: 1fr; }
    DigestStage Sheet { width: 1fr; height: 1fr; background: $background; scrollbar-background: $background; }
    DigestStage Choices { width: 36; height: 1fr; max-height: 100%; }
    DigestStage.-narrow Choices { display: none; width: 1fr; }
    DigestStage.-narrow.-choosing Choices { display: block; }
    DigestStage.-narrow.-choosing Sheet { display: none; }
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
        ("question_mark", "keys", "All keys"),
    ]

    def __init__(self, signs: Glyphs) -> None:
        super().__init__()
        self.signs = signs
        self.sheet = Sheet(signs)
        self.choices = OptionRows(signs)
        self.strip = TabStrip(ellipsis=signs.ellipsis)
        self.notice = NoticeLine()
        self.keys = KeyLine()
        self.page: PageName = "preview"
        self._doing = ""
        self._turn = 0
        self._spinner: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self.strip
        with Horizontal(id="letter"):
            yield self.sheet
            yield self.choices
        yield self.notice
        yield self.keys

    def show(self) -> None:
        """Show everything again."""

    def state(self) -> str:
        """The state of the digest, in a few words."""
        return ""

    def show_state(self) -> None:
        """Show the tabs, and the current activity or the state of the digest."""
        sign = self.signs.spin[self._turn % len(self.signs.spin)]
        words = f"{sign} {self._doing}" if self._doing else self.state()
        place = get_args(PageName).index(self.page)
        self.strip.show(_TABS, place, words, busy=bool(self._doing))

    def set_doing(self, words: str) -> None:
        """Show an activity; an empty string ends it."""
        self._doing = words
        if words and self._spinner is None:
            self._spinner = self.set_interval(_TURN, self._spin)
        elif not words and self._spinner is not None:
            self._spinner.stop()
            self._spinner = None
        self.show_state()

    @property
    def is_doing(self) -> bool:
        return bool(self._doing)

    def _spin(self) -> None:
        self._turn += 1
        self.show_state()

    def show_keys(self, *keys: tuple[str, str, str]) -> None:
        """Show keys, each with a word and its action."""
        self.keys.show(tuple(KeyHint(*key) for key in keys))

    async def on_key_line_pressed(self, message: KeyLine.Pressed) -> None:
        message.stop()
        await self.run_action(message.action)

    def on_tab_strip_chosen(self, message: TabStrip.Chosen) -> None:
        message.stop()
        self.action_page(message.place + 1)

    def action_page(self, number: int) -> None:
        self.open_page(get_args(PageName)[number - 1])

    def action_turn_page(self, by: int) -> None:
        place = get_args(PageName).index(self.page)
        self.action_page((place + by) % len(_TABS) + 1)

    def action_keys(self) -> None:
        self.open_page("keys")

    def on_descendant_focus(self) -> None:
        self.show_where()

    def show_where(self) -> None:
        """Show the keys for the focused pane."""

    def open_page(self, page: PageName) -> None:
        """Open a page and focus its text."""
        self.page = page
        self.remove_class("-choosing")
        self.set_focus(self.sheet)
        self.show()

    def action_other_pane(self) -> None:
        choosing = not self.choices.has_focus
        self.set_class(choosing, "-choosing")
        self.set_focus(self.choices if choosing else self.sheet)
        self.show()

    def action_scroll_by(self, lines: int) -> None:
        self.sheet.scroll_relative(y=lines, animate=False, force=True)

    def action_scroll_page(self, pages: float) -> None:
        self.action_scroll_by(round(pages * max(1, self.sheet.size.height - 2)))

    def action_to_end(self, way: int) -> None:
        if way < 0:
            self.sheet.scroll_to(y=0, animate=False, force=True)
        else:
            self.sheet.scroll_end(animate=False, force=True)
