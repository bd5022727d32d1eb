"""The fields of an entry as TeX: reading them from a bibliography, and writing them.

A field is kept as text, and its TeX beside it only if the exports would write something else (`TEX`). So what comes out
differs from what went in by its layout only, and every other format has the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from papertui.citations.crossref import WholeEntry
from papertui.citations.dates import entry_date
from papertui.citations.names import NameList, format_names, of_people, parse_names, tex_names
from papertui.citations.tex import escape_tex, plain_name, plain_note, plain_title, protect_capitals
from papertui.citations.vocabulary import (
    DATES,
    INHERITED,
    LONG,
    NAMES,
    OF_BIBTEX,
    TEX,
    VERBATIM,
    VERBATIM_BEGIN,
    VERBATIM_END,
)
from papertui.model.bookmark import CitationEntry
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper

#: Titles that styles convert to lower case.
_CONVERTED = frozenset({"title", "subtitle", "shorttitle"})
#: Fields with ``_`` and ``^`` as in titles.
_SCRIPTED = frozenset({"title", "subtitle", "shorttitle", "booktitle", "maintitle", "titleaddon"})
_LINKS = frozenset({"doi", "eprint", "url"})
_DATE = frozenset({"date", "year", "month", "day"})
#: Text that is the same in TeX.
_UNCHANGED = re.compile(r"[A-Za-z0-9 .,:;()/'+=?!*-]*")
#: The signs of BibLaTeX's dates.
_EDTF = re.compile(r"[\dTXZ:~?%/.+-]+", re.ASCII)
_ESCAPED = re.compile(r"\{?\\([_%&#$~])(?:\{\})?\}?|\\textasciitilde(?:\{\})?\s?")
_URL_COMMAND = re.compile(r"\\(?:url|path)\s*\{(.*)\}", re.DOTALL)
_URL_SAFE = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"})
#: Fields whose empty value says something: see `papertui.citations.vocabulary`.
_MARKS = frozenset({"title", "abstract"})
#: Several times what three thousand authors need.
LONGEST = 1 << 18
_SEPARATOR = re.compile(r"[,;\n]")


class Held(NamedTuple):
    """What a bookmark holds of an entry."""

    paper: Paper
    tags: tuple[str, ...]


# --- one field ---------------------------------------------------------------------------------------


def is_verbatim(name: str) -> bool:
    """Whether the field called `name` is kept as in the file, because it is an address or written by a program."""
    return name in VERBATIM or name.startswith(VERBATIM_BEGIN) or name.endswith(VERBATIM_END)


def text_of(name: str, source: str) -> str:
    """Convert the TeX of the field called `name` to text."""
    if name in NAMES:
        return format_names(parse_names(source, plain_name))
    if name in _LINKS:
        return _link(source)
    if is_verbatim(name):
        return source.strip()
    if name in DATES and "\\" not in source:
        return source.replace("{", "").replace("}", "").strip()  # ``~`` says that a date is not exact
    if name in LONG:
        return plain_note(source)
    return plain_title(source) if name in _SCRIPTED else plain_name(source)


def tex_of(name: str, text: str, *, ascii_only: bool) -> str:
    """Convert the text of the field called `name` to TeX; see `papertui.citations.tex.escape_tex`."""
    if name in NAMES:
        return tex_names(parse_names(text), ascii_only=ascii_only)
    if name in _LINKS:
        return text.translate(_URL_SAFE)
    if is_verbatim(name) or (name in DATES and _EDTF.fullmatch(text)):
        return text if is_balanced(text) else text.replace("{", "(").replace("}", ")")
    if name in _CONVERTED:
        return lined(protect_capitals(text, ascii_only=ascii_only))
    # Biber understands only hyphens between pages.
    return lined(escape_tex(text.replace("–", "--") if name == "pages" else text, ascii_only=ascii_only))


def tags_in(source: str) -> tuple[str, ...]:
    """Return the keywords in a field."""
    return tuple(tag for part in _SEPARATOR.split(source) if (tag := plain_title(part)))


def _link(source: str) -> str:
    source = source.strip()
    if found := _URL_COMMAND.fullmatch(source):
        source = found[1]
    source = _ESCAPED.sub(lambda found: found[1] or "~", source)
    return source[1:-1].strip() if source.startswith("{") and source.endswith("}") else source


def is_balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def lined(text: str) -> str:
    """Protect lines of `text` that parsers would take for the start of another entry."""
    return "\n".join(
        f"{{@}}{line.lstrip()[1:]}" if line.lstrip().startswith("@") else line for line in text.split("\n")
    )


def folded(source: str) -> str:
    """Return `source` with its layout taken away."""
    return " ".join(source.split())


# --- macros of a file --------------------------------------------------------------------------------

_DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand)\*?\s*(?:\{\s*\\([A-Za-z]+)\s*\}|\\([A-Za-z]+))"
    r"\s*(?:\[(\d)\])?\s*\{"
    r"|\\def\s*\\([A-Za-z]+)((?:#\d)*)\s*\{"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_ARGUMENT = re.compile(r"#(\d)")
#: Many files use these to sort, and define them elsewhere or not at all.
_SORTING = dict.fromkeys(("noopsort", "NOOPSORT", "Noopsort", "SortNoop", "sortnoop", "noop", "BibSort"), 1)
_ROUNDS = 5


class TexMacro(NamedTuple):
    """A command."""

    arguments: int
    body: str
    definition: str


class TexMacros:
    """The commands that a bibliography defines in its preambles."""

    def __init__(self, preambles: Iterable[str]) -> None:
        self._macros = {name: TexMacro(count, "", "") for name, count in _SORTING.items()}
        for preamble in preambles:
            for found in _DEFINITION.finditer(preamble):
                close = _group_end(preamble, found.end() - 1)
                if close < 0:
                    continue
                name = found[1] or found[2] or found[4]
                count = int(found[3] or len(found[5] or "") // 2)
                definition = " ".join(preamble[found.start() : close + 1].split())
                self._macros[name] = TexMacro(count, preamble[found.end() : close], definition)

    def definitions(self, sources: Iterable[str]) -> str:
        """Return the definitions of the commands that occur in `sources`."""
        wanted = list(dict.fromkeys(name for source in sources for name in _COMMAND.findall(source)))
        found: dict[str, str] = {}
        for name in wanted:
            macro = self._macros.get(name)
            if macro is not None and macro.definition and name not in found:
                found[name] = macro.definition
                wanted += _COMMAND.findall(macro.body)
        return "\n".join(found.values())

    def expanded(self, source: str) -> str:
        """Return `source` with the commands put in."""
        for _ in range(_ROUNDS):
            if "\\" not in source or len(source) > LONGEST:
                break
            after = self._once(source)
            if after == source:
                break
            source = after
        return source

    def _once(self, source: str) -> str:
        out: list[str] = []
        at = 0
        for found in _COMMAND.finditer(source):
            macro = self._macros.get(found[1])
            if macro is None or found.start() < at:
                continue
            arguments, behind = _arguments(source, found.end(), macro.arguments)
            if len(arguments) < macro.arguments:
                continue
            pieces = _ARGUMENT.split(macro.body)  # every second piece is the number of an argument
            pieces[1::2] = [
                arguments[int(number) - 1] if 0 < int(number) <= len(arguments) else "" for number in pieces[1::2]
            ]
            out += [source[at : found.start()], *pieces]
            at = behind
        return "".join([*out, source[at:]])


def _arguments(source: str, at: int, count: int) -> tuple[list[str], int]:
    arguments: list[str] = []
    for _ in range(count):
        while source[at : at + 1].isspace():
            at += 1
        if source.startswith("{", at):
            close = _group_end(source, at)
            if close < 0:
                break
            arguments.append(source[at + 1 : close])
            at = close + 1
        elif at < len(source):
            arguments.append(source[at])
            at += 1
    return arguments, at


def _group_end(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place
    return -1


# --- an entry ----------------------------------------------------------------------------------------


def entry_from_tex(entry: WholeEntry, held: Held, macros: TexMacros) -> CitationEntry:
    """Return what a bookmark keeps of an entry.

    Args:
        entry: the entry, its fields as TeX.
        held: the paper and the tags that were read from it.
        macros: the commands of its file.
    """
    fields = entry.fields
    kept: dict[str, str] = {} if "title" in fields else {"title": ""}
    dates = date_texts(fields, macros)
    for name, written in fields.items():
        target = _target(name, fields)
        source = written.strip() if target in LONG else folded(written)
        if not source or len(source) > LONGEST:
            continue
        if name in _DATE:
            _keep_date(kept, name, source, dates)
            continue
        expanded = source if is_verbatim(target) else macros.expanded(source)
        for part, value in _kept_field(target, source, expanded, held):
            kept.setdefault(part, value)
    if sources := [value for name, value in kept.items() if name.endswith(TEX)]:
        kept[f"preamble{TEX}"] = macros.definitions(sources)
    kept |= _inherited(entry, macros)
    return CitationEntry(
        entry.type, entry.key, tuple((name, value) for name, value in kept.items() if value or name in _MARKS)
    )


def date_texts(fields: Mapping[str, str], macros: TexMacros) -> dict[str, str]:
    """Return the date fields of an entry as text."""
    return {name: text_of(name, macros.expanded(fields[name])) for name in fields if name in _DATE}


def _inherited(entry: WholeEntry, macros: TexMacros) -> dict[str, str]:
    dates = date_texts(entry.inherited, macros)
    texts = {
        OF_BIBTEX.get(name, name): text_of(name, macros.expanded(value))
        for name, value in entry.inherited.items()
        if name not in _DATE
    }
    return {f"{name}{INHERITED}": value for name, value in (texts | entry_date(dates)[0]).items() if value}


def _target(name: str, fields: Mapping[str, str]) -> str:
    """Return BibLaTeX's name of a field, unless the entry has one of that name, too."""
    target = OF_BIBTEX.get(name, name)
    return name if target != name and target in fields else target


def _keep_date(kept: dict[str, str], name: str, source: str, dates: Mapping[str, str]) -> None:
    values, _ = entry_date(dates)
    for part, text in values.items():
        kept.setdefault(part, text)
    # A year in a date keeps its TeX only for what it does not show: a command that sorts.
    if _needs_tex(name, source, dates[name]) and (name in values or (name == "year" and "\\" in source)):
        kept[f"{name}{TEX}"] = source


def _kept_field(name: str, source: str, expanded: str, held: Held) -> Iterable[tuple[str, str]]:
    """Yield the text of a field, if the bookmark does not hold it, and its TeX, if it must be kept."""
    paper = held.paper
    if name == "abstract":
        yield name, ""
        return
    if name == "keywords":
        text = ", ".join(tags_in(expanded))
        if text != ", ".join(held.tags):
            yield name, text
    elif name == "title":
        text = paper.title
    else:
        text = text_of(name, expanded)
        if text and not _is_held(name, text, paper):
            yield name, text
    if _needs_tex(name, source, text):
        yield f"{name}{TEX}", source


def _is_held(name: str, text: str, paper: Paper) -> bool:
    if name == "author":
        return text == format_names(of_people(paper.authors))
    if name == "doi":
        return text == paper.doi
    if not is_arxiv(paper.id):
        return False
    if name == "eprint":
        return text == paper.id
    if name == "eprinttype":
        return text.lower() == "arxiv"
    return name == "eprintclass" and text == "".join(paper.categories[:1])


def _needs_tex(name: str, source: str, text: str) -> bool:
    if source == text and name not in _CONVERTED | _LINKS and _UNCHANGED.fullmatch(source):
        return False
    if name in LONG:
        source, text = folded(source), folded(text)
    return all(source != folded(tex_of(name, text, ascii_only=ascii_only)) for ascii_only in (False, True))


def names_in(source: str, macros: TexMacros) -> NameList:
    """Return the people in a field of TeX."""
    return parse_names(macros.expanded(source), plain_name)
