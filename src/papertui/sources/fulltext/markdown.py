"""Read full texts in Markdown, as in Hugging Face's ``/papers/ID.md`` (https://spec.commonmark.org, with tables).

markdown-it finds the blocks; their content is parsed block by block, so that only one is in memory at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from papertui.errors import SourceError
from papertui.model.document import Document, DocumentBuilder, DocumentFullError, PartKind, version_in
from papertui.model.safe_text import one_line, safe
from papertui.model.text import formula
from papertui.sources.fulltext.html import unescaped
from papertui.sources.fulltext.tables import MOST_COLUMNS, Align, Cell, set_table
from papertui.tex import unicode_text
from papertui.tex.scan import TexGroups, closing_dollar

#: Longer texts are refused: parsing them would need too much memory.
_LONGEST: Final = 4_000_000
#: Longer blocks are taken as plain text.
_LONGEST_BLOCK: Final = 50_000
_PAGE: Final = re.compile(r"\s*(?:<!--[^>]*-->\s*)?<(?:!doctype|html)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->")
#: The metadata that converters write above the text: a few lines, each a name and a value.
_PREFACE: Final = re.compile(
    r"\s*Title:[ \t]*(?P<title>[^\n]*)\n(?:\s*(?:URL Source|Published Time|Number of Pages|Warning):[^\n]*\n)*"
    r"(?:\s*Markdown Content:[ \t]*(?:\n|$))?"
)
_SOURCE: Final = re.compile(rb"^\s*URL Source:[ \t]*(\S+)", re.MULTILINE)
_LONGEST_PREFACE: Final = 4_000
_TAGGED: Final = re.compile(r"\\(?:tag|eqno)\s*\*?\{([^{}]{1,20})\}")
_NUMBER: Final = re.compile(r"\(?[A-Z]?\.?\d{1,3}(?:\.\d{1,3})*[a-z]?\)?")
_REFERENCE: Final = re.compile(r"\[(\d{1,4}|[A-Z][\w+]{1,12}\d{2}[a-z]?)\]\s+")
_REFERENCES: Final = frozenset(("references", "bibliography", "literature"))
#: Names of sections, whatever the level of their heading. None of them is the title of a paper.
_SECTIONS: Final = _REFERENCES | {"abstract", "introduction", "acknowledgements", "acknowledgments", "acknowledgement"}
_SECTION_LEVEL: Final = 2
_BREAKS: Final = frozenset(("softbreak", "hardbreak"))


def source_address(body: bytes) -> str:
    """Return the address that a text says it was converted from; empty if it does not say."""
    found = _SOURCE.search(body[:_LONGEST_PREFACE])
    return "" if found is None else one_line(found[1].decode("utf-8", "replace"))


def read_markdown(body: bytes) -> Document:
    """Parse the text of a paper from its Markdown.

    Raises:
        SourceError: it is empty, longer than any paper, or an HTML page that the service sends instead.
    """
    text = body[: _LONGEST + 1].decode("utf-8-sig", "replace")
    if not text.strip() or _PAGE.match(text):
        raise SourceError("Hugging Face has no text of this paper.")
    if len(body) > _LONGEST:
        raise SourceError("Hugging Face's text of this paper is too long to read.")
    title = ""
    if preface := _PREFACE.match(text):
        title, text = preface["title"], text[preface.end() :]
    reader = _MarkdownReader(safe(text), one_line(unicode_text(one_line(title))))
    with suppress(DocumentFullError):
        reader.run()
    if not reader.parts.parts:
        raise SourceError("Hugging Face has no text of this paper.")
    return Document(
        reader.title, tuple(reader.parts.parts), source="markdown", version=version_in(source_address(body))
    )


class _MarkdownReader:
    """Parses one text, block by block."""

    def __init__(self, text: str, title: str) -> None:
        self.title = title
        self.parts = DocumentBuilder()
        self._guarded = ProtectedMath(text)
        self._markdown = MarkdownIt("commonmark").enable("table")
        self._lists: list[int | None] = []  # the next number of each open list; None for bullets
        self._mark = ""
        self._quotes = 0
        self._rows: list[list[Cell]] = []
        self._align: Align = "left"
        self._headings = 0
        self._in_references = False

    def run(self) -> None:
        """Parse the whole text.

        Raises:
            FullError: the document has reached its size limit.
        """
        inner = MarkdownIt("commonmark").enable("table").disable("inline")
        for token in inner.parse(self._guarded.text):
            self._block(token)

    def _block(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._headings = int(token.tag[1])
            case "heading_close":
                self._headings = 0
            case "fence" | "code_block":
                lines = safe(self._guarded.as_written(token.content)).split("\n")
                self.parts.add("code", "\n".join(line.rstrip() for line in lines).strip("\n"))
            case "html_block":
                self._words(one_line(self._unguarded(unescaped(_TAG.sub(" ", token.content)))))
            case "table_open" | "table_close" | "tr_open" | "th_open" | "td_open":
                self._table(token)
            case "inline":
                self._inline(token.content)
            case _:
                self._around(token)

    def _around(self, token: Token) -> None:
        """Handle what surrounds blocks: lists, their items, quotes."""
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._mark = ""
            case "list_item_open":
                self._item()
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case _:
                pass

    def _item(self) -> None:
        number = self._lists[-1]
        self._mark = "•" if number is None else f"{number}."
        if number is not None:
            self._lists[-1] = number + 1

    def _table(self, token: Token) -> None:
        if token.type == "table_open":
            self._rows = []
        elif token.type == "tr_open":
            self._rows.append([])
        elif token.type == "table_close":
            rows, self._rows = self._rows, []
            if not self._equations(rows):
                self.parts.add("table", set_table([[_shown(cell) for cell in row[:MOST_COLUMNS]] for row in rows], 1))
        else:
            style = str(token.attrs.get("style", ""))
            self._align = "right" if "right" in style else "center" if "center" in style else "left"
            self._rows[-1].append(Cell("", self._align))

    def _equations(self, rows: list[list[Cell]]) -> bool:
        """Add the formulas of a table that only lays them out: converters make one of every numbered formula."""
        found: list[tuple[str, str]] = []
        for row in rows:
            parts = [cell.text for cell in row if cell.text]
            number = one_line(parts.pop()) if parts and _NUMBER.fullmatch(parts[-1]) and len(parts) > 1 else ""
            if any(not text.startswith(_FORMULA_ALONE) for text in parts):
                return False
            if parts:
                found.append((one_line(formula(" ".join(text[1:] for text in parts))), number))
        for text, number in found:
            self.parts.add("formula", text, mark=number)
        return bool(found)

    # -- content of a block --------------------------------------------------------------------------------------

    def _inline(self, content: str) -> None:
        if self._rows and self._rows[-1]:
            alone = self._formula_alone(content)
            cell = self._rows[-1][-1]
            self._rows[-1][-1] = cell._replace(text=_FORMULA_ALONE + alone if alone else self._line(content))
        elif self._headings:
            self._heading(self._line(content))
        elif (alone := self._formula_alone(content, display=True)) and not self._mark:
            tagged = _TAGGED.search(alone)
            number = f"({one_line(tagged[1])})" if tagged else ""
            self.parts.add("formula", formula(_TAGGED.sub("", alone)), mark=number)
        else:
            self._paragraph(content)

    def _formula_alone(self, content: str, *, display: bool = False) -> str:
        """Return the TeX of a block that consists of one formula only."""
        pieces = [piece for piece in self._guarded.pieces(content) if piece.text.strip(" \n.,;")]
        if len(pieces) != 1 or pieces[0].kind == "words" or (display and pieces[0].kind != "display"):
            return ""
        return pieces[0].text

    def _heading(self, text: str) -> None:
        bare = text.casefold().strip(" .:0123456789")
        if not self.title and not self.parts.parts and bare not in _SECTIONS:
            self.title = text
        elif not _alike(text, self.title):
            self._in_references = bare in _REFERENCES
            self.parts.add("heading", text, _SECTION_LEVEL if bare in _SECTIONS else self._headings)

    def _paragraph(self, content: str) -> None:
        text = self._line(content)
        if self._in_references and (reference := _REFERENCE.match(text)):
            self.parts.add("reference", text[reference.end() :], mark=f"[{reference[1]}]")
        else:
            self._words(text)

    def _words(self, text: str) -> None:
        kind: PartKind = "item" if self._lists else "quote" if self._quotes else "text"
        if self._in_references and self._mark and len(self._lists) == 1:
            kind = "reference"
        mark, self._mark = (self._mark, "") if text else ("", self._mark)
        self.parts.add(kind, text, len(self._lists) if kind == "item" else 0, mark if self._lists else "")

    def _line(self, content: str) -> str:
        """Return the words of a block on one line; pictures in it become separate parts."""
        if len(content) > _LONGEST_BLOCK:
            return one_line(self._unguarded(content))
        parts: list[str] = []
        words: list[str] = []
        for block in self._markdown.parseInline(content):
            for token in block.children or ():
                if token.type in _BREAKS:
                    words.append("\n")
                elif token.type == "image":
                    self._picture(token)
                elif token.type == "code_inline":
                    parts += [self._unguarded("".join(words)), self._guarded.as_written(token.content)]
                    words.clear()
                elif token.type in ("text", "text_special"):
                    words.append(token.content)
        return one_line("".join([*parts, self._unguarded("".join(words))]))

    def _unguarded(self, words: str) -> str:
        """Return words with their TeX and formulas in Unicode."""
        return "".join(
            unicode_text(piece.text) if piece.kind == "words" else formula(piece.text)
            for piece in self._guarded.pieces(words)
        )

    def _picture(self, token: Token) -> None:
        alt = one_line(self._unguarded("".join(child.content for child in token.children or ())))
        if alt.casefold() not in _NO_ALT:
            self.parts.add("figure", alt)


#: Precedes the TeX of a cell that is one formula; it cannot occur in safe text.
_FORMULA_ALONE: Final = "\x00"
_NO_ALT: Final = frozenset(("", "image", "refer to caption", "uncaptioned image", "[uncaptioned image]"))


def _shown(cell: Cell) -> Cell:
    text = cell.text
    return cell._replace(text=formula(text[1:])) if text.startswith(_FORMULA_ALONE) else cell


def _alike(one: str, other: str) -> bool:
    """Whether two titles are the same except for case and punctuation."""
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


# Two private-use characters around a number. They are removed from the input first, so that it cannot forge one.
_OPEN, _CLOSE = "\ue000", "\ue001"
_FORGED: Final = {ord(_OPEN): "\N{REPLACEMENT CHARACTER}", ord(_CLOSE): "\N{REPLACEMENT CHARACTER}"}
_SIGN: Final = re.compile(f"{_OPEN}([0-9]{{1,7}}){_CLOSE}")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_START: Final = re.compile(r"`+|\\[\s\S]|\$\$?")
#: Longer runs are not formulas but two unrelated dollar signs.
_LONGEST_DISPLAY: Final = 6_000
_LONGEST_INLINE: Final = 1_000
#: In longer paragraphs the formulas are not hidden.
_LONGEST_PARAGRAPH: Final = 100_000

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

    def __init__(self, text: str) -> None:
        self._formulas: list[tuple[MathPiece, str]] = []
        self.text = "".join(self._hidden(text.translate(_FORGED)))

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

    def _paragraph(self, text: str) -> Iterator[str]:
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
