"""The complete digest screen, with the schedule and navigation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import ClassVar

from textual.binding import BindingType

from papertui.digest.model import Days, SendTimes
from papertui.digest.service import DigestService
from papertui.errors import PapertuiError
from papertui.tui.digest.asking import Question
from papertui.tui.digest.pages import next_words
from papertui.tui.digest.sending import Sending, Tell
from papertui.tui.digest.stage import PageName
from papertui.tui.digest.usual import STEP
from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.choices import Row
from papertui.tui.widgets.preview import Preview


class DigestScreen(Sending):
    """Preview, options, sending, log and schedule of the digest."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("i", "install", "Install the schedule"),
        ("x", "remove", "Remove the schedule"),
    ]

    def __init__(
        self, letterbox: DigestService, signs: Glyphs, tell: Tell, open_page: Callable[[str], bool], *, offline: bool
    ) -> None:
        """Create the screen.

        Args:
            letterbox: the digest service.
            signs: the symbols to draw with.
            tell: shows the result of a mail when this screen is already closed.
            open_page: opens a URL in the browser.
            offline: whether network access is disabled.
        """
        super().__init__(letterbox, signs, tell, offline=offline)
        self._open_page = open_page
        self._timed = False

    def rows(self) -> list[Row]:
        """The times on the schedule page, the options of the digest on all others."""
        if self.page != "schedule":
            return super().rows()
        installed = self.record.installed is not None
        rows = [
            Row("when", "head", "Times"),
            Row("at", "value", "Time", f"{self.timetable.at:%H:%M}"),
            Row("days", "value", "Days", self.timetable.days),
            Row("gap1", "fact", ""),
            Row("install", "do", "Replace the schedule" if installed else "Install", "i"),
        ]
        return [*rows, Row("remove", "do", "Remove", "x")] if installed else rows

    def show_where(self) -> None:
        if self.question is not None:
            self.show_keys(("Enter", "yes", "yes"), ("Esc", "no", "back"))
            return
        if self.choices.has_focus:
            keys = [("Tab", "text", "other_pane")]
            keys += [("< >", "move", "keys"), ("w", "save", "keep")] if self.page != "schedule" else []
            keys = [("Space", "change", "choose"), *keys]
        elif self.page == "schedule":
            keys = [("i", "install", "install"), ("Tab", "time and days", "other_pane")]
            keys += [("x", "remove", "remove")] if self.record.installed else []
        else:
            keys = [("s", "send", "send"), ("t", "test", "test"), ("Tab", "options", "other_pane")]
            keys += [("p", "day/week", "period"), ("+ -", "papers", "papers(1)")]
            keys += [("w", "save", "keep")] if self.letterbox.is_changed else []
        self.show_keys(*keys, ("?", "keys", "keys"), ("Esc", "back", "back"))

    def action_choose(self) -> None:
        self.choices.action_select()

    # --- schedule -------------------------------------------------------------------------------

    def recorded(self) -> None:
        """Start with the installed times."""
        if not self._timed:
            self._timed = True
            installed = self.record.installed
            self.set_timetable(installed.timetable if installed and installed.timetable else self.timetable)

    def set_timetable(self, timetable: SendTimes) -> None:
        """Set the times; what would be installed is shown a moment later."""
        week = self.letterbox.chosen.period == "week"
        usual: Days = "every day" if timetable.days == "on Mondays" else timetable.days
        self.timetable = timetable._replace(days="on Mondays" if week else usual)
        self.run_worker(self._show_would(), group="would", exclusive=True)

    async def _show_would(self) -> None:
        try:
            self.would = await asyncio.to_thread(self.letterbox.would_install, self.timetable)
        except PapertuiError as problem:
            self.would = ("", (str(problem),))
        if self.page == "schedule":
            self.show()

    def action_period(self) -> None:
        # A weekly digest is mailed on other days.
        super().action_period()
        self.set_timetable(self.timetable)

    def turn(self, row: str, by: int) -> None:
        """Move the time by quarters of an hour, or switch the days."""
        if row == "at":
            moment = datetime.combine(date.min + timedelta(days=1), self.timetable.at) + by * STEP
            self.set_timetable(self.timetable._replace(at=moment.time()))
        elif row == "days":
            days: Days = "on weekdays" if self.timetable.days == "every day" else "every day"
            self.set_timetable(self.timetable._replace(days=days))
        else:
            super().turn(row, by)

    def action_install(self) -> None:
        if self.page == "schedule":
            words = f"Schedule the digest {self.timetable.words}? Enter = install, Esc = cancel"
            self.ask(Question("install", words))
        else:
            self.open_page("schedule")

    def action_remove(self) -> None:
        self.ask(Question("remove", "Remove the schedule? Enter = remove, Esc = cancel"))

    def answered(self, question: Question) -> None:
        if question.context == "install":
            self.begin(self._install(), "installing")
        elif question.context == "remove":
            self.begin(self._remove(), "removing")
        else:
            super().answered(question)

    async def _install(self) -> None:
        await asyncio.to_thread(self.letterbox.install, self.timetable)
        self.record = await asyncio.to_thread(self.letterbox.record)
        self.say(next_words(self.record))

    async def _remove(self) -> None:
        removed = await asyncio.to_thread(self.letterbox.uninstall)
        self.say("The schedule was removed. Nothing else was changed." if removed else "No schedule was installed.")

    # --- navigation ---------------------------------------------------------------------------

    def on_preview_link_clicked(self, message: Preview.LinkClicked) -> None:
        message.stop()
        self.run_worker(self._open(message.url), group="browser")

    async def _open(self, url: str) -> None:
        opened = await asyncio.to_thread(self._open_page, url)
        words = f"Opened {url}" if opened else f"No browser could be started. Open {url}"
        self.notice.tell(words, warning=not opened)

    def open_page(self, page: PageName) -> None:
        """Open a page and cancel a pending question."""
        self._take_back()
        super().open_page(page)

    def _take_back(self) -> None:
        if self.question is not None:
            self.question = None
            self.notice.dismiss()

    def action_back(self) -> None:
        """Go one step back. Composing is cancelled; a mail being sent continues."""
        if self.question is not None:
            self._take_back()
            self.show_where()
        elif self.choices.has_focus:
            self.action_other_pane()
        elif self.page == "keys":
            self.open_page("preview")
        else:
            if self.is_sending:
                self.tell("The mail is still being sent; the result is shown here.", False)  # noqa: FBT003
            self.dismiss(None)
