"""Spans of a text while it is parsed: signs in the text mark where they begin and end.

Texts in a page pass through cells, captions, notes and scripts before they become parts. Signs travel with them, so
that nobody has to shift positions; `SpanMarks.resolved` takes them out at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from papertui.model.document import Span, SpanKind
from papertui.model.safe_text import one_line, safe
from papertui.model.text import web_url

# Private use characters, which safe text never has, around the number of a span.
_OPEN, _BEHIND, _CLOSE = "\ue010", "\ue011", "\ue012"
#: Before the indentation of a line of an algorithm, and behind it.
STEP, STEP_DEPTH = "\ue013", "\ue014"
_SIGN: Final = re.compile(f"{_OPEN}([0-9]{{1,9}}){_BEHIND}|{_CLOSE}")
_FORGED: Final = {ord(sign): "\N{REPLACEMENT CHARACTER}" for sign in (_OPEN, _BEHIND, _CLOSE, STEP, STEP_DEPTH)}
_ANY_SIGN: Final = re.compile(f"[{_OPEN}-{STEP_DEPTH}]")
_LOOSE_STOP: Final = re.compile(f"\\s+((?:{_SIGN.pattern})*[.,:;])".replace("([0-9]", "(?:[0-9]"))
_OWN_PAGE: Final = re.compile(r"https?://(?:[\w.-]+\.)?(?:arxiv\.org|ar5iv\.org)/html/[\w./-]*$", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")
_BOLD_NUMBER: Final = re.compile("[\U0001d7ce-\U0001d7d7](?:[\U0001d7ce-\U0001d7d7.,]*[\U0001d7ce-\U0001d7d7])?")
_DIGITS: Final = {0x1D7CE + digit: str(digit) for digit in range(10)}
#: More spans than any paper has.
_MOST: Final = 500_000


def outside(text: str) -> str:
    """Return text from outside without the signs that mark spans."""
    return text.translate(_FORGED) if _ANY_SIGN.search(text) else text


def plain(text: str) -> str:
    """Return `text` without its signs."""
    return _SIGN.sub("", text) if _CLOSE in text or _OPEN in text else text


def with_closed_stops(text: str) -> str:
    """Return `text` without blanks before a full stop or a colon, also where a span ends or begins between them."""
    return _LOOSE_STOP.sub(r"\1", text)


def same_spans(text: str, change: Callable[[str], str]) -> str:
    """Return `text` changed as a whole, with its spans; around all of it if the change moves letters."""
    if _OPEN not in text and _CLOSE not in text:
        return change(text)
    bare = plain(text).strip()
    made = change(bare)
    if len(made) != len(bare):
        opening = "".join(sign[0] for sign in _SIGN.finditer(text) if sign[1])
        return opening + made + _CLOSE * opening.count(_OPEN)
    letters = iter(made)
    pieces: list[str] = []
    at = 0
    for sign in (*_SIGN.finditer(text), None):
        piece = text[at : sign.start() if sign else len(text)]
        pieces += ["".join(next(letters, "") for _ in (piece.strip() if not pieces or sign is None else piece))]
        if sign is not None:
            pieces.append(sign[0])
            at = sign.end()
    return "".join(pieces)


def link_target(href: str) -> str:
    """Return where a link leads: ``#`` and an id in the page itself, or an address; empty if nowhere."""
    href = href.strip()
    address, sign, place = href.partition("#")
    if sign and place and (not address or _OWN_PAGE.match(address)):
        return f"#{one_line(place)}"
    if href.lower().startswith("mailto:") and len(href) > len("mailto:"):
        return one_line(href).replace(" ", "")
    return web_url(href.replace(" ", "%20")) or ""


class SpanMarks:
    """The spans of one document."""

    def __init__(self) -> None:
        self._spans: list[tuple[SpanKind, str, str]] = []

    end: Final = _CLOSE

    def begin(self, kind: SpanKind, target: str = "", tex: str = "") -> str:
        """Return the sign for the begin of a span."""
        if len(self._spans) < _MOST:
            self._spans.append((kind, target, tex))
        return f"{_OPEN}{len(self._spans) - 1}{_BEHIND}"

    def around(self, text: str, kind: SpanKind, target: str = "", tex: str = "") -> str:
        """Return `text` as a span."""
        return f"{self.begin(kind, target, tex)}{text}{_CLOSE}" if text else ""

    def formula(self, text: str, tex: str) -> str:
        """Return a formula as a span. Bold digits, which cannot be searched or copied, become bold plain ones."""
        shown = _BOLD_NUMBER.sub(lambda number: self.around(number[0].translate(_DIGITS), "strong"), text)
        return self.around(shown, "formula", tex=tex)

    def inside(self, text: str, kind: SpanKind) -> list[str]:
        """Return the texts of all spans of one kind."""
        found: list[str] = []
        opened: list[tuple[int, bool]] = []
        for sign in _SIGN.finditer(text):
            if sign[1]:
                opened.append((sign.end(), self._spans[int(sign[1])][0] == kind))
            elif opened:
                start, wanted = opened.pop()
                if wanted:
                    found.append(plain(text[start : sign.start()]))
        return found

    def resolved(self, text: str) -> tuple[str, tuple[Span, ...]]:
        """Return `text` on one line, safe, and its spans."""
        return self._taken(text, one_line, _SPACES)

    def resolved_lines(self, lines: list[str]) -> tuple[str, tuple[Span, ...]]:
        """Return the lines of a listing, and their spans. A span ends at the end of its line."""
        shown: list[str] = []
        spans: list[Span] = []
        at = 0
        for line in lines:
            made, inside = self._taken(line, _as_written, None)
            spans += (span._replace(start=span.start + at, end=span.end + at) for span in inside)
            shown.append(made)
            at += len(made) + 1
        return "\n".join(shown), tuple(spans)

    def _taken(
        self, text: str, clean: Callable[[str], str], spaces: re.Pattern[str] | None
    ) -> tuple[str, tuple[Span, ...]]:
        if _OPEN not in text:
            return clean(plain(text)), ()
        made = _CleanText(spaces)
        spans: list[Span] = []
        opened: list[tuple[int, int]] = []

        def close() -> None:
            number, start = opened.pop()
            kind, target, tex = self._spans[number]
            if kind != "link" or target:
                spans.append(Span(start, made.length, kind, target, tex))

        at = 0
        for sign in _SIGN.finditer(text):
            made.add(text[at : sign.start()])
            at = sign.end()
            if sign[1]:
                opened.append((int(sign[1]), made.length))
            elif opened:
                close()
        made.add(text[at:])
        while opened:
            close()
        whole = str(made)
        line = clean(whole)
        if line not in (whole, whole.rstrip()):  # letters moved: a heap of marks over several spans
            return line, ()
        return line, tuple(sorted(_within(line, spans)))


class _CleanText:
    """A text put together from safe pieces; with `spaces`, runs of white space become one blank."""

    def __init__(self, spaces: re.Pattern[str] | None) -> None:
        self._pieces: list[str] = []
        self._spaces = spaces
        self.length = 0

    def __str__(self) -> str:
        return "".join(self._pieces)

    def add(self, piece: str) -> None:
        piece = safe(piece)
        if self._spaces is not None:
            piece = self._spaces.sub(" ", piece)
            if not self._pieces or self._pieces[-1].endswith(" "):
                piece = piece.lstrip(" ")
        if piece:
            self._pieces.append(piece)
            self.length += len(piece)


def _within(line: str, spans: list[Span]) -> list[Span]:
    """Return the spans without white space at their ends."""
    found = []
    for span in spans:
        start, end = span.start, min(span.end, len(line))
        while start < end and line[start] == " ":
            start += 1
        while start < end and line[end - 1] == " ":
            end -= 1
        if start < end:
            found.append(span._replace(start=start, end=end))
    return found


def _as_written(line: str) -> str:
    return safe(line).rstrip()
