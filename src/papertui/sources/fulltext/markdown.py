"""Read full texts in Markdown, as in Hugging Face's ``/papers/ID.md`` (https://spec.commonmark.org, with tables).

markdown-it finds the blocks; their content is parsed block by block, so that only one is in memory at a time.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from papertui.errors import SourceError
from papertui.model.document import (
    Document,
    DocumentBuilder,
    DocumentFullError,
    DocumentPart,
    PartKind,
    Picture,
    SpanKind,
    version_in,
)
from papertui.model.safe_text import one_line, safe
from papertui.model.text import LONGEST_ADDRESS, formula
from papertui.sources.fulltext.converted import NOTE, tidied
from papertui.sources.fulltext.html import unescaped
from papertui.sources.fulltext.page_tex import spaced
from papertui.sources.fulltext.protected_math import FORGED, ProtectedMath
from papertui.sources.fulltext.repeated_math import is_repeated
from papertui.sources.fulltext.spans import SpanMarks, link_target, outside, plain
from papertui.sources.fulltext.tables import MOST_COLUMNS, Align, Cell, set_cells
from papertui.tex import unicode_text

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
_CONVERTED: Final = re.compile(r"https?://(?:[\w-]+\.)?arxiv\.org/html/", re.IGNORECASE)
_TABLE_CAPTION: Final = re.compile(r"Tab(?:le|\.)\s*[\w.]{1,8}\s*[:.]", re.IGNORECASE)
_FIGURE_CAPTION: Final = re.compile(r"Fig(?:ure|\.)\s*[\w.]{1,8}\s*[:.]", re.IGNORECASE)
_TAGGED: Final = re.compile(r"\\(?:tag|eqno)\s*\*?\{([^{}]{1,20})\}")
_NUMBER: Final = re.compile(r"\(?[A-Z]?\.?\d{1,3}(?:\.\d{1,3})*[a-z]?\)?")
_REFERENCE: Final = re.compile(r"\[(\d{1,4}|[A-Z][\w+]{1,12}\d{2}[a-z]?)\]\s+")
_ENTRY: Final = re.compile(r"\[(\d{1,4})\]\s*")
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
    text = safe(outside(text)).translate(FORGED)
    is_converted = _CONVERTED.match(source_address(body)) is not None
    if is_converted:
        text = tidied(text)
    reader = _MarkdownReader(text, one_line(unicode_text(one_line(title))), is_converted=is_converted)
    with suppress(DocumentFullError):
        reader.run()
    if not reader.parts.parts:
        raise SourceError("Hugging Face has no text of this paper.")
    return Document(
        reader.title, tuple(reader.parts.parts), source="markdown", version=version_in(source_address(body))
    )


class _MarkdownReader:
    """Parses one text, block by block."""

    def __init__(self, text: str, title: str, *, is_converted: bool) -> None:
        self.title = title
        self.parts = DocumentBuilder()
        self._guarded = ProtectedMath(text, repeats=is_converted and is_repeated(text))
        self._is_converted = is_converted
        self._markdown = MarkdownIt("commonmark").enable("table")
        self._lists: list[int | None] = []  # the next number of each open list; None for bullets
        self._mark = ""
        self._quotes = 0
        self._rows: list[list[Cell]] = []
        self._align: Align = "left"
        self._headings = 0
        self._in_references = False
        self._references = 0
        self._spans = SpanMarks()

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
                cells = [[_shown(cell) for cell in row[:MOST_COLUMNS]] for row in rows]
                table, text, spans = set_cells(cells, 1)
                self.parts.take(DocumentPart("table", text, spans=spans, table=table))
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
                found.append((" ".join(text[1:] for text in parts), number))
        for tex, number in found:
            self.parts.take(DocumentPart("formula", one_line(formula(tex)), mark=number, tex=one_line(tex)))
        return bool(found)

    # -- content of a block --------------------------------------------------------------------------------------

    def _inline(self, content: str) -> None:
        if self._rows and self._rows[-1]:
            alone = self._formula_alone(content)
            cell = self._rows[-1][-1]
            text, spans = ("", ()) if alone else self._spans.resolved(self._line(content))
            self._rows[-1][-1] = cell._replace(text=_FORMULA_ALONE + alone if alone else text, spans=spans)
        elif self._headings:
            self._heading(one_line(plain(self._line(content))))
        elif self._is_converted and not self._mark and self._displays(content):
            return
        elif (alone := self._formula_alone(content, display=True)) and not self._mark:
            tagged = _TAGGED.search(alone)
            number = f"({one_line(tagged[1])})" if tagged else ""
            tex = _TAGGED.sub("", alone)
            self.parts.take(DocumentPart("formula", formula(tex), mark=number, tex=one_line(tex)))
        else:
            self._paragraph(content)

    def _displays(self, content: str) -> bool:
        """Add the displayed formulas that a block consists of, each with the number behind it."""
        found: list[tuple[str, str]] = []
        for piece in self._guarded.pieces(content):
            words = piece.text.strip(" \n.,;")
            if piece.kind == "display":
                found.append((piece.text, ""))
            elif piece.kind == "words" and found and _NUMBER.fullmatch(words):
                found[-1] = (found[-1][0], one_line(words))
            elif words:
                return False
        for tex, number in found:
            text = one_line(formula(spaced(tex, display=True)))
            self.parts.take(DocumentPart("formula", text, mark=number, tex=one_line(tex)))
        return bool(found)

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
        last = self.parts.parts[-1] if self.parts.parts else None
        if self._is_converted and content.startswith(NOTE):
            self._footnote(*content.removeprefix(NOTE).partition(" ")[::2])
            return
        if self._is_converted and last is not None and _TABLE_CAPTION.match(last.text) and "\n" in content:
            # Nothing tells its cells apart.
            text, spans = self._spans.resolved_lines([self._line(line) for line in content.split("\n")])
            self.parts.take(DocumentPart("code", text, spans=spans))
            return
        text = self._line(content)
        if last is not None and last.role == "picture" and _FIGURE_CAPTION.match(plain(text).lstrip()):
            line, spans = self._spans.resolved(text)
            self.parts.parts[-1] = last._replace(text=line, spans=spans, role="caption")
        elif self._in_references and (reference := _REFERENCE.match(text)):
            self._add("reference", text[reference.end() :], mark=f"[{reference[1]}]")
        else:
            self._words(text)

    def _footnote(self, mark: str, words: str) -> None:
        line, spans = self._spans.resolved(self._line(words))
        self.parts.take(DocumentPart("item", line, 1, mark, spans=spans, role="footnote"))

    def _words(self, text: str) -> None:
        kind: PartKind = "item" if self._lists else "quote" if self._quotes else "text"
        if self._in_references and self._mark and len(self._lists) == 1:
            kind = "reference"
            if found := _ENTRY.match(text):
                self._mark, text = f"[{found[1]}]", text[found.end() :]
        mark, self._mark = (self._mark, "") if text else ("", self._mark)
        mark = mark if self._lists else ""
        if kind == "item" and (twice := _DOUBLED.match(text)) and twice[0].split(" ")[0] in (mark, "•"):
            mark, text = twice[0].strip(), text[twice.end() :]  # “• •First”, “1. (a)First”
        self._add(kind, text, len(self._lists) if kind == "item" else 0, mark)

    def _add(self, kind: PartKind, text: str, level: int = 0, mark: str = "") -> None:
        line, spans = self._spans.resolved(text)
        id_ = ""
        if kind == "reference" and self._is_converted and line:
            self._references += 1
            id_ = f"bib.bib{self._references}"  # as on the page that citations link to
        self.parts.take(DocumentPart(kind, line, level, mark, id=id_, spans=spans))

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
                    code = self._spans.around(self._guarded.as_written(token.content), "code")
                    parts += [self._unguarded("".join(words)), code]
                    words.clear()
                elif token.type in ("text", "text_special"):
                    words.append(token.content)
                elif token.type in _SPANS or token.type == "link_open":
                    words.append(self._sign(token))
                elif token.type in _SPAN_ENDS:
                    words.append(SpanMarks.end)
        return "".join([*parts, self._unguarded("".join(words))])

    def _sign(self, token: Token) -> str:
        """Return the sign for the begin of a link or a style."""
        if token.type != "link_open":
            return self._spans.begin(_SPANS[token.type])
        return self._spans.begin("link", link_target(str(token.attrs.get("href", ""))))

    def _unguarded(self, words: str) -> str:
        """Return words with their TeX and formulas in Unicode."""
        return "".join(
            unicode_text(piece.text)
            if piece.kind == "words"
            else self._spans.formula(
                formula(spaced(piece.text) if self._is_converted else piece.text), one_line(piece.text)
            )
            for piece in self._guarded.pieces(words)
        )

    def _picture(self, token: Token) -> None:
        alt = one_line(self._unguarded("".join(child.content for child in token.children or ())))
        source = one_line(str(token.attrs.get("src", "")))[:LONGEST_ADDRESS]
        picture = Picture("" if source.startswith("data:") else source)
        caption = "" if _NO_CAPTION.fullmatch(alt) else alt
        name = picture.src.rsplit("/", 1)[-1]
        if caption or name:
            text = caption or f"[picture {name}]"
            self.parts.take(DocumentPart("figure", text, role="" if caption else "picture", picture=picture))


#: Precedes the TeX of a cell that is one formula; it cannot occur in safe text.
_FORMULA_ALONE: Final = "\x00"
_NO_CAPTION: Final = re.compile(
    r"(?:image(?: \d{1,4})?)?:?\s*(?:refer to caption|\[?uncaptioned image\]?)?", re.IGNORECASE
)
_SPANS: Final[dict[str, SpanKind]] = {"em_open": "emphasis", "strong_open": "strong"}
_SPAN_ENDS: Final = frozenset(("em_close", "strong_close", "link_close"))
#: The mark of an item as a converter repeats it in the text.
_DOUBLED: Final = re.compile(r"(?:•|\d{1,3}\.|\([a-z0-9]{1,3}\))\s*")


def _shown(cell: Cell) -> Cell:
    text = cell.text
    return cell._replace(text=formula(text[1:])) if text.startswith(_FORMULA_ALONE) else cell


def _alike(one: str, other: str) -> bool:
    """Whether two titles are the same except for case and punctuation."""
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
