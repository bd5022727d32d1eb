"""Formulas in Markdown, hidden from its parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from papertui.sources.fulltext.repeated_math import Repeated, repeated, written_twice
from papertui.tex.scan import TexGroups, closing_dollar

# Two private-use characters around a number. They are removed from the input first, so that it cannot forge one.
_OPEN, _CLOSE = "\ue000", "\ue001"
FORGED: Final = {ord(_OPEN): "\N{REPLACEMENT CHARACTER}", ord(_CLOSE): "\N{REPLACEMENT CHARACTER}"}
_SIGN: Final = re.compile(f"{_OPEN}([0-9]{{1,7}}){_CLOSE}")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_START: Final = re.compile(r"`+|\\[\s\S]|\$\$?")
#: Longer runs are not formulas but two unrelated dollar signs.
_LONGEST_DISPLAY: Final = 6_000
_LONGEST_INLINE: Final = 1_000
#: In longer paragraphs the formulas are not hidden.
_LONGEST_PARAGRAPH: Final = 100_000
#: Longer paragraphs keep all copies of their formulas.
_LONGEST_WITH_REPEATS: Final = 30_000
#: A sign for a product, which is not emphasis.
_STAR: Final = re.compile(r"(?<=\w)\*(?=\w)")

#: What may be behind a formula on its line, if it is displayed.
_NUMBER_OR_NOTHING: Final = re.compile(r"[\s.,;]*(?:\([\w.]{1,8}\))?[\s.,;]*")

PieceKind = Literal["words", "formula", "display"]


class MathPiece(NamedTuple):
    """A run of words, or the TeX of a formula without its delimiters."""

    kind: PieceKind
    text: str


class ProtectedMath:
    """A Markdown text with its formulas hidden.

    Attributes:
        text: the text to parse as Markdown.
    """

    def __init__(self, text: str, *, repeats: bool = False) -> None:
        self._formulas: list[tuple[MathPiece, str]] = []
        self._repeats = repeats
        self.text = "".join(self._hidden(text))

    def pieces(self, text: str) -> Iterator[MathPiece]:
        """Yield the words of `text` and the formulas hidden in it."""
        at = 0
        for sign in _SIGN.finditer(text):
            if sign.start() > at:
                yield MathPiece("words", text[at : sign.start()])
            if int(sign[1]) < len(self._formulas):
                yield self._formulas[int(sign[1])][0]
            at = sign.end()
        if at < len(text):
            yield MathPiece("words", text[at:])

    def as_written(self, text: str) -> str:
        """Return `text` with the formulas as written: for code."""

        def written(sign: re.Match[str]) -> str:
            number = int(sign[1])
            return self._formulas[number][1] if number < len(self._formulas) else ""

        return _SIGN.sub(written, text)

    def _hidden(self, text: str) -> Iterator[str]:
        """Yield the text, paragraph by paragraph; fenced code stays as it is."""
        paragraph: list[str] = []
        fence = ""
        for line in text.splitlines(keepends=True):
            found = _FENCE.match(line)
            if fence:
                yield line
                if found is not None and found[1].startswith(fence) and not line.strip(" \r\n`~"):
                    fence = ""
                continue
            if found is not None or not line.strip():
                yield from self._paragraph("".join(paragraph))
                paragraph.clear()
                yield line
                fence = found[1] if found is not None else ""
            else:
                paragraph.append(line)
        yield from self._paragraph("".join(paragraph))

    def _once(self, text: str) -> str:
        """Return a paragraph with each formula that is written several times hidden."""
        pieces: list[str] = []
        at = 0
        for found in repeated(text):
            pieces += [self._without_twice(text[at : found.start]), self._sign(found, text)]
            at = found.end
            if text[at : at + 1].isupper() or text[at : at + 1].isdigit():  # the next cell of a table
                pieces.append(" ")
        shown = "".join([*pieces, self._without_twice(text[at:])]).replace(_CLOSE + _OPEN, f"{_CLOSE} {_OPEN}")
        return _STAR.sub(r"\*", shown)

    def _without_twice(self, text: str) -> str:
        pieces: list[str] = []
        at = 0
        for found in written_twice(text):
            pieces += [text[at : found.start], self._sign(found, text)]
            at = found.end
        return "".join([*pieces, text[at:]])

    def _sign(self, found: Repeated, text: str) -> str:
        begin = text.rfind("\n", 0, found.start) + 1
        end = text.find("\n", found.end)
        rest = text[found.end : end if end >= 0 else len(text)]
        alone = not text[begin : found.start].strip() and _NUMBER_OR_NOTHING.fullmatch(rest)
        self._formulas.append((MathPiece("display" if alone else "formula", found.tex), text[found.start : found.end]))
        return f"{_OPEN}{len(self._formulas) - 1}{_CLOSE}"

    def _paragraph(self, text: str) -> Iterator[str]:
        if self._repeats and len(text) <= _LONGEST_WITH_REPEATS:
            text = self._once(text)
        if len(text) > _LONGEST_PARAGRAPH or not ("$" in text or "\\(" in text or "\\[" in text):
            yield text
            return
        groups = TexGroups(text).closing
        missing: set[str] = set()  # runs of backticks that do not occur again
        at = 0
        while found := _START.search(text, at):
            yield text[at : found.start()]
            sign, behind = found[0], found.end()
            kind: PieceKind = "display" if sign in ("$$", "\\[") else "formula"
            if sign[0] == "`":
                close = -1 if sign in missing else _closing_ticks(text, sign, behind)
                if close < 0:
                    missing.add(sign)
                at = behind if close < 0 else close + len(sign)
                yield text[found.start() : at]
                continue
            closing = {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "$": "$"}.get(sign, "")
            if sign == "$":
                end = closing_dollar(text, found.start(), min(len(text), behind + _LONGEST_INLINE), groups)
                stop = -1 if end is None else end
            else:
                stop = text.find(closing, behind, behind + _LONGEST_DISPLAY) if closing else -1
            inner = text[behind:stop] if stop >= 0 else ""
            if not inner.strip() or (sign == "$" and not _reads_as_tex(inner)):
                yield sign
                at = behind
                continue
            at = stop + len(closing)
            yield f"{_OPEN}{len(self._formulas)}{_CLOSE}"
            # Converters escape what would be markup in words; a formula never has an underscore before a brace.
            self._formulas.append((MathPiece(kind, inner.replace("\\_{", "_{")), text[found.start() : at]))
        yield text[at:]


def _reads_as_tex(inner: str) -> bool:
    """Whether two single dollars form a pair: no code or link between them, and no blank before the second."""
    return not inner[-1].isspace() and "`" not in inner and "](" not in inner


def _closing_ticks(text: str, sign: str, at: int) -> int:
    """Return the position of the next run of exactly as many backticks as in `sign`."""
    run = re.compile(f"(?<!`){sign}(?!`)").search(text, at)
    return -1 if run is None else run.start()
