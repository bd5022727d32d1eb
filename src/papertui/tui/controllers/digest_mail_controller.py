"""Mailing the digest: now, as a test, and every day. Each is confirmed first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from textual.screen import Screen

from papertui.digest.model import Days, SendTimes
from papertui.digest.send import SendResult
from papertui.digest.service import DigestPreview, DigestService
from papertui.errors import PapertuiError
from papertui.tui.controllers.context import Activity, in_background
from papertui.tui.controllers.digest_preview_controller import DigestChanged, DigestPreviewController
from papertui.tui.digest_pages import missing_lines, next_words
from papertui.tui.widgets.notice_line import NoticeLine
from papertui.tui.widgets.option_rows import OptionRow

#: Work that runs to its end, even if the screen is closed.
SendAction = Callable[[], Coroutine[Any, Any, None]]


class Question(NamedTuple):
    """A question to confirm."""

    words: str  # with the keys that answer it
    work: SendAction  # what is done when the reader confirms
    activity: str  # its name while it runs


class DigestMailController:
    """Sending continues when the screen is closed: a mail being sent cannot be recalled."""

    def __init__(
        self,
        screen: Screen[None],
        notice: NoticeLine,
        notice_below: NoticeLine,
        activity: Activity,
        service: DigestService,
        preview: DigestPreviewController,
    ) -> None:
        """Create the controller; results are shown in `notice_below` when the screen is closed."""
        self._screen = screen
        self._notice = notice
        self._notice_below = notice_below
        self._activity = activity
        self._service = service
        self._preview = preview
        self._is_busy = False
        self.question: Question | None = None

    # --- questions -----------------------------------------------------------------------------------

    def ask(self, words: str, work: SendAction, activity: str) -> None:
        """Ask the reader to confirm `work`."""
        self.question = Question(words, work, activity)
        self._notice.warn(words)
        self._screen.post_message(DigestChanged())

    def confirm(self) -> None:
        """Do what was asked about, if anything."""
        question, self.question = self.question, None
        if question is not None:
            self._notice.dismiss()
            self._begin(question.work, question.activity)

    def cancel(self) -> bool:
        """Take the question back; return whether there was one."""
        if self.question is None:
            return False
        self.question = None
        self._notice.dismiss()
        return True

    def _begin(self, work: SendAction, activity: str) -> None:
        self._is_busy = True
        in_background(self._screen.app, self._run, work, activity, group="digest-mail")

    async def _run(self, work: SendAction, activity: str) -> None:
        try:
            with self._activity.running(activity):
                await work()
        except PapertuiError as error:
            self.show_result(str(error), warning=True)
        finally:
            self._is_busy = False
        if self._screen.is_running:
            self._preview.compose()

    def show_result(self, sentence: str, *, warning: bool = False) -> None:
        """Show a result here, or on the screen below when this one is closed."""
        notice = self._notice if self._screen.is_running else self._notice_below
        notice.show_message(sentence, warning=warning)

    def leave(self) -> None:
        """Say on the screen below that a mail is still being sent, if so."""
        if self._is_busy:
            self._notice_below.show_message("The mail is still being sent; the result is shown here.")

    # --- sending -------------------------------------------------------------------------------------

    def _check(self) -> DigestPreview | None:
        """Return what can be sent, or show why nothing can."""
        preview, problem = self._preview.preview, self._preview.problem
        if self._is_busy:
            self._notice.show_message("A mail is already being sent.")
        elif self._preview.offline:
            self._notice.warn("papertui runs with --offline and sends no mail. Restart it without --offline.")
        elif preview is None or self._activity.is_running:
            self._notice.show_message(problem or "The digest is still being composed.", warning=bool(problem))
        elif preview.missing:
            names = ", ".join(line.partition(" ")[0] for line in missing_lines(preview.missing)[1:])
            path = self._service.settings_path
            self._notice.warn(f"Missing settings under [mail] in {path}: {names} (see the example above).")
        else:
            return preview
        return None

    def ask_to_send(self) -> None:
        if (preview := self._check()) is None:
            return
        words, to = preview.digest.period.words, _recipients(preview)
        if preview.waiting:
            old = ", ".join(delivery.period.words for delivery in preview.waiting)
            rest = "" if preview.mailed else f", then mail the digest of {words}"
            self.ask(f"Resend the mail for {old}{rest}, to {to}? Enter = send, Esc = cancel", self._send, "sending")
        elif preview.mailed:
            self._ask_to_send_again(words, to)
        else:
            self.ask(f"Mail the digest of {words} to {to}? Enter = send, Esc = cancel", self._send, "sending")

    def _ask_to_send_again(self, period: str, to: str) -> None:
        self.ask(
            f"The digest of {period} has already been mailed. Mail it to {to} again? Enter = send, Esc = cancel",
            self._send_again,
            "sending",
        )

    def send_test(self) -> None:
        if (preview := self._check()) is not None:
            self._begin(lambda: self._send_test(preview), "sending a test")

    async def _send(self) -> None:
        result = await self._service.send()
        if result.result == "already" and self._screen.is_running and self._preview.preview is not None:
            # Another papertui sent it first.
            self._ask_to_send_again(result.period.words, _recipients(self._preview.preview))
        else:
            self._show_sent(result)

    async def _send_again(self) -> None:
        self._show_sent(await self._service.send(again=True))

    def _show_sent(self, result: SendResult) -> None:
        words = result.period.words
        if result.result == "empty":
            outcome = f"There are no papers for {words}; nothing was sent (send_empty = false in the settings)."
        elif result.result == "already":
            outcome = f"The digest of {words} has already been mailed; nothing was sent."
        elif result.confirmed:
            outcome = f"The digest of {words} was mailed to {', '.join(result.confirmed)}."
        else:
            outcome = ""
        sentence = " ".join(filter(None, (*result.messages, outcome, result.problem)))
        self.show_result(sentence, warning=bool(result.problem))

    async def _send_test(self, preview: DigestPreview) -> None:
        await self._service.send_test(preview)
        self.show_result(f"The test was mailed to {preview.oneself.address}. It is not recorded.")


def _recipients(preview: DigestPreview) -> str:
    return ", ".join(mailbox.address for mailbox in preview.mail.recipients)


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
        in_background(self._screen, self._read_plan, group="would", exclusive=True)

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
