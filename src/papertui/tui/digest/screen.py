"""The digest's screen, whole: with how it is mailed by itself, and the way back to the papers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import ClassVar

from textual.binding import BindingType

from papertui.core.mailing.timetable import Days, Timetable
from papertui.desk.letterbox import Letterbox
from papertui.errors import PapertuiError
from papertui.tui.digest.asking import Question
from papertui.tui.digest.pages import next_words
from papertui.tui.digest.sending import Sending, Tell
from papertui.tui.digest.stage import PageName
from papertui.tui.digest.usual import STEP
from papertui.tui.signs import Signs
from papertui.tui.widgets.choices import Row
from papertui.tui.widgets.preview import Preview


class DigestScreen(Sending):
    """Preview, choices, sending, the log and the schedule of the digest."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("i", "install", "Have it mailed by itself"),
        ("x", "remove", "Mail it by itself no more"),
    ]

    def __init__(
        self, letterbox: Letterbox, signs: Signs, tell: Tell, open_page: Callable[[str], bool], *, offline: bool
    ) -> None:
        """Makes it.

        Args:
            letterbox: who is asked.
            signs: what is drawn with.
            tell: says what became of a mail when this screen is closed already.
            open_page: opens an address in the browser.
            offline: whether the network is never asked.
        """
        super().__init__(letterbox, signs, tell, offline=offline)
        self._open_page = open_page
        self._timed = False

    def rows(self) -> list[Row]:
        """On the page of the schedule its times, on all others what the digest is made of."""
        if self.page != "schedule":
            return super().rows()
        installed = self.record.installed is not None
        rows = [
            Row("when", "head", "When it is mailed"),
            Row("at", "value", "Time", f"{self.timetable.at:%H:%M}"),
            Row("days", "value", "Days", self.timetable.days),
            Row("gap1", "fact", ""),
            Row("install", "do", "Install this instead" if installed else "Install it", "i"),
        ]
        return [*rows, Row("remove", "do", "Take it away", "x")] if installed else rows

    def show_where(self) -> None:
        """Shows the keys that work where the reader is."""
        if self.question is not None:
            self.show_keys(("Enter", "yes", "yes"), ("Esc", "no", "back"))
            return
        if self.choices.has_focus:
            here = [("Tab", "text", "other_pane")]
            here += [("< >", "move", "keys"), ("w", "keep", "keep")] if self.page != "schedule" else []
            here = [("Space", "choose", "choose"), *here]
        elif self.page == "schedule":
            here = [("i", "install", "install"), ("Tab", "time and days", "other_pane")]
            here += [("x", "take away", "remove")] if self.record.installed else []
        else:
            here = [("s", "send", "send"), ("t", "test", "test"), ("Tab", "choices", "other_pane")]
            here += [("p", "day/week", "period"), ("+ -", "papers", "papers(1)")]
            here += [("w", "keep", "keep")] if self.letterbox.is_changed else []
        self.show_keys(*here, ("?", "keys", "keys"), ("Esc", "back", "back"))

    def action_choose(self) -> None:
        """Chooses what is under the cursor, for the key line."""
        self.choices.action_select()

    # --- by itself -------------------------------------------------------------------------------

    def recorded(self) -> None:
        """The times begin with those that are installed."""
        if not self._timed:
            self._timed = True
            installed = self.record.installed
            there = installed.timetable if installed and installed.timetable else self.timetable
            self.set_timetable(there)

    def set_timetable(self, timetable: Timetable) -> None:
        """Takes other times; what they would install is shown a moment later."""
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
        """Papers of a day, or of a week, which is mailed on other days."""
        super().action_period()
        self.set_timetable(self.timetable)

    def turn(self, row: str, by: int) -> None:
        """The time goes on by a quarter of an hour, the days to the others."""
        if row == "at":
            moment = datetime.combine(date.min + timedelta(days=1), self.timetable.at) + by * STEP
            self.set_timetable(self.timetable._replace(at=moment.time()))
        elif row == "days":
            days: Days = "on weekdays" if self.timetable.days == "every day" else "every day"
            self.set_timetable(self.timetable._replace(days=days))
        else:
            super().turn(row, by)

    def action_install(self) -> None:
        """Asks whether it is to be mailed by itself, on the page that shows what that does."""
        if self.page == "schedule":
            words = f"Have the digest mailed {self.timetable.words}? Enter installs what is shown, Esc does not."
            self.ask(Question("install", words))
        else:
            self.open_page("schedule")

    def action_remove(self) -> None:
        """Asks whether it is to be mailed by itself no more."""
        self.ask(Question("remove", "Mail the digest by itself no more? Enter takes it away, Esc does not."))

    def answered(self, question: Question) -> None:
        """Does what was asked."""
        if question.errand == "install":
            self.begin(self._install(), "installing")
        elif question.errand == "remove":
            self.begin(self._remove(), "taking away")
        else:
            super().answered(question)

    async def _install(self) -> None:
        await asyncio.to_thread(self.letterbox.install, self.timetable)
        self.record = await asyncio.to_thread(self.letterbox.record)
        self.say(next_words(self.record))

    async def _remove(self) -> None:
        removed = await asyncio.to_thread(self.letterbox.uninstall)
        words = "is no longer mailed by itself. Nothing else was changed" if removed else "was not mailed by itself"
        self.say(f"The digest {words}.")

    # --- away and back ---------------------------------------------------------------------------

    def on_preview_link_clicked(self, message: Preview.LinkClicked) -> None:
        """Opens a link that was clicked."""
        message.stop()
        self.run_worker(self._open(message.url), group="browser")

    async def _open(self, url: str) -> None:
        opened = await asyncio.to_thread(self._open_page, url)
        words = f"Opened {url}" if opened else f"No browser could be started here. The address is {url}"
        self.notice.tell(words, warning=not opened)

    def open_page(self, page: PageName) -> None:
        """Opens a page; a question that was asked is taken back."""
        self._take_back()
        super().open_page(page)

    def _take_back(self) -> None:
        if self.question is not None:
            self.question = None
            self.notice.dismiss()

    def action_back(self) -> None:
        """One step back; what is composed is given up, a mail on its way goes on."""
        if self.question is not None:
            self._take_back()
            self.show_where()
        elif self.choices.has_focus:
            self.action_other_pane()
        elif self.page == "keys":
            self.open_page("preview")
        else:
            if self.is_sending:
                self.tell("The mail goes on being sent; what becomes of it is told here.", False)  # noqa: FBT003
            self.dismiss(None)
