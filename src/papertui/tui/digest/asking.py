"""What is asked before a mail goes out, which cannot be taken back; and what is said when it has."""

from __future__ import annotations

from typing import Literal, NamedTuple

from papertui.desk.dispatch import Sent
from papertui.desk.letterbox import Proof

Errand = Literal["send", "again", "install", "remove"]


class Question(NamedTuple):
    """What is asked.

    Attributes:
        errand: what a yes does.
        words: the question, and what the keys do.
    """

    errand: Errand
    words: str


def before_sending(proof: Proof) -> Question:
    """Asks before a mail goes to anybody."""
    words = proof.digest.period.words
    to = ", ".join(box.address for box in proof.letter.recipients)
    if proof.waiting:
        old = ", ".join(posting.period.words for posting in proof.waiting)
        rest = "" if proof.mailed else f", then the digest of {words} is mailed"
        return Question(
            "send", f"The mail about {old} is sent again first{rest}, to {to}. Enter does it, Esc does not."
        )
    if proof.mailed:
        return once_more(words, to)
    return Question("send", f"Mail the digest of {words} to {to}? Enter mails it, Esc does not.")


def once_more(period: str, to: str) -> Question:
    """Asks before a mail goes out that was mailed already."""
    return Question(
        "again",
        f"The digest of {period} was mailed already. Enter mails it once more to {to}, as another mail; Esc does not.",
    )


def told_of(sent: Sent) -> tuple[str, bool]:
    """What came of sending, in sentences, and whether that is a warning."""
    words = sent.period.words
    if sent.result == "empty":
        said = f"There are no papers for {words}, and the settings want no mail then (send_empty), so none was sent."
    elif sent.result == "already":
        said = f"The digest of {words} was mailed already, so nothing was sent."
    elif sent.confirmed:
        said = f"The digest of {words} was mailed to {', '.join(sent.confirmed)}."
    else:
        said = ""
    return " ".join(filter(None, (*sent.told, said, sent.problem))), bool(sent.problem)
