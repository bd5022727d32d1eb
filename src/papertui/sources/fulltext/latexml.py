"""arXiv's papers in HTML, which LaTeXML writes (https://math.nist.gov/~BMiller/LaTeXML/manual/).

What things are is told by their classes (``ltx_bibitem``, ``ltx_caption``), less by the names of elements. A formula is
read from the TeX in its ``alttext``; the MathML in it says the same again. Everything outside of ``ltx_document`` is
arXiv's own: menus, banners, forms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, Final, NamedTuple

from papertui.core.document import Document
from papertui.core.tex.line import script
from papertui.core.tex.signs import names
from papertui.core.text import formula, one_line, safe
from papertui.errors import SourceError
from papertui.sources.fulltext.columns import set_table
from papertui.sources.fulltext.gathering import FullError, Gathering
from papertui.sources.fulltext.tabular import Table
from papertui.sources.fulltext.tags import Tag, tags_and_texts

_DOCUMENT: Final = "ltx_document"
#: Elements without an inside, which are never closed.
_VOID: Final = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_SKIPPED_TAGS: Final = names(
    "nav header footer script style button template noscript dialog form select textarea iframe object canvas "
    "audio video annotation annotation-xml"
)
_SKIPPED_CLASSES: Final = names(
    "ltx_page_navbar ltx_page_header ltx_page_footer ltx_page_logo ltx_TOC ltx_pagination ltx_rdf "
    "ltx_author_notes ltx_author_before ltx_note_type ltx_tag_note ltx_listing_data ltx_bib_cited ltx_bib_links "
    "ltx_bib_external ltx_role_footnotetext_mark ltx_dates ltx_classification ltx_author_notes_content "
    "ltx_contact ltx_rule sr-only"
)
_BLOCKS: Final = frozenset(
    ("p", "div", "section", "article", "aside", "ul", "ol", "dl", "li", "dt", "dd", "figure", "details", "summary")
)
_LISTS: Final = frozenset(("ul", "ol", "dl"))
_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
#: What stands in the outline beside sections, though LaTeXML sets it small.
_SECTION_LIKE: Final = frozenset(("ltx_title_abstract", "ltx_title_acknowledgements", "ltx_title_bibliography"))
_SECTION_LEVEL: Final = 2
#: What is written where LaTeXML found no description of a picture.
_NO_ALT: Final = frozenset(("", "refer to caption", "[uncaptioned image]"))
#: Shorter texts in a drawing are its labels, longer ones a box with words.
_SHORTEST_IN_DRAWING: Final = 40
# LaTeXML writes TeX without blanks, which is how it would be set. Scripts are set without them all the same.
_COMMA: Final = re.compile(r"(?<![\\\d]),(?=\S)|(?<=\d),(?![\d\s])")
_EQUALS: Final = re.compile(r"(?<![=<>:!\\^_{])=(?!=)")
_LONGEST_SCRIPT: Final = 12
_LONGEST_AUTHORS: Final = 1_500
#: Elements open at once. A paper's page has some dozens; each costs half a kilobyte until it is closed.
_MOST_OPEN: Final = 20_000


class _Frame(NamedTuple):
    """An open element, and what is to be done when it is closed."""

    tag: str
    close: Callable[[], None] | None


def read_html(body: bytes) -> Document:
    """The paper in arXiv's page about it.

    Takes time in proportion to the length, however broken the page is, and about as much memory as its text.

    Raises:
        SourceError: there is no paper in the page.
    """
    reader = _Reader()
    try:
        for found in tags_and_texts(body.decode("utf-8-sig", "replace")):
            if isinstance(found, str):
                reader.text(found)
            elif found.closing:
                reader.close(found.name)
            else:
                reader.open(found)
        reader.end()
    except FullError:
        pass
    if not any(part.kind in ("text", "item", "quote", "formula") for part in reader.parts.parts):
        raise SourceError("arXiv has no text of this paper in HTML; its PDF holds it.")
    return Document(reader.title, tuple(reader.parts.parts))


_Enter = Callable[["_Reader", Tag, frozenset[str]], Callable[[], None] | None]


class _Reader:
    """Reads a page, tag by tag. Text goes to the innermost of the texts being collected."""

    def __init__(self) -> None:
        self.title = ""
        self.parts = Gathering()
        self._frames: list[_Frame] = []
        self._open: Counter[str] = Counter()
        self._skipping = 0  # elements nobody wants to read that are open
        self._inside = False  # of the paper
        self._flow: list[str] = []  # the paragraph being read
        self._collected: list[list[str]] = []  # texts inside of it or beside it: headings, cells, notes
        self._mark = ""  # of the item that begins
        self._lists = 0
        self._quotes = 0
        self._figures = 0
        self._drawings = 0
        self._muted = False  # in a drawing, but not in its words
        self._authoring = False
        self._notes: list[tuple[list[str], list[str]]] = []
        self._authors: list[str] = []
        self._table: Table | None = None
        self._equation: list[tuple[bool, str]] | None = None
        self._number = ""  # of the equation
        self._code: list[str] | None = None

    # -- what is found -------------------------------------------------------------------------------------------

    def text(self, text: str) -> None:
        """Some text between two tags."""
        if self._skipping or self._muted or not self._inside:
            return
        if self._equation is not None and not self._collected:
            if not text.isspace():
                self._equation.append((False, text))
        elif self._collected:
            self._collected[-1].append(text)
        elif self._code is not None:
            # In a listing every line is an element of its own, in <pre> line feeds part them.
            self._code.append(text if self._open["pre"] else " ".join(text.splitlines()))
        else:
            self._flow.append(text)

    def open(self, tag: Tag) -> None:
        """A tag that opens an element."""
        classes = frozenset(tag.attributes.get("class", "").split())
        if not self._inside:
            if _DOCUMENT in classes:
                self._inside = True
                self._push(tag.name, self._leave)
            return
        if tag.name in _VOID:
            if not self._skipping:
                self._void(tag, classes)
            return
        self._push(tag.name, self._skip() if self._skipping else self._enter(tag, classes))

    def close(self, name: str) -> None:
        """A tag that closes an element, and with it those inside that were left open. One of nothing is nothing."""
        if not self._open[name]:
            return
        while self._frames:
            frame = self._frames.pop()
            self._open[frame.tag] -= 1
            if frame.close is not None:
                frame.close()
            if frame.tag == name:
                return

    def end(self) -> None:
        """The page ends here: what is open is closed."""
        while self._frames:
            frame = self._frames.pop()
            if frame.close is not None:
                frame.close()
        self._end_paragraph()

    def _push(self, name: str, close: Callable[[], None] | None) -> None:
        if len(self._frames) >= _MOST_OPEN:
            raise FullError
        self._frames.append(_Frame(name, close))
        self._open[name] += 1

    # -- elements ------------------------------------------------------------------------------------------------

    def _enter(self, tag: Tag, classes: frozenset[str]) -> Callable[[], None] | None:
        """Begins an element; gives what is to be done at its end."""
        if tag.name == "math":
            self._math(tag)
            return self._skip()
        if tag.name in _SKIPPED_TAGS or not classes.isdisjoint(_SKIPPED_CLASSES):
            return self._skip()
        if tag.name == "svg":
            return self._drawing()
        if tag.name == "foreignobject" and self._drawings:
            return self._words_of_drawing()
        if told := classes & self._BY_CLASS.keys():
            return self._BY_CLASS[min(told, key=self._ORDER.__getitem__)](self, tag, classes)
        return self._enter_by_name(tag, classes)

    def _enter_by_name(self, tag: Tag, classes: frozenset[str]) -> Callable[[], None] | None:
        name = tag.name
        if (enter := self._BY_NAME.get(name)) is not None:
            return enter(self, tag, classes)
        if name in _BLOCKS or "ltx_p" in classes:
            self._end_paragraph()
            if name in _LISTS:
                self._lists += 1
                return self._end_list
            return self._end_paragraph
        return None

    def _script(self, tag: Tag, _: frozenset[str]) -> Callable[[], None]:
        return self._collect(lambda text: self.text(_raised(text, "^" if tag.name == "sup" else "_")))

    def _void(self, tag: Tag, classes: frozenset[str]) -> None:
        if tag.name == "br":
            self.text("\n")
        elif tag.name == "img" and not self._collected and "ltx_graphics" in classes:
            alt = one_line(tag.attributes.get("alt", ""))
            if alt.casefold() not in _NO_ALT:
                self._end_paragraph()
                self.parts.add("figure", alt)

    def _skip(self) -> Callable[[], None]:
        self._skipping += 1
        return self._unskip

    def _unskip(self) -> None:
        self._skipping -= 1

    def _leave(self) -> None:
        self._end_paragraph()
        self._inside = False

    def _collect(self, then: Callable[[str], None]) -> Callable[[], None]:
        """Collects the text of an element apart from what is around it, and then gives it to `then`."""
        collected: list[str] = []
        self._collected.append(collected)

        def done() -> None:
            # By identity: an element left open inside may have left its text there.
            while self._collected and self._collected.pop() is not collected:
                pass
            then("".join(collected))

        return done

    # -- paragraphs, items, headings -----------------------------------------------------------------------------

    def _end_paragraph(self) -> None:
        """Makes a part of the paragraph read so far. In a cell, a caption or a note it is but a blank."""
        if self._collected:
            self._collected[-1].append("\n")
            return
        if self._code is not None or self._equation is not None or not self._flow:
            return
        text = one_line("".join(self._flow))
        self._flow.clear()
        if not text or (self._drawings and len(text) < _SHORTEST_IN_DRAWING):
            return
        if self._lists:
            mark, self._mark = self._mark, ""
            self.parts.add("item", text, self._lists, mark)
        elif self._quotes or self._drawings:
            self.parts.add("quote", text)
        else:
            self.parts.add("figure" if self._figures else "text", text)

    def _end_list(self) -> None:
        self._end_paragraph()
        self._lists -= 1
        self._mark = ""

    def _heading(self, tag: Tag, classes: frozenset[str]) -> Callable[[], None]:
        self._end_paragraph()
        if "ltx_runin" in classes or self._collected:  # “Theorem 1.” belongs to its words
            return self._collect(lambda text: self.text(f"{text} "))
        level = _SECTION_LEVEL if not classes.isdisjoint(_SECTION_LIKE) else int(tag.name[1])
        is_title = "ltx_title_document" in classes

        def done(text: str) -> None:
            line = one_line(text)
            if is_title and not self.title:
                self.title = line
            else:
                self.parts.add("heading", line, level)

        return self._collect(done)

    def _tag(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        """The number of a section, a figure, a theorem: it stands before words."""
        return self._collect(lambda text: self.text(f"{text} "))

    def _item_mark(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        def done(text: str) -> None:
            self._mark = one_line(text)

        self._end_paragraph()
        return self._collect(done)

    def _quote(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        def done() -> None:
            self._end_paragraph()
            self._quotes -= 1

        self._end_paragraph()
        self._quotes += 1
        return done

    # -- around the text -----------------------------------------------------------------------------------------

    def _author_block(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        def done(_: str) -> None:
            self.parts.add("text", ", ".join(dict.fromkeys(self._authors))[:_LONGEST_AUTHORS])
            self._authors.clear()
            self._authoring = False

        self._end_paragraph()
        self._authoring = True
        return self._collect(done)

    def _author(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        def done(text: str) -> None:
            # Some write names, houses and addresses on lines of their own, all as one name.
            lines = (one_line(line) for line in text.strip().splitlines())
            if name := next((line.strip(" ,;&") for line in lines if line), ""):
                self._authors.append(name)

        return self._collect(done)

    def _note(self, _: Tag, classes: frozenset[str]) -> Callable[[], None]:
        """A footnote: its mark stays where it is, its words come behind the paragraph."""
        marks: list[str] = []
        words: list[str] = []
        about_authors = self._authoring or self._open["h1"]

        def done(text: str) -> None:
            mark = _raised((marks or [""])[0], "^")
            said = one_line("".join(words) or ("" if marks else text))
            if "ltx_role_footnotemark" in classes or about_authors:
                return
            if not mark:
                self.text(f" [{said}]" if said else "")
                return
            self._close_up()
            self.text(mark)
            self.parts.note(one_line(mark), said)

        self._notes.append((marks, words))
        close = self._collect(done)

        def finish() -> None:
            self._notes.pop()
            close()

        return finish

    def _close_up(self) -> None:
        """Takes away the blank before a mark: it belongs to the word."""
        words = self._collected[-1] if self._collected else self._flow
        if words:
            words[-1] = words[-1].rstrip()

    def _note_mark(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        if not self._notes:
            return self._collect(lambda text: self.text(_raised(text, "^")))
        return self._collect(self._notes[-1][0].append)

    def _note_content(self, _: Tag, __: frozenset[str]) -> Callable[[], None] | None:
        return self._collect(self._notes[-1][1].append) if self._notes else None

    def _reference(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        self._end_paragraph()
        self._mark = ""

        def done(text: str) -> None:
            mark, self._mark = self._mark, ""
            self.parts.add("reference", one_line(text), mark=mark)

        return self._collect(done)

    def _figure(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        def done() -> None:
            self._end_paragraph()
            self._figures -= 1

        self._end_paragraph()
        self._figures += 1
        return done

    def _caption(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        self._end_paragraph()
        return self._collect(lambda text: self.parts.add("figure", one_line(text)))

    def _drawing(self) -> Callable[[], None]:
        muted = self._muted

        def done() -> None:
            self._muted = muted
            self._drawings -= 1

        self._end_paragraph()
        self._drawings += 1
        self._muted = True
        return done

    def _words_of_drawing(self) -> Callable[[], None]:
        def done() -> None:
            self._end_paragraph()
            self._muted = True

        self._muted = False
        return done

    # -- formulas ------------------------------------------------------------------------------------------------

    def _math(self, tag: Tag) -> None:
        tex = tag.attributes.get("alttext", "")
        if self._equation is not None and not self._collected:
            self._equation.append((True, tex))
        elif tag.attributes.get("display") == "block" and not self._collected and self._code is None:
            self._end_paragraph()
            self.parts.add("formula", formula(_spaced(tex, display=True)))
        else:
            self.text(formula(_spaced(tex)))

    def _display(self, _: Tag, __: frozenset[str]) -> Callable[[], None] | None:
        """One line of mathematics with its number. In a cell or a note it is a formula like others."""
        if self._equation is not None or self._collected or self._code is not None:
            return None
        self._end_paragraph()
        self._equation, self._number = [], ""

        def done() -> None:
            found, self._equation = self._equation or [], None
            self.parts.add("formula", one_line(_set(found)), mark=self._number)

        return done

    def _display_number(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        def done(text: str) -> None:
            if self._equation is None:
                self.text(f" {text} ")
            else:
                self._number = one_line(text)

        return self._collect(done)

    def _block(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        self._end_paragraph()
        return self._end_paragraph

    def _nothing(self, _: Tag, __: frozenset[str]) -> None:
        """An element that is told by the one around it."""

    # -- listings and tables -------------------------------------------------------------------------------------

    def _listing(self, _: Tag, __: frozenset[str]) -> Callable[[], None] | None:
        if self._collected or self._code is not None or self._equation is not None:
            return self._block(_, __)
        self._end_paragraph()
        self._code = []

        def done() -> None:
            lines = safe("".join(self._code or ())).split("\n")
            self._code = None
            self.parts.add("code", "\n".join(line.rstrip() for line in lines).strip("\n"))

        return done

    def _listing_line(self, _: Tag, __: frozenset[str]) -> Callable[[], None] | None:
        code = self._code
        if code is None or self._collected:
            return self._block(_, __)
        return lambda: code.append("\n")

    def _tabular(self, _: Tag, __: frozenset[str]) -> Callable[[], None] | None:
        if self._table is not None and self._table.cell is not None:  # a cell of several lines is a table, too
            table = self._table
            table.within += 1

            def left() -> None:
                table.within -= 1

            self._end_paragraph()
            return left
        if self._collected or self._table is not None or self._code is not None or self._equation is not None:
            return self._block(_, __)
        self._end_paragraph()
        self._table = Table()

        def done() -> None:
            self._end_cell()
            table, self._table = self._table, None
            self._end_paragraph()
            if table is not None:
                self.parts.add("table", set_table(table.rows, table.head))

        return done

    def _table_row(self, _: Tag, __: frozenset[str]) -> Callable[[], None]:
        if self._table is None or self._table.within:
            return self._block(_, __)
        self._end_cell()
        self._table.end_row()
        return self._end_row

    def _end_row(self) -> None:
        if self._table is not None and not self._table.within:
            self._end_cell()
            self._table.end_row()

    def _table_cell(self, tag: Tag, classes: frozenset[str]) -> Callable[[], None]:
        table = self._table
        if table is None or table.within:
            return self._block(tag, classes)
        self._end_cell()
        cell: list[str] = []
        self._collected.append(cell)
        table.begin(cell, tag, classes, is_head=self._open["thead"] > 0)

        def done() -> None:
            if table.cell is cell:
                self._end_cell()

        return done

    def _end_cell(self) -> None:
        table = self._table
        if table is None or table.cell is None:
            return
        cell, table.cell = table.cell, None
        while self._collected and self._collected.pop() is not cell:
            pass
        table.add(one_line("".join(cell)))

    #: What elements are by their classes; of several the first one counts.
    _BY_CLASS: ClassVar[Mapping[str, _Enter]] = {
        "ltx_eqn_table": _block,
        "ltx_eqn_cell": _nothing,
        "ltx_eqn_row": _display,
        "ltx_equation": _display,
        "ltx_tag_equation": _display_number,
        "ltx_tag_item": _item_mark,
        "ltx_tag_bibitem": _item_mark,
        "ltx_tag": _tag,
        "ltx_authors": _author_block,
        "ltx_personname": _author,
        "ltx_note": _note,
        "ltx_note_mark": _note_mark,
        "ltx_note_content": _note_content,
        "ltx_bibitem": _reference,
        "ltx_caption": _caption,
        "ltx_figure": _figure,
        "ltx_listingline": _listing_line,
        "ltx_listing": _listing,
        "ltx_tabular": _tabular,
        "ltx_tr": _table_row,
        "ltx_td": _table_cell,
        "ltx_quote": _quote,
    }
    #: What elements are by their names, if their classes do not tell.
    _BY_NAME: ClassVar[Mapping[str, _Enter]] = {
        **dict.fromkeys(_HEADINGS, _heading),
        "sup": _script,
        "sub": _script,
        "table": _tabular,
        "tr": _table_row,
        "td": _table_cell,
        "th": _table_cell,
        "pre": _listing,
        "figcaption": _caption,
        "blockquote": _quote,
    }
    _ORDER: ClassVar[Mapping[str, int]] = {name: at for at, name in enumerate(_BY_CLASS)}


def _raised(text: str, mark: str) -> str:
    """A short text set above or below the line; a longer one stays as it is."""
    line = one_line(text)
    return script(line, mark) if 0 < len(line) <= _LONGEST_SCRIPT else line


def _spaced(tex: str, *, display: bool = False) -> str:
    """`tex` with blanks behind commas and, in a formula on a line of its own, around equals signs."""
    tex = _COMMA.sub(", ", tex)
    return _EQUALS.sub(" = ", tex) if display else tex


def _set(pieces: Iterable[tuple[bool, str]]) -> str:
    """A line of mathematics: formulas next to each other are cells of one, and are set as one."""
    said: list[str] = []
    tex: list[str] = []
    for is_tex, text in (*pieces, (False, "")):
        if is_tex:
            tex.append(text)
            continue
        said.append(formula(_spaced(" ".join(tex), display=True)))
        said.append(text)
        tex.clear()
    return " ".join(said)
