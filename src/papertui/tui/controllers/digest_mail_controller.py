"""Sending the digest, again or as a test, after a confirmation."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from textual.screen import Screen

from papertui.digest.send import SendResult
from papertui.digest.service import DigestPreview, DigestService
from papertui.errors import PapertuiError
from papertui.tui.controllers.activity import Activity
from papertui.tui.controllers.digest_preview_controller import DigestChanged, DigestPreviewController
from papertui.tui.digest_pages import missing_lines
from papertui.tui.widgets.notice_line import NoticeLine

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
        self._screen.app.run_worker(self._run(work, activity), group="digest-mail")

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
