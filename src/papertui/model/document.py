"""The full text of a paper as a sequence of parts, and the builder that collects them.

`sources.fulltext` builds it; the app and the command line show it. Texts are plain, without colours, widths or markup;
spans say which letters are emphasised, code, a link or a formula. All of it is safe text (`papertui.model.text`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple, TypeVar, cast, get_args

_Value = TypeVar("_Value")
#: What a text was made from.
TextKind = Literal["html", "markdown", "pdf", "abstract"]
#: A figure stands for its caption or its description.
PartKind = Literal["heading", "text", "item", "code", "quote", "table", "figure", "formula", "reference"]
SpanKind = Literal["emphasis", "strong", "code", "link", "formula"]
#: What a part is besides its kind; most have no role. A ``statement`` belongs to a theorem, a ``picture`` to a figure
#: without a caption, ``facts`` are dates, keywords, classifications and addresses of authors.
Role = Literal[
    "", "authors", "abstract", "footnote", "statement", "proof", "caption", "picture", "drawing", "algorithm", "facts"
]
_KINDS: Final = frozenset(get_args(PartKind))
_SPAN_KINDS: Final = frozenset(get_args(SpanKind))
_ROLES: Final = frozenset(get_args(Role))
_TEXT_KINDS: Final = frozenset(get_args(TextKind))
#: The number of values of a part before version 2 of the format.
_FACTS_OF_A_PART = 4
#: The version of the stored format. An older text is fetched again when papertui is online.
FORMAT: Final = 2


class Span(NamedTuple):
    """Letters of a part that are more than plain text. Of a table, letters of one cell."""

    start: int
    end: int
    kind: SpanKind
    #: Of a link: an address, or ``#`` and the id of a part (``#bib.bib33``, ``#S3.E2``).
    target: str = ""
    #: Of a formula.
    tex: str = ""
    #: Of a table: the place of the cell in its rows.
    row: int = -1
    column: int = -1


class Merged(NamedTuple):
    """A cell over several rows or columns of a table; the other places it takes are empty."""

    row: int
    column: int
    rows: int
    columns: int


class Table(NamedTuple):
    """The cells of a table."""

    rows: tuple[tuple[str, ...], ...]  # all of the same length
    head: int = 0  # the number of header rows
    #: Of each column: ``l``, ``r`` or ``c``.
    align: str = ""
    merged: tuple[Merged, ...] = ()


class Picture(NamedTuple):
    """A figure's picture: its address as in the page, and its size in pixels (0 if not stated)."""

    src: str
    width: int = 0
    height: int = 0


class Theorem(NamedTuple):
    """What a statement is: ``Lemma``, ``1.2``, and its name if it has one."""

    kind: str
    number: str = ""
    name: str = ""


class Author(NamedTuple):
    """One author, as the paper states it."""

    name: str
    affiliations: tuple[str, ...] = ()
    #: E-mail and web addresses.
    addresses: tuple[str, ...] = ()
    #: Thanks and other notes.
    notes: tuple[str, ...] = ()


class DocumentPart(NamedTuple):
    """One block of a document."""

    kind: PartKind
    text: str  # one line, except for code and tables
    level: int = 0  # 1 to 6 for a heading, the nesting depth for an item, 0 for all other parts
    #: The number or bullet of an item, a reference or a formula. An item without a mark continues the previous item.
    mark: str = ""
    #: What links lead to: ``S2``, ``S2.F1``, ``bib.bib33``. Empty if the source names none.
    id: str = ""
    spans: tuple[Span, ...] = ()  # in the order of their starts
    tex: str = ""  # of a formula
    role: Role = ""
    table: Table | None = None
    picture: Picture | None = None
    theorem: Theorem | None = None
    #: The number of each line of a listing, empty for a line without; empty if no line has one.
    numbers: tuple[str, ...] = ()
    #: Other ids that links in the document lead to.
    also: tuple[str, ...] = ()

    @property
    def src(self) -> str:
        """The address of the picture, or an empty string."""
        return self.picture.src if self.picture is not None else ""


class Document(NamedTuple):
    """A full text. The parts do not repeat the title."""

    title: str  # empty if the text does not state it
    parts: tuple[DocumentPart, ...]  # in reading order
    authors: tuple[Author, ...] = ()
    source: TextKind | Literal[""] = ""
    version: int = 0  # of the paper; 0 if unknown
    #: The version of the stored format that it was read from.
    format: int = FORMAT


def number_width(numbers: Iterable[str]) -> int:
    """Return the width of the numbers of a listing in its text, with the blanks behind them."""
    return max(map(len, numbers), default=0) + 2


def outline(document: Document) -> tuple[tuple[int, int, str], ...]:
    """Return the headings of `document`, each as the index of its part, its level and its text."""
    return tuple((at, part.level, part.text) for at, part in enumerate(document.parts) if part.kind == "heading")


def places(document: Document) -> dict[str, int]:
    """Return where the targets of links are: the index of the first part with each id."""
    found: dict[str, int] = {}
    for at, part in enumerate(document.parts):
        for name in (part.id, *part.also) if part.id else part.also:
            found.setdefault(name, at)
    return found


_VERSION: Final = re.compile(r"(?:arxiv\.org/\w+/|arXiv:)[\w.-]+(?:/\d{7})?v(\d{1,3})\b")


def version_in(text: str) -> int:
    """Return the version in an address of arXiv or its watermark; 0 if there is none."""
    found = _VERSION.search(text)
    return int(found[1]) if found else 0


# --- as JSON -----------------------------------------------------------------------------------------


def public_parts(document: Document) -> list[dict[str, Any]]:
    """Return the parts as ``papertui read --json`` prints them; facts that a part does not have are left out."""
    return [_public(part) for part in document.parts]


def public_authors(document: Document) -> list[dict[str, Any]]:
    """Return the authors as ``papertui read --json`` prints them."""
    return [
        {"name": one.name, "affiliations": list(one.affiliations)}
        | ({"addresses": list(one.addresses)} if one.addresses else {})
        | ({"notes": list(one.notes)} if one.notes else {})
        for one in document.authors
    ]


def _public(part: DocumentPart) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": part.kind, "id": part.id or None, "text": part.text, "level": part.level, "mark": part.mark,
        "spans": [_public_span(span) for span in part.spans],
    }  # fmt: skip
    if part.also:
        made["also"] = list(part.also)
    if part.role:
        made["role"] = part.role
    if part.tex:
        made["tex"] = part.tex
    if part.table is not None:
        table = part.table
        made |= {"rows": [list(row) for row in table.rows], "head": table.head, "align": list(table.align)}
        made["merged"] = [one._asdict() for one in table.merged]
    if part.picture is not None:
        width, height = part.picture.width, part.picture.height
        made |= {"src": part.picture.src, "width": width or None, "height": height or None}
    if part.theorem is not None:
        made["theorem"] = part.theorem._asdict()
    if part.kind == "code":
        numbers, lines = part.numbers, part.text.split("\n")
        if numbers:  # the numbers are in the text, too
            lines = [line[number_width(numbers) :] for line in lines]
        numbers = numbers or ("",) * len(lines)
        made["lines"] = [{"number": number, "text": line} for number, line in zip(numbers, lines, strict=True)]
    return made


def _public_span(span: Span) -> dict[str, Any]:
    made: dict[str, Any] = {"start": span.start, "end": span.end, "kind": span.kind}
    if span.kind == "link":
        made["target"] = span.target
    if span.kind == "formula":
        made["tex"] = span.tex
    if span.row >= 0:
        made |= {"row": span.row, "column": span.column}
    return made


def as_json(document: Document) -> str:
    """Return `document` as compact JSON; each part is a list of kind, text, level, mark and its other facts if any."""
    return json.dumps(
        {
            "format": FORMAT,
            "title": document.title,
            "source": document.source,
            "version": document.version,
            "authors": document.authors,
            "parts": [_packed(part) for part in document.parts],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _packed(part: DocumentPart) -> list[object]:
    facts: dict[str, object] = {
        "i": part.id, "s": part.spans, "x": part.tex, "r": part.role, "t": part.table, "p": part.picture,
        "h": part.theorem, "n": part.numbers, "a": part.also,
    }  # fmt: skip
    if part.spans:  # without the facts at their end that are not stated
        facts["s"] = [list(span if span.row >= 0 else span[:5] if span.tex else span[:4] if span.target else span[:3])
                      for span in part.spans]  # fmt: skip
    kept = {name: fact for name, fact in facts.items() if fact}
    packed: list[object] = [part.kind, part.text, part.level, part.mark]
    return [*packed, kept] if kept else packed


def from_json(text: str) -> Document:
    """Return the document that `as_json` wrote, in this or an older version.

    Raises:
        ValueError: `text` is not JSON of this shape.
    """
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("the JSON of the document is nested too deeply") from error
    title = value.get("title") if isinstance(value, dict) else None
    parts = value.get("parts") if isinstance(value, dict) else None
    if not isinstance(title, str) or not isinstance(parts, list):
        raise ValueError("a document must have a title and parts")  # noqa: TRY004
    source, version = value.get("source", ""), value.get("version", 0)
    number = value.get("format", 1)
    if (source and source not in _TEXT_KINDS) or type(version) is not int or type(number) is not int:
        raise ValueError("a document has a source or a version that is unknown")
    try:
        authors = tuple(
            Author(_a(str, name), *(tuple(_a(str, one) for one in _a(list, facts)) for facts in others))
            for name, *others in _a(list, value.get("authors", []))
        )
        return Document(title, tuple(_part(part) for part in parts), authors, source, version, number)
    except TypeError as error:
        raise ValueError("a document has a value of the wrong shape") from error


def _part(value: object) -> DocumentPart:
    if not isinstance(value, list) or len(value) not in (_FACTS_OF_A_PART, _FACTS_OF_A_PART + 1):
        raise ValueError("a part of a document must be a list of four or five values")
    kind, text, level, mark = value[:_FACTS_OF_A_PART]
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError("a part of a document has an unknown kind")
    if not isinstance(text, str) or not isinstance(mark, str) or not isinstance(level, int) or isinstance(level, bool):
        raise ValueError("a part of a document has a value of the wrong type")  # noqa: TRY004
    part = DocumentPart(cast("PartKind", kind), text, level, mark)
    return part if len(value) == _FACTS_OF_A_PART else _with_facts(part, _a(dict, value[-1]))


def _with_facts(part: DocumentPart, facts: Mapping[str, object]) -> DocumentPart:
    role, table, picture, theorem = (facts.get(name) for name in "rtph")
    if role is not None and role not in _ROLES:
        raise ValueError("a part of a document has an unknown role")
    numbers = tuple(_a(str, one) for one in _a(list, facts.get("n", [])))
    if numbers and len(numbers) != part.text.count("\n") + 1:
        raise ValueError("a listing has numbers for other lines")
    return part._replace(
        id=_a(str, facts.get("i", "")),
        spans=tuple(_span(_a(list, span)) for span in _a(list, facts.get("s", []))),
        tex=_a(str, facts.get("x", "")),
        role=cast("Role", role or ""),
        table=None if table is None else _table(_a(list, table)),
        picture=None if picture is None else Picture(*_typed(_a(list, picture), str, int, int)),
        theorem=None if theorem is None else Theorem(*_typed(_a(list, theorem), str, str, str)),
        numbers=numbers,
        also=tuple(_a(str, one) for one in _a(list, facts.get("a", []))),
    )


def _span(value: list[Any]) -> Span:
    span = Span(*_typed(value, int, int, str, str, str, int, int))
    if span.kind not in _SPAN_KINDS or not 0 <= span.start <= span.end:
        raise ValueError("a span has an unknown kind or place")
    return span


def _table(value: list[Any]) -> Table:
    rows, head, align, merged = _typed(value, list, int, str, list)
    made = tuple(tuple(_a(str, cell) for cell in _a(list, row)) for row in rows)
    return Table(made, head, align, tuple(Merged(*_typed(_a(list, one), int, int, int, int)) for one in merged))


def _typed(values: list[Any], *types: type) -> list[Any]:
    """Return `values` if each has its type; there may be fewer values than types."""
    if len(values) > len(types):
        raise ValueError("a fact of a part has too many values")
    return [_a(kind, value) for value, kind in zip(values, types, strict=False)]


def _a(kind: type[_Value], value: object) -> _Value:
    if type(value) is not kind:
        raise ValueError("a document has a value of the wrong type")
    return value


#: Ten times the length of the longest theses; more would only fill the memory.
MOST_LETTERS: Final = 5_000_000
MOST_PARTS: Final = 100_000
_LEFT_OUT: Final = "The rest is left out: the text is longer than any paper."
#: Deeper lists and headings are shown at this level.
_DEEPEST: Final = 6


class DocumentFullError(Exception):
    """The document has reached its size limit."""


class DocumentBuilder:
    """Collects parts in reading order. A footnote follows the part that refers to it."""

    def __init__(self) -> None:
        self.parts: list[DocumentPart] = []
        self._notes: list[DocumentPart] = []
        self._room = MOST_LETTERS

    def add(self, kind: PartKind, text: str, level: int = 0, mark: str = "") -> None:
        """Add a part without other facts, unless its text is empty.

        Raises:
            DocumentFullError: the document has reached its size limit.
        """
        self.take(DocumentPart(kind, text, level, mark))

    def take(self, part: DocumentPart) -> None:
        """Add a part, unless its text is empty, and the footnotes of it.

        Raises:
            DocumentFullError: the document has reached its size limit.
        """
        if part.text:
            self._take(part._replace(level=min(part.level, _DEEPEST)))
        self.end_notes()

    def note(self, part: DocumentPart) -> None:
        """Add a footnote, which will follow the current part."""
        if part.text and len(self._notes) < MOST_PARTS:
            self._notes.append(part)

    def end_notes(self) -> None:
        """Add the footnotes that wait."""
        if self._notes:
            notes, self._notes = self._notes, []
            for note in notes:
                self._take(note)

    def _take(self, part: DocumentPart) -> None:
        self._room -= len(part.text) + len(part.mark) + len(part.tex)
        self._room -= sum(len(span.tex) + len(span.target) for span in part.spans)
        if self._room < 0 or len(self.parts) >= MOST_PARTS:
            self.parts.append(DocumentPart("text", _LEFT_OUT))
            raise DocumentFullError
        self.parts.append(part)
