"""BibTeX and BibLaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from papertui.citations.dates import MONTHS, is_exact, month_number, parts_of
from papertui.citations.keys import own_key
from papertui.citations.model import CitedPaper, ExportOptions
from papertui.citations.names import has_parts, tex_names
from papertui.citations.reference import Reference, reference
from papertui.citations.tex import plain_name, plain_note, plain_title
from papertui.citations.tex_fields import TexMacros, is_balanced, lined, names_in, tags_in, tex_of, text_of
from papertui.citations.tex_letters import with_letters
from papertui.citations.vocabulary import NAMES, OF_BIBTEX, TYPES, exact_type
from papertui.model.paper import Paper

Dialect = Literal["bibtex", "biblatex"]
_OF_BIBLATEX: Final[Mapping[str, str]] = {
    **{name: ours for ours, name in OF_BIBTEX.items() if ours != "school"},
    "eprinttype": "archivePrefix",
    "eprintclass": "primaryClass",
}
#: Types whose `institution` is a ``school`` in BibTeX.
_THESES: Final = frozenset({"phdthesis", "mastersthesis"})
#: The words of BibLaTeX for kinds of theses and reports.
_KINDS: Final[Mapping[str, str]] = {
    "phdthesis": "phdthesis", "mathesis": "mastersthesis", "mastersthesis": "mastersthesis", "techreport": "techreport"
}  # fmt: skip
#: The order of the fields; others follow the first ones, by their names.
_FIRST: Final = (
    "author", "editor", "title", "subtitle", "titleaddon", "journaltitle", "journal", "booktitle", "booksubtitle",
    "maintitle", "eventtitle", "venue", "series", "volume", "number", "issue", "edition", "version", "type", "chapter",
    "pages", "pagetotal", "date", "year", "month", "day", "publisher", "institution", "organization", "location",
    "isbn", "issn", "howpublished", "note",
)  # fmt: skip
_LAST: Final = (
    "crossref", "sortkey", "eprint", "eprinttype", "eprintclass", "doi", "url", "urldate", "keywords", "abstract",
    "annotation",
)  # fmt: skip
_MACRO: Final = re.compile(rf"(?<![A-Za-z])({'|'.join(MONTHS)})(?![A-Za-z])")
_DATES: Final = frozenset({"date", "year", "month", "day"})


def bibtex(cited: Iterable[CitedPaper], dialect: Dialect, options: ExportOptions) -> str:
    """Format papers as a file of entries, in order, separated by empty lines."""
    references = [reference(one) for one in cited]
    keys = {key.lower(): ref.key for ref in references for key in (ref.own_key, ref.key)}
    definitions = dict.fromkeys(line for ref in references for line in ref.tex.get("preamble", "").split("\n") if line)
    preambles = [f"@preamble{{ {_preamble(line)} }}\n" for line in definitions]
    return "\n".join([*preambles, *(_item(ref, dialect, options, keys) for ref in _children_first(references))])


def bibtex_item(cited: CitedPaper, dialect: Dialect, options: ExportOptions) -> str:
    """Format one paper as an entry that ends with a line feed.

    Empty fields are left out. Authors keep the order of the paper, each as ``von Last, Jr, First``; the name of a group
    is put in braces. BibTeX gets TeX commands for accents and mathematics, BibLaTeX gets Unicode. The TeX of an
    imported entry stays as it is.
    """
    return _item(reference(cited), dialect, options, {})


def bibtex_entry(paper: Paper, key: str | None = None) -> str:
    """Format `paper` as a BibTeX entry with `key`, by default the paper's own key.

    This is for papers that are not stored. For stored papers use `papertui.citations.export`, which assigns unique keys
    and knows the bookmarks.
    """
    return bibtex_item(CitedPaper(paper, None, key or own_key(paper)), "bibtex", ExportOptions())


def _preamble(definition: str) -> str:
    """Format the definition of a command for a file in which it may be defined already."""
    safe = definition.replace("\\newcommand", "\\providecommand").replace("\\renewcommand", "\\providecommand")
    return f"{{{safe}}}" if '"' in safe else f'"{safe}"'


def _children_first(references: Sequence[Reference]) -> list[Reference]:
    """Return references in order, but each after those that inherit from it, as BibTeX needs."""
    last = {ref.get("crossref").lower(): place for place, ref in enumerate(references) if ref.get("crossref")}
    if not last:
        return list(references)
    place_of = {id(ref): max(place, last.get(ref.own_key.lower(), place)) for place, ref in enumerate(references)}
    parents = {id(ref) for place, ref in enumerate(references) if place_of[id(ref)] != place}
    return sorted(references, key=lambda ref: (place_of[id(ref)], id(ref) in parents))


def _item(ref: Reference, dialect: Dialect, options: ExportOptions, keys: Mapping[str, str]) -> str:
    modern = dialect == "biblatex"
    texts = _texts(ref, options, keys)
    kind = ref.type if modern else _bibtex_type(ref, texts)
    lines: list[str] = []
    dated = False
    for name in _ordered(texts):
        if name in _DATES:
            lines += () if dated else _dates(ref, texts, modern=modern)
            dated = True
        elif value := _value(ref, name, texts[name], modern=modern):
            lines.append(_line(name if modern else _bibtex_name(name, kind, texts), f"{{{value}}}"))
    return f"@{kind}{{{ref.key},\n{''.join(lines)}}}\n"


def _line(name: str, value: str) -> str:
    return f"  {name:<13} = {value},\n"


def _texts(ref: Reference, options: ExportOptions, keys: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of an entry as text; of authors and of what is only TeX it has only the names."""
    asked = {"abstract": options.abstracts, "annotation": options.notes}
    texts = {name: value for name, value in ref.fields.items() if name not in ref.optional or asked[name]}
    texts |= {name: "" for name in ref.tex if name not in ref.fields and name != "preamble"}
    texts |= {name: "" for name, people in ref.people.items() if people.names or people.others}
    if not ref.is_imported and "author" not in texts:
        texts["sortkey"] = ref.paper.title[:40]  # styles sort by this field if there is no author
    wanted = texts.get("crossref", "").lower()  # without one, an entry without a key is not its parent
    if wanted and (parent := keys.get(wanted)):
        texts["crossref"] = parent
        return {name: value for name, value in texts.items() if name not in ref.inherited}
    texts.pop("crossref", None)  # that entry is not exported, but what comes from it is
    return texts


def _ordered(texts: Mapping[str, str]) -> Iterator[str]:
    yield from (name for name in _FIRST if name in texts)
    yield from sorted(texts.keys() - {*_FIRST, *_LAST})
    yield from (name for name in _LAST if name in texts)


def _bibtex_type(ref: Reference, texts: dict[str, str]) -> str:
    if not ref.is_imported and ref.is_preprint:
        return "misc"
    names = TYPES.get(ref.type)
    if names is None or not names.bibtex:
        return "misc" if not ref.is_imported and ref.type == "online" else ref.type
    genre = texts.get("type", "")
    if kind := _KINDS.get(genre):
        texts.pop("type")
        return kind
    exact, _ = exact_type(ref.type, genre)
    return exact if exact != ref.type else names.bibtex


def _bibtex_name(name: str, kind: str, texts: Mapping[str, str]) -> str:
    ours = "school" if name == "institution" and kind in _THESES else _OF_BIBLATEX.get(name, name)
    return name if ours in texts else ours


def _value(ref: Reference, name: str, text: str, *, modern: bool) -> str:
    """Return the TeX of a field: that of the file if it still says the same."""
    source = ref.tex.get(name, "")
    if name in ref.people:
        ours = tex_names(ref.people[name], ascii_only=not modern)
    elif name == "eprinttype" and text.lower() == "arxiv":
        ours = "arxiv" if modern else "arXiv"
    else:
        ours = tex_of(name, text, ascii_only=not modern)
    if not source or not is_balanced(source) or not _says(ref, name, source, text):
        return ours
    if not modern and name in NAMES and has_parts(source):
        return ours
    # BibLaTeX gets letters in Unicode, however the file writes them.
    return ours if modern and with_letters(source) == with_letters(ours) else lined(source)


def _says(ref: Reference, name: str, source: str, text: str) -> bool:
    """Whether `source` says what the record of the paper or the bookmark says now."""
    macros = TexMacros(ref.tex.get("preamble", "").split("\n"))
    match name:
        case "author":
            return names_in(source, macros).shown() == ref.people[name].shown()
        case "title":
            return plain_title(macros.expanded(source)) == text
        case "keywords":
            return ", ".join(tags_in(macros.expanded(source))) == text
        case "annotation":
            return plain_note(macros.expanded(source)) == text
        case "doi" | "eprint" | "eprinttype" | "eprintclass":
            return text_of(name, source) == text
    return True


def _dates(ref: Reference, texts: Mapping[str, str], *, modern: bool) -> list[str]:
    date = texts.get("date", "")
    year = _sorted_year(ref, date)
    fields = {
        name: f"{{{_value(ref, name, texts[name], modern=modern)}}}"
        for name in ("year", "month", "day")
        if name in texts
    }
    fields |= {"month": _month(texts["month"], fields["month"], modern=modern)} if "month" in texts else {}
    parts = parts_of(date)
    if date and modern and not (parts and (year or fields.keys() & {"month", "day"})):
        fields = {"date": f"{{{_value(ref, 'date', date, modern=True)}}}"} | fields
    elif date and (is_exact(date) or parts):
        exact = {"year": f"{{{year or f'{parts[0]:04}'}}}"}
        if is_exact(date) and parts[1:]:
            exact["month"] = f"{{{parts[1]}}}" if modern else MONTHS[parts[1] - 1]
        if is_exact(date) and parts[2:] and ref.is_imported:
            exact["day"] = f"{{{parts[2]}}}"
        if not is_exact(date):
            exact["date"] = f"{{{_value(ref, 'date', date, modern=modern)}}}"
        fields = exact | fields
    elif date:
        fields = {"year": f"{{{_value(ref, 'date', date, modern=modern)}}}"} | fields
    return [_line(name, value) for name, value in fields.items()]


def _sorted_year(ref: Reference, date: str) -> str:
    """Return the TeX of the year in a date if it has a command to sort by."""
    source = ref.tex.get("year", "")
    if not source or ref.get("year") or not is_balanced(source):
        return ""
    macros = TexMacros(ref.tex.get("preamble", "").split("\n"))
    return source if plain_name(macros.expanded(source)) == date[:4] else ""


def _month(text: str, value: str, *, modern: bool) -> str:
    """Format a month: as its macro, which each style expands in its own way, also in ``{10~} # jan``."""
    if number := month_number(text):
        return str(number) if modern else MONTHS[number - 1]
    pieces = [piece for piece in _MACRO.split(value[1:-1]) if piece]
    return value if modern else " # ".join(piece if piece in MONTHS else f"{{{piece}}}" for piece in pieces)
