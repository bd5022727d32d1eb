"""Versions of papers as arXiv numbers them, withdrawals, and what is new about kept papers. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Final, Literal, NamedTuple

#: What can be new about a kept paper.
NewsKind = Literal["new-version", "withdrawn", "published"]


class SeenVersion(NamedTuple):
    """A version of a paper in a response of arXiv."""

    id: str  # of the paper, without the version
    number: int  # from 1
    updated: datetime | None = None  # when it appeared, UTC
    abstract: str = ""  # empty if the response has none
    #: What the authors or arXiv say about its withdrawal; empty if it is not withdrawn.
    withdrawn: str = ""
    doi: str = ""  # of the published version
    journal_ref: str = ""


class PaperNews(NamedTuple):
    """Something new about a kept paper."""

    paper: str  # its id
    kind: NewsKind
    found: datetime  # UTC
    version: int = 0  # the new version, or the one that is withdrawn
    before: int = 0  # the version that the reader had; 0 if unknown
    words: str = ""  # what is said about the withdrawal
    doi: str = ""  # of the published version
    journal_ref: str = ""
    is_seen: bool = False  # the reader has read or compared the new version

    @property
    def sign(self) -> str:
        """A few words for a row: ``v2 is out``."""
        match self.kind:
            case "new-version":
                return f"v{self.version} is out"
            case "withdrawn":
                return "withdrawn"
            case "published":
                return "published"

    @property
    def sentence(self) -> str:
        """A sentence for the reader, without the paper."""
        match self.kind:
            case "new-version":
                had = f"; you had version {self.before}" if self.before else ""
                return f"Version {self.version} is out{had}."
            case "withdrawn":
                return withdrawal_sentence(self.words)
            case "published":
                where = ", ".join(filter(None, (self.journal_ref, self.doi)))
                return f"Published: {where}."


def withdrawal_sentence(words: str) -> str:
    """Return a sentence about a withdrawal that `words` state."""
    return f"Withdrawn: {words.rstrip('.')}." if words else "This paper is withdrawn."


# --- withdrawals -------------------------------------------------------------------------------------

_OF_IT: Final = r"(?:paper|article|submission|manuscript|work|preprint|version|note)"
_AUX: Final = r"(?:(?:has|have|had|is|was|been|being|now|temporarily)\s+)"
_TAKEN_BACK: Final = r"(?:withdrawn|retracted)"
#: What may follow a bare "withdrawn" that is a statement: not "Withdrawn patients are ...".
_STATED: Final = r"(?=\s*(?:$|[.,:;!)\]]|(?:by|because|due|since|as|for|pending|owing|until)\b))"
_BEGIN: Final = r"(?:^|[.;!?]\s+)\W*"
#: "This paper has now been withdrawn by the author", "The authors have withdrawn this paper", "Withdrawn: ...". The
#: statement begins a sentence, so that papers about withdrawals are none. Compiled when a text has one of the words: a
#: start needs neither.
_WITHDRAWN: Final = cache(
    lambda: re.compile(
        rf"^\W*(?:{_OF_IT}\s+)?{_AUX}*{_TAKEN_BACK}\b{_STATED}"
        rf"|{_BEGIN}(?:this|the|our)\s+(?:arxiv\s+)?{_OF_IT}\s+{_AUX}+{_TAKEN_BACK}\b(?!\s+from\s+(?!(?:the\s+)?arxiv\b))"
        rf"|{_BEGIN}(?:the\s+)?authors?\s+(?:has|have)\s+{_TAKEN_BACK}\s+(?:this|the)\s+{_OF_IT}\b"
        r"|\barxiv admin(?:istration)?\b[^.]{0,40}\bwithdrawn\b",
        re.IGNORECASE,
    )
)
#: In a comment, which is about the paper itself, a clause is enough: "12 pages; withdrawn".
_WITHDRAWN_IN_COMMENT: Final = cache(
    lambda: re.compile(rf"[;,.(]\s*(?:(?:this|the)\s+)?(?:{_OF_IT}\s+)?{_AUX}*withdrawn\b{_STATED}", re.IGNORECASE)
)
#: Letters of an abstract in which it says so, and of the statement that are kept.
_START, _LONGEST = 400, 300


def withdrawal(abstract: str, comment: str = "") -> str:
    """Return the statement that a paper is withdrawn, from its comment or its abstract; empty if there is none."""
    if _is_about(comment) and (_WITHDRAWN().search(comment) or _WITHDRAWN_IN_COMMENT().search(comment)):
        return _cut(comment)
    start = abstract[:_START]
    if not _is_about(start):
        return ""
    if found := _WITHDRAWN().search(start):
        said = start[found.start() :].lstrip(".;!? ")
        sentence, stop, _ = said.partition(". ")
        return _cut(sentence + stop)
    return ""


def _is_about(text: str) -> bool:
    """Whether `text` has one of the words at all, which is found faster than a statement."""
    small = text.lower()
    return "withdrawn" in small or "retracted" in small


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
