"""The ids of papers in bibliographies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from papertui.citations.bibtex_file import DamagedEntry, read_bibtex_text
from papertui.citations.tex import plain_title
from papertui.errors import UsageError
from papertui.model.identity import arxiv_id_of_doi, doi_of, folded
from papertui.model.paper import paper_id
from papertui.model.paper_ids import ARXIV_ID, without_subject_class

#: An arXiv id as written in any field: an address, “arXiv:2604.26951”, CoRR's “abs/2604.26951”.
_NAMED = re.compile(
    rf"(?:arxiv(?:\.org)?[:/\s]\s*(?:(?:abs|pdf|html)/)?|huggingface\.co/papers/|\babs/)\s*{ARXIV_ID.pattern}(?![\d/])",
    re.IGNORECASE | re.ASCII,
)
#: What may stand around the id in a field that is the id of the work; other words mean that another work is mentioned.
_AROUND = re.compile(
    r"https?:/*|\\(?:url|href|emph|textit|texttt)\b|\b(?:arxiv|corr|pre-?prints?|e-?prints?|abs|art(?:icle)?|id|identifier|"
    r"available|at|from|online|version|v\d+|www|export|browse|org|pdf|in|(?:19|20)\d\d)\b|\[[a-z.-]+\]",
    re.IGNORECASE,
)
_PAGE = re.compile(
    rf"<?(?:https?:/+)?[\w.-]*\b(?:arxiv|alphaxiv|ar5iv|huggingface|hf)\b[\w.-]*/[\w/]*?{ARXIV_ID.pattern}"
    r"(?:\.pdf|\.md)?/?(?:[?#]\S*)?[>.,;]?",
    re.IGNORECASE | re.ASCII,
)
#: Characters searched in a field that may contain an id.
_LONGEST_ID_FIELD = 10_000


class BibtexFile(NamedTuple):
    """What a bibliography contains already, for appending to it."""

    #: The keys of its entries, as written.
    keys: frozenset[str]
    ids: frozenset[str]
    #: In lower case.
    dois: frozenset[str]
    #: Whether the last entry is closed; if not, appended text would become part of it.
    closed: bool
    #: Each title without case and accents, with the key in lower case and with the year.
    titles: frozenset[tuple[str, str]] = frozenset()


def existing_entries(written: str) -> BibtexFile:
    """Return the keys, arXiv ids and DOIs of a file, including those of damaged entries."""
    keys: set[str] = set()
    ids: set[str] = set()
    found_dois: set[str] = set()
    titles: set[tuple[str, str]] = set()
    closed = True
    for entry in read_bibtex_text(written).entries:
        keys.add(entry.key)
        closed = not isinstance(entry, DamagedEntry) or entry.is_closed
        if isinstance(entry, DamagedEntry):
            continue
        title = folded(plain_title(entry.fields.get("title", "")))
        year = (entry.fields.get("date") or entry.fields.get("year", ""))[:4]
        titles |= {(title, entry.key.lower()), (title, year)}
        id_, doi = ids_of(entry.fields)
        ids |= {id_} if id_ else set()
        found_dois |= {doi} if doi else set()
    return BibtexFile(frozenset(keys), frozenset(ids), frozenset(found_dois), closed, frozenset(titles))


def ids_of(fields: Mapping[str, str]) -> tuple[str, str | None]:
    """Return the arXiv id and the DOI of an entry."""
    eprint = fields.get("eprint", "").strip()
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").strip().strip("{}").lower()
    id_ = bare_arxiv_id(eprint) if archive == "arxiv" else ""
    from_doi, doi = dois(fields.get("doi", "").strip().strip("{}"))
    id_ = id_ or from_doi or bare_arxiv_id(fields.get("arxivid", ""))
    if not id_:
        # Google Scholar writes “arXiv preprint arXiv:…”, DBLP a volume “abs/…”, Zotero an address.
        # A note is not asked: it may be about another work.
        names = ("url", "journal", "journaltitle", "volume", "number", "howpublished", "ee")
        id_ = arxiv_id(*(fields.get(name, "") for name in names))
    return id_, doi


def arxiv_id(*values: str) -> str:
    """Return the arXiv id that one of `values` is, without its version; empty if there is none.

    A value that says more, such as “Comment on arXiv:1706.03762”, mentions another work.
    """
    for value in values:
        text = value[:_LONGEST_ID_FIELD].strip()
        if page := _PAGE.fullmatch(text):
            return without_subject_class(page[1])
        found = _NAMED.search(text)
        if found and not any(map(str.isalpha, _AROUND.sub(" ", f"{text[: found.start()]} {text[found.end() :]}"))):
            return without_subject_class(found[1])
    return ""


def bare_arxiv_id(value: str) -> str:
    """Return `value` as an arXiv id, whatever its form; empty if it is not one."""
    try:
        id_ = paper_id(value)
    except UsageError:
        return ""
    return id_ if ARXIV_ID.fullmatch(id_) else ""


def dois(value: str) -> tuple[str, str | None]:
    """Return the arXiv id that a DOI stands for, or the DOI itself."""
    doi = doi_of(value)
    if doi is None:
        return "", None
    id_ = arxiv_id_of_doi(doi)
    return (id_, None) if id_ else ("", doi)
