"""The digest's screen, sending: what is due, once more, a test; asked before, and told of afterwards."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from textual.binding import BindingType

from papertui.desk.letterbox import Letterbox, Proof
from papertui.errors import PapertuiError
from papertui.tui.digest.asking import Question, before_sending, once_more, told_of
from papertui.tui.digest.choosing import Choosing
from papertui.tui.digest.pages import missing_lines
from papertui.tui.signs import Signs

#: Says something on the screen the reader goes back to, as a warning or not.
Tell = Callable[[str, bool], None]


class Sending(Choosing):
    """What is sent goes on when the screen is closed: a mail on its way cannot be called back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("s", "send", "Send now"),
        ("t", "test", "Send a test"),
        ("enter,y", "yes", "Do what is asked"),
    ]

    def __init__(self, letterbox: Letterbox, signs: Signs, tell: Tell, *, offline: bool) -> None:
        super().__init__(letterbox, signs, offline=offline)
        self.tell = tell

    def ask(self, question: Question) -> None:
        """Asks; Enter or y does it, anything that goes back does not."""
        self.question = question
        self.notice.tell(question.words, warning=True)
        self.remove_class("-choosing")
        self.set_focus(self.sheet)
        self.show_where()

    def action_yes(self) -> None:
        """Does what is asked."""
        question, self.question = self.question, None
        if question is not None:
            self.notice.dismiss()
            self.answered(question)
            self.show_where()

    def answered(self, question: Question) -> None:
        """Does what was asked."""
        if question.errand in {"send", "again"}:
            self.begin(self._send(again=question.errand == "again"), "sending")

    def begin(self, work: Coroutine[Any, Any, None], words: str) -> None:
        """Does something that is done to its end whatever becomes of the screen."""
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
        """Says what became of something, here or on the screen below."""
        if self.is_running:
            self.notice.tell(sentence, warning=warning)
        else:
            self.tell(sentence, warning)

    def _may_send(self) -> Proof | None:
        """What can be sent; else says why nothing can."""
        proof = self.proof
        if self.is_sending:
            self.notice.tell("A mail is on its way already.")
        elif self.offline:
            self.notice.tell("papertui was started with --offline and mails nothing. Start it without.", warning=True)
        elif proof is None or self.is_doing:
            self.notice.tell(self.problem or "The digest is still being composed.", warning=bool(self.problem))
        elif proof.missing:
            names = ", ".join(line.partition(" ")[0] for line in missing_lines(proof.missing)[1:])
            path = self.letterbox.settings_path
            self.open_page("preview")
            self.notice.tell(f"Under [mail] in {path} is not set: {names}. The lines stand above.", warning=True)
        else:
            return proof
        return None

    def action_send(self) -> None:
        """Asks whether what is due is to be mailed, or mailed once more."""
        if (proof := self._may_send()) is not None:
            self.ask(before_sending(proof))

    def action_test(self) -> None:
        """Mails what is shown to the reader alone."""
        if (proof := self._may_send()) is not None:
            self.begin(self._test(proof), "sending a test")

    async def _send(self, *, again: bool) -> None:
        sent = await self.letterbox.send(again=again)
        if sent.result == "already" and self.is_running and self.proof is not None:
            # Another papertui was quicker.
            to = ", ".join(box.address for box in self.proof.letter.recipients)
            self.ask(once_more(sent.period.words, to))
            return
        sentence, warning = told_of(sent)
        self.say(sentence, warning=warning)

    async def _test(self, proof: Proof) -> None:
        await self.letterbox.send_test(proof)
        self.say(f"The test was mailed to {proof.oneself.address}; nothing is noted of it.")
