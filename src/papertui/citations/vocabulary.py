"""The types and fields of entries, in BibLaTeX, BibTeX, RIS, CSL and Zotero.

`CitationEntry.type` and the names in `CitationEntry.fields` are BibLaTeX's, in lower case: ``journaltitle``,
``location``, ``institution``, ``date``. Two kinds of names differ:

- BibTeX's own types stay (``phdthesis``, ``techreport``, ``conference``): BibLaTeX understands them as aliases.
- A type or field that BibLaTeX does not have keeps its name from the file, in lower case.

Values are plain text in Unicode, not TeX, on one line except for notes and abstracts:

- Names (`NAMES`) are separated by “ and ”, each written ``von Last, Jr, First``. The name of a group, and any part that
  contains a comma or “and”, is in braces: ``Writer, Ada and {The Example Collaboration} and others``. See
  `papertui.citations.names`.
- Dates (`DATES`) are BibLaTeX's, a part of EDTF: ``1998``, ``1998-05``, ``1998-05-03``, ``1998/2000``, ``1998~``,
  ``2003-21`` (a season), ``1998/``. What is no such date (“in press”, “circa 1850”) stays as ``year``, and what
  is no month as ``month``.
- Pages have a hyphen or an en dash between the first and the last.
- `VERBATIM` fields are exactly as in the file.

Beside the value of a field its TeX is kept as ``title+tex`` if the exports would not write it so: with other braces,
macros or accents. It is only read and written by BibTeX and BibLaTeX. ``booktitle+crossref`` is the text of a field
that the entry has from the one that ``crossref`` names.

An entry leaves out what `Paper` and `Bookmark` hold exactly: ``title``, ``author``, ``doi``, ``keywords`` (the tags)
and ``eprint`` of arXiv. It always holds ``date`` and ``url``: arXiv's first version may be older than the publication,
and its page is another one. ``annotation`` is the reader's note as it was in the file. An empty ``abstract`` says that
the file has one, which `Paper` holds; an empty ``title`` that it has none, so that the title of the paper is made up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from papertui.model.bookmark import CitationEntry


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: What the names of fields with TeX end with.
TEX: Final = "+tex"
#: What the names of fields end with that an entry has from the one that `crossref` names.
INHERITED: Final = "+crossref"

# --- types -------------------------------------------------------------------------------------------


class TypeNames(NamedTuple):
    """What a type is called elsewhere."""

    ris: str
    csl: str
    zotero: str
    #: In BibTeX, if it has a better type than ``misc``; else the same name, which its styles format as ``misc``.
    bibtex: str = ""


#: By BibLaTeX's name or, where it has none, BibTeX's. Unknown types are like ``misc``.
TYPES: Final[Mapping[str, TypeNames]] = {
    "article": TypeNames("JOUR", "article-journal", "journalArticle"),
    "book": TypeNames("BOOK", "book", "book"),
    "mvbook": TypeNames("BOOK", "book", "book", "book"),
    "booklet": TypeNames("PAMP", "pamphlet", "document"),
    "inbook": TypeNames("CHAP", "chapter", "bookSection"),
    "bookinbook": TypeNames("CHAP", "chapter", "bookSection", "inbook"),
    "suppbook": TypeNames("CHAP", "chapter", "bookSection", "inbook"),
    "collection": TypeNames("EDBOOK", "book", "book", "book"),
    "mvcollection": TypeNames("EDBOOK", "book", "book", "book"),
    "incollection": TypeNames("CHAP", "chapter", "bookSection"),
    "suppcollection": TypeNames("CHAP", "chapter", "bookSection", "incollection"),
    "reference": TypeNames("DICT", "book", "book", "book"),
    "mvreference": TypeNames("DICT", "book", "book", "book"),
    "inreference": TypeNames("ENCYC", "entry-encyclopedia", "encyclopediaArticle", "incollection"),
    "inproceedings": TypeNames("CPAPER", "paper-conference", "conferencePaper"),
    "conference": TypeNames("CPAPER", "paper-conference", "conferencePaper"),
    "proceedings": TypeNames("CONF", "book", "book"),
    "mvproceedings": TypeNames("CONF", "book", "book", "proceedings"),
    "phdthesis": TypeNames("THES", "thesis", "thesis"),
    "mastersthesis": TypeNames("THES", "thesis", "thesis"),
    "thesis": TypeNames("THES", "thesis", "thesis", "phdthesis"),
    "techreport": TypeNames("RPRT", "report", "report"),
    "report": TypeNames("RPRT", "report", "report", "techreport"),
    "manual": TypeNames("BOOK", "book", "book"),
    "misc": TypeNames("GEN", "document", "document"),
    "unpublished": TypeNames("UNPB", "manuscript", "manuscript"),
    "letter": TypeNames("PCOMM", "personal_communication", "letter"),
    "online": TypeNames("ELEC", "webpage", "webpage"),
    "electronic": TypeNames("ELEC", "webpage", "webpage"),
    "www": TypeNames("ELEC", "webpage", "webpage"),
    "patent": TypeNames("PAT", "patent", "patent"),
    "periodical": TypeNames("JFULL", "periodical", "document"),
    "suppperiodical": TypeNames("JOUR", "article-journal", "journalArticle", "article"),
    "dataset": TypeNames("DATA", "dataset", "dataset"),
    "software": TypeNames("COMP", "software", "computerProgram"),
    "artwork": TypeNames("ART", "graphic", "artwork"),
    "image": TypeNames("FIGURE", "figure", "artwork"),
    "audio": TypeNames("SOUND", "song", "audioRecording"),
    "music": TypeNames("SOUND", "song", "audioRecording"),
    "movie": TypeNames("MPCT", "motion_picture", "film"),
    "video": TypeNames("VIDEO", "motion_picture", "videoRecording"),
    "performance": TypeNames("ADVS", "performance", "presentation"),
    "jurisdiction": TypeNames("CASE", "legal_case", "case"),
    "legislation": TypeNames("STAT", "legislation", "statute"),
    "legal": TypeNames("LEGAL", "legislation", "statute"),
    "standard": TypeNames("STAND", "standard", "standard"),
    "review": TypeNames("JOUR", "review", "journalArticle"),
    "commentary": TypeNames("GEN", "document", "document"),
}
_UNKNOWN = TYPES["misc"]
#: Fields that make another type of an article: ``entrysubtype`` in BibLaTeX.
SUBTYPES: Final[Mapping[str, TypeNames]] = {
    "magazine": TypeNames("MGZN", "article-magazine", "magazineArticle"),
    "newspaper": TypeNames("NEWS", "article-newspaper", "newspaperArticle"),
}
#: ``misc``, ``online`` and ``unpublished`` with an arXiv id and without a place of publication.
PREPRINT: Final = TypeNames("UNPB", "article", "preprint", "misc")

_Extra = tuple[tuple[str, str], ...]
#: From other formats: the type, and fields that say more.
OF_RIS: Final[Mapping[str, tuple[str, _Extra]]] = {
    "ABST": ("article", ()),
    "ADVS": ("video", ()),
    "AGGR": ("dataset", ()),
    "ANCIENT": ("book", ()),
    "ART": ("artwork", ()),
    "BILL": ("legislation", ()),
    "BLOG": ("online", (("entrysubtype", "blog"),)),
    "BOOK": ("book", ()),
    "CASE": ("jurisdiction", ()),
    "CHAP": ("incollection", ()),
    "CHART": ("image", ()),
    "CLSWK": ("book", ()),
    "COMP": ("software", ()),
    "CONF": ("inproceedings", ()),  # programs write it for papers more often than for whole proceedings
    "CPAPER": ("inproceedings", ()),
    "CTLG": ("book", ()),
    "DATA": ("dataset", ()),
    "DBASE": ("dataset", ()),
    "DICT": ("inreference", ()),
    "EBOOK": ("book", ()),
    "ECHAP": ("incollection", ()),
    "EDBOOK": ("collection", ()),
    "EJOUR": ("article", ()),
    "ELEC": ("online", ()),
    "ENCYC": ("inreference", ()),
    "EQUA": ("misc", ()),
    "FIGURE": ("image", ()),
    "GEN": ("misc", ()),
    "GOVDOC": ("report", ()),
    "GRANT": ("misc", ()),
    "HEAR": ("legal", ()),
    "ICOMM": ("online", ()),
    "INPR": ("article", (("pubstate", "inpress"),)),
    "JFULL": ("periodical", ()),
    "JOUR": ("article", ()),
    "LEGAL": ("legal", ()),
    "MANSCPT": ("unpublished", ()),
    "MAP": ("image", ()),
    "MGZN": ("article", (("entrysubtype", "magazine"),)),
    "MPCT": ("movie", ()),
    "MULTI": ("online", ()),
    "MUSIC": ("music", ()),
    "NEWS": ("article", (("entrysubtype", "newspaper"),)),
    "PAMP": ("booklet", ()),
    "PAT": ("patent", ()),
    "PCOMM": ("letter", ()),
    "RPRT": ("report", ()),
    "SER": ("book", ()),
    "SLIDE": ("misc", ()),
    "SOUND": ("audio", ()),
    "STAND": ("standard", ()),
    "STAT": ("legislation", ()),
    "THES": ("thesis", ()),
    "UNBILL": ("legislation", ()),
    "UNPB": ("unpublished", ()),
    "UNPD": ("unpublished", ()),
    "VIDEO": ("video", ()),
    "WEB": ("online", ()),
}
OF_CSL: Final[Mapping[str, tuple[str, _Extra]]] = {
    "article": ("online", ()),  # a preprint or working paper
    "article-journal": ("article", ()),
    "article-magazine": ("article", (("entrysubtype", "magazine"),)),
    "article-newspaper": ("article", (("entrysubtype", "newspaper"),)),
    "bill": ("legislation", ()),
    "book": ("book", ()),
    "broadcast": ("audio", ()),
    "chapter": ("incollection", ()),
    "classic": ("book", ()),
    "collection": ("collection", ()),
    "dataset": ("dataset", ()),
    "document": ("misc", ()),
    "entry": ("inreference", ()),
    "entry-dictionary": ("inreference", ()),
    "entry-encyclopedia": ("inreference", ()),
    "event": ("misc", ()),
    "figure": ("image", ()),
    "graphic": ("artwork", ()),
    "hearing": ("legal", ()),
    "interview": ("misc", ()),
    "legal_case": ("jurisdiction", ()),
    "legislation": ("legislation", ()),
    "manuscript": ("unpublished", ()),
    "map": ("image", ()),
    "motion_picture": ("movie", ()),
    "musical_score": ("music", ()),
    "pamphlet": ("booklet", ()),
    "paper-conference": ("inproceedings", ()),
    "patent": ("patent", ()),
    "performance": ("performance", ()),
    "periodical": ("periodical", ()),
    "personal_communication": ("letter", ()),
    "post": ("online", ()),
    "post-weblog": ("online", (("entrysubtype", "blog"),)),
    "regulation": ("legal", ()),
    "report": ("report", ()),
    "review": ("review", ()),
    "review-book": ("review", ()),
    "software": ("software", ()),
    "song": ("audio", ()),
    "speech": ("unpublished", ()),
    "standard": ("standard", ()),
    "thesis": ("thesis", ()),
    "treaty": ("legal", ()),
    "webpage": ("online", ()),
}


#: What stands for a type where another format has only one for several: RIS's ``M3``, CSL's and Zotero's ``genre``.
GENRES: Final[Mapping[str, str]] = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master's thesis",
    "techreport": "Technical report",
}
_GENRE_TYPES = (
    ("thesis", re.compile(r"ph\.?\s?d|doctor|dr\.", re.IGNORECASE), "phdthesis"),
    ("thesis", re.compile(r"master|m\.?\s?(?:sc|a|phil|eng)\b", re.IGNORECASE), "mastersthesis"),
    ("report", re.compile(r"techn?i?c?a?l?\.? report", re.IGNORECASE), "techreport"),
)


def exact_type(type_: str, genre: str) -> tuple[str, str]:
    """Return the type of a thesis or report whose genre says which one, and the genre if it says more than that."""
    for of, pattern, exact in _GENRE_TYPES:
        if type_ == of and pattern.search(genre):
            return exact, "" if genre.casefold() == GENRES[exact].casefold() else genre
    return type_, genre


def type_names(entry: CitationEntry) -> TypeNames:
    """Return what the type of `entry` is called elsewhere."""
    return SUBTYPES.get(entry.get("entrysubtype"), TYPES.get(entry.type, _UNKNOWN))


# --- fields ------------------------------------------------------------------------------------------

#: BibTeX's names -> BibLaTeX's: https://ctan.org/pkg/biblatex, section 2.2.5.
OF_BIBTEX: Final[Mapping[str, str]] = {
    "address": "location",
    "annote": "annotation",
    "archiveprefix": "eprinttype",
    "journal": "journaltitle",
    "key": "sortkey",
    "primaryclass": "eprintclass",
    "school": "institution",
}
#: Lists of names.
NAMES: Final = _names(
    "author editor editora editorb editorc translator bookauthor afterword foreword introduction annotator commentator "
    "holder shortauthor shorteditor namea nameb namec director"
)
#: Titles, in which braces keep capitals.
TITLES: Final = _names("title subtitle titleaddon shorttitle booktitle booksubtitle maintitle")
DATES: Final = frozenset({"date", "eventdate", "origdate", "urldate"})
#: As in the file, without TeX: addresses, file names and what programs keep for themselves.
VERBATIM: Final = _names(
    "doi eprint pdf verba verbb verbc ee crossref xref xdata entryset related ids options keywordsplus groups"
)
#: So are fields whose names begin or end so: ``file``, ``urlraw``, ``bdsk-url-1``, ``local-uri``.
VERBATIM_BEGIN: Final = ("file", "url", "bdsk-", "__")
VERBATIM_END: Final = ("file", "files", "url", "uri")
#: Fields with paragraphs.
LONG: Final = frozenset({"abstract", "annotation", "note", "review", "comment"})

#: CSL's variables. ``container-title`` is `journaltitle` of articles, else `booktitle`; ``publisher`` is
#: `publisher`, else `institution` or `organization`; `number` is ``issue`` of articles and ``collection-number`` beside
#: a `series`. All other fields are in ``custom`` by their names here.
CSL_FIELDS: Final[Mapping[str, str]] = {
    "journaltitle": "container-title",
    "booktitle": "container-title",
    "shortjournal": "container-title-short",
    "shorttitle": "title-short",
    "volume": "volume",
    "number": "number",
    "series": "collection-title",
    "chapter": "chapter-number",
    "pages": "page",
    "pagetotal": "number-of-pages",
    "volumes": "number-of-volumes",
    "edition": "edition",
    "version": "version",
    "part": "part",
    "publisher": "publisher",
    "institution": "publisher",
    "location": "publisher-place",
    "eventtitle": "event-title",
    "venue": "event-place",
    "type": "genre",
    "language": "language",
    "isbn": "ISBN",
    "issn": "ISSN",
    "doi": "DOI",
    "url": "URL",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "library": "call-number",
    "pubstate": "status",
    "note": "note",
    "annotation": "annote",
    "abstract": "abstract",
    "origtitle": "original-title",
    "origpublisher": "original-publisher",
    "origlocation": "original-publisher-place",
}
CSL_NAMES: Final[Mapping[str, str]] = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "bookauthor": "container-author",
    "director": "director",
}
CSL_DATES: Final[Mapping[str, str]] = {
    "date": "issued",
    "urldate": "accessed",
    "origdate": "original-date",
    "eventdate": "event-date",
}
#: RIS tags. ``T2`` is `journaltitle` of articles, else `booktitle`; ``PB`` is `publisher`, else `institution`;
#: ``SN`` is `isbn` or `issn`; `pages` are ``SP`` and ``EP``; ``N1`` is the reader's note. All other fields are
#: lines ``U1  - name: value`` by their names here.
RIS_FIELDS: Final[Mapping[str, str]] = {
    "author": "AU",
    "editor": "A2",
    "translator": "A4",
    "title": "TI",
    "shorttitle": "ST",
    "journaltitle": "T2",
    "booktitle": "T2",
    "shortjournal": "J2",
    "series": "T3",
    "volume": "VL",
    "number": "IS",
    "chapter": "SE",
    "edition": "ET",
    "publisher": "PB",
    "institution": "PB",
    "location": "CY",
    "volumes": "NV",
    "type": "M3",
    "language": "LA",
    "isbn": "SN",
    "issn": "SN",
    "doi": "DO",
    "url": "UR",
    "file": "L1",
    "library": "CN",
    "note": "RN",
    "urldate": "Y2",
    "abstract": "AB",
}
#: Tags of RIS that have no place in BibLaTeX: fields with these names, in lower case, are written as the tags.
RIS_ONLY: Final = _names(
    "a2 a3 ad an av c1 c2 c3 c4 c5 c6 c7 c8 ca cp db dp l2 l3 l4 lb m1 m2 n2 op ri rp se sn t3 ta tt u2 u3 u4 u5 ur y2"
)
#: Those of them that hold names.
RIS_NAMES: Final = frozenset({"a2", "a3", "ta"})
#: The fields for a type of RIS or CSL that comes back as another one, and for a type that these formats do not have.
RIS_TYPE: Final = "ty"
CSL_TYPE: Final = "csl-type"
ENTRY_TYPE: Final = "entrytype"


def ris_type(entry: CitationEntry, names: TypeNames) -> tuple[str, str]:
    """Return the type of an entry in RIS, and its own type if that cannot be read from it."""
    written = entry.get(RIS_TYPE)
    if written and OF_RIS.get(written, (written.lower(), ()))[0] == entry.type:
        return written, ""
    return names.ris, _unsaid(entry, OF_RIS, names.ris)


def csl_type(entry: CitationEntry, names: TypeNames) -> tuple[str, str]:
    """Return the type of an entry in CSL, and its own type if that cannot be read from it."""
    written = entry.get(CSL_TYPE)
    if written and OF_CSL.get(written, (written, ()))[0] == entry.type:
        return written, ""
    return names.csl, _unsaid(entry, OF_CSL, names.csl)


def _unsaid(entry: CitationEntry, types: Mapping[str, tuple[str, _Extra]], written: str) -> str:
    of, _ = types.get(written, ("misc", ()))
    exact, _ = exact_type(of, entry.get("type") or GENRES.get(entry.type, ""))
    return "" if exact == entry.type else entry.type
