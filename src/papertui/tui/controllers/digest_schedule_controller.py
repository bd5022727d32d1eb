"""The schedule of the digest: times, and installing and removing it."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta

from textual.screen import Screen

from papertui.digest.model import Days, SendTimes
from papertui.digest.service import DigestService
from papertui.errors import PapertuiError
from papertui.tui.controllers.digest_mail_controller import DigestMailController
from papertui.tui.controllers.digest_preview_controller import DigestChanged, DigestPreviewController
from papertui.tui.digest_pages import next_words
from papertui.tui.widgets.option_rows import OptionRow

_DEFAULT_TIME = time(8)
_TIME_STEP = timedelta(minutes=15)


class DigestScheduleController:
    """Changes the times, shows what would be installed, and installs it."""

    def __init__(
        self,
        screen: Screen[None],
        service: DigestService,
        preview: DigestPreviewController,
        mail: DigestMailController,
    ) -> None:
        self._screen = screen
        self._service = service
        self._preview = preview
        self._mail = mail
        self._has_read_installed = False
        self.times = SendTimes(_DEFAULT_TIME)
        #: The files and commands that installing would write and run, and warnings about them.
        self.plan: tuple[str, tuple[str, ...]] = ("", ())

    def rows(self) -> list[OptionRow]:
        """Return the rows of the options panel."""
        is_installed = self._preview.record.installed is not None
        return [
            OptionRow("when", "head", "Times"),
            OptionRow("at", "value", "Time", f"{self.times.at:%H:%M}"),
            OptionRow("days", "value", "Days", self.times.days),
            OptionRow("gap1", "fact", ""),
            OptionRow("install", "do", "Replace the schedule" if is_installed else "Install", "i"),
            *([OptionRow("remove", "do", "Remove", "x")] if is_installed else []),
        ]

    def read_installed(self) -> None:
        """Start with the installed times, once they are known."""
        if not self._has_read_installed:
            self._has_read_installed = True
            installed = self._preview.record.installed
            self.set_times(installed.timetable if installed and installed.timetable else self.times)

    def fit_period(self) -> None:
        """A weekly digest is mailed on other days."""
        self.set_times(self.times)

    def set_times(self, times: SendTimes) -> None:
        """Set the times; what would be installed is shown a moment later."""
        is_weekly = self._service.chosen.period == "week"
        days: Days = "every day" if times.days == "on Mondays" else times.days
        self.times = times._replace(days="on Mondays" if is_weekly else days)
        self._screen.run_worker(self._read_plan(), group="would", exclusive=True)

    async def _read_plan(self) -> None:
        try:
            self.plan = await asyncio.to_thread(self._service.would_install, self.times)
        except PapertuiError as error:
            self.plan = ("", (str(error),))
        self._screen.post_message(DigestChanged())

    def change(self, row: str, by: int) -> None:
        """Move the time by quarters of an hour, or switch the days."""
        if row == "at":
            moment = datetime.combine(date.min + timedelta(days=1), self.times.at) + by * _TIME_STEP
            self.set_times(self.times._replace(at=moment.time()))
        elif row == "days":
            days: Days = "on weekdays" if self.times.days == "every day" else "every day"
            self.set_times(self.times._replace(days=days))

    def ask_to_install(self) -> None:
        words = f"Schedule the digest {self.times.words}? Enter = install, Esc = cancel"
        self._mail.ask(words, self._install, "installing")

    def ask_to_remove(self) -> None:
        self._mail.ask("Remove the schedule? Enter = remove, Esc = cancel", self._remove, "removing")

    async def _install(self) -> None:
        await asyncio.to_thread(self._service.install, self.times)
        await self._preview.read_record()
        self._mail.show_result(next_words(self._preview.record))

    async def _remove(self) -> None:
        removed = await asyncio.to_thread(self._service.uninstall)
        self._mail.show_result(
            "The schedule was removed. Nothing else was changed." if removed else "No schedule was installed."
        )
