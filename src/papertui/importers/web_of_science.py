"""Bookmarks from Web of Science's plain text.

The tags: https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from papertui.importers.batch import Batch
from papertui.importers.files import Head, OpenedFile
from papertui.importers.ris import ris_work
from papertui.importers.tagged import TaggedField, TaggedRecord, TagGrammar, read_records
from papertui.importers.works import Work, work_batches

_LINE = re.compile(r"\ufeff?([A-Z][A-Z0-9])(?: (.*))?$", re.DOTALL)
_START = re.compile(r"\ufeff?\s*(?:FN [^\n]*\n\s*VR [^\n]*\n\s*)?PT [JBSPC]\s*\n")
#: The tag of RIS with the same meaning.
_RIS = {
    "TI": "TI", "SO": "T2", "J9": "JA", "JI": "J2", "SE": "T3", "VL": "VL", "IS": "IS", "DI": "DO", "PU": "PB",
    "PI": "CY", "SN": "SN", "EI": "SN", "BN": "SN", "AB": "AB", "DE": "KW", "ID": "KW", "LA": "LA", "UT": "AN",
    "DT": "M3", "BP": "SP", "EP": "EP", "C1": "AD",
}  # fmt: skip
_TYPES = {"J": "JOUR", "B": "BOOK", "S": "SER", "P": "PAT", "C": "CPAPER"}
#: Counters of the database, the references of the work, and what other fields say.
_LEFT_OUT = frozenset(
    "FN VR EF NR TC Z9 U1 U2 CR GA DA OA HP HC PG P2 ER PT PY PD AU AF BA BF BE ED CA".split()  # noqa: SIM905
)
_WRAPPED = frozenset({"DE", "ID"})
#: Fields and their names in BibLaTeX.
_NAMED = {"CT": "eventtitle", "CL": "venue", "CY": "wos-cy", "PM": "pmid", "PA": "wos-pa", "AR": "eid", "D2": "wos-d2"}


def is_web_of_science(head: Head) -> bool:
    return not head.is_binary and _START.match(head.text[:4096].replace("\r\n", "\n")) is not None


def read_web_of_science_file(file: OpenedFile) -> Iterator[Batch]:
    return work_batches(file, web_of_science_works)


def web_of_science_works(written: str) -> Iterator[Work | str]:
    for record in read_records(written, TagGrammar(_field, "PT", "ER")):
        if record.first("PT"):
            yield ris_work(record._replace(fields=tuple(_in_ris(record))))


def _field(written: str) -> TaggedField | None:
    found = _LINE.match(written.rstrip("\n"))
    return TaggedField(found[1], found[2] or "") if found else None


def _in_ris(record: TaggedRecord) -> Iterator[TaggedField]:
    yield TaggedField("TY", _type(record))
    for tag in ("AF", "BF") if record.first("AF", "BF") else ("AU", "BA"):
        yield from _each("AU", record.all(tag))
    yield from _each("AU", [f"{name}," for value in record.all("CA") for name in value.split("\n")])
    yield from _each("ED", record.all("BE", "ED"))
    yield TaggedField("PY", record.first("PY"))
    yield TaggedField("DA", " ".join(filter(None, (record.first("PD"), record.first("PY")))))
    if not record.first("BP"):
        yield TaggedField("SP", record.first("AR"))
    for tag, value in record.fields:
        if tag in _RIS:
            yield TaggedField(_RIS[tag], " ".join(value.split("\n")) if tag in _WRAPPED else value)
        elif tag not in _LEFT_OUT:
            yield TaggedField("U1", f"{_NAMED.get(tag, f'wos-{tag.lower()}')}: {' '.join(value.split())}")


def _type(record: TaggedRecord) -> str:
    kinds = record.first("DT").lower()
    if "proceedings paper" in kinds and record.first("BN", "CT"):
        return "CPAPER"
    return "CHAP" if "book chapter" in kinds else _TYPES.get(record.first("PT"), "GEN")


def _each(tag: str, values: Iterable[str]) -> Iterator[TaggedField]:
    """Yield the names that are written one below the other."""
    return (TaggedField(tag, name) for value in values for name in value.split("\n"))
