"""Bookmarks from EndNote's ``.enw``, which Google Scholar and others write, too.

The format is that of refer, with the tags of EndNote: https://en.wikipedia.org/wiki/Refer_(software).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from papertui.importers.batch import Batch
from papertui.importers.files import Head, OpenedFile
from papertui.importers.ris import ris_work
from papertui.importers.tagged import TaggedField, TagGrammar, read_records
from papertui.importers.works import Work, work_batches

_LINE = re.compile(r"[ \t\ufeff]*%([0-9A-Z@!?(<>)\[\]*+^&~$#=])(?:[ \t]+(.*))?$", re.DOTALL)
#: The tag of RIS with the same meaning.
_RIS = {
    "0": "TY", "A": "AU", "B": "T2", "C": "CY", "D": "PY", "E": "ED", "F": "ID", "G": "LA", "H": "TA", "I": "PB",
    "J": "JF", "K": "KW", "L": "CN", "M": "AN", "N": "IS", "O": "RN", "P": "SP", "Q": "TT", "R": "DO", "S": "T3",
    "T": "TI", "U": "UR", "V": "VL", "W": "DP", "X": "AB", "Y": "A3", "Z": "N1", "1": "C1", "2": "C2", "3": "C3",
    "4": "C4", "#": "C5", "$": "C6", "]": "C7", "6": "NV", "7": "ET", "8": "DA", "9": "M3", "?": "A4", "!": "ST",
    "@": "SN", "(": "OP", ")": "RP", "*": "RI", "+": "AD", "^": "CA", ">": "L1", "<": "RN", "[": "Y2", "&": "SE",
    "~": "DB", "=": "LB",
}  # fmt: skip
#: EndNote's types: https://support.clarivate.com/Endnote, “Reference Types and Fields”.
_TYPES = {
    "aggregated database": "AGGR", "ancient text": "ANCIENT", "artwork": "ART", "audiovisual material": "ADVS",
    "bill": "BILL", "blog": "BLOG", "book": "BOOK", "book section": "CHAP", "case": "CASE", "catalog": "CTLG",
    "chart or table": "CHART", "classical work": "CLSWK", "computer program": "COMP", "conference paper": "CPAPER",
    "conference proceedings": "CONF", "dataset": "DATA", "dictionary": "DICT", "discussion forum": "ICOMM",
    "edited book": "EDBOOK", "electronic article": "EJOUR", "electronic book": "EBOOK",
    "electronic book section": "ECHAP", "encyclopedia": "ENCYC", "equation": "EQUA", "figure": "FIGURE",
    "film or broadcast": "MPCT", "generic": "GEN", "government document": "GOVDOC", "grant": "GRANT",
    "hearing": "HEAR", "interview": "PCOMM", "journal article": "JOUR", "legal rule or regulation": "LEGAL",
    "magazine article": "MGZN", "manuscript": "MANSCPT", "map": "MAP", "multimedia application": "MULTI",
    "music": "MUSIC", "newspaper article": "NEWS", "online database": "DBASE", "online multimedia": "MULTI",
    "pamphlet": "PAMP", "patent": "PAT", "personal communication": "PCOMM", "podcast": "SOUND",
    "press release": "PAMP", "report": "RPRT", "serial": "SER", "social media": "ICOMM", "standard": "STAND",
    "statute": "STAT", "television episode": "VIDEO", "thesis": "THES", "unpublished work": "UNPB", "web page": "ELEC",
}  # fmt: skip
_NEEDED = 2


def is_endnote(head: Head) -> bool:
    """Whether the first lines are fields, with a type, an author or a title among the first ones."""
    if head.is_binary:
        return False
    lines = [line for line in head.text.splitlines()[:40] if line.strip(" \t\ufeff")]
    tags = [found[1] if (found := _LINE.match(line)) else "" for line in lines]
    return len(tags) >= _NEEDED and "" not in tags[:_NEEDED] and not {"T", "A", "0"}.isdisjoint(tags[:3])


def read_endnote_file(file: OpenedFile) -> Iterator[Batch]:
    return work_batches(file, endnote_works)


def endnote_works(written: str) -> Iterator[Work | str]:
    # Where the records begin with their type, a blank line is part of a value.
    has_types = re.search(r"^[ \t\ufeff]*%0[ \t]", written, re.MULTILINE) is not None
    for record in read_records(written, TagGrammar(_field, "TY", blank_ends=not has_types)):
        if fields := [field for field in record.fields if field.tag]:
            yield ris_work(record._replace(fields=tuple(map(_in_ris, fields))))


def _field(written: str) -> TaggedField | None:
    found = _LINE.match(written.rstrip("\r\n"))
    return TaggedField(_RIS[found[1]], found[2] or "") if found else None


def _in_ris(field: TaggedField) -> TaggedField:
    if field.tag != "TY":
        return field
    name = " ".join(field.value.lower().split())
    return TaggedField("TY", _TYPES.get(name, name.replace(" ", "")))
