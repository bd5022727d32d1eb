"""Confirmation questions of the digest screen, and sentences about the result of sending."""

from __future__ import annotations

from typing import Literal, NamedTuple

from papertui.digest.send import SendResult
from papertui.digest.service import DigestPreview

Errand = Literal["send", "again", "install", "remove"]


class Question(NamedTuple):
    """A question to confirm."""

    #: What is done when the reader confirms.
    context: Errand
    #: The question and the keys that answer it.
    words: str


def before_sending(proof: DigestPreview) -> Question:
    """Return the question to confirm before the digest is mailed."""
    words = proof.digest.period.words
    to = ", ".join(box.address for box in proof.letter.recipients)
    if proof.waiting:
        old = ", ".join(posting.period.words for posting in proof.waiting)
        rest = "" if proof.mailed else f", then mail the digest of {words}"
        return Question("send", f"Resend the mail for {old}{rest}, to {to}? Enter = send, Esc = cancel")
    if proof.mailed:
        return once_more(words, to)
    return Question("send", f"Mail the digest of {words} to {to}? Enter = send, Esc = cancel")


def once_more(period: str, to: str) -> Question:
    """Return the question to confirm before a digest is mailed again."""
    return Question(
        "again",
        f"The digest of {period} has already been mailed. Mail it to {to} again? Enter = send, Esc = cancel",
    )


def told_of(sent: SendResult) -> tuple[str, bool]:
    """Return sentences about the result of sending, and whether they are a warning."""
    words = sent.period.words
    if sent.result == "empty":
        said = f"There are no papers for {words}; nothing was sent (send_empty = false in the settings)."
    elif sent.result == "already":
        said = f"The digest of {words} has already been mailed; nothing was sent."
    elif sent.confirmed:
        said = f"The digest of {words} was mailed to {', '.join(sent.confirmed)}."
    else:
        said = ""
    return " ".join(filter(None, (*sent.messages, said, sent.problem))), bool(sent.problem)
