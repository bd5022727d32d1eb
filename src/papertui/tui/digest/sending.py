"""The digest screen with sending: the digest, a repetition or a test, after a confirmation."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from textual.binding import BindingType

from papertui.digest.service import DigestPreview, DigestService
from papertui.errors import PapertuiError
from papertui.tui.digest.asking import Question, before_sending, once_more, told_of
from papertui.tui.digest.choosing import Choosing
from papertui.tui.digest.pages import missing_lines
from papertui.tui.glyphs import Glyphs

#: Shows a sentence on the screen below, as a warning or not.
Tell = Callable[[str, bool], None]


class Sending(Choosing):
    """Sending continues when the screen is closed: a mail being sent cannot be recalled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("s", "send", "Send now"),
        ("t", "test", "Send a test"),
        ("enter,y", "yes", "Confirm"),
    ]

    def __init__(self, letterbox: DigestService, signs: Glyphs, tell: Tell, *, offline: bool) -> None:
        super().__init__(letterbox, signs, offline=offline)
        self.tell = tell

    def ask(self, question: Question) -> None:
        """Show a question; Enter or y confirms, Esc cancels."""
        self.question = question
        self.notice.tell(question.words, warning=True)
        self.remove_class("-choosing")
        self.set_focus(self.sheet)
        self.show_where()

    def action_yes(self) -> None:
        question, self.question = self.question, None
        if question is not None:
            self.notice.dismiss()
            self.answered(question)
            self.show_where()

    def answered(self, question: Question) -> None:
        if question.context in {"send", "again"}:
            self.begin(self._send(again=question.context == "again"), "sending")

    def begin(self, work: Coroutine[Any, Any, None], words: str) -> None:
        """Run work to its end, even if the screen is closed."""
        self.is_sending = True
        self.set_doing(words)
        self.app.run_worker(self._done(work), group="letterbox")

    async def _done(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except PapertuiError as problem:
            self.say(str(problem), warning=True)
        finally:
            self.is_sending = False
        if self.is_running:
            self.set_doing("")
            self.look()

    def say(self, sentence: str, *, warning: bool = False) -> None:
        """Show a result here, or on the screen below when this one is closed."""
        if self.is_running:
            self.notice.tell(sentence, warning=warning)
        else:
            self.tell(sentence, warning)

    def _may_send(self) -> DigestPreview | None:
        """Return what can be sent, or show why nothing can."""
        proof = self.proof
        if self.is_sending:
            self.notice.tell("A mail is already being sent.")
        elif self.offline:
            self.notice.tell(
                "papertui runs with --offline and sends no mail. Restart it without --offline.", warning=True
            )
        elif proof is None or self.is_doing:
            self.notice.tell(self.problem or "The digest is still being composed.", warning=bool(self.problem))
        elif proof.missing:
            names = ", ".join(line.partition(" ")[0] for line in missing_lines(proof.missing)[1:])
            path = self.letterbox.settings_path
            self.open_page("preview")
            self.notice.tell(f"Missing settings under [mail] in {path}: {names} (see the example above).", warning=True)
        else:
            return proof
        return None

    def action_send(self) -> None:
        if (proof := self._may_send()) is not None:
            self.ask(before_sending(proof))

    def action_test(self) -> None:
        if (proof := self._may_send()) is not None:
            self.begin(self._test(proof), "sending a test")

    async def _send(self, *, again: bool) -> None:
        sent = await self.letterbox.send(again=again)
        if sent.result == "already" and self.is_running and self.proof is not None:
            # Another papertui sent it first.
            to = ", ".join(box.address for box in self.proof.letter.recipients)
            self.ask(once_more(sent.period.words, to))
            return
        sentence, warning = told_of(sent)
        self.say(sentence, warning=warning)

    async def _test(self, proof: DigestPreview) -> None:
        await self.letterbox.send_test(proof)
        self.say(f"The test was mailed to {proof.oneself.address}. It is not recorded.")
